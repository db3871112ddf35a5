"""The facts: what a reader of the data may rely on, and a test for every mistake once made in it.

Needs no report: form, names, counts, sums. With the report: the participant's name stands in the evidence, every span
lies where it belongs, and no words of our own copy a sentence.
"""

import csv
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import ROOT
from plangraph.loading import parse
from plangraph.spans import parts
from plangraph.text import Source, Span, read_source, sentences
from plangraph.vocabulary import BASE, CODE, CV, DCT, EVIDENCE, PG, RDF, RDF_TYPE, RDFS, SKOS
from plangraph.words import load

DATA = ROOT / "data"
PLAN = "eget-liv-2017-2020"
READ = {"skeleton.ttl", "mentions.ttl", "evidence.ttl"}
PART = BASE + f"plan/{PLAN}/"
STAGE = CODE + "stage/"
# Minimum and maximum of each class in the people's files: a change outside them is looked at before they are moved.
COUNTS = {
    "Actor": (140, 170),
    "ActorClass": (45, 65),
    "Instrument": (110, 145),
    "Activity": (100, 135),
    "Document": (65, 95),
    "Deliverable": (55, 85),
    "Event": (13, 20),
    "Figure": (50, 80),
    "Funding": (14, 20),
    "LegalChange": (5, 5),
    "Bill": (1, 1),
    "Place": (16, 20),
    "SourceNote": (16, 25),
    "Participation": (500, 620),
    "Claim": (1150, 1500),
}
ACTOR_CLASSES = [
    "Ministry",
    "Directorate",
    "PublicBody",
    "ResearchBody",
    "VoluntaryOrganisation",
    "Company",
    "InternationalBody",
    "Network",
    "WorkingGroup",
    "Unit",
    "ActorGroup",
    "ActorClass",
]
NB, EN = "nb", "en"
NAMED = (
    *(BASE + kind + "/" for kind in ("actor", "thing", "law", "place")),
    *(PART + kind + "/" for kind in ("event", "figure", "measure", "area")),
)

Facts = dict[str, list[ox.NamedNode | ox.Literal]]


@cache
def files(kind: str = "people") -> tuple[Path, ...]:
    found = {
        "people": [p for p in DATA.rglob("*.ttl") if p.name not in READ and p.parent.name != "outside"],
        "skeleton": [DATA / PLAN / "skeleton.ttl"],
        "outside": [*(DATA / "outside").glob("*.ttl")],
    }[kind]
    return tuple(sorted(found))


@cache
def nodes(kind: str = "people") -> dict[str, Facts]:
    """The statements of some files: subject, predicate, objects."""
    tree: dict[str, Facts] = defaultdict(lambda: defaultdict(list))
    for file in files(kind):
        for quad in parse(file):
            tree[quad.subject.value][quad.predicate.value].append(quad.object)  # type: ignore[union-attr, arg-type]
    return {subject: dict(facts) for subject, facts in tree.items()}


def one(facts: Facts, predicate: str) -> str:
    return facts[predicate][0].value if facts.get(predicate) else ""


def values(facts: Facts, *predicates: str) -> list[str]:
    return [o.value for p in predicates for o in facts.get(p, ())]


def in_language(facts: Facts, predicate: str, language: str) -> list[str]:
    return [o.value for o in facts.get(predicate, ()) if isinstance(o, ox.Literal) and o.language == language]


def classes(facts: Facts) -> set[str]:
    return {t.removeprefix(PG) for t in values(facts, RDF_TYPE)}


def participations() -> dict[str, Facts]:
    return {s: f for s, f in nodes().items() if CV + "hasParticipant" in f}


def claims() -> dict[str, Facts]:
    return {s: f for s, f in nodes().items() if "Claim" in classes(f)}


def contexts() -> dict[str, str]:
    return {o.value: s for s, f in nodes().items() for o in f.get(CV + "hasParticipation", ())}


