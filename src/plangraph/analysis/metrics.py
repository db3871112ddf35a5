"""Figures of one-mode networks: the whole, and each node.

Definitions hold for networks without loops or parallel ties. Where a figure is not defined (a density of one node, a
mean distance without ties) it is None. ``weight`` names the attribute that holds the strength of a tie; without it
every tie counts 1.
"""

from collections.abc import Mapping
from math import sqrt
from typing import Any

import networkx as nx
import numpy as np

from plangraph.analysis.paths import ShortestPaths, shortest_paths
from plangraph.analysis.projection import to_matrix

Values = dict[Any, float | None]


def density(network: nx.Graph) -> float | None:
    """Return the share of possible ties that are there: 2m / n(n − 1), or m / n(n − 1) with directions.

    None below two nodes. Source: S. Wasserman and K. Faust, Social Network Analysis (1994) 101.
    """
    return float(nx.density(network)) if len(network) > 1 else None


def components(network: nx.Graph) -> list[list[Any]]:
    """Return the groups of nodes that hang together, the largest first; directions are left aside."""
    parts = nx.weakly_connected_components(network) if network.is_directed() else nx.connected_components(network)
    return sorted((sorted(part, key=str) for part in parts), key=lambda part: (-len(part), str(part[0])))


def isolates(network: nx.Graph) -> list[Any]:
    """Return the nodes without a tie, by name."""
    return sorted(nx.isolates(network), key=str)


def degree_centralisation(network: nx.Graph) -> float | None:
    """Return how far the ties gather on one node: Σ (max d − dᵢ) / (n − 1)(n − 2); 1 for a star, 0 when all are equal.

    None below three nodes and in directed networks. Source: L. Freeman, Social Networks 1 (1979) 215–239.
    """
    n = len(network)
    if n < 3 or network.is_directed():
        return None
    degrees = [d for _, d in network.degree()]
    return float(sum(max(degrees) - d for d in degrees) / ((n - 1) * (n - 2)))


def betweenness_centralisation(paths: ShortestPaths) -> float | None:
    """Return Σ (max b − bᵢ) / (n − 1) with b normalised by (n − 1)(n − 2) / 2: 1 for a star.

    For undirected networks; None below three nodes. Source: L. Freeman, Sociometry 40 (1977) 35–41.
    """
    n = len(paths.names)
    if n < 3:
        return None
    values = paths.between / ((n - 1) * (n - 2) / 2)
    return float((values.max() - values).sum() / (n - 1))


def mean_distance(paths: ShortestPaths) -> float | None:
    """Return the mean length of the shortest paths between nodes that reach each other; None when none do.

    In a disconnected network the pairs that do not reach each other are left out, so say how many components there
    are beside this number.
    """
    reached = int(paths.reach.sum())
    return float(paths.far.sum() / reached) if reached else None


def transitivity(network: nx.Graph) -> float | None:
    """Return the clustering of the whole: closed triples among all connected triples.

    None when no node has two neighbours; directions are left aside. A projection of a two-mode network is clustered by
    construction, since every event is a clique: compare with the null model, not with zero.
    Source: Wasserman and Faust (1994) 243.
    """
    plain = nx.Graph(network)
    return float(nx.transitivity(plain)) if any(d > 1 for _, d in plain.degree()) else None


def reciprocity(network: nx.Graph) -> float | None:
    """Return the share of directed ties that go both ways; None without ties or without directions.

    Source: Wasserman and Faust (1994) 515; as the share of arcs, the definition of igraph and networkx.
    """
    if not network.is_directed() or not network.number_of_edges():
        return None
    return float(nx.overall_reciprocity(network))


