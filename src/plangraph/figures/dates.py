"""The line of time: what the report dates to a season or closer."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plangraph.figures.canvas import COLOURS, LABEL, MARKS, Picture, picture_of
from plangraph.figures.captions import areas_of, caption_of, cut, plans_of
from plangraph.loading import read_text
from plangraph.names import short
from plangraph.networks.facts import EmptyLayer, measures_of, plans_in
from plangraph.networks.texts import say, texts
from plangraph.output import csv_text, natural
from plangraph.paths import find_tree
from plangraph.queries import Query, ask

if TYPE_CHECKING:
    from plangraph.stores import Store


def timeline(store: "Store", data: Path | str | None = None, lang: str = "en", plan: str | None = None) -> Picture:
    """Draw what the report dates to a season or closer, in the order of time; the colour shows the focus area.

    Where there are several plans, ``plan`` takes one.
    """
    words = texts(lang)["pictures"]
    tree = find_tree(data)
    path = tree.queries_for("figures") / "dated.rq"
    found = ask(Query("dated", read_text(path), path), store).rows
    told = measures_of(store, data, plan)
    measures = {row["measure"]: row for row in told}
    facts: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for row in sorted(found, key=lambda row: tuple(map(str, row.values()))):
        if row["measure"] in measures and row[lang]:
            key = (row["earliest"], row["latest"], row["thing"], row["property"])
            entry = facts.setdefault(key, {**row, "told": set(), "area": measures[row["measure"]]["areaId"]})
            entry["told"].add(str(measures[row["measure"]]["id"]))
    close = [f for _, f in sorted(facts.items()) if (_day(f["latest"]) - _day(f["earliest"])).days <= 92]
    if not close:
        raise EmptyLayer("there is nothing to draw")
    grouped: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
    for fact in close:
        # What is told of one thing for one day is one event, as a regulation that is made and dated.
        grouped.setdefault((fact["earliest"], fact["latest"], fact["thing"], fact["stage"]), []).append(fact)
    lines = list(grouped.values())
    drawn = {id(fact): number for number, line in enumerate(lines, 1) for fact in line}
    areas = sorted({str(f["area"]) for f in close}, key=natural)
    named = areas_of(told, lang)
    names = [_name(line, lang) for line in lines]
    caption = caption_of(
        plans_of(plans_in(told), lang),
        say(lang, "pictures", "timeline_note", n=len(close), rows=len(lines), left=len(facts) - len(close)),
        words["cut"] if any("…" in name for name in names) else "",
    )

    def draw(axes: Any) -> None:
        for number, area in enumerate(areas):
            colour, first = COLOURS[number % len(COLOURS)], True
            for i, (fact, *_) in enumerate(lines):
                if str(fact["area"]) != area:
                    continue
                start, end = _day(fact["earliest"]), _day(fact["latest"])
                reported = short(fact["stage"]) == "reported"
                axes.plot([start, end], [i, i], color=colour, linewidth=2, solid_capstyle="butt", zorder=2)
                axes.plot(
                    [start + (end - start) / 2],
                    [i],
                    marker=MARKS[number % len(MARKS)],
                    color=colour,
                    markerfacecolor=colour if reported else "white",
                    markersize=4.2,
                    linestyle="none",
                    zorder=3,
                    label=cut(f"{area} {named[area]}".strip() or words["area"], 60) if first else None,
                )
                first = False
        axes.set_yticks(range(len(lines)), names, fontsize=LABEL)
        axes.set_ylim(len(lines) - 0.4, -0.6)
        years = range(_day(close[0]["earliest"]).year, max(_day(f["latest"]) for f in close).year + 2)
        axes.set_xticks([date(year, 1, 1) for year in years], [str(year) for year in years])
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color="#cccccc", linewidth=0.6)
        axes.grid(axis="y", color="#eeeeee", linewidth=0.5)
        axes.set_axisbelow(True)
        legend = axes.legend(
            loc="upper right",
            bbox_to_anchor=(1, -0.3 / (0.15 * len(lines))),
            ncols=2,
            frameon=False,
            borderaxespad=0,
            title=words["area"],
            alignment="left",
        )
        for mark in legend.legend_handles:
            mark.set_markerfacecolor(mark.get_color())

    table = csv_text(
        ["earliest", "latest", "thing", "name", "property", "stage", "measures", "area", "drawn", "row"],
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
                "true" if id(f) in drawn else "false",
                drawn.get(id(f), ""),
            ]
            for _, f in sorted(facts.items())
        ],
    )
    return picture_of("timeline", 1.2 + 0.15 * len(lines), words["timeline"], caption, draw, table)


def _name(facts: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Return what is told for one day of one thing: its name, the properties and the measures, cut to one line."""
    measures = f"({', '.join(sorted({m for f in facts for m in f['told']}, key=natural))})"
    # That something happened, and that a law which was made that day is dated so, says nothing more.
    telling = [f for f in facts if not f["property"].endswith("#when")]
    telling = [f for f in telling if len(telling) == 1 or not f["property"].endswith("#date_document")]
    properties = [str(f["propertyNb" if lang == "nb" else "propertyEn"] or short(f["property"])) for f in telling]
    end = f": {', '.join(properties)} {measures}" if properties else f" {measures}"
    return cut(str(facts[0][lang]), max(20, 66 - len(end))) + end


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])
