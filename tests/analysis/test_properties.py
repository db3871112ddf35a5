"""What holds for every network."""

import random
from itertools import pairwise
from math import isclose

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from plangraph.analysis import chance, groups, metrics, paths, projection, ranking, twomode

pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(100, 107)), min_size=1, max_size=40)
networks = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(1, 9)), max_size=25)


def network_of(ties, directed=False):
    network = nx.DiGraph() if directed else nx.Graph()
    network.add_nodes_from(range(9))
    network.add_weighted_edges_from((u, v, w) for u, v, w in ties if u != v)
    return network


def close(ours, theirs):
    return ours.keys() == theirs.keys() and all(isclose(ours[n], theirs[n], abs_tol=1e-9) for n in ours)


@given(pairs, st.sampled_from(projection.WEIGHTS))
def test_projection_equals_that_of_networkx_edge_for_edge(given_pairs, weight):
    two = nx.Graph()
    two.add_nodes_from({a for a, _ in given_pairs}, bipartite=0)
    two.add_nodes_from({e for _, e in given_pairs}, bipartite=1)
    two.add_edges_from(given_pairs)
    project = {
        "count": nx.bipartite.weighted_projected_graph,
        "newman": nx.bipartite.collaboration_weighted_projected_graph,
        "jaccard": nx.bipartite.overlap_weighted_projected_graph,
    }[weight]
    theirs = project(two, twomode.actors(two))
    ours = projection.project(given_pairs, weight)
    assert set(ours) == set(theirs)
    assert set(map(frozenset, ours.edges)) == set(map(frozenset, theirs.edges))
    assert all(isclose(w, theirs[u][v]["weight"], rel_tol=1e-12) for u, v, w in ours.edges(data="weight"))
    assert isclose(sum(d for _, d in ours.degree()), 2 * theirs.number_of_edges())


@given(pairs, st.randoms(use_true_random=False))
def test_a_projection_is_a_plain_network_in_an_order_of_its_own(given_pairs, rng):
    shuffled = rng.sample(given_pairs, len(given_pairs))
    one, other = projection.project(given_pairs), projection.project(shuffled)
    assert [(n, list(near.items())) for n, near in one.adj.items()] == [
        (n, list(near.items())) for n, near in other.adj.items()
    ]
    assert type(one) is nx.Graph
    ties = list(one.edges)
    for number, tie in enumerate(ties):
        one.edges[tie]["weight"] = one.nodes[tie[0]]["seen"] = number
    assert [one[v][u]["weight"] for u, v in ties] == list(range(len(ties)))
    one.add_edge("new", next(iter(one)))
    one.remove_node("new")
    assert set(one.edges) == set(ties)


def test_a_matrix_becomes_a_network_without_its_diagonal():
    table = sparse.csr_array(np.array([[7, 1, 0], [1, 0, 2], [0, 2, 0]]))
    network = projection.from_matrix(table, [("a", 1), ("b", 1), ("c", 1)], "n")
    assert list(network.edges(data=True)) == [(("a", 1), ("b", 1), {"n": 1}), (("b", 1), ("c", 1), {"n": 2})]
    # Both directions share one dictionary, as networkx has it.
    network[("c", 1)][("b", 1)]["n"] = 5
    assert network[("b", 1)][("c", 1)]["n"] == 5
    assert projection.from_matrix(sparse.csr_array((2, 2)), ["a", "b"]).number_of_nodes() == 2


@given(networks, st.booleans())
def test_paths_equal_those_of_networkx(ties, directed):
    network = network_of(ties, directed)
    found = paths.shortest_paths(network)
    between = dict(zip(found.names, found.between.tolist(), strict=True))
    assert close(between, nx.betweenness_centrality(network, normalized=False))
    assert close(metrics.betweenness(network), nx.betweenness_centrality(network))
    turned = network.reverse() if directed else network
    ours = {n: v or 0.0 for n, v in metrics.closeness(network).items()}
    assert close(ours, nx.closeness_centrality(turned))


@given(networks)
def test_values_stay_in_their_ranges(ties):
    network = network_of(ties)
    group = {n: n % 3 if n else None for n in network}
    mixing = groups.mixing(network, group, "weight")
    assert mixing.ei is None or -1 <= mixing.ei <= 1
    assert mixing.assortativity is None or -1 - 1e-9 <= mixing.assortativity <= 1 + 1e-9
    ours = groups.mixing(network, group).assortativity
    if ours is not None:
        known = nx.Graph(network.subgraph(n for n in network if group[n] is not None))
        nx.set_node_attributes(known, group, "group")
        assert isclose(ours, nx.attribute_assortativity_coefficient(known, "group"), abs_tol=1e-9)
    for name, value in metrics.summary(network).items():
        if value is not None and name not in ("nodes", "ties", "tie weight", "components", "isolates"):
            assert value >= 0
    found = groups.communities(network, runs=3)
    assert sorted(n for part in found.groups for n in part) == sorted(n for n in network if network.degree(n))
    core = groups.core_periphery(network)
    assert core.errors <= network.number_of_edges()
    assert core.fit is None or -1 <= core.fit <= 1


@given(networks, st.randoms(use_true_random=False))
def test_names_do_not_matter(ties, rng):
    network = network_of(ties)
    names = [f"n{i}" for i in range(9)]
    rng.shuffle(names)
    renamed = nx.relabel_nodes(network, dict(zip(range(9), names, strict=True)))
    ours, theirs = metrics.node_metrics(network), metrics.node_metrics(renamed)
    for node, name in zip(range(9), names, strict=True):
        for metric, value in ours[node].items():
            other = theirs[name][metric]
            assert (value is None) == (other is None), metric
            assert value is None or isclose(value, other, rel_tol=1e-6, abs_tol=1e-6), metric
    first, second = metrics.summary(network), metrics.summary(renamed)
    assert first.keys() == second.keys()
    assert all((a is None and b is None) or isclose(a, b) for a, b in zip(first.values(), second.values(), strict=True))
    assert groups.core_periphery(network).errors == groups.core_periphery(renamed).errors


@given(pairs, st.integers(0, 99))
def test_curveball_keeps_all_degrees(given_pairs, seed):
    table, rows, columns = projection.incidence(given_pairs)
    members = [set(line.nonzero()[0].tolist()) for line in table.toarray()]
    found = chance.curveball(members, 30, random.Random(seed))
    assert list(map(len, found)) == list(map(len, members))
    assert [sum(k in row for row in found) for k in range(len(columns))] == table.toarray().sum(axis=0).tolist()
    assert len(found) == len(rows)
    assert found == chance.curveball(members, 30, random.Random(seed))


@given(st.lists(st.floats(0.0001, 1), min_size=1, max_size=30))
def test_corrected_p_values(p):
    q = chance.benjamini_hochberg(p)
    assert all(a <= b + 1e-12 and b <= 1 for a, b in zip(p, q, strict=True))
    order = sorted(range(len(p)), key=lambda i: p[i])
    assert all(q[a] <= q[b] + 1e-12 for a, b in pairwise(order))


@given(st.dictionaries(st.integers(0, 20), st.floats(-5, 5), min_size=2))
def test_ranks(values):
    ranks = ranking.competition_ranks(values)
    assert min(ranks.values()) == 1
    assert sum(ranking.middle_ranks(values).values()) == len(values) * (len(values) + 1) / 2
    own = ranking.spearman(values, values)
    assert own is None or isclose(own, 1)
