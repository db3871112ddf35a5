"""The pages as plain data: each function takes the site and a language and returns what its template shows.

Nothing here knows HTML. A link is a dict ``{text, lang, url, …}`` whose ``url`` is a path inside the site without
language and without leading slash (``id/actor/imdi.html``), an http(s) address, or None.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby, product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from plangraph.citing import cited
from plangraph.dataset import Dataset, dataset_of, licence_name
from plangraph.errors import QueryError
from plangraph.site.index import (
    ELI,
    KINDS,
    STAGES,
    Fact,
    Text,
    Value,
    asserted,
    natural,
    reading_order,
    scheme,
    short_id,
    span,
    spans,
)
from plangraph.site.messages import LANGUAGES, words
from plangraph.site.model import Page, Site, page_path
from plangraph.site.times import number, when
from plangraph.vocabulary import BASE, CODE, DCT, PG, RDF, RDF_TYPE, RDFS, SKOS, XSD

# How a locator begins that lies in the plan text or the result text of the measure whose page it stands on.
_OWN_PLACE = {"nb": r"^tiltak {}, (?:plantekst|planen|resultat), ", "en": r"^measure {}, (?:plan text|result text), "}
if TYPE_CHECKING:
    from plangraph.text import Source

LISTS = ("actors", "things", "laws", "places", "themes", "money")
_LIST_KINDS = {
    "actors": ("actor",),
    "things": ("thing", "event"),
    "laws": ("law",),
    "places": ("place",),
    "themes": ("theme",),
    "money": ("money", "figure"),
}
FACETS = ("status", "ministry", "area", "remaining")
_COMPLETED = CODE + "status/completed"
_EDTF = "http://id.loc.gov/datatypes/edtf/"
_FRONT_SCHEMES = ("role", "stage", "status")
_PROV_ACTIVITY = "http://www.w3.org/ns/prov#Activity"
_NOTE = PG + "SourceNote"
# Said by the heading of a page, or of use to machines only.
_HIDDEN = {
    RDF_TYPE,
    *(SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel", "definition", "inScheme")),
    *(DCT + name for name in ("type", "description", "identifier", "isPartOf")),
    *(PG + name for name in ("evidence", "stage", "number", "letter", "since", "mentions", "underMeasure", "with")),
    *(PG + name for name in ("sha256", "characterCount", "earliest", "latest", "series", "directProperty", "active")),
    *(PG + name for name in ("value", "unit", "amount", "perYear", "approximate", "period", "fromYear", "toYear")),
    *(PG + name for name in ("tieTo", "iatiCode")),
    "http://data.europa.eu/m8g/hasParticipation",
    "http://data.europa.eu/m8g/hasParticipant",
    "https://schema.org/currency",
    RDFS + "isDefinedBy",
    RDFS + "comment",
    *(RDF + name for name in ("subject", "predicate", "object")),
}


# --- Small parts of a page


def link(site: Site, iri: str, lang: str) -> dict[str, Any]:
    """Return a link to a thing: its name, the language of the name where it is another, and its page."""
    known = site.links.get((iri, lang))
    if known is None:
        found = site.index.labels.get(iri, {})
        name = site.index.label(iri, lang)
        if iri in site.index.facts and not found:
            # A fact has no name: it is shown by where the report states it.
            name = next((site.index.locator(e, lang) for e in site.index.facts[iri].evidence), name)
        elif not found and iri not in site.index.kinds and url_of(site, iri) == iri:
            name = web_name(iri)
        numbered = site.index.kinds.get(iri) == "measure"
        known = site.links[iri, lang] = {
            "iri": iri,
            "text": f"{measure_number(site, iri)} {name}" if numbered else name,
            "lang": "" if found.get(lang) == name else next((tag for tag, n in found.items() if n == name), ""),
            "tag": site.index.abbreviation(iri),
            "url": url_of(site, iri),
        }
    return known


def url_of(site: Site, iri: str) -> str | None:
    """Return where a thing is shown, or None when it has no page and is no web address."""
    if iri in site.index.kinds or iri in site.index.facts:
        return page_path(iri) + ".html"
    if iri.startswith(PG):
        return f"glossary.html#{short_id(iri)}"
    return iri if iri.startswith(("https://", "http://")) and not iri.startswith(BASE) else None


def web_name(address: str) -> str:
    """Return a web address as people write it; of a file in a repository, the repository."""
    host, _, path = re.sub("^https?://", "", address).partition("/")
    if host == "github.com":
        path = "/".join(path.split("/")[:2])
    return unquote(f"{host}/{path}").rstrip("/")


def issued_at(site: Site, lang: str) -> list[dict[str, Any]]:
    """Return links to the pages on which the plans were issued, by the sources that say when."""
    told = [fact for plan in site.index.of_kind("plan") for fact in site.index.outside.get(plan, ())]
    pages = {s for fact in told if fact.predicate == DCT + "issued" for s in fact.about.get(DCT + "source", ())}
    return [link(site, page, lang) for page in sorted(map(_text, pages))]


def measure_number(site: Site, iri: str) -> str:
    """Return a measure's number as people write it: ``18 a``."""
    identifier = next(
        (v.value for v in site.index.values(iri, DCT + "identifier") if isinstance(v, Text)), short_id(iri)
    )
    return re.sub(r"(?<=\d) ?(?=[a-zæøå])", " ", identifier)


def value(site: Site, term: Value, lang: str) -> dict[str, Any]:
    """Return the object of a statement for a page: a link, or a text with its language."""
    if isinstance(term, str):
        return link(site, term, lang)
    text = term.value
    if term.datatype == XSD + "date" or term.datatype.startswith(_EDTF):
        text = when(text, lang)
    elif term.datatype in (XSD + "integer", XSD + "decimal"):
        text = number(text, lang)
    elif term.datatype == XSD + "boolean":
        text = words(lang)["site"]["yes" if text in ("true", "1") else "no"]
    return {"text": text, "lang": term.language if term.language != lang else "", "url": None, "tag": "", "iri": ""}


