"""The statements of the skeleton and of the mentions, one line for each subject, in the order of the report."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from plangraph.ingest.reading import Measure, Reading, Status
from plangraph.ingest.registry import Registry
from plangraph.ingest.responsible import full_name
from plangraph.text import Span

_SECTION = {
    "heading": "heading",
    "plan-text": "plan",
    "status-lines": "status",
    "result-text": "result",
    "overview-row": "row",
    "area-introduction": "introduction",
}


def slug(text: str) -> str:
    """Return a name as part of an IRI: ASCII, small letters, hyphens."""
    text = text.casefold().replace("æ", "ae").translate(str.maketrans("øåðđ", "oadd"))
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def literal(text: str, language: str = "") -> str:
    """Return a Turtle literal on one line."""
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return f'"{escaped}"' + (f"@{language}" if language else "")


def skeleton_lines(reading: Reading, plan: str, language: str, date: str | None, registry: Registry) -> list[str]:
    """Return the statements of ``skeleton.ttl``: areas, measures, sections, claims, participations, links."""
    lines: list[str] = []
    lines += _front(reading, plan, date, registry)
    areas = {area.number: area for area in reading.areas}
    opened: set[int] = set()
    links = _links(reading)
    for measure in reading.measures:
        if measure.area in areas and measure.area not in opened:
            opened.add(measure.area)
            lines += _area(reading, measure.area, plan, language)
        lines += _measure(measure, plan, language, date, reading)
        lines += links.get(measure.key, [])
    for number in sorted(set(areas) - opened):
        lines += _area(reading, number, plan, language)
    return lines


def mention_lines(reading: Reading) -> list[str]:
    """Return the statements of ``mentions.ttl``: one Web Annotation for each mention."""
    return [
        f"mention:{mention.span}-{mention.node.split(':', 1)[1]} a oa:Annotation ; oa:hasBody {mention.node} ; "
        f"oa:hasTarget ev:{mention.span} ."
        for mention in reading.mentions
    ]


def _front(reading: Reading, plan: str, date: str | None, registry: Registry) -> list[str]:
    lines = [
        f"section:{name} a pg:Section ; dct:type kind:{part.kind} ; dct:isPartOf plan:{plan} ; "
        f"pg:evidence ev:{part.span} ."
        for name, part in zip(_numbered(part.kind for part in reading.front), reading.front, strict=True)
    ]
    predicates = {"total": "pg:measureCount", "ongoing": "pg:ongoingCount", "completed": "pg:completedCount"}
    for count in reading.counts:
        if count.what in predicates:
            name = "measures" if count.what == "total" else count.what
            lines.append(
                f"c:total-{name} a pg:Claim ; rdf:subject plan:{plan} ; rdf:predicate {predicates[count.what]} ; "
                f"rdf:object {count.number} ; pg:stage stage:reported{_as_of(date)} ; pg:evidence ev:{count.span} ."
            )
    for transfer in reading.transfers:
        giver, taker = (_actor_named(name, registry, date) for name in (transfer.giver, transfer.taker))
        if giver is None or taker is None:
            reading.notes.append({"what": "transfer between unknown bodies", "words": transfer.area})
            continue
        lines.append(
            f"transfer:{slug(transfer.label)} a pg:ResponsibilityTransfer ; "
            f"skos:prefLabel {literal(transfer.label, 'nb')} ; "
            f"pg:policyArea {literal(transfer.area, 'nb')} ; pg:fromMinistry {giver} ; pg:toMinistry {taker} ; "
            f"pg:stage stage:reported ; pg:evidence ev:{transfer.span} ."
        )
    names = {}
    for body in reading.listed:
        node = registry.actor(body.name, body.abbreviation)
        if node is None:
            reading.notes.append({"what": "body is not in the registry", "words": body.name})
        names[body.span] = node
    for body in reading.listed:
        node, ministry = names[body.span], names.get(body.ministry) if body.ministry else None
        if node and ministry and body.ministry:
            lines.append(
                f"c:list-{node.split(':', 1)[1]} a pg:Claim ; rdf:subject {node} ; "
                f"rdf:predicate org:subOrganizationOf ; rdf:object {ministry} ; pg:stage stage:reported ; "
                f"pg:evidence ev:{body.ministry}_{body.span} ."
            )
    return lines


def _actor_named(text: str, registry: Registry, date: str | None) -> str | None:
    bare = re.sub(r"\s*\([^)]*\)", "", text).strip()
    short = re.search(r"\(([^)]+)\)", text)
    # "Barne- og familiedepartementet har (BFD)": a stray word does not hide the name.
    names = [bare, full_name(bare, date), short and full_name(short.group(1), date), short and short.group(1)]
    return registry.actor(*(name or None for name in names))


def _area(reading: Reading, number: int, plan: str, language: str) -> list[str]:
    area = next(area for area in reading.areas if area.number == number)
    lines = [
        f"area:{number} a pg:FocusArea ; dct:identifier {literal(str(number))} ; dct:isPartOf plan:{plan} ; "
        f"dct:title {literal(area.title, language)} ; pg:evidence {_evidence(area.spans)} ."
    ]
    lines += [
        f"section:area-{number}-{_SECTION[part.kind]} a pg:Section ; dct:type kind:{part.kind} ; "
        f"dct:isPartOf area:{number} ; pg:evidence ev:{part.span} ."
        for part in area.parts
    ]
    return lines


def _measure(measure: Measure, plan: str, language: str, date: str | None, reading: Reading) -> list[str]:
    name = measure.name
    if measure.letter:
        whole = f"m:{measure.number}"
    else:
        whole = f"area:{measure.area}" if measure.area is not None else f"plan:{plan}"
    spans = [place.span for place in (measure.heading, measure.row) if place]
    letter = f" ; pg:letter {literal(measure.letter)}" if measure.letter else ""
    answers = [answer for answer in measure.answers if answer.node]
    held = ", ".join(f"p:{name}-{answer.node.split(':', 1)[1]}" for answer in answers if answer.node)
    lines = [
        f"m:{name} a pg:Measure ; dct:identifier {literal(name)} ; pg:number {measure.number}{letter} ; "
        f"dct:isPartOf {whole} ; pg:evidence {_evidence(spans)}"
        + (f" ; cv:hasParticipation {held} ." if held else " .")
    ]
    lines += [
        f"section:{name}-{section} a pg:Section ; dct:type kind:{part.kind} ; dct:isPartOf m:{name} ; "
        f"pg:evidence ev:{part.span} ."
        for section, part in zip(_numbered(_SECTION[part.kind] for part in measure.parts), measure.parts, strict=True)
    ]
    lines += _titles(measure, language)
    lines += [
        f"p:{name}-{answer.node.split(':', 1)[1]} cv:hasParticipant {answer.node} ; cv:role role:responsible ; "
        f"pg:stage stage:reported ; pg:evidence {_evidence(answer.spans)} ."
        for answer in answers
        if answer.node
    ]
    lines += [_status(name, status, place, date) for place, status in enumerate(measure.statuses)]
    own = [reference for reference in reading.references if reference.giver == measure.key]
    grouped: dict[tuple[bool, str], list[Span]] = {}
    for reference in own:
        target = f"{reference.target[0]}{reference.target[1]}"
        grouped.setdefault((reference.seen, target), []).append(reference.sentence)
    for (seen, target), sentences in grouped.items():
        kind, predicate = ("seen", "pg:seenWith") if seen else ("ref", "dct:references")
        lines.append(
            f"c:{name}-{kind}-{target} a pg:Claim ; rdf:subject m:{name} ; rdf:predicate {predicate} ; "
            f"rdf:object m:{target} ; pg:stage stage:reported ; pg:evidence {_evidence(sentences)} ."
        )
    return lines


def _titles(measure: Measure, language: str) -> list[str]:
    heading, row, name = measure.heading, measure.row, measure.name
    same = heading and row and heading.title == row.title
    claims = []
    if heading:
        spans = [heading.title_span, *([row.title_span] if same and row else [])]
        claims.append(("title", "dct:title", heading.title, spans))
    if row and not same:
        kind = ("title-table", "dct:alternative") if heading else ("title", "dct:title")
        claims.append((*kind, row.title, [row.title_span]))
    return [
        f"c:{name}-{kind} a pg:Claim ; rdf:subject m:{name} ; rdf:predicate {predicate} ; "
        f"rdf:object {literal(title, language)} ; pg:stage stage:reported ; pg:evidence {_evidence(spans)} ."
        for kind, predicate, title, spans in claims
    ]


def _status(name: str, status: Status, place: int, date: str | None) -> str:
    suffix = "" if place == 0 else "-table"
    return (
        f"c:{name}-status{suffix} a pg:Claim ; rdf:subject m:{name} ; rdf:predicate pg:status ; "
        f"rdf:object status:{status.code} ; pg:stage stage:reported{_as_of(date)} ; "
        f"pg:evidence {_evidence(status.spans)} ."
    )


def _links(reading: Reading) -> dict[tuple[int, str], list[str]]:
    order: dict[str, int] = {}
    for link in reading.links:
        order.setdefault(link.url, len(order) + 1)
    lines: dict[tuple[int, str], list[str]] = {}
    for url, number in order.items():
        placed = [link for link in reading.links if link.url == url]
        keys = list(dict.fromkeys(link.key for link in placed if link.key))
        if not keys:
            continue
        under = ", ".join(f"m:{key[0]}{key[1]}" for key in keys)
        lines.setdefault(keys[0], []).append(
            f"link:{number} a pg:Link ; schema:url {literal(url)}^^xsd:anyURI ; pg:underMeasure {under} ; "
            f"pg:evidence {_evidence([link.span for link in placed])} ."
        )
    return lines


def _numbered(names: Iterable[str]) -> list[str]:
    """Return names, from the second of a kind with its number: plan, status, plan-2."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return found


def _evidence(spans: Iterable[Span]) -> str:
    return ", ".join(f"ev:{span}" for span in dict.fromkeys(spans))


def _as_of(date: str | None) -> str:
    return f' ; pg:asOf "{date}"^^edtf:EDTF' if date else ""
