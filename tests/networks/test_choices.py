"""What the options count, on the shipped plan: numbers that were worked out without this code."""

import csv
import io
from collections import Counter, defaultdict
from dataclasses import fields, replace
from itertools import combinations

import networkx as nx
import pyoxigraph as ox
import pytest

from conftest import ROOT
from plangraph import analyze, networks
from plangraph.errors import UsageError
from plangraph.figures import pictures
from plangraph.names import short
from plangraph.networks import files, selection
from plangraph.networks.choices import TAKES, TWO_MODE
from plangraph.paths import find_tree
from plangraph.site.layers import read_layers
from plangraph.vocabulary import BASE, STAGES

from .conftest import TOY

DEFAULT = networks.Options()


@pytest.fixture(scope="module")
def plan(store):
    """The facts of each layer of the shipped plan."""
    return {layer: networks.read_facts(layer, ROOT / "data", store) for layer in networks.LAYERS}


def named(network):
    return {" ".join(sorted((short(u), short(v)))) for u, v in network.edges}


def test_ties_that_rest_on_a_grant_or_a_commission_can_be_left_out(plan):
    network = networks.network_of(plan["collaboration"])
    paid = {
        tie
        for tie in network.edges
        if network.edges[tie]["basis"] == "role"
        and all(pair.split(":")[0] in ("recipient", "commissioner") for pair in network.edges[tie]["roles"])
    }
    assert network.number_of_edges() == 44
    assert named(network.edge_subgraph(paid)) == {
        "ihsg imdi", "imdi oslo-rode-kors", "bfd stl", "imdi stl", "fafo imdi", "jd nova", "jd oslomet", "atv udi",
        "regjeringen stortinget",
    }  # fmt: skip
    without = networks.network_of(plan["collaboration"], networks.Options(roles=("active", "owner")))
    assert named(without) == named(network) - named(network.edge_subgraph(paid))
    assert (len(network), len(without)) == (72, 68)
    everyone = networks.network_of(plan["collaboration"], networks.Options(groups="in"))
    taught = [roles for _, _, roles in everyone.edges(data="roles") if roles == ("recipient:trainer",)]
    assert (len(taught), everyone.number_of_edges()) == (9, 86)


# What no layer of these has: a value other than the default, for each option that some layer does not take.
OTHERS = {
    "unit": "number", "stages": ("planned",), "roles": ("lead",), "areas": ("1",), "weight": "jaccard", "evidence": 2,
}  # fmt: skip
REFUSED = {
    "responsibility": {"weight"},
    "affiliation": {"weight"},
    "collaboration": {"weight"},
    "co-participation": set(),
    "co-involvement": set(),
    "co-mention": {"stages", "roles"},
    "hierarchy": set(OTHERS),
}


@pytest.mark.parametrize("layer", networks.LAYERS)
def test_what_a_layer_does_not_take_is_refused_and_said_to_be_not_applicable(toy, layer):
    facts = networks.read_facts(layer, store=toy)
    assert set(TAKES[layer]) == {f.name for f in fields(networks.Options)} - REFUSED[layer]
    described = networks.network_of(facts).graph
    assert ("units" in described) == ("left_out" in described) == ("unit" in TAKES[layer])
    for name, value in OTHERS.items():
        given = networks.Options(**{name: value})
        assert (described[name] == "not applicable") == (name in REFUSED[layer])
        if name in REFUSED[layer]:
            with pytest.raises(UsageError, match=f"the layer {layer} does not take {name}") as error:
                networks.network_of(facts, given)
            assert f"leave --{name} out; it takes {', '.join(TAKES[layer])}" in error.value.told()
        assert given.of(layer).of(layer) == given.of(layer) if name in TAKES[layer] else given.within(layer) == DEFAULT
    # A default that is spelt out is no choice.
    assert networks.Options(stages=["reported"], evidence=1).of(layer) == DEFAULT.of(layer)


def test_commands_refuse_what_a_layer_does_not_take(run):
    for words, message in (
        (
            ["hierarchy", "--areas", "1", "--unit", "number", "--evidence", "3"],
            "does not take unit and areas and evidence",
        ),
        (["collaboration", "--weight", "newman"], "the layer collaboration does not take weight"),
        (["co-mention", "--stages", "planned"], "the layer co-mention does not take stages"),
    ):
        for command in ("network", "analyze"):
            status, out, err = run(command, *words, "--store", TOY)
            assert (status, out) == (2, "")
            assert message in err


