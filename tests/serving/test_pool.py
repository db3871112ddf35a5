"""The workers and the process that forks them, without a server before them."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from plangraph.serving import frames, jail
from plangraph.serving.limits import Limits
from plangraph.serving.pool import Forks, Worker, starter
from plangraph.serving.running import UNBOUNDED, serve


def _gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


async def _asks(worker: Worker) -> str:
    query = {"kind": "sparql", "query": "SELECT (1 AS ?n) {}", "format": "csv", "default": [], "named": []}
    worker.writer.write(frames.packed(query))
    return (await asyncio.wait_for(frames.receive(worker.reader), 10))[1].decode("utf-8").replace("\r\n", "\n")


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
def test_a_client_that_leaves_while_a_worker_is_ended_confuses_nobody(tree: Path) -> None:
    """Wherever ``end`` and ``start`` are cancelled, the worker ends, and the next replies belong to their commands."""

    async def run() -> int:
        forks = starter({"data": str(tree / "data"), "store": str(tree / "all.trig"), "limits": Limits().plain()})
        assert isinstance(forks, Forks)
        await forks.open()
        cases = 0
        try:
            for steps in range(1, 9):
                worker = await forks.start(False)
                for task in (asyncio.ensure_future(forks.end(worker, True)), asyncio.ensure_future(forks.start(False))):
                    for _ in range(steps):
                        await asyncio.sleep(0)
                    task.cancel()
                    await asyncio.wait({task})
                    if not task.cancelled() and isinstance(left := task.result(), Worker):
                        await forks.end(left, True)
                following = await forks.start(False)
                assert _gone(worker.pid), f"cancelled after {steps} steps, the worker lives on"
                assert not _gone(following.pid), "the process that it says it has started is there"
                assert await _asks(following) == "n\n1\n"
                assert await forks.end(following, True) in (0, signal.SIGKILL)
                assert _gone(following.pid)
                cases += 1
        finally:
            await forks.close()
        return cases

    family = {int(pid.name) for pid in Path("/proc").iterdir() if pid.name.isdigit()}
    assert asyncio.run(run()) == 8
    left = {int(pid.name) for pid in Path("/proc").iterdir() if pid.name.isdigit()} - family
    mine = [pid for pid in left if _parent(pid) == os.getpid()]
    assert not mine, "no process is left behind"


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


class _Unbounded(Forks):
    """Workers of a system that sets no limits."""

    async def start(self, kept: bool) -> Worker:
        worker = await super().start(kept)
        assert worker.pid > 0
        self.unbounded = ["memory", "network"]
        return worker


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
def test_serving_from_python_warns_once_and_gives_ctrl_c_back(tree: Path) -> None:
    settings = {"data": str(tree / "data"), "store": str(tree / "all.trig")}
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    said: list[str] = []

    def ready(address: str) -> None:
        said.append(address)
        os.kill(os.getpid(), signal.SIGINT)

    serve(settings, _Unbounded({**settings, "limits": Limits().plain()}), port=0, ready=ready, warn=said.append)
    assert said[:2] == [UNBOUNDED["memory"], UNBOUNDED["network"]]
    assert [line[:7] for line in said[2:]] == ["http://"]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


def test_a_limit_that_cannot_be_set_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")

    def refused(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(resource, "setrlimit", refused)
    monkeypatch.setattr(jail.ctypes, "CDLL", lambda _: SimpleNamespace(unshare=lambda _: -1))
    assert (jail.no_files(), jail.bounded_memory(1), jail.no_network()) == (False, False, False)
