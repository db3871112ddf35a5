"""Stores of every kind: the same questions get the same answers, and what goes wrong is said."""

import csv
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from conftest import ROOT
from plangraph import building, endpoints, entities, queries, stores
from plangraph.datapackage import write_tables
from plangraph.errors import PlangraphError, StoreError
from test_questions import ANSWERS, COUNT, QUESTIONS, agreed

Run = Callable[..., tuple[int, str, str]]
ALL = quote(stores.graph_name("all").value, safe="")
INI = """\
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = {sql}
NumberOfBuffers = 20000
MaxDirtyBuffers = 10000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
[SPARQL]
ResultSetMaxRows = {rows}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def answers(url: str, process: "subprocess.Popen[bytes]", seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, "the store ended while starting"
        try:
            if endpoints.Endpoint(url, timeout=2, retries=0).query("ASK {}"):
                return
        except StoreError:
            time.sleep(0.1)
    raise AssertionError(f"no answer at {url}")


@pytest.fixture(scope="module")
def graph(built: Path) -> Path:
    """A TriG file with the five graphs of the real data."""
    return built / "graph.trig"


@pytest.fixture(scope="module")
def memory(graph: Path) -> ox.Store:
    store = stores.open_store(graph)
    assert isinstance(store, ox.Store)
    return store


@pytest.fixture(scope="module")
def oxigraph() -> Iterator[str]:
    """A running ``oxigraph`` server."""
    port = free_port()
    program = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if program is None:
        pytest.skip("the oxigraph server is not installed (PyPI: oxigraph)")
    process = subprocess.Popen([program, "serve", "--bind", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/query"
    try:
        answers(url, process)
        yield url
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running Virtuoso."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)")
    folder = tmp_path_factory.mktemp("virtuoso")
    http = free_port()
    text = INI.format(folder=folder, sql=free_port(), http=http, rows=50_000)
    (folder / "virtuoso.ini").write_text(text, encoding="utf-8")
    command = [program, "+configfile", "virtuoso.ini", "+foreground"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    named = "".join(f"&named-graph-uri={quote(stores.graph_name(n).value, safe='')}" for n in stores.GRAPHS)
    url = f"http://127.0.0.1:{http}/sparql?default-graph-uri={ALL}{named}"
    try:
        answers(url, process)
        yield url
    finally:
        process.kill()
        process.wait()


def same_answers(memory: ox.Store, other: "stores.Store") -> None:
    asked = 0
    for file in ANSWERS:
        query, values = QUESTIONS[file.stem], agreed(file)[0]
        text = queries.filled(query, memory, values)
        here = queries.ask(queries.Query(file.stem, text), memory)
        there = queries.ask(queries.Query(file.stem, text), other)
        assert there.columns == here.columns, file.stem
        assert [tuple(map(str, row)) for row in there.solutions] == [tuple(map(str, r)) for r in here.solutions], (
            file.stem
        )
        asked += 1
    assert asked == COUNT


def written(run: Run, folder: Path, source: object) -> dict[str, bytes]:
    """The files that ``plangraph tables`` makes of a store, or of the data when ``source`` is None."""
    named = [] if source is None else ["--store", source]
    status, _, err = run("tables", "--data", ROOT / "data", "--out", folder, *named)
    assert status == 0, err
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def sheets(built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of the built graph."""
    place = tmp_path_factory.mktemp("sheets")
    return {path.name: path.read_bytes() for path, _ in write_tables(ROOT / "data", place, built=built)}


def same_tables(made: dict[str, bytes], sheets: dict[str, bytes]) -> None:
    assert made.keys() == sheets.keys()
    for name, content in sheets.items():
        if name.endswith(".csv"):
            mine, theirs = (csv.reader(text.decode("utf-8").splitlines()) for text in (content, made[name]))
            for here, there in zip(mine, theirs, strict=True):
                odd = [cells for cells in zip(here, there, strict=True) if cells[0] != cells[1]]
                assert not odd, f"{name}, {here[0]}"
    assert made == sheets


def test_tables_of_files_and_of_a_store_on_disk(
    graph: Path, sheets: dict[str, bytes], run: Run, tmp_path: Path
) -> None:
    assert len(sheets) == 22
    same_tables(written(run, tmp_path / "of-file", graph), sheets)
    building.fill_store(str(tmp_path / "plan.store"), [graph])
    same_tables(written(run, tmp_path / "of-store", tmp_path / "plan.store"), sheets)


