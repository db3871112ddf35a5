"""Networks of actors, drawn as nodes and ties."""

import textwrap
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import networkx as nx

from plangraph.analysis import metrics
from plangraph.errors import UsageError
from plangraph.figures.canvas import COLOURS, MARKS, Picture, area_of, picture_of
from plangraph.figures.captions import brief, caption_of, choices_of, cut, plans_of
from plangraph.names import short
from plangraph.networks.choices import JOINT, ONE_MODE
from plangraph.networks.facts import Facts
from plangraph.networks.layers import network_of
from plangraph.networks.options import Options
from plangraph.networks.selection import pairs_of
from plangraph.networks.texts import say, texts
from plangraph.output import csv_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SECTORS = ("public", "research", "voluntary", "business", "international", "joint", "")


def actor_network(facts: Facts, options: Options | None = None, lang: str = "en") -> Picture:
    """Draw a one-mode layer: every actor with a tie, labelled; colour and mark show the sector.

    Size shows the number of measures or events in a projection and the number of partners in the collaboration layer.
    Raises UsageError when the layer is empty or has no one-mode network.
    """
    options = (options or Options()).of(facts.layer)
    if facts.layer not in ONE_MODE:
        raise UsageError(f"the layer {facts.layer} is not drawn as an actor network", mend="choose a one-mode layer")
    network = network_of(facts, options)
    tied = network.subgraph([n for n in network if network.degree(n)])
    events = Counter(actor for actor, _ in pairs_of(facts, options)) if facts.layer in JOINT else None
    sizes = {n: events[n] if events else network.degree(n) for n in tied}
    place = layout(tied)
    side = 7.5 if len(tied) < 40 else 10.5
    isolates = len(network) - len(tied)
    caption = caption_of(
        say(lang, "pictures", "layer", layer=facts.layer, definition=facts.definition[lang]),
        plans_of(facts.plans, lang),
        choices_of(facts.layer, options, lang) + ".",
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
                    s=[area_of(sizes[n]) for n in members],
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
        [short(u), short(v), network.nodes[u][lang], network.nodes[v][lang], data["weight"]]
        for u, v, data in sorted(network.edges(data=True), key=lambda tie: tie[:2])
    ]
    table = csv_text(["from", "to", "from name", "to name", "weight"], rows)
    title = texts(lang)["pictures"][f"title_{facts.layer}"]
    return picture_of(f"{facts.layer}-network", (side, side * 0.85), title, caption, draw, table, labels, ties)


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


def _label(node: Mapping[str, Any], lang: str) -> str:
    return "\n".join(textwrap.wrap(cut(brief(node, lang), 52), 21))
