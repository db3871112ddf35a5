"""A figure as files: the drawing between its title and its caption, as SVG and PNG, with the tables behind it."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from plangraph.curves import Box, Curve, curves
from plangraph.errors import UsageError
from plangraph.figures.labels import Label, place_labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from matplotlib.text import Text

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#555555", "#F0E442")
MARKS = "osD^vPX"
DPI = 300
# 16 cm, the width of the text on a page of A4, in inches: what is drawn at this width needs no scaling in print.
WIDTH = 6.3
# Sizes of letters in points; printers ask for 6 at least.
LABEL, NOTE, TITLE = 6.5, 7.0, 9.5
# Inches: the margin, and from one line of the caption to the next.
SIDE, PITCH = 0.06, 1.3 * NOTE / 72
SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "font.size": NOTE,
    "svg.hashsalt": "plangraph",
    "svg.fonttype": "path",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
}


class Spot(NamedTuple):
    """Where a node lies, in points from the left and the upper edge of the figure, and whether it has its label."""

    x: float
    y: float
    labelled: bool


@dataclass(frozen=True)
class Picture:
    """A figure as files, and its texts, marks of nodes and ties in pixels, so that overlaps can be found.

    ``csv`` is the table behind the figure, ``nodes`` that of the nodes, where there are any, in the order of ``marks``;
    ``texts`` of an actor network are its labels, in the same order.
    """

    name: str
    svg: bytes
    png: bytes
    csv: str
    caption: str
    texts: list[Box]
    marks: list[Box]
    ties: list[Curve]
    nodes: str = ""


def picture_of(
    name: str,
    height: float,
    title: str,
    caption: str,
    draw: Callable[["Axes"], None],
    table: str,
    labels: Sequence[Label] = (),
    ties: Sequence[tuple[int, int, float]] = (),
    told: Callable[[list[Spot]], tuple[str, str]] | None = None,
    width: float = WIDTH,
) -> Picture:
    """Return a figure: what ``draw`` draws, fitted between title and caption, with ``table`` as the CSV behind it.

    ``width`` and ``height`` are inches, the caption's lines come on top. ``labels`` are set at their nodes and ``ties``
    (numbers of two labels, weight) drawn between them when all else has its place. What can be said only then is
    ``told``: from the spots of the nodes it makes the caption, in place of ``caption``, and the table of the nodes.
    Raises UsageError when matplotlib is missing.
    """
    try:
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Canvas
    except ImportError as error:
        raise UsageError("figures need matplotlib", mend="pip install 'plangraph[figures]'") from error
    with matplotlib.rc_context(SETTINGS):
        canvas = Canvas(figsize=(width, height), dpi=DPI)
        FigureCanvasAgg(canvas)
        axes = canvas.add_axes((0.1, 0.3, 0.8, 0.5))
        lines = _wrapped(canvas, caption)
        room = SIDE + len(lines) * PITCH
        canvas.set_size_inches(width, height + room)
        height += room
        foot = _write(canvas, lines)
        head = canvas.text(
            SIDE / width, 1 - SIDE / height, title, va="top", fontsize=TITLE, fontweight="bold", linespacing=1.1
        )
        draw(axes)
        _fit(canvas, axes, head, room)
        marks = _marks(axes, labels)
        bows = _draw_ties(axes, marks, ties)
        boxes = place_labels(canvas, axes, labels, marks, bows, [_pen(ties, weight)[0] for *_, weight in ties])
        nodes = ""
        if told:
            centres = [((left + right) / 2, (low + high) / 2) for left, low, right, high in marks]
            scale = 72 / DPI
            caption, nodes = told(
                [
                    Spot(round(x * scale, 1), round(height * 72 - y * scale, 1), box is not None)
                    for (x, y), box in zip(centres, boxes, strict=True)
                ]
            )
            again = _wrapped(canvas, caption)
            if len(again) > len(lines):
                return picture_of(name, height - room, title, caption, draw, table, labels, ties, told, width)
            for line in foot:
                line.remove()
            _write(canvas, again)
        svg, png = io.BytesIO(), io.BytesIO()
        canvas.savefig(
            svg, format="svg", metadata={"Date": None, "Creator": None, "Title": title, "Description": caption}
        )
        canvas.savefig(png, format="png", dpi=DPI, metadata={"Software": None, "Title": title, "Description": caption})
        # A legend has its place when it has been drawn.
        texts = [box for box in boxes if box] or _text_boxes(canvas, axes)
    return Picture(name, svg.getvalue(), png.getvalue(), table, f"{title}. {caption}", texts, marks, bows, nodes)


def area_of(amount: float, most: float) -> float:
    """Return the area of a mark in square points, as matplotlib takes it: the node with ``most`` has the largest."""
    return 12 + min(10, 150 / (most or 1)) * amount


def _write(canvas: "Canvas", lines: Sequence[str]) -> list["Text"]:
    """Write the lines of the caption from the foot of the figure upwards, all equally far apart."""
    width, height = canvas.get_figwidth(), canvas.get_figheight()
    return [
        canvas.text(SIDE / width, (SIDE + (number + 0.2) * PITCH) / height, line, va="baseline", color="#333333")
        for number, line in enumerate(reversed(lines))
    ]


def _wrapped(canvas: "Canvas", caption: str) -> list[str]:
    """Return the lines of a caption, broken between words where the figure's width ends."""
    from matplotlib.font_manager import FontProperties

    renderer, font = canvas.canvas.get_renderer(), FontProperties(size=NOTE)  # type: ignore[attr-defined]
    # A line that began with "=" would be hard to read.
    parts = [part.split(" ") for part in caption.replace(" = ", "\u00a0= ").split("\n")]
    wide = {
        word: renderer.get_text_width_height_descent(word, font, False)[0]
        for word in sorted({"a a", "aa", *(word for part in parts for word in part)})
    }
    space = wide["a a"] - wide["aa"]
    room = (canvas.get_figwidth() - 2 * SIDE) * DPI
    lines: list[str] = []
    for part in parts:
        line, used = part[0], wide[part[0]]
        for word in part[1:]:
            used += space + wide[word]
            if used > room:
                lines.append(line)
                line, used = word, wide[word]
            else:
                line = f"{line} {word}"
        lines.append(line)
    return lines


