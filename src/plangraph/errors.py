"""The errors of plangraph, one tree.

PlangraphError            something a person can mend: says what, where, and what to do next
├── DataError             exit 1: a data file, shape or fact is at fault
└── UsageError            exit 2: the job could not run (unknown name, missing directory, bad option)
    ├── QueryError        exit 2: a query is unknown, malformed, refused or took too long
    │   ├── UpdateError   exit 2: a query would change the store
    │   ├── LengthError   exit 2: a query is longer than is read
    │   └── NotFoundError exit 2: no query, value or thing has the name that was given
    └── StoreError        exit 2: a store cannot be reached, opened or written, or answers nonsense
"""

import re
from pathlib import Path

# What the command line calls by a command → what Python calls by a function; the rest are commands only.
_FUNCTIONS = {
    "query --list": "plangraph.questions()",
    "show --list": "plangraph.things()",
    "show": "plangraph.describe()",
    "build": "plangraph.build()",
    "validate": "plangraph.validate()",
    "tables": "plangraph.write_tables()",
    "network --help": "help(plangraph.build_network)",
}
_COMMAND = re.compile(r"(?P<mark>['`])plangraph (?P<quoted>[^'`]*)(?P=mark)|\bplangraph (?P<bare>[a-z].*)")
_OPTION = re.compile(r"--(?P<name>[a-z]+(?:-[a-z]+)*)(?: (?P<value>…|[A-Z]+\b|\d+\b))?")


class PlangraphError(Exception):
    """Base of all errors that plangraph raises on purpose.

    ``what`` is one sentence; ``where`` names the file and line, row or IRI; ``mend`` says what to do next, in the words
    of the command line (``add --measure …``), in which :meth:`told` gives all three. ``str`` gives them in the words of
    Python (``add measure=…``).
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        return self._said(in_python(self.mend))

    def told(self) -> str:
        """Return what, where and what to do next in the words of the command line."""
        return self._said(self.mend)

    def _said(self, mend: str) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  → {mend}" if mend else head


class DataError(PlangraphError):
    """A data file, a shape or a fact is at fault."""

    exit_code = 1


class UsageError(PlangraphError):
    """The job could not run as asked."""


class QueryError(UsageError):
    """A query is unknown, malformed, refused, or took too long."""


class UpdateError(QueryError):
    """A query would change the store."""


class LengthError(QueryError):
    """A query is longer than is read."""


class NotFoundError(QueryError):
    """No query, value or thing has the name that was given."""


class StoreError(UsageError):
    """A store cannot be reached, opened or written, or what it answers cannot be used."""


def in_python(mend: str) -> str:
    """Return a hint with arguments for options and functions for commands; a command without a function stays."""
    kept = 0
    said = ""
    for match in _COMMAND.finditer(mend):
        command = match["quoted"] or match["bare"]
        said += _OPTION.sub(_argument, mend[kept : match.start()]) + _FUNCTIONS.get(command, match[0])
        kept = match.end()
    return said + _OPTION.sub(_argument, mend[kept:])


def _argument(option: re.Match[str]) -> str:
    name = option["name"].replace("-", "_")
    return f"{name}={option['value']}" if option["value"] else name


def check_language(lang: str) -> None:
    """Raise UsageError when a language is none in which the answers are given, nb or en."""
    if lang not in ("nb", "en"):
        raise UsageError(f"there is no language {lang!r}", mend="choose nb or en")


def check_store(store: object) -> None:
    """Raise UsageError when what is given for a store cannot be asked."""
    if not hasattr(store, "quads_for_pattern"):
        raise UsageError(
            f"{store!r} is not a store that can be asked",
            mend="give the folder of the data instead, or a pyoxigraph.Store",
        )


def at(path: Path | str, line: int | None = None, column: int | None = None) -> str:
    """Return ``file:line:column`` as editors understand it, leaving out what is unknown."""
    return ":".join(str(part) for part in (path, line, column) if part is not None)
