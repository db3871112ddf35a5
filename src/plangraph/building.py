"""The graph, built: made from the files, checked, written in all its forms, and found again."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from plangraph import export, stores
from plangraph.assembly import Parts, make_parts, union
from plangraph.errors import UsageError
from plangraph.files import fresh_folder, replace_folder, write_all
from plangraph.formats import BUILT
from plangraph.loading import bind_prefixes, parse, rdf_files, read_text, source_of, to_rdflib
from plangraph.names import find_thing
from plangraph.paths import Tree, find_tree
from plangraph.plans import one_plan
from plangraph.subset import subset
from plangraph.validation import Report, check
from plangraph.vocabulary import PG, prefixes

if TYPE_CHECKING:
    import rdflib

OUT = Path("out")


@dataclass(frozen=True)
class Built:
    """What a build made: the five parts of the graph, and what its check found."""

    tree: Tree
    parts: Parts
    store: ox.Store
    report: Report
    seconds: float
    written: list[Path] = field(default_factory=list)

    def triples(self) -> list[ox.Triple]:
        """Return the public graph: the union of the parts, without repetitions."""
        return union(self.parts)


def load_graph(source: Path | str | Iterable[Path | str] | None = None) -> "rdflib.Graph":
    """Return RDF files, or the built graph, as one plain ``rdflib.Graph``.

    ``source`` is a file, a folder (all its ``.ttl`` files, at any depth), or several of them. Without a source it is
    the graph that :func:`plangraph.build_graph` makes, read from ``out/`` when that is up to date.

    Raises DataError on a syntax error or a file that is not UTF-8, UsageError on a missing file.
    """
    if source is None:
        graph = to_rdflib(built_triples())
    else:
        parts = [source] if isinstance(source, (str, Path)) else list(source)
        files = [file for part in parts for file in rdf_files(Path(part))]
        graph = to_rdflib(quad for file in files for quad in parse(file))
    bind_prefixes(graph)
    return graph


def build_graph(data: Path | str | None = None) -> "rdflib.Graph":
    """Return the public graph of the data as a plain ``rdflib.Graph``, made in memory.

    ``data`` is a data folder; without it the rule of :func:`plangraph.paths.find_tree` holds. Nothing is written and
    the shapes are not checked: see :func:`build` and :func:`plangraph.validate`.
    """
    parts, _ = make_parts(find_tree(data))
    graph = to_rdflib(union(parts))
    bind_prefixes(graph)
    return graph


def build(
    data: Path | str | None = None,
    out: Path | str = OUT,
    progress: Callable[[str], None] = lambda step: None,
) -> Built:
    """Build the graph, check it, and write it to a folder in all its forms.

    Written are ``graph.ttl`` and ``graph.nt`` (canonical), ``graph.trig`` (the five parts as named graphs),
    ``graph.jsonld`` (compact) and ``.store`` (for queries). The four files depend on the bytes of the inputs alone.
    When the data does not conform nothing is written, and the report of the result says why.

    Raises DataError on unreadable data and UsageError when ``out`` cannot be written.
    """
    start = time.perf_counter()
    tree = find_tree(data)
    progress("reading the data and running the rules")
    stamps = stores.stamps(tree.inputs())
    parts, store = make_parts(tree)
    progress("checking the shapes")
    report = check(store, tree)
    folder = Path(out)
    written: list[Path] = []
    if report.conforms:
        progress("writing the graph")
        contents = serialise(parts, tree)
        write_all(folder, contents)
        with fresh_folder(folder, ".store-") as beside:
            stores.write_store(beside / "store", parts, stamps)
            replace_folder(beside / "store", folder / ".store")
        written = [folder / name for name in contents]
    return Built(tree, parts, store, report, time.perf_counter() - start, written)


def serialise(parts: Parts, tree: Tree) -> dict[str, bytes]:
    """Return file name → bytes of the four files that a build writes."""
    everything = union(parts)
    return {name: _written(form.name, everything, parts, tree).encode("utf-8") for name, form in BUILT.items()}


def exported(
    form: str, data: Path | str | None = None, out: Path | str = OUT, select: Sequence[str] = (), plan: str = ""
) -> str:
    """Return the public graph as text in one format: turtle, ntriples, jsonld, framed, trig or rdfxml.

    TriG holds the five parts as named graphs; the other formats hold their union. ``framed`` is JSON-LD with one
    nested object for each measure. ``select`` names things (an IRI, a short id such as ``18a`` or ``imdi``, or a
    name): then only the statements about them and what these need are written, as :func:`plangraph.subset.subset`
    defines it. ``plan``, a slug, takes one of several plans, with what it uses of the registries that all share
    (:func:`plangraph.plans.plan_store`).

    Raises UsageError, with near names, when a selected name fits nothing, or several things, and when there is no such
    plan.
    """
    tree = find_tree(data)
    parts = make_parts(tree)[0] if form == "trig" else {}
    triples = union(parts) if parts else built_triples(data, out)
    if select or plan:
        store = query_store(data, out)
        kept = triples
        if plan:
            own = {quad.triple for quad in one_plan(store, plan)}
            kept = [triple for triple in triples if triple in own]
        if select:
            kept = subset(kept, [find_thing(store, name, plan=plan) for name in select])
        wanted = set(kept)
        parts = {name: [triple for triple in part if triple in wanted] for name, part in parts.items()}
        triples = [triple for triple in triples if triple in wanted]
    return _written(form, triples, parts, tree)


def context_of(tree: Tree) -> Any:
    """Return the context by which the JSON-LD of a tree is written."""
    return json.loads(read_text(tree.ontology / "context.jsonld"))["@context"]


def _written(form: str, triples: Sequence[ox.Triple], parts: Parts, tree: Tree) -> str:
    """Return a graph as text: TriG is made of its parts, the other formats of their union."""
    writers: dict[str, Callable[[], str]] = {
        "turtle": lambda: export.to_turtle(triples, prefixes_of(tree)),
        "ntriples": lambda: export.to_ntriples(triples),
        "rdfxml": lambda: export.to_rdfxml(triples, prefixes_of(tree)),
        "trig": lambda: export.to_trig({stores.graph_name(k).value: v for k, v in parts.items()}, prefixes_of(tree)),
        "jsonld": lambda: export.to_jsonld(triples, context_of(tree)),
        "framed": lambda: export.to_framed(triples, context_of(tree), PG + "Measure", PG + "underMeasure"),
    }
    return writers[form]()


def prefixes_of(tree: Tree) -> dict[str, str]:
    """Return the prefixes of the model, with those of the plan and its report when the tree holds one plan."""
    plans = tree.plans()
    if len(plans) != 1:
        return prefixes()
    return prefixes(plans[0].name, source_of(plans[0]))


def built_triples(data: Path | str | None = None, out: Path | str = OUT) -> list[ox.Triple]:
    """Return the public graph from ``out/graph.nt`` when that is up to date, else made in memory."""
    tree = find_tree(data)
    written = Path(out) / "graph.nt"
    if written.is_file() and stores.staleness(Path(out) / ".store", tree.inputs()) is None:
        return [quad.triple for quad in parse(written)]
    return union(make_parts(tree)[0])


def query_store(
    data: Path | str | None = None,
    out: Path | str = OUT,
    say: Callable[[str], None] = lambda text: None,
    *,
    memory: bool = False,
) -> ox.Store:
    """Return a store that answers for the built graph.

    It is the one on disk when that is up to date; otherwise the graph is made in memory, and ``say`` is told so in
    one sentence, with the reason. With ``memory`` it is in memory in any case, read from ``graph.trig`` when that is
    up to date.
    """
    tree = find_tree(data)
    folder = Path(out) / ".store"
    reason = stores.staleness(folder, tree.inputs())
    if reason is None:
        try:
            if memory:
                return stores.read_store(Path(out) / "graph.trig")
            return stores.open_read_only(folder)
        except (OSError, UsageError) as error:
            reason = f"damaged ({error})"
    if folder.exists() or Path(out) != OUT:
        say(f"The store {folder} is {reason}; answering from memory. Run 'plangraph build' to renew it.")
    parts, _ = make_parts(tree)
    return stores.union_store(
        ox.Quad(t.subject, t.predicate, t.object, stores.graph_name(name))
        for name, triples in parts.items()
        for t in triples
    )


def fill_store(
    target: str,
    files: list[Path] | None = None,
    data: Path | str | None = None,
    out: Path | str = OUT,
    graph_store: str | None = None,
) -> int:
    """Put RDF files, or the built graph, into a store; return the number of statements in its default graph.

    ``target`` is a folder or the address of a SPARQL server. What the store held in the graphs that are written is
    replaced. The built graph becomes five named graphs and their union, which is the default graph, or the graph that
    the address names with ``default-graph-uri`` where a server has no default graph of its own.

    Raises StoreError when the store cannot be written.
    """
    if not target.startswith(("http://", "https://")):
        folder = Path(target)
        if files:
            return stores.load(folder, files)
        stores.must_be_free(folder)
        stamps = stores.stamps(find_tree(data).inputs())
        parts = _current_parts(data, out)
        with fresh_folder(folder.parent, f".{folder.name}-") as beside:
            stores.write_store(beside / "store", parts, stamps)
            replace_folder(beside / "store", folder)
        return len(union(parts))
    from plangraph.endpoints import Endpoint

    server = Endpoint(target, timeout=600)
    graphs: dict[str, list[ox.Triple]] = {}
    if files:
        for quad in (quad for file in files for quad in parse(file)):
            name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            graphs.setdefault(name, []).append(quad.triple)
    else:
        graphs = {stores.graph_name(name).value: part for name, part in _current_parts(data, out).items()}
    everything = union(graphs)
    for name, triples in graphs.items():
        if name:
            server.put(name, triples, graph_store)
    server.put(server.default_graph, everything, graph_store)
    return len(everything)


def _current_parts(data: Path | str | None, out: Path | str) -> Parts:
    tree, written = find_tree(data), Path(out) / "graph.trig"
    if not written.is_file() or stores.staleness(Path(out) / ".store", tree.inputs()) is not None:
        return make_parts(tree)[0]
    parts: Parts = {name: [] for name in stores.GRAPHS}
    names = {stores.graph_name(name): name for name in stores.GRAPHS}
    for quad in parse(written):
        parts[names[quad.graph_name]].append(quad.triple)  # type: ignore[index]
    return parts
