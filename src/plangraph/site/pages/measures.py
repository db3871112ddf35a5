"""The table of measures, its parts by status, ministry, area and remaining work, and the page of each measure."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from plangraph.site.index import Text, natural, reading_order, short_id, span, spans
from plangraph.site.messages import words
from plangraph.site.model import Page, Site, kept, page_path
from plangraph.site.pages.parts import fact_row, kind_label, link, measure_number, node_row, notes, objects, page
from plangraph.vocabulary import CODE, DCT, PG, RDF_TYPE

FACETS = ("status", "ministry", "area", "remaining")


def measures(site: Site, lang: str, facet: str = "", key: str = "") -> Page:
    """All measures as one table, or those with one value of a facet."""
    t = words(lang)
    rows = [
        row | {"keys": {f: " ".join(k for k, _ in _facet_keys(row, f, lang)) for f in FACETS}}
        for row in measure_rows(site, lang)
    ]
    chosen = ""
    if facet:
        rows = [row for row in rows if key in row["keys"].get(facet, "").split()]
        chosen = next((text for row in rows for k, text in _facet_keys(row, facet, lang) if k == key), key)
    title = t["measures"]["title"] + (f": {chosen}" if chosen else "")
    path = f"measures/{facet}-{key}.html" if facet else "measures.html"
    return page("measures.html", path, title, rows=rows, facets=facet_values(site, lang), facet=facet, key=key)


def facet_values(site: Site, lang: str) -> list[dict[str, Any]]:
    """Return the facets of the table of measures with their values, each with its count and its page."""
    rows = [row for row in measure_rows(site, lang) if row["status"]]
    facets = []
    for facet in FACETS:
        found: dict[str, dict[str, Any]] = {}
        for row in rows:
            for key, text in _facet_keys(row, facet, lang):
                entry = found.setdefault(key, {"key": key, "text": text, "count": 0})
                entry["count"] += 1
        values = sorted(found.values(), key=lambda e: natural(e["key"]) if facet == "area" else (-e["count"], e["key"]))
        for entry in values:
            entry["url"] = f"measures/{facet}-{entry['key']}.html"
        facets.append({"facet": facet, "title": words(lang)["measures"]["by_" + facet], "values": values})
    return facets


def _facet_keys(row: dict[str, Any], facet: str, lang: str) -> list[tuple[str, str]]:
    # A number whose status is derived would be counted beside its parts.
    if not row["status"] or row["status"]["derived"]:
        return []
    if facet == "status":
        return [(row["status"]["code"], row["status"]["text"])]
    if facet == "ministry":
        return [(short_id(m["iri"]), m["text"]) for m in row["ministries"]]
    if facet == "area":
        return [(short_id(row["area"]["iri"]), row["area"]["text"])] if row["area"] else []
    return [("announced", words(lang)["measures"]["announced"])] if row["remaining"] else []


def measure(site: Site, lang: str, iri: str) -> Page:
    """One measure: what was planned beside what was reported, each fact with its place."""
    index = site.index
    row = measure_row(site, iri, lang)
    code = measure_number(site, iri)
    columns: dict[str, list[Any]] = {"plan": [], "result": [], "heading": []}
    sections = _sections(site, iri)
    for node in index.under.get(iri, ()):
        fact = index.facts.get(node)
        evidence = fact.evidence if fact else tuple(sorted(index.links(node, PG + "evidence"), key=span))
        if not fact and index.kinds.get(node) not in ("figure", "money", "transfer"):
            continue
        columns[_column(evidence, sections)].append((evidence, fact, node))
    listed = index.of_kind("measure")
    place = listed.index(iri)
    role_of: dict[str, list[str]] = defaultdict(list)
    for node in index.under.get(iri, ()):
        fact = index.facts.get(node)
        if fact and fact.role and isinstance(fact.object, str):
            label = index.label(fact.role, lang)
            if fact.stage != "reported":
                label += f" ({words(lang)['stage'].get(fact.stage, fact.stage)})"
            if label not in role_of[fact.object]:
                role_of[fact.object].append(label)
    mentioned = [m for m in index.links(iri, PG + "mentions") if m not in role_of and m in index.kinds]
    parents = [p for p in index.links(iri, DCT + "isPartOf") if index.kinds.get(p) == "measure"]
    return page(
        "measure.html",
        page_path(iri) + ".html",
        f"{row['number']} {row['link']['text']}",
        iri=iri,
        files=page_path(iri),
        row=row,
        alternative=_claimed(site, iri, DCT + "alternative"),
        parents=[link(site, p, lang) for p in parents],
        parts=[measure_row(site, part, lang) for part in row["parts"]],
        plan=_grouped(site, columns["plan"], iri, lang, code),
        result=_grouped(site, columns["result"], iri, lang, code),
        heading=_grouped(site, columns["heading"], iri, lang, code),
        actors=[
            {"link": link(site, actor, lang), "roles": roles}
            for actor, roles in sorted(role_of.items(), key=lambda item: index.label(item[0], lang).casefold())
        ],
        mentioned=sorted((link(site, m, lang) for m in mentioned), key=lambda entry: str(entry["text"]).casefold()),
        notes=notes(site, iri, lang),
        previous=link(site, listed[place - 1], lang) if place else None,
        next=link(site, listed[place + 1], lang) if place + 1 < len(listed) else None,
    )


def _sections(site: Site, measure: str) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for predicate, section in site.index.stated_in.get(measure, ()):
        if predicate != DCT + "isPartOf" or PG + "Section" not in site.index.links(section, RDF_TYPE):
            continue
        for kind in site.index.links(section, DCT + "type"):
            found[short_id(kind)] += [piece for e in site.index.links(section, PG + "evidence") for piece in spans(e)]
    return found


def _column(evidence: Iterable[str], sections: dict[str, list[tuple[int, int]]]) -> str:
    pieces = [piece for e in evidence for piece in spans(e)]
    for column, kind in (("result", "result-text"), ("plan", "plan-text")):
        if any(a <= start and end <= b for start, end in pieces for a, b in sections.get(kind, ())):
            return column
    return "heading"


def _grouped(site: Site, entries: list[Any], measure: str, lang: str, within: str) -> list[dict[str, Any]]:
    """Group the facts of a column by what they are about, in the order of the report."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for evidence, fact, node in entries:
        subject = fact.subject if fact else next(iter(objects(site, node, PG + "about")), measure)
        groups[subject].append((evidence, fact, node))
    shown = []
    for subject, members in groups.items():
        members.sort(key=lambda m: reading_order(m[1]) if m[1] else (*span(next(iter(m[0]), "")), m[2]))
        first = min(span(next(iter(m[0]), "")) for m in members)
        rows = [
            fact_row(site, fact, lang, within) if fact else node_row(site, node, lang, within)
            for _, fact, node in members
        ]
        own = subject == measure
        shown.append(
            {
                "first": (0 if own else 1, *first),
                "link": None if own else link(site, subject, lang),
                "kind": "" if own else kind_label(site, subject, lang),
                "rows": rows,
            }
        )
    return sorted(shown, key=lambda group: group["first"])


