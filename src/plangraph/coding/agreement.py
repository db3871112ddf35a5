"""Agreement of two codings of the same report: what both found, and where they differ.

The two codings are coding sheets (see :mod:`plangraph.coding.sheet`) with spans for words and ids for names, as
``plangraph code export`` writes them and :func:`plangraph.coding.facts.as_read` makes of what people write.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx

from plangraph.errors import DataError, UsageError
from plangraph.output import natural

# A text of the coder's own carries its language.
_OWN_WORDS = re.compile(r"@[A-Za-z-]+$")

Row = dict[str, str]
Pair = tuple[Row, Row]
COUNTS = (
    *("first_participations", "second_participations", "first_actors", "second_actors", "common_actors"),
    *("first_pairs", "second_pairs", "common_pairs", "matched_participations", "same_role", "same_stage"),
    *("first_claims", "second_claims", "matched_claims", "same_subject", "same_claim_stage"),
)
SHARES = ("f1_actor_measure", "f1_actor_context", "role_agreement", "stage_agreement", "f1_claim", "subject_agreement")
COLUMNS = ("measure", *COUNTS, *SHARES)
DIFFERENCES = ("measure", "difference", "first", "second", "first_words", "second_words")


@dataclass(frozen=True)
class Agreement:
    """Counts and shares by measure with a last row ``all``; Cohen's kappa of role and stage; and each difference."""

    rows: list[dict[str, Any]]
    role_kappa: float | None
    stage_kappa: float | None
    differences: list[Row]


def compare(first: Iterable[Row], second: Iterable[Row], measures: Sequence[str] = ()) -> Agreement:
    """Return how far two codings agree, measure by measure.

    Compared are the measures given, or else those in which both have a row. In a measure

    - two *participations* correspond when they name the same actor and rest on overlapping words; each corresponds to
      one at most, as many as possible, those with the same role, stage and context first. Role and stage agreement are
      shares of these;
    - *actors* are those of the participations; *pairs* are an actor with a context, and contexts correspond by
      overlapping words, since two readers may call one thing by two names;
    - two *claims* correspond when property and value are the same and the words overlap; values that are texts of the
      coder's own need not be the same. Subject agreement is a share of these.

    F1 is twice what is common over the sum of both, the harmonic mean of precision and recall. Kappa is agreement
    beyond chance (J. Cohen, Educational and Psychological Measurement 20 (1960) 37–46); it is None where nothing
    corresponds or chance alone would agree.

    Raises DataError when the words of a row are not spans, or when the codings have no measure in common, and
    UsageError when a measure is given of which neither has a row.
    """
    one, two = list(map(_checked, filter(None, first))), list(map(_checked, filter(None, second)))
    common = {row["measure"] for row in one} & {row["measure"] for row in two} - {""}
    chosen = sorted(set(measures) or common, key=natural)
    if absent := set(chosen) - {row["measure"] for row in one + two}:
        raise UsageError(
            f"neither coding has a row of measure {', '.join(sorted(absent, key=natural))}",
            mend="name measures as the column 'measure' does",
        )
    if not chosen:
        raise DataError("the two codings have no measure in common", mend="check the column 'measure' of both sheets")
    rows: list[dict[str, Any]] = []
    matched, differences = [], []
    for measure in chosen:
        mine, theirs = ([row for row in coding if row["measure"] == measure] for coding in (one, two))
        counts, pairs, found = _measure(mine, theirs)
        rows.append({"measure": measure, **counts})
        matched += pairs
        differences += [{"measure": measure, **difference} for difference in found]
    rows.append({"measure": "all", **{name: sum(row[name] for row in rows) for name in COUNTS}})
    return Agreement(
        [{**row, **_shares(row)} for row in rows],
        _kappa([(a["role"], b["role"]) for a, b in matched]),
        _kappa([(a["stage"], b["stage"]) for a, b in matched]),
        differences,
    )


