"""The processes that hold a store and answer: the zygote and the workers forked from it, or workers on their own.

The zygote loads the store into memory and forks a worker whenever the pool asks for one; a fork shares the memory and
takes milliseconds. It is a process of one thread, because a fork copies no other. Where that cannot be had (a store on
disk, whose engine keeps threads, or a system other than Linux) each worker is a new process that opens the store.

    python -m plangraph.serving.worker zygote SETTINGS    control socket = standard input
    python -m plangraph.serving.worker alone SETTINGS     requests on standard input, answers on standard output
    python -m plangraph.serving.worker proof SETTINGS     queries on standard input, places of mistakes on output
"""

import json
import os
import signal
import socket
import sys
from typing import Any

from plangraph.errors import PlangraphError
from plangraph.serving import frames, jail
from plangraph.serving.desk import Desk, open_desk
from plangraph.serving.limits import MEGABYTE, Limits


def serve_requests(desk: Desk, incoming: int, outgoing: int) -> None:
    """Answer one request after the other until the other side closes."""
    while message := frames.read(incoming):
        head, body = desk.answer(message[0])
        frames.write(outgoing, frames.packed(head, body))


def alone(settings: dict[str, Any]) -> None:
    """Open the store, give up what is not needed, and answer on standard input and output."""
    jail.die_with_parent(settings["parent"])
    limits = Limits(**settings["limits"])
    incoming, outgoing = os.dup(0), os.dup(1)
    _silence()
    network = jail.no_network()
    desk = _opened(settings, outgoing)
    jail.yield_to_others()
    held = {"network": network, "memory": jail.bounded_memory(limits.memory)}
    frames.write(outgoing, frames.packed({**desk.about(), **_unbounded(held)}))
    serve_requests(desk, incoming, outgoing)


def zygote(settings: dict[str, Any]) -> None:
    """Hold the store; fork a worker for each ``F`` that comes with a socket; end a worker for ``K`` and ``R``.

    A worker greets on its socket before it answers.
    ``K pid`` kills and ``R pid`` waits; both answer with the signal that ended the worker, or 0. A process that is
    not a worker of this one is left alone.
    """
    jail.die_with_parent(settings["parent"])
    control = socket.socket(fileno=os.dup(0))
    _silence()
    desk = _opened(settings, control.fileno())
    desk.warm()
    frames.write(control.fileno(), frames.packed(desk.about()))
    children: set[int] = set()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 64, 1)
        if not message:
            break
        if message[:1] == b"F":
            parent = os.getpid()
            pid = os.fork()
            if not pid:
                jail.die_with_parent(parent)
                control.close()
                _become_worker(desk, descriptors[0], Limits(**settings["limits"]), message[1:] == b"quick")
            os.close(descriptors[0])
            children.add(pid)
            control.sendall(b"%d" % pid)
        else:
            pid = int(message[1:])
            status = 0
            if pid in children:
                if message[:1] == b"K":
                    os.kill(pid, signal.SIGKILL)
                status = os.waitpid(pid, 0)[1]
                children.discard(pid)
            control.sendall(b"%d" % (os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0))
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def proof(settings: dict[str, Any]) -> None:
    """Say of each query on standard input where rdflib's parser cannot read it."""
    from plangraph import sparql

    jail.die_with_parent(settings["parent"])
    incoming, outgoing = os.dup(0), os.dup(1)
    _silence()
    # The parser builds itself on first use.
    sparql.unread_from("ASK {")
    jail.yield_to_others()
    jail.bounded_memory(300 * MEGABYTE)
    jail.no_files()
    frames.write(outgoing, frames.packed({}))
    while message := frames.read(incoming):
        frames.write(outgoing, frames.packed({"place": sparql.unread_from(message[0]["text"])}))


def _become_worker(desk: Desk, descriptor: int, limits: Limits, quick: bool) -> None:
    status = 1
    try:
        if not quick:
            jail.yield_to_others()
        held = {"memory": jail.bounded_memory(limits.memory)}
        if desk.site is None:
            # Pages are made without a stranger's query and may read the files of the site; queries may open nothing.
            held["network"] = held["files"] = jail.no_files()
        frames.write(descriptor, frames.packed(_unbounded(held)))
        serve_requests(desk, descriptor, descriptor)
        status = 0
    finally:
        os._exit(status)


def _unbounded(held: dict[str, bool]) -> dict[str, list[str]]:
    return {"unbounded": sorted(name for name, took_hold in held.items() if not took_hold)}


def _opened(settings: dict[str, Any], outgoing: int) -> Desk:
    try:
        return open_desk(settings)
    except PlangraphError as error:
        refusal = {"what": error.what, "where": error.where, "mend": error.mend}
        frames.write(outgoing, frames.packed({"refused": refusal}))
        sys.exit(error.exit_code)


def _silence() -> None:
    # An engine that runs out of memory or stack says so on standard error; the pool tells the client.
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    {"zygote": zygote, "alone": alone, "proof": proof}[sys.argv[1]](json.loads(sys.argv[2]))
