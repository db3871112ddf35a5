"""A sheet for each ministry, to print or to send out."""

from collections import Counter

from plangraph.site.index import natural, short_id
from plangraph.site.messages import words
from plangraph.site.model import Page, Site
from plangraph.site.pages.measures import measure_rows, ministries
from plangraph.site.pages.parts import link, measure_number, node_row, page, url_of
from plangraph.site.pages.things import today
from plangraph.vocabulary import PG


def ministry(site: Site, lang: str, iri: str) -> Page:
    """A sheet about one ministry, to print or to send out."""
    index, t = site.index, words(lang)["ministry"]
    rows = []
    for row in measure_rows(site, lang):
        if iri not in (m["iri"] for m in row["ministries"]):
            continue
        told = [index.facts[n] for n in index.under.get(row["link"]["iri"], ()) if n in index.facts]
        actors = Counter(f.object for f in told if f.role and f.stage == "reported" and isinstance(f.object, str))
        rows.append(row | {"bodies": [link(site, a, lang) for a, _ in actors.most_common() if a != iri][:6]})
    counts = Counter(row["status"]["text"] for row in rows if row["status"])
    beneath = [f for f in index.facts_to.get(iri, ()) if short_id(f.predicate) == "subOrganizationOf"]
    bodies = []
    for subject in dict.fromkeys(f.subject for f in beneath):
        told = [f for f in index.facts_to.get(subject, ()) if f.role and f.stage == "reported"]
        roles = Counter(index.label(f.role, lang) for f in told)
        reached = sorted({m for f in told for m in f.measures}, key=natural)
        bodies.append(
            {
                "link": link(site, subject, lang),
                "roles": roles.most_common(5),
                "measures": [{"url": url_of(site, m), "number": measure_number(site, m)} for m in reached],
            }
        )
    moved = [
        node
        for node in index.of_kind("transfer")
        if iri in index.links(node, PG + "fromMinistry") + index.links(node, PG + "toMinistry")
    ]
    return page(
        "ministry.html",
        f"ministries/{short_id(iri)}.html",
        t["title"].format(name=index.label(iri, lang)),
        ministry=link(site, iri, lang),
        rows=rows,
        counts=counts.most_common(),
        bodies=bodies,
        transfers=[
            {
                "row": node_row(site, node, lang),
                "area": index.text(node, PG + "policyArea", lang),
                "from": [link(site, m, lang) for m in index.links(node, PG + "fromMinistry")],
                "to": [link(site, m, lang) for m in index.links(node, PG + "toMinistry")],
            }
            for node in moved
        ],
        today=today(site, iri, lang),
        others=[
            link(site, other, lang) | {"sheet": f"ministries/{short_id(other)}.html"} for other in ministries(site)
        ],
    )