def places(site: Site, evidence: Iterable[str], lang: str, within: str = "") -> list[dict[str, Any]]:
    """Return the passages of some evidence: locator in words, its short form inside a measure, position, words."""
    found = []
    for iri in evidence:
        text = site.index.locator(iri, lang)
        brief = re.sub(_OWN_PLACE[lang].format(re.escape(within)), "", text) if within else text
        tail = re.sub(r"^(?:tiltak|measure) \d+(?: [a-zæøå])?, ", "", text)
        entry: dict[str, Any] = {
            "iri": iri,
            "text": text,
            "brief": brief,
            "tail": tail,
            "start": span(iri)[0],
            "end": span(iri)[1],
        }
        entry["first"] = site.index.text(iri, PG + "firstWords", lang)
        entry["last"] = site.index.text(iri, PG + "lastWords", lang)
        entry["context"] = in_context(site.report, iri) if site.report else []
        found.append(entry)
    return found


def in_context(report: "Source", evidence: str, context: int = 160) -> list[dict[str, str]]:
    """Return the words of each piece of evidence with those before and after it, line ends and hyphens mended."""
    from plangraph.evidence import around
    from plangraph.text import Span

    pieces = [around(report, Span(start, end), context) for start, end in spans(evidence)]
    return [{"before": before, "words": said, "after": after} for before, said, after in pieces]


def fact_row(site: Site, fact: Fact, lang: str, within: str = "") -> dict[str, Any]:
    """Return one participation or claim as a row of a page."""
    known = site.rows.get((fact.iri, lang, within))
    if known is None:
        known = site.rows[fact.iri, lang, within] = _fact_row(site, fact, lang, within)
    return known


def _fact_row(site: Site, fact: Fact, lang: str, within: str) -> dict[str, Any]:
    index = site.index
    about = fact.about
    shown = value(site, fact.object, lang)
    if lang == "en" and isinstance(fact.object, Text):
        english = [v.value for v in about.get(RDFS + "comment", ()) if isinstance(v, Text) and v.language == "en"]
        if english:
            shown = {**shown, "text": english[0], "lang": ""}
    return {
        "iri": fact.iri,
        "id": re.sub(r"[^\w-]", "-", "/".join(fact.iri.split("/")[-2:])),
        "url": url_of(site, fact.iri),
        "label": index.label(fact.role or fact.predicate, lang),
        "is_role": bool(fact.role),
        "stage": fact.stage,
        "subject": link(site, fact.subject, lang),
        "value": shown,
        "measures": [link(site, m, lang) | {"number": measure_number(site, m)} for m in fact.measures],
        "places": places(site, fact.evidence, lang, within),
        "together": [
            link(site, other.object, lang)
            for iri in about.get(PG + "with", ())
            if isinstance(iri, str) and (other := index.facts.get(iri)) and isinstance(other.object, str)
        ],
        "named_as": [v.value for v in about.get(PG + "namedAs", ()) if isinstance(v, Text)],
        "as_of": [when(v.value, lang) for v in about.get(PG + "asOf", ()) if isinstance(v, Text)],
        "when": [when(v.value, lang) for v in about.get(PG + "when", ()) if isinstance(v, Text)],
    }


def node_row(site: Site, iri: str, lang: str, within: str = "") -> dict[str, Any]:
    """Return a figure, a sum of money or a transfer, which are facts by themselves, as a row of a page."""
    index = site.index
    stages = [short_id(s) for s in index.links(iri, PG + "stage")]
    return {
        "iri": iri,
        "url": url_of(site, iri),
        "stage": stages[0] if stages else "",
        "link": link(site, iri, lang),
        "kind": index.kinds.get(iri, ""),
        "amount": amount(site, iri, lang),
        "time": period(site, iri, lang),
        "about": [link(site, o, lang) for p in ("about", "finances") for o in _objects(site, iri, PG + p)],
        "measures": [
            link(site, m, lang) | {"number": measure_number(site, m)} for m in index.links(iri, PG + "underMeasure")
        ],
        "places": places(site, sorted(index.links(iri, PG + "evidence"), key=span), lang, within),
    }


def _objects(site: Site, iri: str, predicate: str) -> list[str]:
    told = [
        f.object for f in site.index.facts_of.get(iri, ()) if f.predicate == predicate and isinstance(f.object, str)
    ]
    return list(dict.fromkeys([*site.index.links(iri, predicate), *told]))


def amount(site: Site, iri: str, lang: str) -> str:
    """Return the value of a figure with its unit, or a sum of money with its currency, in words; "" without one."""
    index, t = site.index, words(lang)["entity"]

    def one(predicate: str) -> str:
        return next((v.value for v in index.values(iri, predicate) if isinstance(v, Text)), "")

    text = ""
    if one(PG + "amount"):
        currency = one("https://schema.org/currency")
        sum_ = number(one(PG + "amount"), lang)
        text = f"{sum_} kr" if currency == "NOK" and lang == "nb" else f"{currency} {sum_}".strip()
        if one(PG + "perYear") == "true":
            text += f" {t['per_year']}"
    elif one(PG + "value"):
        units = index.links(iri, PG + "unit")
        unit = index.label(units[0], lang) if units else ""
        text = f"{number(one(PG + 'value'), lang)} {unit}".strip()
    return f"{t['approximately']} {text}" if text and one(PG + "approximate") == "true" else text


def period(site: Site, iri: str, lang: str) -> str:
    """Return the time that a figure, a sum or an event covers, in words, or ""."""
    index = site.index
    for predicate in (PG + "period", PG + "when"):
        for v in index.values(iri, predicate):
            if isinstance(v, Text):
                return when(v.value, lang)
    years = [v.value for p in ("fromYear", "toYear") for v in index.values(iri, PG + p) if isinstance(v, Text)]
    return "–".join(dict.fromkeys(years))


