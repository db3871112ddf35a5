"""Networks of the plan, one definition of a tie at a time.

A layer is built from two query files (``queries/networks/<layer>-links.rq`` and ``-nodes.rq``) and stated options.
What a tie means is the summary of the first file; the options are kept with the network, so that no number goes
without them. Layers are never merged.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from plangraph import __version__, output
from plangraph.analysis.projection import WEIGHTS
from plangraph.errors import UsageError, check_language
from plangraph.loading import read_text
from plangraph.names import near, short
from plangraph.network_texts import say, texts
from plangraph.paths import Tree, find_tree
from plangraph.queries import Query, ask
from plangraph.vocabulary import STAGES as STAGES

if TYPE_CHECKING:
    from plangraph.stores import Store

JOINT = ("co-participation", "co-involvement", "co-mention")
LAYERS = ("responsibility", "affiliation", "collaboration", *JOINT, "hierarchy")
# Mentions are made by reading and hierarchy is a state: neither has a stage or a role.
STAGELESS = ("co-mention", "hierarchy")
CHOICES = {
    "unit": ("entry", "number"),
    "level": ("body", "ministry", "sector"),
    "groups": ("out", "in"),
    "isolates": ("in", "out"),
    "weight": WEIGHTS,
}
ABBREVIATION = 10
Row = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """The choices that decide what a network says. Each has a default, and all are stored with the network.

    - ``unit``: ``entry``, a measure with a status of its own, or ``number``, a lettered part counted as its number;
    - ``stages``: which of planned, announced and reported count; a tie between two participations needs both;
    - ``roles``: role codes, or ``active`` (those that do something in the work, as the codes say), or ``all``. The
      default is ``active``, and ``all`` in the collaboration layer, where the text itself states the tie;
    - ``areas``: numbers of focus areas; none means all;
    - ``level``: actors as they are (``body``), lifted to the ``ministry`` above them where there is one, or ``sector``;
    - ``groups``: whether groups and generic classes of actors (county governors, schools) count;
    - ``isolates``: whether actors without a tie stay in;
    - ``weight``: ``newman``, ``count`` or ``jaccard`` (see :mod:`plangraph.analysis.projection`), for the layers that
      are projections; the other layers count the units in which a tie is stated;
    - ``evidence``: the least number of spans of the report behind a tie.
    """

    unit: str = "entry"
    stages: tuple[str, ...] = ("reported",)
    roles: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    level: str = "body"
    groups: str = "out"
    isolates: str = "in"
    weight: str = "newman"
    evidence: int = 1

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            _one_of(name, getattr(self, name), allowed)
        for name in ("stages", "roles", "areas"):
            value = getattr(self, name)
            object.__setattr__(self, name, _several(name, value))
        if not self.stages:
            raise UsageError("no stage is chosen", mend=f"choose of: {', '.join(STAGES)}")
        for stage in self.stages:
            _one_of("stages", stage, STAGES)
        if not isinstance(self.evidence, int) or isinstance(self.evidence, bool) or self.evidence < 1:
            raise UsageError(f"evidence must be a whole number from 1, not {self.evidence!r}", mend="leave it at 1")

    def of(self, layer: str) -> "Options":
        """Return the options as they hold for a layer: roles by default, and the weight where there is a choice."""
        roles = self.roles or (("all",) if layer == "collaboration" else ("active",))
        return replace(self, roles=roles, weight=self.weight if layer in JOINT else "count")

    def described(self, layer: str = "") -> dict[str, str | int]:
        """Return option → value as plain text and numbers, for attributes and captions.

        With a layer that knows no stages and roles, those are "not applicable".
        """
        found = {
            name: (" ".join(value) or "all") if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }
        return found | dict.fromkeys(("stages", "roles"), "not applicable") if layer in STAGELESS else found


class EmptyLayer(UsageError):  # noqa: N818
    """A layer without a tie: of these data, or under these options."""


def _one_of(name: str, value: Any, allowed: Iterable[str]) -> None:
    allowed = tuple(allowed)
    if value not in allowed:
        raise UsageError(f"{name} cannot be {value!r}", mend=f"choose of: {', '.join(allowed)}")


def _several(name: str, value: Any) -> tuple[str, ...]:
    """Return one text or number, or several, as a tuple of texts, each once; those of a set sorted."""
    several = [value] if isinstance(value, (str, int)) else value
    known = isinstance(several, (list, tuple, set, frozenset)) and all(
        isinstance(one, (str, int)) and not isinstance(one, bool) for one in several
    )
    if not known:
        raise UsageError(
            f"{name} must be a text or a whole number, or a list of them, not {value!r}",
            mend=f"leave {name} out, or give a list as in {name}=['1', '2']",
        )
    ordered = list(map(str, several))
    return tuple(dict.fromkeys(sorted(ordered) if isinstance(several, (set, frozenset)) else ordered))


@dataclass(frozen=True)
class Facts:
    """What the queries of one layer found: rows of links and nodes, actors and measures by IRI, and the definition."""

    layer: str
    definition: Mapping[str, str]
    links: list[Row] = field(repr=False)
    nodes: list[Row] = field(repr=False)
    actors: dict[str, Row] = field(repr=False)
    measures: dict[str, Row] = field(repr=False)
    plans: tuple[str, ...] = ()


@dataclass(frozen=True)
class Joint:
    """One actor's part in one event, in the unit chosen, with the participations and evidence behind it."""

    actor: str
    event: str
    measure: str
    participations: frozenset[str] = frozenset()
    evidence: frozenset[str] = frozenset()


