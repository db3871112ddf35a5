"""The workers as the server sees them: who is free, whose time is up, who takes the place of one that has died."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from plangraph.errors import StoreError
from plangraph.serving import frames
from plangraph.serving.limits import Limits

START_SECONDS = 120
Answer = tuple[dict[str, Any], bytes]


@dataclass(eq=False)
class Worker:
    """A process that answers one request at a time."""

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    kept: bool = False
    client: str = ""
    process: Any = field(default=None, repr=False)


class Starter(Protocol):
    """Starts and ends workers, in one of two ways.

    ``about`` is what the store holds; ``unbounded`` which limits this machine cannot set on a worker, of "files",
    "memory" and "network".
    """

    about: dict[str, Any]
    unbounded: list[str]

    def launch(self) -> None:
        """Begin loading the store while this process still reads its own libraries; ``open`` does it otherwise."""

    async def open(self) -> None:
        """Prepare, and learn what the store holds."""

    async def start(self, kept: bool) -> Worker:
        """Return a new worker."""

    async def end(self, worker: Worker, kill: bool) -> int:
        """End a worker and return the signal that it died of, 0 when it ended by itself."""

    async def close(self) -> None:
        """Leave nothing behind."""


class Forks:
    """Workers forked from a zygote that holds the store in memory (Linux)."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = json.dumps({**settings, "parent": os.getpid()})
        self._turn = asyncio.Lock()
        self._control: socket.socket | None = None
        self._zygote: subprocess.Popen[bytes] | None = None
        self._launched = False
        self._under_way: set[asyncio.Task[int]] = set()
        self.about: dict[str, Any] = {}
        self.unbounded: list[str] = []

    def launch(self) -> None:
        """Start the zygote, which begins to load the store."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "plangraph.serving.worker", "zygote", self._settings]
        with theirs:
            self._zygote = subprocess.Popen(command, stdin=theirs.fileno())
        ours.setblocking(False)
        self._control, self._launched = ours, True

    async def open(self) -> None:
        """Wait until a zygote has loaded the store."""
        if not self._launched:
            self.launch()
        self._launched = False
        assert self._control
        self.about = await _greeting(_first_message(self._control))

    async def start(self, kept: bool) -> Worker:
        """Have the zygote fork a worker; a zygote that has died is replaced."""
        ours, theirs = socket.socketpair()
        with ours:
            pid = await self._whole(self._forked(b"Fquick" if kept else b"F", theirs))
            reader, writer = await asyncio.open_connection(sock=ours.dup())
            self.unbounded = (await _greeting(frames.receive(reader)))["unbounded"]
        return Worker(pid, reader, writer, kept)

    async def end(self, worker: Worker, kill: bool) -> int:
        """Have the zygote end its child and report how it ended; it does so even when the caller is cancelled."""
        worker.writer.close()
        return await self._whole(self._ended(b"%s%d" % (b"K" if kill else b"R", worker.pid)))

    async def close(self) -> None:
        """End the zygote, and with it every worker."""
        for task in list(self._under_way):
            task.cancel()
        self._stop()

    async def _whole(self, exchange: Coroutine[Any, Any, int]) -> int:
        # A command whose reply nobody awaits would leave it to be read as the reply to the next command.
        task = asyncio.ensure_future(exchange)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def _forked(self, command: bytes, theirs: socket.socket) -> int:
        with theirs:
            async with self._turn:
                try:
                    return await self._ask(command, theirs.fileno())
                except (EOFError, OSError):
                    self._stop()
                    await self.open()
                    return await self._ask(command, theirs.fileno())

    async def _ended(self, command: bytes) -> int:
        async with self._turn:
            with suppress(EOFError, OSError):
                return await self._ask(command)
        return signal.SIGKILL

    def _stop(self) -> None:
        if self._control:
            self._control.close()
        if self._zygote:
            # It may still be loading, and then hears nothing.
            self._zygote.kill()
            self._zygote.wait()

    async def _ask(self, command: bytes, descriptor: int | None = None) -> int:
        if self._control is None:
            raise EOFError
        if descriptor is None:
            self._control.send(command)
        else:
            socket.send_fds(self._control, [command], [descriptor])
        reply = await asyncio.get_running_loop().sock_recv(self._control, 64)
        if not reply:
            raise EOFError
        return int(reply)


class Alone:
    """Workers that are processes of their own, each with the store opened for reading (any system)."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = json.dumps({**settings, "parent": os.getpid()})
        self.about: dict[str, Any] = {}
        self.unbounded: list[str] = []

    def launch(self) -> None:
        """Do nothing: there is no process that all workers share."""

    async def open(self) -> None:
        """Learn from a first worker what the store holds."""
        await self.end(await self.start(False), kill=True)

    async def start(self, kept: bool) -> Worker:
        """Start a process and wait until it has opened the store."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "plangraph.serving.worker", "alone", self._settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin
        assert process.stdout
        worker = Worker(process.pid, process.stdout, process.stdin, kept, process=process)
        try:
            self.about = await _greeting(frames.receive(process.stdout))
            self.unbounded = self.about.pop("unbounded")
        except BaseException:
            await self.end(worker, kill=True)
            raise
        return worker

    async def end(self, worker: Worker, kill: bool) -> int:
        """End the process and return the signal that it died of."""
        worker.writer.close()
        if kill:
            with suppress(ProcessLookupError):
                worker.process.kill()
        return max(0, -int(await worker.process.wait()))

    async def close(self) -> None:
        """Do nothing: the pool has ended each worker."""


class Pool:
    """Hands requests to workers, and ends the workers that take too long.

    A SPARQL query goes to a worker that is free; one that has run for ``limits.quick`` seconds counts as long, and is
    turned away when ``limits.long`` others run already, so that quick queries find a worker. A named question may also
    use the worker that is kept for named questions.

    Of the other workers one client has ``limits.share`` at most, and its further queries wait; of the long queries it
    runs ``limits.long_share``. A client is any text; "" is nobody in particular, who has no share.
    """

    def __init__(self, starter: Starter, limits: Limits) -> None:
        self.starter, self.limits = starter, limits
        self._free: list[Worker] = []
        self._busy: set[Worker] = set()
        self._long: set[Worker] = set()
        self._waiting: deque[tuple[asyncio.Future[Worker], bool, str]] = deque()
        self._renewals: set[asyncio.Task[None]] = set()
        self._closed = False

    async def open(self) -> None:
        """Start all workers; raises StoreError when the store cannot be opened."""
        await self.starter.open()
        kinds = [False] * self.limits.workers + [True]
        for worker in await asyncio.gather(*(self.starter.start(kept) for kept in kinds)):
            # Requests may have come while the store was being loaded.
            self._release(worker)

    async def close(self) -> None:
        """End all workers."""
        self._closed = True
        for task in list(self._renewals):
            task.cancel()
        for worker in [*self._free, *self._busy]:
            await self.starter.end(worker, kill=True)
        self._free.clear()
        self._busy.clear()
        await self.starter.close()

    @property
    def idle(self) -> bool:
        """Return whether nobody waits for an answer."""
        return not self._busy and not self._waiting

    def running(self) -> list[int]:
        """Return the process ids of all workers."""
        return sorted(worker.pid for worker in [*self._free, *self._busy])

    async def ask(
        self, request: dict[str, Any], seconds: float | None = None, *, named: bool = False, client: str = ""
    ) -> Answer:
        """Return the answer to a request, or a refusal with a status.

        These are 429 the client has its share already, 503 busy, 504 too slow, 507 too large.
        """
        seconds = min(seconds or self.limits.seconds, self.limits.seconds)
        try:
            worker = await self._worker(named, client)
        except TimeoutError:
            if self._held(client) >= self.limits.share:
                return _refusal(429, "this client runs as many queries as one may at once", "wait for their answers")
            return _refusal(503, "the server is busy with other questions", "try again in a few seconds")
        ended = False
        try:
            try:
                worker.writer.write(frames.packed(request))
                asking = asyncio.ensure_future(frames.receive(worker.reader))
                answer = await self._within(asking, worker, seconds)
            except (EOFError, OSError):
                ended = True
                return _death(await self.starter.end(worker, kill=False))
            if isinstance(answer, str):
                ended = True
                await self.starter.end(worker, kill=True)
                if answer == "share":
                    return _refusal(
                        429, "this client runs as many long queries as one may at once", "wait for their answers"
                    )
                if answer == "crowded":
                    return _refusal(
                        503, "the server is busy with other long queries", "try again later, or ask for less"
                    )
                return _refusal(
                    504,
                    f"the query was stopped after {seconds:g} s",
                    "narrow it down, add LIMIT, or load the data at home",
                )
            return answer
        except asyncio.CancelledError:
            # The client has gone; nobody waits for this answer.
            if not ended:
                ended = True
                await self.starter.end(worker, kill=True)
            raise
        finally:
            self._busy.discard(worker)
            self._long.discard(worker)
            worker.client = ""
            if ended:
                task = asyncio.ensure_future(self._renew(worker.kept))
                self._renewals.add(task)
                task.add_done_callback(self._renewals.discard)
            else:
                self._release(worker)

    async def _within(self, asking: "asyncio.Future[Answer]", worker: Worker, seconds: float) -> Answer | str:
        try:
            first = min(self.limits.quick, seconds)
            done, _ = await asyncio.wait({asking}, timeout=first)
            if not done and seconds > first:
                if not worker.kept and len(self._long) >= self.limits.long:
                    return "crowded"
                if worker.client and sum(w.client == worker.client for w in self._long) >= self.limits.long_share:
                    return "share"
                self._long.add(worker)
                done, _ = await asyncio.wait({asking}, timeout=seconds - first)
            return asking.result() if done else "late"
        finally:
            asking.cancel()
            with suppress(asyncio.CancelledError, EOFError, OSError):
                await asking

    async def _worker(self, named: bool, client: str) -> Worker:
        for worker in sorted(self._free, key=lambda worker: worker.kept != named):
            if self._may_have(worker, named, client):
                self._free.remove(worker)
                self._busy.add(worker)
                worker.client = client
                return worker
        own = sum(bool(client) and client == other for _, _, other in self._waiting)
        if len(self._waiting) >= self.limits.waiting or own >= self.limits.waiting // 2:
            raise TimeoutError
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        place = (turn, named, client)
        self._waiting.append(place)
        try:
            return await asyncio.wait_for(turn, self.limits.patience)
        except BaseException:
            if turn.done() and not turn.cancelled():
                self._busy.discard(turn.result())
                turn.result().client = ""
                self._release(turn.result())
            raise
        finally:
            with suppress(ValueError):
                self._waiting.remove(place)

    def _may_have(self, worker: Worker, named: bool, client: str) -> bool:
        return named if worker.kept else self._held(client) < self.limits.share

    def _held(self, client: str) -> int:
        return sum(worker.client == client and not worker.kept for worker in self._busy) if client else 0

    def _release(self, worker: Worker) -> None:
        for place in self._waiting:
            turn, named, client = place
            if not turn.done() and self._may_have(worker, named, client):
                self._waiting.remove(place)
                self._busy.add(worker)
                worker.client = client
                turn.set_result(worker)
                return
        self._free.append(worker)

    async def _renew(self, kept: bool) -> None:
        while not self._closed:
            try:
                self._release(await self.starter.start(kept))
                return
            except (EOFError, OSError, StoreError):
                await asyncio.sleep(1)


def starter(settings: dict[str, Any]) -> Starter:
    """Return how workers start: forked from memory where that is safe, else as processes of their own.

    The pages of a site are made from memory, wherever the store is.
    """
    memory = settings.get("pages") or not on_disk(settings)
    return Forks(settings) if sys.platform == "linux" and memory else Alone(settings)


def on_disk(settings: dict[str, Any]) -> bool:
    """Return whether the settings name a store on disk."""
    return bool(settings.get("store")) and (Path(settings["store"]) / "CURRENT").is_file()


async def _greeting(message: Any) -> dict[str, Any]:
    try:
        about, _ = await asyncio.wait_for(message, START_SECONDS)
    except (EOFError, TimeoutError) as error:
        raise StoreError("the store could not be opened", mend="run 'plangraph build' and try again") from error
    if "refused" in about:
        raise StoreError(**about["refused"])
    return dict(about)


async def _first_message(control: socket.socket) -> Answer:
    """Return the first message on a control socket, which carries short replies afterwards."""

    async def exactly(size: int) -> bytes:
        parts = b""
        while len(parts) < size:
            part = await asyncio.get_running_loop().sock_recv(control, size - len(parts))
            if not part:
                raise EOFError
            parts += part
        return parts

    sizes = await exactly(8)
    head = await exactly(int.from_bytes(sizes[:4], "big"))
    return json.loads(head), await exactly(int.from_bytes(sizes[4:], "big"))


def _death(by: int) -> Answer:
    if by in (signal.SIGABRT, signal.SIGKILL):
        return _refusal(507, "the query needs more memory than it may take", "ask for less, or in parts")
    return _refusal(500, "the query ended its process", "it may be nested too deeply: ask in parts")


def _refusal(status: int, what: str, mend: str) -> Answer:
    return {"status": status, "error": {"what": what, "mend": mend, "where": ""}}, b""
