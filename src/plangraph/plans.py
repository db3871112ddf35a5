"""The plans that a store holds, and what belongs to one of them, so that one can be shown and asked by itself."""

from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from plangraph import stores
from plangraph.errors import UsageError
from plangraph.names import chosen_plan, label, plan_iris
from plangraph.vocabulary import BASE, CODE, DCT, EVIDENCE, OA, PG, RDF_TYPE, RDFS, SKOS

if TYPE_CHECKING:
    from plangraph.stores import Store

PLANS = BASE + "plan/"
# A store that holds one plan and no more than this is read as it is; one plan has about 97,000 statements.
WHOLE = 1_000_000
_OUTSIDE = BASE + "outside/"
_SOURCE, _ABOUT = ox.NamedNode(OA + "hasSource"), ox.NamedNode(DCT + "subject")


class Plan(NamedTuple):
    """A plan of a store: its slug (the end of its IRI) and its name in both languages."""

    slug: str
    nb: str
    en: str


def plans_of(store: ox.Store) -> list[Plan]:
    """Return the plans of a store, sorted by slug; only those whose IRI is ``…/plan/SLUG`` count."""
    found = {
        quad.subject.value.removeprefix(PLANS)  # type: ignore[union-attr]
        for quad in store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), ox.NamedNode(PG + "ActionPlan"))
        if quad.subject.value.startswith(PLANS)  # type: ignore[union-attr]
    }
    slugs = sorted(slug for slug in found if slug and "/" not in slug)
    return [Plan(slug, *(label(store, PLANS + slug, lang) for lang in ("nb", "en"))) for slug in slugs]


def plan_store(store: ox.Store, slug: str) -> ox.Store:
    """Return a store in memory with what belongs to one plan, in the named graphs that it had, and their union.

    Followed are all statements of the plan and of what stands under its IRI, and whatever these lead to: things,
    actors, laws, evidence; and the statements that lead to something of the plan or are about a thing by other
    sources. What stands under another plan, and evidence from a source that is about other plans only, is left out.
    The terms and codes come along whole. A thing of which the plan says nothing is not there.

    Raises UsageError when the store holds no such plan.
    """
    return stores.union_store(_Part(store, PLANS + slug).quads())


def one_plan(store: "Store", slug: str) -> ox.Store:
    """Return what answers for one plan: the store itself when it holds no other, else :func:`plan_store` of it.

    Raises UsageError when the store holds no such plan, or is an endpoint elsewhere, of which no part can be taken.
    """
    plans = plan_iris(store)
    chosen_plan(slug, plans)
    if not isinstance(store, ox.Store):
        raise UsageError(
            "one plan of an endpoint cannot be taken by itself",
            mend="leave --plan out and name a measure as SLUG/18a, or ask a copy of the data in a folder",
        )
    return store if len(plans) == 1 else plan_store(store, slug)


def told_in(store: ox.Store, iri: str) -> list[str]:
    """Return the slugs of the plans that a thing belongs to or that say something of it, sorted."""
    if iri.startswith(PLANS):
        return [iri.removeprefix(PLANS).partition("/")[0]]
    into = store.quads_for_pattern(None, None, ox.NamedNode(iri), ox.DefaultGraph())
    subjects = (quad.subject.value for quad in into)  # type: ignore[union-attr]
    return sorted({s.removeprefix(PLANS).partition("/")[0] for s in subjects if s.startswith(PLANS)})


class _Part:
    def __init__(self, store: ox.Store, plan: str) -> None:
        self.store, self.plan = store, plan
        self.named = any(True for _ in store.named_graphs())
        self.evidence: dict[str, bool] = {}

    def quads(self) -> list[ox.Quad]:
        waiting = [self.plan, *self._terms()]
        if not any(True for _ in self.store.quads_for_pattern(ox.NamedNode(self.plan), None, None)):
            raise UsageError(f"there is no plan {self.plan.removeprefix(PLANS)!r} in the store", mend="begin at /")
        seen = set(waiting)
        found: dict[ox.Quad, None] = {}
        while waiting:
            node = waiting.pop()
            for quad in self.store.quads_for_pattern(ox.NamedNode(node), None, None):
                target = quad.object.value if isinstance(quad.object, ox.NamedNode) else ""
                if not self._foreign(target):
                    # A store that plangraph writes holds each statement twice: in a named graph and in the union.
                    if not self.named or not isinstance(quad.graph_name, ox.DefaultGraph):
                        found[quad] = None
                    for end in filter(None, (quad.predicate.value, target)):
                        if end not in seen:
                            seen.add(end)
                            waiting.append(end)
            for source in self._sources(node):
                if source not in seen and not self._foreign(source):
                    seen.add(source)
                    waiting.append(source)
        return list(found)

    def _terms(self) -> list[str]:
        defined = [(RDFS + "isDefinedBy", (PG,)), (SKOS + "inScheme", (CODE,))]
        return [
            subject
            for predicate, spaces in defined
            for quad in self.store.quads_for_pattern(None, ox.NamedNode(predicate), None, *self._terms_graph())
            if (subject := quad.subject.value).startswith(spaces)  # type: ignore[union-attr]
        ]

    def _terms_graph(self) -> list[ox.NamedNode]:
        name = stores.graph_name("vocabulary")
        return [name] if self.store.contains_named_graph(name) else []

    def _sources(self, node: str) -> list[str]:
        """Return what leads to a node: all for what is the plan's own, else what other sources say of it."""
        term = ox.NamedNode(node)
        if self._own(node) or node.startswith(EVIDENCE):
            into = self.store.quads_for_pattern(None, None, term, ox.DefaultGraph())
            return [quad.subject.value for quad in into if isinstance(quad.subject, ox.NamedNode)]
        if not node.startswith(BASE) or node.startswith((CODE, PG)):
            return []
        into = self.store.quads_for_pattern(None, None, term, ox.DefaultGraph())
        subjects = [quad.subject.value for quad in into]  # type: ignore[union-attr]
        return [subject for subject in subjects if self._own(subject) or subject.startswith(_OUTSIDE)]

    def _own(self, iri: str) -> bool:
        return iri == self.plan or iri.startswith(self.plan + "/")

    def _foreign(self, iri: str) -> bool:
        if iri.startswith(PLANS):
            return not self._own(iri)
        if not iri.startswith(EVIDENCE):
            return False
        text = iri.rpartition("/")[0]
        if text not in self.evidence:
            self.evidence[text] = self._of_other_plans(iri)
        return self.evidence[text]

    def _of_other_plans(self, evidence: str) -> bool:
        sources = [quad.object for quad in self.store.quads_for_pattern(ox.NamedNode(evidence), _SOURCE, None)]
        plans = {
            quad.object.value  # type: ignore[union-attr]
            for source in sources
            if isinstance(source, ox.NamedNode)
            for quad in self.store.quads_for_pattern(source, _ABOUT, None)
        }
        return bool(plans) and self.plan not in plans
