"""Which of the facts count under the options: actors, units and rows, and who takes part in which event."""

from collections import defaultdict
from dataclasses import dataclass, replace

from plangraph.errors import UsageError
from plangraph.names import short
from plangraph.networks.choices import TWO_MODE
from plangraph.networks.facts import Facts, Row
from plangraph.networks.options import Options


@dataclass(frozen=True)
class Joint:
    """One actor's part in one event, in the unit chosen, with the participations and evidence behind it."""

    actor: str
    event: str
    measure: str
    participations: frozenset[str] = frozenset()
    evidence: frozenset[str] = frozenset()


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
    if facts.layer not in TWO_MODE:
        raise UsageError(f"the layer {facts.layer} has no two-mode table", mend=f"choose of: {', '.join(TWO_MODE)}")
    options = options.of(facts.layer)
    by_pair: dict[tuple[str, str, str], tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for row in facts.links:
        actor, unit = actor_of(facts, row["actor"], options), unit_of(facts, row["measure"], options)
        if actor is None or unit is None or not is_chosen(row, options):
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
            if row.get("measure") and unit_of(facts, row["measure"], replace(options, areas=())) is None
        }
    )


def unit_of(facts: Facts, measure: str, options: Options) -> str | None:
    """Return the unit that a measure counts as; None when the options leave it out."""
    row = facts.measures.get(measure)
    if row is None or (options.areas and str(row["areaId"]) not in options.areas):
        return None
    if options.unit == "number":
        return str(row["number"])
    return measure if row["entry"] else None


def units_of(facts: Facts, options: Options) -> set[str]:
    """Return the units that the options count, whether or not an actor is named under them."""
    return {unit for measure in facts.measures if (unit := unit_of(facts, measure, options))}


def actors_of(facts: Facts, options: Options) -> list[str]:
    """Return the actors that the options count, whether or not they have a tie, sorted."""
    return sorted(
        {
            actor
            for row in facts.nodes
            if (actor := actor_of(facts, row["actor"], options))
            and is_chosen(row, options)
            and unit_of(facts, row["measure"], options)
        }
    )


def actor_of(facts: Facts, actor: str, options: Options) -> str | None:
    """Return what an actor counts as: itself, its ministry or its sector; None when the options leave it out."""
    row = facts.actors.get(actor)
    if row is None or (row["group"] and options.groups == "out"):
        return None
    if options.level == "ministry":
        return str(row["ministry"] or actor)
    return f"sector:{row['sector'] or 'none'}" if options.level == "sector" else actor


def is_chosen(row: Row, options: Options) -> bool:
    """Return whether the stage and the role of a row count."""
    if not is_staged(row, options):
        return False
    if row.get("role") is None or "all" in options.roles:
        return True
    return short(row["role"]) in options.roles or ("active" in options.roles and bool(row["active"]))


def is_staged(row: Row, options: Options) -> bool:
    """Return whether the stage of a row counts."""
    # Mentions are made by reading and have no stage.
    return row.get("stage") is None or short(row["stage"]) in options.stages
