"""How ties fall between given groups, and which groups the ties themselves make."""

import random
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import comb, log
from typing import Any

import networkx as nx

from plangraph.analysis.ranking import correlation


@dataclass(frozen=True)
class Mixing:
    """How ties fall between groups; each number None where it is not defined."""

    groups: int
    nodes: int
    internal: float
    external: float
    ei: float | None
    expected_ei: float | None
    assortativity: float | None


def mixing(network: nx.Graph, group: Mapping[Any, Hashable | None], weight: str | None = None) -> Mixing:
    """Return how the ties fall inside and between groups; nodes without a group (None) are left out.

    - E-I index = (E − I) / (E + I), E and I the ties between and within groups: −1 all within, 1 all between. Source:
      D. Krackhardt and R. Stern, Social Psychology Quarterly 51 (1988) 123–140. It depends on the sizes of the groups:
      many small groups make it high by themselves. So ``expected_ei`` gives the value of a network in which every
      pair is tied;
    - assortativity r = (Σ eᵢᵢ − Σ aᵢbᵢ) / (1 − Σ aᵢbᵢ), eᵢⱼ the share of ties from group i to j: 1 when ties stay
      inside, 0 as under random mixing with the same degrees. Source: M. Newman, Physical Review E 67 (2003) 026126.
    """
    known = {n: group[n] for n in network if group.get(n) is not None}
    internal = external = 0.0
    ends: Counter[tuple[Any, Any]] = Counter()
    for u, v, data in network.edges(data=True):
        if u == v or u not in known or v not in known:
            continue
        amount = float(data.get(weight, 1)) if weight else 1.0
        if known[u] == known[v]:
            internal += amount
        else:
            external += amount
        ends[known[u], known[v]] += amount  # type: ignore[assignment]
        if not network.is_directed():
            ends[known[v], known[u]] += amount  # type: ignore[assignment]
    total = internal + external
    sizes = Counter(known.values())
    pairs = comb(len(known), 2)
    inside = sum(comb(size, 2) for size in sizes.values())
    return Mixing(
        groups=len(sizes),
        nodes=len(known),
        internal=internal,
        external=external,
        ei=(external - internal) / total if total else None,
        expected_ei=(pairs - 2 * inside) / pairs if pairs else None,
        assortativity=_assortativity(ends),
    )


def _assortativity(ends: Counter[tuple[Any, Any]]) -> float | None:
    total = sum(ends.values())
    if not total:
        return None
    out: Counter[Any] = Counter()
    into: Counter[Any] = Counter()
    for (i, j), amount in ends.items():
        out[i] += amount
        into[j] += amount
    same = sum(amount for (i, j), amount in ends.items() if i == j) / total
    random_share = sum(out[i] * into[i] for i in out) / total**2
    return (same - random_share) / (1 - random_share) if random_share < 1 - 1e-12 else None


@dataclass(frozen=True)
class CorePeriphery:
    """A core, how many ties contradict it, how well it fits, and whether another core fits equally well."""

    core: list[Any]
    errors: int
    fit: float | None
    unique: bool


def core_periphery(network: nx.Graph) -> CorePeriphery:
    """Return the core that comes nearest to the ideal: all core nodes tied to each other, no ties within the periphery.

    Ties between core and periphery are left open. The number of contradictions, missing ties within the core plus
    ties within the periphery, is the least possible: for a core of size k they are k(k − 1)/2 + m − Σ of the core's
    degrees, so the k nodes of highest degree are best, and all k are tried. Of equally good sizes the smallest counts
    that does not divide nodes of equal degree. ``unique`` is false when another core has as few contradictions.
    ``fit`` is the correlation of the ties with the ideal over the pairs within core and periphery, as S. Borgatti and
    M. Everett, Social Networks 21 (2000) 375–395, measure it; None when it is not defined. Source of the method: S.
    Lip, arXiv:1102.5511 (2011).
    """
    plain = nx.Graph(network)
    ranked = sorted(plain, key=lambda n: (-plain.degree(n), str(n)))
    errors = [plain.number_of_edges()]
    for k, node in enumerate(ranked):
        errors.append(errors[-1] + k - plain.degree(node))
    sizes = [k for k, count in enumerate(errors) if count == min(errors)]
    whole = [k for k in sizes if k in (0, len(ranked)) or plain.degree(ranked[k - 1]) > plain.degree(ranked[k])]
    size = (whole or sizes)[0]
    core = set(ranked[:size])
    ideal, actual = [], []
    for i, u in enumerate(ranked):
        for v in ranked[i + 1 :]:
            if (u in core) == (v in core):
                ideal.append(1.0 if u in core else 0.0)
                actual.append(1.0 if plain.has_edge(u, v) else 0.0)
    return CorePeriphery(
        core=ranked[:size], errors=errors[size], fit=correlation(ideal, actual), unique=sizes == whole == [size]
    )


