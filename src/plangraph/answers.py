"""Answers for people: a question of the library as a table with names, and the evidence behind each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from plangraph import output
from plangraph.errors import QueryError, UsageError, check_language
from plangraph.names import labelled, locator, near, report_order, short
from plangraph.paths import find_tree
from plangraph.queries import Query, Result, ask, library, named_query, plain
from plangraph.vocabulary import PG

# The module typing takes longer to load than a question to answer; type checkers take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import pandas

    from plangraph.stores import Store
    from plangraph.text import Span

STATEMENT = "statement"


class Answer:
    """A table for people: its question, its columns, and a row for each thing that the question asks for.

    ``rows`` hold column → value: the name of a thing, str, int, float, bool, or None where nothing is stated. ``note``
    is what a reader should know; ``substituted`` counts the things that have no name in the language asked for and
    stand in the other one.
    """

    def __init__(
        self, question: str, columns: list[str], rows: list[dict[str, Any]], note: str = "", substituted: int = 0
    ) -> None:
        self.question = question
        self.columns = columns
        self.rows = rows
        self.note = note
        self.substituted = substituted

    def __repr__(self) -> str:
        return f"<Answer {self.question!r}: {output.count(len(self), 'row')} of {', '.join(self.columns)}>"

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def to_csv(self, path: Path | str | None = None) -> str:
        """Return the table as CSV (RFC 4180 with LF, UTF-8), and write it to a file when one is named."""
        text = output.render(self.columns, self.rows, "csv")
        if path is not None:
            from plangraph.files import write_text

            write_text(Path(path), text)
        return text

    def to_pandas(self) -> pandas.DataFrame:
        """Return the table as a ``pandas.DataFrame``. Raises UsageError when pandas is not installed."""
        try:
            import pandas
        except ImportError as error:
            raise UsageError("pandas is not installed", mend="pip install pandas, or use .rows or .to_csv()") from error
        return pandas.DataFrame(self.rows, columns=self.columns)

    def to_xlsx(self) -> bytes:
        """Return the table as an Excel workbook of one sheet. Raises UsageError when it is too large for Excel."""
        from plangraph.workbook import Sheet, to_xlsx

        rows = [[row[column] for column in self.columns] for row in self.rows]
        return to_xlsx([Sheet("answer", self.columns, rows)], self.question)

    def _repr_html_(self) -> str:
        return output.html_table(self.columns, self.rows, self.question) + output.html_lines(self.note)


def run_query(
    query: str | Query,
    store: Store | None = None,
    /,
    data: Path | str | None = None,
    plan: str = "",
    **parameters: str | int,
) -> Result:
    """Run a query and return its terms: the name of a query of the library, a path, or a SPARQL text.

    A table with names and evidence is made by :func:`plangraph.query`. ``store`` is the store to ask; without it the
    built graph of ``data`` answers. Parameters are given by the names that ``plangraph query NAME --show`` lists; a
    thing may be named by its IRI, its short id (``imdi``, ``18a``) or a label. A text with a brace is taken as SPARQL.
    ``plan`` is as in :func:`plangraph.query`.

    Raises QueryError when the query is unknown, refused or malformed, a parameter is missing or unknown, or a value
    names nothing.
    """
    if store is None:
        from plangraph.building import query_store

        store = query_store(data)
    return ask(named_query(query, data), store, {name: str(value) for name, value in parameters.items()}, plan=plan)


def query(
    name: str | Query,
    *,
    data: Path | str | None = None,
    out: Path | str = "out",
    lang: str = "nb",
    iri: bool = False,
    evidence: bool = False,
    source: Path | str | None = None,
    plan: str = "",
    **parameters: str | int,
) -> Answer:
    """Answer a question as a table for people.

    ``name`` is a question of the library, the path of a ``.rq`` file or a SPARQL text; parameters are given by the
    names that ``plangraph query NAME --show`` lists, and a thing by its IRI, its short id (``imdi``, ``18a``) or any
    of its names. The graph built in ``out`` answers when it is up to date, else it is made in memory.

    Things are shown by name in ``lang``, nb or en, else in the other one; a measure by number and name. ``iri`` adds a
    column with the IRI of each thing, ``evidence`` one with the places in the report that state the row, and
    ``source``, the report's file, one with the words that stand there. For terms and datatypes use
    :func:`plangraph.run_query`.

    Where the data holds several plans, all are asked together; ``plan``, the slug of one, asks that one alone, with
    what it leads to in the registries that all share: a body or a law of which it says nothing is then not there.

    Raises QueryError when the query is unknown, refused or malformed, a parameter is missing or unknown, or a value
    names nothing.
    """
    from plangraph.building import query_store

    check_language(lang)
    found = named_query(name, data)
    store = query_store(data, out)
    result = ask(found, store, {key: str(value) for key, value in parameters.items()}, plan=plan)
    return answer(result, store, lang=lang, iri=iri, evidence=evidence, source=source)


def questions(tag: str = "", data: Path | str | None = None, lang: str = "nb") -> Answer:
    """Return the catalogue of the library: each question with its name, parameters and tags.

    ``tag`` chooses the questions that have it. Raises QueryError, with near names, when none has.
    """
    check_language(lang)
    found = library(find_tree(data)).values()
    rows = [
        {
            "name": q.name,
            "question": q.summary(lang),
            "parameters": " ".join(f"--{name}" for name in q.parameters),
            "tags": " ".join(q.tags),
            "note": q.description(lang),
        }
        for q in found
        if tag in ("", *q.tags)
    ]
    if tag and not rows:
        known = {known for q in found for known in q.tags}
        raise QueryError(f"no question has the tag {tag!r}", mend=near(str(tag), known, "plangraph query --list"))
    return Answer(f"Questions: {tag}" if tag else "Questions", ["name", "question", "parameters", "tags", "note"], rows)


def answer(
    result: Result,
    store: Store,
    *,
    lang: str = "nb",
    iri: bool = False,
    evidence: bool = False,
    source: Path | str | None = None,
) -> Answer:
    """Return the result of a query as a table for people; the options are those of :func:`query`.

    A column ``statement`` holds the node (participation, claim, figure …) that states the row. It is not shown but
    gives the evidence; rows that are alike without it become one row with the evidence of all.
    """
    evidence = evidence or source is not None
    if evidence and STATEMENT not in result.columns:
        raise QueryError(
            f"the rows of {result.query.name} are computed: no single statement stands behind one",
            mend="ask a question that lists the facts, or see them with 'plangraph show'",
        )
    things = {term.value for row in result.solutions for term in row if isinstance(term, ox.NamedNode)}
    namer = _Namer(store if isinstance(store, ox.Store) else store.labels(things), lang)
    shown = [name for name in result.columns if name != STATEMENT]
    rows = _grouped(result)
    links = {c for i, c in enumerate(shown) if any(isinstance(terms[i], ox.NamedNode) for terms, _ in rows)}
    columns = [name for c in shown for name in ((c, f"{c}_iri") if iri and c in links else (c,))]
    table: list[dict[str, Any]] = []
    for terms, _ in rows:
        row = {c: namer.name(term) for c, term in zip(shown, terms, strict=True)}
        if iri:
            row |= {f"{c}_iri": plain(term) for c, term in zip(shown, terms, strict=True) if c in links}
        table.append(row)
    if evidence:
        spans = [list(dict.fromkeys(span for node in nodes for span in _spans(store, node))) for _, nodes in rows]
        columns += ["evidence", *([STATEMENT, "evidence_iri"] if iri else []), *(["words"] if source else [])]
        words = _words(store, source, {place for places in spans for place in places}) if source else {}
        for row, places, (_, nodes) in zip(table, spans, rows, strict=True):
            row["evidence"] = "\n".join(locator(store, place, lang) for place in places)
            row[STATEMENT], row["evidence_iri"] = " ".join(nodes), " ".join(places)
            row["words"] = "\n".join(words.get(place, "") for place in places)
    table = [{column: row[column] for column in columns} for row in table]
    question = result.query.summary(lang) or result.query.name
    return Answer(question, columns, table, result.query.description(lang), len(namer.substituted))


class _Namer:
    """Names terms in one language, and remembers which have no name in it."""

    def __init__(self, store: Store, lang: str) -> None:
        self.store = store
        self.lang = lang
        self.names: dict[str, str] = {}
        self.substituted: set[str] = set()

    def name(self, term: Any) -> Any:
        if not isinstance(term, ox.NamedNode):
            return plain(term)
        iri = term.value
        if iri not in self.names:
            name, language = labelled(self.store, iri, self.lang)
            if language not in ("", self.lang):
                self.substituted.add(iri)
            self.names[iri] = f"{short(iri)} {name}" if language and "/measure/" in iri else name
        return self.names[iri]


def _grouped(result: Result) -> list[tuple[tuple[Any, ...], list[str]]]:
    """Return each row without its statement, and the IRIs of the statements; rows that are alike become one."""
    if STATEMENT not in result.columns:
        return [(solution, []) for solution in result.solutions]
    place = result.columns.index(STATEMENT)
    rows: dict[tuple[Any, ...], list[str]] = {}
    for solution in result.solutions:
        found = rows.setdefault((*solution[:place], *solution[place + 1 :]), [])
        if solution[place] is not None and solution[place].value not in found:
            found.append(solution[place].value)
    return list(rows.items())


def _spans(store: Store, statement: str) -> list[str]:
    """Return the IRIs of the evidence of a statement, in the order of the report."""
    quads = store.quads_for_pattern(ox.NamedNode(statement), ox.NamedNode(PG + "evidence"), None, ox.DefaultGraph())
    return sorted((quad.object.value for quad in quads), key=report_order)  # type: ignore[union-attr]


def _words(store: Store, report: Path | str, spans: Iterable[str]) -> dict[str, str]:
    """Return span → the words that stand there in a copy of the report; its parts are joined by an ellipsis."""
    from plangraph.spans import places_in
    from plangraph.text import read_source

    source = read_source(report)

    def read(place: Span | None) -> str:
        return " ".join(source.flow.slice(place).split()) if place else "(not found in this copy)"

    return {span: " … ".join(map(read, places)) for span, places in places_in(store, source, spans).items()}
