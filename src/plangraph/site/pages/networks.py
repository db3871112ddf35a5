"""The network layers: the list, the page of each with its drawing and ties, and whom an actor is tied to."""

from typing import Any

from plangraph.site.drawing import draw
from plangraph.site.index import short_id
from plangraph.site.layers import Edge, Layer
from plangraph.site.messages import words
from plangraph.site.model import Page, Site, kept
from plangraph.site.pages.parts import fact_row, link, measure_number, page, url_of
from plangraph.site.times import number
from plangraph.vocabulary import PG, RDF_TYPE

_GROUPS = {PG + "Ministry": "ministry", PG + "Directorate": "directorate", PG + "Measure": "measure"}


def networks(site: Site, lang: str) -> Page:
    """The network layers, each with its definition."""
    views = [layer_view(site, layer, lang) for layer in site.layers if not layer.plan]
    return page("networks.html", "networks.html", words(lang)["networks"]["title"], layers=views)


def network(site: Site, lang: str, name: str) -> Page:
    """One layer: the drawing, the ties as a table with what lies behind each, and the files."""
    layer = next(layer for layer in site.layers if layer.name == name)
    view = layer_view(site, layer, lang)
    t = words(lang)["networks"]
    ordered = sorted(layer.edges, key=lambda e: (-float(e.weight), site.index.label(e.source, lang), e.target))
    rows = [
        {
            "id": edge_id(edge),
            "source": link(site, edge.source, lang),
            "target": link(site, edge.target, lang),
            "weight": number(edge.weight, lang),
            "measures": [link(site, m, lang) | {"number": measure_number(site, m)} for m in edge.measures],
            "facts": [_edge_fact(site, iri, lang) for iri in edge.facts],
        }
        for edge in ordered
    ]
    title = f"{t['title']}: {view['title']}"
    return page("network.html", f"networks/{name}.html", title, layer=view, rows=rows, scripts=["network"])


def _edge_fact(site: Site, iri: str, lang: str) -> dict[str, Any]:
    found = site.index.facts.get(iri)
    if not found:
        return {"text": site.index.label(iri, lang), "url": url_of(site, iri), "stage": ""}
    row = fact_row(site, found, lang)
    text = f"{row['value']['text']} ({row['label']}): {row['subject']['text']}"
    return {"text": text, "url": row["url"], "stage": row["stage"]}


@kept
def layer_view(site: Site, layer: Layer, lang: str) -> dict[str, Any]:
    """Return what a page shows of a layer beside its ties: names, definition, caption, drawing, files."""
    names = {iri: site.index.abbreviation(iri) or site.index.label(iri, lang) for iri in layer.nodes}
    groups = {iri: group_of(site, iri) for iri in layer.nodes}
    return {
        "name": layer.name,
        "title": layer.title[lang],
        "definition": layer.definition[lang],
        "caption": layer.caption[lang],
        "nodes": len(layer.nodes),
        "edges": len(layer.edges),
        "without": len(set(layer.nodes) - {end for e in layer.edges for end in (e.source, e.target)}),
        "url": f"networks/{layer.name}.html",
        "drawing": draw(layer, names, groups),
        "files": [f"networks/{name}" for name in layer.files],
        "plan": layer.plan,
        "others": [
            {"plan": other.plan, "url": f"networks/{other.name}.html"}
            for other in site.layers
            if other.name.rpartition("/")[2] == layer.name.rpartition("/")[2] and other is not layer
        ],
    }


def neighbours(site: Site, iri: str, lang: str) -> list[dict[str, Any]]:
    """Return with whom an actor is tied in the layer *collaboration*, by the number of joint measures."""
    for layer in site.layers:
        if layer.name == "collaboration":
            found = []
            for edge in layer.edges:
                if iri in (edge.source, edge.target):
                    other = edge.target if edge.source == iri else edge.source
                    told = edge.measures
                    found.append(
                        {
                            "link": link(site, other, lang),
                            "measures": [link(site, m, lang) | {"number": measure_number(site, m)} for m in told],
                            "facts": len(edge.facts),
                            "url": f"networks/collaboration.html#{edge_id(edge)}",
                        }
                    )
            return sorted(found, key=lambda n: (-len(n["measures"]), -n["facts"], n["link"]["text"].casefold()))
    return []


def group_of(site: Site, iri: str) -> str:
    """Return the group of a node, by which a drawing shades it."""
    return next((_GROUPS[kind] for kind in site.index.links(iri, RDF_TYPE) if kind in _GROUPS), "other")


def edge_id(edge: Edge) -> str:
    """Return the anchor of a tie on the page of its layer."""
    return f"{short_id(edge.source)}--{short_id(edge.target)}"
