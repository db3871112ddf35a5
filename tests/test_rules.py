"""Each rule on a small example. What it must add, all of it and nothing else, was worked out by hand."""

import re
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from plangraph.errors import DataError
from plangraph.rules import derive

ROOT = Path(__file__).parent.parent
RULES = {file.name[:2]: file for file in sorted((ROOT / "ontology" / "rules").glob("*.rq"))}
VOCABULARY = [ROOT / "ontology" / "plangraph.ttl", ROOT / "ontology" / "codes.ttl"]
PREFIXES = """
@prefix pg: <https://w3id.org/plangraph/ns#> .
@prefix role: <https://w3id.org/plangraph/code/role/> .
@prefix stage: <https://w3id.org/plangraph/code/stage/> .
@prefix status: <https://w3id.org/plangraph/code/status/> .
@prefix kind: <https://w3id.org/plangraph/code/kind/> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://example.org/> .
@prefix s: <https://example.org/span/> .
"""
# A report of 1000 characters about measures 1 and 2: a table (0-100) with a row each, then their sections.
REPORT = """
:m1 a pg:Measure . :m2 a pg:Measure . :area a pg:FocusArea .
:row1 a pg:Section ; dct:type kind:overview-row ; dct:isPartOf :m1 ; pg:evidence s:0-50 .
:row2 a pg:Section ; dct:type kind:overview-row ; dct:isPartOf :m2 ; pg:evidence s:50-100 .
:intro a pg:Section ; dct:type kind:area-introduction ; dct:isPartOf :area ; pg:evidence s:100-200 .
:plan1 a pg:Section ; dct:type kind:plan-text ; dct:isPartOf :m1 ; pg:evidence s:200-300 .
:result1 a pg:Section ; dct:type kind:result-text ; dct:isPartOf :m1 ; pg:evidence s:300-400 .
:plan2 a pg:Section ; dct:type kind:plan-text ; dct:isPartOf :m2 ; pg:evidence s:400-500 .
:result2 a pg:Section ; dct:type kind:result-text ; dct:isPartOf :m2 ; pg:evidence s:500-600 .
"""


def spans(*names: str, source: str = ":report") -> str:
    """Return Turtle for spans named like ``10-20``."""
    text = ""
    for name in names:
        start, end = name.split("-")
        text += f"s:{name} oa:hasSource {source} ; oa:hasSelector s:{name}-at .\n"
        text += f"s:{name}-at oa:start {start} ; oa:end {end} .\n"
    return text


def parse(turtle: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(PREFIXES + turtle, ox.RdfFormat.TURTLE)}


def store_of(turtle: str) -> ox.Store:
    """Return a store with an example and, beside it, the vocabulary."""
    store = ox.Store()
    for file in VOCABULARY:
        store.bulk_load(path=str(file))
    store.bulk_load(turtle.encode(), ox.RdfFormat.TURTLE)
    return store


def check(numbers: str, given: str, expected: str) -> None:
    """Run the rules with these numbers and compare what they add, all of it, with what is expected."""
    found = set(derive(store_of(PREFIXES + given), [RULES[number] for number in numbers.split()]))
    wanted = parse(expected)
    assert found == wanted, "\n".join(
        [f"missing: {t}" for t in map(str, wanted - found)] + [f"too much: {t}" for t in map(str, found - wanted)]
    )


def test_all_rules_are_tested_here() -> None:
    text = Path(__file__).read_text("utf-8")
    tested = {n for call in re.findall(r'check\(\s*"([\d ]+)"', text) for n in call.split()}
    assert list(RULES) == ["10", "20", "30", "35", "40", "50", "51", "52", "53", "60", "70", "80", "90"]
    assert tested == set(RULES)


def test_each_rule_says_what_it_does() -> None:
    for file in RULES.values():
        first = file.read_text("utf-8").splitlines()[0]
        assert re.match(r"# [A-Z][\w ]+: .+", first), f"{file.name} does not begin with '# Name: what it does'"


def test_together_holds_in_both_directions() -> None:
    check("10", ":a pg:with :b . :c pg:with :d . :d pg:with :c .", ":b pg:with :a .")


