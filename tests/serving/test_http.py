"""Named questions, things, descriptions, pages and rules of conduct over HTTP."""

import csv
import io
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote_from_bytes, urlencode

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings, strategies

from conftest import ROOT
from plangraph import building, errors, queries, sparql, stores
from plangraph.answers import answer
from plangraph.paths import find_tree
from plangraph.serving.describing import dataset_description
from plangraph.serving.running import HEADER_SECONDS
from plangraph.site.assets import extras
from plangraph.site.model import open_site
from plangraph.site.routes import content, routes
from plangraph.vocabulary import BASE, DCT
from serving.conftest import Server, start

BROWSER = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"


def test_named_questions_answer_as_in_process(server: Server, tree: Path) -> None:
    store = stores.open_store(tree / "all.trig")
    query = queries.find_query("measures-of", find_tree(tree / "data"))
    answered = answer(queries.ask(query, store, {"actor": "dep"}), store, lang="en", iri=True)
    columns, rows = answered.columns, answered.rows
    assert len(rows) == 2
    reply = server.send("GET", "/queries/measures-of.json?actor=dep&lang=en")
    assert json.loads(reply.text) == rows
    reply = server.send("GET", "/queries/measures-of.csv?actor=dep&lang=en")
    assert reply.media == "text/csv"
    found = list(csv.DictReader(io.StringIO(reply.text)))
    assert list(found[0]) == columns
    assert found == rows
    reply = server.send("GET", "/queries/measures-of?actor=dep", accept="application/sparql-results+json")
    assert len(json.loads(reply.text)["results"]["bindings"]) == 2
    assert server.send("GET", "/queries/measures-of.rq").text == queries.handed_out(query)


def test_a_question_says_what_it_lacks(server: Server) -> None:
    for target, word in {
        "/queries/measures-of.csv": "actor",
        "/queries/measures-of.csv?ministry=dep": "ministry",
        "/queries/measures-of.csv?actor=depp": "dep",
    }.items():
        reply = server.send("GET", target)
        assert reply.status in (400, 404)
        assert word in reply.text
    assert "add ?actor=… to the address" in server.send("GET", "/queries/measures-of.csv").text
    assert "measures-of" in server.send("GET", "/queries/mesures-of").text
    other = server.send("GET", "/queries/measures-of.xlsx").text
    assert ".xlsx" in other
    assert "/queries/measures-of.csv" in other


def test_the_pages_of_questions_and_sparql(server: Server) -> None:
    html = {"accept": "text/html"}
    listed = server.send("GET", "/queries", **html)
    assert (listed.status, listed.headers["location"]) == (303, f"{server.url}/questions.html")
    asked = server.send("GET", "/queries/measures-of?actor=dep", **html)
    assert asked.headers["location"] == f"{server.url}/questions/measures-of.html?actor=dep"
    assert "Hvilke tiltak har et departement" in server.send("GET", "/questions.html").text
    form = server.send("GET", "/en/questions/measures-of.html").text
    assert 'name="actor"' in form
    answer = server.send("GET", "/en/questions/measures-of.html?actor=dep").text
    assert "Courses" in answer
    assert "queries/measures-of.csv?actor=dep" in answer
    page = server.send("GET", "/en/sparql", **html).text
    assert "<textarea" in page
    assert "actor:" in page
    query = urlencode({"query": "SELECT ?s\n{ ?s a pg:Measure"})
    broken = server.send("GET", f"/sparql?{query}", **html)
    assert broken.status == 400
    assert "query:2:" in broken.text
    assert "^" in broken.text
    assert "{ ?s a pg:Measure</textarea>" in broken.text


def test_the_pages_of_the_site_are_those_of_the_static_one(server: Server, tree: Path) -> None:
    site = open_site(stores.open_store(tree / "all.trig"), find_tree(tree / "data"))
    compared = 0
    for route in routes(site):
        if route.path.startswith("id/") and route.path.endswith((".html", ".csv")):
            reply = server.send("GET", "/" + route.path.replace("%", "%25"))
            assert reply.status == 200, route.path
            assert reply.headers["content-type"] == route.media_type
            assert reply.body == content(site, route, extras() | {"sparql"}), route.path
            compared += 1
    assert compared >= 10
    assert server.send("GET", "/").media == "text/html"
    assert server.send("GET", "/static/site.css").media == "text/css"
    missing = server.send("GET", "/en/id/actor/depp.html")
    assert missing.status == 404
    assert "id/actor/dep.html" in missing.text


