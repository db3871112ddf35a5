"""Tidy tables of the graph: one row one thing, ids that last, names in both languages.

What the tables hold is data: a query for each table (``queries/tables/*.rq``) and a dictionary of their columns
(``queries/tables/columns.csv``). A column's kind decides what is written:

===================  ==========================================================================================
id                   the IRI of the row's thing, the key of the table
named                the same, followed by its name in both languages (``name_nb``, ``name_en``)
thing, things        one IRI, or several; followed by the names in both languages (``<column>_nb``, ``<column>_en``)
code, codes          short forms (``developer``, ``pg:Ministry``); followed by the names in both languages
iri, iris            one IRI, or several, without names
text, texts          one text, or several
integer, number      a number, character by character as in the data file
date, boolean        ``YYYY-MM-DD``; ``true`` or ``false``
===================  ==========================================================================================

Several values of one cell are sorted and joined by `` | ``.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from plangraph.errors import DataError
from plangraph.loading import read_text
from plangraph.names import LABELS, short
from plangraph.output import csv_text, natural
from plangraph.paths import Tree
from plangraph.queries import Query, ask
from plangraph.texts import LANGUAGES, texts
from plangraph.vocabulary import prefixes

if TYPE_CHECKING:
    from plangraph.stores import Store

JOINT = " | "
_NAMED = {"named", "thing", "things", "code", "codes"}
_MANY = {"things", "codes", "iris", "texts"}

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Column:
    """A column: its name, its kind, the table whose key it holds, and what it means in both languages."""

    name: str
    kind: str
    label: Texts
    description: Texts
    refers_to: str = ""
    property: str = ""


@dataclass(frozen=True)
class Table:
    """A table: text cells, the empty text where nothing is stated. The first column is the key."""

    name: str
    summary: Texts
    columns: Sequence[Column]
    rows: Sequence[tuple[str, ...]] = field(repr=False)

    @property
    def header(self) -> list[str]:
        """Return the names of the columns."""
        return [column.name for column in self.columns]


def make_tables(store: Store, triples: Iterable[ox.Triple], tree: Tree) -> list[Table]:
    """Return all tables, in the order of the dictionary.

    ``store`` answers the queries. A store rewrites numbers (``2.50`` becomes ``2.5``), so a column that shows a
    property of its row's thing is read from ``triples``, the statements exactly as the files hold them.

    Raises DataError when a query and the dictionary disagree, or a cell that can hold one value has several.
    """
    dictionary = read_dictionary(tree)
    statements = list(triples)
    names, exact = _names(statements), _exact(statements, dictionary)
    folder = tree.queries_for("tables")
    order = list(dict.fromkeys(table for table, _ in dictionary if table != "*"))
    files = {path.stem: path for path in sorted(folder.glob("*.rq"))}
    if set(order) != set(files):
        odd = ", ".join(sorted(set(order) ^ set(files)))
        raise DataError(
            f"tables without a query, or queries without columns: {odd}",
            where=str(folder),
            mend="give each table a .rq file and its columns in columns.csv",
        )
    return [_make(Query(name, read_text(files[name]), files[name]), store, dictionary, names, exact) for name in order]


def needed_statements(store: Store, tree: Tree) -> list[ox.Triple]:
    """Return what :func:`make_tables` and the description of the data set take from statements, asked of a store.

    It is the texts of names, the values of the columns that show a property, and all that is said of the data set, its
    sources and its plans: SPARQL that every engine answers, one query for each property, because engines limit how
    long an answer may be. Numbers come as the store writes them.
    """
    wanted = {name.value for name in LABELS}
    wanted |= {_expanded(column.property) for column in read_dictionary(tree).values() if column.property}
    found: dict[ox.Triple, None] = {}
    for name in sorted(wanted):
        texts = f"SELECT DISTINCT ?s ?o WHERE {{ ?s <{name}> ?o . FILTER (isLiteral(?o)) }}"
        for subject, value in ask(Query("texts", texts), store).solutions:
            found[ox.Triple(subject, ox.NamedNode(name), value)] = None
    for kind in ("dcat:Dataset", "pg:Source", "pg:ActionPlan"):
        facts = f"SELECT DISTINCT ?s ?p ?o WHERE {{ ?s a {kind} ; ?p ?o }}"
        for row in ask(Query("described", facts), store).solutions:
            found[ox.Triple(*row)] = None
    return list(found)


def read_dictionary(tree: Tree) -> dict[tuple[str, str], Column]:
    """Return (table, column) → column of ``columns.csv``; the table ``*`` holds columns that many tables share."""
    path = tree.queries_for("tables") / "columns.csv"
    found = {}
    for row in csv.DictReader(io.StringIO(read_text(path))):
        label = {lang: row[f"label_{lang}"] for lang in LANGUAGES}
        description = {lang: row[f"description_{lang}"] for lang in LANGUAGES}
        found[row["table"], row["column"]] = Column(
            row["column"], row["kind"], label, description, row["refers_to"], row["property"]
        )
    return found


def to_csv(table: Table) -> str:
    """Return a table as CSV (RFC 4180, line feeds, a header line)."""
    return csv_text(table.header, table.rows)


def dictionary_table(tables: Sequence[Table]) -> Table:
    """Return the data dictionary of some tables as a table: one row for each column that is written."""
    keys = ("column_id", "table", "column", "kind", "refers_to", "property")
    columns = [Column(key, "id" if key == "column_id" else "text", _plain(key), _plain(key)) for key in keys]
    for what in ("label", "description"):
        columns += [Column(f"{what}_{lang}", "text", _plain(what), _plain(what)) for lang in LANGUAGES]
    rows = [
        (
            f"{table.name}.{column.name}",
            table.name,
            column.name,
            column.kind,
            column.refers_to,
            column.property,
            *(column.label[lang] for lang in LANGUAGES),
            *(column.description[lang] for lang in LANGUAGES),
        )
        for table in tables
        for column in table.columns
    ]
    summary = {"nb": "Hva kolonnene betyr.", "en": "What the columns mean."}
    return Table("dictionary", summary, columns, rows)


def _plain(key: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, key.replace("_", " "))


def _names(triples: Iterable[ox.Triple]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    rank = {predicate: i for i, predicate in enumerate(LABELS)}
    for triple in triples:
        if triple.predicate in rank and isinstance(triple.object, ox.Literal):
            in_language = found[triple.subject.value][rank[triple.predicate]]  # type: ignore[union-attr]
            tag = triple.object.language or ""
            in_language[tag] = min(triple.object.value, in_language.get(tag, triple.object.value))
    return {
        iri: {lang: value for _, texts in sorted(by_rank.items(), reverse=True) for lang, value in texts.items()}
        for iri, by_rank in found.items()
    }


def _exact(
    triples: Iterable[ox.Triple], dictionary: Mapping[tuple[str, str], Column]
) -> dict[tuple[str, str], list[str]]:
    wanted = {_expanded(column.property) for column in dictionary.values() if column.property}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for triple in triples:
        if triple.predicate.value in wanted and isinstance(triple.object, ox.Literal):
            found[triple.subject.value, triple.predicate.value].append(triple.object.value)  # type: ignore[union-attr]
    return found


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return prefixes()[prefix] + local


def _make(
    query: Query,
    store: Store,
    dictionary: Mapping[tuple[str, str], Column],
    names: Mapping[str, Mapping[str, str]],
    exact: Mapping[tuple[str, str], Sequence[str]],
) -> Table:
    answer = ask(query, store)
    selected = [_column(query.name, name, dictionary, query.path) for name in answer.columns]
    unused = {column for table, column in dictionary if table == query.name} - set(answer.columns)
    if unused:
        raise DataError(
            f"columns.csv describes columns that the query does not give: {', '.join(sorted(unused))}",
            where=str(query.path),
            mend="add them to the SELECT, or take them out of columns.csv",
        )
    cells: dict[str, list[dict[str, None]]] = {}
    for solution in answer.solutions:
        if solution[0] is None:
            continue
        row = cells.setdefault(solution[0].value, [{} for _ in selected])
        for cell, term in zip(row, solution, strict=True):
            if term is not None:
                cell[term.value] = None
    rows = []
    for key, row in cells.items():
        written: list[str] = []
        for column, cell in zip(selected, row, strict=True):
            stated = exact.get((key, _expanded(column.property)), ()) if column.property else ()
            written += _written(query.name, key, column, list(dict.fromkeys(stated)) or list(cell), names)
        rows.append(tuple(written))
    columns = [column for chosen in selected for column in _with_names(chosen)]
    header = [column.name for column in columns]
    first = next((header.index(name) for name in ("number", "measure_number") if name in header), 0)
    # Every plan has a measure 1.
    plan = header.index("plan") if "plan" in header else None
    rows.sort(
        key=lambda row: (
            not row[first],
            "" if plan is None else row[plan],
            natural(row[first].split(JOINT)[0]),
            natural(row[0]),
        )
    )
    return Table(query.name, {lang: query.summary(lang) for lang in LANGUAGES}, columns, rows)


def _column(table: str, name: str, dictionary: Mapping[tuple[str, str], Column], path: Path | None) -> Column:
    column = dictionary.get((table, name)) or dictionary.get(("*", name))
    if column is None:
        raise DataError(
            f"the column {name!r} is not described", where=str(path), mend=f"add {table},{name} to columns.csv"
        )
    return column


def _with_names(column: Column) -> list[Column]:
    if column.kind not in _NAMED:
        return [column]
    stem = "name" if column.kind == "named" else column.name
    kind = "texts" if column.kind in _MANY else "text"
    return [
        column,
        *(
            Column(
                f"{stem}_{lang}",
                kind,
                {own: column.label[own] + texts(own)["columns_of_names"][lang] for own in LANGUAGES},
                column.description,
            )
            for lang in LANGUAGES
        ),
    ]


def _written(
    table: str, key: str, column: Column, values: Sequence[str], names: Mapping[str, Mapping[str, str]]
) -> list[str]:
    if len(values) > 1 and column.kind not in _MANY:
        raise DataError(
            f"{short(key)} has several values of {column.name}: {', '.join(sorted(values))}",
            where=f"table {table}",
            mend="keep one of them in the data, or make the column hold several in columns.csv",
        )
    if column.kind == "boolean":
        # XML Schema has two spellings, and Virtuoso makes the integer 1 of a true that a query binds.
        values = [{"1": "true", "0": "false"}.get(value, value) for value in values]
    ordered = sorted(values, key=natural) if len(values) > 1 else values
    own = [short(value) for value in ordered] if column.kind in ("code", "codes") else ordered
    cells = [JOINT.join(own)]
    if column.kind in _NAMED:
        cells += [JOINT.join(names.get(value, {}).get(lang, "") for value in ordered) for lang in LANGUAGES]
    return cells
