"""Writes the pages of the documentation that follow from other files: the reference, the catalogue, the diagram.

    python docs/make.py            write them
    python docs/make.py --check    change nothing; exit 1 when a page is out of date

A test runs the check, so that no page can say what is no longer true.
"""

import argparse
import ast
import csv
import inspect
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import plangraph
from plangraph import words
from plangraph.cli import COMMANDS, command_parser
from plangraph.loading import parse
from plangraph.names import short
from plangraph.paths import Tree, find_tree
from plangraph.queries import library
from plangraph.vocabulary import CODE, PG, RDF_TYPE, RDFS, SKOS

DOCS = Path(__file__).parent
ROOT = DOCS.parent
OWL = "http://www.w3.org/2002/07/owl#"
NOTE = "<!-- Made by docs/make.py. Change the source named below, then run it again. -->\n\n"
Facts = dict[str, dict[str, list[Any]]]


def pages() -> dict[str, str]:
    """Return file name → text of every page that is made."""
    tree = find_tree(ROOT / "data")
    return {
        "cli.md": cli_page(),
        "api.md": api_page(),
        "schema.md": schema_page(tree),
        "questions.md": questions_page(tree),
        "columns.md": columns_page(tree),
        "coding.md": coding_page(),
        "assets/model.svg": diagram(),
    }


# --- The coding sheet


def coding_page() -> str:
    """Return the page on the coding sheet with its tables made anew; the rest of it is written by hand."""
    tables = words.coding()
    columns = [f"| `{column['name']}` | {_cell(column['en'])} |\n" for column in tables["column"]]
    examples = []
    for number, example in enumerate(tables["example"], 2):
        cells = (f"{name} `{_cell(value)}`" for name, value in example["row"].items())
        examples.append(f"| {number} | {_cell(example['en'])} | {', '.join(cells)} |\n")
    text = (DOCS / "coding.md").read_text(encoding="utf-8")
    text = _between(text, "columns", "| column | what it holds |\n|---|---|\n" + "".join(columns))
    text = _between(text, "examples", "| row | | cells |\n|---|---|---|\n" + "".join(examples))
    known = words.things()
    kinds = [
        f"| {_cell(kind['en'])} | `{kind['prefix']}:` | `{_file(kind['file'])}` | {_quoted(kind['columns'])} |\n"
        for kind in known["kind"]
    ]
    text = _between(
        text, "kinds of things", "| a | id | file | columns of its own |\n|---|---|---|---|\n" + "".join(kinds)
    )
    columns = [f"| `{column['name']}` | {_cell(column['en'])} |\n" for column in known["column"]]
    text = _between(text, "columns of things", "| column | what it holds |\n|---|---|\n" + "".join(columns))
    rows = []
    for example in known["example"]:
        cells = (f"{name} `{_cell(value)}`" for name, value in example["row"].items())
        rows.append(f"| {_cell(example['en'])} | {', '.join(cells)} |\n")
    return _between(text, "examples of things", "| | cells |\n|---|---|\n" + "".join(rows))


