"""The question library: finding, filling in and running queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from plangraph import sparql
from plangraph.errors import NotFoundError, PlangraphError, QueryError, check_store
from plangraph.loading import read_text
from plangraph.paths import Tree, find_tree
from plangraph.vocabulary import DCT, PG, RDF_TYPE, RDFS, XSD, prefixes

# The module typing takes longer to load than a question to answer; type checkers take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import rdflib

    from plangraph.stores import Store

_VALUES = {"integer": r"-?\d+", "decimal": r"-?\d+(\.\d+)?", "date": r"\d{4}-\d\d-\d\d", "boolean": "true|false"}
_LISTED = re.compile(r"[^\s,\[\]]+")
PARAMETER = re.compile(r"\?(_[a-zA-Z0-9]+(?:_[a-zA-Z]+)?)\b")


class Query:
    """A query file: its name, its text, and what its ``#+`` header says (grlc's convention)."""

    def __init__(self, name: str, text: str, path: Path | None = None) -> None:
        self.name, self.text, self.path = name, text, path

    @property
    def header(self) -> Mapping[str, Any]:
        """Return the header: a text, or a list of texts or of name → value, for each key.

        Read is the part of YAML that grlc's headers need (``key: text``, also over several lines, ``key: [a, b]`` and
        indented ``- item`` lines), because importing a YAML parser takes longer than answering most questions.
        """
        found: dict[str, Any] = {}
        key = ""
        for raw in (line[2:] for line in self.text.splitlines() if line.startswith("#+")):
            line = raw.strip()
            if line.startswith("- ") and isinstance(found.get(key), list):
                name, colon, value = line[2:].partition(": ")
                found[key].append({name: value.strip()} if colon else name.strip())
                continue
            if raw.startswith("  ") and isinstance(found.get(key), str):
                found[key] += f" {line}"
                continue
            key, _, value = (part.strip() for part in line.partition(":"))
            found[key] = _LISTED.findall(value) if value.startswith("[") else _unquoted(value) or []
        return found

    def summary(self, lang: str = "en") -> str:
        """Return the question in one sentence, in English when there is none in the language asked for."""
        head = self.header
        return str(head.get(f"summary-{lang}") or head.get("summary") or "")

    @property
    def tags(self) -> list[str]:
        """Return the tags of the header."""
        return [str(tag) for tag in self.header.get("tags") or ()]

    def description(self, lang: str = "en") -> str:
        """Return what a reader of the answer should know, in English when it is not told in the language asked for."""
        head = self.header
        return str(head.get(f"description-{lang}") or head.get("description") or "")

    @property
    def parameters(self) -> dict[str, str | None]:
        """Return parameter name → default (None where a value must be given), in the order of the query."""
        given = {name: value for entry in self.header.get("defaults") or () for name, value in dict(entry).items()}
        names = dict.fromkeys(parameter_of(match[1]) for match in PARAMETER.finditer(self.code))
        return {name: given.get(name) for name in names}

    @property
    def code(self) -> str:
        """Return the text with its comments blanked, the lines where they were."""
        return "\n".join("" if line.lstrip().startswith("#") else line for line in self.text.split("\n"))

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with each parameter replaced by its value, written as its suffix says.

        ``?_x_iri`` takes an IRI, ``?_x_integer`` an integer, ``?_x_date`` a day, ``?_x_en`` a text in that language,
        and ``?_x`` a plain text (the parameter syntax of BASIL and grlc).
        """

        def value(match: re.Match[str]) -> str:
            return written(match[1], values[parameter_of(match[1])])

        return PARAMETER.sub(value, self.code)


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def handed_out(query: Query) -> str:
    """Return the text of a query for other programs: its header says which variables plangraph gives a value."""
    variables = dict.fromkeys(match[1] for match in PARAMETER.finditer(query.code))
    if not variables:
        return query.text
    listed = ", ".join(f"?{variable} ({_sort_of(variable)})" for variable in variables)
    return (
        f"#+ parameters: plangraph puts a value in the place of {listed}; in another program write it there yourself\n"
        f"#+ parameters-nb: plangraph setter en verdi inn for {listed}; i et annet program skriver du den inn selv\n"
        f"{query.text}"
    )


def _sort_of(variable: str) -> str:
    kind = variable[1:].partition("_")[2]
    return "IRI" if kind == "iri" else f"xsd:{kind}" if kind in _VALUES else "text"


class Result:
    """What an engine answers to a query: named columns and rows of terms, in the order the query gives them."""

    def __init__(self, columns: list[str], solutions: list[tuple[Any, ...]], query: Query) -> None:
        self.columns = columns
        self.solutions = solutions
        self.query = query

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return the rows as column → plain value: str (IRIs too), int, float, bool, or None where nothing is bound."""
        return [dict(zip(self.columns, map(plain, row), strict=True)) for row in self.solutions]

    def terms(self) -> Iterator[tuple[rdflib.term.Node | None, ...]]:
        """Yield the rows as tuples of rdflib terms."""
        import rdflib

        for row in self.solutions:
            yield tuple(
                None
                if term is None
                else rdflib.URIRef(term.value)
                if isinstance(term, ox.NamedNode)
                else rdflib.Literal(term.value, lang=term.language)
                if term.language
                else rdflib.Literal(term.value)
                if term.datatype.value == XSD + "string"
                else rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)
                for term in row
            )

    def __len__(self) -> int:
        return len(self.solutions)


