"""What a worker can be asked: SPARQL, a named question, the statements about a thing, what the store holds."""

# Other modules import csv and difflib when they need them; a worker in its jail can open no file, so it has them here.
import csv  # noqa: F401
import difflib  # noqa: F401
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from plangraph import answers, building, export, formats, names, output, plans, queries, sparql, stores
from plangraph.entities import statements
from plangraph.errors import NotFoundError, PlangraphError, QueryError
from plangraph.paths import Tree, find_tree
from plangraph.serving.describing import dataset_description
from plangraph.site.assets import extras
from plangraph.site.model import page_path
from plangraph.vocabulary import BASE, CODE, EVIDENCE, GRAPH, PG, SD, VOID

EXTRAS = extras() | {"sparql"}
Answer = tuple[dict[str, Any], bytes]

RESULTS = {name: formats.of_results(form) for name, form in formats.RESULTS.items()}
GRAPHS = {name: formats.of_graph(form) for name, form in formats.ONE_GRAPH.items()}
# A page of results for people; the files have them all.
SHOWN = 1000


class TooMuch(Exception):  # noqa: N818
    """An answer has outgrown its limit."""


class _Bounded(io.BytesIO):
    """Keeps what is written to it and refuses to grow over a size."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.room = size

    def write(self, data: Any) -> int:
        self.room -= len(data)
        if self.room < 0:
            raise TooMuch
        return super().write(data)


@dataclass(frozen=True)
class Desk:
    """A store with the questions about it, and a function for each kind of request."""

    tree: Tree
    store: ox.Store
    graphs: frozenset[str]
    library: Mapping[str, queries.Query]
    prefixes: Mapping[str, str]
    context: Any
    most: int
    site: Any = None
    routes: Mapping[str, Any] = field(default_factory=dict)
    extras: frozenset[str] = EXTRAS

    def about(self) -> dict[str, Any]:
        """Return what the process that speaks HTTP must know of the store."""
        return {
            "triples": stores.size(self.store),
            "graphs": sorted(self.graphs),
            "prefixes": dict(self.prefixes),
            "questions": [_question(query) for query in self.library.values()],
            "plans": plans.plans_of(self.store),
        }

    def warm(self) -> None:
        """Give each kind of answer once: a worker can open no file, so it could not import on first use."""
        first = next((q.subject.value for q in self.store if isinstance(q.subject, ox.NamedNode)), BASE)
        pattern = f"SELECT * {{ VALUES ?s {{ <{BASE}actor/x> }} }}"
        for form in ("html", "json"):
            self.answer({"kind": "sparql", "query": pattern, "format": form})
        for form in ("turtle", "jsonld", "ntriples"):
            self.answer({"kind": "thing", "path": first.removeprefix(BASE), "format": form})
        self.answer({"kind": "thing", "path": "actor/x", "format": "iri"})
        found = answers.answer(queries.ask(queries.Query("warm", pattern), self.store), self.store, iri=True)
        for form in ("csv", "json"):
            output.render(found.columns, found.rows, form)

    def answer(self, request: dict[str, Any]) -> Answer:
        """Answer one request; a fault becomes an answer with a status and a reason."""
        kinds: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "sparql": self.sparql,
            "question": self.question,
            "thing": self.thing,
            "void": self.void,
            "plans": self.plans,
            "page": self.page,
        }
        try:
            return kinds[request["kind"]](request)
        except TooMuch:
            return self._too_much()
        except MemoryError:
            return _refused(507, "the query needs more memory than it may take", "ask for less, or in parts")
        except PlangraphError as error:
            status = 404 if isinstance(error, NotFoundError) else 400
            return _refused(status, error.what, _in_web_words(error.mend), error.where)
        except Exception as error:  # noqa: BLE001
            return _refused(500, f"the question failed: {type(error).__name__}: {error}", "report it with the query")

    def sparql(self, request: dict[str, Any]) -> Answer:
        """Run a SPARQL query. ``default`` and ``named`` are the graphs that the protocol's request names."""
        default, named = request.get("default"), request.get("named")
        dataset: dict[str, Any] = {}
        if default or named:
            dataset = {
                "default_graph": [ox.NamedNode(iri) for iri in default or ()],
                "named_graphs": [ox.NamedNode(iri) for iri in named or ()],
            }
        text, form = request["query"], request["format"]
        try:
            found = self.store.query(text, base_iri=BASE, prefixes=dict(self.prefixes), **dataset)
            if form == "html":
                return self._shown(found)
            sink = _Bounded(self.most)
            try:
                if isinstance(found, ox.QueryTriples):
                    ox.serialize(found, sink, GRAPHS[form], prefixes=dict(self.prefixes))
                else:
                    found.serialize(sink, RESULTS[form])
            except Exception:
                if sink.room < 0:
                    raise TooMuch from None
                raise
        except SyntaxError as error:
            fault = sparql.engine_error(text, error, "query")
            # Where the mistake is, a process of its own finds out: rdflib's parser may take very long.
            head, body = _refused(400, fault.what, fault.mend, fault.where)
            return {**head, "syntax": True}, body
        except (ValueError, RuntimeError, OSError) as error:
            raise QueryError(f"the query failed: {error}", mend="simplify the query") from error
        return {"status": 200}, sink.getvalue()

    def question(self, request: dict[str, Any]) -> Answer:
        """Answer a named question as ``plangraph query NAME --iri`` does, or as SPARQL results."""
        query = self.library.get(request["name"])
        if query is None:
            raise NotFoundError(
                f"there is no question {request['name']!r}", mend=names.near(request["name"], self.library, "/queries")
            )
        form = request["format"]
        if form not in ("csv", "json"):
            text = queries.filled(query, self.store, request["values"])
            return self.sparql({"query": text, "format": form.removeprefix("sparql-")})
        result = queries.ask(query, self.store, request["values"])
        found = answers.answer(result, self.store, lang=request.get("lang", "nb"), iri=True)
        body = output.render(found.columns, found.rows, form).encode("utf-8")
        return self._too_much() if len(body) > self.most else ({"status": 200}, body)

    def thing(self, request: dict[str, Any]) -> Answer:
        """Return the statements about one thing by the path of its IRI; an unknown one is answered with near names."""
        node = _node(request["path"])
        iri, tail = node.value, request["path"].rsplit("/", 1)[-1]
        if not any(True for _ in self.store.quads_for_pattern(node, None, None)):
            try:
                mend = f"did you mean /id/{names.find_thing(self.store, tail).removeprefix(BASE)}?"
            except PlangraphError as error:
                mend = error.mend
            return _refused(404, f"there is nothing called {request['path']!r}", mend)
        if request["format"] == "iri":
            return {"status": 200}, b""
        triples = statements(self.store, iri)
        if request["format"] == "jsonld":
            return {"status": 200}, export.to_jsonld(triples, self.context).encode("utf-8")
        if request["format"] == "turtle":
            return {"status": 200}, export.to_turtle(triples, dict(self.prefixes)).encode("utf-8")
        return {"status": 200}, ox.serialize(triples, format=GRAPHS[request["format"]]) or b""

    def void(self, request: dict[str, Any]) -> Answer:
        """Return the description of the data set (VoID) and of the endpoint (SPARQL service description)."""
        form, base = request["format"], request["base"]
        triples = dataset_description(self.store, base, self.graphs)
        prefixes = {**self.prefixes, "void": VOID, "sd": SD}
        return {"status": 200}, ox.serialize(triples, format=GRAPHS[form], prefixes=prefixes) or b""

    def plans(self, request: dict[str, Any]) -> Answer:
        """Return the slugs of the plans that tell of a thing, and its names."""
        iri = _node(request["path"]).value
        told = plans.told_in(self.store, iri)
        return {
            "status": 200,
            "plans": told,
            **{lang: names.label(self.store, iri, lang) for lang in ("nb", "en")},
        }, b""

    def page(self, request: dict[str, Any]) -> Answer:
        """Return a page or a file of the site by its path, with the values of a question's form."""
        from plangraph.site import downloads
        from plangraph.site.pages.questions import question
        from plangraph.site.pages.search import missing
        from plangraph.site.render import render
        from plangraph.site.routes import content

        assert self.site is not None
        path, lang = request["path"], request["lang"]
        if path == "" or path.endswith("/"):
            path += "index.html"
        route = self.routes.get(path)
        if route is None:
            near = missing(self.site, lang, path.removesuffix(".html"))
            near["path"] = path.removeprefix("en/")
            text = render(near, lang, self.extras)
            return {"status": 404, "media": "text/html; charset=utf-8"}, text.encode("utf-8")
        given = {}
        if route.function in (question, downloads.question_csv, downloads.question_json):
            given = {name: value for name, value in request["values"].items() if value}
        return {"status": 200, "media": route.media_type}, content(self.site, route, self.extras, given)

    def _shown(self, found: Any) -> Answer:
        if isinstance(found, ox.QueryBoolean):
            return {"status": 200}, _rows(["answer"], [{"answer": _term(ox.Literal(bool(found)))}])
        if isinstance(found, ox.QueryTriples):
            columns = ["subject", "predicate", "object"]
        else:
            columns = [variable.value for variable in found.variables]
        rows: list[dict[str, Any]] = []
        more = False
        for solution in found:
            if len(rows) == SHOWN:
                more = True
                break
            rows.append(dict(zip(columns, map(_term, tuple(solution)), strict=True)))
        return {"status": 200}, _rows(columns, rows, more)

    def _too_much(self) -> Answer:
        return _refused(
            507,
            f"the answer is larger than {self.most / 1e6:,.0f} MB, and half an answer is never sent",
            "add LIMIT and OFFSET, or count in the query",
        )


