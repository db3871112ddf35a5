"""What the pages are made from: the graph's look-up tables and the settings of one site."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from plangraph import stores
from plangraph.errors import DataError, UsageError
from plangraph.formats import BUILT
from plangraph.paths import Tree
from plangraph.site.index import Index, read_index
from plangraph.vocabulary import BASE, PG

if TYPE_CHECKING:
    import pyoxigraph as ox

    from plangraph.site.layers import Layer
    from plangraph.text import Source

P = ParamSpec("P")
T = TypeVar("T")
Page = dict[str, Any]
"""A page model: ``template``, ``path`` (without language), ``title``, and what its template shows."""


@dataclass(frozen=True)
class Site:
    """One site: the tables of the graph, the store that answers questions, and the user's settings.

    ``report`` is the text of the report when the user has given it, else None. ``faults_to`` is an e-mail address or
    an http(s) address for reports of faults, or "". ``layers`` are the networks. ``built`` is the folder of the built
    graph, when that is up to date. ``known`` is the memory of the functions that are :func:`kept`.
    """

    index: Index = field(repr=False)
    tree: Tree
    store: "ox.Store" = field(repr=False)
    layers: "tuple[Layer, ...]" = field(repr=False, default=())
    report: "Source | None" = field(repr=False, default=None)
    faults_to: str = ""
    built: Path | None = None
    known: dict[tuple[object, ...], Any] = field(repr=False, init=False, default_factory=dict)


def kept(make: Callable[Concatenate[Site, P], T]) -> Callable[Concatenate[Site, P], T]:
    """Return a function of a site that makes what several pages need once, and remembers it as long as the site lives.

    Its further arguments must be hashable. What it returns is shared: nobody may change it.
    """

    @wraps(make)
    def remembered(site: Site, /, *args: P.args, **kwargs: P.kwargs) -> T:
        key = (make, *args, *kwargs.items())
        try:
            found: T = site.known[key]
        except KeyError:
            found = site.known[key] = make(site, *args, **kwargs)
        return found

    return remembered


def open_site(
    store: "ox.Store",
    tree: Tree,
    *,
    report: Path | str | None = None,
    faults_to: str = "",
    networks: bool = True,
    built: Path | None = None,
) -> Site:
    """Return the site of a graph.

    ``report`` is the text file from which the graph was coded; its words are then shown on the pages. ``built`` is the
    folder in which ``plangraph build`` wrote the graph; when it is whole and up to date, its files are the downloads.

    Raises UsageError when the report cannot be read or ``faults_to`` is no address, DataError when the report is not
    the file that the graph was coded from.
    """
    if faults_to and "@" not in faults_to and not faults_to.startswith(("https://", "http://")):
        raise UsageError(
            f"{faults_to!r} is neither an e-mail address nor a web address", mend="give name@host or https://…"
        )
    index = read_index(store)
    text = None if report is None else _read_report(Path(report), index)
    found: tuple[Layer, ...] = ()
    if networks:
        from plangraph.site.layers import read_layers

        found = read_layers(store, tree)
    if built is not None and not (
        stores.staleness(built / ".store", tree.inputs()) is None and all((built / name).is_file() for name in BUILT)
    ):
        built = None
    return Site(index, tree, store, found, text, faults_to, built)


def _read_report(path: Path, index: Index) -> "Source":
    from hashlib import sha256

    from plangraph.text import source_of

    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read the report: {error.strerror}", where=str(path), mend="check the name") from error
    known = {
        value.value
        for iri in index.of_kind("source")
        for value in index.values(iri, PG + "sha256")
        if not isinstance(value, str)
    }
    if sha256(raw).hexdigest() not in known:
        raise DataError(
            "this is not the file that the graph was coded from",
            where=str(path),
            mend="give the text whose SHA-256 stands in plan.ttl: " + (", ".join(sorted(known)) or "none is stated"),
        )
    return source_of(raw.decode("utf-8"))


@cache
def page_path(iri: str) -> str:
    """Return the path of the page of a thing or fact, without ending: ``id/actor/imdi``.

    Characters that a file name cannot hold everywhere are percent-encoded, so that no IRI leaves the site's folder.
    """
    from hashlib import sha256
    from urllib.parse import quote

    parts = [quote(part, safe="~") for part in iri.removeprefix(BASE).split("/")]
    # A leading dot would hide a file or climb out of the folder, and names longer than 255 bytes cannot be written.
    parts = ["%2E" + part[1:] if part.startswith(".") else part or "%20" for part in parts]
    parts = [part if len(part) < 150 else f"{part[:100]}-{sha256(part.encode()).hexdigest()[:16]}" for part in parts]
    return "id/" + "/".join(parts)
