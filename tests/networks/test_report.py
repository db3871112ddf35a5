"""The analysis as a text, and the commands."""

import csv
import io
import json

import pyoxigraph as ox
import pytest

from plangraph import analyze, networks
from plangraph.cli import main
from plangraph.errors import UsageError
from plangraph.networks.printing import FORMATS
from plangraph.networks.report import SECTIONS

from .conftest import TOY


def section(analysis, name):
    return next(s for s in analysis.sections if s.name == name)


def column(analysis, name, key, value):
    return {row[key]: row[value] for row in section(analysis, name).rows}


def test_importance_and_positions(toy):
    found = analyze("co-involvement", store=toy, samples=99)
    assert column(found, "Importance", "id", "events") == {"cc": 3, "aa": 2, "bb": 2, "dd": 1}
    assert column(found, "Importance", "id", "rank") == {"cc": 1, "aa": 2, "bb": 2, "dd": 4}
    # Without 3a society C has two events like A and B; without 1 or 2 A and B have one like D.
    assert column(found, "Importance", "id", "best without one") == {"cc": 1, "aa": 1, "bb": 1, "dd": 2}
    assert column(found, "Importance", "id", "worst without one") == {"cc": 1, "aa": 2, "bb": 2, "dd": 4}
    assert column(found, "Importance", "id", "moved most by") == {"cc": "", "aa": "3a", "bb": "3a", "dd": "1"}
    assert column(found, "Positions", "id", "strength") == {"aa": 2, "bb": 2, "cc": 2, "dd": 0}
    assert column(found, "The network", "figure", "value")["isolates"] == 1
    assert "disconnected" in section(found, "The network").note
    assert "Left out: 1 participation told under the heading" in section(found, "Choices").note
    assert "none is in it" in section(found, "Choices").note


def test_affiliation_counts_each_measure_once(toy):
    found = column(analyze("affiliation", store=toy, samples=9), "The two modes", "figure", "value")
    assert (found["actors"], found["events"], found["ties"]) == (4, 4, 8)
    # Cycles: A–B, A–C and B–C share 1 and 2. Paths: Σ (events − 1)(actors − 1) over the ties = 2 (2 + 2 + 4).
    assert found["clustering"] == pytest.approx(4 * 3 / 16)


def test_directions(toy):
    found = analyze("hierarchy", store=toy)
    assert [(row["id"], row["parts"]) for row in section(found, "Directions").rows] == [("aa", 1), ("kd", 1)]
    assert "loseness" not in section(found, "The network").note


def test_responsibility_is_measured_as_what_it_is(toy):
    """Arcs go from the ministry to its measures, and from measures to bodies: two lists, and no three can close."""
    found = analyze("responsibility", store=toy)
    answering = section(found, "Ministries and the measures they answer for").rows
    assert [(row["id"], row["measures"]) for row in answering] == [("kd", 3)]
    carrying = section(found, "Measures and the bodies that carry them out").rows
    assert [(row["id"], row["bodies"]) for row in carrying] == [("1", 3), ("2", 3), ("3a", 1), ("3b", 1)]
    figures = column(found, "The network", "id", "value")
    # Eleven arcs between four measures and five actors, where two could be between each of them.
    assert (figures["ties"], figures["density"]) == (11, 11 / (2 * 4 * 5))
    assert not {"clustering", "mean distance", "degree centralisation"} & set(figures)


def test_what_stated_ties_rest_on(toy):
    """A and B are told together and by a role; A and C by a consultation, and by a grant under 3a."""
    found = section(analyze("collaboration", store=toy), "What the ties rest on")
    assert [tuple(row.values()) for row in found.rows] == [
        ("consulted – developer", 2, 0, "consulted:developer"),
        ("recipient – funder", 1, 0, "recipient:funder"),
        ("told together", 1, 0, "together"),
        ("received or commissioned", 1, 0, "received"),
    ]
    assert found.note.startswith("Of 2 ties 0 rest on nothing but")
    grant = section(analyze("collaboration", store=toy, areas=["2"]), "What the ties rest on")
    assert grant.note.startswith("Of 1 tie 1 rest")


def test_the_real_ties_that_are_grants_and_commissions(store):
    """Counted by a reader: nine of the 44 stated ties are grants and commissions and nothing else."""
    rows = section(analyze("collaboration", store=store), "What the ties rest on").rows
    assert (rows[-1]["id"], rows[-1]["alone"]) == ("received", 9)
    assert sum(row["ties"] for row in rows[:-1]) >= 44


