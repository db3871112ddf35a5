"""The evidence file, and which facts of the data rest on which spans."""

import re
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from plangraph.errors import DataError, UsageError
from plangraph.locators import Locators, Section
from plangraph.paths import Tree
from plangraph.spans import NAME, Print, fingerprint, is_span, parts
from plangraph.text import Source, Span
from plangraph.vocabulary import BASE, DCT, EVIDENCE, OA, PG, RDF, RDF_TYPE

if TYPE_CHECKING:
    import rdflib

ONE_LINE = 120


def used_names(texts: Iterable[str], source: str) -> set[str]:
    """Return the names of the spans of one source that Turtle texts use, as ``ev:…`` or in full, parts included."""
    full = re.escape(f"{EVIDENCE}{source}/")
    names: set[str] = set()
    for text in texts:
        # A registry that names spans of several reports has a prefix for those of one.
        prefix = re.search(r"@prefix\s+ev:\s*<([^>]*)>", text)
        other = prefix and prefix.group(1) != f"{EVIDENCE}{source}/"
        start = f"<{full}" if other else f"(?:ev:|<{full})"
        names.update(re.findall(rf"(?<![\w-]){start}({NAME.pattern})(?![\w-])", text))
    return names | {str(part) for name in names for part in parts(name)}


def evidence_lines(
    names: Iterable[str], source: Source, slug: str, sections: Sequence[Section], language: str = "nb"
) -> list[str]:
    """Return the statements of the evidence file in house form, without prefixes, in the order of the report.

    First the position of each span, then the spans with their digests, locator and first and last two words; a name of
    several spans has its parts. They are written in house form at once, because sorting so many takes longer than
    reading the report.

    Raises DataError when a name is no span of the source.
    """
    locators = Locators(source, sections, language)
    ordered = sorted(names, key=lambda name: ([*map(tuple, parts(name))], name))
    positions, lines = [], []
    for name in ordered:
        spans = parts(name)
        try:
            prints = [fingerprint(source, span) for span in spans]
        except ValueError as error:
            raise DataError(
                str(error), where=f"ev:{name}", mend="mend the span, or name the report that it belongs to"
            ) from error
        located = [locators.locate(span) for span in spans]
        nb, en = ("; ".join(each) for each in zip(*located, strict=True))
        locator = f"pg:locator {_quoted(nb)}@nb, {_quoted(en)}@en"
        if len(spans) > 1:
            held = ", ".join(f"ev:{span}" for span in spans)
            facts = ["a oa:SpecificResource", f"dct:hasPart {held}", f"oa:hasSource source:{slug}", locator]
            line = f"ev:{name} {' ; '.join(facts)} ."
            lines.append(line if len(line) <= ONE_LINE else f"ev:{name} " + " ;\n    ".join(facts) + " .")
            continue
        mark, words, page = prints[0], locators.words(spans[0]), source.page(spans[0].start)
        positions.append(
            f"pos:{name} a oa:TextPositionSelector ; oa:end {mark.span.end} ; oa:start {mark.span.start} ."
        )
        lines.append(
            f"ev:{name} a oa:SpecificResource ; oa:hasSelector pos:{name} ; oa:hasSource source:{slug} ; "
            f'pg:afterSha256 "{mark.after}" ; pg:beforeSha256 "{mark.before}" ; '
            f"pg:firstWords {_quoted(' '.join(words[:2]))} ; pg:lastWords {_quoted(' '.join(words[-2:]))} ; "
            f"pg:letterCount {mark.letter_count} ; pg:letterStart {mark.letter_start} ; "
            f'pg:lettersSha256 "{mark.letters_sha256}" ; {locator} ; '
            + (f"pg:page {page} ; " if page else "")
            + f'pg:sha256 "{mark.sha256}" .'
        )
    return positions + lines


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ")
    return f'"{escaped}"'


def prints_of(graph: "rdflib.Graph", slug: str) -> dict[str, Print]:
    """Return the fingerprints that a graph holds of the spans of one source, by name."""
    from rdflib import URIRef

    def text(node: "rdflib.term.Node", name: str) -> str:
        return str(graph.value(node, URIRef(PG + name)))

    found = {}
    for node in graph.subjects(URIRef(OA + "hasSource"), URIRef(f"{BASE}source/{slug}")):
        name = str(node).rsplit("/", 1)[1]
        if "_" in name:
            continue
        found[name] = Print(
            parts(name)[0],
            text(node, "sha256"),
            text(node, "lettersSha256"),
            int(text(node, "letterCount")),
            int(text(node, "letterStart")),
            text(node, "beforeSha256"),
            text(node, "afterSha256"),
        )
    return dict(sorted(found.items(), key=lambda item: item[1].span))


def data_texts(folder: Path, but: Container[Path] = ()) -> list[str]:
    """Return the texts of the Turtle files of a data folder that may use spans: all but the evidence files.

    ``but`` are the resolved paths of files that do not count.
    """
    files = sorted([*folder.glob("*.ttl"), *folder.glob("*/*.ttl")])
    return [file.read_text("utf-8") for file in files if file.name != "evidence.ttl" and file.resolve() not in but]


