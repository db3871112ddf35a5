"""The lists of things, and the page of each: actors, laws, programmes, places, concepts, money and figures."""

from collections import defaultdict
from itertools import groupby
from typing import Any

from plangraph.site.index import Fact, Text, natural, scheme, short_id, span
from plangraph.site.messages import words
from plangraph.site.model import Page, Site, kept, page_path
from plangraph.site.pages.measures import measure_row, ministries, ministries_of, parts_of
from plangraph.site.pages.networks import neighbours
from plangraph.site.pages.parts import (
    amount,
    fact_row,
    kind_label,
    link,
    measure_number,
    node_row,
    notes,
    objects,
    page,
    period,
    places,
    stage_place,
    url_of,
    value,
    web_name,
)
from plangraph.vocabulary import CV, DCT, PG, RDF, RDF_TYPE, RDFS, SCHEMA, SKOS

LISTS = ("actors", "things", "laws", "places", "themes", "money")
_LIST_KINDS = {
    "actors": ("actor",),
    "things": ("thing", "event"),
    "laws": ("law",),
    "places": ("place",),
    "themes": ("theme",),
    "money": ("money", "figure"),
}
_FRONT_SCHEMES = ("role", "stage", "status")
# Said by the heading of a page, or of use to machines only.
_HIDDEN = {
    RDF_TYPE,
    *(SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel", "definition", "inScheme")),
    *(DCT + name for name in ("type", "description", "identifier", "isPartOf")),
    *(PG + name for name in ("evidence", "stage", "number", "letter", "since", "mentions", "underMeasure", "with")),
    *(PG + name for name in ("sha256", "characterCount", "earliest", "latest", "series", "directProperty", "active")),
    *(PG + name for name in ("value", "unit", "amount", "perYear", "approximate", "period", "fromYear", "toYear")),
    *(PG + name for name in ("tieTo", "iatiCode")),
    CV + "hasParticipation",
    CV + "hasParticipant",
    SCHEMA + "currency",
    RDFS + "isDefinedBy",
    RDFS + "comment",
    *(RDF + name for name in ("subject", "predicate", "object")),
}


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
                    "about": [link(site, o, lang) for p in ("about", "finances") for o in objects(site, iri, PG + p)],
                }
            )
    entries.sort(key=lambda entry: (entry["link"]["text"].casefold(), entry["link"]["iri"]))
    title, lead = t["lists"][name + "_title"], t["lists"][name + "_lead"]
    return page("list.html", f"{name}.html", title, lead=lead, entries=entries, name=name)


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
    files = page_path(iri)
    evidence = sorted(index.links(iri, PG + "evidence"), key=span)
    description = index.text(iri, DCT + "description", lang) or index.text(iri, SKOS + "definition", lang)
    return page(
        "entity.html",
        files + ".html",
        title,
        iri=iri,
        files=files,
        kind=kind,
        kind_text=kind_label(site, iri, lang),
        title_lang=link(site, iri, lang)["lang"],
        tag=index.abbreviation(iri),
        names=list(dict.fromkeys(names)),
        description=description,
        amount=amount(site, iri, lang),
        time=period(site, iri, lang),
        stage=next((short_id(s) for s in index.links(iri, PG + "stage")), ""),
        today=today(site, iri, lang),
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
        measures=[measure_row(site, m, lang) for m in parts_of(site, iri)] if kind == "area" else [],
        places=places(site, evidence, lang),
        notes=notes(site, iri, lang),
        sheet=f"ministries/{short_id(iri)}.html" if iri in ministries(site) else None,
        empty=t["entity"]["nothing"],
    )


@kept
def _mentions(site: Site) -> dict[str, list[str]]:
    table: dict[str, list[str]] = defaultdict(list)
    for iri in site.index.of_kind("measure"):
        for named in site.index.links(iri, PG + "mentions"):
            table[named].append(iri)
    return table


def today(site: Site, iri: str, lang: str) -> list[dict[str, Any]]:
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
    ordered = sorted(groups, key=lambda key: (stage_place(key[1]), -len(groups[key]), key[0]))
    return [
        {
            "label": site.index.label(role, lang),
            "url": url_of(site, role),
            "stage": stage,
            "rows": [fact_row(site, fact, lang) | {"context": context} for fact in groups[role, stage]],
        }
        for role, stage in ordered
    ]


def _by_property(facts: list[Fact], site: Site, lang: str, inverse: bool) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.predicate, fact.stage].append(fact)
    ordered = sorted(groups, key=lambda key: (stage_place(key[1]), site.index.label(key[0], lang), key[0]))
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
