"""Queries that mean harm: each ends in time with the right status, and the next question is answered."""

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.requests import Request

from plangraph import sparql
from plangraph.serving.app import _Front
from plangraph.vocabulary import PG
from serving.conftest import Reply, Server, start

LIMIT = 1.0
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
DOUBLED = "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1}) " for n in range(40))
DEEP = 5000
# Each query with the statuses that are right for it.
SLOW = {
    "cross join, counted": (f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", {504}),
    "cross join, filtered to nothing": (
        f"SELECT * {{ {CROSS} FILTER(CONCAT(STR(?a), STR(?e), STR(?i)) = 'x') }}",
        {504, 507},
    ),
    "cross join, sorted": (f"SELECT * {{ {CROSS} }} ORDER BY ?i ?a", {504, 507}),
    "cross join, grouped": (f"SELECT ?a (GROUP_CONCAT(STR(?i)) AS ?x) {{ {CROSS} }} GROUP BY ?a", {504, 507}),
    "cross join, distinct": (f"SELECT DISTINCT ?a ?e ?i {{ {CROSS} }}", {504, 507}),
    "cross join, constructed": (f"CONSTRUCT {{ ?a ?e ?i }} {{ {CROSS} }}", {504, 507}),
    "paths of any length": ("SELECT (COUNT(*) AS ?n) { ?a (!<x:>|^!<x:>)* ?b . ?b (!<x:>|^!<x:>)* ?c }", {504, 507}),
    "negation of a cross join": (f"ASK {{ FILTER NOT EXISTS {{ {CROSS} FILTER(?a = ?i && ?b = 1) }} }}", {504, 507}),
    "five hundred equal patterns": ("SELECT * { " + "?a ?b ?c . " * 500 + "FILTER(?c = 1) }", {200, 400, 504, 507}),
}
LARGE = {
    "sixteen million rows and more": ("SELECT * { ?a ?b ?c . ?d ?e ?f }", {507}),
    "doubled strings": (f'SELECT ?x40 {{ BIND("0123456789" AS ?x0) {DOUBLED} }}', {504, 507}),
    "replaced strings": (
        'SELECT ?y { BIND(REPLACE("' + "a" * 5000 + '", "a", "' + "b" * 5000 + '") AS ?y) }',
        {504, 507},
    ),
}
QUICK = {
    "regular expression that backtracks": (f'ASK {{ FILTER(REGEX("{"a" * 5000}b", "^(a+)+$")) }}', {200}),
    "braces": ("SELECT * " + "{" * DEEP + "}" * DEEP, {400}),
    "parentheses": ("ASK { FILTER(" + "(" * DEEP + "1" + ")" * DEEP + ") }", {400}),
    "exclamation marks": ("ASK { FILTER(" + "!" * 10_000 + "true) }", {400}),
    "plus signs": ("ASK { FILTER(" + "+" * 10_000 + "1) }", {400}),
    "conjunctions": ("ASK { FILTER(" + "true && " * 7000 + "true) }", {400}),
    "unions": ("ASK { " + "{} UNION " * 6000 + "{} }", {400}),
    "binds": ("ASK { " + "".join(f"BIND(1 AS ?v{n}) " for n in range(3000)) + "}", {400}),
    "brackets": ("ASK { ?s ?p " + "[ ?p " * DEEP + "1" + "]" * DEEP + " }", {400}),
    "paths": ("ASK { ?s " + "^" * 10_000 + "<x:> ?o }", {400}),
    "an update": ("INSERT DATA { <x:> <x:> <x:> }", {403}),
    "an update after a prologue": ("PREFIX x: <x:> # SELECT\nDELETE WHERE { ?s ?p ?o }", {403}),
    "load": ("LOAD <http://127.0.0.1:PORT/load>", {403}),
    "service": ("SELECT * { SERVICE <http://127.0.0.1:PORT/service> { ?s ?p ?o } }", {400}),
    "silent service": ("SELECT * { SERVICE SILENT <http://127.0.0.1:PORT/silent> { ?s ?p ?o } }", {400}),
    "service in lower case": ("select * { service <http://127.0.0.1:PORT/lower> { ?s ?p ?o } }", {400}),
    "service by escapes": ("SELECT * { \\u0053ERVICE <http://127.0.0.1:PORT/escaped> { ?s ?p ?o } }", {400}),
    "service at a variable": ("SELECT * { VALUES ?u { <http://127.0.0.1:PORT/v> } SERVICE ?u { ?s ?p ?o } }", {400}),
    "service behind a comment": ("SELECT * { #\nSERVICE#\n<http://127.0.0.1:PORT/comment> { ?s ?p ?o } }", {400}),
    "from an address": ("SELECT * FROM <http://127.0.0.1:PORT/from> { ?s ?p ?o }", {400}),
    "from a file": ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", {400}),
    "from named": ("SELECT * FROM NAMED <http://127.0.0.1:PORT/named> { GRAPH ?g { ?s ?p ?o } }", {400}),
}
# rdflib's parser takes longer than this to find the mistake in the next.
READING = 6
LENGTHY = "SELECT * { VALUES ?x { " + "1 " * 20_000 + "} FILTER( }"
INNOCENT = (
    'SELECT ("SERVICE <x:> LOAD DROP" AS ?x) { OPTIONAL { ?s <http://example.org/SERVICE> ?o } } # DROP ALL',
    "PREFIX service: <x:> SELECT ?LOAD ?from { ?LOAD service:DELETE ?from }",
    "SELECT ?s FROM <https://w3id.org/plangraph/graph/asserted> { ?s a pg:Measure }",
)


@pytest.mark.parametrize("name", [*SLOW, *LARGE, *QUICK])
def test_hostile_query(server: Server, trap: "Trap", name: str) -> None:
    query, right = {**SLOW, **LARGE, **QUICK}[name]
    reply = server.ask(query.replace("PORT", str(trap.server_port)), "text/csv, */*;q=0.1")
    assert reply.status in right, reply.text[:300]
    assert reply.seconds <= LIMIT + 1
    assert reply.status == 200 or len(reply.text.strip()) > 20
    after = server.ask("SELECT ?s { ?s a pg:Measure }")
    assert after.status == 200
    assert after.seconds < LIMIT + 1
    assert trap.hits == []


@pytest.mark.parametrize("accept", ["text/csv", "application/sparql-results+json", "application/sparql-results+xml"])
def test_no_answer_is_cut(server: Server, accept: str) -> None:
    reply = server.ask("SELECT * { ?a ?b ?c . ?d ?e ?f }", accept)
    assert reply.status == 507
    assert "half an answer is never sent" in reply.text
    page = server.ask("SELECT * { ?a ?b ?c . ?d ?e ?f }", "text/html")
    assert page.status == 200
    assert "Det er flere rader" in page.text


def test_the_catalogue_is_whole() -> None:
    assert len(SLOW) + len(LARGE) + len(QUICK) == 34


@pytest.mark.parametrize("query", INNOCENT)
def test_innocent_query(server: Server, query: str) -> None:
    assert server.ask(query).status == 200


def test_all_forms_of_update_are_refused(server: Server) -> None:
    updates = (
        "INSERT DATA { <x:> <x:> 1 }",
        "DELETE DATA { <x:> <x:> 1 }",
        "DELETE WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "WITH <x:> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "DROP ALL",
        "CREATE GRAPH <x:>",
        "COPY DEFAULT TO <x:>",
        "MOVE DEFAULT TO <x:>",
        "ADD DEFAULT TO <x:>",
        "LOAD <x:>",
        "LOAD SILENT <x:> INTO GRAPH <y:>",
    )
    before = server.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").text
    for update in updates:
        for field in ("query", "update"):
            reply = server.send(
                *("POST", "/sparql", f"{field}={update.replace(' ', '+')}"),
                content_type="application/x-www-form-urlencoded",
            )
            assert reply.status == 403, update
    assert server.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").text == before


@pytest.mark.parametrize("hostile", [0, 4])
def test_eight_clients_ask_light_questions(server: Server, hostile: int) -> None:
    """Eight clients ask light questions, alone and beside four hostile ones: none of them fails."""
    stop = threading.Event()
    failures: list[tuple[int, str]] = []
    times: list[float] = []

    def harm() -> None:
        while not stop.is_set():
            server.ask(f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}")

    def light(number: int) -> None:
        for turn in range(15):
            if (number + turn) % 2:
                reply = server.ask("SELECT ?s { ?s a pg:Measure }")
            else:
                reply = server.send("GET", "/queries/measures-of.json?actor=dep")
            times.append(reply.seconds)
            if reply.status != 200:
                failures.append((reply.status, reply.text))

    harmful = [threading.Thread(target=harm) for _ in range(hostile)]
    clients = [threading.Thread(target=light, args=(number,)) for number in range(8)]
    for thread in harmful + clients:
        thread.start()
    for thread in clients:
        thread.join(60)
    stop.set()
    for thread in harmful:
        thread.join(10)
    assert not failures
    assert len(times) == 120


def test_one_greedy_client_leaves_the_others_their_workers(tree: Path) -> None:
    """Eight clients ask light and long questions beside one that sends twelve slow ones at a time: none is refused."""
    words = ("--data", tree / "data", "--store", tree / "all.trig", "--seconds", 1, "--url", "http://plans.example.org")
    running = start(*words, "--name", "plans.example.org")
    cross, stop = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", threading.Event()
    greedy: list[int] = []
    light: list[int] = []
    slow: list[int] = []

    def ask(query: str, client: str) -> int:
        form = {
            "content_type": "application/sparql-query",
            "x_forwarded_for": f"192.0.2.66, {client}",
            "host": "plans.example.org",
        }
        return running.send("POST", "/sparql", query, accept="text/csv", **form).status

    def harm() -> None:
        while not stop.is_set():
            greedy.append(ask(cross, "192.0.2.1"))

    def modest(number: int) -> None:
        light.extend(ask("SELECT ?s { ?s a pg:Measure }", f"2001:db8:0:{number}::1") for _ in range(10))

    try:
        harmful = [threading.Thread(target=harm) for _ in range(12)]
        clients = [threading.Thread(target=modest, args=(number,)) for number in range(8)]
        for thread in harmful + clients:
            thread.start()
        slow.extend(ask(cross, "198.51.100.7") for _ in range(3))
        for thread in clients:
            thread.join(60)
        stop.set()
        for thread in harmful:
            thread.join(20)
        assert light == [200] * 80
        assert slow == [504] * 3, "the long queries of others ran as long as any"
        assert {429, 504} <= set(greedy) <= {429, 503, 504}
        assert "192.0.2" not in "".join(running.said)
        assert "2001:db8" not in "".join(running.said)
    finally:
        assert running.stop() == 0


def test_whose_queries_count_together() -> None:
    def client(peer: str, told: str = "", url: str = "") -> str:
        headers = [(b"x-forwarded-for", told.encode())] if told else []
        front = _Front.__new__(_Front)
        front.url = url
        return front._client(Request({"type": "http", "headers": headers, "client": (peer, 1)}))

    assert client("192.0.2.7") == client("::ffff:192.0.2.7") == "192.0.2.7"
    assert client("2001:db8::1") == client("2001:db8::2:1") != client("2001:db8:1::1")
    assert client("127.0.0.1") == client("::1") == "", "those on this machine have no share"
    assert client("192.0.2.7", "198.51.100.1") == "192.0.2.7", "nobody is believed where no proxy is told of"
    assert client("127.0.0.1", "203.0.113.9, 198.51.100.1", "https://x.example") == "198.51.100.1"
    assert client("127.0.0.1", url="https://x.example") == ""


def test_where_a_mistake_is(server: Server) -> None:
    """The place is that of ``plangraph query``, also after a text that keeps the reader too long."""
    broken = {"SELECT ?s\n{ ?s a pg:Measure": "query:2:18", "SELECT ?s { ?s a ?t } ORDER BY\n LIMIT 3": "query:1:23"}
    page = server.ask(LENGTHY, "text/html")
    assert page.status == 400
    assert page.seconds < READING
    assert "query:1:" in page.text
    for query, place in broken.items():
        with pytest.raises(SyntaxError) as fault:
            ox.Store().query(query, prefixes={"pg": PG})
        own = sparql.syntax_error(query, fault.value, "query")
        assert own.where == place
        for _ in range(2):
            reply = server.ask(query, "application/json")
            assert reply.status == 400
            assert reply.seconds < READING
            told = json.loads(reply.text)
            assert (told["where"], told["mend"]) == (own.where, own.mend)


def test_reading_a_hostile_text_keeps_nobody_waiting(server: Server) -> None:
    replies: list[Reply] = []
    threads = [threading.Thread(target=lambda: replies.append(server.ask(LENGTHY))) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert server.ask("ASK {}").seconds < READING / 2
    assert [reply.status for reply in replies] == [400] * 4
    assert max(reply.seconds for reply in replies) < READING


def test_workers_are_replaced_and_none_is_left(server: Server) -> None:
    server.ask(f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}")
    before = server.settled()
    for _ in range(3):
        server.ask(f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}")
    server.settled(lambda family: len(family) == len(before))


def test_a_client_that_leaves_takes_its_query_along(tree: Path) -> None:
    """The worker that worked for it is ended long before its limit, and another takes its place."""
    running = start("--data", tree / "data", "--store", tree / "all.trig", "--seconds", 120)
    try:
        before = running.settled()
        with pytest.raises(TimeoutError):
            running.ask(f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", timeout=0.3)
        after = running.settled(lambda family: set(family) != set(before) and len(family) == len(before))
        assert len(set(before) - set(after)) == 1
    finally:
        assert running.stop() == 0


def test_nothing_outlives_a_killed_server(tree: Path) -> None:
    running = start("--data", tree / "data", "--store", tree / "all.trig", "--seconds", 30)
    family = running.family()
    assert len(family) >= 5
    threading.Thread(target=lambda: _ignored(running), daemon=True).start()
    time.sleep(0.3)
    running.process.kill()
    running.process.wait(5)
    end = time.monotonic() + 10
    while time.monotonic() < end and any(Path(f"/proc/{pid}").exists() for pid in family):
        time.sleep(0.05)
    assert not [pid for pid in family if Path(f"/proc/{pid}").exists() and _alive(pid)]


def _ignored(running: Server) -> None:
    with contextlib.suppress(OSError):
        running.ask(f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}")


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Trap(HTTPServer):
    """A server that remembers who came."""

    hits: list[str]


class _Catch(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.hits.append(self.path)  # type: ignore[attr-defined]
        self.send_error(404)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def trap() -> "Trap":  # type: ignore[misc]
    found = Trap(("127.0.0.1", 0), _Catch)
    found.hits = []
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield found  # type: ignore[misc]
    found.shutdown()
    found.server_close()
