"""Labels that keep clear of each other and of every mark but their own."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from plangraph.curves import Box, Curve, passed_by

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

# What is written, where its node lies, and how much the node counts.
Label = tuple[str, tuple[float, float], float]
# Points: least room between a label and another text or another's mark, and between a label and its own mark.
GAP, OWN = 3.0, 1.2
# Points: how far from its mark a label may be, and from where on a thin line leads to it.
FARTHEST, LED = 27.0, 4.5
# The places around a mark: to the right first, corners last, and what each costs in points.
_WAYS = [
    (1, 0, 0.0), (-1, 0, 0.5), (0, -1, 0.8), (0, 1, 0.8),
    (1, 0.5, 0.6), (1, -0.5, 0.6), (-1, 0.5, 1.1), (-1, -0.5, 1.1),
    (0.5, 1, 1.2), (-0.5, 1, 1.2), (0.5, -1, 1.2), (-0.5, -1, 1.2),
    (1, 1, 1.5), (1, -1, 1.5), (-1, 1, 2.0), (-1, -1, 2.0),
]  # fmt: skip


def place_labels(
    canvas: "Canvas",
    axes: "Axes",
    labels: Sequence[Label],
    marks: Sequence[Box],
    ties: Sequence[Curve] = (),
    widths: Sequence[float] = (),
) -> list[Box | None]:
    """Write each label at the best free place around its mark, and return where; None where there is no place for it.

    A place is free when it keeps ``GAP`` points from every other text and every other mark. Of the free places the best
    is near its mark, off the ties, the thick ones (``widths``, in points) most of all, and not beside another mark,
    whose label it might seem to be; a thin line leads to a label farther away. The first labels choose first, so the
    nodes that count most come first.
    """
    if not labels:
        return []
    import numpy as np
    from matplotlib.patheffects import withStroke

    renderer = canvas.canvas.get_renderer()  # type: ignore[attr-defined]
    scale = canvas.dpi / 72
    legend = axes.get_legend()
    texts = [*canvas.texts, *([legend] if legend is not None else [])]
    taken = np.array([*marks, *(text.get_window_extent(renderer).extents for text in texts)])
    rim = OWN * scale
    page: Box = (rim, rim, canvas.bbox.width - rim, canvas.bbox.height - rim)
    ink = _ink(ties, [width * scale for width in widths])
    leads: list[Curve] = []
    placed: list[Box | None] = []
    for number, (label, _, _) in enumerate(labels):
        text = axes.text(0, 0, label, fontsize=6.5, ha="center", va="center", linespacing=1.05, zorder=4)
        text.set_path_effects([withStroke(linewidth=1.2, foreground="white", alpha=0.85)])
        extent = text.get_window_extent(renderer)
        others = np.delete(taken, number, axis=0)
        best: tuple[float, Box, Curve | None, float] | None = None
        for cost, box, away, side in _places(marks[number], extent.width, extent.height, scale):
            if best and cost >= best[0]:
                continue
            room = np.maximum(_outside(others, box, 0), _outside(others, box, 1))
            if not _inside(box, page) or room.min() < GAP * scale or any(passed_by(line, [box]) for line in leads):
                continue
            lead = _lead(marks[number], box) if away > LED else None
            if lead and passed_by(lead, [tuple(other) for other in others]):
                continue
            near = float(np.delete(room, slice(len(marks) - 1, None)).min(initial=99 * scale)) / scale
            cost += 0.8 * max(0.0, 8 - near) + (6 if lead else 0)
            if best and cost >= best[0]:
                continue
            covered = ink[(ink[:, 0] > box[0]) & (ink[:, 0] < box[2]) & (ink[:, 1] > box[1]) & (ink[:, 1] < box[3]), 2]
            cost += 0.2 * float(covered.sum()) / scale**2
            if best is None or cost < best[0]:
                best = cost, box, lead, side
        if best is None:
            text.remove()
            placed.append(None)
            continue
        _, box, lead, side = best
        taken = np.vstack([taken, box])
        placed.append((float(box[0]), float(box[1]), float(box[2]), float(box[3])))
        text.set_position(tuple(axes.transData.inverted().transform(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))))
        text.set_multialignment("left" if side == 1 else "right" if side == -1 else "center")
        if lead:
            leads.append(lead)
            points = axes.transData.inverted().transform(np.array([lead[0], lead[2]]))
            axes.plot(
                *zip(*points, strict=True), color="#777777", linewidth=0.4, zorder=1.5, scalex=False, scaley=False
            )
    return placed


def overlapping(first: Box, second: Box) -> bool:
    """Return whether two boxes (left, low, right, high) cover a common area."""
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def _places(mark: Box, wide: float, high: float, scale: float) -> Iterator[tuple[float, Box, float, float]]:
    """Yield the places around a mark, from near to far: cost, box, how many points away, and on which side."""
    x, y, r = (mark[0] + mark[2]) / 2, (mark[1] + mark[3]) / 2, (mark[2] - mark[0]) / 2
    away = OWN
    while away <= FARTHEST:
        for across, up, cost in _WAYS:
            # A corner of a label that lies across is as near as its side would be.
            reach = max(r + 0.5 * scale, (r + away * scale) / 2**0.5) if abs(across) == abs(up) else r + away * scale
            cx, cy = x + across * (reach + wide / 2), y + up * (reach + high / 2)
            yield 1.5 * away + cost, (cx - wide / 2, cy - high / 2, cx + wide / 2, cy + high / 2), away, across
        away += 1.5


def _ink(ties: Sequence[Curve], widths: Sequence[float]) -> Any:
    """Return points along the ties, some pixels apart, each with the area that the tie covers around it."""
    import numpy as np

    found = [np.empty((0, 3))]
    for ((x0, y0), (x1, y1), (x2, y2)), width in zip(ties, widths, strict=True):
        length = np.hypot(x1 - x0, y1 - y0) + np.hypot(x2 - x1, y2 - y1)
        t = np.linspace(0, 1, max(2, round(length / 5)))
        x = (1 - t) ** 2 * x0 + 2 * t * (1 - t) * x1 + t**2 * x2
        y = (1 - t) ** 2 * y0 + 2 * t * (1 - t) * y1 + t**2 * y2
        found.append(np.column_stack([x, y, np.full(len(t), width * length / len(t))]))
    return np.concatenate(found)


def _lead(mark: Box, box: Box) -> Curve:
    x, y = (mark[0] + mark[2]) / 2, (mark[1] + mark[3]) / 2
    u, v = min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])
    return (x, y), ((x + u) / 2, (y + v) / 2), (u, v)


def _outside(boxes: Any, box: Box, axis: int) -> Any:
    """Return how far each of some boxes lies beside another one, along one axis; below zero where they overlap."""
    import numpy as np

    return np.maximum(boxes[:, axis] - box[axis + 2], box[axis] - boxes[:, axis + 2])


def _inside(box: Box, page: Box) -> bool:
    return box[0] >= page[0] and box[1] >= page[1] and box[2] <= page[2] and box[3] <= page[3]
