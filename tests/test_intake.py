"""A coding sheet taken in: nothing wrong is taken without a word, and nothing ends in a traceback."""

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import ROOT
from plangraph import words
from plangraph.coding import cells, intake, sheet
from plangraph.coding.doubts import doubts
from plangraph.errors import DataError
from plangraph.paths import Tree, find_tree
from plangraph.text import read_source, source_of
from plangraph.validation import validate
from test_sheet import real, rows, write

__all__ = ["real"]

Run = Callable[..., tuple[int, str, str]]
EMPTY = dict.fromkeys(sheet.COLUMNS, "")
ACTS = {**EMPTY, "measure": "1", "actor": "actor:dep", "role": "funder", "stage": "reported", "words": "10-20"}
SAYS = {**EMPTY, "measure": "1", "property": "pg:when", "value": "2020", "stage": "planned", "words": "10-20"}


TWO = {"measure": "2"}


@pytest.mark.parametrize(
    ("row", "column", "hint"),
    [
        ({**ACTS, "property": "pg:when", "value": "2020"}, "property", "write two rows"),
        ({**ACTS, "measure": "3"}, "measure", "the plan has 1, 2"),
        ({**ACTS, "measure": "Tiltak 2b"}, "measure", "there is no measure"),
        ({**ACTS, "measure": "area 7"}, "measure", "no focus area 7"),
        ({**ACTS, "id": "1 ø"}, "id", "letters a to z"),
        ({**ACTS, "id": "1-status"}, "id", "is a claim already"),
        ({**EMPTY, "id": "1-statos", "remove": "x"}, "id", "there is no row '1-statos'; did you mean 1-status"),
        ({**EMPTY, "id": "1-a", "remove": "no"}, "remove", "write x"),
        ({**EMPTY, "remove": "x"}, "id", "name the id"),
        ({**EMPTY, "id": "1-b", "remove": "x"}, "remove", "1-a still names it"),
        ({**ACTS, "stage": ""}, "stage", "the cell is empty; choose one of announced, planned, reported"),
        ({**ACTS, "when": "2020-13"}, "when", "a time that exists"),
        ({**ACTS, "words": "5-5"}, "words", "empty span"),
        ({**ACTS, "words": "990-1001"}, "words", "after the last character"),
        ({**ACTS, "with": "row 3"}, "with", "joins a participation with itself"),
        ({**ACTS, "with": "2-kd"}, "with", "in another context"),
        ({**ACTS, "actor": "dep ; dir", "id": "1-ny"}, "actor", "rows of their own"),
        ({**SAYS, "with": "1-a"}, "with", "only rows with an actor"),
        ({**SAYS, "property": "foo:bar"}, "property", "there is no property"),
        ({**SAYS, "property": "seen by ø"}, "property", "there is no property"),
        ({**SAYS, "property": "dct:audiance"}, "property", "did you mean dct:audience"),
        ({**SAYS, "property": "pg:Actor"}, "property", "there is no property"),
        ({**SAYS, "property": "pg:funder", "value": "actor:dep"}, "property", "is a role"),
        ({**SAYS, "value": "2020-13"}, "value", "a date that exists"),
        ({**SAYS, "value": "XXXX-12^^edtf:EDTF"}, "value", "a date that exists"),
        ({**SAYS, "value": "noe@nb"}, "value", "not of the kind"),
        ({**SAYS, "value": "i våres"}, "value", "^[^;]*a time is 2019"),
        ({**SAYS, "property": "dct:subject", "value": "theme:nonsens"}, "value", "knows nothing about theme:nonsens"),
        ({**SAYS, "property": "dct:audience", "value": "theme:ramadan"}, "value", "not of the kind"),
        ({**SAYS, "property": "dct:subject", "value": "noe@nb"}, "value", "not of the kind"),
        ({**SAYS, "property": "pg:purpose", "value": "theme:ramadan"}, "value", "not of the kind"),
        ({**SAYS, "property": "pg:delayedBy", "value": "audience:parents"}, "value", "not of the kind"),
        ({**SAYS, "property": "pg:output", "value": "audience:parents"}, "value", "not of the kind"),
        ({**SAYS, "property": "pg:output", "value": "<http://a b>"}, "value", "cannot be read|is no address"),
        ({**SAYS, "property": "status", "value": "status:completed", "stage": "reported"} | TWO, "value", "one status"),
    ],
)  # fmt: skip
def test_what_validate_would_refuse_is_refused_before_anything_is_written(
    row: dict[str, str], column: str, hint: str, little: Tree, tmp_path: Path, run: Run
) -> None:
    before = {file: file.read_bytes() for file in little.data_files()}
    good = {**ACTS, "measure": "2", "role": "user"}
    file = write(tmp_path / "sheet.csv", [good, row])
    status, out, err = run("code", "import", file, "--data", little.data)
    assert status == 1
    assert f"sheet.csv, row 3, column {column}: " in err
    assert re.search(hint, err.split(f"column {column}: ", 1)[1].splitlines()[0]), err
    assert "row 2" not in err
    assert "new (1): 2-dep" in out
    assert {file: file.read_bytes() for file in little.data_files()} == before


