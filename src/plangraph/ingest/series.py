"""The series test: which of many numbered candidates form one series of measures."""

from collections.abc import Sequence
from typing import NamedTuple

# A gap of more numbers than this ends a series: it is more likely another list.
WIDEST_GAP = 20


class Candidate(NamedTuple):
    """Something numbered that may be a heading or a row; ``letter`` is "" for a number without one."""

    number: int
    letter: str
    score: float


def best_series(candidates: Sequence[Candidate]) -> list[int]:
    """Return the indices of the candidates that together form the best series, in order.

    A series goes on with the next number, the first letter of the same number or the next letter, at no cost. A gap in
    the numbers or letters, letters without their number, and a start at another number than 1 are allowed at a cost.
    A number never comes twice. Of equal series the one that reads earlier candidates wins. This is the longest weighted
    chain, found by dynamic programming; it leaves out numbered lists inside a measure and references in running text.
    """
    best: dict[tuple[int, str], tuple[float, int]] = {}
    by_number: dict[int, tuple[float, int]] = {}
    before: list[int] = []
    final = (0.0, -1)
    for index, (number, letter, score) in enumerate(candidates):
        options = [(-0.5 if number > 1 else 0.0, -1)]
        if letter:
            for cost, key in (
                (0.0, (number, _previous(letter))),
                (1.0, (number, _previous(_previous(letter)))),
            ):
                if key in best:
                    options.append((best[key][0] - cost, best[key][1]))
            if letter == "a" and (number, "") not in best and number - 1 in by_number:
                options.append((by_number[number - 1][0] - 1.0, by_number[number - 1][1]))
        else:
            for gap in range(WIDEST_GAP + 1):
                if number - 1 - gap in by_number:
                    total, last = by_number[number - 1 - gap]
                    options.append((total - (0.9 + 0.1 * gap if gap else 0.0), last))
        total, last = max(options, key=lambda option: option[0])
        total += score
        before.append(last)
        if total > best.get((number, letter), (float("-inf"), -1))[0]:
            best[number, letter] = (total, index)
        if total > by_number.get(number, (float("-inf"), -1))[0]:
            by_number[number] = (total, index)
        if total > final[0]:
            final = (total, index)
    chain, index = [], final[1]
    while index >= 0:
        chain.append(index)
        index = before[index]
    return chain[::-1]


def _previous(letter: str) -> str:
    return chr(ord(letter) - 1) if letter > "a" else ""
