"""Every layer of the toy plan, tie by tie, as the definitions say."""

import networkx as nx
import pyoxigraph as ox
import pytest

from plangraph import networks
from plangraph.analysis import projection
from plangraph.errors import UsageError
from plangraph.names import short
from plangraph.networks.choices import CHOICES, DIRECTED, ONE_MODE, TWO_MODE


def ties(network: nx.Graph, value: str = "weight") -> dict[str, float]:
    return {
        f"{short(u)} {short(v)}" if network.is_directed() else " ".join(sorted((short(u), short(v)))): amount
        for u, v, amount in network.edges(data=value)
    }


def make(toy, layer, **options):
    return networks.build_network(layer, store=toy, **options)


def test_co_involvement(toy):
    found = make(toy, "co-involvement")
    # Under 1: A, B, C. Under 2: A, B, C (a course of its own). Under 3a and 3b: one actor each.
    assert ties(found) == pytest.approx({"aa bb": 1, "aa cc": 1, "bb cc": 1})
    assert ties(found, "count") == {"aa bb": 2, "aa cc": 2, "bb cc": 2}
    assert ties(found, "jaccard") == pytest.approx({"aa bb": 1, "aa cc": 2 / 3, "bb cc": 2 / 3})
    assert sorted(map(short, found)) == ["aa", "bb", "cc", "dd"]
    assert found.graph["left_out"] == 1
    assert found.graph["units"] == 4


def test_co_participation_needs_the_same_context(toy):
    found = make(toy, "co-participation", weight="count")
    assert ties(found) == {"aa bb": 2, "aa cc": 1, "bb cc": 1}


def test_collaboration_is_a_star_around_the_lead_not_a_clique(toy):
    found = make(toy, "collaboration")
    # A–B: consulted under 1, together under 2. A–C: consulted under 1, money under 3a. B–C: only consulted alike.
    assert ties(found) == {"aa bb": 2, "aa cc": 2}
    assert ties(found, "basis") == {"aa bb": "role together", "aa cc": "role"}
    assert ties(found, "roles") == {
        "aa bb": ("consulted:developer",),
        "aa cc": ("consulted:developer", "recipient:funder"),
    }
    assert sorted(map(short, nx.isolates(found))) == ["dd", "kd"]
    only_active = make(toy, "collaboration", roles=("active",))
    assert ties(only_active) == {"aa bb": 2, "aa cc": 1}


def test_a_tie_needs_both_stages(toy):
    everything = make(toy, "collaboration", groups="in", stages=("reported", "planned"))
    # Schools take part in what C was planned to lead.
    assert ties(everything) == {"aa bb": 2, "aa cc": 2, "cc schools": 1}
    assert "cc schools" not in ties(make(toy, "collaboration", groups="in"))


def test_co_mention(toy):
    found = make(toy, "co-mention", weight="count")
    assert ties(found) == {"aa bb": 2, "aa kd": 1, "bb kd": 1, "aa cc": 1, "bb cc": 1}
    assert found.edges["https://w3id.org/plangraph/actor/aa", "https://w3id.org/plangraph/actor/kd"]["evidence"] == (
        "https://w3id.org/plangraph/evidence/toy/3-4",
    )
    assert "cc schools" in ties(make(toy, "co-mention", groups="in"))


def test_affiliation(toy):
    found = make(toy, "affiliation")
    assert {(short(u), short(v)) for u, v in found.edges} == {
        ("aa", "1"), ("aa", "2"), ("bb", "1"), ("bb", "2"), ("cc", "1"), ("cc", "2"), ("cc", "3a"), ("dd", "3b"),
    }  # fmt: skip
    assert {found.nodes[n]["type"] for n in found if found.nodes[n]["bipartite"] == 1} == {True}
    by_number = make(toy, "affiliation", unit="number")
    assert {(short(u), short(v)) for u, v in by_number.edges if short(v) == "3"} == {
        ("bb", "3"),
        ("cc", "3"),
        ("dd", "3"),
    }
    assert by_number.graph["left_out"] == 0


def test_responsibility(toy):
    found = make(toy, "responsibility")
    assert ties(found, "kind") == {
        "kd 1": "answers for", "kd 2": "answers for", "kd 3b": "answers for",
        "1 aa": "carried out by", "1 bb": "carried out by", "1 cc": "carried out by",
        "2 aa": "carried out by", "2 bb": "carried out by", "2 cc": "carried out by",
        "3a cc": "carried out by", "3b dd": "carried out by",
    }  # fmt: skip