def kind_label(site: Site, iri: str, lang: str) -> str:
    """Return what kind of thing this is: its finer kinds, else the name of its class."""
    index = site.index
    finer = [index.label(k, lang) for k in index.links(iri, DCT + "type")]
    if finer:
        return ", ".join(dict.fromkeys(finer))
    known = {c for classes in KINDS.values() for c in classes} - {PG + "Actor"}
    own = [v for p, v in index.stated.get(iri, ()) if p == RDF_TYPE and isinstance(v, str)]
    named = [index.label(c, lang) for c in own if c in index.labels and (c in known or c.startswith((PG, ELI)))]
    if scheme(iri) and BASE + f"code/{scheme(iri)}" in index.labels:
        return index.label(BASE + f"code/{scheme(iri)}", lang)
    return named[0] if named else words(lang)["kind"].get(index.kinds.get(iri, ""), "")


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


def _text(term: Value) -> str:
    return term.value if isinstance(term, Text) else term


def ministries_of(site: Site, measure: str) -> list[str]:
    """Return the ministries that the report names as responsible for a measure."""
    role = CODE + "role/responsible"
    told = [f for f in site.index.facts_of.get(measure, ()) if f.role == role and f.stage == "reported"]
    return list(dict.fromkeys(f.object for f in told if isinstance(f.object, str)))


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


def _measure_row(site: Site, iri: str, lang: str) -> dict[str, Any]:
    area, parts = area_of(site, iri), _parts(site, iri)
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


def _claimed(site: Site, iri: str, predicate: str) -> str:
    told = [f.object for f in site.index.facts_of.get(iri, ()) if f.predicate == predicate]
    return next((o.value for o in told if isinstance(o, Text)), "")


def _parts(site: Site, iri: str) -> list[str]:
    parts = {s for p, s in site.index.stated_in.get(iri, ()) if p == DCT + "isPartOf"}
    return sorted((s for s in parts if site.index.kinds.get(s) == "measure"), key=natural)


def measure_rows(site: Site, lang: str) -> list[dict[str, Any]]:
    """Return all measures as rows, in the order of the plan."""
    if ("measures", lang) not in site.answers:
        site.answers["measures", lang] = [_measure_row(site, iri, lang) for iri in site.index.of_kind("measure")]
    return [dict(row) for row in site.answers["measures", lang]]


def _page(template: str, path: str, title: str, **content: Any) -> Page:
    return {"template": template, "path": path, "title": title, **content}