def open_desk(settings: Mapping[str, Any]) -> Desk:
    """Return the desk over the store that the settings name: ``store`` (a folder), else the built graph of ``data``.

    With ``pages`` it makes the pages of the site too, from memory: of the whole store, or of the plan that ``plan``
    names by its slug.
    """
    tree = find_tree(settings.get("data"))
    source = settings.get("store")
    if source:
        store = stores.open_store(source)
        assert isinstance(store, ox.Store)
    else:
        store = building.query_store(settings.get("data"), settings.get("out") or building.OUT, memory=True)
    plan = settings.get("plan")
    if plan:
        store = plans.plan_store(store, plan)
    elif source and settings.get("pages"):
        # Workers are forked from this process, which must then hold nothing open on disk.
        store = stores.in_memory(store)
    library = queries.library(tree)
    context = building.context_of(tree)
    graphs = frozenset(graph.value for graph in store.named_graphs())
    desk = Desk(tree, store, graphs, library, building.prefixes_of(tree), context, settings["limits"]["answer"])
    if not settings.get("pages"):
        return desk
    from plangraph.site.model import open_site
    from plangraph.site.routes import routes

    # The files of the built graph are those of all plans.
    built = None if source or plan else Path(settings.get("out") or building.OUT)
    site = open_site(store, tree, report=settings.get("report"), faults_to=settings.get("faults_to", ""), built=built)
    known = EXTRAS | {"plan"} if plan else EXTRAS
    return replace(desk, site=site, routes={route.path: route for route in routes(site)}, extras=known)