def test_reported_participation() -> None:
    check(
        "20",
        ":film cv:hasParticipation :p . :p cv:hasParticipant :udi ; cv:role role:developer ; pg:stage stage:reported .",
        """:p a pg:Participation ; rdf:subject :film ; rdf:predicate pg:developer ; rdf:object :udi .
        :film pg:developer :udi ; pg:workedOnBy :udi ; pg:involves :udi ; dct:creator :udi .""",
    )


def test_role_that_is_not_active_gives_no_work() -> None:
    check(
        "20",
        ":m cv:hasParticipation :p . :p cv:hasParticipant :kd ; cv:role role:responsible ; pg:stage stage:reported .",
        """:p a pg:Participation ; rdf:subject :m ; rdf:predicate pg:responsible ; rdf:object :kd .
        :m pg:responsible :kd ; pg:involves :kd .""",
    )


def test_planned_and_announced_participations_tell_of_no_deed() -> None:
    check(
        "20",
        """:m cv:hasParticipation :p, :q .
        :p cv:hasParticipant :udi ; cv:role role:lead ; pg:stage stage:planned .
        :q cv:hasParticipant :udir ; cv:role role:funder ; pg:stage stage:announced .""",
        """:p a pg:Participation ; rdf:subject :m ; rdf:predicate pg:lead ; rdf:object :udi .
        :q a pg:Participation ; rdf:subject :m ; rdf:predicate pg:funder ; rdf:object :udir .
        :m pg:plannedParticipant :udi ; pg:announcedParticipant :udir .""",
    )


def test_participation_with_an_unknown_role_adds_nothing() -> None:
    given = ":m cv:hasParticipation :p . :p cv:hasParticipant :a ; cv:role role:painter ; pg:stage stage:reported ."
    check("20", given, "")


def test_only_reported_claims_become_triples() -> None:
    check(
        "30",
        """:c a pg:Claim ; rdf:subject :film ; rdf:predicate dct:issued ; rdf:object "2019" ; pg:stage stage:reported .
        :d a pg:Claim ; rdf:subject :film ; rdf:predicate dct:spatial ; rdf:object :oslo ; pg:stage stage:announced .
        :e a pg:Claim ; rdf:subject :film ; rdf:predicate pg:purpose ; rdf:object "noe"@nb ; pg:stage stage:planned .
        :n a pg:SourceNote ; rdf:subject :film ; pg:stage stage:reported .""",
        ':film dct:issued "2019" .',
    )


def test_outside_fact_becomes_a_plain_triple() -> None:
    check(
        "35",
        """:f a pg:OutsideFact ; rdf:subject :ministry ; rdf:predicate pg:formerName ; rdf:object "Old"@nb ;
            dct:source :register .
        :c a pg:Claim ; rdf:subject :ministry ; rdf:predicate pg:formerName ; rdf:object "Older"@nb .""",
        ':ministry pg:formerName "Old"@nb .',
    )


def test_types_reach_the_classes_of_others() -> None:
    check(
        "40",
        """:jd a pg:Ministry . :net a pg:Network . :skoler a pg:ActorClass .
        :p a pg:Participation . :b a pg:Bill . :o a org:Site .
        :Dog <http://www.w3.org/2000/01/rdf-schema#subClassOf> :Animal . :rex a :Dog .""",
        """:jd a pg:Actor, cv:PublicOrganisation, org:Organization .
        :net a pg:Actor, org:OrganizationalCollaboration, org:Organization .
        :skoler a pg:Actor .
        :p a pg:SourcedStatement, cv:Participation, rdf:Statement .
        :b a eli:LegalResource .""",
    )


