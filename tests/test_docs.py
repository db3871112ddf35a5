"""The documentation: up to date, buildable without a warning, and its examples run."""

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest

from conftest import ROOT, missing
from plangraph import building
from plangraph.cli import COMMANDS, command_parser
from plangraph.paths import find_tree
from plangraph.queries import Query, ask, library

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
MADE = {"cli.md", "api.md", "schema.md", "questions.md", "columns.md"}
TEXTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES]


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_docs", DOCS / "make.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_made_pages_are_up_to_date(maker: ModuleType) -> None:
    made = maker.pages()
    assert set(made) == MADE | {"assets/model.svg", "coding.md"}
    old = [name for name, text in made.items() if (DOCS / name).read_text(encoding="utf-8") != text]
    assert not old, f"out of date: {old}; run 'python docs/make.py'"


def test_every_command_and_option_is_in_the_reference() -> None:
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert len(COMMANDS) >= 10
    for name, command in ((name, command_parser(name)) for name in COMMANDS):
        part = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
        for action in command._actions:
            for flag in action.option_strings:
                assert f"`{flag}" in part, f"{name} {flag}"


def test_every_public_name_is_in_the_reference() -> None:
    import plangraph

    text = (DOCS / "api.md").read_text(encoding="utf-8")
    for name in plangraph.__all__:
        assert name == "__version__" or f"\n## {name}\n" in text, name


def test_every_term_and_code_is_in_the_reference(store: ox.Store) -> None:
    text = (DOCS / "schema.md").read_text(encoding="utf-8")
    counted = 0
    for path in ("plangraph.ttl", "codes.ttl"):
        for match in re.finditer(
            r"^(pg|role|stage|status|kind):([\w-]+) a ", (ROOT / "ontology" / path).read_text("utf-8"), re.M
        ):
            name = f"`pg:{match[2]}`" if match[1] == "pg" else f"`{match[2]}`"
            assert name in text, name
            counted += 1
    assert counted > 200


def test_the_diagram_names_real_terms(maker: ModuleType, store: ox.Store) -> None:
    names = set(re.findall(r"\bpg:(\w+)", maker.diagram()))
    assert len(names) > 8
    for name in names:
        node = ox.NamedNode(f"https://w3id.org/plangraph/ns#{name}")
        assert any(True for _ in store.quads_for_pattern(node, None, None)), name


def test_commands_in_the_texts_exist() -> None:
    tried = 0
    for path in TEXTS:
        lines = [line for block in blocks(path, "sh") for line in block.replace("\\\n", "").splitlines()]
        lines += re.findall(r"`(plangraph [^`]+)`", path.read_text(encoding="utf-8"))
        for line in lines:
            for part in re.split(r"&&|\||>", line.split("#")[0]):
                if not part.strip().startswith("plangraph ") or "…" in part or "NAME" in part:
                    continue
                words = shlex.split(part)[1:]
                if words[0].startswith("-"):
                    continue
                assert words[0] in COMMANDS, f"{path.name}: {part}"
                if len(words) == 1:
                    continue
                _, rest = command_parser(words[0]).parse_known_args(words[1:])
                assert not rest or words[0] == "query", f"{path.name}: {part}: {rest}"
                tried += 1
    assert tried > 40


def test_queries_in_the_model_page_answer(store: ox.Store) -> None:
    answers = [ask(Query("example", text), store) for text in blocks(DOCS / "model.md", "sparql")]
    assert len(answers) == 3
    assert [row["actor"].rsplit("/", 1)[1] for row in answers[0].rows] == ["bufdir", "imdi", "pod"]
    assert {"planned", "reported"} <= {row["stage"].rsplit("/", 1)[1] for row in answers[1].rows}
    assert answers[2].rows[0]["locator"].startswith("measure 8, result text")


def test_patterns_in_the_model_page_find_something(store: ox.Store) -> None:
    text = (DOCS / "model.md").read_text(encoding="utf-8")
    table = text.split("## Names to know")[1]
    head = "".join(f"PREFIX {p}: <{s}>\n" for p, s in building.prefixes_of(find_tree(ROOT / "data")).items())
    patterns = [
        p for line in table.splitlines() if line.startswith("| ") for p in re.findall(r"`([^`]*\?[^`]*)`", line)
    ]
    assert len(patterns) > 14
    empty = []
    for pattern in patterns:
        answer = ask(Query("pattern", f"{head}SELECT * WHERE {{ {pattern} }} LIMIT 1"), store)
        empty += [] if answer.solutions else [pattern]
    assert not empty


def test_questions_in_the_catalogue_are_those_of_the_library() -> None:
    text = (DOCS / "questions.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\n### ([a-z-]+)\n", text)) == set(library(find_tree(ROOT / "data"))) != set()


def test_site_builds_without_a_warning(tmp_path: Path) -> None:
    if not importlib.util.find_spec("mkdocs") or not importlib.util.find_spec("material"):
        missing("mkdocs and its theme are not installed (extra [docs])")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    pages = list((tmp_path / "site").rglob("index.html"))
    assert len(pages) >= len(PAGES)
    # Reading the documentation tells no other machine about it.
    for page in pages:
        fetched = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?://[^"]+)"', page.read_text("utf-8"))
        assert not [u for u in fetched if not u.startswith("https://w3id.org/plangraph/")], page


def test_norwegian_letters_and_first_page() -> None:
    assert "ferdigstilt" in (DOCS / "norsk.md").read_text(encoding="utf-8").lower()
    assert "(norsk.md)" in (DOCS / "index.md").read_text(encoding="utf-8")
