"""Every block of code in the documentation is run as a reader would run it, or is in a list that says why not."""

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
from python_calamine import CalamineWorkbook

from conftest import ROOT, missing
from plangraph import __version__, building, stores
from plangraph.cli import main
from plangraph.loading import parse
from plangraph.paths import find_tree
from plangraph.queries import library

TEXTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "data/README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
Block = tuple[str, str, str]
Run = Callable[..., tuple[int, str, str]]
# Block or line of one → why it is not run here.
NOT_RUN = {
    "pip install . && plangraph build": "fetches packages; the gate installs the package before it runs the tests",
    "pip install '.[test]' && pytest": "is the run of the tests itself",
    "pip install .": "fetches packages; the gate installs the package before it runs the tests",
    "plangraph serve": "goes on until it is stopped; tests/serving starts it",
    "plangraph serve --port 8080 --seconds 5": "goes on until it is stopped; tests/serving starts it",
    "plangraph serve --store plans.store --host 0.0.0.0 --name plans.example.org": "listens to the whole network",
    "plangraph load --store http://localhost:7878/query": "needs a server; tests/test_stores.py starts one",
    "plangraph tables --store http://localhost:7878/query": "needs a server; tests/test_stores.py starts one",
    "plangraph ingest report.pdf --plan my-plan-2021-2024 --out /tmp/try --format json": (
        "needs the report as a PDF; tests/test_ingest.py makes one"
    ),
    "plangraph sample --check check.xlsx": "needs a sheet that a person has filled in; tests/test_sheet.py fills one",
    "plangraph code import sheet.xlsx --source report.txt": "would change the data on which the others rest",
    "plangraph code import things.xlsx sheet.xlsx --source report.txt": (
        "would change the data on which the others rest; tests/test_things.py takes two sheets in"
    ),
    "plangraph site --out site": "as the line after it, which is run; tests/pages writes it too",
    "plangraph build --figures": "draws for half a minute; tests/networks/test_figures.py draws each",
    "plangraph build --figures --plan eget-liv-2017-2020": "draws for half a minute, as the line before it",
    "plangraph evidence --source report.txt --write": "would change the data on which the others rest",
    "plangraph evidence --source other-copy.txt": "needs a second extraction; tests/test_evidence.py makes one",
}
NEEDS_REPORT = re.compile(r"\breport\.txt\b")
# What only a shell does: pipes, redirections, one command after another, the home folder.
OF_A_SHELL = re.compile(r"[|<>&;$~]")
# Line → words of what it prints, from the report or from the page where the line stands.
SAYS = {
    "plangraph evidence 14433-14485 --source report.txt": "tiltak 8, resultat, avsnitt 1, setning 3",
    "plangraph evidence 14433-14485": "tiltak 8, resultat, avsnitt 1, setning 3",
    "plangraph evidence 14433-14485 --lang en": "measure 8, result text, paragraph 1, sentence 3",
    "plangraph cite participation/8-imdi --lang en": "consulted: Directorate of Integration and Diversity (reported)",
    "plangraph cite participation/8-imdi": "Integrerings- og mangfoldsdirektoratet (rapportert)",
    "plangraph cite imdi --lang en": "Directorate of Integration and Diversity",
    "plangraph cite 18a --format bibtex": "@misc{",
    "plangraph cite claim/8-status --format csl": "status: ferdigstilt (rapportert)",
    "plangraph build": "42 tiltak",
    "plangraph validate": ": conforms",
    "plangraph validate my-plans/data": ": conforms",
    "plangraph validate out/graph.ttl --format json": "[]",
    "plangraph query --list": "responsible-ministry",
    "plangraph query --list --tag money": "money-by-year",
    "plangraph query responsible-ministry --measure 22b": "Kulturdepartementet",
    "plangraph query money --evidence --source report.txt": "21000000",
    "plangraph query my-question.rq": "18a",
    "echo 'SELECT * { ?s a pg:Measure } LIMIT 3' | plangraph query -": "──",
    "plangraph show imdi": "Integrerings- og mangfoldsdirektoratet",
    "plangraph show imdi --lang en": "Directorate of Integration and Diversity",
    "plangraph show 18a --lang en": "Campaigns",
    "plangraph show 23 --lang en": "Local and regional coordination",
    'plangraph show "Røde Kors" --format json': "participation/9-rodekors-kurs",
    "plangraph show --list": "measures",
    "plangraph show --list actors --format csv": "asd,Arbeids- og sosialdepartementet,departement",
    "plangraph show --list instruments --lang en": "campaign",
    "plangraph show --list directorate --format csv": "bufdir,",
    "plangraph format": "",
    "plangraph format --check": "",
    "plangraph data": "/data",
    "plangraph data own/data": "own/data",
    "plangraph data new/data --empty": "plangraph ingest REPORT --plan SLUG --data new/data",
    "plangraph network affiliation --unit number --groups in --format csv": "atv,15,1,",
    "plangraph analyze co-involvement": "Two actors are tied when both have an active role under the same measure",
    "plangraph analyze co-involvement --plan eget-liv-2017-2020": "Layer co-involvement",
    "plangraph analyze collaboration --unit number --stages reported announced": "Layer collaboration",
    "plangraph analyze co-mention --lang nb": "Nevnt i samme tiltak",
    "plangraph tables": "out/tables/measures.csv          42",
    "plangraph dcat": "dcat:Dataset",
    "plangraph ingest report.txt --plan my-plan-2021-2024 --source-slug report-2025 --date 2025": "skeleton.ttl",
    'plangraph locate "Teksten er laget … POD." --source report.txt': "ev:14433-14485",
    'plangraph locate "Bufdir" --source report.txt --format json': '"span": "5386-5392"',
    "plangraph coverage --source report.txt": "sentences are covered",
    "plangraph coverage --source report.txt --measure 18a": "23 of 23 sentences are covered",
    "plangraph code import sheet.xlsx --source report.txt --dry-run": "nothing to change",
    "plangraph agreement first.csv second.csv": "1.000",
    "plangraph agreement first.csv second.csv --source report.txt": "1.000",
    "plangraph agreement first.xlsx second.xlsx --measure 18a 18b --differences differences.csv": "1.000",
}


