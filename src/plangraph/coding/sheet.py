"""The coding sheet: participations and claims as rows, for people who do not write Turtle.

A sheet holds one row for each participation or claim of the files that people write; the files made by reading are not
in it, and things, figures and events stay in their files. Export and import are each other's inverse: what was not
changed in the sheet does not change in the files.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from plangraph.assembly import make_parts, union
from plangraph.coding.cells import written
from plangraph.errors import DataError, UsageError
from plangraph.export import Names
from plangraph.loading import parse, source_of, to_rdflib
from plangraph.locators import Section, sections_of
from plangraph.names import by_name, fold, last_part, locator, near
from plangraph.output import natural, render
from plangraph.paths import Tree
from plangraph.vocabulary import (
    BASE,
    CODE,
    CV,
    DCT,
    ELI,
    EVIDENCE,
    OA,
    OWL,
    PG,
    RDF,
    RDF_TYPE,
    RDFS,
    SHACL,
    SKOS,
    prefixes,
)

# Columns that hold one property of a participation or claim as it is; the others are worked out.
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
_DATED = (ox.NamedNode(BASE + "shape/Dated"), ox.NamedNode(SHACL + "targetSubjectsOf"))
_ACT_DATE = ELI + "date_document"
_LINK = ox.NamedNode(PG + "Link")
_ROLE_PROPERTY = ox.NamedNode(PG + "directProperty")
_PROPERTIES = (OWL + "ObjectProperty", OWL + "DatatypeProperty")

Row = dict[str, str]


class Plan:
    """What a sheet of one plan needs to know: its files, its names and its sections. Read once, changed by nobody."""

    def __init__(self, tree: Tree, folder: Path, instead: Mapping[Path, Iterable[ox.Triple]] | None = None) -> None:
        """Read a plan; ``instead`` gives files → the statements to take in place of what the file holds."""
        self.tree, self.folder = tree, folder
        self.instead = {file: list(triples) for file, triples in (instead or {}).items()}
        self.source = source_of(folder) or ""
        self.prefixes = prefixes(folder.name, self.source)
        files = {*folder.glob("*.ttl"), *(file for file in self.instead if file.parent == folder)}
        self.files = sorted(file for file in files if file.name not in MADE_BY_READING)
        self.triples = {file: self.held(file) for file in self.files}

    def held(self, file: Path) -> list[ox.Triple]:
        """Return the statements of a file, none where there is no such file."""
        if file in self.instead:
            return self.instead[file]
        return [quad.triple for quad in parse(file)] if file.is_file() else []

    @cached_property
    def store(self) -> ox.Store:
        """The whole graph, for names and locators."""
        store = ox.Store()
        parts, _ = make_parts(self.tree, self.instead)
        store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in union(parts))
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
    def spelt(self) -> dict[str, set[str]]:
        """Name or id → the things that have it."""
        return by_name(self.store)

    @cached_property
    def names(self) -> dict[str, set[str]]:
        """The same with the names folded."""
        found: dict[str, set[str]] = {}
        for name, iris in self.spelt.items():
            found.setdefault(fold(name), set()).update(iris)
        return found

    @cached_property
    def measures(self) -> list[str]:
        """The ids of the plan's measures."""
        kind = ox.NamedNode(PG + "Measure")
        found = self.store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), kind, ox.DefaultGraph())
        space = self.prefixes["m"]
        iris = {quad.subject.value for quad in found}  # type: ignore[union-attr]
        return sorted((iri.removeprefix(space) for iri in iris if iri.startswith(space)), key=natural)

    @cached_property
    def read(self) -> set[str]:
        """The things that the reading of the report made."""
        files = [self.folder / name for name in MADE_BY_READING if name != "evidence.ttl"]
        return {q.subject.value for file in files if file.is_file() for q in parse(file)}  # type: ignore[union-attr]

    @cached_property
    def links(self) -> dict[str, set[str]]:
        """Measure → the spans of the links that belong to it, which may stand at the foot of a page of the next one."""
        found: dict[str, set[str]] = {}
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), _LINK, ox.DefaultGraph()):
            link = quad.subject.value  # type: ignore[union-attr]
            for measure in self.objects(link, PG + "underMeasure"):
                spans = {last_part(o.value) for o in self.objects(link, PG + "evidence")}
                found.setdefault(last_part(measure.value), set()).update(spans)
        return found

    @cached_property
    def role_properties(self) -> set[str]:
        """The properties that the rules derive from a participation in a role."""
        return {q.object.value for q in self.store.quads_for_pattern(None, _ROLE_PROPERTY, None)}  # type: ignore[union-attr]

    @cached_property
    def properties(self) -> dict[str, str]:
        """The properties that a claim may state → their kind: "node", "literal", or "" where nothing is said.

        They are those with a label; not classes, not what a rule derives, not the direct properties of the roles.
        """
        found = {}
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(RDFS + "label"), None, ox.DefaultGraph()):
            iri = quad.subject.value  # type: ignore[union-attr]
            kinds = {o.value for o in self.objects(iri, RDF_TYPE)}
            derived = any(o.value.startswith("Derived") for o in self.objects(iri, SKOS + "definition"))
            if derived or iri in self.role_properties:
                continue
            if _PROPERTIES[0] in kinds:
                found[iri] = "node"
            elif _PROPERTIES[1] in kinds:
                found[iri] = "literal"
            elif not kinds and last_part(iri)[:1].islower() and not iri.startswith((CV, OA, RDF)):
                found[iri] = ""
        return found

    @cached_property
    def property_names(self) -> dict[str, set[str]]:
        """Folded name of a property, with or without its prefix, or its label → the properties that have it."""
        found: dict[str, set[str]] = {}
        short = Names(self.prefixes)
        for iri in self.properties:
            labels = [o.value for o in self.objects(iri, RDFS + "label")]
            for name in (short.iri(iri), last_part(iri), *labels):
                found.setdefault(fold(name), set()).add(iri)
        return found

    @cached_property
    def times(self) -> set[str]:
        """The properties whose values are times, as the shapes say."""
        shapes = parse(self.tree.ontology / "shapes.ttl")
        return {q.object.value for q in shapes if (q.subject, q.predicate) == _DATED} | {_ACT_DATE}  # type: ignore[union-attr]

    @cached_property
    def claims(self) -> list[str]:
        """The claims of the whole graph."""
        kind = ox.NamedNode(PG + "Claim")
        found = self.store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), kind, ox.DefaultGraph())
        return [quad.subject.value for quad in found]  # type: ignore[union-attr]

    def under(self, subject: str) -> list[str]:
        """Return the measures under which a participation or claim is told."""
        return sorted((last_part(o.value) for o in self.objects(subject, PG + "underMeasure")), key=natural)

    def owner(self, span: str) -> str:
        """Return the owner of the section in which a span begins, or ""."""
        start = int(span.split("-")[0])
        held = [s for s in self.sections if s.span.start <= start < s.span.end]
        return min(held, key=lambda s: s.span.end - s.span.start).owner if held else ""

    def area_of(self, measure: str) -> str:
        """Return the id of the focus area of a measure or of ``area 1``, or "" for the front matter."""
        if measure.startswith("area ") or measure == "front":
            return measure.removeprefix("area ").removeprefix("front")
        iri = self.prefixes["m"] + measure
        while iri and not iri.startswith(self.prefixes["area"]):
            above = [o.value for o in self.objects(iri, DCT + "isPartOf")]
            iri = next((o for o in above if o.startswith((self.prefixes["m"], self.prefixes["area"]))), "")
        return last_part(iri)

    def file_of(self, measure: str) -> Path:
        """Return the file for new rows of a measure, of ``area 1`` or of ``front``: that of the focus area."""
        area = self.area_of(measure)
        return self.folder / (f"area-{area}.ttl" if area else "front.ttl")

    def codes(self, scheme: str) -> list[str]:
        """Return the slugs of a code scheme, sorted."""
        found = self.store.quads_for_pattern(None, ox.NamedNode(SKOS + "inScheme"), ox.NamedNode(CODE + scheme))
        return sorted({last_part(quad.subject.value) for quad in found})  # type: ignore[union-attr]


