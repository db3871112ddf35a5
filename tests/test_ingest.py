"""Reading reports: our own small report in every form, bad input, PDFs, and the real report to the last figure."""

import itertools
import json
import re
import shutil
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conftest import ROOT
from plangraph.cli import main
from plangraph.errors import UsageError
from plangraph.ingest import FILES, MANIFEST, ReadingError, ingest, write_evidence
from plangraph.ingest.labels import find_labels
from plangraph.ingest.links import place_links
from plangraph.ingest.mentions import find_mentions
from plangraph.ingest.reading import Reading, read, tally
from plangraph.ingest.registry import Name, Registry, read_registry
from plangraph.ingest.responsible import full_name, split_names
from plangraph.ingest.series import Candidate, best_series
from plangraph.ingest.tables import find_rows
from plangraph.ingest.writing import literal
from plangraph.loading import parse
from plangraph.text import find_words, read_source, source_of
from plangraph.words import LANGUAGES, load
from sample_report import PLAN, REGISTRY, REPORT, pdf

WORDS = load("nb")
SLUG = "skolevei-2018-2021"
REAL = "eget-liv-2017-2020"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / SLUG).mkdir(parents=True)
    (folder / "actors.ttl").write_text(REGISTRY, encoding="utf-8")
    (folder / SLUG / "plan.ttl").write_text(PLAN, encoding="utf-8")
    (tmp_path / "report.txt").write_text(REPORT, encoding="utf-8", newline="")
    return folder


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    folder = tmp_path_factory.mktemp("registry")
    (folder / "actors.ttl").write_text(REGISTRY, encoding="utf-8")
    return read_registry(folder)


@pytest.fixture(scope="module")
def real(report_path: Path) -> Reading:
    return read(read_source(report_path), WORDS, read_registry(ROOT / "data"), "2021")


def structure(reading: Reading) -> dict[str, Any]:
    """What a reading found, without any offset."""
    return {
        "measures": [
            (
                m.name,
                m.area,
                m.heading and m.heading.title,
                m.row and m.row.title,
                [s.code for s in m.statuses],
                [(a.node, len(a.spans)) for a in m.answers],
                [p.kind for p in m.parts],
            )
            for m in reading.measures
        ],
        "areas": [(area.number, area.title) for area in reading.areas],
        "counts": [(count.what, count.number) for count in reading.counts],
        "transfers": [(t.area, t.label, t.giver, t.taker) for t in reading.transfers],
        "list": [(body.name, body.abbreviation) for body in reading.listed],
        "references": [(r.giver, r.target, r.seen) for r in reading.references],
        "links": sorted({(link.url, link.key) for link in reading.links}),
        "mentions": [mention.node for mention in reading.mentions],
    }


# --- our own report


def test_our_own_report_is_read_to_the_last_fact(ours: Registry) -> None:
    reading = read(source_of(REPORT), WORDS, ours, "2021")
    found = structure(reading)
    full = ["heading", "plan-text", "status-lines", "result-text", "overview-row"]
    kryss = "Kartlegge mørke strekninger og helse- og miljøfarlige kryss"
    assert found["measures"] == [
        ("1", 1, *["Male gangfelt ved alle barneskoler"] * 2, ["completed"], [("actor:sd", 2)], full),
        ("2", 1, kryss, kryss, ["ongoing"], [("actor:sd", 2), ("actor:kd", 2)], full),
        ("3", 2, *["Lære elever om refleks"] * 2, [], [], ["heading", "overview-row"]),
        ("3a", 2, *["Lage film om refleks"] * 2, ["completed"], [("actor:kd", 2)], full),
        (
            "3b",
            2,
            "Dele ut refleksvester til alle i første klasse",
            "Dele ut vester til alle i første klasse",
            ["ongoing"],
            [("actor:kd", 2)],
            full,
        ),
        ("4", 2, *["Måle luften langs skoleveien"] * 2, ["completed"], [("actor:hod", 2)], full),
    ]
    assert found["areas"] == [(1, "Tryggere veier"), (2, "Kunnskap og utstyr")]
    assert found["counts"] == [("total", 4), ("ongoing", 2), ("completed", 2)]
    assert found["transfers"] == [
        ("veilys", "veilys", "Samferdselsdepartementet (SD)", "Kunnskapsdepartementet (KD)"),
    ]
    assert found["references"] == [
        ((1, ""), (2, ""), False),
        ((1, ""), (4, ""), False),
        ((2, ""), (1, ""), True),
        ((3, "b"), (3, "a"), False),
    ]
    assert found["links"] == [
        ("https://www.vegvesen.example/gangfelt-og-skolevei", (1, "")),
        ("https://www.vegvesen.example/kart/morke-strekninger", (2, "")),
    ]
    assert tally(reading.measures) == {"total": 4, "ongoing": 2, "completed": 2}
    assert [note["what"] for note in reading.notes] == ["not a heading", "titles differ"]


FORMS: dict[str, Callable[[str], str]] = {
    "no blank lines": lambda t: re.sub(r"\n[ \t]*(?=\n)", "", t),
    "CRLF": lambda t: t.replace("\n", "\r\n"),
    "CR": lambda t: t.replace("\n", "\r"),
    "U+00A0": lambda t: t.replace(" ", "\u00a0"),
    "U+200B": lambda t: re.sub(r"(?m)^(?=\S)", "\u200b", t).replace(". ", ".\u200b "),
    "colon after the number": lambda t: re.sub(r"(?m)^( ?Tiltak \d+)\. ", r"\1: ", t),
    "dash after the number": lambda t: re.sub(r"(?m)^( ?Tiltak \d+)\. ", r"\1 – ", t),
    "hyphen after the number": lambda t: re.sub(r"(?m)^( ?Tiltak \d+)\. ", r"\1 - ", t),
    "nothing after the number": lambda t: re.sub(r"(?m)^( ?Tiltak \d+)\. ", r"\1 ", t),
    "full stop after the letter": lambda t: re.sub(r"(?m)^( ?Tiltak \d+) ?([a-d])\)", r"\1 \2.", t),
    "letter beside the number": lambda t: re.sub(r"(?m)^( ?Tiltak \d+) ([a-d])\)", r"\1\2)", t),
    "labels in capitals": lambda t: re.sub(
        r"(?m)^( ?)(Tiltak(?= \d)|Status:|Ansvar\w*:|Innsatsområde(?= \d))", lambda m: m[1] + m[2].upper(), t
    ),
    "values in capitals": lambda t: re.sub(r"(?m)^( ?Status: )(\w+)", lambda m: m[1] + m[2].upper(), t),
    "Ansvarleg": lambda t: t.replace("Ansvarlig:", "Ansvarleg:"),
    "Ansvarlig departement": lambda t: t.replace("Ansvarlig:", "Ansvarlig departement:"),
    "label order": lambda t: re.sub(r"(Status: \S+)[ \n]*\n(Ansvar\w*: .*)", r"\2\n\1", t),
    "labels on one line": lambda t: re.sub(r"(Status: \S+)[ \n]*\n(Ansvar\w*: .*)", r"\1  \2", t),
    "values on the next line": lambda t: re.sub(r"(?m)^( ?)(Status|Ansvarlig|Ansvar): *(?=\S)", r"\1\2:\n", t),
    "indents": lambda t: re.sub(r"(?m)^(?=\S)", "    ", t),
    "tabs": lambda t: re.sub(r"(?m)^(?=\S)", "\t", t),
    "blanks at line ends": lambda t: re.sub(r"(?m)(?<=\S) *$", "   ", t),
    "soft hyphens": lambda t: re.sub(r"(?<=[^\W\d_])-(?= ?\n)", "\u00ad", t),
    "U+FFFE": lambda t: re.sub(r"(?<=[^\W\d_])-(?= ?\n)", "\ufffe", t),
    "accents apart": lambda t: unicodedata.normalize("NFD", t),
    "ligatures": lambda t: t.replace("ffi", "\ufb03").replace("fi", "\ufb01").replace("fl", "\ufb02"),
    "byte order mark": lambda t: "\ufeff" + t,
}


