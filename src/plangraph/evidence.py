"""Spans of a report as evidence: fingerprints, finding again, locators for people, the evidence file.

A span is known by its offsets and the SHA-256 of its words; by a fingerprint of letters that survives another
extraction of the same report; and by a locator that a reader of the printed report can follow.
"""

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from plangraph.errors import DataError, UsageError
from plangraph.text import Source, Span, paragraphs, sentences
from plangraph.vocabulary import BASE, CODE, DCT, EVIDENCE, OA, PG, RDF, RDF_TYPE
from plangraph.words import load

if TYPE_CHECKING:
    import rdflib

    from plangraph.stores import Store

NEIGHBOURS = 40
NEAR = 8
SHORT = 20
ONE_LINE = 120

_FINGERPRINT = ("sha256", "lettersSha256", "letterCount", "letterStart", "beforeSha256", "afterSha256")
_NAME = re.compile(r"\d+-\d+(?:_\d+-\d+)*")


class Print(NamedTuple):
    """The fingerprint of a span: digests of its words, of its letters and of the letters around it."""

    span: Span
    sha256: str
    letters_sha256: str
    letter_count: int
    letter_start: int
    before: str
    after: str


class Found(NamedTuple):
    """Where a span stands in another extraction; ``how`` is words, link, or place for a link that is left out there."""

    span: Span
    how: str


class Section(NamedTuple):
    """A section of the report: its span, the code of its kind, and what it is part of ("8", "area 1" or "")."""

    span: Span
    kind: str
    owner: str


