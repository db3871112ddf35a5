"""The front page: the plan at a glance."""

from collections import Counter, defaultdict
from typing import Any

from plangraph.site.index import Text, short_id
from plangraph.site.messages import words
from plangraph.site.model import Page, Site
from plangraph.site.pages.measures import measure_rows
from plangraph.site.pages.networks import layer_view
from plangraph.site.pages.parts import fact_row, issued_at, link, page, source
from plangraph.site.times import number
from plangraph.vocabulary import CODE, DCT

_COMPLETED = CODE + "status/completed"


def home(site: Site, lang: str) -> Page:
    """The plan at a glance."""
    index, t = site.index, words(lang)
    plans = index.of_kind("plan")
    rows = measure_rows(site, lang)
    own = [row for row in rows if row["status"] and not row["status"]["derived"]]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in own:
        for ministry in row["ministries"]:
            counts[ministry["iri"]][row["status"]["code"]] += 1
    codes = sorted({row["status"]["code"] for row in own}, key=lambda c: (c != "completed", c))
    by_ministry = [
        {"ministry": link(site, iri, lang), "counts": [found[c] for c in codes], "total": sum(found.values())}
        for iri, found in sorted(counts.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    ]
    totals = [sum(1 for row in own if row["status"]["code"] == code) for code in codes]
    areas = []
    for iri in index.of_kind("area"):
        inside = [row for row in own if row["area"] and row["area"]["iri"] == iri]
        areas.append(
            {
                "link": link(site, iri, lang),
                "number": short_id(iri),
                "description": index.text(iri, DCT + "description", lang),
                "counts": [sum(1 for row in inside if row["status"]["code"] == code) for code in codes],
                "total": len(inside),
            }
        )
    return page(
        "home.html",
        "index.html",
        index.label(plans[0], lang) if plans else t["home"]["title"],
        plan=link(site, plans[0], lang) if plans else None,
        description=index.text(plans[0], DCT + "description", lang) if plans else "",
        sources=[source(site, iri, lang) for iri in index.of_kind("source")],
        issued_at=issued_at(site, lang),
        statuses=[{"code": c, "text": index.label(CODE + "status/" + c, lang)} for c in codes],
        totals=totals,
        entries=len(own),
        by_ministry=by_ministry,
        report_counts=_report_counts(site, lang),
        areas=areas,
        announced=[row for row in own if row["status"]["iri"] == _COMPLETED and row["remaining"]],
        numbers=[
            {"n": number(str(n), lang), "text": t["home"][key], "more": more, "url": target}
            for n, key, more, target in (
                (len(index.facts), "facts", t["home"]["facts_text"], "how.html"),
                (len(index.of_kind("actor")), "actors_named", "", "actors.html"),
            )
        ],
        layer=next((layer_view(site, layer, lang) for layer in site.layers if layer.name == "collaboration"), None),
    )


def _report_counts(site: Site, lang: str) -> dict[str, Any] | None:
    names = {"measureCount": "", "ongoingCount": "status/ongoing", "completedCount": "status/completed"}
    found = {}
    for plan in site.index.of_kind("plan"):
        for fact in site.index.facts_of.get(plan, ()):
            if short_id(fact.predicate) in names and isinstance(fact.object, Text):
                found[short_id(fact.predicate)] = (fact.object.value, fact_row(site, fact, lang))
    if "measureCount" not in found:
        return None
    parts = [
        f"{found[key][0]} {site.index.label(CODE + code, lang).lower()}"
        for key, code in (("completedCount", names["completedCount"]), ("ongoingCount", names["ongoingCount"]))
        if key in found
    ]
    return {"count": found["measureCount"][0], "parts": ", ".join(parts), "row": found["measureCount"][1]}
