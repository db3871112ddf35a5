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
    first, second = [row for row, _ in given], [column for _, column in given]
    rows, columns = _sorted(first), _sorted(second)
    i, k = _places(first, rows), _places(second, columns)
    table = sparse.csr_array((np.ones(len(given), dtype=np.int64), (i, k)), shape=(len(rows), len(columns)))
    table.sum_duplicates()
    table.data[:] = 1
    table.sort_indices()
    return table, rows, columns


def _sorted(names: Iterable[Hashable]) -> list[Any]:
    once: set[Any] = set(names)
    # Without a key to call, sorting texts takes half the time.
    return sorted(once) if all(type(name) is str for name in once) else sorted(once, key=str)


def _places(names: list[Any], order: list[Any]) -> Any:
    place = dict(zip(order, range(len(order)), strict=True))
    return np.fromiter(map(place.__getitem__, names), dtype=np.int32, count=len(names))


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
    product = sparse.csr_array(scaled) @ table.T
    row = np.repeat(np.arange(product.shape[0], dtype=product.indices.dtype), np.diff(product.indptr))
    keep = (row != product.indices) & (product.data != 0)
    row, column, value = row[keep], product.indices[keep], product.data[keep]
    if weight == "jaccard":
        degrees = np.asarray(table.sum(axis=1)).ravel()
        value = value / (degrees[row] + degrees[column] - value)
    starts = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=product.shape[0])))).astype(column.dtype)
    result = sparse.csr_array((value, column, starts), shape=product.shape)
    result.sort_indices()
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

    Values on the diagonal are passed over. A matrix of integers gives integers. The adjacency of the graph is filled
    directly, row by row, because a checked ``add_edge`` for each tie takes most of the time on large networks.
    """
    matrix = sparse.csr_array(matrix)
    matrix.sort_indices()
    columns, starts, size = matrix.indices, matrix.indptr, matrix.shape[0]
    rows = np.repeat(np.arange(size, dtype=columns.dtype), np.diff(starts))
    upper = columns > rows
    # Each tie has a number, its place in the upper triangle; its mirror image below the diagonal takes the same.
    numbers = np.zeros(len(columns), dtype=np.int64)
    numbers[upper] = np.arange(np.count_nonzero(upper))
    mirror = sparse.csr_array((np.arange(len(columns)), columns, starts), shape=matrix.shape).tocsc().data
    lower = columns < rows
    numbers[lower] = numbers[mirror[lower]]
    with _without_collector():
        ties = [{attribute: value} for value in matrix.data[upper].tolist()]
        beside = upper | lower
        ends = np.fromiter(names, dtype=object, count=size)[columns[beside]].tolist()
        both = np.fromiter(ties, dtype=object, count=len(ties))[numbers[beside]].tolist()
        stops = np.cumsum(np.bincount(rows[beside], minlength=size)).tolist()
        network = nx.Graph()
        network.add_nodes_from(names)
        for name, start, stop in zip(names, [0, *stops], stops, strict=False):
            network._adj[name] = dict(zip(ends[start:stop], both[start:stop], strict=True))
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
