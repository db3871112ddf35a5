"""Spans of a report: their names, their fingerprints, and finding them again in another copy.

A span is known by its offsets and the SHA-256 of its words, and by a fingerprint of letters that survives another
extraction of the same report.
"""

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from plangraph.errors import UsageError
from plangraph.text import Source, Span
from plangraph.vocabulary import PG

if TYPE_CHECKING:
    from plangraph.stores import Store

NEIGHBOURS = 40
NEAR = 8
SHORT = 20
NAME = re.compile(r"\d+-\d+(?:_\d+-\d+)*")

_FINGERPRINT = ("sha256", "lettersSha256", "letterCount", "letterStart", "beforeSha256", "afterSha256")


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


class Verdict(NamedTuple):
    """What a check of the spans against a report found: is it the same file, where each span stands, what is lost."""

    same_file: bool
    found: Mapping[str, Found]
    lost: list[str]


def parts(name: str) -> list[Span]:
    """Return the spans that an evidence name such as ``100-120`` or ``100-120_300-310`` stands for.

    Raises ValueError when the name is none, or when a span is empty or ends before it begins.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"not the name of a span: {name!r}")
    spans = [Span(*map(int, part.split("-"))) for part in name.split("_")]
    if any(span.start > span.end for span in spans):
        raise ValueError(f"a span that ends before it begins: {name!r}; turn the numbers round")
    if any(span.start == span.end for span in spans):
        raise ValueError(f"an empty span: {name!r}")
    return spans


def is_span(name: str) -> bool:
    """Tell whether a text is the name of a span (``14433-14485``, ``ev:5-9_12-20``)."""
    return bool(NAME.fullmatch(name.removeprefix("ev:")))


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
