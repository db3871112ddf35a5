"""Reading RDF files: pyoxigraph's parser, exact literals, errors with file and line."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from plangraph.errors import DataError, UsageError, at
from plangraph.formats import GRAPHS, of_graph
from plangraph.vocabulary import BASE, XSD, prefixes

# The module typing takes longer to load than a question to answer; type checkers take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import rdflib

FORMATS = {form.endings[0]: of_graph(form) for form in GRAPHS.values()}


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, without a byte order mark.

    Raises UsageError when the file cannot be read, and DataError, with the line, when it is not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read the file: {error.strerror}", where=str(path), mend="check the name and the rights"
        ) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        guess = "UTF-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "Latin-1 or Windows-1252"
        raise DataError(
            f"the file is not UTF-8 (byte {raw[error.start]:#04x}; it looks like {guess})",
            where=at(path, line),
            mend="save it as UTF-8 and try again",
        ) from error


def parse(path: Path) -> Iterator[ox.Quad]:
    """Yield the statements of an RDF file as pyoxigraph quads, literals exactly as written.

    The format follows from the name's ending (Turtle, N-Triples, TriG, N-Quads, JSON-LD, RDF/XML). Blank nodes get
    fresh labels, so that two files never share one by accident. RDF/XML with a DOCTYPE is refused, because entity
    expansion can exhaust the memory.

    Raises DataError with file, line and column on a syntax error.
    """
    form = FORMATS.get(path.suffix)
    if form is None:
        raise UsageError(
            f"unknown kind of file: {path.suffix or 'no ending'}",
            where=str(path),
            mend=f"use one of {', '.join(FORMATS)}",
        )
    text = read_text(path)
    if form == ox.RdfFormat.RDF_XML and "<!DOCTYPE" in text:
        raise DataError(
            "RDF/XML with a DOCTYPE is not read", where=str(path), mend="remove the DOCTYPE and its entities"
        )
    try:
        yield from ox.parse(text, form, rename_blank_nodes=True)
    except SyntaxError as error:
        raise DataError(
            f"syntax error: {_plain(error)}",
            where=at(path, error.lineno, error.offset),
            mend=_quoted_line(text, error.lineno, error.offset),
        ) from error


def _plain(error: SyntaxError) -> str:
    # The parser repeats the position inside its message.
    return error.msg.split(":", 1)[-1].strip() if error.msg.startswith("Parser error at line") else error.msg


def _quoted_line(text: str, line: int | None, column: int | None) -> str:
    lines = text.splitlines()
    if line is None or not 0 < line <= len(lines):
        return "mend the file and try again"
    content, start = lines[line - 1], 0
    if column and column > 100:
        start = column - 60
    caret = f"\n    {' ' * (column - 1 - start)}^" if column else ""
    return f"mend this line:\n    {content[start : start + 120]}{caret}"


def to_rdflib(triples: Iterable[ox.Quad | ox.Triple], graph: rdflib.Graph | None = None) -> rdflib.Graph:
    """Return an ``rdflib.Graph`` with the given statements, added to ``graph`` when one is handed in.

    Equal terms share one Python object, and literals keep the text they were written with.
    """
    import rdflib
    from rdflib.term import BNode, Literal, URIRef

    graph = rdflib.Graph() if graph is None else graph
    terms: dict[object, rdflib.term.Node] = {}
    string = XSD + "string"
    add, here = graph.store.add, graph

    def term(node: ox.NamedNode | ox.BlankNode | ox.Literal) -> rdflib.term.Node:
        if isinstance(node, ox.NamedNode):
            return URIRef(node.value)
        if isinstance(node, ox.BlankNode):
            return BNode(node.value)
        if node.language:
            return Literal(node.value, lang=node.language)
        kind = node.datatype.value
        # rdflib tells "x" from "x"^^xsd:string; RDF 1.1 does not.
        return Literal(node.value) if kind == string else Literal(node.value, datatype=URIRef(kind), normalize=False)

    collecting = gc.isenabled()
    gc.disable()
    try:
        for triple in triples:
            s, p, o = triple.subject, triple.predicate, triple.object
            if (s_ := terms.get(s)) is None:
                s_ = terms[s] = term(s)  # type: ignore[arg-type]
            if (p_ := terms.get(p)) is None:
                p_ = terms[p] = term(p)
            if (o_ := terms.get(o)) is None:
                o_ = terms[o] = term(o)  # type: ignore[arg-type]
            add((s_, p_, o_), here, False)
    finally:
        if collecting:
            gc.enable()
    return graph


def bind_prefixes(graph: rdflib.Graph) -> None:
    """Bind the prefixes of the model to a graph, so that what rdflib prints is readable."""
    for prefix, namespace in prefixes().items():
        graph.bind(prefix, namespace, override=True, replace=True)


def rdf_files(path: Path) -> list[Path]:
    """Return a file itself, or the Turtle files of a folder at any depth, sorted.

    Raises UsageError when there is neither.
    """
    if path.is_dir():
        return sorted(path.rglob("*.ttl"))
    if not path.exists():
        raise UsageError(
            "cannot read the file: there is no such file or folder", where=str(path), mend="check the name"
        )
    return [path]


def source_of(plan: Path) -> str | None:
    """Return the slug of the report on which a plan's folder rests, as its ``plan.ttl`` names it."""
    space = f"{BASE}source/"
    subjects = {str(quad.subject) for quad in parse(plan / "plan.ttl")}
    slugs = {iri[len(space) + 1 : -1] for iri in subjects if iri.startswith(f"<{space}")}
    return min(slugs) if slugs else None
