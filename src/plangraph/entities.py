"""Everything the graph says about one thing."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from plangraph import output, stores
from plangraph.errors import check_language
from plangraph.names import find_thing, label, locator, report_order, short
from plangraph.plans import PLANS, one_plan
from plangraph.queries import measure_parts
from plangraph.vocabulary import CV, DCT, OA, PG, RDF, RDF_TYPE, RDFS, SCHEMA, SKOS, STAGES

if TYPE_CHECKING:
    from plangraph.stores import Store

_SUBJECT, _PREDICATE, _OBJECT = (ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
_STAGE, _EVIDENCE = (ox.NamedNode(PG + name) for name in ("stage", "evidence"))
_PARTICIPATION, _PARTICIPANT = (ox.NamedNode(CV + name) for name in ("hasParticipation", "hasParticipant"))
_SELECTOR = ox.NamedNode(OA + "hasSelector")
_URL = ox.NamedNode(SCHEMA + "url")
_SOURCE = ox.NamedNode(DCT + "source")
_COMMENT = ox.NamedNode(RDFS + "comment")
_UNDER, _ROLE = ox.NamedNode(PG + "underMeasure"), ox.NamedNode(CV + "role")
# Said by the heading of a fact sheet, or by the participations and claims themselves.
_APART = {
    RDF_TYPE,
    SKOS + "prefLabel",
    SKOS + "altLabel",
    SKOS + "hiddenLabel",
    DCT + "description",
    CV + "hasParticipation",
    CV + "hasParticipant",
    PG + "number",
    PG + "letter",
    PG + "evidence",
    RDF + "subject",
    RDF + "predicate",
    RDF + "object",
    OA + "hasBody",
}
_DECIDED = {PG + "responsible", PG + "status"}
# What was done stands before what was promised.
_STAGES = {stage: place for place, stage in enumerate(reversed(STAGES))}

# The words of a description in a notebook; what is reported needs no word for its stage.
_COLUMNS = {
    "nb": ("egenskap", "verdi", "stadium", "tiltak", "hvor det står"),
    "en": ("property", "value", "stage", "measures", "where it says so"),
}
_STAGE_WORDS = {
    "nb": {"planned": "planlagt", "announced": "varslet"},
    "en": {"planned": "planned", "announced": "announced"},
}


@dataclass(frozen=True)
class Fact:
    """One statement about a thing: what it says, at which stage, under which measure, and where the report says it.

    ``property`` and ``value`` are IRIs (``value`` may be a literal's text), the labels are for people. ``inverse``
    is true when the thing is the object: ``value`` is then the subject of the statement. ``role`` is true for a
    participation, whose property label is the name of the role. ``nodes`` are the IRIs of the participations and claims
    that say it, which can be cited; ``remark`` is what an outside fact adds, with the addresses of its sources.
    """

    property: str
    property_label: str
    value: str
    value_label: str
    inverse: bool = False
    role: bool = False
    stage: str = ""
    measures: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    locators: tuple[str, ...] = ()
    node: str = ""
    source: str = ""
    nodes: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class Description:
    """A thing with its names and its facts, sorted: own statements first, reported before announced and planned.

    ``under`` is filled for a measure: the things told of in its sections, each with those who took part in it, and
    its lettered parts, each with its ministry and status.
    """

    iri: str
    label: str
    names: tuple[str, ...]
    types: tuple[str, ...]
    text: str
    facts: tuple[Fact, ...] = field(repr=False)
    under: tuple[tuple[str, tuple[Fact, ...]], ...] = field(default=(), repr=False)
    lang: str = "nb"

    def __repr__(self) -> str:
        return f"<Description {self.label!r}: {output.count(len(self.facts), 'fact')}, {self.iri}>"

    def _repr_html_(self) -> str:
        columns = _COLUMNS[self.lang]
        cells = (
            (
                f"{'← ' * (fact.inverse and not fact.role)}{fact.property_label}",
                fact.value_label,
                _STAGE_WORDS[self.lang].get(fact.stage, ""),
                ", ".join(fact.measures),
                "\n".join(filter(None, (fact.remark, *fact.locators))),
            )
            for fact in self.facts
        )
        about = (f"{', '.join(self.types)} · {self.iri}".lstrip(" ·"), ", ".join(self.names), self.text)
        table = output.html_table(columns, [dict(zip(columns, row, strict=True)) for row in cells])
        return output.html_lines(self.label, tag="h4") + output.html_lines(*about) + table


def describe(
    name: str, data: Path | str | None = None, lang: str = "nb", store: "Store | None" = None, plan: str = ""
) -> Description:
    """Return everything about one thing, in and out, with labels, stage and evidence.

    ``name`` is an IRI, a short id (``imdi``, ``18a``) or a name in any of its spellings. Where several plans have a
    measure 18a, ``plan``, a slug, says which is meant, or the name does (``SLUG/18a``); of what all plans share, as an
    actor, ``plan`` leaves out what the other plans say.

    Raises UsageError, with near names, when nothing fits or several things do.
    """
    check_language(lang)
    if store is None:
        from plangraph.building import query_store

        store = query_store(data)
    iri = find_thing(store, name, plan=plan)
    node = ox.NamedNode(iri)
    if plan and not iri.startswith(PLANS):
        store = one_plan(store, plan)
    if not isinstance(store, ox.Store):
        store = store.around(iri)

    def texts(predicate: str) -> list[ox.Literal]:
        found = (q.object for q in _quads(store, node, ox.NamedNode(predicate)))
        return sorted((o for o in found if isinstance(o, ox.Literal)), key=lambda o: (o.language != lang, o.value))

    names = dict.fromkeys(o.value for p in ("prefLabel", "altLabel") for o in texts(SKOS + p))
    described = texts(DCT + "description") + texts(SKOS + "definition")
    own = sentence(store, iri, lang) or label(store, iri, lang)
    return Description(
        iri,
        own,
        tuple(n for n in names if n != own),
        tuple(sorted(label(store, q.object.value, lang) for q in _stated_types(store, node))),  # type: ignore[union-attr]
        described[0].value if described else "",
        tuple(sorted(_merged(_facts(store, node, lang)), key=_order)),
        tuple(_told_under(store, node, lang)),
        lang,
    )


def sentence(store: ox.Store, iri: str, lang: str = "nb") -> str:
    """Return what a participation or claim states, in one sentence, or "" when the thing is none."""
    node = ox.NamedNode(iri)

    def named(predicate: ox.NamedNode) -> str:
        found = sorted((q.object for q in _quads(store, node, predicate)), key=_text)
        return ", ".join(label(store, o.value, lang) if isinstance(o, ox.NamedNode) else _text(o) for o in found)

    subject, predicate, other, stage = map(named, (_SUBJECT, _PREDICATE, _OBJECT, _STAGE))
    said = f"{subject} – {named(_ROLE) or predicate}: {other}{f' ({stage})' if stage else ''}"
    return said if subject else ""


def statements(store: ox.Store, iri: str) -> list[ox.Triple]:
    """Return the statements about one thing: its own, those of its participations and claims, and their evidence.

    A participation or claim counts when the thing is its subject, object, participant or context. The statements come
    from the default graph, sorted.
    """
    node = ox.NamedNode(iri)
    facts = [q.subject for p in (_SUBJECT, _OBJECT, _PARTICIPANT) for q in _quads(store, None, p, node)]
    facts += [q.object for q in _quads(store, node, _PARTICIPATION)]  # type: ignore[misc]
    found = {q.triple for about in {node, *facts} for q in _quads(store, about, None)}
    spans = {t.object for t in found if t.predicate == _EVIDENCE}
    selectors = {q.object for span in spans for q in _quads(store, span, _SELECTOR)}
    found |= {q.triple for part in spans | selectors for q in _quads(store, part, None)}
    return sorted(found, key=str)


def _quads(store: ox.Store, s: object, p: object, o: object = None) -> Iterable[ox.Quad]:
    return store.quads_for_pattern(s, p, o, ox.DefaultGraph())  # type: ignore[arg-type]


def _is_section(store: ox.Store, quad: ox.Quad) -> bool:
    kind = ox.NamedNode(PG + "Section")
    return any(True for _ in store.quads_for_pattern(quad.subject, ox.NamedNode(RDF_TYPE), kind, None))


def _stated_types(store: ox.Store, node: ox.NamedNode) -> list[ox.Quad]:
    kinds = list(store.quads_for_pattern(node, ox.NamedNode(RDF_TYPE), None, stores.graph_name("asserted")))
    return kinds + list(store.quads_for_pattern(node, ox.NamedNode(DCT + "type"), None, ox.DefaultGraph()))


def _facts(store: ox.Store, node: ox.NamedNode, lang: str) -> Iterable[Fact]:
    if any(True for _ in _quads(store, node, _PREDICATE)):
        yield from _of_fact(store, node, lang)
        return
    said: set[tuple[str, str, bool]] = set()
    for inverse in (False, True):
        here, there = (_OBJECT, _SUBJECT) if inverse else (_SUBJECT, _OBJECT)
        for quad in _quads(store, None, here, node):
            fact = _reified(store, quad.subject, there, inverse, lang)
            if fact:
                said.add((fact.property, fact.value, inverse))
                yield fact
    derived = stores.graph_name("derived")
    for quad in store.quads_for_pattern(node, None, None, None):
        p = quad.predicate.value
        plain = quad.graph_name not in (derived, ox.DefaultGraph()) or p.startswith(PG + "derived")
        if plain and p not in _APART and (p, _text(quad.object), False) not in said:
            yield _direct(store, quad, False, lang)
    for quad in store.quads_for_pattern(None, None, node, None):
        p = quad.predicate.value
        plain = quad.graph_name not in (derived, ox.DefaultGraph())
        if plain and p not in _APART and (p, _text(quad.subject), True) not in said and not _is_section(store, quad):
            yield _direct(store, quad, True, lang)


def _of_fact(store: ox.Store, node: ox.NamedNode, lang: str) -> Iterable[Fact]:
    """Yield all that a participation or claim says of itself: context, actor, role, stage, measure, evidence."""
    # The same is said by the participant and the role, in words that people know.
    twice = {RDF + "object", RDF + "predicate"} if _has_role(store, node) else set()
    for quad in _quads(store, node, None):
        fact = _direct(store, quad, False, lang)
        if quad.predicate == _EVIDENCE:
            yield replace(fact, value_label=locator(store, fact.value, lang), evidence=(fact.value,))
        elif fact.property not in (twice | {RDF_TYPE}):
            yield fact


def _merged(facts: Iterable[Fact]) -> Iterable[Fact]:
    """Yield each fact once, with the evidence of all statements that say the same."""
    same: dict[tuple[str, str, bool, str, bool], list[Fact]] = {}
    # A store gives statements in an order of its own.
    for fact in sorted(facts, key=lambda f: (f.node, f.value)):
        same.setdefault((fact.property, fact.value, fact.inverse, fact.stage, fact.role), []).append(fact)
    for first, *others in same.values():
        pairs = dict(zip_longest(first.evidence, first.locators, fillvalue=""))
        for other in others:
            pairs |= zip_longest(other.evidence, other.locators, fillvalue="")
        measures = tuple(sorted({m for fact in (first, *others) for m in fact.measures}))
        ordered = sorted(pairs, key=report_order)
        yield replace(
            first,
            evidence=tuple(ordered),
            locators=tuple(filter(None, (pairs[e] for e in ordered))),
            measures=measures,
            nodes=tuple(sorted({fact.node for fact in (first, *others)} - {""})),
        )


def _told_under(store: ox.Store, measure: ox.NamedNode, lang: str) -> Iterable[tuple[str, tuple[Fact, ...]]]:
    participations = [q.subject for q in _quads(store, None, _UNDER, measure) if _has_role(store, q.subject)]
    contexts: dict[str, list[Fact]] = {}
    for participation in participations:
        context = next((_text(q.object) for q in _quads(store, participation, _SUBJECT)), measure.value)
        fact = _reified(store, participation, _OBJECT, False, lang)
        if context != measure.value and fact:
            contexts.setdefault(context, []).append(fact)
    first = {c: min(report_order(e) for fact in facts for e in fact.evidence) for c, facts in contexts.items()}
    for context in sorted(contexts, key=lambda c: (first[c], c)):
        yield label(store, context, lang), tuple(sorted(_merged(contexts[context]), key=_order))
    for part in measure_parts(store, measure.value):
        facts = [fact for fact in _facts(store, ox.NamedNode(part), lang) if fact.property in _DECIDED]
        yield _value_label(store, ox.NamedNode(part), lang), tuple(sorted(_merged(facts), key=_order))


def _has_role(store: ox.Store, node: object) -> bool:
    return any(True for _ in _quads(store, node, _ROLE))


def _reified(store: ox.Store, fact: object, end: ox.NamedNode, inverse: bool, lang: str) -> Fact | None:
    predicates = [q.object.value for q in _quads(store, fact, _PREDICATE)]  # type: ignore[union-attr]
    ends = [q.object for q in _quads(store, fact, end)]
    if not predicates or not ends:
        return None
    evidence = sorted((q.object.value for q in _quads(store, fact, _EVIDENCE)), key=report_order)  # type: ignore[union-attr]
    stages = [short(q.object.value) for q in _quads(store, fact, _STAGE)]  # type: ignore[union-attr]
    measures = sorted(short(q.object.value) for q in _quads(store, fact, _UNDER))  # type: ignore[union-attr]
    roles = [q.object.value for q in _quads(store, fact, _ROLE)]  # type: ignore[union-attr]
    return Fact(
        predicates[0],
        label(store, roles[0] if roles else predicates[0], lang),
        _text(ends[0]),
        _translated(store, fact, ends[0], lang) or _value_label(store, ends[0], lang),
        inverse,
        bool(roles),
        min(stages, default=""),
        tuple(measures),
        tuple(evidence),
        tuple(locator(store, iri, lang) for iri in evidence),
        _text(fact),
        "outside" if (outside := _is_outside(store, fact)) else "",
        remark=_remark(store, fact, lang) if outside else "",
    )


def _is_outside(store: ox.Store, fact: object) -> bool:
    outside = stores.graph_name("outside")
    return any(True for _ in store.quads_for_pattern(fact, _PREDICATE, None, outside))  # type: ignore[arg-type]


def _remark(store: ox.Store, fact: object, lang: str) -> str:
    said = (q.object for q in _quads(store, fact, _COMMENT))
    sources = sorted(_text(q.object) for q in _quads(store, fact, _SOURCE))
    return " ".join([*(o.value for o in said if isinstance(o, ox.Literal) and o.language == lang), *sources])


def _translated(store: ox.Store, fact: object, value: object, lang: str) -> str:
    """Return the comment that repeats a claim's text in another language, or "" when the text needs none."""
    if not isinstance(value, ox.Literal) or not value.language or value.language == lang:
        return ""
    comments = (quad.object for quad in _quads(store, fact, _COMMENT))
    return next((c.value for c in comments if isinstance(c, ox.Literal) and c.language == lang), "")


def _direct(store: ox.Store, quad: ox.Quad, inverse: bool, lang: str) -> Fact:
    other = quad.subject if inverse else quad.object
    graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else short(quad.graph_name.value)
    return Fact(
        quad.predicate.value,
        label(store, quad.predicate.value, lang),
        _text(other),
        _value_label(store, other, lang),
        inverse,
        source=graph.removeprefix("graph/"),
    )


def _value_label(store: ox.Store, term: object, lang: str) -> str:
    if not isinstance(term, ox.NamedNode):
        return _text(term)
    name = label(store, term.value, lang)
    if name != short(term.value):
        return f"{short(term.value)} {name}" if "/measure/" in term.value else name
    # A link is called by its address, a participation or claim by what it says.
    urls = sorted(_text(q.object) for q in _quads(store, term, _URL))
    return urls[0] if urls else sentence(store, term.value, lang) or name


def _text(term: object) -> str:
    return str(getattr(term, "value", term))


def _order(fact: Fact) -> tuple[object, ...]:
    first = report_order(fact.evidence[0])[0] if fact.evidence else 0
    return (fact.inverse, fact.property_label, _STAGES.get(fact.stage, 3), first, fact.value_label, fact.value)