def test_tables_of_an_exact_number(run: Run, little: Any, tmp_path: Path) -> None:
    """A file keeps the characters of its numbers, a store its own spelling of the same number."""
    file = tmp_path / "money.ttl"
    file.write_text(
        "@prefix pg: <https://w3id.org/plangraph/ns#> .\n<https://example.org/m> a pg:Funding ; pg:amount 2.50 .\n",
        encoding="utf-8",
    )
    building.fill_store(str(tmp_path / "money.store"), [file])
    for source, amount in ((file, "2.50"), (tmp_path / "money.store", "2.5")):
        made = written(run, tmp_path / f"of-{source.suffix[1:]}", source)["money.csv"].decode("utf-8")
        [row] = csv.DictReader(made.splitlines())
        assert row["amount"] == amount


def test_questions_on_disk(memory: ox.Store, graph: Path, tmp_path: Path) -> None:
    assert building.fill_store(str(tmp_path / "plan.store"), [graph]) == len({quad.triple for quad in memory})
    same_answers(memory, stores.open_store(tmp_path / "plan.store"))


def test_a_statement_in_two_graphs_is_counted_once(little: Any, run: Run, tmp_path: Path) -> None:
    assert run("build", "--data", little.data, "--out", tmp_path / "out")[0] == 0
    number = len((tmp_path / "out/graph.nt").read_text(encoding="utf-8").splitlines())
    for name in ("graph.trig", "graph.nt"):
        status, said, _ = run("load", tmp_path / "out" / name, "--store", tmp_path / f"{name}.store")
        assert status == 0
        assert f"{number:,} statements" in said


def test_questions_on_the_oxigraph_server(
    memory: ox.Store, graph: Path, oxigraph: str, sheets: dict[str, bytes], run: Run, tmp_path: Path
) -> None:
    status, out, _ = run("load", graph, "--store", oxigraph)
    assert status == 0
    store = stores.open_store(oxigraph)
    [row] = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert f"{int(row['n'].value):,} statements" in out
    same_answers(memory, store)
    same_tables(written(run, tmp_path / "tables", oxigraph), sheets)
    for name in ("imdi", "18 a", "Røde Kors"):
        assert entities.describe(name, store=store) == entities.describe(name, store=memory)
    status, told, _ = run("query", "responsible-ministry", "--measure", "22b", "--store", oxigraph, "--format", "csv")
    assert status == 0
    assert run("query", "responsible-ministry", "--measure", "22b", "--store", graph, "--format", "csv")[1] == told


