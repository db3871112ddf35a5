"""How much a ranking depends on one event, or on the choices made before it was computed.

The report of a plan is a census of its measures, not a sample: the ranges given here say how sensitive a rank is, and
are no confidence intervals.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from plangraph.analysis.metrics import Values
from plangraph.analysis.ranking import competition_ranks, overlap, spearman, top


@dataclass(frozen=True)
class Sensitivity:
    """The rank of an actor, its best and worst rank when one event is left out, and the event that moves it most."""

    rank: int
    best: int
    worst: int
    mover: Any


def leave_one_out(events: Iterable[Any], values: Callable[[Any], Values]) -> dict[Any, Sensitivity]:
    """Return for each actor how its rank moves when each event is left out in turn.

    ``values`` gives a value for each actor when the event it is handed is left out, and with all events when it is
    handed None. An actor that disappears with an event is counted with the value 0, so it comes last: that it hangs on
    one event is what the range is to show. ``mover`` is the event whose loss moves the rank furthest (the first by
    name of several), None when none does.
    """
    base = competition_ranks(values(None))
    ranges = {actor: (rank, rank) for actor, rank in base.items()}
    movers: dict[Any, tuple[int, Any]] = dict.fromkeys(base, (0, None))
    for event in sorted(set(events), key=str):
        ranks = competition_ranks(dict.fromkeys(base, 0) | values(event))
        for actor in base:
            rank = ranks[actor]
            best, worst = ranges[actor]
            ranges[actor] = min(best, rank), max(worst, rank)
            if abs(rank - base[actor]) > movers[actor][0]:
                movers[actor] = abs(rank - base[actor]), event
    return {actor: Sensitivity(rank, *ranges[actor], movers[actor][1]) for actor, rank in base.items()}


@dataclass(frozen=True)
class Agreement:
    """How one ranking agrees with the base: its first nodes, ρ over the nodes of both, and shared first nodes."""

    first: list[Any]
    leading: list[Any]
    correlation: float | None
    shared_top: float | None
    base_leaders: list[int | None]


def compare(base: Values, others: Mapping[Any, Values], size: int = 10) -> dict[Any, Agreement]:
    """Compare rankings of the same nodes with a base ranking.

    ``first`` are the nodes of rank 1, ``leading`` those of rank ``size`` or better, ``correlation`` Spearman's ρ over
    the nodes ranked in both, ``shared_top`` Jaccard's share of the leading nodes, and ``base_leaders`` the ranks that
    the leading nodes of the base have in the other ranking (None for a node that is not in it). Nothing agrees or
    disagrees with a ranking of no node: both numbers are then None. The idea of showing all reasonable choices at
    once: S. Steegen and others, Perspectives on Psychological Science 11 (2016) 702–712 (multiverse analysis).
    """
    leaders = top(base, size)
    result = {}
    for name, values in others.items():
        ranks = competition_ranks(values)
        mine = top(values, size)
        result[name] = Agreement(
            first=top(values, 1),
            leading=mine,
            correlation=spearman(base, values),
            shared_top=overlap(leaders, mine) if ranks else None,
            base_leaders=[ranks.get(node) for node in leaders],
        )
    return result
