"""Figures: no texts overlap, the same data gives the same bytes, and the table behind holds what is drawn."""

import csv
import io
import math
import re
import struct
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest

from plangraph import figures, networks
from plangraph.errors import UsageError
from plangraph.figures.actors import layout
from plangraph.figures.canvas import DPI, LABEL, NOTE, picture_of
from plangraph.figures.captions import key_of
from plangraph.figures.dates import _name
from plangraph.figures.labels import overlapping

pytest.importorskip("matplotlib", reason="figures need matplotlib: pip install .[figures]")
from PIL import Image

ROOT = Path(__file__).parents[2]


def overlaps(picture):
    boxes = picture.texts
    return sum(overlapping(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def rows_of(table):
    return list(csv.DictReader(io.StringIO(table)))


@pytest.fixture(scope="module")
def both(store):
    """All figures of the shipped plan in both languages."""
    return {lang: list(figures.pictures(store, None, networks.Options(), lang)) for lang in ("nb", "en")}


@pytest.fixture(scope="module")
def drawn(both):
    """All figures of the shipped plan in one language."""
    return both["nb"]


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
        assert "vekt" in picture.caption
        assert "frø" in picture.caption
    for picture in drawn[:5]:
        assert "Enhet: tiltak med egen status" in picture.caption
        assert "Lag: " in picture.caption


def test_every_figure_is_as_wide_as_the_text_of_a_page_and_no_letter_is_small(both):
    sizes = []
    for picture in (*both["nb"], *both["en"]):
        wide, high = struct.unpack(">II", picture.png[16:24])
        assert wide == round(6.3 * DPI) <= 16.01 / 2.54 * DPI
        assert high < 9.7 * DPI, "higher than the text of a page of A4"
        # A hundredth of the size of its letters stands before each text.
        assert f'width="{6.3 * 72:g}pt"'.encode() in picture.svg[:600]
        sizes += [float(size) * 100 for size in re.findall(rb'transform="[^"]*scale\(([0-9.]+) -', picture.svg)]
    assert len(sizes) > 400
    assert min(sizes) > 6.49
    assert (LABEL, NOTE) == (6.5, 7)


def test_labels_keep_clear_of_each_other_and_of_foreign_marks(both):
    for picture in (*both["nb"][:3], *both["en"][:3]):
        nodes = [row for row in rows_of(picture.nodes) if row["isolate"] == "false"]
        assert len(nodes) == len(picture.marks)
        labelled = [number for number, row in enumerate(nodes) if row["labelled"] == "true"]
        assert len(labelled) == len(picture.texts) > 30
        for owner, label in zip(labelled, picture.texts, strict=True):
            others = [box for box in picture.texts if box != label]
            others += [mark for number, mark in enumerate(picture.marks) if number != owner]
            # Six pixels of a screen with 150 to the inch.
            assert min(apart(label, box) for box in others) >= 6 / 150 * DPI, picture.name
            assert not overlapping(label, picture.marks[owner])


def apart(one, other):
    return max(one[0] - other[2], other[0] - one[2], one[1] - other[3], other[1] - one[3])


def test_the_table_of_the_nodes_tells_what_is_drawn(both):
    for lang, (involved, stated, mentioned) in ((lang, drawn[:3]) for lang, drawn in both.items()):
        for picture, (tied, alone) in ((involved, (63, 3)), (stated, (40, 32)), (mentioned, (75, 0))):
            rows = rows_of(picture.nodes)
            assert sum(row["isolate"] == "false" for row in rows) == tied
            assert sum(row["isolate"] == "true" for row in rows) == alone
            sizes = [int(row["size"]) for row in rows if row["isolate"] == "false"]
            assert sizes == sorted(sizes, reverse=True)
            names = {row["from"] for row in rows_of(picture.csv)} | {row["to"] for row in rows_of(picture.csv)}
            assert names == {row["node"] for row in rows if row["isolate"] == "false"}
            assert all((row["x"] == "") == (row["isolate"] == "true") for row in rows)
            bare = sum(row["labelled"] == "false" and row["isolate"] == "false" for row in rows)
            said = re.search({"nb": r"ikke er plass: (\d+)", "en": r"for want of room: (\d+)"}[lang], picture.caption)
            assert int(said[1] if said else 0) == bare < 5
            # The largest have their names whatever happens.
            assert all(row["labelled"] == "true" for row in rows[:20])


def test_the_picture_in_the_readme_is_the_one_that_is_drawn(both):
    made, kept = Image.open(io.BytesIO(both["en"][1].png)), Image.open(ROOT / "docs/assets/collaboration.png")
    assert made.size == kept.size, "copy out/figures/collaboration-network.en.png to docs/assets/collaboration.png"
    assert made.text == kept.text


def test_abbreviations_are_explained(both):
    for picture in both["en"][:3]:
        for row in rows_of(picture.nodes):
            if row["isolate"] == "false" and row["abbreviation"] not in ("", row["en"]):
                assert f"{row['abbreviation']} = {row['en']}" in picture.caption
    assert "KD = Ministry of Education and Research" in both["en"][0].caption
    assert "NKVTS = Nasjonalt kunnskapssenter om vold og traumatisk stress" in both["nb"][4].caption
    assert "3 Attitudes and practices in affected communities" in both["en"][4].caption


def test_many_abbreviations_are_left_to_the_table():
    names = [(f"A{number}", f"A body whose name is rather long, number {number}") for number in range(60)]
    assert key_of(names[:9], "en").startswith("Short names: A0 = A body")
    assert key_of(names, "en") == "The table of nodes (CSV) explains the short names."
    assert key_of([("NAV", "NAV")], "en") == ""


def test_a_label_lies_off_the_tie():
    spots = [("left body", (0, 0), 1), ("right body", (1, 0), 1)]
    for ties in ([], [(0, 1, 3)]):
        picture = picture_of("two", 2, "Two", "Caption", lambda axes: axes.axis("off"), "", spots, ties)
        label, mark = picture.texts[0], picture.marks[0]
        # In the middle of its right side, where the tie would be, is the first choice where there is none.
        assert (label[1] < (mark[1] + mark[3]) / 2 < label[3]) == (not ties)


def test_what_finds_no_room_has_no_label():
    spots = [(f"Body number {number}", (number / 40, number / 40), 1) for number in range(40)]
    picture = picture_of("tight", 1.5, "Tight", "Caption", lambda axes: axes.axis("off"), "", spots)
    assert 0 < len(picture.texts) < 40
    assert overlaps(picture) == 0


def test_the_height_follows_the_number_of_nodes():
    def height(nodes):
        return max(y for _, y in layout(nx.path_graph(nodes), dict.fromkeys(range(nodes), 5.0), (450, nodes)).values())

    assert [height(nodes) for nodes in (39, 40, 41)] == [39, 40, 41]


def test_marks_do_not_touch():
    for network in (nx.complete_graph(30), nx.star_graph(40), nx.path_graph(2), nx.empty_graph(1)):
        sizes = dict.fromkeys(network, 12.0)
        places = list(layout(network, sizes, (400, 300)).values())
        assert all(-0.01 <= x <= 400.01 and -0.01 <= y <= 300.01 for x, y in places)
        for i, one in enumerate(places):
            assert all(math.dist(one, other) > 12 for other in places[i + 1 :])


def test_the_timeline_says_which_rows_it_draws(both):
    for lang in ("nb", "en"):
        picture = both[lang][5]
        rows = rows_of(picture.csv)
        drawn = [row for row in rows if row["drawn"] == "true"]
        assert (len(rows), len(drawn)) == (76, 44)
        assert all((row["row"] == "") == (row["drawn"] == "false") for row in rows)
        assert {int(row["row"]) for row in drawn} == set(range(1, 44))
        # The regulation was made on the day it is dated: two facts, one row.
        made = [row for row in drawn if row["thing"] == "2017-09-06-1353"]
        assert [row["property"] for row in made] == ["eli:date_document", "pg:adopted"]
        assert len({row["row"] for row in made}) == 1
        assert {"nb": "44 opplysninger", "en": "44 facts"}[lang] in picture.caption
        assert {"nb": "43 linjer", "en": "43 rows"}[lang] in picture.caption


def test_a_law_that_is_made_and_dated_the_same_day_is_named_once():
    law = {"en": "Regulation", "told": {"21", "3"}, "property": "https://w3id.org/plangraph/ns#adopted"}
    dated = law | {"property": "http://data.europa.eu/eli/ontology#date_document", "propertyEn": "dated"}
    met = law | {"property": "https://w3id.org/plangraph/ns#when", "propertyEn": "when"}
    law |= {"propertyEn": "adopted"}
    assert _name([dated, law], "en") == "Regulation: adopted (3, 21)"
    assert _name([dated], "en") == "Regulation: dated (3, 21)"
    assert _name([met], "en") == "Regulation (3, 21)"
    long = _name([law | {"en": "Regulation " * 9}], "en")
    assert long.endswith("Regulation…: adopted (3, 21)")
    assert len(long) <= 66


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
