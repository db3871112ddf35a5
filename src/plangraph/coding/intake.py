"""A coding sheet taken in: rows become participations and claims, and what a check of the data would refuse is refused.

Each cell is read by itself first. Then each row finds its id, and the changed graph is held against the shapes and
the checks, as ``plangraph validate`` does; a fault goes back to the row and the column that it comes from.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from plangraph.assembly import make_parts
from plangraph.coding.doubts import doubts
from plangraph.coding.facts import NO_MEASURE, SAME, CellError, Fact, Reader, one_by_one
from plangraph.coding.sheet import DATES, TEXTS, Plan, Row, by_subject
from plangraph.house import house_form
from plangraph.names import last_part, near
from plangraph.paths import Tree
from plangraph.text import Source
from plangraph.validation import Finding, check
from plangraph.vocabulary import BASE, CV, DCT, EVIDENCE, OA, PG, RDF, RDF_TYPE, XSD

# Property → the column that holds it, for telling where a fault comes from.
_COLUMNS = {
    **{predicate: column for column, predicate in (TEXTS | DATES).items()},
    CV + "hasParticipation": "context",
    CV + "hasParticipant": "actor",
    CV + "role": "role",
    PG + "stage": "stage",
    PG + "with": "with",
    PG + "evidence": "words",
    RDF + "subject": "context",
    RDF + "predicate": "property",
    RDF + "object": "value",
}
_ROW = re.compile(r"(?:row|rad) (\d+)")

Triples = dict[ox.Triple, None]


@dataclass(frozen=True)
class Refusal:
    """Why a row cannot be taken: its number in the sheet (the header is 1), the column, and what to do.

    A fault that no row is to blame for has the number 0.
    """

    row: int
    column: str
    reason: str


@dataclass
class Changes:
    """What an import would do: file → new text, and the ids of the rows that are new, changed and removed.

    ``warned`` are rows that are taken but look odd; ``under`` gives id → the measure in which it stands.
    """

    files: dict[Path, str] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    warned: list[Refusal] = field(default_factory=list)
    under: dict[str, str] = field(default_factory=dict)


def plan_changes(plan: Plan, rows: Sequence[Row], source: Source | None) -> Changes:
    """Return what an import of rows would change, and which rows are refused.

    A row with a known ``id`` replaces that participation or claim as a whole, so that an empty cell takes away what
    was there; ``remove`` takes it away; rows that are not in the sheet stay as they are. A row without an id that says
    what some participation or claim says already (the same context, actor, role and stage, or property and value, on
    the same words) is that one, and any other is new: a sheet may be taken in twice. ``source`` is the report in which
    the words of ``words`` are found; spans (``14433-14485``) need no source.

    The changes are those of the rows that are not refused; when a fault comes from no row, there are none.
    """
    reader = Reader(plan, source)
    refused: dict[int, Refusal] = {}
    facts: list[Fact] = []
    for number, row in enumerate(rows, 2):
        try:
            facts += [reader.fact(number, one) for one in one_by_one(row)] if row else []
        except CellError as error:
            refused[number] = Refusal(number, error.column, str(error))
    while True:
        good = [fact for fact in facts if fact.row not in refused]
        found = _resolve(plan, good, set(refused))
        changes, new = _changes(plan, good) if not found else (Changes(), {})
        if changes.new or changes.changed or changes.removed:
            found = _faults(plan, good, new)
        refused |= {refusal.row: refusal for refusal in reversed(found)}
        if 0 in refused:
            changes = Changes()
        if not found or 0 in refused:
            changes.refused = [refused[number] for number in sorted(refused)]
            touched = {*changes.new, *changes.changed}
            told = [fact for fact in good if last_part(fact.subject) in touched]
            changes.warned = [Refusal(*doubt) for doubt in doubts(plan, told, source)]
            changes.under = {last_part(fact.subject): fact.measure for fact in good}
            return changes


# --- ids


def _resolve(plan: Plan, facts: Sequence[Fact], refused: set[int]) -> list[Refusal]:
    """Give each row its id; return the rows for which that cannot be done."""
    spaces = (plan.prefixes["p"], plan.prefixes["c"])
    own = {s for triples in plan.triples.values() for s in by_subject(triples) if s.startswith(spaces)}
    here = _existing(plan)
    found: list[Refusal] = []
    taken: dict[str, Fact] = {}

    def take(fact: Fact, subject: str) -> None:
        before = taken.setdefault(subject, fact)
        fact.subject = subject
        if before is not fact and (before.said, before.context, before.joined) != (
            fact.said,
            fact.context,
            fact.joined,
        ):
            found.append(Refusal(fact.row, "id", f"row {before.row} is {last_part(subject)} already"))

    for fact in facts:
        fact.subject = ""
        if not fact.id:
            continue
        participation, claim = plan.prefixes["p"] + fact.id, plan.prefixes["c"] + fact.id
        subject = claim if fact.claim else participation
        if fact.remove:
            subject = next((iri for iri in (participation, claim) if iri in own), subject)
        other = participation if subject == claim else claim
        if subject in plan.read or (other in plan.read and subject not in own):
            found.append(Refusal(fact.row, "id", f"{fact.id} is made by reading the report and cannot be changed here"))
        elif fact.remove and subject not in own:
            names = [last_part(iri) for iri in own]
            found.append(
                Refusal(fact.row, "id", f"there is no row {fact.id!r}; {near(fact.id, names, 'plangraph code export')}")
            )
        elif other in own and subject not in own:
            kind = "a participation" if fact.claim else "a claim"
            found.append(Refusal(fact.row, "id", f"{fact.id} is {kind} already; choose another id"))
        elif subject not in own and (twin := here.get(fact.same())):
            found.append(Refusal(fact.row, "id", f"the same is there already as {last_part(twin)}; take that id"))
        elif not _may_be_under(plan, fact, subject):
            told = ", ".join(plan.under(subject))
            found.append(
                Refusal(fact.row, "measure", f"{fact.id} is told under measure {told}; write that, or nothing")
            )
        else:
            take(fact, subject)
    made: dict[frozenset[Any], str] = {fact.same(): fact.subject for fact in facts if fact.subject and not fact.remove}
    for fact in facts:
        if fact.id:
            continue
        same = fact.same()
        subject = made.get(same) or here.get(same, "")
        if not (subject or fact.measure):
            found.append(Refusal(fact.row, "measure", NO_MEASURE))
            continue
        subject = subject or _fresh(plan, fact, own | plan.read | set(taken))
        made[same] = subject
        take(fact, subject)
    by_row = _by_row(facts)
    for fact in facts:
        for name in fact.joined:
            if not set(named := _named(plan, name, by_row)) <= {*taken, *own, *plan.read} or not named:
                known = [last_part(each) for each in own | set(taken) if "/participation/" in each]
                row = _ROW.fullmatch(name)
                hint = (
                    "that row is refused"
                    if row and int(row[1]) in refused
                    else near(name, known, "plangraph code export")
                )
                found.append(Refusal(fact.row, "with", f"there is no participation {name!r}; {hint}"))
    return found


def _may_be_under(plan: Plan, fact: Fact, subject: str) -> bool:
    """Tell whether a fact that is there already may name its measure: where it is told, or where its words stand."""
    under = plan.under(subject)
    spans = [last_part(o.value) for p, o in fact.said if p == PG + "evidence"]
    return not (fact.measure and under) or fact.measure in {*under, *map(plan.owner, spans)}


def _existing(plan: Plan) -> dict[frozenset[Any], str]:
    found = {}
    for triples in plan.triples.values():
        facts = by_subject(triples)
        contexts = {o.value: s for s, about in facts.items() for o in about.get(CV + "hasParticipation", ())}
        for subject, about in facts.items():
            context = contexts.get(subject) or next((o.value for o in about.get(RDF + "subject", ())), "")
            said = {(p, o) for p, objects in about.items() if p in SAME for o in objects}
            if context and said:
                found[frozenset([("context", ox.NamedNode(context)), *said])] = subject
    return found


def _fresh(plan: Plan, fact: Fact, taken: set[str]) -> str:
    stem = plan.prefixes["c" if fact.claim else "p"] + fact.measure.replace("area ", "a") + "-" + fact.stem
    numbers = (f"-{number}" for number in itertools.count(2))
    return next(stem + tail for tail in itertools.chain([""], numbers) if stem + tail not in taken)


def _by_row(facts: Iterable[Fact]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for fact in facts:
        found.setdefault(fact.row, []).append(fact.subject)
    return found


def _named(plan: Plan, name: str, by_row: Mapping[int, Sequence[str]]) -> Sequence[str]:
    """Return the participations that a name in ``with`` stands for: ``row 12`` is all of that row."""
    row = _ROW.fullmatch(name)
    return by_row.get(int(row[1]), ()) if row else [plan.prefixes["p"] + name.removeprefix("p:")]


# --- changes


def _changes(plan: Plan, facts: Sequence[Fact]) -> tuple[Changes, dict[Path, Triples]]:
    """Return what the rows change, and file → its statements afterwards."""
    changes = Changes()
    owner = {subject: file for file, triples in plan.triples.items() for subject in by_subject(triples)}
    new: dict[Path, Triples] = {file: dict.fromkeys(triples) for file, triples in plan.triples.items()}
    about = {file: _about(triples) for file, triples in plan.triples.items()}
    by_row = _by_row(facts)
    done = set()
    for fact in facts:
        if fact.subject in done:
            continue
        done.add(fact.subject)
        file = owner.get(fact.subject) or plan.file_of(fact.measure)
        old = about.get(file, {}).get(fact.subject, [])
        made = [] if fact.remove else fact.triples([iri for name in fact.joined for iri in _named(plan, name, by_row)])
        if made:
            told = {*_COLUMNS, *(predicate for predicate, _ in fact.said)}
            made += [t for t in old if t.predicate.value not in told]
        if set(made) == set(old):
            continue
        (changes.removed if not made else changes.changed if old else changes.new).append(last_part(fact.subject))
        kept = new.setdefault(file, {})
        for triple in old:
            del kept[triple]
        kept |= dict.fromkeys(made)
    changes.files = {
        file: house_form(triples, plan.prefixes)
        for file, triples in new.items()
        if set(triples) != set(plan.triples.get(file, ()))
    }
    return changes, new


def _about(triples: Iterable[ox.Triple]) -> dict[str, list[ox.Triple]]:
    found: dict[str, list[ox.Triple]] = {}
    for triple in triples:
        found.setdefault(triple.subject.value, []).append(triple)  # type: ignore[union-attr]
        if triple.predicate.value == CV + "hasParticipation":
            found.setdefault(triple.object.value, []).append(triple)  # type: ignore[union-attr]
    return found


# --- faults


def _faults(plan: Plan, facts: Sequence[Fact], new: Mapping[Path, Triples]) -> list[Refusal]:
    """Return the rows that break a shape or a check, with the column; what was broken before is no row's fault."""
    removed = {fact.subject: fact for fact in facts if fact.remove}
    still = [
        Refusal(
            removed[t.object.value].row, "remove", f"{last_part(str(t.subject))[:-1]} still names it: mend that row"
        )
        for triples in new.values()
        for t in triples
        if isinstance(t.object, ox.NamedNode) and t.object.value in removed
    ]
    if still:
        return still
    spans = {o.value for fact in facts for p, o in fact.said if p == PG + "evidence"}
    after = {**new, plan.folder / "evidence.ttl": with_spans(plan, spans)}
    said = {triple: fact for fact in facts if not fact.remove for triple in fact.triples(())}
    by_iri = {fact.subject: fact for fact in facts}
    return refusals(plan, after, lambda finding: _blamed(finding, said, by_iri))