# --- The pages


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
    return _page(
        "home.html",
        "index.html",
        index.label(plans[0], lang) if plans else t["home"]["title"],
        plan=link(site, plans[0], lang) if plans else None,
        description=index.text(plans[0], DCT + "description", lang) if plans else "",
        sources=[_source(site, iri, lang) for iri in index.of_kind("source")],
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


def _source(site: Site, iri: str, lang: str) -> dict[str, Any]:
    issued = [v.value for v in site.index.values(iri, DCT + "issued") if isinstance(v, Text)]
    return {
        "link": link(site, iri, lang),
        "issued": when(issued[0], lang) if issued else "",
        "sha256": site.index.text(iri, PG + "sha256", lang),
        "characters": number(site.index.text(iri, PG + "characterCount", lang), lang),
    }


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


def measures(site: Site, lang: str, facet: str = "", key: str = "") -> Page:
    """All measures as one table, or those with one value of a facet."""
    t = words(lang)
    rows = measure_rows(site, lang)
    for row in rows:
        row["keys"] = {f: " ".join(k for k, _ in _facet_keys(row, f, lang)) for f in FACETS}
    chosen = ""
    if facet:
        rows = [row for row in rows if key in row["keys"].get(facet, "").split()]
        chosen = next((text for row in rows for k, text in _facet_keys(row, facet, lang) if k == key), key)
    title = t["measures"]["title"] + (f": {chosen}" if chosen else "")
    path = f"measures/{facet}-{key}.html" if facet else "measures.html"
    return _page("measures.html", path, title, rows=rows, facets=facet_values(site, lang), facet=facet, key=key)


def measure(site: Site, lang: str, iri: str) -> Page:
    """One measure: what was planned beside what was reported, each fact with its place."""
    index = site.index
    row = _measure_row(site, iri, lang)
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
    return _page(
        "measure.html",
        page_path(iri) + ".html",
        f"{row['number']} {row['link']['text']}",
        iri=iri,
        files=page_path(iri),
        row=row,
        alternative=_claimed(site, iri, DCT + "alternative"),
        parents=[link(site, p, lang) for p in parents],
        parts=[_measure_row(site, part, lang) for part in row["parts"]],
        plan=_grouped(site, columns["plan"], iri, lang, code),
        result=_grouped(site, columns["result"], iri, lang, code),
        heading=_grouped(site, columns["heading"], iri, lang, code),
        actors=[
            {"link": link(site, actor, lang), "roles": roles}
            for actor, roles in sorted(role_of.items(), key=lambda item: index.label(item[0], lang).casefold())
        ],
        mentioned=sorted((link(site, m, lang) for m in mentioned), key=lambda entry: str(entry["text"]).casefold()),
        notes=_notes(site, iri, lang),
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
        subject = fact.subject if fact else next(iter(_objects(site, node, PG + "about")), measure)
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


def _notes(site: Site, about: str, lang: str) -> list[dict[str, Any]]:
    """Return the notes on slips of the source about a thing, or told under a measure."""
    index, found = site.index, []
    if "notes" not in site.answers:
        site.answers["notes"] = [s for s in sorted(index.stated) if _NOTE in index.links(s, RDF_TYPE)]
    told = {s for p, s in index.stated_in.get(about, ()) if p == RDF + "subject"}
    for iri in site.answers["notes"]:
        if iri not in told and about not in index.links(iri, PG + "underMeasure"):
            continue
        found.append(
            {
                "written": index.text(iri, PG + "asWritten", "nb"),
                "corrected": index.text(iri, PG + "corrected", "nb"),
                "places": places(site, index.links(iri, PG + "evidence"), lang),
            }
        )
    return found


def entity(site: Site, lang: str, iri: str) -> Page:
    """One actor, law, programme, place, area, figure, event or concept: everything that is said of it."""
    index, t = site.index, words(lang)
    kind = index.kinds[iri]
    own, incoming = index.facts_of.get(iri, []), index.facts_to.get(iri, [])
    title = index.label(iri, lang)
    names = [v.value for v in index.values(iri, SKOS + "altLabel") if isinstance(v, Text) and v.value != title]
    told = {(f.predicate, f.object) for f in own}
    plain = [(p, v) for p, v in index.stated.get(iri, ()) if p not in _HIDDEN and (p, v) not in told]
    told_in = {(f.predicate, f.subject) for f in incoming}
    plain_in = [
        (p, s)
        for p, s in index.stated_in.get(iri, ())
        if (s in index.kinds and (p not in _HIDDEN or p == DCT + "isPartOf") and (p, s) not in told_in)
        and not (kind == "area" and index.kinds.get(s) == "measure")
    ]
    holders = [f for f in index.facts.values() if f.role == iri] if scheme(iri) == "role" else []
    members: list[str] = []
    if kind == "theme":
        used = {s for p, s in index.stated_in.get(iri, ()) if p in (DCT + "type", PG + "unit")}
        members = sorted(used & index.kinds.keys(), key=lambda s: index.label(s, lang).casefold())
    page = page_path(iri)
    evidence = sorted(index.links(iri, PG + "evidence"), key=span)
    description = index.text(iri, DCT + "description", lang) or index.text(iri, SKOS + "definition", lang)
    return _page(
        "entity.html",
        page + ".html",
        title,
        iri=iri,
        files=page,
        kind=kind,
        kind_text=kind_label(site, iri, lang),
        title_lang=link(site, iri, lang)["lang"],
        tag=index.abbreviation(iri),
        names=list(dict.fromkeys(names)),
        description=description,
        amount=amount(site, iri, lang),
        time=period(site, iri, lang),
        stage=next((short_id(s) for s in index.links(iri, PG + "stage")), ""),
        today=_today(site, iri, lang),
        roles=_by_role([f for f in incoming if f.role], site, lang, context=True),
        involved=_by_role([f for f in own if f.role], site, lang, context=False),
        facts=_by_property([f for f in own if not f.role], site, lang, inverse=False)
        + [
            {"label": index.label(p, lang), "rows": [{"value": value(site, v, lang), "plain": True} for _, v in group]}
            for p, group in ((p, list(g)) for p, g in groupby(plain, key=lambda row: row[0]))
        ],
        incoming=_by_property([f for f in incoming if not f.role], site, lang, inverse=True)
        + [
            {"label": index.label(p, lang), "rows": [{"value": link(site, s, lang), "plain": True} for _, s in group]}
            for p, group in ((p, list(g)) for p, g in groupby(plain_in, key=lambda row: row[0]))
        ],
        numbers=_numbers_about(site, iri, lang),
        holders=_holders(site, holders, lang),
        members=[link(site, s, lang) for s in members],
        neighbours=neighbours(site, iri, lang),
        mentioned=[link(site, m, lang) for m in _mentions(site).get(iri, ())],
        under=[
            link(site, m, lang) | {"ministries": [link(site, x, lang) for x in ministries_of(site, m)]}
            for m in sorted(index.links(iri, PG + "underMeasure"), key=natural)
        ],
        measures=[_measure_row(site, m, lang) for m in _parts(site, iri)] if kind == "area" else [],
        places=places(site, evidence, lang),
        notes=_notes(site, iri, lang),
        sheet=f"ministries/{short_id(iri)}.html" if iri in ministries(site) else None,
        empty=t["entity"]["nothing"],
    )


def _mentions(site: Site) -> dict[str, list[str]]:
    if "mentions" not in site.answers:
        table: dict[str, list[str]] = defaultdict(list)
        for iri in site.index.of_kind("measure"):
            for named in site.index.links(iri, PG + "mentions"):
                table[named].append(iri)
        site.answers["mentions"] = table
    return site.answers["mentions"]  # type: ignore[no-any-return]


def _today(site: Site, iri: str, lang: str) -> list[dict[str, Any]]:
    """Return what other sources say of a thing: property, value, date, remark, and the address of each source."""
    rows = []
    for found in site.index.outside.get(iri, ()):
        row = fact_row(site, found, lang)
        remarks = [v.value for v in found.about.get(RDFS + "comment", ()) if isinstance(v, Text) and v.language == lang]
        sources = [s for s in found.about.get(DCT + "source", ()) if isinstance(s, str)]
        rows.append(row | {"remarks": remarks, "sources": [_address(site, s) for s in sources]})
    return rows


def _address(site: Site, iri: str) -> dict[str, str | None]:
    """Return a source as a link, or as its text alone where it is no web address."""
    url = url_of(site, iri)
    return {"url": url, "text": web_name(iri) if url else iri}


def _by_role(facts: list[Fact], site: Site, lang: str, context: bool) -> list[dict[str, Any]]:
    """Group participations by role, then stage; ``context`` says that the rows name the context, not the actor."""
    groups: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.role, fact.stage].append(fact)
    ordered = sorted(groups, key=lambda key: (_stage_place(key[1]), -len(groups[key]), key[0]))
    return [
        {
            "label": site.index.label(role, lang),
            "url": url_of(site, role),
            "stage": stage,
            "rows": [fact_row(site, fact, lang) | {"context": context} for fact in groups[role, stage]],
        }
        for role, stage in ordered
    ]


def _stage_place(stage: str) -> int:
    return STAGES.index(stage) if stage in STAGES else len(STAGES)


def _by_property(facts: list[Fact], site: Site, lang: str, inverse: bool) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.predicate, fact.stage].append(fact)
    ordered = sorted(groups, key=lambda key: (_stage_place(key[1]), site.index.label(key[0], lang), key[0]))
    return [
        {
            "label": site.index.label(predicate, lang),
            "stage": stage,
            "rows": [fact_row(site, fact, lang) | {"context": inverse} for fact in groups[predicate, stage]],
        }
        for predicate, stage in ordered
    ]


