"""Looking at a SPARQL text before an engine sees it: what is refused, and where an error is."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from plangraph.errors import LengthError, QueryError, UpdateError

MAX_DEPTH = 200
MAX_LENGTH = 64_000

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
      | (?P<long>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*''')
      | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<iri><[^<>"{}|^`\s]*>)
      | (?P<variable>[?$]\w+)
      | (?P<language>@[A-Za-z][\w-]*)
      | (?P<pname>[^\W\d_][\w.-]*:[\w.:%-]*|:[\w.:%-]+|_:[\w.-]+)
      | (?P<word>[^\W\d_]\w*)
      | (?P<mark>[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_UPDATES = {"INSERT", "DELETE", "CREATE", "DROP", "CLEAR", "COPY", "MOVE", "ADD", "LOAD", "WITH"}
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}


def tokens(text: str) -> list[tuple[str, str]]:
    """Return (kind, text) of each token of a SPARQL text, without comments and white space.

    Code point escapes are read first, because ``\\u0053ERVICE`` is a keyword (SPARQL 1.1, section 19.2).
    """
    plain = _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)), text)
    return [
        (kind, match.group())
        for match in _TOKEN.finditer(plain)
        if (kind := match.lastgroup or "") and kind != "comment"
    ]


def with_prefixes(text: str, known: Mapping[str, str]) -> str:
    """Return a query with a declaration for each prefix of ``known`` that it uses and does not declare itself.

    The declarations stand before the first line, so that the lines keep their numbers.
    """
    found = tokens(text)
    declared = {
        part.split(":", 1)[0]
        for (before, word), (kind, part) in pairwise(found)
        if before == "word" and word.upper() == "PREFIX" and kind in ("pname", "mark")
    }
    used = {part.split(":", 1)[0] for kind, part in found if kind == "pname"} - declared
    return "".join(f"PREFIX {name}: <{known[name]}> " for name in sorted(used & known.keys())) + text


def check(text: str, graphs: Collection[str] = ()) -> str:
    """Return the form of a query (SELECT, ASK, CONSTRUCT or DESCRIBE), or raise QueryError when it is refused.

    Refused are updates; SERVICE, LOAD and FROM, which would reach for other machines; and texts so long or so deeply
    nested that parsing them can take the process down. Strings, IRIs, comments and names such as ``ex:SERVICE`` may
    hold these words. FROM may name one of ``graphs``, the named graphs of the store, by its full IRI.
    """
    if len(text) > MAX_LENGTH:
        raise LengthError(f"the query is longer than {MAX_LENGTH:,} characters", mend="shorten it, or ask in parts")
    found = tokens(text)
    words = [part.upper() for kind, part in found if kind == "word"]
    form = next((word for word in words if word in _FORMS | _UPDATES), None)
    if form in _UPDATES:
        raise UpdateError(
            f"{form} would change the graph; queries only read",
            mend="change the data files instead, then run 'plangraph build'",
        )
    if form is None:
        raise QueryError("this is not a SPARQL query", mend="begin it with SELECT, ASK, CONSTRUCT or DESCRIBE")
    for word, reason in (("SERVICE", "another endpoint"), ("LOAD", "a document")):
        if word in words:
            raise QueryError(f"{word} is refused, because it may fetch {reason}", mend="ask the built graph alone")
    for place, (kind, part) in enumerate(found):
        if kind == "word" and part.upper() == "FROM":
            named = place + 1 < len(found) and found[place + 1][1].upper() == "NAMED"
            graph = "".join(part for _, part in found[place + 1 + named : place + 2 + named])
            if graph.strip("<>") not in graphs:
                known = ", ".join(f"<{name}>" for name in sorted(graphs)[:8])
                raise QueryError(
                    f"FROM is refused, because it may fetch a document: {graph} is not a graph of this store",
                    mend=f"name one of {known}" if known else "ask the built graph alone",
                )
    depth = deepest = run = 0
    for kind, part in found:
        if kind != "mark":
            run = 0
            continue
        if part in "({[":
            depth += 1
        elif part in ")}]":
            depth -= 1
        run = run + 1 if part in "!+-^/|" else 0
        deepest = max(deepest, depth, run)
    joints = sum(word in ("UNION", "OPTIONAL", "MINUS", "BIND", "FILTER", "EXISTS") for word in words)
    operators = sum(kind == "mark" and part in "+-*/=<>&|!" for kind, part in found)
    if deepest > MAX_DEPTH or joints > 10 * MAX_DEPTH or operators > 20 * MAX_DEPTH:
        raise QueryError(
            f"the query is nested deeper than {MAX_DEPTH} levels or joins too many parts", mend="ask in parts"
        )
    return form


def syntax_error(text: str, error: SyntaxError, name: str) -> QueryError:
    """Return a QueryError that shows the line of a syntax error with a caret under the column.

    The engine names the farthest place it tried, often the end of the text; rdflib's parser names the start of what it
    could not read, which is nearer to the mistake. Where rdflib finds no fault, the engine's place and words stand.
    """
    return unread_error(text, unread_from(text), name) or engine_error(text, error, name)


def engine_error(text: str, error: SyntaxError, name: str) -> QueryError:
    """Return a QueryError with the place and the words of the engine."""
    engine = re.search(r"error at (\d+):(\d+)(?:-\S+)?:?\s*(.*)", error.msg or "", re.DOTALL)
    if not engine:
        return QueryError(f"syntax error: {error.msg}", where=name, mend="mend the query")
    what = " ".join(engine[3].split())
    if "Prefix not found" in what:
        what = "a prefix is used that no PREFIX line declares"
    return _pointed(text, int(engine[1]), int(engine[2]), what, name)


def unread_error(text: str, place: Sequence[int] | None, name: str) -> QueryError | None:
    """Return a QueryError that points at the place that :func:`unread_from` found, None where it found none."""
    return _pointed(text, place[0], place[1], "this part cannot be read", name) if place else None


def _pointed(text: str, line: int, column: int, what: str, name: str) -> QueryError:
    lines = text.splitlines() or [""]
    line = min(line, len(lines))
    return QueryError(
        f"syntax error: {what[:300]}",
        where=f"{name}:{line}:{column}",
        mend=f"mend this line:\n    {lines[line - 1]}\n    {' ' * (column - 1)}^",
    )


def unread_from(text: str) -> tuple[int, int] | None:
    """Return line and column, from 1, of what rdflib's parser cannot read; None where it reads all or gives up.

    Its time grows with the square of the length: 60,000 characters can take half a minute.
    """
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        parseQuery(text)
    except ParseBaseException as error:
        return error.lineno, error.col
    except RecursionError:
        return None
    return None
