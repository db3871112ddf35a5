"""The commands that hand the graph on: tables, dcat, cite."""

import argparse
import sys
from pathlib import Path
from typing import Any

from plangraph import output
from plangraph.cli.options import add_language, add_other_store, add_plan, form_of, positive, say


def register(add: Any) -> None:
    """Add the commands of this group."""
    command = add(
        "tables",
        tables,
        """plangraph tables
        plangraph tables --out my-tables --lang en
        plangraph tables --store http://localhost:7878/query""",
    )
    command.add_argument("--out", metavar="DIR", default="out/tables", help="where to write (default: out/tables)")
    add_other_store(command)
    waiting = "how long to wait for each answer of a SPARQL endpoint (default: 60)"
    command.add_argument("--timeout", type=positive, default=60, metavar="SECONDS", help=waiting)
    add_language(command, "language of the sheet for printing")
    command = add(
        "dcat",
        dcat,
        """plangraph dcat
        plangraph dcat --to out/dataset.ttl""",
    )
    command.add_argument("--to", metavar="FILE", help="the file (default: standard output)")
    command = add(
        "cite",
        cite,
        """plangraph cite participation/8-imdi
        plangraph cite 18a --format bibtex
        plangraph cite imdi --lang en""",
    )
    command.add_argument("name", metavar="ID|NAME", nargs="+", help="an IRI, a short id (imdi, 18a, claim/…) or a name")
    command.add_argument("--format", choices=("text", "bibtex", "csl"), default="text", help="default: text")
    add_plan(command, "the plan of which a measure or fact is, where several have one of that id")
    add_language(command)


def tables(options: argparse.Namespace) -> int:
    """Write the tables and print what was written."""
    from plangraph.datapackage import write_tables

    told = {"lang": options.lang, "say": say, "source": options.store, "timeout": options.timeout}
    written = write_tables(options.data, options.out, **told)
    rows = [{"file": str(path), "rows": number or None} for path, number in written]
    print(output.table(["file", "rows"], rows), end="")
    return 0


def dcat(options: argparse.Namespace) -> int:
    """Print or write the description of the data set."""
    from plangraph.catalogue import describe_dataset
    from plangraph.files import write_text

    form_of("--to", options.to, None, {"turtle": (".ttl",)}, "turtle")
    text = describe_dataset(options.data)
    if options.to:
        write_text(Path(options.to), text)
    else:
        sys.stdout.write(text)
    return 0


def cite(options: argparse.Namespace) -> int:
    """Print a citation."""
    from plangraph.citing import cite

    found = cite(" ".join(options.name), options.data, options.lang, plan=options.plan)
    form = {"text": found.plain, "bibtex": found.bibtex, "csl": found.csl}[options.format]
    sys.stdout.write(form())
    return 0
