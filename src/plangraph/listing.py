"""What the graph holds, thing by thing: the ids by which the other commands and functions take it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from plangraph.answers import Answer
from plangraph.errors import NotFoundError, UsageError, check_language
from plangraph.loading import read_text
from plangraph.names import find_thing, fold, handles, is_of_kind, label, near
from plangraph.output import natural
from plangraph.paths import Tree, find_tree
from plangraph.plans import one_plan
from plangraph.queries import Query, Result, ask
from plangraph.tables import read_dictionary

# The module typing takes longer to load than a question to answer; type checkers take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from plangraph.stores import Store

COLUMNS = ("id", "name", "kind", "measures")
# Where the queries of the tables say of what kind a thing is, best first.
_KINDS = ("kind", "class", "scheme")
_OF_KIND = """\
SELECT ?thing ?kind ?measure_number WHERE {{
  {{ ?thing a <{0}> }} UNION {{ ?thing dct:type <{0}> }}
  OPTIONAL {{ ?thing dct:type ?kind }}
  OPTIONAL {{ ?thing pg:underMeasure ?measure . ?measure dct:identifier ?measure_number }}
}}"""


def things(
    kind: str = "", data: Path | str | None = None, lang: str = "nb", store: Store | None = None, plan: str = ""
) -> Answer:
    """Return all things of a kind, by name: the id that the other functions take, name, finer kind, measures.

    ``kind`` is a table that holds named things (``actors`` or ``aktører``, ``instruments``, ``laws`` …), or
    a class or kind of the vocabulary by its id or label (``directorate``, ``programme``, ``kurs``). Without one the
    answer is the tables, each with what it holds. ``measures`` are the numbers of the measures under which the thing is
    told. ``store`` is asked instead of the built graph of ``data`` when it is given. ``plan``, a slug, leaves out what
    the other plans alone tell of.

    Raises UsageError, with near names, when there is no such kind.
    """
    check_language(lang)
    tree = find_tree(data)
    tables = listed(tree)
    if not isinstance(kind, str):
        raise UsageError(f"{kind!r} is no kind", mend="give the name of a kind, as text")
    if not kind:
        rows = [{"kind": name, "holds": table.summary(lang)} for name, table in tables.items()]
        return Answer("Kinds", ["kind", "holds"], rows)
    if store is None:
        from plangraph.building import query_store

        store = query_store(data)
    if plan:
        store = one_plan(store, plan)
    called = {
        fold(name): table
        for table in tables.values()
        for name in (table.name, str(table.header.get("title-nb", "")), *_labels(tree, table.name))
    }
    if table := called.get(fold(kind)):
        return _answer(table.summary(lang), ask(table, store), store, lang)
    try:
        iri = find_thing(store, kind, "kind")
    except NotFoundError as error:
        mend = near(
            kind, [*tables, *(name for name in kinds(tree, store) if name not in tables)], "plangraph show --list"
        )
        raise NotFoundError(error.what, mend=mend) from error
    return _answer(label(store, iri, lang), ask(Query(kind, _OF_KIND.format(iri)), store), store, lang, iri)


def kinds(tree: Tree, store: Store) -> list[str]:
    """Return what :func:`things` takes as a kind: the tables, then the classes and kinds of which there are things."""
    used = Query("kinds", "SELECT DISTINCT ?kind WHERE { { ?thing a ?kind } UNION { ?thing dct:type ?kind } }")
    found = {term.value for (term,) in ask(used, store).solutions if isinstance(term, ox.NamedNode)}
    return [
        *listed(tree),
        *sorted({iri.rsplit("/", 1)[-1].removeprefix("ns#") for iri in found if is_of_kind(iri, "kind")}),
    ]


def listed(tree: Tree) -> dict[str, Query]:
    """Return the tables whose rows are things with a name, in the order of the dictionary of their columns."""
    folder = tree.queries_for("tables")
    named = [table for (table, _), column in read_dictionary(tree).items() if column.kind == "named"]
    return {name: Query(name, read_text(folder / f"{name}.rq"), folder / f"{name}.rq") for name in named}


def _labels(tree: Tree, table: str) -> list[str]:
    return next(
        [column.name, *column.label.values()]
        for (name, _), column in read_dictionary(tree).items()
        if name == table and column.kind == "named"
    )


def _answer(question: str, result: Result, store: Store, lang: str, kind: str = "") -> Answer:
    places = [result.columns.index(name) for name in _KINDS if name in result.columns]
    number = result.columns.index("measure_number") if "measure_number" in result.columns else None
    sorts: dict[str, set[str]] = {}
    measures: dict[str, set[str]] = {}
    for row in result.solutions:
        iri = row[0].value
        said = next((row[place].value for place in places if row[place] is not None), kind)
        sorts.setdefault(iri, set()).add(said)
        measures.setdefault(iri, set()).update([row[number].value] if number and row[number] is not None else [])
    named = (
        store
        if isinstance(store, ox.Store)
        else store.labels({*sorts, *(s for found in sorts.values() for s in found)})
    )
    names: Mapping[str, str] = {iri: label(named, iri, lang) for iri in sorts}
    ids = handles(named, sorts)
    rows = [
        {
            "id": ids[iri],
            "name": names[iri],
            "kind": ", ".join(sorted(label(named, sort, lang) for sort in sorts[iri] if sort)),
            "measures": " ".join(sorted(measures[iri], key=natural)),
        }
        for iri in sorted(sorts, key=lambda iri: (natural(names[iri].casefold()), iri))
    ]
    return Answer(question, list(COLUMNS), rows)
