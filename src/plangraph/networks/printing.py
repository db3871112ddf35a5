"""The analysis of a layer as text, Markdown, HTML, CSV and JSON."""

import json
from collections.abc import Iterator, Mapping
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

    ``name`` and the columns are the same in every language, for programs; ``title`` is in the language of the report,
    and so is the definition of each column.
    """

    name: str
    title: str
    note: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    definitions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Analysis:
    """All that is said about a layer: how it was made, the sections in reading order, and the methods paragraph.

    ``run`` holds the size of the network, the samples of the null model, and the day of the data.
    """

    layer: str
    definition: str
    options: Mapping[str, str | int]
    seed: int
    top: int
    lang: str
    sections: list[Section]
    methods: str
    references: list[str]
    run: Mapping[str, Any]
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
            "run": dict(analysis.run),
            "versions": dict(analysis.versions),
            "methods": analysis.methods,
            "references": analysis.references,
            "sections": [
                {
                    "name": s.name,
                    "title": s.title,
                    "note": s.note,
                    "columns": s.columns,
                    "definitions": dict(s.definitions),
                    "rows": [_rounded(row, 6) for row in s.rows],
                }
                for s in analysis.sections
            ],
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    if form == "csv":
        return output.render(["layer", "section", "row", "column", "value", "definition"], _long(analysis), "csv")
    return _markdown(analysis) if form == "md" else _terminal(analysis)


def _long(analysis: Analysis) -> Iterator[dict[str, Any]]:
    """Yield a row for each value: first what the numbers rest on, then the sections with their notes."""
    run = {
        "definition": analysis.definition,
        **analysis.options,
        "seed": analysis.seed,
        **analysis.run,
        **analysis.versions,
        "methods": analysis.methods,
    }
    references = [{"reference": reference} for reference in analysis.references]
    made = [Section("Run", "", "", [], [run]), *analysis.sections, Section("References", "", "", [], references)]
    for section in made:
        head = {"layer": analysis.layer, "section": section.name}
        if section.note:
            yield {**head, "column": "note", "value": section.note}
        for place, row in enumerate(section.rows, start=1):
            for name, value in _rounded(row, 6).items():
                # The definition of a figure stands in its row.
                told = row["definition"] if name == "value" and "figure" in row else section.definitions.get(name)
                yield {**head, "row": place, "column": name, "value": value, "definition": told}


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
            told = " · ".join(f"{title}: {text}" for title, text in _defined(analysis, section).items())
            blocks += [output.dim(line) for line in output.wrap(told, 118) if line]
    titles = texts(analysis.lang)["sections"]
    blocks += ["\n" + output.bold(titles["methods"]), "\n".join(output.wrap(analysis.methods, 118))]
    blocks += ["\n" + output.bold(titles["references"]), *analysis.references]
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
            told = _defined(analysis, section)
            blocks += ["\n".join(f"- **{title}**: {text}" for title, text in told.items())] if told else []
    titles = texts(analysis.lang)["sections"]
    blocks += [f"## {titles['methods']}", analysis.methods]
    blocks += [f"## {titles['references']}", "\n".join(f"- {reference}" for reference in analysis.references)]
    return "\n\n".join(blocks) + "\n"


def _html(analysis: Analysis) -> str:
    decimal, undefined = _signs(analysis)
    blocks = [output.html_lines(_heading(analysis), tag="h3")]
    for section in analysis.sections:
        blocks += [output.html_lines(section.title, tag="h4"), output.html_lines(section.note)]
        if section.rows:
            blocks.append(output.html_table(*_shown(analysis, section), decimal=decimal, undefined=undefined))
            told = _defined(analysis, section)
            blocks.append(output.html_lines(*(f"{title}: {text}" for title, text in told.items())))
    titles = texts(analysis.lang)["sections"]
    blocks += [output.html_lines(titles["methods"], tag="h4"), output.html_lines(analysis.methods)]
    blocks.append(output.html_lines(titles["references"], tag="h4"))
    return "".join([*blocks, output.html_lines(*analysis.references)])


def _signs(analysis: Analysis) -> tuple[str, str]:
    """Return the decimal sign of the language, and what it calls a value that is not defined."""
    return number(0.5, analysis.lang, ".1f")[1], texts(analysis.lang)["words"]["undefined"]


def _heading(analysis: Analysis) -> str:
    title = texts(analysis.lang)["layers"][analysis.layer]
    return say(analysis.lang, "words", "layer", layer=analysis.layer, title=title)


def _shown(analysis: Analysis, section: Section) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the columns and rows of a section as people read them."""
    words = texts(analysis.lang)
    titles = _titles(analysis, section)
    rows = [
        {
            titles[name]: words["words"]["yes" if value else "no"] if isinstance(value, bool) else value
            for name, value in _rounded(row, 3).items()
            if name in titles
        }
        for row in section.rows
    ]
    return list(titles.values()), rows


def _titles(analysis: Analysis, section: Section) -> dict[str, str]:
    """Return what people read above the columns that are for them."""
    names = [name for name in section.columns if name not in HIDDEN]
    return {name: say(analysis.lang, "columns", name, size=analysis.top) for name in names}


def _defined(analysis: Analysis, section: Section) -> dict[str, str]:
    """Return title → definition of the columns that people read; nothing where each row speaks for itself."""
    if {"definition", "choice"} & set(section.columns):
        return {}
    return {title: section.definitions[name] for name, title in _titles(analysis, section).items()}


def _rounded(row: Mapping[str, Any], digits: int) -> dict[str, Any]:
    return {key: _round(value, digits) for key, value in row.items()}


def _round(value: Any, digits: int) -> Any:
    if not isinstance(value, float):
        return value
    # Small p values keep their leading digits.
    rounded = round(value, digits) if abs(value) >= 10**-digits or value == 0 else float(f"{value:.2g}")
    return int(rounded) if rounded == int(rounded) and digits == 3 else rounded
