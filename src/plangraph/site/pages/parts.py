"""What several pages show: links, values, places, facts as rows, kinds, sums and times.

A link is a dict ``{text, lang, url, …}`` whose ``url`` is a path inside the site without language and without leading
slash (``id/actor/imdi.html``), an http(s) address, or None.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from plangraph.site.index import KINDS, STAGES, Fact, Text, Value, scheme, short_id, span, spans
from plangraph.site.messages import words
from plangraph.site.model import Page, Site, kept, page_path
from plangraph.site.times import number, when
from plangraph.vocabulary import BASE, DCT, EDTF, ELI, PG, RDF, RDF_TYPE, RDFS, SCHEMA, XSD

if TYPE_CHECKING:
    from plangraph.text import Source


def page(template: str, path: str, title: str, **content: Any) -> Page:
    """Return a page model: its template, its path without language, its title, and what the template shows."""
    return {"template": template, "path": path, "title": title, **content}


@kept
def link(site: Site, iri: str, lang: str) -> dict[str, Any]:
    """Return a link to a thing: its name, the language of the name where it is another, and its page."""
    found = site.index.labels.get(iri, {})
    name = site.index.label(iri, lang)
    if iri in site.index.facts and not found:
        # A fact has no name: it is shown by where the report states it.
        name = next((site.index.locator(e, lang) for e in site.index.facts[iri].evidence), name)
    elif not found and iri not in site.index.kinds and url_of(site, iri) == iri:
        name = web_name(iri)
    numbered = site.index.kinds.get(iri) == "measure"
    return {
        "iri": iri,
        "text": f"{measure_number(site, iri)} {name}" if numbered else name,
        "lang": "" if found.get(lang) == name else next((tag for tag, n in found.items() if n == name), ""),
        "tag": site.index.abbreviation(iri),
        "url": url_of(site, iri),
    }


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


def value(site: Site, term: Value, lang: str) -> dict[str, Any]:
    """Return the object of a statement for a page: a link, or a text with its language."""
    if isinstance(term, str):
        return link(site, term, lang)
    text = term.value
    if term.datatype == XSD + "date" or term.datatype.startswith(EDTF):
        text = when(text, lang)
    elif term.datatype in (XSD + "integer", XSD + "decimal"):
        text = number(text, lang)
    elif term.datatype == XSD + "boolean":
        text = words(lang)["site"]["yes" if text in ("true", "1") else "no"]
    return {"text": text, "lang": term.language if term.language != lang else "", "url": None, "tag": "", "iri": ""}


def places(site: Site, evidence: Iterable[str], lang: str, within: str = "") -> list[dict[str, Any]]:
    """Return the passages of some evidence: locator in words, its short form inside a measure, position, words."""
    found, t = [], words(lang)["place"]
    own = tuple(t["measure"].format(number=within) + t[section] for section in ("plan_text", "result_text"))
    for iri in evidence:
        text = site.index.locator(iri, lang)
        brief = next((text.removeprefix(start) for start in own if within and text.startswith(start)), text)
        tail = re.sub("^" + t["measure"].format(number=r"\d+(?: [a-zæøå])?"), "", text)
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
    from plangraph.spans import around
    from plangraph.text import Span

    pieces = [around(report, Span(start, end), context) for start, end in spans(evidence)]
    return [{"before": before, "words": said, "after": after} for before, said, after in pieces]


@kept
def fact_row(site: Site, fact: Fact, lang: str, within: str = "") -> dict[str, Any]:
    """Return one participation or claim as a row of a page; ``within`` is the number of the page's measure, if any."""
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
        "about": [link(site, o, lang) for p in ("about", "finances") for o in objects(site, iri, PG + p)],
        "measures": [
            link(site, m, lang) | {"number": measure_number(site, m)} for m in index.links(iri, PG + "underMeasure")
        ],
        "places": places(site, sorted(index.links(iri, PG + "evidence"), key=span), lang, within),
    }


def objects(site: Site, iri: str, predicate: str) -> list[str]:
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
        currency = one(SCHEMA + "currency")
        sum_ = number(one(PG + "amount"), lang)
        text = t["kroner"].format(amount=sum_) if currency == "NOK" else f"{currency} {sum_}".strip()
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


def measure_number(site: Site, iri: str) -> str:
    """Return a measure's number as people write it: ``18 a``."""
    identifier = next(
        (v.value for v in site.index.values(iri, DCT + "identifier") if isinstance(v, Text)), short_id(iri)
    )
    return re.sub(r"(?<=\d) ?(?=[a-zæøå])", " ", identifier)


def notes(site: Site, about: str, lang: str) -> list[dict[str, Any]]:
    """Return the notes on slips of the source about a thing, or told under a measure."""
    index, found = site.index, []
    told = {s for p, s in index.stated_in.get(about, ()) if p == RDF + "subject"}
    for iri in _all_notes(site):
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


@kept
def _all_notes(site: Site) -> list[str]:
    return [s for s in sorted(site.index.stated) if PG + "SourceNote" in site.index.links(s, RDF_TYPE)]


def issued_at(site: Site, lang: str) -> list[dict[str, Any]]:
    """Return links to the pages on which the plans were issued, by the sources that say when."""
    told = [fact for plan in site.index.of_kind("plan") for fact in site.index.outside.get(plan, ())]
    pages = {s for fact in told if fact.predicate == DCT + "issued" for s in fact.about.get(DCT + "source", ())}
    return [link(site, page, lang) for page in sorted(map(_text, pages))]


def _text(term: Value) -> str:
    return term.value if isinstance(term, Text) else term


def source(site: Site, iri: str, lang: str) -> dict[str, Any]:
    issued = [v.value for v in site.index.values(iri, DCT + "issued") if isinstance(v, Text)]
    return {
        "link": link(site, iri, lang),
        "issued": when(issued[0], lang) if issued else "",
        "sha256": site.index.text(iri, PG + "sha256", lang),
        "characters": number(site.index.text(iri, PG + "characterCount", lang), lang),
    }


def stage_place(stage: str) -> int:
    return STAGES.index(stage) if stage in STAGES else len(STAGES)