def test_options_of_a_projection_go_with_comparisons_of_other_layers(toy):
    """Jaccard weights are for projections: stated ties, with which they are compared, have none to choose."""
    found = analyze("co-involvement", store=toy, samples=19, weight="jaccard")
    assert any("correlation" in row for section in found.sections for row in section.rows)
    pytest.importorskip("matplotlib", reason="figures need matplotlib: pip install .[figures]")
    drawn = pictures(toy, None, networks.Options(weight="jaccard", stages=("reported", "planned")), "en")
    assert [picture.name for picture in drawn] == [
        "co-involvement-network", "collaboration-network", "co-mention-network", "ministry-area", "actor-measure",
    ]  # fmt: skip


def rows(text):
    header, *lines = csv.reader(io.StringIO(text))
    return [dict(zip(header, line, strict=True)) for line in lines]


def matrix(text):
    header, *lines = csv.reader(io.StringIO(text))
    assert len(set(header)) == len(header)
    return {(line[0], name): float(value) for line in lines for name, value in zip(header[1:], line[1:], strict=True)}


CHOICES = (
    {},
    {"evidence": 2, "unit": "number"},
    {"evidence": 2, "isolates": "out"},
    {"isolates": "out", "areas": ("2", "4"), "groups": "in"},
    {"level": "sector", "unit": "number"},
    {"level": "ministry", "evidence": 2, "stages": STAGES, "roles": ("all",)},
)


@pytest.mark.parametrize("given", CHOICES)
@pytest.mark.parametrize("layer", TWO_MODE)
def test_tables_and_network_agree(plan, layer, given):
    """Who shares how many columns of the incidence table is who is tied how often, whatever is left out."""
    options = networks.Options(**given).within(layer)
    written = {name: text.decode() for name, text in files.folder(plan[layer], options).items()}
    table = matrix(written[f"{layer}-incidence.csv"])
    nodes = {row["name"] for row in rows(written[f"{layer}-nodes.csv"])}
    ties = rows(written[f"{layer}-ties.csv"])
    adjacent = matrix(written[f"{layer}-adjacency.csv"])
    events = rows(written[f"{layer}-events.csv"])
    members = defaultdict(set)
    for (actor, event), one in table.items():
        if one:
            members[event].add(actor)
    assert {name for pair in adjacent for name in pair} == nodes
    if layer == "affiliation":
        assert {(row["from"], row["to"]) for row in ties} == {(a, e) for e, inside in members.items() for a in inside}
        assert nodes <= {name for pair in table for name in pair}
    else:
        shared = Counter(frozenset(pair) for inside in members.values() for pair in combinations(inside, 2))
        assert {frozenset((row["from"], row["to"])): int(row["count"]) for row in ties} == shared
        assert nodes <= {actor for actor, _ in table}
        assert Counter(frozenset((row["from"], row["to"])) for row in events) == shared
    assert {frozenset(pair) for pair, value in adjacent.items() if value} == {
        frozenset((row["from"], row["to"])) for row in ties
    }
    contexts = {event if " " not in event else event.split(" ", 1)[1]: len(inside) for event, inside in members.items()}
    if layer != "co-participation":
        assert all(int(row["actors in event"]) == contexts[row["event"]] for row in events)
    assert ties


def test_evidence_is_asked_of_each_part(plan):
    """The reviewer's figures: 21 of 113 parts are told in three places; 8 of IMDi's 11 in the first plan."""
    imdi = BASE + "actor/imdi"
    found = networks.network_of(plan["affiliation"], networks.Options(evidence=3))
    assert (len(found), found.number_of_edges(), found.degree(imdi)) == (103, 21, 8)
    assert len(networks.pairs_of(plan["affiliation"], networks.Options(evidence=3))) == 21
    for layer in networks.JOINT:
        told = defaultdict(set)
        for joint in networks.pairs_of(plan[layer], networks.Options(evidence=2)):
            told[joint[1]].add(joint[0])
        once = networks.network_of(plan[layer])
        twice = networks.network_of(plan[layer], networks.Options(evidence=2))
        assert set(twice) == set(once)
        assert 0 < twice.number_of_edges() < once.number_of_edges() - 20
        for u, v in twice.edges:
            assert any({u, v} <= inside for inside in told.values())


