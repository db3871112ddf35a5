"""The data set's description: DCAT-AP-NO for catalogues, VoID for those who query, checksums for those who trust.

The words (title, publisher, licence, themes, method of coding) are facts of the data, in ``data/dataset.ttl``; what
can be counted is counted here. Made after DCAT-AP-NO 2.2 (data.norge.no/specification/dcat-ap-no) and the VoID note
of W3C (3 March 2011). Blank nodes are not used, so that every part can be pointed at.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from plangraph import __version__, assembly
from plangraph.dataset import Dataset, dataset_of
from plangraph.formats import BUILT
from plangraph.vocabulary import BASE, CODE, FILE_TYPES, MEDIA_TYPES, PG, RDF, RDF_TYPE, XSD, prefixes

_P = prefixes()

Statements = list[ox.Triple]


def describe_dataset(data: Path | str | None = None) -> str:
    """Return the description of the data set as Turtle; the same data give the same bytes.

    Its parts: a ``dcat:Catalog`` with one ``dcat:Dataset``, which is the ``void:Dataset`` too; a ``dcat:Distribution``
    with size and SHA-256 for each file that ``plangraph build`` writes; the sources with their SHA-256; how the data
    were coded; and counts of statements, things, classes and properties, for the whole and for its five graphs.
    """
    from plangraph import building, export
    from plangraph.paths import find_tree

    tree = find_tree(data)
    parts, _ = assembly.make_parts(tree)
    statements = catalogue(parts, building.serialise(parts, tree))
    return export.to_turtle(statements, {**building.prefixes_of(tree), "media": MEDIA_TYPES})


def catalogue(parts: Mapping[str, Statements], files: Mapping[str, bytes]) -> Statements:
    """Return the statements of the description; ``files`` are the files of the build by name."""
    triples = assembly.union(parts)
    dataset = dataset_of(triples)
    add = _Adder()
    own = {dataset.iri, *_linked(triples, dataset.iri)}
    add.found.update(dict.fromkeys(t for t in triples if t.subject.value in own))  # type: ignore[union-attr]
    _dataset(add, dataset)
    _catalog(add, triples, dataset)
    for name, content in files.items():
        _distribution(add, dataset, name, content)
    for source in dataset.sources:
        add(dataset.iri, "dct:source", source.iri)
        add(source.iri, "rdf:type", _P["foaf"] + "Document")
        for lang, title in source.title.items():
            add(source.iri, "dct:title", ox.Literal(title, language=lang))
        if source.sha256:
            _checksum(add, source.iri, f"{BASE}dataset/source/{source.iri.rsplit('/', 1)[1]}/sha256", source.sha256)
    _counts(add, dataset.iri, triples)
    for name, part in parts.items():
        graph = f"{BASE}graph/{name}"
        add(dataset.iri, "void:subset", graph)
        add(graph, "rdf:type", _P["void"] + "Dataset")
        add(graph, "void:triples", len(part))
    return list(add.found)


class _Adder:
    def __init__(self) -> None:
        self.found: dict[ox.Triple, None] = {}

    def __call__(self, subject: str, name: str, value: str | int | ox.Literal) -> None:
        """Add a statement: a text is taken as an IRI, an integer as a number."""
        prefix, _, local = name.partition(":")
        if isinstance(value, int):
            value = ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))
        o = ox.NamedNode(value) if isinstance(value, str) else value
        self.found[ox.Triple(ox.NamedNode(subject), ox.NamedNode(_P[prefix] + local), o)] = None


def _linked(triples: Iterable[ox.Triple], dataset: str) -> set[str]:
    follow = {_P["dct"] + "publisher", _P["dcat"] + "contactPoint", _P["prov"] + "wasGeneratedBy"}
    return {
        t.object.value
        for t in triples
        if t.subject.value == dataset and t.predicate.value in follow and isinstance(t.object, ox.NamedNode)  # type: ignore[union-attr]
    }


def _dataset(add: _Adder, dataset: Dataset) -> None:
    add(dataset.iri, "rdf:type", _P["dcat"] + "Dataset")
    add(dataset.iri, "rdf:type", _P["void"] + "Dataset")
    add(dataset.iri, "owl:versionInfo", ox.Literal(__version__))
    if dataset.licence:
        add(dataset.iri, "dct:license", dataset.licence)
    add(dataset.iri, "dct:conformsTo", PG.rstrip("#"))
    add(dataset.iri, "dct:identifier", ox.Literal(dataset.iri))
    _named(add, dataset.iri, dataset)


def _named(add: _Adder, subject: str, dataset: Dataset) -> None:
    for lang in ("nb", "en"):
        add(subject, "dct:title", ox.Literal(dataset.title[lang], language=lang))
        add(subject, "dct:description", ox.Literal(dataset.description[lang], language=lang))


def _catalog(add: _Adder, triples: Iterable[ox.Triple], dataset: Dataset) -> None:
    catalog = BASE + "catalogue"
    add(catalog, "rdf:type", _P["dcat"] + "Catalog")
    add(catalog, "dcat:dataset", dataset.iri)
    add(catalog, "dct:identifier", ox.Literal(catalog))
    _named(add, catalog, dataset)
    copied = {_P["dct"] + name for name in ("publisher", "license", "language", "issued")}
    copied.add(_P["dcat"] + "contactPoint")
    for t in triples:
        if t.subject.value == dataset.iri and t.predicate.value in copied:  # type: ignore[union-attr]
            add.found[ox.Triple(ox.NamedNode(catalog), t.predicate, t.object)] = None


def _distribution(add: _Adder, dataset: Dataset, name: str, content: bytes) -> None:
    form = BUILT[name]
    node = f"{BASE}dataset/file/{name}"
    place = f"{BASE}data/{name}"
    add(dataset.iri, "dcat:distribution", node)
    add(dataset.iri, "void:dataDump", place)
    add(node, "rdf:type", _P["dcat"] + "Distribution")
    add(node, "dcat:accessURL", dataset.homepage)
    add(node, "dcat:downloadURL", place)
    add(node, "dcat:mediaType", MEDIA_TYPES + form.media[0])
    add(node, "dct:format", FILE_TYPES + form.eu)
    if dataset.licence:
        add(node, "dct:license", dataset.licence)
    for lang in ("nb", "en"):
        add(node, "dct:title", ox.Literal(form.title, language=lang))
    add(node, "dcat:byteSize", ox.Literal(str(len(content)), datatype=ox.NamedNode(XSD + "nonNegativeInteger")))
    _checksum(add, node, node + "/sha256", sha256(content).hexdigest())


def _checksum(add: _Adder, of: str, node: str, digest: str) -> None:
    add(of, "spdx:checksum", node)
    add(node, "rdf:type", _P["spdx"] + "Checksum")
    add(node, "spdx:algorithm", _P["spdx"] + "checksumAlgorithm_sha256")
    add(node, "spdx:checksumValue", ox.Literal(digest, datatype=ox.NamedNode(XSD + "hexBinary")))


def _counts(add: _Adder, dataset: str, triples: Statements) -> None:
    members: dict[str, set[str]] = defaultdict(set)
    uses: dict[str, int] = defaultdict(int)
    for t in triples:
        uses[t.predicate.value] += 1
        if t.predicate.value == RDF_TYPE:
            members[t.object.value].add(t.subject.value)  # type: ignore[union-attr]
    add(dataset, "void:triples", len(triples))
    add(dataset, "void:distinctSubjects", len({t.subject for t in triples}))
    add(dataset, "void:distinctObjects", len({t.object for t in triples}))
    add(dataset, "void:properties", len(uses))
    add(dataset, "void:classes", len(members))
    things = {iri for kind in members.values() for iri in kind if iri.startswith(BASE)}
    add(dataset, "void:entities", len({iri for iri in things if not iri.startswith((PG, CODE))}))
    add(dataset, "void:uriSpace", ox.Literal(BASE))
    for space in sorted({_space(name) for name in [*uses, *members]} - {RDF}):
        add(dataset, "void:vocabulary", space)
    for name, number in sorted(uses.items()):
        node = f"{dataset}/property/{_slug(name)}"
        add(dataset, "void:propertyPartition", node)
        add(node, "void:property", name)
        add(node, "void:triples", number)
    for name, iris in sorted(members.items()):
        node = f"{dataset}/class/{_slug(name)}"
        add(dataset, "void:classPartition", node)
        add(node, "void:class", name)
        add(node, "void:entities", len(iris))
    example = min((iri for iri in members.get(PG + "Measure", ())), default="")
    if example:
        add(dataset, "void:exampleResource", example)


def _space(iri: str) -> str:
    cut = iri.rfind("#") if "#" in iri else iri.rfind("/")
    return iri[: cut + 1]


def _slug(iri: str) -> str:
    space = next((prefix for prefix, value in _P.items() if value == _space(iri)), "other")
    return f"{space}-{iri[len(_space(iri)) :]}"
