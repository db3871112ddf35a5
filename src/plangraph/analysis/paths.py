"""Shortest paths: how many, how long, and through whom."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import networkx as nx
import numpy as np

from plangraph.analysis.projection import to_matrix

Progress = Callable[[int, int], None]
BLOCK = 256


@dataclass(frozen=True)
class ShortestPaths:
    """What a count of all shortest paths finds for each node: three rows in the order of ``names``.

    ``between`` is the raw betweenness (each unordered pair once in an undirected network), ``far`` the sum of the
    distances to the nodes that can be reached, ``reach`` their number, the node itself not counted.
    ``longest`` is the longest distance between nodes that reach each other.
    """

    names: list[Any]
    between: Any
    far: Any
    reach: Any
    longest: int


def shortest_paths(network: nx.Graph, progress: Progress = lambda done, of: None) -> ShortestPaths:
    """Count the shortest paths between all nodes, every tie one step long.

    It is Brandes' algorithm for many sources at once, each step a sparse matrix product: the same numbers as
    ``networkx.betweenness_centrality(normalized=False)`` in a fraction of the time. Directions count in a directed
    network. ``progress`` is told how many of the nodes are done. Source: U. Brandes, Journal of Mathematical Sociology
    25 (2001) 163–177; as matrix products: A. Buluç and J. Gilbert, IJHPCA 25 (2011) 496–509.
    """
    matrix, names = to_matrix(network)
    n = len(names)
    outward, inward = matrix.T.tocsr(), matrix.tocsr()
    between, far, reach, longest = np.zeros(n), np.zeros(n), np.zeros(n, dtype=np.int64), 0
    for start in range(0, n, BLOCK):
        sources = np.arange(start, min(start + BLOCK, n))
        own = np.arange(len(sources))
        distance = np.full((n, len(sources)), -1, dtype=np.int32)
        paths = np.zeros((n, len(sources)))
        distance[sources, own] = 0
        paths[sources, own] = 1
        front, level = paths.copy(), 0
        while True:
            front = outward @ front
            front[distance >= 0] = 0
            new = front > 0
            if not new.any():
                break
            level += 1
            distance[new] = level
            paths += front
        longest = max(longest, level)
        credit = np.zeros_like(paths)
        for step in range(level, 1, -1):
            at = distance == step
            share = np.divide(1 + credit, paths, out=np.zeros_like(paths), where=at)
            before = distance == step - 1
            credit[before] += (paths * (inward @ share))[before]
        between += credit.sum(axis=1)
        found = distance > 0
        far[sources] = np.where(found, distance, 0).sum(axis=0)
        reach[sources] = found.sum(axis=0)
        progress(int(sources[-1]) + 1, n)
    if not network.is_directed():
        between = between / 2
    return ShortestPaths(names, between, far, reach, longest)


def exact_distances(network: nx.Graph, weight: str = "weight") -> dict[tuple[Any, Any], int]:
    """Return a whole-number distance for each tie, proportional to 1 / weight, so that strong ties are short.

    Sums of floating-point distances differ in the last digit, and an algorithm then takes equally long paths for
    unequal ones: 1/10 + 1/5 against 1/30 + 1/10 + 1/6. Here each weight is read as the fraction it stands for (largest
    denominator 10⁷) and all distances are multiplied by the least common multiple of their denominators.

    Raises ValueError when a weight is not above zero.
    """
    fractions = {}
    for u, v, data in network.edges(data=True):
        value = Fraction(data[weight]).limit_denominator(10**7)
        if value <= 0:
            raise ValueError(f"the weight of the tie {u} – {v} must be above zero, not {data[weight]}")
        fractions[u, v] = 1 / value
    common = lcm(*(value.denominator for value in fractions.values())) if fractions else 1
    return {tie: int(value * common) for tie, value in fractions.items()}


def weighted_betweenness(network: nx.Graph, weight: str = "weight") -> dict[Any, float]:
    """Return the raw betweenness of each node when a tie of weight w is 1/w long, computed with exact distances.

    Sources: M. Newman, Physical Review E 64 (2001) 016132 (distance 1/w); Brandes (2001).
    """
    copy = nx.DiGraph() if network.is_directed() else nx.Graph()
    copy.add_nodes_from(network)
    copy.add_weighted_edges_from(((u, v, d) for (u, v), d in exact_distances(network, weight).items()), "distance")
    result: dict[Any, float] = nx.betweenness_centrality(copy, weight="distance", normalized=False)
    return result
