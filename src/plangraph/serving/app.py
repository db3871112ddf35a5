"""The web application: routes, negotiation and refusals. It holds no store; the pool answers."""

import json
import re
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from plangraph import sparql
from plangraph.errors import LengthError, QueryError, UpdateError
from plangraph.formats import BUILT
from plangraph.names import near
from plangraph.serving import negotiation, pages
from plangraph.serving.guard import Guard
from plangraph.serving.limits import Limits
from plangraph.serving.negotiation import GRAPHS, HTML, RESULTS, choose, media_type, with_charset
from plangraph.serving.openapi import openapi
from plangraph.serving.pool import Pool
from plangraph.serving.proof import Proofreader
from plangraph.serving.protocol import Refusal, read_question
from plangraph.serving.shelf import Shelf
from plangraph.site.assets import media_type as media_of
from plangraph.site.assets import read_static, static_names

QUESTION_FORMS: dict[str, tuple[str, ...]] = {
    "csv": ("text/csv",),
    "json": ("application/json",),
    "sparql-json": (RESULTS["json"][0],),
}
QUESTION_FORMS |= {"sparql-xml": (RESULTS["xml"][0],), "tsv": RESULTS["tsv"]}
# Descriptions of the data set that are remembered: one for each form and each name of the server.
KEPT = 16
_ENGLISH = re.compile(r"^(/plans/[^/]+)?/en(?=/|$)")


def make_app(
    pool: Pool,
    site: "Pool | Shelf",
    proof: Proofreader,
    *,
    limits: Limits | None = None,
    hosts: frozenset[str] = frozenset(),
    url: str = "",
    out: Path | None = None,
    log: Callable[[str], None] = lambda line: None,
    log_queries: bool = False,
) -> Starlette:
    """Return the application over a pool that is open, and one for the pages of the site, which may open later.

    ``site`` makes the pages of the whole store, or is a shelf of pools for a store of many plans: then each plan has
    its site at ``/plans/SLUG/``, the front page lists the plans, and a thing's page the plans that tell of it.
    ``hosts`` are the names under which requests may come (any, when empty); ``url`` is the public address where a
    proxy stands before the server; ``out`` is the folder with the files to download; ``log`` takes one line for each
    request, with no address of a client, and with the text of queries only on ``log_queries``.
    """
    desk = _Front(pool, site, proof, limits or pool.limits, url, out, log_queries)
    routes = [
        Route("/sparql", desk.sparql, methods=["GET", "POST", "OPTIONS"]),
        Route("/sparql/", desk.sparql, methods=["GET", "POST", "OPTIONS"]),
        Route("/en/sparql", desk.sparql, methods=["GET", "POST", "OPTIONS"]),
        Route("/en/sparql/", desk.sparql, methods=["GET", "POST", "OPTIONS"]),
        Route("/.well-known/void", desk.void),
        Route("/openapi.json", desk.openapi),
        Route("/queries", desk.questions),
        Route("/queries/{name}", desk.question),
        Route("/data/{name}", desk.download),
        Route("/id/{path:path}", desk.thing),
        Route("/static/{name}", desk.static),
        Route("/favicon.ico", lambda request: RedirectResponse(f"{desk.base(request)}static/favicon.ico", 301)),
        *([Route(*route) for route in _of_plans(desk)] if desk.shelf else ()),
        Route("/{path:path}", desk.page),
    ]
    faults: dict[Any, Any] = {Refusal: desk.refused, HTTPException: desk.failed, Exception: desk.broken}
    guard = Middleware(Guard, hosts=hosts, longest=desk.limits.address, log=log)
    return Starlette(
        routes=routes, exception_handlers=faults, middleware=[guard, Middleware(GZipMiddleware, minimum_size=1000)]
    )


def _of_plans(desk: "_Front") -> list[tuple[str, Callable[..., Any]]]:
    return [
        ("/plans/{slug}/{path:path}", desk.page_of_plan),
        ("/en/plans/{slug}/{path:path}", desk.english_of_plan),
        ("/en/id/{path:path}", desk.thing),
    ]


