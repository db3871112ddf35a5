"""A row of a coding sheet read as what it says: each cell by itself, against the names of a plan and the report."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from plangraph.coding.cells import as_time, measure_id, parse_text, parse_value, values, written
from plangraph.coding.sheet import DATES, TEXTS, Plan, Row
from plangraph.errors import DataError
from plangraph.export import Names
from plangraph.names import fold, last_part, near
from plangraph.output import natural
from plangraph.spans import parts
from plangraph.text import Source, Span, find_words
from plangraph.vocabulary import BASE, CODE, CV, DCT, EVIDENCE, PG, RDF, RDF_TYPE

# What makes two rows the same fact.
SAME = {CV + "hasParticipant", CV + "role", PG + "stage", PG + "evidence", *(RDF + n for n in ("predicate", "object"))}
NO_MEASURE = "a new row needs its measure, as 8 or 18a (or: area 1, front)"
_SEVERAL = ("actor", "role", "value")
ID = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?", re.ASCII)
_SPAN = re.compile(r"\d+-\d+(_\d+-\d+)*")
_ELSEWHERE = re.compile(r"(\d+[a-zæøå]?|(?:area|område) \d+|front):\s+(.*)", re.DOTALL)
YES = ("x", "yes", "ja", "true", "1")
_TIMES = "a time is 2019, 2019-03, 2019-03-31, 2021-21 (spring) or 2018/2020"
# Properties that take a code → its scheme, as queries/checks/kind-of-value.rq holds them to.
_CODED = {
    **dict.fromkeys((DCT + "audience", PG + "notAudience"), "audience"),
    **dict.fromkeys((PG + "delayedBy", PG + "dueTo"), "cause"),
    DCT + "language": "language",
    PG + "status": "status",
}
# So many codes can be read in a message.
_FEW = 40
# The schemes to which a plan may add codes of its own, and how.
_OPEN = ("audience", "cause", "kind", "language", "theme", "unit")
_NEW = "a new one is a skos:Concept with skos:inScheme code:{} in a file of the plan's folder"
_LOOK = "look it up in the workbook that 'plangraph code export --out sheet.xlsx' writes"


@dataclass
class Fact:
    """A row as read: what it says, with whom, and in the end its IRI."""

    row: int
    id: str
    measure: str
    context: ox.NamedNode | None = None
    said: list[tuple[str, Any]] = field(default_factory=list)
    claim: bool = False
    remove: bool = False
    joined: list[str] = field(default_factory=list)
    stem: str = ""
    subject: str = ""

    def same(self) -> frozenset[Any]:
        """Return what makes another row the same fact."""
        return frozenset([("context", self.context), *(pair for pair in self.said if pair[0] in SAME)])

    def triples(self, joined: Iterable[str]) -> list[ox.Triple]:
        """Return the statements of the row."""
        node = ox.NamedNode(self.subject)
        assert self.context
        if self.claim:
            first = ox.Triple(node, ox.NamedNode(RDF + "subject"), self.context)
        else:
            first = ox.Triple(self.context, ox.NamedNode(CV + "hasParticipation"), node)
        said = [*self.said, *((PG + "with", ox.NamedNode(iri)) for iri in joined)]
        return [first, *(ox.Triple(node, ox.NamedNode(predicate), value) for predicate, value in said)]


class CellError(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


class Reader:
    """Reads the cells of a row, each by itself."""

    def __init__(self, plan: Plan, source: Source | None) -> None:
        self.plan, self.source = plan, source
        self.short = Names(plan.prefixes)

    def fact(self, number: int, row: Row) -> Fact:
        """Return what a row says."""
        fact = Fact(number, self.id(row["id"]), self.measure(row["measure"]), claim=bool(row["property"]))
        if row["remove"]:
            if row["remove"].casefold() not in YES:
                raise CellError("remove", f"write x to remove the row, or leave the cell empty: {row['remove']!r}")
            if not fact.id:
                raise CellError("id", "name the id of the row to remove")
            fact.remove = True
            return fact
        if row["property"] and (row["actor"] or row["role"]):
            raise CellError("property", "a row holds an actor with a role, or a property with a value: write two rows")
        if not (row["property"] or row["actor"]):
            raise CellError("actor", "a row needs an actor with a role, or a property with a value")
        if not (fact.measure or row["context"]):
            raise CellError("measure", NO_MEASURE)
        fact.context = ox.NamedNode(self.thing(row["context"] or self.place_of(fact.measure), "context"))
        if fact.claim:
            predicate = self.property(row["property"])
            value = self.value(row["value"], "value", predicate)
            fact.said = [(RDF_TYPE, ox.NamedNode(PG + "Claim"))]
            fact.said += [(RDF + "predicate", ox.NamedNode(predicate)), (RDF + "object", value)]
            fact.stem = last_part(predicate)
            if isinstance(value, ox.NamedNode) and value.value.startswith(BASE):
                fact.stem += f"-{last_part(value.value)}"
        else:
            actor = self.actor(row["actor"])
            fact.said = [(CV + "hasParticipant", ox.NamedNode(actor))]
            fact.said += [(CV + "role", self.code(row["role"], "role"))]
            fact.stem = last_part(actor)
        fact.joined = [name.strip() for name in re.split(r"[;,\n]", row["with"]) if name.strip()]
        if fact.claim and fact.joined:
            raise CellError("with", "only rows with an actor can be joined")
        fact.said += [(PG + "stage", self.code(row["stage"], "stage"))]
        for column, iri in TEXTS.items():
            fact.said += [(iri, parse_text(p) or ox.Literal(p)) for p in filter(None, row[column].split(" | "))]
        for column, iri in DATES.items():
            fact.said += [(iri, self.value(row[column], column, iri))] if row[column] else []
        names = dict.fromkeys(self.evidence(row["words"], fact.measure))
        fact.said += [(PG + "evidence", ox.NamedNode(f"{EVIDENCE}{self.plan.source}/{name}")) for name in names]
        return fact

    def id(self, text: str) -> str:
        """Return the id of a row, which may be empty."""
        name = re.sub("^[pc]:", "", text)
        if name and not ID.fullmatch(name):
            raise CellError("id", f"{text!r} is no id: use the letters a to z, digits and hyphens, as 18a-imdi")
        return name

    def measure(self, text: str) -> str:
        """Return the measure that a cell names: its id, ``area 1``, ``front``, or "" when the cell is empty."""
        if not text or text.casefold() == "front":
            return text.casefold()
        if match := re.fullmatch(r"(?:area|område|innsatsområde)[ :](\d+)", text.casefold()):
            if not self.known(self.plan.prefixes["area"] + match[1]):
                raise CellError("measure", f"there is no focus area {match[1]}")
            return f"area {match[1]}"
        name = measure_id(text)
        if name not in self.plan.measures:
            raise CellError("measure", f"there is no measure {text!r}; the plan has {', '.join(self.plan.measures)}")
        return name

    def place_of(self, measure: str) -> str:
        """Return how the thing is written that a measure cell names."""
        if measure.startswith("area "):
            return f"area:{measure.removeprefix('area ')}"
        return f"plan:{self.plan.folder.name}" if measure == "front" else f"m:{measure}"

    def known(self, iri: str) -> bool:
        """Tell whether the graph says anything about a thing."""
        return any(True for _ in self.plan.store.quads_for_pattern(ox.NamedNode(iri), None, None))

    def actor(self, name: str) -> str:
        """Return the IRI of the actor that a row names."""
        iri = self.thing(name, "actor", "actor/")
        if PG + "Actor" not in {o.value for o in self.plan.objects(iri, RDF_TYPE)}:
            raise CellError("actor", f"{name!r} is not an actor")
        return iri

    def thing(self, name: str, column: str, within: str = "") -> str:
        """Return the IRI of the one thing that a cell names: by its id with a prefix, or by any of its names."""
        if not name:
            raise CellError(column, "the cell is empty")
        try:
            term = parse_value(name, self.plan.prefixes)
            known = isinstance(term, ox.NamedNode) and self.known(term.value)
        except ValueError as error:
            raise CellError(column, f"{name!r} is no address: {error}") from error
        if isinstance(term, ox.NamedNode):
            if known:
                return term.value
            short = self.short.iri(term.value)
            hint = self.near(short) + new_code(short.partition(":")[0])
            raise CellError(column, f"the graph knows nothing about {short}; {hint}")
        if measure_id(name) in self.plan.measures and not within:
            return self.plan.prefixes["m"] + measure_id(name)
        found = {iri for iri in self.plan.names.get(fold(name), ()) if iri.startswith(BASE + within)}
        if column == "context":
            found = {iri for iri in found if not iri.startswith((CODE, PG))}
        if len(found) > 1:
            ids = ", ".join(sorted(map(self.short.iri, found)))
            raise CellError(column, f"{name!r} may be {len(found)} things; write one of {ids}")
        if not found:
            raise CellError(column, f"there is nothing called {name!r}; {self.near(name, within)}")
        return found.pop()

    def near(self, name: str, within: str = "") -> str:
        """Return a sentence with the nearest names, or with where to look."""
        if name.partition(":")[0] in self.plan.prefixes:
            iris = {iri for iris in self.plan.names.values() for iri in iris if iri.startswith(BASE + within)}
            return near(name, map(self.short.iri, iris), otherwise=_LOOK)
        spelt = [n for n, iris in self.plan.spelt.items() if any(iri.startswith(BASE + within) for iri in iris)]
        return near(name, spelt, otherwise=_LOOK)

    def code(self, name: str, scheme: str, column: str = "") -> ox.NamedNode:
        """Return the code that a cell names by its id or its label in any language; its column, else, is the scheme."""
        known, column = self.plan.codes(scheme), column or scheme
        if not name:
            raise CellError(column, f"the cell is empty; choose one of {', '.join(known)}")
        slug, start = name.removeprefix(f"{scheme}:"), f"{CODE}{scheme}/"
        found = {i.removeprefix(start) for i in self.plan.names.get(fold(slug), ()) if i.startswith(start)}
        if slug in known:
            found = {slug}
        if len(found) > 1:
            raise CellError(column, f"{name!r} may be {' or '.join(sorted(found))}; write one of them")
        if not found:
            spelt = [n for n, iris in self.plan.spelt.items() if any(iri.startswith(start) for iri in iris)]
            choice = f"choose one of {', '.join(known)}" if len(known) <= _FEW else _LOOK
            hint = near(slug, spelt, otherwise=choice)
            raise CellError(column, f"there is no {scheme} {name!r}; {hint}{new_code(scheme)}")
        return ox.NamedNode(start + found.pop())

    def property(self, name: str) -> str:
        """Return the IRI of the property that a cell names by its id, with or without prefix, or its label."""
        prefix, colon, local = name.partition(":")
        iri = self.plan.prefixes.get(prefix, "") + local if colon else ""
        if iri in self.plan.properties:
            return iri
        found = self.plan.property_names.get(fold(name), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise CellError("property", f"{name!r} may be {' or '.join(sorted(map(self.short.iri, found)))}")
        if iri in self.plan.role_properties:
            raise CellError("property", f"{name} is a role: write the actor and the role instead")
        known = map(self.short.iri, self.plan.properties)
        raise CellError("property", f"there is no property {name!r}; {near(name, known, otherwise=_LOOK)}")

    def value(self, text: str, column: str, predicate: str) -> Any:
        """Return the term of a cell that holds a value of a property."""
        if not text:
            raise CellError(column, "the cell is empty")
        text = as_time(text)
        try:
            value = parse_value(text, self.plan.prefixes)
        except ValueError as error:
            raise CellError(column, f"{text!r} cannot be read: {error}") from error
        if isinstance(value, ox.Literal):
            return value
        if isinstance(value, ox.NamedNode) and not value.value.startswith(BASE):
            return value
        if value is None and predicate in _CODED:
            return self.code(text, _CODED[predicate], column)
        literal = self.plan.properties.get(predicate) == "literal"
        if value is None and literal and column == "value" and predicate not in self.plan.times:
            return ox.Literal(text, language="nb")
        try:
            return ox.NamedNode(self.thing(text, column))
        except CellError as error:
            hint = f"{_TIMES}; " if predicate in self.plan.times else ""
            raise CellError(column, f"{hint}{error}") from error

    def evidence(self, text: str, measure: str) -> list[str]:
        """Return the names of the spans where the words of a cell stand."""
        names: list[str] = []
        for place in filter(None, (part.strip() for part in re.split(r"\s\|\s|\n", text))):
            if not _SPAN.fullmatch(place):
                names += self.spans(place, measure)
                continue
            try:
                parts(place)
            except ValueError as error:
                raise CellError("words", str(error)) from error
            names.append(place)
        if not names:
            raise CellError("words", "the cell is empty; write the words of the report that state it")
        return names

    def spans(self, place: str, measure: str) -> list[str]:
        """Return the spans of one place: of its pieces together, or each line of a link."""
        if self.source is None:
            raise CellError("words", "words can only be found in a report; name it with --source")
        if match := _ELSEWHERE.fullmatch(place):
            measure, place = self.measure(match[1]), match[2]
        pieces = place.split(" + ")
        if len(pieces) == 1 and re.match(r"(https?://|www\.)\S+$", place):
            own = [span for span in find_words(self.source, place) if str(span) in self.plan.links.get(measure, ())]
            if own:
                return [str(span) for span in own]
        return ["_".join(str(self.found(words, measure)) for words in pieces)]

    def found(self, words: str, measure: str) -> Span:
        """Return where words stand: in their measure, or its number, its area's introduction, the front matter."""
        assert self.source
        for within in self.places(measure):
            found = find_words(self.source, words, within)
            if found:
                shortest = min(span.end - span.start for span in found)
                best = [span for span in found if span.end - span.start == shortest]
                if len(best) > 1:
                    where = f"measure {measure}" if measure else "the report"
                    raise CellError("words", f"«{words}» stands {len(best)} times in {where}; give more of the words")
                return best[0]
        where = f"measure {measure}" if measure and self.plan.sections else "the report"
        raise CellError(
            "words",
            f"«{words}» does not stand in {where}; check the words, or give the first … the last; "
            "several places are parted by ' | ', and words of another measure begin with its number, as '2: …'",
        )

    def places(self, measure: str) -> list[tuple[int, int] | None]:
        """Return the spans in which the words of a measure may stand, the nearest first."""
        if not measure or not self.plan.sections:
            return [None]
        area = self.plan.area_of(measure)
        owners = dict.fromkeys([measure, re.sub(r"\D+$", "", measure) or measure, f"area {area}", "front"])
        found: list[tuple[int, int] | None] = []
        for owner in owners:
            name = "" if owner == "front" else owner
            spans = [s.span for s in self.plan.sections if s.owner == name and "overview" not in s.kind]
            if spans:
                found.append((min(s.start for s in spans), max(s.end for s in spans)))
        return found


