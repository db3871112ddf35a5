"""About the graph itself: the downloads, how it was coded, and what its words mean."""

from collections import Counter
from typing import Any

from plangraph.dataset import licence_name
from plangraph.formats import BUILT
from plangraph.site import downloads
from plangraph.site.index import STAGES, Text, scheme, short_id
from plangraph.site.messages import LANGUAGES, words
from plangraph.site.model import Page, Site
from plangraph.site.pages.facts import citation, described, facts_at
from plangraph.site.pages.networks import layer_view
from plangraph.site.pages.parts import link, page, source, stage_place
from plangraph.vocabulary import BASE, CODE, DCT, PG, PROV, RDF_TYPE, SKOS


def data(site: Site, lang: str) -> Page:
    """The downloads."""
    t = words(lang)["data"]
    graph = [(f"data/{name}", t[name.removeprefix("graph.")]) for name in BUILT]
    tables = [(f"data/{name}.csv", t[f"{name}_csv"]) for name in ("measures", "actors", "facts")]
    books = [
        (f"data/tables/{downloads.WORKBOOKS[tag]}", t[f"book_{tag}"]) for tag in sorted(LANGUAGES, key=lang.__ne__)
    ]
    every = [(f"data/tables/{name}", "") for name in downloads.table_names(site) if not name.endswith(".xlsx")]
    agreed = [(path, t["agreement"]) for path in downloads.agreements(site)]
    vocabulary = [("data/plangraph.ttl", t["ontology"]), ("data/codes.ttl", t["codes"])]
    sources = [source(site, iri, lang) for iri in site.index.of_kind("source")]
    plan = next(iter(site.index.of_kind("plan")), "")
    name = site.index.label(plan, lang) if plan else ""
    return page(
        "data.html",
        "data.html",
        t["title"],
        groups=[
            {"title": t["graph"], "files": graph},
            {"title": t["tables"], "files": [*books, *tables, *agreed]},
            {"title": t["every"], "files": every},
            {"title": t["ontology"], "files": vocabulary},
        ],
        licence=described(site).licence,
        licence_name=licence_name(described(site).licence),
        cite=citation(site, plan or BASE, name, (), lang),
        sources=sources,
        layers=[layer_view(site, layer, lang) for layer in site.layers],
    )


def how(site: Site, lang: str) -> Page:
    """How the graph was coded, and what it holds."""
    index = site.index
    stages = Counter(f.stage for f in index.facts.values())
    coding = [
        {"title": index.label(iri, lang), "text": index.text(iri, DCT + "description", lang)}
        for iri in sorted(index.stated)
        if PROV + "Activity" in index.links(iri, RDF_TYPE) and index.text(iri, DCT + "description", lang)
    ]
    return page(
        "how.html",
        "how.html",
        words(lang)["how"]["title"],
        stages=[{"stage": s, "n": stages[s]} for s in STAGES if stages[s]],
        total=sum(stages.values()),
        spans=len(facts_at(site)),
        sources=[source(site, iri, lang) for iri in index.of_kind("source")],
        coding=coding,
        agreed=list(downloads.agreements(site)),
    )


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
            entries.sort(key=lambda e: stage_place(short_id(e["iri"])))
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
    return page("glossary.html", "glossary.html", t["title"], groups=groups)


def _term(site: Site, iri: str, lang: str) -> dict[str, Any]:
    found = {v.language: v.value for v in site.index.values(iri, SKOS + "definition") if isinstance(v, Text)}
    text = found.get(lang) or found.get("en") or found.get("nb") or ""
    tag = next((tag for tag, v in found.items() if v == text), "")
    return link(site, iri, lang) | {"definition": text, "definition_lang": "" if tag == lang else tag}
