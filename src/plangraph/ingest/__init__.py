"""Reading a report into the skeleton, the mentions and the evidence of a plan: deterministic, offline, no model."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from plangraph.errors import DataError, UsageError
from plangraph.evidence import data_texts, evidence_lines, used_names
from plangraph.files import write_all
from plangraph.ingest.reading import Reading, read
from plangraph.ingest.registry import Registry, read_registry, statements
from plangraph.ingest.report import reading_report
from plangraph.ingest.writing import mention_lines, skeleton_lines
from plangraph.locators import Section
from plangraph.text import Source, read_source
from plangraph.vocabulary import BASE, DCT, prefixes
from plangraph.words import load

FILES = ("skeleton.ttl", "mentions.ttl", "evidence.ttl")
MANIFEST = "reading.json"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")

__all__ = ["FILES", "MANIFEST", "ReadingError", "ingest", "manifest_of", "plan_text", "write_evidence"]


class ReadingError(DataError):
    """A report in which no reader finds two measures; ``report`` is the reading report."""

    def __init__(self, report: dict[str, Any], what: str, *, where: str, mend: str) -> None:
        super().__init__(what, where=where, mend=mend)
        self.report = report


def ingest(
    report: Path | str,
    plan: str,
    *,
    data: Path | str = "data",
    out: Path | str | None = None,
    source_slug: str | None = None,
    date: str | None = None,
    language: str = "nb",
) -> dict[str, Any]:
    """Read a report and write ``skeleton.ttl``, ``mentions.ttl``, ``evidence.ttl`` and ``reading.json``.

    ``data`` is the data folder with the registries of names and the people's files, ``out`` the plan's folder in it
    (``data/<plan>`` when left out). ``date`` (``YYYY``, ``YYYY-MM`` or a day) is that of the report; with it
    abbreviations of ministries are resolved. Date and ``source_slug`` are taken from the plan's ``plan.ttl`` where
    they are left out. Only the four files are written, all or none, and only when nobody has edited those that are
    there. Returns the reading report, which ``reading.json`` holds too.

    Raises UsageError when the report cannot be read, the plan's folder holds another report, or a file in it was
    edited by hand; ReadingError when no reader finds two measures.
    """
    if not _SLUG.fullmatch(plan):
        raise UsageError(f"not a slug: {plan!r}", mend="use small letters, digits and hyphens: my-plan-2021-2024")
    if source_slug is not None and not _SLUG.fullmatch(source_slug):
        raise UsageError(f"not a slug: {source_slug!r}", mend="use small letters, digits and hyphens: report-2024")
    if date is not None and not _DATE.fullmatch(date):
        raise UsageError(f"not a date: {date!r}", mend="write the report's date as YYYY, YYYY-MM or YYYY-MM-DD")
    words = load(language)
    source = read_source(report)
    data = Path(data)
    out = data / plan if out is None else Path(out)
    known_slug, known_date = _plan_facts(data / plan / "plan.ttl", plan)
    slug = source_slug or known_slug or _slug_of(report)
    date = date or known_date
    _refuse_another_report(data / plan, slug, source)
    _refuse_to_overwrite(out, plan, slug, source)
    registry = read_registry(data, plan)
    reading = read(source, words, registry, date)
    if len(reading.measures) < 2:
        raise ReadingError(
            reading_report(reading, plan, slug, language, date),
            f"no reader found two measures ({len(reading.measures)} found)",
            where=str(report),
            mend="see the reading report for what was seen and not used; is this a report on a plan's measures?",
        )
    texts, report_out = _texts(reading, plan, slug, language, date, registry, data, out)
    write_all(out, {name: text.encode("utf-8") for name, text in texts.items()})
    return report_out


def plan_text(report: Mapping[str, Any], path: Path | str, language: str = "nb") -> str:
    """Return the ``plan.ttl`` that a plan needs, from its reading report, with dots for what a person must name."""
    plan, slug = report["plan"], report["source"]
    names = 'skos:prefLabel "…"@nb, "…"@en'
    issued = report["date"] or "…"
    return listed(
        [
            f'plan:{plan} a pg:ActionPlan ; dct:identifier "{plan}" ;\n    {names} .',
            f'source:{slug} a pg:Source ; dct:identifier "{slug}" ;\n    {names} ;\n'
            f'    dct:issued "{issued}"^^edtf:EDTF ; dct:language "{language}" ; dct:subject plan:{plan} ;\n'
            f'    pg:characterCount {len(read_source(path).text)} ; pg:sha256 "{report["sha256"]}" .',
        ],
        plan,
        slug,
    )


def _texts(
    reading: Reading,
    plan: str,
    slug: str,
    language: str,
    date: str | None,
    registry: Registry,
    data: Path,
    out: Path,
) -> tuple[dict[str, str], dict[str, Any]]:
    made = {
        "skeleton.ttl": housed(skeleton_lines(reading, plan, language, date, registry), plan, slug),
        "mentions.ttl": listed(mention_lines(reading), plan, slug),
    }
    replaced = {(folder / name).resolve() for folder in (data / plan, out) for name in FILES}
    names = used_names([*made.values(), *data_texts(data, replaced)], slug)
    sections = _sections(reading)
    made["evidence.ttl"] = listed(evidence_lines(names, reading.source, slug, sections, language), plan, slug)
    summary = reading_report(reading, plan, slug, language, date)
    summary["spans"] = len(names)
    summary["files"] = {name: _digest(made[name]) for name in FILES if name != "evidence.ttl"}
    made[MANIFEST] = json.dumps(summary, ensure_ascii=False, indent=1) + "\n"
    return made, summary


def listed(lines: Iterable[str], plan: str, slug: str) -> str:
    """Return a Turtle file of statements that are in house form, each a block, with the prefixes that they use."""
    body = "".join(f"\n{line}\n" for line in lines)
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", body)
    used = set(re.findall(r"(?:^|[\s(^])([a-z][a-z-]*):", bare))
    table = prefixes(plan, slug)
    return "".join(f"@prefix {name}: <{table[name]}> .\n" for name in sorted(used & set(table))) + body


def housed(lines: Iterable[str], plan: str, slug: str) -> str:
    """Return a Turtle file of the given statements in house form, with the prefixes that they use."""
    import pyoxigraph as ox

    from plangraph.house import house_form

    names = prefixes(plan, slug)
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in names.items())
    quads = ox.parse(head + "\n".join(lines), ox.RdfFormat.TURTLE)
    return house_form((quad.triple for quad in quads), names)


def _sections(reading: Reading) -> list[Section]:
    found = [Section(part.span, part.kind, "") for part in reading.front]
    found += [Section(part.span, part.kind, f"area {area.number}") for area in reading.areas for part in area.parts]
    found += [Section(part.span, part.kind, measure.name) for measure in reading.measures for part in measure.parts]
    return sorted(found)


def _plan_facts(file: Path, plan: str) -> tuple[str | None, str | None]:
    """Return the slug of the report and its date, as the plan's own file states them."""
    if not file.is_file():
        return None, None
    found = []
    for subject, predicate, value, _ in statements(file):
        if subject.startswith(BASE + "source/") and predicate == DCT + "issued":
            found.append((subject.removeprefix(BASE + "source/"), value))
    return found[0] if len(found) == 1 else (None, None)


