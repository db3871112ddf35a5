"""Which nodes may break a shape: a quick look at SHACL Core constraints over an index of the statements.

A screen may name a node that turns out to be sound, but never misses one that is not. Constraints that it does not know
make every node of their shape a suspect, so that a new kind of constraint costs time and not truth.
"""

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import pyoxigraph as ox

from plangraph.vocabulary import OWL, RDF, RDF_TYPE, RDFS, SHACL, XSD

TARGETS = tuple(SHACL + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))
# Declared on a shape without deciding whether a node conforms.
_SILENT = {
    *(SHACL + name for name in ("message", "severity", "name", "description", "order", "group", "defaultValue")),
    *(SHACL + name for name in ("path", "property", "sparql", "deactivated", "flags", "ignoredProperties")),
    *TARGETS,
}
_KINDS: dict[str, tuple[type, ...]] = {
    "IRI": (ox.NamedNode,),
    "Literal": (ox.Literal,),
    "BlankNode": (ox.BlankNode,),
    "IRIOrLiteral": (ox.NamedNode, ox.Literal),
    "BlankNodeOrIRI": (ox.BlankNode, ox.NamedNode),
    "BlankNodeOrLiteral": (ox.BlankNode, ox.Literal),
}
# A literal of one of these types is ill-typed when its text cannot be read.
_READ: dict[str, Callable[[str], Any]] = {
    XSD + "integer": lambda text: int(re.fullmatch(r"[+-]?[0-9]+", text)[0]),  # type: ignore[index]
    XSD + "decimal": lambda text: Decimal(re.fullmatch(r"[+-]?[0-9]*\.?[0-9]+", text)[0]),  # type: ignore[index]
    XSD + "boolean": {"true": True, "false": False, "1": True, "0": False}.__getitem__,
    XSD + "date": lambda text: datetime.date.fromisoformat(re.fullmatch(r"\d{4}-\d\d-\d\d", text)[0]),  # type: ignore[index]
    XSD + "string": str,
    XSD + "anyURI": str,
}
_UNREADABLE = (ValueError, TypeError, KeyError, InvalidOperation)
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "minInclusive": lambda value, bound: value >= bound,
    "maxInclusive": lambda value, bound: value <= bound,
    "minExclusive": lambda value, bound: value > bound,
    "maxExclusive": lambda value, bound: value < bound,
    "lessThan": lambda value, other: value < other,
    "lessThanOrEquals": lambda value, other: value <= other,
}

Facts = dict[str, list[Any]]
Shapes = dict[Any, Facts]
Test = Callable[[Any], bool]