def test_questions_on_virtuoso(
    memory: ox.Store,
    graph: Path,
    virtuoso: str,
    sheets: dict[str, bytes],
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    status, _, err = run("load", graph, "--store", virtuoso)
    assert status == 2
    assert "credentials" in err
    monkeypatch.setenv("PLANGRAPH_STORE_USER", "dba")
    monkeypatch.setenv("PLANGRAPH_STORE_PASSWORD", "wrong")
    assert "credentials" in run("load", graph, "--store", virtuoso)[2]
    monkeypatch.setenv("PLANGRAPH_STORE_PASSWORD", "dba")
    assert run("load", graph, "--store", virtuoso)[0] == 0
    store = stores.open_store(virtuoso)
    same_answers(memory, store)
    assert entities.describe("imdi", store=store) == entities.describe("imdi", store=memory)
    same_tables(written(run, tmp_path / "tables", virtuoso), sheets)
    with pytest.raises(StoreError, match="cuts answers at 50,000 rows"):
        store.query("SELECT * { ?s ?p ?o }")


def test_questions_on_rdflib(memory: ox.Store) -> None:
    """Every question, with rdflib's own evaluator over the whole plan: same rows, same order, no question slow."""
    from plangraph.loading import to_rdflib

    foreign = to_rdflib({quad.triple for quad in memory})
    assert len(foreign) > 90_000
    asked = rows = 0
    for file in ANSWERS:
        text = queries.filled(QUESTIONS[file.stem], memory, agreed(file)[0])
        found = queries.ask(queries.Query(file.stem, text), memory)
        start = time.process_time()
        other = foreign.query(text)
        theirs = [tuple(row) for row in other]
        assert time.process_time() - start < 20, f"{file.stem}: rdflib joins in the order of the text; reorder it"
        assert other.vars is not None
        assert [str(variable) for variable in other.vars] == found.columns
        assert theirs == list(found.terms()), file.stem
        asked += 1
        rows += len(found)
    assert asked == COUNT
    assert rows > 450


def test_a_graph_is_a_source_too(memory: ox.Store) -> None:
    import rdflib

    data = rdflib.Dataset()
    name = rdflib.URIRef("http://example.org/g")
    data.graph(name).add((name, name, rdflib.Literal("x", lang="nb")))
    store = stores.open_store(data)
    assert store.query("ASK { ?s ?p 'x'@nb . GRAPH <http://example.org/g> { ?s ?p ?o } }")
    assert stores.open_store(data.graph(name)).query("ASK { ?s ?p 'x'@nb }")


class _Odd(BaseHTTPRequestHandler):
    """Answers as its path says."""

    waits = 0

    def do_POST(self) -> None:
        kind = self.path.strip("/").split("?")[0]
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        good = b'{"head":{"vars":["a"]},"results":{"bindings":[]}}'
        status, media, body = 200, "application/sparql-results+json", good
        if kind == "html":
            media, body = "text/html", b"<html><body>Welcome <b>here</b></body></html>"
        elif kind == "cut":
            body = good[:-8]
        elif kind == "short":
            self.send_response(200)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(good)
            return
        elif kind == "nohttp":
            self.wfile.write(b"220 mail.example.org at your service\r\n")
            return
        elif kind in ("chunk", "badchunk"):
            self.send_response(200 if kind == "chunk" else 500)
            self.send_header("Content-Type", media)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"ff\r\n" + good)
            self.close_connection = True
            return
        elif kind == "row":
            body = b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"x"}},{"a":'
        elif kind == "triple":
            media, body = "application/n-triples", b"<x:a> <x:b> <x:c> .\n<x:a> <x:b"
        elif kind in ("wrong", "riddle"):
            status, body = 401, b""
        elif kind == "slow":
            time.sleep(3)
        elif kind == "drip":
            self.send_response(200)
            self.end_headers()
            for _ in range(30):
                try:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.1)
            return
        elif kind == "broken":
            status, media, body = 500, "text/plain", b"out of order"
        elif kind == "away":
            status, body = 302, b""
        elif kind == "busy":
            type(self).waits += 1
            status = 503 if type(self).waits < 3 else 200
        self.send_response(status)
        self.send_header("Content-Type", media)
        if kind == "away":
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        if kind == "riddle":
            self.send_header("WWW-Authenticate", "Sphinx question=three legs")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Odd)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("html", "answered text/html instead of SPARQL results: Welcome here"),
        ("cut", "breaks off or is malformed"),
        ("short", "in the middle of its answer"),
        ("wrong", "asks for credentials"),
        ("slow", "no answer within 1 s"),
        ("drip", "no answer within 1 s"),
        ("nohttp", "does not answer as HTTP asks"),
        ("chunk", "breaks off"),
        ("badchunk", "answered 500"),
        ("row", "breaks off or is malformed"),
        ("triple", "breaks off or is malformed"),
        ("riddle", "does not answer as HTTP asks"),
        ("broken", "answered 500: out of order"),
        ("away", "sends on to another address"),
    ],
)
def test_an_odd_endpoint_is_named(
    odd: str, kind: str, says: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "riddle":
        monkeypatch.setenv("PLANGRAPH_STORE_USER", "me")
    query = tmp_path / "q.rq"
    query.write_text("SELECT ?a { ?a ?b ?c }", encoding="utf-8")
    status, out, err = run("query", query, "--store", f"{odd}/{kind}", "--timeout", 1)
    assert status == 2
    assert out == ""
    assert says in err
    assert f"{odd}/{kind}" in err
    assert "→" in err


def test_wrong_credentials_are_told_from_none(
    odd: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANGRAPH_STORE_USER", "me")
    monkeypatch.setenv("PLANGRAPH_STORE_PASSWORD", "secret")
    status, _, err = run("tables", "--data", ROOT / "data", "--store", f"{odd}/wrong", "--out", tmp_path / "tables")
    assert status == 2
    assert "refuses the credentials" in err
    assert "check PLANGRAPH_STORE_USER" in err
    assert "secret" not in err
    assert not (tmp_path / "tables").exists()


@pytest.mark.parametrize(
    "address", ["http://[x/", "http://x:port/", "http://x:99999/", "http:///sparql", "http://me:secret@[x/"]
)
def test_what_is_no_address(address: str, run: Run) -> None:
    status, _, err = run("show", "imdi", "--store", address)
    assert status == 2
    assert "this is not the address of a store" in err
    assert "secret" not in err


class _Far(BaseHTTPRequestHandler):
    """Asks for a digest, sends whoever brings one elsewhere, and remembers what came."""

    seen: ClassVar[list[tuple[str, str, str]]] = []

    def do_HEAD(self) -> None:
        given = self.headers.get("Authorization", "")
        self.seen.append((self.command, self.path, given))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if given:
            self.send_response(302)
            self.send_header("Location", self.path.replace("/near", "/far"))
        else:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Digest realm="r", nonce="n", qop="auth"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = do_POST = do_HEAD  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


def test_credentials_follow_no_redirect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANGRAPH_STORE_USER", "me")
    monkeypatch.setenv("PLANGRAPH_STORE_PASSWORD", "secret")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Far)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        store = endpoints.Endpoint(f"http://127.0.0.1:{server.server_port}/near/query")
        with pytest.raises(StoreError, match="sends on to another address"):
            store.put(None, [])
        with pytest.raises(StoreError, match="sends on to another address"):
            store.query("ASK {}")
    finally:
        server.shutdown()
        server.server_close()
    assert [method for method, _, given in _Far.seen if given.startswith("Digest")] == ["HEAD", "PUT", "POST"]
    assert {path.split("?")[0] for _, path, _ in _Far.seen} == {"/near/store", "/near/query"}


def test_a_busy_endpoint_is_asked_again(odd: str) -> None:
    assert stores.open_store(f"{odd}/busy").query("SELECT ?a { ?a ?b ?c }")
    assert _Odd.waits == 3


def test_stores_that_cannot_be_opened(tmp_path: Path, run: Run, little: Any) -> None:
    port = free_port()
    status, _, err = run("show", "imdi", "--store", f"http://127.0.0.1:{port}/sparql")
    assert status == 2
    assert "cannot be reached" in err
    with pytest.raises(StoreError, match="PLANGRAPH_STORE_PASSWORD"):
        stores.open_store("http://me:secret@example.org/sparql")
    with pytest.raises(StoreError, match="no store and no Turtle"):
        stores.open_store(tmp_path / "data" / "outside" if (tmp_path / "data/outside").is_dir() else _empty(tmp_path))
    folder = tmp_path / "plan.store"
    building.fill_store(str(folder), [little.data / "actors.ttl"])
    locked = ox.Store(str(folder))
    assert stores.open_store(folder).query("ASK { ?s ?p ?o }"), "a reader may come beside a writer"
    del locked
    for file in folder.glob("MANIFEST-*"):
        file.write_bytes(b"damaged")
    status, _, err = run("show", "dep", "--store", folder)
    assert status == 2
    assert "damaged" in err
    assert "plangraph load" in err


def _empty(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


def test_loading_loses_nothing(tmp_path: Path, run: Run, little: Any) -> None:
    precious = tmp_path / "papers"
    precious.mkdir()
    (precious / "letter.txt").write_text("dear", encoding="utf-8")
    status, _, err = run("load", little.data / "actors.ttl", "--store", precious)
    assert status == 2
    assert "something else than a store" in err
    assert (precious / "letter.txt").read_text(encoding="utf-8") == "dear"
    store = tmp_path / "plan.store"
    assert run("load", little.data / "actors.ttl", "--store", store)[0] == 0
    before = len(stores.open_store(store))  # type: ignore[arg-type]
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text("<x:> <x:> .", encoding="utf-8")
    status, _, err = run("load", wrong, "--store", store)
    assert status == 1
    assert "wrong.ttl:1" in err
    assert len(stores.open_store(store)) == before  # type: ignore[arg-type]
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".plan")) == []