def test_ministries_are_told_as_level_and_roles_have_it(store):
    """Counted by a reader: five ministries act themselves; lifted, six stand for others and 51 of 57 are none."""
    cases = {
        (): "5 are in it where the text gives them an active role",
        (("level", "ministry"),): "6 ministries stand for themselves and the bodies below; 51 of 57 actors have no",
        (("level", "sector"),): "",
        (("roles", ("responsible", "lead")),): "",
        (("roles", ("all",)),): "",
    }
    for options, sentence in cases.items():
        found = analyze("co-involvement", store=store, samples=9, **dict(options))
        note = section(found, "Choices").note
        assert sentence in note
        assert bool(sentence) == ("inistr" in note), options
        told = {"responsible": "in place of the active ones: responsible, lead.", "all": "Here all roles count"}
        for role in dict(options).get("roles", ())[:1]:
            for text in (note, found.definition, found.methods):
                assert told[role] in text


def test_parts_that_do_not_hang_together_are_told(toy):
    """D is alone: what is not defined there, and what is 0 by definition, is said where it is shown."""
    note = section(analyze("co-involvement", store=toy, samples=9), "The network").note
    assert "disconnected (2 components, 1 of them isolates)" in note
    assert "of isolates it is not defined, nor are their depth, effective size and constraint" in note
    assert "for the 1 actor outside it is 0 by definition" in note
    left = analyze("co-involvement", store=toy, samples=9, isolates="out")
    assert "1 actor that shares no event" in section(left, "The two modes").note
    assert column(left, "The two modes", "id", "value")["actors"] == 4
    assert column(left, "The network", "id", "value")["nodes"] == 3


def test_random_tables_say_what_they_are_worth(toy):
    """Numbers that a note would hide are figures; Bayley and Hammersley's number of independent samples by hand."""
    from plangraph.analysis.chance import Chain

    assert Chain(1, 9999, 0, 0, [], 0.27).effective == 5747
    assert Chain(1, 99, 0, 0, [], -0.5).effective == 99
    assert Chain(1, 5, 0, 0, [], -1.0).effective == 5
    assert Chain(1, 1, 0, 0, [], None).effective is None
    found = analyze("co-involvement", store=toy, samples=99)
    figures = column(found, "Chance: the random tables", "id", "value")
    assert figures["samples"] == 99
    assert figures["smallest p"] == 0.01
    assert figures["effective samples"] <= 99
    assert {"burn-in", "thinning", "moved last", "four-cycles p", "autocorrelation"} <= set(figures)
    assert set(column(found, "Communities: quality", "id", "value")) == {
        "communities", "modularity", "runs", "stability"
    }  # fmt: skip
    assert set(column(found, "Core and periphery: fit", "id", "value")) == {"core size", "tied", "errors", "fit"}


def test_notes_hold_for_their_layer(toy):
    for layer in ("collaboration", *networks.JOINT):
        note = section(analyze(layer, store=toy, samples=9), "Brokers").note
        assert ("In a projection" in note) <= (layer in networks.JOINT)
    brokers = section(analyze("co-mention", store=toy, samples=9), "Brokers")
    assert "In a projection" in brokers.note or not brokers.rows


def test_chance_says_so_when_nothing_exceeds_it(toy):
    found = analyze("co-involvement", store=toy, samples=99, seed=3)
    note = section(found, "Chance").note
    assert note.startswith("No tie exceeds chance: none of 3 tested pairs")
    assert "seed 3" in section(found, "Chance: the random tables").note
    assert "no tie exceeded chance" in found.methods


def test_sections_follow_the_table(toy):
    """Each function of the table makes one section, in its place, of each layer named beside it and of no other."""
    named = {}
    for layer in networks.LAYERS:
        found = analyze(layer, store=toy, samples=19)
        makers = [make.__name__ for make, layers in SECTIONS if layer in layers]
        assert len(found.sections) == len(makers), layer
        for made, maker in zip(found.sections, makers, strict=True):
            assert named.setdefault(maker, made.name) == made.name
    assert len(named) == len(set(named.values())) == len(SECTIONS) == 21