@pytest.mark.parametrize("form", FORMS)
def test_a_change_of_form_leaves_the_result_unchanged(form: str, ours: Registry) -> None:
    changed = FORMS[form](REPORT)
    assert changed != REPORT
    assert structure(read(source_of(changed), WORDS, ours, "2021")) == structure(
        read(source_of(REPORT), WORDS, ours, "2021")
    )


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from(sorted(FORMS)), min_size=2, max_size=3, unique=True))
def test_changes_of_form_add_up(ours: Registry, forms: list[str]) -> None:
    # Nobody writes a label behind the value of another and its own value on the next line.
    assume(not {"labels on one line", "values on the next line"} <= set(forms))
    text = REPORT
    # Forms that look for line ends as they stand come before those that change them.
    for form in sorted(forms, key=lambda name: name in ("CRLF", "CR", "U+00A0", "U+200B", "indents", "tabs")):
        text = FORMS[form](text)
    found = structure(read(source_of(text), WORDS, ours, "2021"))
    assert found == structure(read(source_of(REPORT), WORDS, ours, "2021"))


def test_every_offset_of_a_section_belongs_to_one_part(ours: Registry) -> None:
    reading = read(source_of(REPORT), WORDS, ours, "2021")
    starts = sorted(
        [m.heading.span.start for m in reading.measures if m.heading] + [a.parts[0].span.start for a in reading.areas]
    )
    for measure in reading.measures:
        body = [part.span for part in measure.parts if part.kind != "overview-row"]
        assert measure.heading is not None
        end = next((start for start in starts if start > measure.heading.span.start), len(REPORT))
        assert (body[0].start, body[-1].end) == (measure.heading.span.start, end)
        assert all(before.end == after.start for before, after in itertools.pairwise(body))


def test_body_and_table_that_differ_are_told_apart(ours: Registry) -> None:
    text = REPORT.replace("første\nklasse\nKD Pågående", "første\nklasse\nHOD Ferdigstilt")
    reading = read(source_of(text), WORDS, ours, "2021")
    measure = next(m for m in reading.measures if m.name == "3b")
    assert [status.code for status in measure.statuses] == ["ongoing", "completed"]
    assert [answer.node for answer in measure.answers] == ["actor:kd", "actor:hod"]
    said = [note["what"] for note in reading.notes]
    assert "statuses of body and table differ" in said
    assert "who answers differs between body and table" in said


def test_what_looks_like_structure_and_is_not_used_is_named(ours: Registry) -> None:
    text = REPORT.replace("Status: Pågående\nAnsvar:", "Status: På vent\nFremdrift: 40 %\nAnsvar:")
    text = text.replace("Av totalt 4 tiltak", "Av totalt 5 tiltak").replace("Ansvarlig: HOD", "Ansvarlig: XYZ")
    said = {note["what"]: note for note in read(source_of(text), WORDS, ours, "2021").notes}
    assert said["unknown status"]["line"] == text[: text.index("Status: På vent")].count("\n") + 1
    assert said["unknown label"]["words"] == "Fremdrift: 40 %"
    assert (said["count does not hold"]["stated"], said["count does not hold"]["counted"]) == (5, 4)
    assert said["body is not in the registry"]["words"] == "XYZ"


def notes(text: str, ours: Registry) -> list[tuple[str, str]]:
    return [(note["what"], note.get("measure", "")) for note in read(source_of(text), WORDS, ours, "2021").notes]


def test_what_contradicts_itself_is_noted_and_not_decided(ours: Registry) -> None:
    twice = REPORT.replace("Luften er målt", "Status: Pågående\n\nLuften er målt")
    assert ("several statuses in one section", "4") in notes(twice, ours)
    measure = read(source_of(twice), WORDS, ours, "2021").measures[-1]
    assert [(status.code, len(status.spans)) for status in measure.statuses] == [("completed", 1)], "the table's"
    whole = REPORT.replace(
        "Tiltak 3. Lære elever om refleks\n", "Tiltak 3. Lære elever om refleks\n\nStatus: Ferdigstilt\n"
    )
    assert ("a number with parts has a status of its own", "3") in notes(whole, ours)
    body = REPORT[: REPORT.index("Tiltak 4. Måle")]
    assert ("in the table only", "4") in notes(body, ours)
    table = REPORT.replace("4 Måle luften langs skoleveien HOD Ferdigstilt\n", "")
    assert ("in the body only", "4") in notes(table, ours)
    assert not [note for note in notes(REPORT, ours) if note[1] and note[0] != "titles differ"]


def test_a_reference_is_to_another_measure_and_seen_by_what_stands_before_it(ours: Registry) -> None:
    text = REPORT.replace(
        "Luften er målt", "Tiltak 4 følger tiltak 2 og må ses i sammenheng med tiltak 3b. Luften er målt"
    )
    found = [r for r in read(source_of(text), WORDS, ours, "2021").references if r.giver == (4, "")]
    assert [(r.target, r.seen) for r in found] == [((2, ""), False), ((3, "b"), True)]


def test_a_title_ends_before_an_item_and_a_list_of_ministries_goes_on(ours: Registry) -> None:
    text = (
        "Tiltak 1. Male gangfelt\na) ved skoler\n\nDet er malt.\n\nStatus: Ferdigstilt\n"
        "Ansvarlig: Samferdselsdepartementet,\nKunnskapsdepartementet\n\nAlt er malt.\n\n"
        "Tiltak 2. Dele ut refleks\ntil alle\n\nDet er delt ut.\n\nStatus: Ferdigstilt\n"
    )
    found = read(source_of(text), WORDS, ours, "2021").measures
    assert [m.heading and m.heading.title for m in found] == ["Male gangfelt", "Dele ut refleks til alle"]
    assert [answer.node for answer in found[0].answers] == ["actor:sd", "actor:kd"]


def test_one_line_like_a_row_is_no_table() -> None:
    one = source_of("1 Male gangfelt ved alle barneskoler SD Ferdigstilt\n\nLitt tekst.\n")
    assert find_rows(one, WORDS) == ([], [])
    two = source_of("1 Male gangfelt SD Ferdigstilt\n2 Kartlegge kryss KD Pågående\n\nLitt tekst.\n")
    rows, pieces = find_rows(two, WORDS)
    assert ([row.number for row in rows], pieces) == ([1, 2], [range(2)])


@given(st.text())
def test_a_literal_gives_its_text_back(text: str) -> None:
    (quad,) = ox.parse(f"<a:a> <a:b> {literal(text, 'nb')} .", ox.RdfFormat.TURTLE)
    assert quad.object == ox.Literal(text, language="nb")


