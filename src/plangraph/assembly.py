"""From data files to the parts of the graph: read, sorted by where they come from, and completed by the rules."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from plangraph import stores
from plangraph.loading import parse
from plangraph.paths import Tree
from plangraph.rules import derive

Parts = dict[str, list[ox.Triple]]


def read_parts(tree: Tree, instead: Mapping[Path, Iterable[ox.Triple]] | None = None) -> Parts:
    """Return the statements of the files, sorted into the graphs asserted, outside, evidence and vocabulary.

    The folder decides: ``data/outside/`` is *outside*, an ``evidence.ttl`` is *evidence*, the ontology and the codes
    are *vocabulary*, every other data file is *asserted*. *derived* is there and empty. The order of the statements
    does not depend on the order of the files on disk. ``instead`` gives files → the statements to take in place of
    what the file holds, whether there is such a file or not.
    """
    instead = instead or {}
    parts: Parts = {name: [] for name in stores.GRAPHS}
    for file in {**dict.fromkeys(tree.data_files()), **dict.fromkeys(instead)}:
        held = instead[file] if file in instead else (quad.triple for quad in parse(file))
        parts[_part_of(file)].extend(held)
    for file in tree.vocabulary_files():
        parts["vocabulary"].extend(quad.triple for quad in parse(file))
    return {name: sorted(set(triples), key=str) for name, triples in parts.items()}


def _part_of(file: Path) -> str:
    if file.parent.name == "outside":
        return "outside"
    return "evidence" if file.name == "evidence.ttl" else "asserted"


def make_parts(tree: Tree, instead: Mapping[Path, Iterable[ox.Triple]] | None = None) -> tuple[Parts, ox.Store]:
    """Return the five parts with the derived statements, and a store in memory that holds them.

    ``instead`` is as in :func:`read_parts`.
    """
    parts = read_parts(tree, instead)
    store = stores.memory_store(parts)
    parts["derived"] = sorted(derive(store, tree.rule_files()), key=str)
    return parts, store


def union(parts: Mapping[str, list[ox.Triple]]) -> list[ox.Triple]:
    """Return the statements of all parts, each once."""
    return list(dict.fromkeys(triple for part in parts.values() for triple in part))