def refusals(
    plan: Plan, after: Mapping[Path, Iterable[ox.Triple]], blamed: Callable[[Finding], Iterable[tuple[str, int, str]]]
) -> list[Refusal]:
    """Return the rows that break a shape or a check when files hold other statements, ``after``, than they do.

    ``blamed`` gives the rows that a finding is about: the IRI that each describes, its number, and the column. What was
    broken before is no row's fault, unless the row describes it.
    """
    found = _violations(plan.tree, {**plan.instead, **after})
    before = set(_violations(plan.tree, plan.instead)) if found else set()
    refused, loose = [], []
    for finding in found:
        rows = list(blamed(finding))
        if finding in before and not any(iri == finding.focus for iri, *_ in rows):
            continue
        refused += [Refusal(row, column, finding.message) for _, row, column in rows]
        if not rows:
            loose.append(Refusal(0, "", f"{finding.focus} {finding.path} {finding.value}: {finding.message}"))
    # What no row is to blame for may follow from what a row is to blame for, and be gone without that row.
    return refused or loose


def _violations(tree: Tree, instead: Mapping[Path, Iterable[ox.Triple]]) -> list[Finding]:
    _, store = make_parts(tree, instead)
    return [finding for finding in check(store, tree).findings if finding.severity == "Violation"]


