"""The tables: as many rows as the graph has things, numbers and dates as in the files, and a package that validates."""

import csv
import datetime
import io
import json
import re
import shutil
import socket
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from plangraph import assembly, overview, tables
from plangraph.datapackage import package_files, write_tables
from plangraph.dataset import dataset_of
from plangraph.errors import DataError
from plangraph.names import short
from plangraph.output import natural
from plangraph.paths import Tree, find_tree
from plangraph.queries import library
from plangraph.vocabulary import prefixes

SPACES = prefixes()
# Which classes each table holds: counted here from the statements, not by the queries of the tables.
CLASSES = {
    "measures": "pg:Measure",
    "areas": "pg:FocusArea",
    "actors": "pg:Actor",
    "participations": "pg:Participation",
    "claims": "pg:Claim",
    "instruments": "pg:Instrument",
    "documents": "pg:Document pg:Deliverable",
    "activities": "pg:Activity",
    "events": "pg:Event",
    "laws": "eli:LegalResource eli:LegalResourceSubdivision pg:LegalChange",
    "money": "pg:Funding",
    "figures": "pg:Figure",
    "transfers": "pg:ResponsibilityTransfer",
    "places": "pg:Place",
    "notes": "pg:SourceNote",
    "mentions": "oa:Annotation",
    "evidence": "oa:SpecificResource",
    "outside": "pg:OutsideFact",
    "codes": "skos:Concept",
}


def full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return SPACES[prefix] + local


@pytest.fixture(scope="module")
def tree() -> Tree:
    return find_tree(ROOT / "data")


@pytest.fixture(scope="module")
def made(tree: Tree, store: ox.Store, triples: list[ox.Triple]) -> list[tables.Table]:
    return tables.make_tables(store, triples, tree)


def test_row_counts_are_the_graphs(made: list[tables.Table], triples: list[ox.Triple]) -> None:
    members: dict[str, set[str]] = defaultdict(set)
    for t in triples:
        if t.predicate.value == full("rdf:type"):
            members[t.object.value].add(t.subject.value)
    assert [table.name for table in made] == list(CLASSES)
    for table in made:
        wanted = set().union(*(members[full(name)] for name in CLASSES[table.name].split()))
        keys = [row[0] for row in table.rows]
        assert len(keys) == len(set(keys)), f"{table.name}: a key stands twice"
        assert set(keys) == wanted, table.name
    sizes = {table.name: len(table.rows) for table in made}
    assert (sizes["measures"], sizes["areas"]) == (42, 5)
    assert sizes["participations"] > 400
    assert sizes["claims"] > 1000


def test_every_exact_column_is_as_in_the_files(made: list[tables.Table], tree: Tree) -> None:
    # Amounts, dates and numbers are compared with the words of the data files, not with what a parser made of them.
    texts = {path: path.read_text(encoding="utf-8") for path in tree.data_files() if path.name != "evidence.ttl"}
    compared = 0
    for name, column in (("money", "amount"), ("figures", "value"), ("money", "from_year"), ("documents", "issued")):
        table = next(t for t in made if t.name == name)
        place = table.header.index(column)
        label = next(c.property for c in table.columns if c.name == column)
        for row in table.rows:
            for value in filter(None, row[place].split(tables.JOINT)):
                pattern = re.compile(rf'{label} "?{re.escape(value)}(?![\d.])')
                claim = re.compile(rf'{label} ; rdf:object "?{re.escape(value)}(?![\d.])')
                assert any(pattern.search(t) or claim.search(t) for t in texts.values()), (name, row[0], value)
                compared += 1
    assert compared > 60


