"""Asking a SPARQL 1.1 endpoint as if it were a store in this process."""

import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from email.message import Message
from http.client import HTTPException
from typing import Any, cast

import pyoxigraph as ox

from plangraph import __version__, formats
from plangraph.errors import StoreError
from plangraph.sparql import with_prefixes
from plangraph.vocabulary import CV, DCT, PG, RDF, RDFS, SKOS

# Media type → format of what an endpoint may answer.
RESULTS = {
    media: formats.of_results(form)
    for form in (formats.RESULTS["json"], formats.RESULTS["xml"])
    for media in form.media
}
GRAPHS = {
    media: formats.of_graph(form)
    for form in (formats.GRAPHS["ntriples"], formats.GRAPHS["turtle"])
    for media in form.media
}
ACCEPT = (
    "application/sparql-results+json, application/n-triples, "
    "application/sparql-results+xml;q=0.5, text/turtle;q=0.5, application/json;q=0.4"
)
# A store that is starting, restarting or busy answers again after a short while.
PASSING = {429, 502, 503}
# Where engines keep the graph store protocol (SPARQL 1.1 Graph Store HTTP Protocol) beside their query address.
GRAPH_STORES = {"/query": "/store", "/sparql": "/sparql-graph-crud-auth"}

_NAMES = " ".join(
    f"<{name}>" for name in (SKOS + "prefLabel", RDFS + "label", DCT + "title", SKOS + "altLabel", SKOS + "hiddenLabel")
)
_AT_ONCE = 200
# Virtuoso writes the booleans of its results as 1 and 0.
_BOOLEAN = re.compile(rb'("datatype": ?"http://www\.w3\.org/2001/XMLSchema#boolean", ?"value": ?")([01])(?=")')