def _blamed(
    finding: Finding, said: Mapping[ox.Triple, Fact], by_iri: Mapping[str, Fact]
) -> Iterator[tuple[str, int, str]]:
    """Yield the rows that a finding is about, as :func:`refusals` asks for them.

    It names the row's own node; or the thing that a claim is about, with the property and value that are claimed; or a
    property and value that the row has in common with the node at fault.
    """
    if fact := by_iri.get(finding.focus):
        column = _COLUMNS.get(finding.path) or next(
            (_COLUMNS[p] for p, o in fact.said if finding.value == getattr(o, "value", None) and p in _COLUMNS),
            "context",
        )
        yield fact.subject, fact.row, column
        return
    for triple, fact in said.items():
        predicate, value = triple.predicate.value, getattr(triple.object, "value", None)
        if predicate == finding.path and value == finding.value:
            yield fact.subject, fact.row, _COLUMNS.get(predicate, "value")
        elif predicate == PG + "evidence" and value in (finding.focus, finding.value):
            yield fact.subject, fact.row, "words"
        elif fact.claim and fact.context and fact.context.value == finding.focus and predicate == RDF + "object":
            claimed = dict(fact.said)[RDF + "predicate"].value
            if claimed == finding.path or value == finding.value:
                yield fact.subject, fact.row, "value"


