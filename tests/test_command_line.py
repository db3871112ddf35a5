"""What holds for every command: where it writes, in what format, how it ends, and what it says of a mistake."""

import argparse
import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT
from plangraph import output
from plangraph.cli.graph import GRAPHS, TABLES
from plangraph.cli.options import form_of, positive, whole
from plangraph.errors import UsageError
from plangraph.paths import Tree
from sample_report import REPORT

Run = Callable[..., tuple[int, str, str]]
CROSS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d) } ORDER BY ?i"


def program(*words: object, cwd: Path = ROOT, **extra: object) -> subprocess.CompletedProcess[str]:
    """Run the command line as a program of its own."""
    command = [sys.executable, "-m", "plangraph", *map(str, words)]
    settings = {"capture_output": True, "text": True, "timeout": 120, "cwd": cwd, **extra}
    return subprocess.run(command, **settings)  # type: ignore[call-overload, no-any-return]


# --- where it writes


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a copy of the package that holds its data, as an installed one does."""
    place = tmp_path_factory.mktemp("installed")
    shutil.copytree(ROOT / "src/plangraph", place / "plangraph", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, place / "plangraph/share" / name)
    shutil.copytree(ROOT / "tests/little/data", place / "plangraph/share/data")
    return {**os.environ, "PYTHONPATH": str(place)}


def test_nothing_is_written_into_the_installed_package(installed: dict[str, str], tmp_path: Path) -> None:
    share = Path(installed["PYTHONPATH"]) / "plangraph/share"
    before = {file: file.read_bytes() for file in share.rglob("*") if file.is_file()}
    (tmp_path / "report.txt").write_text(REPORT, encoding="utf-8")
    sheet = program("code", "export", cwd=tmp_path, env=installed).stdout
    rows = list(csv.DictReader(sheet.splitlines()))
    assert rows
    rows[0]["note"] = "Changed"
    with (tmp_path / "sheet.csv").open("w", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    commands = (
        ("ingest", "report.txt", "--plan", "new-plan"),
        ("code", "import", "sheet.csv"),
        ("format",),
        ("export", "--to", share / "data/graph.ttl"),
        ("tables", "--out", share / "tables"),
        ("data", share / "copy"),
    )
    for words in commands:
        done = program(*words, cwd=tmp_path, env=installed)
        assert done.returncode == 2, (words, done.stdout, done.stderr)
        assert "belongs to the installed package" in done.stderr
        assert "--data DIR" in done.stderr
    assert {file: file.read_bytes() for file in share.rglob("*") if file.is_file()} == before
    built = program("build", "--lang", "en", cwd=tmp_path, env=installed)
    assert f"Read from {share / 'data'} (came with the package)" in built.stdout


def test_a_copy_of_the_data_can_be_edited(installed: dict[str, str], tmp_path: Path) -> None:
    done = program("data", "mine/data", cwd=tmp_path, env=installed)
    assert done.returncode == 0, done.stderr
    assert str((tmp_path / "mine/data").resolve()) in done.stdout
    assert (tmp_path / "mine/data/little/area-1.ttl").is_file()
    assert program("data", "mine/data", cwd=tmp_path, env=installed).returncode == 2
    assert program("format", "--data", "mine/data", cwd=tmp_path, env=installed).returncode == 0
    told = program("data", "--data", "mine/data", cwd=tmp_path, env=installed)
    assert told.stdout == f"{(tmp_path / 'mine/data').resolve()}\n"


def test_ingest_says_what_it_wrote_and_what_is_next(tmp_path: Path, run: Run) -> None:
    (tmp_path / "report.txt").write_text(REPORT, encoding="utf-8")
    data = tmp_path / "data"
    status, _, err = run("ingest", tmp_path / "report.txt", "--plan", "new", "--data", data, "--date", "2021-06")
    assert status == 0
    for name in ("skeleton.ttl", "mentions.ttl", "evidence.ttl", "reading.json"):
        assert str(data.resolve() / "new" / name) in err
    assert f"next, write {data.resolve() / 'new/plan.ttl'}" in err
    text = err[err.index("@prefix") :].replace("…", "Navn")
    (data / "new/plan.ttl").write_text(text, encoding="utf-8")
    status, out, _ = run("validate", "--data", data)
    assert "plan.ttl" not in out
    assert "one source that exists" not in out
    assert "next, write" not in run("ingest", tmp_path / "report.txt", "--plan", "new", "--data", data)[2]


@pytest.mark.usefixtures("home")
def test_a_folder_that_is_not_there_is_not_made_and_the_option_is_named_rightly(tmp_path: Path, run: Run) -> None:
    for words in (
        ("export", "--to", tmp_path / "none/x.ttl"),
        ("query", "money", "--save", tmp_path / "none/x.csv"),
        ("dcat", "--to", tmp_path / "none/x.ttl"),
        ("network", "collaboration", "--to", tmp_path / "none/x.gexf"),
        ("code", "export", "--out", tmp_path / "none/x.csv"),
    ):
        status, _, err = run(*words)
        assert status == 2
        assert f"there is no folder {tmp_path / 'none'}" in err
        assert "--out" not in err
    assert not (tmp_path / "none").exists()


@pytest.mark.usefixtures("home")
def test_a_place_that_cannot_be_written_is_named_as_the_user_named_it(tmp_path: Path, run: Run) -> None:
    (tmp_path / "x.csv").mkdir()
    status, _, err = run("query", "money", "--save", tmp_path / "x.csv")
    assert status == 2
    assert err.startswith(f"plangraph: {tmp_path / 'x.csv'}: cannot write")


# --- in what format


def test_the_ending_of_a_name_says_the_format() -> None:
    for endings, default in ((TABLES, "table"), (GRAPHS, "turtle")):
        assert form_of("--to", None, None, endings, default) == default
        assert form_of("--to", "name", None, endings, default) == default
        for form, known in endings.items():
            for ending in known:
                assert ending in endings[form_of("--to", f"a.b{ending.upper()}", None, endings, default)]
                assert form_of("--to", f"a{ending}", form, endings, default) == form
            assert form_of("--to", "a.dat", form, endings, default) == form
        with pytest.raises(UsageError, match="is not the name of a file"):
            form_of(
                "--to", f"a{endings[default][0]}", next(form for form in endings if form != default), endings, default
            )
        with pytest.raises(UsageError, match="no format is known"):
            form_of("--to", "a.pdf", None, endings, default)


@pytest.mark.usefixtures("home")
def test_files_hold_what_their_names_say(tmp_path: Path, run: Run) -> None:
    from python_calamine import CalamineWorkbook
    from rdflib import Graph

    for name in ("a.xlsx", "a.csv", "a.json", "a.txt"):
        assert run("query", "status-by-ministry", "--save", tmp_path / name)[0] == 0
    assert len(CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_index(0).to_python()) == 12
    assert len(list(csv.DictReader((tmp_path / "a.csv").open(encoding="utf-8")))) == 11
    assert len(json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))) == 11
    assert "──" in (tmp_path / "a.txt").read_text(encoding="utf-8")
    sizes = set()
    for name in ("g.ttl", "g.nt", "g.jsonld", "g.rdf"):
        assert run("export", "--select", "imdi", "--to", tmp_path / name)[0] == 0
        forms = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
        sizes.add(len(Graph().parse(tmp_path / name, format=forms[name[2:]])))
    assert len(sizes) == 1
    assert run("network", "collaboration", "--to", tmp_path / "n.gexf")[0] == 0
    assert "<gexf" in (tmp_path / "n.gexf").read_text(encoding="utf-8")
    assert run("network", "collaboration", "--to", tmp_path / "n")[0] == 0
    assert (tmp_path / "n/collaboration.graphml").is_file()
    for words in (
        ("query", "money", "--format", "csv", "--save", tmp_path / "b.xlsx"),
        ("export", "--format", "turtle", "--to", tmp_path / "b.jsonld"),
        ("export", "--to", tmp_path / "b.xlsx"),
        ("code", "export", "--out", tmp_path / "b.ods"),
        ("sample", "--out", tmp_path / "b.ods"),
        ("dcat", "--to", tmp_path / "b.jsonld"),
        ("network", "collaboration", "--to", tmp_path / "b.png"),
        ("network", "collaboration", "--format", "gexf", "--to", tmp_path / "b.graphml"),
    ):
        status, _, err = run(*words)
        assert status == 2, words
        assert "let the name end in" in err
    assert not list(tmp_path.glob("b.*"))


def test_the_formats_of_networks_are_those_that_are_written() -> None:
    from plangraph.cli.networks import FILES
    from plangraph.networks.files import FORMATS

    assert tuple(FILES) == FORMATS


# --- how it ends


def test_a_closed_pipe_does_not_change_the_verdict(little: Tree) -> None:
    (little.data / "little/evidence.ttl").write_text("", encoding="utf-8")
    faults = "".join(f"m:{n} a <https://w3id.org/plangraph/ns#Mistake> .\n" for n in range(5, 2000))
    head = "@prefix m: <https://w3id.org/plangraph/plan/little/measure/> .\n"
    (little.data / "little/area-2.ttl").write_text(head + faults, encoding="utf-8")
    for words in (("validate", "--data", little.data), ("build", "--data", little.data)):
        command = [sys.executable, "-m", "plangraph", *map(str, words)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=little.data.parent) as job:
            assert job.stdout
            assert job.stderr
            job.stdout.read(10)
            job.stdout.close()
            told = job.stderr.read().decode()
            assert job.wait(120) == 1, told
            assert "Traceback" not in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_full_disk_ends_in_a_sentence(home: Path) -> None:
    for words in (("query", "--list"), ("export", "--select", "imdi"), ("show", "imdi")):
        with Path("/dev/full").open("w") as full:
            done = program(
                *words,
                cwd=home,
                env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
                capture_output=False,
                stdout=full,
                stderr=subprocess.PIPE,
            )
        assert done.returncode == 2, words
        assert "No space left" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_query_is_stopped_at_once(tmp_path: Path) -> None:
    (tmp_path / "cross.rq").write_text(CROSS, encoding="utf-8")
    command = [sys.executable, "-m", "plangraph", "query", str(tmp_path / "cross.rq")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=ROOT) as job:
        time.sleep(3)
        assert job.poll() is None
        start = time.monotonic()
        job.send_signal(signal.SIGINT)
        assert job.wait(30) == 130
        assert time.monotonic() - start < 5
        assert job.stderr
        assert job.stderr.read().decode().splitlines()[-1] == "plangraph: stopped"


def test_ctrl_c_while_the_program_is_loaded_prints_no_traceback() -> None:
    interrupted = """
