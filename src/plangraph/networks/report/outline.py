"""The sections on what the numbers rest on: choices, the network as a whole, the two modes."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from plangraph.analysis import metrics, twomode
from plangraph.networks.choices import DIRECTED, ONE_MODE
from plangraph.networks.facts import several
from plangraph.networks.printing import Section
from plangraph.networks.report.study import Study
from plangraph.networks.selection import left_out
from plangraph.networks.texts import described

# The layers in which an actor must do something to be in.
ACTIVITY = ("affiliation", "co-participation", "co-involvement")
# Pairs of roles in which one gives and the other receives, or one orders and the other delivers.
RECEIVED = ("recipient:", "commissioner:")


def choices(study: Study) -> Section:
    """Every choice behind the network, and what it leaves out."""
    rows = [
        {
            "choice": study.words["options"][name],
            "value": value if name == "plan" or isinstance(value, int) else described(value, study.lang),
            "option": _option(name, value),
        }
        for name, value in chosen(study).items()
    ]
    return study.section("choices", " ".join(_remarks(study)), rows)


def chosen(study: Study) -> dict[str, str | int]:
    """Return option → value, that of the plan included where the graph names one."""
    plans = {"plan": " ".join(study.facts.plans)} if study.facts.plans else {}
    return plans | study.options.described(study.layer)


def _option(name: str, value: str | int) -> str:
    """Return how a choice is given on the command line; empty where it cannot be, as for all areas."""
    if value == "not applicable" or (name, value) == ("areas", "all") or (name == "plan" and " " in str(value)):
        return ""
    return f"--{name} {value}"


def _remarks(study: Study) -> list[str]:
    remarks = [study.definition]
    if len(study.facts.plans) > 1:
        remarks.append(several(study.facts, study.lang))
    missing = left_out(study.facts, study.options)
    if missing:
        remarks.append(study.note("left_out_mentions" if study.layer == "co-mention" else "left_out", n=missing))
    remarks += _ministries(study)
    if study.options.groups == "out":
        remarks.append(study.note("groups_out"))
    return remarks


def _ministries(study: Study) -> list[str]:
    """Return what ministries are among the actors: themselves, or also the bodies below them."""
    kinds = [kind for _, kind in study.network.nodes(data="kind") if kind != "Measure"]
    inside = kinds.count("Ministry")
    if study.options.level == "ministry":
        return [study.note("lifted", n=inside, rest=len(kinds) - inside, all=len(kinds))]
    if study.layer in ACTIVITY and study.options.level == "body" and study.options.roles == ("active",):
        return [study.note("ministries" if inside else "no_ministries", n=inside)]
    return []


def whole(study: Study) -> Section:
    """The figures of the network as a whole."""
    study.progress(study.say("progress", "measuring"))
    figures = metrics.summary(study.network, "weight", study.shortest)
    definitions = study.words["definitions"]
    undirected = ("tie weight", "degree centralisation", "betweenness centralisation")
    left = undirected if study.layer in DIRECTED else ("reciprocity",)
    if study.layer == "responsibility":
        # Its two kinds of arcs take turns: no three nodes can close, and a way along both is no distance.
        left = (*left, "clustering", "mean distance", "longest distance")
        measures = [node for node, kind in study.network.nodes(data="kind") if kind == "Measure"]
        figures["density"] = figures["ties"] / (2 * len(measures) * (figures["nodes"] - len(measures)))
        definitions = definitions | study.words["responsibility_definitions"]
    shown = {name: value for name, value in figures.items() if name not in left}
    return study.figures("network", shown, " ".join(_parts(study, shown)), definitions)


def _parts(study: Study, figures: Mapping[str, Any]) -> list[str]:
    """Return what to know of a network in several parts; nothing of one in a single part."""
    if figures["components"] < 2:
        return []
    notes = [study.note("disconnected", components=figures["components"], isolates=figures["isolates"])]
    if "mean distance" in figures:
        notes.append(study.note("distances"))
    if study.layer in ONE_MODE:
        outside = sum(values["eigenvector"] == 0 for values in study.nodes.values())
        notes += [study.note("parts"), study.note("outside", n=outside) if outside else study.note("no_eigenvector")]
    return notes


def two_modes(study: Study) -> Section:
    """The figures of actors and events."""
    event = "event_context" if study.layer == "co-participation" else "event"
    if study.options.unit == "number":
        event += "_number"
    elif event == "event":
        event = "event_measure"
    told = len({measure for _, (_, measure) in study.events})
    note = study.note(event, told=told, all=study.network.graph["units"])
    if study.alone:
        note += " " + study.note("alone", n=study.alone)
    definitions = study.words["definitions"] | study.words["two_mode_definitions"]
    figures = twomode.summary(study.table) | {"actors without event": study.eventless}
    return study.figures("modes", figures, note, definitions)


def basis(study: Study) -> Section:
    """What the stated ties rest on: being told together, or roles that tie, among them grants and commissions."""
    rests = [
        {*tie["roles"], *(["together"] if "together" in tie["basis"] else [])}
        for _, _, tie in study.network.edges(data=True)
    ]
    received = [all(what.startswith(RECEIVED) for what in on) for on in rests]
    counted = Counter(what for on in rests for what in on)
    alone = Counter(what for on in rests if len(on) == 1 for what in on)
    words, roles = study.words["words"], study.words["roles"]
    rows = [
        {
            "basis": words.get(what) or " – ".join(roles.get(role, role) for role in what.split(":")),
            "ties": counted[what],
            "alone": alone[what],
            "id": what,
        }
        for what in sorted(counted, key=lambda what: (-counted[what], what))
    ]
    some = sum(any(what.startswith(RECEIVED) for what in on) for on in rests)
    rows.append({"basis": words["received"], "ties": some, "alone": sum(received), "id": "received"})
    return study.section("basis", study.note("basis", n=sum(received), all=len(rests)), rows)
