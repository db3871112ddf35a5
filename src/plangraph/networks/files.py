"""Networks as files for other programs: Gephi, Cytoscape, igraph and sna in R, and plain tables.

Attributes are text, numbers or booleans: no lists and no empty values, because GraphML, GEXF and R each read those in
their own way. Several IRIs in one attribute are separated by spaces. There is one tie per pair; what happened between
two actors, event by event, is in the list of events.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any

import networkx as nx

from plangraph import output
from plangraph.names import short
from plangraph.networks.choices import TWO_MODE
from plangraph.networks.facts import Facts, unique
from plangraph.networks.layers import network_of
from plangraph.networks.nodes import node_id
from plangraph.networks.options import Options
from plangraph.networks.selection import Joint, actors_of, joint_events, pairs_of, stated, unit_of, units_of

FORMATS = ("graphml", "gexf", "cytoscape", "json", "csv")


def plain(network: nx.Graph) -> nx.Graph:
    """Return a copy whose attributes every format can hold, nodes and ties in a stable order."""
    copy = nx.DiGraph() if network.is_directed() else nx.Graph()
    copy.graph |= {key: _value(value) for key, value in network.graph.items()}
    # Actors before measures, so that every tie of an undirected network is from an actor.
    for node in sorted(network, key=lambda node: (network.nodes[node].get("bipartite", 0), node)):
        copy.add_node(node, **{key: _value(value) for key, value in network.nodes[node].items() if key != "bipartite"})
    for u, v, data in sorted(network.edges(data=True), key=lambda tie: (tie[0], tie[1])):
        copy.add_edge(u, v, **{key: _value(value) for key, value in data.items()})
    return copy


def document(network: nx.Graph, form: str) -> str:
    """Return a network as one document: ``graphml``, ``gexf``, ``cytoscape`` (JSON), ``json`` (node-link) or ``csv``.

    ``csv`` is the list of ties. Raises ValueError on another form.
    """
    copy = plain(network)
    if form == "graphml":
        # Numbered keys: "weight" of a tie and "weight" of the network would else have the same id.
        return "\n".join(nx.generate_graphml(copy)) + "\n"
    if form == "gexf":
        # The day of writing would change every file.
        text = "\n".join(nx.generate_gexf(copy))
        return re.sub(r' lastmodifieddate="[^"]*"', "", text) + "\n"
    if form == "cytoscape":
        for node, data in copy.nodes(data=True):
            data["name"] = data.get("label", node)
        content = nx.cytoscape_data(copy)
        content["data"] = dict(copy.graph)
        return _json(content)
    if form == "json":
        return _json(nx.node_link_data(copy, edges="edges"))
    if form == "csv":
        return tie_table(network)
    raise ValueError(f"form must be one of {', '.join(FORMATS)}, not {form!r}")


def folder(facts: Facts, options: Options | None = None) -> dict[str, bytes]:
    """Return file name → bytes of everything about a layer: tables, matrices, every format, and an R script.

    ``<layer>-nodes.csv``, ``-ties.csv``, ``-events.csv``, ``-adjacency.csv``, for two-mode layers and projections also
    ``-incidence.csv``; ``.graphml``, ``.gexf``, ``.cyjs``, ``.json``; ``<layer>.R``, which loads the tables with the
    right types; ``<layer>-options.json``.
    """
    options = options or Options()
    network = network_of(facts, options)
    layer = facts.layer
    files = {
        f"{layer}-nodes.csv": node_table(network),
        f"{layer}-ties.csv": tie_table(network),
        f"{layer}-events.csv": event_table(facts, options),
        f"{layer}-adjacency.csv": adjacency(network),
        f"{layer}.graphml": document(network, "graphml"),
        f"{layer}.gexf": document(network, "gexf"),
        f"{layer}.cyjs": document(network, "cytoscape"),
        f"{layer}.json": document(network, "json"),
        f"{layer}-options.json": _json({key: _value(value) for key, value in network.graph.items()}),
    }
    has_table = layer in TWO_MODE
    if has_table:
        files[f"{layer}-incidence.csv"] = incidence(facts, options)
    files[f"{layer}.R"] = r_script(network, layer, has_table)
    return {name: text.encode("utf-8") for name, text in files.items()}


def node_table(network: nx.Graph) -> str:
    """Return the nodes as CSV: ``name`` (the short id, unique), the attributes, and the IRI."""
    copy = plain(network)
    columns = [key for key in next(iter(copy.nodes.values()), {}) if key not in ("slug", "label")]
    rows = [[_name(network, n), *(data[key] for key in columns), n] for n, data in copy.nodes(data=True)]
    return _csv(["name", *columns, "iri"], rows)


def tie_table(network: nx.Graph) -> str:
    """Return the ties as CSV, one for each pair: ``from``, ``to``, the weights, and what is behind them."""
    copy = plain(network)
    columns = list(next(iter(copy.edges(data=True)), (0, 0, {}))[2])
    rows = [
        [_name(network, u), _name(network, v), *(data[key] for key in columns)] for u, v, data in copy.edges(data=True)
    ]
    return _csv(["from", "to", *columns], rows)


def event_table(facts: Facts, options: Options | None = None) -> str:
    """Return every event behind the ties as CSV: who and who, in which measure and context, told where.

    For projections an event is a shared one, for stated ties each measure that states the tie, for the other layers the
    tie itself. ``actors in event`` is in the layers whose events have actors: affiliation and the projections.
    """
    options = (options or Options()).of(facts.layer)
    if facts.layer in TWO_MODE:
        return _csv(
            ["from", "to", "measure", "event", "actors in event", "evidence"], sorted(_meetings(facts, options))
        )
    return _csv(["from", "to", "measure", "event", "evidence"], sorted(_statements(facts, options)))


def _meetings(facts: Facts, options: Options) -> Iterator[list[Any]]:
    members: dict[tuple[str, str], list[Joint]] = defaultdict(list)
    for joint in joint_events(facts, options):
        members[joint.event, joint.measure].append(joint)
    contexts = _contexts(facts, members)
    for (event, measure), parts in members.items():
        where = [facts.ids[measure], contexts[event], len(parts)]
        if facts.layer == "affiliation":
            for part in parts:
                yield [node_id(facts, part.actor), facts.ids[measure], *where, _value(part.evidence)]
        else:
            for first, second in combinations(parts, 2):
                ends = [node_id(facts, part.actor) for part in (first, second)]
                yield [*ends, *where, _value(first.evidence | second.evidence)]


def _statements(facts: Facts, options: Options) -> Iterator[list[Any]]:
    told: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for (first, second, *kind), rows in stated(facts, options).items():
        ends = (second, first) if kind == ["carried out by"] else (first, second)
        for row in rows:
            measure = unit_of(facts, row["measure"], options) if "measure" in row else ""
            told[*ends, measure or ""] |= {row["evidence"]} - {None}
    for (first, second, measure), evidence in told.items():
        where = facts.ids.get(measure, "")
        yield [node_id(facts, first), node_id(facts, second), where, where, _value(evidence)]


def adjacency(network: nx.Graph, weight: str = "weight") -> str:
    """Return the adjacency matrix as CSV, the short ids in the first row and column, 0 where there is no tie."""
    nodes = sorted(network, key=lambda node: _name(network, node))
    rows = [
        [_name(network, u), *(_value(network[u][v][weight]) if network.has_edge(u, v) else 0 for v in nodes)]
        for u in nodes
    ]
    return _csv(["", *(_name(network, node) for node in nodes)], rows)


def incidence(facts: Facts, options: Options | None = None) -> str:
    """Return the two-mode table as CSV: actors down, events across, 1 where the actor takes part.

    Its rows are the actors of the network, those that ``isolates`` leaves out of that included. Its columns are the
    events that have an actor, in affiliation all measures, as they are nodes there.
    """
    options = (options or Options()).of(facts.layer)
    pairs = set(pairs_of(facts, options))
    actors = sorted(actors_of(facts, options), key=lambda actor: node_id(facts, actor))
    events = {event for _, event in pairs}
    if facts.layer == "affiliation":
        events |= {(unit, unit) for unit in units_of(facts, options)}
    contexts = _contexts(facts, events)
    named = {
        (context, measure): facts.ids[measure] if context == measure else f"{facts.ids[measure]} {contexts[context]}"
        for context, measure in events
    }
    columns = sorted(named, key=lambda event: output.natural(named[event]))
    rows = [[node_id(facts, actor), *(int((actor, event) in pairs) for event in columns)] for actor in actors]
    return _csv(["", *map(named.__getitem__, columns)], rows)


def r_script(network: nx.Graph, layer: str, has_table: bool) -> str:
    """Return an R script that loads the tables of a layer with the right types into igraph and as matrices for sna."""
    directed = "TRUE" if network.is_directed() else "FALSE"
    logical = ', type = "logical"' if any("type" in data for _, data in network.nodes(data=True)) else ""
    lines = [
        f"# Loads the layer {layer}: {network.graph['definition']}",
        "# Run in the folder that holds the tables. Needs igraph; the matrices are for sna.",
        "library(igraph)",
        "text_columns <- function(file, ...) {",
        '  types <- rep("character", length(read.csv(file, nrows = 1, check.names = FALSE)))',
        "  names(types) <- names(read.csv(file, nrows = 1, check.names = FALSE))",
        "  given <- c(...)",
        "  types[intersect(names(given), names(types))] <- given[intersect(names(given), names(types))]",
        '  read.csv(file, colClasses = types, encoding = "UTF-8", check.names = FALSE, na.strings = NULL)',
        "}",
        f'nodes <- text_columns("{layer}-nodes.csv"{logical})',
        f'ties <- text_columns("{layer}-ties.csv", weight = "numeric", count = "integer",',
        '  newman = "numeric", jaccard = "numeric")',
        f"network <- graph_from_data_frame(ties, directed = {directed}, vertices = nodes)",
        f'adjacency <- as.matrix(read.csv("{layer}-adjacency.csv", row.names = 1, check.names = FALSE))',
    ]
    if has_table:
        lines.append(f'incidence <- as.matrix(read.csv("{layer}-incidence.csv", row.names = 1, check.names = FALSE))')
    lines += [
        f'options_used <- paste(readLines("{layer}-options.json", encoding = "UTF-8"), collapse = "\\n")',
        f"stopifnot(vcount(network) == {network.number_of_nodes()}, ecount(network) == {network.number_of_edges()})",
        "print(network)",
    ]
    return "\n".join(lines) + "\n"


def _name(network: nx.Graph, node: str) -> str:
    return str(network.nodes[node]["slug"])


def _contexts(facts: Facts, events: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the context of each event → its short id, the whole IRI where two would share one."""
    return unique({context: facts.ids.get(context) or short(context) for context, _ in events})


def _value(value: Any) -> str | int | float | bool:
    if isinstance(value, (tuple, list, set, frozenset)):
        return " ".join(sorted(map(str, value)))
    if value is None:
        return ""
    # The last digits of a sum depend on the order of its terms.
    return round(value, 9) if isinstance(value, float) else value


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV; truth values as R and spreadsheets write them."""
    return output.csv_text(columns, ([str(v).upper() if isinstance(v, bool) else v for v in row] for row in rows))


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
