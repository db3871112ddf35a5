"""Every metric against R's igraph and sna, igraph in Python, and networkx, on networks with known answers."""

import csv
from collections import defaultdict
from math import isclose
from pathlib import Path

import networkx as nx
import pytest

from plangraph.analysis import chance, groups, metrics, paths, projection, ranking, twomode

igraph = pytest.importorskip("igraph", reason="igraph, an independent implementation, is needed: pip install .[test]")

HERE = Path(__file__).parent / "published"


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def r_values() -> dict[tuple[str, str], dict[str, float]]:
    table: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in rows("r-values.csv"):
        table[row["data"], row["metric"]][row["node"]] = float(row["value"])
    return table


R = r_values()


def zachary() -> nx.Graph:
    network = nx.Graph()
    network.add_weighted_edges_from((r["from"], r["to"], int(r["weight"])) for r in rows("zachary.csv"))
    return network


def sampson() -> nx.DiGraph:
    network = nx.DiGraph()
    network.add_weighted_edges_from((r["from"], r["to"], int(r["choice"])) for r in rows("sampson.csv"))
    return network


def davis() -> list[tuple[str, str]]:
    return [(r["woman"], r["event"]) for r in rows("davis.csv")]


def davis_network() -> nx.Graph:
    network = nx.Graph()
    network.add_nodes_from({w for w, _ in davis()}, bipartite=0)
    network.add_nodes_from({e for _, e in davis()}, bipartite=1)
    network.add_edges_from(davis())
    return network


def same(ours, theirs, tolerance=1e-9):
    assert ours.keys() == theirs.keys()
    wrong = {n: (v, theirs[n]) for n, v in ours.items() if not isclose(v, theirs[n], rel_tol=tolerance, abs_tol=1e-9)}
    assert not wrong


def longest_one(values):
    length = sum(v * v for v in values.values()) ** 0.5
    return {n: v / length for n, v in values.items()}


def peer(network: nx.Graph) -> "igraph.Graph":
    ties = [(u, v, d["weight"]) for u, v, d in network.edges(data=True)]
    return igraph.Graph.TupleList(ties, directed=network.is_directed(), weights=True)


@pytest.mark.parametrize("data", ["zachary", "sampson"])
def test_whole_network_equals_r(data):
    network = zachary() if data == "zachary" else sampson()
    figures = metrics.summary(network)
    compared = 0
    for name, value in figures.items():
        if (data, name) in R:
            assert isclose(value, R[data, name][""], rel_tol=1e-9), name
            compared += 1
    assert compared == 7 if data == "zachary" else compared == 6
    assert figures["nodes"] == {"zachary": 34, "sampson": 18}[data]
    assert figures["ties"] == {"zachary": 78, "sampson": 57}[data]


@pytest.mark.parametrize("data", ["zachary", "sampson"])
def test_nodes_equal_r(data):
    network = zachary() if data == "zachary" else sampson()
    found = paths.shortest_paths(network)
    same(dict(zip(found.names, found.between.tolist(), strict=True)), R[data, "betweenness"])
    same(metrics.core_number(network), R[data, "core number"])
    same(metrics.constraint(network), R[data, "constraint"])
    same(metrics.constraint(network, "weight"), R[data, "weighted constraint"])
    same(metrics.strength(network), R[data, "strength"])
    same(paths.weighted_betweenness(network), R[data, "weighted betweenness"])
    if data == "zachary":
        same(metrics.closeness(network), R[data, "closeness"])
        same(metrics.eigenvector(network), longest_one(R[data, "eigenvector"]), 1e-7)
        same(metrics.eigenvector(network, "weight"), longest_one(R[data, "weighted eigenvector"]), 1e-7)
    else:
        same(dict(zip(found.names, found.between.tolist(), strict=True)), R[data, "sna betweenness"])


