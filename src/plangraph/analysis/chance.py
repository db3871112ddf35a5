"""What chance alone would give: two-mode networks in which every actor and every event keeps its number of ties."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import networkx as nx
import numpy as np

from plangraph.analysis.projection import Pair, incidence
from plangraph.analysis.ranking import correlation
from plangraph.analysis.twomode import four_cycles

Progress = Callable[[int, int], None]
LEAST_SAMPLES, MOST_SAMPLES = 999, 19_999


def curveball(members: Sequence[Iterable[int]], trades: int, rng: random.Random) -> list[set[int]]:
    """Return a random two-mode table with the row and column sums of the given one, after a number of trades.

    ``members`` lists for each row its columns. A trade picks two rows at random, keeps the columns they share, and
    deals the others out anew, each row getting as many as it had. After enough trades all tables with these sums are
    equally likely. Sources: G. Strona and others, Nature Communications 5 (2014) 4114; that the chain is uniform: C.
    Carstens, Physical Review E 91 (2015) 042812.
    """
    rows = [set(row) for row in members]
    if len(rows) > 1:
        for _ in range(trades):
            i, j = rng.sample(range(len(rows)), 2)
            _trade(rows, i, j, rng)
    return rows


def _trade(rows: list[set[int]], i: int, j: int, rng: random.Random) -> None:
    mine, theirs = rows[i] - rows[j], rows[j] - rows[i]
    if not mine or not theirs:
        return
    pool = sorted(mine) + sorted(theirs)
    rng.shuffle(pool)
    shared = rows[i] & rows[j]
    rows[i] = shared | set(pool[: len(mine)])
    rows[j] = shared | set(pool[len(mine) :])


@dataclass(frozen=True)
class Chain:
    """How the random tables were drawn and how well they mix.

    ``moved`` is the share of ties that a sample does not have in common with the observed table, after each tenth of
    the burn-in; it levels off when the chain has forgotten where it began. ``autocorrelation`` is that of the number
    of four-cycles between one sample and the next: near 0 when samples are as good as independent.
    """

    seed: int
    samples: int
    burn_in: int
    thinning: int
    moved: list[float]
    autocorrelation: float | None

    @property
    def effective(self) -> int | None:
        """How many independent samples these are worth: n (1 − ρ) / (1 + ρ), ρ the autocorrelation; n where ρ < 0.

        None when the autocorrelation is not defined. Source: G. Bayley and J. Hammersley, Supplement to the Journal of
        the Royal Statistical Society 8 (1946) 184–197.
        """
        if self.autocorrelation is None:
            return None
        lag = max(0.0, self.autocorrelation)
        return round(self.samples * (1 - lag) / (1 + lag))


@dataclass(frozen=True)
class TieTest:
    """One pair of actors: events shared, events that chance gives, p, and q, which is p corrected for all pairs."""

    pair: tuple[Any, Any]
    shared: int
    expected: float
    p: float
    q: float


@dataclass(frozen=True)
class NullModel:
    """What the observed two-mode network is like among random ones of the same degrees."""

    ties: list[TieTest]
    alpha: float
    family: int
    significant: int
    smallest_p: float
    cycles: int
    cycles_expected: float
    cycles_p: float
    chain: Chain

    @property
    def few_samples(self) -> bool:
        """Whether a lone tie could not have been found to exceed chance, and none was found."""
        return not self.significant and self.family / self.alpha > self.chain.samples + 1


def samples_for(pairs: Iterable[Pair], alpha: float = 0.05) -> int:
    """Return how many random tables are needed so that one lone tie could be found to exceed chance.

    With N samples no p is smaller than 1 / (N + 1), and among T pairs a lone tie needs p ≤ α / T, so N is T / α,
    rounded up to the next thousand less one, at least 999 and at most 19,999.
    """
    table, _, _ = incidence(pairs)
    active = int((table.sum(axis=1) > 1).sum()) if table.nnz else 0
    need = active * (active - 1) / 2 / alpha
    return max(LEAST_SAMPLES, min(MOST_SAMPLES, 1000 * ceil((need + 1) / 1000) - 1))


def null_model(
    pairs: Iterable[Pair],
    seed: int = 1,
    samples: int | None = None,
    alpha: float = 0.05,
    progress: Progress = lambda done, of: None,
) -> NullModel | None:
    """Compare the events that each two actors share with what chance gives when all degrees are fixed.

    p = (1 + samples in which the two share at least as many) / (1 + samples), so never 0 (B. Phipson and G. Smyth,
    Statistical Applications in Genetics and Molecular Biology 9 (2010) 39). q is p corrected by Benjamini and
    Hochberg over all pairs of actors with at least two events each: an actor with one event can share no more than
    one with anybody, and choosing by degrees, which the model fixes, does not favour any result. Ties of other actors
    are not tested. ``ties`` lists the tested pairs that share an event, the smallest p first.

    The number of four-cycles (two actors, two shared events) is compared in the same way: do actors meet again more
    often than chance? ``samples`` is that of :func:`samples_for` when it is not given. None when fewer than two actors
    have two events: there is then nothing to test. Source of the design: Z. Neal, Social Networks 39 (2014) 84–97
    (fixed degree sequence model).
    """
    table, names, _ = incidence(pairs)
    active = np.flatnonzero(table.sum(axis=1) > 1) if table.nnz else np.array([], dtype=int)
    if len(active) < 2:
        return None
    samples = samples or samples_for(pairs, alpha)
    observed = _shared(table.toarray()[active])
    upper = np.triu_indices(len(active), 1)
    counted = observed[upper]
    at_least, total = np.zeros(len(counted), dtype=np.int64), np.zeros(len(counted))
    cycles, cycles_at_least, drawn = four_cycles(table), 0, []
    draws = _Draws(table, seed, samples)
    for number, random_table in enumerate(draws, start=1):
        shared = _shared(random_table)
        chosen = shared[np.ix_(active, active)][upper]
        at_least += chosen >= counted
        total += chosen
        found = _cycles(shared)
        cycles_at_least += found >= cycles
        drawn.append(float(found))
        if number % 100 == 0 or number == samples:
            progress(number, samples)
    p = (1 + at_least) / (1 + samples)
    q = benjamini_hochberg(p.tolist())
    ties = [
        TieTest((names[active[i]], names[active[j]]), int(counted[k]), float(total[k] / samples), float(p[k]), q[k])
        for k, (i, j) in enumerate(zip(*upper, strict=True))
        if counted[k]
    ]
    ties.sort(key=lambda tie: (tie.p, -tie.shared, str(tie.pair)))
    return NullModel(
        ties=ties,
        alpha=alpha,
        family=len(counted),
        significant=sum(tie.q <= alpha for tie in ties),
        smallest_p=1 / (1 + samples),
        cycles=cycles,
        cycles_expected=sum(drawn) / samples,
        cycles_p=(1 + cycles_at_least) / (1 + samples),
        chain=draws.chain(drawn),
    )


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """Return for each p the smallest false discovery rate at which it would be called significant.

    qᵢ = min over the p of rank r ≥ rank of i of p · T / r. Source: Y. Benjamini and Y. Hochberg, Journal of the Royal
    Statistical Society B 57 (1995) 289–300; the same numbers as R's ``p.adjust(p, "BH")``.
    """
    ranked = sorted(range(len(p)), key=lambda i: -p[i])
    q, smallest = [0.0] * len(p), 1.0
    for place, i in enumerate(ranked):
        smallest = min(smallest, p[i] * len(p) / (len(p) - place))
        q[i] = smallest
    return q


@dataclass(frozen=True)
class Association:
    """Correlation of two layers over all pairs of actors, and what chance gives for it."""

    correlation: float | None
    expected: float | None
    p: float | None
    actors: int
    samples: int
    seed: int


def association(
    pairs: Iterable[Pair],
    other: nx.Graph,
    seed: int = 1,
    samples: int = 999,
    progress: Progress = lambda done, of: None,
) -> Association:
    """Correlate the events that two actors share with the presence of their tie in another layer.

    The product-moment correlation runs over all pairs of the actors that the pairs name. Its p, one-sided, comes from
    permuting the two-mode table with all degrees fixed, not from exchanging the actors' names: busy actors have many
    ties in every layer, and exchanging names would take that for association. All None when it is not defined, for
    example when the other layer has no tie between these actors.
    """
    table, names, _ = incidence(pairs)
    n = len(names)
    upper = np.triu_indices(n, 1)
    tied = np.array([float(other.has_edge(names[i], names[j])) for i, j in zip(*upper, strict=True)])
    observed = correlation(_shared(table.toarray())[upper].tolist(), tied.tolist()) if n > 1 else None
    if observed is None:
        return Association(None, None, None, n, 0, seed)
    values = []
    for number, random_table in enumerate(_Draws(table, seed, samples), start=1):
        values.append(_fast_correlation(_shared(random_table)[upper], tied))
        if number % 100 == 0 or number == samples:
            progress(number, samples)
    reached = sum(value >= observed - 1e-12 for value in values)
    return Association(observed, sum(values) / samples, (1 + reached) / (1 + samples), n, samples, seed)


class _Draws:
    """Random tables with the sums of a given one; trades are between rows of the mode with fewer members."""

    def __init__(self, table: Any, seed: int, samples: int) -> None:
        dense = table.toarray()
        self._turned = dense.shape[1] < dense.shape[0]
        short = dense.T if self._turned else dense
        self._shape = short.shape
        self._rows = [set(np.flatnonzero(row).tolist()) for row in short]
        self._seed, self._samples = seed, samples
        self._thinning, self._burn_in = 4 * len(self._rows), 40 * len(self._rows)
        self._moved: list[float] = []

    def __iter__(self) -> Iterator[Any]:
        rng = random.Random(self._seed)
        rows = self._rows
        ties = sum(map(len, rows))
        for _ in range(10):
            rows = curveball(rows, self._burn_in // 10, rng)
            kept = sum(len(old & new) for old, new in zip(self._rows, rows, strict=True))
            self._moved.append(1 - kept / ties)
        for _ in range(self._samples):
            rows = curveball(rows, self._thinning, rng)
            short = np.zeros(self._shape)
            for i, row in enumerate(rows):
                short[i, list(row)] = 1
            yield short.T if self._turned else short

    def chain(self, statistic: Sequence[float]) -> Chain:
        lag = correlation(statistic[:-1], statistic[1:])
        return Chain(self._seed, self._samples, self._burn_in, self._thinning, self._moved, lag)


def _shared(table: Any) -> Any:
    product = np.asarray(table, dtype=np.float64) @ np.asarray(table, dtype=np.float64).T
    return product.round().astype(np.int64)


def _cycles(shared: Any) -> int:
    upper = shared[np.triu_indices(len(shared), 1)]
    return int((upper * (upper - 1)).sum() // 2)


def _fast_correlation(left: Any, right: Any) -> float:
    if left.std() == 0:
        return 0.0
    return float(np.corrcoef(left, right)[0, 1])
