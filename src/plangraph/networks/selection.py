"""Which of the facts count under the options: actors, units and rows, and who takes part in which event."""

from collections import defaultdict
from dataclasses import dataclass, replace

from plangraph.errors import UsageError
from plangraph.names import short
from plangraph.networks.choices import DIRECTED, TAKES, TWO_MODE
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


def stated(facts: Facts, options: Options) -> dict[tuple[str, ...], list[Row]]:
    """Return what the links of a layer state under the options, each with the rows behind it, sorted.

    That is an actor's part in an event (actor, event, unit) in the layers made of events, an answer or a part (actor,
    unit, kind) in responsibility, and otherwise a pair of actors. Both ends have to be among :func:`actors_of`. What
    fewer spans than ``evidence`` state is left out, here and nowhere else. Rows told under a number's own heading have
    no entry and are left out when the unit is ``entry``: :func:`left_out` counts them.
    """
    options = options.of(facts.layer)
    nodes = set(actors_of(facts, options))
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in facts.links:
        ends = [end for name in ("actor", "other") if name in row and (end := actor_of(facts, row[name], options))]
        unit = unit_of(facts, row["measure"], options) if "measure" in row else ""
        both = len(set(ends)) == 1 + ("other" in row) and nodes.issuperset(ends)
        if both and unit is not None and is_chosen(row, options):
            found[_key(facts, row, ends, unit)].append(row)
    # A mention or an outside source may have no span at all.
    least = options.evidence if options.evidence > 1 else 0
    return {key: rows for key, rows in sorted(found.items()) if len(_spans(rows)) >= least}


def joint_events(facts: Facts, options: Options) -> list[Joint]:
    """Return who takes part in which event, under the options: the two-mode table behind affiliation and projections.

    Each pair of actor and event comes once, with all that supports it.
    """
    if facts.layer not in TWO_MODE:
        raise UsageError(f"the layer {facts.layer} has no two-mode table", mend=f"choose of: {', '.join(TWO_MODE)}")
    return [
        Joint(
            actor,
            event,
            unit,
            frozenset(row["participation"] for row in rows if row.get("participation")),
            frozenset(_spans(rows)),
        )
        for (actor, event, unit), rows in stated(facts, options).items()
    ]


def pairs_of(facts: Facts, options: Options) -> list[tuple[str, tuple[str, str]]]:
    """Return the two-mode table as pairs (actor, event); an event is a context within a unit."""
    return [(joint.actor, (joint.event, joint.measure)) for joint in joint_events(facts, options)]


def left_out(facts: Facts, options: Options) -> int:
    """Return how many participations or mentions the unit alone leaves out: with ``number`` they would count."""
    if options.unit == "number" or "unit" not in TAKES[facts.layer]:
        return 0
    return len(
        {
            (row[end], row.get(fact) or row["measure"])
            for rows in stated(facts, replace(options, unit="number")).values()
            for row in rows
            if not facts.measures[row["measure"]]["entry"]
            for end, fact in (("actor", "participation"), ("other", "otherParticipation"))
            if end in row
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
    """Return the actors that belong to the network under the options, sorted: those that the query of nodes found."""
    return sorted(
        {
            actor
            for row in facts.nodes
            if (actor := actor_of(facts, row["actor"], options))
            and is_chosen(row, options)
            and ("measure" not in row or unit_of(facts, row["measure"], options))
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
    """Return whether the stage and the role of a row count, and those of its other end where it has two.

    Answering for a measure counts whatever the roles: the responsibility layer is about it.
    """
    return all(
        (row.get(stage) is None or short(row[stage]) in options.stages)
        and (
            row.get(role) is None
            or row.get("kind") == "answers for"
            or _in_role(row[role], bool(row.get(active)), options)
        )
        for role, active, stage in (("role", "active", "stage"), ("otherRole", "otherActive", "otherStage"))
    )


def _in_role(role: str, active: bool, options: Options) -> bool:
    return "all" in options.roles or short(role) in options.roles or ("active" in options.roles and active)


def _key(facts: Facts, row: Row, ends: list[str], unit: str) -> tuple[str, ...]:
    if facts.layer in TWO_MODE:
        return ends[0], unit if row["event"] in facts.measures else row["event"], unit
    if facts.layer == "responsibility":
        return ends[0], unit, row["kind"]
    return tuple(ends if facts.layer in DIRECTED else sorted(ends))


def _spans(rows: list[Row]) -> set[str]:
    return {row["evidence"] for row in rows if row.get("evidence")}
