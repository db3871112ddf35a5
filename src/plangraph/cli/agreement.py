"""The command of those who code twice: how far two codings agree."""

import argparse
from pathlib import Path
from typing import Any

from plangraph import output
from plangraph.cli.options import form_of
from plangraph.errors import DataError


def register(add: Any) -> None:
    """Add the commands of this group."""
    command = add(
        "agreement",
        agreement,
        """plangraph agreement first.csv second.csv
        plangraph agreement first.csv second.csv --source report.txt
        plangraph agreement first.xlsx second.xlsx --measure 18a 18b --differences differences.csv
        plangraph agreement first.csv second.csv --format csv > agreement.csv""",
    )
    command.add_argument("first", metavar="FIRST", help="a coding sheet, as for 'plangraph code import'")
    command.add_argument("second", metavar="SECOND", help="the coding sheet of the other reader")
    command.add_argument(
        "--measure", nargs="+", default=(), metavar="NUMBER", help="the measures (default: those in both)"
    )
    command.add_argument("--source", metavar="REPORT", help="the report, where the sheets hold words in place of spans")
    command.add_argument("--plan", metavar="SLUG", help="the plan, where the data holds several (default: by the ids)")
    command.add_argument("--differences", metavar="FILE", help="write each difference to a CSV file, for settling")
    command.add_argument("--format", choices=("table", "csv", "json", "md"), default="table", help="default: table")


def agreement(options: argparse.Namespace) -> int:
    """Print the agreement of two sheets, and write their differences."""
    from plangraph.building import query_store
    from plangraph.coding.agreement import COLUMNS, DIFFERENCES, SHARES, compare
    from plangraph.coding.cells import measure_id
    from plangraph.coding.facts import as_read
    from plangraph.coding.sheet import Plan, read_sheet
    from plangraph.evidence import folder_of
    from plangraph.files import write_text
    from plangraph.names import plans_having
    from plangraph.paths import find_tree
    from plangraph.text import read_source

    form_of("--differences", options.differences, None, {"csv": (".csv",)}, "csv")
    sheets = [(name, read_sheet(Path(name))) for name in (options.first, options.second)]
    tree, store = find_tree(options.data), query_store(options.data)
    source = read_source(options.source) if options.source else None
    having = plans_having(store, [row["id"] for _, rows in sheets for row in rows if row])
    plan = Plan(tree, folder_of(tree, options.plan or "", having, source))
    # The graph that is built already knows all names; to make it again takes longer than to compare.
    plan.store = store
    codings = []
    for name, rows in sheets:
        try:
            codings.append(as_read(plan, rows, source))
        except DataError as error:
            raise DataError(error.what, where=f"{name}, {error.where}", mend=error.mend) from error
    found = compare(codings[0], codings[1], [measure_id(name) or name for name in options.measure])
    if options.differences:
        write_text(Path(options.differences), output.render(DIFFERENCES, found.differences, "csv"))
    if options.format != "table":
        print(output.render(COLUMNS, found.rows, options.format), end="")
        return 0
    shown = ("measure", "first_participations", "second_participations", "first_claims", "second_claims", *SHARES)
    titles = [name.replace("_", " ") for name in shown]
    print(output.table(titles, [dict(zip(titles, (row[c] for c in shown), strict=True)) for row in found.rows]), end="")
    for code, kappa in (("role", found.role_kappa), ("stage", found.stage_kappa)):
        print(f"Cohen's kappa of {code}: {'not defined' if kappa is None else f'{kappa:.3f}'}")
    print(f"{output.count(len(found.differences), 'difference')}", end="")
    print(f" written to {options.differences}" if options.differences else "; see them with --differences FILE")
    return 0