def library(tree: Tree | None = None) -> dict[str, Query]:
    """Return the questions by name, the file's name without its ending, in alphabetical order."""
    folder = (tree or find_tree()).queries
    return {path.stem: Query(path.stem, read_text(path), path) for path in sorted(folder.glob("*.rq"))}


def heads(columns: Iterable[str], lang: str, tree: Tree | None = None) -> list[str]:
    """Return what people read above columns: their labels in ``queries/columns.csv``, else their names.

    A column ``actor_iri`` is headed as ``actor``, with its ending.
    """
    file = (tree or find_tree()).queries / "columns.csv"
    # No label holds a comma or a quote; the module csv takes longer to load than the file to read.
    lines = [line.split(",") for line in read_text(file).splitlines()] if file.is_file() else [[]]
    labels = {line[0]: line[lines[0].index(lang)] for line in lines[1:]}
    return [
        labels.get(name) or (labels[stem] + " (IRI)" if end == "iri" and (stem in labels) else name)
        for name in columns
        for stem, _, end in [name.rpartition("_")]
    ]


def find_query(name: str, tree: Tree | None = None) -> Query:
    """Return one query: a name of the library, or the path of a ``.rq`` file.

    Raises QueryError, with near names, when there is none.
    """
    folder = (tree or find_tree()).queries
    path = folder / f"{name}.rq"
    if "/" not in name and path.is_file():
        return Query(name, read_text(path), path)
    if name.endswith(".rq"):
        try:
            return Query(Path(name).stem, read_text(Path(name)), Path(name))
        except PlangraphError as error:
            raise QueryError(error.what, where=error.where, mend=error.mend) from error
    from plangraph.names import near

    known = [entry.stem for entry in folder.glob("*.rq")]
    raise NotFoundError(f"there is no query {name!r}", mend=near(name, known, "plangraph query --list"))


def named_query(query: str | Query, data: Path | str | None = None) -> Query:
    """Return the query that a text stands for: a name of the library, the path of a ``.rq`` file, or SPARQL itself."""
    if isinstance(query, Query):
        return query
    if not isinstance(query, str):
        raise QueryError(f"{query!r} is no question", mend="give the name of a question, a path or SPARQL, as text")
    return Query("(query)", query) if "{" in query else find_query(query, find_tree(data))


