"""From pairs (actor, event) to a one-mode network of the actors, by sparse matrix products."""

import gc
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import networkx as nx
import numpy as np
from scipy import sparse

WEIGHTS = ("newman", "count", "jaccard")
Pair = tuple[Hashable, Hashable]


def incidence(pairs: Iterable[Pair]) -> tuple[Any, list[Any], list[Any]]:
    """Return the two-mode table B of the pairs as a sparse 0/1 matrix, and the names of its rows and columns.

    B[i, k] = 1 when actor i takes part in event k. Repeated pairs count once. Rows and columns are sorted by name.
    """
    given = list(pairs)
    rows = sorted({row for row, _ in given}, key=str)
    columns = sorted({column for _, column in given}, key=str)
    row_of = dict(zip(rows, range(len(rows)), strict=True))
    column_of = dict(zip(columns, range(len(columns)), strict=True))
    i = np.array([row_of[row] for row, _ in given], dtype=np.int32)
    k = np.array([column_of[column] for _, column in given], dtype=np.int32)
    table = sparse.csr_array((np.ones(len(given), dtype=np.int64), (i, k)), shape=(len(rows), len(columns)))
    table.sum_duplicates()
    table.data[:] = 1
    table.sort_indices()
    return table, rows, columns


def weights(table: Any, weight: str = "newman") -> Any:
    """Return the symmetric matrix of tie weights of a two-mode table B (rows: actors), diagonal empty.

    With d the row sums (events per actor) and k the column sums (actors per event):

    - ``count``: (B Bᵀ)ᵢⱼ, the number of events that i and j share;
    - ``newman``: Σₖ BᵢₖBⱼₖ / (k − 1), so that an event with many actors says less about each pair. The weights of an
      actor's ties sum to the number of events it shares with anyone: the sum is a count of events, not of importance;
    - ``jaccard``: (B Bᵀ)ᵢⱼ / (dᵢ + dⱼ − (B Bᵀ)ᵢⱼ), the events shared among the events of either.

    Raises ValueError on another weight. Sources: R. Breiger, Social Forces 53 (1974) 181–190 (count);
    M. Newman, Physical Review E 64 (2001) 016132 (newman); P. Jaccard, New Phytologist 11 (1912) 37–50.
    """
    if weight not in WEIGHTS:
        raise ValueError(f"weight must be one of {', '.join(WEIGHTS)}, not {weight!r}")
    table = sparse.csr_array(table)
    scaled = table
    if weight == "newman":
        sizes = np.asarray(table.sum(axis=0)).ravel()
        share = np.divide(1.0, sizes - 1, out=np.zeros(len(sizes)), where=sizes > 1)
        scaled = table * share[None, :]
    product = sparse.coo_array(sparse.csr_array(scaled) @ table.T)
    keep = product.row != product.col
    row, column, value = product.row[keep], product.col[keep], product.data[keep]
    if weight == "jaccard":
        degrees = np.asarray(table.sum(axis=1)).ravel()
        value = value / (degrees[row] + degrees[column] - value)
    result = sparse.csr_array((value, (row, column)), shape=product.shape)
    result.eliminate_zeros()
    return result


def project(pairs: Iterable[Pair], weight: str = "newman", nodes: Iterable[Hashable] = ()) -> nx.Graph:
    """Return the network of the actors of pairs (actor, event): a tie where two share an event, with its ``weight``.

    ``nodes`` are actors that belong to the network even when no pair names them; they come out as isolates. The
    weights are those of :func:`weights`. The result equals that of ``networkx.bipartite.weighted_projected_graph``
    (count), ``collaboration_weighted_projected_graph`` (newman) and ``overlap_weighted_projected_graph`` (jaccard).
    Raises ValueError on an unknown weight.
    """
    with _without_collector():
        table, rows, _ = incidence(pairs)
        network = from_matrix(weights(table, weight), rows)
    network.add_nodes_from(sorted(set(nodes) - set(rows), key=str))
    return network


def from_matrix(matrix: Any, names: Sequence[Hashable], attribute: str = "weight") -> nx.Graph:
    """Return the undirected network of a symmetric sparse matrix, the values as an attribute of the ties.

    A matrix of integers gives integers. The adjacency of the graph is filled directly, because a checked ``add_edge``
    for each tie takes most of the time on large networks.
    """
    upper = sparse.triu(matrix, k=1, format="csr")
    network = nx.Graph()
    network.add_nodes_from(names)
    neighbours, data, starts = upper.indices.tolist(), upper.data.tolist(), upper.indptr.tolist()
    adjacency = [network._adj[name] for name in names]
    with _without_collector():
        for i, name in enumerate(names):
            mine, start, end = adjacency[i], starts[i], starts[i + 1]
            for j, value in zip(neighbours[start:end], data[start:end], strict=True):
                mine[names[j]] = adjacency[j][name] = {attribute: value}
    return network


def to_matrix(network: nx.Graph, weight: str | None = None) -> tuple[Any, list[Any]]:
    """Return the adjacency matrix of a network as a sparse matrix, and the names of its rows, sorted.

    ``weight`` is the attribute to take; without it every tie counts 1. Loops are left out.
    """
    names = sorted(network, key=str)
    place = {name: i for i, name in enumerate(names)}
    row, column, value = [], [], []
    for u, v, data in network.edges(data=True):
        if u == v:
            continue
        amount = 1.0 if weight is None else float(data.get(weight, 1.0))
        row.append(place[u])
        column.append(place[v])
        value.append(amount)
        if not network.is_directed():
            row.append(place[v])
            column.append(place[u])
            value.append(amount)
    return sparse.csr_array((value, (row, column)), shape=(len(names), len(names))), names


@contextmanager
def _without_collector() -> Iterator[None]:
    # Filling a large adjacency makes only live objects, which the cyclic collector would scan again and again.
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
