"""Exports of the whole graph and of parts of it: nothing lost, nothing dangling, nested by measure."""

import json
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from rdflib.compare import isomorphic

from conftest import ROOT
from plangraph import building, export
from plangraph.loading import to_rdflib
from plangraph.paths import Tree, find_tree
from plangraph.subset import subset
from plangraph.validation import validate
from plangraph.vocabulary import BASE, EVIDENCE, PG, prefixes
from test_export import CONTEXT, triples

CHOSEN = ("measure/8", "measure/18", "measure/22a", "area/1", "actor/imdi", "thing/nora", "law/straffeloven")
FORMATS = {
    "turtle": ("turtle", ox.RdfFormat.TURTLE),
    "ntriples": ("nt", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("json-ld", ox.RdfFormat.JSON_LD),
    "framed": ("json-ld", ox.RdfFormat.JSON_LD),
    "rdfxml": ("xml", ox.RdfFormat.RDF_XML),
}


@pytest.fixture(scope="module")
def graph(whole: building.Built) -> list[ox.Triple]:
    return whole.triples()


@pytest.fixture(scope="module")
def plan() -> str:
    return find_tree(ROOT / "data").plans()[0].name


def iri(name: str, plan: str) -> str:
    return f"{BASE}plan/{plan}/{name}" if name.startswith(("measure", "area")) else BASE + name


def written(form: str, statements: list[ox.Triple]) -> str:
    names = building.prefixes_of(find_tree(ROOT / "data"))
    if form == "framed":
        return export.to_framed(statements, CONTEXT, PG + "Measure", PG + "underMeasure")
    if form == "jsonld":
        return export.to_jsonld(statements, CONTEXT)
    if form == "ntriples":
        return export.to_ntriples(statements)
    return (export.to_turtle if form == "turtle" else export.to_rdfxml)(statements, names)


@pytest.mark.parametrize("form", FORMATS)
def test_the_whole_graph_comes_back_from_every_format(form: str, graph: list[ox.Triple]) -> None:
    back = {quad.triple for quad in ox.parse(written(form, graph), FORMATS[form][1])}
    assert back == set(graph)
    assert len(back) > 40_000


@pytest.mark.parametrize("form", FORMATS)
def test_rdflib_reads_the_same_from_every_format(form: str, graph: list[ox.Triple], plan: str) -> None:
    part = subset(graph, [iri("measure/8", plan)])
    back = rdflib.Graph().parse(data=written(form, part), format=FORMATS[form][0])
    assert isomorphic(back, to_rdflib(part))
    assert "ø" in "".join(str(o) for o in back.objects())


@given(triples)
@settings(max_examples=150, deadline=None)
def test_framing_keeps_any_statements(given_triples: list[ox.Triple]) -> None:
    wanted = set(given_triples)
    kind, under = given_triples[0].object if given_triples else None, prefixes()["skos"] + "prefLabel"
    kind = kind.value if isinstance(kind, ox.NamedNode) else PG + "Measure"
    text = export.to_framed(wanted, CONTEXT, kind, under)
    assert {quad.triple for quad in ox.parse(text, ox.RdfFormat.JSON_LD)} == wanted
    assert text == export.to_framed(given_triples * 2, CONTEXT, kind, under)


def test_framed_has_one_nested_object_for_each_measure(graph: list[ox.Triple]) -> None:
    nodes = json.loads(written("framed", graph))["@graph"]
    measures = nodes[:42]
    assert [node["identifier"] for node in measures[:9]] == [str(n) for n in range(1, 10)]
    assert all("Measure" in (node["type"], *node["type"]) for node in measures)
    eight = measures[7]
    told = {thing["id"]: thing for thing in eight["told"]}
    roles = [
        (p["hasParticipant"]["id"], p["role"]["prefLabel"]["en"], p["evidence"])
        for thing in told.values()
        for p in (thing.get("hasParticipation") or [])
        if isinstance(p, dict) and "role" in p
    ]
    assert any(actor == "actor:imdi" and role == "consulted" and "locator" in where for actor, role, where in roles)
    assert any(claim["predicate"]["id"] == "pg:status" for claim in eight["claims"])


@pytest.mark.parametrize("name", CHOSEN)
def test_a_part_needs_nothing_from_outside(name: str, graph: list[ox.Triple], plan: str) -> None:
    chosen = iri(name, plan)
    part = subset(graph, [chosen])
    assert set(part) <= set(graph)
    described = {t.subject.value for t in graph}
    inside = {t.subject.value for t in part}
    assert chosen in inside
    pointed = {end.value for t in part for end in (t.predicate, t.object) if isinstance(end, ox.NamedNode)}
    assert not (pointed & described) - inside
    assert len(pointed & described) > 50
    # All that is said of the chosen thing itself is there.
    assert {t for t in graph if t.subject.value == chosen and t.predicate.value != PG + "mentions"} <= set(part)


def test_a_part_holds_all_that_is_told_and_no_more(graph: list[ox.Triple], plan: str) -> None:
    eight = iri("measure/8", plan)
    part = subset(graph, [eight])
    told = {t.subject.value for t in graph if t.predicate.value == PG + "underMeasure" and t.object.value == eight}
    inside = {t.subject.value for t in part}
    assert told
    assert told <= inside
    statements = {t.subject.value for t in part if t.predicate.value == PG + "stage"}
    assert told & statements
    assert not {s for s in statements if "/participation/21-" in s}
    assert len(part) < len(graph) / 10


def test_a_part_has_no_fault_that_the_whole_has_not(graph: list[ox.Triple], plan: str, tmp_path: Path) -> None:
    # One check looks at files that people write; a part holds derived triples, as the built graph does. A measure
    # that is only pointed at comes without its status, which is worth a warning and no fault.
    def faults(statements: list[ox.Triple], file: Path) -> set[tuple[str, str, str]]:
        file.write_text(export.to_ntriples(statements), encoding="utf-8")
        found = validate([file], ROOT / "data").findings
        return {
            (f.focus, f.path, f.constraint)
            for f in found
            if f.constraint != "hand-written-role-triple" and f.severity == "Violation"
        }

    whole = faults(graph, tmp_path / "whole.nt")
    for name in ("measure/8", "actor/imdi", "thing/nora"):
        assert faults(subset(graph, [iri(name, plan)]), tmp_path / "part.nt") <= whole, name


def test_an_unknown_thing_adds_nothing(graph: list[ox.Triple]) -> None:
    assert subset(graph, ["https://example.org/nothing"]) == []


def test_command_selects(little: Tree, run: Callable[..., tuple[int, str, str]]) -> None:
    status, out, _ = run("export", "--data", little.data, "--select", "1", "--format", "ntriples")
    assert status == 0
    assert "/measure/1> " in out
    assert EVIDENCE in out
    status, out, err = run("export", "--data", little.data, "--select", "ingen-slik", "--format", "trig")
    assert status == 2
    assert "ingen-slik" in err
    status, out, _ = run("export", "--data", little.data, "--select", "1", "--format", "trig")
    assert status == 0
    assert "graph/derived" in out
    parts = {quad.triple for quad in ox.parse(out, ox.RdfFormat.TRIG)}
    whole = run("export", "--data", little.data, "--select", "1", "--format", "ntriples")[1]
    assert parts == {quad.triple for quad in ox.parse(whole, ox.RdfFormat.N_TRIPLES)}
    assert not [t for t in parts if t.subject.value.endswith("/measure/2")]


def test_framed_nests_a_claim_in_the_measure_under_which_it_is_told() -> None:
    names = {**prefixes(), "": "http://e/"}
    text = "".join(f"@prefix {name}: <{space}> .\n" for name, space in names.items())
    text += """:m a pg:Measure . :n a pg:Measure . :x rdfs:label "X" ; pg:underMeasure :m, :n .
        :c rdf:subject :x ; pg:underMeasure :m . :d rdf:subject :x ; pg:underMeasure :n ."""
    facts = [quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)]
    one, two, *rest = json.loads(export.to_framed(facts, CONTEXT, PG + "Measure", PG + "underMeasure"))["@graph"]
    (thing,) = one["told"]
    assert (thing["id"], [claim["id"] for claim in thing["claims"]]) == ("http://e/x", ["http://e/c"])
    assert "told" not in two
    assert [node["id"] for node in rest] == ["http://e/d"]
