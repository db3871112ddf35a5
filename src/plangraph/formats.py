"""The formats of graphs and of results of queries: their names, endings and media types, told once."""

from __future__ import annotations

# The module typing takes longer to load than a question to answer; type checkers take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import pyoxigraph as ox


class Format:
    """A format: its name in options and for people, the endings of its files, its media types, its registered names.

    The first ending and the first media type are those that are written; the others are understood, too. ``w3c`` is the
    name at http://www.w3.org/ns/formats/ and ``eu`` that in the EU's authority table of file types.
    """

    def __init__(
        self, name: str, title: str, endings: tuple[str, ...], media: tuple[str, ...], w3c: str, eu: str = ""
    ) -> None:
        self.name = name
        self.title = title
        self.endings = endings
        self.media = media
        self.w3c = w3c
        self.eu = eu


_TURTLE = Format("turtle", "Turtle", (".ttl",), ("text/turtle", "application/x-turtle"), "Turtle", "RDF_TURTLE")
_NTRIPLES = Format(
    "ntriples", "N-Triples", (".nt",), ("application/n-triples", "text/plain"), "N-Triples", "RDF_N_TRIPLES"
)
_TRIG = Format("trig", "TriG", (".trig",), ("application/trig",), "TriG", "RDF_TRIG")
_NQUADS = Format("nquads", "N-Quads", (".nq",), ("application/n-quads",), "N-Quads", "RDF_N_QUADS")
_JSONLD = Format(
    "jsonld", "JSON-LD", (".jsonld", ".json"), ("application/ld+json", "application/json"), "JSON-LD", "JSON_LD"
)
_XML = ("application/rdf+xml", "application/xml", "text/xml")
_RDFXML = Format("rdfxml", "RDF/XML", (".rdf", ".xml", ".owl"), _XML, "RDF_XML", "RDF_XML")
# The formats that are read, and those of them that hold one graph, in the order in which they are offered.
GRAPHS = {form.name: form for form in (_TURTLE, _NTRIPLES, _TRIG, _NQUADS, _JSONLD, _RDFXML)}
ONE_GRAPH = {form.name: form for form in (_TURTLE, _NTRIPLES, _JSONLD, _RDFXML)}
# The files that a build writes.
BUILT = {f"graph{form.endings[0]}": form for form in (_TURTLE, _NTRIPLES, _TRIG, _JSONLD)}
RESULTS = {
    name: Format(name, name.upper(), (f".{name}",), media, f"SPARQL_Results_{name.upper()}")
    for name, media in {
        "json": ("application/sparql-results+json", "application/json"),
        "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
        "csv": ("text/csv",),
        "tsv": ("text/tab-separated-values",),
    }.items()
}


def of_graph(form: Format) -> ox.RdfFormat:
    """Return what pyoxigraph calls a format of graphs."""
    import pyoxigraph as ox

    found = ox.RdfFormat.from_media_type(form.media[0])
    assert found, form.name
    return found


def of_results(form: Format) -> ox.QueryResultsFormat:
    """Return what pyoxigraph calls a format of results."""
    import pyoxigraph as ox

    found = ox.QueryResultsFormat.from_media_type(form.media[0])
    assert found, form.name
    return found
