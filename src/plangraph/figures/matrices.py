"""Tables drawn as matrices: ministries and focus areas, actors and measures."""

import textwrap
from collections import Counter
from typing import TYPE_CHECKING, Any

from plangraph.analysis import twomode
from plangraph.figures.canvas import COLOURS, LABEL, WIDTH, Picture, picture_of
from plangraph.figures.captions import areas_of, brief, caption_of, choices_of, cut, key_of, named, plans_of
from plangraph.names import short
from plangraph.networks.facts import EmptyLayer, Facts
from plangraph.networks.layers import network_of
from plangraph.networks.options import Options
from plangraph.networks.texts import say, texts
from plangraph.output import csv_text, natural

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def ministry_matrix(facts: Facts, options: Options | None = None, lang: str = "en") -> Picture:
    """Draw how many measures each ministry answers for in each focus area."""
    options = options or Options()
    words = texts(lang)["pictures"]
    network = network_of(facts, options)
    counts: Counter[tuple[str, str]] = Counter()
    ministries: dict[str, dict[str, Any]] = {}
    names = areas_of(facts.measures.values(), lang)
    measures = set()
    for source, target, kind in network.edges(data="kind"):
        if kind == "answers for":
            ministries[short(source)] = network.nodes[source]
            counts[short(source), network.nodes[target]["area"]] += 1
            measures.add(target)
    if not counts:
        raise EmptyLayer("there is nothing to draw")
    totals: Counter[str] = Counter()
    for (ministry, _), number in counts.items():
        totals[ministry] += number
    rows = sorted(totals, key=lambda m: (-totals[m], brief(ministries[m], lang), m))
    areas = sorted({area for _, area in counts}, key=natural)
    caption = caption_of(
        say(lang, "pictures", "layer", layer="responsibility", definition=facts.definition[lang]),
        plans_of(facts.plans, lang),
        say(lang, "pictures", "matrix_note", unit=words[f"unit_{options.unit}"], n=len(measures)),
    )
    labels = [
        "\n".join(textwrap.wrap(f"{cut(str(ministries[m][lang]), 60)}\u00a0({totals[m]})", 30, break_on_hyphens=False))
        for m in rows
    ]
    heads = ["\n".join(textwrap.wrap(f"{a} {cut(names[a], 60)}", 17 if len(areas) < 6 else 12)) for a in areas]

    def draw(axes: "Axes") -> None:
        values = [[counts[m, area] for area in areas] for m in rows]
        axes.imshow(values, cmap="Blues", vmin=0, vmax=max(map(max, values)) * 1.35, aspect="auto")
        for i, line in enumerate(values):
            for j, value in enumerate(line):
                if value:
                    colour = "white" if value > 0.7 * max(map(max, values)) else "black"
                    axes.text(j, i, str(value), ha="center", va="center", fontsize=8, color=colour)
        axes.set_xticks(range(len(areas)), heads, fontsize=LABEL)
        axes.set_yticks(range(len(rows)), labels, fontsize=LABEL)
        axes.set_xlabel(words["area"])
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)

    table = csv_text(
        ["ministry", "name", *areas, "all"],
        [[brief(ministries[m], lang), ministries[m][lang], *(counts[m, a] for a in areas), totals[m]] for m in rows],
    )
    tall = 1.1 + 0.3 * len(rows)
    width = max(WIDTH, 2.0 + 0.8 * len(areas))
    return picture_of("ministry-area", tall, words["matrix"], caption, draw, table, width=width)


def incidence_matrix(facts: Facts, options: Options | None = None, lang: str = "en") -> Picture:
    """Draw who is active under which measure: measures in blocks by area, actors by the block they are most in."""
    options = (options or Options()).of("affiliation")
    words = texts(lang)["pictures"]
    network = network_of(facts, options)
    area = {n: network.nodes[n]["area"] for n in twomode.events(network)}
    everyone = [a for a in twomode.actors(network) if network.degree(a)]
    chosen = [a for a in everyone if network.degree(a) > 1]
    if not chosen:
        raise EmptyLayer("there is nothing to draw")

    def block(actor: str) -> tuple[Any, ...]:
        inside = Counter(area[m] for m in network[actor])
        most = min(inside, key=lambda a: (-inside[a], natural(a)))
        return natural(most), -network.degree(actor), actor

    rows = sorted(chosen, key=block)
    columns = sorted(
        (m for m in area if any(a in network[m] for a in chosen)),
        key=lambda m: (natural(area[m]), natural(network.nodes[m]["slug"])),
    )
    names = areas_of(facts.measures.values(), lang)
    labels = [named(network.nodes[a], lang, 44) for a in rows]
    caption = caption_of(
        say(lang, "pictures", "layer", layer="affiliation", definition=facts.definition[lang]),
        plans_of(facts.plans, lang),
        say(
            lang,
            "pictures",
            "incidence_note",
            choices=choices_of("affiliation", options, lang),
            n=len(rows),
            m=len(columns),
            left=len(everyone) - len(chosen),
        ),
        say(
            lang,
            "pictures",
            "areas",
            listed="; ".join(f"{a} {names[a]}" for a in sorted({area[m] for m in columns}, key=natural)),
        ),
        key_of(((label, network.nodes[a][lang]) for label, a in zip(labels, rows, strict=True)), lang),
    )

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
        axes.set_xticks(range(len(columns)), [network.nodes[m]["slug"] for m in columns], rotation=90, fontsize=LABEL)
        axes.set_yticks(
            range(len(rows)),
            [f"{name} ({network.degree(a)})" for name, a in zip(labels, rows, strict=True)],
            fontsize=LABEL,
        )
        axes.set_xticks([j - 0.5 for j in range(1, len(columns))], minor=True)
        axes.set_yticks([i - 0.5 for i in range(1, len(rows))], minor=True)
        axes.grid(which="minor", color="#dddddd", linewidth=0.4)
        axes.tick_params(which="both", length=0)

    table = csv_text(
        ["actor", "name", *(network.nodes[m]["slug"] for m in columns)],
        [[short(a), network.nodes[a][lang], *(int(network.has_edge(a, m)) for m in columns)] for a in rows],
    )
    # A number of a measure, written upwards, needs a tenth of an inch.
    width = max(WIDTH, 2.7 + 0.1 * len(columns))
    return picture_of("actor-measure", 0.9 + 0.15 * len(rows), words["incidence"], caption, draw, table, width=width)


def _square(x: float, y: float, colour: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.4, y - 0.4), 0.8, 0.8, color=colour, linewidth=0)
