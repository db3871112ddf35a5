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
    table = sparse.coo_array((np.ones(len(first), dtype=np.int64), (i, k)), shape=(len(rows), len(columns))).tocsr()
    table.data[:] = 1
    return table, rows, columns


def _sorted(names: Iterable[Hashable]) -> list[Any]:
    # Kept in the order in which they come, names that are sorted already are sorted in no time.
    once: dict[Any, None] = dict.fromkeys(names)
    # Without a key to call, sorting texts takes half the time.
    return sorted(once) if set(map(type, once)) <= {str} else sorted(once, key=str)


def _places(names: Sequence[Any], order: list[Any]) -> Any:
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
    row, column, value = _shared(table, weight)
    beside = row != column
    row, column, value = row[beside], column[beside], value[beside]
    return sparse.coo_array((value, (row, column)), shape=(table.shape[0], table.shape[0])).tocsr()


def _shared(table: Any, weight: str) -> tuple[Any, Any, Any]:
    """Return row, column and weight of each pair of actors who share an event, by row and column, both ways."""
    if weight not in WEIGHTS:
        raise ValueError(f"weight must be one of {', '.join(WEIGHTS)}, not {weight!r}")
    table = scaled = sparse.csr_array(table)
    if weight == "newman":
        sizes = np.asarray(table.sum(axis=0)).ravel()
        scaled = table.astype(float)
        scaled.data *= (1 / np.maximum(sizes - 1, 1))[table.indices]
    # A product comes with its columns in no order; turning it, which changes nothing else, sorts them by counting.
    product = (scaled @ table.T).T.tocsr()
    column, value = product.indices, product.data
    row = np.repeat(np.arange(product.shape[0], dtype=column.dtype), np.diff(product.indptr))
    if weight == "jaccard":
        degrees = np.asarray(table.sum(axis=1)).ravel()
        value = value / (degrees[row] + degrees[column] - value)
    return row, column, value


def project(pairs: Iterable[Pair], weight: str = "newman", nodes: Iterable[Hashable] = ()) -> nx.Graph:
    """Return the network of the actors of pairs (actor, event): a tie where two share an event, with its ``weight``.

    ``nodes`` are actors that belong to the network even when no pair names them; they come out as isolates. The
    weights are those of :func:`weights`. The result equals that of ``networkx.bipartite.weighted_projected_graph``
    (count), ``collaboration_weighted_projected_graph`` (newman) and ``overlap_weighted_projected_graph`` (jaccard).
    Raises ValueError on an unknown weight.
    """
    with _without_collector():
        table, rows, _ = incidence(pairs)
        network = _network(rows, *_shared(table, weight))
    network.add_nodes_from(sorted(set(nodes) - set(rows), key=str))
    return network


def from_matrix(matrix: Any, names: Sequence[Hashable], attribute: str = "weight") -> nx.Graph:
    """Return the undirected network of a symmetric sparse matrix, the values as an attribute of the ties.

    Values on the diagonal are passed over. A matrix of integers gives integers.
    """
    matrix = sparse.csr_array(matrix).sorted_indices().tocoo()
    row, column = matrix.coords
    with _without_collector():
        return _network(names, row, column, matrix.data, attribute)


def _network(names: Sequence[Hashable], row: Any, column: Any, value: Any, attribute: str = "weight") -> nx.Graph:
    # The dictionaries of the network are filled here: a checked add_edge for each tie takes most of the time otherwise.
    upper = row < column
    row, column = row[upper], column[upper]
    called = np.fromiter(names, dtype=object, count=len(names))
    near: list[dict[Any, dict[str, Any]]] = [{} for _ in called]
    held = np.fromiter(near, dtype=object, count=len(near))
    ends = [called[row].tolist(), called[column].tolist(), held[row].tolist(), held[column].tolist()]
    for one, other, near_one, near_other, amount in zip(*ends, value[upper].tolist(), strict=True):
        near_one[other] = near_other[one] = {attribute: amount}
    network = nx.Graph()
    network._node, network._adj = {name: {} for name in names}, dict(zip(names, near, strict=True))
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