def _slug_of(report: Path | str) -> str:
    from plangraph.ingest.writing import slug

    return slug(Path(report).stem) or "report"


def _refuse_another_report(folder: Path, slug: str, source: Source) -> None:
    """Refuse a report by the name of one that was read: the spans of the data are places in that one."""
    if not any((folder / name).exists() for name in FILES):
        return
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        other = manifest["source"] == slug and manifest["sha256"] != source.sha256
    except (OSError, ValueError, KeyError, TypeError):
        return
    if other:
        raise UsageError(
            f"the plan {folder.name!r} was read from another file of {slug!r}",
            where=str(folder),
            mend="name the new report with --source-slug, or move the old files away to read it anew",
        )


def _refuse_to_overwrite(out: Path, plan: str, slug: str, source: Source) -> None:
    there = [name for name in FILES if (out / name).exists()]
    if not there:
        return
    try:
        manifest: Mapping[str, Any] = json.loads((out / MANIFEST).read_text("utf-8"))
        digests = dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{', '.join(there)} stand there already, and nothing says that they were made by reading",
            where=str(out),
            mend=f"choose another directory with --out, or move the files away ({MANIFEST} is missing or damaged)",
        ) from error
    if manifest.get("plan") != plan or manifest.get("source") != slug:
        raise UsageError(
            f"the directory holds the plan {manifest.get('plan')!r} read from {manifest.get('source')!r}",
            where=str(out),
            mend="choose another slug with --plan or another directory with --out",
        )
    if manifest.get("sha256") != source.sha256:
        raise UsageError(
            f"the plan {plan!r} was read from another file of {slug!r}",
            where=str(out),
            mend="name the new report with --source-slug, or move the old files away to read it anew",
        )
    for name in there:
        if name in digests and _digest((out / name).read_text("utf-8")) != digests[name]:
            raise UsageError(
                "the file was edited after it was made by reading",
                where=str(out / name),
                mend="move what you wrote into a file of your own beside it, then restore or delete this one",
            )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def manifest_of(folder: Path) -> dict[str, Any]:
    """Return what ``reading.json`` tells of the reading of a plan: source, language, digest of the file, findings.

    Raises UsageError when the plan has not been read.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the plan {folder.name!r} has not been read",
            where=str(folder),
            mend=f"run: plangraph ingest REPORT --plan {folder.name}",
        ) from error
    return {"language": "nb", **manifest}


def write_evidence(report: Path | str, plan: str, *, data: Path | str = "data") -> int:
    """Write the plan's ``evidence.ttl`` anew from the spans that the data uses; return their number.

    Raises UsageError when the plan has no skeleton, or the report is not the file that was read.
    """
    from plangraph.loading import parse, to_rdflib
    from plangraph.locators import sections_of

    folder = Path(data) / plan
    manifest = manifest_of(folder)
    source = read_source(report)
    if source.sha256 != manifest["sha256"]:
        raise UsageError(
            "this is not the file that was read (its SHA-256 differs)",
            where=str(report),
            mend="hand in the file that the skeleton was read from; `plangraph evidence --source` checks another one",
        )
    slug = manifest["source"]
    graph = to_rdflib(parse(folder / "skeleton.ttl"))
    names = used_names(data_texts(Path(data)), slug)
    text = listed(evidence_lines(names, source, slug, sections_of(graph), manifest["language"]), plan, slug)
    write_all(folder, {"evidence.ttl": text.encode("utf-8")})
    return len(names)