def summary(network: nx.Graph, weight: str | None = "weight", paths: ShortestPaths | None = None) -> dict[str, Any]:
    """Return the figures of the whole network, name → value, None where a figure is not defined."""
    paths = paths or shortest_paths(network)
    parts = components(network)
    total = sum(data.get(weight, 1) for _, _, data in network.edges(data=True)) if weight else None
    return {
        "nodes": len(network),
        "ties": network.number_of_edges(),
        "tie weight": total,
        "density": density(network),
        "components": len(parts),
        "largest component": len(parts[0]) if parts else 0,
        "isolates": len(isolates(network)),
        "degree centralisation": degree_centralisation(network),
        "betweenness centralisation": None if network.is_directed() else betweenness_centralisation(paths),
        "mean distance": mean_distance(paths),
        "longest distance": paths.longest if paths.longest else None,
        "clustering": transitivity(network),
        "reciprocity": reciprocity(network),
    }


def degree(network: nx.Graph) -> Values:
    """Return the number of neighbours of each node; ties in both directions count twice in a directed network."""
    return {node: int(d) for node, d in network.degree()}


def strength(network: nx.Graph, weight: str = "weight") -> Values:
    """Return the sum of the weights of each node's ties. Source: A. Barrat and others, PNAS 101 (2004) 3747–3752."""
    return dict(network.degree(weight=weight))


def betweenness(network: nx.Graph, paths: ShortestPaths | None = None) -> Values:
    """Return the share of the other pairs' shortest paths that go through each node.

    bᵢ = Σ over pairs of (paths through i / paths) divided by the number of pairs, (n − 1)(n − 2) / 2 or, with
    directions, (n − 1)(n − 2). None for all nodes below three. Source: Freeman (1977).
    """
    paths = paths or shortest_paths(network)
    n = len(paths.names)
    if n < 3:
        return dict.fromkeys(paths.names)
    pairs = (n - 1) * (n - 2) / (1 if network.is_directed() else 2)
    return dict(zip(paths.names, (paths.between / pairs).tolist(), strict=True))


def closeness(network: nx.Graph, paths: ShortestPaths | None = None) -> Values:
    """Return how near each node is to the others: (r / Σ distances) · r / (n − 1), r the number of nodes it reaches.

    The second factor makes values comparable between components; with one component it is 1 and the value is
    Freeman's. None for isolates, whose distances are not defined. Directions are followed outwards. Sources: Freeman
    (1979); Wasserman and Faust (1994) 201, the form for disconnected networks.
    """
    paths = paths or shortest_paths(network)
    n = len(paths.names)
    return {
        name: float(reach * reach / far / (n - 1)) if far else None
        for name, reach, far in zip(paths.names, paths.reach.tolist(), paths.far.tolist(), strict=True)
    }


def eigenvector(network: nx.Graph, weight: str | None = None) -> Values:
    """Return the entries of the eigenvector of the largest eigenvalue of the adjacency matrix, of length 1.

    A node is central when its neighbours are. In a disconnected network the vector belongs to one component and the
    nodes of the others get 0; when two components share the largest eigenvalue the vector is not unique, and all
    values are None, as they are in a network without ties or with directions.
    Source: P. Bonacich, Journal of Mathematical Sociology 2 (1972) 113–120.
    """
    undefined: Values = dict.fromkeys(sorted(network, key=str))
    if network.is_directed() or not network.number_of_edges():
        return undefined
    best: list[tuple[float, Any, list[Any]]] = []
    for part in components(network):
        if len(part) > 1:
            matrix, names = to_matrix(network.subgraph(part), weight)
            value, vector = _leading(matrix)
            best.append((value, vector, names))
    best.sort(key=lambda entry: -entry[0])
    if len(best) > 1 and abs(best[0][0] - best[1][0]) <= 1e-9 * best[0][0]:
        return undefined
    _, vector, names = best[0]
    return {**dict.fromkeys(undefined, 0.0), **dict(zip(names, vector.tolist(), strict=True))}


def core_number(network: nx.Graph) -> Values:
    """Return for each node the largest k such that it lies in a part where all have at least k neighbours.

    Source: S. Seidman, Social Networks 5 (1983) 269–287.
    """
    return dict(nx.core_number(nx.Graph(network)))


