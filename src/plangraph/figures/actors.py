"""Networks of actors, drawn as nodes and ties."""

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from math import hypot
from typing import TYPE_CHECKING, Any

import networkx as nx

from plangraph.analysis import metrics
from plangraph.errors import UsageError
from plangraph.figures.canvas import COLOURS, MARKS, WIDTH, Picture, Spot, area_of, picture_of
from plangraph.figures.captions import brief, caption_of, choices_of, cut, key_of, plans_of
from plangraph.names import short
from plangraph.networks.choices import JOINT, ONE_MODE
from plangraph.networks.facts import Facts
from plangraph.networks.layers import network_of
from plangraph.networks.options import Options
from plangraph.networks.selection import pairs_of
from plangraph.networks.texts import number, say, texts
from plangraph.output import csv_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Place = tuple[float, float]
SECTORS = ("public", "research", "voluntary", "business", "international", "joint", "")
# Points: the room beside the outermost marks, for their labels, and between two marks.
BESIDE, APART = 24.0, 6.0


def actor_network(facts: Facts, options: Options | None = None, lang: str = "en") -> Picture:
    """Draw a one-mode layer: every actor with a tie; colour and mark show the sector.

    Size shows the number of measures or events in a projection and the number of partners in the collaboration layer.
    As many actors are labelled as find room for it, the largest first; the caption says how many have no label, and the
    table of the nodes names them all, those without a tie too. Raises UsageError when the layer is empty or has no
    one-mode network.
    """
    options = (options or Options()).of(facts.layer)
    if facts.layer not in ONE_MODE:
        raise UsageError(f"the layer {facts.layer} is not drawn as an actor network", mend="choose a one-mode layer")
    words = texts(lang)["pictures"]
    network = network_of(facts, options)
    events = Counter(actor for actor, _ in pairs_of(facts, options)) if facts.layer in JOINT else None
    sizes = {n: events[n] if events else network.degree(n) for n in network}
    order = sorted((n for n in network if network.degree(n)), key=lambda n: (-sizes[n], n))
    isolates = sorted(n for n in network if not network.degree(n))
    tied = network.subgraph(order)
    most = max(sizes[n] for n in order)
    tall = min(6.0, 1.2 + 0.085 * len(order))
    frame = (WIDTH * 72, tall * 72)
    place = layout(tied, {n: area_of(sizes[n], most) ** 0.5 for n in order}, frame)
    weights = [weight for _, _, weight in network.edges(data="weight")]
    shown = {n: _label(network.nodes[n], lang) for n in order}

    def caption(unlabelled: int, shortened: bool) -> str:
        return caption_of(
            say(lang, "pictures", "layer", layer=facts.layer, definition=facts.definition[lang]),
            plans_of(facts.plans, lang),
            choices_of(facts.layer, options, lang) + ".",
            say(
                lang,
                "pictures",
                "network",
                n=len(network),
                m=network.number_of_edges(),
                isolates=say(lang, "pictures", "isolates", n=len(isolates)) if isolates else "",
                size=words["size_events" if events else "size_ties"],
                sizes=_range([sizes[n] for n in order], lang),
                weights=_range(weights, lang),
            ),
            " ".join(
                [
                    *([say(lang, "pictures", "unlabelled", n=unlabelled)] if unlabelled else []),
                    *([words["shortened"]] if shortened else []),
                ]
            ),
            key_of(((brief(network.nodes[n], lang), network.nodes[n][lang]) for n in order), lang),
        )

    def draw(axes: "Axes") -> None:
        axes.axis("off")
        for index, sector in enumerate(SECTORS):
            members = [n for n in order if tied.nodes[n]["sector"] == sector]
            if members:
                axes.scatter(
                    [place[n][0] for n in members],
                    [place[n][1] for n in members],
                    s=[area_of(sizes[n], most) for n in members],
                    c=COLOURS[index],
                    marker=MARKS[index],
                    edgecolors="white",
                    linewidths=0.5,
                    zorder=2,
                    label=texts(lang)["sectors"][sector or "none"],
                )
        legend = axes.legend(
            loc="upper left", bbox_to_anchor=(0, 0), ncols=4, frameon=False, borderaxespad=0, handletextpad=0.2
        )
        for mark in legend.legend_handles:
            mark.set_sizes([28])  # type: ignore[union-attr]
        axes.set_xlim(-BESIDE, frame[0] + BESIDE)
        axes.set_ylim(-BESIDE / 2, frame[1] + BESIDE / 2)

    def told(spots: list[Spot]) -> tuple[str, str]:
        found = dict(zip(order, spots, strict=True))
        rows = [
            [
                short(n),
                network.nodes[n]["brief"],
                network.nodes[n]["nb"],
                network.nodes[n]["en"],
                network.nodes[n]["sector"],
                sizes[n],
                found[n].x if n in found else "",
                found[n].y if n in found else "",
                "true" if n in found and found[n].labelled else "false",
                "false" if n in found else "true",
            ]
            for n in (*order, *isolates)
        ]
        columns = ["node", "abbreviation", "nb", "en", "sector", "size", "x", "y", "labelled", "isolate"]
        unlabelled = sum(not spot.labelled for spot in spots)
        shortened = any("…" in shown[n] and found[n].labelled for n in order)
        return caption(unlabelled, shortened), csv_text(columns, rows)

    rank = {n: number for number, n in enumerate(order)}
    ties = [
        (rank[u], rank[v], weight)
        for u, v, weight in sorted(tied.edges(data="weight"), key=lambda tie: (tie[2], str(tie[:2])))
    ]
    rows = [
        [short(u), short(v), network.nodes[u][lang], network.nodes[v][lang], data["weight"]]
        for u, v, data in sorted(network.edges(data=True), key=lambda tie: tie[:2])
    ]
    table = csv_text(["from", "to", "from name", "to name", "weight"], rows)
    labels = [(shown[n], place[n], sizes[n]) for n in order]
    title = words[f"title_{facts.layer}"]
    first = caption(0, any("…" in label for label in shown.values()))
    return picture_of(f"{facts.layer}-network", tall + 0.7, title, first, draw, table, labels, ties, told)


