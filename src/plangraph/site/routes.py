"""All addresses of a site, from which both the static writer and the server work."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from plangraph.site import assets, downloads
from plangraph.site.assets import media_type
from plangraph.site.index import short_id
from plangraph.site.messages import LANGUAGES
from plangraph.site.model import Site, page_path
from plangraph.site.pages import about, facts, home, measures, ministries, networks, questions, search, things
from plangraph.site.render import render


class Route(NamedTuple):
    """One address: the path inside the site, its media type, and the function and arguments that make its content.

    A page's function returns a page model and takes the site, a language and the arguments; a file's returns bytes
    and takes the site and the arguments. ``lang`` is "" for files.
    """

    path: str
    media_type: str
    lang: str
    function: Callable[..., Any]
    arguments: tuple[str, ...] = ()


HTML = "text/html; charset=utf-8"
_SINGLE: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("index.html", home.home),
    ("measures.html", measures.measures),
    ("networks.html", networks.networks),
    ("questions.html", questions.questions),
    ("glossary.html", about.glossary),
    ("data.html", about.data),
    ("how.html", about.how),
    ("passages.html", facts.passages),
    ("search.html", search.search),
    ("404.html", search.missing),
)


def content(
    site: Site, route: Route, extras: frozenset[str] = frozenset(), given: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """Return what stands at a route, as bytes; ``given`` are the values that a reader gave to a question."""
    if route.lang:
        page = route.function(site, route.lang, *route.arguments, **given)
        return render(page, route.lang, extras).encode("utf-8")
    made: bytes = route.function(site, *route.arguments, **given)
    return made


def routes(site: Site) -> list[Route]:
    """Return every address of the site: pages in both languages, data of each thing, tables, answers, downloads."""
    found = [
        Route(("" if lang == "nb" else f"{lang}/") + path, HTML, lang, function, arguments)
        for path, function, arguments in _pages(site)
        for lang in LANGUAGES
    ]
    return found + list(_files(site))


def _pages(site: Site) -> Iterator[tuple[str, Callable[..., Any], tuple[str, ...]]]:
    for path, function in _SINGLE:
        yield path, function, ()
    for name in things.LISTS:
        yield f"{name}.html", things.things, (name,)
    for facet in measures.facet_values(site, "nb"):
        for entry in facet["values"]:
            yield entry["url"], measures.measures, (facet["facet"], entry["key"])
    for iri in measures.ministries(site):
        yield f"ministries/{short_id(iri)}.html", ministries.ministry, (iri,)
    for layer in site.layers:
        yield f"networks/{layer.name}.html", networks.network, (layer.name,)
    for name in downloads.question_names(site):
        yield f"questions/{name}.html", questions.question, (name,)
    for iri, kind in site.index.kinds.items():
        yield f"{page_path(iri)}.html", measures.measure if kind == "measure" else things.entity, (iri,)
    for iri in site.index.facts:
        yield f"{page_path(iri)}.html", facts.fact, (iri,)


def _files(site: Site) -> Iterator[Route]:
    for iri in site.index.kinds:
        for ending, function in downloads.OF_THINGS.items():
            path = f"{page_path(iri)}.{ending}"
            yield Route(path, media_type(path), "", function, (iri,))
    for name in downloads.question_names(site):
        for ending, function in downloads.OF_QUESTIONS.items():
            path = f"questions/{name}.{ending}"
            yield Route(path, media_type(path), "", function, (name,))
    for layer in site.layers:
        for name in layer.files:
            yield Route(f"networks/{name}", media_type(name), "", downloads.layer_file, (layer.name, name))
        yield Route(f"networks/{layer.name}-drawing.js", "text/javascript", "", downloads.layer_drawing, (layer.name,))
    for path, function in downloads.WHOLE.items():
        yield Route(path, media_type(path), "", function)
    for name in downloads.table_names(site):
        yield Route(f"data/tables/{name}", media_type(name), "", downloads.table_file, (name,))
    for path in downloads.agreements(site):
        yield Route(path, media_type(path), "", downloads.agreement, (path,))
    for lang in LANGUAGES:
        yield Route(f"static/search-{lang}.js", "text/javascript", "", downloads.search_index, (lang,))
    for name in assets.static_names():
        yield Route(f"static/{name}", media_type(name), "", assets.static_file, (name,))
    yield Route(".htaccess", "text/plain", "", assets.htaccess)