def _question(query: queries.Query) -> dict[str, Any]:
    return {
        "name": query.name,
        "summary": {lang: query.summary(lang) for lang in ("nb", "en")},
        "tags": query.tags,
        "parameters": query.parameters,
        "text": queries.handed_out(query),
    }


def _rows(columns: list[str], rows: list[dict[str, Any]], more: bool = False) -> bytes:
    return json.dumps({"columns": columns, "rows": rows, "more": more}, ensure_ascii=False).encode("utf-8")


def _in_web_words(mend: str) -> str:
    """Return a hint about the options of a command as one about the address of a question."""
    lacking = re.findall(r"--([\w-]+) …", mend)
    if lacking:
        return f"add ?{'&'.join(f'{name}=…' for name in lacking)} to the address"
    for command, page in {"plangraph query --list": "/queries", "'plangraph show --list'": "the search at /"}.items():
        mend = mend.replace(command, page)
    return re.sub(r"--([\w-]+)", r"\1", mend)


def _node(path: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(BASE + path)
    except ValueError:
        raise NotFoundError(f"there is nothing called {path!r}", mend="begin at /") from None


def _term(term: Any) -> Any:
    if isinstance(term, ox.NamedNode):
        local = f"{page_path(term.value)}.html" if _has_page(term.value) else ""
        return {"iri": term.value, "text": names.short(term.value), "local": local}
    if isinstance(term, ox.Literal):
        return {"iri": "", "text": term.value, "lang": term.language or ""}
    return None if term is None else {"iri": "", "text": str(term), "lang": ""}


def _has_page(iri: str) -> bool:
    return iri.startswith(BASE) and not iri.startswith((PG, EVIDENCE, GRAPH, CODE))


def _refused(status: int, what: str, mend: str, where: str = "") -> Answer:
    return {"status": status, "error": {"what": what, "mend": mend, "where": where}}, b""