# Columns whose cells hold what the graph states of the row's thing: column=property, "^" where it is the object.
PART = "part_of=dct:isPartOf|^dct:hasPart web_page=foaf:page kind=dct:type"
STATED = {
    "measures": "number=dct:identifier title=dct:title table_title=dct:alternative status=pg:status "
    "derived_status=pg:derivedStatus ministry=pg:responsible",
    "areas": "number=dct:identifier title=dct:title",
    "actors": "also_called=skos:altLabel part_of=org:subOrganizationOf member_of=org:memberOf|^org:hasMember "
    "organisation_number=pg:organisationNumber",
    "participations": "measure=pg:underMeasure context=rdf:subject actor=cv:hasParticipant role=cv:role stage=pg:stage "
    "named_as=pg:namedAs",
    "claims": "measure=pg:underMeasure subject=rdf:subject predicate=rdf:predicate earliest=pg:earliest "
    "latest=pg:latest stage=pg:stage as_of=pg:asOf",
    "instruments": f"measure=pg:underMeasure launched=pg:launched {PART}",
    "documents": f"measure=pg:underMeasure issued=dct:issued {PART}",
    "activities": f"measure=pg:underMeasure evaluates=pg:evaluates {PART}",
    "events": "kind=dct:type measure=pg:underMeasure happened=pg:when earliest=pg:earliest latest=pg:latest",
    "laws": "kind=dct:type measure=pg:underMeasure part_of=eli:is_part_of act_date=eli:date_document "
    "act_number=eli:number local_id=eli:id_local in_force=eli:first_date_entry_in_force "
    "changes=pg:changes|eli:amends|eli-dl:foresees_change_of changed_by=pg:changedBy proposed_by=pg:proposedBy",
    "money": "measure=pg:underMeasure amount=pg:amount currency=schema:currency from_year=pg:fromYear "
    "to_year=pg:toYear per_year=pg:perYear stage=pg:stage funder=pg:funder grant_manager=pg:grantManager "
    "recipient=pg:recipient finances=pg:finances",
    "figures": "measure=pg:underMeasure value=pg:value unit=pg:unit approximate=pg:approximate about=pg:about "
    "period=pg:period earliest=pg:earliest latest=pg:latest series=pg:series stage=pg:stage",
    "transfers": "policy_area=pg:policyArea from_ministry=pg:fromMinistry to_ministry=pg:toMinistry "
    "held_today_by=pg:heldTodayBy stage=pg:stage",
    "places": "also_called=skos:altLabel",
    "notes": "subject=rdf:subject as_written=pg:asWritten corrected=pg:corrected",
    "mentions": "named=oa:hasBody evidence=oa:hasTarget",
    "evidence": "source=oa:hasSource measure=pg:underMeasure first_words=pg:firstWords last_words=pg:lastWords "
    "sha256=pg:sha256 parts=dct:hasPart",
    "outside": "subject=rdf:subject predicate=rdf:predicate when=pg:when confidence=pg:confidence from=dct:source",
    "codes": "scheme=skos:inScheme",
}
WITH_EVIDENCE = set(CLASSES) - {"areas", "actors", "places", "mentions", "evidence", "outside", "codes"}


@pytest.mark.parametrize("name", STATED)
def test_cells_hold_what_is_stated(name: str, made: list[tables.Table], triples: list[ox.Triple]) -> None:
    table = next(table for table in made if table.name == name)
    columns = dict(entry.split("=") for entry in STATED[name].split())
    if name in WITH_EVIDENCE:
        columns["evidence"] = "pg:evidence"
    for column, properties in columns.items():
        stated: dict[str, set[str]] = defaultdict(set)
        for each in properties.split("|"):
            for t in triples:
                if t.predicate.value == full(each.removeprefix("^")):
                    ends = (t.subject.value, t.object.value)
                    one, other = ends[::-1] if each.startswith("^") else ends
                    stated[one].add(other)
        place = table.header.index(column)
        shown = short if table.columns[place].kind in ("code", "codes") else str
        filled = 0
        for row in table.rows:
            wanted = set(map(shown, stated[row[0]]))
            assert set(filter(None, row[place].split(tables.JOINT))) == wanted, (row[0], column)
            filled += bool(wanted)
        assert filled, f"no row of {name} has a value of {column}"


lexical = st.from_regex(r"-?[0-9]{1,12}(\.[0-9]{1,4})?", fullmatch=True)
edtf = st.sampled_from(["2021", "2019-03", "2021-21", "2018/2020", "2020-02-29", "0999", "2019-08-20"])


@given(lexical, edtf)
@settings(max_examples=25, deadline=None)
def test_amounts_and_dates_keep_their_characters(amount: str, date: str) -> None:
    pg, kind = SPACES["pg"], full("xsd:decimal" if "." in amount else "xsd:integer")
    node = ox.NamedNode("https://w3id.org/plangraph/thing/penger")
    when = ox.NamedNode("https://w3id.org/plangraph/plan/p/event/e")
    given_triples = [
        ox.Triple(node, ox.NamedNode(full("rdf:type")), ox.NamedNode(pg + "Funding")),
        ox.Triple(node, ox.NamedNode(pg + "amount"), ox.Literal(amount, datatype=ox.NamedNode(kind))),
        ox.Triple(when, ox.NamedNode(full("rdf:type")), ox.NamedNode(pg + "Event")),
        ox.Triple(when, ox.NamedNode(pg + "when"), ox.Literal(date, datatype=ox.NamedNode(full("edtf:EDTF")))),
    ]
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in given_triples)
    by_name = {t.name: t for t in tables.make_tables(store, given_triples, find_tree(ROOT / "data"))}
    money = dict(zip(by_name["money"].header, by_name["money"].rows[0], strict=True))
    event = dict(zip(by_name["events"].header, by_name["events"].rows[0], strict=True))
    assert money["amount"] == amount
    assert event["happened"] == date