def rows_of(plan: Plan, lang: str = "nb", measures: Sequence[str] = ()) -> list[Row]:
    """Return the rows of a plan in the order of its files: one for each participation and claim.

    With ``measures`` only those that are told under one of them.
    """
    names = Names(plan.prefixes)
    rows = []
    for triples in plan.triples.values():
        facts = by_subject(triples)
        contexts = {o.value: s for s, about in facts.items() for o in about.get(CV + "hasParticipation", ())}
        found = [s for s, about in facts.items() if CV + "hasParticipant" in about or _is_claim(about)]
        if measures:
            found = [s for s in found if set(plan.under(s)) & set(measures)]
        rows += [_row(plan, names, subject, facts[subject], contexts.get(subject, ""), lang) for subject in found]
    return rows


def to_csv(rows: Sequence[Row]) -> str:
    """Return rows as CSV with a header line."""
    return render(COLUMNS, rows, "csv")


def read_sheet(path: Path) -> list[Row]:
    """Return the rows of a CSV or XLSX file; cells that are missing are empty, columns named ``_…`` are passed over.

    Raises UsageError when the file cannot be read and DataError when it has a column that is not known.
    """
    return coding_rows(read_table(path), path)


def coding_rows(table: Sequence[Sequence[str]], path: Path) -> list[Row]:
    """Return the rows of a coding sheet whose cells are read; cells that are missing are empty."""
    rows = rows_under(table, COLUMNS, path)
    return [{c: row.get(c, "") for c in COLUMNS} if row else {} for row in rows]


