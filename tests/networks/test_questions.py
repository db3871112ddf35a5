"""The questions about networks, answered from the shipped plan; the answers were read from the report by hand."""

from collections import Counter, defaultdict

import pytest

from plangraph import networks
from plangraph.names import short


@pytest.fixture(scope="module")
def naming(store):
    """Actor → the measures that name it, and the classes of the actors."""
    facts = networks.read_facts("co-mention", store=store)
    named = defaultdict(set)
    for actor, (_, measure) in networks.pairs_of(facts, networks.Options(groups="in")):
        named[short(actor)].add(short(measure))
    return named, {short(actor): row["kind"] for actor, row in facts.actors.items()}


def test_who_is_named_in_most_measures(naming):
    named, kinds = naming
    ranked = sorted(
        ((len(measures), actor) for actor, measures in named.items() if kinds[actor] in ("Ministry", "Directorate")),
        reverse=True,
    )
    assert [(actor, number) for number, actor in ranked[:5]] == [
        ("kd", 15), ("imdi", 13), ("bufdir", 12), ("jd", 11), ("bfd", 8),
    ]  # fmt: skip
    assert len(named["regjeringen"]) == 10


def test_which_measures_name_both_imdi_and_bufdir(naming):
    named, _ = naming
    assert named["imdi"] & named["bufdir"] == {"8", "9", "18b", "19", "23", "27a"}


def test_which_measure_gathers_most_directorates(naming):
    named, kinds = naming
    found = Counter(m for actor, measures in named.items() if kinds[actor] == "Directorate" for m in measures)
    assert found.most_common(1) == [("18b", 7)]
    assert {a for a, measures in named.items() if kinds[a] == "Directorate" and "18b" in measures} == {
        "arbeids-og-velferdsdirektoratet", "bufdir", "helsedirektoratet", "pod", "udi", "imdi", "udir",
    }  # fmt: skip


def test_who_runs_the_regional_networks_of_measure_23(store):
    facts = networks.read_facts("co-participation", store=store)
    runs, others = defaultdict(set), defaultdict(set)
    for row in facts.links:
        kind = facts.actors.get(row["event"], {}).get("kind")
        if kind == "Network" and short(row["measure"]) == "23" and short(row["stage"]) == "reported":
            leads = short(row["role"]) in ("operator", "lead")
            (runs if leads else others)[short(row["event"])].add(short(row["actor"]))
    assert runs == {
        "ostlandsnettverket": {"rvts-ost", "imdi"},
        "innlandsnettverket": {"rvts-ost", "imdi"},
        "nettverk-nord": {"rvts-nord"},
        "agdernettverket": {"rvts-sor"},
    }
    assert others["agdernettverket"] == {"imdi"}
    assert others["nettverk-nord"] >= {"imdi", "bufetat-nord"}


def test_counting_numbers_instead_of_entries_changes_who_comes_first(store):
    facts = networks.read_facts("co-involvement", store=store)
    leaders = {}
    for unit in ("entry", "number"):
        counts = Counter(actor for actor, _ in networks.pairs_of(facts, networks.Options(unit=unit)))
        leaders[unit] = short(max(counts, key=lambda actor: (counts[actor], actor)))
    assert leaders == {"entry": "imdi", "number": "bufdir"}
