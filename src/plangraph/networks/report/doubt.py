"""The sections on how far the numbers can be trusted: chance, another layer, other choices."""

from typing import Any

from plangraph.analysis import ranking
from plangraph.networks.choices import STAGELESS
from plangraph.networks.printing import Section
from plangraph.networks.report.study import LEADERS, Study

VARIED = ("unit", "stages", "groups")


def against_chance(study: Study) -> Section:
    """Which pairs share more events than chance would give."""
    found = study.null
    if found is None:
        return study.section("chance", study.note("nothing_to_test"))
    verdict = study.note(
        "chance_some" if found.significant else "chance_none",
        ties=found.significant,
        family=found.family,
        alpha=found.alpha,
    )
    note = f"{verdict} {study.note('chance')}"
    if found.few_samples:
        note += " " + study.note("few_samples")
    rows = [
        {
            "actor": study.name(tie.pair[0]),
            "other": study.name(tie.pair[1]),
            "shared": tie.shared,
            "by chance": tie.expected,
            "p": tie.p,
            "q (corrected)": tie.q,
            "exceeds chance": tie.q <= found.alpha,
        }
        for tie in (found.ties[: max(study.size, found.significant)] if study.size else found.ties)
    ]
    return study.section("chance", note, rows)


def random_tables(study: Study) -> Section:
    """How the random tables were drawn, whether they are many enough and forget where they began."""
    found = study.null
    if found is None:
        return study.section("random", study.note("nothing_to_test"))
    chain = found.chain
    figures = {
        "family": found.family,
        "samples": chain.samples,
        "burn-in": chain.burn_in,
        "thinning": chain.thinning,
        "smallest p": found.smallest_p,
        "moved first": chain.moved[0],
        "moved half": chain.moved[len(chain.moved) // 2 - 1],
        "moved last": chain.moved[-1],
        "autocorrelation": chain.autocorrelation,
        "effective samples": chain.effective,
        "four-cycles": found.cycles,
        "four-cycles expected": found.cycles_expected,
        "four-cycles p": found.cycles_p,
    }
    note = study.note("random", seed=str(chain.seed))
    if chain.effective is not None:
        note += " " + study.note("worth", samples=chain.samples, effective=chain.effective)
    return study.figures("random", figures, note, study.words["definitions"])


def association(study: Study) -> Section:
    """Whether actors that share events are also those whose cooperation the text states."""
    assert study.stated
    words = {"layer": study.stated.layer, "title": study.words["layers"][study.stated.layer]}
    found = study.association
    if found is None:
        return study.section("association", study.note("association_empty", **words), **words)
    if found.correlation is None:
        return study.section("association", study.note("association_constant"), **words)
    row = {
        "correlation": found.correlation,
        "by chance": found.expected,
        "p": found.p,
        "actors": found.actors,
        "samples": found.samples,
    }
    return study.section("association", study.note("association", **words), [row], **words)


def rankings(study: Study) -> Section:
    """How well each ranking agrees with that of the report over all other choices."""
    rows = []
    for name in study.rankings:
        found = _correlations(study, name)
        rows.append(
            {
                "ranking": study.words["rankings"][name],
                **found,
                "choices": len(study.variants),
                "undefined": sum(study.agreement[name, options].correlation is None for options in study.variants),
                "id": name,
            }
        )
    note = study.note(
        "rankings" if len(rows) > 1 else "rankings_stated",
        **tried(study),
        ranges="; ".join(
            study.note("range", name=row["ranking"], least=row["least ρ"], most=row["most ρ"], strict=row["strict ρ"])
            for row in rows
        ),
    )
    return study.section("rankings", note, rows)


def tried(study: Study) -> dict[str, Any]:
    """Return what a sentence on the choices needs: their number, what varies, and ρ of the report's own ranking."""
    own = study.rankings[0]
    varied = [name for name in VARIED if len({getattr(options, name) for options in study.variants}) > 1]
    found = _correlations(study, own)
    return {
        "n": len(study.variants),
        "varied": " × ".join(study.words["varied"][name] for name in varied),
        "spans": study.strict.evidence,
        "own": study.words["rankings"][own],
        "least": found["least ρ"],
        "most": found["most ρ"],
        "strict": found["strict ρ"],
    }


def _correlations(study: Study, name: str) -> dict[str, float | None]:
    """Return the range of ρ of a ranking over units, stages and groups, and ρ when more evidence is asked for."""
    found = {options: study.agreement[name, options].correlation for options in study.variants}
    strict = found.pop(study.strict)
    defined = [rho for rho in found.values() if rho is not None]
    return {"least ρ": min(defined, default=None), "most ρ": max(defined, default=None), "strict ρ": strict}


def leaders(study: Study) -> Section:
    """The ranks of the leading actors under all other choices, in the ranking of the report."""
    size = study.size or LEADERS
    compared = [other for (name, _), other in study.agreement.items() if name == study.rankings[0]]
    own = ranking.competition_ranks(study.ranked)
    rows = []
    for place, actor in enumerate(ranking.top(study.ranked, size)):
        ranks = [rank for other in compared if (rank := other.base_leaders[place]) is not None]
        rows.append(
            {
                "rank here": own[actor],
                "actor": study.name(actor),
                "best": min(ranks, default=None),
                "worst": max(ranks, default=None),
                "in the top": sum(rank <= size for rank in ranks),
                "choices": len(compared),
                "id": study.id(actor),
            }
        )
    return study.section("leaders", study.note("leaders", own=study.words["rankings"][study.rankings[0]]), rows)


def universe(study: Study) -> Section:
    """The network and its leading actors under each other choice, in each ranking."""
    words = study.words["short"]
    rows = [
        {
            "ranking": study.words["rankings"][name],
            "unit": words[options.unit],
            "stages": " + ".join(words[stage] for stage in options.stages),
            "groups": words[options.groups],
            "evidence": options.evidence,
            "nodes": len(study.variants[options][0]),
            "ties": study.variants[options][0].number_of_edges(),
            "ρ": other.correlation,
            "shared top": other.shared_top,
            "leading": ", ".join(study.name(n) for n in other.first[:3]),
            "top": " ".join(study.id(n) for n in other.leading),
        }
        for (name, options), other in study.agreement.items()
    ]
    if study.layer in STAGELESS:
        rows = [{name: value for name, value in row.items() if name != "stages"} for row in rows]
    return study.section("universe", study.note("universe"), rows)
