"""The methods paragraph, ready for a paper, and the references that it cites."""

from collections.abc import Mapping
from typing import Any

from plangraph.networks.choices import JOINT, ONE_MODE, TAKES, TWO_MODE
from plangraph.networks.report.doubt import tried
from plangraph.networks.report.study import Study
from plangraph.networks.texts import listed

# Authors, and where the work stands: as in the docstrings of plangraph.analysis.
REFERENCES = {
    "barrat": ("A. Barrat et al.", "PNAS 101 (2004) 3747–3752"),
    "benjamini": ("Y. Benjamini & Y. Hochberg", "Journal of the Royal Statistical Society B 57 (1995) 289–300"),
    "blondel": ("V. Blondel et al.", "Journal of Statistical Mechanics (2008) P10008"),
    "bonacich": ("P. Bonacich", "Journal of Mathematical Sociology 2 (1972) 113–120"),
    "borgatti": ("S. Borgatti & M. Everett", "Social Networks 19 (1997) 243–269"),
    "burt": ("R. Burt", "Structural Holes (1992)"),
    "faust": ("K. Faust", "Social Networks 19 (1997) 157–191"),
    "freeman": ("L. Freeman", "Sociometry 40 (1977) 35–41"),
    "freeman2": ("L. Freeman", "Social Networks 1 (1979) 215–239"),
    "jaccard": ("P. Jaccard", "New Phytologist 11 (1912) 37–50"),
    "krackhardt": ("D. Krackhardt & R. Stern", "Social Psychology Quarterly 51 (1988) 123–140"),
    "latapy": ("M. Latapy et al.", "Social Networks 30 (2008) 31–48"),
    "lip": ("S. Lip", "arXiv:1102.5511 (2011)"),
    "newman": ("M. Newman", "Physical Review E 64 (2001) 016132"),
    "newman3": ("M. Newman", "Physical Review E 67 (2003) 026126"),
    "newman6": ("M. Newman", "PNAS 103 (2006) 8577–8582"),
    "robins": ("G. Robins & M. Alexander", "Computational & Mathematical Organization Theory 10 (2004) 69–94"),
    "seidman": ("S. Seidman", "Social Networks 5 (1983) 269–287"),
    "spearman": ("C. Spearman", "American Journal of Psychology 15 (1904) 72–101"),
    "steegen": ("S. Steegen et al.", "Perspectives on Psychological Science 11 (2016) 702–712"),
    "strona": ("G. Strona et al.", "Nature Communications 5 (2014) 4114"),
    "wasserman": ("S. Wasserman & K. Faust", "Social Network Analysis (1994)"),
}
# The sentences that cite a work.
CITING = {
    "weight_newman": ("newman",),
    "weight_jaccard": ("jaccard",),
    "whole": ("wasserman",),
    "two_mode": ("faust", "borgatti", "robins", "latapy"),
    "weighted": ("barrat", "bonacich", "newman"),
    "unweighted": ("freeman", "freeman2", "wasserman", "seidman", "burt", "lip"),
    "communities": ("blondel", "newman6"),
    "mixing": ("krackhardt", "newman3"),
    "chance_none": ("strona", "benjamini"),
    "chance_some": ("strona", "benjamini"),
    "multiverse": ("spearman", "steegen"),
}