def test_spans_stand_under_the_measure_in_whose_text_or_row_they_lie() -> None:
    """250-350 crosses from plan text to result text of measure 1; 390-410 crosses two measures; the rest is plain."""
    sections = ("0-50", "50-100", "100-200", "200-300", "300-400", "400-500", "500-600")
    check(
        "50",
        REPORT
        + spans(*sections, "60-70", "120-130", "210-220", "250-350", "390-410", "599-600", "600-610")
        + spans("215-216", source=":another"),
        """s:0-50 pg:underMeasure :m1 . s:200-300 pg:underMeasure :m1 . s:300-400 pg:underMeasure :m1 .
        s:50-100 pg:underMeasure :m2 . s:400-500 pg:underMeasure :m2 . s:500-600 pg:underMeasure :m2 .
        s:60-70 pg:underMeasure :m2 . s:210-220 pg:underMeasure :m1 . s:250-350 pg:underMeasure :m1 .
        s:599-600 pg:underMeasure :m2 .""",
    )


def test_placing() -> None:
    """Both pieces of a span place; the plan's parts, actors, places, links and claims on links are left out."""
    check(
        "51",
        """s:1 pg:underMeasure :m1 . s:2 pg:underMeasure :m2 . s:both dct:hasPart s:1, s:2 .
        :c pg:evidence s:1 . :x pg:evidence s:1, s:3 . :y pg:evidence s:both .
        :m1 a pg:Measure ; pg:evidence s:1 . :area a pg:FocusArea ; pg:evidence s:1 .
        :section a pg:Section ; pg:evidence s:1 . :plan a pg:ActionPlan ; pg:evidence s:1 .
        :udi a pg:Actor ; pg:evidence s:1 . :oslo a pg:Place ; pg:evidence s:1 .
        :link a pg:Link ; pg:evidence s:1 . :l a pg:Claim ; rdf:predicate foaf:page ; pg:evidence s:1 .""",
        ":c pg:underMeasure :m1 . :x pg:underMeasure :m1 . :y pg:underMeasure :m1, :m2 .",
    )


def test_contexts_stand_where_something_is_told_of_them() -> None:
    check(
        "52",
        """:p pg:underMeasure :m1 . :q pg:underMeasure :m2 . :c a pg:Claim ; pg:underMeasure :m2 .
        :nora cv:hasParticipation :p ; pg:underMeasure :m1 . :c rdf:subject :nora .
        :net a pg:Actor ; cv:hasParticipation :q .
        :m1 a pg:Measure ; cv:hasParticipation :p .
        :udi a pg:Actor . :d a pg:Claim ; pg:underMeasure :m1 ; rdf:subject :udi .
        :oslo a pg:Place . :e a pg:Claim ; pg:underMeasure :m1 ; rdf:subject :oslo .
        :f a pg:Claim ; pg:underMeasure :m1 ; rdf:subject :section, :area, :plan .
        :section a pg:Section . :area a pg:FocusArea . :plan a pg:ActionPlan .""",
        ":nora pg:underMeasure :m2 . :net pg:underMeasure :m2 .",
    )


def test_links_go_with_their_thing() -> None:
    """Both lines lie in measure 2: the thing of :a is not told there, that of :b is."""
    check(
        "53",
        """s:1 pg:underMeasure :m2 . :nora pg:underMeasure :m1 . :zanzu pg:underMeasure :m1, :m2 .
        :a rdf:predicate foaf:page ; rdf:subject :nora ; pg:evidence s:1 .
        :b rdf:predicate foaf:page ; rdf:subject :zanzu ; pg:evidence s:1 .""",
        ":a pg:underMeasure :m1 . :b pg:underMeasure :m2 .",
    )


def part(measure: str, letter: str, status: str = "", stage: str = "reported") -> str:
    """Return Turtle for a part of a measure and its status."""
    text = f":{measure} a pg:Measure . :{measure}{letter} a pg:Measure ; dct:isPartOf :{measure} .\n"
    if status:
        claim = f":c-{measure}{letter}-{status}" + ("" if stage == "reported" else f"-{stage}")
        text += (
            f"{claim} rdf:subject :{measure}{letter} ; rdf:predicate pg:status ; rdf:object status:{status} ; "
            f"pg:stage stage:{stage} .\n"
        )
    return text


