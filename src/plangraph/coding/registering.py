"""A sheet of things taken in: rows become actors, laws, programmes, events, figures, sums and names of measures.

Each cell is read by itself first; then each row finds its id, and the changed graph is held against the shapes and
the checks. A cell that stands as an export writes it leaves what it holds as it is.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from plangraph.coding.cells import parse_text
from plangraph.coding.facts import ID, YES, CellError, Reader
from plangraph.coding.intake import Changes, Refusal, refusals, with_spans
from plangraph.coding.sheet import Plan, Row
from plangraph.coding.things import ALL_BUT, COLUMNS, NAMES, Kind, Things, holds
from plangraph.house import house_form
from plangraph.ingest.writing import slug
from plangraph.loading import read_text
from plangraph.names import fold, last_part
from plangraph.text import Source
from plangraph.validation import Finding
from plangraph.vocabulary import EVIDENCE, PG, RDF_TYPE, SKOS, XSD, prefixes

# An abbreviation gives an actor its id: one short word with two capitals. Longer names are cut after a word.
_SHORT = re.compile(r"(?=.*[A-ZÆØÅ].*[A-ZÆØÅ])[A-Za-zÆØÅæøå-]{2,8}")
_LONGEST = 60
_GROUPED = re.compile(r"\d{1,3}([  \u202f]\d{3})+(?!\d)")

Said = list[tuple[str, Any]]
Statements = dict[Path, list[ox.Triple]]


@dataclass
class Thing:
    """A row as read: which thing it is, where it is described, what stood there of it, and what shall stand there."""

    row: int
    cells: Row
    kinds: Sequence[Kind]
    measure: str
    iri: str = ""
    file: Path = Path()
    old: Said = field(default_factory=list)
    said: dict[str, Said] = field(default_factory=dict)
    kept: Said = field(default_factory=list)
    new: bool = False

    def all(self) -> Said:
        """Return what shall be said of the thing."""
        return [*self.kept, *(pair for pairs in self.said.values() for pair in pairs)]

    def triples(self) -> list[ox.Triple]:
        """Return the same as statements."""
        return [_triple(self.iri, pair) for pair in self.all()]


def is_of_things(table: Sequence[Sequence[str]]) -> bool:
    """Tell whether a table is a sheet of things, by its header; a coding sheet has no ``class``."""
    return "class" in table[0]


def thing_changes(plan: Plan, rows: Sequence[Row], source: Source | None) -> tuple[Changes, Statements]:
    """Return what an import of rows would change, and file → its statements afterwards, the new spans among them.

    A row with the id of a thing that is there changes it: an empty cell takes away what was there, a column that the
    sheet does not have leaves it. A row without an id makes a new thing, whose id comes from its name, unless a thing
    of that name already says all that the row says: a sheet may be taken in twice. Things that are not in the sheet
    stay as they are; none is removed.
    """
    maker = _Maker(plan, source)
    refused: dict[int, Refusal] = {}
    while True:
        good = [(number, row) for number, row in enumerate(rows, 2) if row and number not in refused]
        things, found = maker.things(good)
        if not found:
            changes, statements = maker.changes(things)
            found = refusals(plan, statements, partial(maker.blamed, things)) if statements else []
        refused |= {refusal.row: refusal for refusal in reversed(found)}
        if not found or 0 in refused:
            if 0 in refused:
                changes, statements = Changes(), {}
            changes.refused = [refused[number] for number in sorted(refused)]
            return changes, statements


class _Maker:
    def __init__(self, plan: Plan, source: Source | None) -> None:
        self.plan, self.source = plan, source
        self.sheet = Things(plan)
        self.reader = Reader(plan, source)
        self.short = self.sheet.short

    # --- from rows to things

    def things(self, rows: Sequence[tuple[int, Row]]) -> tuple[list[Thing], list[Refusal]]:
        """Return the things of the rows; or, with the rows that cannot be taken, what is wrong with them."""
        found: list[Refusal] = []
        things: dict[str, Thing] = {}

        def refuse(number: int, error: CellError) -> None:
            found.append(Refusal(number, error.column, str(error)))

        for number, row in rows:
            try:
                thing = self.thing(number, row)
                before = things.setdefault(thing.iri, thing)
                if before is not thing and _without(before.cells) != _without(thing.cells):
                    name = self.short.iri(thing.iri)
                    raise CellError("id", f"row {before.row} is {name} already; give one of them an id of its own")
            except CellError as error:
                refuse(number, error)
        naming = [thing for thing in things.values() if any(self.names_things(thing))]
        if naming and not found:
            # What a row names may be a thing of the same sheet.
            new = self.changes(list(things.values()))[1]
            reader = Reader(Plan(self.plan.tree, self.plan.folder, {**self.plan.instead, **new}), self.source)
            for thing in naming:
                for column, predicate, takes in self.names_things(thing):
                    try:
                        thing.said[column] = self.parsed(reader, column, predicate, takes, thing)
                    except CellError as error:
                        refuse(thing.row, error)
        return list(things.values()), found

    def names_things(self, thing: Thing) -> Iterable[tuple[str, str, str]]:
        """Yield the columns of a row that name other things and were changed: with property and how it is read."""
        for column, (predicate, takes) in self.sheet.columns_of(thing.kinds).items():
            if takes == "thing" and thing.cells.get(column) and column in thing.said:
                yield column, predicate, takes

    def thing(self, number: int, row: Row) -> Thing:
        """Return what a row says, but for the things that it names."""
        iri = self.named(row.get("id", ""), row)
        before = self.sheet.row(iri) if iri in self.sheet.described else {}
        classes = self.classes(row["class"]) if row.get("class") or not before else self.classes(before["class"])
        kinds = self.sheet.kinds_of(classes)
        columns = self.sheet.columns_of(kinds)
        for column, cell in row.items():
            if cell and column not in columns and column not in ALL_BUT:
                what = " ; ".join(map(last_part, classes))
                held = ", ".join(columns)
                raise CellError(column, f"a thing of class {what} has no such column; leave it empty (it has {held})")
        thing = Thing(number, row, kinds, self.reader.measure(row.get("measure", "")), iri)
        if before:
            self.check_known(thing, before)
            thing.file, facts = self.sheet.described[iri]
            thing.old = [(p, o) for p, objects in facts.items() for o in objects]
        elif any(kind.read for kind in kinds):
            known = ", ".join(self.short.iri(iri) for iri in self.sheet.read if kinds[0].has(self.sheet.read[iri]))
            raise CellError("id", f"reading the report makes measures and areas, a sheet only names them: {known}")
        told = set()
        for column, (predicate, takes) in columns.items():
            cell = row.get(column, before.get(column, ""))
            if column == "class" and before:
                cell = cell or before[column]
            own = [(p, o) for p, o in thing.old if p == predicate and holds(takes, o, self.plan)]
            told |= set(own)
            same = column in before and cell == before[column]
            thing.said[column] = (
                [] if same or takes == "thing" else self.parsed(self.reader, column, predicate, takes, thing)
            )
            if same:
                thing.kept += own
                del thing.said[column]
        thing.kept += [pair for pair in thing.old if pair not in told]
        if not before:
            self.settle(thing)
        return thing

    def named(self, text: str, row: Row) -> str:
        """Return the IRI that the cell of an id names, or "" when it is empty."""
        if not text:
            return ""
        if (whole := text.strip("<>")) in self.sheet.described:
            return whole
        prefix, colon, local = text.rpartition(":")
        if not colon:
            kinds = self.sheet.kinds_of(self.classes(row.get("class", "")))
            prefix = kinds[0].prefix
        known = {kind.prefix for kind in self.sheet.kinds}
        if prefix not in known:
            raise CellError(
                "id", f"an id begins with one of {', '.join(f'{p}:' for p in sorted(known))}, not as {text!r}"
            )
        if row.get("class"):
            own = dict.fromkeys(kind.prefix for kind in self.sheet.kinds_of(self.classes(row["class"])))
            if prefix not in own:
                raise CellError(
                    "id", f"the ids of this class begin with {' or '.join(f'{p}:' for p in own)}, not as {text!r}"
                )
        if not ID.fullmatch(local):
            raise CellError("id", f"{text!r} is no id: use the letters a to z, digits and hyphens, as stille-hjem")
        return self.plan.prefixes[prefix] + local

    def classes(self, text: str) -> list[str]:
        """Return the classes that a cell names by their ids or their labels."""
        if not text:
            raise CellError("class", f"the cell is empty; {self.sheet.near_class('')}")
        found: list[str] = []
        for name in _several(text):
            named = self.sheet.class_names.get(fold(name), set())
            if len(named) > 1:
                raise CellError("class", f"{name!r} may be {' or '.join(sorted(map(last_part, named)))}")
            if not named:
                raise CellError("class", f"there is no class {name!r}; {self.sheet.near_class(name)}")
            found += named
        return found

    def check_known(self, thing: Thing, before: Row) -> None:
        """Refuse a row whose id is that of another thing: of another kind, or of other names altogether."""
        name = self.short.iri(thing.iri)
        kinds = self.sheet.kinds_of(self.classes(before["class"]))
        if not {kind.prefix for kind in kinds} & {kind.prefix for kind in thing.kinds}:
            raise CellError("id", f"{name} is a thing of class {before['class']} already; choose another id")
        if any(kind.read for kind in kinds):
            return
        old, new = ({fold(name) for c in NAMES for name in _several(row.get(c, ""))} for row in (before, thing.cells))
        if old and not old & new:
            shown = before["name_nb"] or before["name_en"]
            raise CellError(
                "id", f"{name} is «{shown}» already; choose another id, or keep that name in other_names to rename it"
            )

    def settle(self, thing: Thing) -> None:
        """Give a thing that no id of the data names its id and its file, or find the thing that it is."""
        kind = thing.kinds[0]
        name = thing.cells.get("name_nb") or thing.cells.get("name_en") or ""
        spans = [last_part(o.value) for _, o in thing.said.get("words", ())]
        measure = thing.measure or (self.plan.owner(spans[0]) if spans else "")
        space = self.plan.prefixes[kind.prefix]
        if not thing.iri:
            if not name:
                raise CellError("name_nb", "a new thing needs its name")
            if self.is_there(thing, space):
                return
            parts = {"name": name, "short": self.abbreviation(thing) or name, "measure": measure.replace("area ", "a")}
            made = slug(kind.id.format(**parts))
            if len(made) > _LONGEST:
                made = made[: _LONGEST + 1].rpartition("-")[0] or made[:_LONGEST]
            thing.iri = space + made
            hint = "write an id of your own"
        else:
            hint = "choose another id"
        taken = self.plan.objects(thing.iri, SKOS + "prefLabel") or self.plan.objects(thing.iri, RDF_TYPE)
        if thing.iri in self.sheet.described or taken:
            shown = getattr(taken[0], "value", "") if taken else ""
            elsewhere = (
                "" if thing.iri in self.sheet.described else ", described in a file that this sheet does not change"
            )
            raise CellError("id", f"{self.short.iri(thing.iri)} is «{shown}» already{elsewhere}; {hint}")
        thing.file = self.plan.file_of(measure) if kind.file == "area" else self.plan.tree.data / kind.file
        thing.new = True

    def is_there(self, thing: Thing, space: str) -> bool:
        """Tell whether a thing of this name is there and says all that the row says; refuse one that does not."""
        names = {fold(cell) for c in ("name_nb", "name_en") if (cell := thing.cells.get(c))}
        alike = [
            iri
            for iri, (_, facts) in self.sheet.described.items()
            if iri.startswith(space) and names & {fold(o.value) for o in facts.get(SKOS + "prefLabel", ())}
        ]
        said = set(thing.all())
        for column, predicate, takes in self.names_things(thing):
            try:
                said |= set(self.parsed(self.reader, column, predicate, takes, thing))
            except CellError:
                alike = []
        for iri in alike:
            file, facts = self.sheet.described[iri]
            pairs = [(p, o) for p, objects in facts.items() for o in objects]
            if said <= set(pairs):
                thing.iri, thing.file, thing.old, thing.kept, thing.said = iri, file, pairs, pairs, {}
                return True
        if alike:
            ids = ", ".join(sorted(map(self.short.iri, alike)))
            raise CellError(
                "id", f"{ids} has that name; write its id to change it, or an id of your own for another thing"
            )
        return False

    def abbreviation(self, thing: Thing) -> str:
        """Return the abbreviation among the other names of a thing, or ""."""
        return next((name for name in _several(thing.cells.get("other_names", "")) if _SHORT.fullmatch(name)), "")

    # --- cells

    def parsed(self, reader: Reader, column: str, predicate: str, takes: str, thing: Thing) -> Said:
        """Return what the cell of a column says."""
        cell = thing.cells.get(column, "")
        return (
            [(predicate, term) for term in self.terms(reader, column, predicate, takes, cell, thing.measure)]
            if cell
            else []
        )

    def terms(self, reader: Reader, column: str, predicate: str, takes: str, cell: str, measure: str) -> list[Any]:
        """Return the values of a cell."""
        how, _, more = takes.partition(" ")
        if how == "text":
            return [parse_text(cell) or ox.Literal(cell, language=more)]
        if how == "names":
            return [parse_text(part) or ox.Literal(part, language="nb") for part in _several(cell)]
        if how == "string":
            return [ox.Literal(cell)]
        if how == "class":
            return [ox.NamedNode(iri) for iri in self.classes(cell)]
        if how == "code":
            return [reader.code(part, more) for part in _several(cell)]
        if how == "thing":
            return [ox.NamedNode(reader.thing(part, column)) for part in _several(cell)]
        if how == "number":
            return [number(cell, column)]
        if how == "time":
            return [reader.value(cell, column, predicate)]
        if how == "yes":
            if cell.casefold() not in YES:
                raise CellError(column, f"write x, or leave the cell empty: {cell!r}")
            return [ox.Literal(True)]
        names = dict.fromkeys(reader.evidence(cell, measure))
        return [ox.NamedNode(f"{EVIDENCE}{self.plan.source}/{name}") for name in names]

    # --- changes

    def changes(self, things: Sequence[Thing]) -> tuple[Changes, Statements]:
        """Return what the things change, and file → its statements afterwards; without a change there are none."""
        changes = Changes()
        new: dict[Path, dict[ox.Triple, None]] = {}
        for thing in things:
            made, old = thing.all(), thing.old
            if set(made) == set(old):
                continue
            (changes.new if thing.new else changes.changed).append(self.short.iri(thing.iri))
            held = new.setdefault(thing.file, dict.fromkeys(self.sheet.triples.get(thing.file, ())))
            # The class of what the reading made stands in its own file.
            read = {RDF_TYPE} if any(kind.read for kind in thing.kinds) else set()
            for pair in old:
                if pair[0] not in read:
                    held.pop(_triple(thing.iri, pair), None)
            held |= dict.fromkeys(_triple(thing.iri, pair) for pair in made if pair[0] not in read)
        statements = {file: list(triples) for file, triples in new.items()}
        changes.files = {file: house_form(triples, self.names_for(file)) for file, triples in statements.items()}
        said = (triple for triples in statements.values() for triple in triples)
        spans = {t.object.value for t in said if t.predicate.value == PG + "evidence"}  # type: ignore[union-attr]
        own = {iri for iri in spans if iri.startswith(f"{EVIDENCE}{self.plan.source}/")}
        return changes, (
            {**statements, self.plan.folder / "evidence.ttl": with_spans(self.plan, own)} if statements else {}
        )

    def names_for(self, file: Path) -> Mapping[str, str]:
        """Return the prefixes that a file may use: the plan's in its folder; in a registry those that it has."""
        if file.parent == self.plan.folder or len(self.plan.tree.plans()) == 1:
            return self.plan.prefixes
        text = read_text(file) if file.is_file() else ""
        return prefixes() | dict(re.findall(r"(?m)^@prefix ([\w-]+): <([^>]*)>", text))

    # --- faults

    def blamed(self, things: Sequence[Thing], finding: Finding) -> Iterable[tuple[str, int, str]]:
        """Yield the rows that a finding is about, its thing or one that has the value at fault, with the column."""
        for thing in things:
            columns = self.sheet.columns_of(thing.kinds)
            values = {getattr(o, "value", None): c for c, pairs in thing.said.items() for _, o in pairs}
            if thing.iri in (finding.focus, finding.value):
                of = [c for c, (predicate, _) in columns.items() if predicate == finding.path]
                empty = [c for c in of if not thing.cells.get(c)]
                yield thing.iri, thing.row, next(iter([*empty, *of]), "") or values.get(finding.value) or "class"
            elif "words" in thing.said and {finding.focus, finding.value} & {o.value for _, o in thing.said["words"]}:
                yield thing.iri, thing.row, "words"


def number(text: str, column: str) -> ox.Literal:
    """Return the number of a cell: whole or decimal, with a comma or a point, its thousands parted by spaces."""
    plain = re.sub(r"\s", "", text) if _GROUPED.match(text) else text
    plain = plain.replace(",", ".")
    if not re.fullmatch(r"-?\d+(\.\d+)?", plain) or re.search(r",\d{3}$", text):
        raise CellError(
            column, f"{text!r} is no number: write it as 640, 12,5 or 210 000 000, and its unit in its own column"
        )
    kind = "decimal" if "." in plain else "integer"
    return ox.Literal(plain, datatype=ox.NamedNode(XSD + kind))


def _several(cell: str) -> list[str]:
    return [part for part in (part.strip() for part in re.split(r"\s;\s|\n", cell)) if part]


def _triple(iri: str, pair: tuple[str, Any]) -> ox.Triple:
    return ox.Triple(ox.NamedNode(iri), ox.NamedNode(pair[0]), pair[1])


def _without(row: Row) -> dict[str, str]:
    return {c: row.get(c, "") for c in COLUMNS if c not in ("id", "locator")}