def test_csv_reads_back_and_is_tidy(made: list[tables.Table]) -> None:
    for table in made:
        text = tables.to_csv(table)
        back = list(csv.reader(io.StringIO(text)))
        assert back == [table.header, *map(list, table.rows)]
        assert len(set(table.header)) == len(table.header), table.name
        assert "\r" not in text


def test_several_things_in_a_cell_are_sorted(made: list[tables.Table]) -> None:
    cells = [
        cell
        for table in made
        for place, column in enumerate(table.columns)
        if column.kind in ("things", "iris")
        for cell in (row[place].split(tables.JOINT) for row in table.rows)
        if len(cell) > 1
    ]
    assert len(cells) > 300
    for cell in cells:
        assert cell == sorted(cell, key=natural)


def test_names_stand_in_both_languages(made: list[tables.Table]) -> None:
    for name in ("measures", "actors", "instruments", "laws"):
        table = next(t for t in made if t.name == name)
        for lang in ("nb", "en"):
            place = table.header.index(f"name_{lang}")
            assert all(row[place] for row in table.rows), f"{name}: a thing has no name in {lang}"


def test_measures_read_as_the_report_counts(made: list[tables.Table]) -> None:
    table = made[0]
    rows = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    assert [row["number"] for row in rows[17:22]] == ["18", "18a", "18b", "18c", "19"]
    stated = [row["status"] for row in rows if row["status"]]
    assert len(stated) == 37
    assert stated.count("completed") == 31
    assert {row["number"] for row in rows if "ongoing" in row["status"]} == {"6", "22a", "22c", "24d", "25a", "25b"}
    assert sum(not row["part_of"] for row in rows) == 28


def test_package_validates(made: list[tables.Table], triples: list[ox.Triple], tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    import frictionless

    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("reached for the network"))
    for name, content in package_files(made, dataset_of(triples)).items():
        (tmp_path / name).write_bytes(content)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])[:10]
    assert len(report.tasks) == len(CLASSES) + 1
    # A package that is wrong is found to be so: the check itself works.
    broken = (tmp_path / "participations.csv").read_text(encoding="utf-8").replace("/actor/imdi,", "/actor/ingen,")
    (tmp_path / "participations.csv").write_text(broken, encoding="utf-8")
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid


def test_workbook_has_a_first_sheet_to_print(made: list[tables.Table], triples: list[ox.Triple]) -> None:
    content = package_files(made, dataset_of(triples))["plangraph.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Oversikt", "dictionary", *CLASSES]
    first = book["Oversikt"]
    rows = list(first.iter_rows(min_row=4, values_only=True))
    assert [row[0] for row in rows] == [str(n) for n in range(1, 29)]
    assert all(row[1] and row[2] and row[3] for row in rows)
    assert first["A2"].value.startswith("28 tiltak: 24 ferdigstilt, 4 ")
    assert rows[21][2].endswith("(a, c)")
    assert first.page_setup.orientation == "landscape"
    for table in made:
        sheet = book[table.name]
        assert sheet.max_row == len(table.rows) + 1, table.name
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref

    header = [cell.value for cell in book["money"][1]]
    amounts = [row[header.index("amount")] for row in book["money"].iter_rows(min_row=2, values_only=True)]
    assert sorted(a for a in amounts if a is not None)[-1] == 21_000_000
    column = [c.value for c in book["events"][1]].index("earliest")
    dates = [row[column] for row in book["events"].iter_rows(min_row=2, values_only=True) if row[column]]
    assert dates
    assert all(isinstance(d, datetime.datetime) for d in dates)


