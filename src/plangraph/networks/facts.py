"""What the queries of a layer find: links, nodes, actors and measures, of all plans or of one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plangraph.errors import UsageError
from plangraph.loading import read_text
from plangraph.names import short
from plangraph.networks.choices import LAYERS
from plangraph.networks.texts import say
from plangraph.paths import Tree, find_tree
from plangraph.queries import Query, ask

if TYPE_CHECKING:
    from plangraph.stores import Store

ABBREVIATION = 10
Row = dict[str, Any]


class EmptyLayer(UsageError):  # noqa: N818
    """A layer without a tie: of these data, or under these options."""


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

    @cached_property
    def ids(self) -> dict[str, str]:
        """What reports and files call each actor and measure: its short id; the whole IRI where two would share one."""
        return unique(
            {actor: short(actor) for actor in self.actors} | {iri: str(row["id"]) for iri, row in self.measures.items()}
        )


def read_facts(
    layer: str, data: Path | str | None = None, store: "Store | None" = None, plan: str | None = None
) -> Facts:
    """Ask the store for all that a layer needs under any options, so that options can be compared quickly.

    ``plan``, a slug, leaves out what is told under the measures of other plans. The hierarchy of bodies is told under
    no measure, so it belongs to no plan.

    Raises UsageError on an unknown layer or plan, on a plan of the hierarchy, on a graph without measures, and, as
    EmptyLayer, without participations, and on an edited query of nodes that selects no actor.
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
    if facts.nodes and "actor" not in facts.nodes[0]:
        raise UsageError(
            f"the query {layer}-nodes finds no ?actor", mend="let it select ?actor: its rows are the nodes"
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
    links, nodes = (
        [row for row in rows if "measure" not in row or row["measure"] in measures]
        for rows in (facts.links, facts.nodes)
    )
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


def read_plans(data: Path | str | None, store: "Store") -> list[Row]:
    """Return what the plans of a store are called and when its data were last changed: the rows of the query ``plans``.

    There are none where the graph names no plan, or where a folder of queries of one's own lacks that query.
    """
    tree = find_tree(data)
    return _rows(tree, "plans", store) if (tree.queries_for("networks") / "plans.rq").is_file() else []


def plans_in(measures: Iterable[Row]) -> tuple[str, ...]:
    """Return the slugs of the plans that measures are in, sorted."""
    return tuple(sorted({slug for row in measures if (slug := plan_of(row))}))


def plan_of(measure: Row) -> str:
    """Return the slug of the plan that a measure is in; empty where the graph does not say."""
    return str(measure.get("plan") or "").rpartition("/")[2]


def several(facts: Facts, lang: str = "en") -> str:
    """Return the sentence that says that a layer takes several plans together."""
    return say(lang, "words", "several", n=len(facts.plans), plans=", ".join(facts.plans))


def unique(names: Mapping[str, str]) -> dict[str, str]:
    """Return IRI → name, the IRI itself where two would share a name."""
    taken = Counter(names.values())
    return {iri: name if taken[name] == 1 else iri for iri, name in names.items()}


def _one_plan(facts: Facts, plan: str) -> None:
    if facts.layer == "hierarchy":
        raise UsageError("the layer hierarchy belongs to no plan", mend="leave --plan out")
    if plan not in facts.plans:
        known = ", ".join(facts.plans)
        raise UsageError(
            f"there is no plan {plan!r} with measures in the graph",
            mend=f"choose of: {known}" if known else "leave --plan out: no measure says which plan it is in",
        )


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


def _query(tree: Tree, name: str) -> Query:
    path = tree.queries_for("networks") / f"{name}.rq"
    if not path.is_file():
        raise UsageError(f"the query {path} is missing", mend="restore the folder queries/networks")
    return Query(name, read_text(path), path)


def _rows(tree: Tree, name: str, store: "Store") -> list[Row]:
    return _sorted(ask(_query(tree, name), store).rows)


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: tuple(str(value) for value in row.values()))