def _measure(first: list[Row], second: list[Row]) -> tuple[dict[str, int], list[Pair], list[Row]]:
    acting, acting_too = ([row for row in rows if row["actor"]] for rows in (first, second))
    claims, claims_too = ([row for row in rows if not row["actor"]] for rows in (first, second))
    contexts, contexts_too = _contexts(acting), _contexts(acting_too)
    actors, actors_too = ({row["actor"] for row in rows} for rows in (acting, acting_too))
    pairs = _match(contexts, contexts_too, _same_actor, ("context",))
    matched = _match(acting, acting_too, _same_actor, ("role", "stage", "context"))
    same = _match(claims, claims_too, _same_claim, ("context", "stage"))
    counts = {
        "first_participations": len(acting),
        "second_participations": len(acting_too),
        "first_actors": len(actors),
        "second_actors": len(actors_too),
        "common_actors": len(actors & actors_too),
        "first_pairs": len(contexts),
        "second_pairs": len(contexts_too),
        "common_pairs": len(pairs),
        "matched_participations": len(matched),
        "same_role": sum(a["role"] == b["role"] for a, b in matched),
        "same_stage": sum(a["stage"] == b["stage"] for a, b in matched),
        "first_claims": len(claims),
        "second_claims": len(claims_too),
        "matched_claims": len(same),
        "same_subject": sum(a["context"] == b["context"] for a, b in same),
        "same_claim_stage": sum(a["stage"] == b["stage"] for a, b in same),
    }
    differences = _differences(acting, acting_too, matched) + _differences(claims, claims_too, same)
    return counts, matched, differences


def _contexts(rows: list[Row]) -> list[Row]:
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        words = found.setdefault((row["actor"], row["context"]), {**row, "words": ""})
        words["words"] += " | " + row["words"]
    return list(found.values())


def _match(first: list[Row], second: list[Row], alike: Callable[[Row, Row], bool], prefer: Sequence[str]) -> list[Pair]:
    graph = nx.Graph()
    for i, a in enumerate(first):
        for k, b in enumerate(second):
            if alike(a, b) and _overlap(a["words"], b["words"]):
                graph.add_edge((0, i), (1, k), weight=1 + sum(a[column] == b[column] for column in prefer))
    edges = (sorted(edge) for edge in nx.max_weight_matching(graph, maxcardinality=True))
    return [(first[i], second[k]) for (_, i), (_, k) in sorted(edges)]


def _same_actor(a: Row, b: Row) -> bool:
    return a["actor"] == b["actor"]


def _same_claim(a: Row, b: Row) -> bool:
    own = all(_OWN_WORDS.search(row["value"]) for row in (a, b))
    return a["property"] == b["property"] and (own or a["value"] == b["value"])


def _overlap(a: str, b: str) -> bool:
    return any(start < stop and begin < end for start, end in _spans(a) for begin, stop in _spans(b))


def _spans(words: str) -> list[tuple[int, int]]:
    return [(int(start), int(end)) for start, end in re.findall(r"(\d+)-(\d+)", words)]


def _checked(row: Row) -> Row:
    if not _spans(row["words"]):
        raise DataError(
            f"the words of {row['id'] or 'a row'} are not a span: {row['words']!r}",
            mend="name the report in which the words stand with --source REPORT",
        )
    return row


def _differences(first: list[Row], second: list[Row], matched: list[Pair]) -> list[Row]:
    def row(difference: str, a: Row | None, b: Row | None) -> Row:
        told = [(_told(r), r["words"]) if r else ("", "") for r in (a, b)]
        return dict(zip(DIFFERENCES[1:], (difference, told[0][0], told[1][0], told[0][1], told[1][1]), strict=True))

    pairs = {id(a): b for a, b in matched}
    taken = {id(b) for _, b in matched}
    found = []
    for a in first:
        b = pairs.get(id(a))
        if b is None:
            found.append(row("only in the first", a, None))
            continue
        parts = [name for name in ("context", "role", "stage") if a[name] != b[name]]
        if parts:
            found.append(row(" and ".join(parts), a, b))
    return found + [row("only in the second", None, b) for b in second if id(b) not in taken]


def _told(row: Row) -> str:
    fact = (row["actor"], row["role"]) if row["actor"] else (row["property"], row["value"])
    return " · ".join((row["id"], row["context"], *fact, row["stage"]))


def _shares(row: dict[str, Any]) -> dict[str, str]:
    def f1(common: str, first: str, second: str) -> str:
        return _share(2 * row[common], row[first] + row[second])

    return {
        "f1_actor_measure": f1("common_actors", "first_actors", "second_actors"),
        "f1_actor_context": f1("common_pairs", "first_pairs", "second_pairs"),
        "role_agreement": _share(row["same_role"], row["matched_participations"]),
        "stage_agreement": _share(row["same_stage"], row["matched_participations"]),
        "f1_claim": f1("matched_claims", "first_claims", "second_claims"),
        "subject_agreement": _share(row["same_subject"], row["matched_claims"]),
    }


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else ""


def _kappa(pairs: list[tuple[str, str]]) -> float | None:
    total = len(pairs)
    if not total:
        return None
    one, two = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(one[code] * two[code] for code in one) / total**2
    return (sum(a == b for a, b in pairs) / total - chance) / (1 - chance) if chance < 1 else None
