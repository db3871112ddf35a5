"""Stores answer SPARQL: pyoxigraph in memory, or on disk and read-only, or a SPARQL endpoint elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from plangraph import __version__
from plangraph.errors import StoreError
from plangraph.files import fresh_folder, replace_folder
from plangraph.loading import parse, rdf_files
from plangraph.vocabulary import GRAPH

# The module typing takes longer to load than a question to answer; type checkers take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import rdflib

    from plangraph.endpoints import Endpoint

    Store = ox.Store | Endpoint

GRAPHS = ("asserted", "derived", "outside", "evidence", "vocabulary")
MANIFEST = "inputs.tsv"


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


def stamps(inputs: Iterable[Path]) -> list[str]:
    """Return what tells later whether inputs have changed: place, size, time and digest, a line each.

    To be taken before the inputs are read: what is edited meanwhile then counts as changed.
    """
    return [f"{place}\t{_stamp(file)}\t{_digest(file)}" for place, file in _by_place(inputs).items()]


def write_store(folder: Path, parts: Mapping[str, Iterable[ox.Triple]], made_of: Iterable[str]) -> None:
    """Write a store on disk, with the :func:`stamps` of its inputs, which tell whether it is still up to date.

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
    (folder / MANIFEST).write_text("\n".join([__version__, *made_of]), encoding="utf-8")


def staleness(folder: Path, inputs: Iterable[Path]) -> str | None:
    """Return why a store on disk cannot be used, or None when it is up to date.

    Sizes and times are compared first; only when they differ are the files read and their SHA-256 compared.
    """
    try:
        version, *lines = (folder / MANIFEST).read_text(encoding="utf-8").split("\n")
        known = {place: (stamp, digest) for place, stamp, digest in (line.split("\t") for line in lines)}
    except FileNotFoundError:
        return "missing"
    except (OSError, ValueError):
        return "damaged"
    if version != __version__:
        return f"made by version {version}" if known else "damaged"
    files = _by_place(inputs)
    if files.keys() != known.keys():
        return "out of date: files were added or removed"
    for place, file in files.items():
        stamp, digest = known[place]
        if _stamp(file) != stamp and _digest(file) != digest:
            return f"out of date: {file} has changed"
    return None


def open_store(source: rdflib.Graph | Path | str | Iterable[Path | str], *, timeout: float = 60) -> Store:
    """Return a store that answers for ``source``, read-only in what plangraph does with it.

    ``source`` is

    - an ``rdflib.Graph`` or ``Dataset``: its statements are copied into a store in memory;
    - an RDF file, or several, or a folder of Turtle files: read into memory, named graphs kept;
    - a folder that holds a store on disk (made by ``plangraph load`` or ``build``): opened for reading only;
    - the address of a SPARQL 1.1 query operation, ``http://…`` or ``https://…``: see
      :class:`plangraph.endpoints.Endpoint`. ``timeout`` (seconds) is for this kind alone.

    In memory the default graph is the union of all graphs, as it is in the stores that plangraph writes.

    Raises StoreError when a store cannot be opened, DataError on a syntax error in a file.
    """
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        from plangraph.endpoints import Endpoint

        return Endpoint(source, timeout=timeout)
    if isinstance(source, (str, Path)):
        if is_store(Path(source)):
            return _opened(Path(source))
        parts = [Path(source)]
    elif hasattr(source, "triples"):
        return union_store(_from_rdflib(source))
    else:
        parts = [Path(part) for part in source]
    files = [file for part in parts for file in rdf_files(part)]
    if not files:
        raise StoreError(
            "there is no store and no Turtle file here",
            where=str(source),
            mend="make a store with 'plangraph load --store DIR', or name RDF files",
        )
    return union_store(quad for file in files for quad in parse(file))


def union_store(quads: Iterable[ox.Quad]) -> ox.Store:
    """Return a store in memory that holds the quads and, as its default graph, the union of all graphs."""
    store = ox.Store()
    held = list(quads)
    store.bulk_extend(held)
    store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in held)
    return store


def in_memory(store: ox.Store) -> ox.Store:
    """Return a copy of a store in memory."""
    copy = ox.Store()
    copy.bulk_extend(store)
    return copy


def read_store(file: Path) -> ox.Store:
    """Return a store in memory with the graphs of a TriG file, and their union as default graph."""
    store = ox.Store()
    try:
        store.bulk_load(path=str(file))
    except (SyntaxError, OSError) as error:
        raise StoreError(f"cannot be read: {error}", where=str(file), mend="run 'plangraph build'") from error
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    return store


