"""Drawing a network layer as SVG on the server: names as boxes that do not overlap, ties as curves between them."""

import math
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from textwrap import shorten, wrap
from typing import Any

from plangraph.curves import Box, Curve, curves, passed_by

WIDTH = 1100
MOST_NODES = 42
MOST_TIES = 120
ROUNDS = 40
# Nodes of one group have one shade; in this order they stand in the key.
GROUPS = ("ministry", "directorate", "measure", "other")
Place = tuple[float, float]
Tie = tuple[str, str, float]


def draw(layer: Any, names: Mapping[str, str], groups: Mapping[str, str]) -> dict[str, Any]:
    """Return the drawing of a layer: ``svg`` (markup without scripts or styles), the numbers of ties ``shown`` and of
    ``nodes`` shown, the ``groups`` there are, and as data the ``places`` and ``lines`` of the nodes shown and the
    ``curves`` of the ties shown. ``names`` says what each node is called, ``groups`` which of ``GROUPS`` it is of.

    Where a layer has more than ``MOST_NODES`` nodes or ``MOST_TIES`` ties, the strongest ties are drawn. Positions come
    from a fixed start and a fixed number of steps, rounded to whole units, so that the same layer always gives the same
    drawing. No tie passes through a node that is not its end.
    """
    edges = _strongest(layer.edges)
    nodes = sorted({end for edge in edges for end in (edge.source, edge.target)})
    if not nodes:
        return {"svg": "", "shown": 0, "nodes": 0, "groups": [], "places": {}, "lines": {}, "curves": {}}
    lines = {n: tuple(wrap(shorten(names[n], 40, placeholder="…"), 22)[:2]) or ("",) for n in nodes}
    sizes = {n: (max(map(len, said)) * 7.2 + 18, 8 + 16 * len(said)) for n, said in lines.items()}
    start = _layout(tuple(nodes), tuple((e.source, e.target, float(e.weight)) for e in edges))
    places, bows = _cleared([(e.source, e.target) for e in edges], start, sizes)
    ends = [(e.source, e.target) for e in edges]
    boxes = [_box(places[n], sizes[n]) for n in nodes]
    xs = [x for box in boxes for x in box[::2]] + [x for bow in bows for x, _ in bow]
    ys = [y for box in boxes for y in box[1::2]] + [y for bow in bows for _, y in bow]
    heaviest = max(float(edge.weight) for edge in edges) or 1.0
    ties = [
        f'<path d="M{x1:.0f} {y1:.0f}Q{cx:.0f} {cy:.0f} {x2:.0f} {y2:.0f}" '
        f'stroke-width="{1 + 4 * float(edge.weight) / heaviest:.1f}"/>'
        for edge, ((x1, y1), (cx, cy), (x2, y2)) in zip(edges, bows, strict=True)
    ]
    labels = []
    for n in nodes:
        (x, y), (w, h) = places[n], sizes[n]
        text = "".join(
            f'<text x="{x:.0f}" y="{y + 5 + 16 * (i - (len(lines[n]) - 1) / 2):.0f}" text-anchor="middle">'
            f"{escape(line)}</text>"
            for i, line in enumerate(lines[n])
        )
        labels.append(
            f'<g class="{groups[n]}"><rect x="{x - w / 2:.0f}" y="{y - h / 2:.0f}" width="{w:.0f}" height="{h}" '
            f'rx="4"/>{text}</g>'
        )
    left, low, wide, high = min(xs) - 8, min(ys) - 8, max(xs) - min(xs) + 16, max(ys) - min(ys) + 16
    return {
        "svg": f'viewBox="{left:.0f} {low:.0f} {wide:.0f} {high:.0f}" width="{wide:.0f}" height="{high:.0f}">'
        f'<g class="ties">{"".join(ties)}</g><g class="nodes">{"".join(labels)}</g>',
        "shown": len(edges),
        "nodes": len(nodes),
        "groups": [group for group in GROUPS if group in {groups[n] for n in nodes}],
        "places": places,
        "lines": lines,
        "curves": dict(zip(ends, bows, strict=True)),
    }


def _cleared(
    ties: list[tuple[str, str]], places: Mapping[str, Place], sizes: Mapping[str, Place]
) -> tuple[dict[str, Place], list[Curve]]:
    """Return places and curves so that no tie passes a foreign node: what a curve cannot get around is pushed away."""
    places = dict(places)
    for _ in range(ROUNDS):
        places = {n: (round(x), round(y)) for n, (x, y) in _spread(places, sizes).items()}
        boxes = {n: _box(places[n], size) for n, size in sizes.items()}
        bows: list[Curve] = [(a, (round(b[0]), round(b[1])), c) for a, b, c in curves(ties, boxes)]
        passed: dict[str, Curve] = {}
        for tie, bow in zip(ties, bows, strict=True):
            foreign = [n for n in boxes if n not in tie]
            hit = set(passed_by(bow, [boxes[n] for n in foreign]))
            passed |= {n: bow for n in foreign if boxes[n] in hit}
        if not passed:
            break
        places = {n: (x * 1.05, y * 1.05) for n, (x, y) in places.items()}
        for n, (start, _, end) in passed.items():
            (x, y), dx, dy = places[n], end[0] - start[0], end[1] - start[1]
            length = math.hypot(dx, dy) or 1.0
            side = 14 if (y - start[1]) * dx >= (x - start[0]) * dy else -14
            places[n] = (x - side * dy / length, y + side * dx / length)
    return places, bows


