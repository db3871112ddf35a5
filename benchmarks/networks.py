"""Networks against plain networkx and igraph at 100, 1,000 and 10,000 actors, and how the cost grows."""

import random
import tempfile
import time

import igraph
import networkx as nx

from benchmarks.measuring import interleaved, medians, process, ratio, show
from plangraph import building
from plangraph.analysis import chance, paths, projection

Pairs = list[tuple[str, str]]
SIZES = (100, 1_000, 10_000)


def run() -> None:
    """Print the tables."""
    for size in SIZES:
        _one_size(size)
    _growth()
    _analyze()


def actors_and_measures(size: int, seed: int = 1) -> Pairs:
    """Return pairs of a synthetic plan: half as many measures as actors, about six actors each, a few in very many."""
    rng = random.Random(seed)
    weights = [1 / (rank + 1) ** 0.8 for rank in range(size)]
    names = [f"a{i}" for i in range(size)]
    pairs = set()
    for number in range(size // 2):
        wanted, members = rng.randint(2, 10), set()
        while len(members) < wanted:
            members |= set(rng.choices(names, weights, k=wanted - len(members)))
        pairs |= {(actor, f"m{number}") for actor in members}
    return sorted(pairs)


def _networkx(pairs: Pairs, newman: bool = True) -> nx.Graph:
    two = nx.Graph()
    actors = {actor for actor, _ in pairs}
    two.add_nodes_from(actors, bipartite=0)
    two.add_nodes_from({measure for _, measure in pairs}, bipartite=1)
    two.add_edges_from(pairs)
    if newman:
        return nx.bipartite.collaboration_weighted_projected_graph(two, actors)
    return nx.bipartite.weighted_projected_graph(two, actors)


def _igraph(pairs: Pairs) -> igraph.Graph:
    names = sorted({name for pair in pairs for name in pair})
    place = {name: i for i, name in enumerate(names)}
    graph = igraph.Graph.Bipartite([name.startswith("m") for name in names], [(place[a], place[m]) for a, m in pairs])
    return graph.bipartite_projection(which=0)


def _one_size(size: int) -> None:
    pairs = actors_and_measures(size)
    network = projection.project(pairs, "count")
    runs = 5 if size < 10_000 else 3
    seconds = interleaved(
        {
            "ours": lambda: projection.project(pairs, "newman"),
            "ours count": lambda: projection.project(pairs, "count"),
            "matrix": lambda: projection.weights(projection.incidence(pairs)[0], "newman"),
            "networkx": lambda: _networkx(pairs),
            "networkx count": lambda: _networkx(pairs, newman=False),
            "igraph": lambda: _igraph(pairs),
        },
        runs,
    )
    goal = "≥ 30" if size == 10_000 else ""
    rows = [
        ("projection to a matrix: networkx / ours", goal, ratio(seconds, "networkx", "matrix"), ""),
        ("projection to a networkx graph: networkx / ours", goal, ratio(seconds, "networkx", "ours"), ""),
        ("projection, count: networkx / ours", "", ratio(seconds, "networkx count", "ours count"), ""),
        ("projection, count: igraph / ours", "", ratio(seconds, "igraph", "ours count"), medians(seconds)),
    ]
    other = igraph.Graph.from_networkx(network)
    jobs = {"ours": lambda: paths.shortest_paths(network), "igraph": other.betweenness}
    if size < 1_000:
        jobs["networkx"] = lambda: nx.betweenness_centrality(network, normalized=False)
    elif size == 1_000:
        start = time.perf_counter()
        nx.betweenness_centrality(network, normalized=False)
        once = time.perf_counter() - start
    seconds = interleaved(jobs, 3 if size < 10_000 else 1)
    if size == 1_000:
        seconds["networkx"] = [once] * len(seconds["ours"])
    if "networkx" in seconds:
        rows.append(("betweenness and distances: networkx / ours", "", ratio(seconds, "networkx", "ours"), ""))
    rows.append(("betweenness and distances: igraph / ours", "", ratio(seconds, "igraph", "ours"), medians(seconds)))
    show(f"Networks of {size:,} actors ({len(pairs):,} pairs, {network.number_of_edges():,} ties)", rows)


def _growth() -> None:
    rows = []
    sizes = (1_000, 10_000)
    given = {size: actors_and_measures(size) for size in sizes}
    ties = {size: projection.project(given[size]).number_of_edges() for size in sizes}
    seconds = interleaved({str(size): lambda size=size: projection.project(given[size]) for size in sizes}, 5)  # type: ignore[misc]
    rows.append((f"projection; ties grow {ties[10_000] / ties[1_000]:.1f} ×", "", ratio(seconds, "10000", "1000"), ""))
    plans = {size: actors_and_measures(size) for size in (100, 200)}
    seconds = interleaved(
        {str(size): lambda size=size: chance.null_model(plans[size], samples=200) for size in plans},  # type: ignore[misc]
        3,
    )
    rows.append(("null model, 100 → 200 actors", "", ratio(seconds, "200", "100"), medians(seconds)))
    show("How the cost grows", rows)


def _analyze() -> None:
    layer = "co-involvement"
    null = (
        "from plangraph import building, networks; from plangraph.analysis import chance; "
        "from plangraph.networks import report; "
        f"store = building.query_store(None, 'OUT'); facts = networks.read_facts('{layer}', store=store); "
        "chance.null_model(networks.pairs_of(facts, networks.Options()))"
    )
    with tempfile.TemporaryDirectory() as out:
        building.build(None, out)
        seconds = interleaved(
            {
                "imports and null model": process("-c", null.replace("OUT", out)),
                "analyze": process("-m", "plangraph", "analyze", layer, "--out", out),
            },
            3,
        )
    value = ratio(seconds, "analyze", "imports and null model")
    show("One plan", [("analyze / imports and null model", "≤ 2", value, medians(seconds))])