@kept
def measure_rows(site: Site, lang: str) -> list[dict[str, Any]]:
    """Return all measures as rows, in the order of the plan."""
    return [measure_row(site, iri, lang) for iri in site.index.of_kind("measure")]


def measure_row(site: Site, iri: str, lang: str) -> dict[str, Any]:
    area, parts = area_of(site, iri), parts_of(site, iri)
    of_parts = dict.fromkeys(m for part in parts for m in ministries_of(site, part))
    return {
        "number": measure_number(site, iri),
        "link": link(site, iri, lang) | {"text": site.index.label(iri, lang)},
        "title": site.index.text(iri, DCT + "title", "nb") or _claimed(site, iri, DCT + "title"),
        "status": status_of(site, iri, lang),
        "ministries": [link(site, m, lang) for m in ministries_of(site, iri)],
        # Shown of a measure, but not counted: each part is counted by itself.
        "ministries_of_parts": [link(site, m, lang) for m in of_parts],
        "area": link(site, area, lang) if area else None,
        "remaining": remaining(site, iri, lang),
        "description": site.index.text(iri, DCT + "description", lang),
        "parts": parts,
        "part": any(site.index.kinds.get(p) == "measure" for p in site.index.links(iri, DCT + "isPartOf")),
    }


def status_of(site: Site, measure: str, lang: str) -> dict[str, Any] | None:
    """Return a measure's status: stated with its date and evidence, or derived from its parts; None without one."""
    told = [f for f in site.index.facts_of.get(measure, ()) if f.predicate == PG + "status" and f.stage == "reported"]
    if told:
        latest = max(
            told, key=lambda f: max((v.value for v in f.about.get(PG + "asOf", ()) if isinstance(v, Text)), default="")
        )
        row = fact_row(site, latest, lang)
        code = latest.object if isinstance(latest.object, str) else ""
        return {"code": short_id(code), "iri": code, "text": row["value"]["text"], "row": row, "derived": False}
    for code in site.index.links(measure, PG + "derivedStatus"):
        label = site.index.label(code, lang)
        return {"code": short_id(code), "iri": code, "text": label, "row": None, "derived": True}
    return None


def ministries_of(site: Site, measure: str) -> list[str]:
    """Return the ministries that the report names as responsible for a measure."""
    role = CODE + "role/responsible"
    told = [f for f in site.index.facts_of.get(measure, ()) if f.role == role and f.stage == "reported"]
    return list(dict.fromkeys(f.object for f in told if isinstance(f.object, str)))


@kept
def ministries(site: Site) -> list[str]:
    """Return the ministries that are responsible for a measure, most measures first."""
    counts = Counter(m for iri in site.index.of_kind("measure") for m in ministries_of(site, iri))
    return [iri for iri, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def remaining(site: Site, measure: str, lang: str) -> list[dict[str, Any]]:
    """Return what the report says remains to be done in a measure."""
    told = [f for f in site.index.facts_of.get(measure, ()) if f.predicate in (PG + "remainingWork", PG + "notDone")]
    return [fact_row(site, fact, lang, measure_number(site, measure)) for fact in told]


def area_of(site: Site, measure: str) -> str:
    """Return the focus area of a measure, through its number where it is a part; "" without one."""
    for parent in site.index.links(measure, DCT + "isPartOf"):
        if site.index.kinds.get(parent) == "area":
            return parent
        if site.index.kinds.get(parent) == "measure":
            return area_of(site, parent)
    return ""


def parts_of(site: Site, iri: str) -> list[str]:
    parts = {s for p, s in site.index.stated_in.get(iri, ()) if p == DCT + "isPartOf"}
    return sorted((s for s in parts if site.index.kinds.get(s) == "measure"), key=natural)


def _claimed(site: Site, iri: str, predicate: str) -> str:
    told = [f.object for f in site.index.facts_of.get(iri, ()) if f.predicate == predicate]
    return next((o.value for o in told if isinstance(o, Text)), "")
