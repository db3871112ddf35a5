"""Six actors, four events, every number worked out by hand.

Events: 1 {a b c}, 2 {a b}, 3 {c d}, 4 {e}; f takes part in none. So a–b share two events, a–c, b–c and c–d one.
"""

from fractions import Fraction
from itertools import combinations, product

import networkx as nx
import pytest

from plangraph.analysis import chance, groups, metrics, paths, projection, ranking, robustness, twomode

PAIRS = [("a", 1), ("b", 1), ("c", 1), ("a", 2), ("b", 2), ("c", 3), ("d", 3), ("e", 4)]


def toy(weight="newman"):
    return projection.project(PAIRS, weight, nodes="abcdef")


def two_mode():
    network = nx.Graph()
    network.add_nodes_from("abcdef", bipartite=0)
    network.add_nodes_from([1, 2, 3, 4], bipartite=1)
    network.add_edges_from(PAIRS)
    return network


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        ("count", {"ab": 2, "ac": 1, "bc": 1, "cd": 1}),
        ("newman", {"ab": 1.5, "ac": 0.5, "bc": 0.5, "cd": 1.0}),
        ("jaccard", {"ab": 1, "ac": Fraction(1, 3), "bc": Fraction(1, 3), "cd": Fraction(1, 2)}),
    ],
)
def test_weights(weight, expected):
    network = toy(weight)
    found = {"".join(sorted(tie)): value for *tie, value in network.edges(data="weight")}
    assert found == pytest.approx({tie: float(value) for tie, value in expected.items()})
    assert sorted(network) == list("abcdef")
    assert all(isinstance(v, int if weight == "count" else float) for v in found.values())


def test_whole_network():
    assert metrics.summary(toy()) == pytest.approx(
        {
            "nodes": 6,
            "ties": 4,
            "tie weight": 3.5,
            "density": 4 / 15,
            "components": 3,
            "largest component": 4,
            "isolates": 2,
            "degree centralisation": 10 / 20,
            "betweenness centralisation": (5 * 0.2) / 5,
            "mean distance": 8 / 6,
            "longest distance": 2,
            "clustering": 3 / 5,
            "reciprocity": None,
        }
    )


def test_nodes():
    nodes = metrics.node_metrics(toy())
    assert {n: v["degree"] for n, v in nodes.items()} == dict(zip("abcdef", [2, 2, 3, 1, 0, 0], strict=True))
    assert {n: v["strength"] for n, v in nodes.items()} == dict(zip("abcdef", [2, 2, 2, 1, 0, 0], strict=True))
    assert {n: v["core number"] for n, v in nodes.items()} == dict(zip("abcdef", [2, 2, 2, 1, 0, 0], strict=True))
    assert nodes["c"]["betweenness"] == pytest.approx(2 / 10)
    assert nodes["a"]["betweenness"] == 0
    assert nodes["a"]["closeness"] == pytest.approx(3 / 4 * 3 / 5)
    assert nodes["c"]["closeness"] == pytest.approx(3 / 3 * 3 / 5)
    assert nodes["c"]["effective size"] == pytest.approx(3 - 2 / 3)
    assert nodes["a"]["effective size"] == pytest.approx(1)
    assert nodes["c"]["constraint"] == pytest.approx(1 / 4 + 1 / 4 + 1 / 9)
    assert nodes["d"]["constraint"] == pytest.approx(1)
    assert nodes["e"]["eigenvector"] == 0
    assert [nodes["e"][m] for m in ("closeness", "effective size", "constraint")] == [None, None, None]


def test_two_modes():
    assert twomode.clustering(two_mode()) == pytest.approx(4 / 9)
    nodes = twomode.node_metrics(two_mode())
    assert [nodes[n]["events"] for n in "abcdef"] == [2, 2, 2, 1, 1, 0]
    assert [nodes[n]["partners"] for n in "abcdef"] == [2, 2, 3, 1, 0, 0]
    assert [nodes[n]["strength (count)"] for n in "abcdef"] == [3, 3, 3, 1, 0, 0]
    assert [nodes[n]["strength (newman)"] for n in "abcdef"] == [2, 2, 2, 1, 0, 0]
    assert nodes["a"]["local clustering"] == pytest.approx((1 + 1 / 3) / 2)
    assert nodes["e"]["local clustering"] is None
    assert twomode.density(two_mode()) == 8 / 24
    assert twomode.summary(two_mode())["actors without event"] == 1


def test_breadth_and_depth():
    found = metrics.breadth_and_depth(toy("count"), "weight")
    assert found == {"a": (2, 1.5), "b": (2, 1.5), "c": (3, 1.0), "d": (1, 1.0), "e": (0, None), "f": (0, None)}