def parts(name: str) -> list[Span]:
    """Return the spans that an evidence name such as ``100-120`` or ``100-120_300-310`` stands for.

    Raises ValueError when the name is none, or when a span is empty.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"not the name of a span: {name!r}")
    spans = [Span(*map(int, part.split("-"))) for part in name.split("_")]
    if any(span.start >= span.end for span in spans):
        raise ValueError(f"an empty span: {name!r}")
    return spans


def fingerprint(source: Source, span: Span) -> Print:
    """Return the fingerprint of a span.

    ``sha256`` is that of the raw words in UTF-8. The other digests are of the letter stream (``Source.letters``): the
    span's own letters, and for each side the letters up to the sentence's end, at most 8, and the nearest 40.

    Raises ValueError when the span does not lie within the text.
    """
    if not 0 <= span.start < span.end <= len(source.text):
        raise ValueError(f"the span {span} lies outside the report of {len(source.text)} characters")
    stream = source.letters.text
    low, high = source.letters.index(span.start), source.letters.index(span.end)
    return Print(
        span,
        hashlib.sha256(source.text[span.start : span.end].encode("utf-8", "surrogatepass")).hexdigest(),
        _digest(stream[low:high]),
        high - low,
        low,
        _side(_near_before(source, low), stream[max(0, low - NEIGHBOURS) : low]),
        _side(_near_after(source, high), stream[high : high + NEIGHBOURS]),
    )


def find_again(source: Source, prints: Iterable[Print]) -> list[Found | None]:
    """Return, for each fingerprint, where its span stands in this extraction of the report, or None.

    A span may stand where the digest of its letters and that of the 40 letters on one side agree at least; a short
    span must also agree on the other side up to the sentence's end, else the removal of one of two sentences that
    begin alike would go unseen. Spans that agree on both sides and keep their order (the longest such series) then
    show which stretches of the report are unchanged: a place in such a stretch is taken only when the span lay there
    before, so that a removed sentence is not found where its words stand elsewhere. Of several places the one with
    both sides is taken, then the one nearest to where the span stood. A link, whose letters do not count, is found by
    its own SHA-256, or by its neighbours when this extraction leaves links out.
    """
    marks = list(prints)
    stream = source.letters
    links: dict[str, list[Span]] = {}
    for noise in source.noise:
        if noise.kind == "link":
            digest = hashlib.sha256(source.text[noise.start : noise.end].encode()).hexdigest()
            links.setdefault(digest, []).append(Span(noise.start, noise.end))
    neighbourhood = _Neighbourhood(source)
    places = [neighbourhood.places(mark) for mark in marks]
    unchanged = _Unchanged(marks, places)
    found: list[Found | None] = []
    for number, mark in enumerate(marks):
        if not mark.letter_count and mark.sha256 in links:
            nearest = min(links[mark.sha256], key=lambda link: abs(stream.index(link.start) - mark.letter_start))
            found.append(Found(nearest, "link"))
            continue
        place = next((place for _, place in places[number] if unchanged.allows(number, mark, place)), None)
        if place is None:
            found.append(None)
        elif mark.letter_count:
            found.append(Found(stream.span(place, place + mark.letter_count), "words"))
        else:
            offset = stream.raw[place] if place < len(stream.raw) else len(source.text)
            found.append(Found(Span(offset, offset), "place"))
    return found


def places_in(store: "Store", source: Source, spans: Iterable[str]) -> dict[str, list[Span | None]]:
    """Return, for the IRI of each span, where its parts stand in this copy of the report; None where they do not.

    The fingerprints come from the store, so the copy need not be the file that was coded: see :func:`find_again`.
    Raises UsageError when no part of any span stands in it: then it is no copy.
    """
    import pyoxigraph as ox

    def value(node: str, name: str) -> str:
        quads = store.quads_for_pattern(ox.NamedNode(node), ox.NamedNode(PG + name), None, ox.DefaultGraph())
        return next((quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)), "")

    nodes, marks = {}, {}
    for iri in spans:
        folder, name = iri.rsplit("/", 1)
        nodes[iri] = [f"{folder}/{part}" for part in parts(name)]
        for part, node in zip(parts(name), nodes[iri], strict=True):
            words, letters, count, start, before, after = (value(node, name) for name in _FINGERPRINT)
            if words:
                marks[node] = Print(part, words, letters, int(count), int(start), before, after)
    found = dict(zip(marks, find_again(source, marks.values()), strict=True))
    if marks and not any(found.values()):
        raise UsageError(
            f"of {len(marks)} places that were looked for none is in the file named as the report",
            mend="name the report itself; 'plangraph evidence --source FILE' checks a copy",
        )
    return {iri: [place.span if (place := found.get(node)) else None for node in own] for iri, own in nodes.items()}


class _Neighbourhood:
    """The places of a letter stream by the digest of the 40 letters before and after them."""

    def __init__(self, source: Source) -> None:
        self.stream = stream = source.letters.text
        self.before: dict[str, list[int]] = {}
        self.after: dict[str, list[int]] = {}
        for place in range(len(stream) + 1):
            self.before.setdefault(_digest(stream[max(0, place - NEIGHBOURS) : place]), []).append(place)
            self.after.setdefault(_digest(stream[place : place + NEIGHBOURS]), []).append(place)

    def places(self, mark: Print) -> list[tuple[bool, int]]:
        """Return the places at which a span may stand, and whether only one side agrees, the best first."""
        stream, count = self.stream, mark.letter_count
        near_before, far_before = mark.before.split("-")
        near_after, far_after = mark.after.split("-")
        by_before = set(self.before.get(far_before, ()))
        by_after = {place - count for place in self.after.get(far_after, ()) if place >= count}
        found = []
        for place in by_before | by_after:
            one_side = place not in by_before or place not in by_after
            if _digest(stream[place : place + count]) != mark.letters_sha256:
                continue
            if one_side and count < SHORT:
                # How many letters the near digest is of depends on where the sentence ended in the first extraction.
                if place in by_before:
                    beside = [stream[place + count : place + count + letters] for letters in range(NEAR + 1)]
                    near = near_after
                else:
                    beside = [stream[max(0, place - letters) : place] for letters in range(NEAR + 1)]
                    near = near_before
                if not any(_digest(letters)[:4] == near for letters in beside):
                    continue
            found.append((one_side, place))
        return sorted(found, key=lambda item: (item[0], abs(item[1] - mark.letter_start), item[1]))


class _Unchanged:
    """The stretches of another extraction that are as they were, known by the spans that kept their order."""

    def __init__(self, marks: Sequence[Print], places: Sequence[Sequence[tuple[bool, int]]]) -> None:
        sure = sorted(
            (mark.letter_start, held[0][1], number)
            for number, (mark, held) in enumerate(zip(marks, places, strict=True))
            if held and not held[0][0]
        )
        # The longest series of places that do not run backwards, by the usual stacks.
        ends: list[int] = []
        stacks: list[int] = []
        before: list[int] = []
        for index, (_, place, _) in enumerate(sure):
            stack = bisect_right(ends, place)
            before.append(stacks[stack - 1] if stack else -1)
            ends[stack : stack + 1] = [place]
            stacks[stack : stack + 1] = [index]
        chain = []
        index = stacks[-1] if stacks else -1
        while index >= 0:
            chain.append(sure[index])
            index = before[index]
        self.chain = [(place, place - start, number) for start, place, number in reversed(chain)]
        self.starts = [place for place, _, _ in self.chain]

    def allows(self, number: int, mark: Print, place: int) -> bool:
        """Tell whether a span may stand at a place: not in an unchanged stretch in which it did not stand before."""
        left, right = bisect_left(self.starts, place) - 1, bisect_right(self.starts, place)
        here = {shift for _, shift, other in self.chain[left + 1 : right] if other != number}
        if here:
            return place - mark.letter_start in here
        if left < 0 or right == len(self.chain):
            return True
        shifts = {self.chain[left][1], self.chain[right][1]}
        return len(shifts) == 2 or place - mark.letter_start in shifts


def _near_after(source: Source, place: int) -> str:
    stream = source.letters
    stop = place
    while stop < min(place + NEAR, len(stream.text)) and not _ends_between(source, stop):
        stop += 1
    return stream.text[place:stop]


def _near_before(source: Source, place: int) -> str:
    start = place
    while start > max(place - NEAR, 0) and not _ends_between(source, start):
        start -= 1
    return source.letters.text[start:place]


def _ends_between(source: Source, place: int) -> bool:
    """Tell whether a sentence or a label line seems to end between two letters."""
    raw, plain = source.letters.raw, source.plain
    if not 0 < place < len(raw):
        return True
    after = plain.index(raw[place])
    between = plain.text[plain.index(raw[place - 1]) + 1 : after]
    return any(character in ".!?:" for character in between) or ("\n" in between and plain.text[after].isupper())


def _side(near: str, far: str) -> str:
    return f"{_digest(near)[:4]}-{_digest(far)}"


def _digest(letters: str) -> str:
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()[:16]


# --- locators

_KINDS = {
    "heading": ("overskrift", "heading"),
    "plan-text": ("plantekst", "plan text"),
    "status-lines": ("statuslinjer", "status lines"),
    "result-text": ("resultat", "result text"),
    "area-introduction": ("innledning", "introduction"),
    "front-matter": ("innledende del", "front matter"),
    "overview-table": ("oversiktstabell", "overview table"),
    "overview-row": ("oversiktstabell", "overview table"),
}
_COUNTED = frozenset({"plan-text", "result-text", "area-introduction", "front-matter"})


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
        nb, en = ["rapporten"], ["the report"]
        for section, numbered in self._counted:
            if not (section.span.start <= span.start < section.span.end):
                continue
            nb, en = ([name] for name in _owner(section.owner))
            kind = _KINDS.get(section.kind, (section.kind, section.kind))
            nb.append(kind[0])
            en.append(kind[1])
            covered = [item for item in numbered if item[0].start < span.end and item[0].end > span.start]
            if any(link.start <= span.start < link.end for link in self._links):
                nb.append("lenke")
                en.append("link")
            elif covered:
                (_, paragraph, first), (_, last_paragraph, last) = covered[0], covered[-1]
                nb += [f"avsnitt {_range(paragraph, last_paragraph)}"]
                en += [f"paragraph {_range(paragraph, last_paragraph)}"]
                if paragraph == last_paragraph:
                    nb.append(f"setning {_range(first, last)}")
                    en.append(f"sentence {_range(first, last)}")
            break
        page = self.source.page(span.start)
        if page:
            nb.append(f"side {page}")
            en.append(f"page {page}")
        words = self.words(span)
        quoted = " ".join(words) if len(words) <= 4 else " ".join([*words[:2], "…", *words[-2:]])
        return f"{', '.join(nb)}: {quoted}", f"{', '.join(en)}: {quoted}"


def _owner(owner: str) -> tuple[str, str]:
    if not owner:
        return "rapporten", "the report"
    if owner.startswith("area "):
        return f"innsatsområde {owner[5:]}", f"focus area {owner[5:]}"
    name = re.sub(r"(\d)([^\W\d_])$", r"\1 \2", owner)
    return f"tiltak {name}", f"measure {name}"


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


# --- the evidence file


def used_names(texts: Iterable[str], source: str) -> set[str]:
    """Return the names of the spans of one source that Turtle texts use, as ``ev:…`` or in full, parts included."""
    full = re.escape(f"{EVIDENCE}{source}/")
    pattern = re.compile(rf"(?<![\w-])(?:ev:|<{full})({_NAME.pattern})(?![\w-])")
    names: set[str] = set()
    for text in texts:
        prefix = re.search(r"@prefix\s+ev:\s*<([^>]*)>", text)
        if prefix and prefix.group(1) != f"{EVIDENCE}{source}/":
            continue
        names.update(pattern.findall(text))
    return names | {str(part) for name in names for part in parts(name)}


def evidence_lines(
    names: Iterable[str], source: Source, slug: str, sections: Sequence[Section], language: str = "nb"
) -> list[str]:
    """Return the statements of the evidence file in house form, without prefixes, in the order of the report.

    First the position of each span, then the spans with their digests, locator and first and last two words; a name of
    several spans has its parts. They are written in house form at once, because sorting so many takes longer than
    reading the report.

    Raises DataError when a name is no span of the source.
    """
    locators = Locators(source, sections, language)
    ordered = sorted(names, key=lambda name: ([*map(tuple, parts(name))], name))
    positions, lines = [], []
    for name in ordered:
        spans = parts(name)
        try:
            prints = [fingerprint(source, span) for span in spans]
        except ValueError as error:
            raise DataError(
                str(error), where=f"ev:{name}", mend="mend the span, or name the report that it belongs to"
            ) from error
        located = [locators.locate(span) for span in spans]
        nb, en = ("; ".join(each) for each in zip(*located, strict=True))
        locator = f"pg:locator {_quoted(nb)}@nb, {_quoted(en)}@en"
        if len(spans) > 1:
            held = ", ".join(f"ev:{span}" for span in spans)
            facts = ["a oa:SpecificResource", f"dct:hasPart {held}", f"oa:hasSource source:{slug}", locator]
            line = f"ev:{name} {' ; '.join(facts)} ."
            lines.append(line if len(line) <= ONE_LINE else f"ev:{name} " + " ;\n    ".join(facts) + " .")
            continue
        mark, words, page = prints[0], locators.words(spans[0]), source.page(spans[0].start)
        positions.append(
            f"pos:{name} a oa:TextPositionSelector ; oa:end {mark.span.end} ; oa:start {mark.span.start} ."
        )
        lines.append(
            f"ev:{name} a oa:SpecificResource ; oa:hasSelector pos:{name} ; oa:hasSource source:{slug} ; "
            f'pg:afterSha256 "{mark.after}" ; pg:beforeSha256 "{mark.before}" ; '
            f"pg:firstWords {_quoted(' '.join(words[:2]))} ; pg:lastWords {_quoted(' '.join(words[-2:]))} ; "
            f"pg:letterCount {mark.letter_count} ; pg:letterStart {mark.letter_start} ; "
            f'pg:lettersSha256 "{mark.letters_sha256}" ; {locator} ; '
            + (f"pg:page {page} ; " if page else "")
            + f'pg:sha256 "{mark.sha256}" .'
        )
    return positions + lines


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ")
    return f'"{escaped}"'


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


def evidence_graph(
    names: Iterable[str], source: Source, slug: str, sections: Sequence[Section], language: str = "nb"
) -> "rdflib.Graph":
    """Return the evidence file as a graph; see ``evidence_lines``."""
    from rdflib import Graph

    from plangraph.vocabulary import prefixes

    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes(None, slug).items())
    return Graph().parse(
        data=head + "\n".join(evidence_lines(names, source, slug, sections, language)), format="turtle"
    )


def prints_of(graph: "rdflib.Graph", slug: str) -> dict[str, Print]:
    """Return the fingerprints that a graph holds of the spans of one source, by name."""
    from rdflib import URIRef

    def text(node: "rdflib.term.Node", name: str) -> str:
        return str(graph.value(node, URIRef(PG + name)))

    found = {}
    for node in graph.subjects(URIRef(OA + "hasSource"), URIRef(f"{BASE}source/{slug}")):
        name = str(node).rsplit("/", 1)[1]
        if "_" in name:
            continue
        found[name] = Print(
            parts(name)[0],
            text(node, "sha256"),
            text(node, "lettersSha256"),
            int(text(node, "letterCount")),
            int(text(node, "letterStart")),
            text(node, "beforeSha256"),
            text(node, "afterSha256"),
        )
    return dict(sorted(found.items(), key=lambda item: item[1].span))


class Verdict(NamedTuple):
    """What a check of the spans against a report found: is it the same file, where each span stands, what is lost."""

    same_file: bool
    found: Mapping[str, Found]
    lost: list[str]


def verify(prints: Mapping[str, Print], source: Source, sha256: str) -> Verdict:
    """Check every span against a report.

    When the file is the one that was read (``sha256``), each span's words must have their digest at their offsets.
    Otherwise the spans are looked for by their fingerprints (``find_again``); ``lost`` names those not found.
    """
    if source.sha256 == sha256:
        found, lost = {}, []
        for name, mark in prints.items():
            words = source.text[mark.span.start : mark.span.end].encode("utf-8", "surrogatepass")
            if hashlib.sha256(words).hexdigest() == mark.sha256:
                found[name] = Found(mark.span, "words")
            else:
                lost.append(name)
        return Verdict(True, found, lost)
    again = dict(zip(prints, find_again(source, prints.values()), strict=True))
    return Verdict(
        False,
        {name: place for name, place in again.items() if place is not None},
        [name for name, place in again.items() if place is None],
    )


def around(source: Source, span: Span, context: int = 120) -> tuple[str, str, str]:
    """Return the running text before, in and after a span, at most ``context`` characters on each side."""
    flow = source.flow
    low, high = flow.index(span.start), flow.index(span.end)
    if low == high:
        return "", source.text[span.start : span.end], ""
    return flow.text[max(0, low - context) : low], flow.text[low:high], flow.text[high : high + context]


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
        if section.kind not in ("plan-text", "result-text", "area-introduction"):
            continue
        all_of_it = sentences(source, *section.span, abbreviations)
        bare = []
        for sentence in all_of_it:
            before = bisect_right(starts, sentence.end - 1)
            if not before or reach[before - 1] <= sentence.start:
                bare.append(sentence)
        result.append((section, all_of_it, bare))
    return result


def data_texts(folder: Path) -> list[str]:
    """Return the texts of the Turtle files of a data folder that may use spans: all but the evidence files."""
    files = sorted([*folder.glob("*.ttl"), *folder.glob("*/*.ttl")])
    return [file.read_text("utf-8") for file in files if file.name != "evidence.ttl"]


def _facts(folder: Path, slug: str) -> list[tuple[str, str, str]]:
    """Return subject, type or "", and evidence name of everything in the data that rests on a source.

    Mentions and the evidence file are left out: an annotation is no fact.
    """
    from plangraph.loading import parse

    base = f"{EVIDENCE}{slug}/"
    kinds: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    for file in sorted([*folder.glob("*.ttl"), *folder.glob("*/*.ttl")]):
        if file.name in ("evidence.ttl", "mentions.ttl"):
            continue
        for quad in parse(file):
            subject, value = str(getattr(quad.subject, "value", "")), str(getattr(quad.object, "value", ""))
            if quad.predicate.value == RDF_TYPE and value.startswith(PG):
                kinds[subject] = value.removeprefix(PG)
            elif quad.predicate.value == PG + "evidence" and value.startswith(base):
                found.append((subject, value.removeprefix(base)))
    return [(subject, kinds.get(subject, ""), name) for subject, name in found]


def fact_spans(folder: Path, slug: str) -> list[Span]:
    """Return the spans on which facts rest: all evidence but that of sections, measures and focus areas."""
    structure = {"Section", "Measure", "FocusArea"}
    return sorted({span for _, kind, name in _facts(folder, slug) if kind not in structure for span in parts(name)})


def facts_on(folder: Path, slug: str, name: str) -> list[str]:
    """Return the facts, in short form, whose evidence is a span or has it as a part."""
    short = {
        subject.removeprefix(BASE) for subject, _, used in _facts(folder, slug) if name in (used, *used.split("_"))
    }
    return sorted(short)


def is_span(name: str) -> bool:
    """Tell whether a text is the name of a span (``14433-14485``, ``ev:5-9_12-20``)."""
    return bool(_NAME.fullmatch(name.removeprefix("ev:")))


def evidence_of(folder: Path, slug: str, name: str, known: Container[str]) -> list[str]:
    """Return the names of the spans on which a fact rests, or the span itself when ``name`` is one of the known.

    A fact is named by its IRI, the part after the base, or its last part (``8-status``).

    Raises UsageError when no span or no fact has the name.
    """
    if is_span(name):
        span = name.removeprefix("ev:")
        if span not in known:
            raise UsageError(
                f"no fact rests on the span {span!r}", mend="'plangraph locate WORDS --source REPORT' prints spans"
            )
        return [span]
    local = name.rsplit(":", 1)[-1] if not name.startswith("http") else name
    names = [used for subject, _, used in _facts(folder, slug) if subject == local or subject.endswith("/" + local)]
    if not names:
        raise UsageError(f"no fact is called {name!r}", mend="name a span as in 14433-14485, or a fact as in 8-status")
    return sorted(set(names), key=lambda used: parts(used))


def recorded_sha256(folder: Path, slug: str) -> str:
    """Return the SHA-256 that a plan's folder records of the file that was read, or "" when it records none."""
    from plangraph.loading import parse

    for name in ("plan.ttl", "evidence.ttl"):
        if (folder / name).is_file():
            for quad in parse(folder / name):
                if (
                    getattr(quad.subject, "value", "") == f"{BASE}source/{slug}"
                    and quad.predicate.value == PG + "sha256"
                ):
                    return str(getattr(quad.object, "value", ""))
    return ""


def locator_of(graph: "rdflib.Graph", slug: str, name: str, language: str) -> str:
    """Return the recorded locator of a span in a language, or "" when it has none."""
    from rdflib import URIRef

    for value in graph.objects(URIRef(f"{EVIDENCE}{slug}/{name}"), URIRef(PG + "locator")):
        if getattr(value, "language", None) == language:
            return str(value)
    return ""


def published_at(data: Path, plan: str) -> list[str]:
    """Return the web pages on which a plan was issued, sorted: the sources of the outside facts that say when."""
    from plangraph.loading import parse

    about: dict[str, dict[str, str]] = {}
    for file in sorted(data.glob("outside/*.ttl")):
        for quad in parse(file):
            about.setdefault(str(quad.subject), {})[quad.predicate.value] = str(getattr(quad.object, "value", ""))
    issued = {RDF + "subject": f"{BASE}plan/{plan}", RDF + "predicate": DCT + "issued"}
    return sorted({fact[DCT + "source"] for fact in about.values() if issued.items() <= fact.items()})
