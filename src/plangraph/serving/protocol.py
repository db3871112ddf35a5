"""Reading a request of the SPARQL 1.1 protocol, and refusing what is not one with the right status.

https://www.w3.org/TR/sparql11-protocol/
"""

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
BODY_SECONDS = 10


class Refusal(Exception):  # noqa: N818
    """A request that is answered with a status and a reason."""

    def __init__(self, status: int, what: str, mend: str = "", where: str = "", query: str = "") -> None:
        super().__init__(what)
        self.status, self.what, self.mend, self.where, self.query = status, what, mend, where, query


@dataclass(frozen=True)
class Question:
    """One query operation: the query, the graphs it is about, and what else the client wants."""

    query: str
    default: list[str]
    named: list[str]
    form: str = ""
    seconds: float | None = None
    lang: str = "nb"


async def read_question(request: Request, most: int) -> Question | None:
    """Return the query operation that a request asks for, or None when it names no query (a GET without parameters).

    Raises Refusal: 400 for a missing or repeated query, 403 for an update, 408 for a body that does not arrive, 413 for
    one that is too large, 415 for another media type or character set than UTF-8.
    """
    fields = _fields(request.scope["query_string"])
    if request.method == "POST":
        media, _, parameters = request.headers.get("content-type", "").partition(";")
        media = media.strip().lower()
        if media == UPDATE:
            raise _no_updates()
        if media not in (FORM, DIRECT):
            raise Refusal(
                415, f"a query cannot be sent as {media or 'a body without a type'}", f"send {DIRECT} or {FORM}"
            )
        charset = parameters.lower().replace(" ", "").replace('"', "")
        if "charset=" in charset and "charset=utf-8" not in charset:
            raise Refusal(415, "only UTF-8 is read", "send the query as UTF-8")
        body = await read_body(request, most)
        if media == FORM:
            fields += _fields(body)
        else:
            fields.append(("query", _text(body)))
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise _no_updates()
    asked = values.get("query", [])
    if not asked:
        if request.method == "POST" or set(values) - {"lang"}:
            raise Refusal(400, "there is no query in the request", "send it as the parameter 'query'")
        return None
    if len(asked) > 1:
        raise Refusal(400, "there is more than one query in the request", "send one query at a time")
    return Question(
        asked[0],
        values.get("default-graph-uri", []),
        values.get("named-graph-uri", []),
        values.get("format", [""])[-1],
        _seconds(values.get("timeout", [""])[-1]),
        values.get("lang", ["nb"])[-1],
    )


async def read_body(request: Request, most: int) -> bytes:
    """Return the body of a request; 413 when it is larger than ``most`` bytes, 408 when it does not arrive in time."""
    told = request.headers.get("content-length", "0")
    too_large = Refusal(413, f"the body is larger than {most:,} bytes", "send a shorter query")
    if told.isdigit() and int(told) > most:
        raise too_large
    body = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise too_large
    except TimeoutError as error:
        raise Refusal(408, f"the body did not arrive within {BODY_SECONDS} s", "send it again") from error
    except ClientDisconnect as error:
        raise Refusal(400, "the client has gone") from error
    return body


def _fields(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise Refusal(
            400, "the parameters are not UTF-8 in percent-encoding, or too many", "encode them again"
        ) from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(400, "the query is not UTF-8", "send it as UTF-8") from error


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if seconds > 0 else None


def _no_updates() -> Refusal:
    return Refusal(403, "this store is only read", "change the data files and run 'plangraph build' instead")
