"""Labels of things, and things by their names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import pyoxigraph as ox

from plangraph.errors import NotFoundError, UsageError, check_store
from plangraph.vocabulary import BASE, DCT, PG, RDF_TYPE, RDFS, SKOS, prefixes

# The module typing takes longer to load than a question to answer; type checkers take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from plangraph.stores import Store

LABELS = tuple(map(ox.NamedNode, (SKOS + "prefLabel", RDFS + "label", DCT + "title")))
_TYPE = ox.NamedNode(RDF_TYPE)
_LOCATOR = ox.NamedNode(PG + "locator")
NAMES = (*LABELS, *map(ox.NamedNode, (SKOS + "altLabel", SKOS + "hiddenLabel")))

# The kinds of things in the order in which a bare name is understood: "oslo" is a place, "20" a measure.
_RANKS = ("measure", "actor", "thing", "law", "event", "place", "area", "figure", "transfer", "plan", "code", "ns#")
_FACTS = ("participation", "claim", "link", "note", "figure")
# What a parameter may be called → the kinds that it takes, best first.
_KINDS = {
    **dict.fromkeys(("actor", "ministry", "network", "first", "second"), ("actor",)),
    **dict.fromkeys(("thing", "document", "funding", "site"), ("thing", "event", "law", "actor", "measure")),
    **{name: (f"code/{name}",) for name in ("role", "stage", "status", "cause", "unit", "audience", "theme")},
    "kind": ("ns#", "code/kind"),
    "measure": ("measure",),
    "law": ("law",),
    "place": ("place",),
    "area": ("area",),
}


def label(store: Store, iri: str, lang: str = "nb") -> str:
    """Return the name of a thing in a language, else in the other one, else its short id."""
    return labelled(store, iri, lang)[0]


def labelled(store: Store, iri: str, lang: str = "nb") -> tuple[str, str]:
    """Return the name of a thing and the language it is in: the one asked for, else nb, else en, else any.

    A thing without a name gets its short id, in no language ("").
    """
    node = ox.NamedNode(iri)
    for predicate in LABELS:
        if found := _text(store, node, predicate, lang):
            return found
    return short(iri), ""


def locator(store: Store, span: str, lang: str = "nb") -> str:
    """Return where a reader of the report finds a span: its locator in a language, else in another, else its offsets.

    ``span`` is the IRI of the span. The other languages are tried as :func:`labelled` does.
    """
    found = _text(store, ox.NamedNode(span), _LOCATOR, lang)
    return found[0] if found else last_part(span)


def report_order(span: str) -> tuple[int, str]:
    """Return a key that sorts the IRIs of spans in the order of the report; what is no span comes first."""
    start = re.match(r"\d*", last_part(span))
    return (int(start[0]) if start and start[0] else 0, span)


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


def find_thing(store: Store, name: str, kind: str = "") -> str:
    """Return the IRI of the thing that a person means.

    ``name`` is an IRI, a short id (``imdi``, ``18a``), an id with its kind (``actor:ung-no``, ``thing:ung-no``,
    ``dct:title``), the id of a fact (``8-imdi``, ``participation/8-imdi``) or any of the thing's names; case, spaces,
    marks and a "tiltak" or "measure" before a number make no difference. ``kind`` says what is wanted (``measure``,
    ``actor``, ``law`` …); without it a name that several things share means the measure, else the actor, else the
    thing, and so on.

    Raises UsageError, with near names, when nothing fits, or with the ids of all when several of one kind do.
    """
    check_store(store)
    if not isinstance(name, str) or not name.strip():
        raise UsageError(f"{name!r} names no thing", mend="give an IRI, a short id as imdi or 18a, or a name, as text")
    if name.startswith(("http://", "https://")) or (name := _expanded(name)).startswith("http"):
        if _known(store, name):
            return name
        raise NotFoundError(f"the graph knows nothing about {name}", mend="check the IRI")
    sort, colon, rest = name.partition(":")
    kinds = (sort,) if colon and sort in _RANKS else _KINDS.get(kind, _RANKS)
    wanted = fold(rest if colon and sort in _RANKS else name)
    if re.search(r"\d", wanted):
        wanted = re.sub("^(tiltak|measure)", "", wanted)
    if iri := _by_id(store, wanted, kinds):
        return iri
    if not kind and (iri := _fact(store, name)):
        return iri
    if not isinstance(store, ox.Store):
        store = store.names_like(name.rsplit(":", 1)[-1])
    ids: dict[str, set[str]] = {}
    names: dict[str, set[str]] = {}
    spelt: set[str] = set()
    for predicate in NAMES:
        for quad in store.quads_for_pattern(None, predicate, None, ox.DefaultGraph()):
            iri, text = quad.subject.value, quad.object.value  # type: ignore[union-attr]
            if iri.startswith(BASE) and _rank(iri, kinds) < len(kinds):
                ids.setdefault(fold(last_part(iri)), set()).add(iri)
                names.setdefault(fold(text), set()).add(iri)
                spelt |= {text, short(iri)}
    found = ids.get(wanted) or names.get(wanted)
    if not found:
        raise NotFoundError(
            f"there is no {kind or 'thing'} called {name!r}",
            mend=near(
                name,
                spelt,
                otherwise="see what there is with 'plangraph show --list'",
            ),
        )
    best = min(_rank(iri, kinds) for iri in found)
    meant = sorted(iri for iri in found if _rank(iri, kinds) == best)
    if len(meant) > 1:
        raise UsageError(f"{name!r} may be {len(meant)} things", mend="name one of: " + ", ".join(map(short, meant)))
    return meant[0]


def by_name(store: Store) -> dict[str, set[str]]:
    """Return every name of our things as it is spelt, and the last part of each IRI → the things that have it."""
    found: dict[str, set[str]] = {}
    for predicate in NAMES:
        for quad in store.quads_for_pattern(None, predicate, None, ox.DefaultGraph()):
            iri, text = quad.subject.value, quad.object.value  # type: ignore[union-attr]
            if iri.startswith(BASE):
                found.setdefault(last_part(iri), set()).add(iri)
                found.setdefault(text, set()).add(iri)
    return found


def handles(store: Store, things: Iterable[str]) -> dict[str, str]:
    """Return thing → the shortest id by which :func:`find_thing` finds it and no other.

    It is the short id, or, where that means a thing of a kind that comes before, the prefixed one (``place:norge``).
    """
    ends: dict[str, set[str]] = {}
    for predicate in LABELS:
        for quad in store.quads_for_pattern(None, predicate, None, ox.DefaultGraph()):
            iri = quad.subject.value  # type: ignore[union-attr]
            if iri.startswith(BASE):
                ends.setdefault(fold(last_part(iri)), set()).add(iri)

    def clear(iri: str) -> bool:
        rank = _rank(iri, _RANKS)
        return all(_rank(other, _RANKS) > rank for other in ends.get(fold(last_part(iri)), set()) - {iri})

    return {iri: short(iri) if clear(iri) else _prefixed(iri) for iri in things}


def _prefixed(iri: str) -> str:
    space, end = iri[: -len(last_part(iri))], last_part(iri)
    return next((f"{prefix}:{end}" for prefix, known in prefixes().items() if known == space), iri)


def near(name: str, known: Iterable[str], command: str = "", otherwise: str = "") -> str:
    """Return a sentence that names the nearest known names, or the command that lists them all, or another hint."""
    import difflib

    folded: dict[str, str] = {}
    for entry in sorted(known):
        folded.setdefault(fold(entry), entry)
    close = difflib.get_close_matches(fold(name), list(folded), n=4, cutoff=0.6)
    if not close:
        close = [key for key in folded if len(fold(name)) > 2 and fold(name) in key][:4]
    if close:
        return "did you mean " + ", ".join(dict.fromkeys(folded[key] for key in close)) + "?"
    return otherwise or f"see them all with '{command}'"


def fold(text: str) -> str:
    """Return a text without case, accents' composition, spaces and marks, for comparing names."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def is_of_kind(iri: str, kind: str = "") -> bool:
    """Return whether :func:`find_thing` may mean a thing when a ``kind`` is wanted; without one, all but the codes."""
    kinds = _KINDS.get(kind, _RANKS[:-2])
    return iri.startswith(BASE) and _rank(iri, kinds) < len(kinds)