def filled(query: Query, store: Store, values: Mapping[str, str] | None = None) -> str:
    """Return the text of a query with its parameters filled in; a thing may be named as in :func:`run_query`.

    A measure that has lettered parts stands for itself and its parts: the pattern is asked of each, and the first
    column, ``measure``, says which.
    """
    full = _complete(query, values or {}, store)
    text = query.filled(full)
    parts = measure_parts(store, full["measure"]) if "?_measure_iri" in query.code else []
    if not parts or re.search(r"\?measure\b", query.code) or sparql.check(text) not in ("SELECT", "ASK"):
        return text
    start, end = text.index("{"), text.rindex("}") + 1
    each = (full["measure"], *parts)
    asked = [(iri, query.filled({**full, "measure": iri})) for iri in each]
    patterns = [f"{{ BIND(<{iri}> AS ?measure) {one[one.index('{') : one.rindex('}') + 1]} }}" for iri, one in asked]
    head = re.sub(r"\bSELECT(\s+DISTINCT|\s+REDUCED)?(?=\s+[?(])", r"\g<0> ?measure", text[:start])
    tail = text[end:]
    if re.search(r"\b(COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT)\s*\(", head) and not re.search(r"\bGROUP\b", tail):
        tail = f" GROUP BY {tail}"
    tail = re.sub(r"\b(GROUP|ORDER)\s+BY\b", r"\g<0> ?measure", tail)
    return f"{head}{{\n" + "\nUNION ".join(patterns) + f"\n}}{tail}"


def measure_parts(store: Store, measure: str) -> list[str]:
    """Return the IRIs of the lettered parts of a measure, sorted; most have none."""
    kind, whole = ox.NamedNode(RDF_TYPE), ox.NamedNode(measure)
    inside = store.quads_for_pattern(None, ox.NamedNode(DCT + "isPartOf"), whole, ox.DefaultGraph())
    parts = {quad.subject for quad in inside}
    is_measure = ox.NamedNode(PG + "Measure")
    return sorted(
        part.value  # type: ignore[union-attr]
        for part in parts
        if any(True for _ in store.quads_for_pattern(part, kind, is_measure, ox.DefaultGraph()))
    )


def ask(
    query: Query, store: Store, values: Mapping[str, str] | None = None, *, union: bool = False, plan: str = ""
) -> Result:
    """Run a query on a store and return its rows; an ASK gives one row with the column ``answer``.

    ``union`` reads the default graph as the union of the named ones. ``plan``, a slug, lets the query see what
    :func:`plangraph.plans.plan_store` keeps of a store: that plan alone, with what it uses of the shared registries;
    a query with a parameter of that name is given it as the value. The prefixes of the model need no declaration.
    """
    check_store(store)
    if plan and "plan" in query.parameters:
        values = {**(values or {}), "plan": plan}
    elif plan:
        from plangraph.plans import one_plan

        store = one_plan(store, plan)
    text = filled(query, store, values)
    form = sparql.check(text)
    where = str(query.path or query.name)
    try:
        answer = store.query(text, prefixes=prefixes(), use_default_graph_as_union=union)
    except SyntaxError as error:
        raise sparql.syntax_error(text, error, where) from error
    except (ValueError, RuntimeError, OSError) as error:
        raise QueryError(f"the query failed: {error}", where=where, mend="simplify the query") from error
    if isinstance(answer, ox.QueryBoolean):
        return Result(["answer"], [(ox.Literal(bool(answer)),)], query)
    if isinstance(answer, ox.QuerySolutions):
        columns = [variable.value for variable in answer.variables]
        return Result(columns, [tuple(row) for row in answer], query)
    rows = sorted({(t.subject, t.predicate, t.object) for t in answer}, key=lambda row: tuple(map(str, row)))
    assert form in ("CONSTRUCT", "DESCRIBE")
    return Result(["subject", "predicate", "object"], rows, query)