def test_the_same_sheet_twice_changes_nothing(little: Tree, tmp_path: Path, run: Run) -> None:
    table = [ACTS, SAYS, ACTS, {**ACTS, "role": "user", "id": "1-bruker"}, {**SAYS, "property": "når"}]
    file = write(tmp_path / "sheet.csv", table)
    status, out, err = run("code", "import", file, "--data", little.data)
    assert (status, err) == (0, "")
    assert "new (3): 1-dep, 1-when, 1-bruker" in out
    assert run("code", "import", file, "--data", little.data) == (0, "nothing to change\n", "")
    # What was mended in a row without an id changes the fact that is there.
    file = write(tmp_path / "sheet.csv", [{**ACTS, "comment": "Told twice.@en"}])
    assert "changed (1): 1-dep" in run("code", "import", file, "--data", little.data)[1]
    file = write(tmp_path / "sheet.csv", [{**ACTS, "id": "1-annen"}])
    assert "the same is there already as 1-dep" in run("code", "import", file, "--data", little.data)[2]


def test_one_id_for_two_rows_is_refused(little: Tree, tmp_path: Path, run: Run) -> None:
    table = [{**ACTS, "id": "1-dep"}, {**ACTS, "id": "1-dep", "role": "user"}]
    _, out, err = run("code", "import", write(tmp_path / "s.csv", table), "--data", little.data)
    assert "row 3, column id: row 2 is 1-dep already" in err
    # An id that is made goes round one that is given further down.
    table = [{**ACTS, "role": "user"}, {**ACTS, "id": "1-dep"}]
    _, out, _ = run("code", "import", write(tmp_path / "s.csv", table), "--data", little.data, "--dry-run")
    assert "new (2): 1-dep-2, 1-dep" in out


def test_with_names_any_row_of_the_sheet(little: Tree, tmp_path: Path, run: Run) -> None:
    first = {**ACTS, "id": "1-en", "with": "1-to"}
    second = {**ACTS, "id": "1-to", "actor": "DIR", "with": "p:1-en, row 4"}
    third = {**ACTS, "actor": "Frivillige på Ås"}
    file = write(tmp_path / "s.csv", [first, second, third])
    assert run("code", "import", file, "--data", little.data)[::2] == (0, "")
    area = (little.data / "little/area-1.ttl").read_text(encoding="utf-8")
    assert "role:funder ; pg:with p:1-to ;" in area
    assert "role:funder ; pg:with p:1-en, p:1-org ;" in area
    # Without the row that it names, a row cannot be taken either.
    file = write(tmp_path / "s.csv", [{**first, "id": "1-x", "role": "host", "with": "row 3"}, {**second, "role": "?"}])
    _, _, err = run("code", "import", file, "--data", little.data, "--accept-good")
    assert "row 2, column with: there is no participation 'row 3'; that row is refused" in err


