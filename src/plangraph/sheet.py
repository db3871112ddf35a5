"""The coding sheet: participations and claims as rows, for people who do not write Turtle.

A sheet holds one row for each participation or claim of the files that people write; the files made by reading are not
in it, and things, figures and events stay in their files. Export and import are each other's inverse: what was not
changed in the sheet does not change in the files.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from plangraph.assembly import make_parts, union
from plangraph.errors import DataError, PlangraphError, UsageError
from plangraph.evidence import Section, sections_of
from plangraph.export import Names
from plangraph.house import house_form
from plangraph.loading import parse, source_of, to_rdflib
from plangraph.names import find_thing, near
from plangraph.paths import Tree
from plangraph.text import Source, find_words
from plangraph.vocabulary import CODE, CV, DCT, EVIDENCE, PG, RDF, RDF_TYPE, RDFS, SKOS, XSD, prefixes

# Columns that hold one property of a participation or claim as it is; the others are worked out below.
TEXTS = {
    "named_as": PG + "namedAs",
    "comment": RDFS + "comment",
    "qualifier": PG + "qualifier",
    "note": SKOS + "editorialNote",
}
DATES = {"when": PG + "when", "as_of": PG + "asOf"}
COLUMNS = (
    *("id", "measure", "context", "actor", "role", "stage", "with", "named_as", "property", "value"),
    *("comment", "when", "as_of", "qualifier", "words", "locator", "note", "remove"),
)
MADE_BY_READING = ("plan.ttl", "skeleton.ttl", "mentions.ttl", "evidence.ttl")
_SPAN = re.compile(r"\d+-\d+(_\d+-\d+)*")
_EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
_DAY = r"\d{4}-\d\d-\d\d"
_PART = r"\d{4}(-\d\d){0,2}"
_TIME = rf"{_PART}|({_PART}|\.\.)?/({_PART}|\.\.)?"
_CURIE = re.compile(r"[A-Za-z][\w-]*:[\w.-]*[\w-]")

Row = dict[str, str]


@dataclass(frozen=True)
class Refusal:
    """Why a row cannot be taken: its number in the sheet (the header is 1), the column, and what to do."""

    row: int
    column: str
    reason: str


@dataclass
class Changes:
    """What an import would do: file → new text, and the ids of the rows that are new, changed and removed."""

    files: dict[Path, str] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


class Plan:
    """What a sheet of one plan needs to know: its files, its names and its sections. Read once, changed by nobody."""

    def __init__(self, tree: Tree, folder: Path) -> None:
        self.tree, self.folder = tree, folder
        self.source = source_of(folder) or ""
        self.prefixes = prefixes(folder.name, self.source)
        self.files = [file for file in sorted(folder.glob("*.ttl")) if file.name not in MADE_BY_READING]
        self.triples = {file: [quad.triple for quad in parse(file)] for file in self.files}

    @cached_property
    def store(self) -> ox.Store:
        """The whole graph, for names and locators."""
        store = ox.Store()
        store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in union(make_parts(self.tree)[0]))
        return store

    @cached_property
    def sections(self) -> list[Section]:
        """The sections of the report."""
        skeleton = self.folder / "skeleton.ttl"
        return sections_of(to_rdflib(parse(skeleton))) if skeleton.is_file() else []

    def objects(self, subject: str, predicate: str) -> list[Any]:
        """Return the objects of a subject and a predicate in the graph."""
        quads = self.store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None, ox.DefaultGraph())
        return [quad.object for quad in quads]

    @cached_property
    def concepts(self) -> set[str]:
        """The IRIs of all codes."""
        kind = ox.NamedNode(SKOS + "Concept")
        found = self.store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), kind, ox.DefaultGraph())
        return {quad.subject.value for quad in found}  # type: ignore[union-attr]

    def codes(self, scheme: str) -> list[str]:
        """Return the slugs of a code scheme, sorted."""
        start = f"{CODE}{scheme}/"
        return sorted(iri.removeprefix(start) for iri in self.concepts if iri.startswith(start))

    @cached_property
    def used_properties(self) -> set[str]:
        """The properties that some claim of the plan states."""
        return {
            str(triple.object.value)  # type: ignore[union-attr]
            for triples in self.triples.values()
            for triple in triples
            if triple.predicate.value == RDF + "predicate"
        }


def rows_of(plan: Plan, lang: str = "nb") -> list[Row]:
    """Return the rows of a plan in the order of its files: one for each participation and claim."""
    names = Names(plan.prefixes)
    rows = []
    for triples in plan.triples.values():
        facts = _by_subject(triples)
        contexts = {o.value: s for s, about in facts.items() for o in about.get(CV + "hasParticipation", ())}
        found = [s for s, about in facts.items() if CV + "hasParticipant" in about or _is_claim(about)]
        rows += [_row(plan, names, subject, facts[subject], contexts.get(subject, ""), lang) for subject in found]
    return rows


def to_csv(rows: Sequence[Row]) -> str:
    """Return rows as CSV with a header line."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def to_xlsx(plan: Plan, rows: Sequence[Row]) -> bytes:
    """Return rows as a workbook with drop-down lists for roles and stages."""
    from plangraph import workbook

    widths = {"words": 40, "locator": 50, "context": 30, "actor": 24, "value": 30}
    choices = {"role": plan.codes("role"), "stage": plan.codes("stage")}
    sheet = workbook.Sheet("coding", COLUMNS, [[row[c] for c in COLUMNS] for row in rows], widths, choices=choices)
    return workbook.to_xlsx([sheet], f"Coding sheet, {plan.folder.name}")


