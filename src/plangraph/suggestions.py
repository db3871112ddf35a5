"""What a person may write: the values of a question's parameter, and the short ids of things."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from plangraph import sparql
from plangraph.errors import QueryError
from plangraph.names import LABELS, find_thing, ids_in, is_of_kind
from plangraph.queries import PARAMETER, Query, parameter_of, written
from plangraph.vocabulary import prefixes

# Whoever presses the tab key waits; then the names of all things of the kind, which are found at once, must do.
SECONDS = 0.1


def values(
    query: Query, name: str, store: ox.Store, given: Mapping[str, str] | None = None, *, seconds: float = SECONDS
) -> list[str]:
    """Return what may stand for a parameter of a question, sorted: the values for which it has an answer.

    The question itself is asked with the parameter left open (``given`` are values of its others), and a thing is told
    by its short id. Where a day or a number is only compared with others, these are the values. When the answer takes
    longer than ``seconds``, or nothing in the question binds the parameter, it is all things of the parameter's kind;
    nothing for a day or a number.

    Raises UsageError when a given value names nothing, QueryError when the query is refused or malformed.
    """
    variable = next(match[1] for match in PARAMETER.finditer(query.code) if parameter_of(match[1]) == name)
    terms = _answers(_opened(query, variable, store, given or {}), store, seconds)
    if not variable.endswith("_iri"):
        # A value that a shell would take apart is of no use to it.
        return sorted({t.value for t in terms if isinstance(t, ox.Literal) and not re.search(r"\s", t.value)} - {""})
    return _ids(store, terms, name) or ids(store, name)


def ids(store: ox.Store, kind: str = "") -> list[str]:
    """Return the short ids of all named things of a kind, sorted; the kinds are those of the names of parameters.

    What has the same id in several plans has its plan before it, as ``SLUG/18a``.
    """
    labelled = store.quads_for_pattern(None, LABELS[0], None, ox.DefaultGraph())
    return _ids(store, (quad.subject for quad in labelled), kind)


def _ids(store: ox.Store, terms: Iterable[object], kind: str) -> list[str]:
    things = {term.value for term in terms if isinstance(term, ox.NamedNode) and is_of_kind(term.value, kind)}
    return sorted(set(ids_in(store, things).values()) - {""})


def _opened(query: Query, variable: str, store: ox.Store, given: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name = parameter_of(match[1])
        if match[1] == variable or name not in given:
            return match[0]
        return written(match[1], find_thing(store, given[name], name) if match[1].endswith("_iri") else given[name])

    head, _, rest = PARAMETER.sub(value, query.code).partition("SELECT")
    body = rest[rest.find("{") : rest.rfind("}") + 1]
    wanted = f"?{variable}"
    if compared := re.search(rf"(\?\w+)\s*[<>]=?\s*\?{variable}\b", body):
        wanted = compared[1]
        body = "\n".join(line for line in body.splitlines() if f"?{variable}" not in line)
    return f"{head}SELECT DISTINCT {wanted} WHERE {body}"


def _answers(text: str, store: ox.Store, seconds: float) -> list[object]:
    """Return the terms of the only column, or nothing when it takes too long."""
    sparql.check(text)
    end = time.monotonic() + seconds
    found = []
    try:
        for row in store.query(text, prefixes=prefixes()):  # type: ignore[union-attr]
            if time.monotonic() > end:
                return []
            found.append(row[0])
    except SyntaxError as error:
        raise QueryError(f"the query is malformed: {error}") from error
    return found
