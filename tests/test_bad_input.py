"""What a person can get wrong: one line or a short table that says what, where and what to do."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import plangraph
from conftest import ROOT
from plangraph.errors import PlangraphError
from plangraph.paths import Tree

Run = Callable[..., tuple[int, str, str]]
CLAIM = "c:new a pg:Claim ; rdf:subject m:1 ; rdf:predicate dct:issued ;"

# name → (text added to area-1.ttl, what the table says)
FAULTS = {
    "unknown role": (
        "m:1 cv:hasParticipation p:new . p:new cv:hasParticipant actor:org ; cv:role role:inventor ; "
        "pg:stage stage:reported ; pg:evidence ev:0-10 .",
        "inventor",
    ),
    "role triple by hand": ("m:1 pg:developer actor:org .", "plain triple"),
    "claim without evidence": (f'{CLAIM} rdf:object "2020"^^edtf:EDTF ; pg:stage stage:reported .', "claim/new"),
    "claim without stage": (f'{CLAIM} rdf:object "2020"^^edtf:EDTF ; pg:evidence ev:0-10 .', "claim/new"),
    "span out of range": (
        "m:1 pg:evidence ev:990-1010 . ev:990-1010 a oa:SpecificResource ; oa:hasSource source:note ; "
        "oa:hasSelector pos:990-1010 . pos:990-1010 a oa:TextPositionSelector ; oa:start 990 ; oa:end 1010 .",
        "990-1010",
    ),
    "span of another source": (
        "m:1 pg:evidence <https://w3id.org/plangraph/evidence/other/1-2> . "
        "<https://w3id.org/plangraph/evidence/other/1-2> a oa:SpecificResource ; oa:hasSource source:other ; "
        "oa:hasSelector pos:0-10 .",
        "other",
    ),
    "span without a digest": (
        f'{CLAIM} rdf:object "2020"^^edtf:EDTF ; pg:stage stage:reported ; pg:evidence ev:7-9 .',
        "7-9",
    ),
    "two measures with one number": (
        'm:3 a pg:Measure ; dct:identifier "2" ; pg:number 2 ; dct:isPartOf area:1 ; pg:evidence ev:0-10 ; '
        'skos:prefLabel "Tre"@nb, "Three"@en .',
        "same dct:identifier",
    ),
    "undefined own term": ("m:1 pg:inventedProperty actor:org .", "inventedProperty"),
    "undefined code": (
        f"{CLAIM} rdf:object status:finished ; pg:stage stage:reported ; pg:evidence ev:0-10 .",
        "finished",
    ),
    "undescribed actor": ("c:new pg:evidence ev:0-10 . m:1 dct:references actor:nobody .", "nobody"),
    "date that does not exist": (
        f'{CLAIM} rdf:object "2020-02-30"^^xsd:date ; pg:stage stage:reported ; pg:evidence ev:0-10 .',
        "2020-02-30",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_data_is_named_with_its_place(name: str, little: Tree, run: Run) -> None:
    addition, expected = FAULTS[name]
    area = little.data / "little/area-1.ttl"
    area.write_text(area.read_text(encoding="utf-8") + addition + "\n", encoding="utf-8")
    status, out, err = run("validate", "--data", little.data)
    assert status == 1, out + err
    assert expected in out
    assert run("build", "--data", little.data, "--out", little.data.parent / "out")[0] == 1
    assert not (little.data.parent / "out").exists()


def test_the_little_plan_itself_conforms(little: Tree, run: Run) -> None:
    assert len(FAULTS) == 12
    status, out, err = run("validate", "--data", little.data)
    assert status == 0, out + err


def test_syntax_error_names_file_and_line(little: Tree, run: Run) -> None:
    area = little.data / "little/area-1.ttl"
    lines = area.read_text(encoding="utf-8").splitlines()
    area.write_text("\n".join([*lines, "m:9 a pg:Measure ;; dct:identifier ."]), encoding="utf-8")
    status, _, err = run("build", "--data", little.data, "--out", little.data.parent / "out")
    assert status == 1
    assert f"{area}:{len(lines) + 1}:" in err
    assert "^" in err


def test_latin_1_names_file_and_line(little: Tree, run: Run) -> None:
    (little.data / "actors.ttl").write_bytes("# Bærum\n".encode("latin-1"))
    status, _, err = run("validate", "--data", little.data)
    assert status == 1
    assert "actors.ttl:1: the file is not UTF-8" in err


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("query", "mesure"), "did you mean"),
        (("qery",), "did you mean query?"),
        (("show", "imdy"), "did you mean"),
        (("query", "money", "--colour", "red"), "no parameter 'colour'"),
        (("build", "--data", "nowhere"), "there is no directory nowhere"),
        (("build", "--data", "out"), "holds no plan"),
        (("validate", "nowhere.ttl"), "cannot read the file"),
        (("build", "--speed", "high"), "unknown option"),
    ],
)
def test_what_cannot_run_ends_with_2_and_a_mend(words: tuple[str, ...], expected: str, run: Run) -> None:
    status, out, err = run(*words)
    assert status == 2
    assert out == ""
    assert expected in err
    assert "→" in err


@pytest.mark.usefixtures("home")
def test_a_query_with_a_syntax_error_names_line_and_column(tmp_path: Path, run: Run) -> None:
    query = tmp_path / "wrong.rq"
    query.write_text("SELECT ?s\nWHERE { ?s ?p }\n", encoding="utf-8")
    status, _, err = run("query", query)
    assert status == 2
    assert re.search(rf"{re.escape(str(query))}:[23]:\d+", err)
    assert "^" in err


def test_a_query_that_takes_too_long_is_really_stopped(home: Path, tmp_path: Path) -> None:
    query = tmp_path / "slow.rq"
    query.write_text("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", encoding="utf-8")
    words = [sys.executable, "-m", "plangraph", "query", str(query), "--timeout", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    # Without a limit it would go on for hours.
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, env=environment, cwd=home)
    assert done.returncode == 2
    assert "stopped after 1 s" in done.stderr


@pytest.mark.parametrize(
    ("mend", "expected"),
    [
        ("add --measure … --year …", "add measure=… year=…"),
        ("leave --plan out", "leave plan out"),
        ("give --seed 1, for example", "give seed=1, for example"),
        ("name it with --source-slug", "name it with source_slug"),
        ("see them all with 'plangraph query --list'", "see them all with plangraph.questions()"),
        ("run 'plangraph build', or give --data DIR", "run plangraph.build(), or give data=DIR"),
        # What only the command line can do stays as it is.
        ("'plangraph load --store DIR', then --store DIR", "'plangraph load --store DIR', then store=DIR"),
        ("run: plangraph ingest REPORT --plan mine", "run: plangraph ingest REPORT --plan mine"),
        ("choose nb or en", "choose nb or en"),
    ],
)
def test_hints_speak_the_language_of_whoever_asked(mend: str, expected: str) -> None:
    error = PlangraphError("this went wrong", where="there", mend=mend)
    assert str(error) == f"there: this went wrong\n  → {expected}"
    assert error.told() == f"there: this went wrong\n  → {mend}"


@pytest.mark.usefixtures("home")
def test_no_hint_of_a_function_names_an_option_of_the_command_line() -> None:
    calls: list[Callable[[], object]] = [
        lambda: plangraph.query("responsible-ministry"),
        lambda: plangraph.query("money-by-year-x"),
        lambda: plangraph.query("events-in-period", start="x", end="2019-01-01"),
        lambda: plangraph.query("most-active-actors", evidence=True),
        lambda: plangraph.questions("nothing"),
        lambda: plangraph.questions(5),  # type: ignore[arg-type]
        lambda: plangraph.describe("xyzzy"),
        lambda: plangraph.cite("xyzzy"),
        lambda: plangraph.build_network("hierarchy", plan="x"),
        lambda: plangraph.build_network("collaboration", unti="entry"),
        lambda: plangraph.build_network("collaboration", unknown=1),
        lambda: plangraph.analyze("collaboration", seed="x"),  # type: ignore[arg-type]
        lambda: plangraph.analyze("collaboration", "nowhere"),
        lambda: plangraph.build("nowhere"),
        lambda: plangraph.validate(data="nowhere"),
        lambda: plangraph.query("events", source="nowhere.txt"),
    ]
    for call in calls:
        with pytest.raises(PlangraphError) as caught:
            call()
        assert not re.search(r"--\w|plangraph \w+ --", str(caught.value)), str(caught.value)
