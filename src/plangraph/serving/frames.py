"""Messages between the server and its workers: a JSON head and a body of bytes, each with its length before it."""

import json
import os
from asyncio import StreamReader
from struct import Struct
from typing import Any

_LENGTHS = Struct("!II")


def packed(head: dict[str, Any], body: bytes = b"") -> bytes:
    """Return one message as bytes."""
    text = json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return _LENGTHS.pack(len(text), len(body)) + text + body


async def receive(reader: StreamReader) -> tuple[dict[str, Any], bytes]:
    """Return the next message; raises EOFError when the other side has gone."""
    sizes = await reader.readexactly(_LENGTHS.size)
    text, body = _LENGTHS.unpack(sizes)
    return json.loads(await reader.readexactly(text)), await reader.readexactly(body)


def read(descriptor: int) -> tuple[dict[str, Any], bytes] | None:
    """Return the next message from a file descriptor, or None when the other side has gone."""
    sizes = _exactly(descriptor, _LENGTHS.size)
    if sizes is None:
        return None
    text, body = _LENGTHS.unpack(sizes)
    head, rest = _exactly(descriptor, text), _exactly(descriptor, body)
    return None if head is None or rest is None else (json.loads(head), rest)


def write(descriptor: int, message: bytes) -> None:
    """Write a whole message to a file descriptor."""
    view = memoryview(message)
    while view:
        view = view[os.write(descriptor, view) :]


def _exactly(descriptor: int, size: int) -> bytes | None:
    parts = []
    while size:
        part = os.read(descriptor, min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
