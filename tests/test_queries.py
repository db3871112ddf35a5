"""The question library is portable and documented, and asking it helps people who err."""

import builtins
import csv
import io
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

import plangraph
from conftest import ROOT, missing
from plangraph import assembly, building, cite, describe, queries, sparql, suggestions
from plangraph.answers import Answer, answer, query, run_query
from plangraph.citing import citation
from plangraph.cli import command_parser
from plangraph.cli.completion import SCRIPTS, candidates
from plangraph.errors import PlangraphError, QueryError, UsageError
from plangraph.loading import to_rdflib
from plangraph.names import find_thing, label
from plangraph.output import FORMATS, render
from plangraph.paths import Tree, find_tree
from plangraph.queries import Query, ask, library
from test_questions import ANSWERS, agreed

Run = Callable[..., tuple[int, str, str]]
QUESTIONS = library()
CHECKS = sorted((ROOT / "queries/checks").glob("*.rq"))
EVERY = pytest.mark.parametrize("name", QUESTIONS)
# SPARQL 1.1, section 17.4, and the aggregates of 18.5.1: what every engine must know.
FUNCTIONS = frozenset(
    re.findall(
        r"\w+",
        "BOUND IF COALESCE NOT IN SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC STR LANG DATATYPE IRI URI BNODE "
        "STRDT STRLANG UUID STRUUID STRLEN SUBSTR UCASE LCASE STRSTARTS STRENDS CONTAINS STRBEFORE STRAFTER "
        "ENCODE_FOR_URI CONCAT LANGMATCHES REGEX REPLACE ABS ROUND CEIL FLOOR RAND NOW YEAR MONTH DAY HOURS MINUTES "
        "SECONDS TIMEZONE TZ MD5 SHA1 SHA256 SHA384 SHA512 COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT",
    )
)
WORDS = frozenset(
    re.findall(
        r"\w+",
        "PREFIX SELECT DISTINCT REDUCED AS WHERE VALUES UNDEF OPTIONAL UNION MINUS FILTER BIND GROUP HAVING ORDER BY "
        "ASC DESC LIMIT OFFSET SEPARATOR TRUE FALSE A",
    )
)


# --- the files


def texts(value: Any) -> Any:
    """What YAML reads, with numbers as the texts they were written as."""
    if isinstance(value, dict):
        return {key: texts(inner) for key, inner in value.items()}
    return [texts(inner) for inner in value] if isinstance(value, list) else str(value)


@EVERY
def test_the_header_says_what_a_person_and_grlc_need(name: str) -> None:
    import yaml

    question = QUESTIONS[name]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    for lang in ("nb", "en"):
        assert question.summary(lang).endswith("?")
    assert question.summary("nb") != question.summary("en")
    assert ("description" in question.header) == ("description-nb" in question.header)
    assert not question.description() or question.description("nb") != question.description("en")
    assert question.tags
    head = "\n".join(line[2:].removeprefix(" ") for line in question.text.splitlines() if line.startswith("#+"))
    assert texts(yaml.safe_load(head)) == question.header
    things = [m[1] for m in re.finditer(r"\?_([a-z]+)_iri", question.text)]
    assert list(question.header.get("enumerate", [])) == list(dict.fromkeys(things))
    assert {k for e in question.header.get("defaults", []) for k in e} <= set(question.parameters)


