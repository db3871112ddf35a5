"""What the sections of a report share: the network and its options, metrics that several need, names and words."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import networkx as nx

from plangraph.analysis import chance, groups, metrics, paths, ranking, robustness
from plangraph.names import short
from plangraph.networks.choices import CHOICES, JOINT, STAGELESS, TWO_MODE
from plangraph.networks.facts import EmptyLayer, Facts, Row, plan_of
from plangraph.networks.layers import MAKERS, network_of
from plangraph.networks.nodes import describe_node
from plangraph.networks.options import Options
from plangraph.networks.printing import Section
from plangraph.networks.selection import pairs_of
from plangraph.networks.texts import listed, say, texts
from plangraph.vocabulary import STAGES

LEADERS = 10  # How many leading actors the multiverse follows when all ranks are shown.
Progress = Callable[[str], None]
Pair = tuple[str, tuple[str, str]]  # An actor and an event: a context within a unit.


@dataclass(frozen=True)
class Study:
    """A layer under study. What takes time is computed once, when the first section asks for it.

    ``events`` is the two-mode table as pairs (actor, event), empty where the layer has none; ``stated`` holds the facts
    of the collaboration layer where the layer is compared with it; ``size`` is how many ranks are shown, 0 for all;
    ``plans`` are the rows of the query ``plans``.
    """

    facts: Facts
    given: Options
    network: nx.Graph
    events: list[Pair]
    stated: Facts | None
    seed: int
    samples: int | None
    size: int
    lang: str
    progress: Progress
    plans: Sequence[Row] = ()

    @property
    def layer(self) -> str:
        """The name of the layer."""
        return self.facts.layer

    @cached_property
    def options(self) -> Options:
        """The options as they hold for the layer."""
        return self.given.of(self.layer)

    @cached_property
    def words(self) -> dict[str, dict[str, str]]:
        """The texts in the language of the report."""
        return texts(self.lang)

    @cached_property
    def definition(self) -> str:
        """What a tie means, and which roles count where they are not those that the layer takes by itself."""
        stated, usual = self.facts.definition[self.lang], Options().of(self.layer).roles
        if self.layer in STAGELESS or self.options.roles == usual:
            return stated
        if "all" in self.options.roles:
            return f"{stated} {self.note('roles_all')}"
        key = "roles_only" if usual == ("all",) else "roles"
        return f"{stated} {self.note(key, roles=listed(self.options.roles, self.lang))}"

    @cached_property
    def titles(self) -> dict[str, str]:
        """What each plan is called, by its slug."""
        return {plan_of(row): str(row[self.lang] or row["nb"] or "") for row in self.plans}

    @cached_property
    def modified(self) -> str:
        """The day on which the data were last changed; empty where the graph does not say."""
        return max((str(row["modified"]) for row in self.plans if row["modified"]), default="")

    # --- metrics

    @cached_property
    def parts(self) -> list[list[Any]]:
        """The components of the network."""
        return metrics.components(self.network)

    @cached_property
    def shortest(self) -> paths.ShortestPaths:
        """The shortest paths of the network."""
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
    def alone(self) -> int:
        """How many actors of the two-mode table the network leaves out, because they share no event."""
        return len({actor for actor, _ in self.events} - set(self.network))

    @cached_property
    def eventless(self) -> int:
        """How many actors of the network the two-mode table does not have, because they have no event."""
        actors = {node for node, mode in self.network.nodes(data="bipartite") if mode != 1}
        return len(actors - {actor for actor, _ in self.events})

    @cached_property
    def core(self) -> groups.CorePeriphery:
        """The core of the network."""
        return groups.core_periphery(self.network)

    @cached_property
    def communities(self) -> groups.Communities:
        """The communities of the network."""
        self.progress(self.say("progress", "communities"))
        return groups.communities(self.network, "weight", self.seed)

    @cached_property
    def null(self) -> chance.NullModel | None:
        """What chance would give, where the network has two modes and something can be tested."""

        def told(done: int, of: int) -> None:
            self.progress(self.say("progress", "null", done=done, all=of))

        return chance.null_model(self.events, self.seed, self.samples, progress=told) if self.events else None

    @cached_property
    def association(self) -> chance.Association | None:
        """How the shared events agree with the cooperation that the text states; None where it states none."""
        if self.stated is None:
            return None
        title = self.words["layers"][self.stated.layer]
        self.progress(self.say("progress", "association", title=title))
        try:
            network = network_of(self.stated, replace(self.given, roles=()).within(self.stated.layer))
        except EmptyLayer:
            return None
        return chance.association(self.events, network, self.seed, min(self.samples or 999, 999))

    # --- rankings, and how they move with the choices

    @cached_property
    def rankings(self) -> tuple[str, ...]:
        """What actors can be ranked by: first what the report ranks them by, then strength with each weight."""
        own = "events" if self.layer in TWO_MODE else "strength"
        return (own, *(CHOICES["weight"] if self.layer in JOINT else ()))

    @cached_property
    def ranked(self) -> metrics.Values:
        """What this report ranks its actors by."""
        return _values(self.rankings[0], self.network, self.events)

    @cached_property
    def variants(self) -> dict[Options, tuple[nx.Graph, list[Pair]]]:
        """The network, with ties or not, and its two-mode table where it has one, under each choice of options."""
        self.progress(self.say("progress", "choices"))
        found = {}
        for options in self._choices():
            network = MAKERS[self.layer](self.facts, options)
            if options.isolates == "out":
                network.remove_nodes_from(list(nx.isolates(network)))
            found[options] = network, pairs_of(self.facts, options) if self.layer in TWO_MODE else []
        return found

    def _choices(self) -> Iterator[Options]:
        stages = [STAGES[: -1 - n : -1] for n in range(1, len(STAGES) + 1)]
        for unit, stage, grouped in product(
            CHOICES["unit"], stages[:1] if self.layer in STAGELESS else stages, CHOICES["groups"]
        ):
            yield replace(self.options, unit=unit, stages=stage, groups=grouped)
        yield self.strict

    @cached_property
    def strict(self) -> Options:
        """The options of the report, but with one span of evidence more behind all that counts."""
        return replace(self.options, evidence=self.options.evidence + 1)

    @cached_property
    def agreement(self) -> dict[tuple[str, Options], robustness.Agreement]:
        """How each ranking under each other choice agrees with that of the report."""
        others = {
            (ranking, options): _values(ranking, *variant)
            for ranking in self.rankings
            for options, variant in self.variants.items()
        }
        return robustness.compare(self.ranked, others, self.size or LEADERS)

    # --- words

    def say(self, section: str, key: str, /, **fields: Any) -> str:
        """Return a text in the language of the report, its fields filled in."""
        return say(self.lang, section, key, **fields)

    def note(self, key: str, /, **fields: Any) -> str:
        """Return one of the notes above the tables."""
        return self.say("notes", key, **fields)

    def section(self, key: str, note: str, rows: Sequence[dict[str, Any]] = (), /, **fields: Any) -> Section:
        """Return a section of the report; its columns are those of the first row."""
        name, title = (say(lang, "sections", key, **fields) for lang in ("en", self.lang))
        columns, words = list(rows[0]) if rows else [], self.words["column_definitions"]
        # What is called the same in several tables may mean another thing in one of them.
        definitions = {
            column: (words.get(f"{key}: {column}") or words[column]).format(size=self.size or LEADERS)
            for column in columns
        }
        return Section(name, title, note, columns, list(rows), definitions)

    def figures(self, key: str, values: Mapping[str, Any], note: str, definitions: Mapping[str, str]) -> Section:
        """Return a section of figures, each with its definition."""
        titles = self.words["figures"]
        rows = [
            {"figure": titles[name], "value": value, "definition": definitions[name], "id": name}
            for name, value in values.items()
        ]
        return self.section(key, note, rows)

    def name(self, node: Any) -> str:
        """Return what people call a node or an event; empty for None."""
        if node is None:
            return ""
        if isinstance(node, tuple):
            context, measure = node
            return self.id(measure) if context == measure else f"{short(context)} ({self.id(measure)})"
        described = describe_node(self.facts, node)
        return described["brief"] or described[self.lang]

    def id(self, node: str) -> str:
        """Return what programs call a node."""
        return describe_node(self.facts, node)["slug"]

    def first(self, values: metrics.Values) -> list[Any]:
        """Return the nodes whose ranks are shown, in their order."""
        return ranking.top(values, self.size) if self.size else ranking.order(values)


def _values(ranking: str, network: nx.Graph, events: list[Pair]) -> metrics.Values:
    """Return what a ranking ranks actors by; without ties there is no ranking."""
    if not network.number_of_edges():
        return {}
    if ranking == "events":
        return dict(events_of(network, events))
    return metrics.strength(network, "weight" if ranking == "strength" else ranking)


def events_of(network: nx.Graph, events: Iterable[Pair]) -> dict[str, int]:
    """Return how many events each actor has; 0 for one that is in the network and has none."""
    alone = dict.fromkeys((node for node, mode in network.nodes(data="bipartite") if mode != 1), 0)
    return alone | Counter(actor for actor, _ in events)