class Endpoint:
    """A SPARQL 1.1 endpoint with the two methods of ``pyoxigraph.Store`` that plangraph asks with.

    ``url`` is the address of the query operation. A ``default-graph-uri`` or ``named-graph-uri`` in it is sent with
    each question. ``timeout`` is in seconds, per request; a refused connection and the statuses 429, 502 and 503 are
    tried ``retries`` more times. ``PLANGRAPH_STORE_USER`` with ``PLANGRAPH_STORE_PASSWORD`` (basic or digest), or
    ``PLANGRAPH_STORE_TOKEN`` (bearer), are the credentials; no redirect is followed, so they go to this address only.

    Each failure is a StoreError that names the address, what happened and what to do.
    """

    def __init__(self, url: str, *, timeout: float = 60, retries: int = 2) -> None:
        no_address = StoreError(
            "this is not the address of a store",
            where=url.rpartition("@")[2],
            mend="write it as http://host:port/path",
        )
        try:
            parts = urllib.parse.urlsplit(url)
            _ = parts.port
        except ValueError as error:
            raise no_address from error
        if parts.username or parts.password:
            raise StoreError(
                "a password in an address ends up in histories and logs",
                where=parts._replace(netloc=parts.hostname or "").geturl(),
                mend="set PLANGRAPH_STORE_USER and PLANGRAPH_STORE_PASSWORD instead",
            )
        if not parts.hostname:
            raise no_address
        self.url, self.timeout, self.retries = url, timeout, retries
        self._address = parts._replace(query="", fragment="").geturl()
        self._dataset = urllib.parse.parse_qsl(parts.query)
        self._token = os.environ.get("PLANGRAPH_STORE_TOKEN", "")
        user, password = (os.environ.get(f"PLANGRAPH_STORE_{name}", "") for name in ("USER", "PASSWORD"))
        self._basic = b64encode(f"{user}:{password}".encode()).decode() if user else ""
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        if user:
            passwords.add_password(None, f"{parts.scheme}://{parts.netloc}", user, password)
        self._digest = urllib.request.HTTPDigestAuthHandler(passwords)
        self._opener = urllib.request.build_opener(_NoRedirect, self._digest)
        self._without_credentials = urllib.request.build_opener(_NoRedirect)

    def query(
        self, query: str, /, *, prefixes: Mapping[str, str] | None = None, use_default_graph_as_union: bool = False
    ) -> "ox.QuerySolutions | ox.QueryBoolean | Iterator[ox.Triple]":
        """Return what the endpoint answers: solutions, a boolean, or triples, as ``pyoxigraph.Store.query`` does.

        The endpoint decides what its default graph is, so ``use_default_graph_as_union`` is read and not used.
        """
        fields = [*self._dataset, ("query", with_prefixes(query, prefixes or {}))]
        body, headers = self._send(
            "POST",
            self._address,
            urllib.parse.urlencode(fields).encode(),
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": ACCEPT},
        )
        media = headers.get_content_type()
        try:
            if media in RESULTS and b"<!DOCTYPE" not in body[:1000]:
                body = _BOOLEAN.sub(lambda found: found[1] + (b"true" if found[2] == b"1" else b"false"), body)
                answer = ox.parse_query_results(body, RESULTS[media])
                if isinstance(answer, ox.QueryBoolean):
                    return answer
                if [variable.value for variable in answer.variables] == ["__ASK_RETVAL"]:
                    # Virtuoso answers ASK with a row that holds 1 or 0, or with no row.
                    return _boolean(any(row[0] is not None and row[0].value not in ("0", "false") for row in answer))
                # The engine reads as it goes on; read once to the end, a fault is found here and not by the caller.
                self._check_size(sum(1 for _ in answer), headers)
                return ox.parse_query_results(body, RESULTS[media])
            if media in GRAPHS:
                return iter([quad.triple for quad in ox.parse(body, GRAPHS[media])])
        except (SyntaxError, ValueError) as error:
            raise self._fault(
                f"its answer breaks off or is malformed ({_short(str(error))})", "ask for less, or raise its limits"
            ) from error
        said = _short(re.sub(r"<[^>]*>", " ", body[:2000].decode("utf-8", "replace")))
        raise self._fault(
            f"it answered {media} instead of SPARQL results: {said}",
            "give the address of its query operation, often …/sparql or …/query",
        )

    def quads_for_pattern(
        self,
        subject: Any,
        predicate: Any,
        object: Any,
        graph_name: Any = None,
    ) -> Iterator[ox.Quad]:
        """Yield the quads that fit, None fitting any term; see ``pyoxigraph.Store.quads_for_pattern``."""
        given = {"s": subject, "p": predicate, "o": object}
        pattern = " ".join(f"?{name}" if term is None else str(term) for name, term in given.items())
        if graph_name is None:
            where = f"{{ {pattern} }} UNION {{ GRAPH ?g {{ {pattern} }} }}"
        elif isinstance(graph_name, ox.DefaultGraph):
            where = pattern
        else:
            where = f"GRAPH {graph_name} {{ {pattern} }}"
        free = [name for name, term in given.items() if term is None]
        if graph_name is None:
            free.append("g")
        for row in self._rows(f"SELECT DISTINCT {' '.join('?' + n for n in free) or '*'} WHERE {{ {where} }}"):
            found = {**given, **{name: row[name] for name in free}}
            graph = found.get("g") or (None if graph_name is None else graph_name)
            yield ox.Quad(found["s"], found["p"], found["o"], graph)

    def labels(self, iris: Iterable[str]) -> ox.Store:
        """Return the names of some things as a small store in memory, fetched in a few requests."""
        return self._copied(f"VALUES ?s {{ %s }} VALUES ?p {{ {_NAMES} }} ?s ?p ?o", sorted(set(iris)))

    def names_like(self, name: str) -> ox.Store:
        """Return the names of the things that ``name`` may mean: by the end of their IRI, or by a name of theirs."""
        ending = ox.Literal(re.sub(r"[^a-z0-9]", "", name.lower()) or "/")
        tests = [f"LCASE(STR(?o)) = {ox.Literal(name.strip().lower())}"]
        tests.append(f'STRENDS(REPLACE(LCASE(STR(?s)), "[^a-z0-9]", ""), {ending})')
        found = self._rows(
            f"SELECT DISTINCT ?s {{ VALUES ?p {{ {_NAMES} }} ?s ?p ?o FILTER({' || '.join(tests)}) }} LIMIT 500"
        )
        return self.labels(row["s"].value for row in found if isinstance(row["s"], ox.NamedNode))

    def around(self, iri: str) -> ox.Store:
        """Return a thing with its facts, their evidence and the names of all they mention, as a store in memory."""
        both = "{ { %s } UNION { GRAPH ?g { %s } } }"
        mine = both % ("?s ?p ?o", "?s ?p ?o")
        store = self._copied(f"VALUES ?s {{ %s }} {mine}", [iri])
        self._copied(f"VALUES ?o {{ %s }} {mine}", [iri], store)
        said = {RDF + "subject", RDF + "object", CV + "hasParticipant", PG + "underMeasure"}
        facts = {q.subject.value for q in store if q.predicate.value in said}
        facts |= {q.object.value for q in store if q.predicate.value == CV + "hasParticipation"}
        self._copied(f"VALUES ?s {{ %s }} {mine}", sorted(facts), store)
        mentioned = {term.value for q in store for term in (q.predicate, q.object) if isinstance(term, ox.NamedNode)}
        mentioned |= {q.subject.value for q in store if isinstance(q.subject, ox.NamedNode)}
        self._copied(
            f"VALUES ?s {{ %s }} VALUES ?p {{ {_NAMES} <{PG}locator> <{RDF}type> }} ?s ?p ?o", sorted(mentioned), store
        )
        return store

    def _copied(self, where: str, iris: Iterable[str], store: ox.Store | None = None) -> ox.Store:
        store = ox.Store() if store is None else store
        waiting = list(iris)
        for start in range(0, len(waiting), _AT_ONCE):
            values = " ".join(str(ox.NamedNode(iri)) for iri in waiting[start : start + _AT_ONCE])
            given = [name for name in ("?g", "?s", "?p", "?o") if name in where]
            for row in self._rows(f"SELECT DISTINCT {' '.join(given)} WHERE {{ {where % values} }}"):
                s, p, o = (row[name] for name in "spo")
                store.add(ox.Quad(s, p, o, (row["g"] if "?g" in where else None) or ox.DefaultGraph()))
        return store

    def put(self, graph: str | None, triples: Iterable[ox.Triple], graph_store: str | None = None) -> None:
        """Replace one graph of the store (the default graph when ``graph`` is None) by the given triples.

        It goes by the graph store protocol, to ``graph_store`` or to the place where known engines keep it.
        """
        address = graph_store or self._graph_store()
        asked = "default" if graph is None else urllib.parse.urlencode({"graph": graph})
        body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
        headers = {"Content-Type": "text/turtle", **self._introduced("PUT", f"{address}?{asked}")}
        self._send("PUT", f"{address}?{asked}", body, headers)

    @property
    def default_graph(self) -> str | None:
        """Return the graph that the address names as its default graph, or None."""
        return next((value for name, value in self._dataset if name == "default-graph-uri"), None)

    def _rows(self, query: str) -> Iterator[ox.QuerySolution]:
        found = self.query(query)
        if not isinstance(found, ox.QuerySolutions):
            raise self._fault("it answered a SELECT with something else", "give the address of a SPARQL 1.1 endpoint")
        yield from found

    def _graph_store(self) -> str:
        for ending, other in GRAPH_STORES.items():
            if self._address.endswith(ending):
                return self._address.removesuffix(ending) + other
        raise self._fault("it is not known where it takes graphs", "name its graph store with --graph-store URL")

    def _send(self, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> tuple[bytes, Message]:
        headers |= {"User-Agent": f"plangraph/{__version__}"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        basic = False
        for attempt in range(self.retries + 2):
            if basic:
                headers["Authorization"] = f"Basic {self._basic}"
            try:
                request = urllib.request.Request(url, body, headers, method=method)
                with self._opener.open(request, timeout=self.timeout) as response:
                    return _read(response, self.timeout), response.headers
            except urllib.error.HTTPError as error:
                told = _told(error)
                wants_basic = "basic" in str(error.headers.get("WWW-Authenticate", "")).lower()
                if error.code == 401 and self._basic and wants_basic and not basic:
                    basic = True
                elif error.code in PASSING and attempt < self.retries:
                    time.sleep(_pause(error.headers.get("Retry-After"), attempt))
                else:
                    raise self._refusal(error.code, told) from error
            except TimeoutError as error:
                raise self._fault(
                    f"no answer within {self.timeout:g} s", "narrow the question, or give more time with --timeout"
                ) from error
            except OSError as error:
                reason = getattr(error, "reason", error)
                if isinstance(reason, TimeoutError):
                    raise self._fault(
                        f"no answer within {self.timeout:g} s", "give more time with --timeout"
                    ) from error
                if attempt >= self.retries:
                    what = getattr(reason, "strerror", None) or str(reason)
                    raise self._fault(f"it cannot be reached: {what}", "check the address and that it runs") from error
                time.sleep(_pause(None, attempt))
            except (HTTPException, ValueError) as error:
                # A challenge or an address that cannot be used is a ValueError of urllib.
                raise self._fault(
                    f"it does not answer as HTTP asks, or breaks off ({_short(repr(error))})", "check the address"
                ) from error
        raise self._fault("it refuses the credentials", "check PLANGRAPH_STORE_USER and PLANGRAPH_STORE_PASSWORD")

    def _introduced(self, method: str, url: str) -> dict[str, str]:
        """Return the header with credentials by digest, where they are asked for.

        A server that has not seen them closes the connection in the middle of a long body, so they come first.
        """
        status, challenge = self._probed(url)
        scheme, _, asked = challenge.partition(" ")
        if status != 401:
            return {}
        if not self._basic and not self._token:
            raise self._refusal(401, "")
        if scheme.lower() != "digest":
            return {}
        try:
            known = urllib.request.parse_keqv_list(urllib.request.parse_http_list(asked))
        except ValueError as error:
            raise self._fault("it asks for credentials in a way that is not known", "check the address") from error

        def header(method: str) -> dict[str, str]:
            request = urllib.request.Request(url, method=method)
            return {"Authorization": f"Digest {self._digest.get_authorization(request, known)}"}

        if self._probed(url, header("HEAD"))[0] == 401:
            raise self._refusal(401, "")
        return header(method)

    def _probed(self, url: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
        try:
            request = urllib.request.Request(url, headers=headers or {}, method="HEAD")
            with self._without_credentials.open(request, timeout=self.timeout) as response:
                return response.status, ""
        except urllib.error.HTTPError as error:
            return error.code, str(error.headers.get("WWW-Authenticate", ""))
        except (OSError, HTTPException, ValueError):
            return 0, ""

    def _refusal(self, code: int, told: str) -> StoreError:
        if code in (401, 403):
            known = self._basic or self._token
            return self._fault(
                "it refuses the credentials" if known else "it asks for credentials",
                "check PLANGRAPH_STORE_USER and PLANGRAPH_STORE_PASSWORD, or PLANGRAPH_STORE_TOKEN",
            )
        if code in (301, 302, 303, 307, 308):
            return self._fault(f"it sends on to another address ({code})", "give the final address")
        return self._fault(
            f"it answered {code}: {told}", "check the address, and the question with 'query NAME --show'"
        )

    def _check_size(self, rows: int, headers: Message) -> None:
        # Virtuoso cuts answers at a number of rows and tells so in a header alone.
        most = headers.get("X-SPARQL-MaxRows")
        if most and most.isdigit() and rows >= int(most):
            raise self._fault(
                f"it cuts answers at {int(most):,} rows and this one has at least as many",
                "raise its limit (ResultSetMaxRows), or ask with LIMIT and OFFSET",
            )

    def _fault(self, what: str, mend: str) -> StoreError:
        return StoreError(what, where=f"store {self._address}", mend=mend)

    def __repr__(self) -> str:
        return f"Endpoint({self._address!r})"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: credentials and questions do not leave the address that was given."""

    def redirect_request(self, *_: Any) -> None:
        """Say that there is nothing to follow."""


def _read(response: Any, seconds: float) -> bytes:
    # The timeout of a socket is per packet; a store that drips its answer is stopped by the clock.
    end, parts = time.monotonic() + seconds, []
    while part := response.read1(1 << 20):
        parts.append(part)
        if time.monotonic() > end:
            raise TimeoutError
    length = response.headers.get("Content-Length")
    body = b"".join(parts)
    if length and length.isdigit() and len(body) < int(length):
        raise ConnectionError("it closed the connection in the middle of its answer")
    return body


def _told(error: urllib.error.HTTPError) -> str:
    try:
        return _short(re.sub(r"<[^>]*>", " ", error.read(2000).decode("utf-8", "replace")))
    except (OSError, HTTPException):
        return ""


def _boolean(value: bool) -> ox.QueryBoolean:
    text = b'{"head":{},"boolean":true}' if value else b'{"head":{},"boolean":false}'
    return cast(ox.QueryBoolean, ox.parse_query_results(text, ox.QueryResultsFormat.JSON))


def _pause(told: str | None, attempt: int) -> float:
    return min(float(told), 5.0) if told and told.isdigit() else 0.2 * 2**attempt


def _short(text: str, size: int = 200) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= size else flat[: size - 1] + "…"