def build_network(
    layer: str,
    data: Path | str | None = None,
    /,
    store: "Store | None" = None,
    plan: str | None = None,
    lang: str = "en",
    **options: Any,
) -> nx.Graph:
    """Return a layer as a network: nodes and ties are IRIs with typed attributes, the options are in ``.graph``.

    ``options`` are the fields of :class:`Options`. ``store`` is asked instead of the built graph of ``data`` when it is
    given. ``plan`` is the slug of the plan to take where there are several; without it all are taken, and their slugs
    stand in ``.graph["plan"]``. Responsibility and hierarchy are ``DiGraph``, affiliation is a two-mode ``Graph``
    (``bipartite`` 0 for actors, 1 for measures), the others are one-mode ``Graph`` with one tie per pair. A tie carries
    ``weight``, the ``measures`` it rests on, and ``participations`` and ``evidence`` as tuples of IRIs. A node
    carries its names, ``nb`` and ``en``, and as ``label`` the one in ``lang``.

    Raises UsageError on an unknown layer, plan, language or option, on a graph without the terms of the model, and on
    a layer that is empty under the options.
    """
    check_language(lang)
    return network_of(read_facts(layer, data, store, plan), make_options(**options), lang)


def make_options(**given: Any) -> Options:
    """Return Options; raises UsageError, with near names, on an unknown one."""
    known = [f.name for f in fields(Options)]
    for name in given:
        if name not in known:
            raise UsageError(f"there is no option {name!r}", mend=near(name, known, "plangraph network --help"))
    return Options(**given)


def read_facts(
    layer: str, data: Path | str | None = None, store: "Store | None" = None, plan: str | None = None
) -> Facts:
    """Ask the store for all that a layer needs under any options, so that options can be compared quickly.

    ``plan``, a slug, leaves out what is told under the measures of other plans. The hierarchy of bodies is told under
    no measure, so it belongs to no plan.

    Raises UsageError on an unknown layer or plan, on a plan of the hierarchy, on a graph without measures, and, as
    EmptyLayer, without participations.
    """
    if layer not in LAYERS:
        raise UsageError(f"there is no layer {layer!r}", mend=f"choose of: {', '.join(LAYERS)}")
    tree = find_tree(data)
    if store is None:
        from plangraph.building import query_store

        store = query_store(data)
    links = _query(tree, f"{layer}-links")
    measures = measures_of(store, data)
    facts = Facts(
        layer=layer,
        definition={lang: links.summary(lang) for lang in ("en", "nb")},
        links=_sorted(ask(links, store).rows),
        nodes=_rows(tree, f"{layer}-nodes", store),
        actors=_actors(_rows(tree, "actors", store)),
        measures={row["measure"]: row for row in measures},
        plans=plans_in(measures) if layer != "hierarchy" else (),
    )
    if plan is not None:
        facts = of_plan(facts, plan)
    if not facts.nodes and layer != "hierarchy":
        what = "mentions of actors" if layer == "co-mention" else "participations"
        raise EmptyLayer(
            f"the plan has no {what}, so the layer {layer} is empty",
            mend="add them to the data (see docs/codebook.md), then build again",
        )
    return facts


