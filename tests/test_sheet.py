"""The coding sheet: out and in again without a change, and refusals that say where and why."""

import csv
import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from plangraph.building import build
from plangraph.coding import cells, sheet
from plangraph.coding.sampling import precision
from plangraph.errors import DataError
from plangraph.export import Names
from plangraph.paths import Tree, find_tree
from plangraph.vocabulary import prefixes
from test_export import iris, literals

Run = Callable[..., tuple[int, str, str]]
NAMES = prefixes("eget-liv-2017-2020", "sluttrapport-2021")


@pytest.fixture
def real(tmp_path: Path) -> Tree:
    """A copy of the real data that a test may change."""
    for name in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return find_tree(tmp_path / "data")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def write(path: Path, table: list[dict[str, str]]) -> Path:
    path.write_text(sheet.to_csv(table), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["sheet.csv", "sheet.xlsx"])
def test_export_and_import_change_nothing(name: str, real: Tree, tmp_path: Path, run: Run) -> None:
    before = {file: file.read_bytes() for file in real.data_files()}
    status, out, _ = run("code", "export", "--data", real.data, "--out", tmp_path / name)
    assert status == 0
    number = int(out.split()[0].replace(",", ""))
    assert number > 1_000
    status, out, err = run("code", "import", tmp_path / name, "--data", real.data)
    assert (status, out, err) == (0, "nothing to change\n", "")
    assert {file: file.read_bytes() for file in real.data_files()} == before


def test_new_changed_and_removed_rows(little: Tree, tmp_path: Path, run: Run) -> None:
    _, text, _ = run("code", "export", "--data", little.data)
    table = rows(text)
    by_id = {row["id"]: row for row in table}
    assert set(by_id) == {"1-kd", "2-kd", "1-a", "1-b", "1-status", "2-status"}
    by_id["1-a"]["role"] = "reviser"
    by_id["1-b"]["remove"] = "x"
    by_id["1-a"]["with"] = ""
    new = dict.fromkeys(sheet.COLUMNS, "")
    new |= {"measure": "2", "actor": "Prøvedirektoratet", "role": "lead", "stage": "planned", "words": "20-30"}
    claim = dict.fromkeys(sheet.COLUMNS, "")
    claim |= {"measure": "2", "property": "dct:issued", "value": "2021-21", "stage": "announced", "words": "20-30"}
    file = write(tmp_path / "sheet.csv", [*table, new, claim])
    status, out, err = run("code", "import", file, "--data", little.data)
    assert (status, err) == (0, "")
    assert "new (2): 2-dir, 2-issued" in out
    assert "changed (1): 1-a" in out
    assert "removed (1): 1-b" in out
    area = (little.data / "little/area-1.ttl").read_text(encoding="utf-8")
    assert (
        "p:2-dir cv:hasParticipant actor:dir ; cv:role role:lead ; pg:stage stage:planned ; pg:evidence ev:20-30 .\n"
        in area
    )
    assert 'rdf:object "2021-21"^^edtf:EDTF' in area
    assert "p:1-b" not in area
    assert build(little.data, tmp_path / "out").report.conforms


@pytest.mark.parametrize(
    ("cells", "column", "hint"),
    [
        ({"role": "inventor", "actor": "actor:dir"}, "role", "investor|there is no role 'inventor'"),
        ({"role": "develper", "actor": "actor:dir"}, "role", "did you mean developer"),
        ({"role": "lead", "actor": "Prøvedirektorat"}, "actor", "did you mean .*Prøvedirektoratet"),
        ({"role": "lead", "actor": "m:1"}, "actor", "is not an actor"),
        ({"role": "lead", "actor": "actor:dir", "stage": "done"}, "stage", "planned"),
        ({"role": "lead", "actor": "actor:dir", "context": "x:none"}, "context", "nothing|no thing"),
        ({"role": "lead", "actor": "actor:dir", "with": "1-aa"}, "with", "did you mean"),
        ({"role": "lead", "actor": "actor:dir", "words": "noe som står der"}, "words", "--source"),
        ({"role": "lead", "actor": "actor:dir", "words": ""}, "words", "empty"),
        ({"property": "pg:statos", "value": "status:ongoing"}, "property", "did you mean pg:status"),
        ({"property": "dct:issued", "value": "i våres"}, "value", "a time is 2019"),
        ({}, "actor", "needs an actor"),
    ],
)
def test_a_refused_row_names_row_column_and_near_names(
    cells: dict[str, str], column: str, hint: str, little: Tree, tmp_path: Path, run: Run
) -> None:
    import re

    before = (little.data / "little/area-1.ttl").read_bytes()
    good = dict.fromkeys(sheet.COLUMNS, "")
    good |= {"measure": "1", "actor": "actor:dep", "role": "funder", "stage": "reported", "words": "10-20"}
    bad = {**good, "role": "", "actor": "", "measure": "1", **cells}
    file = write(tmp_path / "sheet.csv", [good, bad])
    status, _, err = run("code", "import", file, "--data", little.data)
    assert status == 1
    assert f"row 3, column {column}: " in err
    assert re.search(hint, err)
    assert (little.data / "little/area-1.ttl").read_bytes() == before
    status, out, _ = run("code", "import", file, "--data", little.data, "--accept-good")
    assert status == 1
    assert "new (1): 1-dep" in out
    assert b"p:1-dep" in (little.data / "little/area-1.ttl").read_bytes()


