"""Figures for publication: SVG, PNG, the caption and the CSV behind each, in Norwegian and English.

Needs matplotlib: ``pip install 'plangraph[figures]'``. Colours are those of M. Okabe and K. Ito, which people with any
colour vision can tell apart, and no figure tells anything by colour alone: groups also have marks of their own. The
same data gives the same bytes. All are drawn at the width of the text on a page, so nothing need be scaled in print.

- ``actors``, ``matrices``, ``dates``: one module for each kind of figure,
- ``canvas``: what all share, from the drawing to the files, ``labels``: places for texts, ``captions``: words.
"""

from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from plangraph.figures.actors import actor_network
from plangraph.figures.canvas import Picture
from plangraph.figures.dates import timeline
from plangraph.figures.matrices import incidence_matrix, ministry_matrix
from plangraph.networks.facts import EmptyLayer, Facts, measures_of, plans_in, read_facts
from plangraph.networks.options import Options
from plangraph.networks.texts import LANGUAGES, say

if TYPE_CHECKING:
    from plangraph.stores import Store

__all__ = ["Picture", "actor_network", "draw_all", "incidence_matrix", "ministry_matrix", "pictures", "timeline"]
NETWORKS = ("co-involvement", "collaboration", "co-mention")


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
    plans = plans_in(measures_of(store, data))
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
            if picture.nodes:
                folder = f"{one}/" if one else ""
                files[f"{folder}{picture.name}-nodes.{lang}.csv"] = picture.nodes.encode("utf-8")
    progress("")
    return files


def pictures(
    store: "Store", data: Path | str | None, options: Options, lang: str, plan: str | None = None
) -> Iterable[Picture]:
    """Yield the figures that the graph, or one plan of it, has data for, in one language."""

    def read(layer: str) -> Facts:
        return read_facts(layer, data, store, plan)

    makers: list[Callable[[], Picture]] = [
        *(lambda layer=layer: actor_network(read(layer), options.within(layer), lang) for layer in NETWORKS),
        lambda: ministry_matrix(read("responsibility"), options.within("responsibility"), lang),
        lambda: incidence_matrix(read("affiliation"), options.within("affiliation"), lang),
        lambda: timeline(store, data, lang, plan),
    ]
    for make in makers:
        try:
            yield make()
        except EmptyLayer:
            continue
