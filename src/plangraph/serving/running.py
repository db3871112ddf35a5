"""Starting and stopping the server."""

import asyncio
import errno
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from plangraph import output
from plangraph.errors import UsageError
from plangraph.plans import WHOLE
from plangraph.serving.app import make_app
from plangraph.serving.limits import Limits
from plangraph.serving.pool import Pool, Starter, starter
from plangraph.serving.proof import Proofreader
from plangraph.serving.shelf import Shelf

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
HEADER_SECONDS = 10
UNBOUNDED = {
    "files": "this system does not keep queries from opening files",
    "memory": "this system sets no limit to the memory that a query takes: --memory has no effect",
    "network": "this system does not keep the processes of queries from the network",
}


class _Patient(H11Protocol):
    """Closes a connection whose request does not arrive in time."""

    _impatience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._wait()
        elif self._impatience:
            self._impatience.cancel()
            self._impatience = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._impatience:
            self._impatience.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._impatience is None:
            self._impatience = self.loop.call_later(HEADER_SECONDS, self._give_up)

    def _give_up(self) -> None:
        self._impatience = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()


def serve(
    settings: dict[str, Any],
    workers: Starter | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    names: tuple[str, ...] = (),
    url: str = "",
    limits: Limits | None = None,
    log: Callable[[str], None] = lambda line: None,
    log_queries: bool = False,
    ready: Callable[[str], None] = lambda address: None,
    warn: Callable[[str], None] = lambda text: None,
) -> None:
    """Serve the graph that ``settings`` name (``data`` and ``out``, or ``store``) until a signal stops the server.

    ``host`` 127.0.0.1 is reachable from this machine alone, and then only under its own names and those in ``names``,
    so that no page of the web can reach it under a name of its own. ``port`` 0 takes any free one; ``ready`` is called
    with the address when the server answers, pages of the site included, ``warn`` before that with each limit of
    queries that this machine cannot set.

    ``workers`` may have been launched before this module was imported, which takes as long as loading a store.

    Raises UsageError when the port is in use, and StoreError when the store cannot be opened.
    """
    limits = limits or Limits()
    listening = _listen(host, port)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        asyncio.run(_run(settings, workers, listening, names, url, limits, log, log_queries, ready, warn))
    finally:
        listening.close()
        for number, handler in before.items():
            signal.signal(number, handler)


async def _run(
    settings: dict[str, Any],
    workers: Starter | None,
    listening: socket.socket,
    names: tuple[str, ...],
    url: str,
    limits: Limits,
    log: Callable[[str], None],
    log_queries: bool,
    ready: Callable[[str], None],
    warn: Callable[[str], None],
) -> None:
    host, port = listening.getsockname()[:2]
    local = host in ("127.0.0.1", "::1")
    hosts = (LOOPBACK if local else frozenset()) | {name.lower() for name in names} if local or names else frozenset()
    pool = Pool(workers or starter({**settings, "limits": limits.plain()}), limits)
    slow = replace(limits, seconds=30, long=1, patience=30)

    def pages_of(plan: str) -> Pool:
        return Pool(starter({**settings, "limits": slow.plain(), "pages": True, "plan": plan}), slow)

    site: Pool | Shelf = Shelf(pages_of)
    proof = Proofreader()
    opening: asyncio.Task[None] | None = None
    try:
        await pool.open()
        for limit in pool.starter.unbounded:
            warn(UNBOUNDED[limit])
        about = pool.starter.about
        if len(about["plans"]) <= 1 and about["triples"] <= WHOLE:
            site = pages_of("")
            opening = asyncio.ensure_future(site.open())
        elif settings.get("report"):
            raise UsageError(
                f"--report is the text of one plan, and the store holds {output.count(len(about['plans']), 'plan')}",
                mend="leave --report out, or serve a store with that plan alone",
            )
        # The files of the built graph are not those of another store.
        out = None if settings.get("store") else Path(settings.get("out") or "out")
        app = make_app(pool, site, proof, hosts=hosts, url=url, out=out, log=log, log_queries=log_queries)
        config = uvicorn.Config(
            app,
            http=_Patient,
            ws="none",
            lifespan="off",
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=256_000,
            limit_concurrency=1000,
        )
        server = uvicorn.Server(config)
        for number in (signal.SIGINT, signal.SIGTERM):
            # The server takes its own signals and raises them again when it has closed; by then all is well.
            signal.signal(number, lambda *_: None)
        named = f"[{host}]" if ":" in host else host
        fault: BaseException | None = None

        def opened(task: "asyncio.Task[None] | None") -> None:
            nonlocal fault
            # What fails once the server is being stopped fails because of that.
            if server.should_exit or (task and task.cancelled()):
                return
            fault = task.exception() if task else None
            if fault:
                server.should_exit = True
            else:
                ready(f"http://{named}:{port}/")

        if opening:
            opening.add_done_callback(opened)
        else:
            asyncio.get_running_loop().call_soon(opened, None)
        await server.serve(sockets=[listening])
        if fault:
            raise fault
    finally:
        if opening:
            opening.cancel()
        await proof.close()
        await site.close()
        await pool.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UsageError(f"port {port} is in use", mend=f"choose another one: --port {port + 1}") from error
        raise UsageError(
            f"cannot listen on {host} port {port}: {error.strerror or error}", mend="choose another --host or --port"
        ) from error