def methods(study: Study, versions: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the paragraph and the references that it cites, by author.

    It tells the layer, every choice, the size, the methods with their sources, and the programs.
    """
    sentences = {**_data(study), **_network(study), **_metrics(study), **_trust(study)}
    sentences["computed"] = {"versions": ", ".join(f"{name} {version}" for name, version in versions.items())}
    cited = {REFERENCES[name] for key in sentences for name in CITING.get(key, ())}
    references = [f"{authors}, {where}." for authors, where in sorted(cited, key=_by_author)]
    return " ".join(study.say("methods", key, **fields) for key, fields in sentences.items()), references


def _by_author(reference: tuple[str, str]) -> tuple[str, str]:
    """Return the last name of the first author, and the year."""
    authors, where = reference
    return authors.partition(" ")[2], where[where.rindex("(") :]


Sentences = dict[str, dict[str, Any]]  # Key of the text → its fields, in the order of reading.


def _data(study: Study) -> Sentences:
    facts, definition = study.facts, study.definition
    fields = {
        "title": study.words["layers"][study.layer],
        "layer": study.layer,
        "definition": definition[0].lower() + definition[1:],
    }
    found: Sentences = {"layer": {**fields, "plans": _plans(study)}} if facts.plans else {"layer_alone": fields}
    if study.modified:
        found["data"] = {"date": study.modified}
    return found


def _plans(study: Study) -> str:
    def named(plan: str) -> str:
        title = study.titles.get(plan, "")
        return study.say("methods", "titled", title=title, plan=plan) if title else plan

    plans = [named(plan) for plan in study.facts.plans]
    if len(plans) == 1:
        return study.say("methods", "one_plan", plan=plans[0])
    return study.say("methods", "plans", n=len(plans), plans=", ".join(plans))


def _network(study: Study) -> Sentences:
    layer, options, network = study.layer, study.options, study.network
    values = {
        "unit": (f"unit_{options.unit}", {"n": network.graph.get("units")}),
        "stages": ("stages", {"stages": listed(options.stages, study.lang)}),
        "roles": ("roles", {"roles": listed(options.roles, study.lang)}),
        "areas": ("areas", {"areas": listed(options.areas or ("all",), study.lang)}),
        "level": ("level", {"level": study.words["short"][options.level]}),
        "groups": (f"groups_{options.groups}", {}),
        "isolates": (f"isolates_{options.isolates}", {}),
    }
    choices = [study.say("methods", key, **fields) for name, (key, fields) in values.items() if name in TAKES[layer]]
    if options.evidence > 1:
        choices.append(study.say("methods", "evidence_parts" if layer in TWO_MODE else "evidence", n=options.evidence))
    told = "; ".join(choices)
    found: Sentences = {"choices": {"choices": told[0].upper() + told[1:]}}
    if layer in TWO_MODE:
        found["event_context" if layer == "co-participation" else "event_unit"] = {}
    weighted = f"weight_{options.weight}" if layer in JOINT else "weight_stated"
    found[weighted if layer in ONE_MODE else "weight_none"] = {}
    parts = study.parts
    found["size"] = {
        "nodes": len(network),
        "ties": network.number_of_edges(),
        "components": len(parts),
        "isolates": sum(len(part) == 1 for part in parts),
    }
    if study.alone:
        found["alone"] = {"n": study.alone}
    return found


def _metrics(study: Study) -> Sentences:
    found: Sentences = {}
    if study.layer != "affiliation":
        found["whole"] = {}
    if study.layer in TWO_MODE:
        found["two_mode"] = {}
    if study.layer in ONE_MODE:
        found |= {"weighted": {}, "unweighted": {}, "communities": {"seed": str(study.seed)}, "mixing": {}}
    return found


def _trust(study: Study) -> Sentences:
    found: Sentences = {}
    if study.null:
        chain = study.null.chain
        found["chance_some" if study.null.significant else "chance_none"] = {
            "samples": chain.samples,
            "seed": str(study.seed),
            "burn_in": chain.burn_in,
            "thinning": chain.thinning,
            "family": study.null.family,
            "ties": study.null.significant,
            "alpha": study.null.alpha,
        }
        if study.null.few_samples:
            found["few_samples"] = {}
    if study.association and study.association.correlation is not None:
        found["association"] = {"layer": "collaboration", "samples": study.association.samples, "seed": str(study.seed)}
    if study.layer in (*TWO_MODE, *ONE_MODE):
        found |= {"multiverse": tried(study), "sensitivity": {}}
    return found