def read_sheet(path: Path) -> list[Row]:
    """Return the rows of a CSV or XLSX file; cells that are missing are empty.

    Raises UsageError when the file cannot be read and DataError when it has a column that is not known.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read the sheet: {error.strerror}", where=str(path), mend="check the name") from error
    if path.suffix == ".xlsx":
        from plangraph import workbook

        table = workbook.read_first_sheet(raw, path)
    else:
        try:
            table = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
        except UnicodeDecodeError as error:
            raise DataError("the sheet is not UTF-8", where=str(path), mend="save it as CSV UTF-8") from error
    if not table:
        raise DataError("the sheet is empty", where=str(path), mend="begin with 'plangraph code export'")
    header = table[0]
    for name in header:
        if name and name not in COLUMNS:
            raise DataError(
                f"unknown column {name!r}", where=f"{path}:1", mend=near(name, COLUMNS, "plangraph code export")
            )
    rows = [dict(zip(header, map(str.strip, cells), strict=False)) for cells in table[1:]]
    return [{c: row.get(c, "") for c in COLUMNS} if any(row.values()) else {} for row in rows]


def plan_changes(plan: Plan, rows: Sequence[Row], source: Source | None) -> Changes:
    """Return what an import of rows would change, and which rows are refused.

    A row with a known ``id`` replaces that participation or claim, a row without one is new, and ``remove`` takes one
    away; rows that are not in the sheet stay as they are. ``source`` is the report in which the words of ``words`` are
    found; spans (``14433-14485``) need no source.
    """
    reader = _Reader(plan, source)
    changes = Changes()
    owner = {subject: file for file, triples in plan.triples.items() for subject in _by_subject(triples)}
    new = {file: dict.fromkeys(triples) for file, triples in plan.triples.items()}
    for number, row in enumerate(rows, 2):
        if not row:
            continue
        try:
            subject = reader.subject(row)
            file = owner.get(subject) or reader.file_of(row)
            old = [t for t in new.get(file, {}) if _belongs(t, subject)]
            made = [] if row["remove"] else reader.triples(row, subject, old)
        except _CellError as error:
            changes.refused.append(Refusal(number, error.column, str(error)))
            continue
        if set(made) == set(old):
            continue
        name = subject.rsplit("/", 1)[-1]
        (changes.removed if not made else changes.changed if old else changes.new).append(name)
        kept = new.setdefault(file, {})
        for triple in old:
            del kept[triple]
        kept |= dict.fromkeys(made)
    changes.files = {
        file: house_form(triples, plan.prefixes)
        for file, triples in new.items()
        if set(triples) != set(plan.triples.get(file, ()))
    }
    return changes


class _CellError(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


class _Reader:
    """Turns rows into statements; knows which ids are taken."""

    def __init__(self, plan: Plan, source: Source | None) -> None:
        self.plan, self.source = plan, source
        everything = (t for triples in plan.triples.values() for t in triples)
        self.taken = {t.subject.value for t in everything} | self._skeleton_ids()  # type: ignore[union-attr]

    def _skeleton_ids(self) -> set[str]:
        file = self.plan.folder / "skeleton.ttl"
        return {quad.subject.value for quad in parse(file)} if file.is_file() else set()  # type: ignore[union-attr]

    def subject(self, row: Row) -> str:
        """Return the IRI of a row: the one it names, or a fresh one."""
        claim = bool(row["property"])
        space = self.plan.prefixes["c" if claim else "p"]
        if not claim and not (row["actor"] or row["remove"]):
            raise _CellError("actor", "a row needs an actor with a role, or a property with a value")
        if row["id"]:
            found = {self.plan.prefixes[p] + row["id"] for p in "pc"} & self.taken
            return min(found, key=lambda iri: not iri.startswith(space)) if found else space + row["id"]
        measure = row["measure"].replace(" ", "")
        if not measure:
            raise _CellError("measure", "a new row needs its measure, as 8 or 18a")
        tail = row["property"].rsplit(":", 1)[-1] if claim else self.actor(row).rsplit("/", 1)[-1]
        name = stem = f"{space}{measure}-{tail}"
        number = 1
        while name in self.taken:
            number += 1
            name = f"{stem}-{number}"
        self.taken.add(name)
        return name

    def file_of(self, row: Row) -> Path:
        """Return the file of a new row: that of the measure's focus area."""
        iri = self._thing(row["measure"].replace(" ", ""), "measure", "measure")
        while iri and "/area/" not in iri:
            above = [
                o.value
                for o in self.plan.objects(iri, DCT + "isPartOf")
                if "/measure/" in o.value or "/area/" in o.value
            ]
            iri = above[0] if above else ""
        name = f"area-{iri.rsplit('/', 1)[-1]}.ttl" if iri else "front.ttl"
        return self.plan.folder / name

    def triples(self, row: Row, subject: str, old: Sequence[ox.Triple]) -> list[ox.Triple]:
        """Return the statements of a row, with those of ``old`` for which a sheet has no column."""
        made: list[ox.Triple] = []
        node = ox.NamedNode(subject)

        def add(predicate: str, value: Any) -> None:
            made.append(ox.Triple(node, ox.NamedNode(predicate), value))

        context = self._node(row["context"] or row["measure"], "context")
        if row["property"]:
            predicate = self._property(row["property"])
            add(RDF_TYPE, ox.NamedNode(PG + "Claim"))
            add(RDF + "subject", context)
            add(RDF + "predicate", predicate)
            add(RDF + "object", self._value(row["value"], "value"))
        else:
            made.append(ox.Triple(context, ox.NamedNode(CV + "hasParticipation"), node))
            add(CV + "hasParticipant", ox.NamedNode(self.actor(row)))
            add(CV + "role", self._code(row["role"], "role"))
            for name in filter(None, re.split(r"[;\s]+", row["with"])):
                other = self.plan.prefixes["p"] + name.removeprefix("p:")
                if other not in self.taken:
                    known = [iri.rsplit("/", 1)[-1] for iri in self.taken if "/participation/" in iri]
                    raise _CellError("with", f"there is no participation {name!r}; {near(name, known, 'code export')}")
                add(PG + "with", ox.NamedNode(other))
        add(PG + "stage", self._code(row["stage"], "stage"))
        for column, predicate_iri in TEXTS.items():
            for part in filter(None, row[column].split(" | ")):
                add(predicate_iri, self._text(part))
        for column, predicate_iri in DATES.items():
            if row[column]:
                add(predicate_iri, self._value(row[column], column))
        for name in self._evidence(row):
            add(PG + "evidence", ox.NamedNode(f"{EVIDENCE}{self.plan.source}/{name}"))
        told = {t.predicate.value for t in made} | {*TEXTS.values(), *DATES.values(), PG + "with"}
        return made + [t for t in old if t.subject == node and t.predicate.value not in told]

    def actor(self, row: Row) -> str:
        """Return the IRI of the actor that a row names."""
        iri = self._thing(row["actor"], "actor", "actor")
        if PG + "Actor" not in {o.value for o in self.plan.objects(iri, RDF_TYPE)}:
            raise _CellError("actor", f"{row['actor']!r} is not an actor")
        return iri

    def _thing(self, name: str, column: str, kind: str) -> str:
        if not name:
            raise _CellError(column, "the cell is empty")
        if name.startswith("<") and name.endswith(">"):
            return name[1:-1]
        prefix, colon, local = name.partition(":")
        space = self.plan.prefixes.get(prefix)
        if colon and space:
            node = ox.NamedNode(space + local)
            if any(True for _ in self.plan.store.quads_for_pattern(node, None, None)):
                return node.value
        try:
            return find_thing(self.plan.store, name, kind)
        except PlangraphError as error:
            raise _CellError(column, f"{error.what}; {error.mend}") from error

    def _node(self, name: str, column: str) -> ox.NamedNode:
        return ox.NamedNode(self._thing(name, column, ""))

    def _code(self, slug: str, scheme: str) -> ox.NamedNode:
        slug = slug.removeprefix(f"{scheme}:")
        known = self.plan.codes(scheme)
        if slug not in known:
            hint = near(slug, known, f"one of {', '.join(known)}") if slug else f"choose one of {', '.join(known)}"
            raise _CellError(scheme, f"there is no {scheme} {slug!r}; {hint}")
        return ox.NamedNode(f"{CODE}{scheme}/{slug}")

    def _property(self, name: str) -> ox.NamedNode:
        prefix, _, local = name.partition(":")
        iri = self.plan.prefixes.get(prefix, "") + local
        used = self.plan.used_properties
        if not self.plan.objects(iri, RDFS + "label") and iri not in used:
            names = Names(self.plan.prefixes)
            raise _CellError(
                "property", f"there is no property {name!r}; {near(name, map(names.iri, used), 'the ontology')}"
            )
        return ox.NamedNode(iri)

    def _value(self, text: str, column: str) -> Any:
        if not text:
            raise _CellError(column, "the cell is empty")
        value = parse_value(text, self.plan.prefixes)
        if value is None:
            try:
                value = self._node(text, column)
            except _CellError as error:
                hint = "a time is 2019, 2019-03, 2019-03-31 or 2021-21 (spring), a text ends with @nb"
                raise _CellError(column, f"{error}; {hint}") from error
        return value

    def _text(self, text: str) -> ox.Literal:
        return _literal(text) or ox.Literal(text)

    def _evidence(self, row: Row) -> list[str]:
        names = []
        for place in filter(None, (part.strip() for part in re.split(r"\s\|\s|\n", row["words"]))):
            if _SPAN.fullmatch(place):
                names.append(place)
            else:
                names.append("_".join(str(self._found(words, row)) for words in place.split(" + ")))
        if not names:
            raise _CellError("words", "the cell is empty; write the words of the report that state it")
        return names

    def _found(self, words: str, row: Row) -> Any:
        if self.source is None:
            raise _CellError("words", "words can only be found in a report; name it with --source")
        measure = row["measure"].replace(" ", "")
        spans = [s.span for s in self.plan.sections if s.owner == measure and "row" not in s.kind]
        within = (min(s.start for s in spans), max(s.end for s in spans)) if spans else None
        found = find_words(self.source, words, within)
        where = f"measure {measure}" if within else "the report"
        if not found:
            raise _CellError(
                "words", f"«{words}» does not stand in {where}; check the words, or give the first … the last"
            )
        shortest = min(span.end - span.start for span in found)
        best = [span for span in found if span.end - span.start == shortest]
        if len(best) > 1:
            raise _CellError("words", f"«{words}» stands {len(best)} times in {where}; give more of the words")
        return best[0]


