"""The questions of the library: the list, and each with its answer."""

from collections import defaultdict
from collections.abc import Mapping
from math import inf
from types import MappingProxyType
from typing import Any

from plangraph import suggestions
from plangraph.errors import QueryError
from plangraph.names import is_of_kind
from plangraph.queries import Query, Result, ask, heads, library
from plangraph.site.index import KINDS, Text, short_id
from plangraph.site.messages import words
from plangraph.site.model import Page, Site, kept
from plangraph.site.pages.parts import link, page, value

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
        answer=None
        if result is None
        else answer_table(site, result, lang) | {"columns": heads(result.columns, lang, site.tree)},
        reason=reason,
        query=query.text,
        tags=query.tags,
        command=" ".join(["plangraph query", name, *(f"--{k} {v}" for k, v in short.items())]),
    )


def answer(site: Site, name: str, given: Mapping[str, str] = MappingProxyType({})) -> Answer:
    """Return the values asked with, the result, and why there is none.

    A parameter that neither ``given`` nor the question itself has a value for gets an example.
    """
    # What readers ask for is not kept: it has no bounds.
    return _asked(site, name, given) if given else _answer(site, name)


@kept
def _answer(site: Site, name: str) -> Answer:
    return _asked(site, name, {})


def _asked(site: Site, name: str, given: Mapping[str, str]) -> Answer:
    query = _library(site)[name]
    asked = {k: v for k, v in query.parameters.items() if v is not None} | dict(given)
    try:
        for parameter in [name for name in query.parameters if name not in asked]:
            asked |= _example(site, query, parameter, asked)
        return asked, ask(query, site.store, asked), ""
    except QueryError as error:
        return asked, None, error.what


def _example(site: Site, query: Query, name: str, asked: Mapping[str, str]) -> dict[str, str]:
    """Return a value for which a question has an answer: the thing about which most is said, else one in the middle.

    Two parameters have different things. Without any answer there is no value.
    """
    things = _things(site, name) if f"?_{name}_iri" in query.code else []
    things = [iri for iri in things if iri not in asked.values()]
    # Mostly the first one has an answer, which is seen sooner than which ones have.
    if things and query.parameters.keys() - asked.keys() == {name}:
        likely = {name: things[0]}
        if ask(query, site.store, {**asked, **likely}).solutions:
            return likely
    found = suggestions.values(query, name, site.store, asked, seconds=inf)
    known = set(found)
    likeliest = next((iri for iri in things if short_id(iri) in known), found[len(found) // 2] if found else "")
    return {name: likeliest} if likeliest else {}


@kept
def _things(site: Site, parameter: str) -> list[str]:
    """Return the things that a parameter may stand for: by kind, actors and measures last, then by how much is said."""
    index, kinds = site.index, list(KINDS)

    def place(iri: str) -> tuple[int, int, str]:
        said = len(index.facts_to.get(iri, ())) + len(index.facts_of.get(iri, ())) + len(index.under.get(iri, ()))
        return -kinds.index(index.kinds[iri]), -said, iri

    return sorted((iri for iri in index.kinds if is_of_kind(iri, parameter)), key=place)


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
