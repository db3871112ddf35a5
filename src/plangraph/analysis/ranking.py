"""Ranks in which equal values share a rank, and how well two rankings agree."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import isclose, sqrt
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)

# Centralities are sums of fractions taken in an order that depends on the algorithm; digits beyond these are noise.
TOLERANCE = 1e-9


def order(values: Mapping[Node, float | None]) -> list[Node]:
    """Return the nodes from the highest value to the lowest; equal values by name; undefined values left out."""
    ranks = competition_ranks(values)
    return sorted(ranks, key=lambda node: (ranks[node], str(node)))


def competition_ranks(values: Mapping[Node, float | None]) -> dict[Node, int]:
    """Return the rank of each node, 1 for the highest value; equal values share the best of their ranks (1, 2, 2, 4).

    Values that differ by less than one part in 10⁹ are equal. Nodes without a value (None) get no rank.
    """
    ranks: dict[Node, int] = {}
    for place, group in _tied(values):
        ranks |= dict.fromkeys(group, place)
    return ranks


def middle_ranks(values: Mapping[Node, float | None]) -> dict[Node, float]:
    """Return the rank of each node; equal values share the mean of their ranks (1, 2.5, 2.5, 4)."""
    ranks: dict[Node, float] = {}
    for place, group in _tied(values):
        ranks |= dict.fromkeys(group, place + (len(group) - 1) / 2)
    return ranks


def spearman(left: Mapping[Node, float | None], right: Mapping[Node, float | None]) -> float | None:
    """Return Spearman's rank correlation ρ over the nodes that have a value in both, ties at middle ranks.

    It is the product-moment correlation of the ranks. None when fewer than two nodes are shared or all values on one
    side are equal. Source: C. Spearman, American Journal of Psychology 15 (1904) 72–101.
    """
    shared = [n for n, v in left.items() if v is not None and right.get(n) is not None]
    first = middle_ranks({n: left[n] for n in shared})
    second = middle_ranks({n: right[n] for n in shared})
    return correlation([first[n] for n in shared], [second[n] for n in shared])


def correlation(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Return Pearson's product-moment correlation of two rows of numbers; None when it is undefined."""
    n = len(left)
    if n < 2:
        return None
    mean_left, mean_right = sum(left) / n, sum(right) / n
    above = sum((a - mean_left) * (b - mean_right) for a, b in zip(left, right, strict=True))
    below = sum((a - mean_left) ** 2 for a in left) * sum((b - mean_right) ** 2 for b in right)
    return max(-1.0, min(1.0, above / sqrt(below))) if below > TOLERANCE**2 else None


def top(values: Mapping[Node, float | None], size: int) -> list[Node]:
    """Return the nodes of rank ``size`` or better; more than ``size`` of them when the last place is shared."""
    ranks = competition_ranks(values)
    return [node for node in order(values) if ranks[node] <= size]


def overlap(left: Iterable[Node], right: Iterable[Node]) -> float | None:
    """Return Jaccard's share of two sets: members of both among members of either; None for two empty sets."""
    a, b = set(left), set(right)
    return len(a & b) / len(a | b) if a | b else None


def _tied(values: Mapping[Node, float | None]) -> Iterable[tuple[int, list[Node]]]:
    known = sorted(((v, n) for n, v in values.items() if v is not None), key=lambda item: -item[0])
    place, group, head = 1, list[Node](), 0.0
    for value, node in known:
        if group and not isclose(value, head, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
            yield place, group
            place, group = place + len(group), []
        if not group:
            head = value
        group.append(node)
    if group:
        yield place, group