@pytest.mark.parametrize("network", [zachary(), sampson()], ids=["zachary", "sampson"])
def test_nodes_equal_igraph_in_python(network):
    other = peer(network)
    names = other.vs["name"]
    found = paths.shortest_paths(network)
    same(
        dict(zip(found.names, found.between.tolist(), strict=True)), dict(zip(names, other.betweenness(), strict=True))
    )
    same(metrics.constraint(network), dict(zip(names, other.constraint(), strict=True)))
    same(metrics.constraint(network, "weight"), dict(zip(names, other.constraint(weights="weight"), strict=True)))
    undirected = other.as_undirected() if network.is_directed() else other
    same(metrics.core_number(network), dict(zip(names, undirected.coreness(), strict=True)))
    assert isclose(metrics.density(network), other.density())
    assert isclose(metrics.mean_distance(found), other.average_path_length())
    assert found.longest == other.diameter()
    assert isclose(metrics.transitivity(network), undirected.transitivity_undirected())
    if network.is_directed():
        assert isclose(metrics.reciprocity(network), other.reciprocity())
    else:
        # igraph's closeness of a connected network is Freeman's, to which ours reduces there.
        same(metrics.closeness(network), dict(zip(names, other.closeness(normalized=True), strict=True)))


@pytest.mark.parametrize("network", [zachary(), sampson()], ids=["zachary", "sampson"])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_effective_size_and_constraint_equal_networkx(network, weight):
    # With `nodes` networkx sums as Burt does; without it, it scales by the wrong neighbour's strongest tie (3.6.1).
    same(metrics.effective_size(network, weight), nx.effective_size(network, nodes=list(network), weight=weight))
    same(metrics.constraint(network, weight), nx.constraint(network, weight=weight))


def test_mixing_equals_r():
    faction = {r["member"]: r["faction"] for r in rows("zachary-factions.csv")}
    mixing = groups.mixing(zachary(), faction)
    assert isclose(mixing.assortativity, R["zachary", "assortativity by faction"][""])
    assert isclose(mixing.ei, R["zachary", "E-I by faction"][""])
    assert (mixing.internal, mixing.external) == (67, 11)
    directed = groups.mixing(sampson(), {n: int(n) % 3 for n in sampson()}, "weight")
    other = peer(sampson())
    types = [int(n) % 3 for n in other.vs["name"]]
    plain = groups.mixing(sampson(), {n: int(n) % 3 for n in sampson()})
    assert isclose(plain.assortativity, other.assortativity_nominal(types, directed=True))
    assert -1 <= directed.ei <= 1


def test_communities_of_zachary():
    network = zachary()
    found = groups.communities(network)
    other = peer(network)
    label = {n: k for k, part in enumerate(found.groups) for n in part}
    assert isclose(found.modularity, other.modularity([label[n] for n in other.vs["name"]], weights="weight"))
    # The best division of the weighted network has Q = 0.4449 (igraph's exact optimum); Louvain comes within 0.01.
    best = other.community_optimal_modularity(weights="weight")
    assert best.modularity - 0.01 <= found.modularity <= best.modularity + 1e-9
    assert 0.5 < found.stability <= 1
    faction = {r["member"]: r["faction"] for r in rows("zachary-factions.csv")}
    order = sorted(network)
    ours = [label[n] for n in order]
    factions = [int(faction[n] == "Officer") for n in order]
    assert isclose(groups.mutual_information(ours, factions), igraph.compare_communities(ours, factions, method="nmi"))
    assert isclose(
        R["zachary", "modularity of factions"][""],
        other.modularity([int(faction[n] == "Officer") for n in other.vs["name"]], weights="weight"),
    )


def test_core_of_zachary_is_the_best_of_all_sizes():
    network = zachary()
    found = groups.core_periphery(network)
    assert found.core[:2] == ["34", "1"]
    assert found.errors == contradictions(network, set(found.core))
    # Exchanging one member of the core never helps: a local check of what the method proves for all cores.
    outside = set(network) - set(found.core)
    swaps = [(set(found.core) - {a}) | {b} for a in found.core for b in outside]
    assert len(swaps) > 50
    assert min(contradictions(network, core) for core in swaps) >= found.errors