class _Front:
    def __init__(
        self,
        pool: Pool,
        site: "Pool | Shelf",
        proof: Proofreader,
        limits: Limits,
        url: str,
        out: Path | None,
        log_queries: bool,
    ) -> None:
        self.site = site if isinstance(site, Pool) else None
        self.shelf = site if isinstance(site, Shelf) else None
        self.extras = pages.EXTRAS | {"plans"} if self.shelf else pages.EXTRAS
        self.pool, self.limits, self.url, self.out, self.log_queries = pool, limits, url, out, log_queries
        self.proof = proof
        self._descriptions: dict[tuple[str, str], bytes] = {}

    @property
    def known(self) -> dict[str, Any]:
        return self.pool.starter.about

    def base(self, request: Request) -> str:
        return self.url.rstrip("/") + "/" if self.url else str(request.base_url)

    async def sparql(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204)
        asked = await read_question(request, self.limits.body)
        accept = request.headers.get("accept")
        if asked is None:
            if choose(accept, {**GRAPHS, **HTML}) == "html":
                return self._sparql_page(request, "", None)
            return await self.void(request)
        self._note(request, asked.query)
        try:
            form_of_query = sparql.check(asked.query, self.known["graphs"])
        except QueryError as error:
            status = 403 if isinstance(error, UpdateError) else 413 if isinstance(error, LengthError) else 400
            raise Refusal(status, error.what, error.mend, error.where, asked.query) from error
        offers = GRAPHS if form_of_query in ("CONSTRUCT", "DESCRIBE") else RESULTS
        form = _form(asked.form, accept, {**offers, **HTML})
        order = {
            "kind": "sparql",
            "query": asked.query,
            "format": form,
            "default": asked.default,
            "named": asked.named,
        }
        start = time.monotonic()
        head, body = await self._answer(request, order, asked.seconds, query=asked.query)
        if form == "html":
            found = json.loads(body)
            found["milliseconds"] = round((time.monotonic() - start) * 1000)
            found["forms"] = list(offers)
            return self._sparql_page(request, asked.query, found)
        return Response(body, head["status"], media_type=media_type(form, offers))

    async def void(self, request: Request) -> Response:
        form = _form(request.query_params.get("format", ""), request.headers.get("accept"), GRAPHS)
        base = self.base(request)
        body = self._descriptions.get((form, base))
        if body is None:
            _, body = await self._answer(request, {"kind": "void", "format": form, "base": base}, named=True)
            if len(self._descriptions) < KEPT:
                self._descriptions[form, base] = body
        return Response(body, media_type=media_type(form, GRAPHS))

    async def openapi(self, request: Request) -> Response:
        return JSONResponse(openapi(self.known["questions"], self.base(request)))

    async def questions(self, request: Request) -> Response:
        questions = self.known["questions"]
        accept = request.headers.get("accept")
        if self.shelf or choose(accept, {"json": ("application/json",), **HTML}) == "json":
            return JSONResponse([{k: v for k, v in q.items() if k != "text"} for q in questions])
        return RedirectResponse(f"{self.base(request)}questions.html", 303, {"Vary": "Accept"})

    async def question(self, request: Request) -> Response:
        name, _, ending = request.path_params["name"].partition(".")
        question = next((q for q in self.known["questions"] if q["name"] == name), None)
        if question and ending not in ("", "csv", "json", "rq"):
            mend = ", ".join(f"/queries/{name}.{form}" for form in ("csv", "json", "rq"))
            raise Refusal(404, f"the answer to {name!r} cannot be had as .{ending}", f"there are {mend}")
        if question is None:
            known = {q["name"] for q in self.known["questions"]}
            raise Refusal(404, f"there is no question {name!r}", near(name, known, "/queries"))
        if ending == "rq":
            return Response(question["text"], media_type="application/sparql-query")
        given = dict(request.query_params)
        lang, asked = given.pop("lang", "nb"), given.pop("format", "") or ending
        values = {key: value for key, value in given.items() if value}
        offers = QUESTION_FORMS if self.shelf else {**QUESTION_FORMS, **HTML}
        form = asked or choose(request.headers.get("accept"), offers)
        if form not in offers:
            raise _not_acceptable(offers)
        if form == "html":
            values_of = f"?{urlencode(values)}" if values else ""
            return RedirectResponse(f"{self.base(request)}questions/{name}.html{values_of}", 303, {"Vary": "Accept"})
        order = {
            "kind": "question",
            "name": name,
            "values": values,
            "format": form,
            "lang": "en" if lang == "en" else "nb",
        }
        _, body = await self._answer(request, order, named=True)
        return Response(body, media_type=media_type(form, QUESTION_FORMS))

    async def thing(self, request: Request) -> Response:
        path = request.path_params["path"]
        stem, _, ending = path.rpartition(".")
        if stem and ending in negotiation.ENDINGS:
            form = negotiation.ENDINGS[ending]
            _, body = await self._answer(request, {"kind": "thing", "path": stem, "format": form}, named=True)
            return Response(body, media_type=media_type(form, GRAPHS))
        if stem and ending == "html" and self.shelf:
            return await self._thing_of_plans(request, stem)
        if stem and ending in ("html", "csv"):
            return await self.page(request)
        await self._answer(request, {"kind": "thing", "path": path, "format": "iri"}, named=True)
        offers = {**HTML, **GRAPHS} if self.shelf else {**HTML, **GRAPHS, "csv": RESULTS["csv"]}
        wanted = choose(request.headers.get("accept"), offers)
        if wanted is None:
            raise _not_acceptable(offers)
        endings = {form: ending for ending, form in negotiation.ENDINGS.items()} | {"html": "html", "csv": "csv"}
        return RedirectResponse(f"{self.base(request)}id/{path}.{endings[wanted]}", 303, {"Vary": "Accept"})

    async def download(self, request: Request) -> Response:
        name = request.path_params["name"]
        file = self.out / name if self.out and name in BUILT else None
        if file is None or not file.is_file():
            request.path_params["path"] = f"data/{name}"
            return await self.page(request)
        return FileResponse(file, media_type=with_charset(BUILT[name].media[0]))

    async def page(self, request: Request) -> Response:
        path = request.path_params["path"]
        if request.url.path.startswith("/id/"):
            path = f"id/{path}"
        if self.site is None:
            if _page_path(request) != "index.html":
                raise Refusal(404, f"there is no page /{path}", "each plan has its pages under /plans/; begin at /")
            return Response(pages.plans_page(_language(request), self.known), media_type="text/html")
        return await self._page(request, self.site, path)

    async def page_of_plan(self, request: Request) -> Response:
        assert self.shelf
        slug = request.path_params["slug"]
        if slug not in (plan[0] for plan in self.known["plans"]):
            known = {plan[0] for plan in self.known["plans"]}
            raise Refusal(404, f"there is no plan {slug!r} in the store", near(slug, known, "/"))
        return await self._page(request, await self.shelf.pool(slug), request.path_params["path"])

    async def english_of_plan(self, request: Request) -> Response:
        slug, path = request.path_params["slug"], request.path_params["path"]
        return RedirectResponse(f"{self.base(request)}plans/{quote(slug)}/en/{quote(path)}", 303)

    async def static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name in static_names():
            return Response(read_static(name), media_type=media_of(name))
        request.path_params["path"] = f"static/{name}"
        return await self.page(request)

    async def _page(self, request: Request, pool: Pool, path: str) -> Response:
        order = {"kind": "page", "path": path, "lang": _language(request), "values": dict(request.query_params)}
        head, body = await self._answer(request, order, pool.limits.seconds, named=True, pool=pool)
        return Response(body, head["status"], media_type=head["media"])

    async def _thing_of_plans(self, request: Request, stem: str) -> Response:
        path = unquote(stem)
        await self._answer(request, {"kind": "thing", "path": path, "format": "iri"}, named=True)
        head, _ = await self._answer(request, {"kind": "plans", "path": path}, named=True)
        told = [plan for plan in self.known["plans"] if plan[0] in head["plans"]]
        lang = _language(request)
        if len(told) == 1:
            english = "en/" if lang == "en" else ""
            return RedirectResponse(f"{self.base(request)}plans/{told[0][0]}/{english}id/{quote(stem)}.html", 303)
        return Response(pages.told_page(lang, f"id/{stem}", head[lang], told), media_type="text/html")

    async def refused(self, request: Request, error: Refusal) -> Response:
        headers = {"Retry-After": "2"} if error.status in (429, 503) else {}
        if choose(request.headers.get("accept"), {"text": ("text/plain",), **HTML}) == "html":
            if _page_path(request).rstrip("/") == "sparql" and error.status != 405:
                query = error.query or request.query_params.get("query", "")
                return self._sparql_page(request, query, None, error, headers)
            text = pages.refusal_page(_page_path(request), _language(request), error, self.extras)
            return Response(text, error.status, headers, "text/html")
        if choose(request.headers.get("accept"), {"text": ("text/plain",), "json": ("application/json",)}) == "json":
            said = {"status": error.status, "what": error.what, "where": error.where, "mend": error.mend}
            return JSONResponse(said, error.status, headers)
        lines = [f"{error.where}: {error.what}" if error.where else error.what, error.mend]
        return Response("\n".join(filter(None, lines)) + "\n", error.status, headers, "text/plain")

    async def failed(self, request: Request, error: HTTPException) -> Response:
        said = {404: "there is no such page", 405: f"{request.method} is not answered here"}
        mend = f"use {error.headers['Allow']}" if error.headers and "Allow" in error.headers else "begin at /"
        response = await self.refused(
            request, Refusal(error.status_code, said.get(error.status_code, str(error.detail)), mend)
        )
        response.headers.update(error.headers or {})
        return response

    async def broken(self, request: Request, error: Exception) -> Response:
        return await self.refused(request, Refusal(500, f"the server failed: {type(error).__name__}", "try again"))

    def _sparql_page(
        self,
        request: Request,
        query: str,
        found: Any,
        error: Refusal | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        lang = _language(request)
        path = _page_path(request)
        text = pages.sparql_page(path, lang, self.known["prefixes"], query, found, error, self.extras)
        status = error.status if error else 200
        return Response(text, status, {**(headers or {}), "Vary": "Accept"}, "text/html")

    def _client(self, request: Request) -> str:
        """Return by what the queries of one client are counted, or "" where they are not: it is never written down.

        That is the address of the connection, or, with a public address, what the proxy says; all on this machine,
        a proxy that says nothing among them, have no share.
        """
        told = request.headers.getlist("x-forwarded-for") if self.url else []
        host = told[-1].rpartition(",")[2].strip() if told else request.client.host if request.client else ""
        try:
            address = ip_address(host)
        except ValueError:
            return host[:100]
        address = getattr(address, "ipv4_mapped", None) or address
        if address.is_loopback:
            return ""
        # A household or an office has a network of IPv6, not an address.
        return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)

    def _note(self, request: Request, query: str) -> None:
        mark = sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        request.scope["plangraph.note"] = " ".join(query.split()) if self.log_queries else mark

    async def _answer(
        self,
        request: Request,
        order: dict[str, Any],
        seconds: float | None = None,
        *,
        named: bool = False,
        query: str = "",
        pool: Pool | None = None,
    ) -> tuple[dict[str, Any], bytes]:
        head, body = await pages.unless_gone(
            request, (pool or self.pool).ask(order, seconds, named=named, client="" if pool else self._client(request))
        )
        if head.get("syntax") and (fault := sparql.unread_error(query, await self.proof.place(query), "query")):
            raise Refusal(400, fault.what, fault.mend, fault.where, query)
        if "error" in head:
            raise Refusal(head["status"], query=query, **head["error"])
        return head, body


def _language(request: Request) -> str:
    return "en" if _ENGLISH.match(request.url.path) else "nb"


def _page_path(request: Request) -> str:
    """Return the path of a page without its language; a slash at its end is kept, for links count them."""
    return _ENGLISH.sub(r"\1", request.url.path).lstrip("/") or "index.html"


def _form(asked: str, accept: str | None, offers: dict[str, tuple[str, ...]]) -> str:
    form = asked if asked in offers else None if asked else choose(accept, offers)
    if form is None:
        raise _not_acceptable(offers)
    return form


def _not_acceptable(offers: Mapping[str, tuple[str, ...]]) -> Refusal:
    return Refusal(
        406, "the answer cannot be had in that form", f"there are {', '.join(t[0] for t in offers.values())}"
    )
