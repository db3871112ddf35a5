"""Writing RDF so that the same statements always give the same bytes.

The functions take pyoxigraph triples (any iterable, any order) and return text. Statements are sorted by their
N-Triples form; blank nodes, which the model does not use, would make that order meaningless and are refused.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from plangraph.errors import DataError
from plangraph.output import natural
from plangraph.vocabulary import PG, RDF, RDF_TYPE, RDFS, SKOS, XSD

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_BARE = {XSD + "integer": re.compile(r"[+-]?[0-9]+"), XSD + "boolean": re.compile(r"true|false")}
_BARE[XSD + "decimal"] = re.compile(r"[+-]?[0-9]+\.[0-9]+")

_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff"
    "\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff"
)
_XML_NAME = re.compile(rf"[{_START}][{_START}0-9.\u00b7\u0300-\u036f\u203f\u2040-]*\Z")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_WORDS = "RDF ID about aboutEach aboutEachPrefix bagID datatype Description li nodeID parseType resource"
_XML_RESERVED = frozenset(RDF + word for word in _XML_WORDS.split())

# Enough to know a node by where it stands elsewhere in full.
_SHOWN = (SKOS + "prefLabel", RDFS + "label", PG + "locator")
_SUBJECT = RDF + "subject"

Tree = dict[str, dict[str, list[Any]]]


def to_ntriples(triples: Iterable[ox.Triple]) -> str:
    """Return canonical N-Triples: one statement a line, sorted by code point."""
    return "".join(sorted({f"{triple.subject} {triple.predicate} {triple.object} .\n" for triple in triples}))


def to_turtle(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> str:
    """Return Turtle with only the prefixes that are used, subjects, predicates and objects sorted, types first."""
    names = Names(prefixes)
    body = _subjects(_tree(triples), names, "")
    return names.header() + body


def to_trig(parts: Mapping[str, Iterable[ox.Triple]], prefixes: Mapping[str, str]) -> str:
    """Return TriG with one named graph for each entry of ``parts`` (graph IRI → statements), in the given order."""
    names = Names(prefixes)
    blocks = [
        f"\n{names.iri(name)} {{\n{_subjects(_tree(triples), names, '  ').lstrip(chr(10))}}}\n"
        for name, triples in parts.items()
    ]
    return names.header() + "".join(blocks)


def to_rdfxml(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> str:
    """Return RDF/XML, statements sorted.

    A predicate or class is an element there and so must end in an XML name, and a text may hold only the characters
    of XML 1.0. Raises DataError on a statement that breaks this, which every other format can say (RDF 1.1 XML
    Syntax, section 5; Namespaces in XML 1.0, section 4).
    """
    ordered = sorted(set(triples), key=lambda t: (str(t.subject), str(t.predicate), str(t.object)))
    for triple in ordered:
        _fits_xml(triple)
    text = ox.serialize(ordered, format=ox.RdfFormat.RDF_XML, prefixes=dict(prefixes)) or b""
    # A reader of XML takes a bare carriage return for a line feed.
    return text.decode("utf-8").replace("\r", "&#13;") + "\n"


def _fits_xml(triple: ox.Triple) -> None:
    predicate, o = triple.predicate.value, triple.object
    mend = "export as turtle, ntriples, trig or jsonld instead"
    elements = {"predicate": predicate}
    if predicate == RDF_TYPE and isinstance(o, ox.NamedNode):
        elements["class"] = o.value
    for what, iri in elements.items():
        if not _XML_NAME.search(iri) or iri in _XML_RESERVED:
            raise DataError(
                f"RDF/XML cannot write this {what}: it does not end in a name of XML that is free", where=iri, mend=mend
            )
    if isinstance(o, ox.Literal) and (found := _NOT_XML.search(o.value)):
        what = f"RDF/XML cannot write the character U+{ord(found[0]):04X} in a text"
        raise DataError(what, where=f"{triple.subject} {triple.predicate}", mend=mend)


def to_jsonld(triples: Iterable[ox.Triple], context: Mapping[str, Any]) -> str:
    """Return compact JSON-LD: the context inside, one node object for each subject, languages as maps.

    ``context`` is the value of ``@context``: a JSON object of prefixes and terms, without remote contexts. A term is
    used where its container and its type fit the value; other values keep their full JSON-LD form, so that the
    document holds exactly the given statements (JSON-LD 1.1, sections 4.1 and 4.2).
    """
    compact = _Compactor(context)
    nodes = [compact.node(subject, facts) for subject, facts in sorted(_tree(triples).items())]
    document = {"@context": context, "@graph": nodes}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def to_framed(triples: Iterable[ox.Triple], context: Mapping[str, Any], kind: str, under: str) -> str:
    """Return JSON-LD with one nested object for each thing of a class, and every other node after them.

    ``kind`` is the class (an IRI) whose things come first; ``under`` is the property by which other nodes say where
    they belong. Nested in a thing are the nodes that it points to and that belong to it (``told``), and the
    statements about it (``claims``); each node stands in full once, where it comes first, and is named by its id and
    its label elsewhere. The document holds exactly the given statements.
    """
    tree = _tree(triples)
    own = {"told": {"@reverse": under, "@container": "@set"}, "claims": {"@reverse": _SUBJECT, "@container": "@set"}}
    frame = _Frame(context, tree, under)
    roots = [iri for iri, facts in tree.items() if any(o.value == kind for o in facts.get(RDF_TYPE, ()))]
    nodes = [frame.whole(iri) for iri in sorted(roots, key=natural)]
    nodes += [frame.alone(iri) for iri in sorted(tree, key=natural) if iri not in frame.placed]
    return json.dumps({"@context": {**context, **own}, "@graph": nodes}, ensure_ascii=False, indent=1) + "\n"


class Names:
    """Shortens IRIs with prefixes and remembers which prefixes were needed."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = sorted(prefixes.items(), key=lambda item: -len(item[1]))
        self._used: set[str] = set()
        self._cache: dict[str, str] = {}

    def iri(self, iri: str) -> str:
        """Return ``prefix:name`` where a prefix fits and the name needs no escape, else ``<iri>``."""
        if iri not in self._cache:
            self._cache[iri] = self._shorten(iri)
        return self._cache[iri]

    def _shorten(self, iri: str) -> str:
        for prefix, namespace in self._prefixes:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                self._used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return str(ox.NamedNode(iri))

    def term(self, term: Any) -> str:
        """Return a term as Turtle writes it."""
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        if isinstance(term, ox.Literal):
            kind = term.datatype.value
            if kind in _BARE and _BARE[kind].fullmatch(term.value):
                return term.value
            if not term.language and kind != XSD + "string":
                return f"{ox.Literal(term.value)}^^{self.iri(kind)}"
            return str(term)
        raise DataError(
            "the graph holds a blank node", where=str(term), mend="give the node an IRI, so that it can be cited"
        )

    def header(self) -> str:
        """Return the ``@prefix`` lines of the prefixes used so far, sorted."""
        used = sorted((prefix, space) for prefix, space in self._prefixes if prefix in self._used)
        return "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in used)


