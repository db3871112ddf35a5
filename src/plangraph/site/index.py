"""The graph as look-up tables, read once from a store, from which every page is made.

A page asks for dozens of labels and facts. Asking the store for each would make a site of some thousand pages slow,
so the statements are read once, in one pass, and the pages are then plain look-ups.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pyoxigraph as ox

from plangraph import output, stores, vocabulary
from plangraph.vocabulary import BASE, CODE, CV, DCT, ELI, EVIDENCE, OA, PG, RDF, RDF_TYPE, RDFS, SKOS

# What is told as done comes first.
STAGES = vocabulary.STAGES[::-1]
# The first class that fits decides on which kind of page a thing is shown.
KINDS = {
    "plan": (PG + "ActionPlan",),
    "area": (PG + "FocusArea",),
    "measure": (PG + "Measure",),
    "actor": (PG + "Actor",),
    "law": (ELI + "LegalResource", ELI + "LegalResourceSubdivision", PG + "LegalChange", PG + "Bill"),
    "place": (PG + "Place",),
    "source": (PG + "Source",),
    "event": (PG + "Event",),
    "figure": (PG + "Figure",),
    "money": (PG + "Funding",),
    "transfer": (PG + "ResponsibilityTransfer",),
    "thing": (PG + "Instrument", PG + "Activity", PG + "Deliverable", PG + "Document"),
    "theme": (SKOS + "Concept",),
}
_LABELS = {SKOS + "prefLabel": 0, RDFS + "label": 1, DCT + "title": 2}
# The parts that hold much more than the pages show, and what the pages show of them.
_WANTED = {
    "evidence": (PG + "locator", PG + "firstWords", PG + "lastWords", DCT + "hasPart", OA + "hasSource"),
    "derived": (
        *(RDF + name for name in ("type", "subject", "predicate", "object")),
        *(PG + name for name in ("underMeasure", "mentions", "derivedStatus", "earliest", "latest", "with")),
    ),
}
_SPAN = re.compile(r"(\d+)-(\d+)(?:_(\d+)-(\d+))*")


class Text(NamedTuple):
    """A literal: its text as written, its language tag or "", and the IRI of its datatype."""

    value: str
    language: str = ""
    datatype: str = ""


Value = str | Text
"""The object of a statement: an IRI is a plain ``str``, a literal a ``Text``."""


@dataclass(frozen=True, eq=False)
class Fact:
    """A participation or claim: subject, predicate and object, with role, stage, measures and evidence.

    ``about`` holds the other properties of the node (predicate → values), such as ``pg:with`` or ``pg:asOf``. A fact
    from another source than the report has no evidence; its ``about`` has ``dct:source`` instead.
    """

    iri: str
    subject: str
    predicate: str
    object: Value
    role: str
    stage: str
    measures: tuple[str, ...]
    evidence: tuple[str, ...]
    about: dict[str, list[Value]]


@dataclass(frozen=True)
class Index:
    """Look-up tables of one graph. Read only."""

    out: dict[str, dict[str, list[Value]]] = field(repr=False)
    outside: dict[str, list[Fact]] = field(repr=False)
    stated: dict[str, list[tuple[str, Value]]] = field(repr=False)
    stated_in: dict[str, list[tuple[str, str]]] = field(repr=False)
    labels: dict[str, dict[str, str]] = field(repr=False)
    kinds: dict[str, str] = field(repr=False)
    facts: dict[str, Fact] = field(repr=False)
    facts_of: dict[str, list[Fact]] = field(repr=False)
    facts_to: dict[str, list[Fact]] = field(repr=False)
    under: dict[str, list[str]] = field(repr=False)

    def values(self, iri: str, predicate: str) -> list[Value]:
        """Return the objects of a property of a thing, sorted; empty when there is none."""
        return self.out.get(iri, {}).get(predicate, [])

    def links(self, iri: str, predicate: str) -> list[str]:
        """Return the IRIs among the objects of a property."""
        return [value for value in self.values(iri, predicate) if isinstance(value, str)]

    def text(self, iri: str, predicate: str, lang: str) -> str:
        """Return one text of a property: in the language asked for, else in another one, else ""."""
        found = {value.language: value.value for value in self.values(iri, predicate) if isinstance(value, Text)}
        return found.get(lang) or found.get("nb") or found.get("en") or (found[min(found)] if found else "")

    def label(self, iri: str, lang: str) -> str:
        """Return the name of a thing in a language, else in another one, else the end of its IRI."""
        found = self.labels.get(iri)
        if not found:
            return short_id(iri)
        return found.get(lang) or found.get("nb") or found.get("en") or found[min(found)]

    def abbreviation(self, iri: str) -> str:
        """Return the shortest abbreviation among the other names of an actor, or ""."""
        if self.kinds.get(iri) != "actor":
            return ""
        names = [value.value for value in self.values(iri, SKOS + "altLabel") if isinstance(value, Text)]
        own = self.label(iri, "nb")
        return min((n for n in names if _abbreviates(n, own)), key=lambda n: (len(n), n), default="")

    def of_kind(self, kind: str) -> list[str]:
        """Return the IRIs of all things of a kind in the order of their numbers or ids."""
        return sorted((iri for iri, found in self.kinds.items() if found == kind), key=natural)

    def locator(self, evidence: str, lang: str) -> str:
        """Return where a reader finds a span, in words."""
        return self.text(evidence, PG + "locator", lang) or evidence.rsplit("/", 1)[-1]


def read_index(store: ox.Store) -> Index:
    """Return the look-up tables of the graph that a store holds.

    Where the store has the named graphs of a build, facts from other sources than the report are told apart by the
    graph *outside*, and derived statements by *derived*; a store with only a default graph counts as asserted.
    """
    tables = _Tables()
    graphs: dict[str, ox.NamedNode | ox.DefaultGraph] = {
        part: name for part in stores.GRAPHS if store.contains_named_graph(name := stores.graph_name(part))
    }
    for part, graph in (graphs or {"asserted": ox.DefaultGraph()}).items():
        for predicate in _WANTED.get(part, (None,)):
            wanted = ox.NamedNode(predicate) if predicate else None
            tables.read(store.quads_for_pattern(None, wanted, None, graph), part)
    return tables.index()


def asserted(store: ox.Store) -> Iterator[ox.Quad]:
    """Yield what people and the reader wrote, without what the rules add; all of a store without named graphs."""
    name = stores.graph_name("asserted")
    graph = name if store.contains_named_graph(name) else ox.DefaultGraph()
    return store.quads_for_pattern(None, None, None, graph)


class _Tables:
    def __init__(self) -> None:
        self.out: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        self.stated: dict[str, list[tuple[str, Value]]] = defaultdict(list)
        self.stated_in: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def read(self, quads: Iterable[ox.Quad], part: str) -> None:
        for quad in quads:
            subject, predicate, term = quad.subject.value, quad.predicate.value, quad.object  # type: ignore[union-attr]
            if predicate.startswith(OA) and part == "asserted":
                continue
            value: Value
            if isinstance(term, ox.Literal):
                value = Text(term.value, term.language or "", term.datatype.value)
            else:
                value = term.value  # type: ignore[union-attr]
            known = self.out[subject][predicate]
            if value not in known:
                known.append(value)
            if part == "asserted":
                self.stated[subject].append((predicate, value))
                if isinstance(value, str) and predicate != RDF_TYPE:
                    self.stated_in[value].append((predicate, subject))

    def index(self) -> Index:
        for properties in self.out.values():
            for values in properties.values():
                if len(values) > 1:
                    values.sort(key=_order)
        for table in (self.stated, self.stated_in):
            for rows in table.values():
                rows.sort(key=lambda row: (row[0], _order(row[1])))
        labels = {iri: found for iri, properties in self.out.items() if (found := _names(properties))}
        kinds = {}
        for iri, properties in self.out.items():
            if iri.startswith(BASE) and not iri.startswith((PG, EVIDENCE)):
                types = {value for value in properties.get(RDF_TYPE, ()) if isinstance(value, str)}
                kind = next((kind for kind, classes in KINDS.items() if not types.isdisjoint(classes)), "")
                if kind:
                    kinds[iri] = kind
        told = sorted(self._facts({PG + "Participation", PG + "Claim"}), key=reading_order)
        facts = {fact.iri: fact for fact in told}
        outside: dict[str, list[Fact]] = defaultdict(list)
        for fact in sorted(self._facts({PG + "OutsideFact"}), key=lambda f: (f.predicate, f.iri)):
            outside[fact.subject].append(fact)
        facts_of: dict[str, list[Fact]] = defaultdict(list)
        facts_to: dict[str, list[Fact]] = defaultdict(list)
        under: dict[str, list[str]] = defaultdict(list)
        for fact in told:
            facts_of[fact.subject].append(fact)
            if isinstance(fact.object, str):
                facts_to[fact.object].append(fact)
        for iri in sorted(self.out):
            for measure in self.out[iri].get(PG + "underMeasure", ()):
                if isinstance(measure, str) and (iri in facts or iri in kinds):
                    under[measure].append(iri)
        plain = {iri: dict(properties) for iri, properties in self.out.items()}
        return Index(
            plain,
            dict(outside),
            dict(self.stated),
            dict(self.stated_in),
            labels,
            kinds,
            facts,
            dict(facts_of),
            dict(facts_to),
            dict(under),
        )

    def _facts(self, classes: set[str]) -> Iterator[Fact]:
        apart = {RDF + "subject", RDF + "predicate", RDF + "object", RDF_TYPE}
        apart |= {CV + "role", CV + "hasParticipant", PG + "stage", PG + "evidence", PG + "underMeasure"}
        for iri, properties in self.out.items():
            if classes.isdisjoint(properties.get(RDF_TYPE, ())):
                continue
            subjects = [s for s in properties.get(RDF + "subject", ()) if isinstance(s, str)]
            predicates = [p for p in properties.get(RDF + "predicate", ()) if isinstance(p, str)]
            objects = properties.get(RDF + "object", ())
            if not (subjects and predicates and objects):
                continue

            def iris(predicate: str, properties: dict[str, list[Value]] = properties) -> list[str]:
                return [value for value in properties.get(predicate, ()) if isinstance(value, str)]

            stages = [name for stage in iris(PG + "stage") if (name := short_id(stage)) in STAGES]
            yield Fact(
                iri,
                subjects[0],
                predicates[0],
                objects[0],
                next(iter(iris(CV + "role")), ""),
                min(stages, key=STAGES.index, default=""),
                tuple(sorted(iris(PG + "underMeasure"), key=natural)),
                tuple(sorted(iris(PG + "evidence"), key=span)),
                {predicate: values for predicate, values in properties.items() if predicate not in apart},
            )


def reading_order(fact: Fact) -> tuple[int, int, str]:
    """Return where a fact is first stated, so that facts come in the order of the report."""
    return (*(span(fact.evidence[0]) if fact.evidence else (10**9, 0)), fact.iri)


def span(evidence: str) -> tuple[int, int]:
    """Return first and last code point of a piece of evidence, as its IRI says; (10⁹, 0) when it does not."""
    match = _SPAN.fullmatch(evidence.rsplit("/", 1)[-1])
    if not match:
        return 10**9, 0
    numbers = [int(n) for n in re.findall(r"\d+", match[0])]
    return numbers[0], numbers[-1]


def spans(evidence: str) -> list[tuple[int, int]]:
    """Return the pieces of a piece of evidence as (start, end)."""
    numbers = [int(n) for n in re.findall(r"\d+", evidence.rsplit("/", 1)[-1])]
    return list(zip(numbers[::2], numbers[1::2], strict=False))


def natural(iri: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts 2 before 10 and 22 a after 22. No two IRIs share a key."""
    return (*output.natural(short_id(iri).casefold()), (-3, iri))


def short_id(iri: str) -> str:
    """Return the end of an IRI, after the last slash or hash."""
    return re.split(r"[/#]", iri.rstrip("/#"))[-1]


def scheme(iri: str) -> str:
    """Return the concept scheme of a code (``role``, ``stage`` …), or ""."""
    return iri[len(CODE) :].split("/")[0] if iri.startswith(CODE) else ""


def _abbreviates(short: str, name: str) -> bool:
    """Tell whether a short name is made of letters of the long one, in order: KD, IMDi, Bufdir."""
    if not (1 < len(short) <= 8 and short[0].isupper() and short.isalpha() and 2 * len(short) < len(name)):
        return False
    letters = iter(name.casefold())
    return sum(c.isupper() for c in short) > 1 or all(c in letters for c in short.casefold())


def _names(properties: dict[str, list[Value]]) -> dict[str, str]:
    for predicate in _LABELS:
        found = {
            value.language: value.value for value in reversed(properties.get(predicate, ())) if isinstance(value, Text)
        }
        if found:
            return found
    return {}


def _order(value: Value) -> tuple[int, str, str]:
    return (1, value.value, value.language) if isinstance(value, Text) else (0, value, "")