def with_spans(plan: Plan, spans: Iterable[str]) -> list[ox.Triple]:
    """Return the evidence of the plan with spans that are new in a sheet: their places, without digests."""
    triples = list(plan.held(plan.folder / "evidence.ttl"))
    known = {t.subject.value for t in triples}  # type: ignore[union-attr]
    space = f"{EVIDENCE}{plan.source}/"
    source = ox.NamedNode(f"{BASE}source/{plan.source}")
    whole = {iri.removeprefix(space) for iri in set(spans) - known}
    for name in sorted(whole | {part for spans in whole for part in spans.split("_")}):
        node = ox.NamedNode(space + name)
        said: list[tuple[str, Any]] = [(RDF_TYPE, ox.NamedNode(OA + "SpecificResource")), (OA + "hasSource", source)]
        if "_" in name:
            said += [(DCT + "hasPart", ox.NamedNode(space + part)) for part in name.split("_")]
        else:
            position = ox.NamedNode(f"{space}position/{name}")
            said.append((OA + "hasSelector", position))
            triples.append(ox.Triple(position, ox.NamedNode(RDF_TYPE), ox.NamedNode(OA + "TextPositionSelector")))
            for predicate, number in zip(("start", "end"), name.split("-"), strict=True):
                literal = ox.Literal(number, datatype=ox.NamedNode(XSD + "integer"))
                triples.append(ox.Triple(position, ox.NamedNode(OA + predicate), literal))
        triples += [ox.Triple(node, ox.NamedNode(predicate), value) for predicate, value in said]
    return triples
