"""Options that several commands share."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from plangraph.errors import UsageError

# The module typing takes longer to load than a question to answer; type checkers take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from plangraph.stores import Store


def add_store(command: argparse.ArgumentParser) -> None:
    """Add ``--out`` and ``--store``: which store a command asks."""
    command.add_argument("--out", metavar="DIR", default="out", help="where the built graph is (default: out)")
    add_other_store(command)


def add_other_store(command: argparse.ArgumentParser) -> None:
    """Add ``--store``: a store that a command asks instead of the built graph."""
    command.add_argument(
        "--store",
        metavar="DIR|URL|FILE",
        help="ask this store instead of the built graph: a folder, an RDF file, or the address of a SPARQL endpoint",
    )


def add_plan(command: argparse.ArgumentParser, what: str) -> None:
    """Add ``--plan``: which of several plans is meant."""
    command.add_argument("--plan", metavar="SLUG", default="", help=f"{what} (default: of all plans in the data)")


def form_of(
    option: str, file: str | None, given: str | None, endings: Mapping[str, Sequence[str]], default: str
) -> str:
    """Return the format of a file: the one given with ``--format``, else the one that the name's ending says.

    ``endings`` are format → endings. Raises UsageError when the two disagree, or when the ending says
    nothing and no format is given; a name without an ending, and standard output, have the default.
    """
    suffix = Path(file).suffix.lower() if file else ""
    said = [form for form, known in endings.items() if suffix and suffix in known]
    if not suffix or (given and (given in said or not said)):
        return given or default
    if given:
        raise UsageError(
            f"{option} {file} is not the name of a file in the format {given}",
            mend=f"let the name end in {' or '.join(endings[given])}, or leave --format out",
        )
    if not said:
        known = ", ".join(dict.fromkeys(known[0] for known in endings.values()))
        raise UsageError(f"no format is known by the ending of {option} {file}", mend=f"let the name end in {known}")
    return said[0]


def positive(text: str) -> float:
    """Return the number of an option that must be greater than zero."""
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number greater than zero")
    return number


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return what reads the whole number of an option, from ``least`` to ``most``."""

    def read(text: str) -> int:
        number = int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else least - 1
        if number < least or (most is not None and number > most):
            limits = f"from {least}" + (f" to {most}" if most is not None else "")
            raise argparse.ArgumentTypeError(f"{text} is not a whole number {limits}")
        return number

    return read


def store_of(options: argparse.Namespace) -> Store:
    """Return the store that a command asks: the one named with ``--store``, else the built graph."""
    if options.store:
        from plangraph.stores import open_store

        return open_store(options.store, timeout=getattr(options, "timeout", 60))
    from plangraph.paths import find_tree
    from plangraph.stores import open_read_only, staleness

    # The usual case is a store on disk that is up to date: it is asked without loading what would make one.
    folder = Path(options.out) / ".store"
    if staleness(folder, find_tree(options.data).inputs()) is None:
        with suppress(OSError):
            return open_read_only(folder)
    from plangraph.building import query_store

    return query_store(options.data, options.out, say)


def add_language(command: argparse.ArgumentParser, what: str = "language", default: str = "nb", note: str = "") -> None:
    """Add ``--lang``: in which language a command answers; ``what`` is in that language."""
    command.add_argument("--lang", choices=("nb", "en"), default=default, help=f"{what} (default: {default}){note}")


def progress(step: str) -> None:
    """Show on a terminal what is being done, in place of what was shown before; "" takes it away."""
    if sys.stderr.isatty():
        print(f"\r\033[K{step} …" if step else "\r\033[K", end="", file=sys.stderr, flush=True)


def say(text: str) -> None:
    """Print a remark to people on standard error."""
    print(f"plangraph: {text}", file=sys.stderr)