def test_of_several_plans_each_row_names_its_own(two_plans: Path, tmp_path: Path) -> None:
    import frictionless

    folder = tmp_path / "t"
    write_tables(two_plans, folder, tmp_path / "none")
    checked = 0
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8") as lines:
            rows = csv.DictReader(lines)
            assert "measure_number" not in (rows.fieldnames or ()) or "plan" in (rows.fieldnames or ()), file.name
            for row in rows:
                found = re.search(r"/plan/(\w+)/", next(iter(row.values())) + row.get("measure", ""))
                if "plan" in row and found:
                    assert row["plan"] == found[1], (file.name, row)
                    checked += 1
    assert checked == 18
    with (folder / "measures.csv").open(encoding="utf-8") as lines:
        measures = [(row["plan"], row["plan_en"], row["number"]) for row in csv.DictReader(lines)]
    little, other = ("little", "Little plan"), ("other", "Other plan")
    assert measures == [(*little, "1"), (*little, "2"), (*other, "1"), (*other, "2")]
    assert frictionless.validate(str(folder / "datapackage.json")).valid
    book = openpyxl.load_workbook(folder / "plangraph.xlsx")
    assert book.sheetnames[:3] == ["Oversikt little", "Oversikt other", "dictionary"]
    sources = [book[name].oddFooter.left.text.partition("Kilde: ")[2] for name in book.sheetnames[:2]]
    assert sources == ["Notatet (2021)", "Minnet (2021)"]


def test_a_sheet_of_a_plan_has_a_name_that_excel_takes() -> None:
    long = "plan-mot-stoy-fra-veier-og-baner"
    names = overview._sheet_names("Oversikt", [f"{long}-2021", "kort", f"{long}-2025"])
    assert names["kort"] == "Oversikt kort"
    assert len(set(names.values())) == 3
    assert all(len(name) <= 31 for name in names.values())


def test_a_thing_of_two_plans_names_both(two_plans: Path, tmp_path: Path) -> None:
    shutil.copytree(two_plans, tmp_path / "both")
    for slug in ("little", "other"):
        with (tmp_path / "both" / slug / "area-1.ttl").open("a", encoding="utf-8") as file:
            file.write("<https://w3id.org/plangraph/thing/film> a pg:Instrument ; pg:evidence ev:30-40 .\n")
    write_tables(tmp_path / "both", tmp_path / "t", tmp_path / "none")
    with (tmp_path / "t/instruments.csv").open(encoding="utf-8") as lines:
        assert [row["plan"] for row in csv.DictReader(lines)] == ["little | other"]


def test_same_graph_same_bytes(little: Tree, tmp_path: Path) -> None:
    first = {p: p.read_bytes() for p, _ in write_tables(little.data, tmp_path / "a", tmp_path / "none")}
    second = [p.read_bytes() for p, _ in write_tables(little.data, tmp_path / "b", tmp_path / "none")]
    assert list(first.values()) == second
    assert len(second) == len(CLASSES) + 3


def test_command_writes_the_files_it_names(
    little: Tree, tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    status, out, _ = run("tables", "--data", little.data, "--out", tmp_path / "t")
    assert status == 0
    assert "measures.csv" in out
    package = json.loads((tmp_path / "t/datapackage.json").read_text(encoding="utf-8"))
    assert {r["path"] for r in package["resources"]} | {"plangraph.xlsx", "datapackage.json"} == {
        p.name for p in (tmp_path / "t").iterdir()
    }


def test_what_disagrees_is_named(little: Tree, tmp_path: Path) -> None:
    folder = little.queries / "tables"
    parts, store = assembly.make_parts(little)
    everything = assembly.union(parts)
    shutil.copy(folder / "places.rq", folder / "steder.rq")
    with pytest.raises(DataError, match="steder"):
        tables.make_tables(store, everything, little)
    (folder / "steder.rq").unlink()
    text = (folder / "places.rq").read_text(encoding="utf-8")
    (folder / "places.rq").write_text(text.replace("?also_called", "?kalt"), encoding="utf-8")
    with pytest.raises(DataError, match="'kalt' is not described"):
        tables.make_tables(store, everything, little)


def test_a_tree_with_questions_of_its_own_still_has_tables(little: Tree, tmp_path: Path) -> None:
    shutil.rmtree(little.queries / "tables")
    (little.queries / "own.rq").write_text("SELECT * { ?s ?p ?o } LIMIT 1", encoding="utf-8")
    assert len(write_tables(little.data, tmp_path / "t", tmp_path / "none")) == len(CLASSES) + 3


def test_tables_are_not_questions(tree: Tree) -> None:
    assert not [q.name for q in library(tree).values() if q.path and q.path.parent.name == "tables"]
