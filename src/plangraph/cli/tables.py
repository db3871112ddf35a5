"""The commands that hand the graph on: tables, dcat, cite."""

import argparse
from typing import Any

from plangraph import output


def register(add: Any) -> None:
    """Add the commands of this group."""
    command = add(
        "tables",
        tables,
        "write the graph as tables: CSV, an Excel workbook, a Frictionless data package",
        """plangraph tables
        plangraph tables --out my-tables --lang en""",
    )
    command.add_argument("--out", metavar="DIR", default="out/tables", help="where to write (default: out/tables)")
    command.add_argument(
        "--lang", choices=("nb", "en"), default="nb", help="language of the sheet for printing (default: nb)"
    )


def tables(options: argparse.Namespace) -> int:
    """Write the tables and print what was written."""
    from plangraph.cli.options import say
    from plangraph.datapackage import write_tables

    written = write_tables(options.data, options.out, lang=options.lang, say=say)
    rows = [{"file": str(path), "rows": number or None} for path, number in written]
    print(output.table(["file", "rows"], rows), end="")
    return 0
