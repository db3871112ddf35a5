"""The sections of a report: where in them a span stands, in words that a reader can follow, and what no span covers."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from plangraph.spans import parts
from plangraph.text import Source, Span, paragraphs, sentences
from plangraph.texts import LANGUAGES, texts
from plangraph.vocabulary import CODE, DCT, PG, RDF_TYPE
from plangraph.words import load

if TYPE_CHECKING:
    import rdflib

# The kinds of sections in which paragraphs and sentences are counted, and those of them that facts should cover.
_COUNTED = frozenset({"plan-text", "result-text", "area-introduction", "front-matter"})
_TOLD = _COUNTED - {"front-matter"}


class Section(NamedTuple):
    """A section of the report: its span, the code of its kind, and what it is part of ("8", "area 1" or "")."""

    span: Span
    kind: str
    owner: str


def sections_of(graph: "rdflib.Graph") -> list[Section]:
    """Return the sections that a skeleton describes, in reading order.

    A section is a ``pg:Section`` with a ``dct:type``, a ``dct:isPartOf`` and a span as ``pg:evidence``; its owner is
    named by the ``dct:identifier`` of what it is part of.
    """
    from rdflib import URIRef

    found = []
    for node in graph.subjects(URIRef(RDF_TYPE), URIRef(PG + "Section")):
        kind = str(graph.value(node, URIRef(DCT + "type"))).removeprefix(CODE + "kind/")
        owner = graph.value(node, URIRef(DCT + "isPartOf"))
        identifier = graph.value(owner, URIRef(DCT + "identifier")) if owner is not None else None
        if identifier is None or (owner, URIRef(RDF_TYPE), URIRef(PG + "ActionPlan")) in graph:
            name = ""
        else:
            is_area = (owner, URIRef(RDF_TYPE), URIRef(PG + "FocusArea")) in graph
            name = f"area {identifier}" if is_area else str(identifier)
        found += [
            Section(parts(str(evidence).rsplit("/", 1)[1])[0], kind, name)
            for evidence in graph.objects(node, URIRef(PG + "evidence"))
        ]
    return sorted(found)


@dataclass(frozen=True)
class Locators:
    """Makes the human locators of the spans of one source, given its sections."""

    source: Source
    sections: Sequence[Section]
    language: str = "nb"

    @cached_property
    def _counted(self) -> list[tuple[Section, list[tuple[Span, int, int]]]]:
        abbreviations = load(self.language)["sentences"]["abbreviations"]
        table = []
        for section in self.sections:
            numbered = []
            if section.kind in _COUNTED:
                for number, paragraph in enumerate(paragraphs(self.source, *section.span), 1):
                    numbered += [
                        (sentence, number, place)
                        for place, sentence in enumerate(sentences(self.source, *paragraph, abbreviations), 1)
                    ]
            table.append((section, numbered))
        # The smallest section that holds a span comes first: rows lie within the table.
        return sorted(table, key=lambda item: (item[0].span.end - item[0].span.start, item[0].span))

    @cached_property
    def _links(self) -> list[Span]:
        return [Span(noise.start, noise.end) for noise in self.source.noise if noise.kind == "link"]

    def words(self, span: Span) -> list[str]:
        """Return the words of a span as running text shows them."""
        return self.source.flow.slice(span).split() or self.source.text[span.start : span.end].split()

    def locate(self, span: Span) -> tuple[str, str]:
        """Return the locator in Norwegian and in English: where a span stands, and its first and last two words."""
        words, places = self.words(span), self._places(span)
        quoted = " ".join(words) if len(words) <= 4 else " ".join([*words[:2], "…", *words[-2:]])
        nb, en = (", ".join(_said(*place, lang) for place in places) for lang in LANGUAGES)
        return f"{nb}: {quoted}", f"{en}: {quoted}"

    def _places(self, span: Span) -> list[tuple[str, str]]:
        """Return where a span stands, the largest place first: what it is, as the texts know it, and its number."""
        places = [("report", "")]
        for section, numbered in self._counted:
            if section.span.start <= span.start < section.span.end:
                places = [_owner(section.owner), (section.kind, "")]
                covered = [item for item in numbered if item[0].start < span.end and item[0].end > span.start]
                if any(link.start <= span.start < link.end for link in self._links):
                    places.append(("link", ""))
                elif covered:
                    (_, paragraph, first), (_, last_paragraph, last) = covered[0], covered[-1]
                    places.append(("paragraph", _range(paragraph, last_paragraph)))
                    if paragraph == last_paragraph:
                        places.append(("sentence", _range(first, last)))
                break
        page = self.source.page(span.start)
        return [*places, ("page", str(page))] if page else places


def uncovered(
    source: Source, sections: Sequence[Section], spans: Iterable[Span], language: str = "nb"
) -> list[tuple[Section, list[Span], list[Span]]]:
    """Return, for each section of running text, its sentences and those of them that no evidence span touches.

    Plan text, result text and introductions count; headings, status lines, the overview and the front matter do not.
    """
    abbreviations = load(language)["sentences"]["abbreviations"]
    ordered = sorted(spans)
    starts = [span.start for span in ordered]
    reach: list[int] = []
    for span in ordered:
        reach.append(max(span.end, reach[-1] if reach else 0))
    result = []
    for section in sections:
        if section.kind not in _TOLD:
            continue
        all_of_it = sentences(source, *section.span, abbreviations)
        bare = []
        for sentence in all_of_it:
            before = bisect_right(starts, sentence.end - 1)
            if not before or reach[before - 1] <= sentence.start:
                bare.append(sentence)
        result.append((section, all_of_it, bare))
    return result


def _owner(owner: str) -> tuple[str, str]:
    if not owner:
        return "report", ""
    if owner.startswith("area "):
        return "area", owner[5:]
    return "measure", re.sub(r"(\d)([^\W\d_])$", r"\1 \2", owner)


def _said(what: str, number: str, lang: str) -> str:
    name = texts(lang)["locator"].get(what, what)
    return f"{name} {number}" if number else name


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"