def of_plan(facts: Facts, plan: str) -> Facts:
    """Return the facts told under the measures of one plan, a slug. Raises UsageError as :func:`read_facts` does."""
    _one_plan(facts, plan)
    measures = {
        iri: {**row, "id": str(row["id"]).removeprefix(f"{plan}/")}
        for iri, row in facts.measures.items()
        if plan_of(row) == plan
    }
    links, nodes = ([row for row in rows if row["measure"] in measures] for rows in (facts.links, facts.nodes))
    return replace(facts, links=links, nodes=nodes, measures=measures, plans=(plan,))


def measures_of(store: "Store", data: Path | str | None = None, plan: str | None = None) -> list[Row]:
    """Return the measures of all plans, or of one (a slug), a row each; of several plans they are called PLAN/NUMBER.

    Raises UsageError on a graph without measures.
    """
    rows = _rows(find_tree(data), "measures", store)
    if not rows:
        raise UsageError(
            "the graph has no measures (pg:Measure), so there is no plan to make a network of",
            mend="give the graph of a plan: its folder with --data DIR, or a built graph with --store",
        )
    if plan is not None:
        return [row for row in rows if plan_of(row) == plan]
    if len(plans_in(rows)) > 1:
        # Every plan has a measure 1.
        return [{**row, "id": f"{plan_of(row)}/{row['id']}"} for row in rows]
    return rows


def plans_in(measures: Iterable[Row]) -> tuple[str, ...]:
    """Return the slugs of the plans that measures are in, sorted."""
    return tuple(sorted({slug for row in measures if (slug := plan_of(row))}))


def plan_of(measure: Row) -> str:
    """Return the slug of the plan that a measure is in; empty where the graph does not say."""
    return str(measure.get("plan") or "").rpartition("/")[2]


def _one_plan(facts: Facts, plan: str) -> None:
    if facts.layer == "hierarchy":
        raise UsageError("the layer hierarchy belongs to no plan", mend="leave --plan out")
    if plan not in facts.plans:
        known = ", ".join(facts.plans)
        raise UsageError(
            f"there is no plan {plan!r} with measures in the graph",
            mend=f"choose of: {known}" if known else "leave --plan out: no measure says which plan it is in",
        )


def network_of(facts: Facts, options: Options | None = None, lang: str = "en") -> nx.Graph:
    """Return the network of a layer's facts under the options, its nodes labelled in a language.

    Raises EmptyLayer when no tie is left.
    """
    options = (options or Options()).of(facts.layer)
    check_names(facts, options)
    make: Mapping[str, Callable[[Facts, Options], nx.Graph]] = {
        "responsibility": _responsibility,
        "affiliation": _affiliation,
        "collaboration": _collaboration,
        "hierarchy": _hierarchy,
    }
    network = make.get(facts.layer, _joint)(facts, options)
    if options.isolates == "out":
        network.remove_nodes_from(list(nx.isolates(network)))
    if not network.number_of_edges():
        nodes = output.count(network.number_of_nodes(), "node")
        raise EmptyLayer(
            f"the layer {facts.layer} has {nodes} and no tie under {_written(facts.layer, options)}",
            mend="widen the options, for example with more stages, all roles or groups in",
        )
    _describe(network, facts, options, lang)
    return network


def check_names(facts: Facts, options: Options) -> None:
    """Raise UsageError when an area or a role of the options is none of the plan's."""
    areas = {str(row["areaId"]) for row in facts.measures.values() if row["areaId"]}
    roles = {short(row["role"]) for row in (*facts.links, *facts.nodes) if row.get("role")} | {"active", "all"}
    for name, given, known in (("area", options.areas, areas), ("role", options.roles, roles)):
        for value in given:
            if value not in known and (name == "area" or len(roles) > 2):
                raise UsageError(
                    f"there is no {name} {value!r} in this layer", mend=f"choose of: {', '.join(sorted(known))}"
                )


