"""The sections on how far the numbers can be trusted: chance, another layer, other choices."""

from dataclasses import replace

from plangraph.analysis import chance, metrics, ranking
from plangraph.errors import UsageError
from plangraph.networks.layers import network_of
from plangraph.networks.printing import Section
from plangraph.networks.report.study import LEADERS, Study
from plangraph.networks.texts import number


def against_chance(study: Study) -> Section:
    """Which pairs share more events than chance would give."""
    found = study.null
    if found is None:
        return study.section("chance", study.note("nothing_to_test"))
    chain = found.chain
    verdict = study.note(
        "chance_some" if found.significant else "chance_none",
        ties=found.significant,
        family=found.family,
        alpha=found.alpha,
    )
    note = study.note(
        "chance",
        seed=str(chain.seed),
        samples=chain.samples,
        burn_in=chain.burn_in,
        thinning=chain.thinning,
        smallest=found.smallest_p,
        mixing="; ".join(number(share, study.lang, ".2f") for share in chain.moved),
        autocorrelation=chain.autocorrelation,
        cycles=found.cycles,
        expected=found.cycles_expected,
        p=found.cycles_p,
    )
    note = f"{verdict} {note}"
    if found.family / found.alpha > chain.samples + 1 and not found.significant:
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


def association(study: Study) -> Section:
    """Whether actors that share events are also those whose cooperation the text states."""
    assert study.stated
    words = {"layer": study.stated.layer, "title": study.words["layers"][study.stated.layer]}
    study.progress(study.say("progress", "association", **words))
    try:
        network = network_of(study.stated, replace(study.given, roles=()))
    except UsageError:
        return study.section("association", study.note("association_empty", **words), **words)
    found = chance.association(study.events, network, study.seed, min(study.samples or 999, 999))
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


def leaders(study: Study) -> Section:
    """The ranks of the leading actors under all other choices."""
    size, compared = study.size or LEADERS, study.agreement.values()
    base = metrics.strength(study.network)
    own = ranking.competition_ranks(base)
    rows = []
    for place, actor in enumerate(ranking.top(base, size)):
        ranks = [rank for other in compared if (rank := other.base_leaders[place]) is not None]
        rows.append(
            {
                "rank here": own[actor],
                "actor": study.name(actor),
                "best": min(ranks, default=None),
                "worst": max(ranks, default=None),
                "in the top": study.say("words", "of", n=sum(rank <= size for rank in ranks), all=len(compared)),
                "id": study.id(actor),
            }
        )
    rhos = [other.correlation for other in compared if other.correlation is not None]
    note = study.note("universe", n=len(compared), least=min(rhos, default=None), most=max(rhos, default=None))
    return study.section("leaders", note, rows)


def universe(study: Study) -> Section:
    """The network and its leading actors under each other choice."""
    words = study.words["short"]
    rows = [
        {
            "unit": words[options.unit],
            "weight": words[options.weight],
            "stages": " + ".join(words[stage] for stage in options.stages),
            "groups": words[options.groups],
            "evidence": f"≥ {options.evidence}",
            "nodes": len(study.variants[options]),
            "ties": study.variants[options].number_of_edges(),
            "ρ": other.correlation,
            "shared top": other.shared_top,
            "leading": ", ".join(study.name(n) for n in other.leading[:3]),
            "top": " ".join(study.id(n) for n in other.leading),
        }
        for options, other in study.agreement.items()
    ]
    return study.section("universe", "", rows)
