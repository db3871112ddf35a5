"""The layers: one function for each definition of a tie, from the facts under the options to a network.

A layer is built from two query files (``queries/networks/<layer>-links.rq`` and ``-nodes.rq``) and stated options.
What a tie means is the summary of the first file; the options are kept with the network, so that no number goes
without them. Layers are never merged.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from plangraph import __version__, output
from plangraph.errors import check_language
from plangraph.names import short
from plangraph.networks.choices import JOINT, TAKES
from plangraph.networks.facts import EmptyLayer, Facts, Row, read_facts
from plangraph.networks.nodes import describe_node
from plangraph.networks.options import Options, make_options, wider, written
from plangraph.networks.selection import (
    Joint,
    actors_of,
    check_names,
    joint_events,
    left_out,
    stated,
    unit_of,
    units_of,
)

if TYPE_CHECKING:
    from plangraph.stores import Store


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


def network_of(facts: Facts, options: Options | None = None, lang: str = "en") -> nx.Graph:
    """Return the network of a layer's facts under the options, its nodes labelled in a language.

    Raises EmptyLayer when no tie is left.
    """
    options = (options or Options()).of(facts.layer)
    check_names(facts, options)
    network = MAKERS[facts.layer](facts, options)
    if options.isolates == "out":
        network.remove_nodes_from(list(nx.isolates(network)))
    if not network.number_of_edges():
        nodes = output.count(network.number_of_nodes(), "node")
        raise EmptyLayer(
            f"the layer {facts.layer} has {nodes} and no tie under {written(facts.layer, options)}",
            mend=wider(facts.layer, options),
        )
    _describe(network, facts, options, lang)
    return network


def responsibility(facts: Facts, options: Options) -> nx.DiGraph:
    """Tie a ministry to each measure it answers for, and the measure to each body that carries it out."""
    network = nx.DiGraph()
    network.add_nodes_from(actors_of(facts, options))
    for (actor, unit, kind), rows in stated(facts, options).items():
        _tie(
            network,
            (actor, unit) if kind == "answers for" else (unit, actor),
            weight=1,
            measures={unit},
            participations={row["participation"] for row in rows},
            evidence={row["evidence"] for row in rows},
            kind=kind,
        )
    return network


def affiliation(facts: Facts, options: Options) -> nx.Graph:
    """Tie actors to the measures under which they take part; actors and measures without a tie stay in."""
    network = nx.Graph()
    network.add_nodes_from(actors_of(facts, options), bipartite=0)
    network.add_nodes_from(sorted(units_of(facts, options)), bipartite=1)
    for joint in joint_events(facts, options):
        _tie(
            network,
            (joint.actor, joint.measure),
            weight=1,
            measures={joint.measure},
            participations=joint.participations,
            evidence=joint.evidence,
        )
    return network


def collaboration(facts: Facts, options: Options) -> nx.Graph:
    """Tie two actors when the text tells of them together or gives them roles that tie; actors without a tie stay in.

    ``basis`` says which: ``together``, ``role`` or both. ``roles`` holds the pairs of roles that tie the two, the role
    that ties first (``consulted:developer``), so that grants (``recipient:…``) and commissions (``commissioner:…``)
    can be told from work; it is empty for a tie without such a pair.
    """
    network = nx.Graph()
    network.add_nodes_from(actors_of(facts, options))
    for (first, second), rows in stated(facts, options).items():
        units = {unit for row in rows if (unit := unit_of(facts, row["measure"], options))}
        _tie(
            network,
            (first, second),
            weight=len(units),
            measures=units,
            participations={row[end] for row in rows for end in ("participation", "otherParticipation")},
            evidence={row["evidence"] for row in rows},
            basis=" ".join(sorted({word for row in rows for word in row["basis"].split()})),
            roles=tuple(sorted({_roles(row) for row in rows if "role" in row["basis"]})),
        )
    return network


def projection(facts: Facts, options: Options) -> nx.Graph:
    """Tie two actors for the events they share, with every weight of a shared event; actors without a tie stay in."""
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
    network.add_nodes_from(actors_of(facts, options))
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
            weight=weights[options.weight],
            measures={first.measure for first, _ in meetings},
            participations={p for joint in both for p in joint.participations},
            evidence={e for joint in both for e in joint.evidence},
            **weights,
        )
    return network


def hierarchy(facts: Facts, options: Options) -> nx.DiGraph:
    """Tie a body to the body it is part of, as it is stated or as an outside source has it."""
    network = nx.DiGraph()
    network.add_nodes_from(actors_of(facts, options))
    for (below, above), rows in stated(facts, options).items():
        claims = {row["claim"] for row in rows if row["claim"]}
        _tie(
            network,
            (below, above),
            weight=1,
            measures=set(),
            participations=claims,
            evidence={row["evidence"] for row in rows if row["evidence"]},
            basis="stated" if claims else "outside",
        )
    return network


# A new layer is a function here, its name in choices.py, its two queries, and its title in texts.toml.
MAKERS: Mapping[str, Callable[[Facts, Options], nx.Graph]] = {
    "responsibility": responsibility,
    "affiliation": affiliation,
    "collaboration": collaboration,
    **dict.fromkeys(JOINT, projection),
    "hierarchy": hierarchy,
}


def _roles(row: Row) -> str:
    return f"{short(row['role'])}:{short(row['otherRole'])}"


def _tie(
    network: nx.Graph,
    ends: tuple[str, str],
    *,
    weight: float,
    measures: Iterable[str],
    participations: Iterable[str],
    evidence: Iterable[str],
    **more: Any,
) -> None:
    network.add_edge(
        *ends,
        weight=weight,
        measures=tuple(sorted(measures)),
        participations=tuple(sorted(participations)),
        evidence=tuple(sorted(evidence)),
        **more,
    )


def _describe(network: nx.Graph, facts: Facts, options: Options, lang: str) -> None:
    for node, attributes in network.nodes(data=True):
        attributes |= describe_node(facts, node)
        if "bipartite" in attributes:
            attributes["type"] = attributes["bipartite"] == 1
        attributes["label"] = attributes[lang]
    unit = "unit" in TAKES[facts.layer]
    network.graph |= {
        "layer": facts.layer,
        "definition": facts.definition["en"],
        "plan": " ".join(facts.plans),
        "directed": network.is_directed(),
        **options.described(facts.layer),
        **({"units": len(units_of(facts, options)), "left_out": left_out(facts, options)} if unit else {}),
        "plangraph": __version__,
    }
