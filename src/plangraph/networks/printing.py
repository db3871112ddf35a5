"""The analysis of a layer as text, Markdown, HTML, CSV and JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plangraph import output
from plangraph.networks.texts import number, say, texts

FORMATS = ("table", "md", "csv", "json")
# Columns for programs, which would leave people too little room to read the others.
HIDDEN = ("id", "betweenness rank", "effective size rank", "local clustering", "top")


@dataclass(frozen=True)
class Section:
    """One part of the report: a heading, what to know before reading, and a table.

    ``name`` and the columns are the same in every language, for programs; ``title`` is in the language of the report.
    """

    name: str
    title: str
    note: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Analysis:
    """All that is said about a layer: how it was made, the sections in reading order, and the methods paragraph."""

    layer: str
    definition: str
    options: Mapping[str, str | int]
    seed: int
    top: int
    lang: str
    sections: list[Section]
    methods: str
    versions: Mapping[str, str]

    def __repr__(self) -> str:
        return f"<Analysis of {self.layer}: {', '.join(section.name for section in self.sections)}>"

    def _repr_html_(self) -> str:
        return _html(self)


def render(analysis: Analysis, form: str) -> str:
    """Return an analysis as a text for the terminal, Markdown, JSON, or CSV with one line for each value.

    Numbers are rounded to three digits for people and to six for programs.
    """
    if form == "json":
        content = {
            "layer": analysis.layer,
            "language": analysis.lang,
            "definition": analysis.definition,
            "options": dict(analysis.options),
            "seed": analysis.seed,
            "versions": dict(analysis.versions),
            "methods": analysis.methods,
            "sections": [
                {
                    "name": s.name,
                    "title": s.title,
                    "note": s.note,
                    "columns": s.columns,
                    "rows": [_rounded(row, 6) for row in s.rows],
                }
                for s in analysis.sections
            ],
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    if form == "csv":
        rows = [
            {"layer": analysis.layer, "section": s.name, "row": number, "column": name, "value": value}
            for s in analysis.sections
            for number, row in enumerate(s.rows, start=1)
            for name, value in _rounded(row, 6).items()
        ]
        return output.render(["layer", "section", "row", "column", "value"], rows, "csv")
    return _markdown(analysis) if form == "md" else _terminal(analysis)


def _terminal(analysis: Analysis) -> str:
    decimal, undefined = _signs(analysis)
    blocks = [output.bold(_heading(analysis))]
    for section in analysis.sections:
        blocks.append("\n" + output.bold(section.title))
        if section.note:
            blocks.append("\n".join(output.wrap(section.note, 118)))
        if section.rows:
            columns, rows = _shown(analysis, section)
            blocks.append(output.table(columns, rows, decimal=decimal, undefined=undefined).rstrip("\n"))
    methods = texts(analysis.lang)["sections"]["methods"]
    blocks += ["\n" + output.bold(methods), "\n".join(output.wrap(analysis.methods, 118))]
    return "\n".join(blocks) + "\n"


def _markdown(analysis: Analysis) -> str:
    decimal, undefined = _signs(analysis)
    blocks = [f"# {_heading(analysis)}"]
    for section in analysis.sections:
        blocks.append(f"## {section.title}")
        if section.note:
            blocks.append(section.note)
        if section.rows:
            columns, rows = _shown(analysis, section)
            blocks.append(output.render(columns, rows, "md", decimal=decimal, undefined=undefined).rstrip("\n"))
    blocks += [f"## {texts(analysis.lang)['sections']['methods']}", analysis.methods]
    return "\n\n".join(blocks) + "\n"


def _html(analysis: Analysis) -> str:
    decimal, undefined = _signs(analysis)
    blocks = [output.html_lines(_heading(analysis), tag="h3")]
    for section in analysis.sections:
        blocks += [output.html_lines(section.title, tag="h4"), output.html_lines(section.note)]
        if section.rows:
            blocks.append(output.html_table(*_shown(analysis, section), decimal=decimal, undefined=undefined))
    blocks.append(output.html_lines(texts(analysis.lang)["sections"]["methods"], tag="h4"))
    return "".join([*blocks, output.html_lines(analysis.methods)])


def _signs(analysis: Analysis) -> tuple[str, str]:
    """Return the decimal sign of the language, and what it calls a value that is not defined."""
    return number(0.5, analysis.lang, ".1f")[1], texts(analysis.lang)["words"]["undefined"]


def _heading(analysis: Analysis) -> str:
    title = texts(analysis.lang)["layers"][analysis.layer]
    return say(analysis.lang, "words", "layer", layer=analysis.layer, title=title)


def _shown(analysis: Analysis, section: Section) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the columns and rows of a section as people read them."""
    words = texts(analysis.lang)
    names = [name for name in section.columns if name not in HIDDEN]
    titles = {name: say(analysis.lang, "columns", name, size=analysis.top) for name in names}
    rows = [
        {
            titles[name]: words["words"]["yes" if value else "no"] if isinstance(value, bool) else value
            for name, value in _rounded(row, 3).items()
            if name in titles
        }
        for row in section.rows
    ]
    return list(titles.values()), rows


def _rounded(row: Mapping[str, Any], digits: int) -> dict[str, Any]:
    return {key: _round(value, digits) for key, value in row.items()}


def _round(value: Any, digits: int) -> Any:
    if not isinstance(value, float):
        return value
    # Small p values keep their leading digits.
    rounded = round(value, digits) if abs(value) >= 10**-digits or value == 0 else float(f"{value:.2g}")
    return int(rounded) if rounded == int(rounded) and digits == 3 else rounded
