"""The site of several plans: a whole site for each at ``plans/SLUG/``, and above them the list of plans and what they
share."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from plangraph import stores
from plangraph.formats import BUILT
from plangraph.plans import PLANS, plan_store, plans_of
from plangraph.site import assets, downloads
from plangraph.site.assets import media_type
from plangraph.site.messages import LANGUAGES, words
from plangraph.site.model import Page, Site, open_site, page_path
from plangraph.site.pages import above
from plangraph.site.routes import HTML, Route, routes
from plangraph.site.writing import Part

if TYPE_CHECKING:
    import pyoxigraph as ox

    from plangraph.paths import Tree


def parts(store: "ox.Store", tree: "Tree", *, faults_to: str = "", built: Path | None = None) -> Iterator[Part]:
    """Yield the site of each plan of a store, made when it is asked for, and then what stands above them.

    ``faults_to`` and ``built`` are as in :func:`plangraph.site.model.open_site`.
    """
    extras = assets.extras()
    pages: dict[str, list[str]] = defaultdict(list)
    sources: dict[str, str] = {}
    for slug, *_ in plans_of(store):
        site = open_site(plan_store(store, slug), tree, faults_to=faults_to)
        for iri in (*site.index.kinds, *site.index.facts):
            pages[iri].append(slug)
        sources |= {iri.rpartition("/")[2]: slug for iri in site.index.of_kind("source")}
        yield Part(f"plans/{slug}", site, routes(site), extras | {"plan"})
    whole = open_site(store, tree, networks=False, built=built)
    yield Part("", whole, list(_above(whole, pages, sources)), extras | {"plans"})


def _above(site: Site, pages: dict[str, list[str]], sources: dict[str, str]) -> Iterator[Route]:
    shared = {iri: slugs for iri, slugs in pages.items() if not iri.startswith(PLANS)}
    for lang in LANGUAGES:
        folder = "" if lang == "nb" else f"{lang}/"
        yield Route(f"{folder}index.html", HTML, lang, _front)
        for iri, slugs in shared.items():
            yield Route(f"{folder}{page_path(iri)}.html", HTML, lang, _told, (iri, *slugs))
    for iri in shared:
        for ending in ("ttl", "jsonld"):
            path = f"{page_path(iri)}.{ending}"
            yield Route(path, media_type(path), "", downloads.OF_THINGS[ending], (iri,))
    for path, function in downloads.SHARED.items():
        yield Route(path, media_type(path), "", function)
    for name in downloads.table_names(site):
        yield Route(f"data/tables/{name}", media_type(name), "", downloads.table_file, (name,))
    for name in assets.static_names():
        yield Route(f"static/{name}", media_type(name), "", assets.static_file, (name,))
    yield Route(".htaccess", "text/plain", "", _htaccess, tuple(f"{source} {slug}" for source, slug in sources.items()))


def _front(site: Site, lang: str) -> Page:
    t = words(lang)["data"]
    files = {f"data/tables/{downloads.WORKBOOKS[tag]}": t[f"book_{tag}"] for tag in sorted(LANGUAGES, key=lang.__ne__)}
    files |= {f"data/{name}": t[name.removeprefix("graph.")] for name in BUILT}
    return above.front(lang, plans_of(site.store), stores.size(site.store), files)


def _told(site: Site, lang: str, iri: str, *slugs: str) -> Page:
    plans = [plan for plan in plans_of(site.store) if plan.slug in slugs]
    return above.told(lang, page_path(iri), site.index.label(iri, lang), plans)


def _htaccess(site: Site, *sources: str) -> bytes:
    """Return Apache's rules with those that lead from a thing, a term or a passage to the site of its plan."""
    rules = ["# What a plan has for its own stands in the site of that plan."]
    rules.append("RewriteRule ^id/plan/([^/]+)((?:/.*)?)$ %{ENV:BASE}plans/$1/id/plan/$1$2 [R=303,L]")
    for source, slug in map(str.split, sources):
        told = f"%{{ENV:BASE}}plans/{slug}/passages.html#e$1"
        rules.append(f"RewriteRule ^id/evidence/{re.escape(source)}/([0-9_-]+)$ {told} [R=303,NE,L]")
    glossary = f"plans/{plans_of(site.store)[0].slug}/glossary.html"
    return assets.htaccess(site, "\n".join(rules) + "\n\n", glossary)