def _tree(triples: Iterable[ox.Triple]) -> Tree:
    tree: Tree = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, ox.BlankNode):
            Names({}).term(triple.subject)
        tree[triple.subject.value][triple.predicate.value].append(triple.object)  # type: ignore[union-attr]
    return tree


def _subjects(tree: Tree, names: Names, indent: str) -> str:
    blocks = []
    for subject in sorted(tree):
        facts = tree[subject]
        lines = []
        for predicate in sorted(facts, key=lambda p: (p != RDF_TYPE, p)):
            objects = ", ".join(names.term(o) for o in sorted(set(facts[predicate]), key=str))
            lines.append(f"{'a' if predicate == RDF_TYPE else names.iri(predicate)} {objects}")
        blocks.append(f"\n{indent}{names.iri(subject)} " + f" ;\n{indent}    ".join(lines) + " .\n")
    return "".join(blocks)


class _Compactor:
    def __init__(self, context: Mapping[str, Any]) -> None:
        self._type_key, self._id_key = "@type", "@id"
        self._terms: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        spaces = {}
        for term, definition in context.items():
            if term.startswith("@"):
                continue
            entry = dict(definition) if isinstance(definition, dict) else {"@id": definition}
            iri = entry.get("@id", term)
            if iri == "@type":
                self._type_key = term
            elif iri == "@id":
                self._id_key = term
            elif (isinstance(definition, str) and iri[-1] in "#/:") or entry.get("@prefix"):
                spaces[term] = iri
            else:
                self._terms[iri].append((term, entry))
        self._spaces = sorted(spaces.items(), key=lambda item: -len(item[1]))
        self._terms = {self._expand(iri, spaces): entries for iri, entries in self._terms.items()}
        for entries in self._terms.values():
            for _, entry in entries:
                if "@type" in entry:
                    entry["@type"] = self._expand(entry["@type"], spaces)

    @staticmethod
    def _expand(name: str, spaces: Mapping[str, str]) -> str:
        prefix, colon, local = name.partition(":")
        return spaces[prefix] + local if colon and prefix in spaces and not local.startswith("//") else name

    def _iri(self, iri: str) -> str:
        for prefix, space in self._spaces:
            # "pg://x" would read as an absolute IRI.
            if iri.startswith(space) and len(iri) > len(space) and not iri.startswith("//", len(space)):
                return f"{prefix}:{iri[len(space) :]}"
        return iri

    def _name(self, iri: str) -> str:
        for term, entry in self._terms.get(iri, ()):
            if set(entry) == {"@id"}:
                return term
        return self._iri(iri)

    def node(self, subject: str, facts: Mapping[str, list[Any]]) -> dict[str, Any]:
        node: dict[str, Any] = {self._id_key: self._iri(subject)}
        for predicate in sorted(facts, key=lambda p: (p != RDF_TYPE, p)):
            objects = sorted(set(facts[predicate]), key=str)
            if predicate == RDF_TYPE:
                kinds = [self._name(o.value) for o in objects]
                node[self._type_key] = kinds if len(kinds) > 1 else kinds[0]
                continue
            node.update(self._values(predicate, objects))
        return node

    def _values(self, predicate: str, objects: list[Any]) -> Iterable[tuple[str, Any]]:
        rest = objects
        for term, entry in self._terms.get(predicate, ()):
            container, kind = entry.get("@container"), entry.get("@type")
            fits = [o for o in rest if self._fits(o, container, kind)]
            if not fits:
                continue
            rest = [o for o in rest if o not in fits]
            if container == "@language":
                by_language: dict[str, list[str]] = defaultdict(list)
                for o in fits:
                    by_language[o.language].append(o.value)
                yield term, {tag: v if len(v) > 1 else v[0] for tag, v in by_language.items()}
            else:
                values = [self._coerced(o, kind) for o in fits]
                yield term, values if len(values) > 1 or container == "@set" else values[0]
        if rest:
            values = [self._full(o) for o in rest]
            yield self._iri(predicate), values if len(values) > 1 else values[0]

    @staticmethod
    def _fits(o: Any, container: str | None, kind: str | None) -> bool:
        literal = isinstance(o, ox.Literal)
        if container == "@language":
            return literal and bool(o.language)
        if kind in ("@id", "@vocab"):
            return not literal
        if kind:
            return literal and o.datatype.value == kind
        return literal and not o.language and o.datatype.value == XSD + "string"

    def _coerced(self, o: Any, kind: str | None) -> Any:
        return self._link(o.value, bare=True) if kind in ("@id", "@vocab") else o.value

    def _link(self, iri: str, bare: bool) -> Any:
        """Return how a node is pointed at; ``bare`` where the term itself says that its values are nodes."""
        return self._iri(iri) if bare else {self._id_key: self._iri(iri)}

    def _full(self, o: Any) -> Any:
        if not isinstance(o, ox.Literal):
            return self._link(o.value, bare=False)
        kind = o.datatype.value
        if o.language:
            return {"@value": o.value, "@language": o.language}
        if kind == XSD + "integer" and re.fullmatch(r"0|-?[1-9][0-9]{0,14}", o.value):
            return int(o.value)
        if kind == XSD + "boolean" and o.value in ("true", "false"):
            return o.value == "true"
        return o.value if kind == XSD + "string" else {"@value": o.value, "@type": self._name(kind)}