def parse_value(text: str, names: Mapping[str, str]) -> Any:
    """Return the term that a cell stands for, or None when it is neither a literal nor a prefixed name.

    A text ends with its language (``@nb``). A full day is an xsd:date; what looks like a year, a month, a season or an
    interval is EDTF; other digits are an integer. Anything else may say its type (``^^xsd:decimal``).
    """
    if literal := _literal(text):
        return literal
    value, typed, kind = text.rpartition("^^")
    prefix, _, local = kind.partition(":")
    if typed and prefix in names:
        return ox.Literal(value, datatype=ox.NamedNode(names[prefix] + local))
    if text.startswith("<") and text.endswith(">"):
        return ox.NamedNode(text[1:-1])
    if _CURIE.fullmatch(text) and text.partition(":")[0] in names:
        prefix, _, local = text.partition(":")
        return ox.NamedNode(names[prefix] + local)
    if re.fullmatch(_DAY, text):
        return ox.Literal(text, datatype=ox.NamedNode(XSD + "date"))
    if re.fullmatch(_TIME, text):
        return ox.Literal(text, datatype=ox.NamedNode(_EDTF))
    if re.fullmatch(r"-?\d+", text):
        return ox.Literal(text, datatype=ox.NamedNode(XSD + "integer"))
    return ox.Literal(text == "true") if text in ("true", "false") else None


