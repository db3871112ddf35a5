"""The sheet of things: what there is, as rows, for people who do not write Turtle.

A row tells what one thing is (an actor, a law, a programme, an event, a figure, the name of a measure); what is said
of it stands in the coding sheet. Which kinds there are, their classes, files and columns, stands in
``words/things.toml``; what must be filled in, in the shapes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from plangraph import words
from plangraph.coding.cells import written
from plangraph.coding.sheet import Plan, Row, by_subject
from plangraph.export import Names
from plangraph.names import fold, last_part, locator, near
from plangraph.output import natural, render
from plangraph.vocabulary import CODE, EVIDENCE, RDF_TYPE, RDFS, SKOS, prefixes

COLUMNS = tuple(column["name"] for column in words.things()["column"])
# What every kind has; "measure" and "locator" hold no property and stand beside the words.
COMMON = ("class", "name_nb", "name_en", "other_names", "spellings", "description_nb", "description_en")
NAMES = ("name_nb", "name_en", "other_names", "spellings")
ALL_BUT = ("id", "measure", "locator")

Facts = Mapping[str, list[Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of things; see ``words/things.toml``. Its classes are IRIs, those below the ones named there with them."""

    classes: tuple[str, ...]
    prefix: str
    file: str
    id: str
    columns: tuple[str, ...]
    properties: Mapping[str, str]
    read: bool

    def has(self, classes: Iterable[str]) -> bool:
        """Tell whether a thing of these classes is of the kind."""
        return bool(set(classes) & set(self.classes))


