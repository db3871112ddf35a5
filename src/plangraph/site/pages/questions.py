"""The questions of the library: the list, and each with its answer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import product
from types import MappingProxyType
from typing import Any

from plangraph.errors import QueryError
from plangraph.queries import Query, Result, ask, library
from plangraph.site.index import Text, reading_order, scheme, short_id
from plangraph.site.messages import words
from plangraph.site.model import Page, Site, kept
from plangraph.site.pages.measures import ministries
from plangraph.site.pages.parts import link, page, value
from plangraph.vocabulary import PG

Answer = tuple[dict[str, str], Result | None, str]


def questions(site: Site, lang: str) -> Page:
    """All questions of the library, by tag."""
    tags = words(lang)["tags"]
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for query in _library(site).values():
        entry = {"name": query.name, "text": query.summary(lang) or query.name, "url": f"questions/{query.name}.html"}
        tag = query.tags[0] if query.tags else ""
        groups[tags.get(tag, tag)].append(entry)
    ordered = [{"tag": tag, "entries": groups[tag]} for tag in sorted(groups)]
    return page("questions.html", "questions.html", words(lang)["questions"]["title"], groups=ordered)


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
    return page(
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


def answer(site: Site, name: str, given: Mapping[str, str] = MappingProxyType({})) -> Answer:
    """Return the values asked with, the result, and why there is none.

    Where a parameter has no default, the first of some likely values that gives an answer with rows stands as example.
    """
    # What readers ask for is not kept: it has no bounds.
    return _asked(site, name, given) if given else _example(site, name)


@kept
def _example(site: Site, name: str) -> Answer:
    return _asked(site, name, {})


def _asked(site: Site, name: str, given: Mapping[str, str]) -> Answer:
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
    return asked, result, reason


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


@kept
def _library(site: Site) -> dict[str, Query]:
    return library(site.tree)
