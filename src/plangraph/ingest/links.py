"""Links: which measure a link belongs to, above all one that is printed at the end of a page."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from plangraph.text import Source, Span, visible

_SHORTEST_WORD = 3
_PLAIN = str.maketrans("æøåäöé", "aoaaoe")
_EMPTY = frozenset({"http", "https", "www", "html", "aspx", "index", "dokument", "dokumenter", "innhold", "sider"})


class Stretch(NamedTuple):
    """A measure's section: its key and span, and where its result text starts (its end when there is none)."""

    key: tuple[int, str]
    span: Span
    result: int


class Placed(NamedTuple):
    """A printed link with the measure it belongs to; ``sure`` unless only the order of the links decided."""

    url: str
    span: Span
    key: tuple[int, str] | None
    sure: bool


def place_links(source: Source, stretches: Sequence[Stretch]) -> list[Placed]:
    """Return every printed link with the measure it belongs to, in reading order.

    A link within a sentence belongs to the measure of the sentence. Links on lines of their own stand at the end of a
    page, in the order of the passages that they serve, so a block of links belongs to the measures whose text lies
    between the block before and this one, in reading order. Among those, each link goes to the measure that shares
    most of the words of its address, rare words counting more, such that the order of the links and that of the
    measures agree (dynamic programming); where nothing decides, a link follows the one before.
    """
    links = [noise for noise in source.noise if noise.kind == "link"]
    blocks: list[list[Span]] = []
    for noise in links:
        near = blocks and not source.plain.slice((blocks[-1][-1].end, noise.start)).strip()
        if near:
            blocks[-1].append(Span(noise.start, noise.end))
        else:
            blocks.append([Span(noise.start, noise.end)])
    placed: list[Placed] = []
    start = 0
    for block in blocks:
        near_by = [s for s in stretches if s.span.start < block[0].start and s.span.end > start]
        placed += _place(source, block, near_by, start)
        start = block[-1].end
    alone = {link.span for link in placed}
    for link in source.links:
        if link not in alone:
            key = next((s.key for s in stretches if s.span.start <= link.start < s.span.end), None)
            placed.append(Placed(visible(source.text[link.start : link.end]), link, key, key is not None))
    return sorted(placed, key=lambda link: link.span)


def _place(source: Source, block: Sequence[Span], stretches: Sequence[Stretch], start: int) -> list[Placed]:
    urls = [visible(source.text[span.start : span.end]) for span in block]
    if not stretches:
        return [Placed(url, span, None, False) for url, span in zip(urls, block, strict=True)]
    texts = [_ascii(source.flow.slice((max(s.span.start, start), min(s.span.end, block[0].start)))) for s in stretches]
    scores = [[_score(words, text, texts) for text in texts] for words in map(_url_words, urls)]
    # best[j]: the best total for the links so far when the last of them belongs to the measure j
    best = [0.0] * len(texts)
    chosen: list[list[int]] = []
    for row in scores:
        running, argument, step, now = -1.0, 0, [], []
        for measure, score in enumerate(row):
            if best[measure] > running:
                running, argument = best[measure], measure
            step.append(argument)
            now.append(running + score)
        best = now
        chosen.append(step)
    last = max(range(len(texts)), key=lambda measure: (best[measure], -measure))
    path = [last]
    for step in reversed(chosen[1:]):
        path.append(step[path[-1]])
    return [
        Placed(url, span, stretches[measure].key, row[measure] > 0)
        for url, span, measure, row in zip(urls, block, reversed(path), scores, strict=True)
    ]


def _score(words: Sequence[str], text: str, texts: Sequence[str]) -> float:
    total = 0.0
    for word in words:
        holders = sum(word in other for other in texts)
        if word in text and holders:
            total += math.log(1 + len(texts) / holders) * len(word)
    return total


def _url_words(url: str) -> list[str]:
    pieces = re.split(r"[^a-z0-9]+", _ascii(re.sub(r"^https?://", "", url), keep=True))
    return sorted({piece for piece in pieces if len(piece) >= _SHORTEST_WORD and piece not in _EMPTY})


def _ascii(text: str, keep: bool = False) -> str:
    """Return text in the spelling of web addresses: small letters without accents, unless ``keep`` without blanks."""
    folded = text.casefold().translate(_PLAIN)
    folded = folded.replace("ae", "a").replace("oe", "o").replace("aa", "a")
    return folded if keep else re.sub(r"[^a-z0-9]", "", folded)
