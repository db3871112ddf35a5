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
_PLANS = BASE + "plan/"
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


def called(iri: str) -> str:
    """Return a short id that is of one thing where there are several plans: ``SLUG/18a`` for what is a plan's own."""
    match = re.fullmatch(f"{_PLANS}([^/]+)/(?:measure/)?(.+)", iri)
    return f"{match[1]}/{match[2]}" if match else short(iri)


def owners(store: Store, name: str) -> list[str]:
    """Return the slugs of the plans of whose own things a name may mean one, sorted; none for what all plans share."""
    found = []
    for plan in plan_iris(store):
        try:
            iri = find_thing(store, name, plan=last_part(plan))
        except UsageError:
            continue
        found += [last_part(plan)] if iri.startswith(f"{plan}/") else []
    return found


def plans_having(store: Store, facts: Iterable[str]) -> list[str]:
    """Return the slugs of the plans that have most of some facts, by their ids without a kind (``8-imdi``), sorted."""
    plans = plan_iris(store)
    named = set(filter(None, facts))
    counts = {
        last_part(plan): sum(
            any(_known(store, f"{plan}/{kind}/{name}") for kind in ("participation", "claim"))
            for name in named
            if re.fullmatch(r"[\w.-]+", name, re.ASCII)
        )
        for plan in plans
    }
    most = max(counts.values(), default=0)
    return [slug for slug, count in counts.items() if most and count == most]


def plan_iris(store: Store) -> list[str]:
    """Return the IRIs of the plans of a store, sorted."""
    found = store.quads_for_pattern(None, _TYPE, ox.NamedNode(PG + "ActionPlan"), ox.DefaultGraph())
    return sorted({quad.subject.value for quad in found})  # type: ignore[union-attr]


def find_thing(store: Store, name: str, kind: str = "", plan: str = "") -> str:
    """Return the IRI of the thing that a person means.

    ``name`` is an IRI, a short id (``imdi``, ``18a``), an id with its kind (``actor:ung-no``, ``thing:ung-no``,
    ``dct:title``), the id of a fact (``8-imdi``, ``participation/8-imdi``) or any of the thing's names; case, spaces,
    marks and a "tiltak" or "measure" before a number make no difference. ``kind`` says what is wanted (``measure``,
    ``actor``, ``law`` …); without it a name that several things share means the measure, else the actor, else the
    thing, and so on. Where several plans have a measure 1, ``SLUG/1`` names one, as ``SLUG/area/1`` does an area; or
    ``plan``, a slug, says of which plan the thing is, when it is a plan's own.

    Raises UsageError, with near names, when nothing fits or there is no such plan, or with the ids of all when several
    of one kind do, be it in several plans.
    """
    check_store(store)
    if not isinstance(name, str) or not name.strip():
        raise UsageError(f"{name!r} names no thing", mend="give an IRI, a short id as imdi or 18a, or a name, as text")
    if name.startswith(("http://", "https://")) or (name := _expanded(name)).startswith("http"):
        if _known(store, name):
            return name
        raise NotFoundError(f"the graph knows nothing about {name}", mend="check the IRI")
    told, plans = name, plan_iris(store)
    spaces = every = [BASE, *(f"{iri}/" for iri in plans)]
    if plan:
        spaces = [BASE, f"{chosen_plan(plan, plans)}/"]
    if "/" in name:
        name, spaces = _within(name, spaces)
    sort, colon, rest = name.partition(":")
    kinds = (sort,) if colon and sort in _RANKS else _KINDS.get(kind, _RANKS)
    wanted = fold(rest if colon and sort in _RANKS else name)
    if re.search(r"\d", wanted):
        wanted = re.sub("^(tiltak|measure)", "", wanted)
    if found := _by_id(store, wanted, kinds, spaces):
        return _only(found, told, "things")
    if not kind and (found := _facts(store, name, spaces)):
        return _only(found, told, "facts")
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
    found = _held(ids.get(wanted, ()), spaces, every) or _held(names.get(wanted, ()), spaces, every)
    if not found:
        raise NotFoundError(
            f"there is no {kind or 'thing'} called {told!r}" + (f" in the plan {plan}" if plan else ""),
            mend=near(
                name,
                spelt,
                otherwise="see what there is with 'plangraph show --list'",
            ),
        )
    best = min(_rank(iri, kinds) for iri in found)
    return _only([iri for iri in found if _rank(iri, kinds) == best], told, "things")


