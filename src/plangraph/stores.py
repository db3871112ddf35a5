"""Stores answer SPARQL: pyoxigraph in memory, or on disk and read-only."""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from plangraph import __version__
from plangraph.vocabulary import GRAPH

GRAPHS = ("asserted", "derived", "outside", "evidence", "vocabulary")
MANIFEST = "manifest.json"


def graph_name(part: str) -> ox.NamedNode:
    """Return the name of one part of the public graph, for example ``graph/derived``."""
    return ox.NamedNode(GRAPH + part)


def memory_store(parts: Mapping[str, Iterable[ox.Triple]]) -> ox.Store:
    """Return a store in memory with one named graph for each part."""
    store = ox.Store()
    for part, triples in parts.items():
        name = graph_name(part)
        store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)
    return store


def write_store(folder: Path, parts: Mapping[str, Iterable[ox.Triple]], inputs: Iterable[Path]) -> None:
    """Write a store on disk with a manifest that tells later whether it is still up to date.

    Beside each named graph the store holds their union as default graph, because a default graph answers a plain
    pattern three times as fast as a union over five names.
    """
    store = ox.Store(str(folder))
    union: dict[ox.Triple, None] = {}
    for part, triples in parts.items():
        name = graph_name(part)
        triples = list(triples)
        union |= dict.fromkeys(triples)
        store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in union)
    store.optimize()
    store.flush()
    del store
    manifest = {"version": __version__, "triples": len(union), "inputs": [_stamp(file) for file in inputs]}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def staleness(folder: Path, inputs: Iterable[Path]) -> str | None:
    """Return why a store on disk cannot be used, or None when it is up to date.

    Sizes and times are compared first; only when they differ are the files read and their SHA-256 compared.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        known = {entry["path"]: entry for entry in manifest["inputs"]}
        version = manifest["version"]
    except FileNotFoundError:
        return "missing"
    except (OSError, ValueError, KeyError, TypeError):
        return "damaged"
    if version != __version__:
        return f"made by version {version}"
    files = {str(file.resolve()): file for file in inputs}
    if files.keys() != known.keys():
        return "out of date: files were added or removed"
    for path, file in files.items():
        stat = file.stat()
        entry = known[path]
        if (stat.st_size, stat.st_mtime_ns) != (entry.get("size"), entry.get("modified")) and _digest(
            file
        ) != entry.get("sha256"):
            return f"out of date: {file} has changed"
    return None


def open_read_only(folder: Path) -> ox.Store:
    """Open a store on disk for reading; many processes can do so at once. Raises OSError when it is damaged."""
    try:
        return ox.Store.read_only(str(folder))
    except (OSError, RuntimeError, ValueError) as error:
        raise OSError(f"the store {folder} cannot be opened: {error}") from error


def _stamp(file: Path) -> dict[str, str | int]:
    stat = file.stat()
    return {
        "path": str(file.resolve()),
        "size": stat.st_size,
        "modified": stat.st_mtime_ns,
        "sha256": _digest(file),
    }


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()
