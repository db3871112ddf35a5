"""Ties as curves that pass by the nodes they do not join, so that no tie seems to end where it does not."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from math import hypot

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Curve = tuple[Point, Point, Point]
_PIECES = 16
_WEIGHTS = [((1 - t) ** 2, 2 * t * (1 - t), t * t) for t in (i / _PIECES for i in range(_PIECES + 1))]
# How far the control point lies from the middle, across and along the tie, as shares of its length.
_BOWS = sorted(
    ((across / 10, along / 10) for across in range(-20, 21) for along in (-4, -2, 0, 2, 4) if across or not along),
    key=lambda bow: (abs(bow[0]) + abs(bow[1]) / 4, bow),
)


def curves(ties: Sequence[tuple[str, str]], boxes: Mapping[str, Box], gap: float = 3) -> list[Curve]:
    """Return for each tie a quadratic Bézier curve from centre to centre of its ends' boxes, as three points.

    ``boxes`` are (left, low, right, high). A tie is straight where it can be; where it would pass a box that is not its
    end, or within ``gap`` of it, the curve with the least bow that passes none is taken, and where there is none the
    one that passes the fewest. The same input gives the same curves.
    """
    wide = {n: (a - gap, b - gap, c + gap, d + gap) for n, (a, b, c, d) in boxes.items()}
    found = []
    for source, target in ties:
        others = [box for n, box in wide.items() if n not in (source, target)]
        fewest, best = len(others) + 1, None
        for curve in _bows(_centre(boxes[source]), _centre(boxes[target])):
            # Other programs cannot draw towards a point inside the node.
            if best and any(_holds(boxes[end], curve[1]) for end in (source, target)):
                continue
            passed = sum(1 for _ in islice(_passed(curve, others), fewest))
            if passed < fewest:
                fewest, best = passed, curve
            if not passed:
                break
        assert best
        found.append(best)
    return found


def passed_by(curve: Curve, boxes: Sequence[Box]) -> list[Box]:
    """Return the boxes that a curve passes through."""
    return list(_passed(curve, boxes))


def _passed(curve: Curve, boxes: Sequence[Box]) -> Iterator[Box]:
    (x0, y0), (x1, y1), (x2, y2) = curve
    low_x, high_x, low_y, high_y = min(x0, x1, x2), max(x0, x1, x2), min(y0, y1, y2), max(y0, y1, y2)
    near = [b for b in boxes if b[0] < high_x and b[2] > low_x and b[1] < high_y and b[3] > low_y]
    if not near:
        return
    points = [(a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2) for a, b, c in _WEIGHTS]
    for box in near:
        left, low, right, high = box
        for p, q in pairwise(points):
            (x, y), (u, v) = p, q
            beside = (x >= right and u >= right) or (x <= left and u <= left)
            above = (y >= high and v >= high) or (y <= low and v <= low)
            if not (beside or above) and _cuts(p, q, box):
                yield box
                break


def _bows(start: Point, end: Point) -> Iterator[Curve]:
    """Yield curves from start to end, the straight line first, then those with more and more bow."""
    (x, y), dx, dy = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), end[0] - start[0], end[1] - start[1]
    longer = 1 + 60 / (hypot(dx, dy) or 1.0)
    for across, along in _BOWS:
        side = across * longer
        yield start, (x + along * dx - side * dy, y + along * dy + side * dx), end


def _centre(box: Box) -> Point:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _holds(box: Box, point: Point) -> bool:
    return box[0] < point[0] < box[2] and box[1] < point[1] < box[3]


def _cuts(p: Point, q: Point, box: Box) -> bool:
    """Return whether a line from p to q has a point inside a box (Liang and Barsky 1984)."""
    first, last = 0.0, 1.0
    for start, move, low, high in ((p[0], q[0] - p[0], box[0], box[2]), (p[1], q[1] - p[1], box[1], box[3])):
        if abs(move) < 1e-12:
            if not low < start < high:
                return False
            continue
        a, b = sorted(((low - start) / move, (high - start) / move))
        first, last = max(first, a), min(last, b)
    return first < last