def chosen_plan(slug: str, plans: Iterable[str]) -> str:
    """Return the one of some plans, by their IRIs, that a slug names. Raises UsageError when none is called so."""
    known = {last_part(iri): iri for iri in plans}
    if slug not in known:
        mend = f"choose of: {', '.join(sorted(known))}" if known else "leave --plan out: the graph holds no plan"
        raise UsageError(f"there is no plan {slug!r} in the graph", mend=mend)
    return known[slug]


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

    It is the short id; where that means a thing of a kind that comes before, the prefixed one (``place:norge``); where
    another plan has a thing of the same id, the one with the plan before it (``SLUG/18a``).
    """
    ends: dict[str, set[str]] = {}
    for predicate in LABELS:
        for quad in store.quads_for_pattern(None, predicate, None, ox.DefaultGraph()):
            iri = quad.subject.value  # type: ignore[union-attr]
            if iri.startswith(BASE):
                ends.setdefault(fold(last_part(iri)), set()).add(iri)

    def handle(iri: str) -> str:
        rank = _rank(iri, _RANKS)
        others = {other: _rank(other, _RANKS) for other in ends.get(fold(last_part(iri)), set()) - {iri}}
        if all(other > rank for other in others.values()):
            return short(iri)
        same = [other for other in others if others[other] == rank and other.startswith(_PLANS)]
        return called(iri) if same and iri.startswith(_PLANS) else _prefixed(iri)

    return {iri: handle(iri) for iri in things}


def ids_in(store: Store, things: Iterable[str]) -> dict[str, str]:
    """Return thing → the last part of its IRI, with its plan before it where another plan has a thing of the same id.

    It is found at once, where the kind of the things is known: :func:`handles` tells things of all kinds apart.
    """
    plans = plan_iris(store)
    found = {}
    for iri in things:
        own = next((plan for plan in plans if iri.startswith(f"{plan}/")), None)
        others = (other + iri.removeprefix(own) for other in plans if other != own) if own else ()
        found[iri] = called(iri) if any(_known(store, other) for other in others) else last_part(iri)
    return found


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


def _by_id(store: Store, slug: str, kinds: tuple[str, ...], spaces: list[str]) -> list[str]:
    """Return what has an IRI that ends in a slug, without looking at any name: what most people type, found at once.

    It is of the first of the kinds that has one: the thing that all plans share, else those of the plans.
    """
    for kind in kinds if slug.isascii() else ():
        found = []
        for space in spaces:
            if _known(store, iri := f"{space}{kind}/{slug}"):
                if space == BASE:
                    return [iri]
                found.append(iri)
        if found:
            return found
    return []


def _facts(store: Store, name: str, spaces: list[str]) -> list[str]:
    """Return the facts that an id means (``8-imdi``, ``claim/8-status``), looking nothing up but the id itself."""
    if not re.fullmatch(r"[a-z]*[:/]?[\w.-]+", name, re.ASCII):
        return []
    path = name.replace(":", "/")
    tails = [path] if "/" in path else [f"{kind}/{path}" for kind in _FACTS]
    return [iri for iri in dict.fromkeys(space + tail for space in spaces for tail in tails) if _known(store, iri)]


def _only(found: Iterable[str], name: str, what: str) -> str:
    meant = sorted(found)
    if len(meant) > 1:
        # What is of one plan, or of none, needs no plan before it.
        several = len({iri.removeprefix(_PLANS).partition("/")[0] for iri in meant if iri.startswith(_PLANS)}) > 1
        one_of = ", ".join(map(called if several else short, meant))
        raise UsageError(f"{name!r} may be {len(meant)} {what}", mend=f"name one of: {one_of}")
    return meant[0]


def _within(name: str, spaces: list[str]) -> tuple[str, list[str]]:
    """Return a name without the plan that it begins with, and where to look: ``SLUG/area/1`` is an area of it."""
    for space in spaces[1:]:
        start = space[len(_PLANS) :]
        rest = name.removeprefix("plan/")
        if rest.startswith(start) and rest != start:
            rest = rest.removeprefix(start)
            return rest.replace("/", ":", 1) if rest.partition("/")[0] in _RANKS else rest, [space]
    return name, spaces


def _held(found: Iterable[str], spaces: list[str], every: list[str]) -> list[str]:
    """Return the things that stand in the spaces in which to look, of every one that there is."""
    if BASE not in spaces:
        return [iri for iri in found if iri.startswith(tuple(spaces))]
    others = tuple(space for space in every if space not in spaces)
    return [iri for iri in found if not iri.startswith(others)]


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