def test_measures_roles_properties_and_several_values(little: Tree, tmp_path: Path, run: Run) -> None:
    table = [
        {**ACTS, "measure": "Tiltak 1", "role": "Utvikler", "actor": "dep ; dir"},
        {**SAYS, "measure": "m:2", "property": "målgruppe", "value": "audience:parents ; audience:schools"},
        {**SAYS, "property": "purpose", "value": "Skal hjelpe; det er alt"},
        {**SAYS, "measure": "area 1", "property": "pg:when", "value": "31.12.2021"},
        {**SAYS, "measure": "front", "property": "pg:when", "value": "2018–2020"},
        {**SAYS, "property": "web page", "value": "https://example.org/a"},
    ]
    status, _, err = run("code", "import", write(tmp_path / "s.csv", table), "--data", little.data)
    assert (status, err) == (0, ""), err
    area = (little.data / "little/area-1.ttl").read_text(encoding="utf-8")
    assert area.count("cv:role role:developer ; pg:stage stage:reported ; pg:evidence ev:10-20") == 2
    assert "c:2-audience-parents a pg:Claim ; rdf:subject m:2 ;" in area
    assert "rdf:object audience:schools" in area
    assert 'rdf:object "Skal hjelpe; det er alt"@nb' in area
    assert 'rdf:subject area:1 ; rdf:predicate pg:when ; rdf:object "2021-12-31"^^xsd:date' in area
    assert "rdf:object <https://example.org/a>" in area
    front = (little.data / "little/front.ttl").read_text(encoding="utf-8")
    assert 'rdf:subject plan:little ; rdf:predicate pg:when ; rdf:object "2018/2020"^^edtf:EDTF' in front


def test_a_claim_of_the_wrong_kind_and_an_odd_pair_are_found_by_validate(little: Tree) -> None:
    file = little.data / "little/area-1.ttl"
    text = file.read_text(encoding="utf-8").replace("pg:with p:1-b", "pg:with p:1-a, p:2-kd")
    text += """c:1-x a pg:Claim ; rdf:subject m:1 ; rdf:predicate dct:subject ; rdf:object "noe"@nb ;
    pg:stage stage:planned ; pg:evidence ev:10-20 .\n"""
    file.write_text(text, encoding="utf-8")
    found = [
        (f.constraint, f.focus.rsplit("/", 1)[1], f.value.rsplit("/", 1)[-1])
        for f in validate(data=little.data).findings
    ]
    assert found == [("kind-of-value", "1-x", "noe"), ("joined-apart", "1-a", "1-a"), ("joined-apart", "1-a", "2-kd")]


def test_a_name_of_several_things_and_what_reading_made(real: Tree, tmp_path: Path, run: Run) -> None:
    row = {**ACTS, "measure": "8", "actor": "IMDi", "words": "14433-14485"}
    table = [{**row, "context": "ung.no"}, {**row, "id": "18-seen-13"}, {**row, "id": "8-status"}]
    _, _, err = run("code", "import", write(tmp_path / "s.csv", table), "--data", real.data)
    assert "row 2, column context: 'ung.no' may be 2 things; write one of actor:ung-no, x:ung-no" in err
    assert err.count("is made by reading the report") == 2


def test_words_of_links_of_the_number_and_of_other_measures(report_path: Path) -> None:
    tree = find_tree(ROOT / "data")
    reader = intake.Reader(sheet.Plan(tree, tree.plans()[0]), read_source(report_path))
    # A link of 22a that stands at the foot of a page of 22b, twice: both lines are its evidence.
    address = "https://www.vid.no/studier/interkulturelt-arbeid-master/"
    spans = reader.evidence(address, "22a")
    assert len(spans) >= 1
    text = read_source(report_path).text
    for span in spans:
        start, end = map(int, span.split("-"))
        assert text[start:end] == address
    assert {*spans} <= reader.plan.links["22a"]
    for other in ("22b", "22a"):
        with pytest.raises(intake.CellError, match="does not stand in measure"):
            reader.evidence("ord som ikke finnes i rapporten", other)
    assert reader.evidence(f"22a: {address}", "8") == spans