def layout(network: nx.Graph, sizes: Mapping[Any, float], frame: Place) -> dict[Any, Place]:
    """Return a place in a frame (width and height in points) for each node, of which ``sizes`` are the diameters.

    Kamada and Kawai's layout for each component, the components side by side: the largest above, the smaller ones in
    rows below it, each as large as its number of nodes needs. Where nodes crowd they are moved apart: each coordinate
    is the mean of its own and of its rank, and then marks that would touch are pushed from each other. There is no
    random start, so the same network always gets the same places. Source: T. Kamada and S. Kawai, Information
    Processing Letters 31 (1989) 7–15.
    """
    place: dict[Any, Place] = {}
    left, low, tallest = -1.0, 0.0, 0.0
    for index, part in enumerate(metrics.components(network)):
        ordered = nx.Graph()
        ordered.add_nodes_from(part)
        ordered.add_edges_from(sorted(tuple(sorted(tie, key=str)) for tie in network.subgraph(part).edges))
        if len(part) > 2:
            found = nx.kamada_kawai_layout(ordered)
        else:
            found = {n: (0.0, 2.0 * i - 1) for i, n in enumerate(part)}
        if index == 0:
            across, up = (_evened({n: round(float(spot[axis]), 6) for n, spot in found.items()}) for axis in (0, 1))
            place |= {n: (across[n], up[n]) for n in found}
            low = min(y for _, y in place.values()) - 0.15
            continue
        half = min(0.04 * len(part), 0.1 * len(part) ** 0.5)
        if left + 2 * half > 1.0:
            left, low, tallest = -1.0, low - 2 * tallest - 0.15, 0.0
        for n, (x, y) in found.items():
            place[n] = round(left + half + half * float(x), 6), round(low - half + half * float(y), 6)
        left += 2 * half + 0.4
        tallest = max(tallest, half)
    return _apart(_stretched(place, frame), sizes, frame)


def _evened(values: Mapping[Any, float]) -> dict[Any, float]:
    """Return values from -1 to 1 halfway between themselves and their ranks, equal values equal."""
    low, high = min(values.values()), max(values.values())
    ranks = {value: index for index, value in enumerate(sorted(set(values.values())))}
    last = max(ranks.values()) or 1
    return {n: (value - low) / ((high - low) or 1) + ranks[value] / last - 1 for n, value in values.items()}


def _stretched(place: Mapping[Any, Place], frame: Place) -> dict[Any, Place]:
    """Return places so that they fill a frame."""
    spans = [
        (min(spot[axis] for spot in place.values()), max(spot[axis] for spot in place.values())) for axis in (0, 1)
    ]
    return {
        n: (
            (spot[0] - spans[0][0]) / ((spans[0][1] - spans[0][0]) or 1) * frame[0],
            (spot[1] - spans[1][0]) / ((spans[1][1] - spans[1][0]) or 1) * frame[1],
        )
        for n, spot in place.items()
    }


def _apart(place: Mapping[Any, Place], sizes: Mapping[Any, float], frame: Place) -> dict[Any, Place]:
    """Return places inside a frame where no mark is nearer than ``APART`` to another, as far as there is room."""
    place = dict(place)
    for _ in range(300):
        moved = False
        for u, v in combinations(place, 2):
            (x, y), (a, b) = place[u], place[v]
            far = hypot(a - x, b - y)
            lacking = (sizes[u] + sizes[v]) / 2 + APART - far
            if lacking > 0.01:
                moved = True
                across, up = ((a - x) / far, (b - y) / far) if far else (0.6, 0.8)
                place[u] = _kept((x - across * lacking / 2, y - up * lacking / 2), frame)
                place[v] = _kept((a + across * lacking / 2, b + up * lacking / 2), frame)
        if not moved:
            break
    return {n: (round(x, 3), round(y, 3)) for n, (x, y) in place.items()}


def _kept(spot: Place, frame: Place) -> Place:
    return min(max(spot[0], 0.0), frame[0]), min(max(spot[1], 0.0), frame[1])


def _range(values: Sequence[float], lang: str) -> str:
    """Return the least and the largest of some values; one number where they are equal."""
    ends = [number(value, lang, "" if value == int(value) else ".2g") for value in (min(values), max(values))]
    return "–".join(dict.fromkeys(ends))


def _label(node: Mapping[str, Any], lang: str) -> str:
    return "\n".join(textwrap.wrap(cut(brief(node, lang), 48), 22))
