"""The server and the stores, against the ``oxigraph`` server and pyoxigraph's own bulk load; and plans by the hundred.

python -m benchmarks serving            one plan over HTTP, start, loading a million statements
PLANS=1,25,250 python -m benchmarks serving     also the questions on stores of so many plans
"""

import http.client
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox

from benchmarks.measuring import Job, interleaved, medians, ratio, show, synthetic
from plangraph import assembly, building, queries, stores
from plangraph.loading import parse
from plangraph.paths import find_tree

QUESTIONS = ("status-by-ministry", "completed-but-announced", "measures-per-ministry", "money", "tools-and-websites")


def run() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tree = find_tree()
        parts, _ = assembly.make_parts(tree)
        out = folder / "out"
        out.mkdir()
        (out / "graph.trig").write_bytes(building.serialise(parts, tree)["graph.trig"])
        stores.write_store(out / ".store", parts, stores.stamps(tree.inputs()))
        (folder / "graph.nt").write_bytes(ox.serialize(assembly.union(parts), format=ox.RdfFormat.N_TRIPLES) or b"")
        _over_http(folder)
        _loading(folder)
        for count in filter(None, os.environ.get("PLANS", "").split(",")):
            _plans(folder, int(count))


def _over_http(folder: Path) -> None:
    library = queries.library()
    with _oxigraph(folder) as other, _serve(folder) as (port, first):
        print(f"\nplangraph serve answered its first question {first:.2f} s after its start\n")
        rows = []
        for name in QUESTIONS:
            text = library[name].filled({k: v for k, v in library[name].parameters.items() if v is not None})
            asked = urlencode({"query": text})
            jobs: dict[str, Job] = {
                "plangraph": lambda n=name: _get(port, f"/queries/{n}", "application/sparql-results+json"),
                "oxigraph": lambda a=asked: _get(other, f"/query?{a}", "application/sparql-results+json"),
            }
            seconds = interleaved(jobs, 25)
            extra = 1000 * (sorted(seconds["plangraph"])[12] - 1.3 * sorted(seconds["oxigraph"])[12])
            rows.append(
                (name, "≤ 1.3 + 3 ms", ratio(seconds, "plangraph", "oxigraph"), f"{medians(seconds)}, {extra:+.1f} ms")
            )
        show("A named question over HTTP, plangraph / oxigraph server (last: plangraph − 1.3 × oxigraph)", rows)


def _loading(folder: Path) -> None:
    file = synthetic(1_000_000, folder)
    target = folder / "million.store"

    def own() -> None:
        shutil.rmtree(target, ignore_errors=True)
        store = ox.Store(str(target))
        store.bulk_load(path=str(file))
        store.flush()

    jobs: dict[str, Job] = {"pyoxigraph": own, "plangraph": lambda: building.fill_store(str(target), [file])}
    seconds = interleaved(jobs, 3)
    shutil.rmtree(target, ignore_errors=True)
    show(
        "Loading 1,000,000 statements to disk",
        [("plangraph / pyoxigraph", "≤ 1.2", ratio(seconds, "plangraph", "pyoxigraph"), medians(seconds))],
    )


def _plans(folder: Path, count: int) -> None:
    place = folder / "plans.store"
    start = time.perf_counter()
    with _copies(folder, count) as file:
        total = building.fill_store(str(place), [file])
    loaded = time.perf_counter() - start
    size = sum(f.stat().st_size for f in place.iterdir()) / 1e6
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"\n{count} plans: {total:,} statements, loaded in {loaded:.0f} s with {used:.1f} GB, {size:,.0f} MB on disk")
    library = queries.library()
    opened: dict[str, stores.Store] = {"disk": stores.open_store(place)}
    if total < 5_000_000:
        memory = ox.Store()
        with _copies(folder, count) as file:
            memory.bulk_extend(parse(file))
        opened["memory"] = memory
    for name in QUESTIONS:
        told = []
        for kind, store in opened.items():
            start = time.perf_counter()
            rows = len(queries.ask(library[name], store))
            told.append(f"{kind} {time.perf_counter() - start:.2f} s")
        print(f"  {name:<28} {rows:>8,} rows  {', '.join(told)}", flush=True)
    del opened
    shutil.rmtree(place)


@contextmanager
def _copies(folder: Path, count: int) -> Iterator[Path]:
    """Many plans as N-Triples through a pipe: 2,500 of them would be a file of 35 GB."""
    one = (folder / "graph.nt").read_text(encoding="utf-8").splitlines()
    plan = find_tree().plans()[0].name
    shared = [line for line in one if plan not in line and "/evidence/" not in line and "/thing/" not in line]
    own = "\n".join(set(one).difference(shared)) + "\n"
    pipe = folder / "plans.nt"
    os.mkfifo(pipe)
    writer = os.fork()
    if not writer:
        with pipe.open("w", encoding="utf-8") as out:
            out.write("\n".join(shared) + "\n" + own)
            for number in range(1, count):
                # Measures, claims, evidence and things are a plan's own; actors, laws and places are common to all.
                copy = own.replace(plan, f"{plan}-{number}").replace("/evidence/", f"/evidence/{number}-")
                out.write(copy.replace("/thing/", f"/thing/{number}-"))
        os._exit(0)
    try:
        yield pipe
    finally:
        os.waitpid(writer, 0)
        pipe.unlink()


def _get(port: int, target: str, accept: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", target, headers={"Accept": accept})
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200, body[:200]
        return body
    finally:
        connection.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def _oxigraph(folder: Path) -> Iterator[int]:
    port = _free_port()
    program = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert program, "pip install oxigraph"
    process = subprocess.Popen([program, "serve", "--bind", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        building.fill_store(f"http://127.0.0.1:{port}/query", [folder / "graph.nt"])
        yield port
    finally:
        process.kill()
        process.wait()


@contextmanager
def _serve(folder: Path) -> Iterator[tuple[int, float]]:
    start, port = time.perf_counter(), _free_port()
    command = [sys.executable, "-m", "plangraph", "serve", "--port", str(port), "--out", str(folder / "out")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        # It answers before it says so, which it does when the pages are ready, too.
        taken = 0.0
        while not taken:
            with suppress(ConnectionRefusedError):
                _get(port, "/queries/status-by-ministry.csv", "text/csv")
                taken = time.perf_counter() - start
            assert process.poll() is None, "the server has ended"
        # The pages are made ready in the background; they are not measured here.
        _get(port, "/", "text/html")
        yield port, taken
    finally:
        process.terminate()
        process.wait()
