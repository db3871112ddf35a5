"""What each request passes before it is looked at, and what each response carries."""

import time
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Data that any page of the web may read; nothing here depends on who asks, and nothing can be changed.
OPEN = ("/sparql", "/queries", "/.well-known/", "/openapi.json", "/id/", "/data/")
HEADERS = {
    b"content-security-policy": b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    b"form-action 'self'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
}
CORS = {
    b"access-control-allow-origin": b"*",
    b"access-control-allow-methods": b"GET, HEAD, POST, OPTIONS",
    b"access-control-allow-headers": b"Accept, Content-Type",
    b"access-control-max-age": b"86400",
}


class Guard:
    """Refuses foreign Host names, over-long addresses and doubtful framing; adds headers; writes the log.

    A line of the log holds the method, the path as it was sent and without its parameters, the status, the time taken,
    and a digest of the query; it never holds the address of a client, nor a character that would begin another line or
    command the terminal.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str], longest: int, log: Callable[[str], None]) -> None:
        self.app, self.hosts, self.longest, self.log = app, hosts, longest, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                extra = {**HEADERS, **(CORS if scope["path"].startswith(OPEN) else {})}
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in extra.items() if name not in present),
                ]
            await send(message)

        refusal = self._refusal(scope)
        if refusal:
            await _plain(sending, *refusal)
        else:
            await self.app(scope, receive, sending)
        note = scope.get("plangraph.note", "")
        taken = (time.perf_counter() - start) * 1000
        path = scope["raw_path"].decode("ascii", "backslashreplace")
        self.log(_printable(f"{scope['method']} {path} {status} {taken:.0f} ms {note}".rstrip()))

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.lower(), []).append(value)
        named = [value.decode("latin-1") for value in headers.get(b"host", ())]
        if len(named) != 1 or (self.hosts and _name(named[0]) not in self.hosts):
            return 421, "this server does not answer under that name; start it with --name NAME to allow one"
        if len(scope.get("raw_path", b"")) + len(scope["query_string"]) > self.longest:
            return 414, f"the address is longer than {self.longest:,} bytes; send the query with POST"
        if b"transfer-encoding" in headers and b"content-length" in headers:
            return 400, "the request gives two lengths for its body"
        return None


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _name(host: str) -> str:
    host = host.lower().rstrip(".")
    return host.rsplit("]", 1)[0] + "]" if host.startswith("[") else host.split(":", 1)[0]


async def _plain(send: Any, status: int, text: str) -> None:
    body = (text + "\n").encode("utf-8")
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