def test_a_skipped_number_is_read_with_a_warning(ours: Registry) -> None:
    text = re.sub(r"Tiltak 2\. (.*\n)*?(?=Innsatsområde 2: Kunnskap og utstyr\n\nTiltak 3)", "", REPORT, count=1)
    text = re.sub(r"2 Kartlegge(.*\n){3}", "", text)
    reading = read(source_of(text), WORDS, ours, "2021")
    assert [measure.name for measure in reading.measures] == ["1", "3", "3a", "3b", "4"]
    assert {"what": "number is skipped", "measure": "2"} in reading.notes


# --- where the table stands, and what else reports do otherwise

ROWS = REPORT[REPORT.index("Nr. Tiltak") : REPORT.index("Ansvarlige departementer og direktorater:")]
HEADINGS = [match.start() for match in re.finditer(r"(?m)^(?:Tiltak \d|Innsatsområde)", REPORT.replace(ROWS, ""))]
TITLES = ("", "Vedlegg: Oversikt over tiltakene\n\n", "4. Status for tiltakene\n\n")


def moved(place: int, title: str = "") -> str:
    """Our own report with its table at an offset of the rest of it."""
    rest = REPORT.replace(ROWS, "")
    return f"{rest[:place]}{title}{ROWS}{rest[place:]}"


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([*HEADINGS, len(REPORT) - len(ROWS)]),
    st.sampled_from(TITLES),
    st.sampled_from(["", *FORMS]),
)
def test_the_table_may_stand_anywhere(ours: Registry, place: int, title: str, form: str) -> None:
    change = FORMS[form] if form else str
    reading = read(source_of(change(moved(place, title))), WORDS, ours, "2021")
    first = read(source_of(change(REPORT)), WORDS, ours, "2021")
    # The table names its bodies where it stands.
    assert {key: sorted(found) for key, found in structure(reading).items()} == {
        key: sorted(found) for key, found in structure(first).items()
    }
    assert words_of(reading) == words_of(first)
    assert [note["what"] for note in reading.notes] == ["not a heading", "titles differ"]
    assert [part.kind for part in reading.front].count("overview-table") == 1


def words_of(reading: Reading) -> list[tuple[str, str]]:
    """The letters of every part of every section, with its kind."""
    return [
        (part.kind, reading.source.letters.slice(part.span))
        for parts in [*(m.parts for m in reading.measures), *(area.parts for area in reading.areas)]
        for part in parts
    ]


def test_a_table_behind_the_measures_takes_its_title_and_hides_nothing(ours: Registry) -> None:
    text = (
        moved(len(REPORT) - len(ROWS), "Vedlegg: Oversikt over tiltakene\n\n")
        + "\nVedlegg om støy\n\nStøy måles i desibel.\n"
    )
    reading = read(source_of(text), WORDS, ours, "2021")
    (table,) = (part.span for part in reading.front if part.kind == "overview-table")
    assert text[table.start :].startswith("Vedlegg: Oversikt")
    assert text[table.start : table.end].endswith("HOD Ferdigstilt")
    result = next(part.span for part in reading.measures[-1].parts if part.kind == "result-text")
    assert text[result.start : result.end].strip() == "Luften er målt ved 12 skoler."
    (note,) = (note for note in reading.notes if note["what"] == "text behind the table belongs to no section")
    assert note["words"] == "Vedlegg om støy"
    assert text.split("\n")[note["line"] - 1] == "Vedlegg om støy"


def test_what_stands_above_and_below_a_table_in_an_annex_is_read(ours: Registry) -> None:
    totals = "Av totalt 4 tiltak i planen er 2 pågående og 2 ferdigstilt.\n"
    bodies = REPORT[
        REPORT.index("Ansvarlige departementer og") : REPORT.index("Innsatsområde 1: Tryggere veier\n\nMange")
    ]
    body = REPORT.replace(totals, "").replace(ROWS, "").replace(bodies, "")
    annex = f"Oversikt over tiltakene\n\n{totals}\n{ROWS}{bodies}"
    reading = read(source_of(body + "\n" + annex), WORDS, ours, "2021")
    wanted = structure(read(source_of(REPORT), WORDS, ours, "2021"))
    found = structure(reading)
    assert (found["counts"], found["list"]) == (wanted["counts"], wanted["list"])


def test_a_table_for_each_area_is_read_in_pieces(ours: Registry) -> None:
    text = REPORT.replace(ROWS, "")
    for number, rest in enumerate(re.split(r"(?m)^Innsatsområde \d: .*$", ROWS)[1:], 1):
        place = text.index("Tiltak 1." if number == 1 else "Tiltak 3.")
        text = f"{text[:place]}Nr. Tiltak Ansvarlig dep. Status\n{rest.strip()}\n\n{text[place:]}"
    reading = read(source_of(text), WORDS, ours, "2021")
    wanted = structure(read(source_of(REPORT), WORDS, ours, "2021"))
    assert structure(reading)["measures"] == wanted["measures"]
    assert structure(reading)["areas"] == wanted["areas"]
    assert [part.kind for part in reading.front].count("overview-table") == 2
    assert [note["what"] for note in reading.notes] == ["not a heading", "titles differ"]


def test_a_list_of_contents_before_the_table_is_no_body(ours: Registry) -> None:
    headings = re.findall(r"(?m)^(?:Tiltak \d.*|Innsatsområde \d: .*)$", REPORT[REPORT.index("Mange barn") :])
    contents = "\n".join(f"{heading} {page}" for page, heading in enumerate(headings, 4))
    for text in (REPORT, moved(len(REPORT) - len(ROWS))):
        reading = read(source_of(f"Innhold\n{contents}\n\n{text}"), WORDS, ours, "2021")
        parts = [part.kind for measure in reading.measures for part in measure.parts]
        assert Counter(parts)["result-text"] == 5
        assert parts.count("heading") == 6
        assert reading.source.text[reading.areas[1].parts[0].span.start :].startswith(
            "Innsatsområde 2: Kunnskap og utstyr\n\nT"
        )


def test_a_body_with_fewer_measures_than_the_table_is_told(ours: Registry) -> None:
    none = re.sub(r"(?m)^Tiltak \d.*\n", "", REPORT)
    few = re.sub(r"(?m)^Tiltak 4\. .*\n", "", REPORT)
    for text, what in (
        (none, "the table gives 6 measures, the body none"),
        (few, "the table gives 6 measures, the body 5"),
    ):
        reading = read(source_of(text), WORDS, ours, "2021")
        assert [note["what"] for note in reading.notes].count(what) == 1
        assert len(reading.measures) == 6