def test_status_of_measures_with_parts() -> None:
    done, going, off = "completed", "ongoing", "cancelled"
    check(
        "60",
        part("all", "a", done)
        + part("all", "b", done)  # all completed
        + part("one", "a", done)
        + part("one", "b", going)  # one ongoing
        + part("gap", "a", done)
        + part("gap", "b")  # of one nothing is said
        + part("said", "a", done)
        + part("said", "b", done, "announced")  # of one it is only announced
        + part("one", "c", going, "planned")
        + part("off", "a", done)
        + part("off", "b", off)  # neither
        + part("own", "a", done)
        + ":own pg:status status:ongoing ."  # has a status of its own
        + ":lone a pg:Measure .",
        """:all pg:derivedStatus status:completed ; prov:wasDerivedFrom :c-alla-completed, :c-allb-completed .
        :one pg:derivedStatus status:ongoing ; prov:wasDerivedFrom :c-onea-completed, :c-oneb-ongoing .""",
    )


DAYS = {
    "2019": ("2019-01-01", "2019-12-31"),
    "2019-03": ("2019-03-01", "2019-03-31"),
    "2019-02": ("2019-02-01", "2019-02-28"),
    "2020-02": ("2020-02-01", "2020-02-29"),
    "1900-02": ("1900-02-01", "1900-02-28"),
    "2000-02": ("2000-02-01", "2000-02-29"),
    "2019-08-20": ("2019-08-20", "2019-08-20"),
    "2021-21": ("2021-03-01", "2021-05-31"),
    "2021-22": ("2021-06-01", "2021-08-31"),
    "2021-23": ("2021-09-01", "2021-11-30"),
    "2021-24": ("2021-01-01", "2021-12-31"),
    "2020-34": ("2020-04-01", "2020-06-30"),
    "2020-38": ("2020-05-01", "2020-08-31"),
    "2020-41": ("2020-07-01", "2020-12-31"),
    "2018/2020": ("2018-01-01", "2020-12-31"),
    "2019-07-01/2020-06-30": ("2019-07-01", "2020-06-30"),
    "2019-23/2020-02": ("2019-09-01", "2020-02-29"),
    "2018/..": ("2018-01-01", ""),
    "2018/": ("2018-01-01", ""),
    "../2020": ("", "2020-12-31"),
    "/2020-06": ("", "2020-06-30"),
    "2019-02-30": ("", ""),
    "2019-13": ("", ""),
    "våren 2021": ("", ""),
}


@pytest.mark.parametrize("text", DAYS)
def test_days_of_a_date(text: str) -> None:
    first, last = DAYS[text]
    wanted = f':c pg:earliest "{first}"^^xsd:date .' if first else ""
    wanted += f':c pg:latest "{last}"^^xsd:date .' if last else ""
    check("70", f':c a pg:Claim ; rdf:object "{text}"^^edtf:EDTF .', wanted)


def test_days_of_other_nodes() -> None:
    """A full day; an event with two days; a figure's period; a year that is plain text is no date."""
    check(
        "70",
        """:c a pg:Claim ; rdf:object "2019-08-20"^^xsd:date . :n a pg:Claim ; rdf:object "2019" .
        :meeting pg:when "2019-03-05"^^xsd:date, "2019-03-07"^^xsd:date .
        :figure pg:period "2019/2020"^^edtf:EDTF . :strategy dct:valid "2017/2021"^^edtf:EDTF .""",
        """:c pg:earliest "2019-08-20"^^xsd:date ; pg:latest "2019-08-20"^^xsd:date .
        :meeting pg:earliest "2019-03-05"^^xsd:date ; pg:latest "2019-03-07"^^xsd:date .
        :figure pg:earliest "2019-01-01"^^xsd:date ; pg:latest "2020-12-31"^^xsd:date .
        :strategy pg:earliest "2017-01-01"^^xsd:date ; pg:latest "2021-12-31"^^xsd:date .""",
    )


def test_mentions() -> None:
    check(
        "80",
        """s:1 pg:underMeasure :m1 . :a a oa:Annotation ; oa:hasBody :udi ; oa:hasTarget s:1 .
        :b a oa:Annotation ; oa:hasBody :kd ; oa:hasTarget s:2 . :c oa:hasBody :hod ; oa:hasTarget s:1 .""",
        ":m1 pg:mentions :udi .",
    )


