"""A tree with two plans: one of them, or both together and said so."""

import csv
import io
from pathlib import Path

import networkx as nx
import pytest

from plangraph import analyze, networks
from plangraph.building import query_store
from plangraph.cli import main
from plangraph.errors import UsageError
from plangraph.names import short
from plangraph.networks.files import event_table, incidence

from .conftest import TOY

HEAD = """
@prefix plan: <https://w3id.org/plangraph/plan/> .
plan:toy a pg:ActionPlan ; dct:identifier "toy" .
area:1 dct:isPartOf plan:toy . area:2 dct:isPartOf plan:toy .
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> Path:
    """A data folder with the toy plan, and with a second one of the same measures where E takes the place of C."""
    data = tmp_path_factory.mktemp("two") / "data"
    text = TOY.read_text(encoding="utf-8") + HEAD
    second = text.replace("plan/toy", "plan/later").replace("plan:toy", "plan:later").replace('"toy"', '"later"')
    second = second.replace("evidence/toy", "evidence/later").replace("actor:cc", "actor:ee").replace(" C", " E")
    for slug, turtle in (("toy", text), ("later", second)):
        (data / slug).mkdir(parents=True)
        (data / slug / "plan.ttl").write_text(turtle, encoding="utf-8")
    return data


@pytest.fixture(scope="module")
def store(two):
    return query_store(two, two.parent / "out")


def actors(network: nx.Graph) -> list[str]:
    return sorted(map(short, network))


@pytest.mark.parametrize("layer", [layer for layer in networks.LAYERS if layer != "hierarchy"])
def test_one_plan_of_two_gives_what_it_gives_alone(toy, store, layer):
    alone = networks.build_network(layer, store=toy)
    found = networks.build_network(layer, store=store, plan="toy")
    assert found.adj == alone.adj
    assert found.nodes == alone.nodes
    assert found.graph == alone.graph | {"plan": "toy"}


def test_without_a_name_the_plans_are_taken_together(store):
    both = networks.build_network("co-involvement", store=store, weight="count")
    assert actors(both) == ["aa", "bb", "cc", "dd", "ee"]
    assert both.graph["plan"] == "later toy"
    assert both.graph["units"] == 8
    a, b = ("https://w3id.org/plangraph/actor/" + name for name in ("aa", "bb"))
    assert both.edges[a, b]["weight"] == 4
    assert actors(networks.build_network("co-involvement", store=store, plan="later")) == ["aa", "bb", "dd", "ee"]


def test_measures_of_the_same_number_keep_apart(store):
    facts = networks.read_facts("affiliation", store=store)
    head, *rows = csv.reader(io.StringIO(incidence(facts)))
    assert head[1:] == [f"{plan}/{number}" for plan in ("later", "toy") for number in ("1", "2", "3a", "3b")]
    assert len(rows) == 5
    told = {row["measure"] for row in csv.DictReader(io.StringIO(event_table(facts)))}
    assert told == set(head[1:])


def test_the_analysis_says_what_it_took(store):
    both = analyze("co-involvement", store=store, samples=19)
    assert "2 plans (later, toy), taken together" in both.sections[0].note
    assert "of the 2 plans later, toy taken together" in both.methods
    one = analyze("co-involvement", store=store, samples=19, plan="later")
    assert "taken together" not in one.sections[0].note
    assert one.options["plan"] == "later"
    assert "of the plan later:" in one.methods


def test_a_plan_that_is_not_there(store, toy):
    with pytest.raises(UsageError, match="no plan 'new'") as caught:
        networks.read_facts("co-mention", store=store, plan="new")
    assert caught.value.mend == "choose of: later, toy"
    with pytest.raises(UsageError, match="no plan 'toy'"):
        networks.read_facts("co-mention", store=toy, plan="toy")
    with pytest.raises(UsageError, match="hierarchy belongs to no plan"):
        networks.read_facts("hierarchy", store=store, plan="toy")


def test_the_commands(two, capsys):
    where = ["--data", str(two), "--out", str(two.parent / "out")]
    assert main(["network", "co-involvement", *where, "--format", "csv"]) == 0
    told = capsys.readouterr()
    assert "ee" in told.out
    assert "2 plans (later, toy), taken together: --plan SLUG takes one" in told.err
    assert main(["network", "co-involvement", *where, "--format", "csv", "--plan", "toy"]) == 0
    told = capsys.readouterr()
    assert "ee" not in told.out.replace("free", "")
    assert "taken together" not in told.err
    assert main(["analyze", "co-involvement", *where, "--samples", "19", "--plan", "later"]) == 0
    assert "later" in capsys.readouterr().out
    assert main(["analyze", "co-involvement", *where, "--plan", "none"]) == 2
    assert "choose of: later, toy" in capsys.readouterr().err


def test_figures_of_all_plans_and_of_each(store, toy, two):
    pytest.importorskip("matplotlib", reason="figures need matplotlib: pip install .[figures]")
    from plangraph import figures

    alone = {name: content for name, content in figures.draw_all(toy, two).items() if name.endswith(".csv")}
    drawn = figures.draw_all(store, two)
    assert sorted({name.rpartition("/")[0] for name in drawn}) == ["", "later", "toy"]
    assert len(alone) == 16
    for name, content in alone.items():
        assert drawn[f"toy/{name}"] == content
        assert drawn[f"later/{name}"] != content or "ministry" in name
        assert drawn[name] not in (drawn[f"toy/{name}"], drawn[f"later/{name}"])
    assert drawn["ministry-area.en.csv"] != drawn["toy/ministry-area.en.csv"]
    assert b"Plans, taken together: later, toy." in drawn["collaboration-network.en.txt"]
    assert "Plan: later." in drawn["later/actor-measure.nb.txt"].decode()
    assert figures.draw_all(store, two, plan="later").keys() == {n for n in drawn if n.startswith("later/")}
    with pytest.raises(UsageError, match="no plan 'new'"):
        figures.draw_all(store, two, plan="new")


def test_the_plan_of_figures_needs_figures(two, tmp_path, capsys):
    assert main(["build", "--data", str(two), "--out", str(tmp_path / "out"), "--plan", "toy"]) == 2
    assert "give --figures too" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_site_shows_all_plans_together_and_each(two, store):
    from plangraph.paths import find_tree
    from plangraph.site.model import open_site
    from plangraph.site.routes import content, routes

    site = open_site(store, find_tree(two))
    names = [layer.name for layer in site.layers]
    assert [n for n in names if n.endswith("co-mention")] == ["co-mention", "later/co-mention", "toy/co-mention"]
    assert [n for n in names if n.endswith("hierarchy")] == ["hierarchy"]
    files = {route.path: route for route in routes(site)}
    one = content(site, files["en/networks/toy/co-involvement.html"]).decode()
    assert "Active under the same measure – toy" in one
    assert 'href="../../../en/networks/co-involvement.html">all plans together' in one
    assert 'href="../../../en/networks/later/co-involvement.html">later' in one
    assert "networks/toy/co-involvement-ties.csv" in one
    assert b"/actor/ee" not in content(site, files["networks/toy/co-involvement-nodes.csv"])
    assert b"/actor/ee" in content(site, files["networks/co-involvement-nodes.csv"])
    listed = content(site, files["networks.html"]).decode()
    assert listed.count('<section class="layer">') == len([n for n in names if "/" not in n])