LAYOUTS = {
    "A T S R": ("Ansvarlig: SD\n\n{plan}\n\nStatus: Ferdigstilt\n\n{result}", "status plan status result"),
    "T S R A": ("{plan}\n\nStatus: Ferdigstilt\n\n{result}\n\nAnsvarlig: SD", "plan status result status"),
    "T A S R": ("{plan}\n\nAnsvarlig: SD\nStatus: Ferdigstilt\n\n{result}", "plan status result"),
    "S T A R": ("Status: Ferdigstilt\n\n{plan}\n\nAnsvarlig: SD\n\n{result}", "status plan status result"),
    "A T unknown R": ("Ansvarlig: SD\n\n{plan}\n\nStatus: På vent\n\n{result}", "status plan status result"),
    "A header S R": (
        "{plan}\n\nAnsvarlig: SD\nSluttrapport 2021\nStatus: Ferdigstilt\n\n{result}",
        "plan status result",
    ),
    "A other S R": (
        "{plan}\n\nAnsvarlig: SD\nFremdrift: 40 %\nFrist: 2020.\nStatus: Ferdigstilt\n\n{result}",
        "plan status result",
    ),
    "A T A S R A": (
        "Ansvarlig: SD\n\n{plan}\n\nStatus: Ferdigstilt\n\n{result}\n\nAnsvarlig: SD\n\nSlutt på saken.",
        "status plan status result status result",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_label_lines_stand_in_any_order(layout: str, ours: Registry) -> None:
    form, kinds = LAYOUTS[layout]
    plan, result = (
        "SD skal male gangfelt. Se også tiltak 2.",
        "Alle gangfelt er malt. De ses i sammenheng med tiltak 3.",
    )
    text = "".join(
        f"Tiltak {n}. Gangfelt {'xyz'[n - 1]}\n\n{form.format(plan=plan, result=result)}\n\n" for n in (1, 2, 3)
    )
    reading = read(source_of(text), WORDS, ours, "2021")
    short = {"plan-text": "plan", "status-lines": "status", "result-text": "result"}
    said = {"plan": plan, "result": result}
    for measure in reading.measures:
        assert [short.get(part.kind, part.kind) for part in measure.parts] == ["heading", *kinds.split()]
        first = {part.kind: text[part.span.start : part.span.end].strip() for part in reversed(measure.parts)}
        assert {name: first[kind] for kind, name in short.items() if name in said} == said
    assert [(r.giver[0], r.target[0], r.seen) for r in reading.references] == [
        (1, 2, False), (1, 3, True), (2, 3, True), (3, 2, False),
    ]  # fmt: skip


def test_the_sections_of_a_kind_have_names_of_their_own(data: Path, tmp_path: Path) -> None:
    text = re.sub(r"(Tiltak 1\. .*\n\n)((?:.*\n)*?)(Status: .*\n)Ansvarlig: SD\n", r"\1Ansvarlig: SD\n\n\2\3", REPORT)
    (tmp_path / "report.txt").write_text(text, encoding="utf-8")
    ingest(tmp_path / "report.txt", SLUG, data=data)
    made = (data / SLUG / "skeleton.ttl").read_text(encoding="utf-8")
    names = re.findall(r"section:1-\S+", made)
    assert sorted(names) == sorted(
        f"section:1-{name}" for name in ("heading", "status", "plan", "status-2", "result", "row")
    )
    (plan,) = find_words(read_source(tmp_path / "report.txt"), "SD skal male gangfelt.")
    said = (data / SLUG / "evidence.ttl").read_text(encoding="utf-8")
    assert "tiltak 1, plantekst" in said or str(plan) not in said


def test_addresses_in_sentences_are_links_of_their_measure(data: Path, tmp_path: Path) -> None:
    text = REPORT.replace(
        "Kartet er halvferdig.", "Kartet (se https://a.example/kart) er halvt. Det står på\nhttps://b.example."
    )
    text = text.replace(
        "12 skoler.", "12 skoler. Adressen er https://c.example: Den gjelder.\nAdressen er https://d.example/x"
    )
    text = text.replace("Av totalt", "Les https://front.example.\n\nAv totalt")
    (tmp_path / "report.txt").write_text(text, encoding="utf-8")
    report = ingest(tmp_path / "report.txt", SLUG, data=data)
    made = (data / SLUG / "skeleton.ttl").read_text(encoding="utf-8")
    links = dict(re.findall(r'schema:url "([^"]+)"[^.]*?pg:underMeasure ([^;]+?) ;', made, re.DOTALL))
    assert {url: under for url, under in links.items() if "vegvesen" not in url} == {
        "https://a.example/kart": "m:2",
        "https://b.example": "m:2",
        "https://c.example": "m:4",
        "https://d.example/x": "m:4",
    }
    assert (report["found"]["links"], report["found"]["links printed"]) == (7, 8)
    notes = [
        (note["what"], note["words"]) for note in report["notes"] if "link" in note["what"] or "label" in note["what"]
    ]
    assert notes == [("link of no measure", "https://front.example")]


LETTERED = {
    "a)": ("a) Lage film om refleks", "b) Dele ut refleksvester til alle i første klasse"),
    "a:": ("a: Lage film om refleks", "b: Dele ut refleksvester til alle i første klasse"),
    "3a": ("3a Lage film om refleks", "3b Dele ut refleksvester til alle i første klasse"),
    "3 a)": ("3 a) Lage film om refleks", "3 b) Dele ut refleksvester til alle i første klasse"),
}


@pytest.mark.parametrize("form", LETTERED)
def test_lettered_parts_below_the_heading_of_their_number(form: str, ours: Registry) -> None:
    text = REPORT
    for old, new in zip(
        (r"Tiltak 3 a) Lage film om refleks", "Tiltak 3b) Dele ut refleksvester til alle i første klasse"),
        LETTERED[form],
        strict=True,
    ):
        assert old in text
        text = text.replace(old, new)
    # A list in the text of a part is no part.
    text = text.replace("Udir lager en film", "a) Tegne den\nb) Vise den\n\nUdir lager en film")
    wanted = structure(read(source_of(REPORT), WORDS, ours, "2021"))
    for table in (True, False):
        found = structure(read(source_of(text if table else text.replace(ROWS, "")), WORDS, ours, "2021"))
        assert [m[2] for m in found["measures"]] == [m[2] for m in wanted["measures"]]
        assert [m[4] for m in found["measures"]] == [m[4] for m in wanted["measures"]]
        assert found["references"] == wanted["references"]


@pytest.mark.parametrize("form", [r"3\1 ", r"3 \1 ", r"3 \1) ", r"3\1. ", "3\\1\t"])
def test_rows_with_number_and_letter(form: str, ours: Registry) -> None:
    rows = re.sub(r"(?m)^([ab])\) ", form, ROWS)
    assert rows.count("\n3") == 3
    wanted = structure(read(source_of(REPORT), WORDS, ours, "2021"))
    assert structure(read(source_of(REPORT.replace(ROWS, rows)), WORDS, ours, "2021")) == wanted
    # The number may have no row of its own, or one with a ministry alone.
    bare = read(source_of(REPORT.replace(ROWS, rows.replace("3 Lære elever om refleks\n", ""))), WORDS, ours, "2021")
    assert [m.name for m in bare.measures if m.row] == ["1", "2", "3a", "3b", "4"]
    assert {"what": "in the body only", "measure": "3"} in bare.notes
    own = read(
        source_of(REPORT.replace(ROWS, rows.replace("om refleks\n3", "om refleks    KD/SD\n3"))), WORDS, ours, "2021"
    )
    assert structure(own)["measures"] == wanted["measures"]


@pytest.mark.parametrize("form", ["SD/\nKD Pågående", "SD,\nKD Pågående", "SD og\nKD Pågående", "SD, KD Pågående"])
def test_the_ministries_of_a_row_go_on_in_the_next_line(form: str, ours: Registry) -> None:
    assert ROWS.count("SD/KD Pågående") == 1
    text = REPORT.replace(ROWS, ROWS.replace("\nSD/KD Pågående", f" {form}"))
    wanted = structure(read(source_of(REPORT), WORDS, ours, "2021"))
    assert structure(read(source_of(text), WORDS, ours, "2021")) == wanted


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ansvarlig: SD og\nKD", ["SD", "KD"]),
        ("Ansvarlig: Helse- og\nomsorgsdepartementet", ["Helse- og omsorgsdepartementet"]),
        ("Ansvarlig: Samferdselsdepartementet, \nKD", ["Samferdselsdepartementet", "KD"]),
        ("Ansvarlig: SD, KD og Helse-\nog omsorgsdepartementet", ["SD", "KD", "Helse- og omsorgsdepartementet"]),
        ("Ansvarlig: SD og Samferdsels-\ndepartementet", ["SD", "Samferdselsdepartementet"]),
        ("Ansvarlig: SD og\nKD,\nHOD", ["SD", "KD", "HOD"]),
    ],
)
def test_a_list_of_bodies_goes_on_in_the_next_line(line: str, names: list[str]) -> None:
    found, odd = find_labels(source_of(f"{line}\nStatus: Pågår\nMer tekst her.\n"), WORDS)
    assert [label.kind for label in found] == ["responsible", "status"]
    assert split_names(found[0].value, WORDS) == names
    assert odd == []


