"""A random sample of participations for a person to check against the report, and what the check says."""

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from plangraph.errors import DataError
from plangraph.names import chosen_plan, ids_in, label, last_part, locator, plan_iris
from plangraph.spans import around, places_in
from plangraph.text import Source, Span
from plangraph.vocabulary import CV, PG, RDF

COLUMNS = ("number", "id", "measure", "actor", "role", "context", "stage", "locator", "passage", "right", "remark")
VERDICTS = {"yes": True, "y": True, "ja": True, "j": True, "1": True, "no": False, "n": False, "nei": False, "0": False}
UNDECIDED = ("", "?", "unsure", "usikker")


@dataclass(frozen=True)
class Precision:
    """How many of the checked facts are right: the share with its 95 % interval, and how many were left undecided."""

    right: int
    checked: int
    undecided: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share of right facts among those checked."""
        return self.right / self.checked


def draw(
    store: ox.Store, number: int, seed: int, source: Source | None = None, lang: str = "nb", plan: str = ""
) -> list[dict[str, str]]:
    """Return a simple random sample of participations, without replacement, as rows of a check sheet.

    The same data and the same seed give the same rows. With the report as ``source``, in the copy that was coded or
    another, each row holds the passage with some words around it, the evidence between ⟦ and ⟧; without it the locator
    says where to look. The order is the random one, so that a check that stops half-way is still a sample.

    ``plan``, a slug, draws from one plan; from several together, measure and id have the plan before them where another
    plan has the same. Raises UsageError when there is no such plan.
    """
    found = [q.subject for q in store.quads_for_pattern(None, ox.NamedNode(CV + "role"), None, ox.DefaultGraph())]
    within = f"{chosen_plan(plan, plan_iris(store))}/" if plan else ""
    everything = sorted({q.value for q in found if isinstance(q, ox.NamedNode) and q.value.startswith(within)})
    chosen = random.Random(seed).sample(everything, min(number, len(everything)))

    def objects(subject: str, predicate: str) -> list[str]:
        quads = store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None, ox.DefaultGraph())
        return sorted(str(quad.object.value) for quad in quads)  # type: ignore[union-attr]

    def shown(things: list[str]) -> str:
        return ", ".join(map(last_part, things) if plan else ids_in(store, things).values())

    evidence = {iri: objects(iri, PG + "evidence") for iri in chosen}
    places = places_in(store, source, itertools.chain(*evidence.values())) if source else {}
    rows = []
    for place, (iri, spans) in enumerate(evidence.items(), 1):
        rows.append(
            {
                "number": str(place),
                "id": shown([iri]),
                "measure": shown(objects(iri, PG + "underMeasure")),
                "actor": ", ".join(label(store, a, lang) for a in objects(iri, CV + "hasParticipant")),
                "role": ", ".join(label(store, r, lang) for r in objects(iri, CV + "role")),
                "context": ", ".join(label(store, c, lang) for c in objects(iri, RDF + "subject")),
                "stage": ", ".join(label(store, s, lang) for s in objects(iri, PG + "stage")),
                "locator": " | ".join(locator(store, span, lang) for span in spans),
                "passage": " … ".join(_passage(source, places[span]) for span in spans) if source else "",
                "right": "",
                "remark": "",
            }
        )
    return rows


def precision(rows: Sequence[dict[str, str]]) -> Precision:
    """Return the share of facts that a checked sheet calls right, with the Wilson 95 % interval.

    The column ``right`` holds yes or no (ja, nei); a question mark or an empty cell is undecided and does not count.
    The interval is that of Wilson (1927), "Probable inference, the law of succession, and statistical inference".
    Raises DataError on any other word, and when nothing was checked.
    """
    verdicts = []
    undecided = 0
    for number, row in enumerate(rows, 2):
        word = row.get("right", "").strip().casefold()
        if word in UNDECIDED:
            undecided += 1
        elif word in VERDICTS:
            verdicts.append(VERDICTS[word])
        else:
            raise DataError(f"{word!r} is no verdict", where=f"row {number}, column right", mend="write yes, no or ?")
    if not verdicts:
        raise DataError("no row has a verdict", mend="write yes or no in the column 'right'")
    from scipy.stats import binomtest

    interval = binomtest(sum(verdicts), len(verdicts)).proportion_ci(0.95, method="wilson")
    return Precision(sum(verdicts), len(verdicts), undecided, float(interval.low), float(interval.high))


def _passage(source: Source, places: Sequence[Span | None]) -> str:
    shown = []
    for place in places:
        if place is None:
            shown.append("(not found in this copy)")
            continue
        before, words, after = around(source, place, 150)
        shown.append(f"{before}⟦{words}⟧{after}")
    return " … ".join(shown)
