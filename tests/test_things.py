"""The sheet of things: out and in again without a change, the same triples as by hand, faults by row and column."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest

from plangraph import words
from plangraph.coding import things
from plangraph.coding.facts import CellError
from plangraph.coding.registering import number
from plangraph.paths import Tree
from plangraph.validation import validate
from test_sheet import real
from test_sheet import write as write_coding

__all__ = ["real"]

Run = Callable[..., tuple[int, str, str]]
BASE = "https://w3id.org/plangraph/"
# What a person would write by hand for the rows below.
BY_HAND = """
@prefix actor: <https://w3id.org/plangraph/actor/> . @prefix law: <https://w3id.org/plangraph/law/> .
@prefix x: <https://w3id.org/plangraph/thing/> . @prefix place: <https://w3id.org/plangraph/place/> .
@prefix event: <https://w3id.org/plangraph/plan/little/event/> .
@prefix m: <https://w3id.org/plangraph/plan/little/measure/> .
@prefix figure: <https://w3id.org/plangraph/plan/little/figure/> .
@prefix ev: <https://w3id.org/plangraph/evidence/note/> .
@prefix kind: <https://w3id.org/plangraph/code/kind/> . @prefix unit: <https://w3id.org/plangraph/code/unit/> .
@prefix stage: <https://w3id.org/plangraph/code/stage/> . @prefix pg: <https://w3id.org/plangraph/ns#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix schema: <https://schema.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .

actor:nfsv a pg:VoluntaryOrganisation ; skos:prefLabel "Norsk forening for stille veger"@nb,
    "Association for Quiet Roads"@en ; skos:altLabel "NFSV"@nb, "Stille veger"@nb, "Quiet Roads"@en .
law:vegloven a eli:LegalResource ; dct:type kind:act ; skos:prefLabel "Vegloven"@nb, "Roads Act"@en .
law:vegloven-9 a eli:LegalResourceSubdivision ; dct:type kind:section ; eli:is_part_of law:vegloven ;
    skos:prefLabel "Vegloven § 9"@nb, "Roads Act section 9"@en ; pg:evidence ev:100-120 .
x:aerlig-rom-pa-as a pg:GrantScheme ; skos:prefLabel "Ærlig rom på Ås"@nb, "Honest room"@en ; pg:evidence ev:130-140 ;
    dct:description "Penger til stille rom."@nb, "Money for quiet rooms."@en .
x:nettsted a schema:WebSite, pg:Instrument ; dct:type kind:website ; skos:prefLabel "Nettsted"@nb, "Site"@en ;
    pg:evidence ev:141-150 .
x:kartlegging a pg:Activity ; skos:prefLabel "Kartlegging"@nb, "Mapping"@en ; pg:evidence ev:150-160 .
place:as a pg:Place ; skos:prefLabel "Ås"@nb, "Ås"@en .
event:2-mote a pg:Event ; dct:type kind:meeting ;
    skos:prefLabel "Møte"@nb, "Meeting"@en ; pg:evidence ev:160-170 .
figure:2-rom a pg:Figure ; skos:prefLabel "Rom"@nb, "Rooms"@en ; pg:about x:aerlig-rom-pa-as ;
    pg:value 12.5 ; pg:unit unit:persons ; pg:approximate true ; pg:qualifier "om lag"@nb ;
    pg:period "2019"^^edtf:EDTF ; pg:stage stage:reported ; pg:evidence ev:170-180 .
x:2-midler a pg:Funding ; skos:prefLabel "Midler"@nb, "Money"@en ; pg:finances x:aerlig-rom-pa-as ;
    pg:amount 210000000 ; schema:currency "NOK" ; pg:fromYear 2021 ; pg:toYear 2023 ;
    pg:perYear true ; pg:stage stage:planned ; pg:evidence ev:180-190 .