def _numbers_about(site: Site, iri: str, lang: str) -> list[dict[str, Any]]:
    index = site.index
    found = {s for p, s in index.stated_in.get(iri, ()) if p in (PG + "about", PG + "finances")}
    found |= {f.subject for f in index.facts_to.get(iri, ()) if f.predicate == PG + "finances"}
    nodes = [s for s in found if index.kinds.get(s) in ("figure", "money")]
    return [
        node_row(site, s, lang)
        for s in sorted(nodes, key=lambda s: (span(next(iter(index.links(s, PG + "evidence")), "")), s))
    ]


def _holders(site: Site, facts: list[Fact], lang: str) -> list[dict[str, Any]]:
    by_actor: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if isinstance(fact.object, str):
            by_actor[fact.object].append(fact)
    ordered = sorted(by_actor, key=lambda a: (-len(by_actor[a]), site.index.label(a, lang).casefold()))
    return [{"link": link(site, a, lang), "rows": [fact_row(site, f, lang) for f in by_actor[a]]} for a in ordered]


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


def edge_id(edge: Any) -> str:
    """Return the anchor of a tie on the page of its layer."""
    return f"{short_id(edge.source)}--{short_id(edge.target)}"


def fact(site: Site, lang: str, iri: str) -> Page:
    """One participation or claim: what it says, where it stands, how to cite it and how to say that it is wrong."""
    index, t = site.index, words(lang)["fact"]
    found = index.facts[iri]
    row = fact_row(site, found, lang)
    what = f"{row['subject']['text']} – {row['label']}: {row['value']['text']}"
    same = sorted(
        {other.iri for e in found.evidence for other in _at(site).get(e, ()) if other.iri != iri}, key=natural
    )
    return _page(
        "fact.html",
        page_path(iri) + ".html",
        what,
        iri=iri,
        row=row,
        title_lang=row["value"]["lang"],
        what=what,
        cite=citation(site, iri, what, [place["text"] for place in row["places"]], lang),
        wrong=fault_link(site, iri, what, lang),
        same=[_passage_fact(site, index.facts[other], lang) for other in same],
        role_url=url_of(site, found.role) if found.role else None,
        heading=t["title"],
        issued_at=issued_at(site, lang),
    )


def _at(site: Site) -> dict[str, list[Fact]]:
    if "at" not in site.answers:
        table: dict[str, list[Fact]] = defaultdict(list)
        for found in site.index.facts.values():
            for evidence in found.evidence:
                table[evidence].append(found)
        site.answers["at"] = table
    return site.answers["at"]  # type: ignore[no-any-return]


def _described(site: Site) -> Dataset:
    if "dataset" not in site.answers:
        site.answers["dataset"] = dataset_of(q.triple for q in asserted(site.store))
    return site.answers["dataset"]  # type: ignore[no-any-return]


def citation(site: Site, iri: str, text: str, locators: Iterable[str], lang: str) -> list[str]:
    """Return how to cite one fact, as lines: text, data set, version and address; then the source and the places."""
    dataset = _described(site)
    source = dataset.sources[0] if dataset.sources else None
    return cited(iri, text, locators, dataset, source, lang).plain().splitlines()


def fault_link(site: Site, iri: str, what: str, lang: str) -> str | None:
    """Return a link that opens a prefilled report of a fault, or None when the site has no address for it."""
    if not site.faults_to:
        return None
    t = words(lang)["fact"]
    subject = quote(t["wrong_subject"].format(id=short_id(iri)))
    body = quote(t["wrong_body"].format(iri=iri, what=what))
    if "@" in site.faults_to and "://" not in site.faults_to:
        return f"mailto:{quote(site.faults_to, safe='@')}?subject={subject}&body={body}"
    mark = "&" if "?" in site.faults_to else "?"
    return f"{site.faults_to}{mark}title={subject}&body={body}"


def things(site: Site, lang: str, name: str) -> Page:
    """A list of all things of some kinds: actors, programmes, laws, places, concepts, or money and figures."""
    index, t = site.index, words(lang)
    entries: list[dict[str, Any]] = []
    for kind in _LIST_KINDS[name]:
        for iri in index.of_kind(kind):
            if name == "themes" and scheme(iri) in (*_FRONT_SCHEMES, "period", "kind", "unit", "language"):
                continue
            told = (
                [f for f in index.facts_to.get(iri, ()) if f.role] if kind == "actor" else index.facts_of.get(iri, [])
            )
            if kind == "theme":
                told = index.facts_to.get(iri, [])
            reached = {m for f in told for m in f.measures} | set(index.links(iri, PG + "underMeasure"))
            entries.append(
                {
                    "link": link(site, iri, lang),
                    "kind": kind_label(site, iri, lang),
                    "facts": len(told),
                    "amount": amount(site, iri, lang),
                    "time": period(site, iri, lang),
                    "measures": [
                        {"url": url_of(site, m), "number": measure_number(site, m), "text": index.label(m, lang)}
                        for m in sorted(reached, key=natural)
                    ],
                    "about": [link(site, o, lang) for p in ("about", "finances") for o in _objects(site, iri, PG + p)],
                }
            )
    entries.sort(key=lambda entry: (entry["link"]["text"].casefold(), entry["link"]["iri"]))
    title, lead = t["lists"][name + "_title"], t["lists"][name + "_lead"]
    return _page("list.html", f"{name}.html", title, lead=lead, entries=entries, name=name)