def rows_under(table: Sequence[Sequence[str]], columns: Sequence[str], path: Path) -> list[Row]:
    """Return the cells of a table, its header first, as rows; an empty row is empty, columns ``_…`` are passed over.

    Raises DataError when the table has a column that is not known.
    """
    header = table[0]
    for name in header:
        if name and name not in columns and not name.startswith("_"):
            hint = near(name, columns, otherwise=f"call it _{name} if it is a column of your own")
            raise DataError(f"unknown column {name!r}", where=f"{path}:1", mend=hint)
    rows = [dict(zip(header, map(str.strip, cells), strict=False)) for cells in table[1:]]
    return [{c: cell for c, cell in row.items() if c in columns} if any(row.values()) else {} for row in rows]


def read_table(path: Path) -> list[list[str]]:
    """Return the cells of a CSV or XLSX file, its header first.

    CSV is UTF-8, its cells separated by commas, by semicolons, as Excel does where the comma is the decimal sign, or
    by tabs. Raises UsageError when the file cannot be read and DataError when it is empty or not UTF-8.
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
            text = raw.decode("utf-8-sig")
            separator = max(",;\t", key=text.partition("\n")[0].count)
            table = list(csv.reader(io.StringIO(text), delimiter=separator))
        except UnicodeDecodeError as error:
            raise DataError("the sheet is not UTF-8", where=str(path), mend="save it as CSV UTF-8") from error
    if not table:
        raise DataError("the sheet is empty", where=str(path), mend="begin with 'plangraph code export'")
    return table


def _row(plan: Plan, names: Names, subject: str, facts: Mapping[str, list[Any]], context: str, lang: str) -> Row:
    def nodes(predicate: str) -> list[str]:
        return [names.iri(o.value) for o in sorted(facts.get(predicate, ()), key=lambda o: natural(o.value))]

    def texts(predicate: str) -> str:
        literals = sorted(facts.get(predicate, ()), key=lambda o: (o.language or "", o.value))
        return " | ".join(f"{o.value}@{o.language}" if o.language else o.value for o in literals)

    claimed = facts.get(RDF + "predicate", [None])[0]
    value = facts.get(RDF + "object", [None])[0]
    evidence = sorted((last_part(o.value) for o in facts.get(PG + "evidence", ())), key=natural)
    locators = [locator(plan.store, f"{EVIDENCE}{plan.source}/{name}", lang) for name in evidence]
    under = plan.under(subject)
    here = [plan.owner(name) for name in evidence]
    return {
        "id": last_part(subject),
        "measure": next((m for m in here if m in under), under[0] if under else ""),
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
        "locator": " | ".join(locators),
        "remove": "",
    }


def by_subject(triples: Iterable[ox.Triple]) -> dict[str, dict[str, list[Any]]]:
    """Return subject → predicate → objects."""
    facts: dict[str, dict[str, list[Any]]] = {}
    for t in triples:
        facts.setdefault(t.subject.value, {}).setdefault(t.predicate.value, []).append(t.object)  # type: ignore[union-attr]
    return facts


def _is_claim(facts: Mapping[str, list[Any]]) -> bool:
    return any(o.value == PG + "Claim" for o in facts.get(RDF_TYPE, ()))