def test_hierarchy(toy):
    found = make(toy, "hierarchy")
    assert ties(found, "basis") == {"aa kd": "outside", "dd aa": "stated"}
    assert len(found) == 5
    assert len(make(toy, "hierarchy", isolates="out")) == 3


def test_unit_level_area_and_sector(toy):
    by_number = make(toy, "co-involvement", unit="number", weight="count")
    assert ties(by_number) == {"aa bb": 2, "aa cc": 2, "bb cc": 3, "bb dd": 1, "cc dd": 1}
    lifted = make(toy, "co-involvement", unit="number", weight="count", level="ministry")
    assert ties(lifted) == {"bb kd": 3, "bb cc": 3, "cc kd": 3}
    sectors = make(toy, "co-involvement", level="sector", weight="count", unit="number")
    assert ties(sectors) == {"sector:public sector:voluntary": 3}
    with pytest.raises(UsageError, match="no tie under these options"):
        make(toy, "co-involvement", areas=("2",))
    assert ties(make(toy, "co-involvement", areas=("1",))) == ties(make(toy, "co-involvement"))
    # Of the parts under the measures only that of B under 1 is told in two places.
    assert ties(make(toy, "affiliation", evidence=2)) == {"1 bb": 1}
    with pytest.raises(UsageError, match="no tie under these options"):
        make(toy, "co-involvement", evidence=2)
    # Under 3 as a number C is told of twice, public bodies three times; elsewhere C once.
    wide = {"unit": "number", "level": "sector", "roles": "all", "weight": "count"}
    assert ties(make(toy, "co-involvement", **wide)) == {"sector:public sector:voluntary": 3}
    assert ties(make(toy, "co-involvement", **wide, evidence=2)) == {"sector:public sector:voluntary": 1}
    with pytest.raises(UsageError, match="no tie under these options"):
        make(toy, "co-involvement", **wide, evidence=3)
    assert ties(make(toy, "collaboration", evidence=3)) == {"aa bb": 2, "aa cc": 2}
    assert ties(make(toy, "collaboration", evidence=4)) == {"aa bb": 2}
    assert make(toy, "co-involvement").nodes["https://w3id.org/plangraph/actor/dd"]["sector"] == "public"
    assert make(toy, "co-involvement").nodes["https://w3id.org/plangraph/actor/dd"]["ministry"] == "kd"


def test_layers_are_of_the_kinds_that_are_told(toy):
    for layer in networks.LAYERS:
        network = make(toy, layer)
        modes = {mode for _, mode in network.nodes(data="bipartite")}
        assert network.is_directed() == (layer in DIRECTED)
        assert (modes == {None} and not network.is_directed()) == (layer in ONE_MODE), layer
        if layer in TWO_MODE:
            assert networks.pairs_of(networks.read_facts(layer, store=toy), networks.Options())
        else:
            with pytest.raises(UsageError, match="no two-mode table"):
                networks.pairs_of(networks.read_facts(layer, store=toy), networks.Options())
    assert CHOICES["weight"] == projection.WEIGHTS


@pytest.mark.parametrize("layer", networks.JOINT)
@pytest.mark.parametrize("weight", projection.WEIGHTS)
@pytest.mark.parametrize("unit", ["entry", "number"])
def test_layers_equal_the_sparse_projection(toy, layer, weight, unit):
    facts = networks.read_facts(layer, store=toy)
    options = networks.Options(unit=unit, weight=weight, groups="in")
    ours = networks.network_of(facts, options)
    theirs = projection.project(networks.pairs_of(facts, options), weight)
    assert set(ours) == set(theirs)
    assert set(map(frozenset, ours.edges)) == set(map(frozenset, theirs.edges))
    assert all(w == pytest.approx(theirs[u][v]["weight"]) for u, v, w in ours.edges(data="weight"))


def test_every_tie_keeps_what_it_rests_on(toy):
    for layer in networks.LAYERS:
        network = make(toy, layer, groups="in")
        assert network.graph["layer"] == layer
        assert network.graph["definition"]
        assert network.graph["level"] == "body"
        for u, v, data in network.edges(data=True):
            if layer not in ("co-mention", "hierarchy"):
                assert data["participations"], (layer, u, v)
                assert data["evidence"], (layer, u, v)


