"""The analysis of a layer as a report: figures, rankings, groups, chance, sensitivity, and a methods paragraph."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from plangraph import __version__, networks, output
from plangraph.analysis import chance, groups, metrics, paths, projection, ranking, robustness, twomode
from plangraph.errors import UsageError
from plangraph.names import short
from plangraph.networks import JOINT, Facts, Options

if TYPE_CHECKING:
    from plangraph.stores import Store

FORMATS = ("table", "md", "csv", "json")
HIDDEN = ("id", "betweenness rank", "effective size rank", "local clustering")
Progress = Callable[[str], None]
GROUPINGS = {
    "sector": "public, research, voluntary, business, international or joint, as the actor's class says",
    "kind": "the actor's class: ministry, directorate, public body, unit, …",
    "ministry": "the ministry at the top of the actor's chain, where one is known",
}


@dataclass(frozen=True)
class Section:
    """One part of the report: a heading, what to know before reading, and a table."""

    name: str
    note: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Analysis:
    """All that is said about a layer: how it was made, the sections in reading order, and the methods paragraph."""

    layer: str
    definition: str
    options: Mapping[str, str | int]
    seed: int
    sections: list[Section]
    methods: str
    versions: Mapping[str, str]


def analyze(
    layer: str,
    data: Path | str | None = None,
    /,
    store: "Store | None" = None,
    plan: str | None = None,
    seed: int = 1,
    samples: int | None = None,
    top: int = 10,
    lang: str = "en",
    progress: Progress = lambda step: None,
    **options: Any,
) -> Analysis:
    """Return the analysis of one layer of the built graph of ``data``, or of ``store`` when it is given.

    ``options`` are those of :class:`plangraph.networks.Options`. ``plan`` is the slug of one plan where there are
    several; without it all are taken, and the report says so. ``seed`` starts all random numbers; ``samples`` is the
    number of random tables of the null model (default: :func:`plangraph.analysis.chance.samples_for`); ``top`` is how
    many ranks the tables show, 0 for all; ``lang`` is the language of the names. :func:`render` prints the result.

    Raises UsageError on an unknown layer, plan or option, on a layer that is empty under the options, and when seed,
    samples or top are no whole numbers.
    """
    for name, value, least in (("seed", seed, 0), ("samples", samples, 1), ("top", top, 0)):
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
            raise UsageError(
                f"{name} must be a whole number from {least}, not {value!r}", mend=f"give --{name} {least + 1}"
            )
    given = networks.make_options(**options)
    if store is None:
        from plangraph.building import query_store

        store = query_store(data)
    facts = networks.read_facts(layer, data, store, plan)
    others = {}
    if _has_stated_ties(facts):
        others["collaboration"] = networks.read_facts("collaboration", data, store, plan)
    return _Report(facts, given, seed, samples, top, lang, progress).analysis(others)


def _has_stated_ties(facts: Facts) -> bool:
    return facts.layer in ("co-participation", "co-involvement")


class _Report:
    """Holds what the sections share while one analysis is made."""

    def __init__(
        self,
        facts: Facts,
        options: Options,
        seed: int,
        samples: int | None,
        size: int,
        lang: str,
        progress: Progress,
    ) -> None:
        self.facts, self.given, self.seed, self.samples, self.size = facts, options, seed, samples, size
        self.lang, self.progress = lang, progress
        self.options = options.of(facts.layer)
        progress("building the network")
        self.network = networks.network_of(facts, options)
        self.joint = facts.layer in JOINT
        self.two_mode = self.joint or facts.layer == "affiliation"
        self.events = networks.pairs_of(facts, options) if self.two_mode else []
        self.null: chance.NullModel | None = None

    def analysis(self, others: Mapping[str, Facts]) -> Analysis:
        sections = [self._choices()]
        if self.facts.layer != "affiliation":
            sections.append(self._whole())
        if self.two_mode:
            sections += [self._two_modes(), self._importance()]
        if self.network.is_directed():
            sections.append(self._arcs())
        elif self.facts.layer != "affiliation":
            sections += [self._positions(), self._brokers(), self._mixing(), self._core(), self._communities()]
        if self.two_mode:
            sections += self._chance()
        sections += [self._association(name, other) for name, other in others.items() if self.joint]
        if self.joint or self.facts.layer == "collaboration":
            sections += self._multiverse()
        self.progress("")
        return Analysis(
            layer=self.facts.layer,
            definition=self.facts.definition[self.lang],
            options=self._described(),
            seed=self.seed,
            sections=sections,
            methods=self._methods(),
            versions=_versions(),
        )

    # --- what the numbers rest on

    def _choices(self) -> Section:
        rows = [{"choice": name, "value": value} for name, value in self._described().items()]
        return Section("Choices", " ".join(self._remarks()), ["choice", "value"], rows)

    def _described(self) -> dict[str, str | int]:
        plans = {"plan": " ".join(self.facts.plans)} if self.facts.plans else {}
        return plans | self.options.described(self.facts.layer)

    def _remarks(self) -> list[str]:
        remarks = [self.facts.definition[self.lang]]
        if len(self.facts.plans) > 1:
            remarks.append(networks.several(self.facts))
        missing = networks.left_out(self.facts, self.options)
        if missing:
            one = "mention" if self.facts.layer == "co-mention" else "participation"
            remarks.append(
                f"Left out: {output.count(missing, one)} told under the heading of a number with lettered parts, "
                "which is no entry (with --unit number they count)."
            )
        if self.facts.layer in ("affiliation", "co-participation", "co-involvement"):
            inside = [n for n, kind in self.network.nodes(data="kind") if kind == "Ministry"]
            remarks.append(
                "Answering for a measure is no activity, so ministries are outside this layer by definition; "
                + (f"{len(inside)} are in it where the text gives them an active role." if inside else "none is in it.")
            )
        if self.options.groups == "out":
            remarks.append("Groups and generic classes of actors are left out.")
        return remarks

    def _whole(self) -> Section:
        self.progress("measuring the network")
        self.paths = paths.shortest_paths(self.network)
        figures = metrics.summary(self.network, "weight", self.paths)
        note = ""
        if figures["components"] > 1:
            note = (
                f"The network is disconnected ({figures['components']} components, {figures['isolates']} of them "
                "isolates): distances are means over the pairs that reach each other, and closeness is scaled by "
                "the share of nodes that are reached."
            )
        return _figures("The network", figures, note)

    def _two_modes(self) -> Section:
        network = nx.Graph()
        network.add_nodes_from({actor for actor, _ in self.events}, bipartite=0)
        network.add_nodes_from({event for _, event in self.events}, bipartite=1)
        network.add_edges_from(self.events)
        self.table = network
        what = "context under a measure" if self.facts.layer == "co-participation" else "measure"
        if self.options.unit == "number":
            what = what.replace("measure", "numbered measure")
        told = len({measure for _, (_, measure) in self.events})
        note = f"An event is a {what}. {told} of {self.network.graph['units']} measures have an actor."
        return _figures("The two modes", twomode.summary(network), note)

    # --- actors

    def _importance(self) -> Section:
        nodes = twomode.node_metrics(self.table)
        moves = robustness.leave_one_out({event for _, event in self.events}, self._events_without)
        ranks = {name: competition(nodes, name) for name in ("events", "betweenness")}
        rows = [
            {
                "rank": ranks["events"][actor],
                "actor": self._name(actor),
                "events": nodes[actor]["events"],
                "rank without one": _range(moves[actor]),
                "moved most by": self._name(moves[actor].mover),
                "betweenness": nodes[actor]["betweenness"],
                "betweenness rank": ranks["betweenness"].get(actor),
                "partners": nodes[actor]["partners"],
                "newman": nodes[actor]["strength (newman)"],
                "count": nodes[actor]["strength (count)"],
                "local clustering": nodes[actor]["local clustering"],
                "id": self._id(actor),
            }
            for actor in self._first(column(nodes, "events"))
        ]
        note = (
            "Ranked by events, the two-mode degree. Newman's strength is the number of events shared with anyone, "
            "so it repeats "
            'the events; the strength by count grows with the size of the events. "Rank without one" is the range of '
            "ranks when each event is left out in turn: sensitivity, not a confidence interval, because the report "
            "is a census of its measures. Equal values share a rank."
        )
        return Section("Importance", note, list(rows[0]), rows)

    def _events_without(self, event: Any) -> metrics.Values:
        counts: dict[Any, int] = {}
        for actor, other in self.events:
            if other != event:
                counts[actor] = counts.get(actor, 0) + 1
        return dict(counts)

    def _positions(self) -> Section:
        self.nodes = metrics.node_metrics(self.network, "weight", self.paths)
        by = "strength"
        sensitivity = robustness.leave_one_out(self._measures(), self._strength_without)
        depth = metrics.breadth_and_depth(self.network, "count" if self.joint else "weight")
        ranks = competition(self.nodes, by)
        rows = [
            {
                "rank": ranks[actor],
                "actor": self._name(actor),
                "strength": self.nodes[actor]["strength"],
                "rank without one": _range(sensitivity[actor]),
                "degree (breadth)": self.nodes[actor]["degree"],
                "depth": depth[actor][1],
                "closeness": self.nodes[actor]["closeness"],
                "eigenvector": self.nodes[actor]["eigenvector"],
                "core number": self.nodes[actor]["core number"],
                "id": self._id(actor),
            }
            for actor in self._first(column(self.nodes, by))
        ]
        note = (
            f"Ranked by strength with the weight {self.options.weight}. Breadth is the number of partners, depth the "
            "mean number of events or measures with each of them. Degree, closeness and core number take every tie "
            "as 1."
        )
        return Section("Positions", note, list(rows[0]), rows)

    def _measures(self) -> set[Any]:
        return {measure for _, _, shared in self.network.edges(data="measures") for measure in shared}

    def _strength_without(self, measure: Any) -> metrics.Values:
        if self.joint:
            rest = [pair for pair in self.events if pair[1][1] != measure]
            table, names, _ = projection.incidence(rest)
            sums = projection.weights(table, self.options.weight).sum(axis=1)
            return dict(zip(names, sums.tolist(), strict=True))
        sums = dict.fromkeys(self.network, 0)
        for u, v, shared in self.network.edges(data="measures"):
            amount = len([m for m in shared if m != measure])
            sums[u] += amount
            sums[v] += amount
        return dict(sums)

    def _brokers(self) -> Section:
        ranks = {name: competition(self.nodes, name) for name in ("betweenness", "effective size")}
        weighted = paths.weighted_betweenness(self.network)
        rows = [
            {
                "rank": ranks["betweenness"].get(actor),
                "actor": self._name(actor),
                "betweenness": self.nodes[actor]["betweenness"],
                "weighted betweenness": weighted[actor],
                "effective size": self.nodes[actor]["effective size"],
                "effective size rank": ranks["effective size"].get(actor),
                "constraint": self.nodes[actor]["constraint"],
                "id": self._id(actor),
            }
            for actor in self._first(column(self.nodes, "betweenness"))
            if self.nodes[actor]["betweenness"]
        ]
        note = (
            "Brokers stand between others: many shortest paths go through them (betweenness), their partners are "
            "not tied to each other (effective size near the number of partners, low constraint). Weighted "
            "betweenness is raw and takes a tie of weight w as 1/w long, computed with whole numbers. In a "
            "projection every event is a clique, which lowers the betweenness of all."
        )
        if not rows:
            note = "No actor stands between others: all shortest paths are single ties."
        return Section("Brokers", note, list(rows[0]) if rows else [], rows)

    def _arcs(self) -> Section:
        inward, outward = dict(self.network.in_degree()), dict(self.network.out_degree())
        # Who has most below it: a ministry points to its measures, but a body is pointed to by its parts.
        chosen = inward if self.facts.layer == "hierarchy" else outward
        values: metrics.Values = {n: number or None for n, number in chosen.items()}
        ranks = ranking.competition_ranks(values)
        rows = [
            {
                "rank": ranks[node],
                "node": self._name(node),
                "kind": self.network.nodes[node]["kind"],
                "points to": outward[node],
                "pointed to by": inward[node],
                "id": self._id(node),
            }
            for node in self._first(values)
        ]
        by = "point to it" if self.facts.layer == "hierarchy" else "it points to"
        return Section("Directions", f"Ranked by the number of nodes that {by}.", list(rows[0]) if rows else [], rows)

    # --- groups

    def _mixing(self) -> Section:
        rows = []
        for name, definition in GROUPINGS.items():
            group = {n: value or None for n, value in self.network.nodes(data=name)}
            found = groups.mixing(self.network, group)
            rows.append(
                {
                    "grouping": name,
                    "groups": found.groups,
                    "nodes": found.nodes,
                    "ties inside": int(found.internal),
                    "ties between": int(found.external),
                    "E-I index": found.ei,
                    "E-I if all were tied": found.expected_ei,
                    "assortativity": found.assortativity,
                    "definition": definition,
                }
            )
        note = (
            "E-I: −1 all ties inside the groups, 1 all between. Many small groups make it high by themselves, so "
            "the value of a network with all ties stands beside it. Assortativity: 1 all ties inside, 0 as under "
            "random mixing. Actors without a group are left out."
        )
        return Section("Mixing between groups", note, list(rows[0]), rows)

    def _core(self) -> Section:
        found = groups.core_periphery(self.network)
        connected = self.network.number_of_nodes() - len(metrics.isolates(self.network))
        note = (
            f"Core of {len(found.core)} of {connected} actors with a tie, by the method of Lip (2011): "
            f"{found.errors} pairs contradict the ideal of a complete core and an empty periphery; correlation with "
            f"the ideal {_text(found.fit)}."
        )
        if not found.unique:
            note += " Another core contradicts the ideal no more: read it as one of several."
        rows = [{"core actor": self._name(n), "degree": self.network.degree(n), "id": self._id(n)} for n in found.core]
        return Section("Core and periphery", note, ["core actor", "degree", "id"], rows)

    def _communities(self) -> Section:
        self.progress("finding communities")
        found = groups.communities(self.network, "weight", self.seed)
        note = (
            f"Louvain, seed {found.seed}, modularity {_text(found.modularity)}. Agreement of {found.runs} seeds "
            f"(mean normalised mutual information): {_text(found.stability)}; below about 0.9 do not build on single "
            "members."
        )
        rows = [
            {
                "community": number,
                "actors": len(part),
                "members": ", ".join(self._name(n) for n in sorted(part, key=lambda n: (-self.network.degree(n), n))),
            }
            for number, part in enumerate(found.groups, start=1)
        ]
        return Section("Communities", note, ["community", "actors", "members"], rows)

    # --- chance

    def _chance(self) -> list[Section]:
        def told(done: int, of: int) -> None:
            self.progress(f"null model: {done:,} of {of:,} random tables")

        self.null = found = chance.null_model(self.events, self.seed, self.samples, progress=told)
        if found is None:
            return [Section("Chance", "Fewer than two actors take part in two events: there is nothing to test.")]
        chain = found.chain
        mixing = ", ".join(f"{share:.2f}" for share in chain.moved)
        if found.significant:
            verdict = (
                f"{output.count(found.significant, 'tie')} among {found.family:,} tested pairs exceed chance "
                f"(corrected p of {found.alpha:g} or less)"
            )
        else:
            verdict = (
                f"No tie exceeds chance: none of {found.family:,} tested pairs has a corrected p of {found.alpha:g} "
                "or less"
            )
        note = (
            f"{verdict}. They were compared with random two-mode tables with the same number of events for each "
            f"actor and of actors for each event (curveball; seed {chain.seed}, {chain.samples:,} samples after a "
            f"burn-in of {chain.burn_in:,} trades, {chain.thinning:,} trades between samples). Tested are the pairs "
            "of actors with at least two events each; the smallest p these samples can give is "
            f"{found.smallest_p:.2g}. Mixing: share of ties moved after each tenth of the burn-in {mixing}; "
            f"autocorrelation of successive samples {_text(chain.autocorrelation)}. Two actors meet again "
            f"(four-cycles) {found.cycles:,} times; chance gives {found.cycles_expected:,.1f} (p = "
            f"{found.cycles_p:.3g})."
        )
        if found.family / found.alpha > chain.samples + 1 and not found.significant:
            note += " With so few samples a lone tie could not be found to exceed chance: give more with --samples."
        shown = found.ties if not self.size else found.ties[: max(self.size, found.significant)]
        rows = [
            {
                "actor": self._name(tie.pair[0]),
                "other": self._name(tie.pair[1]),
                "shared": tie.shared,
                "by chance": tie.expected,
                "p": tie.p,
                "q (corrected)": tie.q,
                "exceeds chance": tie.q <= found.alpha,
            }
            for tie in shown
        ]
        return [Section("Chance", note, list(rows[0]) if rows else [], rows)]

    def _association(self, name: str, other: Facts) -> Section:
        self.progress(f"association with {name}")
        heading = f"Association with {name}"
        try:
            network = networks.network_of(other, replace(self.given, roles=()))
        except UsageError:
            return Section(heading, f"Not defined: the layer {name} is empty under these options.")
        samples = min(self.samples or 999, 999)
        found = chance.association(self.events, network, self.seed, samples)
        if found.correlation is None:
            return Section(heading, "Not defined: one of the layers does not vary over these actors.")
        row = {
            "correlation": found.correlation,
            "by chance": found.expected,
            "p": found.p,
            "actors": found.actors,
            "samples": found.samples,
        }
        note = (
            f"Correlation over all pairs of actors between the events they share and a tie in the layer {name}. The "
            "random values permute the two-mode table with all degrees fixed."
        )
        return Section(heading, note, list(row), [row])

    # --- choices

    def _multiverse(self) -> list[Section]:
        self.progress("comparing choices")
        base = self._values(self.given)
        others: dict[tuple[Any, ...], metrics.Values] = {}
        made: dict[tuple[Any, ...], nx.Graph] = {}
        for choice in self._universe():
            try:
                network = networks.network_of(self.facts, choice)
            except UsageError:
                continue
            key = (choice.unit, choice.of(self.facts.layer).weight, choice.stages, choice.groups, choice.evidence)
            made[key], others[key] = network, metrics.strength(network)
        size = self.size or 10
        compared = robustness.compare(base, others, size)
        rows = []
        for key, agreement in compared.items():
            unit, weight, stages, grouped, evidence = key
            rows.append(
                {
                    "unit": unit,
                    "weight": weight,
                    "stages": _stages(stages),
                    "groups": grouped,
                    "evidence": f"≥ {evidence}",
                    "nodes": len(made[key]),
                    "ties": made[key].number_of_edges(),
                    "ρ": agreement.correlation,
                    f"shared top {size}": agreement.shared_top,
                    "leading": ", ".join(self._name(n) for n in agreement.leading[:3]),
                    f"top {size}": " ".join(self._id(n) for n in agreement.leading),
                }
            )
        leaders = ranking.top(base, size)
        own = ranking.competition_ranks(base)
        spread = []
        for place, actor in enumerate(leaders):
            ranks = [a.base_leaders[place] for a in compared.values() if a.base_leaders[place] is not None]
            spread.append(
                {
                    "rank here": own[actor],
                    "actor": self._name(actor),
                    "best": min(ranks, default=None),  # type: ignore[type-var]
                    "worst": max(ranks, default=None),  # type: ignore[type-var]
                    f"in the top {size}": f"{sum((r or size + 1) <= size for r in ranks)} of {len(compared)}",
                    "id": self._id(actor),
                }
            )
        rhos = [a.correlation for a in compared.values() if a.correlation is not None]
        note = (
            f"Ranks by strength under {len(compared)} sets of choices: unit × weight × stages × groups, and without "
            "ties of a single span of evidence. Rank correlation with the choices of this report: "
            f"{_text(min(rhos, default=None))} to {_text(max(rhos, default=None))}. Actors that are in one network "
            "only do not enter a correlation."
        )
        return [
            Section("Multiverse: the leading actors", note, list(spread[0]) if spread else [], spread),
            Section("Multiverse: every choice", "", list(rows[0]) if rows else [], rows),
        ]

    def _values(self, options: Options) -> metrics.Values:
        return metrics.strength(networks.network_of(self.facts, options))

    def _universe(self) -> Iterable[Options]:
        stages = [("reported",), ("reported", "announced"), ("reported", "announced", "planned")]
        if self.facts.layer == "co-mention":
            stages = stages[:1]
        for unit, weight, stage, grouped in product(
            ("entry", "number"), networks.stated_weights(self.facts), stages, ("out", "in")
        ):
            yield replace(self.given, unit=unit, weight=weight, stages=stage, groups=grouped)
        yield replace(self.given, evidence=2)

    # --- words

    def _methods(self) -> str:
        options, network = self.options, self.network
        units = "entries (measures with a status of their own)" if options.unit == "entry" else "numbered measures"
        staged = f"stages: {', '.join(options.stages)}; roles: {', '.join(options.roles)}; "
        if self.facts.layer in networks.STAGELESS:
            staged = ""
        n, m = network.number_of_nodes(), network.number_of_edges()
        parts = [
            f"We analysed the layer “{self.facts.layer}” of the {self._plans()}: "
            f"{_lowered(self.facts.definition['en'])}",
            f"The unit was the {network.graph['units']} {units}; {staged}areas: {', '.join(options.areas) or 'all'}; "
            "level: "
            f"{options.level}; groups and generic classes of actors "
            f"{'included' if options.groups == 'in' else 'left out'}; isolates "
            f"{'kept' if options.isolates == 'in' else 'left out'}"
            + (f"; ties with fewer than {options.evidence} spans of evidence left out" if options.evidence > 1 else "")
            + ("." if network.is_directed() else f". Ties were weighted by {_WEIGHT_WORDS[options.weight]}."),
            f"The network has n = {n} nodes and {m} ties.",
        ]
        if self.two_mode:
            parts.append(
                "Actors were ranked by two-mode degree (Faust 1997) and two-mode betweenness (Borgatti and Everett "
                "1997)."
            )
        if self.facts.layer != "affiliation" and not network.is_directed():
            parts.append(
                "Betweenness and closeness follow Freeman (1977, 1979), with closeness scaled for disconnected "
                "networks (Wasserman and Faust 1994), effective size and constraint Burt (1992), communities the "
                f"Louvain method (Blondel et al. 2008, seed {self.seed}), core and periphery Lip (2011)."
            )
        if self.null:
            result = "no tie exceeded" if not self.null.significant else f"{self.null.significant} ties exceeded"
            parts.append(
                "Shared events were compared with a null model of fixed degrees (curveball, Strona et al. 2014; "
                f"{self.null.chain.samples:,} samples, seed {self.seed}) with the correction of Benjamini and "
                f"Hochberg (1995) over {self.null.family:,} pairs: {result} chance at a false discovery rate of "
                f"{self.null.alpha:g}."
            )
        if not network.is_directed():
            parts.append(
                "Ranges of ranks come from leaving one event or measure out in turn and describe sensitivity, not "
                "sampling error."
            )
        parts.append("Computed with " + ", ".join(f"{name} {version}" for name, version in _versions().items()) + ".")
        return " ".join(parts)

    def _plans(self) -> str:
        plans = self.facts.plans
        if not plans:
            return "plan"
        return f"plan {plans[0]}" if len(plans) == 1 else f"{len(plans)} plans {', '.join(plans)} taken together"

    def _first(self, values: metrics.Values) -> list[Any]:
        return ranking.top(values, self.size) if self.size else ranking.order(values)

    def _name(self, node: Any) -> str:
        if node is None:
            return ""
        if isinstance(node, tuple):
            context, measure = node
            if context == measure:
                return self._id(measure)
            return f"{short(context)} ({self._id(measure)})"
        described = networks.describe_node(self.facts, node)
        return described["brief"] or described[self.lang]

    def _id(self, node: str) -> str:
        return networks.describe_node(self.facts, node)["slug"]


_WEIGHT_WORDS = {
    "newman": "Newman's (2001) weights, 1/(k − 1) for each event shared among k actors",
    "count": "the number of units or events in which they occur",
    "jaccard": "Jaccard's share of common events",
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "density": metrics.density,
    "components": metrics.components,
    "isolates": metrics.isolates,
    "degree centralisation": metrics.degree_centralisation,
    "betweenness centralisation": metrics.betweenness_centralisation,
    "mean distance": metrics.mean_distance,
    "clustering": metrics.transitivity,
    "reciprocity": metrics.reciprocity,
}
_TWO_MODE = {"density": twomode.density, "clustering": twomode.clustering}


def column(nodes: Mapping[Any, Mapping[str, float | None]], name: str) -> metrics.Values:
    """Return one metric of a table node → metric → value."""
    return {node: values[name] for node, values in nodes.items()}


def competition(nodes: Mapping[Any, Mapping[str, float | None]], name: str) -> dict[Any, int]:
    """Return the ranks of the nodes by one metric; equal values share a rank."""
    return ranking.competition_ranks(column(nodes, name))


def render(analysis: Analysis, form: str) -> str:
    """Return an analysis as a text for the terminal, Markdown, JSON, or CSV with one line for each value.

    Numbers are rounded to three digits for people and to six for programs.
    """
    if form == "json":
        content = {
            "layer": analysis.layer,
            "definition": analysis.definition,
            "options": dict(analysis.options),
            "seed": analysis.seed,
            "versions": dict(analysis.versions),
            "methods": analysis.methods,
            "sections": [
                {"name": s.name, "note": s.note, "columns": s.columns, "rows": [_rounded(row, 6) for row in s.rows]}
                for s in analysis.sections
            ],
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    if form == "csv":
        rows = [
            {"layer": analysis.layer, "section": s.name, "row": number, "column": name, "value": value}
            for s in analysis.sections
            for number, row in enumerate(s.rows, start=1)
            for name, value in _rounded(row, 6).items()
        ]
        return output.render(["layer", "section", "row", "column", "value"], rows, "csv")
    return _markdown(analysis) if form == "md" else _terminal(analysis)


def _terminal(analysis: Analysis) -> str:
    blocks = [output.bold(f"Layer {analysis.layer}")]
    for section in analysis.sections:
        blocks.append("\n" + output.bold(section.name))
        if section.note:
            blocks.append("\n".join(output.wrap(section.note, 118)))
        if section.rows:
            blocks.append(output.table(_shown(section), [_rounded(row, 3) for row in section.rows]).rstrip("\n"))
    blocks += ["\n" + output.bold("Methods"), "\n".join(output.wrap(analysis.methods, 118))]
    return "\n".join(blocks) + "\n"


def _markdown(analysis: Analysis) -> str:
    blocks = [f"# Layer {analysis.layer}"]
    for section in analysis.sections:
        blocks.append(f"## {section.name}")
        if section.note:
            blocks.append(section.note)
        if section.rows:
            names = _shown(section)
            lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
            for row in section.rows:
                rounded = _rounded(row, 3)
                lines.append("| " + " | ".join(_cell(rounded.get(name)).replace("|", "\\|") for name in names) + " |")
            blocks.append("\n".join(lines))
    blocks += ["## Methods", analysis.methods]
    return "\n\n".join(blocks) + "\n"


def _shown(section: Section) -> list[str]:
    # Some columns are for programs, and would leave people too little room to read the others.
    return [name for name in section.columns if name not in HIDDEN and not name.startswith("top ")]


def _figures(name: str, figures: Mapping[str, Any], note: str) -> Section:
    functions = _TWO_MODE if "events" in figures else _FUNCTIONS
    rows = [
        {
            "figure": key,
            "value": "not defined" if value is None else value,
            "definition": _definition(functions[key]) if key in functions else _PLAIN.get(key, ""),
        }
        for key, value in figures.items()
        if not (value is None and key in ("reciprocity", "tie weight"))
    ]
    return Section(name, note, ["figure", "value", "definition"], rows)


_PLAIN = {
    "nodes": "actors (and measures, where the layer has both)",
    "ties": "pairs that are tied",
    "tie weight": "the sum of all weights",
    "largest component": "nodes in the largest group that hangs together",
    "longest distance": "the longest shortest path between nodes that reach each other",
    "actors": "actors with an event",
    "events": "measures or contexts with at least one actor",
    "largest event": "actors in the event with the most",
}


def _definition(function: Callable[..., Any]) -> str:
    first = " ".join((function.__doc__ or "").split("\n\n")[0].split())
    return first.removeprefix("Return ").split("; None")[0].rstrip(".")


def _rounded(row: Mapping[str, Any], digits: int) -> dict[str, Any]:
    return {key: _round(value, digits) for key, value in row.items()}


def _round(value: Any, digits: int) -> Any:
    if not isinstance(value, float):
        return value
    # Small p values keep their leading digits.
    rounded = round(value, digits) if abs(value) >= 10**-digits or value == 0 else float(f"{value:.2g}")
    return int(rounded) if rounded == int(rounded) and digits == 3 else rounded


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _text(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.3f}"


def _range(moves: robustness.Sensitivity) -> str:
    return f"{moves.best}–{moves.worst}" if moves.best != moves.worst else str(moves.best)


def _stages(stages: Sequence[str]) -> str:
    return " + ".join(stages)


def _lowered(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {"plangraph": __version__, **{name: version(name) for name in ("networkx", "numpy", "scipy")}}