def blocks() -> list[Block]:
    """Page, language and text of each block."""
    return [
        (path.name, match[2], re.sub(f"^{match[1]}", "", match[3], flags=re.MULTILINE))
        for path in TEXTS
        for match in BLOCK.finditer(path.read_text(encoding="utf-8"))
    ]


BLOCKS = blocks()
# The catalogue is made from the library: one command and one query for each question. A new plan is made in order.
APART = {"questions.md", "new-plan.md"}
SHELL = [(page, text) for page, language, text in BLOCKS if language == "sh" and page not in APART]
LINES = list(dict.fromkeys(line.split("  #")[0].strip() for _, text in SHELL for line in text.splitlines()))
RUN = [line for line in LINES if line not in NOT_RUN]


def test_no_block_is_forgotten() -> None:
    found = Counter(language for _, language, _ in BLOCKS)
    least = {"sh": 140, "sparql": 149, "python": 15, "console": 1, "turtle": 3, "r": 1, "text": 1}
    assert set(found) == set(least), "a language that no test here runs"
    assert all(found[language] >= number for language, number in least.items())
    assert sum(page == "questions.md" for page, *_ in BLOCKS) == 2 * len(library()) + 1
    assert sum(page == "api.md" for page, *_ in BLOCKS) == 13, "signatures, made from the code"
    assert set(NOT_RUN) <= set(LINES), "what is not run any more stands in no page"
    assert len(RUN) >= 64


