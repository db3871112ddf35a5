"""The methods paragraph, ready for a paper."""

from collections.abc import Mapping
from typing import Any

from plangraph.networks.choices import ONE_MODE, STAGELESS, TWO_MODE
from plangraph.networks.report.study import Study
from plangraph.networks.texts import listed


def methods(study: Study, versions: Mapping[str, str]) -> str:
    """Return the paragraph: the layer, every choice, the size, the methods with their sources, the programs."""
    layer, options, network = study.layer, study.options, study.network

    def told(key: str, **fields: Any) -> str:
        return study.say("methods", key, **fields)

    definition = study.definition
    choices = [told(f"unit_{options.unit}", n=network.graph["units"])]
    if layer not in STAGELESS:
        choices += [
            told("stages", stages=listed(options.stages, study.lang)),
            told("roles", roles=listed(options.roles, study.lang)),
        ]
    choices += [
        told("areas", areas=listed(options.areas or ("all",), study.lang)),
        told("level", level=study.words["short"][options.level]),
        told(f"groups_{options.groups}"),
        told(f"isolates_{options.isolates}"),
        *(
            [told("evidence_parts" if layer in TWO_MODE else "evidence", n=options.evidence)]
            if options.evidence > 1
            else []
        ),
    ]
    parts = [
        told(
            "layer",
            title=study.words["layers"][layer],
            layer=layer,
            plans=_plans(study),
            definition=definition[0].lower() + definition[1:],
        ),
        "; ".join(choices) + ".",
        *([] if network.is_directed() else [told(f"weight_{options.weight}")]),
        told("size", nodes=network.number_of_nodes(), ties=network.number_of_edges()),
    ]
    if layer in TWO_MODE:
        parts.append(told("two_mode"))
    if layer in ONE_MODE:
        parts.append(told("centrality", seed=str(study.seed)))
    if study.null:
        parts.append(
            told(
                "chance_some" if study.null.significant else "chance_none",
                samples=study.null.chain.samples,
                seed=str(study.seed),
                family=study.null.family,
                ties=study.null.significant,
                alpha=study.null.alpha,
            )
        )
    if not network.is_directed():
        parts.append(told("sensitivity"))
    parts.append(told("computed", versions=", ".join(f"{name} {version}" for name, version in versions.items())))
    return " ".join(parts)


def _plans(study: Study) -> str:
    plans = study.facts.plans
    if not plans:
        return study.say("methods", "no_plan")
    if len(plans) == 1:
        return study.say("methods", "one_plan", plan=plans[0])
    return study.say("methods", "plans", n=len(plans), plans=", ".join(plans))
