"""What is odd in the rows of a coding sheet but may be right: told to the coder, and taken."""

import re
from collections.abc import Iterable, Iterator

from plangraph.coding.facts import Fact
from plangraph.coding.sheet import Plan
from plangraph.names import NAMES, fold, label, last_part
from plangraph.spans import parts
from plangraph.text import Source, Span, sentences
from plangraph.vocabulary import CV, PG
from plangraph.words import load

# Stage of a fact → the kind of section in which its words would be a surprise. A plan text also tells what is.
_ELSEWHERE = {"planned": "result-text", "announced": "plan-text"}
# A longer name may go on in another form ("kommunene"); one as short as this begins a word, as it stands ("UDI").
_SHORT = 7


def doubts(plan: Plan, facts: Iterable[Fact], source: Source | None) -> Iterator[tuple[int, str, str]]:
    """Yield row, column and what is odd: a stage whose words stand in the other text, an actor whom no word names.

    An actor is named by any of its names, or by ``named_as``, in the words or in the sentence before them. Without
    ``source`` only the stages are looked at.
    """
    for fact in facts:
        said = dict(fact.said)
        spans = [span for p, o in fact.said if p == PG + "evidence" for span in parts(last_part(o.value))]
        if not spans:
            continue
        stage = last_part(said[PG + "stage"].value)
        kind = _ELSEWHERE.get(stage, "")
        if kind and {_kind(plan, span) for span in spans} == {kind}:
            yield fact.row, "stage", f"{stage}, but the words stand in the {kind.replace('-', ' ')}"
        if source and CV + "hasParticipant" in said:
            actor = said[CV + "hasParticipant"].value
            names = [o.value for p in NAMES for o in plan.objects(actor, p.value)]
            names += [o.value for p, o in fact.said if p == PG + "namedAs"]
            text = " ".join(_with_the_sentence_before(plan, source, span) for span in spans)
            if not any(_names(text, name) for name in names):
                who = label(plan.store, actor)
                yield (
                    fact.row,
                    "actor",
                    f"neither the words nor the sentence before name {who}; write in named_as what does",
                )


def _names(text: str, name: str) -> bool:
    folded = fold(name)
    if len(folded) > _SHORT:
        return folded[:-2] in fold(text)
    return re.search(rf"(?<!\w){re.escape(name.casefold())}", text.casefold()) is not None


def _within(plan: Plan, span: Span) -> list[tuple[Span, str]]:
    held = [(s.span, s.kind) for s in plan.sections if s.span.start <= span.start < s.span.end]
    return sorted(held, key=lambda each: each[0].end - each[0].start)


def _kind(plan: Plan, span: Span) -> str:
    return next((kind for _, kind in _within(plan, span)), "")


def _with_the_sentence_before(plan: Plan, source: Source, span: Span) -> str:
    start = next((section.start for section, _ in _within(plan, span)), 0)
    before = [
        s for s in sentences(source, start, span.end, load()["sentences"]["abbreviations"]) if s.start < span.start
    ]
    # The sentence in which the words stand does not count when they begin inside it.
    before = before[-2:] if before and before[-1].end > span.start else before[-1:]
    return source.flow.slice(Span(before[0].start if before else span.start, span.end))
