"""The drawings of networks on the site: no tie seems to be there that is not."""

import json
import re
from itertools import product

import pyoxigraph as ox

from plangraph.site.downloads import layer_drawing
from plangraph.site.model import Site
from plangraph.site.pages.networks import layer_view
from plangraph.vocabulary import PG, RDF_TYPE


def test_no_tie_is_drawn_through_a_node_that_is_not_its_end(site: Site) -> None:
    names = []
    for layer, lang in product(site.layers, ("nb", "en")):
        svg = layer_view(site, layer, lang)["drawing"]["svg"]
        ties = [[float(n) for n in re.findall(r"-?[\d.]+", d)] for d in re.findall(r'<path d="([^"]+)"', svg)]
        rects = re.findall(r'<rect x="([-\d]+)" y="([-\d]+)" width="(\d+)" height="(\d+)"', svg)
        boxes = [(x, y, x + w, y + h) for x, y, w, h in (map(float, rect) for rect in rects)]
        names.append((layer.name, len(boxes), len(ties)))
        for x1, y1, cx, cy, x2, y2 in ties:
            ends = [b for b in boxes if any(b[0] < x < b[2] and b[1] < y < b[3] for x, y in ((x1, y1), (x2, y2)))]
            assert len(ends) == 2
            for t in (i / 300 for i in range(301)):
                x = (1 - t) ** 2 * x1 + 2 * t * (1 - t) * cx + t * t * x2
                y = (1 - t) ** 2 * y1 + 2 * t * (1 - t) * cy + t * t * y2
                assert [b for b in boxes if b not in ends and b[0] < x < b[2] and b[1] < y < b[3]] == [], layer.name
    assert len(names) == 14
    assert all(nodes > 10 and ties > 10 for _, nodes, ties in names)


def test_a_node_has_the_shade_of_its_class_in_both_drawings(site: Site) -> None:
    wanted = {
        node.value: group
        for name, group in {"Ministry": "ministry", "Directorate": "directorate", "Measure": "measure"}.items()
        for quad in site.store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), ox.NamedNode(PG + name))
        if isinstance(node := quad.subject, ox.NamedNode)
    }
    seen = set()
    for layer in site.layers:
        data = json.loads(layer_drawing(site, layer.name).decode().partition("=")[2].rstrip(";\n"))
        for lang in ("nb", "en"):
            drawing = layer_view(site, layer, lang)["drawing"]
            groups = {node: wanted.get(node, "other") for node in sorted(drawing["places"])}
            assert {node["id"]: node["group"] for node in data[lang]["nodes"]} == groups
            assert re.findall(r'<g class="(\w+)"><rect', drawing["svg"]) == list(groups.values())
            assert set(drawing["groups"]) == set(groups.values())
            seen |= set(groups.values())
    assert seen == {"ministry", "directorate", "measure", "other"}