def test_a_measure_without_a_status_is_told(ours: Registry) -> None:
    text = REPORT.replace("Status: Ferdigstilt\nAnsvarlig: HOD", "Ansvarlig: HOD").replace(" HOD Ferdigstilt", "")
    notes = read(source_of(text), WORDS, ours, "2021").notes
    assert [note["measure"] for note in notes if note["what"] == "no status"] == ["4"], "3 has parts"


def test_the_example_of_the_documentation_is_read_as_it_says(ours: Registry) -> None:
    page = (ROOT / "docs/reading.md").read_text(encoding="utf-8")
    reading = read(source_of(page.split("```text\n")[1].split("```")[0]), WORDS, ours, "2021")
    assert [(m.name, m.area, [s.code for s in m.statuses], [a.node for a in m.answers]) for m in reading.measures] == [
        ("1", 1, ["completed"], ["actor:sd", "actor:kd"]),
        ("2", 1, [], []),
        ("2a", 1, ["completed"], ["actor:kd"]),
        ("2b", 1, ["ongoing"], ["actor:kd"]),
    ]
    assert [part.kind for part in reading.measures[0].parts] == [
        "heading", "status-lines", "plan-text", "status-lines", "result-text", "overview-row",
    ]  # fmt: skip
    assert [(link.url, link.key) for link in reading.links] == [("https://kart.example.no/gangfelt", (1, ""))]
    assert [(r.giver, r.target) for r in reading.references] == [((1, ""), (2, "b"))]
    assert (reading.notes, tally(reading.measures)) == ([], {"total": 2, "completed": 1, "ongoing": 1})


def test_every_note_of_the_reader_is_explained() -> None:
    page = (ROOT / "docs/reading.md").read_text(encoding="utf-8").split("## Notes")[1]
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "src/plangraph/ingest").glob("*.py"))
    notes = set(re.findall(r'"what": "([^"]+)"', code)) | {"unknown label", "unknown status"}
    assert len(notes) >= 20
    assert [note for note in sorted(notes) if note not in page] == []


def test_bodies_that_differ_within_a_section_are_not_laid_to_the_table(ours: Registry) -> None:
    text = REPORT.replace(ROWS, "").replace("Kartet er halvferdig.", "Kartet er halvferdig.\n\nAnsvarlig: HOD")
    said = [note["what"] for note in read(source_of(text), WORDS, ours, "2021").notes]
    assert "who answers differs within the section" in said
    assert "who answers differs between body and table" not in said


# --- parts of the reader


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        ("1 2 3", "1 2 3"),
        ("1 2 1 2 3 3 4", "1 2 3 4"),
        ("1 2a 2b 3", "1 2a 2b 3"),
        ("1 2 2a 2b 14 3 22a 4", "1 2 2a 2b 3 4"),
        ("1 2 5 6", "1 2 5 6"),
        ("1 2 3 4 25 26 27 28", "1 2 3 4 25 26 27 28"),  # 20 numbers are skipped
        ("1 2 3 4 26 27 28 29", "1 2 3 4"),
        ("3 1 2 3", "1 2 3"),
        ("7", "7"),
        ("", ""),
    ],
)
def test_the_series_test(keys: str, chosen: str) -> None:
    candidates = [Candidate(int(re.sub(r"\D", "", key)), re.sub(r"\d", "", key), 1.0) for key in keys.split()]
    assert [keys.split()[index] for index in best_series(candidates)] == chosen.split()


@given(st.lists(st.tuples(st.integers(1, 12), st.sampled_from(["", "a", "b"])), max_size=40))
def test_a_series_rises_and_repeats_nothing(keys: list[tuple[int, str]]) -> None:
    chain = best_series([Candidate(number, letter, 1.0) for number, letter in keys])
    assert chain == sorted(set(chain))
    chosen = [keys[index] for index in chain]
    assert chosen == sorted(set(chosen))
    assert bool(chosen) == bool(keys)


def test_many_candidates_are_sorted_out_quickly() -> None:
    candidates = [Candidate(place % 300 + 1, "", 1.0) for place in range(30_000)]
    start = time.perf_counter()
    assert len(best_series(candidates)) == 300
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("KD", ["KD"]),
        ("KD/BFD", ["KD", "BFD"]),
        ("KD, BFD og JD", ["KD", "BFD", "JD"]),
        ("Arbeids- og sosialdepartementet", ["Arbeids- og sosialdepartementet"]),
        (
            "Helse- og omsorgsdepartementet (HOD), Kunnskapsdepartementet og UD",
            ["Helse- og omsorgsdepartementet", "Kunnskapsdepartementet", "UD"],
        ),
    ],
)
def test_names_of_ministries_are_protected_before_splitting(text: str, names: list[str]) -> None:
    assert split_names(text, WORDS) == names


@pytest.mark.parametrize(
    ("name", "date", "meant"),
    [
        ("KUD", "2021", "Kulturdepartementet"),
        ("KUD", "2022-05", "Kultur- og likestillingsdepartementet"),
        ("KUD", None, None),
        ("BFD", "2021", "Barne- og familiedepartementet"),
        ("BLD", "2018-01-01", "Barne- og likestillingsdepartementet"),
        ("BLD", "2021", None),
        ("KD", None, "Kunnskapsdepartementet"),
        ("Utenriksdepartementet", "2021", "Utenriksdepartementet"),
        ("XYZ", "2021", None),
    ],
)
def test_abbreviations_are_resolved_by_the_date(name: str, date: str | None, meant: str | None) -> None:
    assert full_name(name, date) == meant


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("KDs møter med IMDi.", ["KDs", "IMDi"]),
        ("kd og imdi", []),
        ("RVTSene, RVTS'ene og RVTS", ["RVTSene", "RVTS'ene", "RVTS"]),
        ("NAV-ansatte på NAV.no og NAVET", []),
        ("NOVA/OsloMet", ["NOVA", "OsloMet"]),
        ("Se https://www.imdi.no/IMDi/ og imdi.no/IMDi", []),
        (
            "Helse-\n\ndirektoratet og Arbeids- og vel-\nferdsdirektoratet",
            ["Helsedirektoratet", "Arbeids- og velferdsdirektoratet"],
        ),
        ("Røde Kors-telefonen og Røde Kors", ["Røde Kors-telefonen", "Røde Kors"]),
        ("IMDis bosettingsteam", ["IMDis", "IMDis bosettingsteam"]),
        ("straffelovens § 2 og Straffeloven", ["straffelovens", "Straffeloven"]),
        ("sammen i Sammen", ["Sammen"]),
        ("Fylkesmannen og fylkesmannens", ["Fylkesmannen", "fylkesmannens"]),
        ("helse- og sosialfag", []),
    ],
)
def test_mentions(text: str, found: list[str]) -> None:
    names = [
        *("actor:" + name for name in ("KD", "IMDi", "RVTS", "NAV", "NOVA", "OsloMet", "Helsedirektoratet", "Sammen")),
        "actor:Arbeids- og velferdsdirektoratet",
        *(
            "actor:" + name
            for name in ("Røde Kors", "Røde Kors-telefonen", "IMDis bosettingsteam", "helse", "fylkesmannen")
        ),
        "law:Straffeloven",
    ]
    known = [Name(name.split(":")[1], name.replace(" ", "-"), False, True) for name in names]
    source = source_of(text)
    mentions, ambiguous = find_mentions(source, known, WORDS)
    assert [source.flow.slice(mention.span) for mention in mentions] == found
    assert ambiguous == []


