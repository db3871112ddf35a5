"""The page of each participation and claim, how it is cited, and all passages of the report that state one."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from plangraph.citing import cited
from plangraph.dataset import Dataset, dataset_of
from plangraph.site.index import Fact, asserted, natural, short_id, span
from plangraph.site.messages import words
from plangraph.site.model import Page, Site, kept, page_path
from plangraph.site.pages.parts import fact_row, issued_at, link, measure_number, page, places, url_of, value


def fact(site: Site, lang: str, iri: str) -> Page:
    """One participation or claim: what it says, where it stands, how to cite it and how to say that it is wrong."""
    index, t = site.index, words(lang)["fact"]
    found = index.facts[iri]
    row = fact_row(site, found, lang)
    what = f"{row['subject']['text']} – {row['label']}: {row['value']['text']}"
    same = sorted(
        {other.iri for e in found.evidence for other in facts_at(site).get(e, ()) if other.iri != iri}, key=natural
    )
    return page(
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


def passages(site: Site, lang: str) -> Page:
    """Every passage that is evidence of a fact, in the order of the report."""
    index = site.index
    by_measure: dict[str, list[str]] = defaultdict(list)
    table = facts_at(site)
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
    return page("passages.html", "passages.html", words(lang)["passages"]["title"], groups=groups)


def _passage_fact(site: Site, found: Fact, lang: str) -> dict[str, Any]:
    shown = value(site, found.object, lang)
    label = site.index.label(found.role or found.predicate, lang)
    text = f"{site.index.label(found.subject, lang)} – {label}: {shown['text']}"
    return {"text": text, "url": url_of(site, found.iri)}


@kept
def facts_at(site: Site) -> dict[str, list[Fact]]:
    """Return evidence → the facts that it states, in the order of the report."""
    table: dict[str, list[Fact]] = defaultdict(list)
    for found in site.index.facts.values():
        for evidence in found.evidence:
            table[evidence].append(found)
    return table


def citation(site: Site, iri: str, text: str, locators: Iterable[str], lang: str) -> list[str]:
    """Return how to cite one fact, as lines: text, data set, version and address; then the source and the places."""
    dataset = described(site)
    source = dataset.sources[0] if dataset.sources else None
    return cited(iri, text, locators, dataset, source, lang).plain().splitlines()


@kept
def described(site: Site) -> Dataset:
    """Return what the data say of themselves: title, version, licence and sources."""
    return dataset_of(q.triple for q in asserted(site.store))


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
