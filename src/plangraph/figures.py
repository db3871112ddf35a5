"""Figures for publication: SVG, PNG and the CSV behind each, in Norwegian and English.

Needs matplotlib: ``pip install 'plangraph[figures]'``. Colours are those of M. Okabe and K. Ito, which people with any
colour vision can tell apart, and no figure tells anything by colour alone: groups also have marks of their own. The
same data gives the same bytes.
"""

import io
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from plangraph import networks
from plangraph.analysis import metrics, twomode
from plangraph.curves import Box, Curve, curves
from plangraph.errors import UsageError
from plangraph.loading import read_text
from plangraph.names import short
from plangraph.network_files import csv_text
from plangraph.network_texts import LANGUAGES, say, texts
from plangraph.networks import Facts, Options
from plangraph.output import natural
from plangraph.paths import find_tree
from plangraph.queries import Query, ask

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from plangraph.stores import Store

NETWORKS = ("co-involvement", "collaboration", "co-mention")
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#555555", "#F0E442")
SECTORS = ("public", "research", "voluntary", "business", "international", "joint", "")
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
Label = tuple[str, tuple[float, float], float]


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


def draw_all(
    store: "Store",
    data: Path | str | None = None,
    options: Options | None = None,
    progress: Callable[[str], None] = lambda step: None,
    plan: str | None = None,
) -> dict[str, bytes]:
    """Return file name → bytes of every figure in both languages: networks, matrix, incidence and timeline.

    Where there are several plans the figures take them together, and each plan has its own in a folder named by its
    slug; ``plan`` asks for those of one plan only. A figure whose layer is empty is left out. Raises UsageError when
    matplotlib is missing, and on an unknown plan.
    """
    options = options or Options()
    plans = networks.plans_in(networks.measures_of(store, data))
    chosen = [plan] if plan is not None else [None, *(plans if len(plans) > 1 else ())]
    files: dict[str, bytes] = {}
    for one, lang in product(chosen, LANGUAGES):
        for picture in pictures(store, data, options, lang, one):
            progress(say(lang, "pictures", "drawing", name=picture.name))
            stem = f"{one}/{picture.name}.{lang}" if one else f"{picture.name}.{lang}"
            files |= {
                f"{stem}.svg": picture.svg,
                f"{stem}.png": picture.png,
                f"{stem}.csv": picture.csv.encode("utf-8"),
                f"{stem}.txt": (picture.caption + "\n").encode("utf-8"),
            }
    progress("")
    return files


def pictures(
    store: "Store", data: Path | str | None, options: Options, lang: str, plan: str | None = None
) -> Iterable[Picture]:
    """Yield the figures that the graph, or one plan of it, has data for, in one language."""

    def read(layer: str) -> Facts:
        return networks.read_facts(layer, data, store, plan)

    makers: list[Callable[[], Picture]] = [
        *(lambda layer=layer: actor_network(read(layer), options, lang) for layer in NETWORKS),
        lambda: ministry_matrix(read("responsibility"), options, lang),
        lambda: incidence_matrix(read("affiliation"), options, lang),
        lambda: timeline(store, data, lang, plan),
    ]
    for make in makers:
        try:
            yield make()
        except networks.EmptyLayer:
            continue


