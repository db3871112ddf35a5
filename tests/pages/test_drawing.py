"""The drawings of networks on the site: no tie seems to be there that is not."""

import re
from itertools import product

from plangraph.site.model import Site
from plangraph.site.pages.networks import layer_view


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
