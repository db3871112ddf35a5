"""Networks written for other programs are read back by them, with the same numbers and types."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys

import networkx as nx
import pytest

from conftest import ROOT
from plangraph import networks
from plangraph.cli import main
from plangraph.names import short
from plangraph.networks import files
from plangraph.vocabulary import STAGES

from .conftest import TOY

igraph = pytest.importorskip("igraph", reason="igraph, an independent reader, is needed: pip install .[test]")


def facts_of(toy, layer):
    return networks.read_facts(layer, store=toy)


def same_ties(network, pairs):
    ours = {
        (short(u), short(v), round(w, 6)) if network.is_directed() else (*sorted((short(u), short(v))), round(w, 6))
        for u, v, w in network.edges(data="weight")
    }
    theirs = {
        (short(u), short(v), round(float(w), 6))
        if network.is_directed()
        else (*sorted((short(u), short(v))), round(float(w), 6))
        for u, v, w in pairs
    }
    assert ours == theirs


@pytest.mark.parametrize("layer", networks.LAYERS)
def test_graphml_is_read_by_igraph(toy, layer, tmp_path):
    network = networks.network_of(facts_of(toy, layer))
    place = tmp_path / "network.graphml"
    place.write_text(files.document(network, "graphml"), encoding="utf-8")
    found = igraph.Graph.Read_GraphML(str(place))
    assert found.is_directed() == network.is_directed()
    assert found.vcount() == len(network)
    iris = found.vs["id"]
    same_ties(network, [(iris[e.source], iris[e.target], e["weight"]) for e in found.es])
    assert all(isinstance(value, str) for value in found.vs["kind"])
    assert found["layer"] == layer
    assert found["level"] == "body"
    if layer == "affiliation":
        assert found.is_bipartite()
        assert {type(value) for value in found.vs["type"]} == {bool}
        assert sum(found.vs["type"]) == 4


def held(attributes):
    """Attributes as GraphML holds them: no lists; numbers by value, because some readers make all of them floats."""
    return {
        key: round(float(value), 9) if isinstance(value, int | float) and not isinstance(value, bool) else value
        for key, value in attributes.items()
    }


def test_graphml_of_the_plan_is_read_back_by_networkx_and_igraph(store, tmp_path):
    place, sizes = tmp_path / "network.graphml", {}
    for layer in networks.LAYERS:
        facts = networks.read_facts(layer, ROOT / "data", store)
        for options in (
            networks.Options(),
            networks.Options(unit="number", weight="count", groups="in", stages=STAGES).within(layer),
        ):
            network = files.plain(networks.network_of(facts, options))
            text = files.document(network, "graphml")
            ids, keys = zip(*re.findall('<key id="([^"]+)" (for="[^"]+" attr.name="[^"]+")', text), strict=True)
            assert len(ids) == len(set(ids)) == len(set(keys)) == text.count("<key ") > 5
            place.write_text(text, encoding="utf-8")
            nodes = {n: held({**data, "label": data["en"]}) for n, data in network.nodes(data=True)}
            ties = {(u, v): held(data) for u, v, data in network.edges(data=True)}
            sizes.setdefault(layer, set()).add((len(nodes), len(ties)))

            theirs = nx.read_graphml(place)
            assert theirs.is_directed() == network.is_directed()
            assert {n: held(data) for n, data in theirs.nodes(data=True)} == nodes
            assert {(u, v) if (u, v) in ties else (v, u): held(data) for u, v, data in theirs.edges(data=True)} == ties
            assert held({k: v for k, v in theirs.graph.items() if not k.endswith("_default")}) == held(network.graph)

            theirs = igraph.Graph.Read_GraphML(str(place))
            names = theirs.vs["id"]
            assert theirs.is_directed() == network.is_directed()
            assert {v["id"]: held({k: x for k, x in v.attributes().items() if k != "id"}) for v in theirs.vs} == nodes
            pairs = [(names[e.source], names[e.target]) for e in theirs.es]
            assert {
                pair if pair in ties else pair[::-1]: held(e.attributes())
                for pair, e in zip(pairs, theirs.es, strict=True)
            } == ties
            assert held({k: theirs[k] for k in theirs.attributes()}) == held(network.graph)
    assert len(sizes) == 7
    assert all(nodes > 5 and ties > 3 for found in sizes.values() for nodes, ties in found)


@pytest.mark.parametrize("layer", networks.LAYERS)
def test_every_format_is_read_back(toy, layer, tmp_path):
    network = networks.network_of(facts_of(toy, layer))
    gexf = tmp_path / "network.gexf"
    gexf.write_text(files.document(network, "gexf"), encoding="utf-8")
    same_ties(network, nx.read_gexf(gexf).edges(data="weight"))
    assert "lastmodified" not in gexf.read_text(encoding="utf-8")
    cytoscape = nx.cytoscape_graph({**json.loads(files.document(network, "cytoscape")), "data": []})
    same_ties(network, cytoscape.edges(data="weight"))
    node_link = nx.node_link_graph(json.loads(files.document(network, "json")), edges="edges")
    same_ties(network, node_link.edges(data="weight"))
    for _, data in node_link.nodes(data=True):
        assert all(isinstance(value, str | int | float | bool) for value in data.values())
    ties = list(csv.DictReader(io.StringIO(files.document(network, "csv"))))
    same_ties(network, [(row["from"], row["to"], row["weight"]) for row in ties])
    with pytest.raises(ValueError, match="form must be one of"):
        files.document(network, "xlsx")


def test_matrices_and_events(toy):
    facts = facts_of(toy, "co-involvement")
    options = networks.Options(weight="count")
    network = networks.network_of(facts, options)
    rows = list(csv.reader(io.StringIO(files.adjacency(network))))
    assert rows == [
        ["", "aa", "bb", "cc", "dd"],
        ["aa", "0", "2", "2", "0"],
        ["bb", "2", "0", "2", "0"],
        ["cc", "2", "2", "0", "0"],
        ["dd", "0", "0", "0", "0"],
    ]
    rows = list(csv.reader(io.StringIO(files.incidence(facts, options))))
    assert rows == [
        ["", "1", "2", "3a", "3b"],
        ["aa", "1", "1", "0", "0"],
        ["bb", "1", "1", "0", "0"],
        ["cc", "1", "1", "1", "0"],
        ["dd", "0", "0", "0", "1"],
    ]
    events = list(csv.DictReader(io.StringIO(files.event_table(facts, options))))
    # One tie per pair in the network, one row per meeting here.
    assert [(e["from"], e["to"], e["measure"]) for e in events] == [
        ("aa", "bb", "1"), ("aa", "bb", "2"), ("aa", "cc", "1"), ("aa", "cc", "2"),
        ("bb", "cc", "1"), ("bb", "cc", "2"),
    ]  # fmt: skip
    assert all(e["evidence"] for e in events)


def test_folder_in_r(tmp_path, capsys):
    program = shutil.which("Rscript")
    libraries = "quit(status = !all(c('igraph', 'sna') %in% rownames(installed.packages())))"
    if not program or subprocess.run([program, "-e", libraries], capture_output=True).returncode:
        pytest.skip("R with igraph and sna is not here (Debian: r-cran-igraph, r-cran-sna)")
    for layer in networks.LAYERS:
        assert main(["network", layer, "--store", str(TOY), "--to", str(tmp_path)]) == 0
        check = f"""
            source("{layer}.R")
            stopifnot(is.numeric(E(network)$weight), is.character(V(network)$nb))
            stopifnot(isSymmetric(adjacency) != is_directed(network))
            if ("{layer}" == "affiliation") stopifnot(is.logical(V(network)$type), is_bipartite(network))
            if (exists("incidence")) stopifnot(all(incidence %in% 0:1))
            stopifnot(sum(adjacency > 0) == ecount(network) * (2 - is_directed(network)))
            stopifnot(all.equal(sna::gden(adjacency > 0, mode = "digraph"),
              sum(adjacency > 0) / (vcount(network) * (vcount(network) - 1))))
        """
        done = subprocess.run([program, "-e", check], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert len(capsys.readouterr().out.splitlines()) == len(list(tmp_path.iterdir()))


def test_bytes_do_not_depend_on_the_hash_seed():
    made = set()
    for seed in ("1", "2"):
        texts = []
        for words in (["network", "co-mention", "--format", "gexf"], ["analyze", "co-involvement", "--samples", "50"]):
            done = subprocess.run(
                [sys.executable, "-m", "plangraph", *words, "--store", str(TOY)],
                env={**os.environ, "PYTHONHASHSEED": seed},
                cwd=ROOT,
                capture_output=True,
                check=True,
            )
            texts.append(done.stdout)
        made.add(tuple(texts))
    assert len(made) == 1
