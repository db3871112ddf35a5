"""Headings: lines that look like the heading of a measure or of a focus area, and where their titles end."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plangraph.ingest.labels import Oddity
from plangraph.ingest.series import Candidate, best_series
from plangraph.text import Source, Span, fold

_LONGEST_TITLE = 6  # lines


@dataclass(frozen=True)
class Heading:
    """A heading: its number and letter, its place among the lines, the spans of the whole and of the title."""

    number: int
    letter: str
    line: int
    last_line: int
    span: Span
    title_span: Span
    title: str

    @property
    def key(self) -> tuple[int, str]:
        return self.number, self.letter


@dataclass(frozen=True)
class _Line:
    number: int
    letter: str
    line: int
    title_start: int
    score: float


def measure_pattern(words: Mapping[str, Any]) -> re.Pattern[str]:
    """Return the pattern of a line that opens with a label, a number and perhaps a letter: "Tiltak 18 a) …"."""
    return re.compile(
        rf"(?P<label>(?i:{_any(words['headings']['measure'])}))\s*(?P<number>\d{{1,3}})"
        r"(?:\s*(?P<letter>[A-Za-zæøåÆØÅ])(?=\s*[).:–—-]|\s+[\"«A-ZÆØÅ]|\s*$))?"
        r"(?P<sep>\s*[).:–—-]+)?(?:\s*$|\s+(?P<title>\S.*)|(?<=[).:–—-])(?P<close>\S.*))"
    )


def area_pattern(words: Mapping[str, Any]) -> re.Pattern[str]:
    """Return the pattern of the heading of a focus area: "Innsatsområde 1: …"."""
    return re.compile(
        rf"(?P<label>(?i:{_any(words['headings']['area'])}))\s*(?P<number>\d{{1,2}})(?P<letter>(?!))?"
        r"(?P<sep>\s*[).:–—-]+)?(?:\s*$|\s+(?P<title>\S.*)|(?<=[).:–—-])(?P<close>\S.*))"
    )


# The form without a label word: "18. Title" or "18 a) Title".
NUMBERED = re.compile(
    r"(?P<label>)(?P<number>\d{1,3})(?:\s?(?P<letter>[a-zæøå])(?=\s*[).:]))?(?P<sep>\s*[).:]+)?"
    r"(?:\s+(?P<title>[\"«A-ZÆØÅ].*)|(?P<close>(?!)))"
)

# The heading of a part below that of its number: "a) Title", "2a Title", "2 a) Title".
_PART = re.compile(
    r"(?:(?P<number>\d{1,3})\s?(?=[a-zæøå][\s).:–—-])|(?=[a-zæøå][).:]))(?P<letter>[a-zæøå])\s*[).:–—-]?\s*"
    r"(?P<title>[\"«]?[A-ZÆØÅ].*)"
)


def find_headings(
    source: Source,
    pattern: re.Pattern[str],
    words: Mapping[str, Any],
    within: Sequence[int],
    titles: Mapping[tuple[int, str], str],
    labelled: Collection[int] = (),
) -> tuple[list[Heading], list[Oddity]]:
    """Return the headings of the best series among the given lines, and the candidates that were not used.

    ``titles`` are the titles of the overview table by number and letter, which say where a title ends when it equals
    one; ``labelled`` are the lines that state a status or who answers, which speak for the heading before them.
    """
    candidates, rejected = [], []
    plain = source.plain.text
    lines = source.lines
    for place in within:
        text = plain[lines[place].start : lines[place].end]
        match = pattern.match(text)
        if match is None:
            continue
        title = match.group("title") or match.group("close") or ""
        if title and not re.match(r"[\"«“]?[^\W\d_]", title):
            rejected.append(Oddity(source.line_number(source.plain.raw[lines[place].start]), text[:40], "no title"))
            continue
        if title and title.lstrip('"«“')[0].islower():
            rejected.append(
                Oddity(source.line_number(source.plain.raw[lines[place].start]), text[:40], "goes on in small letters")
            )
            continue
        score = 2.0 if match.group("label") else 1.0
        score += 0.5 if match.group("sep") else 0.0
        score += 0.25 if match.group("label")[:1].isupper() else 0.0
        score -= 0.0 if title else 0.5
        candidates.append(
            _Line(
                int(match.group("number")),
                (match.group("letter") or "").lower(),
                place,
                lines[place].start + (len(text) - len(title)),
                score,
            )
        )
    scored = []
    for here, following in zip(candidates, [*candidates[1:], None], strict=False):
        stop = following.line if following else within[-1] + 1
        speaks = any(here.line < line < stop for line in labelled)
        scored.append(Candidate(here.number, here.letter, here.score + (0.5 if speaks else 0.0)))
    chosen = set(best_series(scored))
    headings = []
    taken = {candidates[index].line for index in chosen}
    for index, candidate in enumerate(candidates):
        if index in chosen:
            headings.append(_heading(source, candidate, taken, set(labelled), words, titles))
        else:
            text = plain[lines[candidate.line].start : lines[candidate.line].end]
            number = source.line_number(source.plain.raw[lines[candidate.line].start])
            rejected.append(Oddity(number, text[:40], "does not fit the series of numbers"))
    return headings, sorted(rejected, key=lambda item: item.line)


def find_parts(
    source: Source,
    headings: Sequence[Heading],
    words: Mapping[str, Any],
    within: Sequence[int],
    titles: Mapping[tuple[int, str], str],
    labelled: Collection[int],
) -> list[Heading]:
    """Return the headings of lettered parts, "a) …" or "2a …", between the heading of their number and the next one.

    The letters run from a without a gap, and each part states a status or who answers, or has the title that the table
    gives: a list in the text is no series of parts.
    """

    def speaks(part: _Line, stop: int) -> bool:
        return any(part.line < line < stop for line in labelled)

    def titled(part: _Line) -> bool:
        title = fold(source.plain.text[part.title_start : source.lines[part.line].end])
        return fold(titles.get((part.number, part.letter), "")).startswith(title)

    found: list[Heading] = []
    for here, following in zip(headings, [*headings[1:], None], strict=False):
        if here.letter or (following and following.number == here.number):
            continue
        stop = following.line if following else within[-1] + 1
        parts: list[_Line] = []
        for line in within:
            match = _PART.match(source.plain.text[source.lines[line].start : source.lines[line].end])
            if not here.last_line < line < stop or match is None:
                continue
            start = source.lines[line].start + match.start("title")
            part = _Line(int(match.group("number") or here.number), match.group("letter"), line, start, 1.0)
            if (part.number, part.letter) == (here.number, chr(ord("a") + len(parts))) and (
                not parts or speaks(parts[-1], line) or (titled(parts[-1]) and titled(part))
            ):
                parts.append(part)
        if len(parts) > 1 and (speaks(parts[-1], stop) or titled(parts[-1])):
            taken = {part.line for part in parts}
            found += [_heading(source, part, taken, labelled, words, titles) for part in parts]
    return found


def _heading(
    source: Source,
    candidate: _Line,
    taken: Collection[int],
    labelled: Collection[int],
    words: Mapping[str, Any],
    titles: Mapping[tuple[int, str], str],
) -> Heading:
    plain, lines = source.plain, source.lines
    wanted = fold(titles.get((candidate.number, candidate.letter), ""))
    start = candidate.title_start
    last = candidate.line
    if start >= lines[last].end:  # the title stands on the next line
        last += 1
        start = lines[last].start if last < len(lines) else start
    while True:
        title = fold(plain.text[start : lines[last].end])
        following = last + 1
        if title == wanted or following >= len(lines) or following - candidate.line >= _LONGEST_TITLE:
            break
        if following in taken or following in labelled:
            break
        here = plain.text[lines[last].start : lines[last].end]
        after = plain.text[lines[following].start : lines[following].end]
        if not (
            after[0].islower()
            or (wanted and wanted.startswith(title + fold(after)))
            or (here.isupper() and after.isupper() and lines[following].gap <= lines[last].gap)
        ) or _is_item(after):
            break
        last = following
    end = lines[last].end
    span = plain.span(lines[candidate.line].start, end)
    title_span = plain.span(start, end)
    text = source.flow.slice(title_span).replace("\n", " ").strip()
    return Heading(candidate.number, candidate.letter, candidate.line, last, span, title_span, text)


def _is_item(text: str) -> bool:
    return bool(re.match(r"[•·▪◦*]|[a-zæøå]\)|[a-zæøå][.:]\s|\d+[.)]\s", text))


def _any(options: list[str]) -> str:
    return "|".join(re.escape(option) for option in sorted(options, key=len, reverse=True))