@EVERY
def test_every_column_has_a_head_in_both_languages(name: str) -> None:
    file = list(csv.DictReader((ROOT / "queries/columns.csv").read_text(encoding="utf-8").splitlines()))
    told = {row["column"]: row for row in file}
    assert len(told) == len(file) >= 90
    assert [row["column"] for row in file] == sorted(told)
    select = re.split(r"WHERE|\{", QUESTIONS[name].code.split("SELECT", 1)[1])[0]
    columns = re.findall(r"\bAS\s+\?(\w+)", select) or []
    columns += re.findall(r"\?(\w+)", re.sub(r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", "", select))
    assert columns
    for lang in ("nb", "en"):
        heads = queries.heads(columns, lang)
        assert heads == [told[column][lang] for column in columns]
        assert len(set(heads)) == len(heads)
        assert all(re.fullmatch(r"[a-zæøåA-Z ]+", head) for head in heads)


def test_heads_are_in_the_language_asked_for_in_the_terminal_alone(run: Run, tmp_path: Path) -> None:
    def head(*words: str) -> str:
        return run("query", *words, "--data", ROOT / "data")[1].splitlines()[0]

    question = ("responsible-ministry", "--measure", "22b")
    assert head(*question) == "departement"
    assert head(*question, "--lang", "en") == "ministry"
    both = re.split(r"\s\s+", head(*question, "--iri"))
    assert both == ["departement", "departement (IRI)"]
    for form in ("csv", "tsv"):
        assert head(*question, "--format", form) == "ministry"
    own = tmp_path / "own.rq"
    own.write_text("SELECT ?ministry { ?ministry a pg:Ministry }", encoding="utf-8")
    assert head(str(own)) == "ministry"


@EVERY
def test_what_is_handed_out_says_which_variables_get_a_value(name: str) -> None:
    import yaml

    given = QUESTIONS[name]
    text = queries.handed_out(given)
    told = queries.Query(name, text)
    head = "\n".join(line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+"))
    assert texts(yaml.safe_load(head)) == told.header
    assert text.endswith(given.text)
    assert told.parameters == given.parameters
    assert ("parameters" in told.header) == ("parameters-nb" in told.header) == bool(given.parameters)
    for variable in re.findall(r"\?_\w+", given.code):
        assert f"{variable} (" in told.header["parameters"]
        assert f"{variable} (" in told.header["parameters-nb"]


@EVERY
def test_the_query_runs_on_any_sparql_1_1_store(name: str) -> None:
    from rdflib.plugins.sparql import prepareQuery

    code = QUESTIONS[name].code
    words = {word.upper() for kind, word in sparql.tokens(code) if kind == "word"}
    assert words <= WORDS | FUNCTIONS, f"not in SPARQL 1.1, or not portable: {words - WORDS - FUNCTIONS}"
    for inner in re.findall(r"GROUP_CONCAT\s*\(\s*(?:DISTINCT\s+)?(\S+)", code, re.IGNORECASE):
        assert inner.upper().startswith("STR("), "GROUP_CONCAT of a term without STR() differs between engines"
    declared = dict(re.findall(r"PREFIX ([\w-]+): <([^>]+)>", code))
    used = {word.partition(":")[0] for kind, word in sparql.tokens(code) if kind == "pname"}
    assert set(declared) == used
    assert "ORDER BY" in code, "without an order the rows come as the engine likes"
    body = [line for line in code.splitlines() if line.strip() and not line.startswith("PREFIX")]
    assert len(body) <= 25
    assert max(map(len, QUESTIONS[name].text.splitlines())) <= 160
    prepareQuery(code.replace("?_", "?p_"))


@EVERY
def test_no_parameter_hides_behind_an_option(name: str) -> None:
    options = [o for action in command_parser("query")._actions for o in action.option_strings]
    for parameter in QUESTIONS[name].parameters:
        assert not any(option.startswith(f"--{parameter}") for option in options)


def test_rdflib_gives_the_same_rows(little: Tree) -> None:
    parts, _ = assembly.make_parts(little)
    store = building.query_store(little.data, little.data / "none")
    graph = to_rdflib(assembly.union(parts))
    asked = rows = 0
    for name, question in QUESTIONS.items():
        kinds = {m[1]: m[2] for m in re.finditer(r"\?_([a-z]+)(?:_([a-z]+))?", question.code)}
        values = {"iri": "https://w3id.org/plangraph/code/role/responsible", "date": "2020-01-01", "integer": "1"}
        text = question.filled({parameter: values.get(kind, "x") for parameter, kind in kinds.items()})
        ours = [[None if t is None else t.value for t in row] for row in ask(Query(name, text), store).solutions]
        theirs = [[None if t is None else str(t) for t in row] for row in graph.query(text)]
        assert sorted(map(str, ours)) == sorted(map(str, theirs)), name
        asked += 1
        rows += len(ours)
    assert asked == len(QUESTIONS)
    assert rows >= 10


def test_a_number_with_parts_stands_for_them(store: ox.Store) -> None:
    whole, rows = "22", 0
    for name, question in QUESTIONS.items():
        if "?_measure_iri" not in question.code:
            continue
        given = {key: value or whole for key, value in question.parameters.items()}
        together = run_query(name, store, **given)
        assert together.columns[0] == "measure", name
        expected = []
        for part in ("22", "22a", "22b", "22c"):
            iri = find_thing(store, part, "measure")
            text = question.filled({**given, "measure": iri})
            expected += [(iri, *map(str, row)) for row in ask(Query(part, text), store).solutions]
        assert [(row[0].value, *map(str, row[1:])) for row in together.solutions] == expected, name
        rows += len(expected)
        assert run_query(name, store, **{**given, "measure": "22b"}).columns == together.columns[1:]
    assert rows > 80
    found = answer(run_query("responsible-ministry", store, measure="22"), store).rows
    assert [(row["measure"].split()[0], row["ministry"]) for row in found] == [
        ("22a", "Barne- og familiedepartementet"),
        ("22b", "Kulturdepartementet"),
        ("22c", "Justis- og beredskapsdepartementet"),
    ]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT (COUNT(?a) AS ?n) { ?_measure_iri a ?a }", ["n"]),
        ("SELECT ?a (COUNT(?_x) AS ?n) { ?_measure_iri a ?a . ?_measure_iri pg:number ?_x } GROUP BY ?a", ["a", "n"]),
        ("SELECT DISTINCT ?a WHERE { ?_measure_iri a ?a FILTER EXISTS { ?_measure_iri pg:letter ?b } }", ["a"]),
        ("SELECT * { ?_measure_iri a ?a }", ["a"]),
        ("ASK { ?_measure_iri pg:letter ?a }", ["answer"]),
        ("CONSTRUCT { ?_measure_iri a ?a } { ?_measure_iri a ?a }", ["subject", "predicate", "object"]),
        ("SELECT ?measure { ?_measure_iri dct:isPartOf ?measure }", ["measure"]),
    ],
)
def test_parts_in_queries_of_ones_own(text: str, columns: list[str], store: ox.Store) -> None:
    text = text.replace("?_x", "?x")
    found = run_query(text, store, measure="22")
    assert [c for c in found.columns if c != "measure" or c in columns] == columns
    assert len(found)


def test_a_term_that_is_none_is_named(store: ox.Store) -> None:
    asked = Query(
        "q", "PREFIX x: <https://w3id.org/plangraph/ns#> SELECT * { ?s a x:Mesure ; pg:status ?o ; pg:stattus 1 }"
    )
    first, second = queries.unknown_terms(asked, store)
    assert first.startswith("pg:Mesure is not a term of the vocabulary; did you mean pg:Measure")
    assert second.startswith("pg:stattus is not a term of the vocabulary; did you mean pg:")
    assert "status" in second
    assert sum(queries.unknown_terms(question, store) != [] for question in QUESTIONS.values()) == 0


def test_an_empty_answer_says_so(asked: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_text("SELECT ?s { ?s a pg:Mesure }")
    code, out, err = asked(str(file), "--format", "csv")
    assert (code, out) == (0, "s\n")
    assert "0 rows; pg:Mesure is not a term" in err


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("wrong", [None, 8, "", " "])
def test_functions_tell_a_wrong_type_in_a_sentence(wrong: Any, store: ox.Store) -> None:
    for call in (find_thing, lambda _, name: describe(name, store=store), lambda _, name: cite(name)):
        with pytest.raises(PlangraphError):
            call(store, wrong)
    with pytest.raises(PlangraphError):
        query(wrong)
    with pytest.raises(PlangraphError):
        run_query(wrong, store)


def test_an_unknown_language_is_refused_everywhere(store: ox.Store, tmp_path: Path) -> None:
    calls: list[Callable[[], object]] = [
        lambda: query("money", lang="sv"),
        lambda: plangraph.questions(lang="sv"),
        lambda: describe("imdi", store=store, lang="sv"),
        lambda: cite("imdi", lang="sv"),
        lambda: plangraph.validate(lang="sv"),
        lambda: plangraph.analyze("collaboration", store=store, lang="sv"),
        lambda: plangraph.write_tables(tmp_path, lang="sv"),
    ]
    for call in calls:
        with pytest.raises(UsageError, match="'sv'"):
            call()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("file", CHECKS, ids=lambda file: file.stem)
def test_checks_name_their_rule_and_the_mend_in_both_languages(file: Path) -> None:
    check = Query(file.stem, file.read_text(encoding="utf-8"), file)
    assert check.tags == ["check"]
    for lang in ("nb", "en"):
        assert check.summary(lang).count(".") >= 2, "first what is wrong, then what to do"


def test_checks_find_nothing_in_the_data(store: ox.Store) -> None:
    assert len(CHECKS) >= 5
    for file in CHECKS:
        result = ask(Query(file.stem, file.read_text(encoding="utf-8"), file), store, union=True)
        assert result.solutions == [], file.stem


# --- asking


def test_a_question_in_python(tmp_path: Path, store: ox.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "query_store", lambda data, out: store)
    found = query("responsible-ministry", data=ROOT / "data", measure="22b")
    assert isinstance(found, Answer)
    assert found.rows == [{"ministry": "Kulturdepartementet"}]
    assert list(found) == found.rows
    assert len(found) == 1
    assert found.to_csv(tmp_path / "a.csv") == "ministry\nKulturdepartementet\n"
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "ministry\nKulturdepartementet\n"
    assert found._repr_html_().startswith("<table><caption>Hvilket departement er ansvarlig for et tiltak?")
    english = query("responsible-ministry", data=ROOT / "data", measure="22b", lang="en", iri=True)
    assert english.rows == [{"ministry": "Ministry of Culture", "ministry_iri": "https://w3id.org/plangraph/actor/kud"}]


class Seen(HTMLParser):
    """The texts of a page, and whether its elements are opened and closed in turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_results_show_themselves_in_a_notebook(store: ox.Store) -> None:
    """What is printed is short; what is shown holds the words of the result, and none of them as markup."""
    from plangraph import analyze
    from plangraph.validation import Finding, Report

    sheet = describe("fafo", ROOT / "data", "en", store)
    cited = citation(store, find_thing(store, "8-imdi"), "en")
    faulty = Report(
        [Finding("Violation", "x", "pg:stage", "<b>bold</b>", "Each & every", "c", "a.ttl:3")], 3, 4, 5, "nb"
    )
    found = analyze("collaboration", ROOT / "data", store=store, top=3, lang="nb")
    answered = Answer("a < b", ["name", "n"], [{"name": "<script>", "n": 1.5}, {"name": None, "n": None}], "& so on")
    for result, short_form, words in (
        (sheet, "<Description 'Fafo': ", [sheet.iri, "evaluator", *(f.value_label for f in sheet.facts)]),
        (cited, '<Citation "Chapter', [*cited.plain().splitlines()]),
        (faulty, "<Report: utsagn: 5, former: 3, kontroller: 4: dataene følger ikke", ["<b>bold</b>", "Each & every"]),
        (Report([], 3, 4, 5), "<Report: statements: 5, shapes: 3, checks: 4: conforms>", ["conforms"]),
        (found, "<Analysis of collaboration: Choices, ", [found.methods, *(s.title for s in found.sections)]),
        (answered, "<Answer 'a < b': 2 rows of name, n>", ["<script>", "1.5", "& so on"]),
    ):
        assert repr(result).startswith(short_form)
        assert len(repr(result)) < 300
        page = Seen(result._repr_html_())  # type: ignore[attr-defined]
        assert page.tags <= {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "br", "h3", "h4"}
        assert len(words) >= 1
        for word in words:
            assert word in "\n".join(page.texts), word


def test_run_query_gives_terms(store: ox.Store) -> None:
    import rdflib

    result = run_query("responsible-ministry", store, measure="22b")
    assert result.rows[0]["ministry"] == "https://w3id.org/plangraph/actor/kud"
    assert next(iter(result.terms()))[0] == rdflib.URIRef("https://w3id.org/plangraph/actor/kud")
    assert run_query("ASK { ?s a <https://w3id.org/plangraph/ns#Measure> }", store).rows == [{"answer": True}]


def test_a_measure_is_shown_with_its_number(store: ox.Store) -> None:
    found = answer(ask(QUESTIONS["named-together"], store, {"first": "IMDi", "second": "bufdir"}), store)
    assert [row["measure"].split()[0] for row in found] == ["8", "9", "18b", "19", "23", "27a"]


def test_pandas_is_asked_for_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match="pandas is not installed"):
        Answer("?", ["a"], [{"a": 1}]).to_pandas()


def test_a_data_frame_has_the_columns_and_rows() -> None:
    pytest.importorskip("pandas")
    frame = Answer("?", ["b", "a"], [{"b": "x", "a": 1}, {"b": None, "a": 2}]).to_pandas()
    assert list(frame.columns) == ["b", "a"]
    assert list(frame["a"]) == [1, 2]


def test_evidence_is_the_locators_of_every_statement_of_a_row(store: ox.Store) -> None:
    result = ask(QUESTIONS["other-plans"], store)
    plain = answer(result, store)
    assert len(plain) == 7 < len(result)
    with_evidence = answer(result, store, evidence=True, iri=True)
    row = next(r for r in with_evidence if r["plan_iri"].endswith("/prop-12-s"))
    assert row["evidence"].count("\n") + 1 == len(row["evidence_iri"].split())
    assert "tiltak 23" in row["evidence"]
    assert len(row["statement"].split()) > 1


def test_computed_rows_say_that_they_have_no_statement(store: ox.Store) -> None:
    with pytest.raises(QueryError, match="computed"):
        answer(ask(QUESTIONS["measures-per-ministry"], store), store, evidence=True)


def test_the_words_of_the_report_stand_behind_each_row(store: ox.Store, report_path: Path) -> None:
    found = answer(ask(QUESTIONS["responsible-ministry"], store, {"measure": "18b"}), store, source=report_path)
    assert found.columns == ["ministry", "evidence", "words"]
    assert "Ansvarlig: KD" in found.rows[0]["words"].split("\n")


def test_a_name_in_the_other_language_is_counted(store: ox.Store) -> None:
    text = "SELECT ?x WHERE { VALUES ?x { <http://example.org/nb> <http://example.org/both> } }"
    two = ox.Store()
    for iri, name, lang in (("nb", "norsk", "nb"), ("both", "begge", "nb"), ("both", "both", "en")):
        two.add(
            ox.Quad(
                ox.NamedNode(f"http://example.org/{iri}"),
                ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel"),
                ox.Literal(name, language=lang),
            )
        )
    found = answer(ask(Query("q", text), two), two, lang="en")
    assert [row["x"] for row in found] == ["norsk", "both"]
    assert found.substituted == 1


# --- the command


@pytest.fixture
def asked(little: Tree, run: Run) -> Run:
    def call(*words: object) -> tuple[int, str, str]:
        return run("query", *words, "--data", little.data, "--out", little.data / "none")

    return call


def test_each_format_holds_the_same_rows(asked: Run, tmp_path: Path) -> None:
    import openpyxl

    texts = {form: asked("status-by-ministry", "--format", form)[1] for form in FORMATS}
    rows = list(csv.DictReader(io.StringIO(texts["csv"])))
    assert rows
    assert list(csv.DictReader(io.StringIO(texts["tsv"]), delimiter="\t")) == rows
    assert [{k: str(v) for k, v in row.items()} for row in json.loads(texts["json"])] == rows
    lines = texts["md"].splitlines()
    assert lines[1] == "| --- | --- | --- |"
    assert len(lines) == len(rows) + 2
    status, out, err = asked("status-by-ministry", "--format", "xlsx", "--save", tmp_path / "a.xlsx")
    assert (status, out) == (0, "")
    assert "a.xlsx" in err
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    head, *cells = [[str(value) for value in row] for row in sheet.values]
    assert [dict(zip(head, row, strict=True)) for row in cells] == rows


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.integers()), max_size=5))
def test_csv_reads_back_what_was_written(rows: list[tuple[str, int]]) -> None:
    text = render(["a", "b"], [{"a": a, "b": b} for a, b in rows], "csv")
    assert [(a, int(b)) for a, b in list(csv.reader(io.StringIO(text)))[1:]] == rows


def test_the_catalogue_shows_every_question_once(run: Run) -> None:
    status, out, _ = run("query", "--list", "--lang", "en")
    assert status == 0
    names = [line.split()[0] for line in out.splitlines() if re.match(r"  \S", line)]
    assert sorted(names) == sorted(QUESTIONS)
    assert "Which ministry is responsible for a measure?" in out
    for lang, words in (("nb", "Taushet er ikke det samme som svikt"), ("en", "Silence is not failure")):
        assert words in run("query", "--list", "--format", "json", "--lang", lang)[1]
    money = run("query", "--list", "--tag", "money", "--format", "json")[1]
    assert {row["name"] for row in json.loads(money)} == {n for n, q in QUESTIONS.items() if "money" in q.tags}


def test_show_prints_the_file(run: Run) -> None:
    assert run("query", "money", "--show")[1] == (ROOT / "queries/money.rq").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["responsible-minstry"], "did you mean responsible-ministry"),
        (["--list", "--tag", "mony"], "did you mean money"),
        (["responsible-ministry", "--mesure", "1"], "its parameters are: measure"),
        (["responsible-ministry"], "add --measure"),
        (["responsible-ministry", "--measure"], "has no value"),
        (["responsible-ministry", "1"], "unexpected '1'"),
        (["responsible-ministry", "--measure", "31"], "there is no measure called '31'"),
        (["roles-of", "--actor", "Prøvedirektorat"], "did you mean"),
        (["responsible-ministry", "--measure", "https://example.org/1"], "knows nothing about https://example.org/1"),
        (["money-by-year", "--year", "soon"], "'soon' is not a value of type integer"),
        (["changes-in-force", "--day", "1 May"], "'1 May' is not a value of type date"),
        (["figure-series", "--series", "nothing-like-it"], "there is no series 'nothing-like-it'"),
        (["measures-per-ministry", "--evidence"], "computed"),
        (["money", "--format", "xlsx"], "name a file with --save"),
        (["money", "--source", "no-such-file.txt"], "no-such-file.txt"),
    ],
)
def test_what_cannot_be_asked_is_explained(words: list[str], expected: str, asked: Run) -> None:
    status, out, err = asked(*words)
    assert status == 2
    assert out == ""
    assert expected in err
    assert "→" in err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INSERT DATA { <http://e/a> <http://e/b> 1 }", "queries only read"),
        ("SELECT * { SERVICE <http://e/> { ?s ?p ?o } }", "another endpoint"),
        ("LOAD <http://e/>", "only read"),
        ("SELECT * FROM <http://e/> { ?s ?p ?o }", "FROM is refused"),
        ("SELECT * { ?s ?p ?o } # " + "x" * 70_000, "longer than"),
    ],
)
def test_what_is_refused_says_why(text: str, expected: str, asked: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    status, _, err = asked("-")
    assert status == 2
    assert expected in err


def test_a_result_too_large_for_excel_is_refused() -> None:
    with pytest.raises(UsageError, match="do not fit in an Excel sheet"):
        Answer("?", ["n"], [{"n": n} for n in range(1_048_577)]).to_xlsx()
    with pytest.raises(UsageError, match="32,768 characters"):
        Answer("?", ["n"], [{"n": "x" * 32_768}]).to_xlsx()


def test_a_slow_query_ends_at_its_time(tmp_path: Path, little: Tree) -> None:
    """It would go on for hours; a busy machine may take some seconds to end it."""
    slow = tmp_path / "slow.rq"
    slow.write_text("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", encoding="utf-8")
    code = f"""
import time
from plangraph import queries
from plangraph.cli import main
ask = queries.ask
def told(*given, **named):
    print(time.time(), flush=True)
    return ask(*given, **named)
queries.ask = told
words = ["query", {str(slow)!r}, "--data", {str(little.data)!r}, "--out", {str(tmp_path)!r}, "--timeout", "1"]
raise SystemExit(main(words))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    ended = time.time()
    assert done.returncode == 2, done.stderr
    assert "stopped after 1 s" in done.stderr
    assert 1 <= ended - float(done.stdout) < 5


# --- names


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("22b", "measure", "measure/22b"),
        ("Tiltak 22 b", "", "measure/22b"),
        ("measure 22B)", "measure", "measure/22b"),
        ("2", "area", "area/2"),
        ("2", "", "measure/2"),
        ("ung.no", "thing", "thing/ung-no"),
        ("thing:ung-no", "", "thing/ung-no"),
        ("KD", "ministry", "actor/kd"),
        ("kunnskapsdepartementet", "", "actor/kd"),
        ("Ministry of Education and Research", "", "actor/kd"),
        ("evaluator", "role", "code/role/evaluator"),
        ("koronapandemien", "cause", "code/cause/pandemic"),
        ("ResearchBody", "kind", "ns#ResearchBody"),
        ("Tromsø", "place", "place/tromso"),
        ("https://w3id.org/plangraph/actor/kd", "", "actor/kd"),
        ("pg:Measure", "", "ns#Measure"),
    ],
)
def test_a_thing_is_found_by_what_people_call_it(name: str, kind: str, expected: str, store: ox.Store) -> None:
    assert find_thing(store, name, kind).endswith(f"/{expected}")


