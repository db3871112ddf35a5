"""What the options count, on the shipped plan: numbers that were worked out without this code."""

import pytest

from conftest import ROOT
from plangraph import networks
from plangraph.names import short


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
