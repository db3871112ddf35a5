"""Figures of two-mode networks: actors on one side, events (measures, contexts) on the other.

A two-mode network is a ``networkx.Graph`` whose nodes carry ``bipartite``: 0 for an actor, 1 for an event, and whose
ties go between the two. The sets are called A (n actors) and E (m events).
"""

from typing import Any

import networkx as nx
import numpy as np

from plangraph.analysis.metrics import Values
from plangraph.analysis.paths import ShortestPaths, shortest_paths
from plangraph.analysis.projection import Pair, incidence, weights


def actors(network: nx.Graph) -> list[Any]:
    """Return the nodes of the first mode, by name."""
    return sorted((n for n, mode in network.nodes(data="bipartite") if mode == 0), key=str)


def events(network: nx.Graph) -> list[Any]:
    """Return the nodes of the second mode, by name."""
    return sorted((n for n, mode in network.nodes(data="bipartite") if mode == 1), key=str)


def pairs(network: nx.Graph) -> list[Pair]:
    """Return the ties as pairs (actor, event), sorted."""
    return sorted(((a, e) for a in actors(network) for e in network[a]), key=lambda pair: (str(pair[0]), str(pair[1])))


def degree(network: nx.Graph) -> Values:
    """Return the number of events of each actor.

    It counts what an actor takes part in, whatever the number of others there, and so does not grow with the size of
    an event. Source: K. Faust, Social Networks 19 (1997) 157–191.
    """
    return {actor: int(network.degree(actor)) for actor in actors(network)}


def density(network: nx.Graph) -> float | None:
    """Return the share of possible actor–event ties that are there, ties / n m; None when a mode is empty.

    Source: S. Borgatti and M. Everett, Social Networks 19 (1997) 243–269.
    """
    possible = len(actors(network)) * len(events(network))
    return network.number_of_edges() / possible if possible else None


def betweenness(network: nx.Graph, paths: ShortestPaths | None = None) -> Values:
    """Return the betweenness of each actor in the two-mode network, over the largest value an actor can have there.

    With n actors, m events, p = (n − 1) div m and t = (n − 1) mod m the largest value is
    ½ (m² (p + 1)² + m (p + 1)(2t − p − 1) − t (2p − t + 3)). None when it is zero (one actor).
    Source: Borgatti and Everett (1997), as in ``networkx.bipartite.betweenness_centrality``.
    """
    paths = paths or shortest_paths(network)
    mine = actors(network)
    n, m = len(mine), len(network) - len(mine)
    if not m:
        return dict.fromkeys(mine)
    p, t = divmod(n - 1, m)
    largest = ((m * (p + 1)) ** 2 + m * (p + 1) * (2 * t - p - 1) - t * (2 * p - t + 3)) / 2
    raw = dict(zip(paths.names, paths.between.tolist(), strict=True))
    return {actor: raw[actor] / largest if largest > 0 else None for actor in mine}


def clustering(network: nx.Graph) -> float | None:
    """Return the share of paths of three ties that close to a cycle of four: 4 · cycles / paths.

    High when the same actors meet in several events. A projection's clustering is high even when they never do, so
    this is the one to report. None when there is no path of three ties. Source: G. Robins and M. Alexander,
    Computational & Mathematical Organization Theory 10 (2004) 69–94.
    """
    table, _, _ = incidence(pairs(network))
    if not table.nnz:
        return None
    long = ((table.sum(axis=1) - 1)[:, None] * (table.sum(axis=0) - 1)[None, :] * table.toarray()).sum()
    return float(4 * four_cycles(table) / long) if long else None


def four_cycles(table: Any) -> int:
    """Return how often two actors share two events: Σ over pairs of c (c − 1) / 2, c the events they share."""
    shared = weights(table, "count").data
    return int((shared * (shared - 1)).sum() // 4)


def local_clustering(network: nx.Graph) -> Values:
    """Return the mean overlap of each actor's events with those of the actors it meets.

    It is the mean of |Nᵢ ∩ Nⱼ| / |Nᵢ ∪ Nⱼ| over the actors j who share an event with i. None for an actor who meets
    nobody. Source: M. Latapy, C. Magnien and N. Del Vecchio, Social Networks 30 (2008) 31–48 (the "dot" coefficient).
    """
    table, names, _ = incidence(pairs(network))
    values: Values = dict.fromkeys(actors(network))
    if not table.nnz:
        return values
    shared = weights(table, "jaccard")
    partners = np.diff(shared.indptr)
    sums = np.asarray(shared.sum(axis=1)).ravel()
    return values | {name: float(sums[i] / partners[i]) for i, name in enumerate(names) if partners[i]}


def summary(network: nx.Graph) -> dict[str, Any]:
    """Return the figures of the whole two-mode network, name → value, None where a figure is not defined."""
    mine, theirs = actors(network), events(network)
    ties = network.number_of_edges()
    parts = sorted(map(len, nx.connected_components(network)), reverse=True)
    return {
        "actors": len(mine),
        "events": len(theirs),
        "ties": ties,
        "density": density(network),
        "events per actor": ties / len(mine) if mine else None,
        "actors per event": ties / len(theirs) if theirs else None,
        "largest event": max((network.degree(e) for e in theirs), default=None),
        "components": len(parts),
        "largest component": parts[0] if parts else 0,
        "actors without event": sum(network.degree(a) == 0 for a in mine),
        "clustering": clustering(network),
    }


def node_metrics(network: nx.Graph, paths: ShortestPaths | None = None) -> dict[Any, dict[str, float | None]]:
    """Return actor → metric → value: events, betweenness, local clustering, partners, and the sums of both weights.

    ``newman`` sums to the events an actor shares with anyone; ``count`` adds every joint event of every partner.
    """
    table, names, _ = incidence(pairs(network))
    alone = dict.fromkeys(actors(network), 0.0)
    newman, count = weights(table, "newman"), weights(table, "count")
    columns: dict[str, dict[Any, Any]] = {
        "events": degree(network),
        "betweenness": betweenness(network, paths),
        "local clustering": local_clustering(network),
        "partners": dict.fromkeys(alone, 0) | dict(zip(names, np.diff(count.indptr).tolist(), strict=True)),
        "strength (newman)": alone | dict(zip(names, np.asarray(newman.sum(axis=1)).ravel().tolist(), strict=True)),
        "strength (count)": dict.fromkeys(alone, 0) | dict(zip(names, count.sum(axis=1).ravel().tolist(), strict=True)),
    }
    return {actor: {name: column[actor] for name, column in columns.items()} for actor in alone}
