"""The analysis of a layer as a report: figures, rankings, groups, chance, sensitivity, and a methods paragraph."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plangraph import __version__
from plangraph.errors import UsageError
from plangraph.networks.choices import DIRECTED, LAYERS, ONE_MODE, TWO_MODE
from plangraph.networks.facts import read_facts, read_plans
from plangraph.networks.layers import network_of
from plangraph.networks.options import make_options
from plangraph.networks.printing import Analysis, Section
from plangraph.networks.report import actors, clusters, doubt, outline
from plangraph.networks.report.methods import methods
from plangraph.networks.report.study import LEADERS, Progress, Study
from plangraph.networks.selection import pairs_of
from plangraph.networks.texts import LANGUAGES, say

if TYPE_CHECKING:
    from plangraph.stores import Store

# The layers whose events are compared with the cooperation that the text states.
COMPARED = ("co-participation", "co-involvement")
# The layers whose actors are ranked, so that the choices can be compared.
RANKED = ("affiliation", *ONE_MODE)
# The sections in reading order, each with the layers whose report has it.
SECTIONS: tuple[tuple[Callable[[Study], Section], tuple[str, ...]], ...] = (
    (outline.choices, LAYERS),
    (outline.whole, (*ONE_MODE, *DIRECTED)),
    (outline.two_modes, TWO_MODE),
    (actors.importance, TWO_MODE),
    (actors.answering, ("responsibility",)),
    (actors.carrying, ("responsibility",)),
    (actors.directions, ("hierarchy",)),
    (outline.basis, ("collaboration",)),
    (actors.positions, ONE_MODE),
    (actors.brokers, ONE_MODE),
    (clusters.mixing, ONE_MODE),
    (clusters.core, ONE_MODE),
    (clusters.core_fit, ONE_MODE),
    (clusters.communities, ONE_MODE),
    (clusters.community_fit, ONE_MODE),
    (doubt.against_chance, TWO_MODE),
    (doubt.random_tables, TWO_MODE),
    (doubt.association, COMPARED),
    (doubt.rankings, RANKED),
    (doubt.leaders, RANKED),
    (doubt.universe, RANKED),
)


def analyze(
    layer: str,
    data: Path | str | None = None,
    /,
    store: "Store | None" = None,
    plan: str | None = None,
    seed: int = 1,
    samples: int | None = None,
    top: int = 10,
    lang: str = "en",
    progress: Progress = lambda step: None,
    **options: Any,
) -> Analysis:
    """Return the analysis of one layer of the built graph of ``data``, or of ``store`` when it is given.

    ``options`` are those of :class:`plangraph.networks.Options`. ``plan`` is the slug of one plan where there are
    several; without it all are taken, and the report says so. ``seed`` starts all random numbers; ``samples`` is the
    number of random tables of the null model (default: :func:`plangraph.analysis.chance.samples_for`); ``top`` is how
    many ranks the tables show, 0 for all; ``lang`` is the language of the report, ``nb`` or ``en``.
    :func:`plangraph.networks.render` prints the result.

    Raises UsageError on an unknown layer, plan, language or option, on a layer that is empty under the options, and
    when seed, samples or top are no whole numbers.
    """
    for name, value, least, usual in (("seed", seed, 0, 1), ("samples", samples, 1, 999), ("top", top, 0, 10)):
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
            raise UsageError(
                f"{name} must be a whole number from {least}, not {value!r}", mend=f"give --{name} {usual}, for example"
            )
    if lang not in LANGUAGES:
        raise UsageError(f"there is no report in the language {lang!r}", mend=f"choose of: {', '.join(LANGUAGES)}")
    given = make_options(**options)
    if store is None:
        from plangraph.building import query_store

        store = query_store(data)
    facts = read_facts(layer, data, store, plan)
    stated = read_facts("collaboration", data, store, plan) if layer in COMPARED else None
    progress(say(lang, "progress", "building"))
    network = network_of(facts, given)
    events = pairs_of(facts, given) if layer in TWO_MODE else []
    plans = read_plans(data, store)
    study = Study(facts, given, network, events, stated, seed, samples, top, lang, progress, plans)
    sections = [make(study) for make, layers in SECTIONS if layer in layers]
    progress("")
    versions = {"plangraph": __version__, **{name: version(name) for name in ("networkx", "numpy", "scipy")}}
    paragraph, references = methods(study, versions)
    return Analysis(
        layer=layer,
        definition=study.definition,
        options=outline.chosen(study),
        seed=seed,
        top=top or LEADERS,
        lang=lang,
        sections=sections,
        methods=paragraph,
        references=references,
        run={
            "nodes": len(network),
            "ties": network.number_of_edges(),
            "samples": study.null.chain.samples if study.null else None,
            "data": study.modified or None,
        },
        versions=versions,
    )