def unknown_terms(query: Query, store: Store) -> list[str]:
    """Return a sentence about each term of a query that is written in our namespace and that the graph does not know.

    Such a query is valid SPARQL and finds nothing, as one with a misspelt class or property does.
    """
    from plangraph.names import near

    declared = {**prefixes(), **dict(re.findall(r"(?i)PREFIX\s+([\w-]*):\s*<([^>]*)>", query.code))}
    used = set()
    for _, word in sparql.tokens(query.code):
        space, colon, local = word.partition(":")
        iri = word[1:-1] if word.startswith("<") else declared.get(space, "") + local if colon else ""
        if iri.startswith(PG) and iri != PG:
            used.add(iri)
    lost = [
        iri for iri in sorted(used) if not any(True for _ in store.quads_for_pattern(ox.NamedNode(iri), None, None))
    ]
    if not lost:
        return []
    home = store.quads_for_pattern(None, ox.NamedNode(RDFS + "isDefinedBy"), None, ox.DefaultGraph())
    known = {f"pg:{quad.subject.value.removeprefix(PG)}" for quad in home if quad.subject.value.startswith(PG)}  # type: ignore[union-attr]
    terms = [f"pg:{iri.removeprefix(PG)}" for iri in lost]
    hint = "see the page of the terms"
    return [f"{term} is not a term of the vocabulary; {near(term, known, otherwise=hint)}" for term in terms]


def plain(term: Any) -> Any:
    """Return a term as a plain Python value: str, int, float, bool or None."""
    if term is None or isinstance(term, str):
        return term
    if isinstance(term, ox.Literal):
        kind = term.datatype.value
        if kind == XSD + "integer":
            return int(term.value)
        if kind in (XSD + "decimal", XSD + "double", XSD + "float"):
            return float(term.value)
        if kind == XSD + "boolean":
            return term.value in ("true", "1")
    return term.value


def parameter_of(variable: str) -> str:
    """Return the parameter's name in a variable's: ``measure`` of ``_measure_iri``."""
    return variable[1:].split("_", 1)[0]


def _complete(query: Query, values: Mapping[str, str], store: Store) -> dict[str, str]:
    wanted = query.parameters
    for name in values:
        if name not in wanted:
            known = ", ".join(wanted) or "none"
            raise QueryError(f"the query {query.name} has no parameter {name!r}", mend=f"its parameters are: {known}")
    full = {**{k: v for k, v in wanted.items() if v is not None}, **values}
    missing = [name for name in wanted if name not in full]
    if missing:
        given = " ".join(f"--{name} …" for name in missing)
        raise QueryError(f"the query {query.name} needs a value for {', '.join(missing)}", mend=f"add {given}")
    for match in PARAMETER.finditer(query.code):
        name, _, kind = match[1][1:].partition("_")
        if kind == "iri":
            from plangraph.names import find_thing

            full[name] = find_thing(store, full[name], kind=name)
        elif not kind:
            _check_text(query.code, match.start(), name, full[name], store)
    return full


def _check_text(code: str, place: int, name: str, value: str, store: Store) -> None:
    """Refuse a text that no statement has, when the parameter stands right behind a property in the query."""
    prefixes = dict(re.findall(r"PREFIX\s+([\w-]+):\s*<([^>]*)>", code))
    before = re.search(r"([\w-]+):([\w-]+)\s+$", code[:place])
    if before and before[1] in prefixes:
        found = store.quads_for_pattern(None, ox.NamedNode(prefixes[before[1]] + before[2]), None, ox.DefaultGraph())
        known = {quad.object.value for quad in found if isinstance(quad.object, ox.Literal)}
        if value not in known:
            from plangraph.names import near

            raise NotFoundError(
                f"there is no {name} {value!r}",
                mend=near(value, known, otherwise=f"choose one of {', '.join(sorted(known))}"),
            )


def written(variable: str, value: str) -> str:
    """Return a value as SPARQL, as the suffix of its variable says. Raises QueryError when it is not of that type."""
    kind = variable[1:].partition("_")[2]
    if kind == "iri":
        return str(ox.NamedNode(value))
    if kind in _VALUES:
        if not re.fullmatch(_VALUES[kind], value):
            raise QueryError(
                f"{value!r} is not a value of type {kind}", mend=f"give --{parameter_of(variable)} as {kind}"
            )
        return str(ox.Literal(value, datatype=ox.NamedNode(XSD + kind)))
    return str(ox.Literal(value, language=kind) if kind and kind != "literal" else ox.Literal(value))
