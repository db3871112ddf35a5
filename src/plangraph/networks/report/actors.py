"""The sections that rank actors: importance, positions, brokers, directions."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from plangraph.analysis import metrics, paths, projection, ranking, robustness, twomode
from plangraph.networks.choices import JOINT
from plangraph.networks.printing import Section
from plangraph.networks.report.study import Study, events_of


def importance(study: Study) -> Section:
    """Actors by their events, and how far one measure moves them."""
    nodes = twomode.node_metrics(study.table)

    def without(measure: Any) -> metrics.Values:
        return dict(events_of(study.network, (pair for pair in study.events if pair[1][1] != measure)))

    moves = robustness.leave_one_out({measure for _, (_, measure) in study.events}, without)
    ranks = {name: _ranks(nodes, name) for name in ("events", "betweenness")}
    rows = [
        {
            "rank": ranks["events"][actor],
            "actor": study.name(actor),
            "events": nodes[actor]["events"],
            "best without one": moves[actor].best,
            "worst without one": moves[actor].worst,
            "moved most by": study.name(moves[actor].mover),
            "betweenness": nodes[actor]["betweenness"],
            "betweenness rank": ranks["betweenness"].get(actor),
            "partners": nodes[actor]["partners"],
            "newman": nodes[actor]["strength (newman)"],
            "count": nodes[actor]["strength (count)"],
            "local clustering": nodes[actor]["local clustering"],
            "id": study.id(actor),
        }
        for actor in study.first(_column(nodes, "events"))
    ]
    return study.section("importance", study.note("importance"), rows)


def positions(study: Study) -> Section:
    """Actors by the weight of their ties, and how far one measure moves them."""
    measures = {measure for _, _, shared in study.network.edges(data="measures") for measure in shared}
    sensitivity = robustness.leave_one_out(measures, lambda measure: _strength_without(study, measure))
    depth = metrics.breadth_and_depth(study.network, "count" if study.layer in JOINT else "weight")
    ranks = _ranks(study.nodes, "strength")
    rows = [
        {
            "rank": ranks[actor],
            "actor": study.name(actor),
            "strength": study.nodes[actor]["strength"],
            "best without one": sensitivity[actor].best,
            "worst without one": sensitivity[actor].worst,
            "degree (breadth)": study.nodes[actor]["degree"],
            "depth": depth[actor][1],
            "closeness": study.nodes[actor]["closeness"],
            "eigenvector": study.nodes[actor]["eigenvector"],
            "core number": study.nodes[actor]["core number"],
            "id": study.id(actor),
        }
        for actor in study.first(_column(study.nodes, "strength"))
    ]
    weight = study.words["short"][study.options.weight]
    ranked = study.note("ranked_weighted", weight=weight) if study.layer in JOINT else study.note("ranked_stated")
    return study.section("positions", f"{ranked} {study.note('positions')}", rows)


def _strength_without(study: Study, measure: Any) -> metrics.Values:
    if study.layer in JOINT:
        rest = [pair for pair in study.events if pair[1][1] != measure]
        table, names, _ = projection.incidence(rest)
        sums = projection.weights(table, study.options.weight).sum(axis=1)
        without: metrics.Values = dict.fromkeys(study.network, 0)
        return without | dict(zip(names, sums.tolist(), strict=True))
    amounts = dict.fromkeys(study.network, 0)
    for u, v, shared in study.network.edges(data="measures"):
        amount = len([m for m in shared if m != measure])
        amounts[u] += amount
        amounts[v] += amount
    return dict(amounts)


def brokers(study: Study) -> Section:
    """Actors that stand between others."""
    ranks = {name: _ranks(study.nodes, name) for name in ("betweenness", "effective size")}
    weighted = paths.weighted_betweenness(study.network)
    rows = [
        {
            "rank": ranks["betweenness"].get(actor),
            "actor": study.name(actor),
            "betweenness": study.nodes[actor]["betweenness"],
            "weighted betweenness": weighted[actor],
            "effective size": study.nodes[actor]["effective size"],
            "effective size rank": ranks["effective size"].get(actor),
            "constraint": study.nodes[actor]["constraint"],
            "id": study.id(actor),
        }
        for actor in study.first(_column(study.nodes, "betweenness"))
        if study.nodes[actor]["betweenness"]
    ]
    notes = [study.note("brokers")] if rows else [study.note("no_brokers")]
    if rows and study.layer in JOINT:
        notes.append(study.note("cliques"))
    return study.section("brokers", " ".join(notes), rows)


def answering(study: Study) -> Section:
    """Ministries by the measures that they answer for."""
    arcs = study.network.edges(data="kind")
    counts = Counter(ministry for ministry, _, kind in arcs if kind == "answers for")
    return study.section("answering", study.note("answering"), _counted(study, counts, "actor", "measures"))


def carrying(study: Study) -> Section:
    """Measures by the bodies that carry them out."""
    arcs = study.network.edges(data="kind")
    counts = Counter(measure for measure, _, kind in arcs if kind != "answers for")
    return study.section("carrying", study.note("carrying"), _counted(study, counts, "measure", "bodies"))


def directions(study: Study) -> Section:
    """Bodies by the bodies that are part of them."""
    counts = {node: degree for node, degree in study.network.in_degree() if degree}
    return study.section("directions", study.note("directions"), _counted(study, counts, "node", "parts"))


def _counted(study: Study, counts: Mapping[Any, int], who: str, what: str) -> list[dict[str, Any]]:
    """Return the nodes by how many others they are tied to in one direction."""
    values: metrics.Values = dict(counts)
    ranks = ranking.competition_ranks(values)
    kinds, nodes = study.words["kinds"], study.network.nodes
    return [
        {
            "rank": ranks[node],
            who: study.name(node),
            **({} if who == "measure" else {"kind": kinds.get(nodes[node]["kind"], nodes[node]["kind"])}),
            what: counts[node],
            "id": study.id(node),
        }
        for node in study.first(values)
    ]


def _column(nodes: Mapping[Any, Mapping[str, float | None]], name: str) -> metrics.Values:
    """Return one metric of a table node → metric → value."""
    return {node: values[name] for node, values in nodes.items()}


def _ranks(nodes: Mapping[Any, Mapping[str, float | None]], name: str) -> dict[Any, int]:
    """Return the ranks of the nodes by one metric; equal values share a rank."""
    return ranking.competition_ranks(_column(nodes, name))