def test_words_of_the_report_become_spans(real: Tree, tmp_path: Path, run: Run, report_path: Path) -> None:
    row = dict.fromkeys(sheet.COLUMNS, "")
    row |= {"measure": "8", "actor": "POD", "role": "informer", "stage": "reported"}
    again = {**row, "role": "trainer", "words": "skole"}
    file = write(tmp_path / "sheet.csv", [{**row, "words": "Teksten er … POD."}, again])
    status, out, err = run("code", "import", file, "--data", real.data, "--source", report_path, "--accept-good")
    assert status == 1
    assert "row 3, column words" in err
    assert "times in measure 8" in err
    assert "evidence.ttl (" in out
    text = (real.data / "eget-liv-2017-2020/area-1.ttl").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if "role:informer" in line and "actor:pod" in line)
    assert "pg:evidence ev:14433-14485 ." in line


def test_a_sheet_that_is_none(tmp_path: Path, little: Tree, run: Run) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    assert run("code", "import", tmp_path / "a.xlsx", "--data", little.data)[0] == 1
    (tmp_path / "b.csv").write_text("id,rolle\n", encoding="utf-8")
    status, _, err = run("code", "import", tmp_path / "b.csv", "--data", little.data)
    assert status == 1
    assert "unknown column 'rolle'" in err
    assert "did you mean role" in err
    (tmp_path / "c.csv").write_bytes("id\nBærum\n".encode("latin-1"))
    assert "UTF-8" in run("code", "import", tmp_path / "c.csv", "--data", little.data)[2]
    assert run("code", "import", tmp_path / "none.csv", "--data", little.data)[0] == 2


@given(st.one_of(iris, literals))
@settings(max_examples=300, deadline=None)
def test_a_cell_gives_its_term_back(term: object) -> None:
    names = Names(NAMES)
    text = cells.written(term, names, NAMES)
    assert cells.parse_value(text, NAMES) == term


@pytest.mark.parametrize(
    ("owner", "subject", "words", "file"),
    [
        ("area 1", "area:1", "styrke rettssikkerheten", "area-1.ttl"),
        ("front", "plan:eget-liv-2017-2020", "Innsatsområde 1", "front.ttl"),
    ],
)
def test_words_of_an_area_and_of_the_front_matter(
    owner: str, subject: str, words: str, file: str, real: Tree, tmp_path: Path, run: Run, report_path: Path
) -> None:
    row = dict.fromkeys(sheet.COLUMNS, "")
    row |= {"measure": owner, "context": subject, "property": "pg:purpose", "value": "Bedre vern@nb", "words": words}
    row |= {"stage": "planned", "comment": "Better protection@en"}
    source = write(tmp_path / "sheet.csv", [row])
    status, out, err = run("code", "import", source, "--data", real.data, "--source", report_path, "--dry-run")
    assert (status, err) == (0, "")
    assert out.startswith("new (1)")
    assert file in run("code", "import", source, "--data", real.data, "--source", report_path)[1]


@pytest.mark.usefixtures("home")
def test_a_sample_is_the_same_for_the_same_seed(run: Run) -> None:
    first = run("sample", "-n", "20", "--seed", "7", "--data", ROOT / "data")[1]
    assert first == run("sample", "-n", "20", "--seed", "7", "--data", ROOT / "data")[1]
    assert first != run("sample", "-n", "20", "--seed", "8", "--data", ROOT / "data")[1]
    table = rows(first)
    assert len(table) == len({row["id"] for row in table}) == 20
    assert all(row["actor"] and row["role"] and row["context"] and row["locator"] for row in table)


