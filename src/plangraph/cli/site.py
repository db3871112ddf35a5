"""The command that writes the site."""

import argparse
import sys
from typing import Any

from plangraph.cli.options import say
from plangraph.errors import UsageError


def register(add: Any) -> None:
    """Add the command of this group."""
    command = add(
        "site",
        site,
        """plangraph site --out site
        plangraph site --out site --report report.txt --faults-to editor@example.org""",
    )
    command.add_argument("--out", metavar="DIR", default="site", help="the folder to write (default: site)")
    command.add_argument("--graph", metavar="DIR", default="out", help="where the built graph is (default: out)")
    command.add_argument(
        "--plan", metavar="SLUG", help="the site of one plan (default: of several, one for each and a list of them)"
    )
    command.add_argument("--report", metavar="FILE", help="the report's text, to show the words behind each fact")
    command.add_argument(
        "--faults-to", metavar="ADDRESS", default="", help="e-mail or web address for reports of faults"
    )


def site(options: argparse.Namespace) -> int:
    """Write the site, of several plans one for each at plans/SLUG/, and say where it is."""
    import gc
    from pathlib import Path
    from time import perf_counter

    from plangraph.building import query_store
    from plangraph.output import count
    from plangraph.paths import find_tree
    from plangraph.plans import one_plan, plans_of
    from plangraph.site import several
    from plangraph.site.model import open_site
    from plangraph.site.writing import check_folder, write_parts, write_site

    start = perf_counter()
    check_folder(Path(options.out).resolve())
    # Nearly all that is made is kept to the end, so looking for garbage takes a seventh of the time and finds little.
    gc.disable()
    try:
        store = query_store(options.data, options.graph, say, memory=True)
        tree, built = find_tree(options.data), Path(options.graph)
        plans = plans_of(store)
        if options.plan or len(plans) <= 1:
            part = one_plan(store, options.plan) if options.plan else store
            made = open_site(
                part,
                tree,
                report=options.report,
                faults_to=options.faults_to,
                built=built if part is store else None,
            )
            number = write_site(made, options.out, _progress)
        elif options.report:
            raise UsageError(
                f"--report is the text of one plan, and the graph holds {count(len(plans), 'plan')}",
                mend=f"name one with --plan: {', '.join(plan.slug for plan in plans)}",
            )
        else:
            number = write_parts(
                several.parts(store, tree, faults_to=options.faults_to, built=built), options.out, _progress
            )
    finally:
        gc.enable()
    index = Path(options.out) / "index.html"
    print(f"{count(number, 'file')} written in {perf_counter() - start:.1f} s; open {index}")
    return 0


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r\033[K{done:,} of {total:,} files", end=end, file=sys.stderr, flush=True)
