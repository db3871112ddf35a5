"""What a node is called and which groups it is in."""

from plangraph.names import short
from plangraph.networks.facts import Facts
from plangraph.networks.texts import texts


def node_id(facts: Facts, node: str) -> str:
    """Return what every file and report calls a node, and no other node of the layer: its short id where it can be."""
    return node.removeprefix("sector:") if node.startswith("sector:") else facts.ids[node]


def describe_node(facts: Facts, node: str) -> dict[str, str]:
    """Return the names and the groups of a node, all of them text; an empty text where nothing is known.

    ``slug`` is its :func:`node_id`.
    """
    slug = node_id(facts, node)
    if node in facts.measures:
        row = facts.measures[node]
        found = {"kind": "Measure", "brief": row["id"], "area": row["areaId"]}
    elif node.startswith("sector:"):
        row = {lang: texts(lang)["sectors"][slug] for lang in ("nb", "en")}
        found = {"kind": "Sector", "sector": slug}
    else:
        row = facts.actors[node]
        ministry = short(row["ministry"]) if row["ministry"] else ""
        found = {"kind": row["kind"], "brief": row["brief"], "sector": row["sector"], "ministry": ministry}
    return {
        "slug": slug,
        "nb": str(row["nb"] or slug),
        "en": str(row["en"] or row["nb"] or slug),
        **{name: str(found.get(name) or "") for name in ("brief", "kind", "sector", "ministry", "area")},
    }