@pytest.mark.parametrize(
    ("layer", "options", "message"),
    [
        ("colaboration", {}, "no layer 'colaboration'"),
        ("affiliation", {"unit": "page"}, "unit cannot be 'page'"),
        ("affiliation", {"weight": "cosine"}, "weight cannot be 'cosine'"),
        ("affiliation", {"stages": ("done",)}, "stages cannot be 'done'"),
        ("affiliation", {"stages": ()}, "no stage"),
        ("affiliation", {"units": "entry"}, "no option 'units'"),
        ("affiliation", {"evidence": 0}, "whole number"),
        ("affiliation", {"evidence": True}, "whole number"),
        ("affiliation", {"areas": 1.5}, "areas must be a text or a whole number, or a list of them, not 1.5"),
        ("affiliation", {"areas": None}, "not None"),
        ("affiliation", {"stages": None}, r"give a list as in stages=\['reported', 'announced'\]"),
        ("affiliation", {"roles": None}, r"give a list as in roles=\['lead', 'developer'\]"),
        ("affiliation", {"evidence": 500}, "widen the options: a lower evidence, more stages, roles all, groups in"),
        ("co-mention", {"evidence": 500, "groups": "in"}, "widen the options: a lower evidence$"),
        ("hierarchy", {"level": "sector"}, "widen the options: level body, groups in$"),
        ("affiliation", {"areas": {1: 2}}, "not {1: 2}"),
        ("affiliation", {"areas": [True]}, "areas must be"),
        ("affiliation", {"stages": [["reported"]]}, "stages must be"),
        ("affiliation", {"roles": b"lead"}, "roles must be"),
        ("affiliation", {"groups": True}, "groups cannot be True"),
        ("affiliation", {"areas": ("9",)}, "no area '9'"),
        ("affiliation", {"roles": ("chairman",)}, "no role 'chairman'"),
        ("collaboration", {"stages": ("announced",)}, "no tie under these options"),
    ],
)
def test_bad_input_gets_a_sentence(toy, layer, options, message):
    with pytest.raises(UsageError, match=message) as error:
        make(toy, layer, **options)
    assert error.value.mend


@pytest.mark.parametrize("areas", [1, "1", [1], ("1",), {1}, ["1", 1]])
def test_areas_are_given_as_numbers_or_texts_one_or_several(toy, areas):
    network = make(toy, "affiliation", areas=areas)
    assert network.graph["areas"] == "1"
    assert network.number_of_edges() == make(toy, "affiliation", areas=("1",)).number_of_edges() > 0


@pytest.mark.parametrize("layer", networks.LAYERS)
@pytest.mark.parametrize("lang", ["nb", "en"])
def test_nodes_are_labelled_in_the_language_asked_for(toy, layer, lang):
    network = make(toy, layer, lang=lang)
    assert network
    assert all(data["label"] == data[lang] for _, data in network.nodes(data=True))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"store": 5}, "5 is not a store"),
        ({"store": "out/.store"}, "'out/.store' is not a store"),
        ({"lang": "sv"}, "no language 'sv'"),
        ({"lang": 5}, "no language 5"),
        ({"plan": 5}, "no plan 5"),
    ],
)
def test_wrong_kinds_of_value_get_a_sentence(given, message):
    with pytest.raises(UsageError, match=message):
        networks.build_network("collaboration", **given)
    with pytest.raises(UsageError, match="5 is not the name of a folder"):
        networks.build_network("collaboration", 5, **given if "lang" not in given else {})


def test_graphs_without_our_terms():
    empty = ox.Store()
    with pytest.raises(UsageError, match="no measures"):
        make(empty, "co-involvement")
    empty.load(
        '<x:m> a <https://w3id.org/plangraph/ns#Measure> ; <http://purl.org/dc/terms/identifier> "1" .',
        format=ox.RdfFormat.TURTLE,
    )
    with pytest.raises(UsageError, match="no participations"):
        make(empty, "co-involvement")
    with pytest.raises(UsageError, match="no mentions"):
        make(empty, "co-mention")
    with pytest.raises(UsageError, match="no tie"):
        make(empty, "hierarchy")
