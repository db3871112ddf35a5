"""Figures: no texts overlap, the same data gives the same bytes, and the table behind holds what is drawn."""

import csv
import io
import re

import pyoxigraph as ox
import pytest

from plangraph import figures, networks
from plangraph.errors import UsageError
from plangraph.figures.labels import overlapping

pytest.importorskip("matplotlib", reason="figures need matplotlib: pip install .[figures]")


def overlaps(picture):
    boxes = picture.texts
    return sum(overlapping(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


@pytest.fixture(scope="module")
def drawn(store):
    """All figures of the shipped plan in one language."""
    return list(figures.pictures(store, None, networks.Options(), "nb"))


def test_figures_of_the_plan(drawn):
    assert [p.name for p in drawn] == [
        "co-involvement-network", "collaboration-network", "co-mention-network",
        "ministry-area", "actor-measure", "timeline",
    ]  # fmt: skip
    for picture in drawn:
        assert overlaps(picture) == 0, picture.name
        assert len(picture.texts) > 20
        assert picture.png.startswith(b"\x89PNG")
        assert b"<svg" in picture.svg
        assert len(picture.csv.splitlines()) > 5
        assert re.search(r"n = \d+|\d+ aktører", picture.caption)
    for picture in drawn[:3]:
        assert "Enhet: tiltak med egen status" in picture.caption
        assert "vekt" in picture.caption
        assert "frø" in picture.caption


def test_no_tie_is_drawn_through_a_node_that_is_not_its_end(drawn):
    for picture in drawn[:3]:
        assert len(picture.marks) > 20
        assert len(picture.ties) > 20
        for (x1, y1), (cx, cy), (x2, y2) in picture.ties:
            ends = [b for b in picture.marks if holds(b, x1, y1) or holds(b, x2, y2)]
            assert len(ends) == 2
            others = [b for b in picture.marks if b not in ends]
            for t in (i / 300 for i in range(301)):
                x = (1 - t) ** 2 * x1 + 2 * t * (1 - t) * cx + t * t * x2
                y = (1 - t) ** 2 * y1 + 2 * t * (1 - t) * cy + t * t * y2
                assert not any(holds(b, x, y) for b in others), picture.name


def holds(box, x, y):
    return box[0] < x < box[2] and box[1] < y < box[3]


def test_matrix_equals_the_report(drawn):
    rows = list(csv.DictReader(io.StringIO(drawn[3].csv)))
    # Ministries of the 37 entries, as the report's table counts them.
    assert {row["ministry"]: int(row["all"]) for row in rows} == {
        "KD": 14, "BFD": 8, "JD": 8, "HOD": 4, "ASD": 1, "KUD": 1, "UD": 1,
    }  # fmt: skip


def test_same_bytes_again_in_both_languages(toy):
    for lang in ("nb", "en"):
        first = list(figures.pictures(toy, None, networks.Options(), lang))
        second = list(figures.pictures(toy, None, networks.Options(), lang))
        assert [p.name for p in first] == [
            "co-involvement-network", "collaboration-network", "co-mention-network", "ministry-area", "actor-measure",
        ]  # fmt: skip
        for one, other in zip(first, second, strict=True):
            assert (one.svg, one.png, one.csv) == (other.svg, other.png, other.csv)
            assert overlaps(one) == 0


def test_layers_without_a_figure_say_so(toy):
    with pytest.raises(UsageError, match="not drawn"):
        figures.actor_network(networks.read_facts("hierarchy", store=toy))


def test_a_layer_without_a_tie_is_left_out(toy):
    store = ox.Store()
    store.extend(toy)
    store.update("PREFIX pg: <https://w3id.org/plangraph/ns#> DELETE WHERE { ?s pg:mentions ?o }")
    drawn = [p.name for p in figures.pictures(store, None, networks.Options(), "en")]
    assert drawn == ["co-involvement-network", "collaboration-network", "ministry-area", "actor-measure"]
    store.update(
        "PREFIX cv: <http://data.europa.eu/m8g/> PREFIX pg: <https://w3id.org/plangraph/ns#> "
        "DELETE { ?s ?p ?o } WHERE { ?s a pg:Participation ; ?p ?o }"
    )
    assert list(figures.pictures(store, None, networks.Options(), "en")) == []
    assert figures.draw_all(store) == {}