class Things:
    """The things that the registries and a plan describe, and what a sheet of them needs to know."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.short = Names(plan.prefixes)
        files = [*sorted(plan.tree.data.glob("*.ttl")), *plan.files]
        self.triples = {file: plan.triples[file] if file in plan.triples else plan.held(file) for file in files}

    @cached_property
    def kinds(self) -> list[Kind]:
        """The kinds, in the order in which a thing of several takes its file and its id."""
        below: dict[str, set[str]] = {}
        sub = ox.NamedNode(RDFS + "subClassOf")
        for quad in self.plan.store.quads_for_pattern(None, sub, None, ox.DefaultGraph()):
            below.setdefault(quad.object.value, set()).add(quad.subject.value)  # type: ignore[union-attr]
        found = []
        for kind in words.things()["kind"]:
            without = set(map(_full, kind.get("without", ())))
            classes = [
                iri
                for root in map(_full, kind["classes"])
                for iri in (root, *sorted(below.get(root, ())))
                if iri not in without
            ]
            shown = tuple(c for c in COLUMNS if c in (*COMMON, *kind["columns"]))
            own = {column: _full(name) for column, name in kind.get("properties", {}).items()}
            once = tuple(dict.fromkeys(classes))
            found.append(
                Kind(once, kind["prefix"], kind["file"], kind.get("id", ""), shown, own, kind.get("read", False))
            )
        return found

    @cached_property
    def class_names(self) -> dict[str, set[str]]:
        """Folded id or label of a class → the classes that have it."""
        found: dict[str, set[str]] = {}
        for iri in (iri for kind in self.kinds for iri in kind.classes):
            labels = [o.value for o in self.plan.objects(iri, RDFS + "label")]
            for name in (last_part(iri), self.short.iri(iri), *labels):
                found.setdefault(fold(name), set()).add(iri)
        return found

    @cached_property
    def described(self) -> dict[str, tuple[Path, Facts]]:
        """Thing → the file that describes it, and what stands there of it, in the order of the files."""
        found: dict[str, tuple[Path, Facts]] = {}
        named: dict[str, tuple[Path, Facts]] = {}
        for file, triples in self.triples.items():
            for subject, facts in by_subject(triples).items():
                if any(kind.has(_classes(facts)) for kind in self.kinds if not kind.read):
                    found.setdefault(subject, (file, facts))
                elif SKOS + "prefLabel" in facts:
                    named.setdefault(subject, (file, facts))
        for kind in self.kinds:
            for iri in self.read if kind.read else ():
                if kind.has(self.read[iri]):
                    space = self.plan.prefixes["area"]
                    own = f"area {iri.removeprefix(space)}" if iri.startswith(space) else last_part(iri)
                    file, told = named.get(iri) or (self.plan.file_of(own), {})
                    found[iri] = file, {**told, RDF_TYPE: [ox.NamedNode(iri) for iri in sorted(self.read[iri])]}
        return found

    @cached_property
    def read(self) -> dict[str, set[str]]:
        """What the reading of the report made and people name → its classes, in natural order."""
        classes = {iri for kind in self.kinds if kind.read for iri in kind.classes}
        found: dict[str, set[str]] = {}
        for triples in (self.plan.held(self.plan.folder / "skeleton.ttl"), *self.plan.triples.values()):
            for triple in triples:
                if triple.predicate.value == RDF_TYPE and triple.object.value in classes:  # type: ignore[union-attr]
                    found.setdefault(triple.subject.value, set()).add(triple.object.value)  # type: ignore[union-attr]
        return {iri: found[iri] for iri in sorted(found, key=natural)}

    def kinds_of(self, classes: Iterable[str]) -> list[Kind]:
        """Return the kinds to which a thing of these classes belongs."""
        classes = set(classes)
        return [kind for kind in self.kinds if kind.has(classes)]

    def columns_of(self, kinds: Sequence[Kind]) -> dict[str, tuple[str, str]]:
        """Return the columns of a thing of some kinds → the property that each holds, and how its cell is read."""
        found = {}
        for column in words.things()["column"]:
            name = column["name"]
            if name not in ALL_BUT and any(name in kind.columns for kind in kinds):
                own = (kind.properties[name] for kind in kinds if name in kind.properties)
                found[name] = next(own, "") or _full(column["property"]), column["takes"]
        return found

    def row(self, iri: str, lang: str = "nb") -> Row:
        """Return the row of a thing; its words are spans of the plan's report."""
        _, facts = self.described[iri]
        kinds = self.kinds_of(_classes(facts))
        row = dict.fromkeys(COLUMNS, "") | {"id": self.short.iri(iri)}
        for column, (predicate, takes) in self.columns_of(kinds).items():
            row[column] = self.cell([o for o in facts.get(predicate, ()) if holds(takes, o, self.plan)], takes)
        spans = row["words"].split(" | ") if row["words"] else []
        row["locator"] = " | ".join(locator(self.plan.store, f"{EVIDENCE}{self.plan.source}/{s}", lang) for s in spans)
        if spans and self.plan.sections:
            row["measure"] = self.plan.owner(spans[0]) or "front"
        return row

    def cell(self, objects: Sequence[Any], takes: str) -> str:
        """Return the cell for the values of a column."""
        how = takes.partition(" ")[0]
        if how == "yes":
            return "x" if any(o.value == "true" for o in objects) else ""
        if how == "words":
            return " | ".join(sorted((last_part(o.value) for o in objects), key=natural))
        said = [self._said(o, takes) for o in sorted(objects, key=lambda o: (_language(o), natural(o.value)))]
        return (" | " if how == "text" else " ; ").join(said)

    def _said(self, term: Any, takes: str) -> str:
        how, _, more = takes.partition(" ")
        if how == "class" or (how == "code" and term.value.startswith(f"{CODE}{more}/")):
            return last_part(term.value)
        if how in ("code", "thing", "time"):
            return written(term, self.short, self.plan.prefixes)
        return f"{term.value}@{term.language}" if how == "names" and term.language != "nb" else str(term.value)

    def near_class(self, name: str) -> str:
        """Return a sentence with the nearest classes, or with all."""
        known = [last_part(iri) for kind in self.kinds for iri in kind.classes]
        labels = [
            o.value for kind in self.kinds for iri in kind.classes for o in self.plan.objects(iri, RDFS + "label")
        ]
        return near(name, [*known, *labels], otherwise=f"choose one of {', '.join(known)}")


def holds(takes: str, term: Any, plan: Plan) -> bool:
    """Tell whether a value of a property belongs to a column: of one language, or of the plan's own report."""
    how, _, more = takes.partition(" ")
    if how == "text":
        return bool(term.language == more)
    return how != "words" or term.value.startswith(f"{EVIDENCE}{plan.source}/")


def rows_of(plan: Plan, lang: str = "nb", measures: Sequence[str] = ()) -> list[Row]:
    """Return a row for each thing that the registries and the plan describe, in the order of their files.

    With ``measures`` only those whose words stand in one of them, and the measures themselves.
    """
    things = Things(plan)
    rows = [things.row(iri, lang) for iri in things.described]
    return [r for r in rows if not measures or r["measure"] in measures or r["id"].removeprefix("m:") in measures]


def to_csv(rows: Sequence[Row]) -> str:
    """Return rows as CSV with a header line."""
    return render(COLUMNS, rows, "csv")


def _classes(facts: Facts) -> list[str]:
    return [o.value for o in facts.get(RDF_TYPE, ())]


def _language(term: Any) -> tuple[int, str]:
    language = getattr(term, "language", None) or ""
    return ({"nb": 0, "nn": 1, "en": 2}.get(language, 3), language)


def _full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return prefixes()[prefix] + local
