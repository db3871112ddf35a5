"""The build: the same bytes from the same files, and never half a result."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

import plangraph
from conftest import ROOT
from plangraph import stores
from plangraph.assembly import make_parts
from plangraph.building import build, built_triples, query_store
from plangraph.errors import UsageError
from plangraph.files import fresh_folder, replace_folder, write_all, write_text
from plangraph.paths import Tree, find_tree

FILES = ("graph.ttl", "graph.nt", "graph.trig", "graph.jsonld")
Run = Callable[..., tuple[int, str, str]]


def digests(folder: Path) -> dict[str, str]:
    return {name: sha256((folder / name).read_bytes()).hexdigest() for name in FILES}


def test_same_bytes_over_hash_seed_locale_time_zone_and_input_order(built: Path, tmp_path: Path) -> None:
    wanted = digests(built)
    # A copy made in another order has its directory entries in another order, too.
    copy = tmp_path / "copy"
    for file in sorted((ROOT / "data").rglob("*.ttl"), reverse=True):
        place = copy / "data" / file.relative_to(ROOT / "data")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, place)
    shutil.copytree(ROOT / "ontology", copy / "ontology")
    shutil.copytree(ROOT / "queries", copy / "queries")
    settings = [
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Asia/Tokyo"},
        {"PYTHONHASHSEED": "4711", "LC_ALL": "C.UTF-8", "TZ": "America/Lima"},
    ]
    for number, setting in enumerate(settings):
        out = tmp_path / str(number)
        code = f"import plangraph; plangraph.build({str(copy / 'data')!r}, {str(out)!r})"
        subprocess.run([sys.executable, "-c", code], env={**os.environ, **setting}, check=True)
        assert digests(out) == wanted


def test_the_four_files_hold_the_same_statements(built: Path) -> None:
    assert {path.name for path in built.iterdir()} == {*FILES, ".store"}
    union = {quad.triple for quad in ox.parse(path=str(built / "graph.nt"))}
    assert {quad.triple for quad in ox.parse(path=str(built / "graph.ttl"))} == union
    assert {quad.triple for quad in ox.parse((built / "graph.jsonld").read_bytes(), ox.RdfFormat.JSON_LD)} == union
    trig = list(ox.parse(path=str(built / "graph.trig")))
    assert {quad.triple for quad in trig} == union
    assert {quad.graph_name.value.rsplit("/", 1)[1] for quad in trig} == set(stores.GRAPHS)
    assert len(union) > 20_000


def test_rdflib_reads_what_is_written(built: Path, little: Tree, tmp_path: Path) -> None:
    build(little.data, tmp_path / "out")
    turtle = rdflib.Graph().parse(tmp_path / "out/graph.ttl")
    assert isomorphic(turtle, rdflib.Graph().parse(tmp_path / "out/graph.nt"))
    assert isomorphic(turtle, rdflib.Graph().parse(tmp_path / "out/graph.jsonld", format="json-ld"))
    assert isomorphic(turtle, plangraph.build_graph(little.data))


def test_the_context_is_inside_and_reaches_for_nothing(built: Path) -> None:
    context = json.loads((built / "graph.jsonld").read_text(encoding="utf-8"))["@context"]
    assert isinstance(context, dict)
    assert "@import" not in json.dumps(context)


def test_what_the_rules_derive(little: Tree) -> None:
    parts, _ = make_parts(little)
    derived = {str(triple) for triple in parts["derived"]}
    base, pg = "<https://w3id.org/plangraph/", "<https://w3id.org/plangraph/ns#"
    one = f"{base}plan/little/measure/1>"
    assert f"{one} {pg}developer> {base}actor/dir>" in derived
    assert f"{one} {pg}plannedParticipant> {base}actor/org>" in derived
    assert f"{one} {pg}collaborator> {base}actor/org>" not in derived
    assert f"{one} {pg}status> {base}code/status/completed>" in derived
    assert not set(parts["derived"]) & {t for name, part in parts.items() if name != "derived" for t in part}


def test_nothing_is_written_when_the_data_does_not_conform(little: Tree, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "out"
    assert run("build", "--data", little.data, "--out", out)[0] == 0
    before = digests(out)
    area = little.data / "little/area-1.ttl"
    area.write_text(area.read_text(encoding="utf-8").replace("role:developer", "role:inventor"), encoding="utf-8")
    status, text, err = run("build", "--data", little.data, "--out", out)
    assert status == 1
    assert "inventor" in text
    assert "nothing was written" in err
    assert digests(out) == before
    assert sorted(path.name for path in out.iterdir()) == sorted([*FILES, ".store"])


def test_an_output_folder_that_cannot_be_written(little: Tree, tmp_path: Path, run: Run) -> None:
    place = tmp_path / "file"
    place.write_text("in the way", encoding="utf-8")
    status, _, err = run("build", "--data", little.data, "--out", place / "out")
    assert status == 2
    assert f"{place / 'out'}: cannot write" in err
    assert place.read_text(encoding="utf-8") == "in the way"


def test_a_store_is_used_while_fresh_and_never_when_stale_or_damaged(little: Tree, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "out"
    build(little.data, out)
    said: list[str] = []
    ask = "SELECT ?m { ?m a <https://w3id.org/plangraph/ns#Measure> }"

    def answer() -> int:
        return len(list(query_store(little.data, out, said.append).query(ask)))  # type: ignore[arg-type]

    assert answer() == 2
    assert said == []
    area = little.data / "little/area-1.ttl"
    text = area.read_text(encoding="utf-8")
    os.utime(area, (1, 1))
    assert answer() == 2
    assert said == []  # touched, but the bytes are the same
    area.write_text(text + "# more\n", encoding="utf-8")
    assert answer() == 2
    assert "out of date" in said.pop()
    area.write_text(text, encoding="utf-8")
    (out / ".store" / "CURRENT").write_text("rubbish\n", encoding="utf-8")
    assert answer() == 2
    assert "damaged" in said.pop()
    (out / ".store" / stores.MANIFEST).write_text("{", encoding="utf-8")
    assert answer() == 2
    assert "damaged" in said.pop()
    assert run("build", "--data", little.data, "--out", out)[0] == 0
    assert answer() == 2
    assert said == []


def test_the_built_graph_is_read_back_without_a_new_build(built: Path) -> None:
    assert set(built_triples(ROOT / "data", built)) == set(built_triples(ROOT / "data", built / "nowhere"))


def test_a_folder_of_data_alone_uses_the_packaged_ontology(little: Tree, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "ontology")
    shutil.rmtree(tmp_path / "queries")
    tree = find_tree(little.data)
    assert tree.ontology != tmp_path / "ontology"
    assert (tree.ontology / "plangraph.ttl").read_bytes() == (ROOT / "ontology/plangraph.ttl").read_bytes()
    assert len(make_parts(tree)[0]["asserted"]) > 40


def test_what_is_edited_during_a_build_is_not_taken_for_built(little: Tree, tmp_path: Path) -> None:
    file = little.data / "actors.ttl"
    shapes = iter([file.read_text(encoding="utf-8") + "# edited\n"])

    def edit(step: str) -> None:
        if step == "checking the shapes":
            file.write_text(next(shapes), encoding="utf-8")

    build(little.data, tmp_path / "out", edit)
    assert next(shapes, None) is None
    reason = stores.staleness(tmp_path / "out/.store", little.inputs())
    assert reason == f"out of date: {file.resolve()} has changed"


def test_a_graph_that_was_built_before_the_data_changed_is_not_read(little: Tree, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(little.data, out)
    file = little.data / "actors.ttl"
    file.write_text(file.read_text(encoding="utf-8") + "<https://example.org/new> <urn:p> 1 .\n", encoding="utf-8")
    assert "https://example.org/new" in {triple.subject.value for triple in built_triples(little.data, out)}  # type: ignore[union-attr]


def test_a_file_is_written_whole_and_for_all_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.csv"
    write_text(file, "old")
    assert file.stat().st_mode & 0o777 == 0o644
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as reading:
        write_text(pipe, "through")
        assert reading.read() == b"through"
    assert pipe.is_fifo()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        write_text(file, "new")
    with pytest.raises(UsageError, match="No space left"):
        write_all(tmp_path, {"a.csv": b"new", "b.csv": b"new"})
    assert file.read_text(encoding="utf-8") == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.csv", "pipe"]


def test_a_folder_in_the_place_of_another_touches_no_neighbour(tmp_path: Path) -> None:
    place, neighbour = tmp_path / "site", tmp_path / "site.old"
    for folder, text in ((place, "old"), (neighbour, "mine")):
        folder.mkdir()
        (folder / "page").write_text(text, encoding="utf-8")
    with fresh_folder(tmp_path, ".site-") as beside:
        with pytest.raises(UsageError, match="cannot write"):
            replace_folder(beside / "missing", place)
        assert (place / "page").read_text(encoding="utf-8") == "old"
        (beside / "new").mkdir()
        (beside / "new/page").write_text("new", encoding="utf-8")
        replace_folder(beside / "new", place)
    assert {file.parent.name: file.read_text(encoding="utf-8") for file in tmp_path.rglob("page")} == {
        "site": "new",
        "site.old": "mine",
    }
    assert len(list(tmp_path.iterdir())) == 2


def test_the_summary_of_several_plans_is_told_by_plan(two_plans: Path, tmp_path: Path, run: Run) -> None:
    data = tmp_path / "data"
    shutil.copytree(two_plans, data)
    with (data / "other/area-1.ttl").open("a", encoding="utf-8") as file:
        file.write(
            "c:plan-total a pg:Claim ; rdf:subject plan:other ; rdf:predicate pg:measureCount ; rdf:object 2 ;\n"
            "    pg:stage stage:reported ; pg:evidence ev:30-40 .\n"
        )
    status, said, _ = run("build", "--data", data, "--out", tmp_path / "out", "--lang", "en")
    assert status == 0
    _, little, other = re.split(r"(?m)^(?=Little plan|Other plan)", said)
    assert little.startswith("Little plan (little): 2 measures\n")
    assert [line.split() for line in little.splitlines() if line.startswith("Ministry")] == [
        ["Ministry", "of", "Trials", "1", "1"]
    ]
    heads = [line.split() for line in said.splitlines() if line.startswith("ministry ")]
    assert heads == [["ministry", "completed", "ongoing"]] * 2
    assert "totals" not in little
    assert other.startswith("Other plan (other): 2 measures\n")
    assert [line.split() for line in other.splitlines() if line.startswith("Ministry")] == [
        ["Ministry", "of", "Trials", "2"]
    ]
    assert "totals: 2 measures (hold)" in other
