"""Two plans in one folder: what both have is not taken for the first one's, and each can be asked by itself."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

import plangraph
from conftest import ROOT
from plangraph import building, stores
from plangraph.coding.agreement import SHARES
from plangraph.coding.sheet import COLUMNS, to_csv
from plangraph.entities import describe
from plangraph.errors import NotFoundError, UsageError
from plangraph.ingest import ingest, write_evidence
from plangraph.names import find_thing, handles, ids_in
from plangraph.plans import one_plan
from plangraph.queries import ask, library
from plangraph.suggestions import ids, values
from plangraph.text import find_words, read_source
from plangraph.vocabulary import BASE, prefixes
from sample_report import PLAN, REGISTRY, REPORT

Run = Callable[..., tuple[int, str, str]]

ONE, OTHER = "skolevei-2018-2021", "sykkelvei-2022-2024"
OTHERS_WORDS = {
    "skolevei": "sykkelvei",
    "rapport": "melding",
    "gangfelt": "fartsdumper",
    "refleks": "hjelm",
    "barn": "syklister",
    "Luften": "Vannet",
    "luften": "vannet",
    "strekninger": "bakker",
    "vester": "lykter",
    "Kartet": "Skissen",
    "malt": "bygd",
    "skoler": "broer",
}
CODED = """
m:1 skos:prefLabel "{word} én"@nb, "{word} one"@en .
m:2 skos:prefLabel "{word} to"@nb, "{word} two"@en .
area:1 skos:prefLabel "Felles område"@nb, "Shared area"@en .
m:2 cv:hasParticipation p:2-{who} .
p:2-{who} cv:hasParticipant actor:{who} ; cv:role role:lead ; pg:stage stage:reported ; pg:evidence ev:{span} .
m:2 cv:hasParticipation p:2-kommuner .
p:2-kommuner cv:hasParticipant actor:kommuner ; cv:role role:collaborator ; pg:stage stage:reported ;
    pg:evidence ev:{span} .
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two plans that share numbers and actors, with their reports beside it: ONE.txt, OTHER.txt."""
    data = tmp_path_factory.mktemp("two") / "data"
    other = REPORT
    for word, instead in OTHERS_WORDS.items():
        other = other.replace(word, instead)
    other = other[: other.index("Tiltak 4. Måle")].replace("4 Måle vannet langs sykkelveien HOD Ferdigstilt\n", "")
    data.mkdir()
    (data / "actors.ttl").write_text(REGISTRY, encoding="utf-8")
    for slug, report, source, who in (
        (ONE, REPORT, "rapport-2021", "vegvesenet"),
        (OTHER, other, "melding-2024", "udir"),
    ):
        folder, file = data / slug, data.parent / f"{slug}.txt"
        folder.mkdir()
        plan = PLAN.replace("rapport-2021", source).replace(ONE, slug)
        file.write_text(report, encoding="utf-8", newline="")
        about = f'dct:subject plan:{slug} ; pg:sha256 "{read_source(file).sha256}"'
        (folder / "plan.ttl").write_text(f"{plan}source:{source} {about} .\n", encoding="utf-8")
        ingest(file, slug, data=data)
        [span] = find_words(read_source(file), "Vegvesenet kartlegger … kommunene.")
        head = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in prefixes(slug, source).items())
        (folder / "area-1.ttl").write_text(head + CODED.format(word=slug[:4], who=who, span=span), encoding="utf-8")
        write_evidence(file, slug, data=data)
    return data


@pytest.fixture(scope="module")
def both(two: Path) -> ox.Store:
    return building.query_store(two, two.parent / "out")


@pytest.fixture
def at(two: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command over the two plans, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: run(*words, "--data", two)


def of(slug: str, rest: str) -> str:
    return f"{BASE}plan/{slug}/{rest}"


def alone(two: Path, slug: str, folder: Path) -> Path:
    """A copy of the data with one plan alone."""
    data = folder / "data"
    shutil.copytree(two, data, ignore=lambda _, names: {ONE, OTHER} - {slug})
    return data


# --- what a name means


@pytest.mark.parametrize(
    ("name", "kind", "what", "choice"),
    [
        ("1", "", "things", f"{ONE}/1, {OTHER}/1"),
        ("Tiltak 1", "measure", "things", f"{ONE}/1, {OTHER}/1"),
        ("3a", "measure", "things", f"{ONE}/3a, {OTHER}/3a"),
        ("1", "area", "things", f"{ONE}/area/1, {OTHER}/area/1"),
        ("area:1", "", "things", f"{ONE}/area/1, {OTHER}/area/1"),
        ("Felles område", "", "things", f"{ONE}/area/1, {OTHER}/area/1"),
        ("area/1", "", "facts", f"{ONE}/area/1, {OTHER}/area/1"),
        ("2-kommuner", "", "facts", f"{ONE}/participation/2-kommuner, {OTHER}/participation/2-kommuner"),
    ],
)
def test_what_two_plans_have_is_never_the_first_ones(
    both: ox.Store, name: str, kind: str, what: str, choice: str
) -> None:
    with pytest.raises(UsageError) as caught:
        find_thing(both, name, kind)
    assert caught.value.what == f"{name!r} may be 2 {what}"
    assert caught.value.mend == f"name one of: {choice}"
    for slug, each in zip((ONE, OTHER), choice.split(", "), strict=True):
        meant = find_thing(both, each, kind)
        assert meant.startswith(of(slug, ""))
        assert find_thing(both, name, kind, plan=slug) == meant


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        (f"{OTHER}/1", "measure/1"),
        (f"{OTHER}/measure/3a", "measure/3a"),
        (f"{OTHER}/Tiltak 3 b", "measure/3b"),
        (f"{OTHER}/area/2", "area/2"),
        (f"plan/{OTHER}/measure/1", "measure/1"),
        (f"{OTHER}/2-kommuner", "participation/2-kommuner"),
        (f"{OTHER}/Felles område", "area/1"),
        ("2-udir", "participation/2-udir"),
        ("sykk to", "measure/2"),
    ],
)
def test_names_of_one_thing(both: ox.Store, name: str, rest: str) -> None:
    assert find_thing(both, name) == of(OTHER, rest)


def test_a_plan_says_nothing_of_what_all_share_and_hides_what_is_the_others(both: ox.Store) -> None:
    assert find_thing(both, "4") == of(ONE, "measure/4")
    assert find_thing(both, "KD", plan=OTHER) == find_thing(both, "KD") == BASE + "actor/kd"
    for name, plan in (("4", OTHER), (f"{OTHER}/4", ""), (f"{OTHER}/kd", ""), ("skol to", OTHER)):
        with pytest.raises(NotFoundError, match="there is no thing called"):
            find_thing(both, name, plan=plan)
    with pytest.raises(UsageError, match="there is no plan 'x'") as caught:
        find_thing(both, "1", plan="x")
    assert caught.value.mend == f"choose of: {ONE}, {OTHER}"


def test_ids_that_are_offered_mean_one_thing(both: ox.Store) -> None:
    things = [of(slug, f"measure/{number}") for slug in (ONE, OTHER) for number in ("1", "2")]
    for given in (handles(both, things), ids_in(both, things)):
        assert sorted(given.values()) == [f"{slug}/{number}" for slug in (ONE, OTHER) for number in "12"]
        assert all(find_thing(both, name) == iri for iri, name in given.items())
    shared = [BASE + "actor/kd", of(ONE, "measure/4")]
    assert ids_in(both, shared) == dict(zip(shared, ["kd", "4"], strict=True))
    assert ids(both, "measure") == [f"{slug}/{number}" for slug in (ONE, OTHER) for number in "12"]
    offered = values(library()["responsible-ministry"], "measure", both, seconds=60)
    assert {"4", f"{ONE}/1", f"{OTHER}/1"} <= set(offered)
    assert "1" not in offered
    for value in offered:
        assert len(ask(library()["responsible-ministry"], both, {"measure": value})) > 0


def test_the_commands_name_the_choice(at: Run) -> None:
    for words in (
        ("show", "1"),
        ("cite", "1"),
        ("export", "--select", "1"),
        ("query", "responsible-ministry", "--measure", "1"),
        ("query", "measures-of-area", "--area", "1"),
    ):
        status, out, err = at(*words)
        assert (status, out) == (2, ""), words
        assert "'1' may be 2 things" in err
        assert f"name one of: {ONE}/" in err
    for given in (("1", "--plan", OTHER), (f"{OTHER}/1",)):
        assert of(OTHER, "measure/1") in at("show", *given)[1]
        assert of(OTHER, "measure/1") in at("cite", *given)[1]
        exported = at("export", "--format", "ntriples", "--select", *given)[1]
        assert f"<{of(OTHER, 'measure/1')}> <http" in exported
        assert f"/{ONE}/" not in exported
        status, out, err = at("query", "responsible-ministry", "--format", "csv", "--measure", *given)
        assert (status, out, err) == (0, "ministry\nSamferdselsdepartementet\n", "")


def test_the_tab_key_offers_ids_of_one_thing(two: Path, at: Run, run: Run) -> None:
    store = building.query_store(two)
    building.fill_store("two.store", None, two)
    words = ("query", "status-of", "--store", "two.store", "--measure", "")
    out = run("completion", "words", "--", *words)[1].split()
    assert {f"{ONE}/1", f"{OTHER}/1", "4"} <= set(out)
    assert all(find_thing(store, name, "measure") for name in out)


# --- one plan by itself


@pytest.mark.parametrize("slug", [ONE, OTHER])
def test_questions_of_one_plan_are_answered_as_if_it_were_alone(
    slug: str, two: Path, both: ox.Store, tmp_path: Path
) -> None:
    only = building.query_store(alone(two, slug, tmp_path), tmp_path / "out")
    asked = answered = different = 0
    for query in library().values():
        if query.parameters:
            continue
        # Rows that a question does not put in order may come in any.
        expected = sorted(map(str, ask(query, only).solutions))
        assert sorted(map(str, ask(query, both, plan=slug).solutions)) == expected, query.name
        asked += 1
        answered += bool(expected)
        different += sorted(map(str, ask(query, both).solutions)) != expected
    assert asked == 48
    assert answered >= 10
    assert different >= 8


def test_a_plan_in_python(two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [dict(row) for row in plangraph.query("compare-plans", data=two)]
    assert [(row["status"], row["tiltak"] if "tiltak" in row else row["measures"]) for row in rows] == [
        ("ferdigstilt", 3),
        ("pågående", 2),
        ("ferdigstilt", 2),
        ("pågående", 2),
    ]
    assert len(plangraph.query("compare-plans", data=two, plan=OTHER)) == 2
    own = "SELECT ?m { ?m a pg:Measure ; pg:number ?n } ORDER BY ?m"
    assert len(plangraph.run_query(own, data=two)) == 11
    found = plangraph.run_query(own, data=two, plan=OTHER)
    assert [term.value for (term,) in found.solutions] == [
        of(OTHER, f"measure/{n}") for n in ("1", "2", "3", "3a", "3b")
    ]
    with pytest.raises(UsageError, match="no plan 'x'"):
        plangraph.query("money", data=two, plan="x")
    assert plangraph.cite("1", data=two, plan=OTHER).iri == of(OTHER, "measure/1")
    assert plangraph.describe("1", data=two, plan=OTHER).iri == of(OTHER, "measure/1")
    assert len(plangraph.things("measures", data=two, plan=OTHER)) == 5


def test_an_own_question_may_have_a_parameter_called_plan(two: Path, at: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.rq"
    file.write_text("SELECT ?m { ?m a pg:Measure ; dct:isPartOf+ ?_plan_iri }", encoding="utf-8")
    assert len(plangraph.query(str(file), data=two, plan=OTHER)) == 5
    assert at("query", file, "--plan", ONE, "--format", "csv")[1].count("\n") == 7


def test_of_what_all_share_a_plan_tells_its_own(both: ox.Store) -> None:
    told = {slug: {fact.value for fact in describe("udir", store=both, plan=slug).facts} for slug in ("", ONE, OTHER)}
    assert of(OTHER, "measure/2") in told[OTHER]
    assert not any(f"/plan/{OTHER}" in value for value in told[ONE])
    assert told[ONE] | told[OTHER] == told[""]


def test_an_answer_over_several_plans_says_so(at: Run) -> None:
    status, out, err = at("query", "status-by-ministry", "--format", "csv")
    assert status == 0
    remark = f"plangraph: the answer covers 2 plans ({ONE}, {OTHER}), taken together: --plan SLUG takes one\n"
    assert err == remark
    assert out
    for words in (("status-by-ministry", "--plan", ONE), ("compare-plans",), ("status-of", "--measure", "4")):
        assert remark not in at("query", *words)[2], words


def test_one_plan_exported_is_what_it_is_alone(two: Path, at: Run, run: Run, tmp_path: Path) -> None:
    data = alone(two, OTHER, tmp_path)
    expected = set(run("export", "--format", "ntriples", "--data", data)[1].splitlines())
    found = set(at("export", "--format", "ntriples", "--plan", OTHER)[1].splitlines())
    assert found <= expected
    # Left out is what the plan does not lead to: the names of terms of others, and actors of which it says nothing.
    assert not [line for line in expected - found if f"/{OTHER}" in line]
    assert len(found) > 1000


def test_an_endpoint_has_no_part(both: ox.Store) -> None:
    from plangraph.endpoints import Endpoint

    class Elsewhere(Endpoint):
        def __init__(self) -> None:
            self.url = "http://localhost:1/"

        def quads_for_pattern(self, *pattern: object) -> object:  # type: ignore[override]
            return both.quads_for_pattern(*pattern)  # type: ignore[arg-type]

    with pytest.raises(UsageError, match="one plan of an endpoint"):
        ask(library()["money"], Elsewhere(), plan=ONE)


def test_over_one_plan_nothing_is_taken_apart() -> None:
    store = stores.open_store(ROOT / "tests/little/data")
    assert isinstance(store, ox.Store)
    assert find_thing(store, "1", plan="little") == find_thing(store, "1") == find_thing(store, "little/1")
    assert ids(store, "measure") == ["1", "2"]
    things = [of("little", "measure/1"), of("little", "area/1"), BASE + "actor/dep"]
    assert list(handles(store, things).values()) == ["1", of("little", "area/1"), "dep"]
    with pytest.raises(UsageError, match="there is no plan 'later'"):
        ask(library()["money"], store, plan="later")
    assert one_plan(store, "little") is store


# --- which plan a report, an id or a sheet is of


def texts_of(two: Path) -> tuple[Path, Path]:
    return two.parent / f"{ONE}.txt", two.parent / f"{OTHER}.txt"


def test_a_span_or_fact_of_one_plan_needs_no_plan(two: Path, at: Run) -> None:
    spans = {}
    for slug, who in ((ONE, "vegvesenet"), (OTHER, "udir")):
        status, out, _ = at("evidence", f"2-{who}")
        assert status == 0
        spans[slug] = out.partition("  ")[0].removeprefix("ev:")
        assert at("evidence", f"{slug}/2-{who}")[1] == out
        assert at("evidence", f"2-{who}", "--source", two.parent / f"{slug}.txt")[1].startswith(out.splitlines()[0])
    assert len(set(spans.values())) == 2
    for span in spans.values():
        assert at("evidence", span)[0] == 0
    assert at("evidence", "2-nobody")[2].startswith("plangraph: there is no thing called '2-nobody'")


def test_what_both_have_is_decided_by_the_report_or_asked_for(two: Path, at: Run) -> None:
    status, out, err = at("evidence", "2-kommuner")
    assert (status, out) == (2, "")
    assert err == f"plangraph: 2 plans have it\n  → name one with --plan: {ONE}, {OTHER}\n"
    told = {at("evidence", "2-kommuner", "--plan", slug)[1] for slug in (ONE, OTHER)}
    assert len(told) == 2
    for file in texts_of(two):
        shown = at("evidence", "2-kommuner", "--source", file)[1]
        assert shown.splitlines()[0] in {text.splitlines()[0] for text in told}
        assert "[Vegvesenet kartlegger" in shown
    status, _, err = at("evidence", "udir")
    assert (status, "the data holds 2 plans" in err) == (2, True)
    assert "there is no plan 'x'" in at("evidence", "2-udir", "--plan", "x")[2]


def test_a_report_says_of_which_plan_it_is(two: Path, at: Run, tmp_path: Path) -> None:
    one, other = texts_of(two)
    for file in (one, other):
        status, out, err = at("evidence", "--source", file)
        assert (status, err) == (0, "")
        assert out.startswith("this is the file that was read")
        assert at("locate", "Vegvesenet kartlegger", "--source", file)[0] == 0
        assert at("coverage", "--source", file)[0] == 0
        status, out, err = at("code", "export", "--source", file)
        assert (status, err) == (0, "")
        sheet = tmp_path / "sheet.csv"
        sheet.write_text(out, encoding="utf-8")
        assert at("code", "import", sheet, "--source", file, "--dry-run")[1] == "nothing to change\n"
        drawn = at("sample", "-n", "50", "--source", file)[1]
        assert "not found" not in drawn
    assert len(at("sample", "-n", "99", "--plan", OTHER)[1].splitlines()) < len(
        at("sample", "-n", "99")[1].splitlines()
    )
    assert f"{ONE}/1," in at("sample", "-n", "99")[1]
    assert "name one with --plan" in at("code", "export", "--measure", "1")[2]
    assert at("code", "export", "--measure", "4")[0] == 0
    copy = tmp_path / "copy.txt"
    copy.write_text(one.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    status, _, err = at("evidence", "--source", copy)
    assert status == 2
    assert "this file is none that a report of theirs was read from" in err
    assert at("evidence", "--source", copy, "--plan", ONE)[0] == 0


def test_another_plans_report_is_called_that(two: Path, at: Run, tmp_path: Path) -> None:
    one, other = texts_of(two)
    status, out, err = at("evidence", "--source", other, "--plan", ONE)
    assert (status, out) == (2, "")
    assert f"{other}: this is not the report of {ONE}: " in err
    assert f"it is the report of {OTHER}: --plan {OTHER}" in err
    status, _, err = at("evidence", "2-vegvesenet", "--plan", ONE, "--source", other)
    assert (status, "mend" in err) == (2, False)
    assert f"it is the report of {OTHER}" in err
    strange = tmp_path / "strange.txt"
    strange.write_text("Noe helt annet.\n" * 99, encoding="utf-8")
    status, _, err = at("evidence", "--source", strange, "--plan", ONE)
    assert (status, "name the report itself" in err) == (2, True)
    cut = tmp_path / "cut.txt"
    text = one.read_text(encoding="utf-8")
    cut.write_text(text[: len(text) * 3 // 4], encoding="utf-8")
    status, out, err = at("evidence", "--source", cut, "--plan", ONE)
    assert (status, "mend these facts" in err) == (1, True)


# --- agreement of sheets as people fill them


def filled(folder: Path, name: str, *rows: dict[str, str]) -> Path:
    file = folder / name
    file.write_text(to_csv([{**dict.fromkeys(COLUMNS, ""), **row} for row in rows]), encoding="utf-8")
    return file


def test_agreement_reads_names_and_words_as_an_import_does(two: Path, at: Run, tmp_path: Path) -> None:
    _, other = texts_of(two)
    words = "Vegvesenet kartlegger … kommunene."
    [span] = find_words(read_source(other), words)
    first = filled(
        tmp_path,
        "first.csv",
        {
            "id": "2-udir",
            "measure": "2",
            "context": "m:2",
            "actor": "actor:udir",
            "role": "lead",
            "stage": "reported",
            "words": str(span),
        },
        {"measure": "2", "actor": "actor:sd", "role": "lead", "stage": "planned", "words": str(span)},
        {"measure": "2", "actor": "actor:kd", "role": "lead", "stage": "planned", "words": str(span)},
        {"measure": "2", "property": "pg:status", "value": "status:ongoing", "stage": "reported", "words": str(span)},
    )
    second = filled(
        tmp_path,
        "second.csv",
        {"measure": "Tiltak 2", "actor": "Udir", "role": "leder", "stage": "rapportert", "words": words},
        {"measure": "2", "actor": "SD ; Kunnskapsdepartementet", "role": "lead", "stage": "planlagt", "words": words},
        {"measure": "2", "property": "status", "value": "pågående", "stage": "reported", "words": words},
        {"id": "2-kommuner", "remove": "x"},
    )
    for given in (("--source", other), ("--source", other, "--plan", OTHER)):
        status, out, err = at("agreement", first, second, *given, "--format", "json")
        assert (status, err) == (0, "")
        everything = json.loads(out)[-1]
        assert everything["matched_participations"] == everything["second_participations"] == 3
        assert everything["matched_claims"] == 1
        assert {everything[name] for name in SHARES} == {"1.000"}
    assert "0 differences" in at("agreement", first, second, "--source", other)[1]
    status, _, err = at("agreement", first, second)
    assert (status, f"{second}, row 2, column words: " in err, "--source" in err) == (1, True, True)
    wrong = filled(tmp_path, "wrong.csv", {"measure": "2", "actor": "Udir", "role": "lead", "words": "Står ikke her."})
    status, _, err = at("agreement", first, wrong, "--source", other)
    assert (status, "does not stand in" in err) == (1, True)


def test_agreement_leaves_what_the_registry_does_not_know(two: Path, at: Run, tmp_path: Path) -> None:
    rows = [
        {"measure": "2", "actor": actor, "role": "lead", "stage": "reported", "words": "10-20"}
        for actor in ("Nye folk", "actor:new")
    ]
    file = filled(tmp_path, "one.csv", rows[0])
    status, _, err = at("agreement", file, file)
    assert (status, "name one with --plan" in err) == (2, True)
    assert "0 differences" in at("agreement", file, file, "--plan", ONE)[1]
    other = filled(tmp_path, "two.csv", rows[1])
    assert "2 differences" in at("agreement", file, other, "--plan", ONE)[1]
