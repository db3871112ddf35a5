"""The sections on groups: ties inside and between them, core and periphery, communities."""

from plangraph.analysis import groups, metrics
from plangraph.networks.printing import Section
from plangraph.networks.report.study import Study
from plangraph.networks.texts import number

GROUPINGS = ("sector", "kind", "ministry")


def mixing(study: Study) -> Section:
    """Ties inside and between groups that the data name."""
    titles, definitions = study.words["groupings"], study.words["grouping_definitions"]
    rows = []
    for name in GROUPINGS:
        found = groups.mixing(study.network, {n: value or None for n, value in study.network.nodes(data=name)})
        rows.append(
            {
                "grouping": titles[name],
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
    defined = "; ".join(f"{titles[name]} ({definitions[name]})" for name in GROUPINGS)
    return study.section("mixing", study.note("mixing", groupings=defined), rows)


def core(study: Study) -> Section:
    """The actors that are tied to each other and to whom the rest is tied."""
    note = study.note("core" if study.core.unique else "core_not_unique")
    rows = [
        {"core actor": study.name(n), "degree": study.network.degree(n), "id": study.id(n)} for n in study.core.core
    ]
    return study.section("core", note, rows)


def core_fit(study: Study) -> Section:
    """How well the core fits the ideal."""
    found = study.core
    figures = {
        "core size": len(found.core),
        "tied": len(study.network) - len(metrics.isolates(study.network)),
        "errors": found.errors,
        "fit": found.fit,
    }
    return study.figures("core_fit", figures, "", study.words["definitions"])


def communities(study: Study) -> Section:
    """Groups that the ties themselves make."""
    found = study.communities
    rows = [
        {
            "community": place,
            "actors": len(part),
            "members": ", ".join(study.name(n) for n in sorted(part, key=lambda n: (-study.network.degree(n), n))),
        }
        for place, part in enumerate(found.groups, start=1)
    ]
    return study.section("communities", study.note("communities", seed=str(found.seed)), rows)


def community_fit(study: Study) -> Section:
    """How far the communities part the network, and how far they hang on the seed."""
    found = study.communities
    figures = {
        "communities": len(found.groups),
        "modularity": found.modularity,
        "runs": found.runs,
        "stability": found.stability,
    }
    note = study.note("community_fit", bound=number(0.9, study.lang, "g"))
    return study.figures("community_fit", figures, note, study.words["definitions"])