def contradictions(network: nx.Graph, core: set) -> int:
    inside = network.subgraph(core)
    missing = len(core) * (len(core) - 1) // 2 - inside.number_of_edges()
    return missing + network.subgraph(set(network) - core).number_of_edges()


def test_davis_equals_r():
    nodes = twomode.node_metrics(davis_network())
    assert len(nodes) == 18
    for name in ("events", "partners", "strength (count)", "strength (newman)"):
        same({woman: values[name] for woman, values in nodes.items()}, R["davis", name])
    found = paths.shortest_paths(davis_network())
    raw = dict(zip(found.names, found.between.tolist(), strict=True))
    same({w: raw[w] for w in nodes}, R["davis", "raw two-mode betweenness"])
    table, _, _ = projection.incidence(davis())
    assert twomode.four_cycles(table) == R["davis", "four-cycles"][""] == 341
    one = projection.project(davis(), "count")
    same(metrics.constraint(one, "weight"), R["davis", "constraint"])
    same(metrics.eigenvector(one, "weight"), longest_one(R["davis", "weighted eigenvector"]), 1e-7)


def test_davis_equals_networkx():
    network = davis_network()
    women = set(twomode.actors(network))
    theirs = nx.bipartite.betweenness_centrality(network, women)
    same(twomode.betweenness(network), {w: theirs[w] for w in women})
    assert isclose(twomode.clustering(network), nx.bipartite.robins_alexander_clustering(network))
    same(twomode.local_clustering(network), nx.bipartite.latapy_clustering(network, women))
    assert isclose(twomode.density(network), nx.bipartite.density(network, women))
    peers = {
        "count": nx.bipartite.weighted_projected_graph(network, women),
        "newman": nx.bipartite.collaboration_weighted_projected_graph(network, women),
        "jaccard": nx.bipartite.overlap_weighted_projected_graph(network, women),
    }
    assert set(peers) == set(projection.WEIGHTS)
    for weight, other in peers.items():
        ours = projection.project(davis(), weight)
        assert set(map(frozenset, ours.edges)) == set(map(frozenset, other.edges))
        for u, v, data in ours.edges(data=True):
            assert isclose(data["weight"], other[u][v]["weight"], rel_tol=1e-12)


def test_newman_strength_counts_the_events_shared():
    sizes = defaultdict(int)
    for _, event in davis():
        sizes[event] += 1
    nodes = twomode.node_metrics(davis_network())
    for woman, values in nodes.items():
        assert isclose(values["strength (newman)"], sum(w == woman and sizes[e] > 1 for w, e in davis()))


def test_null_model_of_davis():
    found = chance.null_model(davis(), seed=3, samples=400)
    assert found.family == 18 * 17 // 2
    assert all(0 < tie.p <= tie.q <= 1 for tie in found.ties)
    assert found.smallest_p == 1 / 401
    assert found.cycles == 341
    assert 300 < found.cycles_expected < 341
    assert found.cycles_p < 0.1
    assert abs(found.chain.autocorrelation) < 0.25
    assert found.chain.moved[-1] > 0.3
    again = chance.null_model(davis(), seed=3, samples=400)
    assert again == found
    assert chance.null_model(davis(), seed=4, samples=400) != found


def test_benjamini_hochberg_and_spearman_equal_r():
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34, 1]
    found = dict(zip(map(str, range(1, 17)), chance.benjamini_hochberg(p), strict=True))
    same(found, R["vector", "BH"])
    x, y = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3], [2, 7, 1, 8, 2, 8, 1, 8, 2, 8]
    assert isclose(ranking.spearman(dict(enumerate(x)), dict(enumerate(y))), R["vector", "spearman"][""], rel_tol=1e-9)