def _box(place: Place, size: Place) -> Box:
    (x, y), (w, h) = place, size
    return x - w / 2, y - h / 2, x + w / 2, y + h / 2


def _strongest(edges: Any) -> list[Any]:
    ordered = sorted(edges, key=lambda e: (-float(e.weight), -len(e.facts), e.source, e.target))
    chosen: list[Any] = []
    nodes: set[str] = set()
    for edge in ordered:
        grown = nodes | {edge.source, edge.target}
        if len(grown) <= MOST_NODES and len(chosen) < MOST_TIES:
            chosen.append(edge)
            nodes = grown
    return chosen


@lru_cache(maxsize=64)
def _layout(nodes: tuple[str, ...], edges: tuple[Tie, ...]) -> dict[str, Place]:
    """Return positions by springs (Fruchterman and Reingold 1991), each component by itself, then side by side."""
    components = _components(nodes, edges)
    placed: dict[str, tuple[float, float]] = {}
    x = y = deepest = 0.0
    for members in components:
        own = [tie for tie in edges if tie[0] in members]
        spots = _springs(sorted(members), own)
        side = 120 * math.sqrt(len(members)) + 60
        if x and x + side * 1.5 > WIDTH:
            x, y, deepest = 0.0, y + deepest, 0.0
        for n, (a, b) in spots.items():
            placed[n] = (x + side * 1.5 * a, y + side * b)
        x += side * 1.5 + 20
        deepest = max(deepest, side + 20)
    return placed


def _components(nodes: tuple[str, ...], edges: tuple[Tie, ...]) -> list[set[str]]:
    near: dict[str, set[str]] = defaultdict(set)
    for source, target, _ in edges:
        near[source].add(target)
        near[target].add(source)
    left, found = list(nodes), []
    while left:
        reached, todo = {left[0]}, [left[0]]
        while todo:
            fresh = near[todo.pop()] - reached
            reached |= fresh
            todo += sorted(fresh)
        found.append(reached)
        left = [n for n in left if n not in reached]
    return sorted(found, key=lambda members: (-len(members), min(members)))


def _springs(nodes: list[str], edges: list[Tie]) -> dict[str, Place]:
    count = len(nodes)
    spots = [
        [0.5 + 0.4 * math.cos(2 * math.pi * i / count), 0.5 + 0.4 * math.sin(2 * math.pi * i / count)]
        for i in range(count)
    ]
    place = {n: i for i, n in enumerate(nodes)}
    pairs = [(place[a], place[b], 1 + math.log1p(weight)) for a, b, weight in edges if a != b]
    ideal = 0.9 / math.sqrt(count)
    heat, steps = 0.12, 120
    for step in range(steps):
        moves = [[0.0, 0.0] for _ in nodes]
        for i in range(count):
            for j in range(i):
                dx, dy = spots[i][0] - spots[j][0], spots[i][1] - spots[j][1]
                force = ideal * ideal / max(dx * dx + dy * dy, 1e-4)
                moves[i][0] += dx * force
                moves[i][1] += dy * force
                moves[j][0] -= dx * force
                moves[j][1] -= dy * force
        for i, j, pull in pairs:
            dx, dy = spots[i][0] - spots[j][0], spots[i][1] - spots[j][1]
            force = pull * math.hypot(dx, dy) / ideal
            moves[i][0] -= dx * force
            moves[i][1] -= dy * force
            moves[j][0] += dx * force
            moves[j][1] += dy * force
        for spot, (dx, dy) in zip(spots, moves, strict=True):
            length = max(math.hypot(dx, dy), 1e-9)
            bound = min(length, heat * (1 - step / steps))
            spot[0] += dx / length * bound
            spot[1] += dy / length * bound
    lowest = [min(s[axis] for s in spots) for axis in (0, 1)]
    widest = [max(max(s[axis] for s in spots) - lowest[axis], 1e-6) for axis in (0, 1)]
    return {n: ((spots[i][0] - lowest[0]) / widest[0], (spots[i][1] - lowest[1]) / widest[1]) for n, i in place.items()}


def _spread(places: Mapping[str, Place], boxes: Mapping[str, Place]) -> dict[str, Place]:
    """Push boxes apart until none overlaps, along the shorter way."""
    nodes = sorted(places)
    spots = [list(places[n]) for n in nodes]
    sizes = [boxes[n] for n in nodes]
    for _ in range(120):
        moved = False
        for here, (wide, high), before in zip(spots, sizes, range(len(nodes)), strict=True):
            for there, (w, h) in zip(spots[:before], sizes, strict=False):
                gap_x = (wide + w) / 2 + 16 - abs(here[0] - there[0])
                if gap_x <= 0:
                    continue
                gap_y = (high + h) / 2 + 16 - abs(here[1] - there[1])
                if gap_y <= 0:
                    continue
                moved = True
                axis, gap = (0, gap_x) if gap_x < gap_y else (1, gap_y)
                sign = 1 if here[axis] >= there[axis] else -1
                here[axis] += sign * gap / 2
                there[axis] -= sign * gap / 2
        if not moved:
            break
    spread = dict(zip(nodes, spots, strict=True))
    return {n: (spread[n][0], spread[n][1]) for n in places}