def _fit(canvas: "Canvas", axes: "Axes", title: "Text", foot: float) -> None:
    """Make the axes with their tick labels and legend fill the room between title and caption (inches from below)."""
    renderer = canvas.canvas.get_renderer()  # type: ignore[attr-defined]
    page = canvas.bbox
    side, gap = SIDE / canvas.get_figwidth(), 0.08 / canvas.get_figheight()
    floor = foot / canvas.get_figheight() + gap
    ceiling = _extent(canvas, title)[1] / page.height - gap
    # The second time the number of ticks and the place of the legend have settled.
    for _ in range(2):
        tight: Any = axes.get_tightbbox(renderer)
        x0, y0, w, h = axes.get_position().bounds
        left, right = side - tight.x0 / page.width, tight.x1 / page.width - 1 + side
        down, up = floor - tight.y0 / page.height, tight.y1 / page.height - ceiling
        axes.set_position((x0 + left, y0 + down, w - left - right, h - down - up))


def _marks(axes: "Axes", labels: Sequence[Label]) -> list[Box]:
    """Return the boxes of the marks that stand for the nodes, in pixels."""
    found = []
    most = max((amount for *_, amount in labels), default=1)
    for _, place, amount in labels:
        x, y = axes.transData.transform(place)
        r = area_of(amount, most) ** 0.5 / 2 * DPI / 72
        found.append((x - r, y - r, x + r, y + r))
    return found


def _pen(ties: Sequence[tuple[int, int, float]], weight: float) -> tuple[float, float]:
    """Return the width of a tie in points, and how dark it is."""
    share = weight / max((weight for *_, weight in ties), default=1)
    return 0.35 + 2.0 * share, 0.2 + 0.45 * share


def _draw_ties(axes: "Axes", marks: Sequence[Box], ties: Sequence[tuple[int, int, float]]) -> list[Curve]:
    """Draw the ties, which must wait until the axes have their size, around the marks that are not their ends."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Line

    boxes = {str(number): box for number, box in enumerate(marks)}
    bows = curves([(str(u), str(v)) for u, v, _ in ties], boxes, gap=1.2 * DPI / 72)
    for bow, (*_, weight) in zip(bows, ties, strict=True):
        thick, dark = _pen(ties, weight)
        line = PathPatch(
            Line(axes.transData.inverted().transform(bow), [Line.MOVETO, Line.CURVE3, Line.CURVE3]),
            fill=False,
            color="#555555",
            alpha=dark,
            linewidth=thick,
            capstyle="round",
            zorder=1,
            transform=axes.transData,
            clip_on=False,
        )
        axes.add_artist(line)
    return bows


def _extent(canvas: "Canvas", text: "Text") -> Box:
    renderer = canvas.canvas.get_renderer()  # type: ignore[attr-defined]
    left, low, right, high = text.get_window_extent(renderer).extents
    return float(left), float(low), float(right), float(high)


def _text_boxes(canvas: "Canvas", axes: "Axes") -> list[Box]:
    legend = axes.get_legend()
    texts = [*axes.get_xticklabels(), *axes.get_yticklabels(), *axes.texts, *canvas.texts]
    texts += legend.get_texts() if legend else []
    return [_extent(canvas, t) for t in texts if t.get_text() and t.get_visible()]
