"""Excel workbooks: what goes in comes out, and what does not fit is refused."""

import datetime
import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plangraph.errors import UsageError
from plangraph.workbook import MAX_CELL, Sheet, read_first_sheet, to_xlsx

# XML 1.0 has no place for control characters, and the format escapes _x000D_ and its kin.
text = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=30)
cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.dates(datetime.date(1901, 1, 1), datetime.date(2100, 1, 1)),
    text.filter(lambda s: "_x" not in s),
)


def read(content: bytes, name: str) -> list[list[object]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))[name]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_what_goes_in_comes_out(rows: list[tuple[object, object]]) -> None:
    back = read(to_xlsx([Sheet("ark", ["en", "to"], rows)]), "ark")
    # Rows of nothing at the end leave no trace in a sheet.
    while rows and rows[-1] == (None, None):
        rows = rows[:-1]
    dated = [[v.date() if isinstance(v, datetime.datetime) else v for v in row] for row in back]
    assert dated[0] == ["en", "to"]
    assert dated[1 : 1 + len(rows)] == [list(row) for row in rows]


def test_cells_that_people_fill_in_are_read_as_they_wrote_them() -> None:
    book = openpyxl.Workbook()
    book.active.append(["measure", "value", "when", "right", "text"])
    book.active.append([18, 2.5, datetime.date(2020, 2, 29), True, "018"])
    book.active.append([None, -3, datetime.datetime(2020, 2, 29, 0, 0), False, ""])
    file = io.BytesIO()
    book.save(file)
    assert read_first_sheet(file.getvalue(), "a.xlsx")[1:] == [
        ["18", "2.5", "2020-02-29", "true", "018"],
        ["", "-3", "2020-02-29", "false", ""],
    ]


def test_old_dates_are_texts_and_a_workbook_has_a_fixed_day() -> None:
    content = to_xlsx([Sheet("ark", ["dag"], [[datetime.date(1814, 5, 17)], [datetime.date(1901, 1, 1)]])])
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [cell.value for (cell,) in book["ark"]["A2:A3"]] == ["1814-05-17", datetime.datetime(1901, 1, 1)]
    assert book.properties.created == datetime.datetime(2000, 1, 1)


def test_a_list_to_choose_from_belongs_to_its_column_and_to_rows_that_are_added() -> None:
    sheet = Sheet("ark", ["navn", "rolle"], [["a", "lead"]], choices={"rolle": ["lead", "owner"]}, footer="fot & bein")
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx([sheet])))
    (rule,) = book["ark"].data_validations.dataValidation
    assert (str(rule.sqref).split(":")[0], rule.formula1) == ("B2", "'ark lists'!$A$1:$A$2")
    assert int(str(rule.sqref).split("B")[-1]) > 100
    assert [cell.value for cell in book["ark lists"]["A"]] == ["lead", "owner"]
    assert book["ark"].oddFooter.left.text == "fot && bein"


def test_text_is_never_a_formula() -> None:
    rows = [["=1+1"], ["+47 22 00 00 00"], ["@SUM(A1)"], ["https://example.org/"]]
    content = to_xlsx([Sheet("ark", ["tekst"], rows)])
    sheet = openpyxl.load_workbook(io.BytesIO(content))["ark"]
    assert [cell.value for (cell,) in sheet["A2:A5"]] == [row[0] for row in rows]
    assert {cell.data_type for (cell,) in sheet["A2:A5"]} == {"s"}


def test_header_is_frozen_and_filtered_and_bytes_are_stable() -> None:
    sheets = [Sheet("tiltak", ["nr", "tittel"], [["8", "Samtale"]], heading=["Tittel", "linje"], footer="fot & bein")]
    content = to_xlsx(sheets, "Tittel")
    sheet = openpyxl.load_workbook(io.BytesIO(content))["tiltak"]
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:B4"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$3:$3"
    assert content == to_xlsx(sheets, "Tittel")


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(UsageError, match="row 1, column tekst"):
        to_xlsx([Sheet("ark", ["tekst"], [["x" * (MAX_CELL + 1)]])])
    with pytest.raises(UsageError, match="CSV"):
        to_xlsx([Sheet("ark", ["tekst"], [["x"]] * 1_048_576)])