import runpy, sys
class Finder:
    def find_spec(self, name, path, target=None):
        if name == wanted:
            raise KeyboardInterrupt
wanted, sys.argv[1:] = sys.argv[1], sys.argv[2:]
sys.meta_path.insert(0, Finder())
runpy.run_module("plangraph", run_name="__main__")
"""
    for module in ("plangraph.cli", "plangraph.errors", "plangraph.cli.graph", "plangraph.queries", "pyoxigraph"):
        call = [sys.executable, "-c", interrupted, module, "query", "status-by-ministry"]
        done = subprocess.run(call, capture_output=True, text=True, cwd=ROOT, timeout=60)
        assert (done.returncode, done.stdout, done.stderr) == (130, "", "plangraph: stopped\n"), module


def test_numbers_of_options_have_limits() -> None:
    assert positive("0.5") == 0.5
    assert whole(0, 65535)("8000") == 8000
    for text in ("0", "-5", "inf", "nan", "x"):
        with pytest.raises(argparse.ArgumentTypeError, match="greater than zero"):
            positive(text)
    for text in ("-1", "65536", "1.5", "x", "9" * 5000):
        with pytest.raises(argparse.ArgumentTypeError, match="from 0 to 65535"):
            whole(0, 65535)(text)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("sample", "-n", "-3"), "-3 is not a whole number from 1"),
        (("sample", "--check", "/nonexist.csv"), "/nonexist.csv"),
        (("format", "/nonexist.ttl"), "/nonexist.ttl: cannot read the file"),
        (("serve", "--port", "99999"), "from 0 to 65535"),
        (("query", "money", "--timeout", "-5"), "greater than zero"),
        (("tables", "--timeout", "0"), "greater than zero"),
        (("query", "/nonexist.rq"), "/nonexist.rq: cannot read the file"),
        (("query", "money", "--store", "/nonexist"), "no such file or folder"),
        (("query", "responsible-ministry", "--measure", "22b", "--measure", "23"), "--measure is given twice"),
    ],
)
def test_a_mistake_ends_with_2_and_is_named(words: tuple[str, ...], expected: str, run: Run) -> None:
    status, _, err = run(*words)
    assert status == 2
    assert expected in err


def test_a_query_that_is_not_utf_8_could_not_run(tmp_path: Path, run: Run) -> None:
    (tmp_path / "æ.rq").write_bytes("SELECT * { ?s ?p 'æ' }".encode("latin-1"))
    status, _, err = run("query", tmp_path / "æ.rq")
    assert status == 2
    assert "æ.rq:1: the file is not UTF-8" in err


def test_a_folder_without_a_built_graph_is_told(tmp_path: Path, run: Run) -> None:
    status, _, err = run("query", "status-by-ministry", "--out", tmp_path / "typo")
    assert status == 0
    assert f"{tmp_path / 'typo'}/.store is missing; answering from memory" in err


# --- what it says


@pytest.mark.usefixtures("home")
def test_the_help_of_a_question_tells_its_parameters(run: Run) -> None:
    status, out, _ = run("query", "responsible-ministry", "--lang", "en", "--help")
    assert status == 0
    assert "plangraph query responsible-ministry --measure …" in out
    assert "Which ministry is responsible for a measure?" in out
    assert "for example 1, 10, 11" in out
    assert run("query", "--help")[1].startswith("usage: plangraph query [-h]")
    assert run("query", "responsible-minstry", "--help")[0] == 2


def test_numbers_in_sentences() -> None:
    assert output.number(1361) == "1,361"
    assert output.number(1361, "nb") == "1\N{NO-BREAK SPACE}361"
    assert output.number(1234.56, "nb", 1) == "1\N{NO-BREAK SPACE}234,6"


def test_words_are_broken_only_where_the_width_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "Integrerings- og mangfoldsdirektoratet"
    rows = [{"ministry": name, "what": "word " * 40, "n": 1}]
    for width in (60, 80, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        text = output.table(["ministry", "what", "n"], rows)
        assert "mangfoldsdirektoratet" in text
        assert max(map(len, text.splitlines())) <= width
    assert max(map(len, text.splitlines())) > 120
    monkeypatch.setenv("COLUMNS", "30")
    assert max(map(len, output.table(["ministry", "what", "n"], rows).splitlines())) <= 30


def test_the_verdict_is_told_in_the_language_asked_for(little: Tree, run: Run) -> None:
    told = run("validate", "--data", little.data, "--lang", "nb")[1].splitlines()[-1]
    assert told.startswith("utsagn: ")
    assert told.endswith("dataene følger formene")
    assert run("validate", "--data", little.data)[1].splitlines()[-1].endswith(": conforms")


@pytest.mark.usefixtures("home")
def test_a_name_that_is_nothing_like_any_other_is_looked_for_in_the_lists(run: Run) -> None:
    for words in (("show", "xyzzy"), ("cite", "qqqq")):
        status, _, err = run(*words)
        assert status == 2
        assert "'plangraph show --list'" in err
        assert "query --list" not in err


# --- the wrong file


@pytest.mark.usefixtures("home")
def test_a_file_that_is_not_the_report_is_not_taken_for_it(tmp_path: Path, run: Run) -> None:
    readme = ROOT / "README.md"
    status, out, err = run("coverage", "--source", readme)
    assert (status, out) == (2, "")
    assert "not the file that was read" in err
    status, _, err = run("evidence", "14433-14485", "--source", readme)
    assert status == 1
    assert "1 span not in this file" in err
    status, out, err = run("query", "responsible-ministry", "--measure", "8", "--source", readme)
    assert (status, out) == (2, "")
    assert "none is in the file" in err
    assert run("sample", "--source", readme)[0] == 2
    assert run("ingest", readme, "--plan", "x", "--data", tmp_path)[0] == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("home")
def test_a_span_that_is_none_is_refused(run: Run) -> None:
    for span in ("1-2", "99999-1", "ev:5-9"):
        status, out, err = run("evidence", span)
        assert (status, out) == (2, "")
        assert "no fact rests on the span" in err