def joint_events(facts: Facts, options: Options) -> list[Joint]:
    """Return who takes part in which event, under the options: the two-mode table behind affiliation and projections.

    Each pair of actor and event comes once, with all that supports it. Rows told under a number's own heading have no
    entry and are left out when the unit is ``entry``: :func:`left_out` counts them.
    """
    if facts.layer not in (*JOINT, "affiliation"):
        raise UsageError(
            f"the layer {facts.layer} has no two-mode table", mend=f"choose of: affiliation, {', '.join(JOINT)}"
        )
    options = options.of(facts.layer)
    by_pair: dict[tuple[str, str, str], tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for row in facts.links:
        actor, unit = _actor(facts, row["actor"], options), _unit(facts, row["measure"], options)
        if actor is None or unit is None or not _chosen(row, options):
            continue
        event = unit if row["event"] in facts.measures else row["event"]
        participations, evidence = by_pair[actor, event, unit]
        participations |= {row["participation"]} if row.get("participation") else set()
        evidence |= {row["evidence"]} if row.get("evidence") else set()
    return [
        Joint(actor, event, unit, frozenset(participations), frozenset(evidence))
        for (actor, event, unit), (participations, evidence) in sorted(by_pair.items())
    ]


def pairs_of(facts: Facts, options: Options) -> list[tuple[str, tuple[str, str]]]:
    """Return the two-mode table as pairs (actor, event); an event is a context within a unit."""
    return [(joint.actor, (joint.event, joint.measure)) for joint in joint_events(facts, options)]


def left_out(facts: Facts, options: Options) -> int:
    """Return how many participations or mentions the options' unit leaves out: those told under no entry."""
    options = options.of(facts.layer)
    return len(
        {
            (row["actor"], row.get("participation") or row["measure"])
            for row in facts.links
            if row.get("measure") and _unit(facts, row["measure"], replace(options, areas=())) is None
        }
    )


def several(facts: Facts, lang: str = "en") -> str:
    """Return the sentence that says that a layer takes several plans together."""
    return say(lang, "words", "several", n=len(facts.plans), plans=", ".join(facts.plans))


def stated_weights(facts: Facts) -> tuple[str, ...]:
    """Return the weights that make sense for a layer."""
    return WEIGHTS if facts.layer in JOINT else ("count",)


def _joint(facts: Facts, options: Options) -> nx.Graph:
    joints = joint_events(facts, options)
    members: dict[tuple[str, str], list[Joint]] = defaultdict(list)
    degrees = Counter(joint.actor for joint in joints)
    for joint in joints:
        members[joint.event, joint.measure].append(joint)
    shared: dict[tuple[str, str], list[tuple[Joint, Joint]]] = defaultdict(list)
    for event in sorted(members):
        for first, second in combinations(members[event], 2):
            shared[first.actor, second.actor].append((first, second))
    network = nx.Graph()
    network.add_nodes_from(sorted(degrees))
    for (u, v), meetings in sorted(shared.items()):
        both = [joint for meeting in meetings for joint in meeting]
        count = len(meetings)
        weights = {
            "count": count,
            "newman": sum(1 / (len(members[first.event, first.measure]) - 1) for first, _ in meetings),
            "jaccard": count / (degrees[u] + degrees[v] - count),
        }
        _tie(
            network,
            (u, v),
            options,
            weight=weights[options.weight],
            measures={first.measure for first, _ in meetings},
            participations={p for joint in both for p in joint.participations},
            evidence={e for joint in both for e in joint.evidence},
            **weights,
        )
    return network


def _affiliation(facts: Facts, options: Options) -> nx.Graph:
    network = nx.Graph()
    joints = joint_events(facts, options)
    network.add_nodes_from(sorted({joint.actor for joint in joints}), bipartite=0)
    network.add_nodes_from(sorted(_units(facts, options)), bipartite=1)
    for joint in joints:
        _tie(
            network,
            (joint.actor, joint.measure),
            options,
            weight=1,
            measures={joint.measure},
            participations=joint.participations,
            evidence=joint.evidence,
        )
    return network


def _collaboration(facts: Facts, options: Options) -> nx.Graph:
    network = nx.Graph()
    network.add_nodes_from(_universe(facts, options))
    stated: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in facts.links:
        ends = {_actor(facts, row["actor"], options), _actor(facts, row["other"], options)}
        other = {"role": row["otherRole"], "active": row["otherActive"], "stage": row["otherStage"]}
        if None in ends or len(ends) < 2 or not (_chosen(row, options) and _chosen(other, options)):
            continue
        if _unit(facts, row["measure"], options):
            first, second = sorted(end for end in ends if end)
            stated[first, second].append(row)
    for pair, rows in sorted(stated.items()):
        units = {unit for row in rows if (unit := _unit(facts, row["measure"], options))}
        _tie(
            network,
            pair,
            options,
            weight=len(units),
            measures=units,
            participations={row[end] for row in rows for end in ("participation", "otherParticipation")},
            evidence={row["evidence"] for row in rows},
            basis=" ".join(sorted({word for row in rows for word in row["basis"].split()})),
        )
    return network


def _responsibility(facts: Facts, options: Options) -> nx.DiGraph:
    network = nx.DiGraph()
    arcs: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in facts.links:
        actor, unit = _actor(facts, row["actor"], options), _unit(facts, row["measure"], options)
        answers = row["kind"] == "answers for"
        if actor and unit and (_stage(row, options) if answers else _chosen(row, options)):
            arcs[(actor, unit, row["kind"]) if answers else (unit, actor, row["kind"])].append(row)
    for (source, target, kind), rows in sorted(arcs.items()):
        unit = target if kind == "answers for" else source
        _tie(
            network,
            (source, target),
            options,
            weight=1,
            measures={unit},
            participations={row["participation"] for row in rows},
            evidence={row["evidence"] for row in rows},
            kind=kind,
        )
    return network


def _hierarchy(facts: Facts, options: Options) -> nx.DiGraph:
    network = nx.DiGraph()
    network.add_nodes_from(sorted({a for row in facts.nodes if (a := _actor(facts, row["actor"], options))}))
    arcs: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in facts.links:
        below, above = _actor(facts, row["actor"], options), _actor(facts, row["other"], options)
        if below and above and below != above:
            arcs[below, above].append(row)
    for arc, rows in sorted(arcs.items()):
        claims = {row["claim"] for row in rows if row["claim"]}
        _tie(
            network,
            arc,
            replace(options, evidence=1),
            weight=1,
            measures=set(),
            participations=claims,
            evidence={row["evidence"] for row in rows if row["evidence"]},
            basis="stated" if claims else "outside",
        )
    return network


def _tie(
    network: nx.Graph,
    ends: tuple[str, str],
    options: Options,
    *,
    weight: float,
    measures: Iterable[str],
    participations: Iterable[str],
    evidence: Iterable[str],
    **more: Any,
) -> None:
    spans = tuple(sorted(evidence))
    if options.evidence > 1 and len(spans) < options.evidence:
        return
    network.add_edge(
        *ends,
        weight=weight,
        measures=tuple(sorted(measures)),
        participations=tuple(sorted(participations)),
        evidence=spans,
        **more,
    )


def _universe(facts: Facts, options: Options) -> list[str]:
    return sorted(
        {
            actor
            for row in facts.nodes
            if (actor := _actor(facts, row["actor"], options))
            and _chosen(row, options)
            and _unit(facts, row["measure"], options)
        }
    )


def _units(facts: Facts, options: Options) -> set[str]:
    return {unit for measure in facts.measures if (unit := _unit(facts, measure, options))}


def _unit(facts: Facts, measure: str, options: Options) -> str | None:
    row = facts.measures.get(measure)
    if row is None or (options.areas and str(row["areaId"]) not in options.areas):
        return None
    if options.unit == "number":
        return str(row["number"])
    return measure if row["entry"] else None


def _actor(facts: Facts, actor: str, options: Options) -> str | None:
    row = facts.actors.get(actor)
    if row is None or (row["group"] and options.groups == "out"):
        return None
    if options.level == "ministry":
        return str(row["ministry"] or actor)
    return f"sector:{row['sector'] or 'none'}" if options.level == "sector" else actor


def _chosen(row: Row, options: Options) -> bool:
    if not _stage(row, options):
        return False
    if row.get("role") is None or "all" in options.roles:
        return True
    return short(row["role"]) in options.roles or ("active" in options.roles and bool(row["active"]))


def _stage(row: Row, options: Options) -> bool:
    # Mentions are made by reading and have no stage.
    return row.get("stage") is None or short(row["stage"]) in options.stages


def _actors(rows: list[Row]) -> dict[str, Row]:
    """Describe each actor once: its abbreviation, the ministry above it, and, for a unit, the sector of its body."""
    actors: dict[str, Row] = {}
    parents: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        described = actors.setdefault(
            row["actor"], {**row, "kind": short(row["class"]).removeprefix("pg:"), "brief": None}
        )
        if row["parent"]:
            parents[row["actor"]].append(row["parent"])
        if row["other"] and len(row["other"]) <= ABBREVIATION:
            described["brief"] = min(
                described["brief"] or row["other"], row["other"], key=lambda name: (len(name), name)
            )

    def upwards(actor: str) -> Iterable[str]:
        seen, todo = {actor}, [actor]
        while todo:
            for above in sorted(parents[todo.pop(0)]):
                if above not in seen:
                    seen.add(above)
                    todo.append(above)
                    yield above

    for actor, row in actors.items():
        chain = [actor, *upwards(actor)]
        known = [actors[a] for a in chain if a in actors]
        row["ministry"] = next((a["actor"] for a in known if a["kind"] == "Ministry"), None)
        row["sector"] = next((a["sector"] for a in known if a["sector"]), None)
    return actors


def _describe(network: nx.Graph, facts: Facts, options: Options, lang: str) -> None:
    for node, attributes in network.nodes(data=True):
        attributes |= describe_node(facts, node)
        if "bipartite" in attributes:
            attributes["type"] = attributes["bipartite"] == 1
        attributes["label"] = attributes[lang]
    network.graph |= {
        "layer": facts.layer,
        "definition": facts.definition["en"],
        "plan": " ".join(facts.plans),
        "directed": network.is_directed(),
        **options.described(facts.layer),
        "units": len(_units(facts, options)),
        "left_out": left_out(facts, options),
        "plangraph": __version__,
    }


def describe_node(facts: Facts, node: str) -> dict[str, str]:
    """Return the names and the groups of a node, all of them text; an empty text where nothing is known."""
    if node in facts.measures:
        row = facts.measures[node]
        return {
            "slug": str(row["id"]),
            "nb": str(row["nb"] or row["id"]),
            "en": str(row["en"] or row["nb"] or row["id"]),
            "brief": str(row["id"]),
            "kind": "Measure",
            "sector": "",
            "ministry": "",
            "area": str(row["areaId"] or ""),
        }
    if node.startswith("sector:"):
        name = node.removeprefix("sector:")
        return {
            "slug": name,
            "nb": texts("nb")["sectors"][name],
            "en": texts("en")["sectors"][name],
            "brief": "",
            "kind": "Sector",
            "sector": name,
            "ministry": "",
            "area": "",
        }
    row = facts.actors[node]
    return {
        "slug": short(node),
        "nb": str(row["nb"] or short(node)),
        "en": str(row["en"] or row["nb"] or short(node)),
        "brief": row["brief"] or "",
        "kind": row["kind"],
        "sector": row["sector"] or "",
        "ministry": short(row["ministry"]) if row["ministry"] else "",
        "area": "",
    }


def _written(layer: str, options: Options) -> str:
    """Return the options that are not left at their defaults, as the end of a sentence."""
    usual = Options().of(layer).described(layer)
    chosen = [f"{name}: {value}" for name, value in options.described(layer).items() if value != usual[name]]
    return f"these options ({', '.join(chosen)})" if chosen else "the default options"


def _query(tree: Tree, name: str) -> Query:
    path = tree.queries_for("networks") / f"{name}.rq"
    if not path.is_file():
        raise UsageError(f"the query {path} is missing", mend="restore the folder queries/networks")
    return Query(name, read_text(path), path)


def _rows(tree: Tree, name: str, store: "Store") -> list[Row]:
    return _sorted(ask(_query(tree, name), store).rows)


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: tuple(str(value) for value in row.values()))