@given(st.sampled_from([c for c in sheet.COLUMNS if c != "locator"]), st.text(max_size=12))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cell_ends_in_a_traceback(column: str, text: str) -> None:
    tree = find_tree(ROOT / "data")
    plan = _PLANS.setdefault("one", sheet.Plan(tree, tree.plans()[0]))
    reader = intake.Reader(plan, source_of("en liten tekst om lite"))
    refused: list[str] = []
    for row in ({**ACTS, "measure": "8"}, {**SAYS, "measure": "8"}):
        try:
            for one in intake.one_by_one({**row, column: text.strip()}):
                assert reader.fact(2, one).row == 2
        except intake.CellError as error:
            refused.append(error.column)
    assert {*refused} <= {*sheet.COLUMNS}


_PLANS: dict[str, sheet.Plan] = {}


def test_worked_rows_say_what_the_data_says(real: Tree, tmp_path: Path, run: Run, report_path: Path) -> None:
    table = [EMPTY | example["row"] for example in words.coding()["example"]]
    assert len(table) == 7
    file = write(tmp_path / "s.csv", table)
    done = run("code", "import", file, "--data", real.data, "--source", report_path)
    assert done == (0, "nothing to change\n", "")


def test_words_go_out_and_come_in_again(real: Tree, tmp_path: Path, run: Run, report_path: Path) -> None:
    file = tmp_path / "words.xlsx"
    run("code", "export", "--data", real.data, "--source", report_path, "--out", file)
    table = sheet.read_sheet(file)
    spans = [row for row in table if re.search(r"(^|\| )\d+-\d+(_|$| )", row["words"])]
    assert len(table) > 1_500
    assert len(spans) < 40
    done = run("code", "import", file, "--data", real.data, "--source", report_path)
    assert done == (0, "nothing to change\n", "")


def test_columns_of_ones_own_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("id,_mine\n1-a,hm\n", encoding="utf-8")
    assert sheet.read_sheet(tmp_path / "s.csv") == [{**EMPTY, "id": "1-a"}]
    (tmp_path / "s.csv").write_text("id,xyzzy\n1-a,hm\n", encoding="utf-8")
    with pytest.raises(DataError, match="call it _xyzzy"):
        sheet.read_sheet(tmp_path / "s.csv")


def test_some_measures_only(real: Tree, run: Run) -> None:
    _, out, _ = run("code", "export", "--data", real.data, "--measure", "Tiltak 18 A", "--measure", "8")
    assert {row["measure"] for row in rows(out)} == {"8", "18a"}
    status, _, err = run("code", "export", "--data", real.data, "--measure", "80")
    assert status == 2
    assert "no measure '80'" in err


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_workbook_explains_itself(lang: str, little: Tree, tmp_path: Path, run: Run) -> None:
    file = tmp_path / "sheet.xlsx"
    run("code", "export", "--data", little.data, "--out", file, "--lang", lang)
    book = openpyxl.load_workbook(file)
    assert len(book.sheetnames) == 8
    coding, how, examples, roles, stages, properties, named = [s for s in book if s.sheet_state == "visible"]
    assert [cell.value for cell in coding[1]] == list(sheet.COLUMNS)
    assert [cell.value for cell in how["A"]][5:] == list(sheet.COLUMNS)
    assert examples.max_row == 9
    assert (roles.max_row, stages.max_row) == (31, 4)
    table = {row[0]: row for row in properties.iter_rows(values_only=True)}
    assert table["dct:audience"][1:3] == ("audience", "målgruppe")
    assert table["pg:status"][4] == 2
    assert not {"pg:developer", "pg:underMeasure", "pg:Actor"} & set(table)
    assert {"actor:dir", "m:2", "theme:ramadan"} <= {cell.value for cell in named["A"]}
    assert len(coding.data_validations.dataValidation) == 5


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("18A", "18a"),
        ("m:18a", "18a"),
        ("Tiltak 18 a", "18a"),
        ("measure 8", "8"),
        ("8", "8"),
        ("8-imdi", ""),
        ("", ""),
    ],
)
def test_measures_as_people_write_them(text: str, measure: str) -> None:
    assert cells.measure_id(text) == measure


