"""The reading report: what was found by which reader, and what looked like structure and was not used."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from plangraph.ingest.reading import Reading, tally


def reading_report(reading: Reading, plan: str, slug: str, language: str, date: str | None) -> dict[str, Any]:
    """Return the report as plain data: the plan and its source, what was found, and the notes."""
    entries = [measure for measure in reading.measures if measure.statuses]
    from_body = [
        m for m in entries if any(span != (m.row and m.row.cells) for status in m.statuses for span in status.spans)
    ]
    return {
        "plan": plan,
        "source": slug,
        "language": language,
        "sha256": reading.source.sha256,
        "date": date,
        "reader": reading.reader,
        "found": {
            "areas": len(reading.areas),
            "measures": len(reading.measures),
            "headings": sum(measure.heading is not None for measure in reading.measures),
            "table rows": sum(measure.row is not None for measure in reading.measures),
            "with a status": len(entries),
            "status in the body": len(from_body),
            "status in the table": sum(bool(m.row and m.row.cells) for m in reading.measures),
            "titles in two variants": sum(
                bool(m.heading and m.row and m.heading.title != m.row.title) for m in reading.measures
            ),
            "sections": len(reading.front)
            + sum(len(area.parts) for area in reading.areas)
            + sum(len(measure.parts) for measure in reading.measures),
            "cross-references": len(reading.references),
            "links": len({link.url for link in reading.links}),
            "links printed": len(reading.links),
            "mentions": len(reading.mentions),
            "named": len({mention.node for mention in reading.mentions}),
            "transfers": len(reading.transfers),
            "bodies listed": len(reading.listed),
        },
        "status": dict(sorted(Counter(s.code for m in reading.measures for s in m.statuses).items())),
        "by number": dict(sorted(tally(reading.measures).items())),
        "stated": {count.what: count.number for count in reading.counts},
        "noise": dict(sorted(Counter(noise.kind for noise in reading.source.noise).items())),
        "notes": reading.notes,
    }


def summary(report: Mapping[str, Any]) -> str:
    """Return the report for the terminal."""
    lines = [f"{report['plan']}: read from {report['source']} by {report['reader']}"]
    lines += [f"  {count:>6}  {name}" for name, count in report["found"].items()]
    if report["stated"]:
        held = all(report["by number"].get(what, 0) == number for what, number in report["stated"].items())
        stated = ", ".join(f"{what} {number}" for what, number in report["stated"].items())
        lines.append(f"  the report's totals ({stated}) {'hold' if held else 'do not hold'}")
    if report["notes"]:
        lines.append(f"  {len(report['notes'])} notes:")
        for note in report["notes"]:
            where = f"line {note['line']}" if "line" in note else str(note.get("measure", ""))
            rest = ", ".join(str(value) for key, value in note.items() if key not in ("what", "line", "measure"))
            lines.append(f"    {note['what']}: {' '.join(filter(None, (where, rest)))}")
    return "\n".join(lines)
