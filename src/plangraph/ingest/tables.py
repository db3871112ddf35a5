"""The overview table: rows that end in a ministry and a status."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from plangraph.ingest.headings import area_pattern
from plangraph.ingest.labels import status_code
from plangraph.ingest.series import Candidate, best_series
from plangraph.text import Source, Span
from plangraph.words import ministries

_LONGEST_ROW = 8  # lines
_START = re.compile(
    r"(?:(?P<number>\d{1,3})\s*[.:)–—-]?\s+|(?P<letter>[a-zæøå])\s*[).]\s*)(?P<title>[\"«]?[A-ZÆØÅ].*|(?P<tail>$))"
)


@dataclass(frozen=True)
class Row:
    """A row of the table; a number with lettered parts has no ministry and status of its own."""

    number: int
    letter: str
    line: int
    last_line: int
    span: Span
    title: str
    title_span: Span
    responsible: str = ""
    status: str = ""
    cells: Span | None = None

    @property
    def key(self) -> tuple[int, str]:
        return self.number, self.letter


@lru_cache(maxsize=4)
def _tail(statuses: tuple[str, ...], joining: tuple[str, ...]) -> re.Pattern[str]:
    names = sorted({row["name"] for row in ministries()}, key=lambda name: (-len(name), name))
    one = rf"(?:{'|'.join(map(re.escape, names))}|[A-ZÆØÅ]{{2,5}})"
    return re.compile(
        rf"(?:^|(?<=\s))(?P<responsible>{one}(?:\s*(?:[/,]|\b(?:{'|'.join(map(re.escape, joining))})\b)\s*{one})*)\s+"
        rf"(?P<status>(?i:{'|'.join(map(re.escape, sorted(statuses, key=len, reverse=True)))}))$"
    )


def find_rows(source: Source, words: Mapping[str, Any]) -> tuple[list[Row], tuple[int, int]]:
    """Return the rows of the overview table and the half-open range of lines that it takes.

    A row opens with a number or a letter and a capital; it ends with the first line that closes with one or more
    ministries and a status. A number without them is a row when its part a follows. The rows that form the best series
    are the table; with fewer than two there is none, and the range is empty.
    """
    plain, lines = source.plain, source.lines
    tail = _tail(tuple(name for names in words["status"].values() for name in names), tuple(words["names"]["and"]))
    area = area_pattern(words)
    texts = [plain.text[line.start : line.end] for line in lines]
    starts = [place for place, text in enumerate(texts) if _START.match(text)]
    rows: list[Row] = []
    number = 0
    for place, following in zip(starts, [*starts[1:], len(lines)], strict=False):
        match = _START.match(texts[place])
        assert match is not None
        if match.group("number"):
            number = int(match.group("number"))
        letter = match.group("letter") or ""
        title_start = lines[place].start + match.start("title")
        limit = min(following, place + _LONGEST_ROW)
        areas = [line for line in range(place, limit) if area.match(texts[line])]
        limit = areas[0] if areas else limit
        for last in range(place, limit):
            end = tail.search(texts[last])
            if end is None:
                continue
            cells_start = lines[last].start + end.start()
            row = _row(source, number, letter, place, last, title_start, cells_start, lines[last].end)
            if status_code(end.group("status"), words):
                rows.append(
                    Row(
                        *row,
                        responsible=end.group("responsible"),
                        status=end.group("status"),
                        cells=plain.span(cells_start, lines[last].end),
                    )
                )
            break
        else:
            opens_parts = following < len(lines) and following == limit and _letter(texts[following]) == "a"
            if opens_parts and not letter and following > place:
                end_line = following - 1
                rows.append(
                    Row(
                        *_row(
                            source, number, "", place, end_line, title_start, lines[end_line].end, lines[end_line].end
                        )
                    )
                )
    chosen = best_series([Candidate(row.number, row.letter, 1.0 if row.status else 0.5) for row in rows])
    rows = [rows[index] for index in chosen]
    if len(rows) < 2:
        return [], (0, 0)
    first = rows[0].line
    while first and area.match(texts[first - 1]):
        first -= 1
    header = words["table"]["header"]
    if first and sum(word in texts[first - 1].casefold() for word in header) > len(header) / 2:
        first -= 1
    return rows, (first, rows[-1].last_line + 1)


def _row(
    source: Source, number: int, letter: str, place: int, last: int, title_start: int, title_stop: int, stop: int
) -> tuple[int, str, int, int, Span, str, Span]:
    plain = source.plain
    title_end = title_start + len(plain.text[title_start:title_stop].rstrip())
    title_span = plain.span(title_start, max(title_end, title_start + 1))
    title = source.flow.slice(title_span).replace("\n", " ").strip()
    return number, letter, place, last, plain.span(source.lines[place].start, stop), title, title_span


def _letter(text: str) -> str:
    match = _START.match(text)
    return (match.group("letter") or "") if match else ""
