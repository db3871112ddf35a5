"""The commands about the report itself: ingest, evidence, locate, coverage."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plangraph import output
from plangraph.cli.options import add_language, say
from plangraph.errors import DataError, UsageError

if TYPE_CHECKING:
    from plangraph.locators import Section
    from plangraph.paths import Tree
    from plangraph.text import Source


def register(add: Any) -> None:
    """Add the commands of this group."""
    command = add(
        "ingest",
        ingest,
        """plangraph ingest report.txt --plan my-plan-2021-2024 --source-slug report-2025 --date 2025
        plangraph ingest report.pdf --plan my-plan-2021-2024 --out /tmp/try --format json""",
    )
    command.add_argument(
        "report",
        metavar="REPORT",
        help="the report: UTF-8 text, or a PDF with the extra 'pdf'; docs/reading.md tells which headings, label "
        "lines, tables and links are read, and what each note means",
    )
    command.add_argument("--plan", metavar="SLUG", required=True, help="the plan, as in data/SLUG")
    command.add_argument("--source-slug", metavar="SLUG", help="the report's slug (default: from plan.ttl or the name)")
    command.add_argument("--date", metavar="YYYY-MM", help="when the report was issued (default: from plan.ttl)")
    command.add_argument("--out", metavar="DIR", help="where to write (default: the plan's folder in the data)")
    command.add_argument("--lang", choices=("nb", "nn", "en"), default="nb", help="the report's language (default: nb)")
    command.add_argument("--format", choices=("text", "json"), default="text", help="how to print the reading report")
    command = add(
        "locate",
        locate,
        """plangraph locate "Teksten er laget … POD." --source report.txt
        plangraph locate "Bufdir" --source report.txt --format json""",
    )
    command.add_argument("words", metavar="WORDS", help="words of the report, or the first … the last of them")
    _source(command)
    add_language(command, "language of the places in the report")
    command.add_argument("--format", choices=("text", "json"), default="text")
    command = add(
        "coverage",
        coverage,
        """plangraph coverage --source report.txt
        plangraph coverage --source report.txt --measure 18a""",
    )
    _source(command)
    command.add_argument("--measure", metavar="ID", help="only the sections of one measure")
    command.add_argument("--format", choices=("text", "json"), default="text")
    command = add(
        "evidence",
        evidence,
        """plangraph evidence 14433-14485
        plangraph evidence 14433-14485 --lang en
        plangraph evidence 14433-14485 --source report.txt
        plangraph evidence --source other-copy.txt
        plangraph evidence --source report.txt --write""",
    )
    command.add_argument("id", metavar="ID", nargs="?", help="a span (14433-14485), or a fact or thing (8-imdi)")
    _source(command, required=False)
    add_language(command, "language of the places in the report")
    command.add_argument("--write", action="store_true", help="write the digests of all spans anew")


def _source(command: argparse.ArgumentParser, required: bool = True) -> None:
    command.add_argument("--source", metavar="REPORT", required=required, help="the report, text or PDF")
    command.add_argument("--plan", metavar="SLUG", help="the plan, where the data holds several")


def ingest(options: argparse.Namespace) -> int:
    """Read a report and print the reading report."""
    from plangraph.ingest import FILES, MANIFEST, ReadingError, plan_text
    from plangraph.ingest import ingest as read
    from plangraph.ingest.report import summary
    from plangraph.paths import find_tree

    data = Path(options.data) if options.data else find_tree().data
    shape = (lambda report: json.dumps(report, ensure_ascii=False, indent=1)) if options.format == "json" else summary
    try:
        report = read(
            options.report,
            options.plan,
            data=data,
            out=options.out,
            source_slug=options.source_slug,
            date=options.date,
            language=options.lang,
        )
    except ReadingError as error:
        print(shape(error.report))
        raise
    print(shape(report))
    folder = Path(options.out or data / options.plan).resolve()
    say("written: " + ", ".join(str(folder / name) for name in (*FILES, MANIFEST)))
    plan = data / options.plan / "plan.ttl"
    if not plan.is_file():
        text = plan_text(report, options.report, options.lang)
        check = f"plangraph validate --data {data}" if options.data else "plangraph validate"
        say(
            f"next, write {plan.resolve()} with names in place of the dots, as below, and beside it the names of areas "
            f"and measures in both languages (area-1.ttl, …); '{check}' lists what is missing\n\n{text}"
        )
    return 0


def locate(options: argparse.Namespace) -> int:
    """Print every place at which words stand."""
    from plangraph.ingest import manifest_of
    from plangraph.locators import Locators
    from plangraph.text import find_words, read_source

    source = read_source(options.source)
    folder, sections, _ = _plan(options, source)
    locators = Locators(source, sections, manifest_of(folder)["language"])
    found = find_words(source, options.words)
    if not found:
        raise UsageError(
            "the words do not stand in the report",
            where=options.source,
            mend="give fewer of them, or the first … the last words",
        )
    rows = [{"span": str(span), "nb": locators.locate(span)[0], "en": locators.locate(span)[1]} for span in found]
    if options.format == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for row in rows:
            print(f"ev:{row['span']}  {row[options.lang]}")
    return 0


def coverage(options: argparse.Namespace) -> int:
    """Print the share of sentences with evidence, by section, and the sentences without."""
    from plangraph.evidence import fact_spans, recorded_sha256
    from plangraph.ingest import manifest_of
    from plangraph.locators import uncovered
    from plangraph.text import read_source

    source = read_source(options.source)
    folder, sections, slug = _plan(options, source)
    if recorded_sha256(folder, slug) not in ("", source.sha256):
        raise UsageError(
            "this is not the file that was read (its SHA-256 differs), so nothing can be said of its sentences",
            where=options.source,
            mend="name that file; 'plangraph evidence --source FILE' checks the facts against another copy",
        )
    if options.measure:
        sections = [section for section in sections if section.owner == options.measure.replace(" ", "")]
        if not sections:
            raise UsageError(f"there is no measure {options.measure!r}", mend="name one as in 8 or 18a")
    language = manifest_of(folder)["language"]
    result = uncovered(source, sections, fact_spans(folder.parent, slug), language)
    if options.format == "json":
        rows = [
            {
                "section": f"{section.owner} {section.kind}",
                "span": str(section.span),
                "sentences": len(whole),
                "uncovered": [str(span) for span in bare],
            }
            for section, whole, bare in result
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    total, without = sum(len(whole) for _, whole, _ in result), sum(len(bare) for _, _, bare in result)
    for section, whole, bare in result:
        print(f"{section.owner:>6}  {section.kind:<18} {len(whole) - len(bare):>3} of {len(whole)}")
        for span in bare:
            print(f"          ev:{span}  {' '.join(source.flow.slice(span).split())}")
    share = f"{(total - without) / total:.1%}" if total else "no sentences"
    print(f"{total - without} of {total} sentences are covered ({share})")
    return 0


def evidence(options: argparse.Namespace) -> int:
    """Show the words around a span or behind a fact, check all spans, or write them anew."""
    from plangraph import evidence as records
    from plangraph import spans
    from plangraph.building import query_store
    from plangraph.loading import parse, to_rdflib
    from plangraph.names import find_thing, owners
    from plangraph.paths import find_tree
    from plangraph.text import read_source

    tree = find_tree(options.data)
    source = read_source(options.source) if options.source else None
    of_span = bool(options.id) and spans.is_span(options.id)
    having: list[str] = []
    if options.id and len(tree.plans()) > 1:
        if of_span:
            having = records.plans_with(tree, options.id)
        elif not (having := owners(query_store(options.data), options.id)):
            # What no plan has alone is there for all, or not at all.
            find_thing(query_store(options.data), options.id)
    folder, _, slug = _plan(options, source, having)
    data = folder.parent
    if options.write:
        from plangraph.ingest import write_evidence

        if not options.source:
            raise UsageError("--write needs the report", mend="name it with --source REPORT")
        number = write_evidence(options.source, folder.name, data=data)
        print(f"{number} spans written to {(folder / 'evidence.ttl').resolve()}")
        return 0
    file = folder / "evidence.ttl"
    if not file.is_file():
        raise UsageError("there is no evidence file", where=str(file), mend="write it: plangraph evidence --write …")
    if options.id is None:
        if source is None:
            raise UsageError("nothing to show", mend="name a span or a fact, or the report with --source REPORT")
        prints = records.prints_of(to_rdflib(parse(file)), slug)
        verdict = spans.verify(prints, source, records.recorded_sha256(folder, slug))
        if not verdict.same_file and 2 * len(verdict.found) < len(prints):
            found = f"{len(verdict.found)} of {len(prints)} spans stand in it"
            raise _another(tree, folder, source, options.source, f"this is not the report of {folder.name}: {found}")
        if verdict.same_file:
            print(f"this is the file that was read (SHA-256 {source.sha256[:8]}…)")
        else:
            print("this is another copy of the report; spans were looked for by their fingerprints")
        print(f"{len(verdict.found)} of {len(prints)} spans stand")
        for name in verdict.lost:
            facts = ", ".join(records.facts_on(data, slug, name)) or "no fact"
            print(f"  lost: ev:{name} ({facts})")
        if verdict.lost:
            raise DataError(
                f"{len(verdict.lost)} spans are not in this report", where=str(options.source), mend="mend these facts"
            )
        return 0
    graph = to_rdflib(parse(file))
    known = {str(node).rsplit("/", 1)[-1] for node in graph.subjects(unique=True)}
    slug_of_several = folder.name if len(tree.plans()) > 1 else ""
    wanted = options.id if of_span else find_thing(query_store(options.data), options.id, plan=slug_of_several)
    names = records.evidence_of(data, slug, wanted, known)
    lost = 0
    for name in names:
        print(f"ev:{name}  {records.locator_of(graph, slug, name, options.lang)}")
        if source is None:
            continue
        prints = {part: mark for part, mark in records.prints_of(graph, slug).items() if part in name.split("_")}
        verdict = spans.verify(prints, source, records.recorded_sha256(folder, slug))
        for part in name.split("_"):
            if part not in verdict.found:
                print("  not found in this copy of the report")
                lost += 1
                continue
            before, words, after = spans.around(source, verdict.found[part].span)
            bold = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("[", "]")
            print(f"  … {before}{bold[0]}{words}{bold[1]}{after} …".replace("\n", " "))
    if lost and source:
        what = f"{output.count(lost, 'span')} not in this file"
        if records.read_from(tree, source.sha256) not in (None, folder):
            raise _another(tree, folder, source, options.source, f"{what}, which is not the report of {folder.name}")
        raise DataError(
            what,
            where=options.source,
            mend="name the report itself; 'plangraph evidence --source FILE' checks all spans of a copy",
        )
    if source is None:
        print("The report is not part of the data; name your copy with --source REPORT to see the words.")
        for address in records.published_at(data, folder.name):
            print(f"The plan that it reports on: {address}")
    return 0


def _another(tree: "Tree", folder: Path, source: "Source", where: str, what: str) -> UsageError:
    """Return the error that a file is not the report of a plan; it says of which it is, where that is known."""
    from plangraph.evidence import read_from

    fitting = read_from(tree, source.sha256)
    mend = "name the report itself"
    if fitting and fitting != folder:
        mend = f"it is the report of {fitting.name}: --plan {fitting.name}"
    return UsageError(what, where=where, mend=mend)


def _plan(
    options: argparse.Namespace, source: "Source | None" = None, having: Sequence[str] = ()
) -> tuple[Path, "list[Section]", str]:
    """Return the folder of the plan that is meant, the sections of its skeleton and the slug of its source."""
    from plangraph.evidence import folder_of
    from plangraph.loading import parse, source_of, to_rdflib
    from plangraph.locators import sections_of
    from plangraph.paths import find_tree

    folder = folder_of(find_tree(options.data), options.plan or "", having, source)
    file = folder / "skeleton.ttl"
    sections = sections_of(to_rdflib(parse(file))) if file.is_file() else []
    return folder, sections, source_of(folder) or ""
