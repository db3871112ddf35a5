"""The page about networks says what the code does."""

import re
from dataclasses import fields

import pytest

from conftest import ROOT
from plangraph import networks
from plangraph.networks.layers import MAKERS

PAGE = (ROOT / "docs/networks.md").read_text(encoding="utf-8")


def test_definitions_are_those_of_the_queries(toy):
    rows = dict(
        re.findall(r"^\| `([a-z-]+)` \| ([A-Z][^|]+) \| (?:directed|two modes|one mode|projection) \|$", PAGE, re.M)
    )
    assert tuple(rows) == networks.LAYERS == tuple(MAKERS)
    for layer, definition in rows.items():
        facts = networks.read_facts(layer, store=toy)
        assert facts.definition["en"] == definition
        assert facts.definition["nb"]


def test_options_and_defaults_are_those_of_the_code():
    rows = dict(re.findall(r"^\| `([a-z]+)` \| ([^|]+) \|", PAGE.split("## Choices")[1].split("##")[0], re.M))
    # The plan is chosen beside the options, because it restricts the data and not the definition of a tie.
    assert rows.pop("plan") == "all"
    assert list(rows) == [f.name for f in fields(networks.Options)]
    described = networks.Options().of("co-involvement").described()
    assert {name: (re.match(r"`?(\w+)", text) or [""])[1] for name, text in rows.items()} == {
        name: str(value) for name, value in described.items()
    }


def test_every_name_of_the_package_is_there():
    assert sorted(networks._HOME) == sorted(networks.__all__)
    for name in networks.__all__:
        assert getattr(networks, name), name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        networks.nothing  # noqa: B018


def test_modules_of_the_page_exist():
    named = re.findall(r"^\| `(\w+)` \| [a-zE]", PAGE.split("## Metrics")[1].split("##")[0], re.M)
    folder = ROOT / "src/plangraph/analysis"
    assert len(named) == 6
    assert all((folder / f"{name}.py").is_file() for name in named)