def test_words_find_a_span_in_another_form() -> None:
    check(
        "90",
        """:c pg:evidence s:1-2_3-4 . s:1-2_3-4 dct:hasPart s:1-2 .
        s:1-2 pg:firstWords "Det er" ; pg:lastWords "så langt." . s:5-6 pg:firstWords "KD" ; pg:lastWords "KD" .""",
        """s:1-2 oa:hasSelector <https://example.org/span/1-2/words> .
        <https://example.org/span/1-2/words> a oa:RangeSelector ;
            oa:hasStartSelector <https://example.org/span/1-2/words/start> ;
            oa:hasEndSelector <https://example.org/span/1-2/words/end> .
        <https://example.org/span/1-2/words/start> a oa:TextQuoteSelector ; oa:exact "Det er" .
        <https://example.org/span/1-2/words/end> a oa:TextQuoteSelector ; oa:prefix "så langt." ; oa:exact "" .""",
    )


@pytest.mark.parametrize(
    ("text", "what"), [("SELECT * { ?s ?p ?o }", "must be a CONSTRUCT"), ("CONSTRUCT { ?s", "syntax error in the rule")]
)
def test_a_rule_that_is_none_is_named_with_its_file(text: str, what: str, tmp_path: Path) -> None:
    file = tmp_path / "99-mine.rq"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=what) as caught:
        derive(store_of(""), [file])
    assert caught.value.where == str(file)


def test_one_run_is_enough() -> None:
    """A second run over an example that every rule adds to finds nothing new, so the order of the files is right."""
    store = store_of(
        PREFIXES
        + REPORT
        + spans("200-300", "300-400", "210-220", "310-320")
        + part("m3", "a", "completed")
        + """:nora a pg:Instrument ; cv:hasParticipation :p, :q ; pg:evidence s:310-320 .
        :p cv:hasParticipant :udi ; cv:role role:lead ; pg:with :q ; pg:stage stage:reported ; pg:evidence s:310-320 .
        :q cv:hasParticipant :jd ; cv:role role:lead ; pg:stage stage:planned ; pg:evidence s:210-220 .
        :c a pg:Claim ; rdf:subject :nora ; rdf:predicate pg:when ; rdf:object "2019"^^edtf:EDTF ;
            pg:stage stage:reported ; pg:evidence s:310-320 .
        :l a pg:Claim ; rdf:subject :nora ; rdf:predicate foaf:page ; rdf:object :page ; pg:stage stage:reported .
        :udi a pg:Directorate . :jd a pg:Ministry . :a a oa:Annotation ; oa:hasBody :udi ; oa:hasTarget s:210-220 .
        s:310-320 pg:firstWords "Nora" ; pg:lastWords "Nora" ."""
    )
    assert len(derive(store, RULES.values())) > 30
    assert derive(store, RULES.values()) == []


def test_time_grows_with_the_data_and_not_with_its_square() -> None:
    """Four times the data may take at most ten times as long: linear growth is four times, square growth sixteen."""

    def seconds(plans: int) -> float:
        text = PREFIXES
        for n in range(plans):
            text += f"@prefix : <https://example.org/{n}/> . @prefix s: <https://example.org/span/{n}/> .\n" + REPORT
            text += spans(*(f"{k}-{k + 1}" for k in range(0, 600, 3)))
            for k in range(0, 600, 3):
                text += f""":x{k} cv:hasParticipation :p{k} ; pg:evidence s:{k}-{k + 1} .
                    :p{k} cv:hasParticipant :a{k % 7} ; cv:role role:lead ; pg:stage stage:reported ;
                        pg:evidence s:{k}-{k + 1} .
                    :c{k} a pg:Claim ; rdf:subject :x{k} ; rdf:predicate pg:when ;
                        rdf:object "2019-0{k % 9 + 1}"^^edtf:EDTF ; pg:stage stage:reported ;
                        pg:evidence s:{k}-{k + 1} .\n"""
        store = store_of(text)
        start = time.process_time()
        derive(store, RULES.values())
        return time.process_time() - start

    seconds(1)
    assert seconds(12) < 10 * max(seconds(3), 0.02)