m:1 skos:prefLabel "Kurs for alle"@nb, "Courses for all"@en .
"""
ROWS: list[dict[str, str]] = [
    {
        "class": "frivillig organisasjon",
        "name_nb": "Norsk forening for stille veger",
        "name_en": "Association for Quiet Roads",
        "other_names": "NFSV ; Stille veger ; Quiet Roads@en",
    },
    {"class": "LegalResource", "kind": "act", "name_nb": "Vegloven", "name_en": "Roads Act"},
    {
        "class": "eli:LegalResourceSubdivision",
        "kind": "section",
        "name_nb": "Vegloven § 9",
        "name_en": "Roads Act section 9",
        "part_of": "Vegloven",
        "words": "100-120",
    },
    {
        "class": "GrantScheme",
        "name_nb": "Ærlig rom på Ås",
        "name_en": "Honest room",
        "words": "130-140",
        "description_nb": "Penger til stille rom.",
        "description_en": "Money for quiet rooms.",
    },
    {"class": "WebSite ; Instrument", "kind": "website", "name_nb": "Nettsted", "name_en": "Site", "words": "141-150"},
    {"class": "Activity", "name_nb": "Kartlegging", "name_en": "Mapping", "words": "150-160"},
    {"class": "Place", "name_nb": "Ås", "name_en": "Ås"},
    {"class": "Event", "kind": "meeting", "name_nb": "Møte", "name_en": "Meeting", "measure": "2", "words": "160-170"},
    {
        "class": "Figure",
        "name_nb": "Rom",
        "name_en": "Rooms",
        "about": "Ærlig rom på Ås",
        "measure": "2",
        "value": "12,5",
        "unit": "persons",
        "approximate": "x",
        "qualifier": "om lag",
        "period": "2019",
        "stage": "rapportert",
        "words": "170-180",
    },
    {
        "class": "Funding",
        "name_nb": "Midler",
        "name_en": "Money",
        "about": "x:aerlig-rom-pa-as",
        "measure": "2",
        "value": "210 000 000",
        "currency": "NOK",
        "from": "2021",
        "to": "2023",
        "per_year": "x",
        "stage": "planned",
        "words": "180-190",
    },
    {"id": "m:1", "class": "Measure", "name_nb": "Kurs for alle", "name_en": "Courses for all"},
]
ORG = {"class": "Company", "name_nb": "Ny", "name_en": "New"}
FIGURE = {**ROWS[8], "about": "m:1"}


def write(path: Path, table: list[dict[str, str]]) -> Path:
    """Write rows with only the columns that some row has, as a person would."""
    columns = ["id", *dict.fromkeys(c for row in table for c in row if c != "id")]
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="")
    writer.writeheader()
    writer.writerows(table)
    path.write_text(file.getvalue(), encoding="utf-8")
    return path


def triples(tree: Tree) -> set[str]:
    return {str(q.triple) for f in tree.data_files() if f.name != "evidence.ttl" for q in ox.parse(path=f)}


@pytest.mark.parametrize("name", ["things.csv", "things.xlsx"])
def test_export_and_import_change_nothing(name: str, real: Tree, tmp_path: Path, run: Run) -> None:
    before = {file: file.read_bytes() for file in real.data_files()}
    status, out, _ = run("code", "export", "--things", "--data", real.data, "--out", tmp_path / name)
    assert status == 0
    files = [
        *real.data.glob("*.ttl"),
        *(f for f in real.plans()[0].glob("*.ttl") if f.stem.startswith(("area", "front", "things"))),
    ]
    named = {q.subject for file in files for q in ox.parse(path=file) if q.predicate.value.endswith("#prefLabel")}
    assert int(out.split()[0]) == len(named) > 650
    status, out, err = run("code", "import", tmp_path / name, "--data", real.data)
    assert (status, out, err) == (0, "nothing to change\n", "")
    assert {file: file.read_bytes() for file in real.data_files()} == before


def test_the_words_of_the_report_lead_back_to_the_same_spans(
    real: Tree, tmp_path: Path, run: Run, report_path: Path
) -> None:
    file = tmp_path / "things.csv"
    options = ("--data", real.data, "--source", report_path)
    assert run("code", "export", "--things", "--measure", "8", *options, "--out", file)[0] == 0
    assert len(file.read_text(encoding="utf-8").splitlines()) > 3
    assert run("code", "import", file, *options) == (0, "nothing to change\n", "")


def test_rows_give_the_triples_that_one_writes_by_hand(little: Tree, tmp_path: Path, run: Run) -> None:
    before = triples(little)
    file = write(tmp_path / "things.csv", ROWS)
    status, out, err = run("code", "import", file, "--data", little.data, "--dry-run")
    assert (status, err) == (0, ""), err
    assert "actor:nfsv" in out
    assert triples(little) == before
    assert run("code", "import", file, "--data", little.data)[::2] == (0, "")
    by_hand = {str(q.triple) for q in ox.parse(BY_HAND, ox.RdfFormat.TURTLE)}
    assert triples(little) - before == by_hand
    gone = {line.split("> ", 1)[1] for line in before - triples(little)}
    assert gone == {f"<http://www.w3.org/2004/02/skos/core#prefLabel> {n}" for n in ('"Kurs"@nb', '"Courses"@en')}
    for name, held in {
        "actors.ttl": "actor:nfsv a pg:VoluntaryOrganisation ;",
        "laws.ttl": "law:vegloven a",
        "things.ttl": "x:kartlegging a",
        "places.ttl": "place:as a",
        "little/area-1.ttl": "figure:2-rom a pg:Figure ;",
    }.items():
        assert held in (little.data / name).read_text(encoding="utf-8")
    assert run("code", "import", file, "--data", little.data) == (0, "nothing to change\n", "")
    assert run("format", "--check", "--data", little.data)[0] in (0, 1)
    found = [
        f
        for f in validate(data=little.data).findings
        if f.severity == "Violation" and BASE + "evidence/" not in f.value
    ]
    assert found == []


@pytest.mark.parametrize(
    ("row", "column", "hint"),
    [
        ({**ORG, "class": ""}, "class", "the cell is empty"),
        ({**ORG, "class": "Compny"}, "class", "there is no class 'Compny'; did you mean Company"),
        ({**ORG, "kind": "act"}, "kind", "a thing of class Company has no such column"),
        ({**ORG, "name_nb": "", "name_en": ""}, "name_nb", "a new thing needs its name"),
        ({**ORG, "name_en": ""}, "name_en", "one skos:prefLabel in Norwegian"),
        ({**ORG, "id": "x:ny"}, "id", "the ids of this class begin with actor:"),
        ({**ORG, "id": "foo:ny"}, "id", "begins with one of actor:"),
        ({**ORG, "id": "actor:ny ø"}, "id", "use the letters a to z"),
        ({**ORG, "id": "dep"}, "id", "actor:dep is «Departementet for prøver» already; choose another id"),
        ({**ORG, "name_nb": "Dir"}, "id", "actor:dir is «Prøvedirektoratet» already; write an id of your own"),
        ({**ORG, "name_nb": "Prøvedirektoratet"}, "id", "actor:dir has that name; write its id to change it"),
        ({**ORG, "id": "actor:org", "name_nb": "Frivillige på Ås", "class": "Event"}, "id", "begin with event:"),
        ({**ORG, "measure": "7"}, "measure", "there is no measure '7'"),
        ({**ORG, "words": "5-5"}, "words", "empty span"),
        ({**ORG, "words": "990-1001"}, "words", "after the last character"),
        ({**ORG, "id": "m:9", "class": "Measure"}, "id", "reading the report makes measures"),
        ({**FIGURE, "about": "Ingenting"}, "about", "there is nothing called 'Ingenting'"),
        ({**FIGURE, "unit": "persns"}, "unit", "there is no unit 'persns'; did you mean persons"),
        ({**FIGURE, "unit": ""}, "unit", "one pg:unit"),
        ({**FIGURE, "value": ""}, "value", "one number without text"),
        ({**FIGURE, "value": "mange"}, "value", "is no number"),
        ({**FIGURE, "stage": ""}, "stage", "one pg:stage"),
        ({**FIGURE, "words": ""}, "words", "State pg:evidence"),
        ({**FIGURE, "approximate": "kanskje"}, "approximate", "write x"),
        ({**FIGURE, "period": "2019-13"}, "period", "a time that exists"),
        ({**ROWS[9], "about": "", "currency": ""}, "currency", "the currency of the amount"),
        ({**ROWS[9], "about": "", "from": "2024"}, "from", "not after pg:toYear"),
    ],
)
def test_a_fault_is_told_by_row_and_column_and_nothing_is_written(
    row: dict[str, str], column: str, hint: str, little: Tree, tmp_path: Path, run: Run
) -> None:
    before = {file: file.read_bytes() for file in little.data_files()}
    file = write(tmp_path / "things.csv", [ROWS[1], row])
    status, out, err = run("code", "import", file, "--data", little.data)
    assert status == 1
    assert f"things.csv, row 3, column {column}: " in err, err
    assert hint in err
    assert "row 2" not in err
    assert "new (1): law:vegloven" in out
    assert {file: file.read_bytes() for file in little.data_files()} == before


def test_what_is_there_is_changed_by_its_id_and_a_column_left_out_stays(little: Tree, tmp_path: Path, run: Run) -> None:
    row = {"id": "actor:dep", "name_nb": "Departementet for prøver", "name_en": "Ministry of Tests"}
    status, out, err = run("code", "import", write(tmp_path / "a.csv", [row | {"class": ""}]), "--data", little.data)
    assert (status, err) == (0, "")
    assert "changed (1): actor:dep" in out
    text = (little.data / "actors.ttl").read_text(encoding="utf-8")
    assert '"Departementet for prøver"@nb, "Ministry of Tests"@en ;\n    skos:altLabel "DEP"@nb' in text
    assert (
        run(
            "code", "import", write(tmp_path / "b.csv", [row | {"class": "", "other_names": ""}]), "--data", little.data
        )[0]
        == 0
    )
    assert "DEP" not in (little.data / "actors.ttl").read_text(encoding="utf-8")
    # A name that stays among the other names lets the rest be renamed.
    new = {
        "id": "actor:dep",
        "class": "Directorate",
        "name_nb": "Ny",
        "name_en": "New",
        "other_names": "Ministry of Tests",
    }
    assert run("code", "import", write(tmp_path / "c.csv", [new]), "--data", little.data)[0] == 0
    assert "actor:dep a pg:Directorate" in (little.data / "actors.ttl").read_text(encoding="utf-8")


def test_both_sheets_in_one_command(little: Tree, tmp_path: Path, run: Run) -> None:
    things = write(tmp_path / "things.csv", ROWS)
    said = {"measure": "2", "context": "Ærlig rom på Ås", "actor": "NFSV", "role": "adviser", "stage": "reported"}
    claim = {"measure": "2", "property": "pg:output", "value": "x:kartlegging", "stage": "reported", "words": "150-160"}
    coding = write_coding(tmp_path / "coding.csv", [{**said, "words": "130-140"}, claim])
    assert "there is nothing called" in run("code", "import", coding, "--data", little.data)[2]
    status, _, err = run("code", "import", coding, things, "--data", little.data)
    assert (status, err) == (0, ""), err
    area = (little.data / "little/area-1.ttl").read_text(encoding="utf-8")
    assert "x:aerlig-rom-pa-as cv:hasParticipation p:2-nfsv" in area
    assert "rdf:object x:kartlegging" in area
    assert "figure:2-rom a pg:Figure" in area
    assert run("code", "import", things, coding, "--data", little.data) == (0, "nothing to change\n", "")


def test_of_two_rows_that_are_one_thing_the_second_is_refused(little: Tree, tmp_path: Path, run: Run) -> None:
    table = [ORG, {**ORG, "other_names": "Annet"}, ORG, {**FIGURE, "about": "Annet"}]
    _, out, err = run("code", "import", write(tmp_path / "a.csv", table), "--data", little.data, "--accept-good")
    assert "row 3, column id: row 2 is actor:ny already" in err
    assert "row 5, column about: there is nothing called 'Annet'" in err
    assert "new (1): actor:ny" in out


def test_a_registry_with_spans_of_two_reports_keeps_its_layout(real: Tree, tmp_path: Path, run: Run) -> None:
    import shutil

    from conftest import ROOT

    shutil.copytree(ROOT / "tests/little/data/little", real.data / "little")
    shutil.copy(ROOT / "tests/little/data/actors.ttl", real.data / "more.ttl")
    before = (real.data / "things.ttl").read_text(encoding="utf-8").splitlines()
    file = write(tmp_path / "a.csv", [ROWS[3]])
    assert run("code", "import", file, "--data", real.data, "--plan", "little")[::2] == (0, "")
    after = (real.data / "things.ttl").read_text(encoding="utf-8").splitlines()
    assert set(before) <= set(after)
    assert "    pg:evidence <https://w3id.org/plangraph/evidence/note/130-140> ." in after


@pytest.mark.parametrize(
    ("cell", "term"),
    [
        ("640", '"640"^^integer'),
        ("210 000 000", '"210000000"^^integer'),
        ("12,5", '"12.5"^^decimal'),
        ("1.25", '"1.25"^^decimal'),
    ],
)
def test_numbers_as_people_write_them(cell: str, term: str) -> None:
    found = number(cell, "value")
    assert f'"{found.value}"^^{found.datatype.value.rsplit("#", 1)[1]}' == term


@pytest.mark.parametrize("cell", ["12,400", "1 2", "ti", "1e5", "12 kr"])
def test_what_is_no_number(cell: str) -> None:
    with pytest.raises(CellError, match="is no number"):
        number(cell, "value")


def test_the_workbook_explains_columns_and_classes(little: Tree, tmp_path: Path, run: Run) -> None:
    file = tmp_path / "things.xlsx"
    assert run("code", "export", "--things", "--data", little.data, "--out", file, "--lang", "en")[0] == 0
    book = openpyxl.load_workbook(file)
    assert [n for n in book.sheetnames if "lists" not in n] == ["things", "help", "classes", "codes", "names"]
    classes = {row[0]: row for row in book["classes"].iter_rows(min_row=2, values_only=True)}
    assert {"Ministry", "GrantScheme", "LegalChange", "Event", "Figure", "Funding", "Measure"} <= set(classes)
    assert "unit" in str(classes["Figure"][4])
    assert "Actor" not in classes
    assert {c["name"] for c in words.things()["column"]} == set(things.COLUMNS)


def test_the_examples_are_rows_that_can_be_taken(little: Tree, tmp_path: Path, run: Run) -> None:
    table = [
        {**e["row"], "words": f"{n}00-{n}10" if "words" in e["row"] else ""}
        for n, e in enumerate(words.things()["example"], 1)
    ]
    status, out, err = run("code", "import", write(tmp_path / "a.csv", table), "--data", little.data, "--dry-run")
    assert (status, err) == (0, ""), err
    assert "new (6): actor:nfsv, law:vegloven, x:stille-rom, event:2-konferanse-om-stille-veger, " in out