def _literal(text: str) -> ox.Literal | None:
    match = re.fullmatch(r"(.*)@(nb|nn|en|se)", text, re.DOTALL)
    return ox.Literal(match[1], language=match[2]) if match else None


def written(term: Any, names: Names, spaces: Mapping[str, str]) -> str:
    """Return the cell for a term, such that :func:`parse_value` gives the term back."""
    if isinstance(term, ox.NamedNode):
        short = names.iri(term.value)
        return short if short.startswith("<") or parse_value(short, spaces) == term else f"<{term.value}>"
    plain = f"{term.value}@{term.language}" if term.language else str(term.value)
    if parse_value(plain, spaces) == term:
        return plain
    return f"{term.value}^^{names.iri(term.datatype.value)}"


def _row(plan: Plan, names: Names, subject: str, facts: Mapping[str, list[Any]], context: str, lang: str) -> Row:
    def nodes(predicate: str) -> list[str]:
        return [names.iri(o.value) for o in sorted(facts.get(predicate, ()), key=lambda o: _natural(o.value))]

    def texts(predicate: str) -> str:
        literals = sorted(facts.get(predicate, ()), key=lambda o: (o.language or "", o.value))
        return " | ".join(f"{o.value}@{o.language}" if o.language else o.value for o in literals)

    claimed = facts.get(RDF + "predicate", [None])[0]
    value = facts.get(RDF + "object", [None])[0]
    evidence = [
        o.value.rsplit("/", 1)[-1] for o in sorted(facts.get(PG + "evidence", ()), key=lambda o: _natural(o.value))
    ]
    locators = [_locator(plan, name, lang) for name in evidence]
    under = sorted(o.value.rsplit("/", 1)[-1] for o in plan.objects(subject, PG + "underMeasure"))
    return {
        "id": subject.rsplit("/", 1)[-1],
        "measure": under[0] if under else "",
        "context": names.iri(context) if context else "".join(nodes(RDF + "subject")),
        "actor": "".join(nodes(CV + "hasParticipant")),
        "role": "".join(nodes(CV + "role")).removeprefix("role:"),
        "stage": "".join(nodes(PG + "stage")).removeprefix("stage:"),
        "with": "; ".join(name.removeprefix("p:") for name in nodes(PG + "with")),
        "property": names.iri(claimed.value) if claimed else "",
        "value": written(value, names, plan.prefixes) if value is not None else "",
        **{column: texts(predicate) for column, predicate in TEXTS.items()},
        **{c: "".join(written(o, names, plan.prefixes) for o in facts.get(p, ())) for c, p in DATES.items()},
        "words": " | ".join(evidence),
        "locator": " | ".join(filter(None, locators)),
        "remove": "",
    }


def _locator(plan: Plan, name: str, lang: str) -> str:
    found = {o.language: o.value for o in plan.objects(f"{EVIDENCE}{plan.source}/{name}", PG + "locator")}
    return found.get(lang) or next(iter(found.values()), "")


def _by_subject(triples: Iterable[ox.Triple]) -> dict[str, dict[str, list[Any]]]:
    facts: dict[str, dict[str, list[Any]]] = {}
    for t in triples:
        facts.setdefault(t.subject.value, {}).setdefault(t.predicate.value, []).append(t.object)  # type: ignore[union-attr]
    return facts


def _is_claim(facts: Mapping[str, list[Any]]) -> bool:
    return any(o.value == PG + "Claim" for o in facts.get(RDF_TYPE, ()))


def _belongs(triple: ox.Triple, subject: str) -> bool:
    if triple.subject.value == subject:  # type: ignore[union-attr]
        return True
    return triple.predicate.value == CV + "hasParticipation" and triple.object.value == subject  # type: ignore[union-attr]


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", text) if part)