def told_under(iri: str) -> str:
    """The measure, area or part of the report that the id of a statement begins with."""
    found = re.match(re.escape(PART) + r"(?:participation|claim|figure)/(?:a(?:rea)?(?=\d-)|)?(\d+[a-d]?|front)-", iri)
    assert found, f"{iri}: begin the id with its measure, its area (a1-) or front-"
    return ("area " if re.search(r"/a(?:rea)?\d-", iri) else "") + found[1]


def normal(name: str) -> str:
    return re.sub(r"\W+", " ", name).strip().casefold()


# --- Names


def test_every_node_has_a_norwegian_and_an_english_name() -> None:
    seen = 0
    for iri, facts in nodes().items():
        if iri.startswith(NAMED):
            seen += 1
            for language in (NB, EN):
                assert len(in_language(facts, SKOS + "prefLabel", language)) == 1, f"{iri}: one name in {language}"
                assert len(in_language(facts, DCT + "description", language)) <= 1, f"{iri}: one text in {language}"
            described = {o.language for o in facts.get(DCT + "description", ()) if isinstance(o, ox.Literal)}
            assert described in (set(), {NB, EN}), f"{iri}: describe it in both languages, or in none"
    assert seen > 600


def test_measures_and_areas_are_described() -> None:
    described = [
        iri
        for iri, f in nodes().items()
        if re.fullmatch(re.escape(PART) + r"(measure|area)/\w+", iri) and f.get(DCT + "description")
    ]
    assert len(described) == 42 + 5


def test_no_two_actors_share_a_name_and_abbreviations_are_unique() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    seen = 0
    for iri, facts in nodes().items():
        if not set(ACTOR_CLASSES) & classes(facts):
            continue
        seen += 1
        for name in [
            *in_language(facts, SKOS + "prefLabel", NB),
            *values(facts, SKOS + "altLabel", SKOS + "hiddenLabel"),
        ]:
            owners[normal(name)].add(iri)
    assert seen > 140
    assert {name: sorted(iris) for name, iris in owners.items() if len(iris) > 1} == {}


def test_no_two_things_or_laws_share_a_name() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for iri, facts in nodes().items():
        if iri.startswith((BASE + "thing/", BASE + "law/", BASE + "place/", PART + "event/")):
            for name in in_language(facts, SKOS + "prefLabel", NB):
                owners[normal(name)].add(iri)
    assert len(owners) > 350
    assert {name: sorted(iris) for name, iris in owners.items() if len(iris) > 1} == {}


def test_what_rests_on_the_report_of_a_plan_stands_in_its_folder() -> None:
    kinds = {
        PG + name for name in ("Funding", "Figure", "Claim", "Participation", "ResponsibilityTransfer", "SourceNote")
    }
    seen = {"plan": 0, "registry": 0}
    for file in sorted((ROOT / "data").rglob("*.ttl")):
        found = [q for q in ox.parse(path=str(file)) if q.predicate.value == RDF_TYPE and q.object.value in kinds]
        seen["registry" if file.parent == ROOT / "data" else "plan"] += len(found)
    assert seen["registry"] == 0
    assert seen["plan"] > 1500


