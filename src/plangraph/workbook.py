"""Excel workbooks: the only module that writes them."""

import datetime
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plangraph.errors import DataError, UsageError

# The limits of the format (ECMA-376; Microsoft, "Excel specifications and limits").
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 1_048_576, 16_384, 32_767
# Excel counts days from 1900 and takes that year for a leap year; older dates are written as text.
_FIRST_YEAR = 1900
# Height in points of a line of the default font.
_LINE = 15
# A workbook carries the day it was made; a fixed one keeps the bytes the same for the same data.
_MADE = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


# The characters that Excel allows in the name of a sheet.
LONGEST = 31


@dataclass(frozen=True)
class Sheet:
    """One sheet: a table with a header row that stays in sight and can be filtered.

    ``rows`` hold a cell for each column: str, int, float, bool, ``datetime.date`` or None. ``widths`` gives column →
    width in characters where the content should not decide. ``heading`` are lines above the table and ``footer`` a
    line at the foot of each page; a sheet with a heading is laid out for printing on landscape A4, its cells wrapped.
    ``choices`` gives column → the values that a drop-down list offers.
    """

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    widths: Mapping[str, int] = field(default_factory=dict)
    heading: Sequence[str] = ()
    footer: str = ""
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


def to_xlsx(sheets: Sequence[Sheet], title: str = "") -> bytes:
    """Return sheets as the bytes of an ``.xlsx`` workbook; the same sheets give the same bytes.

    Text stays text: nothing is read as a formula, a number or a link. Raises UsageError when a sheet has more rows or
    columns, or a cell more characters, than the format allows.
    """
    import xlsxwriter

    for sheet in sheets:
        _check(sheet)
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": _MADE})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "line": book.add_format({"font_color": "#444444"}),
        "header": book.add_format(
            {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "valign": "top", "text_wrap": True}
        ),
        "cell": book.add_format({"valign": "top"}),
        "wrapped": book.add_format({"valign": "top", "text_wrap": True, "bottom": 1, "bottom_color": "#BBBBBB"}),
        "date": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
    }
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        _write(page, sheet, formats)
        if sheet.choices:
            _offer(book, page, sheet)
    book.close()
    return file.getvalue()


def _check(sheet: Sheet) -> None:
    mend = "ask for CSV instead, which has no such limit"
    if len(sheet.rows) + len(sheet.heading) + 1 > MAX_ROWS or len(sheet.columns) > MAX_COLUMNS:
        raise UsageError(
            f"{len(sheet.rows):,} rows of {len(sheet.columns):,} columns do not fit in an Excel sheet "
            f"({MAX_ROWS - 1:,} rows, {MAX_COLUMNS:,} columns)",
            where=sheet.name,
            mend=mend,
        )
    for number, row in enumerate(sheet.rows, 1):
        for column, value in zip(sheet.columns, row, strict=True):
            if isinstance(value, str) and len(value) > MAX_CELL:
                raise UsageError(
                    f"a cell of {len(value):,} characters does not fit in Excel ({MAX_CELL:,})",
                    where=f"{sheet.name}, row {number}, column {column}",
                    mend=mend,
                )


def _write(page: Any, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    top = len(sheet.heading)
    for number, line in enumerate(sheet.heading):
        page.write_string(number, 0, line, formats["line" if number else "title"])
    for number, name in enumerate(sheet.columns):
        page.write_string(top, number, name, formats["header"])
    plain = formats["wrapped" if top else "cell"]
    for down, row in enumerate(sheet.rows, top + 1):
        for across, value in enumerate(row):
            if isinstance(value, bool):
                page.write_boolean(down, across, value, plain)
            elif isinstance(value, (int, float)):
                page.write_number(down, across, value, plain)
            elif isinstance(value, datetime.date) and value.year > _FIRST_YEAR:
                page.write_datetime(down, across, value, formats["date"])
            elif value not in (None, ""):
                page.write_string(down, across, str(value), plain)
            elif top:
                page.write_blank(down, across, None, plain)
    if sheet.columns:
        page.autofilter(top, 0, top + max(len(sheet.rows), 1), len(sheet.columns) - 1)
    page.freeze_panes(top + 1, 0 if top else 1)
    widths = [sheet.widths.get(name) or _width(sheet, number, name) for number, name in enumerate(sheet.columns)]
    for number, width in enumerate(widths):
        page.set_column(number, number, width)
    if top:
        for down, row in enumerate([sheet.columns, *sheet.rows], top):
            page.set_row(down, _LINE * max(map(_lines, row, widths)))
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.set_footer(f"&L&8{sheet.footer.replace('&', '&&')}&R&8&P / &N")


def _offer(book: Any, page: Any, sheet: Sheet) -> None:
    # A list written into the rule itself may have 255 characters only, so the values stand in a hidden sheet.
    lists = book.add_worksheet(f"{sheet.name} lists")
    lists.hide()
    top = len(sheet.heading)
    for number, (name, values) in enumerate(sheet.choices.items()):
        lists.write_column(0, number, values)
        letter = chr(ord("A") + number)
        across = list(sheet.columns).index(name)
        source = f"='{sheet.name} lists'!${letter}$1:${letter}${len(values)}"
        # Rows below the table get the list, too: people add rows there.
        rule = {"validate": "list", "source": source, "error_type": "warning"}
        page.data_validation(top + 1, across, top + len(sheet.rows) + 500, across, rule)


def _lines(value: Any, width: int) -> int:
    # Excel finds the height of wrapped rows itself, other programs do not; a wide font needs a little more room.
    return sum(max(1, math.ceil(len(line) * 1.05 / width)) for line in str("" if value is None else value).split("\n"))


def _width(sheet: Sheet, number: int, name: str) -> int:
    longest = max((len(str(row[number])) for row in sheet.rows if row[number] is not None), default=0)
    return max(8, min(60, longest + 2, 60), min(len(name) + 4, 30))


def read_first_sheet(content: bytes, name: object) -> list[list[str]]:
    """Return the cells of a workbook's first sheet as text, row by row; dates in ISO form, whole numbers without ".0".

    Raises DataError when the file is not a workbook.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = (
            CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
        )
    except CalamineError as error:
        raise DataError(f"this is not an Excel workbook: {error}", where=str(name), mend="save it as .xlsx") from error
    return [[_as_text(cell) for cell in row] for row in rows]


def _as_text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