def actor_network(facts: Facts, options: Options | None = None, lang: str = "en") -> Picture:
    """Draw a one-mode layer: every actor with a tie, labelled; colour and mark show the sector.

    Size shows the number of measures or events in a projection and the number of partners in the collaboration layer.
    Raises UsageError when the layer is empty or has no one-mode network.
    """
    options = (options or Options()).of(facts.layer)
    if facts.layer not in (*networks.JOINT, "collaboration"):
        raise UsageError(f"the layer {facts.layer} is not drawn as an actor network", mend="choose a one-mode layer")
    network = networks.network_of(facts, options)
    tied = network.subgraph([n for n in network if network.degree(n)])
    events = Counter(actor for actor, _ in networks.pairs_of(facts, options)) if facts.layer in networks.JOINT else None
    sizes = {n: events[n] if events else network.degree(n) for n in tied}
    place = layout(tied)
    side = 7.5 if len(tied) < 40 else 10.5
    isolates = len(network) - len(tied)
    caption = _caption(
        say(lang, "pictures", "layer", layer=facts.layer, definition=facts.definition[lang]),
        _plans(facts.plans, lang),
        _choices(facts.layer, options, lang) + ".",
        say(
            lang,
            "pictures",
            "network",
            n=len(network),
            m=network.number_of_edges(),
            isolates=say(lang, "pictures", "isolates", n=isolates) if isolates else "",
            size=texts(lang)["pictures"]["size_events" if events else "size_ties"],
        ),
    )

    def draw(axes: "Axes") -> None:
        axes.axis("off")
        for number, sector in enumerate(SECTORS):
            members = sorted(n for n in tied if tied.nodes[n]["sector"] == sector)
            if members:
                axes.scatter(
                    [place[n][0] for n in members],
                    [place[n][1] for n in members],
                    s=[_area(sizes[n]) for n in members],
                    c=COLOURS[number],
                    marker=MARKS[number],
                    edgecolors="white",
                    linewidths=0.7,
                    zorder=2,
                    label=texts(lang)["sectors"][sector or "none"],
                )
        legend = axes.legend(loc="upper left", bbox_to_anchor=(0, 0), ncols=4, frameon=False, fontsize=8)
        for mark in legend.legend_handles:
            mark.set_sizes([40])  # type: ignore[union-attr]
        axes.margins(0.08)

    order = sorted(tied, key=lambda n: (-sizes[n], n))
    labels = [(_label(tied.nodes[n], lang), place[n], sizes[n]) for n in order]
    rank = {n: number for number, n in enumerate(order)}
    ties = [
        (rank[u], rank[v], weight)
        for u, v, weight in sorted(tied.edges(data="weight"), key=lambda tie: (tie[2], str(tie[:2])))
    ]
    rows = [
        [short(u), short(v), _name(network.nodes[u], lang), _name(network.nodes[v], lang), data["weight"]]
        for u, v, data in sorted(network.edges(data=True), key=lambda tie: tie[:2])
    ]
    table = csv_text(["from", "to", "from name", "to name", "weight"], rows)
    title = texts(lang)["pictures"][f"title_{facts.layer}"]
    return _picture(f"{facts.layer}-network", (side, side * 0.85), title, caption, draw, table, labels, ties)


def _plans(plans: Sequence[str], lang: str) -> str:
    """Return the sentence that names the plan or plans; empty where the graph names none."""
    return say(lang, "pictures", "plan" if len(plans) == 1 else "plans", plans=", ".join(plans)) if plans else ""


def _choices(layer: str, options: Options, lang: str) -> str:
    """Return the choices behind a drawn layer as one phrase."""
    words, short_words = texts(lang)["pictures"], texts(lang)["short"]
    staged = [
        say(lang, "pictures", name, names=", ".join(short_words.get(value, value) for value in chosen))
        for name, chosen in (("stages", options.stages), ("roles", options.roles))
    ]
    return "; ".join(
        [
            words[f"unit_{options.unit}"],
            *([] if layer == "affiliation" else [words[f"weight_{options.weight}"]]),
            *([] if layer in networks.STAGELESS else staged),
            words[f"groups_{options.groups}"],
        ]
    )


def layout(network: nx.Graph) -> dict[Any, tuple[float, float]]:
    """Return a place for each node: Kamada and Kawai's layout for each component, the components side by side.

    The largest component is above, the smaller ones in rows below it, each as large as its number of nodes needs.
    There is no random start, so the same network always gets the same places. Source: T. Kamada and S. Kawai,
    Information Processing Letters 31 (1989) 7–15.
    """
    place: dict[Any, tuple[float, float]] = {}
    parts = metrics.components(network)
    left, low, tallest = -1.0, 0.0, 0.0
    for number, part in enumerate(parts):
        ordered = nx.Graph()
        ordered.add_nodes_from(part)
        ordered.add_edges_from(sorted(tuple(sorted(tie, key=str)) for tie in network.subgraph(part).edges))
        if len(part) > 2:
            found = nx.kamada_kawai_layout(ordered)
        else:
            found = {n: (0.0, 2.0 * i - 1) for i, n in enumerate(part)}
        if number == 0:
            place |= {n: (round(float(x), 6), round(float(y), 6)) for n, (x, y) in found.items()}
            low = min(y for _, y in place.values()) - 0.15
            continue
        half = 0.1 * len(part) ** 0.5
        if left + 2 * half > 1.0:
            left, low, tallest = -1.0, low - 2 * tallest - 0.15, 0.0
        for n, (x, y) in found.items():
            place[n] = round(left + half + half * float(x), 6), round(low - half + half * float(y), 6)
        left += 2 * half + 0.3
        tallest = max(tallest, half)
    return place


