"""What a node is called and which groups it is in."""

from plangraph.names import short
from plangraph.networks.facts import Facts
from plangraph.networks.texts import texts


def describe_node(facts: Facts, node: str) -> dict[str, str]:
    """Return the names and the groups of a node, all of them text; an empty text where nothing is known."""
    if node in facts.measures:
        row = facts.measures[node]
        slug = str(row["id"])
        found = {"kind": "Measure", "brief": slug, "area": row["areaId"]}
    elif node.startswith("sector:"):
        slug = node.removeprefix("sector:")
        row = {lang: texts(lang)["sectors"][slug] for lang in ("nb", "en")}
        found = {"kind": "Sector", "sector": slug}
    else:
        row = facts.actors[node]
        slug = short(node)
        ministry = short(row["ministry"]) if row["ministry"] else ""
        found = {"kind": row["kind"], "brief": row["brief"], "sector": row["sector"], "ministry": ministry}
    return {
        "slug": slug,
        "nb": str(row["nb"] or slug),
        "en": str(row["en"] or row["nb"] or slug),
        **{name: str(found.get(name) or "") for name in ("brief", "kind", "sector", "ministry", "area")},
    }
