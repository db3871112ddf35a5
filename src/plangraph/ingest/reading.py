"""The reading of a report: what its readers found, joined, with everything that was not used."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from plangraph.ingest.crossrefs import Reference, find_references
from plangraph.ingest.front import Count, Listed, Transfer, find_counts, find_list, find_transfers
from plangraph.ingest.headings import (
    NUMBERED,
    Heading,
    area_pattern,
    find_headings,
    find_parts,
    measure_pattern,
)
from plangraph.ingest.labels import Label, find_labels, status_code
from plangraph.ingest.links import Placed, Stretch, place_links
from plangraph.ingest.mentions import Mention, find_mentions
from plangraph.ingest.registry import Registry
from plangraph.ingest.responsible import full_name, split_names
from plangraph.ingest.tables import Row, find_rows, find_title
from plangraph.text import Source, Span, sentences

Key = tuple[int, str]


@dataclass(frozen=True)
class Part:
    """A piece of a section: the code of its kind and its span."""

    kind: str
    span: Span


@dataclass(frozen=True)
class Answer:
    """A body that answers for a measure: as written, its node when known, and every place that says so."""

    written: str
    node: str | None
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Status:
    """A stated status: its code and every place that states it."""

    code: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Measure:
    """A measure or a part of one, as the body and the overview table give it."""

    number: int
    letter: str
    area: int | None
    heading: Heading | None
    row: Row | None
    parts: tuple[Part, ...]
    statuses: tuple[Status, ...]
    answers: tuple[Answer, ...]

    @property
    def key(self) -> Key:
        return self.number, self.letter

    @property
    def name(self) -> str:
        return f"{self.number}{self.letter}"


@dataclass(frozen=True)
class Area:
    """A focus area: its number and title, where body and table state it, and the parts of its section."""

    number: int
    title: str
    spans: tuple[Span, ...]
    parts: tuple[Part, ...]


@dataclass
class Reading:
    """Everything that the readers found in one report."""

    source: Source
    reader: str
    measures: list[Measure]
    areas: list[Area]
    front: list[Part]
    counts: list[Count]
    transfers: list[Transfer]
    listed: list[Listed]
    references: list[Reference]
    links: list[Placed]
    mentions: list[Mention]
    notes: list[dict[str, Any]] = field(default_factory=list)


def read(source: Source, words: Mapping[str, Any], registry: Registry, date: str | None) -> Reading:
    """Read a report: the overview table, the headings, and what each section states.

    ``date`` is that of the document (``2021``, ``2021-06``), by which abbreviations of ministries are resolved.
    Of the forms that headings may take, the one with the most measures is chosen. The table may stand before the
    measures, behind or among them: its own lines are left out. Table and body are joined on number and letter; neither
    a part nor its number ever takes over what only the other states.
    """
    notes: list[dict[str, Any]] = []
    rows, pieces = find_rows(source, words)
    labels, odd = find_labels(source, words)
    lines = source.lines
    in_table = [line for piece in pieces for line in piece]
    beside = [line for line in range(len(lines)) if line not in set(in_table)]
    # Where the measures follow the table, what stands before it is no more than a list of contents.
    places = [[line for line in beside if not pieces or line >= pieces[0].stop], beside]
    spoken = [label.line for label in labels]
    titles = {row.key: row.title for row in rows}
    forms = []
    for name, pattern in (("labelled headings", measure_pattern(words)), ("numbered headings", NUMBERED)):
        for within in places:
            headings, rejected = find_headings(source, pattern, words, within, titles, spoken)
            # A numbered list is no series of measures unless its items state a status or stand in the table.
            if name == "numbered headings" and not _vouched(headings, titles, spoken, len(lines)):
                headings = []
            forms.append((name, headings, rejected, within))
    reader, headings, rejected, within = max(forms, key=lambda form: _with_text(form[1]))
    headings = sorted(
        [*headings, *find_parts(source, headings, words, within, titles, spoken)], key=lambda heading: heading.line
    )
    if len(headings) < 2:
        reader, headings = ("overview table", []) if rows else ("none", [])
    notes += [{"what": "not a heading", "line": r.line, "words": r.words, "why": r.reason} for r in rejected]
    if len(headings) < len(rows):
        form = f"{words['headings']['measure'][0].capitalize()} 1: …"
        notes.append(
            {
                "what": f"the table gives {len(rows)} measures, the body {len(headings) or 'none'}",
                "words": f"its headings are lines such as '{form}' or '1. …', each with a line of status below",
            }
        )
    first_lines = [heading.line for heading in headings]
    areas_in = [find_headings(source, area_pattern(words), words, within, {}, first_lines)[0] for within in places]
    area_headings = max(areas_in, key=len)
    table_areas = find_headings(source, area_pattern(words), words, in_table, {}, ())[0]
    used = {
        line
        for heading in [*headings, *area_headings, *table_areas]
        for line in range(heading.line, heading.last_line + 1)
    }
    opened = sorted([heading.line for heading in [*headings, *area_headings]] + [len(lines)])
    tops = [find_title(source, range(_last(opened, piece.start) + 1, piece.start), words) for piece in pieces]
    # In the front matter the title and what stands below it are text; behind a heading they are not the measure's.
    tables = [
        range(top if top > opened[0] else piece.start, piece.stop) for top, piece in zip(tops, pieces, strict=True)
    ]
    used.update(tops, *tables)
    used_raw = {source.line_number(_offset(source, line)) for line in used}
    odd_raw = {oddity.line for oddity in odd}
    odd_lines = {place for place in range(len(lines)) if source.line_number(_offset(source, place)) in odd_raw}
    notes += [
        {"what": oddity.reason, "line": oddity.line, "words": oddity.words}
        for oddity in odd
        if oddity.line not in used_raw
    ]
    behind = [piece for piece in tables if piece.start > opened[0]]
    cuts = sorted(
        [heading.span.start for heading in [*headings, *area_headings]]
        + [_offset(source, piece.start) for piece in behind]
        + [len(source.text)]
    )
    measures = _measures(
        source, headings, area_headings, rows, table_areas, labels, cuts, words, registry, date, notes, odd_lines
    )
    areas = _areas(source, area_headings, table_areas, cuts)
    front = _front(source, tables, cuts[0])
    notes += _homeless(source, behind, opened)
    abbreviations = words["sentences"]["abbreviations"]
    front_sentences = [
        sentence
        for part in front
        if part.kind == "front-matter"
        for sentence in sentences(source, *part.span, abbreviations)
    ]
    above_rows = [
        sentence
        for table, piece in zip(tables, pieces, strict=True)
        for sentence in sentences(source, _offset(source, table.start), _offset(source, piece.start), abbreviations)
    ]
    counts = find_counts(source, [*front_sentences, *above_rows], words)
    transfers = find_transfers(source, front_sentences, words)
    listed = find_list(source, _beside(tables, sorted([*tops, *opened])), words)
    known = {measure.key for measure in measures}
    references = [
        reference
        for measure in measures
        for part in measure.parts
        if part.kind in ("plan-text", "result-text")
        for reference in find_references(
            source, measure.key, sentences(source, *part.span, abbreviations), known, words
        )
    ]
    stretches = [_stretch(measure) for measure in measures if measure.parts]
    links = place_links(source, stretches)
    notes += [
        {"what": "link placed by order only", "line": source.line_number(link.span.start), "words": link.url}
        for link in links
        if not link.sure and link.key
    ]
    notes += [
        {"what": "link of no measure", "line": source.line_number(link.span.start), "words": link.url}
        for link in links
        if not link.key
    ]
    mentions, ambiguous = find_mentions(source, registry.names, words)
    notes += [{"what": "name of several nodes, not used", "words": name} for name in ambiguous]
    _check_counts(counts, measures, notes)
    return Reading(
        source, reader, measures, areas, front, counts, transfers, listed, references, links, mentions, notes
    )


def _vouched(headings: Sequence[Heading], titles: Mapping[Key, str], spoken: Sequence[int], end: int) -> bool:
    starts = [heading.line for heading in headings] + [end]
    stating = sum(any(start <= line < stop for line in spoken) for start, stop in pairwise(starts))
    return stating >= 2 or sum(heading.key in titles for heading in headings) >= 2


def _with_text(headings: Sequence[Heading]) -> int:
    """Return how many headings have lines of their own below them, which those of a list of contents have not."""
    return sum(here.last_line + 1 < after.line for here, after in pairwise(headings)) + bool(headings)


def _front(source: Source, tables: Sequence[range], end: int) -> list[Part]:
    """Return what stands before the first heading, and the table wherever it is."""
    found = []
    start = 0
    for piece in tables:
        span = source.plain.span(source.lines[piece.start].start, source.lines[piece.stop - 1].end)
        found += [Part("front-matter", Span(start, min(span.start, end))), Part("overview-table", span)]
        start = span.end
    found.append(Part("front-matter", Span(start, end)))
    return [part for part in found if part.span.start < part.span.end and source.plain.slice(part.span).strip()]


def _offset(source: Source, place: int) -> int:
    return source.plain.raw[source.lines[place].start]


def _last(lines: Sequence[int], before: int) -> int:
    return max((line for line in lines if line < before), default=-1)


def _beside(tables: Sequence[range], stops: Sequence[int]) -> list[range]:
    """Return the lines at the start of the report and behind each piece of the table, up to the next stop."""
    starts = [0, *(piece.stop for piece in tables)]
    return [range(start, next(stop for stop in stops if stop >= start)) for start in starts]


def _homeless(source: Source, tables: Sequence[range], opened: Sequence[int]) -> list[dict[str, Any]]:
    """Return a note for each stretch between a table among the measures and the next heading."""
    places = [piece.stop for piece in tables if piece.stop not in (*opened, *(other.start for other in tables))]
    return [
        {
            "what": "text behind the table belongs to no section",
            "line": source.line_number(_offset(source, place)),
            "words": source.plain.text[source.lines[place].start : source.lines[place].end][:60],
        }
        for place in places
    ]


def _measures(
    source: Source,
    headings: Sequence[Heading],
    area_headings: Sequence[Heading],
    rows: Sequence[Row],
    table_areas: Sequence[Heading],
    labels: Sequence[Label],
    cuts: Sequence[int],
    words: Mapping[str, Any],
    registry: Registry,
    date: str | None,
    notes: list[dict[str, Any]],
    odd: Collection[int],
) -> list[Measure]:
    by_key = {heading.key: heading for heading in headings}
    row_of = {row.key: row for row in rows}
    keys = [heading.key for heading in headings] or [row.key for row in rows]
    keys += sorted(set(row_of) - set(keys)) if headings else []
    with_parts = {number for number, letter in keys if letter}
    measures = []
    for key in sorted(keys):
        heading, row = by_key.get(key), row_of.get(key)
        name = f"{key[0]}{key[1]}"
        parts: list[Part] = []
        own: list[Label] = []
        if heading:
            end = next(cut for cut in cuts if cut > heading.span.start)
            own = [label for label in labels if heading.span.start < label.span.start < end]
            parts = _parts(source, heading, own, end, odd)
        elif headings:
            notes.append({"what": "in the table only", "measure": name})
        if heading and rows and not row:
            notes.append({"what": "in the body only", "measure": name})
        if row:
            parts.append(Part("overview-row", row.span))
        if heading and row and heading.title != row.title:
            notes.append({"what": "titles differ", "measure": name, "body": heading.title, "table": row.title})
        if not key[1] and key[0] in with_parts and own:
            notes.append({"what": "a number with parts has a status of its own", "measure": name})
        line = heading.span.start if heading else (row.span.start if row else 0)
        area_of = area_headings if heading else table_areas
        area = next((a.number for a in reversed(area_of) if a.span.start < line), None)
        measures.append(
            Measure(
                key[0],
                key[1],
                area,
                heading,
                row,
                tuple(parts),
                _statuses(name, own, row, words, notes, bool(key[1]) or key[0] not in with_parts),
                _answers(name, own, row, words, registry, date, notes),
            )
        )
    _check_numbers([measure.key for measure in measures], notes)
    return measures


def _parts(source: Source, heading: Heading, own: Sequence[Label], end: int, odd: Collection[int]) -> list[Part]:
    """Return the parts of a section: its heading, its label lines, and the text before, between and behind them.

    Text behind the last label line is what was done. Text between label lines is what was planned, unless both that
    and a status stand before it, or a status does and no text follows. Lines of ``odd`` labels are no text.
    """
    plain, lines = source.plain, source.lines

    def start_of(line: int) -> int:
        return min(plain.raw[lines[line].start], end) if line < len(lines) else end

    # Every offset from heading to next heading belongs to one part; a part without words is left to its neighbour.
    body = start_of(heading.last_line + 1)
    bounds = [("heading", heading.span.start), ("plan-text", body)]
    if own:
        bounds.append(("status-lines", start_of(own[0].line)))
        last, stated, reported = own[0].last_line, False, False
        planned = bool(plain.slice((body, bounds[-1][1])).strip())
        for label in own:
            if _is_text(source, [line for line in range(last + 1, label.line) if line not in odd]):
                kind = "result-text" if stated and planned else "plan-text"
                bounds += [(kind, start_of(last + 1)), ("status-lines", start_of(label.line))]
                reported, planned = stated, True
            last, stated = max(last, label.last_line), stated or label.kind != "responsible"
        bounds.append(("result-text", start_of(last + 1)))
        if reported and not plain.slice((bounds[-1][1], end)).strip():
            bounds[-3] = ("result-text", bounds[-3][1])
    starts = [start for _, start in bounds] + [end]
    parts: list[Part] = []
    for (kind, start), stop in zip(bounds, starts[1:], strict=True):
        if start >= stop:
            continue
        if parts and not source.plain.slice((start, stop)).strip():
            parts[-1] = Part(parts[-1].kind, Span(parts[-1].span.start, stop))
        else:
            parts.append(Part(kind, Span(start, stop)))
    return parts


def _is_text(source: Source, lines: Sequence[int]) -> bool:
    """Tell whether lines between two labels are text, not the header of a page."""
    return len(lines) > 1 or any(source.plain.text[source.lines[line].end - 1] in ".!?:»" for line in lines)


def _statuses(
    name: str, own: Sequence[Label], row: Row | None, words: Mapping[str, Any], notes: list[dict[str, Any]], due: bool
) -> tuple[Status, ...]:
    stated: dict[str, list[Span]] = {}
    body = [label for label in own if label.kind == "status"]
    codes = {status_code(label.value, words) for label in body}
    if len(codes) > 1:
        notes.append({"what": "several statuses in one section", "measure": name})
    else:
        for label in body:
            stated.setdefault(str(status_code(label.value, words)), []).append(label.span)
    if row and row.cells:
        stated.setdefault(str(status_code(row.status, words)), []).append(row.cells)
    if due and not stated and not body:
        notes.append({"what": "no status", "measure": name})
    if len(stated) > 1:
        notes.append({"what": "statuses of body and table differ", "measure": name})
    return tuple(Status(code, tuple(spans)) for code, spans in stated.items())


def _answers(
    name: str,
    own: Sequence[Label],
    row: Row | None,
    words: Mapping[str, Any],
    registry: Registry,
    date: str | None,
    notes: list[dict[str, Any]],
) -> tuple[Answer, ...]:
    stated: dict[tuple[str | None, str], tuple[str, list[Span]]] = {}
    places = [(label.value, label.span) for label in own if label.kind == "responsible"]
    by_place: list[set[str]] = []
    if row and row.cells:
        places.append((row.responsible, row.cells))
    for value, span in places:
        nodes = set()
        for written in split_names(value, words):
            meant = full_name(written, date)
            node = registry.actor(meant, written)
            if node is None:
                notes.append({"what": "body is not in the registry", "measure": name, "words": meant or written})
            nodes.add(node or written)
            stated.setdefault((node, "" if node else written), (written, []))[1].append(span)
        by_place.append(nodes)
    in_body = by_place[:-1] if row and row.cells else by_place
    if any(nodes != in_body[0] for nodes in in_body):
        notes.append({"what": "who answers differs within the section", "measure": name})
    elif any(nodes != by_place[-1] for nodes in in_body):
        notes.append({"what": "who answers differs between body and table", "measure": name})
    return tuple(Answer(written, node, tuple(spans)) for (node, _), (written, spans) in stated.items())


def _areas(source: Source, headings: Sequence[Heading], table: Sequence[Heading], cuts: Sequence[int]) -> list[Area]:
    in_table = {heading.number: heading for heading in table}
    areas = []
    for heading in headings:
        end = next(cut for cut in cuts if cut > heading.span.start)
        body = (
            min(source.plain.raw[source.lines[heading.last_line + 1].start], end)
            if heading.last_line + 1 < len(source.lines)
            else end
        )
        parts = [Part("heading", Span(heading.span.start, body))]
        if body < end and source.plain.slice((body, end)).strip():
            parts.append(Part("area-introduction", Span(body, end)))
        row = in_table.get(heading.number)
        spans = (heading.span, row.span) if row else (heading.span,)
        areas.append(Area(heading.number, heading.title, spans, tuple(parts)))
    known = {area.number for area in areas}
    areas += [Area(row.number, row.title, (row.span,), ()) for row in table if row.number not in known]
    return sorted(areas, key=lambda area: area.number)


def _stretch(measure: Measure) -> Stretch:
    body = [part for part in measure.parts if part.kind != "overview-row"]
    if not body:
        return Stretch(measure.key, Span(0, 0), 0)
    result = next((part.span.start for part in body if part.kind == "result-text"), body[-1].span.end)
    return Stretch(measure.key, Span(body[0].span.start, body[-1].span.end), result)


def _check_numbers(keys: Sequence[Key], notes: list[dict[str, Any]]) -> None:
    numbers = sorted({number for number, _ in keys})
    if numbers:
        missing = sorted(set(range(1, numbers[-1] + 1)) - set(numbers))
        notes += [{"what": "number is skipped", "measure": str(number)} for number in missing]
    for number in numbers:
        letters = sorted(letter for n, letter in keys if n == number and letter)
        expected = [chr(ord("a") + place) for place in range(len(letters))]
        if letters != expected:
            notes.append({"what": "letters are skipped", "measure": f"{number} {' '.join(letters)}"})


def tally(measures: Sequence[Measure]) -> dict[str, int]:
    """Return the number of numbered measures in all and by status; a number with an ongoing part is ongoing."""
    codes: dict[int, set[str]] = {}
    for measure in measures:
        held = codes.setdefault(measure.number, set())
        held.update(status.code for status in measure.statuses)
    counted = {"total": len(codes)}
    for held in codes.values():
        code = "ongoing" if "ongoing" in held else (next(iter(held)) if len(held) == 1 else "mixed")
        counted[code] = counted.get(code, 0) + 1
    return counted


def _check_counts(counts: Sequence[Count], measures: Sequence[Measure], notes: list[dict[str, Any]]) -> None:
    counted = tally(measures)
    notes += [
        {
            "what": "count does not hold",
            "words": count.what,
            "stated": count.number,
            "counted": counted.get(count.what, 0),
        }
        for count in counts
        if counted.get(count.what, 0) != count.number
    ]
