"""What the report says before its measures: totals, transfers of responsibility, the list of who answers."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from plangraph.text import Source, Span


class Count(NamedTuple):
    """A stated number of measures: in all ("total") or of a status."""

    what: str
    number: int
    span: Span


class Transfer(NamedTuple):
    """A policy area that moved from one ministry to another, the ministries as written."""

    area: str
    label: str
    giver: str
    taker: str
    span: Span


class Listed(NamedTuple):
    """A body in the list of who answers: its name and abbreviation, its line, and the line of its ministry."""

    name: str
    abbreviation: str
    span: Span
    ministry: Span | None


def find_counts(source: Source, sentences: list[Span], words: Mapping[str, Any]) -> list[Count]:
    """Return the stated totals of the first sentence that states the number of measures."""
    table = words.get("counts", {})
    numbers = {name: int(number) for number, names in words["numbers"].items() for name in names}
    number = rf"(?:\d{{1,4}}|{'|'.join(map(re.escape, numbers))})"
    status_of = {name: code for code, names in words["status"].items() for name in names}
    status = "|".join(re.escape(name) for name in sorted(status_of, key=len, reverse=True))
    for sentence in sentences:
        text = source.flow.slice(sentence)
        total = None
        for pattern in table.get("total", []):
            total = total or re.search(pattern.replace("{n}", f"(?P<n>{number})"), text, re.IGNORECASE)
        if total is None:
            continue
        found = [Count("total", _number(total.group("n"), numbers), sentence)]
        for pattern in table.get("part", []):
            filled = pattern.replace("{n}", f"(?P<n>{number})").replace("{status}", f"(?P<status>{status})")
            found += [
                Count(status_of[match.group("status").casefold()], _number(match.group("n"), numbers), sentence)
                for match in re.finditer(rf"\b{filled}\b", text[total.end() :], re.IGNORECASE)
            ]
        return found
    return []


def find_transfers(source: Source, sentences: list[Span], words: Mapping[str, Any]) -> list[Transfer]:
    """Return the transfers of responsibility that sentences state, in order."""
    table = words.get("transfers")
    if not table:
        return []
    found = []
    for sentence in sentences:
        low = source.flow.index(sentence.start)
        text = source.flow.text[low : source.flow.index(sentence.end)]
        for match in re.finditer(table["pattern"], text):
            area = match.group("compound") or match.group("area")
            label = table.get("labels", {}).get(area, area)
            span = source.flow.span(low + match.start(), low + match.end())
            found.append(Transfer(area, label, match.group("from"), match.group("to"), span))
    return found


def find_list(source: Source, stretches: Iterable[range], words: Mapping[str, Any]) -> list[Listed]:
    """Return the bodies of the list of who answers, in order; each directorate belongs to the ministry before it.

    The list is looked for in each stretch of lines, and does not go on from one to the next.
    """
    plain = source.plain
    titles = words["actors"]["title"]
    for lines in stretches:
        texts = {place: plain.text[source.lines[place].start : source.lines[place].end] for place in lines}
        head = next((place for place, text in texts.items() if text.casefold().strip(" :") in titles), None)
        if head is not None:
            return _bodies(source, texts, range(head + 1, lines.stop), words)
    return []


def _bodies(source: Source, texts: Mapping[int, str], lines: range, words: Mapping[str, Any]) -> list[Listed]:
    plain = source.plain
    found: list[Listed] = []
    ministry: Span | None = None
    for place in lines:
        match = re.fullmatch(r"(?P<name>[^()]+?)\s*(?:\((?P<short>[^()]+)\))?", texts[place])
        if match is None or texts[place].endswith((".", ":")):
            break
        span = plain.span(source.lines[place].start, source.lines[place].end)
        name = match.group("name")
        folded = name.casefold()
        is_ministry = any(folded.endswith(word) or folded.startswith(word) for word in words["actors"]["ministry"])
        if is_ministry:
            ministry = span
        found.append(Listed(name, match.group("short") or "", span, None if is_ministry else ministry))
    return found


def _number(text: str, numbers: Mapping[str, int]) -> int:
    return int(text) if text.isdigit() else numbers[text.casefold()]
