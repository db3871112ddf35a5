"""The line of time: what the report dates to a season or closer."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plangraph.figures.canvas import COLOURS, MARKS, Picture, picture_of
from plangraph.figures.captions import caption_of, cut, plans_of
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
    areas = sorted({str(f["area"]) for f in close}, key=natural)
    caption = caption_of(
        plans_of(plans_in(told), lang),
        say(lang, "pictures", "timeline_note", n=len(close), left=len(facts) - len(close)),
    )
    names = [
        f"{cut(f[lang], 58)}: {f['propertyNb' if lang == 'nb' else 'propertyEn'] or short(f['property'])} "
        f"({', '.join(sorted(f['told'], key=natural))})"
        if not f["property"].endswith("#when")
        else f"{cut(f[lang], 70)} ({', '.join(sorted(f['told'], key=natural))})"
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
    return picture_of("timeline", (10.5, 1.8 + 0.19 * len(close)), words["timeline"], caption, draw, table)


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])
