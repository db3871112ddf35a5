"""The sections on what the numbers rest on: choices, the network as a whole, the two modes."""

from collections.abc import Mapping
from typing import Any

from plangraph.analysis import metrics, twomode
from plangraph.networks.facts import several
from plangraph.networks.printing import Section
from plangraph.networks.report.study import Study
from plangraph.networks.selection import left_out
from plangraph.networks.texts import described


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
    remarks = [study.facts.definition[study.lang]]
    if len(study.facts.plans) > 1:
        remarks.append(several(study.facts, study.lang))
    missing = left_out(study.facts, study.options)
    if missing:
        remarks.append(study.note("left_out_mentions" if study.layer == "co-mention" else "left_out", n=missing))
    if study.layer in ("affiliation", "co-participation", "co-involvement"):
        inside = [n for n, kind in study.network.nodes(data="kind") if kind == "Ministry"]
        remarks.append(study.note("ministries" if inside else "no_ministries", n=len(inside)))
    if study.options.groups == "out":
        remarks.append(study.note("groups_out"))
    return remarks


def whole(study: Study) -> Section:
    """The figures of the network as a whole."""
    study.progress(study.say("progress", "measuring"))
    figures = metrics.summary(study.network, "weight", study.shortest)
    note = ""
    if figures["components"] > 1:
        note = study.note("disconnected", components=figures["components"], isolates=figures["isolates"])
    if not study.network.is_directed():
        del figures["reciprocity"]
    return _figures(study, "network", figures, note, study.words["definitions"])


def two_modes(study: Study) -> Section:
    """The figures of actors and events."""
    event = "event_context" if study.layer == "co-participation" else "event"
    if study.options.unit == "number":
        event += "_number"
    elif event == "event":
        event = "event_measure"
    told = len({measure for _, (_, measure) in study.events})
    note = study.note(event, told=told, all=study.network.graph["units"])
    definitions = study.words["definitions"] | study.words["two_mode_definitions"]
    return _figures(study, "modes", twomode.summary(study.table), note, definitions)


def _figures(study: Study, key: str, figures: Mapping[str, Any], note: str, definitions: Mapping[str, str]) -> Section:
    rows = [
        {
            "figure": study.words["figures"][name],
            "value": value,
            "definition": definitions[name],
            "id": name,
        }
        for name, value in figures.items()
    ]
    return study.section(key, note, rows)
