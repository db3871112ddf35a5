"""Labels of things, and things by their names."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyoxigraph as ox

from plangraph.errors import UsageError
from plangraph.vocabulary import BASE, DCT, RDFS, SKOS, prefixes

if TYPE_CHECKING:
    from plangraph.stores import Store

LABELS = tuple(map(ox.NamedNode, (SKOS + "prefLabel", RDFS + "label", DCT + "title")))
NAMES = (*LABELS, *map(ox.NamedNode, (SKOS + "altLabel", SKOS + "hiddenLabel")))


def label(store: "Store", iri: str, lang: str = "nb") -> str:
    """Return the name of a thing in a language, else in the other one, else its short id."""
    node = ox.NamedNode(iri)
    for predicate in LABELS:
        found = {
            quad.object.language or "": quad.object.value
            for quad in store.quads_for_pattern(node, predicate, None, ox.DefaultGraph())
            if isinstance(quad.object, ox.Literal)
        }
        if found:
            return found.get(lang) or found.get("nb") or found.get("en") or found[min(found)]
    return short(iri)


def short(iri: str) -> str:
    """Return the short id of a thing: ``imdi``, ``18a``, ``dct:title``, ``participation/8-udir``; else the IRI."""
    if iri.startswith(BASE):
        tail = iri[len(BASE) :]
        if tail.startswith(("actor/", "thing/", "law/", "place/", "code/")):
            return tail.rsplit("/", 1)[1]
        return re.sub(r"^plan/[^/]+/(measure/)?", "", tail).replace("ns#", "pg:")
    for prefix, space in prefixes().items():
        if iri.startswith(space):
            return f"{prefix}:{iri[len(space) :]}"
    return iri


def find_thing(store: "Store", name: str, kind: str = "") -> str:
    """Return the IRI of the thing that a person means: an IRI, a short id (``imdi``, ``18a``), or a name.

    ``kind`` (``measure``, ``actor``, ``law``, ``place``, ``area``) decides where several kinds share a name. Upper
    and lower case, spaces and a dot after a number make no difference.

    Raises UsageError, with near names, when nothing or more than one thing fits.
    """
    if name.startswith(("http://", "https://")):
        node = ox.NamedNode(name)
        if not any(True for _ in store.quads_for_pattern(node, None, None)):
            raise UsageError(f"the graph knows nothing about {name}", mend="check the IRI")
        return name
    if not isinstance(store, ox.Store):
        store = store.names_like(name)
    wanted = fold(name)
    wanted = re.sub(r"^tiltak|^measure", "", wanted) if re.search(r"\d", wanted) else wanted
    ids: dict[str, str] = {}
    names: dict[str, set[str]] = {}
    for predicate in NAMES:
        for quad in store.quads_for_pattern(None, predicate, None, ox.DefaultGraph()):
            iri = quad.subject.value  # type: ignore[union-attr]
            if iri.startswith(BASE):
                ids[iri] = short(iri)
                names.setdefault(quad.object.value, set()).add(iri)  # type: ignore[union-attr]
    tail = name.replace(":", "/") if ":" in name else name
    found = {iri for iri in ids if ":" in name and iri.endswith("/" + tail)} or {
        iri for iri in ids if fold(ids[iri]) == wanted and not iri.startswith(BASE + "code/")
    }
    if found:
        return _one(name, found, kind)
    found = {iri for text, owners in names.items() if fold(text) == wanted for iri in owners}
    found = {iri for iri in found if not iri.startswith((BASE + "code/", BASE + "ns#"))} or found
    if found:
        return _one(name, found, kind)
    if iri := _expanded(name, store):
        return iri
    what = kind or "thing"
    mend = near(name, [*ids.values(), *names], "plangraph query --list")
    raise UsageError(f"there is no {what} called {name!r}", mend=mend)


def near(name: str, known: Iterable[str], command: str) -> str:
    """Return a sentence that names the nearest known names, or the command that lists them all."""
    folded: dict[str, str] = {}
    for entry in known:
        folded.setdefault(fold(entry), entry)
    close = difflib.get_close_matches(fold(name), list(folded), n=4, cutoff=0.6)
    if not close:
        close = [key for key in folded if len(fold(name)) > 2 and fold(name) in key][:4]
    if close:
        return "did you mean " + ", ".join(dict.fromkeys(folded[key] for key in close)) + "?"
    return f"see them all with '{command}'"


def fold(text: str) -> str:
    """Return a text without case, accents' composition, spaces and marks, for comparing names."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def _one(name: str, found: set[str], kind: str) -> str:
    if len(found) > 1:
        preferred = {iri for iri in found if kind and f"/{kind}/" in iri} or {
            iri for part in ("/measure/", "/actor/", "/thing/", "/law/") for iri in sorted(found) if part in iri
        }
        if kind or len(preferred) == 1:
            found = preferred
        else:
            for part in ("/measure/", "/actor/", "/thing/", "/law/", "/place/"):
                group = {iri for iri in found if part in iri}
                if group:
                    found = group
                    break
    if len(found) > 1:
        raise UsageError(
            f"{name!r} may be {len(found)} things", mend="name one of: " + ", ".join(sorted(map(_prefixed, found)))
        )
    return min(found)


def _prefixed(iri: str) -> str:
    tail = iri[len(BASE) :]
    return ":".join(tail.rsplit("/", 2)[-2:])


def _expanded(name: str, store: "Store") -> str | None:
    prefix, colon, local = name.partition(":")
    space = prefixes().get(prefix)
    if colon and space:
        iri = space + local
        if any(True for _ in store.quads_for_pattern(ox.NamedNode(iri), None, None)):
            return iri
    return None
