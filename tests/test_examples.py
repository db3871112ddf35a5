"""Every block of code in the documentation is run as a reader would run it, or is in a list that says why not."""

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from conftest import ROOT, missing
from plangraph import building
from plangraph.cli import main
from plangraph.loading import parse
from plangraph.paths import find_tree
from plangraph.queries import library

TEXTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "data/README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
Block = tuple[str, str, str]
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
    "plangraph site --out site": "as the line after it, which is run; tests/pages writes it too",
    "plangraph build --figures": "draws for half a minute; tests/networks/test_figures.py draws each",
    "plangraph build --figures --plan eget-liv-2017-2020": "draws for half a minute, as the line before it",
    "plangraph evidence --source report.txt --write": "would change the data on which the others rest",
    "plangraph evidence --source other-copy.txt": "needs a second extraction; tests/test_evidence.py makes one",
}
NEEDS_REPORT = re.compile(r"\breport\.txt\b")


def blocks() -> list[Block]:
    """Page, language and text of each block."""
    return [
        (path.name, match[2], re.sub(f"^{match[1]}", "", match[3], flags=re.MULTILINE))
        for path in TEXTS
        for match in BLOCK.finditer(path.read_text(encoding="utf-8"))
    ]


BLOCKS = blocks()
# The catalogue is made from the library: one command and one query for each question.
SHELL = [(page, text) for page, language, text in BLOCKS if language == "sh" and page != "questions.md"]
LINES = list(dict.fromkeys(line.split("  #")[0].strip() for _, text in SHELL for line in text.splitlines()))
RUN = [line for line in LINES if line not in NOT_RUN]


def test_no_block_is_forgotten() -> None:
    found = Counter(language for _, language, _ in BLOCKS)
    least = {"sh": 133, "sparql": 149, "python": 15, "console": 1, "turtle": 3, "r": 1}
    assert set(found) == set(least), "a language that no test here runs"
    assert all(found[language] >= number for language, number in least.items())
    assert sum(page == "questions.md" for page, *_ in BLOCKS) == 2 * len(library()) + 1
    assert sum(page == "api.md" for page, *_ in BLOCKS) == 13, "signatures, made from the code"
    assert set(NOT_RUN) <= set(LINES), "what is not run any more stands in no page"
    assert len(RUN) >= 64


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the data as a reader has it, built, with the files of which the examples speak."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    building.build(folder / "data", folder / "out")
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


@pytest.mark.parametrize("line", RUN)
def test_a_command_runs(line: str, clone: Path, request: pytest.FixtureRequest) -> None:
    if NEEDS_REPORT.search(line):
        request.getfixturevalue("report_path")
    # A plan that is read into the data makes the built store out of date for all that comes after.
    place = clone if not line.startswith("plangraph ingest") else request.getfixturevalue("other")
    done = shell(line, place)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    target = re.search(r"(?:>>? ?|--(?:out|to|save) )(\S+)", line)
    if target:
        written = Path(target[1].replace("~", str(place)))
        assert (place / written).exists()
    else:
        assert done.stdout or done.stderr or "format" in line


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
