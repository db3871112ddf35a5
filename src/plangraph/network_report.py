"""The analysis of a layer as a report: figures, rankings, groups, chance, sensitivity, and a methods paragraph."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from plangraph import __version__, networks
from plangraph.analysis import chance, groups, metrics, paths, projection, ranking, robustness, twomode
from plangraph.errors import UsageError
from plangraph.names import short
from plangraph.network_print import Analysis, Section
from plangraph.network_texts import LANGUAGES, number, say, texts
from plangraph.networks import JOINT, Facts, Options
from plangraph.vocabulary import STAGES

if TYPE_CHECKING:
    from plangraph.stores import Store

LEADERS = 10  # How many leading actors the multiverse follows when all ranks are shown.
Progress = Callable[[str], None]
GROUPINGS = ("sector", "kind", "ministry")


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
    many ranks the tables show, 0 for all; ``lang`` is the language of the report, ``nb`` or ``en``.
    :func:`plangraph.network_print.render` prints the result.

    Raises UsageError on an unknown layer, plan, language or option, on a layer that is empty under the options, and
    when seed, samples or top are no whole numbers.
    """
    for name, value, least, usual in (("seed", seed, 0, 1), ("samples", samples, 1, 999), ("top", top, 0, 10)):
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
            raise UsageError(
                f"{name} must be a whole number from {least}, not {value!r}", mend=f"give --{name} {usual}, for example"
            )
    if lang not in LANGUAGES:
        raise UsageError(f"there is no report in the language {lang!r}", mend=f"choose of: {', '.join(LANGUAGES)}")
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
        self.lang, self.progress, self.words = lang, progress, texts(lang)
        self.options = options.of(facts.layer)
        progress(self._say("progress", "building"))
        self.network = networks.network_of(facts, options)
        self.joint = facts.layer in JOINT
        self.two_mode = self.joint or facts.layer == "affiliation"
        self.events = networks.pairs_of(facts, options) if self.two_mode else []

    @cached_property
    def shortest(self) -> paths.ShortestPaths:
        """The shortest paths of the network, which figures and positions share."""
        return paths.shortest_paths(self.network)

    @cached_property
    def nodes(self) -> dict[Any, dict[str, float | None]]:
        """The metrics of the actors."""
        return metrics.node_metrics(self.network, "weight", self.shortest)

    @cached_property
    def table(self) -> nx.Graph:
        """The two-mode network of actors and events."""
        network = nx.Graph()
        network.add_nodes_from({actor for actor, _ in self.events}, bipartite=0)
        network.add_nodes_from({event for _, event in self.events}, bipartite=1)
        network.add_edges_from(self.events)
        return network

    @cached_property
    def null(self) -> chance.NullModel | None:
        """What chance would give, where the network has two modes and something can be tested."""

        def told(done: int, of: int) -> None:
            self.progress(self._say("progress", "null", done=done, all=of))

        if not self.two_mode:
            return None
        return chance.null_model(self.events, self.seed, self.samples, progress=told)

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
            top=self.size or LEADERS,
            lang=self.lang,
            sections=sections,
            methods=self._methods(),
            versions=_versions(),
        )

    # --- what the numbers rest on

    def _choices(self) -> Section:
        rows = [
            {"choice": self.words["options"][name], "value": self._value(name, value), "option": _option(name, value)}
            for name, value in self._described().items()
        ]
        return self._section("choices", " ".join(self._remarks()), rows)

    def _value(self, name: str, value: str | int) -> str | int:
        if name == "plan" or isinstance(value, int):
            return value
        values = self.words["values"]
        return values.get(value) or ", ".join(values.get(word, word) for word in value.split())

    def _described(self) -> dict[str, str | int]:
        plans = {"plan": " ".join(self.facts.plans)} if self.facts.plans else {}
        return plans | self.options.described(self.facts.layer)

    def _remarks(self) -> list[str]:
        layer = self.facts.layer
        remarks = [self.facts.definition[self.lang]]
        if len(self.facts.plans) > 1:
            remarks.append(networks.several(self.facts, self.lang))
        missing = networks.left_out(self.facts, self.options)
        if missing:
            remarks.append(self._note("left_out_mentions" if layer == "co-mention" else "left_out", n=missing))
        if layer in ("affiliation", "co-participation", "co-involvement"):
            inside = [n for n, kind in self.network.nodes(data="kind") if kind == "Ministry"]
            remarks.append(self._note("ministries" if inside else "no_ministries", n=len(inside)))
        if self.options.groups == "out":
            remarks.append(self._note("groups_out"))
        return remarks

    def _whole(self) -> Section:
        self.progress(self._say("progress", "measuring"))
        figures = metrics.summary(self.network, "weight", self.shortest)
        note = ""
        if figures["components"] > 1:
            note = self._note("disconnected", components=figures["components"], isolates=figures["isolates"])
        if not self.network.is_directed():
            del figures["reciprocity"]
        return self._figures("network", figures, note, self.words["definitions"])

    def _two_modes(self) -> Section:
        event = "event_context" if self.facts.layer == "co-participation" else "event"
        if self.options.unit == "number":
            event += "_number"
        elif event == "event":
            event = "event_measure"
        told = len({measure for _, (_, measure) in self.events})
        note = self._note(event, told=told, all=self.network.graph["units"])
        definitions = self.words["definitions"] | self.words["two_mode_definitions"]
        return self._figures("modes", twomode.summary(self.table), note, definitions)

    def _figures(self, key: str, figures: Mapping[str, Any], note: str, definitions: Mapping[str, str]) -> Section:
        rows = [
            {
                "figure": self.words["figures"][name],
                "value": self.words["words"]["undefined"] if value is None else value,
                "definition": definitions[name],
                "id": name,
            }
            for name, value in figures.items()
        ]
        return self._section(key, note, rows)

    # --- words

    def _say(self, section: str, key: str, **fields: Any) -> str:
        return say(self.lang, section, key, **fields)

    def _note(self, key: str, **fields: Any) -> str:
        return self._say("notes", key, **fields)

    def _section(self, key: str, note: str, rows: Sequence[dict[str, Any]] = (), **fields: Any) -> Section:
        name, title = (say(lang, "sections", key, **fields) for lang in ("en", self.lang))
        return Section(name, title, note, list(rows[0]) if rows else [], list(rows))

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
        return self._section("importance", self._note("importance"), rows)

    def _events_without(self, event: Any) -> metrics.Values:
        counts: dict[Any, int] = {}
        for actor, other in self.events:
            if other != event:
                counts[actor] = counts.get(actor, 0) + 1
        return dict(counts)

    def _positions(self) -> Section:
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
        weight = self.words["short"][self.options.weight]
        return self._section("positions", self._note("positions", weight=weight), rows)

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
        return self._section("brokers", self._note("brokers" if rows else "no_brokers"), rows)

    def _arcs(self) -> Section:
        inward, outward = dict(self.network.in_degree()), dict(self.network.out_degree())
        # Who has most below it: a ministry points to its measures, but a body is pointed to by its parts.
        way, chosen = ("in", inward) if self.facts.layer == "hierarchy" else ("out", outward)
        values: metrics.Values = {n: degree or None for n, degree in chosen.items()}
        ranks = ranking.competition_ranks(values)
        rows = [
            {
                "rank": ranks[node],
                "node": self._name(node),
                "kind": self.words["kinds"].get(self.network.nodes[node]["kind"], self.network.nodes[node]["kind"]),
                "points to": outward[node],
                "pointed to by": inward[node],
                "id": self._id(node),
            }
            for node in self._first(values)
        ]
        return self._section("directions", self._note(f"directions_{way}"), rows)

    # --- groups

    def _mixing(self) -> Section:
        rows = []
        for name in GROUPINGS:
            group = {n: value or None for n, value in self.network.nodes(data=name)}
            found = groups.mixing(self.network, group)
            rows.append(
                {
                    "grouping": self.words["groupings"][name],
                    "groups": found.groups,
                    "nodes": found.nodes,
                    "ties inside": int(found.internal),
                    "ties between": int(found.external),
                    "E-I index": found.ei,
                    "E-I if all were tied": found.expected_ei,
                    "assortativity": found.assortativity,
                    "id": name,
                }
            )
        defined = (f"{self.words['groupings'][g]} ({self.words['grouping_definitions'][g]})" for g in GROUPINGS)
        return self._section("mixing", self._note("mixing", groupings="; ".join(defined)), rows)

    def _core(self) -> Section:
        found = groups.core_periphery(self.network)
        tied = self.network.number_of_nodes() - len(metrics.isolates(self.network))
        note = self._note("core", core=len(found.core), tied=tied, errors=found.errors, fit=found.fit)
        if not found.unique:
            note += " " + self._note("core_not_unique")
        rows = [{"core actor": self._name(n), "degree": self.network.degree(n), "id": self._id(n)} for n in found.core]
        return self._section("core", note, rows)

    def _communities(self) -> Section:
        self.progress(self._say("progress", "communities"))
        found = groups.communities(self.network, "weight", self.seed)
        note = self._note(
            "communities",
            seed=str(found.seed),
            modularity=found.modularity,
            runs=found.runs,
            stability=found.stability,
            bound=number(0.9, self.lang, "g"),
        )
        rows = [
            {
                "community": place,
                "actors": len(part),
                "members": ", ".join(self._name(n) for n in sorted(part, key=lambda n: (-self.network.degree(n), n))),
            }
            for place, part in enumerate(found.groups, start=1)
        ]
        return self._section("communities", note, rows)

    # --- chance

    def _chance(self) -> list[Section]:
        found = self.null
        if found is None:
            return [self._section("chance", self._note("nothing_to_test"))]
        chain = found.chain
        verdict = self._note(
            "chance_some" if found.significant else "chance_none",
            ties=found.significant,
            family=found.family,
            alpha=found.alpha,
        )
        note = self._note(
            "chance",
            seed=str(chain.seed),
            samples=chain.samples,
            burn_in=chain.burn_in,
            thinning=chain.thinning,
            smallest=found.smallest_p,
            mixing="; ".join(number(share, self.lang, ".2f") for share in chain.moved),
            autocorrelation=chain.autocorrelation,
            cycles=found.cycles,
            expected=found.cycles_expected,
            p=found.cycles_p,
        )
        note = f"{verdict} {note}"
        if found.family / found.alpha > chain.samples + 1 and not found.significant:
            note += " " + self._note("few_samples")
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
        return [self._section("chance", note, rows)]

    def _association(self, name: str, other: Facts) -> Section:
        title = self.words["layers"][name]
        self.progress(self._say("progress", "association", layer=name, title=title))
        try:
            network = networks.network_of(other, replace(self.given, roles=()))
        except UsageError:
            return self._section(
                "association", self._note("association_empty", layer=name, title=title), layer=name, title=title
            )
        samples = min(self.samples or 999, 999)
        found = chance.association(self.events, network, self.seed, samples)
        if found.correlation is None:
            return self._section("association", self._note("association_constant"), layer=name, title=title)
        row = {
            "correlation": found.correlation,
            "by chance": found.expected,
            "p": found.p,
            "actors": found.actors,
            "samples": found.samples,
        }
        return self._section(
            "association", self._note("association", layer=name, title=title), [row], layer=name, title=title
        )

    # --- choices

    def _multiverse(self) -> list[Section]:
        self.progress(self._say("progress", "choices"))
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
        size = self.size or LEADERS
        compared = robustness.compare(base, others, size)
        rows, words = [], self.words["short"]
        for key, agreement in compared.items():
            unit, weight, stages, grouped, evidence = key
            rows.append(
                {
                    "unit": words[unit],
                    "weight": words[weight],
                    "stages": " + ".join(words[stage] for stage in stages),
                    "groups": words[grouped],
                    "evidence": f"≥ {evidence}",
                    "nodes": len(made[key]),
                    "ties": made[key].number_of_edges(),
                    "ρ": agreement.correlation,
                    "shared top": agreement.shared_top,
                    "leading": ", ".join(self._name(n) for n in agreement.leading[:3]),
                    "top": " ".join(self._id(n) for n in agreement.leading),
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
                    "in the top": self._say(
                        "words", "of", n=sum((r or size + 1) <= size for r in ranks), all=len(compared)
                    ),
                    "id": self._id(actor),
                }
            )
        rhos = [a.correlation for a in compared.values() if a.correlation is not None]
        least, most = min(rhos, default=None), max(rhos, default=None)
        note = self._note("universe", n=len(compared), least=least, most=most)
        return [self._section("leaders", note, spread), self._section("universe", "", rows)]

    def _values(self, options: Options) -> metrics.Values:
        return metrics.strength(networks.network_of(self.facts, options))

    def _universe(self) -> Iterable[Options]:
        stages = [STAGES[: -1 - n : -1] for n in range(1, len(STAGES) + 1)]
        if self.facts.layer == "co-mention":
            stages = stages[:1]
        for unit, weight, stage, grouped in product(
            ("entry", "number"), networks.stated_weights(self.facts), stages, ("out", "in")
        ):
            yield replace(self.given, unit=unit, weight=weight, stages=stage, groups=grouped)
        yield replace(self.given, evidence=2)

    # --- methods

    def _methods(self) -> str:
        layer, options, network = self.facts.layer, self.options, self.network

        def told(key: str, **fields: Any) -> str:
            return self._say("methods", key, **fields)

        choices = [told(f"unit_{options.unit}", n=network.graph["units"])]
        if layer not in networks.STAGELESS:
            choices += [
                told("stages", stages=self._listed(options.stages)),
                told("roles", roles=self._listed(options.roles)),
            ]
        choices += [
            told("areas", areas=self._listed(options.areas or ("all",))),
            told("level", level=self.words["short"][options.level]),
            told(f"groups_{options.groups}"),
            told(f"isolates_{options.isolates}"),
            *([told("evidence", n=options.evidence)] if options.evidence > 1 else []),
        ]
        parts = [
            told(
                "layer",
                title=self.words["layers"][layer],
                layer=layer,
                plans=self._plans(),
                definition=_lowered(self.facts.definition[self.lang]),
            ),
            "; ".join(choices) + ".",
            *([] if network.is_directed() else [told(f"weight_{options.weight}")]),
            told("size", nodes=network.number_of_nodes(), ties=network.number_of_edges()),
        ]
        if self.two_mode:
            parts.append(told("two_mode"))
        if layer != "affiliation" and not network.is_directed():
            parts.append(told("centrality", seed=str(self.seed)))
        if self.null:
            parts.append(
                told(
                    "chance_some" if self.null.significant else "chance_none",
                    samples=self.null.chain.samples,
                    seed=str(self.seed),
                    family=self.null.family,
                    ties=self.null.significant,
                    alpha=self.null.alpha,
                )
            )
        if not network.is_directed():
            parts.append(told("sensitivity"))
        parts.append(told("computed", versions=", ".join(f"{name} {version}" for name, version in _versions().items())))
        return " ".join(parts)

    def _listed(self, names: Iterable[str]) -> str:
        return ", ".join(self.words["short"].get(name, name) for name in names)

    def _plans(self) -> str:
        plans = self.facts.plans
        if not plans:
            return self._say("methods", "no_plan")
        if len(plans) == 1:
            return self._say("methods", "one_plan", plan=plans[0])
        return self._say("methods", "plans", n=len(plans), plans=", ".join(plans))

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


def column(nodes: Mapping[Any, Mapping[str, float | None]], name: str) -> metrics.Values:
    """Return one metric of a table node → metric → value."""
    return {node: values[name] for node, values in nodes.items()}


def competition(nodes: Mapping[Any, Mapping[str, float | None]], name: str) -> dict[Any, int]:
    """Return the ranks of the nodes by one metric; equal values share a rank."""
    return ranking.competition_ranks(column(nodes, name))


def _range(moves: robustness.Sensitivity) -> str:
    return f"{moves.best}–{moves.worst}" if moves.best != moves.worst else str(moves.best)


def _option(name: str, value: str | int) -> str:
    """Return how a choice is given on the command line; empty where it cannot be, as for all areas."""
    if value == "not applicable" or (name, value) == ("areas", "all") or (name == "plan" and " " in str(value)):
        return ""
    return f"--{name} {value}"


def _lowered(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {"plangraph": __version__, **{name: version(name) for name in ("networkx", "numpy", "scipy")}}