def ministry_matrix(facts: Facts, options: Options | None = None, lang: str = "en") -> Picture:
    """Draw how many measures each ministry answers for in each focus area."""
    options = options or Options()
    words = texts(lang)["pictures"]
    network = networks.network_of(facts, options)
    counts: Counter[tuple[str, str]] = Counter()
    names: dict[str, str] = {}
    for row in facts.measures.values():
        names[str(row["areaId"] or "")] = str(row["areaNb" if lang == "nb" else "areaEn"] or row["areaNb"] or "")
    measures = set()
    for source, target, kind in network.edges(data="kind"):
        if kind == "answers for":
            counts[_brief(network.nodes[source], lang), network.nodes[target]["area"]] += 1
            measures.add(target)
    if not counts:
        raise networks.EmptyLayer("there is nothing to draw")
    totals: Counter[str] = Counter()
    for (ministry, _), number in counts.items():
        totals[ministry] += number
    rows = sorted(totals, key=lambda m: (-totals[m], m))
    areas = sorted({area for _, area in counts}, key=natural)
    caption = _caption(
        say(lang, "pictures", "layer", layer="responsibility", definition="").rstrip(),
        _plans(facts.plans, lang),
        say(lang, "pictures", "matrix_note", unit=words[f"unit_{options.unit}"], n=len(measures)),
        "; ".join(f"{area} {names.get(area, '')}" for area in areas) + ".",
    )

    def draw(axes: "Axes") -> None:
        values = [[counts[m, area] for area in areas] for m in rows]
        axes.imshow(values, cmap="Blues", vmin=0, vmax=max(map(max, values)) * 1.35, aspect="auto")
        for i, line in enumerate(values):
            for j, value in enumerate(line):
                if value:
                    colour = "white" if value > 0.7 * max(map(max, values)) else "black"
                    axes.text(j, i, str(value), ha="center", va="center", fontsize=10, color=colour)
        axes.set_xticks(range(len(areas)), [f"{words['area']} {a}" for a in areas])
        axes.set_yticks(range(len(rows)), [f"{m} ({totals[m]})" for m in rows])
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)

    table = csv_text(["ministry", *areas, "all"], [[m, *(counts[m, a] for a in areas), totals[m]] for m in rows])
    size = (1.6 + 1.25 * len(areas), 1.6 + 0.42 * len(rows))
    return _picture("ministry-area", size, words["matrix"], caption, draw, table)