def refused_start(*words: object) -> str:
    """What the server says when it cannot start; it ends with 2 and no traceback."""
    command = [sys.executable, "-m", "plangraph", "serve", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_a_port_in_use_is_named(server: Server, tree: Path) -> None:
    said = refused_start("--data", tree / "data", "--store", tree / "all.trig", "--port", server.port)
    assert f"port {server.port} is in use" in said
    assert f"→ choose another one: --port {server.port + 1}" in said
    assert server.ask("ASK {}").status == 200


def test_another_server_is_not_served() -> None:
    assert "not from another server" in refused_start("--store", "http://localhost:7878/query")


def test_a_damaged_store_is_not_served(tree: Path, tmp_path: Path) -> None:
    building.fill_store(str(tmp_path / "plan.store"), [tree / "all.trig"])
    for file in (tmp_path / "plan.store").glob("MANIFEST-*"):
        file.write_bytes(b"damaged")
    said = refused_start("--data", tree / "data", "--store", tmp_path / "plan.store", "--port", 0)
    assert "cannot be opened" in said
    assert "make it anew with 'plangraph load'" in said


def test_a_server_stopped_while_it_opens_blames_nothing() -> None:
    command = [sys.executable, "-m", "plangraph", "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    time.sleep(4)
    process.terminate()
    said = process.communicate(timeout=20)[1]
    assert "could not be opened" not in said


def test_a_slow_client_is_let_go(server: Server) -> None:
    """A request that comes byte by byte ends after ``HEADER_SECONDS``, although something arrives all the time."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=1) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        while time.monotonic() < begun + HEADER_SECONDS + 30:
            try:
                connection.sendall(b"X")
                if connection.recv(100) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        else:
            raise AssertionError("the connection is still open")
    assert time.monotonic() - begun > HEADER_SECONDS - 1
    assert server.ask("ASK {}").status == 200


def test_nothing_of_a_query_becomes_markup(server: Server) -> None:
    hostile = 'SELECT ("<script>alert(1)</script>" AS ?a) (<javascript:alert(1)> AS ?b) (<data:text/html,x> AS ?c) {}'
    page = server.send("GET", "/sparql?" + urlencode({"query": hostile, "format": "html"}), accept="text/html")
    assert page.status == 200
    assert "<script>" not in page.text
    assert 'href="javascript:' not in page.text
    assert 'href="data:text' not in page.text
    assert "default-src 'self';" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["x-content-type-options"] == "nosniff"


def test_a_thing_is_negotiated(server: Server) -> None:
    for accept, ending in {"text/turtle": "ttl", "application/ld+json": "jsonld", "text/html": "html"}.items():
        reply = server.send("GET", "/id/actor/dep", accept=accept)
        assert reply.status == 303
        assert reply.headers["location"] == f"{server.url}/id/actor/dep.{ending}"
        assert reply.headers["vary"] == "Accept"
    reply = server.send("GET", "/id/actor/dep.ttl")
    triples = {quad.triple for quad in ox.parse(reply.body, ox.RdfFormat.TURTLE)}
    dep = ox.NamedNode(BASE + "actor/dep")
    assert sum(t.subject == dep for t in triples) > 2
    assert sum(t.object == dep for t in triples) >= 2
    assert any(t.predicate.value.endswith("#hasSelector") for t in triples), "the evidence comes along"
    assert "@context" in json.loads(server.send("GET", "/id/actor/dep.jsonld").text)
    assert "did you mean" in server.send("GET", "/id/actor/depp").text


def test_the_store_describes_itself(server: Server, tree: Path) -> None:
    reply = server.send("GET", "/.well-known/void")
    store = ox.Store()
    store.load(reply.body, ox.RdfFormat.TURTLE)
    [row] = store.query("SELECT ?n { ?d a <http://rdfs.org/ns/void#Dataset> ; <http://rdfs.org/ns/void#triples> ?n }")
    served = stores.open_store(tree / "all.trig")
    [counted] = served.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert row["n"] == counted["n"]
    described = json.loads(server.send("GET", "/openapi.json").text)
    operation = described["paths"]["/queries/measures-of.csv"]["get"]
    assert [p["name"] for p in operation["parameters"]] == ["actor", "lang"]
    assert operation["parameters"][0]["required"]


def test_other_pages_may_read_and_nothing_more(server: Server) -> None:
    reply = server.send("OPTIONS", "/sparql", origin="https://other.example", access_control_request_method="POST")
    assert reply.status == 204
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in reply.headers
    assert "access-control-allow-origin" not in server.send("GET", "/").headers


def test_the_status_follows_the_type_of_the_error(server: Server) -> None:
    for value in ("nobody", f"{BASE}actor/nobody"):
        reply = server.send("GET", "/queries/measures-of.csv?" + urlencode({"actor": value}))
        assert reply.status == 404, reply.text
    assert server.send("GET", "/queries/measures-of.csv?colour=red").status == 400
    for text, error in {
        "CLEAR ALL": errors.UpdateError,
        "ASK {}" + " " * sparql.MAX_LENGTH: errors.LengthError,
    }.items():
        with pytest.raises(error):
            sparql.check(text, ())


def test_the_licence_is_described_where_one_is_stated(server: Server) -> None:
    """The little plan states none, so that none is told; the real data state theirs."""
    told = ox.parse(server.send("GET", "/.well-known/void").body, ox.RdfFormat.TURTLE)
    assert not [quad for quad in told if quad.predicate.value == DCT + "license"]
    assert "license" not in server.send("GET", "/openapi.json").text
    store = ox.Store()
    store.load((ROOT / "data/dataset.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    stated = [t for t in dataset_description(store, "http://x/", ()) if t.predicate.value == DCT + "license"]
    assert [t.object.value for t in stated] == ["https://creativecommons.org/licenses/by/4.0/"]


def test_the_log_holds_no_address_and_no_query(server: Server) -> None:
    marker = "marker-in-the-query"
    server.ask(f'ASK {{ FILTER("{marker}" = "x") }}')
    server.send("GET", f"/queries/measures-of.csv?actor={marker}")
    log = server.logged("GET /queries/measures-of.csv 404")
    assert "POST /sparql 200" in log
    assert marker not in log
    assert "127.0.0.1" not in log


def test_a_line_of_the_log_is_one_request(tree: Path) -> None:
    """Neither an address nor a query begins a line of its own or commands the terminal that shows the log."""
    running = start("--data", tree / "data", "--store", tree / "all.trig", "--log-queries")
    try:
        assert running.send("GET", "/id/x%0AGET%20/secret%20200%201%20ms%1b[31m").status == 404
        assert running.ask('ASK { FILTER("\x1b[31m\x9b31m\u2028GET /secret 200" = "x") }').status == 200
        running.send("GET", "/last")
        lines = running.logged("GET /last 404").splitlines()
        assert [line.split()[0] for line in lines] == ["GET", "POST", "GET"]
        assert lines[0].startswith("GET /id/x%0AGET%20/secret%20200%201%20ms%1b[31m 404 ")
        assert "\\x1b[31m\\x9b31m" in lines[1]
        assert all(line.isprintable() for line in lines)
    finally:
        assert running.stop() == 0


def test_doubtful_requests_are_closed_or_refused(server: Server) -> None:
    both = (
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    for raw in (
        both,
        b"\x16\x03\x01\x00\xa5nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
            connection.sendall(raw)
            assert b" 4" in connection.recv(200)[:14]
    half_open = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    for connection in half_open:
        connection.sendall(b"GET / HT")
    assert server.ask("ASK {}").status == 200
    for connection in half_open:
        connection.close()


PIECES = [
    "id",
    "id/actor",
    "id/actor/imdi",
    "en",
    "en/id",
    "queries",
    "data",
    "static",
    "plans",
    "networks",
    "measures",
]
ODD = ["%00", "%ff%fe", "%ED%A0%80", "<script>", "%3Cscript%3E", "..", "%2e%2e", "%2F", "%25", "%", "%zz", "{}", "|"]
ODD += ["\\", "^", "`", '"', "~", "*", ":", "@", "&", "=", "+", ";", "'", "(", ".", ".html", ".ttl", ".csv", ".rq"]
ODD += ["%0D%0A", "%C3%A6", "%E2%80%AE", "%F0%9F%98%80", "a", "7", "-", "_", "[", "]", "%20", "//"]
PATHS = strategies.lists(
    strategies.one_of(
        strategies.sampled_from(PIECES),
        strategies.lists(strategies.sampled_from(ODD), max_size=5).map("".join),
        strategies.binary(max_size=6).map(quote_from_bytes),
    ),
    max_size=5,
).map(lambda parts: "/" + "/".join(parts))


def test_odd_paths_are_refused_and_nothing_breaks(server: Server) -> None:
    seen = Counter[int]()

    @settings(max_examples=250, deadline=None)
    @given(path=PATHS, accept=strategies.sampled_from([BROWSER, "*/*", "text/turtle", "application/json"]))
    @example("/id/actor/<script>", BROWSER)
    @example("/id/actor/%00", "*/*")
    @example("/id/actor/%ff%fe", "text/turtle")
    @example("/id/actor/%ff%fe.ttl", "*/*")
    @example("/id/actor/<script>.html", BROWSER)
    @example("/queries/%00.csv", "*/*")
    def check(path: str, accept: str) -> None:
        reply = server.send("GET", path, accept=accept)
        seen[reply.status] += 1
        assert reply.status < 500, (path, reply.text)
        assert reply.media != "text/html" or "<script>" not in reply.text.partition("<body")[2], path

    check()
    assert sum(seen.values()) > 200
    assert {200, 404} <= set(seen)
