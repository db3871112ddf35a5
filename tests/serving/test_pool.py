"""The workers and the process that forks them, without a server before them."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from plangraph.serving import frames
from plangraph.serving.limits import Limits
from plangraph.serving.pool import Forks, Worker, starter


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
                assert await forks.end(following, True) == 9
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