def test_the_methods_paragraph_states_what_a_reader_needs(toy):
    for layer in networks.LAYERS:
        staged = {} if layer in networks.STAGELESS else {"stages": ["reported", "planned"]}
        found = analyze(layer, store=toy, samples=19, seed=11, **staged)
        for part in (layer, "isolates kept", "n = ", "networkx", "numpy"):
            assert part in found.methods, (layer, part)
        assert ("entries" in found.methods) == (layer != "hierarchy")
        assert ("stages: reported, planned" in found.methods) == (layer not in networks.STAGELESS)
        if layer in networks.JOINT:
            assert "Newman" in found.methods
            assert "seed 11" in found.methods


def test_multiverse_compares_every_choice(toy):
    rankings = {
        "co-involvement": ("events", "strength (newman)", "strength (count)", "strength (jaccard)"),
        "co-mention": ("events", "strength (newman)", "strength (count)", "strength (jaccard)"),
        "affiliation": ("events",),
        "collaboration": ("strength",),
    }
    for layer, names in rankings.items():
        found = analyze(layer, store=toy, samples=19)
        rows = section(found, "Multiverse: every choice").rows
        stages = 1 if layer == "co-mention" else 3
        assert len(rows) == len(names) * (2 * stages * 2 + 1)
        assert tuple(dict.fromkeys(row["ranking"] for row in rows)) == names
        base = rows[0]
        assert [base[name] for name in ("unit", "groups", "evidence", "ρ", "shared top")] == ["entry", "out", 1, 1, 1]
        assert ("stages" in base) == (stages > 1)
        # The leading actors are followed through the ranking of the report, whatever the others say.
        followed = section(found, "Multiverse: the leading actors").rows
        assert {row["choices"] for row in followed} == {len(rows) / len(names)}


def test_a_choice_without_ties_keeps_its_row(toy):
    """In area 2 a grant is the only tie, and one span is all that states it."""
    found = analyze("collaboration", store=toy, areas=["2"])
    rows = section(found, "Multiverse: every choice").rows
    assert len(rows) == 13
    assert (rows[-1]["evidence"], rows[-1]["ties"], rows[-1]["ρ"], rows[-1]["shared top"]) == (2, 0, None, None)
    assert "2 spans of evidence in place of fewer" in section(found, "Multiverse: rankings").note
    [ranking] = section(found, "Multiverse: rankings").rows
    assert ranking["choices"] == 13
    assert ranking["undefined"] >= 1
    assert {row["choices"] for row in section(found, "Multiverse: the leading actors").rows} == {13}


def test_an_actor_that_is_lost_is_counted_last(toy):
    """In area 2 C and D have a measure each: without it they are last, in every layer."""
    found = analyze("affiliation", store=toy, areas=["2"], samples=9)
    for name, value in (("rank", 1), ("best without one", 1), ("worst without one", 2)):
        assert column(found, "Importance", "id", name) == {"cc": value, "dd": value}
    assert column(found, "Importance", "id", "moved most by") == {"cc": "3a", "dd": "3b"}


def test_actors_without_an_event_are_counted(toy):
    """Only B's part in measure 1 is told in two places: A, C and D are in the network and have no event."""
    found = analyze("affiliation", store=toy, evidence=2, samples=9)
    assert column(found, "Importance", "id", "events") == {"bb": 1}
    figures = column(found, "The two modes", "id", "value")
    assert (figures["actors"], figures["ties"], figures["actors without event"]) == (1, 1, 3)
    # In the comparison of choices they are last, as an actor without a tie is by strength.
    assert column(found, "Multiverse: the leading actors", "id", "rank here") == {"bb": 1, "aa": 2, "cc": 2, "dd": 2}
    strict = section(found, "Multiverse: every choice").rows[-1]
    assert (strict["evidence"], strict["ties"], strict["ρ"]) == (3, 0, None)


def test_contexts_are_left_out_by_measure(toy):
    """Under measures 1, 2 and 3 only the tool of measure 1 is a context of several."""
    found = analyze("co-participation", store=toy, samples=9)
    assert set(column(found, "Importance", "id", "moved most by").values()) <= {"", "1", "2", "3a", "3b"}


