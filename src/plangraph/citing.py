"""How to cite a fact: what it says, where the report says it, and which version of the data was used."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from plangraph import __version__, output
from plangraph.dataset import Dataset, Source, dataset_of
from plangraph.entities import sentence
from plangraph.errors import check_language
from plangraph.names import find_thing, label, locator, report_order
from plangraph.texts import texts
from plangraph.vocabulary import BASE, OA, PG

# BibTeX counts braces, those behind a backslash too, so that a text may hold none.
_TEX = str.maketrans(
    {
        **{mark: f"\\{mark}" for mark in "#$%&_"},
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


@dataclass(frozen=True)
class Citation:
    """What is needed to cite one fact or thing: its text, its IRI, its places in the sources, and the data set."""

    iri: str
    text: str
    locators: tuple[str, ...]
    source: str
    source_year: str
    dataset: str
    dataset_iri: str
    year: str
    version: str
    lang: str

    def __repr__(self) -> str:
        return f"<Citation {self.text!r}: {self.iri}>"

    def _repr_html_(self) -> str:
        return output.html_lines(*self.plain().splitlines())

    def plain(self) -> str:
        """Return the citation as a paragraph of text."""
        words = texts(self.lang)["citation"]
        lines = [f"{self.text}. {words['in']}: {self.dataset}, {words['version']} {self.version}"]
        lines[0] += f" ({self.year}). {self.iri}" if self.year else f". {self.iri}"
        if self.locators:
            lines.append(f"{words['source']}: {self._place()}")
        return "\n".join(lines) + "\n"

    def csl(self) -> str:
        """Return the citation as CSL-JSON, which Zotero and pandoc read."""
        entry = {
            "id": self._key(),
            "type": "dataset",
            "title": self.text,
            "container-title": self.dataset,
            "version": self.version,
            "URL": self.iri,
            "language": self.lang,
        }
        if self.year:
            entry["issued"] = {"date-parts": [[int(self.year)]]}  # type: ignore[assignment]
        if self.locators:
            entry["note"] = self._place()
        return json.dumps([entry], ensure_ascii=False, indent=1) + "\n"

    def bibtex(self) -> str:
        """Return the citation as a BibTeX entry (``@misc``, UTF-8)."""
        fields = {
            # Braces within the braces keep the case of the letters.
            "title": f"{{{_escaped(self.text)}}}",
            "howpublished": _escaped(f"{self.dataset}, {texts(self.lang)['citation']['version']} {self.version}"),
            "year": self.year,
            "url": self.iri,
            "note": _escaped(self._place()) if self.locators else "",
        }
        body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        return f"@misc{{{self._key()},\n{body}}}\n"

    def _place(self) -> str:
        source = f"{self.source} ({self.source_year})" if self.source_year else self.source
        return ", ".join([source, "; ".join(self.locators)]) if source else "; ".join(self.locators)

    def _key(self) -> str:
        # An actor and a thing may end alike.
        return re.sub(r"[^A-Za-z0-9.:-]+", "-", self.iri.removeprefix(BASE).replace("/", ":"))


def cite(
    name: str, data: Path | str | None = None, lang: str = "nb", built: Path | str = "out", plan: str = ""
) -> Citation:
    """Return how to cite one thing or one fact.

    ``name`` is an IRI, a short id (``imdi``, ``18a``, ``8-imdi``, ``participation/8-imdi``) or a name. A participation
    or claim is cited as the sentence that it states, with the places of its evidence; a thing by its name, with the
    places where the source describes it. Where several plans have a measure 18a, ``plan``, a slug, says which is meant,
    or the name does (``SLUG/18a``).

    Raises UsageError, with near names, when nothing fits or several things do.
    """
    from plangraph.building import query_store

    check_language(lang)
    store = query_store(data, built)
    return citation(store, find_thing(store, name, plan=plan), lang)


def citation(store: ox.Store, iri: str, lang: str = "nb") -> Citation:
    """Return how to cite one thing or fact of a store, by its IRI."""
    node = ox.NamedNode(iri)
    dataset: Dataset = dataset_of(q.triple for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))

    def values(subject: ox.NamedNode, predicate: str) -> list[str]:
        found = store.quads_for_pattern(subject, ox.NamedNode(predicate), None, ox.DefaultGraph())
        return sorted(q.object.value for q in found)  # type: ignore[union-attr]

    spans = [iri] if values(node, OA + "hasSelector") else values(node, PG + "evidence")
    locators = [locator(store, span, lang) for span in sorted(spans, key=report_order)]
    sources = {source for span in spans for source in values(ox.NamedNode(span), OA + "hasSource")}
    source = next((s for s in dataset.sources if s.iri in sources), None)
    return cited(iri, sentence(store, iri, lang) or label(store, iri, lang), locators, dataset, source, lang)


def cited(iri: str, text: str, locators: Iterable[str], dataset: Dataset, source: Source | None, lang: str) -> Citation:
    """Return the citation of one fact or thing whose sentence and places in a source are known."""
    return Citation(
        iri,
        text,
        tuple(locators),
        source.title[lang] if source else "",
        source.issued[:4] if source else "",
        dataset.title[lang],
        dataset.iri,
        dataset.modified[:4],
        __version__,
        lang,
    )


def _escaped(text: str) -> str:
    return text.translate(_TEX)