def last_part(iri: str) -> str:
    """Return what stands behind the last slash or hash of an IRI, the shortest id of a thing."""
    return re.split("[/#]", iri)[-1]


def _text(store: Store, node: ox.NamedNode, predicate: ox.NamedNode, lang: str) -> tuple[str, str] | None:
    """Return a text of a property and its language: the one asked for, else nb, else en, else any; None without one."""
    found = {
        quad.object.language or "": quad.object.value
        for quad in store.quads_for_pattern(node, predicate, None, ox.DefaultGraph())
        if isinstance(quad.object, ox.Literal)
    }
    return next(((found[tag], tag) for tag in (lang, "nb", "en", *sorted(found)) if tag in found), None)


def _by_id(store: Store, slug: str, kinds: tuple[str, ...]) -> str | None:
    """Return the thing whose IRI ends in a slug, without looking at any name: what most people type, found at once."""
    plans = store.quads_for_pattern(None, _TYPE, ox.NamedNode(PG + "ActionPlan"), ox.DefaultGraph())
    spaces = [BASE, *sorted(f"{quad.subject.value}/" for quad in plans)]  # type: ignore[union-attr]
    candidates = (f"{space}{kind}/{slug}" for kind in kinds for space in spaces)
    return next((iri for iri in candidates if slug.isascii() and _known(store, iri)), None)


def _fact(store: Store, name: str) -> str | None:
    """Return the fact that an id means (``8-imdi``, ``claim/8-status``), looking nothing up but the id itself."""
    if not re.fullmatch(r"[a-z]*[:/]?[\w.-]+", name, re.ASCII):
        return None
    plans = store.quads_for_pattern(None, _TYPE, ox.NamedNode(PG + "ActionPlan"), ox.DefaultGraph())
    path = name.replace(":", "/")
    tails = [path] if "/" in path else [f"{kind}/{path}" for kind in _FACTS]
    spaces = [BASE, *(f"{quad.subject.value}/" for quad in plans)]  # type: ignore[union-attr]
    candidates = {space + tail for space in spaces for tail in tails}
    found = sorted(iri for iri in candidates if _known(store, iri))
    if len(found) > 1:
        raise UsageError(f"{name!r} may be {len(found)} facts", mend="name one of: " + ", ".join(found))
    return found[0] if found else None


def _rank(iri: str, kinds: tuple[str, ...]) -> int:
    tail = re.sub(r"^plan/[^/]+/(?=.)", "", iri[len(BASE) :])
    return next((rank for rank, kind in enumerate(kinds) if tail.startswith(kind)), len(kinds))


def _expanded(name: str) -> str:
    prefix, colon, local = name.partition(":")
    if prefix == "pg":
        return PG + local
    space = prefixes().get(prefix) if colon and prefix not in _RANKS else None
    return space + local if space else name


def _known(store: Store, iri: str) -> bool:
    return any(True for _ in store.quads_for_pattern(ox.NamedNode(iri), None, None))
