"""The commands of people who code: the coding sheet, and samples for a check."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plangraph import output
from plangraph.cli.options import add_language, add_plan, form_of, whole
from plangraph.errors import DataError, UsageError

if TYPE_CHECKING:
    from plangraph.coding.intake import Changes
    from plangraph.coding.sheet import Plan
    from plangraph.text import Source


# So many ids stand for all in what an import tells.
_SHOWN = 8
SHEETS = {"csv": (".csv",), "xlsx": (".xlsx",)}


def register(add: Any) -> None:
    """Add the commands of this group."""
    command = add(
        "code",
        code,
        """plangraph code export --measure 18a --source report.txt --out sheet.xlsx
        plangraph code import sheet.xlsx --source report.txt --dry-run
        plangraph code import sheet.xlsx --source report.txt
        plangraph code export --things --out things.xlsx
        plangraph code import things.xlsx sheet.xlsx --source report.txt""",
    )
    command.add_argument("what", choices=("export", "import"), help="write a sheet, or take one in")
    command.add_argument(
        "sheet",
        nargs="*",
        metavar="SHEET",
        help="the sheets to take in (.xlsx or .csv); a coding sheet may name what a sheet of things beside it makes",
    )
    command.add_argument(
        "--things",
        action="store_true",
        help="with export: the sheet of actors, laws, programmes, events, figures, sums and names of measures",
    )
    command.add_argument("--out", metavar="FILE", help="with export: the sheet (default: CSV to standard output)")
    command.add_argument("--plan", metavar="SLUG", help="the plan, where the data holds several")
    command.add_argument(
        "--measure", metavar="ID", action="append", default=[], help="with export: only this measure (repeatable)"
    )
    command.add_argument(
        "--source",
        metavar="REPORT",
        help="the report: import finds the words in it, export writes words and not numbers",
    )
    command.add_argument("--dry-run", action="store_true", help="with import: show what would change, write nothing")
    command.add_argument(
        "--accept-good", action="store_true", help="with import: take the good rows although some are refused"
    )
    add_language(command, "language of locators and help")
    command = add(
        "sample",
        sample,
        """plangraph sample -n 60 --seed 1 --source report.txt --out check.xlsx
        plangraph sample --check check.xlsx""",
    )
    command.add_argument("-n", type=whole(1), default=60, metavar="NUMBER", help="how many (default: 60)")
    command.add_argument("--seed", type=int, default=1, help="seed of the random numbers (default: 1)")
    command.add_argument("--source", metavar="REPORT", help="the report, to show each passage")
    add_plan(command, "draw from this plan; of several the one whose report --source is")
    command.add_argument("--out", metavar="FILE", help="the sheet, .xlsx or .csv (default: CSV to standard output)")
    command.add_argument("--check", metavar="SHEET", help="a sheet whose column 'right' is filled in")
    add_language(command, "language of names")


def code(options: argparse.Namespace) -> int:
    """Export or import the coding sheet."""
    from plangraph.coding import sheet, things
    from plangraph.coding.intake import plan_changes
    from plangraph.coding.registering import is_of_things, thing_changes

    source = None
    if options.source:
        from plangraph.text import read_source

        source = read_source(options.source)
    plan = _plan(options, source)
    if options.what == "export":
        return _write_out(plan, source, options)
    if not options.sheet:
        raise UsageError("which sheet?", mend="plangraph code import sheet.xlsx --source report.txt")
    files = [Path(name) for name in options.sheet]
    tables = {file: sheet.read_table(file) for file in files}
    found: list[tuple[Path, Changes]] = []
    written: dict[Path, str] = {}
    # What a sheet of things makes, another sheet may name.
    for file in sorted(files, key=lambda file: not is_of_things(tables[file])):
        if is_of_things(tables[file]):
            changes, held = thing_changes(plan, sheet.rows_under(tables[file], things.COLUMNS, file), source)
            plan = sheet.Plan(plan.tree, plan.folder, {**plan.instead, **held}) if held else plan
        else:
            changes = plan_changes(plan, sheet.coding_rows(tables[file], file), source)
        written |= changes.files
        found.append((file, changes))
    return _take_in(plan, found, written, options)


def _write_out(plan: "Plan", source: "Source | None", options: argparse.Namespace) -> int:
    from plangraph.coding import sheet, things
    from plangraph.coding.cells import measure_id
    from plangraph.files import write_bytes

    measures = [measure_id(name) for name in options.measure]
    for name, measure in zip(options.measure, measures, strict=True):
        if measure not in plan.measures:
            raise UsageError(f"there is no measure {name!r}", mend=f"name one of {', '.join(plan.measures)}")
    kind: Any = things if options.things else sheet
    rows = kind.rows_of(plan, options.lang, measures)
    if source:
        from plangraph.coding.facts import with_words

        rows = with_words(plan, rows, source)
    if not options.out:
        sys.stdout.write(kind.to_csv(rows))
        return 0
    if form_of("--out", options.out, None, SHEETS, "csv") == "xlsx":
        from plangraph.coding import handbook

        make = handbook.things_workbook if options.things else handbook.workbook
        write_bytes(Path(options.out), make(plan, rows, options.lang))
    else:
        write_bytes(Path(options.out), kind.to_csv(rows).encode("utf-8-sig"))
    print(f"{output.count(len(rows), 'row')} written to {options.out}")
    return 0


def sample(options: argparse.Namespace) -> int:
    """Draw a sample, or evaluate one."""
    from plangraph.coding import sampling
    from plangraph.files import write_bytes

    if options.check:
        from plangraph.coding.sheet import read_table

        header, *cells = read_table(Path(options.check))
        if "right" not in header:
            raise DataError(
                "the sheet has no column 'right'",
                where=options.check,
                mend="check a sheet that 'plangraph sample' drew",
            )
        found = sampling.precision([dict(zip(header, row, strict=False)) for row in cells])
        interval = f"95 % interval {found.low:.1%} to {found.high:.1%}, Wilson"
        undecided = output.count(found.undecided, "row")
        print(f"{found.right} of {found.checked} right: {found.share:.1%} ({interval}); {undecided} undecided")
        return 0
    from plangraph.building import query_store
    from plangraph.evidence import folder_of
    from plangraph.paths import find_tree
    from plangraph.text import read_source

    form = form_of("--out", options.out, None, SHEETS, "csv")
    source = read_source(options.source) if options.source else None
    tree, plan = find_tree(options.data), options.plan
    if source and not plan and len(tree.plans()) > 1:
        # The passages of another plan do not stand in its report.
        plan = folder_of(tree, source=source).name
    rows = sampling.draw(query_store(options.data), options.n, options.seed, source, options.lang, plan)
    if form == "xlsx":
        from plangraph.workbook import Sheet, to_xlsx

        widths = {"passage": 80, "locator": 40, "context": 30, "remark": 30}
        table = [[row[c] for c in sampling.COLUMNS] for row in rows]
        page = Sheet("check", sampling.COLUMNS, table, widths, choices={"right": ["yes", "no", "?"]})
        write_bytes(Path(options.out), to_xlsx([page], "Sample of participations"))
    else:
        text = output.render(sampling.COLUMNS, rows, "csv")
        if options.out:
            write_bytes(Path(options.out), text.encode("utf-8-sig"))
        else:
            sys.stdout.write(text)
    if options.out:
        print(f"{output.count(len(rows), 'row')} written to {options.out}")
    return 0


def _plan(options: argparse.Namespace, source: "Source | None") -> "Plan":
    from plangraph.coding.cells import measure_id
    from plangraph.coding.sheet import Plan
    from plangraph.evidence import folder_of
    from plangraph.paths import find_tree

    tree = find_tree(options.data)
    having: list[str] = []
    if options.measure and not options.plan and len(tree.plans()) > 1:
        from plangraph.building import query_store
        from plangraph.names import owners

        store = query_store(options.data)
        each = [set(owners(store, f"measure:{measure_id(name) or name}")) for name in options.measure]
        having = sorted(set.intersection(*each))
    return Plan(tree, folder_of(tree, options.plan or "", having, source))


def _take_in(
    plan: "Plan", found: "list[tuple[Path, Changes]]", files: dict[Path, str], options: argparse.Namespace
) -> int:
    from plangraph.files import write_all

    refused = False
    changed = False
    for file, changes in found:
        for refusal in changes.refused:
            where = f", row {refusal.row}, column {refusal.column}" if refusal.row else ""
            print(f"{file}{where}: {refusal.reason}", file=sys.stderr)
        for warning in changes.warned:
            print(f"{file}, row {warning.row}, column {warning.column}: warning: {warning.reason}", file=sys.stderr)
        for title, names in (("new", changes.new), ("changed", changes.changed), ("removed", changes.removed)):
            if names:
                print(f"{title} ({len(names)}):{_listed(names, changes.under, whole=options.dry_run)}")
        refused |= bool(changes.refused)
        changed |= bool(changes.new or changes.changed or changes.removed)
    if not changed:
        print("nothing to change")
    if refused and not options.accept_good:
        print("nothing was written; mend the rows, or take the others with --accept-good", file=sys.stderr)
        return DataError.exit_code
    if options.dry_run or not files:
        return DataError.exit_code if refused else 0
    contents = {str(file.relative_to(plan.tree.data)): text.encode("utf-8") for file, text in files.items()}
    write_all(plan.tree.data, contents)
    print(f"written: {', '.join(str(file.resolve()) for file in files)}")
    if not options.source:
        print("if words are new: plangraph evidence --source REPORT --write")
    elif (plan.folder / "skeleton.ttl").is_file():
        from plangraph.ingest import write_evidence

        number = write_evidence(options.source, plan.folder.name, data=plan.tree.data)
        print(f"renewed: {(plan.folder / 'evidence.ttl').resolve()} ({output.count(number, 'span')} in all)")
    return DataError.exit_code if refused else 0


def _listed(names: list[str], under: dict[str, str], *, whole: bool) -> str:
    """Return ids as the end of a line: the first of many, or all, then a line for each measure."""
    if not whole or len(names) <= _SHOWN:
        return f" {', '.join(names[:_SHOWN])}{', …' if len(names) > _SHOWN else ''}"
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(under.get(name, "") or name.partition(":")[0], []).append(name)
    return "".join(f"\n  {group}: {', '.join(groups[group])}" for group in sorted(groups, key=output.natural))