def incidence_matrix(facts: Facts, options: Options | None = None, lang: str = "en") -> Picture:
    """Draw who is active under which measure: measures in blocks by area, actors by the block they are most in."""
    options = (options or Options()).of("affiliation")
    words = texts(lang)["pictures"]
    network = networks.network_of(facts, options)
    area = {n: network.nodes[n]["area"] for n in twomode.events(network)}
    everyone = [a for a in twomode.actors(network) if network.degree(a)]
    chosen = [a for a in everyone if network.degree(a) > 1]
    if not chosen:
        raise networks.EmptyLayer("there is nothing to draw")

    def block(actor: str) -> tuple[Any, ...]:
        inside = Counter(area[m] for m in network[actor])
        most = min(inside, key=lambda a: (-inside[a], natural(a)))
        return natural(most), -network.degree(actor), actor

    rows = sorted(chosen, key=block)
    columns = sorted(
        (m for m in area if any(a in network[m] for a in chosen)),
        key=lambda m: (natural(area[m]), natural(network.nodes[m]["slug"])),
    )
    caption = _caption(
        say(lang, "pictures", "layer", layer="affiliation", definition=facts.definition[lang]),
        _plans(facts.plans, lang),
        say(
            lang,
            "pictures",
            "incidence_note",
            choices=_choices("affiliation", options, lang),
            n=len(rows),
            m=len(columns),
            left=len(everyone) - len(chosen),
        ),
    )
    labels = [_short_label(network.nodes[a], lang, 46) for a in rows]

    def draw(axes: "Axes") -> None:
        blocks = sorted(set(area.values()), key=natural)
        for i, actor in enumerate(rows):
            for j, measure in enumerate(columns):
                if network.has_edge(actor, measure):
                    colour = COLOURS[blocks.index(area[measure]) % len(COLOURS)]
                    axes.add_patch(_square(j, i, colour))
        edges = [j for j in range(1, len(columns)) if area[columns[j]] != area[columns[j - 1]]]
        for j in edges:
            axes.axvline(j - 0.5, color="#444444", linewidth=0.8)
        starts = [0, *edges]
        ends = [*edges, len(columns)]
        for start, end in zip(starts, ends, strict=True):
            axes.text((start + end - 1) / 2, -0.7, area[columns[start]], ha="center", va="bottom", fontweight="bold")
        axes.text(-0.7, -0.7, words["area"], ha="right", va="bottom", fontweight="bold")
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xticks(range(len(columns)), [network.nodes[m]["slug"] for m in columns], rotation=90)
        axes.set_yticks(
            range(len(rows)), [f"{name} ({network.degree(a)})" for name, a in zip(labels, rows, strict=True)]
        )
        axes.set_xticks([j - 0.5 for j in range(1, len(columns))], minor=True)
        axes.set_yticks([i - 0.5 for i in range(1, len(rows))], minor=True)
        axes.grid(which="minor", color="#dddddd", linewidth=0.4)
        axes.tick_params(which="both", length=0)

    table = csv_text(
        ["actor", *(network.nodes[m]["slug"] for m in columns)],
        [[short(a), *(int(network.has_edge(a, m)) for m in columns)] for a in rows],
    )
    size = (3.4 + 0.2 * len(columns), 1.6 + 0.19 * len(rows))
    return _picture("actor-measure", size, words["incidence"], caption, draw, table)


