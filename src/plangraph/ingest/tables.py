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
# So many lines between two rows (a heading, a page's header) are still of one table; more are text.
_WIDEST_GAP = 5
# "2 Title", "a) Title", "2a Title", "2 a) Title"; a letter far from "a" stands by itself in words ("2 i Oslo").
_START = re.compile(
    r"(?:(?P<number>\d{1,3})(?:(?P<beside>[a-zæøå])|\s(?P<apart>[a-h])(?=[\s.:)]))?\s*[.:)–—-]?\s+"
    r"|(?P<letter>[a-zæøå])\s*[).]\s*)(?P<title>[\"«]?[A-ZÆØÅ].*|(?P<tail>$))"
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
def _tail(statuses: tuple[str, ...], joining: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of the cells that end a row, and of ministries with which the next line goes on."""
    names = sorted({row["name"] for row in ministries()}, key=lambda name: (-len(name), name))
    one = rf"(?:{'|'.join(map(re.escape, names))}|[A-ZÆØÅ]{{2,5}})"
    joint = rf"\s*(?:[/,]|\b(?:{'|'.join(map(re.escape, joining))})\b)\s*"
    several = rf"(?:^|(?<=\s))(?P<responsible>{one}(?:{joint}{one})*)"
    status = "|".join(map(re.escape, sorted(statuses, key=len, reverse=True)))
    return re.compile(rf"{several}\s+(?P<status>(?i:{status}))$"), re.compile(rf"{several}{joint}$")


def find_rows(source: Source, words: Mapping[str, Any]) -> tuple[list[Row], list[range]]:
    """Return the rows of the overview table and the lines that it takes, a range for each piece of it.

    A row opens with a number, a letter or both and a capital; it ends with the first line that closes with one or more
    ministries and a status. A number without them is a row when its part a follows. The rows that form the best series
    are the table; with fewer than two there is none. Where text stands between two rows the table is in pieces.
    """
    plain, lines = source.plain, source.lines
    tail, broken = _tail(
        tuple(name for names in words["status"].values() for name in names), tuple(words["names"]["and"])
    )
    body = re.compile(r"(?<=\s)\s[A-ZÆØÅ]{2,5}(?:\s*[/,]\s*[A-ZÆØÅ]{2,5})*$", re.MULTILINE)
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
        letter = _letter(match)
        title_start = lines[place].start + match.start("title")
        limit = min(following, place + _LONGEST_ROW)
        areas = [line for line in range(place, limit) if area.match(texts[line])]
        limit = areas[0] if areas else limit
        for last in range(place, limit):
            end = tail.search(texts[last])
            if end is None:
                continue
            cells_start, responsible = lines[last].start + end.start(), end.group("responsible")
            above = broken.search(texts[last - 1]) if last > place and not end.start() else None
            if above:
                cells_start = lines[last - 1].start + above.start()
                responsible = f"{above.group()} {responsible}"
            row = _row(source, number, letter, place, last, title_start, cells_start, lines[last].end)
            if status_code(end.group("status"), words):
                rows.append(
                    Row(
                        *row,
                        responsible=responsible,
                        status=end.group("status"),
                        cells=plain.span(cells_start, lines[last].end),
                    )
                )
            break
        else:
            after = _START.match(texts[following]) if following < len(lines) and following == limit else None
            opens_parts = after and _letter(after) == "a" and int(after.group("number") or number) == number
            if opens_parts and not letter and following > place:
                last, stop = following - 1, lines[following - 1].end
                alone = body.search(plain.text, lines[last].start, stop)
                title_stop = alone.start() if alone else stop
                rows.append(Row(*_row(source, number, "", place, last, title_start, title_stop, stop)))
    # A number without cells is a row only where the row of its part a stands below: else it is a heading in the text.
    rows = [
        row
        for row, below in zip(rows, [*rows[1:], None], strict=False)
        if row.cells or (below and below.key == (row.number, "a") and below.line == row.last_line + 1)
    ]
    chosen = best_series([Candidate(row.number, row.letter, 1.0 if row.status else 0.5) for row in rows])
    rows = [rows[index] for index in chosen]
    if len(rows) < 2:
        return [], []
    header = words["table"]["header"]
    pieces: list[range] = []
    for found in rows:
        if pieces and found.line - pieces[-1].stop <= _WIDEST_GAP:
            pieces[-1] = range(pieces[-1].start, found.last_line + 1)
        else:
            pieces.append(range(found.line, found.last_line + 1))
    for place, piece in enumerate(pieces):
        first = piece.start
        # A table for each area stands below the heading of the area itself.
        while first and len(pieces) == 1 and area.match(texts[first - 1]):
            first -= 1
        if first and sum(word in texts[first - 1].casefold() for word in header) > len(header) / 2:
            first -= 1
        pieces[place] = range(first, piece.stop)
    return rows, pieces


def find_title(source: Source, above: range, words: Mapping[str, Any]) -> int:
    """Return the line with the title of a table ("Vedlegg: Oversikt …") among the nearest above, else their end."""
    opening = re.compile(
        rf"(?:[\d.]+\s+)?(?:{'|'.join(map(re.escape, words['table']['title']))})\b(?:.*[^.,;])?$", re.IGNORECASE
    )
    return next((place for place in above[-_WIDEST_GAP:] if opening.match(_text(source, place))), above.stop)


def _row(
    source: Source, number: int, letter: str, place: int, last: int, title_start: int, title_stop: int, stop: int
) -> tuple[int, str, int, int, Span, str, Span]:
    plain = source.plain
    title_end = title_start + len(plain.text[title_start:title_stop].rstrip())
    title_span = plain.span(title_start, max(title_end, title_start + 1))
    title = source.flow.slice(title_span).replace("\n", " ").strip()
    return number, letter, place, last, plain.span(source.lines[place].start, stop), title, title_span


def _text(source: Source, place: int) -> str:
    return source.plain.text[source.lines[place].start : source.lines[place].end]


def _letter(match: re.Match[str]) -> str:
    return match.group("letter") or match.group("beside") or match.group("apart") or ""
