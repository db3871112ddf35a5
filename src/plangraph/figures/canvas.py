"""A figure as files: the drawing between its title and its caption, as SVG and PNG, with the table behind it."""

import io
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plangraph.curves import Box, Curve, curves
from plangraph.errors import UsageError
from plangraph.figures.labels import Label, place_labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#555555", "#F0E442")
MARKS = "osD^vPX"
DPI = 200
SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "svg.hashsalt": "plangraph",
    "svg.fonttype": "path",
    "axes.spines.top": False,
    "axes.spines.right": False,
}


@dataclass(frozen=True)
class Picture:
    """A figure as files, and its texts, marks of nodes and ties in pixels, so that overlaps can be found."""

    name: str
    svg: bytes
    png: bytes
    csv: str
    caption: str
    texts: list[Box]
    marks: list[Box]
    ties: list[Curve]


def picture_of(
    name: str,
    size: tuple[float, float],
    title: str,
    caption: str,
    draw: Callable[["Axes"], None],
    table: str,
    labels: Sequence[Label] = (),
    ties: Sequence[tuple[int, int, float]] = (),
) -> Picture:
    """Return a figure: what ``draw`` draws, fitted between title and caption, with ``table`` as the CSV behind it.

    ``labels`` are set at their nodes and ``ties`` (numbers of two labels, weight) drawn between them when all else has
    its place. Raises UsageError when matplotlib is missing.
    """
    try:
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Canvas
    except ImportError as error:
        raise UsageError("figures need matplotlib", mend="pip install 'plangraph[figures]'") from error
    with matplotlib.rc_context(SETTINGS):
        width = size[0]
        lines = [line for part in caption.split("\n") for line in textwrap.wrap(part, int(width * 16.5))]
        below = 0.16 * len(lines) + 0.15
        canvas = Canvas(figsize=(width, size[1] + below), dpi=DPI)
        FigureCanvasAgg(canvas)
        height = size[1] + below
        axes = canvas.add_axes((0.04, (below + 0.35) / height, 0.92, (size[1] - 0.8) / height))
        draw(axes)
        head = canvas.text(0.02, 1 - 0.12 / height, title, va="top", fontsize=12, fontweight="bold")
        foot = canvas.text(
            0.02, 0.06 / height, "\n".join(lines), va="bottom", fontsize=7.5, color="#333333", linespacing=1.35
        )
        _fit(canvas, axes, head, foot)
        marks = _marks(canvas, axes, labels)
        bows = _draw_ties(axes, marks, ties)
        boxes = place_labels(canvas, axes, labels, marks) if labels else []
        texts = boxes or _text_boxes(canvas, axes)
        svg, png = io.BytesIO(), io.BytesIO()
        canvas.savefig(
            svg, format="svg", metadata={"Date": None, "Creator": None, "Title": title, "Description": caption}
        )
        canvas.savefig(png, format="png", dpi=DPI, metadata={"Software": None, "Title": title, "Description": caption})
    return Picture(name, svg.getvalue(), png.getvalue(), table, f"{title}. {caption}", texts, marks, bows)


def _fit(canvas: "Canvas", axes: "Axes", title: Any, caption: Any) -> None:
    """Make the axes with their tick labels and legend fill the room between title and caption."""
    renderer = canvas.canvas.get_renderer()  # type: ignore[attr-defined]
    page = canvas.bbox
    floor = caption.get_window_extent(renderer).y1 / page.height + 0.015
    ceiling = title.get_window_extent(renderer).y0 / page.height - 0.015
    # The second time the number of ticks and the place of the legend have settled.
    for _ in range(2):
        tight: Any = axes.get_tightbbox(renderer)
        x0, y0, w, h = axes.get_position().bounds
        left, right = 0.02 - tight.x0 / page.width, tight.x1 / page.width - 0.98
        down, up = floor - tight.y0 / page.height, tight.y1 / page.height - ceiling
        axes.set_position((x0 + left, y0 + down, w - left - right, h - down - up))


def _marks(canvas: "Canvas", axes: "Axes", labels: Sequence[Label]) -> list[Box]:
    """Return the boxes of the marks that stand for the nodes, in pixels."""
    found = []
    for _, place, amount in labels:
        x, y = axes.transData.transform(place)
        r = area_of(amount) ** 0.5 / 2 * canvas.dpi / 72
        found.append((x - r, y - r, x + r, y + r))
    return found


def _draw_ties(axes: "Axes", marks: Sequence[Box], ties: Sequence[tuple[int, int, float]]) -> list[Curve]:
    """Draw the ties, which must wait until the axes have their size, around the marks that are not their ends."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Line

    heaviest = max((weight for *_, weight in ties), default=1)
    boxes = {str(number): box for number, box in enumerate(marks)}
    bows = curves([(str(u), str(v)) for u, v, _ in ties], boxes)
    for bow, (*_, weight) in zip(bows, ties, strict=True):
        line = PathPatch(
            Line(axes.transData.inverted().transform(bow), [Line.MOVETO, Line.CURVE3, Line.CURVE3]),
            fill=False,
            color="#555555",
            alpha=0.16 + 0.5 * weight / heaviest,
            linewidth=0.4 + 2.6 * weight / heaviest,
            capstyle="round",
            zorder=1,
            transform=axes.transData,
            clip_on=False,
        )
        axes.add_artist(line)
    return bows


def area_of(amount: float) -> float:
    """Return the area of a mark in square points, as matplotlib takes it."""
    return 18 + 22 * amount


def _text_boxes(canvas: "Canvas", axes: "Axes") -> list[Box]:
    renderer = canvas.canvas.get_renderer()  # type: ignore[attr-defined]
    texts = [*axes.get_xticklabels(), *axes.get_yticklabels(), *axes.texts, *canvas.texts]
    return [t.get_window_extent(renderer).extents for t in texts if t.get_text() and t.get_visible()]