def ministries(site: Site) -> list[str]:
    """Return the ministries that are responsible for a measure, most measures first."""
    if "ministries" not in site.answers:
        counts = Counter(m for iri in site.index.of_kind("measure") for m in ministries_of(site, iri))
        site.answers["ministries"] = [iri for iri, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    return site.answers["ministries"]  # type: ignore[no-any-return]


def ministry(site: Site, lang: str, iri: str) -> Page:
    """A sheet about one ministry, to print or to send out."""
    index, t = site.index, words(lang)["ministry"]
    rows = [row for row in measure_rows(site, lang) if iri in (m["iri"] for m in row["ministries"])]
    for row in rows:
        told = [index.facts[n] for n in index.under.get(row["link"]["iri"], ()) if n in index.facts]
        actors = Counter(f.object for f in told if f.role and f.stage == "reported" and isinstance(f.object, str))
        row["bodies"] = [link(site, a, lang) for a, _ in actors.most_common() if a != iri][:6]
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
    return _page(
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
        today=_today(site, iri, lang),
        others=[
            link(site, other, lang) | {"sheet": f"ministries/{short_id(other)}.html"} for other in ministries(site)
        ],
    )


def networks(site: Site, lang: str) -> Page:
    """The network layers, each with its definition."""
    views = [layer_view(site, layer, lang) for layer in site.layers if not layer.plan]
    return _page("networks.html", "networks.html", words(lang)["networks"]["title"], layers=views)


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
    return _page("network.html", f"networks/{name}.html", title, layer=view, rows=rows, scripts=["network"])


def _edge_fact(site: Site, iri: str, lang: str) -> dict[str, Any]:
    found = site.index.facts.get(iri)
    if not found:
        return {"text": site.index.label(iri, lang), "url": url_of(site, iri), "stage": ""}
    row = fact_row(site, found, lang)
    text = f"{row['value']['text']} ({row['label']}): {row['subject']['text']}"
    return {"text": text, "url": row["url"], "stage": row["stage"]}


def layer_view(site: Site, layer: Any, lang: str) -> dict[str, Any]:
    """Return what a page shows of a layer beside its ties: names, definition, caption, drawing, files."""
    from plangraph.site.drawing import draw

    key = f"drawing {layer.name} {lang}"
    if key not in site.answers:
        names = {iri: site.index.abbreviation(iri) or site.index.label(iri, lang) for iri in layer.nodes}
        kinds = {iri: kind_label(site, iri, "nb") for iri in layer.nodes}
        site.answers[key] = draw(layer, names, kinds)
    return {
        "name": layer.name,
        "title": layer.title[lang],
        "definition": layer.definition[lang],
        "caption": layer.caption[lang],
        "nodes": len(layer.nodes),
        "edges": len(layer.edges),
        "without": len(set(layer.nodes) - {end for e in layer.edges for end in (e.source, e.target)}),
        "url": f"networks/{layer.name}.html",
        "drawing": site.answers[key],
        "files": [f"networks/{name}" for name in layer.files],
        "plan": layer.plan,
        "others": [
            {"plan": other.plan, "url": f"networks/{other.name}.html"}
            for other in site.layers
            if other.name.rpartition("/")[2] == layer.name.rpartition("/")[2] and other is not layer
        ],
    }


def questions(site: Site, lang: str) -> Page:
    """All questions of the library, by tag."""
    tags = words(lang)["tags"]
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for query in _library(site).values():
        entry = {"name": query.name, "text": query.summary(lang) or query.name, "url": f"questions/{query.name}.html"}
        tag = query.tags[0] if query.tags else ""
        groups[tags.get(tag, tag)].append(entry)
    ordered = [{"tag": tag, "entries": groups[tag]} for tag in sorted(groups)]
    return _page("questions.html", "questions.html", words(lang)["questions"]["title"], groups=ordered)


def _library(site: Site) -> dict[str, Any]:
    from plangraph.queries import library

    if "library" not in site.answers:
        site.answers["library"] = library(site.tree)
    return site.answers["library"]  # type: ignore[no-any-return]


def question(site: Site, lang: str, name: str, **given: str) -> Page:
    """One question of the library with its answer and its query; where it needs a value, answered for an example.

    ``given`` are values of its parameters, instead of its defaults and of the example.
    """
    query = _library(site)[name]
    asked, result, reason = answer(site, name, given)
    short = {k: short_id(v) if v in site.index.kinds else v for k, v in asked.items()}
    values = [
        {"name": key, "link": link(site, v, lang) if v in site.index.kinds else {"text": v, "url": None, "lang": ""}}
        for key, v in asked.items()
    ]
    return _page(
        "question.html",
        f"questions/{name}.html",
        query.summary(lang) or name,
        name=name,
        description=query.description(lang),
        values=values,
        parameters=short,
        example=any(v is None and k not in given for k, v in query.parameters.items()),
        answer=None if result is None else answer_table(site, result, lang),
        reason=reason,
        query=query.text,
        tags=query.tags,
        command=" ".join(["plangraph query", name, *(f"--{k} {v}" for k, v in short.items())]),
    )


def answer(site: Site, name: str, given: Mapping[str, str] = MappingProxyType({})) -> tuple[dict[str, str], Any, str]:
    """Return the values asked with, the result, and why there is none.

    Where a parameter has no default, the first of some likely values that gives an answer with rows stands as example.
    """
    from plangraph.queries import ask

    key = ("answer", name, *sorted(given.items()))
    if key not in site.answers:
        query = _library(site)[name]
        known = {k: v for k, v in query.parameters.items() if v is not None} | dict(given)
        asked, result, reason = known, None, ""
        for tried in _examples(site, [k for k in query.parameters if k not in known]):
            try:
                asked, result, reason = known | tried, ask(query, site.store, known | tried), ""
            except QueryError as error:
                reason = error.what
                continue
            if result.solutions:
                break
        if given:
            # What readers ask for is not kept: it has no bounds.
            return asked, result, reason
        site.answers[key] = asked, result, reason
    return site.answers[key]  # type: ignore[no-any-return]


def _examples(site: Site, missing: list[str]) -> Iterable[dict[str, str]]:
    """Yield likely values of the parameters, those about which most is said first."""
    index = site.index

    def busiest(kind: str) -> list[str]:
        def weight(iri: str) -> int:
            return len(index.facts_to.get(iri, ())) + len(index.facts_of.get(iri, ())) + len(index.under.get(iri, ()))

        return sorted(index.of_kind(kind), key=lambda iri: (-weight(iri), iri))

    def candidates(name: str) -> list[str]:
        if name in ("measure", "law", "place", "area"):
            return busiest(name)
        if name == "ministry":
            return ministries(site)
        if name == "kind":
            return [PG + "Directorate"]
        if name in ("role", "cause", "theme", "audience"):
            return [iri for iri in busiest("theme") if scheme(iri) == name]
        if name == "series":
            found = {
                v.value for iri in index.of_kind("figure") for v in index.values(iri, PG + name) if isinstance(v, Text)
            }
            return sorted(found)
        fixed = {"year": "2020", "day": "2020-01-01", "start": "2019-01-01", "end": "2020-12-31", "least": "2"}
        if name in fixed:
            return [fixed[name]]
        if name in ("funding", "money"):
            return busiest("money")
        if name in ("actor", "first", "second", "other", "network", "body"):
            return busiest("actor")
        return busiest("thing")

    if not missing:
        return [{}]
    columns = [candidates(name)[:40] for name in missing]
    if len(missing) == 1:
        return [{missing[0]: v} for v in columns[0]]
    # Two names of one kind must differ; of two kinds, a pair that is said together is the most likely.
    if set(missing) == {"thing", "actor"}:
        told = [f for f in index.facts.values() if f.role and f.stage == "reported" and f.subject in index.kinds]
        return [{"thing": f.subject, "actor": str(f.object)} for f in sorted(told, key=reading_order)[:40]]
    pairs = [dict(zip(missing, row, strict=True)) for row in product(*(c[:6] for c in columns))]
    return [pair for pair in pairs if len(set(pair.values())) == len(pair)]


def answer_table(site: Site, result: Any, lang: str) -> dict[str, Any]:
    """Return the result of a query for a page: columns and rows of values, things as links."""
    import pyoxigraph as ox

    def cell(term: Any) -> dict[str, Any]:
        if isinstance(term, ox.NamedNode):
            return link(site, term.value, lang)
        if term is None:
            return {"text": "", "lang": "", "url": None, "tag": "", "iri": ""}
        return value(site, Text(term.value, term.language or "", term.datatype.value), lang)

    rows = [[cell(term) for term in solution] for solution in result.solutions]
    return {"columns": result.columns, "rows": rows}


def glossary(site: Site, lang: str) -> Page:
    """Roles, stages, statuses and kinds of things, with their definitions and how often they are used."""
    index = site.index
    roles = Counter(f.role for f in index.facts.values() if f.role)
    stages = Counter(f.stage for f in index.facts.values())
    groups: list[dict[str, Any]] = []
    for name in ("stage", "role", "status"):
        found = [iri for iri in index.of_kind("theme") if scheme(iri) == name]
        entries = []
        for iri in found:
            used = {"role": roles[iri], "stage": stages[short_id(iri)]}.get(name, len(index.facts_to.get(iri, ())))
            ties = [link(site, other, lang) for other in index.links(iri, PG + "tieTo")]
            entries.append(_term(site, iri, lang) | {"used": used, "ties": ties, "anchor": f"{name}-{short_id(iri)}"})
        if name == "stage":
            entries.sort(key=lambda e: _stage_place(short_id(e["iri"])))
        else:
            entries.sort(key=lambda e: (-e["used"], e["text"]))
        if entries:
            groups.append({"title": index.label(CODE + name, lang), "name": name, "entries": entries})
    terms = [iri for iri in sorted(index.out) if iri.startswith(PG) and iri != PG and iri in index.labels]
    classes = [iri for iri in terms if short_id(iri)[:1].isupper()]
    properties = [iri for iri in terms if short_id(iri)[:1].islower()]
    t = words(lang)["glossary"]
    for title, name, found in ((t["classes"], "classes", classes), (t["properties"], "properties", properties)):
        entries = [
            _term(site, iri, lang) | {"used": 0, "ties": [], "anchor": short_id(iri), "url": None} for iri in found
        ]
        groups.append({"title": title, "name": name, "entries": sorted(entries, key=lambda e: e["text"].casefold())})
    return _page("glossary.html", "glossary.html", t["title"], groups=groups)


def _term(site: Site, iri: str, lang: str) -> dict[str, Any]:
    found = {v.language: v.value for v in site.index.values(iri, SKOS + "definition") if isinstance(v, Text)}
    text = found.get(lang) or found.get("en") or found.get("nb") or ""
    tag = next((tag for tag, v in found.items() if v == text), "")
    return link(site, iri, lang) | {"definition": text, "definition_lang": "" if tag == lang else tag}


def data(site: Site, lang: str) -> Page:
    """The downloads."""
    from plangraph.site import downloads

    t = words(lang)["data"]
    graph = [(f"data/graph.{end}", t[end]) for end in ("ttl", "nt", "trig", "jsonld")]
    tables = [(f"data/{name}.csv", t[f"{name}_csv"]) for name in ("measures", "actors", "facts")]
    books = [
        (f"data/tables/{downloads.WORKBOOKS[tag]}", t[f"book_{tag}"]) for tag in sorted(LANGUAGES, key=lang.__ne__)
    ]
    every = [(f"data/tables/{name}", "") for name in downloads.table_names(site) if not name.endswith(".xlsx")]
    agreed = [(path, t["agreement"]) for path in downloads.agreements(site)]
    vocabulary = [("data/plangraph.ttl", t["ontology"]), ("data/codes.ttl", t["codes"])]
    sources = [_source(site, iri, lang) for iri in site.index.of_kind("source")]
    plan = next(iter(site.index.of_kind("plan")), "")
    name = site.index.label(plan, lang) if plan else ""
    return _page(
        "data.html",
        "data.html",
        t["title"],
        groups=[
            {"title": t["graph"], "files": graph},
            {"title": t["tables"], "files": [*books, *tables, *agreed]},
            {"title": t["every"], "files": every},
            {"title": t["ontology"], "files": vocabulary},
        ],
        licence=_described(site).licence,
        licence_name=licence_name(_described(site).licence),
        cite=citation(site, plan or BASE, name, (), lang),
        sources=sources,
        layers=[layer_view(site, layer, lang) for layer in site.layers],
    )


def how(site: Site, lang: str) -> Page:
    """How the graph was coded, and what it holds."""
    from plangraph.site import downloads

    index = site.index
    stages = Counter(f.stage for f in index.facts.values())
    coding = [
        {"title": index.label(iri, lang), "text": index.text(iri, DCT + "description", lang)}
        for iri in sorted(index.stated)
        if "http://www.w3.org/ns/prov#Activity" in index.links(iri, RDF_TYPE)
        and index.text(iri, DCT + "description", lang)
    ]
    return _page(
        "how.html",
        "how.html",
        words(lang)["how"]["title"],
        stages=[{"stage": s, "n": stages[s]} for s in STAGES if stages[s]],
        total=sum(stages.values()),
        spans=len(_at(site)),
        sources=[_source(site, iri, lang) for iri in index.of_kind("source")],
        coding=coding,
        agreed=list(downloads.agreements(site)),
    )


def passages(site: Site, lang: str) -> Page:
    """Every passage that is evidence of a fact, in the order of the report."""
    index = site.index
    by_measure: dict[str, list[str]] = defaultdict(list)
    table = _at(site)
    for evidence in sorted(table, key=span):
        told = sorted({m for f in table[evidence] for m in f.measures}, key=natural)
        by_measure[told[0] if told else ""].append(evidence)
    groups = []
    for iri in ["", *index.of_kind("measure")]:
        if by_measure.get(iri):
            entries = [
                {
                    "place": places(site, [evidence], lang)[0],
                    "id": f"e{evidence.rsplit('/', 1)[-1]}",
                    "facts": [_passage_fact(site, f, lang) for f in table[evidence]],
                }
                for evidence in by_measure[iri]
            ]
            brief = measure_number(site, iri).replace(" ", "") if iri else ""
            groups.append({"link": link(site, iri, lang) if iri else None, "brief": brief, "entries": entries})
    return _page("passages.html", "passages.html", words(lang)["passages"]["title"], groups=groups)


def _passage_fact(site: Site, found: Fact, lang: str) -> dict[str, Any]:
    shown = value(site, found.object, lang)
    label = site.index.label(found.role or found.predicate, lang)
    text = f"{site.index.label(found.subject, lang)} – {label}: {shown['text']}"
    return {"text": text, "url": url_of(site, found.iri)}


def search(site: Site, lang: str) -> Page:
    """Full-text search, and the index from A to Z that stands in for it without JavaScript."""
    index = site.index
    entries: list[dict[str, Any]] = []
    for iri, kind in index.kinds.items():
        if kind == "theme" and scheme(iri) in ("period", "language", "unit"):
            continue
        shown = link(site, iri, lang) | {"kind": kind_label(site, iri, lang)}
        entries.append(shown)
        if shown["tag"]:
            entries.append({**shown, "text": shown["tag"], "see": index.label(iri, lang)})
    order = "abcdefghijklmnopqrstuvwxyzæøå"

    def first(entry: dict[str, Any]) -> str:
        text = re.sub(r"^[\d\s]+[a-z]?\s", "", entry["text"]) if entry["text"][:1].isdigit() else entry["text"]
        letter = next((c for c in text.casefold() if c.isalnum()), "#")
        return {"ä": "æ", "ö": "ø", "é": "e", "ü": "u"}.get(letter, letter)

    letters: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        letters[first(entry)].append(entry)
    for group in letters.values():
        group.sort(key=lambda entry: (str(entry["text"]).casefold(), str(entry["iri"])))
    ordered = sorted(letters, key=lambda letter: (order.find(letter) % 99, letter))
    groups = [{"letter": letter.upper(), "entries": letters[letter]} for letter in ordered]
    return _page("search.html", "search.html", words(lang)["search"]["title"], groups=groups, scripts=["search"])


def missing(site: Site, lang: str, name: str = "") -> Page:
    """The page that says that something is not there, with near names."""
    near: list[dict[str, Any]] = []
    if name:
        from difflib import get_close_matches

        from plangraph.names import fold

        wanted = fold(short_id(name))
        table: dict[str, str] = {}
        for iri in sorted(site.index.kinds):
            table.setdefault(fold(short_id(iri)), iri)
            table.setdefault(fold(site.index.label(iri, lang)), iri)
        near = [link(site, table[key], lang) for key in get_close_matches(wanted, list(table), n=5, cutoff=0.6)]
        near = list({entry["iri"]: entry for entry in near}.values())
    return _page("missing.html", "404.html", words(lang)["site"]["page_not_found"], near=near, name=name)


PageFunction = Callable[..., Page]