class Screen:
    """A store and the shapes it is held against, indexed for looking up the values of a node.

    The store is read as the union of its graphs. A shape with a target must have an IRI.
    """

    def __init__(self, store: ox.Store, shapes: Iterable[ox.Triple]) -> None:
        self.store, self.shapes = store, _index(shapes)
        self.triples = dict.fromkeys(quad.triple for quad in store)
        self.forward = _index(self.triples)
        self._backward: Shapes | None = None

    def suspects(self) -> dict[str, list[str]]:
        """Return shape → the nodes that may break it, both as IRIs, sorted; shapes without suspects are left out."""
        found: dict[str, list[str]] = {}
        for shape, about in list(self.shapes.items()):
            if any(o.value == "true" for o in about.get(SHACL + "deactivated", ())):
                continue
            targets = self.targets(shape, about)
            if targets:
                tests = [*self.tests(shape, None), *self.property_tests(about), *self.queries(about)]
                nodes = {node.value for node in targets if any(test(node) for test in tests)}
                if nodes:
                    found[shape.value] = sorted(nodes)
        return dict(sorted(found.items()))

    def surroundings(self, found: dict[str, list[str]]) -> Iterable[ox.Triple]:
        """Return the statements that a judge of the suspects needs: of each node, and of all its paths can reach.

        That is as many steps forwards and backwards as the longest path of a shape has, with the class hierarchy; it
        is everything where a suspected shape holds a SPARQL constraint, which may look anywhere.
        """
        if any(self.shapes[ox.NamedNode(shape)].get(SHACL + "sparql") for shape in found):
            return self.triples
        paths = [path for about in self.shapes.values() for path in about.get(SHACL + "path", ())]
        near: set[Any] = {ox.NamedNode(node) for nodes in found.values() for node in nodes}
        for _ in range(max([1, *(len(self.items(path)) for path in paths)])):
            ahead = {o for node in near if node in self.forward for os in self.forward[node].values() for o in os}
            behind = {s for node in near if node in self.backward for ss in self.backward[node].values() for s in ss}
            near |= ahead | behind
        below = RDFS + "subClassOf"
        return [triple for triple in self.triples if triple.subject in near or triple.predicate.value == below]

    @property
    def backward(self) -> Shapes:
        """Object → predicate → subjects, made when first needed."""
        if self._backward is None:
            self._backward = defaultdict(lambda: defaultdict(list))
            for subject, about in self.forward.items():
                for predicate, objects in about.items():
                    for o in objects:
                        self._backward[o][predicate].append(subject)
        return self._backward

    def targets(self, shape: Any, about: Facts) -> set[Any]:
        """Return the focus nodes of a shape (SHACL, section 2.1)."""
        found = set(about.get(SHACL + "targetNode", ()))
        kinds = {kind.value for kind in about.get(RDF_TYPE, ())}
        implicit = [shape] if kinds & {RDFS + "Class", OWL + "Class"} else []
        for kind in [*about.get(SHACL + "targetClass", ()), *implicit]:
            found |= self.instances(kind)
        for predicate in about.get(SHACL + "targetSubjectsOf", ()):
            found |= {s for s, facts in self.forward.items() if predicate.value in facts}
        for predicate in about.get(SHACL + "targetObjectsOf", ()):
            found |= {o for facts in self.forward.values() for o in facts.get(predicate.value, ())}
        return found

    def instances(self, kind: Any) -> set[Any]:
        """Return the nodes of a class or of one of its subclasses."""
        return {node for each in self.subclasses(kind) for node in self._inverse(each, RDF_TYPE)}

    def subclasses(self, kind: Any) -> set[Any]:
        """Return a class with all its subclasses."""
        found, waiting = {kind}, [kind]
        while waiting:
            new = set(self._inverse(waiting.pop(), RDFS + "subClassOf")) - found
            found |= new
            waiting += new
        return found

    def _inverse(self, node: Any, predicate: str) -> list[Any]:
        return self.backward[node].get(predicate, []) if node in self.backward else []

    def values(self, node: Any, path: Any) -> list[Any]:
        """Return the values of a node over a path; raises KeyError for a kind of path that is not known."""
        if isinstance(path, ox.NamedNode):
            return self.forward[node].get(path.value, []) if node in self.forward else []
        about = self.shapes[path]
        if SHACL + "inversePath" in about:
            (inner,) = about[SHACL + "inversePath"]
            if not isinstance(inner, ox.NamedNode):
                raise KeyError(path)
            return self._inverse(node, inner.value)
        if SHACL + "alternativePath" in about:
            return [v for step in self.items(about[SHACL + "alternativePath"][0]) for v in self.values(node, step)]
        steps = self.items(path)
        if not steps:
            raise KeyError(path)
        nodes = [node]
        for step in steps:
            nodes = [v for each in nodes for v in self.values(each, step)]
        return nodes

    def items(self, node: Any) -> list[Any]:
        """Return the items of an RDF list of the shapes graph."""
        found = []
        while node in self.shapes and RDF + "first" in self.shapes[node]:
            found.append(self.shapes[node][RDF + "first"][0])
            node = self.shapes[node][RDF + "rest"][0]
        return found

    def property_tests(self, about: Facts) -> Iterator[Test]:
        """Yield the tests of the property shapes of a shape."""
        for inner in about.get(SHACL + "property", ()):
            paths = self.shapes[inner].get(SHACL + "path", ())
            if len(paths) != 1 or self.shapes[inner].get(SHACL + "property"):
                yield _always
                continue
            try:
                self.values(ox.NamedNode("urn:any"), paths[0])
            except KeyError:
                yield _always
            else:
                yield from self.tests(inner, paths[0])

    def tests(self, shape: Any, path: Any) -> Iterator[Test]:
        """Yield a test for each constraint of a shape: it holds for the nodes that may break the constraint."""
        for name, argument in self.constraints(shape):
            breaks = self.breaks(shape, name, argument)
            if path is None:
                yield breaks or _always
            elif breaks:
                yield lambda node, breaks=breaks: any(breaks(v) for v in self.values(node, path))  # type: ignore[misc]
            else:
                yield self.breaks_together(name, argument, path)

    def constraints(self, shape: Any) -> list[tuple[str, Any]]:
        """Return the constraints of a shape as (name, argument)."""
        stated = self.shapes[shape].items()
        known = [(p, arguments) for p, arguments in stated if p.startswith(SHACL) and p not in _SILENT]
        return [(p.removeprefix(SHACL), argument) for p, arguments in known for argument in arguments]

    def queries(self, about: Facts) -> Iterator[Test]:
        """Yield a test for each SPARQL constraint: whether it selects a row with ``$this`` bound to the node."""
        for constraint in about.get(SHACL + "sparql", ()):
            for text in self.shapes[constraint][SHACL + "select"]:
                yield lambda node, text=text: self._selects(text.value, node)  # type: ignore[misc]

    def _selects(self, query: str, node: Any) -> bool:
        rows = self.store.query(query, use_default_graph_as_union=True, substitutions={ox.Variable("this"): node})
        assert isinstance(rows, ox.QuerySolutions)
        return next(rows, None) is not None

    def breaks_together(self, name: str, argument: Any, path: Any) -> Test:
        """Return the test of a constraint on all values together; one that always holds where there is none."""
        if name == "minCount":
            return lambda node: len(set(self.values(node, path))) < int(argument.value)
        if name == "maxCount":
            return lambda node: len(set(self.values(node, path))) > int(argument.value)
        if name == "hasValue":
            return lambda node: argument not in self.values(node, path)
        if name == "disjoint":
            return lambda node: bool(set(self.values(node, path)) & set(self.values(node, argument)))
        if name in ("lessThan", "lessThanOrEquals"):
            return lambda node: any(
                not _compares(name, v, w) for v in self.values(node, path) for w in self.values(node, argument)
            )
        if name == "uniqueLang":
            return lambda node: _repeats_language(self.values(node, path))
        return _always

    def breaks(self, shape: Any, name: str, argument: Any) -> Test | None:
        """Return the test of a constraint on each value: whether the value may break it; None where there is none."""
        if name in ("or", "and"):
            members = [self.member(each) for each in self.items(argument)]
            if None in members:
                return None
            parts = [member for member in members if member]
            combine = all if name == "or" else any
            return lambda value: combine(part(value) for part in parts)
        if name == "node":
            return self.member(argument)
        if name == "nodeKind":
            kinds = _KINDS[argument.value.removeprefix(SHACL)]
            return lambda value: not isinstance(value, kinds)
        if name == "class":
            instances = self.instances(argument)
            return lambda value: value not in instances
        if name == "datatype":
            return lambda value: not _is_of_type(value, argument)
        if name == "in":
            allowed = set(self.items(argument))
            return lambda value: value not in allowed
        if name in _ORDER and isinstance(argument, ox.Literal):
            return lambda value: not _compares(name, value, argument)
        if name in ("minLength", "maxLength"):
            bound, sign = int(argument.value), 1 if name == "maxLength" else -1
            return lambda value: isinstance(value, ox.BlankNode) or sign * (len(value.value) - bound) > 0
        if name == "pattern":
            flags = "".join(flag.value for flag in self.shapes[shape].get(SHACL + "flags", ()))
            pattern = re.compile(argument.value, re.IGNORECASE if "i" in flags else 0)
            return (
                None
                if flags.strip("i")
                else lambda value: isinstance(value, ox.BlankNode) or not pattern.search(value.value)
            )
        if name == "languageIn":
            tags = tuple(tag.value.lower() for tag in self.items(argument))
            return lambda value: not isinstance(value, ox.Literal) or not _matches(value.language, tags)
        return None

    def member(self, shape: Any) -> Test | None:
        """Return whether a value may break a shape without properties; None where that cannot be told here."""
        about = self.shapes[shape]
        if about.get(SHACL + "property") or about.get(SHACL + "path") or about.get(SHACL + "sparql"):
            return None
        tests = [self.breaks(shape, name, argument) for name, argument in self.constraints(shape)]
        if None in tests:
            return None
        known = [test for test in tests if test]
        return lambda value: any(test(value) for test in known)