@dataclass(frozen=True)
class Communities:
    """Communities of one run, largest first, their modularity, and how much other seeds agree."""

    groups: list[list[Any]]
    modularity: float | None
    seed: int
    runs: int
    stability: float | None


def communities(network: nx.Graph, weight: str | None = "weight", seed: int = 1, runs: int = 10) -> Communities:
    """Return communities by the Louvain method, with a fixed seed and a measure of how much the seed matters.

    The run with ``seed`` is the result; ``runs`` − 1 more use the seeds that follow. ``stability`` is the mean
    normalised mutual information of all pairs of runs: 1 when every seed gives the same communities. Isolates are
    left out, as they would each be a community. Without ties there are no communities and no modularity. Sources: V.
    Blondel and others, Journal of Statistical Mechanics (2008) P10008; modularity: M. Newman, PNAS 103 (2006)
    8577–8582.
    """
    names = sorted((n for n in network if network.degree(n)), key=str)
    if not names:
        return Communities([], None, seed, runs, None)
    # Louvain walks through sets: small integers in a fixed order make it independent of the hash seed.
    place = {name: i for i, name in enumerate(names)}
    plain = nx.Graph()
    plain.add_nodes_from(range(len(names)))
    ties = sorted(
        (*sorted((place[u], place[v])), float(data.get(weight, 1)) if weight else 1.0)
        for u, v, data in network.edges(data=True)
        if u != v
    )
    plain.add_weighted_edges_from(ties)
    found = [
        sorted((sorted(part) for part in nx.community.louvain_communities(plain, seed=random.Random(s))), key=_largest)
        for s in range(seed, seed + runs)
    ]
    labels = [[_label(parts, i) for i in range(len(names))] for parts in found]
    agreements = [mutual_information(a, b) for i, a in enumerate(labels) for b in labels[i + 1 :]]
    return Communities(
        groups=[[names[i] for i in part] for part in found[0]],
        modularity=float(nx.community.modularity(plain, found[0])),
        seed=seed,
        runs=runs,
        stability=sum(agreements) / len(agreements) if agreements else None,
    )


def mutual_information(left: list[int], right: list[int]) -> float:
    """Return the normalised mutual information of two partitions, 2 I / (H + H'), given as a label for each node.

    1 when they are the same up to the names of the groups (also when both have one group), 0 when one tells nothing
    of the other. Source: L. Danon and others, Journal of Statistical Mechanics (2005) P09008.
    """
    n = len(left)
    a, b, both = Counter(left), Counter(right), Counter(zip(left, right, strict=True))
    entropy = -sum(c / n * log(c / n) for c in a.values()) - sum(c / n * log(c / n) for c in b.values())
    if entropy < 1e-12:
        return 1.0
    shared = sum(c / n * log(c * n / (a[i] * b[j])) for (i, j), c in both.items())
    return max(0.0, min(1.0, 2 * shared / entropy))


def _largest(part: list[int]) -> tuple[int, int]:
    return -len(part), part[0]


def _label(parts: list[list[int]], node: int) -> int:
    return next(k for k, part in enumerate(parts) if node in part)