def new_code(scheme: str) -> str:
    """Return how a scheme gets a code of the plan's own, as the end of a sentence; "" where it gets none that way."""
    return f"; {_NEW.format(scheme)}" if scheme in _OPEN else ""


def one_by_one(row: Row) -> Iterator[Row]:
    """Yield a row for each actor, role and value of a row that holds several."""
    several = [values(row[column]) for column in _SEVERAL]
    if row["id"] and any(len(each) > 1 for each in several):
        column = next(c for c, each in zip(_SEVERAL, several, strict=True) if len(each) > 1)
        raise CellError(column, "a row with an id holds one value; write the others in rows of their own")
    for combination in itertools.product(*several):
        yield {**row, **dict(zip(_SEVERAL, combination, strict=True))}


def as_read(plan: Plan, rows: Sequence[Row], source: Source | None = None) -> list[Row]:
    """Return rows as an import reads them, so that two sheets can be compared cell by cell.

    There is a row for each actor, role and value, with ids and codes in place of names in any language, and spans in
    place of the words, which are looked for in the report, ``source``. A row that is to be removed is left out. What
    the registries do not know, or what may be several things, stays as it is written.

    Raises DataError, with row and column, when the words of a row are not found.
    """
    reader = Reader(plan, source)
    found: list[Row] = []
    for number, row in enumerate(rows, 2):
        if not row or row["remove"]:
            continue
        try:
            each = list(one_by_one(row))
        except CellError:
            each = [row]
        try:
            found += [_settled(reader, one) for one in each]
        except CellError as error:
            where = f"row {number}, column {error.column}"
            mend = "mend the cell" if source else "compare with --source REPORT"
            raise DataError(str(error), where=where, mend=mend) from error
    return found