def test_mixing():
    group = {"a": "x", "b": "x", "c": "y", "d": "y", "e": "y", "f": None}
    mixing = groups.mixing(toy(), group)
    assert (mixing.internal, mixing.external, mixing.ei) == (2, 2, 0)
    assert mixing.expected_ei == (10 - 2 * (1 + 3)) / 10
    # e = [[2, 2], [2, 2]] / 8: the shares are those of random mixing.
    assert mixing.assortativity == pytest.approx(0)
    weighted = groups.mixing(toy("count"), group, "weight")
    assert weighted.ei == pytest.approx((2 - 3) / 5)
    assert groups.mixing(toy(), dict.fromkeys("abcdef", "x")).assortativity is None
    assert groups.mixing(nx.empty_graph(3), dict.fromkeys(range(3), "x")).ei is None


def test_core_and_communities():
    found = groups.core_periphery(toy())
    # {a b c} is a triangle and c–d runs between core and periphery: nothing contradicts. {a c} would do as well.
    assert (found.core, found.errors, found.fit, found.unique) == (["c", "a", "b"], 0, pytest.approx(1), False)
    star = groups.core_periphery(nx.star_graph(4))
    assert (star.core, star.errors) == ([0], 0)
    communities = groups.communities(toy(), seed=7)
    assert sorted(map(sorted, communities.groups)) == [["a", "b"], ["c", "d"]]
    # Q = Σ (inside / m − (sum of strengths / 2m)²), m = 3.5.
    assert communities.modularity == pytest.approx(1.5 / 3.5 - (4 / 7) ** 2 + 1 / 3.5 - (3 / 7) ** 2)
    assert communities.stability == 1
    assert groups.communities(nx.empty_graph(4)).groups == []


def test_distances_are_exact():
    """The example of floating-point ties: 1/10 + 1/5 against 1/30 + 1/10 + 1/6, two ways of the same length."""
    network = nx.Graph()
    network.add_weighted_edges_from([(0, 1, 10), (1, 2, 5), (0, 3, 30), (3, 4, 10), (4, 2, 6)])
    assert paths.exact_distances(network) == {(0, 1): 3, (0, 3): 1, (1, 2): 6, (2, 4): 5, (3, 4): 3}
    # Two equal ways between 0 and 2 (through 1, or through 3 and 4), each counts half.
    found = paths.weighted_betweenness(network)
    assert found[1] == pytest.approx(0.5 + found_elsewhere(network, 1))
    network.add_edge(0, 2, weight=0.0)
    with pytest.raises(ValueError, match="above zero"):
        paths.exact_distances(network)


def found_elsewhere(network, node):
    distance = {
        tie: Fraction(1, w)
        for *tie, w in ((u, v, w) for u, v, w in network.edges(data="weight"))
        for tie in [tuple(tie)]
    }
    copy = nx.Graph()
    copy.add_weighted_edges_from((u, v, d) for (u, v), d in distance.items())
    total = Fraction(0)
    for s, t in combinations(sorted(set(network) - {node}), 2):
        ways = list(nx.all_shortest_paths(copy, s, t, weight="weight"))
        share = Fraction(sum(node in way for way in ways), len(ways))
        total += share if (s, t) != (0, 2) else 0
    return float(total)


def test_ranks_share_equal_values():
    values = {"a": 5, "b": 3, "c": 3 + 1e-13, "d": 1, "e": None}
    assert ranking.competition_ranks(values) == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert ranking.middle_ranks(values) == {"a": 1, "b": 2.5, "c": 2.5, "d": 4}
    assert ranking.order(values) == ["a", "b", "c", "d"]
    assert ranking.top(values, 2) == ["a", "b", "c"]
    assert ranking.spearman({"a": 1}, {"a": 2}) is None
    assert ranking.spearman({"a": 1, "b": 1}, {"a": 2, "b": 3}) is None


def test_leave_one_out():
    def events(left_out):
        counts: dict = {}
        for actor, event in PAIRS:
            if event != left_out:
                counts[actor] = counts.get(actor, 0) + 1
        return counts

    found = robustness.leave_one_out([1, 2, 3, 4], events)
    assert found["a"] == robustness.Sensitivity(rank=1, best=1, worst=2, mover=2)
    assert found["d"].rank
    assert found["e"] == robustness.Sensitivity(rank=4, best=1, worst=5, mover=1)  # Without its only event it is last.


def test_comparison():
    base = {"a": 3, "b": 2, "c": 1}
    found = robustness.compare(base, {"same": base, "turned": {"a": 1, "b": 2, "c": 3}}, size=1)
    assert found["same"].correlation == 1
    assert found["turned"].correlation == -1
    assert found["turned"].leading == ["c"]
    assert found["turned"].shared_top == 0
    assert found["turned"].base_leaders == [3]


def tables(rows, columns):
    """Every 0/1 table with these sums."""
    for cells in product([0, 1], repeat=len(rows) * len(columns)):
        lines = [cells[i * len(columns) : (i + 1) * len(columns)] for i in range(len(rows))]
        if [sum(line) for line in lines] == rows and [sum(column) for column in zip(*lines, strict=True)] == columns:
            yield lines