def _index(triples: Iterable[Any]) -> Shapes:
    facts: Shapes = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        facts[triple.subject][triple.predicate.value].append(triple.object)
    return facts


def _always(node: Any) -> bool:
    return True


def _is_of_type(value: Any, kind: Any) -> bool:
    if not isinstance(value, ox.Literal) or value.datatype != kind:
        return False
    if kind.value not in _READ:
        # Types that nobody reads have no ill-typed values; those of XML Schema are left to pySHACL.
        return not kind.value.startswith(XSD)
    return _read(value) is not None


def _read(value: Any) -> Any:
    """Return the value of a literal, or None when it cannot be read."""
    try:
        return _READ[value.datatype.value](value.value)
    except _UNREADABLE:
        return None


def _compares(name: str, value: Any, bound: Any) -> bool:
    """Return whether a comparison certainly holds; values that this module does not read do not compare."""
    if not (isinstance(value, ox.Literal) and isinstance(bound, ox.Literal)):
        return False
    left, right = _read(value), _read(bound)
    try:
        return left is not None and right is not None and _ORDER[name](left, right)
    except TypeError:
        return False


def _repeats_language(values: Iterable[Any]) -> bool:
    tags = [value.language.lower() for value in set(values) if isinstance(value, ox.Literal) and value.language]
    return len(tags) > len(set(tags))


def _matches(language: str | None, tags: tuple[str, ...]) -> bool:
    given = (language or "").lower()
    return any(given == tag or given.startswith(tag + "-") for tag in tags)
