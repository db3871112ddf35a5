"""Everything about one thing."""

import json
from collections.abc import Callable

import pytest

from conftest import ROOT
from plangraph import describe
from plangraph.building import query_store
from plangraph.errors import UsageError
from plangraph.names import find_thing, fold, near, short
from plangraph.paths import Tree

Run = Callable[..., tuple[int, str, str]]


def test_an_actor_with_its_roles_and_evidence(little: Tree) -> None:
    thing = describe("dir", little.data, lang="en")
    assert thing.label == "Directorate of Trials"
    assert thing.names == ("Prøvedirektoratet",)
    (fact,) = [fact for fact in thing.facts if fact.role]
    assert (fact.property_label, fact.value_label, fact.inverse) == ("developer", "1 Courses", True)
    assert fact.stage == "reported"
    assert fact.locators == ("place 50-60",)


def test_planned_is_told_apart_from_reported(little: Tree) -> None:
    stages = {fact.value_label: fact.stage for fact in describe("1", little.data, lang="nb").facts if fact.role}
    assert stages == {
        "Departementet for prøver": "reported",
        "Prøvedirektoratet": "reported",
        "Frivillige på Ås": "planned",
    }


@pytest.mark.parametrize("name", ["DEP", "dep", "departementet for prøver", "Ministry of Trials", "actor:dep"])
def test_every_name_of_a_thing_finds_it(name: str, little: Tree) -> None:
    assert describe(name, little.data).iri == "https://w3id.org/plangraph/actor/dep"


def test_a_number_is_a_measure(little: Tree) -> None:
    assert describe("tiltak 2", little.data).iri.endswith("/measure/2")
    assert describe("2", little.data, lang="en").label == "Meetings"


def test_unknown_names_get_near_ones(little: Tree) -> None:
    with pytest.raises(UsageError, match=r"did you mean .*Prøvedirektoratet"):
        describe("Prøvedirektorat", little.data)
    with pytest.raises(UsageError, match="knows nothing"):
        describe("https://w3id.org/plangraph/actor/none", little.data)


def test_show_prints_a_fact_sheet_in_both_languages(little: Tree, run: Run) -> None:
    status, norwegian, _ = run("show", "1", "--data", little.data, "--lang", "nb")
    assert status == 0
    assert "AKTØRER" in norwegian
    assert "samarbeider (planlagt)" in norwegian
    assert "sted 60-70" in norwegian
    status, english, _ = run("show", "1", "--data", little.data, "--lang", "en")
    assert "ACTORS" in english
    assert "collaborator (planned)" in english
    status, table, _ = run("show", "1", "--data", little.data, "--format", "csv")
    assert table.splitlines()[0].startswith("direction,property,value,label,stage")
    assert len(table.splitlines()) >= 5


def test_near_and_fold() -> None:
    assert fold("Å Ære-t  Øl.") == "åæretøl"
    assert near("imdy", ["imdi", "udi"], "x") == "did you mean imdi?"
    assert near("qqqq", ["imdi"], "plangraph query --list") == "see them all with 'plangraph query --list'"


@pytest.mark.usefixtures("home")
def test_a_fact_is_shown_whole_and_cited_and_found_by_the_same_names(run: Run) -> None:
    data = ROOT / "data"
    iri = "https://w3id.org/plangraph/plan/eget-liv-2017-2020/participation/8-imdi"
    for name in ("8-imdi", "participation/8-imdi", "participation:8-imdi", iri):
        assert find_thing(query_store(data), name) == iri
    said = {(short(fact.property), fact.value_label) for fact in describe("8-imdi", data, lang="en").facts}
    assert {
        ("cv:hasParticipant", "Directorate of Integration and Diversity"),
        ("cv:role", "consulted"),
        ("pg:stage", "reported"),
    } <= said
    assert {"pg:underMeasure", "pg:evidence", "rdf:subject"} <= {name for name, _ in said}
    assert run("evidence", "8-imdi") == run("evidence", iri)
    assert "14433-14485" in run("evidence", "8-imdi")[1]
    assert run("cite", "8-imdi")[1] == run("cite", iri)[1]


@pytest.mark.usefixtures("home")
def test_every_fact_that_show_lists_has_an_id(run: Run) -> None:
    told = json.loads(run("show", "imdi", "--format", "json")[1])
    ids = [name for row in told for name in row["fact"].split()]
    assert len(ids) > 30
    assert all(row["fact"] for row in told if row["evidence"] and "/participation/" in row["fact"])
    printed = run("show", "imdi", "--ids")[1]
    for iri in ids:
        assert short(iri) in printed
    store = query_store(ROOT / "data")
    assert all(find_thing(store, short(iri)) == iri for iri in ids)


@pytest.mark.usefixtures("home")
def test_a_number_names_its_parts_and_outside_facts_their_source() -> None:
    data = ROOT / "data"
    under = dict(describe("22", data, lang="en").under)
    assert [name.split()[0] for name in under] == ["22a", "22b", "22c"]
    for facts in under.values():
        assert {short(fact.property) for fact in facts} == {"pg:responsible", "pg:status"}
    held = [fact for fact in describe("imdi", data, lang="en").facts if short(fact.property) == "pg:heldTodayBy"]
    assert "Ministry of Labour and Social Inclusion" in held[0].remark
    assert "https://" in held[0].remark
    links = [fact for fact in describe("22b", data).facts if "/link/" in fact.value]
    assert links
    assert all(fact.value_label.startswith("http") for fact in links)