def effective_size(network: nx.Graph, weight: str | None = None) -> Values:
    """Return the number of neighbours less what is redundant among them: Σⱼ (1 − Σ_q p_iq m_jq), q ≠ i, j.

    p_iq is the share of i's ties (both directions) that q takes, m_jq the tie of j to q over j's strongest tie.
    Without weights it is d − 2t/d, t the ties among the d neighbours. None for isolates. Sources: R. Burt, Structural
    Holes (1992) 52; S. Borgatti, Connections 20 (1997) 35–38.
    """
    matrix, names = to_matrix(network, weight)
    both = (matrix + matrix.T).toarray()
    total, strongest = both.sum(axis=1), both.max(axis=1, initial=0)
    share = np.divide(both, total[:, None], out=np.zeros_like(both), where=total[:, None] > 0)
    marginal = np.divide(both, strongest[:, None], out=np.zeros_like(both), where=strongest[:, None] > 0)
    tied = both > 0
    redundant = np.where(tied, share @ marginal.T, 0).sum(axis=1)
    values = tied.sum(axis=1) - redundant
    return {name: float(values[i]) if total[i] else None for i, name in enumerate(names)}


def constraint(network: nx.Graph, weight: str | None = None) -> Values:
    """Return how far each node's ties lead back to the same others: Σⱼ (pᵢⱼ + Σ_q p_iq p_qj)², j the neighbours, q ≠
    i, j.

    Low values mark brokers: nodes whose neighbours are not tied to each other. None for isolates. Source: Burt (1992)
    54; the sum is over the node's own neighbours, as in igraph and networkx.
    """
    matrix, names = to_matrix(network, weight)
    both = (matrix + matrix.T).toarray()
    total = both.sum(axis=1)
    share = np.divide(both, total[:, None], out=np.zeros_like(both), where=total[:, None] > 0)
    spent = np.where(both > 0, share + share @ share, 0)
    values = (spent**2).sum(axis=1)
    return {name: float(values[i]) if total[i] else None for i, name in enumerate(names)}


def breadth_and_depth(network: nx.Graph, weight: str = "count") -> dict[Any, tuple[int, float | None]]:
    """Return for each node its breadth, the number of partners, and its depth, the mean number of events per partner.

    An actor may reach many partners once or a few again and again; one number hides which. ``weight`` must hold the
    number of shared events. Depth is None for isolates. Compare degree and strength in Barrat and others (2004).
    """
    sums = strength(network, weight)
    return {n: (int(d), float(sums[n] or 0) / d if d else None) for n, d in network.degree()}


def node_metrics(
    network: nx.Graph, weight: str | None = "weight", paths: ShortestPaths | None = None
) -> dict[Any, dict[str, float | None]]:
    """Return node → metric → value for all centralities of this module.

    Degree, betweenness, closeness, the core number, effective size and constraint take every tie as 1; strength and the
    eigenvector take ``weight``.
    """
    paths = paths or shortest_paths(network)
    columns: Mapping[str, Values] = {
        "degree": degree(network),
        "strength": strength(network, weight) if weight else degree(network),
        "betweenness": betweenness(network, paths),
        "closeness": closeness(network, paths),
        "eigenvector": eigenvector(network, weight),
        "core number": core_number(network),
        "effective size": effective_size(network),
        "constraint": constraint(network),
    }
    return {node: {name: column[node] for name, column in columns.items()} for node in sorted(network, key=str)}


def _leading(matrix: Any) -> tuple[float, Any]:
    if matrix.shape[0] <= 500:
        values, vectors = np.linalg.eigh(matrix.toarray())
        value, vector = float(values[-1]), vectors[:, -1]
    else:
        from scipy.sparse.linalg import eigsh

        n = matrix.shape[0]
        values, vectors = eigsh(matrix.astype(float), k=1, which="LA", v0=np.full(n, 1 / sqrt(n)))
        value, vector = float(values[0]), vectors[:, 0]
    vector = np.abs(vector)
    return value, vector / np.linalg.norm(vector)
