"""Each pattern of the documentation gives what the line under it says, is short, and runs on any SPARQL 1.1 store."""

import re

import pyoxigraph as ox
import pytest

from conftest import ROOT
from plangraph import building
from plangraph.names import short
from plangraph.paths import find_tree
from plangraph.queries import Query, ask
from plangraph.vocabulary import prefixes

PAGE = (ROOT / "docs/patterns.md").read_text(encoding="utf-8")
PATTERNS = re.findall(r"^```sparql\n((?:(?!```)[^\0])*?)```\n\n→ (.*)$", PAGE, re.MULTILINE)
PREFIXES = PAGE.split("## Prefixes")[1].split("```")[1].removeprefix("sparql\n")


def cell(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return f"`{short(term.value)}`"
    return f"`{term.value}`" if isinstance(term, ox.Literal) else "–"


def test_no_pattern_is_forgotten() -> None:
    assert len(PATTERNS) == PAGE.count("```sparql") - 1 == 59


@pytest.mark.parametrize(("text", "told"), PATTERNS, ids=[text.split("WHERE")[0].strip() for text, _ in PATTERNS])
def test_a_pattern_gives_what_its_line_says(text: str, told: str, store: ox.Store) -> None:
    assert len(text.strip().splitlines()) <= 15
    assert not re.search("NOT EXISTS|SERVICE", text)
    found = ask(Query("pattern", text), store)
    if found.columns == ["answer"]:
        assert told == found.solutions[0][0].value
        return
    number = len(found)
    first = ", ".join(map(cell, found.solutions[0]))
    assert told == (f"1 row: {first}" if number == 1 else f"{number} rows, the first: {first}")


def test_the_prefixes_are_those_of_the_model_and_suffice(store: ox.Store) -> None:
    declared = dict(re.findall(r"^PREFIX ([\w-]+): <(.*)>$", PREFIXES, re.MULTILINE))
    assert len(declared) == len(PREFIXES.splitlines())
    known = building.prefixes_of(find_tree(ROOT / "data"))
    assert {name: known[name] for name in declared} == declared
    assert set(declared) - set(prefixes()) == {"m"}
    for text, _ in PATTERNS:
        # Without the prefixes that plangraph adds by itself.
        assert store.query(PREFIXES + text) is not None


def test_what_the_table_names_is_in_the_graph(store: ox.Store) -> None:
    named = set(re.findall(r"\b(pg|dct|cv|eli|status|stage|rdf):([\w-]+)", PAGE))
    known = prefixes()
    assert len(named) > 70
    for prefix, local in named:
        node = ox.NamedNode(known[prefix] + local)
        used = any(
            True
            for place in range(3)
            for _ in store.quads_for_pattern(*(node if i == place else None for i in range(3)))
        )
        assert used or (prefix, local) == ("pg", "ended"), f"{prefix}:{local}"
