"""The pages that only a server has: the SPARQL page and refusals. Their templates are those of the site."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.requests import ClientDisconnect, Request

from plangraph.site.assets import extras
from plangraph.site.messages import words
from plangraph.site.pages import above
from plangraph.site.render import render

T = TypeVar("T")
EXTRAS = extras() | {"sparql"}
_MEASURES = """SELECT ?number ?name WHERE {
  ?measure a pg:Measure ; dct:identifier ?number ; skos:prefLabel ?name .
  FILTER(LANG(?name) = "%s")
}
ORDER BY ?number"""
_BUSIEST = """SELECT ?name (COUNT(DISTINCT ?participation) AS ?count) WHERE {
  ?participation cv:hasParticipant ?actor .
  ?actor skos:prefLabel ?name .
  FILTER(LANG(?name) = "%s")
}
GROUP BY ?name
ORDER BY DESC(?count)
LIMIT 20"""
_CLAIMS = """SELECT ?about ?says ?what ?place WHERE {
  ?claim a pg:Claim ; rdf:subject ?about ; rdf:predicate ?says ; rdf:object ?what ; pg:evidence ?span .
  ?span pg:locator ?place .
  FILTER(LANG(?place) = "%s")
}
LIMIT 50"""
EXAMPLES = {
    lang: [(title, query % lang) for title, query in zip(titles, (_MEASURES, _BUSIEST, _CLAIMS), strict=True)]
    for lang, titles in {
        "nb": ("Tiltakene med nummer og navn", "Hvem som deltar i flest sammenhenger", "Påstander med sted i kilden"),
        "en": ("The measures, by number and name", "Who takes part in most contexts", "Claims and where they are made"),
    }.items()
}


TITLES = {404: "missing", 429: "busy", 503: "busy", 504: "late", 507: "large"}


def sparql_page(
    path: str,
    lang: str,
    prefixes: Mapping[str, str],
    query: str,
    found: Mapping[str, Any] | None,
    error: Any = None,
    extras: frozenset[str] = EXTRAS,
) -> str:
    """Return the page on which people write queries: with the answer to one, or with the error in it."""
    title = words(lang)["sparql"]["title"]
    page = {
        "template": "sparql.html",
        "path": path,
        "title": title,
        "query": query,
        "found": found,
        "error": error,
        "permalink": "?" + urlencode({"query": query, "format": "html"}),
        "examples": [(name, urlencode({"query": text, "format": "html"})) for name, text in EXAMPLES[lang]],
        "prefixes": prefixes,
        "scripts": ["tables"],
    }
    return render(page, lang, extras)


def plans_page(lang: str, known: Mapping[str, Any]) -> str:
    """Return the front page of a server over a store of many plans: the plans, and where all are asked together."""
    return render(above.front(lang, known["plans"], known["triples"]), lang, EXTRAS | {"plans"})


def told_page(lang: str, path: str, name: str, plans: above.Plans) -> str:
    """Return the page of a thing of which several plans tell, or none: where each of them does."""
    return render(above.told(lang, path, name, plans), lang, EXTRAS | {"plans"})


def refusal_page(path: str, lang: str, error: Any, extras: frozenset[str] = EXTRAS) -> str:
    """Return the page that says why a request was refused."""
    title = words(lang)["refusal"][TITLES.get(error.status, "other")]
    return render({"template": "refusal.html", "path": path, "title": title, "error": error}, lang, extras)


async def unless_gone(request: Request, work: "Coroutine[Any, Any, T]") -> T:
    """Return the result of some work, which is given up when the client goes away before it is done."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            working.cancel()
            raise ClientDisconnect
        return working.result()
    finally:
        leaving.cancel()
        if not working.done():
            working.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
