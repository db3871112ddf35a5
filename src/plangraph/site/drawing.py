"""Drawing a network layer as SVG on the server: labels as boxes that do not overlap, ties as lines behind them."""

import math
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

WIDTH = 1100
MOST_NODES = 42
_LINE = 24
Place = tuple[float, float]
Tie = tuple[str, str, float]
_GROUPS = {"departement": "ministry", "direktorat": "directorate", "tiltak": "measure"}


def draw(layer: Any, names: Mapping[str, str], kinds: Mapping[str, str], links: Mapping[str, str]) -> dict[str, Any]:
    """Return the drawing of a layer: ``svg`` (markup without scripts or styles), ``shown`` and ``all`` ties, and
    ``places`` of the nodes shown.

    Where a layer has more than ``MOST_NODES`` nodes, the strongest ties are drawn. Positions come from a fixed start
    and a fixed number of steps, rounded to whole units, so that the same layer always gives the same drawing.
    """
    edges = _strongest(layer.edges)
    nodes = sorted({end for edge in edges for end in (edge.source, edge.target)})
    if not nodes:
        return {"svg": "", "shown": 0, "all": len(layer.edges), "places": {}}
    boxes = {n: (min(len(names[n]), 34) * 7.2 + 18, _LINE) for n in nodes}
    places = _spread(_layout(tuple(nodes), tuple((e.source, e.target, float(e.weight)) for e in edges)), boxes)
    left, top = min(x for x, _ in places.values()), min(y for _, y in places.values())
    half = {n: (w / 2, h / 2) for n, (w, h) in boxes.items()}
    places = {n: (round(x - left), round(y - top)) for n, (x, y) in places.items()}
    low_x = min(x - half[n][0] for n, (x, _) in places.items()) - 8
    low_y = min(y - half[n][1] for n, (_, y) in places.items()) - 8
    wide = max(x + half[n][0] for n, (x, _) in places.items()) - low_x + 8
    high = max(y + half[n][1] for n, (_, y) in places.items()) - low_y + 8
    heaviest = max(float(edge.weight) for edge in edges) or 1.0
    lines = []
    for edge in edges:
        (x1, y1), (x2, y2) = places[edge.source], places[edge.target]
        size = 1 + 4 * float(edge.weight) / heaviest
        lines.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke-width="{size:.1f}"/>')
    labels = []
    for n in nodes:
        (x, y), (w, h) = places[n], boxes[n]
        name = names[n] if len(names[n]) <= 34 else names[n][:33].rstrip() + "…"
        group = next(
            (group for word, group in _GROUPS.items() if kinds.get(n, "").casefold().startswith(word)), "other"
        )
        labels.append(
            f'<g class="{group}"><rect x="{x - w / 2:.0f}" y="{y - h / 2:.0f}" width="{w:.0f}" height="{h}" rx="4"/>'
            f'<text x="{x}" y="{y + 5}" text-anchor="middle">{escape(name)}</text></g>'
        )
    box = f"{low_x:.0f} {low_y:.0f} {wide:.0f} {high:.0f}"
    extent = f'width="{wide:.0f}" height="{high:.0f}"'
    svg = f'viewBox="{box}" {extent}><g class="ties">{"".join(lines)}</g><g class="nodes">{"".join(labels)}</g>'
    return {"svg": svg, "shown": len(edges), "all": len(layer.edges), "places": places}


def _strongest(edges: Any) -> list[Any]:
    ordered = sorted(edges, key=lambda e: (-float(e.weight), -len(e.facts), e.source, e.target))
    chosen: list[Any] = []
    nodes: set[str] = set()
    for edge in ordered:
        grown = nodes | {edge.source, edge.target}
        if len(grown) <= MOST_NODES:
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


def _spread(
    places: dict[str, tuple[float, float]], boxes: Mapping[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    """Push boxes apart until none overlaps, along the shorter way."""
    spots = {n: list(place) for n, place in places.items()}
    nodes = sorted(spots)
    for _ in range(120):
        moved = False
        for i, a in enumerate(nodes):
            for b in nodes[:i]:
                gap_x = (boxes[a][0] + boxes[b][0]) / 2 + 10 - abs(spots[a][0] - spots[b][0])
                gap_y = (boxes[a][1] + boxes[b][1]) / 2 + 8 - abs(spots[a][1] - spots[b][1])
                if gap_x > 0 and gap_y > 0:
                    moved = True
                    axis, gap = (0, gap_x) if gap_x < gap_y else (1, gap_y)
                    sign = 1 if spots[a][axis] >= spots[b][axis] else -1
                    spots[a][axis] += sign * gap / 2
                    spots[b][axis] -= sign * gap / 2
        if not moved:
            break
    return {n: (spot[0], spot[1]) for n, spot in spots.items()}
