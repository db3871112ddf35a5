"""A part of the graph with all that it needs: nothing in it points to a node that it does not describe."""

from collections import defaultdict
from collections.abc import Callable, Iterable

import pyoxigraph as ox

from plangraph.vocabulary import BASE, CODE, CV, DCT, EVIDENCE, OA, PG, RDF, RDF_TYPE, RDFS, SKOS

_UNDER, _SUBJECT, _OBJECT = PG + "underMeasure", RDF + "subject", RDF + "object"
_PARTICIPATION, _PARTICIPANT, _PART_OF = CV + "hasParticipation", CV + "hasParticipant", DCT + "isPartOf"
# What a node that is only pointed at says of itself.
_CARD = {
    RDF_TYPE,
    *(SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel", "definition", "inScheme")),
    *(DCT + name for name in ("type", "description", "identifier", "issued", "language", "license", "subject")),
    *(RDFS + name for name in ("label", "isDefinedBy", "subClassOf", "subPropertyOf")),
    *(PG + name for name in ("number", "letter", "sha256", "characterCount", "directProperty", "evidence")),
}
_PLACED = {PG + name for name in ("Measure", "FocusArea", "Section")}
_WHOLE = {PG + name for name in ("Participation", "Claim", "Figure", "Funding", "SourceNote", "ResponsibilityTransfer")}
_WHOLE.add(OA + "Annotation")


def subset(triples: Iterable[ox.Triple], things: Iterable[str]) -> list[ox.Triple]:
    """Return the statements about some things, with everything that these statements need.

    A focus area stands for its measures, a measure for its parts and for all that is told under it, any other thing
    for itself. Taken with a thing are the participations in it and of it and the claims about it and to it, with
    their plain triples; then, of every node that is pointed at, its names, its class and kind, and its evidence with
    source and place; and of every term and code that is used, its definition. ``things`` are IRIs; an IRI that the
    graph does not know adds nothing.
    """
    facts: dict[str, list[ox.Triple]] = defaultdict(list)
    to: dict[tuple[str, str], list[str]] = defaultdict(list)
    for triple in triples:
        subject, predicate = triple.subject.value, triple.predicate.value  # type: ignore[union-attr]
        facts[subject].append(triple)
        if isinstance(triple.object, ox.NamedNode):
            to[predicate, triple.object.value].append(subject)

    def values(node: str, predicate: str) -> list[str]:
        return [t.object.value for t in facts.get(node, ()) if t.predicate.value == predicate]  # type: ignore[union-attr]

    def types(node: str) -> set[str]:
        return set(values(node, RDF_TYPE))

    core = _chosen(things, types, to)
    told = {node for measure in core if PG + "Measure" in types(measure) for node in to[_UNDER, measure]}
    told |= {section for node in core for section in to[_PART_OF, node] if PG + "Section" in types(section)}
    statements = {node for node in core | told if types(node) & _WHOLE}
    statements |= {mention for span in told if span.startswith(EVIDENCE) for mention in to[OA + "hasTarget", span]}
    # What is told of an actor elsewhere is no part of a measure that it takes part in.
    about = {
        node
        for node in core | told
        if not (types(node) & _WHOLE or node.startswith(EVIDENCE)) and (node in core or PG + "Actor" not in types(node))
    }
    for node in about:
        statements |= {*values(node, _PARTICIPATION), *to[_SUBJECT, node]}
        if node in core and PG + "Measure" not in types(node):
            statements |= {s for p in (_PARTICIPANT, _OBJECT, OA + "hasBody") for s in to[p, node]}
    partners = list(statements)
    while partners:
        new = set(values(partners.pop(), PG + "with")) - statements
        statements |= new
        partners += new

    taken = {triple: None for node in sorted(about) for triple in facts.get(node, ())}
    described: set[str] = set()
    for node in sorted(statements):
        taken |= dict.fromkeys(facts.get(node, ()))
        for subject in values(node, _SUBJECT) + to[_PARTICIPATION, node]:
            ends = set(values(node, _OBJECT))
            for triple in facts.get(subject, ()):
                plain = triple.object.value in ends and triple.predicate.value != PG + "mentions"  # type: ignore[union-attr]
                if plain or (triple.predicate.value, triple.object.value) == (_PARTICIPATION, node):  # type: ignore[union-attr]
                    taken[triple] = None
    waiting = sorted({*core, *told, *(node for triple in taken for node in _nodes(triple))})
    while waiting:
        node = waiting.pop()
        if node in described or node not in facts:
            continue
        described.add(node)
        for triple in facts[node]:
            if triple in taken or _belongs(triple, types(node)):
                taken[triple] = None
                waiting += [n for n in _nodes(triple) if n not in described]
    return list(taken)


def _chosen(things: Iterable[str], types: Callable[[str], set[str]], to: dict[tuple[str, str], list[str]]) -> set[str]:
    chosen: set[str] = set()
    waiting = list(things)
    while waiting:
        node = waiting.pop()
        if node not in chosen:
            chosen.add(node)
            kinds = types(node)
            if kinds & (_PLACED | {PG + "ActionPlan"}):
                waiting += [part for part in to[_PART_OF, node] if types(part) & _PLACED]
    return chosen


def _nodes(triple: ox.Triple) -> list[str]:
    ends = [triple.subject, triple.predicate, triple.object]
    return [end.value for end in ends if isinstance(end, ox.NamedNode)]


def _belongs(triple: ox.Triple, kinds: set[str]) -> bool:
    node, predicate = triple.subject.value, triple.predicate.value  # type: ignore[union-attr]
    if node.startswith((EVIDENCE, CODE)):
        return predicate != PG + "tieTo"
    if kinds & _WHOLE:
        return True
    if predicate == _PART_OF:
        return bool(kinds & _PLACED)
    return predicate in _CARD and (node.startswith(BASE) or predicate != RDF_TYPE)
