"""Which nodes may break a shape: SHACL Core constraints as set queries on a store.

A screen may name a node that turns out to be sound, but never misses one that is not. Constraints that have no set
query here make every node of their shape a suspect, so that a new kind of constraint costs time and not truth.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from plangraph.vocabulary import RDF, RDF_TYPE, RDFS, XSD

SH = "http://www.w3.org/ns/shacl#"
# Declared on a shape without deciding whether a node conforms.
_SILENT = {
    *(SH + name for name in ("message", "severity", "name", "description", "order", "group", "defaultValue")),
    *(SH + name for name in ("path", "property", "deactivated", "flags", "ignoredProperties")),
    *(SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")),
    *(RDF_TYPE, RDFS + "label", RDFS + "comment", RDFS + "isDefinedBy", RDFS + "seeAlso"),
}
_KIND_TESTS = {
    "IRI": "isIRI(?v)",
    "Literal": "isLiteral(?v)",
    "BlankNode": "isBlank(?v)",
    "IRIOrLiteral": "!isBlank(?v)",
    "BlankNodeOrIRI": "!isLiteral(?v)",
    "BlankNodeOrLiteral": "!isIRI(?v)",
}
# Literals of these types are compared by value without surprises; others are left to pySHACL.
_COMPARABLE = (XSD + "integer", XSD + "decimal", XSD + "date", XSD + "string")
_DATES = r"^-?\\d{4}-\\d\\d-\\d\\d$"

Facts = dict[str, list[Any]]


def suspects(store: ox.Store, shapes: Iterable[ox.Triple]) -> list[str]:
    """Return the IRIs of the nodes that may break a shape, sorted. The store is read as the union of its graphs."""
    facts: dict[Any, Facts] = defaultdict(lambda: defaultdict(list))
    for triple in shapes:
        facts[triple.subject][triple.predicate.value].append(triple.object)
    found: set[str] = set()
    for shape, about in facts.items():
        target = _target(shape, about)
        if target and not any(o.value == "true" for o in about.get(SH + "deactivated", ())):
            for test in {*_tests(facts, shape, "?focus"), *_property_tests(facts, about)}:
                answer = store.query(f"SELECT DISTINCT ?focus {{ {target} {test} }}", use_default_graph_as_union=True)
                found |= {row["focus"].value for row in answer}  # type: ignore[union-attr]
    return sorted(found)


def _target(shape: Any, about: Facts) -> str:
    parts = [
        f"{{ ?focus <{RDF_TYPE}>/<{RDFS}subClassOf>* {kind} }}"
        for kind in [*about.get(SH + "targetClass", ()), *_implicit(shape, about)]
    ]
    parts += [f"{{ ?focus {p} ?any_o }}" for p in about.get(SH + "targetSubjectsOf", ())]
    parts += [f"{{ ?any_s {p} ?focus }}" for p in about.get(SH + "targetObjectsOf", ())]
    parts += [f"{{ BIND({node} AS ?focus) }}" for node in about.get(SH + "targetNode", ())]
    return f"{{ SELECT DISTINCT ?focus {{ {' UNION '.join(parts)} }} }}" if parts else ""


def _implicit(shape: Any, about: Facts) -> list[Any]:
    kinds = {kind.value for kind in about.get(RDF_TYPE, ())}
    return [shape] if kinds & {RDFS + "Class", "http://www.w3.org/2002/07/owl#Class"} else []


def _property_tests(facts: dict[Any, Facts], about: Facts) -> Iterable[str]:
    for inner in about.get(SH + "property", ()):
        paths = facts[inner].get(SH + "path", ())
        path = _path(facts, paths[0]) if len(paths) == 1 else None
        if path is None or facts[inner].get(SH + "property"):
            yield ""
        else:
            yield from _tests(facts, inner, path)


def _path(facts: dict[Any, Facts], node: Any) -> str | None:
    if isinstance(node, ox.NamedNode):
        return str(node)
    inverse = facts[node].get(SH + "inversePath")
    if inverse and isinstance(inverse[0], ox.NamedNode):
        return f"^{inverse[0]}"
    steps = _list(facts, node)
    parts = [_path(facts, step) for step in steps]
    return "/".join(filter(None, parts)) if parts and all(parts) else None


def _list(facts: dict[Any, Facts], node: Any) -> list[Any]:
    items = []
    while facts[node].get(RDF + "first"):
        items.append(facts[node][RDF + "first"][0])
        node = facts[node][RDF + "rest"][0]
    return items


def _tests(facts: dict[Any, Facts], shape: Any, path: str) -> Iterable[str]:
    """Yield a graph pattern for each constraint of a shape; it holds for the nodes that may break the constraint."""
    about = facts[shape]
    value = "BIND(?focus AS ?v)" if path == "?focus" else f"?focus {path} ?v ."
    for constraint, arguments in about.items():
        name = constraint.removeprefix(SH)
        if constraint in _SILENT or not constraint.startswith(SH):
            continue
        for argument in arguments:
            yield _test(facts, name, argument, path, value, about)


def _test(facts: dict[Any, Facts], name: str, argument: Any, path: str, value: str, about: Facts) -> str:
    """Return the pattern for one constraint; the empty pattern, which every node matches, where there is none."""
    if name == "minCount" and path != "?focus":
        if argument.value == "0":
            return "FILTER(false)"
        if argument.value == "1":
            return f"MINUS {{ ?focus {path} ?v }}"
    if name in ("maxCount", "minCount") and path != "?focus":
        sign = ">" if name == "maxCount" else "<"
        count = f"SELECT ?focus (COUNT(DISTINCT ?v) AS ?n) {{ ?focus {path} ?v }} GROUP BY ?focus"
        tail = f"FILTER(COALESCE(?n, 0) {sign} {argument.value})"
        return f"OPTIONAL {{ {count} }} {tail}"
    if name == "nodeKind" and argument.value.removeprefix(SH) in _KIND_TESTS:
        return f"{value} FILTER(!{_KIND_TESTS[argument.value.removeprefix(SH)]})"
    if name == "class":
        return f"{value} MINUS {{ ?v <{RDF_TYPE}>/<{RDFS}subClassOf>* {argument} }}"
    if name == "datatype":
        valid = {
            XSD + "date": f' || !REGEX(STR(?v), "{_DATES}") || !BOUND(?day)',
            XSD + "integer": r' || !REGEX(STR(?v), "^[+-]?\\d+$")',
            XSD + "decimal": r' || !REGEX(STR(?v), "^[+-]?\\d*\\.?\\d+$")',
            XSD + "boolean": ' || !REGEX(STR(?v), "^(true|false|1|0)$")',
        }.get(argument.value, "")
        bind = "BIND(DAY(xsd_date(STR(?v))) AS ?day)".replace("xsd_date", f"<{XSD}date>") if "day" in valid else ""
        return f"{value} {bind} FILTER(!isLiteral(?v) || DATATYPE(?v) != {argument}{valid})"
    if name == "in":
        same = " || ".join(f"sameTerm(?v, {item})" for item in _list(facts, argument))
        return f"{value} FILTER(!({same or 'false'}))"
    if name == "hasValue" and path != "?focus":
        return f"MINUS {{ ?focus {path} {argument} }}"
    if name in ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive"):
        sign = {"minI": ">=", "maxI": "<=", "minE": ">", "maxE": "<"}[name[:4]]
        if argument.datatype.value in _COMPARABLE:
            return f"{value} FILTER(COALESCE(!(?v {sign} {argument}), true))"
    if name in ("lessThan", "lessThanOrEquals") and path != "?focus":
        sign = "<" if name == "lessThan" else "<="
        return f"{value} ?focus {argument} ?w FILTER(COALESCE(!(?v {sign} ?w), true))"
    if name in ("minLength", "maxLength"):
        sign = "<" if name == "minLength" else ">"
        return f"{value} FILTER(isBlank(?v) || STRLEN(STR(?v)) {sign} {argument.value})"
    if name == "pattern" and not set(argument.value) & set("\\(?"):
        flags = "".join(flag.value for flag in about.get(SH + "flags", ()))
        return f"{value} FILTER(isBlank(?v) || !REGEX(STR(?v), {ox.Literal(argument.value)}, {ox.Literal(flags)}))"
    if name == "uniqueLang" and path != "?focus":
        return f'?focus {path} ?v . ?focus {path} ?w FILTER(LANG(?v) != "" && LANG(?v) = LANG(?w) && !sameTerm(?v, ?w))'
    if name == "languageIn":
        tags = " && ".join(f"!LANGMATCHES(LANG(?v), {tag})" for tag in _list(facts, argument))
        return f"{value} FILTER(!isLiteral(?v) || ({tags}))"
    return ""
