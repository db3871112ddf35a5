"""Label lines: what a measure's section states of its status and of who answers for it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from plangraph.ingest.responsible import is_ministry_list
from plangraph.text import Source, Span


@dataclass(frozen=True)
class Label:
    """A stated value: "status" or "responsible", the words of the value, the span of label and value.

    "unknown" is a status in words that are not known: it states nothing, but parts what was planned from what was done.
    """

    kind: str
    value: str
    span: Span
    line: int
    last_line: int


@dataclass(frozen=True)
class Oddity:
    """Something that looked like structure and was not used: the raw line number and what it is."""

    line: int
    words: str
    reason: str


def status_code(value: str, words: Mapping[str, Any]) -> str | None:
    """Return the code of a stated status ("completed", "ongoing", …), or None when the words are not known."""
    bare = value.strip(" .").casefold()
    for code, names in words["status"].items():
        if bare in names:
            return str(code)
    return None


def find_labels(source: Source, words: Mapping[str, Any]) -> tuple[list[Label], list[Oddity]]:
    """Return the label lines of a report in reading order, and lines that look like labels but are not known.

    A label is followed by a colon or a dash, or by a value that can be nothing else. Two labels may share a line; a
    value may go on in the next line after a hyphen, a comma or "og", or stand there alone.
    """
    kinds = {name: kind for kind, names in words["labels"].items() for name in names}
    names = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(kinds, key=len, reverse=True))
    label = re.compile(rf"(?P<label>{names})(?P<sep>\s*[:–—]\s*|\s+-\s+|\s+|$)", re.IGNORECASE)
    inner = re.compile(rf"\s+(?=(?:{names})\s*:)", re.IGNORECASE)
    other = re.compile(r"([A-ZÆØÅ][\w /.-]{1,40}?):(?!//)\s*(\S.{0,60})?$")
    found: list[Label] = []
    odd: list[Oddity] = []
    plain, lines = source.plain, source.lines
    for place, line in enumerate(lines):
        text = plain.text[line.start : line.end]
        match = label.match(text)
        if match is None:
            unknown = other.match(text)
            if unknown:
                odd.append(Oddity(source.line_number(plain.raw[line.start]), text[:60], "unknown label"))
            continue
        cuts = [0, *(cut.end() for cut in inner.finditer(text)), len(text)]
        for low, high in pairwise(cuts):
            piece = text[low:high].rstrip()
            here = label.match(piece)
            if here is None:
                continue
            kind = kinds[re.sub(r"\s+", " ", here.group("label")).casefold()]
            clear = here.group("sep").strip() != ""
            start, end, last = line.start + low, line.start + low + len(piece), place
            value_start = line.start + low + here.end()
            while last + 1 < len(lines) and high == len(text) and _goes_on(plain.text[value_start:end], kind, words):
                after = plain.text[lines[last + 1].start : lines[last + 1].end]
                if label.match(after) or not _is_value(after, kind, words):
                    break
                last += 1
                end = lines[last].end
                if value_start > lines[last - 1].end - 1:
                    value_start = lines[last].start
            if value_start >= end:
                continue
            value = source.flow.slice(plain.span(value_start, end)).replace("\n", " ").strip()
            known = _known(value, kind, words)
            if known or (clear and kind == "responsible"):
                found.append(Label(kind, value, plain.span(start, end), place, last))
            elif clear:
                odd.append(Oddity(source.line_number(plain.raw[start]), piece[:60], f"unknown {kind}"))
                found.append(Label("unknown", value, plain.span(start, end), place, last))
    return found, odd


def _known(value: str, kind: str, words: Mapping[str, Any]) -> bool:
    return status_code(value, words) is not None if kind == "status" else is_ministry_list(value, words)


def _is_value(text: str, kind: str, words: Mapping[str, Any]) -> bool:
    return (
        status_code(text, words) is not None if kind == "status" else bool(re.match(r"[\w]", text)) and len(text) < 120
    )


def _goes_on(value: str, kind: str, words: Mapping[str, Any]) -> bool:
    last = value.split()[-1:]
    return not last or (kind == "responsible" and (last[0][-1] in "-,/" or last[0].casefold() in words["names"]["and"]))