def test_an_analysis_counts_what_the_network_counts(plan, store):
    """Actors whose parts are told in too few places have no event: isolates of the network, and counted as such."""
    for layer, given in (
        ("co-involvement", {"evidence": 3}),
        ("affiliation", {"evidence": 3}),
        ("co-mention", {"evidence": 2}),
    ):
        found = analyze(layer, ROOT / "data", store=store, samples=9, top=0, **given)
        values = {(s.name, row["id"]): row for s in found.sections for row in s.rows if "id" in row}
        network = networks.network_of(plan[layer], networks.Options(**given))
        actors = [n for n in network if network.nodes[n]["kind"] != "Measure"]
        counts = Counter(actor for actor, _ in networks.pairs_of(plan[layer], networks.Options(**given)))
        figures = {name: row["value"] for (section, name), row in values.items() if section == "The two modes"}
        assert (figures["actors"], figures["actors without event"]) == (len(counts), len(actors) - len(counts))
        assert 0 < len(counts) < len(actors)
        assert {short(a): n for a, n in counts.items()} == {
            name: row["events"] for (section, name), row in values.items() if section == "Importance"
        }
        if layer != "affiliation":
            ranks = [row for (section, _), row in values.items() if section == "Positions"]
            assert len(ranks) == len(actors)
            assert all(row["best without one"] <= row["rank"] <= row["worst without one"] for row in ranks)
            assert {row["id"]: row["degree (breadth)"] for row in ranks} == {
                short(a): network.degree(a) for a in actors
            }


def test_the_methods_say_what_evidence_was_asked_of(toy):
    wide = {"unit": "number", "level": "sector", "roles": "all", "evidence": 2}
    events = analyze("co-involvement", store=toy, samples=19, **wide).methods
    assert "an actor's part in an event left out where fewer than 2 spans of the report state it" in events
    assert "ties with fewer than 2 spans" in analyze("collaboration", store=toy, evidence=2).methods


def test_the_unit_alone_is_said_to_leave_out_what_the_other_unit_counts(plan):
    """Under the headings of numbers: two groups planned as users, and three groups and two things mentioned."""
    wide = {"groups": "in", "stages": ("planned",), "roles": ("all",)}
    assert {layer: selection.left_out(facts, DEFAULT) for layer, facts in plan.items()} == dict.fromkeys(plan, 0)
    for layer in ("affiliation", "co-involvement", "co-participation"):
        assert selection.left_out(plan[layer], networks.Options(**wide)) == 2
        assert selection.left_out(plan[layer], networks.Options(**wide, areas=("2",))) == 0
        assert selection.left_out(plan[layer], networks.Options(**wide, unit="number")) == 0
        assert selection.left_out(plan[layer], networks.Options(**{**wide, "groups": "out"})) == 0
    assert selection.left_out(plan["co-mention"], networks.Options(groups="in")) == 3
    assert selection.left_out(plan["co-mention"], networks.Options(groups="in", areas=("2",))) == 0


def test_events_say_how_many_actors_they_have(plan):
    """Measure 18b has ten actors, counted by hand; where events have no actors there is no such column."""
    for layer in networks.LAYERS:
        events = rows(files.event_table(plan[layer]))
        assert ("actors in event" in events[0]) == (layer in TWO_MODE)
    sizes = {row["measure"]: row["actors in event"] for row in rows(files.event_table(plan["affiliation"]))}
    assert sizes["18b"] == "10"
    assert len(set(sizes.values())) > 4


