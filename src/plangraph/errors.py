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

from pathlib import Path


class PlangraphError(Exception):
    """Base of all errors that plangraph raises on purpose.

    ``what`` is one sentence; ``where`` names the file and line, row or IRI; ``mend`` says what to do next.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  → {self.mend}" if self.mend else head


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


def check_language(lang: str) -> None:
    """Raise UsageError when a language is none in which the answers are given, nb or en."""
    if lang not in ("nb", "en"):
        raise UsageError(f"there is no language {lang!r}", mend="choose nb or en")


def at(path: Path | str, line: int | None = None, column: int | None = None) -> str:
    """Return ``file:line:column`` as editors understand it, leaving out what is unknown."""
    return ":".join(str(part) for part in (path, line, column) if part is not None)