def timeline(store: "Store", data: Path | str | None = None, lang: str = "en", plan: str | None = None) -> Picture:
    """Draw what the report dates to a season or closer, in the order of time; the colour shows the focus area.

    Where there are several plans, ``plan`` takes one.
    """
    words = texts(lang)["pictures"]
    tree = find_tree(data)
    path = tree.queries_for("figures") / "dated.rq"
    found = ask(Query("dated", read_text(path), path), store).rows
    told = networks.measures_of(store, data, plan)
    measures = {row["measure"]: row for row in told}
    facts: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for row in sorted(found, key=lambda row: tuple(map(str, row.values()))):
        if row["measure"] in measures and row[lang]:
            key = (row["earliest"], row["latest"], row["thing"], row["property"])
            entry = facts.setdefault(key, {**row, "told": set(), "area": measures[row["measure"]]["areaId"]})
            entry["told"].add(str(measures[row["measure"]]["id"]))
    close = [f for _, f in sorted(facts.items()) if (_day(f["latest"]) - _day(f["earliest"])).days <= 92]
    if not close:
        raise networks.EmptyLayer("there is nothing to draw")
    areas = sorted({str(f["area"]) for f in close}, key=natural)
    caption = _caption(
        _plans(networks.plans_in(told), lang),
        say(lang, "pictures", "timeline_note", n=len(close), left=len(facts) - len(close)),
    )
    names = [
        f"{_cut(f[lang], 58)}: {f['propertyNb' if lang == 'nb' else 'propertyEn'] or short(f['property'])} "
        f"({', '.join(sorted(f['told'], key=natural))})"
        if not f["property"].endswith("#when")
        else f"{_cut(f[lang], 70)} ({', '.join(sorted(f['told'], key=natural))})"
        for f in close
    ]

    def draw(axes: Any) -> None:
        for number, area in enumerate(areas):
            colour, first = COLOURS[number % len(COLOURS)], True
            for i, fact in enumerate(close):
                if str(fact["area"]) != area:
                    continue
                start, end = _day(fact["earliest"]), _day(fact["latest"])
                reported = short(fact["stage"]) == "reported"
                axes.plot([start, end], [i, i], color=colour, linewidth=2.5, solid_capstyle="butt", zorder=2)
                axes.plot(
                    [start + (end - start) / 2],
                    [i],
                    marker=MARKS[number % len(MARKS)],
                    color=colour,
                    markerfacecolor=colour if reported else "white",
                    markersize=5.5,
                    linestyle="none",
                    zorder=3,
                    label=f"{words['area']} {area}" if first else None,
                )
                first = False
        axes.set_yticks(range(len(close)), names, fontsize=7.5)
        axes.set_ylim(len(close) - 0.4, -0.6)
        years = range(_day(close[0]["earliest"]).year, max(_day(f["latest"]) for f in close).year + 2)
        axes.set_xticks([date(year, 1, 1) for year in years], [str(year) for year in years])
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color="#cccccc", linewidth=0.6)
        axes.grid(axis="y", color="#eeeeee", linewidth=0.5)
        axes.set_axisbelow(True)
        axes.legend(loc="upper right", bbox_to_anchor=(1, -0.03), ncols=5, frameon=False)

    table = csv_text(
        ["earliest", "latest", "thing", "name", "property", "stage", "measures", "area"],
        [
            [
                f["earliest"],
                f["latest"],
                short(f["thing"]),
                f[lang],
                short(f["property"]),
                short(f["stage"]),
                " ".join(sorted(f["told"], key=natural)),
                f["area"],
            ]
            for _, f in sorted(facts.items())
        ],
    )
    return _picture("timeline", (10.5, 1.8 + 0.19 * len(close)), words["timeline"], caption, draw, table)


def _picture(
    name: str,
    size: tuple[float, float],
    title: str,
    caption: str,
    draw: Callable[["Axes"], None],
    table: str,
    labels: Sequence[Label] = (),
    ties: Sequence[tuple[int, int, float]] = (),
) -> Picture:
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
        boxes = _place_labels(canvas, axes, labels, marks) if labels else []
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
        r = _area(amount) ** 0.5 / 2 * canvas.dpi / 72
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


def _area(amount: float) -> float:
    """Return the area of a mark in square points, as matplotlib takes it."""
    return 18 + 22 * amount


def _place_labels(canvas: "Canvas", axes: "Axes", labels: Sequence[Label], marks: Sequence[Box]) -> list[Box]:
    """Write each label at the nearest free place around its node, with a thin line where that is not beside it.

    Places are tried in growing circles; a place is free when the text covers no other text and no node. The first
    labels get the best places, so the largest nodes come first.
    """
    from math import cos, pi, sin

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


def _text_boxes(canvas: "Canvas", axes: "Axes") -> list[Box]:
    renderer = canvas.canvas.get_renderer()  # type: ignore[attr-defined]
    texts = [*axes.get_xticklabels(), *axes.get_yticklabels(), *axes.texts, *canvas.texts]
    return [t.get_window_extent(renderer).extents for t in texts if t.get_text() and t.get_visible()]


def _square(x: float, y: float, colour: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.4, y - 0.4), 0.8, 0.8, color=colour, linewidth=0)


def _name(node: Mapping[str, Any], lang: str) -> str:
    return str(node[lang])


def _brief(node: Mapping[str, Any], lang: str) -> str:
    return str(node["brief"] or node[lang])


def _label(node: Mapping[str, Any], lang: str) -> str:
    return "\n".join(textwrap.wrap(_cut(_brief(node, lang), 52), 21))


def _short_label(node: Mapping[str, Any], lang: str, width: int) -> str:
    return _cut(_brief(node, lang), width)


def _cut(text: str, width: int) -> str:
    return textwrap.shorten(text, width, placeholder="…")


def _caption(*sentences: str) -> str:
    return "\n".join(sentence for sentence in sentences if sentence)


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])
