"""The commands about the graph: build, validate, query, show, export, format, data."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from plangraph import formats, output
from plangraph.cli.options import add_language, add_plan, add_store, form_of, positive, progress, say, store_of
from plangraph.errors import DataError, PlangraphError, QueryError, UsageError

# The module typing takes longer to load than a question to answer; type checkers take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from plangraph.answers import Answer
    from plangraph.building import Built
    from plangraph.entities import Description
    from plangraph.queries import Query, Result
    from plangraph.stores import Store
    from plangraph.validation import Report


# So many values of a parameter are told in its help.
_VALUES = 12
# Format → the endings of the names of files in it.
TABLES = {**{form: (f".{form}",) for form in (*output.FORMATS, "xlsx")}, "table": (".txt",)}
GRAPHS = {
    name: formats.GRAPHS["jsonld" if name == "framed" else name].endings
    for name in ("turtle", "ntriples", "jsonld", "framed", "trig", "rdfxml")
}


def register(add: Any) -> None:
    """Add the commands of this group."""
    command = add(
        "build",
        build,
        """plangraph build
        plangraph build --data my-plans/data --out my-plans/out
        plangraph build --figures""",
    )
    command.add_argument("--out", metavar="DIR", default="out", help="where to write (default: out)")
    command.add_argument("--figures", action="store_true", help="draw figures into OUT/figures (extra [figures])")
    command.add_argument(
        "--plan", metavar="SLUG", help="figures of one plan (default: of several, all together and each in its folder)"
    )
    add_language(command)
    command = add(
        "validate",
        validate,
        """plangraph validate
        plangraph validate my-plans/data
        plangraph validate out/graph.ttl --format json""",
    )
    command.add_argument("files", nargs="*", metavar="FILE", help="RDF files or folders (default: all of the data)")
    _format(command)
    add_language(command, default="en")
    command = add(
        "query",
        query,
        """plangraph query --list --tag money
        plangraph query responsible-ministry --measure 22b
        plangraph query money --evidence --source report.txt
        plangraph query status-by-ministry --save status.xlsx
        echo 'SELECT * { ?s a pg:Measure } LIMIT 3' | plangraph query -""",
        takes_parameters=True,
        about=_about,
    )
    command.add_argument(
        "name", nargs="?", metavar="NAME|FILE|-", help="the question, then its parameters as --name value"
    )
    command.add_argument("--list", action="store_true", help="list the questions")
    command.add_argument("--tag", help="with --list: only the questions with this tag")
    command.add_argument("--show", action="store_true", help="print the query instead of running it")
    command.add_argument("--iri", action="store_true", help="print the IRI of each thing beside its name")
    command.add_argument("--evidence", action="store_true", help="print where the report states each row")
    command.add_argument("--source", metavar="REPORT", help="print the words of the report too (text or PDF)")
    command.add_argument("--save", metavar="FILE", help="write to a file: .txt, .csv, .tsv, .json, .md or .xlsx")
    command.add_argument("--timeout", type=positive, default=60, metavar="SECONDS", help="when to stop (default: 60)")
    add_plan(command, "answer from this plan and what it uses of the shared registries (actors, laws, places) alone")
    add_store(command)
    _format(command, "xlsx", default=None, of="with --save what the name of the file says, else table")
    add_language(command, note="; a thing without a name in it is named in the other")
    command = add(
        "show",
        show,
        """plangraph show imdi
        plangraph show 23 --lang en
        plangraph show "Røde Kors" --format json
        plangraph show --list
        plangraph show --list actors --format csv""",
    )
    command.add_argument("name", metavar="ID|NAME", nargs="*", help="an IRI, a short id (imdi, 18a, 8-imdi) or a name")
    command.add_argument(
        "--list",
        action="store_true",
        help="list all things of the kind that is named (actors, laws, programme …) with their ids; alone, the kinds",
    )
    command.add_argument("--ids", action="store_true", help="print the id of each fact, by which it can be cited")
    add_plan(command, "the plan whose measure is meant, and which tells of an actor, law or place")
    add_store(command)
    _format(command)
    add_language(command)
    command = add(
        "export",
        export,
        """plangraph export --to plan.jsonld
        plangraph export --format framed --select 18a > 18a.jsonld
        plangraph export --select imdi --select udi > two-actors.ttl""",
    )
    command.add_argument(
        "--format",
        choices=tuple(GRAPHS),
        help="framed: JSON-LD with one nested object for each measure (default: what the name of the file says, "
        "else turtle)",
    )
    command.add_argument(
        "--select",
        metavar="ID|NAME",
        action="append",
        default=[],
        help="only this thing, with all that it needs; may be repeated (a measure, an actor, an area …)",
    )
    add_plan(command, "this plan, with what it uses of the shared registries, or the selected part of it")
    command.add_argument("--to", metavar="FILE", help="the file (default: standard output)")
    command = add(
        "format",
        house_form,
        """plangraph format
        plangraph format --check""",
    )
    command.add_argument("files", nargs="*", metavar="FILE", help="data files (default: all)")
    command.add_argument("--check", action="store_true", help="change nothing; exit 1 when a file is not in house form")

    command = add(
        "data",
        data_folder,
        """plangraph data
        plangraph data own/data
        plangraph data new/data --empty""",
    )
    command.add_argument("folder", nargs="?", metavar="DIR", help="a new folder for a copy (default: print the path)")
    command.add_argument("--empty", action="store_true", help="copy the registries alone, to begin a plan of your own")


def build(options: argparse.Namespace) -> int:
    """Build the graph and print the summary."""
    from plangraph import building

    if options.plan and not options.figures:
        raise UsageError("--plan chooses the plan of the figures", mend="give --figures too, or leave --plan out")
    built = building.build(options.data, options.out, progress)
    if not built.report.conforms:
        _print_report(built.report, "table", options.lang)
        print("plangraph: nothing was written, because the data does not conform", file=sys.stderr)
        return DataError.exit_code
    if options.figures:
        from plangraph import figures
        from plangraph.files import write_all

        store = building.query_store(options.data, options.out)
        drawn = figures.draw_all(store, options.data, progress=progress, plan=options.plan)
        if not drawn:
            print("plangraph: no figure was drawn, because no layer has a tie and no fact a date", file=sys.stderr)
        write_all(Path(options.out) / "figures", drawn)
        built.written.extend(Path(options.out) / "figures" / name for name in drawn)
    print(_summary(built, options.lang), end="")
    return 0


def validate(options: argparse.Namespace) -> int:
    """Check data and print each fault."""
    from plangraph import validation

    report = validation.validate(options.files or None, options.data, options.lang)
    _print_report(report, options.format, options.lang)
    return 0 if report.conforms else DataError.exit_code


def query(options: argparse.Namespace) -> int:
    """List the questions, show one, or answer one."""
    from plangraph import queries
    from plangraph.paths import find_tree

    options.format = form_of("--save", options.save, options.format, TABLES, "table")
    if options.list or options.name is None:
        from plangraph.answers import questions

        found = questions(options.tag or "", options.data, options.lang)
        table = options.format == "table"
        print(_catalogue(found) if table else output.render(found.columns, found.rows, options.format), end="")
        return 0
    if options.name == "-":
        wanted = queries.Query("(standard input)", sys.stdin.read())
    else:
        wanted = queries.find_query(options.name, find_tree(options.data))
    if options.show:
        print(wanted.text, end="")
        return 0
    values = _parameters(options.rest, wanted)
    if options.format == "xlsx" and not options.save:
        raise UsageError("an Excel workbook is not printed", mend="name a file with --save FILE")
    from plangraph.answers import answer

    store = store_of(options)
    # An endpoint elsewhere has a time limit of its own, which says more.
    remote = options.store and options.store.startswith(("http://", "https://"))
    seconds = options.timeout + 60 if remote else options.timeout
    result = _within(seconds, lambda: queries.ask(wanted, store, values, plan=options.plan))
    found = answer(result, store, lang=options.lang, iri=options.iri, evidence=options.evidence, source=options.source)
    # A column of somebody's own query is called as they called it.
    ours = wanted.path is not None and wanted.path.parent == find_tree(options.data).queries
    heads = queries.heads(found.columns, options.lang, find_tree(options.data)) if ours else None
    if options.save:
        from plangraph.files import write_bytes

        xlsx = options.format == "xlsx"
        text = None if xlsx else output.render(found.columns, found.rows, options.format, heads=heads)
        write_bytes(Path(options.save), found.to_xlsx() if text is None else text.encode("utf-8"))
        say(f"{output.count(len(found), 'row')} written to {options.save}")
    else:
        print(output.render(found.columns, found.rows, options.format, heads=heads), end="")
    if found.substituted:
        other = {"nb": "English", "en": "Norwegian"}[options.lang]
        say(f"{output.count(found.substituted, 'name')} in {other}, because there is none in the language asked for")
    if not options.plan and not {"measure", "area"} & wanted.parameters.keys():
        _say_plans(store, result)
    if not found.rows:
        say("; ".join(["0 rows", *queries.unknown_terms(wanted, store)]))
    elif options.format == "table" and sys.stdout.isatty():
        print(output.dim(" ".join(filter(None, (output.count(len(found), "row") + ".", found.note)))), file=sys.stderr)
    return 0


def _say_plans(store: Store, result: Result) -> None:
    """Say that an answer covers several plans, where it does and does not name them itself."""
    from plangraph.names import last_part, plan_iris

    plans = plan_iris(store)
    if len(plans) > 1 and not any(getattr(term, "value", "") in plans for row in result.solutions for term in row):
        slugs = ", ".join(map(last_part, plans))
        say(f"the answer covers {len(plans)} plans ({slugs}), taken together: --plan SLUG takes one")


def _about(options: argparse.Namespace) -> str:
    """Return the help of the question that is named: what it asks, and its parameters with some of their values."""
    if options.name in (None, "-"):
        return ""
    from plangraph import queries
    from plangraph.building import query_store
    from plangraph.paths import find_tree
    from plangraph.suggestions import values

    wanted = queries.find_query(options.name, find_tree(options.data))
    asked = "".join(f" --{name} …" for name in wanted.parameters)
    lines = [f"usage: plangraph query {options.name}{asked} [OPTION …]", ""]
    for text in filter(None, (wanted.summary(options.lang), wanted.description(options.lang))):
        lines += [*output.wrap(text, output.terminal_width()), ""]
    for name, default in wanted.parameters.items():
        known = values(wanted, name, query_store(options.data, options.out))
        told = [f"default: {default}" if default is not None else ""]
        told += [f"for example {', '.join(known[:_VALUES])}"] if known else []
        text = f"--{name}  {'; '.join(filter(None, told))}"
        lines += [f"  {line}" for line in output.wrap(text, output.terminal_width() - 2)]
    lines.append("\nThe options of every question: plangraph query --help")
    return "\n".join(lines) + "\n"


def show(options: argparse.Namespace) -> int:
    """Print the fact sheet of one thing, or all things of a kind."""
    from plangraph import entities

    name = " ".join(options.name)
    if options.list:
        return _list(name, options)
    if not name:
        raise UsageError("show needs the name of a thing", mend="give one, or see what there is with --list")
    thing = entities.describe(name, lang=options.lang, store=store_of(options), plan=options.plan)
    if options.format == "table":
        print(_fact_sheet(thing, options.lang, options.ids), end="")
        return 0
    columns = ["direction", "property", "value", "label", "stage", "measures", "locator", "evidence", "source", "fact"]
    rows = [
        {
            "direction": "in" if fact.inverse else "out",
            "property": fact.property,
            "value": fact.value,
            "label": fact.value_label,
            "stage": fact.stage,
            "measures": " ".join(fact.measures),
            "locator": " | ".join(fact.locators),
            "evidence": " ".join(fact.evidence),
            "source": fact.source,
            "fact": " ".join(fact.nodes),
        }
        for fact in thing.facts
    ]
    print(output.render(columns, rows, options.format), end="")
    return 0


def _list(kind: str, options: argparse.Namespace) -> int:
    from plangraph.listing import things
    from plangraph.paths import find_tree
    from plangraph.queries import heads

    found = things(kind, options.data, options.lang, store_of(options) if kind else None, options.plan)
    # A column without a value tells a person nothing; a program wants the same columns for every kind.
    shown = [name for name in found.columns if options.format != "table" or any(row[name] for row in found)]
    titles = heads(shown, options.lang, find_tree(options.data))
    print(output.render(shown, found.rows, options.format, heads=titles), end="")
    if kind and not found.rows:
        say("0 rows")
    if not kind:
        say(
            "list one with 'plangraph show --list KIND'; a class or a kind of things does as well (directorate, course)"
        )
    return 0


def export(options: argparse.Namespace) -> int:
    """Write the graph in one format."""
    from plangraph import building
    from plangraph.files import write_text

    form = form_of("--to", options.to, options.format, GRAPHS, "turtle")
    text = building.exported(form, options.data, select=options.select, plan=options.plan)
    if options.to:
        write_text(Path(options.to), text)
    else:
        sys.stdout.write(text)
    return 0


def house_form(options: argparse.Namespace) -> int:
    """Write data files in house form, or say which are not."""
    from plangraph import house
    from plangraph.files import write_text
    from plangraph.paths import find_tree

    tree = find_tree(options.data)
    changed = []
    for path in [Path(name) for name in options.files] or tree.data_files():
        old, new = house.format_file(path, tree)
        if old != new:
            changed.append(path)
            if not options.check:
                write_text(path, new)
    for path in changed:
        print(f"{'not in house form' if options.check else 'written'}: {path.resolve()}")
    return DataError.exit_code if options.check and changed else 0


def data_folder(options: argparse.Namespace) -> int:
    """Print the path of the data, or copy it."""
    from plangraph.files import write_all
    from plangraph.paths import find_tree

    tree = find_tree(options.data)
    data = tree.data.resolve()
    if not options.folder:
        if options.empty:
            raise UsageError("--empty is about a copy", mend="name its folder: plangraph data DIR --empty")
        print(data)
        return 0
    folder = Path(options.folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("this place is taken", where=str(folder), mend="name a new folder")
    copied = [file for file in sorted(data.rglob("*")) if file.is_file()]
    if options.empty:
        # What describes the data set names its plans.
        plans = {plan.resolve() for plan in tree.plans()}
        copied = [f for f in copied if f.suffix == ".ttl" and f.name != "dataset.ttl" and f.parent not in plans]
    files = {str(file.relative_to(data)): file.read_bytes() for file in copied}
    write_all(folder, files)
    if options.empty:
        print(f"{output.count(len(files), 'registry', 'registries')} written to {folder.resolve()}")
        print(
            f"next: plangraph ingest REPORT --plan SLUG --data {options.folder}; docs/new-plan.md tells all the steps"
        )
        return 0
    print(f"{output.count(len(files), 'file')} written to {folder.resolve()}; use them with --data {options.folder}")
    return 0


def _format(command: argparse.ArgumentParser, *more: str, default: str | None = "table", of: str = "table") -> None:
    forms = (*output.FORMATS, *more)
    command.add_argument("--format", choices=forms, default=default, help=f"how to print (default: {of})")


def _within(seconds: float, work: Callable[[], Result]) -> Result:
    """Return what work returns; raise QueryError when it takes too long, and KeyboardInterrupt at once.

    The engine cannot be interrupted, but waiting for it can: it works in a thread that ends with the process.
    """
    # The module threading takes longer to load than most queries take to answer.
    from _thread import TIMEOUT_MAX, allocate_lock, start_new_thread

    working = allocate_lock()
    working.acquire()
    done: list[Result] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001 (whatever it is, the waiting thread raises it)
            # The frames of a refusal hold what the engine made in this thread and wants dropped in it.
            fault: BaseException | None = error if isinstance(error, PlangraphError) else None
            while fault:
                fault.__traceback__, fault = None, fault.__cause__ or fault.__context__
            failed.append(error)
        finally:
            working.release()

    start_new_thread(run, ())
    if not working.acquire(timeout=min(seconds, TIMEOUT_MAX)):
        mend = "narrow it down, or give more time with --timeout"
        raise QueryError(f"the query was stopped after {seconds:g} s", mend=mend)
    if failed:
        raise failed[0]
    return done[0]


def _parameters(rest: list[str], wanted: Query) -> dict[str, str]:
    values: dict[str, str] = {}
    words = iter(rest)
    for word in words:
        if not word.startswith("--"):
            raise UsageError(f"unexpected {word!r}", mend="give a parameter as --name value")
        name, equals, value = word[2:].partition("=")
        given = value if equals else next(words, None)
        if given is None:
            raise UsageError(f"--{name} has no value", mend=f"write --{name} VALUE")
        if name in values:
            raise UsageError(f"--{name} is given twice", mend="ask once for each value")
        values[name] = given
    return values


def _catalogue(found: Answer) -> str:
    """Return the catalogue as text: the questions under the first tag of each, with their parameters."""
    shelves: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        shelves.setdefault(row["tags"].partition(" ")[0], []).append(row)
    lines = []
    for tag, shelf in sorted(shelves.items()):
        lines.append(output.bold(tag or "other"))
        for row in shelf:
            lines.append(f"  {output.bold(row['name'])} {row['parameters'].replace(' ', ' … ')}".rstrip())
            lines += [f"      {line}" for line in output.wrap(row["question"], 100)]
        lines.append("")
    lines.append(f"{output.count(len(found), 'question')}. Answer one: plangraph query NAME --parameter value")
    return "\n".join(lines) + "\n"


# The constraint that what a property points at is of a class, which what is not there is not.
_POINTS = "ClassConstraintComponent"


def _print_report(report: Report, form: str, lang: str) -> None:
    from plangraph.names import short

    columns = ["severity", "where", "thing", "property", "value", "message", "constraint"]
    rows = [
        {
            "severity": finding.severity,
            "where": finding.where,
            "thing": short(finding.focus),
            "property": short(finding.path),
            "value": short(finding.value),
            "message": finding.message,
            "constraint": finding.constraint,
        }
        for finding in report.findings
    ]
    if form != "table":
        print(output.render(columns, rows, form), end="")
        return
    messages = dict.fromkeys((row["severity"], row["message"]) for row in rows)
    for severity, message in messages:
        same = [row for row in rows if (row["severity"], row["message"]) == (severity, message)]
        print(f"{output.bold(severity)}: {message}")
        print(output.table(["where", "thing", "property", "value"], _once(same), whole={"where"}))
    print(report.verdict(lang))


def _once(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the rows with one for all those that point at the same thing, when that is what is missing or wrong."""
    pointing: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for number, row in enumerate(rows):
        alone = row["constraint"] != _POINTS or not row["value"]
        pointing.setdefault((row["property"], row["value"], str(number) if alone else ""), []).append(row)
    return [
        {**first, "thing": f"{first['thing']} (+ {len(more)})" if more else first["thing"]}
        for first, *more in pointing.values()
    ]


def _summary(built: Built, lang: str) -> str:
    from plangraph.summary import summary_text

    return summary_text(built, lang)


def _fact_sheet(thing: Description, lang: str, ids: bool) -> str:
    from plangraph.summary import fact_sheet

    return fact_sheet(thing, lang, ids=ids)
