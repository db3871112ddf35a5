"""Which nodes may break a shape: SHACL Core constraints as set queries on a store.

A screen may name a node that turns out to be sound, but never misses one that is not. Constraints that have no set
query here make every node of their shape a suspect, so that a new kind of constraint costs time and not truth.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from plangraph.vocabulary import RDF, RDF_TYPE, RDFS, XSD

SH = "http://www.w3.org/ns/shacl#"
TARGETS = tuple(SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))
# Declared on a shape without deciding whether a node conforms.
_SILENT = {
    *(SH + name for name in ("message", "severity", "name", "description", "order", "group", "defaultValue")),
    *(SH + name for name in ("path", "property", "sparql", "deactivated", "flags", "ignoredProperties")),
    *TARGETS,
}
_KIND_TESTS = {
    "IRI": "isIRI(?v)",
    "Literal": "isLiteral(?v)",
    "BlankNode": "isBlank(?v)",
    "IRIOrLiteral": "!isBlank(?v)",
    "BlankNodeOrIRI": "!isLiteral(?v)",
    "BlankNodeOrLiteral": "!isIRI(?v)",
}
# A literal of these types is ill-typed when the cast of its text fails; other types have no values that are.
_CAST = {XSD + name for name in ("integer", "decimal", "double", "boolean", "date", "dateTime")}
_COMPARISONS = {"minInclusive": ">=", "maxInclusive": "<=", "minExclusive": ">", "maxExclusive": "<"}
# Literals of these types are compared by value without surprises; others are left to pySHACL.
_COMPARABLE = {XSD + name for name in ("integer", "decimal", "date", "string")}

Facts = dict[str, list[Any]]
Shapes = dict[Any, Facts]


def suspects(store: ox.Store, shapes: Iterable[ox.Triple]) -> dict[str, list[str]]:
    """Return shape → the nodes that may break it, both as IRIs, sorted; shapes without suspects are left out.

    The store is read as the union of its graphs. Shapes that have a target but no IRI are not allowed.
    """
    facts: Shapes = defaultdict(lambda: defaultdict(list))
    for triple in shapes:
        facts[triple.subject][triple.predicate.value].append(triple.object)
    found: dict[str, list[str]] = {}
    for shape, about in list(facts.items()):
        target = _target(shape, about)
        if not target or any(o.value == "true" for o in about.get(SH + "deactivated", ())):
            continue
        nodes: set[str] = set()
        for test in {*_tests(facts, shape, "?focus"), *_property_tests(facts, about)}:
            rows = _rows(store, f"SELECT DISTINCT ?focus {{ {target} {test} }}")
            nodes |= {row["focus"].value for row in rows}
        nodes |= _selected(store, facts, about, target)
        if nodes:
            found[shape.value] = sorted(nodes)
    return dict(sorted(found.items()))


def _selected(store: ox.Store, facts: Shapes, about: Facts, target: str) -> set[str]:
    """Return the targets for which a SPARQL constraint of the shape selects a row, ``$this`` bound to each in turn."""
    queries = [text.value for constraint in about.get(SH + "sparql", ()) for text in facts[constraint][SH + "select"]]
    if not queries:
        return set()
    this = ox.Variable("this")
    return {
        row["focus"].value
        for row in _rows(store, f"SELECT DISTINCT ?focus {{ {target} }}")
        if any(next(_rows(store, query, {this: row["focus"]}), None) is not None for query in queries)
    }


def _rows(store: ox.Store, query: str, values: dict[ox.Variable, Any] | None = None) -> ox.QuerySolutions:
    answer = store.query(query, use_default_graph_as_union=True, substitutions=values)
    assert isinstance(answer, ox.QuerySolutions)
    return answer


def _target(shape: Any, about: Facts) -> str:
    kinds = [*about.get(SH + "targetClass", ()), *_implicit(shape, about)]
    parts = [f"{{ ?focus <{RDF_TYPE}>/<{RDFS}subClassOf>* {kind} }}" for kind in kinds]
    parts += [f"{{ ?focus {p} ?any_o }}" for p in about.get(SH + "targetSubjectsOf", ())]
    parts += [f"{{ ?any_s {p} ?focus }}" for p in about.get(SH + "targetObjectsOf", ())]
    parts += [f"{{ BIND({node} AS ?focus) }}" for node in about.get(SH + "targetNode", ())]
    return f"{{ SELECT DISTINCT ?focus {{ {' UNION '.join(parts)} }} }}" if parts else ""


def _implicit(shape: Any, about: Facts) -> list[Any]:
    kinds = {kind.value for kind in about.get(RDF_TYPE, ())}
    return [shape] if kinds & {RDFS + "Class", "http://www.w3.org/2002/07/owl#Class"} else []


def _property_tests(facts: Shapes, about: Facts) -> Iterator[str]:
    for inner in about.get(SH + "property", ()):
        paths = facts[inner].get(SH + "path", ())
        path = _path(facts, paths[0]) if len(paths) == 1 else None
        if path is None or facts[inner].get(SH + "property"):
            yield ""
        else:
            yield from _tests(facts, inner, path)


def _path(facts: Shapes, node: Any) -> str | None:
    if isinstance(node, ox.NamedNode):
        return str(node)
    for kind, before in (("inversePath", "^"), ("alternativePath", "|")):
        inner = facts[node].get(SH + kind)
        if inner:
            steps = [inner[0]] if before == "^" else _list(facts, inner[0])
            parts = [_path(facts, step) for step in steps]
            joined = "|".join(part for part in parts if part)
            return f"{before.strip('|')}({joined})" if parts and all(parts) else None
    parts = [_path(facts, step) for step in _list(facts, node)]
    return "/".join(part for part in parts if part) if parts and all(parts) else None


def _list(facts: Shapes, node: Any) -> list[Any]:
    items = []
    while facts[node].get(RDF + "first"):
        items.append(facts[node][RDF + "first"][0])
        node = facts[node][RDF + "rest"][0]
    return items


def _tests(facts: Shapes, shape: Any, path: str) -> Iterator[str]:
    """Yield a graph pattern for each constraint of a shape; it holds for the nodes that may break the constraint."""
    value = "BIND(?focus AS ?v)" if path == "?focus" else f"?focus {path} ?v ."
    for name, argument in _constraints(facts, shape):
        breaks = _breaks(facts, shape, name, argument)
        if breaks is not None:
            yield f"{value} FILTER({breaks})"
        else:
            yield _pattern(name, argument, path) if path != "?focus" else ""


def _constraints(facts: Shapes, shape: Any) -> Iterator[tuple[str, Any]]:
    for predicate, arguments in facts[shape].items():
        if predicate.startswith(SH) and predicate not in _SILENT:
            for argument in arguments:
                yield predicate.removeprefix(SH), argument


def _pattern(name: str, argument: Any, path: str) -> str:
    """Return the pattern of a constraint on all values together; the empty one, which all match, if there is none."""
    if name == "minCount" and argument.value == "1":
        return f"MINUS {{ ?focus {path} ?v }}"
    if name in ("maxCount", "minCount"):
        sign = ">" if name == "maxCount" else "<"
        count = f"SELECT ?focus (COUNT(DISTINCT ?v) AS ?n) {{ ?focus {path} ?v }} GROUP BY ?focus"
        return f"OPTIONAL {{ {count} }} FILTER(COALESCE(?n, 0) {sign} {argument.value})"
    if name == "hasValue":
        return f"MINUS {{ ?focus {path} {argument} }}"
    if name in ("lessThan", "lessThanOrEquals"):
        sign = "<" if name == "lessThan" else "<="
        return f"?focus {path} ?v . ?focus {argument} ?w FILTER(COALESCE(!(?v {sign} ?w), true))"
    if name == "disjoint":
        return f"?focus {path} ?v . ?focus {argument} ?v"
    if name == "uniqueLang":
        return f'?focus {path} ?v, ?w FILTER(LANG(?v) != "" && LANG(?v) = LANG(?w) && !sameTerm(?v, ?w))'
    return ""


def _breaks(facts: Shapes, shape: Any, name: str, argument: Any) -> str | None:
    """Return an expression that holds for the values ``?v`` that may break a constraint; None where there is none."""
    if name in ("or", "and"):
        members = [_member(facts, member) for member in _list(facts, argument)]
        parts = [part for part in members if part is not None]
        if len(parts) < len(members):
            return None
        return "(" + (" && " if name == "or" else " || ").join(parts) + ")"
    if name == "node":
        return _member(facts, argument)
    if name == "nodeKind":
        return f"!({_KIND_TESTS[argument.value.removeprefix(SH)]})"
    if name == "class":
        return f"NOT EXISTS {{ ?v <{RDF_TYPE}>/<{RDFS}subClassOf>* {argument} }}"
    if name == "datatype":
        ill = f" || !BOUND(?v) || COALESCE({argument}(STR(?v)) != ?v, true)" if argument.value in _CAST else ""
        return f"(!isLiteral(?v) || DATATYPE(?v) != {argument}{ill})"
    if name == "in":
        return "!(" + " || ".join(f"sameTerm(?v, {item})" for item in _list(facts, argument)) + ")"
    if name in _COMPARISONS and argument.datatype.value in _COMPARABLE:
        return f"COALESCE(!(?v {_COMPARISONS[name]} {argument}), true)"
    if name in ("minLength", "maxLength"):
        return f"(isBlank(?v) || STRLEN(STR(?v)) {'<' if name == 'minLength' else '>'} {argument.value})"
    if name == "pattern" and "(?" not in argument.value:
        flags = "".join(flag.value for flag in facts[shape].get(SH + "flags", ()))
        # An expression that the engine cannot read leaves every value suspect.
        return f"(isBlank(?v) || COALESCE(!REGEX(STR(?v), {ox.Literal(argument.value)}, {ox.Literal(flags)}), true))"
    if name == "languageIn":
        tags = " && ".join(f"!LANGMATCHES(LANG(?v), {tag})" for tag in _list(facts, argument))
        return f"(!isLiteral(?v) || ({tags}))"
    return None


def _member(facts: Shapes, shape: Any) -> str | None:
    """Return an expression that holds for the values that may break any constraint of a shape without properties."""
    if facts[shape].get(SH + "property") or facts[shape].get(SH + "path"):
        return None
    parts = [_breaks(facts, shape, name, argument) for name, argument in _constraints(facts, shape)]
    return None if None in parts else "(" + (" || ".join(part for part in parts if part) or "false") + ")"
