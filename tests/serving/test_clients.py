"""Clients that others have written ask the server, and get the same answer."""

import csv
import io
import json
import shutil
import subprocess
from urllib.parse import urlencode

import pytest

from plangraph import stores
from serving.conftest import Server

QUERY = "PREFIX pg: <https://w3id.org/plangraph/ns#> SELECT ?s { ?s a pg:Measure } ORDER BY ?s"
FOUND = [f"https://w3id.org/plangraph/plan/little/measure/{n}" for n in (1, 2)]


def test_sparqlwrapper(server: Server) -> None:
    from SPARQLWrapper import JSON, POST, SPARQLWrapper

    for method in (None, POST):
        client = SPARQLWrapper(f"{server.url}/sparql")
        client.setQuery(QUERY)
        client.setReturnFormat(JSON)
        if method:
            client.setMethod(method)
        rows = client.queryAndConvert()["results"]["bindings"]
        assert [row["s"]["value"] for row in rows] == FOUND


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib(server: Server, method: str) -> None:
    from rdflib import Graph
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = Graph(SPARQLStore(f"{server.url}/sparql", method=method))
    assert [str(row[0]) for row in graph.query(QUERY)] == FOUND
    assert len(list(graph.triples((None, None, None)))) > 100


def test_roqet(server: Server) -> None:
    program = shutil.which("roqet")
    if program is None:
        pytest.skip("roqet is not installed (Debian: rasqal-utils)")
    command = [program, "-q", "-p", f"{server.url}/sparql", "-r", "csv", "-e", QUERY]
    out = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
    assert [row[-1] for row in csv.reader(io.StringIO(out))][1:] == FOUND


def test_curl(server: Server) -> None:
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed")
    ask = [program, "-s", "-S", "--fail", f"{server.url}/sparql", "--data-urlencode", f"query={QUERY}"]
    out = subprocess.run([*ask, "-H", "Accept: text/csv"], capture_output=True, text=True, check=True).stdout
    assert out.split() == ["s", *FOUND]
    out = subprocess.run([*ask, "-G", "--compressed"], capture_output=True, text=True, check=True).stdout
    assert len(json.loads(out)["results"]["bindings"]) == 2


def test_plangraph_itself(server: Server) -> None:
    store = stores.open_store(f"{server.url}/sparql")
    assert [row["s"].value for row in store.query(QUERY)] == FOUND
    assert store.query("ASK { ?s a pg:Measure }", prefixes={"pg": "https://w3id.org/plangraph/ns#"})


def test_the_form_of_a_browser(server: Server) -> None:
    reply = server.send("GET", "/sparql?" + urlencode({"query": QUERY, "format": "csv"}), accept="text/html,*/*;q=0.8")
    assert reply.media == "text/csv"
    assert reply.text.split() == ["s", *FOUND]