def test_a_store_that_a_writer_holds_is_not_replaced(tmp_path: Path, run: Run, little: Any) -> None:
    place = tmp_path / "plan.store"
    assert run("load", little.data / "actors.ttl", "--store", place)[0] == 0
    code = (
        "import sys, pyoxigraph as ox; store = ox.Store(sys.argv[1]); print('open', flush=True); sys.stdin.readline(); "
        "store.update('INSERT DATA { <x:late> <x:late> <x:late> }'); store.flush()"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, place], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert writer.stdin
    assert writer.stdout
    assert writer.stdout.readline() == b"open\n"
    for words in (("load", little.data / "laws.ttl"), ("load", "--data", little.data, "--out", tmp_path / "none")):
        status, out, err = run(*words, "--store", place)
        assert (status, out) == (2, "")
        assert "open for writing; nothing was changed" in err
        assert "close that program" in err
    writer.communicate(b"go on\n", timeout=30)
    assert writer.returncode == 0
    assert stores.open_store(place).query("ASK { <x:late> <x:late> <x:late> }"), "what the writer wrote later is there"
    assert run("load", little.data / "actors.ttl", "--store", place)[0] == 0
    assert not [p.name for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_tables_wait_as_long_as_they_are_told(odd: str, run: Run, tmp_path: Path) -> None:
    begun = time.monotonic()
    words = ("--data", ROOT / "data", "--store", f"{odd}/slow", "--out", tmp_path / "tables")
    status, _, err = run("tables", *words, "--timeout", 1)
    assert status == 2
    assert "no answer within 1 s" in err
    assert time.monotonic() - begun < 20
    assert run("tables", *words, "--timeout", 0)[0] == 2
    assert not (tmp_path / "tables").exists()


def test_errors_of_stores_are_errors_of_plangraph() -> None:
    assert issubclass(StoreError, PlangraphError)
    assert StoreError("x").exit_code == 2
