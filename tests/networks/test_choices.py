"""What the options count, on the shipped plan: numbers that were worked out without this code."""

from dataclasses import fields

import pytest

from conftest import ROOT
from plangraph import analyze, networks
from plangraph.errors import UsageError
from plangraph.figures import pictures
from plangraph.names import short
from plangraph.networks.choices import TAKES

from .conftest import TOY

DEFAULT = networks.Options()


@pytest.fixture(scope="module")
def plan(store):
    """The facts of each layer of the shipped plan."""
    return {layer: networks.read_facts(layer, ROOT / "data", store) for layer in networks.LAYERS}


def named(network):
    return {" ".join(sorted((short(u), short(v)))) for u, v in network.edges}


def test_ties_that_rest_on_a_grant_or_a_commission_can_be_left_out(plan):
    network = networks.network_of(plan["collaboration"])
    paid = {
        tie
        for tie in network.edges
        if network.edges[tie]["basis"] == "role"
        and all(pair.split(":")[0] in ("recipient", "commissioner") for pair in network.edges[tie]["roles"])
    }
    assert network.number_of_edges() == 44
    assert named(network.edge_subgraph(paid)) == {
        "ihsg imdi", "imdi oslo-rode-kors", "bfd stl", "imdi stl", "fafo imdi", "jd nova", "jd oslomet", "atv udi",
        "regjeringen stortinget",
    }  # fmt: skip
    without = networks.network_of(plan["collaboration"], networks.Options(roles=("active", "owner")))
    assert named(without) == named(network) - named(network.edge_subgraph(paid))
    assert (len(network), len(without)) == (72, 68)
    everyone = networks.network_of(plan["collaboration"], networks.Options(groups="in"))
    taught = [roles for _, _, roles in everyone.edges(data="roles") if roles == ("recipient:trainer",)]
    assert (len(taught), everyone.number_of_edges()) == (9, 86)


# What no layer of these has: a value other than the default, for each option that some layer does not take.
OTHERS = {
    "unit": "number", "stages": ("planned",), "roles": ("lead",), "areas": ("1",), "weight": "jaccard", "evidence": 2,
}  # fmt: skip
REFUSED = {
    "responsibility": {"weight"},
    "affiliation": {"weight"},
    "collaboration": {"weight"},
    "co-participation": set(),
    "co-involvement": set(),
    "co-mention": {"stages", "roles"},
    "hierarchy": set(OTHERS),
}


@pytest.mark.parametrize("layer", networks.LAYERS)
def test_what_a_layer_does_not_take_is_refused_and_said_to_be_not_applicable(toy, layer):
    facts = networks.read_facts(layer, store=toy)
    assert set(TAKES[layer]) == {f.name for f in fields(networks.Options)} - REFUSED[layer]
    described = networks.network_of(facts).graph
    for name, value in OTHERS.items():
        given = networks.Options(**{name: value})
        assert (described[name] == "not applicable") == (name in REFUSED[layer])
        if name in REFUSED[layer]:
            with pytest.raises(UsageError, match=f"the layer {layer} does not take {name}") as error:
                networks.network_of(facts, given)
            assert f"leave --{name} out; it takes {', '.join(TAKES[layer])}" in error.value.told()
        assert given.of(layer).of(layer) == given.of(layer) if name in TAKES[layer] else given.within(layer) == DEFAULT
    # A default that is spelt out is no choice.
    assert networks.Options(stages=["reported"], evidence=1).of(layer) == DEFAULT.of(layer)


def test_commands_refuse_what_a_layer_does_not_take(run):
    for words, message in (
        (
            ["hierarchy", "--areas", "1", "--unit", "number", "--evidence", "3"],
            "does not take unit and areas and evidence",
        ),
        (["collaboration", "--weight", "newman"], "the layer collaboration does not take weight"),
        (["co-mention", "--stages", "planned"], "the layer co-mention does not take stages"),
    ):
        for command in ("network", "analyze"):
            status, out, err = run(command, *words, "--store", TOY)
            assert (status, out) == (2, "")
            assert message in err


def test_options_of_a_projection_go_with_comparisons_of_other_layers(toy):
    """Jaccard weights are for projections: stated ties, with which they are compared, have none to choose."""
    found = analyze("co-involvement", store=toy, samples=19, weight="jaccard")
    assert any("correlation" in row for section in found.sections for row in section.rows)
    pytest.importorskip("matplotlib", reason="figures need matplotlib: pip install .[figures]")
    drawn = pictures(toy, None, networks.Options(weight="jaccard", stages=("reported", "planned")), "en")
    assert [picture.name for picture in drawn] == [
        "co-involvement-network", "collaboration-network", "co-mention-network", "ministry-area", "actor-measure",
    ]  # fmt: skip
