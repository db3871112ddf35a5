"""Options that several commands share."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from pathlib import Path

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


def say(text: str) -> None:
    """Print a remark to people on standard error."""
    print(f"plangraph: {text}", file=sys.stderr)
