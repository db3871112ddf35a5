"""Agreement of two codings, against counts worked out by hand."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plangraph.coding.agreement import COUNTS, compare
from plangraph.coding.sheet import COLUMNS, to_csv
from plangraph.errors import DataError, UsageError

Run = Callable[..., tuple[int, str, str]]


def row(**cells: str) -> dict[str, str]:
    return {**dict.fromkeys(COLUMNS, ""), "stage": "reported", **cells}


def part(name: str, measure: str, actor: str, role: str, context: str, words: str, **cells: str) -> dict[str, str]:
    return row(id=name, measure=measure, actor=actor, role=role, context=context, words=words, **cells)


def claim(name: str, measure: str, subject: str, predicate: str, value: str, words: str) -> dict[str, str]:
    return row(id=name, measure=measure, context=subject, property=predicate, value=value, words=words)


FIRST = [
    part("1-a", "1", "actor:a", "developer", "m:1", "0-10"),
    part("1-b", "1", "actor:b", "lead", "x:net", "20-30"),
    part("1-b2", "1", "actor:b", "participant", "x:net", "40-50"),
    part("1-c", "1", "actor:c", "owner", "x:tool", "60-70"),
    claim("1-t", "1", "m:1", "dct:subject", "theme:t", "0-10"),
    claim("1-u", "1", "m:1", "dct:subject", "theme:u", "0-10"),
    claim("1-p", "1", "x:tool", "pg:purpose", "Hjelp@nb", "60-70"),
    part("2-a", "2", "actor:a", "owner", "m:2", "100-110"),
]
SECOND = [
    part("s1", "1", "actor:a", "reviser", "x:guide", "5-12", stage="announced"),
    part("s2", "1", "actor:b", "participant", "x:network", "40-50"),
    part("s3", "1", "actor:c", "owner", "x:tool", "70-80"),
    claim("s4", "1", "x:other", "dct:subject", "theme:t", "0-10"),
    claim("s5", "1", "x:tool", "pg:purpose", "Støtte@nb", "65-75"),
]


def test_counts_by_hand() -> None:
    found = compare(FIRST, SECOND)
    one, total = found.rows
    # a: other context, role and stage; b: one of its two participations; c: the words only touch.
    wanted = {
        "first_participations": 4,
        "second_participations": 3,
        "first_actors": 3,
        "second_actors": 3,
        "common_actors": 3,
        "first_pairs": 3,
        "second_pairs": 3,
        "common_pairs": 2,
        "matched_participations": 2,
        "same_role": 1,
        "same_stage": 1,
        "first_claims": 3,
        "second_claims": 2,
        "matched_claims": 2,
        "same_subject": 1,
        "same_claim_stage": 2,
    }
    assert {name: one[name] for name in COUNTS} == wanted
    assert (one["measure"], total["measure"]) == ("1", "all")
    assert {**total, "measure": "1"} == one  # measure 2 is in the first coding only
    assert one["f1_actor_measure"] == "1.000"
    assert one["f1_actor_context"] == "0.667"
    assert one["role_agreement"] == one["stage_agreement"] == one["subject_agreement"] == "0.500"
    assert one["f1_claim"] == "0.800"
    told = [(d["difference"], d["first"].split(" ")[0], d["second"].split(" ")[0]) for d in found.differences]
    assert told == [
        ("context and role and stage", "1-a", "s1"),
        ("only in the first", "1-b", ""),
        ("context", "1-b2", "s2"),
        ("only in the first", "1-c", ""),
        ("only in the second", "", "s3"),
        ("context", "1-t", "s4"),
        ("only in the first", "1-u", ""),
    ]


def test_a_text_of_ones_own_corresponds_to_another_text_only() -> None:
    one = [
        claim("a", "1", "m:1", "pg:purpose", value, words) for value, words in (("Hjelp@nb", "0-9"), ("x:a", "20-29"))
    ]
    two = [
        claim("b", "1", "m:1", "pg:purpose", value, words) for value, words in (("x:a", "0-9"), ("Støtte@nb", "20-29"))
    ]
    assert compare(one, two).rows[0]["matched_claims"] == 0
    assert compare(one, [{**row, "words": "0-9 | 20-29"} for row in two]).rows[0]["matched_claims"] == 2


def test_as_many_correspond_as_can_although_fewer_would_be_more_alike() -> None:
    one = [part("a", "1", "actor:a", "lead", "m:1", "0-20"), part("b", "1", "actor:a", "owner", "x:a", "0-5")]
    two = [part("c", "1", "actor:a", "lead", "m:1", "0-10"), part("d", "1", "actor:a", "funder", "x:b", "12-20")]
    counts = compare(one, two).rows[0]
    assert (counts["matched_participations"], counts["same_role"]) == (2, 0)


def test_measures_that_are_named_count_although_one_coding_has_nothing() -> None:
    found = compare(FIRST, SECOND, ["1", "2"])
    assert [r["measure"] for r in found.rows] == ["1", "2", "all"]
    assert (found.rows[1]["first_participations"], found.rows[1]["second_participations"]) == (1, 0)
    assert found.rows[1]["role_agreement"] == ""


def test_kappa_as_in_cohens_formula() -> None:
    # Ten that correspond: 4 × (lead, lead), 3 × (owner, owner), 2 × (lead, owner), 1 × (owner, lead).
    codes = [("lead", "lead")] * 4 + [("owner", "owner")] * 3 + [("lead", "owner")] * 2 + [("owner", "lead")]
    sheets = [
        [part(f"p{i}", "1", f"actor:a{i}", pair[side], "m:1", f"{i}0-{i}9") for i, pair in enumerate(codes)]
        for side in (0, 1)
    ]
    found = compare(*sheets)
    # observed 0.7; by chance 0.6 · 0.5 + 0.4 · 0.5 = 0.5; (0.7 − 0.5) / (1 − 0.5)
    assert found.role_kappa == pytest.approx(0.4)
    assert found.stage_kappa is None  # every stage is reported: chance alone agrees


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["lead", "owner"]), st.integers(0, 9), st.sampled_from("xy")),
        min_size=1,
        max_size=12,
    )
)
def test_a_coding_agrees_with_itself(drawn: list[tuple[str, str, int, str]]) -> None:
    rows = [part(f"p{i}", "1", a, role, c, f"{n}0-{n}9") for i, (a, role, n, c) in enumerate(drawn)]
    found = compare(rows, list(reversed(rows)))
    total = found.rows[-1]
    assert total["matched_participations"] == len(rows)
    assert total["f1_actor_measure"] == total["f1_actor_context"] == total["role_agreement"] == "1.000"


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ([part("z", "9", "actor:a", "lead", "m:9", "0-10")], "no measure in common"),
        ([part("z", "1", "actor:a", "lead", "m:1", "words of the report")], "words of z are not a span"),
    ],
)
def test_what_cannot_be_compared_is_refused(second: list[dict[str, str]], said: str) -> None:
    with pytest.raises(DataError, match=said):
        compare(FIRST, second)


def test_on_the_command_line(tmp_path: Path, run: Run) -> None:
    files = []
    for name, rows in (("first", FIRST), ("second", SECOND)):
        files.append(tmp_path / f"{name}.csv")
        files[-1].write_text(to_csv(rows), encoding="utf-8")
    status, out, err = run("agreement", *files, "--differences", tmp_path / "d.csv")
    assert (status, err) == (0, "")
    assert "Cohen's kappa of role: 0.333" in out  # observed 1/2, by chance 1/4
    assert out.endswith(f"7 differences written to {tmp_path / 'd.csv'}\n")
    assert len(list(csv.DictReader((tmp_path / "d.csv").open(encoding="utf-8")))) == 7
    status, out, _ = run("agreement", *files, "--format", "csv")
    assert [line.split(",")[0] for line in out.splitlines()] == ["measure", "1", "all"]


def test_a_measure_that_neither_coding_has_is_refused() -> None:
    with pytest.raises(UsageError, match="neither coding has a row of measure 99"):
        compare(FIRST, SECOND, ["1", "99"])