class _Frame(_Compactor):
    """Nests nodes in the thing to which they belong; remembers which stand somewhere in full."""

    def __init__(self, context: Mapping[str, Any], tree: Tree, under: str) -> None:
        super().__init__(context)
        self._tree, self._under = tree, under
        self.placed: set[str] = set()
        self._home: str | None = None
        self._writing = ""
        self._belonging: dict[str, list[str]] = defaultdict(list)
        self._about: dict[str, list[str]] = defaultdict(list)
        for iri in sorted(tree, key=natural):
            for found, predicate in ((self._belonging, under), (self._about, _SUBJECT)):
                for o in tree[iri].get(predicate, ()):
                    found[o.value].append(iri)

    def whole(self, iri: str) -> dict[str, Any]:
        """Return a thing with all that belongs to it, nested."""
        self._home = iri
        node = self._nested(iri)
        told = [other for other in self._belonging[iri] if other not in self.placed and self._stands_alone(other)]
        node |= {"told": [self._nested(other) for other in told if other not in self.placed]} if told else {}
        return node

    def alone(self, iri: str) -> dict[str, Any]:
        """Return a node that belongs to no thing, with what it points to named only."""
        self._home = None
        self.placed.add(iri)
        return self.node(iri, self._tree[iri])

    def node(self, subject: str, facts: Mapping[str, list[Any]]) -> dict[str, Any]:
        """Return one node; what it points to is nested when that is a statement about it."""
        before, self._writing = self._writing, subject
        node = super().node(subject, facts)
        self._writing = before
        return node

    def _stands_alone(self, iri: str) -> bool:
        # Statements are nested in what they are about, spans are named where they are evidence.
        return _SUBJECT not in self._tree[iri] and bool(set(_SHOWN[:2]) & set(self._tree[iri]))

    def _nested(self, iri: str) -> dict[str, Any]:
        self.placed.add(iri)
        node = self.node(iri, self._tree[iri])
        claims = [other for other in self._about[iri] if other not in self.placed and self._is_here(other)]
        return node | ({"claims": [self._nested(other) for other in claims]} if claims else {})

    def _is_here(self, iri: str) -> bool:
        return any(o.value == self._home for o in self._tree[iri].get(self._under, ()))

    def _link(self, iri: str, bare: bool) -> Any:
        facts = self._tree.get(iri)
        if facts is None:
            return super()._link(iri, bare)
        about = [o.value for o in facts.get(_SUBJECT, ())]
        if self._home and iri not in self.placed and self._writing in about and self._is_here(iri):
            return self._nested(iri)
        shown = {name: [o for o in facts.get(name, ()) if isinstance(o, ox.Literal)] for name in _SHOWN}
        shown = {name: literals for name, literals in shown.items() if literals}
        return self.node(iri, shown) if shown else super()._link(iri, bare)
