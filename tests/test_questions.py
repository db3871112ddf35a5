"""Each question of the library gives its agreed answer, written from the report and checked by blind readers.

How they were checked is told in ``data/README.md``.

``questions/NAME.csv`` holds the rows in any order. A first line with ``#`` gives the parameters as on the command line.
A thing is written by its short id or by any of its names, a number, a date or a text as it stands.
"""

import csv
import shlex
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from conftest import ROOT
from plangraph.names import NAMES, short
from plangraph.queries import Result, ask, library, plain

QUESTIONS = library()
ANSWERS = sorted((ROOT / "tests/questions").glob("*.csv"))
COUNT = 96
# The questions that were put to the project from outside, by the query that answers each.
ASKED = {
    "Q01": "responsible-ministry",
    "Q02": "network-participants",
    "Q03": "tools-and-websites",
    "Q04": "responsibility-transfers",
    "Q05": "sites-of",
    "Q06": "measures-per-ministry",
    "Q07": "parts-and-who-runs-them",
    "Q08": "laws-changed",
    "Q09": "bodies-under-ministries",
    "Q10": "events-in-period",
    "Q11": "other-plans",
    "Q12": "delayed-by",
    "Q13": "money",
    "Q14": "patients-by-year",
    "Q15": "minority-advisers",
    "Q16": "directorates-not-named",
    "Q17": "plan-title-and-period",
    "Q18": "age-limits",
    "Q19": "evidence-of",
    "Q20": "reported-totals",
    "Q21": "named-in-most-measures",
    "Q22": "named-together",
    "Q23": "most-directorates",
    "Q24": "networks-of-measure",
}


def agreed(file: Path) -> tuple[dict[str, str], list[str], list[list[str]]]:
    """Parameters, columns and rows of an answer."""
    lines = file.read_text(encoding="utf-8").splitlines()
    words = shlex.split(lines.pop(0)[1:]) if lines[0].startswith("#") else []
    columns, *rows = csv.reader(lines)
    return {name[2:]: value for name, value in zip(words[::2], words[1::2], strict=True)}, columns, rows


def spellings(store: ox.Store, term: Any) -> set[str]:
    """Every way in which an answer may write a term."""
    if term is None:
        return {""}
    if isinstance(term, ox.NamedNode):
        names = {q.object.value for p in NAMES for q in store.quads_for_pattern(term, p, None, ox.DefaultGraph())}
        return {term.value, short(term.value)} | names
    value = plain(term)
    return {str(value).lower() if isinstance(value, bool) else str(value)}


def found(store: ox.Store, result: Result) -> list[list[set[str]]]:
    """The rows of a result without their statements, alike ones once, each cell with its spellings."""
    places = [i for i, column in enumerate(result.columns) if column != "statement"]
    rows = dict.fromkeys(tuple(solution[i] for i in places) for solution in result.solutions)
    return [[spellings(store, term) for term in row] for row in rows]


def differences(expected: list[list[str]], actual: list[list[set[str]]]) -> tuple[list[Any], list[Any]]:
    """Rows that are missing, and rows that are too many."""
    missing, left = [], list(actual)
    for row in expected:
        match = next((r for r in left if all(cell in names for cell, names in zip(row, r, strict=True))), None)
        if match is None:
            missing.append(row)
        else:
            left.remove(match)
    return missing, [[min(names, key=lambda n: (len(n), n)) for names in row] for row in left]


def test_every_question_has_an_answer_and_every_answer_a_question() -> None:
    assert {file.stem for file in ANSWERS} == set(QUESTIONS)
    assert len(ANSWERS) == COUNT


def test_the_questions_put_from_outside_are_among_them() -> None:
    assert len(ASKED) == 24
    assert set(ASKED.values()) <= set(QUESTIONS)


@pytest.mark.parametrize("file", ANSWERS, ids=lambda file: file.stem)
def test_the_answer_is_the_agreed_one(file: Path, store: ox.Store) -> None:
    parameters, columns, rows = agreed(file)
    result = ask(QUESTIONS[file.stem], store, parameters)
    assert [column for column in result.columns if column != "statement"] == columns
    missing, extra = differences(rows, found(store, result))
    assert (missing, extra) == ([], []), f"missing {missing}, too many {extra}"


def test_every_row_that_names_a_statement_has_evidence(store: ox.Store) -> None:
    told = 0
    for file in ANSWERS:
        result = ask(QUESTIONS[file.stem], store, agreed(file)[0])
        if "statement" in result.columns:
            place = result.columns.index("statement")
            for solution in result.solutions:
                node = solution[place]
                evidence = store.quads_for_pattern(
                    node, ox.NamedNode("https://w3id.org/plangraph/ns#evidence"), None, ox.DefaultGraph()
                )
                assert any(True for _ in evidence), f"{file.stem}: {node} has no evidence"
                told += 1
    assert told > 250