@pytest.fixture(scope="module")
def clone(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the data as a reader has it, built, with the files of which the examples speak."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(built, folder / "out")
    # As if built here: the store knows its inputs by their places.
    stamps = stores.stamps(find_tree(folder / "data").inputs())
    (folder / "out/.store" / stores.MANIFEST).write_text("\n".join([__version__, *stamps]), encoding="utf-8")
    assert stores.staleness(folder / "out/.store", find_tree(folder / "data").inputs()) is None
    shutil.copytree(ROOT / "tests/little/data", folder / "my-plans/data")
    for name in ("a", "b"):
        (folder / name).mkdir()
        shutil.copy(folder / "out/graph.nt", folder / name)
    building.fill_store(str(folder / "plans.store"), [folder / "out/graph.nt"])
    (folder / "my-question.rq").write_text("SELECT ?m { ?m a pg:Measure }", encoding="utf-8")
    (folder / ".zfunc").mkdir()
    (folder / ".config/fish/completions").mkdir(parents=True)
    report = os.environ.get("PLANGRAPH_REPORT", "")
    if report:
        shutil.copy(report, folder / "report.txt")
    program = folder / "bin/plangraph"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m plangraph "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    sheets = "plangraph code export --out first.csv && plangraph code export --out first.xlsx"
    done = shell(f"{sheets} && cp first.csv second.csv && cp first.xlsx second.xlsx", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def other(clone: Path, tmp_path: Path) -> Path:
    """Another copy, without what was built."""
    for name in ("data", "ontology", "queries", "bin"):
        shutil.copytree(clone / name, tmp_path / name)
    shutil.copy(clone / "report.txt", tmp_path)
    return tmp_path


def shell(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a line as a reader's shell does, at home in the folder."""
    paths = {"PATH": f"{folder}/bin:{os.environ['PATH']}", "PYTHONPATH": str(ROOT / "src"), "HOME": str(folder)}
    call = ["bash", "-euo", "pipefail", "-c", command]
    return subprocess.run(call, cwd=folder, env={**os.environ, **paths}, capture_output=True, text=True, timeout=300)


TARGET = re.compile(r"(?:>>? ?|--(?:out|to|save|store) )(\S+)")


def size(place: Path) -> int:
    """How much a file or folder holds: statements, rows, nodes and ties, lines or files, by what its name says."""
    if (place / "CURRENT").is_file():
        return len(ox.Store.read_only(str(place)))
    if place.is_dir():
        return sum(1 for file in place.rglob("*") if file.is_file() and file.stat().st_size)
    text = "" if place.suffix == ".xlsx" else place.read_text(encoding="utf-8")
    match place.suffix:
        case ".xlsx":
            return len(CalamineWorkbook.from_path(place).get_sheet_by_index(0).to_python()) - 1
        case ".csv":
            return len(list(csv.DictReader(text.splitlines())))
        case ".ttl" | ".nt" | ".jsonld":
            return sum(1 for _ in parse(place))
        case ".graphml":
            return len(nx.read_graphml(place).edges)
    return len(text.splitlines())


def ran(line: str, place: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    """Run a line in this process, and in a shell where one does more than hand over the words."""
    if OF_A_SHELL.search(line):
        done = shell(line, place)
        return done.returncode, done.stdout, done.stderr
    monkeypatch.chdir(place)
    program, *words = shlex.split(line)
    assert program == "plangraph"
    return run(*words)


@pytest.mark.parametrize("line", RUN)
def test_a_command_runs(
    line: str, clone: Path, run: Run, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if NEEDS_REPORT.search(line):
        request.getfixturevalue("report_path")
    # A plan that is read into the data makes the built store out of date for all that comes after.
    place = clone if not line.startswith("plangraph ingest") else request.getfixturevalue("other")
    status, out, err = ran(line, place, run, monkeypatch)
    assert status == 0, err
    assert "Traceback" not in err
    if target := TARGET.search(line):
        assert size(place / target[1].replace("~", str(place))) >= 3
    if line in SAYS:
        assert SAYS[line] in out + err
    if "--format json" in line and not target:
        assert isinstance(json.loads(out), list)
    if "--format csv" in line and not target:
        assert len(list(csv.DictReader(out.splitlines()))) >= 3


def test_every_command_that_writes_no_file_is_known_by_its_words() -> None:
    assert {line for line in RUN if not TARGET.search(line)} <= set(SAYS) <= set(RUN)


def test_a_plan_of_ones_own_is_made_as_the_page_says(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "docs/example", tmp_path / "docs/example")
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs/new-plan.md").read_text(encoding="utf-8")
    texts = [text.replace("\\\n", "") for _, language, text in BLOCKS if text in page and language == "sh"]
    lines = [line for text in texts for line in text.splitlines()]
    said: dict[str, str] = {}
    for line in lines:
        program, *words = shlex.split(line)
        if program == "cp":
            shutil.copy(*words)
            continue
        status, out, err = run(*words)
        assert status == 0, (line, err)
        said[words[0]] = out + err
    assert len(lines) == 15
    # What the second reading of the report said, and that the plan of the example is the one that it prints.
    assert "body is not in the registry" not in said["ingest"]
    made = {quad.triple for quad in parse(Path("docs/example/plan.ttl"))}
    assert {quad.triple for quad in parse(Path("my/data/skolevei-2022-2025/plan.ttl"))} == made
    # Counted by hand: 15 sentences, of which 10 carry a fact; measures 1 and 3 are each done by two bodies.
    assert "10 of 15 sentences are covered" in said["coverage"]
    assert ": conforms" in said["validate"]
    assert "80000000" in said["query"]
    assert "Norwegian Public Roads Administration" in said["show"]
    figures = [line.split()[:2] for line in said["analyze"].splitlines()]
    assert ["nodes", "3"] in figures
    assert ["ties", "2"] in figures
    assert Path("my/site/index.html").is_file()


def test_the_commands_of_the_catalogue_answer(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:

    monkeypatch.chdir(clone)
    texts = [text for page, language, text in BLOCKS if page == "questions.md" and language == "sh"]
    general, *asked = texts
    assert general == "plangraph query --list\nplangraph query NAME --show\n"
    for text in asked:
        words = shlex.split(text)[1:]
        assert main(words) == 0, text
        rows = len(capsys.readouterr().out.splitlines()) - 2
        assert rows >= 1 or words[1] == "plan-title-and-period", text
    assert {shlex.split(text)[2] for text in asked} == set(library())


def test_the_queries_of_the_catalogue_are_the_librarys() -> None:
    texts = {text.strip() for page, language, text in BLOCKS if page == "questions.md" and language == "sparql"}
    bodies = {re.sub(r"^#\+.*\n", "", q.text, flags=re.MULTILINE).strip() for q in library().values()}
    assert texts == bodies


def test_what_the_readme_shows_is_printed(clone: Path) -> None:
    [text] = [text for _, language, text in BLOCKS if language == "console"]
    command, _, shown = text.removeprefix("$ ").partition("\n")
    printed = shell(command, clone).stdout
    assert [line.rstrip() for line in printed.splitlines()] == shown.splitlines()


PYTHON = [(page, text) for page, language, text in BLOCKS if language == "python" and page != "api.md"]


@pytest.mark.parametrize(("page", "text"), PYTHON, ids=[page for page, _ in PYTHON])
def test_python_runs(page: str, text: str, clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "import pandas" in text:
        pytest.importorskip("pandas")
        tables(clone)
    monkeypatch.chdir(clone)
    names: dict[str, object] = {}
    exec(compile(text, page, "exec"), names)
    if page == "tables.md":
        table = names["table"]
        ministries = [row for row in reported(clone, "responsible") if row["class"] == "pg:Ministry"]
        assert table["pg:Ministry", "responsible"] == len(ministries) >= 37  # type: ignore[index]
    if page == "start.md":
        assert len(names["rows"]) == 3  # type: ignore[arg-type]
    if page == "networks.md":
        assert names["report"].methods  # type: ignore[attr-defined]


def test_the_readmes_table_of_the_same_job_twice(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone)
    text = (ROOT / "README.md").read_text(encoding="utf-8").split("## The same job twice")[1].split("\n## ")[0]
    jobs = re.findall(r"^\| `(plangraph .*)` \| `(plangraph\..*)` \|$", text, re.MULTILINE)
    assert len(jobs) == 11
    import plangraph

    for command, expression in jobs:
        if command not in RUN:
            assert shell(command, clone).returncode == 0, command
        assert eval(expression, {"plangraph": plangraph}) is not None, expression


def tables(folder: Path) -> None:
    if not (folder / "out/tables/participations.csv").exists():
        assert shell("plangraph tables", folder).returncode == 0


def reported(folder: Path, role: str) -> list[dict[str, str]]:
    """The reported participations of a role, each with the class of its actor, without pandas."""
    place = folder / "out/tables"
    actors = {row["actor"]: row for row in csv.DictReader((place / "actors.csv").read_text("utf-8").splitlines())}
    rows = csv.DictReader((place / "participations.csv").read_text(encoding="utf-8").splitlines())
    return [actors[row["actor"]] for row in rows if row["stage"] == "reported" and row["role"] == role]


def test_r_runs(clone: Path) -> None:
    if not shutil.which("Rscript"):
        missing("R is not installed (Debian: r-base-core)")
    tables(clone)
    [text] = [text for _, language, text in BLOCKS if language == "r"]
    (clone / "block.R").write_text(text, encoding="utf-8")
    done = shell("Rscript block.R", clone)
    assert done.returncode == 0, done.stderr
    names, *_ = [line.split() for line in done.stdout.splitlines() if line.strip()]
    counts = [line.split() for line in done.stdout.splitlines() if line.strip()][1]
    assert int(counts[0]) == len(reported(clone, names[0]))


def test_turtle_is_in_the_graph(clone: Path, tmp_path: Path) -> None:
    head = "".join(f"@prefix {p}: <{s}> .\n" for p, s in building.prefixes_of(find_tree(ROOT / "data")).items())
    known = {(q.subject, q.predicate, q.object) for q in parse(clone / "out/graph.nt")}
    told = 0
    for text in (text for _, language, text in BLOCKS if language == "turtle"):
        file = tmp_path / "block.ttl"
        file.write_text(head + text, encoding="utf-8")
        for quad in parse(file):
            assert (quad.subject, quad.predicate, quad.object) in known
            told += 1
    assert told > 20


def test_sparql_outside_the_made_pages_has_a_test_of_its_own() -> None:
    """Those of the model stand in tests/test_docs.py, the patterns in tests/test_patterns.py."""
    pages = Counter(page for page, language, _ in BLOCKS if language == "sparql")
    assert set(pages) == {"questions.md", "model.md", "patterns.md"}