def size(store: ox.Store) -> int:
    """Return the number of statements in a store's default graph: of a store with named graphs, that is their union."""
    if not any(True for _ in store.named_graphs()):
        return len(store)
    found = store.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert isinstance(found, ox.QuerySolutions)
    return int(next(found)["n"].value)


def is_store(folder: Path) -> bool:
    """Return whether a folder holds a store on disk."""
    return (folder / "CURRENT").is_file() or any(folder.glob("*.sst"))


def load(folder: Path, files: Iterable[Path]) -> int:
    """Write RDF files into a new store on disk, in the place of an old one; return its :func:`size`.

    Triples go to the default graph; the quads of TriG and N-Quads files to their named graphs and, as triples, to
    the default graph too. The store is made beside its place and takes it when it is complete.

    Raises StoreError when a folder with other content is in the place, DataError on a syntax error.
    """
    must_be_free(folder)
    with fresh_folder(folder.parent, f".{folder.name}-") as beside:
        store = ox.Store(str(beside / "store"))
        for file in files:
            if file.suffix in (".nt", ".ttl"):
                _bulk_load(store, file)
            else:
                quads = list(parse(file))
                store.bulk_extend(quads)
                store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
        count = size(store)
        if len(store) > 5_000_000:
            store.optimize()
        store.flush()
        del store
        replace_folder(beside / "store", folder)
    return count


def must_be_free(folder: Path) -> None:
    """Raise StoreError when a folder holds what a new store must not replace: other files, or a store in use.

    A store that another program has open for writing would go on being written to, and lost, after it is replaced.
    """
    if is_store(folder) and _has_writer(folder):
        raise StoreError(
            "another program has this store open for writing; nothing was changed",
            where=str(folder),
            mend="close that program and try again, or name a new folder",
        )
    if folder.exists() and not is_store(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError("this place holds something else than a store", where=str(folder), mend="name a new folder")


def _has_writer(folder: Path) -> bool:
    # RocksDB locks this file while a store is open for writing (POSIX; elsewhere an open file cannot be replaced).
    try:
        import fcntl

        with (folder / "LOCK").open("r+b") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, FileNotFoundError, PermissionError):
        return False
    except OSError:
        return True
    return False


def _bulk_load(store: ox.Store, file: Path) -> None:
    try:
        store.bulk_load(path=str(file))
    except SyntaxError:
        # The own reader says where the fault is, and mends what is only unusual, such as a byte order mark.
        store.bulk_extend(parse(file))
    except OSError as error:
        raise StoreError(f"cannot load: {error}", where=str(file), mend="check the name and the rights") from error


def _opened(folder: Path) -> ox.Store:
    try:
        return open_read_only(folder)
    except OSError as error:
        raise StoreError(
            str(error),
            where=str(folder),
            mend="it may be damaged or of another version: make it anew with 'plangraph load'",
        ) from error


def _from_rdflib(graph: Any) -> Iterable[ox.Quad]:
    import rdflib

    for part in graph.graphs() if isinstance(graph, rdflib.Dataset) else [graph]:
        triples = ox.parse(part.serialize(format="nt", encoding="utf-8"), ox.RdfFormat.N_TRIPLES)
        named = isinstance(graph, rdflib.Dataset) and isinstance(part.identifier, rdflib.URIRef)
        default = not named or part.identifier == rdflib.graph.DATASET_DEFAULT_GRAPH_ID
        name = None if default else ox.NamedNode(str(part.identifier))
        for triple in triples:
            yield ox.Quad(triple.subject, triple.predicate, triple.object, name)


def open_read_only(folder: Path) -> ox.Store:
    """Open a store on disk for reading; many processes can do so at once. Raises OSError when it is damaged."""
    try:
        return ox.Store.read_only(str(folder))
    except (OSError, RuntimeError, ValueError) as error:
        raise OSError(f"the store {folder} cannot be opened: {error}") from error


def _by_place(files: Iterable[Path]) -> dict[str, Path]:
    """Return the absolute place of each file; each folder is resolved once, which is what takes time."""
    folders: dict[Path, Path] = {}
    found = {}
    for file in files:
        if file.parent not in folders:
            folders[file.parent] = file.parent.resolve()
        found[f"{folders[file.parent]}/{file.name}"] = file
    return found


def _stamp(file: Path) -> str:
    stat = file.stat()
    return f"{stat.st_size} {stat.st_mtime_ns}"


def _digest(file: Path) -> str:
    from hashlib import sha256

    return sha256(file.read_bytes()).hexdigest()
