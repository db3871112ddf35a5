"""The commands about networks: network, analyze."""

import argparse
import sys
from pathlib import Path
from typing import Any

from plangraph.cli.options import add_language, add_store, form_of, progress, say, store_of
from plangraph.errors import UsageError
from plangraph.networks.choices import CHOICES, LAYERS
from plangraph.vocabulary import STAGES

# What an argument may be, for the shell to complete.
VALUES = {"layer": LAYERS, "stages": STAGES, **CHOICES}
FILES = {"graphml": (".graphml",), "gexf": (".gexf",), "cytoscape": (".cyjs",), "json": (".json",), "csv": (".csv",)}
REPORTS = ("table", "md", "csv", "json")


def register(add: Any) -> None:
    """Add the commands of this group."""
    command = add(
        "network",
        network,
        """plangraph network co-involvement --format graphml > co-involvement.graphml
        plangraph network collaboration --to networks/
        plangraph network affiliation --unit number --groups in --format csv""",
    )
    _layer(command)
    command.add_argument(
        "--format", choices=tuple(FILES), help="the format (default: what the name of the file says, else graphml)"
    )
    command.add_argument(
        "--to",
        metavar="FILE|DIR",
        help="write a file, or every format, tables, matrices and an R script into a folder (a name without an ending)",
    )
    command = add(
        "analyze",
        analyze,
        """plangraph analyze co-involvement
        plangraph analyze collaboration --unit number --stages reported announced
        plangraph analyze co-mention --format md > co-mention.md""",
    )
    _layer(command)
    command.add_argument("--format", choices=REPORTS, default="table", help="how to print (default: table)")
    command.add_argument("--seed", default="1", metavar="N", help="of all random numbers (default: 1)")
    command.add_argument(
        "--samples", metavar="N", help="random tables of the null model (default: as many as the correction needs)"
    )
    command.add_argument("--top", default="10", metavar="N", help="ranks to show, 0 for all (default: 10)")
    add_language(command, "language of the report", "en")


def network(options: argparse.Namespace) -> int:
    """Print a layer in one format, or write all formats into a folder."""
    from plangraph import networks
    from plangraph.files import write_all, write_text
    from plangraph.networks.files import document, folder

    to_folder = options.to and (options.to.endswith("/") or Path(options.to).is_dir() or not Path(options.to).suffix)
    form = form_of("--to", None if to_folder else options.to, options.format, FILES, "graphml")
    chosen = networks.make_options(**_options(options))
    facts = networks.read_facts(options.layer, options.data, store_of(options), options.plan)
    if len(facts.plans) > 1:
        say(networks.several(facts))
    if not to_folder:
        text = document(networks.network_of(facts, chosen), form)
        if options.to:
            write_text(Path(options.to), text)
        else:
            sys.stdout.write(text)
        return 0
    files = folder(facts, chosen)
    write_all(Path(options.to), files)
    for name in files:
        print(Path(options.to) / name)
    return 0


def analyze(options: argparse.Namespace) -> int:
    """Print the analysis of a layer."""
    seed, size = _whole("seed", options.seed), _whole("top", options.top)
    samples = None if options.samples is None else _whole("samples", options.samples)
    from plangraph import networks

    analysis = networks.analyze(
        options.layer,
        options.data,
        store=store_of(options),
        plan=options.plan,
        seed=seed,
        samples=samples,
        top=size,
        lang=options.lang,
        progress=progress,
        **_options(options),
    )
    sys.stdout.write(networks.render(analysis, options.format))
    return 0


def _layer(command: argparse.ArgumentParser) -> None:
    command.add_argument("layer", metavar="LAYER", help=f"one of: {', '.join(LAYERS)}")
    add_store(command)
    command.add_argument("--plan", metavar="SLUG", help="one plan, where there are several (default: all together)")
    add = command.add_argument_group("what counts").add_argument
    add("--unit", default="entry", help="entry (a measure with a status of its own) or number (default: entry)")
    add("--stages", nargs="+", default=["reported"], help=f"of {', '.join(STAGES)} (default: reported)")
    add("--roles", nargs="+", default=[], help="role codes, active or all (default: active; collaboration: all)")
    add("--areas", nargs="+", default=[], help="numbers of focus areas (default: all)")
    add("--level", default="body", help="body, ministry (lifted to it) or sector (default: body)")
    add("--groups", default="out", help="groups and generic classes of actors: in or out (default: out)")
    add("--isolates", default="in", help="actors without a tie: in or out (default: in)")
    add("--weight", default="", help="of a projection: newman, count or jaccard (default: newman)")
    add(
        "--evidence",
        default="1",
        metavar="N",
        help="least number of spans that state an actor's part in an event, or a tie (default: 1)",
    )


def _options(given: argparse.Namespace) -> dict[str, Any]:
    names = ("unit", "stages", "roles", "areas", "level", "groups", "isolates", "weight")
    return {**{name: getattr(given, name) for name in names}, "evidence": _whole("evidence", given.evidence)}


def _whole(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"{name} must be a whole number, not {text!r}", mend=f"give --{name} 1, for example") from None