def test_a_name_of_several_nodes_names_the_one_that_prefers_it_or_none() -> None:
    names = [
        Name("Skoler", "actor:skoler", True, True),
        Name("skoler", "actor:estiske-skoler", True, False),
        Name("Nettet", "actor:a", False, True),
        Name("Nettet", "actor:b", False, True),
        Name("Ung.no", "actor:ung", False, True),
        Name("Ung.no", "x:ung", False, True),
    ]
    mentions, ambiguous = find_mentions(source_of("Alle skoler bruker Nettet og Ung.no"), names, WORDS)
    assert [mention.node for mention in mentions] == ["actor:skoler", "actor:ung", "x:ung"]
    assert ambiguous == ["Nettet (actor:a, actor:b)"]


def test_links_without_measures_belong_to_none() -> None:
    (link,) = place_links(source_of("https://a.example/b\n"), [])
    assert (link.key, link.sure) == (None, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_the_words_that_the_readers_ask_for(language: str) -> None:
    words = load(language)
    for table, keys in {
        "headings": ("measure", "area"),
        "labels": ("status", "responsible"),
        "status": ("completed", "ongoing"),
        "names": ("endings", "and"),
        "references": ("seen",),
        "actors": ("title", "ministry"),
        "table": ("header",),
        "sentences": ("abbreviations",),
    }.items():
        assert all(words[table][key] for key in keys), (language, table)


# --- files


def test_ingest_writes_four_files_and_the_same_bytes_again(data: Path, tmp_path: Path) -> None:
    report = ingest(tmp_path / "report.txt", SLUG, data=data)
    folder = data / SLUG
    first = {name: (folder / name).read_bytes() for name in (*FILES, MANIFEST)}
    assert (report["source"], report["date"], report["found"]["measures"]) == ("rapport-2021", "2021", 6)
    assert json.loads(first[MANIFEST]) == report
    for name in FILES:
        assert list(parse(folder / name))
    ingest(tmp_path / "report.txt", SLUG, data=data)
    assert {name: (folder / name).read_bytes() for name in first} == first
    shutil.rmtree(tmp_path / "other", ignore_errors=True)
    ingest(tmp_path / "report.txt", SLUG, data=data, out=tmp_path / "other")
    assert {name: (tmp_path / "other" / name).read_bytes() for name in first} == first
    assert sorted(file.name for file in folder.iterdir()) == sorted((*FILES, MANIFEST, "plan.ttl"))


def test_what_people_wrote_survives_reading_again(data: Path, tmp_path: Path) -> None:
    ingest(tmp_path / "report.txt", SLUG, data=data)
    own = data / SLUG / "area-1.ttl"
    own.write_text(
        "@prefix ev: <https://w3id.org/plangraph/evidence/rapport-2021/> .\n"
        "@prefix pg: <https://w3id.org/plangraph/ns#> .\n"
        "@prefix x: <https://w3id.org/plangraph/thing/> .\n"
        "x:film pg:evidence ev:1897-1968 .\n",
        encoding="utf-8",
    )
    before = own.read_bytes()
    report = ingest(tmp_path / "report.txt", SLUG, data=data)
    assert own.read_bytes() == before
    evidence = data / SLUG / "evidence.ttl"
    assert "ev:1897-1968 a oa:SpecificResource" in evidence.read_text(encoding="utf-8")
    written = evidence.read_bytes()
    evidence.write_text("", encoding="utf-8")
    assert write_evidence(tmp_path / "report.txt", SLUG, data=data) == report["spans"]
    assert evidence.read_bytes() == written


def test_evidence_is_written_anew_in_the_language_of_the_report(tmp_path: Path) -> None:
    report, data = tmp_path / "report.txt", tmp_path / "data"
    measure = (
        "Measure {0}. Guide the schools\n\nThe Dept. of Health shall write a guide, bl.a. for schools. It is new.\n\n"
        "Status: Completed\n\nResponsible: Ministry of Health\n\nThe guide, bl. a. for schools, is out. It is new.\n\n"
    )
    report.write_text("".join(map(measure.format, (1, 2))), encoding="utf-8")
    data.mkdir()
    ingest(report, "plan", data=data, language="en")
    evidence = data / "plan/evidence.ttl"
    written = evidence.read_bytes()
    assert written.count(b"oa:SpecificResource") >= 3
    write_evidence(report, "plan", data=data)
    assert evidence.read_bytes() == written


def refused(data: Path, what: str, report: Path, plan: str = SLUG, **options: Any) -> None:
    before = {file: file.read_bytes() for file in data.rglob("*") if file.is_file()}
    with pytest.raises(UsageError, match=what) as caught:
        ingest(report, plan, data=data, **options)
    assert caught.value.mend
    assert {file: file.read_bytes() for file in data.rglob("*") if file.is_file()} == before


def test_nothing_is_overwritten_that_others_made(data: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    ingest(report, SLUG, data=data)
    other = tmp_path / "another.txt"
    other.write_text(REPORT.replace("900 elever", "901 elever"), encoding="utf-8")
    refused(data, "read from another file", other)
    refused(data, "holds the plan", report, source_slug="another-report")
    refused(data, "read from another file of 'rapport-2021'", other, out=tmp_path / "trial")
    ingest(other, SLUG, data=data, out=tmp_path / "trial", source_slug="another-report")
    skeleton = data / SLUG / "skeleton.ttl"
    made = skeleton.read_text(encoding="utf-8")
    skeleton.write_text(made + "# mine\n", encoding="utf-8")
    refused(data, "edited after it was made", report)
    # A tool that writes other line ends has edited nothing.
    skeleton.write_text(made, encoding="utf-8", newline="\r\n")
    assert ingest(report, SLUG, data=data)["source"] == "rapport-2021"
    assert skeleton.read_bytes() == made.encode("utf-8")
    (data / SLUG / MANIFEST).unlink()
    refused(data, "nothing says that they were made by reading", report)


@pytest.mark.parametrize(
    ("plan", "options", "what"),
    [
        ("Not A Slug", {}, "not a slug"),
        ("../up", {}, "not a slug"),
        (SLUG, {"source_slug": "Å"}, "not a slug"),
        (SLUG, {"date": "2021-13"}, "not a date"),
        (SLUG, {"language": "se"}, "no words"),
    ],
)
def test_bad_options(data: Path, tmp_path: Path, plan: str, options: dict[str, str], what: str) -> None:
    refused(data, what, tmp_path / "report.txt", plan, **options)


def test_a_text_with_fewer_than_two_measures_gives_a_report_and_no_graph(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.txt"
    file.write_text(
        "Tiltak 1. Male gangfelt\n\nDet er malt.\n\nStatus: Ferdigstilt\nFremdrift: god\n", encoding="utf-8"
    )
    before = sorted(data.rglob("*"))
    with pytest.raises(ReadingError, match="no reader found two measures") as caught:
        ingest(file, SLUG, data=data)
    assert caught.value.exit_code == 1
    assert [note["what"] for note in caught.value.report["notes"]] == ["unknown label"]
    assert main(["ingest", str(file), "--plan", SLUG, "--data", str(data)]) == 1
    said = capsys.readouterr()
    assert "Fremdrift" in said.out
    assert "no reader found two measures" in said.err
    assert sorted(data.rglob("*")) == before


def test_a_list_of_numbers_is_no_plan(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("Å huske:\n1. Melk\n2. Brød\n3. Ost\n", encoding="utf-8")
    with pytest.raises(ReadingError):
        ingest(file, SLUG, data=data)


def test_headings_without_a_label_word_are_read_when_they_state_a_status(ours: Registry) -> None:
    text = re.sub(r"(?m)^Tiltak (\d)(?: ?([ab])\))?\.?", lambda m: f"{m[1]}{m[2] or ''}.", REPORT)
    reading = read(source_of(text), WORDS, ours, "2021")
    assert reading.reader == "numbered headings"
    assert [m.name for m in reading.measures] == ["1", "2", "3", "3a", "3b", "4"]
    assert [[s.code for s in m.statuses] for m in reading.measures] == [
        ["completed"], ["ongoing"], [], ["completed"], ["ongoing"], ["completed"],
    ]  # fmt: skip


# --- PDF


def test_a_pdf_gives_the_same_skeleton_with_page_numbers(data: Path, tmp_path: Path, ours: Registry) -> None:
    pytest.importorskip("pypdfium2")
    lines = REPORT.split("\n")
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf(["\n".join(lines[:40]), "\n".join(lines[40:70]), "\n".join(lines[70:])]))
    source = read_source(file)
    assert source.page_starts == (0, *(place + 1 for place, sign in enumerate(source.text) if sign == "\f"))
    assert len(source.page_starts) == 3
    assert structure(read(source, WORDS, ours, "2021")) == structure(read(source_of(REPORT), WORDS, ours, "2021"))
    out = tmp_path / "out"
    ingest(file, SLUG, data=data, out=out)
    evidence = (out / "evidence.ttl").read_text(encoding="utf-8")
    (vest,) = find_words(source, "Kommunene deler ut vester.")
    assert source.page(vest.start) == 3
    pages = Counter(re.findall(r"pg:page (\d+)", evidence))
    assert set(pages) == {"1", "2", "3"}
    assert "side 3" in evidence


def test_pdfs_that_cannot_be_read(tmp_path: Path) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    empty = tmp_path / "pictures.pdf"
    empty.write_bytes(pdf([""]))
    with pytest.raises(UsageError, match="no text layer"):
        read_source(empty)
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(pdf([REPORT[:200]])[:300])
    with pytest.raises(UsageError, match=r"damaged|no text layer"):
        read_source(damaged)
    assert pypdfium2


def test_an_encrypted_pdf_asks_for_a_password(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2")
    # RC4, 40 bits; the owner and user entries fit no empty password, so that any reader must ask for one.
    plain = pdf(["Tiltak 1. Hemmelig"])
    key = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (b"41" * 32, b"42" * 32)
    secret = plain.replace(b"/Root 1 0 R", b"/Root 1 0 R /ID [<00112233> <00112233>] /Encrypt " + key)
    file = tmp_path / "secret.pdf"
    file.write_bytes(secret)
    with pytest.raises(UsageError, match="password"):
        read_source(file)


# --- the real report


def test_the_report_is_read_to_the_last_measure(real: Reading) -> None:
    assert real.reader == "labelled headings"
    numbers = {18: "abc", 22: "abc", 24: "abcd", 25: "ab", 27: "ab"}
    names = [name for n in range(1, 29) for name in [str(n), *(f"{n}{letter}" for letter in numbers.get(n, ""))]]
    assert [measure.name for measure in real.measures] == names
    assert len(names) == 42
    assert all(measure.heading and measure.row for measure in real.measures)
    areas = {1: range(1, 9), 2: range(9, 13), 3: range(13, 21), 4: range(21, 26), 5: range(26, 29)}
    assert all(measure.number in areas[measure.area or 0] for measure in real.measures)
    for measure in real.measures:
        if measure.number in numbers and not measure.letter:
            assert (measure.statuses, measure.answers) == ((), ())
        else:
            assert [len(status.spans) for status in measure.statuses] == [2], measure.name
            assert [len(answer.spans) for answer in measure.answers] == [2], measure.name
    ongoing = [m.name for m in real.measures if m.statuses and m.statuses[0].code == "ongoing"]
    assert ongoing == ["6", "22a", "22c", "24d", "25a", "25b"]
    assert Counter(a.node for m in real.measures for a in m.answers) == {
        "actor:kd": 14, "actor:bfd": 8, "actor:jd": 8, "actor:hod": 4, "actor:asd": 1, "actor:kud": 1, "actor:ud": 1,
    }  # fmt: skip
    differ = [m.name for m in real.measures if m.heading and m.row and m.heading.title != m.row.title]
    assert differ == ["9", "10", "15", "18", "20", "22", "22a", "24c", "24d", "28"]
    assert tally(real.measures) == {"total": 28, "ongoing": 4, "completed": 24}
    assert [(count.what, count.number) for count in real.counts] == [("total", 28), ("ongoing", 4), ("completed", 24)]


def test_the_references_links_and_front_matter_of_the_report(real: Reading) -> None:
    assert [(r.giver, r.target, r.seen) for r in real.references] == [
        ((18, ""), (13, ""), True),
        ((19, ""), (18, ""), False),
        ((20, ""), (21, ""), False),
        ((23, ""), (14, ""), True),
        ((24, "d"), (22, "a"), False),
        ((24, "d"), (22, "a"), True),
        ((25, "b"), (25, "a"), False),
    ]
    assert len({(r.giver, r.target) for r in real.references}) == 6
    # By hand, block by block: the number of distinct links of each measure.
    by_hand = {"7": 1, "8": 1, "10": 1, "11": 1, "12": 2, "13": 1, "17": 1, "18a": 2, "18b": 1, "18c": 6, "19": 4,
               "20": 1, "21": 2, "22a": 1, "22b": 1, "22c": 1, "26": 6, "28": 1}  # fmt: skip
    placed = {(link.url, link.key) for link in real.links}
    assert Counter(f"{key[0]}{key[1]}" for _, key in placed if key) == by_hand
    assert len({url for url, _ in placed}) == 32
    twice = sorted(url for url, count in Counter(url for url, _ in placed).items() if count == 2)
    assert twice == ["https://kjonnslemlestelse.nkvts.no/", "https://www.imdi.no/nora/"]
    owner = {
        m.name: (m.parts[0].span.start, [p for p in m.parts if p.kind != "overview-row"][-1].span.end)
        for m in real.measures
    }
    elsewhere = {
        link.url
        for link in real.links
        if link.key
        and not owner[f"{link.key[0]}{link.key[1]}"][0] <= link.span.start < owner[f"{link.key[0]}{link.key[1]}"][1]
    }
    assert len(elsewhere) == 16
    assert [
        (t.label, t.giver.split("(")[-1][:3].strip(")"), t.taker.split("(")[-1][:3].strip(")")) for t in real.transfers
    ] == [
        ("integrering", "JD", "KD"),
        ("tro og livssyn", "KUD", "BFD"),
        ("likestilling og diskriminering", "BFD", "KUD"),
    ]
    assert Counter(body.ministry is None for body in real.listed) == {True: 7, False: 10}


# The report's ministries and directorates named in five measures, counted by hand on the printed text.
BY_HAND = {
    "8": {"kd": 1, "udir": 1, "imdi": 1, "bufdir": 1, "pod": 1},
    "18b": {"bufdir": 6, "imdi": 4, "kd": 1, "helsedirektoratet": 1, "udi": 1, "pod": 1, "udir": 1,
            "arbeids-og-velferdsdirektoratet": 1},
    "19": {"imdi": 8, "bufdir": 3, "kd": 1},
    "23": {"imdi": 6, "hod": 1, "bufdir": 1, "helsedirektoratet": 1},
    "27a": {"imdi": 6, "bufdir": 2, "ud": 2, "helsedirektoratet": 1, "udir": 1, "kd": 1},
}  # fmt: skip
MINISTRIES = ("asd", "bfd", "hod", "jd", "kud", "kd", "ud")
DIRECTORATES = (
    "arbeids-og-velferdsdirektoratet", "bufdir", "helsedirektoratet", "pod", "udi", "srf", "imdi", "kompetanse-norge",
    "udir", "norad",
)  # fmt: skip


def named(real: Reading) -> dict[str, Counter[str]]:
    """Measure → how often each ministry and directorate is named in its section."""
    found = {}
    for measure in real.measures:
        body = [part.span for part in measure.parts if part.kind != "overview-row"]
        found[measure.name] = Counter(
            mention.node.removeprefix("actor:")
            for mention in real.mentions
            if body[0].start <= mention.span.start < body[-1].end
            and mention.node.removeprefix("actor:") in (*MINISTRIES, *DIRECTORATES)
        )
    return found


def test_mentions_against_five_measures_counted_by_hand(real: Reading) -> None:
    found = named(real)
    wanted = Counter({(m, actor): n for m, counts in BY_HAND.items() for actor, n in counts.items()})
    got = Counter({(m, actor): n for m in BY_HAND for actor, n in found[m].items()})
    right = (wanted & got).total()
    assert wanted.total() == 55
    assert right / got.total() >= 0.98
    assert right / wanted.total() >= 0.98


def test_the_questions_that_rest_on_mentions(real: Reading) -> None:
    by_measure = {name: set(counts) for name, counts in named(real).items()}
    measures = {actor: {m for m, held in by_measure.items() if actor in held} for actor in (*MINISTRIES, *DIRECTORATES)}
    assert [actor for actor in DIRECTORATES if not measures[actor]] == ["norad"]
    most = sorted(measures, key=lambda actor: -len(measures[actor]))
    assert [(actor, len(measures[actor])) for actor in most[:5]] == [
        ("kd", 15), ("imdi", 13), ("bufdir", 12), ("jd", 11), ("bfd", 8),
    ]  # fmt: skip
    assert measures["imdi"] & measures["bufdir"] == {"8", "9", "18b", "19", "23", "27a"}
    together = {m: held & set(DIRECTORATES) for m, held in by_measure.items()}
    assert max(together, key=lambda m: len(together[m])) == "18b"
    assert sorted(len(held) for held in together.values())[-2:] == [4, 7]
    government = {
        m.name
        for m in real.measures
        for mention in real.mentions
        if mention.node == "actor:regjeringen" and m.parts[0].span.start <= mention.span.start < m.parts[-2].span.end
    }
    assert len(government) == 10


@pytest.mark.parametrize("form", FORMS)
def test_a_change_of_form_leaves_the_reading_of_the_report_unchanged(form: str, real: Reading) -> None:
    changed = FORMS[form](real.source.text)
    assert changed != real.source.text
    again = structure(read(source_of(changed), WORDS, read_registry(ROOT / "data"), "2021"))
    assert again == structure(real)


def test_the_committed_files_are_what_reading_writes(report_path: Path, tmp_path: Path) -> None:
    ingest(report_path, REAL, data=ROOT / "data", out=tmp_path)
    for name in (*FILES, MANIFEST):
        assert (tmp_path / name).read_bytes() == (ROOT / "data" / REAL / name).read_bytes(), name


def test_the_report_is_read_in_less_than_a_second(report_path: Path) -> None:
    registry = read_registry(ROOT / "data")
    times = []
    for _ in range(3):
        start = time.process_time()
        read(read_source(report_path), WORDS, registry, "2021")
        times.append(time.process_time() - start)
    assert min(times) < 1


# --- the command line


def test_the_reading_commands(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = str(tmp_path / "report.txt")
    assert main(["ingest", report, "--plan", SLUG, "--data", str(data)]) == 0
    assert "the report's totals (total 4, ongoing 2, completed 2) hold" in capsys.readouterr().out
    assert main(["locate", "Alle gangfelt er malt.", "--source", report, "--data", str(data)]) == 0
    assert capsys.readouterr().out == (
        "ev:1164-1186  tiltak 1, resultat, avsnitt 1, setning 1: Alle gangfelt er malt.\n"
    )
    assert main(["locate", "Alle gangfelt er malt.", "--source", report, "--data", str(data), "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("ev:1164-1186  measure 1, result text, paragraph 1, sentence 1: ")
    assert main(["locate", "finnes ikke her", "--source", report, "--data", str(data)]) == 2
    assert "do not stand in the report" in capsys.readouterr().err
    assert main(["coverage", "--source", report, "--data", str(data)]) == 0
    assert re.search(r"4 of \d+ sentences are covered", capsys.readouterr().out)
    assert main(["evidence", "1-status", "--source", report, "--data", str(data)]) == 0
    assert "[Status: Ferdigstilt]" in capsys.readouterr().out
    assert main(["evidence", "1-status", "--data", str(data)]) == 0
    assert "tiltak 1, statuslinjer: Status: Ferdigstilt" in capsys.readouterr().out
    assert main(["evidence", "1-status", "--data", str(data), "--lang", "en"]) == 0
    assert "measure 1, status lines: Status: Ferdigstilt" in capsys.readouterr().out
    assert main(["evidence", "--source", report, "--data", str(data)]) == 0
    assert "0 lost" not in capsys.readouterr().out
    changed = tmp_path / "changed.txt"
    changed.write_text(REPORT.replace("Halvparten har fått vest, jf. tiltak 3a.", ""), encoding="utf-8")
    assert main(["evidence", "--source", str(changed), "--data", str(data)]) == 1
    said = capsys.readouterr().out
    assert "lost: ev:2105-2145 (plan/skolevei-2018-2021/claim/3b-ref-3a)" in said
    assert main(["evidence", "--write", "--source", str(changed), "--data", str(data)]) == 2


def test_the_names_of_the_things_of_a_plan_are_known_to_that_plan(tmp_path: Path) -> None:
    from plangraph.ingest.registry import read_registry

    for folder, name in (("", "Filmen"), ("a/", "Midlene")):
        (tmp_path / folder).mkdir(exist_ok=True)
        label = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
        (tmp_path / folder / "things.ttl").write_text(
            f'<https://w3id.org/plangraph/thing/{name.lower()}> {label} "{name}"@nb .', encoding="utf-8"
        )
    assert [known.node for known in read_registry(tmp_path, "a").names] == ["x:filmen", "x:midlene"]
    assert [known.node for known in read_registry(tmp_path, "b").names] == ["x:filmen"]
