"""The pages that only a server has: the SPARQL page, the forms of the questions, refusals."""

import asyncio
from collections.abc import Coroutine, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from jinja2 import DictLoader, Environment, StrictUndefined
from starlette.requests import ClientDisconnect, Request

T = TypeVar("T")
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


@cache
def _environment() -> Environment:
    folder = files("plangraph.serving") / "templates"
    texts = {
        entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".html")
    }
    environment = Environment(
        loader=DictLoader(texts), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["web"] = lambda iri: iri if str(iri).startswith(("http://", "https://")) else ""
    return environment


def render(template: str, lang: str, request: Request, known: Mapping[str, Any], **values: Any) -> str:
    """Return a page as HTML in a language, ``nb`` or ``en``."""
    other = "nb" if lang == "en" else "en"
    return (
        _environment()
        .get_template(template)
        .render(
            lang=lang,
            t=lambda nb, en: en if lang == "en" else nb,
            other=str(request.url.include_query_params(lang=other)),
            here=str(request.url),
            prefixes=known["prefixes"],
            examples=EXAMPLES[lang],
            query_url=request.url,
            **values,
        )
    )


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