def test_what_is_not_defined(toy):
    """A figure without a value is null for programs and in words for people, whatever the language."""
    for lang, words in (("en", "not defined"), ("nb", "ikke definert")):
        found = analyze("collaboration", store=toy, areas=["2"], lang=lang)
        assert column(found, "The network", "id", "value")["clustering"] is None
        content = json.loads(networks.render(found, "json"))
        values = [row.get("value") for part in content["sections"] for row in part["rows"]]
        assert None in values
        assert not {"not defined", "ikke definert"} & {str(value) for value in values}
        lines = list(csv.DictReader(io.StringIO(networks.render(found, "csv"))))
        assert any(line["column"] == "value" and not line["value"] for line in lines)
        for form in ("table", "md"):
            assert words in networks.render(found, form)
        assert words in found._repr_html_()


def test_the_multiverse_ranks_by_what_the_report_ranks_by(store):
    """The 12 choices of unit, stages and groups, ranked by two-mode degree, as scipy computes them apart from us."""
    found = analyze("co-involvement", store=store, samples=9)
    by_events = [r for r in section(found, "Multiverse: every choice").rows if r["ranking"] == "events"]
    twelve = [row["ρ"] for row in by_events if row["evidence"] == 1]
    assert len(twelve) == 12
    assert (round(min(twelve), 3), max(twelve)) == (0.899, 1)
    assert {row["leading"] for row in by_events} <= {"IMDi", "Bufdir", "Bufdir, IMDi", "IMDi, Bufdir"}
    [own, *_] = section(found, "Multiverse: rankings").rows
    assert (round(own["least ρ"], 3), own["most ρ"], own["choices"], own["undefined"]) == (0.899, 1, 13, 0)
    worst = column(found, "Multiverse: the leading actors", "id", "worst")
    assert worst["imdi"] == worst["bufdir"] == 2
    assert "by events: events 0." in section(found, "Multiverse: rankings").note


@pytest.mark.parametrize("layer", networks.LAYERS)
@pytest.mark.parametrize("form", FORMATS)
def test_every_layer_in_every_format(toy, layer, form):
    analysis = analyze(layer, store=toy, samples=19)
    text = networks.render(analysis, form)
    assert layer in text
    assert "None" not in text
    assert "nan" not in text.split()
    if form == "json":
        content = json.loads(text)
        assert content["options"]["level"] == "body"
        assert len(content["sections"]) == len(analysis.sections)
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(text)))
        told = [row for row in rows if row["section"] not in ("Run", "References") and row["row"]]
        assert len(told) == sum(len(row) for s in analysis.sections for row in s.rows)
    if form in ("table", "md"):
        assert all(s.name in text for s in analysis.sections)
        assert analysis.methods.split()[0] in text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"seed": "one"}, "seed must be a whole number"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"samples": 0}, "samples must be a whole number"),
        ({"top": -1}, "top must be a whole number"),
        ({"unit": "page"}, "unit cannot be"),
    ],
)
def test_bad_numbers_get_a_sentence(toy, given, message):
    with pytest.raises(UsageError, match=message):
        analyze("co-involvement", store=toy, **given)


def test_one_actor_and_two():
    store = ox.Store()
    text = TOY.read_text(encoding="utf-8")
    keep = [line for line in text.splitlines() if not line.startswith("p:") or line.startswith(("p:1-aa", "p:1-bb"))]
    store.load("\n".join(keep), format=ox.RdfFormat.TURTLE)
    found = analyze("co-involvement", store=store, samples=9)
    assert column(found, "The network", "figure", "value")["degree centralisation"] is None
    assert "nothing to test" in section(found, "Chance").note
    assert section(found, "Brokers").note == "No actor stands between others: all shortest paths are single ties."
    store.update("DELETE WHERE { <https://w3id.org/plangraph/plan/toy/participation/1-bb> ?p ?o }")
    with pytest.raises(UsageError, match="1 node and no tie under the default options"):
        analyze("co-involvement", store=store)


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["analyze", "co-involvement", "--seed", "x"], 2, "seed must be a whole number, not 'x'"),
        (["analyze", "co-envolvement"], 2, "there is no layer 'co-envolvement'"),
        (["network", "hierarchy", "--unit", "page"], 2, "unit cannot be 'page'"),
        (["network", "co-mention", "--areas", "7"], 2, "there is no area '7'"),
        (["network", "co-mention"], 0, ""),
        (["analyze", "collaboration"], 0, ""),
    ],
)
def test_commands(capsys, words, status, message):
    assert main([*words, "--store", str(TOY)]) == status
    printed = capsys.readouterr()
    assert message in printed.err
    assert "Traceback" not in printed.err
    assert bool(printed.out) == (status == 0)