def test_null_model_equals_the_count_of_all_tables():
    observed = [[1, 1, 1, 0], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 1]]
    every = list(tables([3, 2, 2, 2], [3, 2, 2, 2]))
    assert len(every) == 51
    pairs = [(i, k) for i, row in enumerate(observed) for k, cell in enumerate(row) if cell]

    def shared(table, i, j):
        return sum(a * b for a, b in zip(table[i], table[j], strict=True))

    found = chance.null_model(pairs, seed=5, samples=4000)
    assert found.family == 6
    tested = {tie.pair: tie for tie in found.ties}
    assert len(tested) == sum(shared(observed, i, j) > 0 for i, j in combinations(range(4), 2))
    for (i, j), tie in tested.items():
        exact = sum(shared(t, i, j) >= shared(observed, i, j) for t in every) / len(every)
        assert tie.p == pytest.approx(exact, abs=0.035)
        assert tie.expected == pytest.approx(sum(shared(t, i, j) for t in every) / len(every), abs=0.05)


def test_p_is_never_zero_and_q_decides() -> None:
    """Of complete tables there is one only: each sample is the observed table, and every p is 1."""
    pairs = [(a, e) for a in "abc" for e in range(3)]
    found = chance.null_model(pairs, samples=19)
    assert {tie.p for tie in found.ties} == {tie.q for tie in found.ties} == {1.0}
    assert (found.cycles, found.cycles_expected, found.cycles_p, found.significant) == (9, 9, 1, 0)
    # Two that always meet, among many that meet nobody twice: p is as small as it can be, and q is what counts.
    pairs = [(a, f"both {n}") for a in ("x", "y") for n in range(6)]
    pairs += [(f"a{n}", f"{m} {n % 10}") for n in range(20) for m in ("one", "two")]
    found = chance.null_model(pairs, seed=1, samples=99)
    assert found.smallest_p == found.ties[0].p == 1 / 100
    assert found.family == 22 * 21 // 2
    assert found.significant == sum(tie.q <= 0.05 for tie in found.ties) < sum(tie.p <= 0.05 for tie in found.ties)


def test_the_number_of_samples_follows_the_pairs_that_are_tested() -> None:
    """40 actors with two events make 780 pairs: 780 / 0.05 = 15,600; those with one event do not count."""
    busy = [(f"a{n}", m) for n in range(40) for m in (0, 1)]
    assert chance.samples_for(busy) == 15_999
    assert chance.samples_for([*busy, *((f"b{n}", 0) for n in range(40))]) == 15_999
    assert chance.samples_for(PAIRS) == 999


def test_two_equal_components_and_directions_have_no_eigenvector_and_no_centralisation() -> None:
    two = nx.Graph([("a", "b"), ("c", "d")])
    assert set(metrics.eigenvector(two).values()) == {None}
    assert set(metrics.eigenvector(two.to_directed()).values()) == {None}
    assert metrics.degree_centralisation(nx.DiGraph([(1, 2), (1, 3), (1, 4)])) is None
    weighted = nx.Graph()
    weighted.add_weighted_edges_from([("a", "b", 3), ("b", "c", 1)], "n")
    nodes = metrics.node_metrics(weighted, "n")
    assert [nodes[n]["strength"] for n in "abc"] == [3, 4, 1]
    # The leading vector of [[0 3 0] [3 0 1] [0 1 0]] is (3, √10, 1) / √20.
    assert [nodes[n]["eigenvector"] for n in "abc"] == pytest.approx([3 / 20**0.5, 0.5**0.5, 1 / 20**0.5])
    assert ranking.competition_ranks({"a": 1e-13, "b": 0.0, "c": -1.0}) == {"a": 1, "b": 1, "c": 3}


def test_association_of_a_layer_with_itself_and_with_nothing():
    found = chance.association(PAIRS, projection.project(PAIRS, "count"), seed=2, samples=99)
    assert found.correlation > 0.9
    assert found.actors == 5
    nothing = chance.association(PAIRS, nx.empty_graph(3), samples=99)
    assert (nothing.correlation, nothing.p) == (None, None)


@pytest.mark.parametrize(
    "network",
    [nx.Graph(), nx.empty_graph(1), nx.empty_graph(2), nx.path_graph(2), nx.DiGraph(), nx.empty_graph(1, nx.DiGraph)],
    ids=["nothing", "one", "two", "a pair", "nothing directed", "one directed"],
)
def test_small_networks_have_values_or_none(network):
    for value in metrics.summary(network).values():
        assert value is None or value >= 0
    for values in metrics.node_metrics(network).values():
        assert all(v is None or v >= 0 for v in values.values())
    assert groups.core_periphery(network).errors == 0
    assert metrics.density(nx.empty_graph(1)) is None
    assert metrics.mean_distance(paths.shortest_paths(nx.empty_graph(2))) is None


def test_empty_two_modes():
    assert projection.project([], nodes=["x"]).number_of_nodes() == 1
    assert chance.null_model([]) is None
    assert chance.null_model([("a", 1), ("b", 1)]) is None
    assert twomode.summary(nx.Graph())["density"] is None
    assert twomode.node_metrics(nx.Graph()) == {}
    with pytest.raises(ValueError, match="weight must be one of"):
        projection.project(PAIRS, "newmann")