def _facts(folder: Path, slug: str) -> list[tuple[str, str, str]]:
    """Return subject, type or "", and evidence name of everything in the data that rests on a source.

    Mentions and the evidence file are left out: an annotation is no fact.
    """
    from plangraph.loading import parse

    base = f"{EVIDENCE}{slug}/"
    kinds: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    for file in sorted([*folder.glob("*.ttl"), *folder.glob("*/*.ttl")]):
        if file.name in ("evidence.ttl", "mentions.ttl"):
            continue
        for quad in parse(file):
            subject, value = str(getattr(quad.subject, "value", "")), str(getattr(quad.object, "value", ""))
            if quad.predicate.value == RDF_TYPE and value.startswith(PG):
                kinds[subject] = value.removeprefix(PG)
            elif quad.predicate.value == PG + "evidence" and value.startswith(base):
                found.append((subject, value.removeprefix(base)))
    return [(subject, kinds.get(subject, ""), name) for subject, name in found]


def fact_spans(folder: Path, slug: str) -> list[Span]:
    """Return the spans on which facts rest: all evidence but that of sections, measures and focus areas."""
    structure = {"Section", "Measure", "FocusArea"}
    return sorted({span for _, kind, name in _facts(folder, slug) if kind not in structure for span in parts(name)})


def facts_on(folder: Path, slug: str, name: str) -> list[str]:
    """Return the facts, in short form, whose evidence is a span or has it as a part."""
    short = {
        subject.removeprefix(BASE) for subject, _, used in _facts(folder, slug) if name in (used, *used.split("_"))
    }
    return sorted(short)


def evidence_of(folder: Path, slug: str, name: str, known: Container[str]) -> list[str]:
    """Return the names of the spans on which a fact rests, or the span itself when ``name`` is one of the known.

    A fact is named by its IRI, the part after the base, or its last part (``8-status``).

    Raises UsageError when no span or no fact has the name.
    """
    if is_span(name):
        span = name.removeprefix("ev:")
        if span not in known:
            raise UsageError(
                f"no fact rests on the span {span!r}", mend="'plangraph locate WORDS --source REPORT' prints spans"
            )
        return [span]
    local = name.rsplit(":", 1)[-1] if not name.startswith("http") else name
    names = [used for subject, _, used in _facts(folder, slug) if subject == local or subject.endswith("/" + local)]
    if not names:
        raise UsageError(f"no fact is called {name!r}", mend="name a span as in 14433-14485, or a fact as in 8-status")
    return sorted(set(names), key=lambda used: parts(used))


def recorded_sha256(folder: Path, slug: str) -> str:
    """Return the SHA-256 that a plan's folder records of the file that was read, or "" when it records none."""
    from plangraph.loading import parse

    for name in ("plan.ttl", "evidence.ttl"):
        if (folder / name).is_file():
            for quad in parse(folder / name):
                if (
                    getattr(quad.subject, "value", "") == f"{BASE}source/{slug}"
                    and quad.predicate.value == PG + "sha256"
                ):
                    return str(getattr(quad.object, "value", ""))
    return ""


def read_from(tree: Tree, sha256: str) -> Path | None:
    """Return the folder of the plan whose report was read from the file with a digest, or None."""
    from plangraph.loading import source_of

    return next((folder for folder in tree.plans() if recorded_sha256(folder, source_of(folder) or "") == sha256), None)


def plans_with(tree: Tree, span: str) -> list[str]:
    """Return the slugs of the plans that have a span among their evidence."""
    name = re.compile(rf"(?<![\w-]){re.escape(span.removeprefix('ev:'))}(?![\w-])")
    files = {folder.name: folder / "evidence.ttl" for folder in tree.plans()}
    return [slug for slug, file in files.items() if file.is_file() and name.search(file.read_text("utf-8"))]


def folder_of(tree: Tree, plan: str = "", having: Sequence[str] = (), source: Source | None = None) -> Path:
    """Return the folder of the plan that is meant, of the plans in the data.

    It is the one that ``plan``, a slug, names; else the only one in the data; else the only one of ``having``, the
    slugs of those that have what is looked for; else the one whose report was read from the file ``source``.

    Raises UsageError when there is no such plan, or when none of these decides.
    """
    plans = {folder.name: folder for folder in tree.plans()}
    known = ", ".join(plans)
    if plan:
        if plan not in plans:
            raise UsageError(f"there is no plan {plan!r}", mend=f"name one of {known}")
        return plans[plan]
    if len(plans) == 1 or len(having) == 1:
        return plans[next(iter(having if len(having) == 1 else plans))]
    if source and (folder := read_from(tree, source.sha256)):
        return folder
    reason = ", and this file is none that a report of theirs was read from" if source else ""
    what = f"{len(having)} plans have it" if having else f"the data holds {len(plans)} plans"
    raise UsageError(f"{what}{reason}", mend=f"name one with --plan: {known}")


def locator_of(graph: "rdflib.Graph", slug: str, name: str, language: str) -> str:
    """Return the recorded locator of a span in a language, or "" when it has none."""
    from rdflib import URIRef

    for value in graph.objects(URIRef(f"{EVIDENCE}{slug}/{name}"), URIRef(PG + "locator")):
        if getattr(value, "language", None) == language:
            return str(value)
    return ""


def published_at(data: Path, plan: str) -> list[str]:
    """Return the web pages on which a plan was issued, sorted: the sources of the outside facts that say when."""
    from plangraph.loading import parse

    about: dict[str, dict[str, str]] = {}
    for file in sorted(data.glob("outside/*.ttl")):
        for quad in parse(file):
            about.setdefault(str(quad.subject), {})[quad.predicate.value] = str(getattr(quad.object, "value", ""))
    issued = {RDF + "subject": f"{BASE}plan/{plan}", RDF + "predicate": DCT + "issued"}
    return sorted({fact[DCT + "source"] for fact in about.values() if issued.items() <= fact.items()})