def test_the_registries_take_another_plan(tmp_path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    data = tmp_path / "data"
    status, said, _ = run("data", data, "--empty", "--data", ROOT / "data")
    assert status == 0
    assert f"plangraph ingest REPORT --plan SLUG --data {data}" in said
    assert not list(data.glob("*/plan.ttl"))
    assert not (data / "dataset.ttl").exists()
    for name in ("actors.ttl", "laws.ttl", "things.ttl", "places.ttl", "outside/identifiers.ttl"):
        assert (data / name).read_bytes() == (ROOT / "data" / name).read_bytes()
    shutil.copytree(ROOT / "tests/little/data/little", data / "little")
    new = (ROOT / "tests/little/data/actors.ttl").read_text(encoding="utf-8")
    with (data / "actors.ttl").open("a", encoding="utf-8") as file:
        file.write(new)
    status, said, _ = run("build", "--data", data, "--out", tmp_path / "out")
    assert status == 0, said
    assert said.startswith("2 tiltak")
    assert run("data", "--empty")[0] == 2


def test_every_actor_has_one_class() -> None:
    wrong = {}
    for iri, facts in nodes().items():
        if iri.startswith(BASE + "actor/"):
            own = classes(facts) & set(ACTOR_CLASSES)
            if len(own) != 1:
                wrong[iri] = own
    assert wrong == {}


# --- Statements


def test_counts_lie_within_their_bounds() -> None:
    counted = Counter(name for facts in nodes().values() for name in classes(facts))
    counted["Actor"] = sum(counted[name] for name in ACTOR_CLASSES)
    counted["Participation"] = len(participations())
    wrong = {n: counted[n] for n, (low, high) in COUNTS.items() if not low <= counted[n] <= high}
    assert wrong == {}


def test_one_participation_per_actor_role_context_and_stage_in_a_measure() -> None:
    context = contexts()
    seen: dict[tuple[str, ...], str] = {}
    for iri, facts in participations().items():
        assert iri in context, f"{iri}: no context names it"
        key = (
            told_under(iri),
            context[iri],
            one(facts, CV + "hasParticipant"),
            one(facts, CV + "role"),
            one(facts, PG + "stage"),
        )
        assert key not in seen, f"{iri} says what {seen.get(key)} says: put their evidence together"
        seen[key] = iri
    assert len(seen) > 500


def test_one_claim_per_triple_and_stage_in_a_measure() -> None:
    seen: dict[tuple[str, ...], str] = {}
    for iri, facts in claims().items():
        key = (
            told_under(iri),
            *(one(facts, RDF + p) for p in ("subject", "predicate", "object")),
            one(facts, PG + "stage"),
        )
        assert key not in seen, f"{iri} says what {seen.get(key)} says: put their evidence together"
        seen[key] = iri
    assert len(seen) > 1100


def test_people_do_not_write_what_reading_makes() -> None:
    made = nodes("skeleton")
    told = {
        tuple(one(f, RDF + p) for p in ("subject", "predicate", "object"))
        for f in made.values()
        if RDF + "subject" in f
    }
    again = {
        iri
        for iri, f in claims().items()
        if tuple(one(f, RDF + p) for p in ("subject", "predicate", "object")) in told and PG + "asOf" not in f
    }
    assert again == set()
    assert not {s for s in participations() if s in made} | {s for s in claims() if s in made}


def test_acting_together_joins_participations_of_one_context() -> None:
    context = contexts()
    joined = 0
    for iri, facts in participations().items():
        for other in values(facts, PG + "with"):
            joined += 1
            assert context[other] == context[iri], f"{iri} and {other} stand in different contexts"
            assert iri not in values(nodes()[other], PG + "with"), f"{iri} and {other}: write it once"
    assert joined > 70


def test_own_words_come_in_both_languages() -> None:
    seen = 0
    for iri, facts in claims().items():
        said = facts[RDF + "object"][0]
        if isinstance(said, ox.Literal) and said.language:
            seen += 1
            assert said.language == NB, iri
            assert in_language(facts, RDFS + "comment", EN), f"{iri}: say it in English in rdfs:comment"
    assert seen > 100


# --- What is written about the data


def counted() -> dict[str, int]:
    """The numbers of data/README.md."""
    kinds = [classes(facts) for facts in nodes().values()]
    laws = {
        "LegalChange",
        "Bill",
        *(f"http://data.europa.eu/eli/ontology#LegalResource{s}" for s in ("", "Subdivision")),
    }
    return {
        "actors": sum(bool(set(ACTOR_CLASSES) & k) for k in kinds),
        "of these, generic classes": sum("ActorClass" in k for k in kinds),
        "laws, bills, changes of law and provisions": sum(bool(laws & k) for k in kinds),
        "programmes, tools, sites and the like": sum(bool({"Instrument", "GrantScheme"} & k) for k in kinds),
        "documents": sum("Document" in k for k in kinds),
        "activities": sum("Activity" in k for k in kinds),
        "events": sum("Event" in k for k in kinds),
        "places": sum("Place" in k for k in kinds),
        "participations written by coding": len(participations()),
        "claims written by coding": len(claims()),
        "figures and sums of money": sum(bool({"Figure", "Funding"} & k) for k in kinds),
        "source notes": sum("SourceNote" in k for k in kinds),
        "outside facts": sum("OutsideFact" in classes(f) for f in nodes("outside").values()),
    }


def test_readme_states_the_counts() -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    stated = {name: int(number) for name, number in re.findall(r"^\| ([a-z][^|]*) \| (\d+) \|$", text, re.MULTILINE)}
    assert stated == counted()


COUNTED = re.compile("first|second|common|matched|same")


def test_codebook_names_every_role_and_the_agreement() -> None:
    text = (ROOT / "docs/codebook.md").read_text(encoding="utf-8")
    codes = (ROOT / "ontology/codes.ttl").read_text(encoding="utf-8")
    roles = set(re.findall(r"^role:(\S+) a ", codes, re.MULTILINE))
    assert len(roles) >= 29
    assert {role for role in roles if f"*{role}*" not in text} == set()
    for reading, measures in (("1", 17), ("2", 20)):
        total = agreed(reading)
        for first, second, common in (
            ("first_actors", "second_actors", "common_actors"),
            ("first_pairs", "second_pairs", "common_pairs"),
            ("first_claims", "second_claims", "matched_claims"),
        ):
            one, two, both = total[first], total[second], total[common]
            if one:
                assert f"| {measures} | {one} | {two} | {both} | F1 {2 * both / (one + two):.3f} |" in text
        for same, of in (
            ("same_role", "matched_participations"),
            ("same_stage", "matched_participations"),
            ("same_subject", "matched_claims"),
        ):
            if total[of]:
                assert f"| {total[same]} of {total[of]} | {total[same] / total[of]:.3f}" in text


def agreed(reading: str) -> dict[str, int]:
    """The sums of one round of double coding."""
    with (DATA / PLAN / "agreement.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["reading"] == reading]
    return {name: sum(int(row[name] or 0) for row in rows) for name in rows[0] if COUNTED.match(name)}


# --- What the report adds up


def figure(slug: str) -> int:
    return int(one(nodes()[PART + "figure/" + slug], PG + "value"))


def test_minority_advisers_add_up() -> None:
    assert figure("24b-2018-for") + figure("24b-2018-nye") + figure("24b-2019-nye") == figure("24b-2020-totalt") == 49
    assert figure("24b-2021-nye") == 10


def test_patients_by_year() -> None:
    series = {
        one(f, PG + "period"): int(one(f, PG + "value"))
        for f in nodes().values()
        if one(f, PG + "series") == "z91-7-main-diagnosis"
    }
    assert series == {"2016": 32, "2017": 53, "2018": 62, "2019": 55, "2020-01/2020-08": 27}


def test_six_sums_of_money() -> None:
    sums = sorted(int(one(f, PG + "amount")) for f in nodes().values() if PG + "amount" in f)
    assert sums == [500_000, 1_200_000, 3_000_000, 5_000_000, 6_000_000, 21_000_000]


def test_parts_that_are_counted_are_there() -> None:
    hub = BASE + "thing/mentorordning"
    told = [
        f for f in claims().values() if one(f, RDF + "subject") == hub and one(f, RDF + "predicate") == DCT + "hasPart"
    ]
    assert len(told) == figure("9-deler") == 3
    rvts = [
        f
        for f in claims().values()
        if one(f, RDF + "predicate") == PG + "hasSite" and one(f, RDF + "subject").endswith("/rvts")
    ]
    assert len(rvts) == figure("23-rvts") == 5


def test_completed_measures_with_work_to_come_are_found() -> None:
    """A measure may be called completed while the report tells of work that lies ahead."""
    completed = {
        one(f, RDF + "subject")
        for f in nodes("skeleton").values()
        if one(f, RDF + "object") == CODE + "status/completed"
    }
    ahead = {
        one(f, RDF + "subject").removeprefix(PART + "measure/")
        for f in claims().values()
        if one(f, RDF + "predicate") == PG + "remainingWork" and one(f, RDF + "subject") in completed
    }
    assert ahead == {"1", "9", "11", "14", "15", "18c", "19", "20", "21", "22b", "23", "24a", "24b", "24c"}


def test_delays_by_the_pandemic_are_told_of_the_work() -> None:
    late = {
        (told_under(iri), one(f, RDF + "subject").rsplit("/", 1)[1])
        for iri, f in claims().items()
        if one(f, RDF + "predicate") == PG + "delayedBy"
    }
    assert late == {
        ("22c", "vergemalsmodul-tryggest"),
        ("25a", "m25a-vurdering-likeverdig"),
        ("25b", "m25b-innhenting-kunnskap"),
        ("25b", "m25b-videreutvikling-tilbud"),
    }


def test_every_link_of_the_report_leads_from_something() -> None:
    printed = {
        v
        for f in nodes("skeleton").values()
        if "Link" in classes(f)
        for v in values(f, "https://schema.org/url", "http://xmlns.com/foaf/0.1/page")
    }
    described = {
        one(f, RDF + "object") for f in claims().values() if one(f, RDF + "predicate").endswith("foaf/0.1/page")
    }
    assert len(printed) == 32
    assert printed == described


# --- Outside facts


def test_outside_facts_have_a_source_and_a_confidence_and_no_evidence() -> None:
    seen = 0
    for iri, facts in nodes("outside").items():
        assert PG + "evidence" not in facts, f"{iri}: an outside fact has a source, not evidence"
        assert values(facts, DCT + "source"), f"{iri}: where does it come from?"
        if "OutsideFact" in classes(facts):
            seen += 1
            assert one(facts, PG + "confidence").startswith(CODE + "confidence/"), iri
            for part in ("subject", "predicate", "object"):
                assert len(facts.get(RDF + part, ())) == 1, f"{iri}: one {part}"
    assert seen > 90


def test_organisation_numbers_have_a_valid_check_digit() -> None:
    numbers = [
        one(f, RDF + "object")
        for f in nodes("outside").values()
        if one(f, RDF + "predicate") == PG + "organisationNumber"
    ]
    assert len(numbers) == len(set(numbers)) >= 18
    for number in numbers:
        weighted = sum(int(d) * w for d, w in zip(number, (3, 2, 7, 6, 5, 4, 3, 2), strict=False))
        assert (-weighted) % 11 == int(number[8]), number


# --- Agreement of the two readings


def test_agreement_adds_up() -> None:
    with (DATA / PLAN / "agreement.csv").open(encoding="utf-8", newline="") as file:
        *rows, total = csv.DictReader(file)
    assert total["measure"] == "all"
    assert len(rows) == 38  # the 37 measures with a status, and the common text of measure 18
    for name in filter(COUNTED.match, total):
        assert sum(int(row[name] or 0) for row in rows) == int(total[name]), name
    for row in [*rows, total]:
        pairs = 2 * int(row["common_pairs"]) / (int(row["first_pairs"]) + int(row["second_pairs"]))
        assert row["f1_actor_context"] == f"{pairs:.3f}"
        assert row["role_agreement"] == f"{int(row['same_role']) / int(row['matched_participations']):.3f}"


# --- Against the report


@pytest.fixture(scope="module")
def report(report_path: Path) -> Source:
    return read_source(report_path)


@cache
def sections() -> dict[str, list[Span]]:
    """The spans of each measure, area and the rest of the report, by the number of what they are part of."""
    made = nodes("skeleton")
    found: dict[str, list[Span]] = defaultdict(list)
    for facts in made.values():
        if "Section" not in classes(facts):
            continue
        owner = one(facts, DCT + "isPartOf")
        if owner.startswith(PART + "area/"):
            name = "area " + owner.rsplit("/", 1)[1]
        else:
            name = owner.rsplit("/", 1)[1] if owner.startswith(PART + "measure/") else "front"
        found[name] += [parts(e.rsplit("/", 1)[1])[0] for e in values(facts, PG + "evidence")]
    return found


def spans(facts: Facts) -> list[list[Span]]:
    return [parts(e.removeprefix(EVIDENCE).split("/")[1]) for e in values(facts, PG + "evidence")]


def test_every_span_lies_where_it_belongs(report: Source) -> None:
    """In the section of its measure, of its number, of its area, in the front matter, or on a link line."""
    noise = [n for n in report.noise if n.kind == "link"]
    area = {
        iri.rsplit("/", 1)[1]: one(f, DCT + "isPartOf")
        for iri, f in nodes("skeleton").items()
        if iri.startswith(PART + "measure/") and DCT + "isPartOf" in f
    }
    strayed, seen = [], 0
    for iri, facts in {**participations(), **claims()}.items():
        name = told_under(iri)
        allowed = [*sections()[name], *sections()["front"]]
        number = re.match(r"\d+", name)
        if number:
            allowed += sections().get(number[0], [])
            allowed += sections().get("area " + area.get(number[0], "").rsplit("/", 1)[-1], [])
        for span in (s for evidence in spans(facts) for s in evidence):
            seen += 1
            inside = any(a.start <= span.start and span.end <= a.end for a in allowed)
            link = one(facts, RDF + "predicate").endswith("foaf/0.1/page") and any(
                n.start <= span.start and span.end <= n.end for n in noise
            )
            if not inside and not link:
                strayed.append(f"{iri.rsplit('/', 1)[1]} {span}")
    assert seen > 1600
    assert strayed == []


def test_the_participant_is_named_in_the_evidence_or_the_sentence_before(report: Source) -> None:
    flow = report.flow
    ends = sentences(report, 0, len(report.text), load(NB)["sentences"]["abbreviations"])
    missing, seen = [], 0
    for iri, facts in participations().items():
        actor = nodes()[one(facts, CV + "hasParticipant")]
        names = [*in_language(actor, SKOS + "prefLabel", NB), *values(actor, SKOS + "altLabel", SKOS + "hiddenLabel")]
        names += values(facts, PG + "namedAs")
        pattern = re.compile(
            r"(?<!\w)(?:" + "|".join(re.escape(n) for n in names) + r")(?:'?s|ene?s?|ets?|e|t)?(?!\w)", re.IGNORECASE
        )
        for evidence in spans(facts):
            seen += 1
            said = " ".join(flow.slice(span) for span in evidence)
            before = [s for s in ends if s.end <= evidence[0].start or s.start < evidence[0].start <= s.end][-2:]
            if not any(pattern.search(text) for text in [said, *(flow.slice(s) for s in before)]):
                missing.append(iri.rsplit("/", 1)[1])
    assert seen > 525
    assert missing == []


def test_words_of_the_report_that_are_kept_stand_in_the_report(report: Source) -> None:
    flow = report.flow
    seen = 0
    for iri, facts in nodes().items():
        for words in values(facts, PG + "namedAs", PG + "asWritten"):
            seen += 1
            told = " ".join(flow.slice(s) for evidence in spans(facts) for s in evidence)
            squeezed = re.sub(r"\W", "", told)
            assert re.sub(r"\W", "", words) in squeezed, f"{iri}: {words!r} does not stand in its evidence"
    assert seen > 80


def test_no_words_of_our_own_copy_the_report(report: Source) -> None:
    """No description, finding, purpose or summary holds ten words in a row as the report has them."""
    length = 10
    words = re.findall(r"\w+", report.flow.text.casefold())
    runs = {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}
    copied, seen = [], 0
    for iri, facts in nodes().items():
        for text in in_language(facts, DCT + "description", NB) + in_language(facts, RDF + "object", NB):
            seen += 1
            own = re.findall(r"\w+", text.casefold())
            if any(tuple(own[i : i + length]) in runs for i in range(len(own) - length + 1)):
                copied.append(iri)
    assert seen > 400
    assert copied == []
