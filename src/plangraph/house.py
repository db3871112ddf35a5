"""The house form of data files: the one way in which facts are laid out, so that differences show what changed.

Prefixes first; then a block for each thing, with its participations and claims beneath it, one line each. Blocks
stand in the order in which the report first states them; things without evidence stand in alphabetical order.
No blank nodes, no comments (remarks are ``skos:editorialNote``).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from plangraph.export import Names
from plangraph.loading import parse, read_text, source_of
from plangraph.output import natural
from plangraph.paths import Tree
from plangraph.vocabulary import BASE, CV, DCT, EVIDENCE, OA, PG, RDF, RDF_TYPE, SKOS, prefixes

HAS_PARTICIPATION = CV + "hasParticipation"
# What is read first stands first; other properties follow by name.
_ORDER = [
    RDF_TYPE,
    DCT + "identifier",
    PG + "number",
    PG + "letter",
    DCT + "type",
    DCT + "isPartOf",
    DCT + "title",
    SKOS + "prefLabel",
    SKOS + "altLabel",
    SKOS + "hiddenLabel",
    DCT + "description",
    CV + "hasParticipant",
    CV + "role",
    RDF + "subject",
    RDF + "predicate",
    RDF + "object",
]
_LAST = [PG + "with", PG + "namedAs", PG + "stage", PG + "evidence", HAS_PARTICIPATION]
_RANK = {iri: i for i, iri in enumerate(_ORDER)} | {iri: 1000 + i for i, iri in enumerate(_LAST)}
_SPAN = re.compile(re.escape(EVIDENCE) + r"[^/]+/(\d+)-")

Facts = Mapping[str, list[Any]]


def house_form(triples: Iterable[ox.Triple], names: Mapping[str, str]) -> str:
    """Return statements as house-form Turtle; ``names`` are the prefixes that may be used."""
    tree: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        tree[triple.subject.value][triple.predicate.value].append(triple.object)  # type: ignore[union-attr]
    writer = Names(names)
    context = {
        o.value: subject for subject, facts in tree.items() for o in facts.get(HAS_PARTICIPATION, ()) if o.value in tree
    }
    block = {subject: _block(subject, tree, context) for subject in tree}
    start = {head: min(_start(tree[s]) for s in tree if block[s] == head) for head in set(block.values())}
    ordered = sorted(
        tree, key=lambda s: (start[block[s]], natural(block[s]), s != block[s], _start(tree[s]), natural(s))
    )
    parts = []
    for subject in ordered:
        gap = "\n" if subject == block[subject] else ""
        parts.append(gap + _statement(subject, tree[subject], writer))
    return writer.header() + "".join(parts)


def format_file(path: Path, tree: Tree) -> tuple[str, str]:
    """Return the text of a data file as it is and in house form.

    A file in the folder of a plan has the prefixes of that plan. A registry keeps those of plans and reports that it
    declares (``ev:``), so that it stays as it is when a plan is added.
    """
    text, triples = read_text(path), [quad.triple for quad in parse(path)]
    if path.parent in tree.plans():
        return text, house_form(triples, prefixes(path.parent.name, source_of(path.parent)))
    names = prefixes()
    for prefix, space in _declared(text).items() if path.suffix == ".ttl" else ():
        if space.startswith(BASE) and space not in names.values():
            names.setdefault(prefix, space)
    return text, house_form(triples, names)


def _declared(turtle: str) -> dict[str, str]:
    """Return the prefixes that a text in Turtle declares."""
    parser = ox.parse(turtle, ox.RdfFormat.TURTLE)
    for _ in parser:
        # The parser knows a prefix when it has come past it.
        pass
    return dict(parser.prefixes)


def _block(subject: str, tree: Mapping[str, Facts], context: Mapping[str, str]) -> str:
    if subject in context:
        return context[subject]
    about = tree[subject].get(RDF + "subject", ())
    if about and isinstance(about[0], ox.NamedNode) and about[0].value in tree:
        return context.get(about[0].value, about[0].value)
    return subject


def _start(facts: Facts) -> int:
    spans = [
        int(match[1])
        for o in [*facts.get(PG + "evidence", ()), *facts.get(OA + "hasTarget", ())]
        if (match := _SPAN.match(o.value))
    ]
    own = facts.get(OA + "start", ())
    return min([*spans, *(int(o.value) for o in own)], default=10**9)


def _statement(subject: str, facts: Facts, names: Names) -> str:
    predicates = sorted(facts, key=lambda p: (_RANK.get(p, 500), p))
    parts = []
    for predicate in predicates:
        objects = sorted(set(facts[predicate]), key=lambda o: _object_key(o, predicate))
        name = "a" if predicate == RDF_TYPE else names.iri(predicate)
        parts.append(f"{name} {', '.join(map(names.term, objects))}")
    line = f"{names.iri(subject)} {' ; '.join(parts)} ."
    one_line = HAS_PARTICIPATION not in facts and (
        CV + "hasParticipant" in facts or RDF + "subject" in facts or OA + "hasTarget" in facts or len(line) <= 120
    )
    if one_line or OA + "hasSelector" in facts:
        return line + "\n"
    return f"{names.iri(subject)} " + " ;\n    ".join(parts) + " .\n"


def _object_key(o: Any, predicate: str) -> tuple[Any, ...]:
    if isinstance(o, ox.Literal):
        # Norwegian, the language of the report, before English.
        return (0, {"nb": 0, "nn": 1, "en": 2}.get(o.language or "", 3), o.value)
    return (1, natural(o.value) if predicate != PG + "evidence" else (), _span(o.value), o.value)


def _span(iri: str) -> int:
    match = _SPAN.match(iri)
    return int(match[1]) if match else -1