def _file(name: str) -> str:
    return "area-N.ttl" if name == "area" else name


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _between(text: str, name: str, table: str) -> str:
    return re.sub(
        rf"(<!-- {name}: [^>]*-->\n).*(<!-- /{name} -->)", lambda m: f"{m[1]}\n{table}\n{m[2]}", text, flags=re.S
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# --- Command line


def cli_page() -> str:
    """Return the reference of the command line, from the parser."""
    commands = {name: command_parser(name) for name in COMMANDS}
    parts = [
        "# Command line\n\n",
        NOTE,
        "Made from the parser of `plangraph` itself (`src/plangraph/cli/`). Every command also tells this with "
        "`--help`. Exit status: 0 fine, 1 the data does not conform, 2 the job could not run.\n\n",
        "| command | what it does |\n|---|---|\n",
        *(f"| [`{name}`](#{name}) | {_cell(_first(command.description))} |\n" for name, command in commands.items()),
    ]
    for name, command in commands.items():
        parts += [f"\n## {name}\n\n", f"{_first(command.description)}.\n\n"]
        examples = [line.strip() for line in (command.epilog or "").splitlines()[1:] if line.strip()]
        if examples:
            parts += ["```sh\n", *(f"{line}\n" for line in examples), "```\n\n"]
        rows = [_option(action) for action in command._actions if action.help != argparse.SUPPRESS]
        parts += ["| option | meaning |\n|---|---|\n", *(f"| {flag} | {_cell(text)} |\n" for flag, text in rows)]
    return "".join(parts)


def _option(action: argparse.Action) -> tuple[str, str]:
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    value = value if isinstance(value, str) else " ".join(value)
    takes = action.nargs != 0
    flags = ", ".join(f"`{flag} {value}`" if takes else f"`{flag}`" for flag in action.option_strings)
    text = (action.help or "").replace("show this help message and exit", "show the help of the command")
    text = text.replace("%(default)s", str(action.default))
    if action.choices and action.metavar:
        text += f" (one of {', '.join(map(str, action.choices))})"
    return (flags or f"`{value}`").replace("|", "\\|"), text


def _first(text: str | None) -> str:
    return (text or "").strip().rstrip(".")


# --- Python


def api_page() -> str:
    """Return the reference of the public functions, from their signatures and docstrings."""
    parts = [
        "# Python\n\n",
        NOTE,
        "What `import plangraph` offers, made from the docstrings. Importing loads no heavy library: each function "
        "arrives when it is first used. Graphs are plain `rdflib.Graph`, networks plain networkx graphs; errors are "
        "subclasses of `plangraph.PlangraphError` and say what is wrong, where, and what to do next.\n",
    ]
    for name in plangraph.__all__:
        value = getattr(plangraph, name)
        if name == "__version__":
            continue
        parts += [f"\n## {name}\n\n"]
        if inspect.isfunction(value):
            parts += [f"```python\n{_signature(name, value)}\n```\n\n"]
        parts += [_docstring(value), "\n"]
    return "".join(parts)


def _signature(name: str, function: Any) -> str:
    # From the source, because what Python prints of a signature differs between its versions.
    source = ast.parse(inspect.getsource(function)).body[0]
    assert isinstance(source, ast.FunctionDef)
    arguments = ast.unparse(source.args).replace("'", "")
    returned = ast.unparse(source.returns).strip("'") if source.returns else "None"
    arguments = re.sub(r"lambda \w+: None", "…", arguments)
    one = f"plangraph.{name}({arguments}) -> {returned}"
    if len(one) <= 100:
        return one
    pieces = re.split(r", (?![^\[]*\])", arguments)
    return f"plangraph.{name}(\n" + "".join(f"    {piece},\n" for piece in pieces) + f") -> {returned}"


def _docstring(value: Any) -> str:
    text = inspect.getdoc(value) or ""
    text = re.sub(r":\w+:`(?:plangraph\.)?([\w.]+)`", r"`\1`", text).replace("``", "`")
    return text + "\n"


# --- Vocabulary


def schema_page(tree: Tree) -> str:
    """Return the reference of the vocabulary: terms by the headings of the ontology's file, then codes and shapes."""
    facts = _facts([tree.ontology / "plangraph.ttl", tree.ontology / "codes.ttl"])
    parts = [
        "# Vocabulary\n\n",
        NOTE,
        "Made from `ontology/plangraph.ttl`, `codes.ttl` and `shapes.ttl`. The prefix `pg:` stands for "
        f"`{PG}`; what changed between versions is told in [changes of terms](terms.md). A definition that begins with "
        "*Derived* belongs to a term that the rules add and nobody writes.\n\n",
        "![The model: contexts, participations, claims, actors and evidence](assets/model.svg)\n",
    ]
    for title, terms in _sections(tree.ontology / "plangraph.ttl"):
        own = [term for term in terms if term in facts and RDF_TYPE in facts[term]]
        if not own:
            continue
        parts += [f"\n## {title}\n\n", "| term | Norwegian | English | definition |\n|---|---|---|---|\n"]
        parts += [_term_row(term, facts) for term in own]
    parts.append(_codes(facts))
    parts.append(_shapes(tree))
    return "".join(parts)


def _sections(path: Path) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# --- "):
            found.append((line[6:].split(". ")[0].split(": labels for reading")[0], []))
        elif (match := re.match(r"pg:(\w+) a ", line)) and found:
            found[-1][1].append(PG + match[1])
    return found


def _term_row(term: str, facts: Facts) -> str:
    about = facts[term]
    name = short(term)
    definition = _text(about, SKOS + "definition", "en")
    note = _text(about, SKOS + "scopeNote", "en")
    kin = [short(o.value) for p in ("subClassOf", "subPropertyOf") for o in about.get(RDFS + p, ())]
    ends = [f"values: {short(o.value)}" for o in about.get(RDFS + "range", ())]
    more = [f"narrower than {', '.join(f'`{k}`' for k in kin)}"] if kin else []
    if (OWL + "deprecated") in about:
        definition = f"**Given up.** {definition}"
    told = " ".join(filter(None, [definition, note, f"({'; '.join(more + ends)})" if more + ends else ""]))
    labels = [_text(about, RDFS + "label", lang) for lang in ("nb", "en")]
    return f'| <span id="{name.removeprefix("pg:")}">`{name}`</span> | {labels[0]} | {labels[1]} | {_cell(told)} |\n'


def _codes(facts: Facts) -> str:
    members: dict[str, list[str]] = defaultdict(list)
    for iri, about in facts.items():
        for scheme in about.get(SKOS + "inScheme", ()):
            members[scheme.value].append(iri)
    parts = ["\n## Codes\n\nEach scheme is a `skos:ConceptScheme`; a new code is data, not software.\n"]
    for scheme, codes in members.items():
        about = facts[scheme]
        parts += [
            f"\n### {_text(about, SKOS + 'prefLabel', 'en').capitalize()}\n\n`{scheme.removeprefix(CODE)}:` ",
            f"{_text(about, SKOS + 'definition', 'en')}\n\n",
        ]
        roles = scheme == CODE + "role"
        parts.append(
            "| code | Norwegian | English | definition |" + (" plain triple | ties to |" if roles else "") + "\n"
        )
        parts.append("|---|---|---|---|" + ("---|---|" if roles else "") + "\n")
        for code in codes:
            own = facts[code]
            row = [
                f"`{short(code)}`",
                *(_text(own, SKOS + "prefLabel", lang) for lang in ("nb", "en")),
                _text(own, SKOS + "definition", "en"),
            ]
            if roles:
                row += [
                    ", ".join(f"`{short(o.value)}`" for o in own.get(PG + p, ())) for p in ("directProperty", "tieTo")
                ]
            parts.append(f"| {' | '.join(map(_cell, row))} |\n")
    return "".join(parts)


_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf")


def _short(about: dict[str, list[Any]], name: str) -> str:
    return ", ".join(f"`{short(o.value)}`" for o in about.get(name, ()))


def _shapes(tree: Tree) -> str:
    sh = "http://www.w3.org/ns/shacl#"
    facts = _facts([tree.ontology / "shapes.ttl"])
    parts = [
        "\n## Shapes\n\nWhat `plangraph validate` asks of the data; each message names the mend.\n\n",
        "| shape | for | what it asks |\n|---|---|---|\n",
    ]
    for iri in sorted(facts):
        about = facts[iri]
        targets = ", ".join(filter(None, (_short(about, sh + name) for name in _TARGETS)))
        if not targets:
            continue
        nodes = [iri, *(o.value for p in ("property", "sparql", "node", "or", "not") for o in about.get(sh + p, ()))]
        said = {m.value for n in nodes for m in facts.get(n, {}).get(sh + "message", ()) if m.language == "en"}
        name = iri.rsplit("/", 1)[1]
        parts.append(_row([name, targets, " ".join(sorted(said))]))
    return "".join(parts)


def _facts(files: Iterable[Path]) -> Facts:
    facts: Facts = {}
    for file in files:
        for quad in parse(file):
            about = facts.setdefault(quad.subject.value, {})  # type: ignore[union-attr]
            about.setdefault(quad.predicate.value, []).append(quad.object)
    return facts


def _text(about: dict[str, list[Any]], name: str, lang: str) -> str:
    found = {o.language: o.value for o in about.get(name, ()) if isinstance(o, ox.Literal)}
    return str(found.get(lang) or found.get("en") or next(iter(found.values()), ""))


# --- Questions


def questions_page(tree: Tree) -> str:
    """Return the catalogue of questions with their agreed answers, grouped by tag."""
    parts = [
        "# Questions\n\n",
        NOTE,
        "Made from `queries/*.rq` and the agreed answers in `tests/questions/*.csv`, which were taken from the report "
        "before the queries ran. Each question is one file of plain SPARQL 1.1 that runs on any store.\n\n",
        "```sh\nplangraph query --list\nplangraph query NAME --show\n```\n",
    ]
    groups: dict[str, list[Any]] = defaultdict(list)
    for query in library(tree).values():
        groups[(query.tags or ["other"])[0]].append(query)
    for tag in sorted(groups):
        parts.append(f"\n## {tag.replace('-', ' ').capitalize()}\n")
        for query in groups[tag]:
            parts += [f"\n### {query.name}\n\n", f"{query.summary('en')}  \n*{query.summary('nb')}*\n\n"]
            if query.description():
                parts.append(f"{query.description('en')}  \n*{query.description('nb')}*\n\n")
            answer = ROOT / "tests" / "questions" / f"{query.name}.csv"
            given = _asked(answer) if answer.is_file() else "".join(f" --{name} …" for name in query.parameters)
            parts.append(f"```sh\nplangraph query {query.name}{given}\n```\n\n")
            parts.append(_folded("The query", "sparql", _body(query.text)))
            if answer.is_file():
                parts.append(_answer(answer))
    return "".join(parts)


def _body(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip()


def _folded(title: str, language: str, text: str) -> str:
    lines = "\n".join(f"    {line}".rstrip() for line in text.splitlines())
    return f'??? note "{title}"\n\n    ```{language}\n{lines}\n    ```\n\n'


def _asked(path: Path) -> str:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    return " " + first.removeprefix("#").strip() if first.startswith("# --") else ""


def _answer(path: Path, most: int = 12) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    asked = [line.removeprefix("#").strip() for line in lines if line.startswith("#")]
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    if not rows:
        return ""
    given = f" with `{' '.join(asked)}`" if asked else ""
    if len(rows) == 1:
        return f'!!! success "The agreed answer{given}: no row"\n\n'
    number = f"{len(rows) - 1} row{'s' * (len(rows) != 2)}"
    shown = [_row(rows[0]), _row(["---"] * len(rows[0])), *map(_row, rows[1 : most + 1])]
    table = "".join(f"    {row}" for row in shown)
    more = f"\n    … and {len(rows) - 1 - most} more.\n" if len(rows) - 1 > most else ""
    return f'??? success "The agreed answer{given}: {number}"\n\n{table}{more}\n'


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |\n"


# --- Columns of the tables


def columns_page(tree: Tree) -> str:
    """Return the data dictionary of the tables."""
    from plangraph.tables import read_dictionary

    dictionary = read_dictionary(tree)
    parts = [
        "# Columns of the tables\n\n",
        NOTE,
        "Made from `queries/tables/columns.csv`. Columns of the kinds *named*, *thing* and *code* are followed by the "
        "names in both languages (`…_nb`, `…_en`); see [tables and exports](tables.md).\n",
    ]
    for table in dict.fromkeys(name for name, _ in dictionary):
        title = "Columns that many tables share" if table == "*" else table
        parts += [f"\n## {title}\n\n", "| column | kind | meaning | betydning |\n|---|---|---|---|\n"]
        for (name, _), column in dictionary.items():
            if name == table:
                kind = column.kind + (f" of {column.refers_to}" if column.refers_to else "")
                told = [column.description[lang] for lang in ("en", "nb")]
                parts.append(_row([f"`{column.name}`", kind, *told]))
    return "".join(parts)


# --- Diagram

# Each box: left, top, width, lines of text.
_BOXES = {
    "plan": (20, 20, 170, ("pg:ActionPlan", "pg:FocusArea")),
    "measure": (20, 120, 170, ("pg:Measure", "28 numbers, 14 parts")),
    "thing": (20, 240, 170, ("a thing, law or event", "pg:Instrument, pg:Event …")),
    "participation": (330, 120, 190, ("pg:Participation", "cv:role · pg:stage")),
    "claim": (330, 240, 190, ("pg:Claim", "rdf:subject · predicate · object", "pg:stage")),
    "actor": (660, 120, 170, ("pg:Actor", "pg:Ministry, pg:Network …")),
    "evidence": (660, 240, 170, ("oa:SpecificResource", "a span of the report", "pg:sha256 · pg:locator")),
    "value": (330, 360, 190, ("a thing or a value", "date, number, text")),
}
_ARROWS = (
    # from (x, y), to (x, y), label, label at (x, y), derived
    ((105, 120), (105, 70), "dct:isPartOf", (113, 99), False),
    ((105, 240), (105, 170), "pg:underMeasure", (113, 209), True),
    ((190, 145), (330, 145), "cv:hasParticipation", (200, 138), False),
    ((520, 145), (660, 145), "cv:hasParticipant", (530, 138), False),
    ((190, 255), (330, 165), "", (0, 0), False),
    ((330, 270), (190, 270), "rdf:subject", (226, 286), False),
    ((425, 310), (425, 360), "rdf:object", (433, 340), False),
    ((520, 165), (660, 250), "pg:evidence", (548, 222), False),
    ((520, 275), (660, 275), "pg:evidence", (556, 292), False),
)


def diagram() -> str:
    """Return the picture of the model as SVG."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 850 430" role="img" font-family="sans-serif">\n',
        "<title>The model</title>\n",
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="#445"/></marker></defs>\n',
        '<rect width="850" height="430" fill="#fff"/>\n',
        '<path d="M190 130C280 40 570 40 660 130" fill="none" stroke="#a33" stroke-dasharray="5 4" '
        'marker-end="url(#tip)"/>\n',
        '<text x="425" y="52" font-size="13" fill="#a33" text-anchor="middle">plain triples that the build derives: '
        "pg:responsible, pg:consulted, pg:involves …</text>\n",
    ]
    for (x1, y1), (x2, y2), label, (tx, ty), derived in _ARROWS:
        dash = ' stroke-dasharray="5 4"' if derived else ""
        colour = "#a33" if derived else "#445"
        parts.append(f'<path d="M{x1} {y1}L{x2} {y2}" stroke="{colour}"{dash} marker-end="url(#tip)"/>\n')
        if label:
            parts.append(f'<text x="{tx}" y="{ty}" font-size="12" fill="{colour}">{label}</text>\n')
    for left, top, width, lines in _BOXES.values():
        height = 20 + 17 * len(lines)
        parts.append(
            f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="5" fill="#eef3f9" stroke="#1f3a5f"/>\n'
        )
        for number, line in enumerate(lines):
            bold = ' font-weight="bold"' if number == 0 else ""
            parts.append(
                f'<text x="{left + width / 2:g}" y="{top + 22 + 17 * number}" font-size="13"{bold} fill="#122" '
                f'text-anchor="middle">{line}</text>\n'
            )
    return "".join(parts) + "</svg>\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;") if "`" not in text else _kept(text)


def _kept(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> int:
    """Write the pages, or name those that are out of date."""
    check = "--check" in sys.argv[1:]
    old = []
    for name, text in pages().items():
        path = DOCS / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            old.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    for name in old:
        print(f"{'out of date' if check else 'written'}: docs/{name}")
    return 1 if check and old else 0


if __name__ == "__main__":
    sys.exit(main())