def test_every_measure_and_actor_is_found_by_its_names(store: ox.Store) -> None:
    tried = 0
    for kind in ("Measure", "Ministry"):
        for row in run_query(f"SELECT ?x {{ ?x a <https://w3id.org/plangraph/ns#{kind}> }}", store).rows:
            for lang in ("nb", "en"):
                found = find_thing(store, label(store, row["x"], lang), kind.lower())
                assert label(store, found, lang) == label(store, row["x"], lang)
                tried += 1
    assert tried >= 98


# --- completion


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that is asked for values is answered, however slow the machine is."""
    monkeypatch.setitem(suggestions.values.__kwdefaults__, "seconds", 60)


@pytest.mark.usefixtures("home", "unhurried")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("qu", {"query"}),
        ("query responsible-m", {"responsible-ministry"}),
        ("query --tag mon", {"money"}),
        ("query --format x", {"xlsx"}),
        ("query money --ev", {"--evidence"}),
        ("query responsible-ministry --mea", {"--measure"}),
        ("query named-together --first imdi --se", {"--second"}),
        ("query responsible-ministry --measure 22", {"22a", "22b", "22c"}),
        ("query status-of --measure 18 --lang ", {"nb", "en"}),
        ("query measures-of-ministry --ministry ", {"jd", "kd", "hod", "ud", "asd", "bfd", "kud"}),
        ("query roles-of --actor IMD", {"imdi", "imdi-bosettingsteam"}),
        ("query named-together --first fafo --second oslo-kr", {"oslo-krisesenter"}),
        ("query figure-series --series soks", {"soksmalsfrist-tvangsekteskap"}),
        ("query actors-of-kind --kind V", {"VoluntaryOrganisation"}),
        ("query actors-in-role --role eva", {"evaluator"}),
        ("query money-by-year --year 202", {"2020", "2021"}),
        ("query delayed-by --cause ", {"pandemic"}),
        ("query most-active-actors --least ", set()),
        ("query money -- ", set()),
        ("query evidence-of --thing ung-no --actor not-there", set()),
        ("query evidence-of --thing not-there --actor ", set()),
        ("query no-such.rq --", set()),
        ("query money --save ", set()),
        ("show tryggest-k", {"tryggest-kommuner"}),
        ("show --list acto", {"actors", "Actor", "ActorClass", "ActorGroup"}),
        ("show --list dir", {"Directorate"}),
        ("cite tryggest-b", {"tryggest-bydeler"}),
        ("export --select imdi-r", {"imdi-regional"}),
        ("network co-m", {"co-mention"}),
        ("analyze --weight ", {"newman", "count", "jaccard"}),
        ("analyze collaboration --stages reported ", {"planned", "announced"}),
        ("analyze collaboration --roles le", {"lead"}),
        ("analyze collaboration --plan ", {"eget-liv-2017-2020"}),
        ("completion z", {"zsh"}),
        ("build ", set()),
        ("no-such-command ", set()),
    ],
)
def test_completion_knows_what_may_come(line: str, expected: set[str]) -> None:
    with suppress(PlangraphError):
        assert set(candidates(line.split(" "))) == expected
        return
    assert not expected


def test_completion_of_every_parameter_of_every_question(built: Path) -> None:
    """Each agreed value that is a short id is offered; when time is up before there is a row, all of the kind are."""
    store = ox.Store.read_only(str(built / ".store"))
    offered = hurried = 0
    for file in ANSWERS:
        question, given = QUESTIONS[file.stem], agreed(file)[0]
        for name in question.parameters:
            start = time.process_time()
            found = suggestions.values(question, name, store, seconds=60)
            # Time of this process alone, which a busy machine does not lengthen.
            assert time.process_time() - start < 1
            variable = next(m for m in re.findall(r"\?(_\w+)", question.code) if queries.parameter_of(m) == name)
            kind = suggestions.ids(store, name) if variable.endswith("_iri") else []
            assert suggestions.values(question, name, store, seconds=-1) == kind
            hurried += found != kind
            if variable.endswith("_iri") and name in given:
                thing = find_thing(store, given[name], kind=name)
                assert thing.rsplit("/")[-1].rsplit("#")[-1] in found, (file.stem, name)
                assert all(find_thing(store, value, kind=name) for value in found[:5])
                offered += 1
    assert offered > 40
    assert hurried > 40


def test_completion_without_a_store_is_silent(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert candidates([]) == candidates([""]) != []
    for line in ("query responsible-ministry --measure ", "show im", "query --data nowhere ", "query x.rq --"):
        assert run("completion", "words", "--", *line.split(" ")) == (0, "", "")


def test_completion_loads_nothing_heavy(home: Path) -> None:
    """Whoever presses the tab key waits; ``python -m benchmarks core`` tells how long."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    code = "import sys; from plangraph.cli.completion import candidates; "
    code += "assert candidates(['query', 'status-of', '--measure', '22']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=home, env=environment, check=True, capture_output=True)
    assert b"plangraph.suggestions" in done.stdout.split()
    assert not {b"rdflib", b"networkx", b"numpy", b"pyshacl", b"jinja2"} & set(done.stdout.split())


