"""Tables for people, CSV and JSON for programs."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Container, Iterable, Mapping, Sequence

# The module typing takes longer to load than a question to answer; type checkers take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

FORMATS = ("table", "csv", "tsv", "json", "md")
Row = Mapping[str, object]


def render(
    columns: Sequence[str],
    rows: Iterable[Row],
    form: str,
    decimal: str = ".",
    heads: Sequence[str] | None = None,
    undefined: str = "",
) -> str:
    """Return rows as a ``table``, ``csv`` or ``tsv`` (as RFC 4180, with LF), ``json`` (a list of objects) or ``md``.

    ``decimal`` is the decimal sign of tables for people, ``table`` and ``md``, and ``undefined`` what they show for
    None; ``heads`` are what a ``table`` shows above its columns in place of their names.
    """
    rows = list(rows)
    if form == "md":
        lines = [
            list(columns),
            ["---"] * len(columns),
            *([_cell(row.get(c), decimal, undefined) for c in columns] for row in rows),
        ]
        cells = ([cell.replace("|", "\\|").replace("\n", "<br>") for cell in line] for line in lines)
        return "".join(f"| {' | '.join(line)} |\n" for line in cells)
    if form in ("csv", "tsv"):
        return csv_text(columns, ([_cell(row.get(c)) for c in columns] for row in rows), "\t" if form == "tsv" else ",")
    if form == "json":
        import json

        return json.dumps([{c: row.get(c) for c in columns} for row in rows], ensure_ascii=False, indent=2) + "\n"
    return table(columns, rows, decimal=decimal, heads=heads, undefined=undefined)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    """Return rows of cells below their header as CSV (RFC 4180, with LF)."""
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def table(
    columns: Sequence[str],
    rows: Sequence[Row],
    width: int | None = None,
    decimal: str = ".",
    heads: Sequence[str] | None = None,
    undefined: str = "",
    whole: Container[str] = (),
) -> str:
    """Return rows as a text table that fits the terminal: long cells go on over several lines, never cut off.

    Words are broken only where the columns would not fit otherwise. The cells of columns in ``whole`` are never broken,
    nor are words beside them; the table is then as wide as it must be. The width is that of :func:`terminal_width`.
    """
    if not columns:
        return ""
    width, heads = width or terminal_width(), heads or columns
    cells = [[_cell(row.get(column), decimal, undefined) for column in columns] for row in rows]
    natural = [max(map(_width, [head, *(r[i] for r in cells)]), default=0) for i, head in enumerate(heads)]
    least = [max(min(_width(head), 14), 8) for head in heads]
    words = [max(_longest(text) for text in (head, *(r[i] for r in cells))) for i, head in enumerate(heads)]
    for i, column in enumerate(columns):
        if column in whole:
            words[i] = natural[i]
    # A place that is to be copied whole is worth a wide table, and so are the names beside it.
    sizes = _fit(natural, (words,) if whole else (words, least), width - 2 * (len(columns) - 1))
    numeric = [_numeric(rows, column) for column in columns]
    lines = [*_lines(list(heads), sizes, numeric), "  ".join("─" * size for size in sizes)]
    for row in cells:
        lines += _lines(row, sizes, numeric)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def html_table(
    columns: Sequence[str], rows: Sequence[Row], caption: str = "", decimal: str = ".", undefined: str = ""
) -> str:
    """Return rows as an HTML table for a notebook, everything escaped; a column of numbers stands to the right."""
    from html import escape

    def line(tag: str, texts: Iterable[str]) -> str:
        return (
            f"<tr>{''.join(f'<{tag}{style}>{escape(t)}</{tag}>' for t, style in zip(texts, styles, strict=True))}</tr>"
        )

    sides = ["right" if _numeric(rows, column) else "left" for column in columns]
    # Notebooks have styles of their own, in which all stands to the right and several places run into one line.
    styles = [f' style="text-align: {side}; white-space: pre-line"' for side in sides]
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    body = "".join(line("td", (_cell(row.get(column), decimal, undefined) for column in columns)) for row in rows)
    return f"<table>{title}<thead>{line('th', columns)}</thead><tbody>{body}</tbody></table>"


def html_lines(*lines: str, tag: str = "p") -> str:
    """Return lines of text as one element of HTML for a notebook, escaped; empty ones are left out."""
    from html import escape

    told = "<br>".join(escape(line) for line in lines if line)
    return f"<{tag}>{told}</{tag}>" if told else ""


def terminal_width() -> int:
    """Return the columns that COLUMNS asks for, else those of the terminal, else, in a pipe, 120."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    if not sys.stdout or not sys.stdout.isatty():
        return 120
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 120
    except OSError:
        return 120


def number(value: float, lang: str = "en", decimals: int = 0) -> str:
    """Return a number as sentences write it: ``1,361.5`` in English, ``1 361,5`` in Norwegian (no-break space)."""
    text = f"{value:,.{decimals}f}"
    return text if lang == "en" else text.translate({ord(","): "\N{NO-BREAK SPACE}", ord("."): ","})


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: ``1 row``, ``3 rows``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts as people count: 2 before 10, 18a before 18b. No two texts share a key."""
    parts = [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text) if part]
    # Equal numbers (0 and 00) would else leave the order to whoever hands them in.
    return (*parts, (-2, text))


def coloured(stream: TextIO) -> bool:
    """Return whether a stream takes colours: a terminal, and NO_COLOR is not set (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def bold(text: str) -> str:
    """Return a text in bold where standard output takes it."""
    return f"\033[1m{text}\033[0m" if coloured(sys.stdout) else text


def dim(text: str) -> str:
    """Return a text dimmed where standard output takes it."""
    return f"\033[2m{text}\033[0m" if coloured(sys.stdout) else text


def wrap(text: str, width: int) -> list[str]:
    """Return a text in lines of at most ``width`` columns, broken at spaces, inside a word only where it must be."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            joined = f"{line} {word}" if line else word
            if _width(joined) <= width:
                line = joined
                continue
            if line:
                lines.append(line)
            while _width(word) > width:
                lines.append(word[:width])
                word = word[width:]
            line = word
        lines.append(line)
    return lines


def _cell(value: Any, decimal: str = ".", undefined: str = "") -> str:
    if value is None:
        return undefined
    if isinstance(value, float):
        return str(value).replace(".", decimal)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _numeric(rows: Sequence[Row], column: str) -> bool:
    return all(isinstance(row.get(column), (int, float)) or row.get(column) is None for row in rows)


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _longest(text: str) -> int:
    return max(map(_width, text.split()), default=0)


def _fit(natural: Sequence[int], floors: Iterable[Sequence[int]], room: int) -> list[int]:
    """Return the widths of columns: the widest gives way, down to the first floor, and if need be to the next."""
    sizes = list(natural)
    for floor in floors:
        while sum(sizes) > room:
            above = [i for i, size in enumerate(sizes) if size > floor[i]]
            if not above:
                break
            sizes[max(above, key=lambda i: sizes[i])] -= 1
    return sizes


def _lines(cells: Sequence[str], sizes: Sequence[int], numeric: Sequence[bool]) -> Iterable[str]:
    wrapped = [wrap(cell, max(size, 1)) for cell, size in zip(cells, sizes, strict=True)]
    for i in range(max(map(len, wrapped))):
        parts = []
        for column, size, right in zip(wrapped, sizes, numeric, strict=True):
            part = column[i] if i < len(column) else ""
            pad = " " * (size - _width(part))
            parts.append(pad + part if right else part + pad)
        yield "  ".join(parts)