@pytest.mark.usefixtures("home")
def test_a_sample_shows_the_words_in_another_copy_too(report_path: Path, tmp_path: Path, run: Run) -> None:
    copy = tmp_path / "copy.txt"
    text = report_path.read_text(encoding="utf-8")
    copy.write_text("A front page\n\n" + text.replace("\n", "\n "), encoding="utf-8")

    def words(file: Path) -> list[list[str]]:
        table = rows(run("sample", "-n", "40", "--data", ROOT / "data", "--source", file)[1])
        return [[" ".join(part.split()) for part in re.findall("⟦(.*?)⟧", row["passage"], re.DOTALL)] for row in table]

    found = words(copy)
    assert found == words(report_path)
    assert len(found) == 40
    assert all(found)


def test_precision_with_its_interval(tmp_path: Path, run: Run) -> None:
    # Wilson's interval for 57 of 60, by hand: centre (57 + z²/2) / (60 + z²), z = 1.959964.
    table = [{"right": "yes"}] * 57 + [{"right": "nei"}] * 3 + [{"right": "?"}, {"right": ""}]
    found = precision(table)
    z = 1.959963984540054
    centre = (57 + z * z / 2) / (60 + z * z)
    half = z * (57 * 3 / 60 + z * z / 4) ** 0.5 / (60 + z * z)
    assert (found.right, found.checked, found.undecided) == (57, 60, 2)
    assert found.low == pytest.approx(centre - half)
    assert found.high == pytest.approx(centre + half)
    words = {"yes": 1, "y": 1, "JA": 1, "j": 1, "1": 1, "no": 0, "n": 0, " nei ": 0, "0": 0}
    for word, right in words.items():
        assert precision([{"right": word}, {"right": "usikker"}, {"right": "unsure"}]).right == right, word
    with pytest.raises(DataError, match="no verdict"):
        precision([{"right": "maybe"}])
    with pytest.raises(DataError, match="no row has a verdict"):
        precision([{"right": ""}])
    (tmp_path / "check.csv").write_text("id,right\na,ja\nb,ja\nc,nei\n", encoding="utf-8")
    assert "2 of 3 right: 66.7%" in run("sample", "--check", tmp_path / "check.csv")[1]


def test_a_sheet_as_norwegian_excel_saves_it(little: Tree, tmp_path: Path, run: Run) -> None:
    table = rows(run("code", "export", "--data", little.data)[1])
    table[0]["note"] = "Først; så, dette"
    text = io.StringIO()
    writer = csv.DictWriter(text, sheet.COLUMNS, delimiter=";")
    writer.writeheader()
    writer.writerows(table)
    (tmp_path / "sheet.csv").write_bytes(text.getvalue().encode("utf-8-sig"))
    assert [row["id"] for row in sheet.read_sheet(tmp_path / "sheet.csv")] == [row["id"] for row in table]
    status, out, err = run("code", "import", tmp_path / "sheet.csv", "--data", little.data)
    assert (status, err) == (0, "")
    assert "changed (1)" in out
    assert str((little.data / "little/area-1.ttl").resolve()) in out


def test_a_row_that_is_there_already_names_its_own_measure(real: Tree, tmp_path: Path, run: Run) -> None:
    table = rows(run("code", "export", "--data", real.data, "--measure", "8")[1])
    row = next(row for row in table if row["id"] == "8-imdi")
    assert row["measure"] == "8"
    for change in ({"measure": "9"}, {"measure": "9", "remove": "x"}):
        file = write(tmp_path / "sheet.csv", [{**row, **change}])
        status, _, err = run("code", "import", file, "--data", real.data)
        assert status == 1
        assert "row 2, column measure: 8-imdi is told under measure 8" in err
    file = write(tmp_path / "sheet.csv", [{**row, "measure": ""}])
    assert run("code", "import", file, "--data", real.data)[:2] == (0, "nothing to change\n")


def test_a_sheet_that_is_no_check_is_told_so(run: Run) -> None:
    status, _, err = run("sample", "--check", ROOT / "README.md")
    assert status == 1
    assert "has no column 'right'" in err
