"""The description of the data set (VoID) and of the endpoint (SPARQL 1.1 Service Description) as triples."""

from collections.abc import Collection, Iterator
from typing import Any

import pyoxigraph as ox

from plangraph.formats import ONE_GRAPH, RESULTS
from plangraph.vocabulary import BASE, DCAT, DCT, FOAF, FORMATS, PG, RDF_TYPE, SD, VOID, XSD


def dataset_description(store: ox.Store, base: str, graphs: Collection[str]) -> list[ox.Triple]:
    """Return what is here and how to ask it; ``base`` is the address of the server, with a slash at its end.

    The numbers are those of the default graph: statements, things, classes and properties with their counts.
    """
    return list(dict.fromkeys([*_dataset(store, base), *service_description(base, graphs)]))


def service_description(base: str, graphs: Collection[str]) -> Iterator[ox.Triple]:
    """Yield the description of the endpoint; see https://www.w3.org/TR/sparql11-service-description/."""
    service, dataset = ox.NamedNode(f"{base}sparql"), ox.NamedNode(f"{base}.well-known/void#graphs")
    default = ox.NamedNode(f"{base}.well-known/void#dataset")
    yield _link(service, RDF_TYPE, SD + "Service")
    yield _link(service, SD + "endpoint", service.value)
    yield _link(service, SD + "supportedLanguage", SD + "SPARQL11Query")
    yield _link(service, SD + "defaultDataset", dataset.value)
    for form in (*RESULTS.values(), *ONE_GRAPH.values()):
        yield _link(service, SD + "resultFormat", FORMATS + form.w3c)
    yield _link(dataset, RDF_TYPE, SD + "Dataset")
    yield _link(dataset, SD + "defaultGraph", default.value)
    yield _link(default, RDF_TYPE, SD + "Graph")
    for number, graph in enumerate(sorted(graphs), start=1):
        part = ox.NamedNode(f"{base}.well-known/void#graph-{number}")
        yield _link(dataset, SD + "namedGraph", part.value)
        yield _link(part, RDF_TYPE, SD + "NamedGraph")
        yield _link(part, SD + "name", graph)


def _dataset(store: ox.Store, base: str) -> Iterator[ox.Triple]:
    data, document = ox.NamedNode(f"{base}.well-known/void#dataset"), ox.NamedNode(f"{base}.well-known/void")
    yield _link(document, RDF_TYPE, VOID + "DatasetDescription")
    yield _link(document, FOAF + "primaryTopic", data.value)
    yield _link(data, RDF_TYPE, VOID + "Dataset")
    yield _link(data, VOID + "sparqlEndpoint", f"{base}sparql")
    yield _link(data, FOAF + "homepage", base)
    for row in _rows(store, f"SELECT DISTINCT ?x {{ ?d a <{DCAT}Dataset> ; <{DCT}license> ?x FILTER(ISIRI(?x)) }}"):
        yield _link(data, DCT + "license", row["x"].value)
    yield ox.Triple(data, ox.NamedNode(VOID + "uriSpace"), ox.Literal(BASE))
    yield _link(data, VOID + "vocabulary", PG)
    for term, query in {
        "triples": "(COUNT(*) AS ?n) { ?s ?p ?o }",
        "entities": f'(COUNT(DISTINCT ?s) AS ?n) {{ ?s a ?c FILTER(STRSTARTS(STR(?s), "{BASE}")) }}',
        "distinctSubjects": "(COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
        "distinctObjects": "(COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    }.items():
        for row in _rows(store, f"SELECT {query}"):
            yield _count(data, term, row["n"])
    for term, partition, counted, query in (
        ("class", "classPartition", "entities", "?x (COUNT(DISTINCT ?s) AS ?n) { ?s a ?x }"),
        ("property", "propertyPartition", "triples", "?x (COUNT(*) AS ?n) { ?s ?x ?o }"),
    ):
        for row in _rows(store, f"SELECT {query} GROUP BY ?x ORDER BY ?x"):
            part = ox.NamedNode(f"{base}.well-known/void#{term}-{row['x'].value.rsplit('/', 1)[-1].replace('#', '-')}")
            yield _link(data, VOID + partition, part.value)
            yield ox.Triple(part, ox.NamedNode(VOID + term), row["x"])
            yield _count(part, counted, row["n"])


def _rows(store: ox.Store, query: str) -> Iterator[Any]:
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    yield from found


def _link(subject: ox.NamedNode, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(value))


def _count(subject: ox.NamedNode, term: str, number: object) -> ox.Triple:
    value = ox.Literal(str(getattr(number, "value", number)), datatype=ox.NamedNode(XSD + "integer"))
    return ox.Triple(subject, ox.NamedNode(VOID + term), value)
