"""All things of a kind, each with an id by which the other commands find it."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import ROOT
from plangraph import stores
from plangraph.errors import NotFoundError, UsageError
from plangraph.listing import things
from plangraph.names import find_thing, label
from plangraph.vocabulary import PG, RDF_TYPE

Run = Callable[..., tuple[int, str, str]]

# Table → the classes of what it lists.
CLASSES = {
    "measures": ["Measure"],
    "areas": ["FocusArea"],
    "actors": ["Actor"],
    "instruments": ["Instrument"],
    "documents": ["Document", "Deliverable"],
    "activities": ["Activity"],
    "events": ["Event"],
    "money": ["Funding"],
    "figures": ["Figure"],
    "transfers": ["ResponsibilityTransfer"],
    "places": ["Place"],
}


@pytest.fixture(scope="module")
def store(built: Path) -> ox.Store:
    return stores.open_read_only(built / ".store")


def members(store: ox.Store, kind: str) -> set[str]:
    found = store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), ox.NamedNode(kind), ox.DefaultGraph())
    return {quad.subject.value for quad in found}  # type: ignore[union-attr]


@pytest.mark.parametrize("table", CLASSES)
def test_a_table_lists_the_things_of_its_class(table: str, store: ox.Store) -> None:
    found = things(table, ROOT / "data", store=store)
    expected = set().union(*(members(store, PG + kind) for kind in CLASSES[table]))
    assert {find_thing(store, row["id"]) for row in found} == expected
    assert len(found) == len(expected) > 0


def test_every_id_means_the_thing_that_it_stands_for(store: ox.Store) -> None:
    tried = 0
    for row in things(data=ROOT / "data"):
        found = things(row["kind"], ROOT / "data", "en", store)
        assert found.columns == ["id", "name", "kind", "measures"]
        meant = [find_thing(store, thing["id"]) for thing in found]
        assert len(set(meant)) == len(meant), row["kind"]
        tried += len(meant)
        for iri, thing in zip(meant, found, strict=True):
            assert label(store, iri, "en") == thing["name"]
    assert tried > 900


@pytest.mark.parametrize(
    ("kind", "lang", "same"),
    [
        ("Actors", "en", "actors"),
        ("aktør", "nb", "actors"),
        ("aktører", "nb", "actors"),
        ("Lover", "nb", "laws"),
        ("law", "en", "laws"),
        ("lov", "nb", "laws"),
        ("direktorat", "nb", "Directorate"),
        ("directorate", "en", "pg:Directorate"),
        ("kurs", "nb", "course"),
    ],
)
def test_a_kind_has_many_names(kind: str, lang: str, same: str, store: ox.Store) -> None:
    found = things(kind, ROOT / "data", lang, store)
    assert len(found) > 3
    assert {row["id"] for row in found} == {row["id"] for row in things(same, ROOT / "data", "en", store)}


def test_things_of_one_kind_have_names_and_measures_in_the_language(store: ox.Store) -> None:
    rows = {row["id"]: row for row in things("programme", ROOT / "data", "en", store)}
    assert rows["introduksjonsprogrammet"] == {
        "id": "introduksjonsprogrammet",
        "name": "The introduction programme",
        "kind": "programme",
        "measures": "18c",
    }
    names = [row["name"].casefold() for row in things("directorate", ROOT / "data", store=store)]
    assert names == sorted(names)


def test_an_unknown_kind_is_told_with_near_ones(store: ox.Store) -> None:
    with pytest.raises(NotFoundError, match="did you mean actors"):
        things("acters", ROOT / "data", store=store)
    with pytest.raises(NotFoundError, match=r"see them all with plangraph\.things\(\)"):
        things("xyzzy", ROOT / "data", store=store)
    with pytest.raises(UsageError, match="5 is no kind"):
        things(5, ROOT / "data", store=store)  # type: ignore[arg-type]


def test_the_command_lists_kinds_and_things(run: Run, built: Path) -> None:
    status, out, err = run("show", "--list", "--lang", "en", "--format", "csv")
    assert status == 0
    assert "actors" in [row["kind"] for row in csv.DictReader(io.StringIO(out))]
    assert '""' not in out
    assert "plangraph show --list KIND" in err
    status, out, _ = run("show", "--list", "ministries", "--out", built)
    assert status == 2
    status, out, err = run("show", "--list", "ministry", "--out", built, "--format", "csv")
    assert (status, err) == (0, "")
    assert {row["id"] for row in csv.DictReader(io.StringIO(out))} == {"asd", "bfd", "hod", "jd", "kd", "kud", "ud"}
    # In a table for people a column without a value is left out.
    for lang, heads in (("nb", ["id", "navn", "slag"]), ("en", ["id", "name", "kind"])):
        head = run("show", "--list", "ministry", "--out", built, "--lang", lang)[1].splitlines()[0]
        assert head.split() == heads
    status, _, err = run("show")
    assert status == 2
    assert "--list" in err
