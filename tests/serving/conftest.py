"""A server of its own for the tests, started as a user starts it."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from conftest import ROOT
from plangraph import assembly, stores
from plangraph.paths import find_tree

W3C = "http://kasei.us/2009/09/sparql/data/"
MEASURES = """\
#+ summary: "Which measures has a ministry, and what is their status?"
#+ summary-nb: "Hvilke tiltak har et departement, og hva er statusen?"
#+ tags:
#+   - status
PREFIX pg: <https://w3id.org/plangraph/ns#>
SELECT ?measure ?status WHERE { ?measure pg:responsible ?_actor_iri ; pg:status ?status } ORDER BY ?measure
"""
SLOW = """\
#+ summary: "A question that never ends"
SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }
"""


@dataclass
class Reply:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").split(";")[0]


@dataclass
class Server:
    """A running server: its address, its process, and what it wrote on standard error."""

    port: int
    process: "subprocess.Popen[str]"
    said: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(
        self, method: str, target: str, body: bytes | str | None = None, timeout: float = 30, **headers: str
    ) -> Reply:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        start = time.perf_counter()
        try:
            content = body.encode("utf-8") if isinstance(body, str) else body
            connection.request(method, target, content, given)
            response = connection.getresponse()
            content = response.read()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, found, content, time.perf_counter() - start)
        finally:
            connection.close()

    def ask(self, query: str, accept: str = "text/csv", timeout: float = 30, **fields: str) -> Reply:
        form = {"content_type": "application/x-www-form-urlencoded", "accept": accept}
        return self.send("POST", "/sparql", urlencode({"query": query, **fields}), timeout, **form)

    def logged(self, wanted: str, seconds: float = 10) -> str:
        """What the log holds once it has a line that begins as ``wanted``."""
        end = time.monotonic() + seconds
        while not any(line.startswith(wanted) for line in self.said):
            assert time.monotonic() < end, f"the log has no line {wanted!r}"
            time.sleep(0.02)
        return "".join(self.said[1:])

    def settled(self, wanted: Callable[[list[int]], bool] = lambda family: True, seconds: float = 15) -> list[int]:
        """Process ids of all descendants, once they are as wanted and have not changed for half a second."""
        end, since, before = time.monotonic() + seconds, time.monotonic(), self.family()
        while not wanted(before) or time.monotonic() < since + 0.5:
            assert time.monotonic() < end, f"the processes are {before}"
            time.sleep(0.05)
            if (now := self.family()) != before:
                since, before = time.monotonic(), now
        return before

    def family(self) -> list[int]:
        """Process ids of all descendants."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                children = [int(child) for child in task.read_text(encoding="ascii").split()]
                found += children
                waiting += children
        return found

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)


def start(*words: object) -> Server:
    command = [sys.executable, "-m", "plangraph", "serve", "--port", "0", "--log", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    assert process.stderr
    said = []
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"http://\S+:(\d+)/ answers", line):
            server = Server(int(found[1]), process, said)
            threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True).start()
            return server
    raise AssertionError(f"the server did not start: {''.join(said)}")


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree with a small plan, two questions, and a TriG file that holds its graph and the graphs of the W3C tests."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(ROOT / "ontology", folder / "ontology")
    shutil.copytree(ROOT / "tests/little/data", folder / "data")
    (folder / "queries").mkdir()
    (folder / "queries/measures-of.rq").write_text(MEASURES, encoding="utf-8")
    (folder / "queries/never-ends.rq").write_text(SLOW, encoding="utf-8")
    parts, _ = assembly.make_parts(find_tree(folder / "data"))
    quads = [
        ox.Quad(t.subject, t.predicate, t.object, stores.graph_name(name))
        for name, triples in parts.items()
        for t in triples
    ]
    kind, document = (
        ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
        "http://xmlns.com/foaf/0.1/Document",
    )
    for number in (1, 2, 3):
        name = ox.NamedNode(f"{W3C}data{number}.rdf")
        quads.append(ox.Quad(name, kind, ox.NamedNode(document), name))
    ox.serialize(quads, str(folder / "all.trig"), ox.RdfFormat.TRIG)
    return folder


@pytest.fixture(scope="session")
def server(tree: Path) -> Iterator[Server]:
    """A server with a second for each query, 5 MB for an answer and 300 MB for a worker."""
    words = ["--data", tree / "data", "--store", tree / "all.trig"]
    running = start(*words, "--seconds", 1, "--answer", 5, "--memory", 300)
    yield running
    family = running.family()
    assert running.stop() == 0
    for pid in family:
        assert not Path(f"/proc/{pid}").exists(), f"process {pid} is left behind"


@pytest.fixture
def ask(server: Server) -> Callable[..., Any]:
    return server.ask