@pytest.mark.parametrize("layer", networks.LAYERS)
def test_the_query_of_nodes_decides_who_belongs(plan, layer):
    facts, imdi = plan[layer], BASE + "actor/imdi"
    whole = networks.network_of(facts)
    alone = replace(facts, nodes=[row for row in facts.nodes if row["actor"] != imdi])
    found = networks.network_of(alone)
    assert set(whole) - set(found) >= {imdi}
    assert {n for n in set(whole) - set(found) if whole.nodes[n]["kind"] != "Measure"} == {imdi}
    assert found.number_of_edges() == whole.number_of_edges() - whole.degree(imdi)
    if layer in TWO_MODE:
        assert imdi not in {actor for actor, _ in networks.pairs_of(alone, DEFAULT)}
    # Without links a node is an isolate.
    kept = replace(facts, links=[row for row in facts.links if imdi not in (row["actor"], row.get("other"))])
    assert imdi in set(nx.isolates(networks.network_of(kept)))


def test_a_query_of_nodes_may_be_edited(toy, little):
    """The folder of queries is copied and the file of nodes narrowed, as the documentation says."""
    path = little.queries_for("networks") / "affiliation-nodes.rq"
    text = path.read_text(encoding="utf-8")
    narrowed = text.replace("?participation a", f"VALUES ?actor {{ <{BASE}actor/cc> }} ?participation a")
    path.write_text(narrowed, encoding="utf-8")
    found = networks.build_network("affiliation", little.data, store=toy)
    assert sorted((short(u), short(v)) for u, v in found.edges) == [("cc", "1"), ("cc", "2"), ("cc", "3a")]
    assert sorted(map(short, found)) == ["1", "2", "3a", "3b", "cc"]
    # One column is enough; without it there is no telling who the nodes are.
    path.write_text(f"SELECT ?actor {{ VALUES ?actor {{ <{BASE}actor/cc> <{BASE}actor/kd> }} }}", encoding="utf-8")
    found = networks.build_network("affiliation", little.data, store=toy)
    assert sorted((short(u), short(v)) for u, v in found.edges) == [("cc", "1"), ("cc", "2"), ("cc", "3a")]
    assert sorted(map(short, nx.isolates(found))) == ["3b", "kd"]
    path.write_text("SELECT ?who { ?who a ?class }", encoding="utf-8")
    with pytest.raises(UsageError, match=r"the query affiliation-nodes finds no \?actor"):
        networks.build_network("affiliation", little.data, store=toy)


def test_nodes_that_would_share_a_short_id_have_one_name_in_all_files(toy):
    """A thing that acts, with the short id of actor A, and its neighbour: both are called by their IRIs everywhere."""
    store = ox.Store()
    store.bulk_load(path=str(TOY), format=ox.RdfFormat.TURTLE)
    for quad in list(store.quads_for_pattern(ox.NamedNode(BASE + "actor/dd"), None, None)):
        store.add(ox.Quad(ox.NamedNode(BASE + "thing/aa"), quad.predicate, quad.object, quad.graph_name))
    store.update(
        f"""PREFIX cv: <http://data.europa.eu/m8g/>
        DELETE {{ ?p cv:hasParticipant <{BASE}actor/dd> }} INSERT {{ ?p cv:hasParticipant <{BASE}thing/aa> }}
        WHERE {{ ?p cv:hasParticipant <{BASE}actor/dd> }}"""
    )
    facts = networks.read_facts("affiliation", store=store)
    written = {name: text.decode() for name, text in files.folder(facts).items()}
    both = {BASE + "actor/aa", BASE + "thing/aa"}
    assert both <= {row["name"] for row in rows(written["affiliation-nodes.csv"])}
    for name, column in (("ties", "from"), ("events", "from"), ("incidence", ""), ("adjacency", "")):
        assert both <= {row[column] for row in rows(written[f"affiliation-{name}.csv"])}, name
        assert "aa" not in {row[column] for row in rows(written[f"affiliation-{name}.csv"])}


def test_a_page_says_only_what_its_layer_takes(toy):
    captions = {layer.name: layer.caption["en"] for layer in read_layers(toy, find_tree())}
    assert set(captions) == set(networks.LAYERS)
    assert not any("not applicable" in caption for caption in captions.values())
    assert captions["hierarchy"] == "Groups and classes of actors: left out; actors without a tie: in"
    assert ["weight: " in captions[layer] for layer in networks.LAYERS] == [
        layer in networks.JOINT for layer in networks.LAYERS
    ]
    assert "roles: " not in captions["co-mention"]
