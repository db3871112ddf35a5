"""Cross-references: where one measure's text names another measure of the plan."""

import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from plangraph.text import Source, Span


class Reference(NamedTuple):
    """A reference from one measure to another; ``seen`` when they are to be seen together; its sentence and place."""

    giver: tuple[int, str]
    target: tuple[int, str]
    seen: bool
    sentence: Span
    place: Span


def find_references(
    source: Source,
    owner: tuple[int, str],
    sentences: list[Span],
    known: Collection[tuple[int, str]],
    words: Mapping[str, Any],
) -> list[Reference]:
    """Return the references in the sentences of one measure.

    A letter after the number counts only when the plan has that part; a number that is no measure of the plan is no
    reference, nor is the measure's own. Two measures are seen together when the sentence says so before the number.
    """
    labels = "|".join(map(re.escape, words["headings"]["measure"]))
    pattern = re.compile(rf"\b(?:{labels})\s+(\d{{1,3}})(?:\s?([a-zæøå])(?![\wæøå]))?", re.IGNORECASE)
    found = []
    for sentence in sentences:
        low = source.flow.index(sentence.start)
        text = source.flow.text[low : source.flow.index(sentence.end)]
        for match in pattern.finditer(text):
            number, letter = int(match.group(1)), (match.group(2) or "").lower()
            end = match.end()
            if (number, letter) not in known and letter:
                letter, end = "", match.end(1)
            if (number, letter) not in known or (number, letter) == owner:
                continue
            before = text[: match.start()].casefold()
            seen = any(cue in before for cue in words["references"]["seen"])
            place = source.flow.span(low + match.start(), low + end)
            found.append(Reference(owner, (number, letter), seen, sentence, place))
    return found