# --- completion in the shells themselves


@pytest.fixture
def shelf(tmp_path: Path) -> dict[str, str]:
    """An environment in which ``plangraph`` completes, and for the rest prints what it was given."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "plangraph"
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = completion ]; then exec {sys.executable} -m plangraph "$@"; fi\necho "GOT($*)"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    kept = {"PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(tmp_path), "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    return {**kept, "PYTHONPATH": str(ROOT / "src")}


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_scripts_are_printed_and_the_shell_accepts_them(shell: str, run: Run, tmp_path: Path) -> None:
    status, out, _ = run("completion", shell)
    assert (status, out) == (0, SCRIPTS[shell])
    script = tmp_path / "script"
    script.write_text(out, encoding="utf-8")
    if not shutil.which(shell):
        missing(f"{shell} is not installed")
    subprocess.run([shell, "-n", str(script)], check=True)


# Typed, with a tab at the end → what the program is then given.
TYPED = {
    "plangraph query patients": "query patients-by-year",
    "plangraph query status-of --mea": "query status-of --measure",
    "plangraph query status-of --measure 18c --lang e": "query status-of --measure 18c --lang en",
    "plangraph query figure-series --series soks": "query figure-series --series soksmalsfrist-tvangsekteskap",
    "plangraph show tryggest-kommu": "show tryggest-kommuner",
    "plangraph validate a-fil": "validate a-file.ttl",
}


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_tab_key(shell: str, shelf: dict[str, str], home: Path, tmp_path: Path) -> None:
    """An interactive shell on a terminal, whose keys are pressed."""
    import pty

    if not shutil.which(shell):
        missing(f"{shell} is not installed")
    (home / "a-file.ttl").touch()
    functions = tmp_path / "functions"
    functions.mkdir()
    (functions / "_plangraph").write_text(SCRIPTS["zsh"], encoding="utf-8")
    (tmp_path / "bashrc").write_text(SCRIPTS["bash"] + "PS1='> '\n", encoding="utf-8")
    (tmp_path / ".zshrc").write_text(
        f"fpath=({functions} $fpath)\nautoload -U compinit\ncompinit -u -D\nPS1='> '\nunsetopt promptcr promptsp\n",
        encoding="utf-8",
    )
    start = {"bash": ["--noprofile", "--rcfile", f"{tmp_path}/bashrc", "-i"], "zsh": ["-d", "-i"]}[shell]
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(home)
        os.execve(str(shutil.which(shell)), [shell, *start], shelf)
    seen = ""
    try:

        def until(words: str) -> str:
            nonlocal seen
            end = time.monotonic() + 20
            while words not in seen:
                assert select.select([terminal], [], [], max(0, end - time.monotonic()))[0], seen
                seen += os.read(terminal, 4096).decode("utf-8", "replace")
            before, _, seen = seen.partition(words)
            return before

        until("> ")
        for typed, expected in TYPED.items():
            os.write(terminal, f"{typed}\t".encode())
            until(expected[-3:])
            os.write(terminal, b"\n")
            until("GOT(")
            assert until(")").strip() == expected
            until("> ")
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def test_fish_completes(shelf: dict[str, str], home: Path) -> None:
    if not shutil.which("fish"):
        missing("fish is not installed")

    (home / "a-file.ttl").touch()

    def offered(line: str) -> list[str]:
        code = f'{SCRIPTS["fish"]}complete -C "{line}"'
        done = subprocess.run(
            ["fish", "-N", "-c", code], capture_output=True, text=True, check=True, cwd=home, env=shelf
        )
        assert done.stderr == ""
        return [entry.partition("\t")[0] for entry in done.stdout.splitlines()]

    for typed, expected in TYPED.items():
        assert [f"{typed.rpartition(' ')[0]} {word}".removeprefix("plangraph ") for word in offered(typed)] == [
            expected
        ]
    assert {"--list", "--tag", "--evidence"} <= set(offered("plangraph query --"))
    assert set(offered("plangraph query responsible-ministry --measure 22")) == {"22a", "22b", "22c"}
    assert "query" in offered("plangraph ")
    assert {"18a", "28"} <= set(offered("plangraph query status-of --measure "))


def test_the_library_of_a_tree_without_questions_is_empty(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests/little/data", tmp_path / "data")
    (tmp_path / "queries").mkdir()
    tree = find_tree(tmp_path / "data")
    assert library(tree) == {}
    with pytest.raises(QueryError, match="there is no query 'money'"):
        queries.find_query("money", tree)
