"""Everything about one thing."""

from collections.abc import Callable

import pytest

from plangraph import describe
from plangraph.errors import UsageError
from plangraph.names import fold, near
from plangraph.paths import Tree

Run = Callable[..., tuple[int, str, str]]


def test_an_actor_with_its_roles_and_evidence(little: Tree) -> None:
    thing = describe("dir", little.data, lang="en")
    assert thing.label == "Directorate of Trials"
    assert thing.names == ("Prøvedirektoratet",)
    (fact,) = [fact for fact in thing.facts if fact.role]
    assert (fact.property_label, fact.value_label, fact.inverse) == ("developer", "Courses", True)
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
