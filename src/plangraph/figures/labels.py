"""Labels that cover neither each other nor a node."""

from collections.abc import Sequence
from math import cos, pi, sin
from typing import TYPE_CHECKING

from plangraph.curves import Box

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

# What is written, where its node lies, and how much the node counts.
Label = tuple[str, tuple[float, float], float]


def place_labels(canvas: "Canvas", axes: "Axes", labels: Sequence[Label], marks: Sequence[Box]) -> list[Box]:
    """Write each label at the nearest free place around its node, with a thin line where that is not beside it.

    Places are tried in growing circles; a place is free when the text covers no other text and no node. The first
    labels get the best places, so the largest nodes come first.
    """
    from matplotlib.patheffects import withStroke

    renderer = canvas.canvas.get_renderer()  # type: ignore[attr-defined]
    scale = canvas.dpi / 72
    nodes = [((left + right) / 2, (low + high) / 2, (right - left) / 2) for left, low, right, high in marks]
    taken = list(marks)
    legend = axes.get_legend()
    if legend is not None:
        taken.append(legend.get_window_extent(renderer).extents)
    page: Box = (2, 2, canvas.bbox.width - 2, canvas.bbox.height - 2)
    taken += [text.get_window_extent(renderer).extents for text in canvas.texts]
    boxes = []
    for (label, _, _), (x, y, r) in zip(labels, nodes, strict=True):
        text = axes.text(0, 0, label, fontsize=6.5, ha="center", va="center", linespacing=0.95, zorder=4)
        text.set_path_effects([withStroke(linewidth=1.6, foreground="white", alpha=0.8)])
        extent = text.get_window_extent(renderer)
        w, h = extent.width / 2 + 1, extent.height / 2 + 1
        for step in range(400):
            reach = r + 2 * scale + (step // 16) * 4 * scale
            angle = 2 * pi * (step % 16) / 16
            cx, cy = x + (reach + w) * cos(angle), y + (reach + h) * sin(angle)
            box = (cx - w, cy - h, cx + w, cy + h)
            if _inside(box, page) and not any(overlapping(box, other) for other in taken):
                break
        taken.append(box)
        boxes.append(box)
        text.set_position(tuple(axes.transData.inverted().transform((cx, cy))))
        if step >= 32:
            edge = (min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3]))
            points = axes.transData.inverted().transform([(x, y), edge])
            axes.plot(
                *zip(*points, strict=True), color="#777777", linewidth=0.4, zorder=1.5, scalex=False, scaley=False
            )
    return boxes


def overlapping(first: Box, second: Box) -> bool:
    """Return whether two boxes (left, low, right, high) cover a common area."""
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def _inside(box: Box, page: Box) -> bool:
    return box[0] >= page[0] and box[1] >= page[1] and box[2] <= page[2] and box[3] <= page[3]