def _settled(reader: Reader, row: Row) -> Row:
    short = reader.short

    def known(read: Callable[[], str], text: str) -> str:
        try:
            return read()
        except CellError:
            return text

    measure = known(lambda: reader.measure(row["measure"]), row["measure"])
    context = row["context"] or (reader.place_of(measure) if measure else "")
    new = {**row, "measure": measure}
    new["context"] = known(lambda: short.iri(reader.thing(context, "context")), context)
    new["stage"] = known(lambda: last_part(reader.code(row["stage"], "stage").value), row["stage"])
    new["words"] = " | ".join(reader.evidence(row["words"], measure))
    if row["property"]:
        predicate = known(lambda: reader.property(row["property"]), "")
        new["property"] = short.iri(predicate) if predicate else row["property"]
        spaces = reader.plan.prefixes
        new["value"] = known(
            lambda: written(reader.value(row["value"], "value", predicate), short, spaces), row["value"]
        )
    else:
        new["actor"] = known(lambda: short.iri(reader.actor(row["actor"])), row["actor"])
        new["role"] = known(lambda: last_part(reader.code(row["role"], "role").value), row["role"])
    return new


def with_words(plan: Plan, rows: Sequence[Row], source: Source) -> list[Row]:
    """Return rows whose ``words`` are words of the report in place of spans.

    A span stays where its words, looked for as an import does, would not be found at that place alone.
    """
    reader = Reader(plan, source)
    return [
        {**row, "words": _in_words(reader, [w for w in row["words"].split(" | ") if w], row["measure"])} for row in rows
    ]


def _in_words(reader: Reader, names: Sequence[str], measure: str) -> str:
    spoken = list(dict.fromkeys(_words(reader.source, name) for name in names))
    if _leads_to(reader, " | ".join(spoken), measure) == list(names):
        return " | ".join(spoken)
    each = [(name, _words(reader.source, name)) for name in names]
    return " | ".join(words if _leads_to(reader, words, measure) == [name] else name for name, words in each)


def _leads_to(reader: Reader, cell: str, measure: str) -> list[str]:
    try:
        return sorted(reader.evidence(cell, measure), key=natural)
    except CellError:
        return []


def _words(source: Source | None, name: str) -> str:
    assert source
    spoken = (source.flow.slice(span) or source.text[span.start : span.end] for span in parts(name))
    return " + ".join(" ".join(words.split()) for words in spoken)