def test_exported_rows_are_known_again_without_their_ids(little: Tree, tmp_path: Path, run: Run) -> None:
    table = rows(run("code", "export", "--data", little.data)[1])
    assert len(table) == 6
    file = write(tmp_path / "s.csv", [{**row, "id": ""} for row in table])
    assert run("code", "import", file, "--data", little.data) == (0, "nothing to change\n", "")


def test_what_is_odd_but_may_be_right_is_told_and_taken(
    real: Tree, tmp_path: Path, run: Run, report_path: Path
) -> None:
    row = {
        **EMPTY,
        "measure": "8",
        "context": "x:m08-kapittel",
        "role": "user",
        "stage": "planned",
        "words": "14433-14485",
    }
    table = [
        {**row, "actor": "IMDi"},
        {**row, "actor": "actor:une", "stage": "reported"},
        {**row, "actor": "actor:une", "stage": "reported", "named_as": "Teksten", "role": "lead"},
    ]
    file = write(tmp_path / "s.csv", table)
    status, out, err = run("code", "import", file, "--data", real.data, "--source", report_path, "--dry-run")
    assert status == 0
    assert "new (3): 8-imdi-2, 8-une, 8-une-2" in out
    assert [re.sub(r"^.*s\.csv, ", "", line) for line in err.splitlines()] == [
        "row 2, column stage: warning: planned, but the words stand in the result text",
        "row 3, column actor: warning: neither the words nor the sentence before name Utlendingsnemnda; "
        "write in named_as what does",
    ]


def test_nothing_that_was_settled_is_odd(report_path: Path) -> None:
    tree = find_tree(ROOT / "data")
    plan = sheet.Plan(tree, next(folder for folder in tree.plans() if folder.name == "eget-liv-2017-2020"))
    source = read_source(report_path)
    reader = intake.Reader(plan, source)
    facts = [reader.fact(2, one) for row in sheet.rows_of(plan) for one in intake.one_by_one(row)]
    assert len(facts) > 1_900
    assert list(doubts(plan, facts, source)) == []


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ({"words": "20-10"}, "ends before it begins: '20-10'; turn the numbers round"),
        (
            {"property": "status", "value": "ferdig"},
            "column value: there is no status 'ferdig'; did you mean ferdigstilt",
        ),
        ({"property": "dct:audience", "value": "foreldrene"}, "did you mean .*; a new one is a skos:Concept"),
        (
            {"property": "dct:subject", "value": "theme:noise"},
            "skos:inScheme code:theme in a file of the plan's folder",
        ),
        ({"role": "evaluater", "property": "", "value": "", "actor": "DEP"}, "did you mean evaluator[^;]*$"),
    ],
)
def test_a_message_says_what_to_write(cell: dict[str, str], hint: str, little: Tree, tmp_path: Path, run: Run) -> None:
    _, _, err = run("code", "import", write(tmp_path / "s.csv", [{**SAYS, **cell}]), "--data", little.data)
    assert re.search(hint, err.splitlines()[0]), err


def test_a_dry_run_lists_all_by_measure(little: Tree, tmp_path: Path, run: Run) -> None:
    roles = ("funder", "user", "lead", "host", "reviser")
    table = [{**ACTS, "measure": m, "role": role} for m in "21" for role in roles]
    file = write(tmp_path / "s.csv", table)
    _, out, _ = run("code", "import", file, "--data", little.data, "--dry-run")
    assert out.splitlines()[:3] == [
        "new (10):",
        "  1: 1-dep, 1-dep-2, 1-dep-3, 1-dep-4, 1-dep-5",
        "  2: 2-dep, 2-dep-2, 2-dep-3, 2-dep-4, 2-dep-5",
    ]
    assert "2-dep-5" in run("code", "import", file, "--data", little.data)[1].splitlines()[0]
