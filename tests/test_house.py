"""The house form: one layout, nothing lost, and a fixed point."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
from hypothesis import given, settings

from conftest import ROOT
from plangraph.house import house_form
from plangraph.paths import Tree, find_tree
from plangraph.vocabulary import prefixes
from test_export import triples

NAMES = prefixes("little", "note")
Run = Callable[..., tuple[int, str, str]]


def test_every_data_file_is_in_house_form(run: Run) -> None:
    files = find_tree(ROOT / "data").data_files()
    assert len(files) >= 12
    status, out, _ = run("format", "--check", "--data", ROOT / "data")
    assert (status, out) == (0, "")


def test_a_participation_is_one_line_below_its_context_in_reading_order(little: Tree, run: Run) -> None:
    area = little.data / "little/area-1.ttl"
    before = set(ox.parse(path=str(area)))
    assert run("format", area, "--data", little.data)[0] == 0
    assert set(ox.parse(path=str(area))) == before
    lines = area.read_text(encoding="utf-8").splitlines()
    subjects = [line.split()[0] for line in lines if line and not line.startswith((" ", "@"))]
    assert subjects == ["area:1", "m:1", "c:1-status", "p:1-kd", "p:1-a", "p:1-b", "m:2", "c:2-status", "p:2-kd"]
    assert (
        "p:1-a cv:hasParticipant actor:dir ; cv:role role:developer ; pg:with p:1-b ; pg:stage stage:reported ; "
        "pg:evidence ev:50-60 ." in lines
    )
    assert run("format", "--check", "--data", little.data, area)[0] == 0


def test_a_registry_stays_as_it_is_when_a_plan_is_added(two_plans: Path, tmp_path: Path, run: Run) -> None:
    data = tmp_path / "data"
    shutil.copytree(two_plans, data, ignore=shutil.ignore_patterns("other"))
    registry = """\
@prefix ev: <https://w3id.org/plangraph/evidence/note/> .
@prefix memo: <https://w3id.org/plangraph/evidence/memo/> .
@prefix pg: <https://w3id.org/plangraph/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix x: <https://w3id.org/plangraph/thing/> .

x:film a pg:Instrument ; skos:prefLabel "Film"@nb, "Film"@en ; pg:evidence memo:10-20, ev:10-20 .
"""
    (data / "things.ttl").write_text(registry, encoding="utf-8")
    (data / "outside").mkdir()
    (data / "outside/documents.ttl").write_text(registry.replace("film", "tape"), encoding="utf-8")
    assert run("format", "--data", data)[0] == 0
    before = {file: file.read_text(encoding="utf-8") for file in data.rglob("*.ttl")}
    assert before[data / "things.ttl"] == registry
    assert run("format", "--check", "--data", data) == (0, "", "")
    shutil.copytree(two_plans / "other", data / "other")
    assert run("format", "--data", data)[0] == 0
    assert {file: file.read_text(encoding="utf-8") for file in before} == before
    assert run("format", "--check", "--data", data) == (0, "", "")


def test_a_file_that_is_read_with_other_prefixes_keeps_the_own_ones_of_the_model(little: Tree, run: Run) -> None:
    file = little.data / "things.ttl"
    file.write_text(
        "@prefix s: <http://www.w3.org/2004/02/skos/core#> . @prefix actor: <https://w3id.org/plangraph/plan/> .\n"
        '<https://w3id.org/plangraph/thing/a> s:notation "1" ; s:related actor:little .\n',
        encoding="utf-8",
    )
    assert run("format", file, "--data", little.data)[0] == 0
    assert file.read_text(encoding="utf-8").endswith('\nx:a skos:notation "1" ; skos:related plan:little .\n')


def test_check_names_the_file_and_changes_nothing(little: Tree, run: Run) -> None:
    area = little.data / "little/area-1.ttl"
    before = area.read_bytes()
    status, out, _ = run("format", "--check", "--data", little.data)
    assert status == 1
    assert str(area) in out
    assert area.read_bytes() == before


@given(triples)
@settings(max_examples=100, deadline=None)
def test_nothing_is_lost_and_a_second_writing_changes_nothing(given_triples: list[ox.Triple]) -> None:
    text = house_form(given_triples, NAMES)
    again = {quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)}
    assert again == set(given_triples)
    assert house_form(again, NAMES) == text


def test_registries_are_alphabetical(tmp_path: Path) -> None:
    text = "\n".join(f"<{NAMES['actor']}{name}> a <{NAMES['pg']}Unit> ." for name in ("b", "a10", "a9"))
    lines = house_form((q.triple for q in ox.parse(text, ox.RdfFormat.TURTLE)), NAMES).splitlines()
    assert [line.split()[0] for line in lines if " a pg:Unit" in line] == ["actor:a9", "actor:a10", "actor:b"]
