"""Validation finds what pySHACL finds, and the screen never lets a fault through."""

import random
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from conftest import ROOT
from plangraph import load_graph, stores, validate
from plangraph.assembly import make_parts, union
from plangraph.building import build
from plangraph.loading import parse, to_rdflib
from plangraph.names import last_part
from plangraph.paths import Tree
from plangraph.queries import Query, ask
from plangraph.validation import SHACL, Finding, Report, shacl_findings, subject_lines
from plangraph.vocabulary import prefixes

SH = rdflib.Namespace(SHACL)
SHAPES = ROOT / "ontology/shapes.ttl"
EXAMPLES = sorted((ROOT / "tests/shapes").glob("*/*.ttl"))


@cache
def shapes_graph() -> rdflib.Graph:
    return rdflib.Graph().parse(SHAPES)


def stock(graph: rdflib.Graph) -> Counter[tuple[str, str, str]]:
    """What plain pySHACL finds: focus node, path and constraint of each result."""
    report = pyshacl.validate(graph, shacl_graph=shapes_graph())[1]
    return Counter(
        (
            str(report.value(r, SH.focusNode)),
            str(path) if isinstance(path := report.value(r, SH.resultPath), rdflib.URIRef) else "",
            str(report.value(r, SH.sourceConstraintComponent)).removeprefix(SHACL),
        )
        for r in report.subjects(rdflib.RDF.type, SH.ValidationResult)
    )


def ours(triples: list[ox.Triple]) -> Counter[tuple[str, str, str]]:
    store = stores.memory_store({"asserted": triples})
    shapes = [quad.triple for quad in parse(SHAPES)]
    return Counter((f.focus, f.path, f.constraint) for f in shacl_findings(store, shapes, "en"))


def test_the_screen_and_pyshacl_agree_on_every_example() -> None:
    vocabulary = [q.triple for name in ("codes.ttl", "plangraph.ttl") for q in parse(ROOT / "ontology" / name)]
    assert len(EXAMPLES) >= 40
    faults = 0
    # The examples of one shape stand in one graph, which costs a fifth of the time of a graph for each.
    for folder in sorted({file.parent for file in EXAMPLES}):
        triples = [*(quad.triple for file in sorted(folder.glob("*.ttl")) for quad in parse(file)), *vocabulary]
        wanted = stock(to_rdflib(triples))
        assert set(ours(triples)) == set(wanted), folder
        faults += sum(wanted.values())
    assert faults >= 300


def test_the_screen_and_pyshacl_agree_on_spoilt_data(little: Tree) -> None:
    parts, _ = make_parts(little)
    whole = union(parts)
    chance = random.Random(4711)
    found = 0
    for _ in range(12):
        spoilt = list(whole)
        for triple in chance.sample([*parts["asserted"], *parts["evidence"]], 3):
            spoilt.remove(triple)
            if chance.random() < 0.5:
                spoilt.append(
                    ox.Triple(triple.subject, triple.predicate, ox.Literal(chance.choice(["x", "-1", "2020-02-30"])))
                )
        wanted = stock(to_rdflib(spoilt))
        assert set(ours(spoilt)) == set(wanted)
        found += sum(wanted.values())
    assert found >= 12


# A shape of ``:a``, which lacks ``:x`` and so is judged; what is said of ``:a``; and its other faults, by hand.
JUDGED = {
    "a path of three steps": ("sh:property [ sh:path (:p :q :r) ; sh:minCount 1 ]", ":a :p [ :q [ :r :d ] ] .", []),
    "a class of a class": ("sh:property [ sh:path :p ; sh:class :C ]",
                           ":a :p :b . :b a :D . :D rdfs:subClassOf :C .", []),
    "a query that looks far": (
        'sh:sparql [ sh:message "far"@en ; sh:select "SELECT $this WHERE { $this <http://e/p> ?b '
        'FILTER NOT EXISTS { ?b <http://e/q>/<http://e/q>/<http://e/q> ?far } }" ]',
        ":a :p :b . :b :q [ :q [ :q 1 ] ] .",
        [],
    ),
    "both of two": ("sh:property [ sh:path :p ; sh:and ( [ sh:nodeKind sh:IRI ] [ sh:pattern '^http' ] ) ]",
                    ":a :p <urn:b> .", ["And"]),
    "one of two": ("sh:property [ sh:path :p ; sh:or ( [ sh:in ( 1 ) ] [ sh:in ( 2 ) ] ) ]", ":a :p 1, 2 .", []),
    "one character less": ("sh:property [ sh:path :p ; sh:minLength 3 ]", ":a :p 'ab', 'abc' .", ["MinLength"]),
    "one character more": ("sh:property [ sh:path :p ; sh:maxLength 3 ]", ":a :p 'abcd', 'abc' .", ["MaxLength"]),
    "one value more": ("sh:property [ sh:path :p ; sh:maxCount 1 ]", ":a :p 1, 2 .", ["MaxCount"]),
    "an equal day": ("sh:property [ sh:path :p ; sh:lessThan :q ]", ":a :p 1 ; :q 1 .", ["LessThan"]),
    "a language of a country": ("sh:property [ sh:path :p ; sh:languageIn ( 'nb' ) ]", ":a :p 'x'@nb-NO .", []),
}  # fmt: skip


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("case", JUDGED)
def test_a_node_is_judged_by_all_that_its_shape_looks_at(case: str, alone: bool) -> None:
    """Also where the node has no other fault: then the screen alone must see it."""
    shape, data, faults = JUDGED[case]
    head = (
        "@prefix : <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> ."
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
    )
    lacks = ":S sh:property [ sh:path :x ; sh:minCount 1 ] ."
    texts = (
        f":S a sh:NodeShape ; sh:targetNode :a ; {shape} . {lacks}",
        data + (" :a :x 1 ." if alone else " :a :y 1 ."),
    )
    shapes, triples = ([q.triple for q in ox.parse((head + text).encode(), ox.RdfFormat.TURTLE)] for text in texts)
    found = shacl_findings(stores.memory_store({"asserted": triples}), shapes, "en")
    wanted = [f"{name}ConstraintComponent" for name in [*faults, *([] if alone else ["MinCount"])]]
    assert sorted(finding.constraint for finding in found) == sorted(wanted)


def checked(name: str, turtle: str) -> list[str]:
    """What a check of the library says of statements in the graph *asserted*, beside the vocabulary."""
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in {**prefixes(None, "r"), "": "http://e/"}.items())
    asserted = [q.triple for q in ox.parse((head + turtle).encode(), ox.RdfFormat.TURTLE)]
    vocabulary = [q.triple for file in ("codes.ttl", "plangraph.ttl") for q in parse(ROOT / "ontology" / file)]
    store = stores.memory_store({"asserted": asserted, "vocabulary": vocabulary})
    file = ROOT / f"queries/checks/{name}.rq"
    rows = ask(Query(name, file.read_text(encoding="utf-8"), file), store, union=True).solutions
    return [" ".join(last_part(term.value) for term in row) for row in rows]


# Property → a value of its kind, and one of another kind; by hand, from what the handbook says of each.
TIME, TEXT, NODE, PLACE, ACTOR, CODE = '"2020"^^edtf:EDTF', '"x"@nb', ":thing", ":oslo", ":udi", "theme:ramadan"
TIMES = (
    "dct:created dct:issued dct:valid eli:date_document eli:first_date_entry_in_force pg:adopted pg:completed pg:ended "
    "pg:established pg:hearingDeadline pg:launched pg:revised pg:sentOnHearing pg:started pg:submitted pg:when"
)
LINKS = (
    "pg:output pg:remainingWork dct:hasPart dct:isPartOf dct:isVersionOf dct:references dct:replaces eli:amends "
    "eli:is_part_of eli-dl:foresees_change_of foaf:page"
)
KINDS = {
    **dict.fromkeys(TIMES.split(), (TIME, [TEXT, "2020", NODE])),
    "pg:purpose": (TEXT, [NODE]),
    **dict.fromkeys(LINKS.split(), (NODE, [TEXT, CODE, PLACE])),
    "dct:subject": (CODE, [TEXT]),
    **{name: (PLACE, [TEXT, NODE, ACTOR]) for name in ("dct:spatial", "pg:hasSite")},
    **{name: (ACTOR, [TEXT, NODE, PLACE]) for name in ("org:hasMember", "org:memberOf", "org:subOrganizationOf")},
    **{name: ("audience:schools", [TEXT, NODE, CODE]) for name in ("dct:audience", "pg:notAudience")},
    **{name: ("cause:pandemic", [TEXT, NODE, CODE]) for name in ("pg:delayedBy", "pg:dueTo")},
    "dct:language": ("language:ar", [TEXT, NODE, CODE]),
    "pg:status": ("status:ongoing", [TEXT, NODE, CODE]),
    "pg:launchedAt": (":meeting", [TEXT, NODE, ACTOR]),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_value_of_another_kind_is_found(name: str) -> None:
    right, wrong = KINDS[name]
    known = ":oslo a pg:Place . :udi a pg:Actor . :meeting a pg:Event . :thing a pg:Instrument .\n"
    for value, times in ((right, 0), *((other, 1) for other in wrong)):
        told = f":c a pg:Claim ; rdf:subject :x ; rdf:predicate {name} ; rdf:object {value} ."
        assert len(set(checked("kind-of-value", known + told))) == times, value


@pytest.mark.parametrize(
    ("name", "turtle", "rows"),
    [
        ("hand-written-role-triple", ":m pg:lead :a . :n pg:lead :b . :p rdf:subject :n ; rdf:predicate pg:lead ; "
         "rdf:object :b .", ["m lead a"]),
        ("joined-apart", ":m cv:hasParticipation :p, :q . :n cv:hasParticipation :r . :p pg:with :q, :r . "
         ":q pg:with :q .", ["p with r", "q with q"]),
        ("undefined-node", "".join(f"<https://w3id.org/plangraph/{kind}/n> :by <https://w3id.org/plangraph/{kind}/x> . "
         for kind in ("actor", "thing", "law", "place", "plan")) + "<https://w3id.org/plangraph/law/x> a :Law .",
         ["n by x"] * 3),
        ("undefined-term", ":a pg:nothing :b ; :c pg:Nobody ; :d status:gone ; pg:status status:ongoing ; "
         "a pg:Measure .", ["a c Nobody", "a d gone", "a nothing nothing"]),
    ],
)  # fmt: skip
def test_a_check_finds_what_it_is_for_and_nothing_else(name: str, turtle: str, rows: list[str]) -> None:
    assert sorted(checked(name, turtle)) == rows


def measures(*statuses: str, stated: str, note: str = "") -> str:
    text = f":plan {stated} . :area a pg:FocusArea ; dct:isPartOf :plan . {note}\n"
    for number, status in enumerate(statuses):
        text += f":m{number} a pg:Measure ; dct:isPartOf :area ; {status} .\n"
    return text + ":part a pg:Measure ; dct:isPartOf :m0 ; pg:status status:ongoing ."


def test_the_totals_of_a_report_are_counted_again() -> None:
    """A measure with parts counts by its derived status, a part does not count; a note on the report excuses it."""
    held = ("pg:derivedStatus status:ongoing", "pg:status status:completed", "pg:status status:completed")
    right = "pg:measureCount 3 ; pg:ongoingCount 1 ; pg:completedCount 2"
    assert checked("totals", measures(*held, stated=right)) == []
    for total, wrong in (("measureCount", 4), ("ongoingCount", 2), ("completedCount", 1)):
        assert checked("totals", measures(*held, stated=f"pg:{total} {wrong}")) == [f"plan {total} {wrong}"]
        note = ":n a pg:SourceNote ; rdf:subject :plan ."
        assert checked("totals", measures(*held, stated=f"pg:{total} {wrong}", note=note)) == []
        note = ":n a pg:SourceNote ; rdf:subject :m0 . :c a pg:Claim ; rdf:subject :plan ."
        assert len(checked("totals", measures(*held, stated=f"pg:{total} {wrong}", note=note))) == 1


def test_a_derived_triple_needs_a_node_with_evidence() -> None:
    file = ROOT / "queries/checks/triple-without-node.rq"
    pg, rdf = prefixes()["pg"], prefixes()["rdf"]
    a, b, lead = ox.NamedNode("http://e/a"), ox.NamedNode("http://e/b"), ox.NamedNode(pg + "lead")
    node, told = ox.NamedNode("http://e/p"), []
    vocabulary = [q.triple for name in ("codes.ttl", "plangraph.ttl") for q in parse(ROOT / "ontology" / name)]
    for said in (None, *((rdf + "subject", a), (rdf + "predicate", lead), (rdf + "object", b), (pg + "evidence", b))):
        told += [ox.Triple(node, ox.NamedNode(said[0]), said[1])] if said else []
        parts = {"asserted": told, "derived": [ox.Triple(a, lead, b)], "vocabulary": vocabulary}
        rows = ask(Query("c", file.read_text("utf-8"), file), stores.memory_store(parts), union=True).solutions
        assert len(rows) == (0 if len(told) == 4 else 1)


def test_the_real_data_conforms() -> None:
    report = validate(data=ROOT / "data")
    assert report.conforms, report.findings[:5]
    assert report.shapes >= 15
    assert report.checks >= 5
    assert report.triples > 20_000


def test_a_graph_a_file_and_a_folder_are_checked_alike(little: Tree, tmp_path: Path) -> None:
    area = little.data / "little/area-1.ttl"
    area.write_text(
        re.sub(r"(?m)^(p:1-a .*) pg:stage stage:reported ;", r"\1", area.read_text(encoding="utf-8")), encoding="utf-8"
    )
    by_folder = validate(little.data, data=little.data)
    by_graph = validate(load_graph(little.data), data=little.data)
    assert not by_folder.conforms
    assert [(f.focus, f.message) for f in by_folder.findings] == [(f.focus, f.message) for f in by_graph.findings]
    finding = by_folder.findings[0]
    assert finding.focus.endswith("participation/1-a")
    line = (
        area.read_text(encoding="utf-8")
        .splitlines()
        .index(next(row for row in area.read_text(encoding="utf-8").splitlines() if row.startswith("p:1-a ")))
    )
    assert finding.where == f"{area}:{line + 1}"
    norwegian = validate(little.data, data=little.data, lang="nb").findings[0].message
    assert norwegian != finding.message


def test_rules_run_before_and_both_kinds_of_faults_speak_the_language_asked_for(little: Tree) -> None:
    """Two claims of a status are at odds once they are triples; a SPARQL constraint and a check each name a mend."""
    area = little.data / "little/area-1.ttl"
    text = area.read_text(encoding="utf-8").replace("pg:with p:1-b", "pg:with p:1-a")
    text += """c:1-other a pg:Claim ; rdf:subject m:1 ; rdf:predicate pg:status ; rdf:object status:ongoing ;
    pg:stage stage:reported ; pg:evidence ev:10-20 .
m:3 a pg:Measure ; dct:identifier "2" ; pg:number 2 ; dct:isPartOf area:1 ; pg:evidence ev:10-20 ;
    skos:prefLabel "Tre"@nb, "Three"@en .\n"""
    area.write_text(text, encoding="utf-8")
    for lang, said in {
        "nb": ("Et tiltak har høyst én status", "To tiltak i planen har samme", "pg:with knytter en deltakelse"),
        "en": ("A measure has at most one status", "Two measures of the plan have", "pg:with joins a participation"),
    }.items():
        report = validate([little.data], data=little.data, lang=lang)
        found = {finding.message: finding for finding in report.findings}
        for words in said:
            assert [message for message in found if message.startswith(words)], (words, list(found))
        (joined,) = (finding for message, finding in found.items() if message.startswith(said[2]))
        assert (joined.path.rsplit("#", 1)[1], joined.value.rsplit("/", 1)[1]) == ("with", "1-a")


def test_warnings_and_notes_do_not_count_against_the_data() -> None:
    found = [Finding(severity, "x", "p", "", "Look again.", "c") for severity in ("Info", "Violation", "Warning")]
    assert [Report([one], 1, 1, 1).conforms for one in found] == [True, False, True]
    assert not Report(found, 1, 1, 1).conforms


def test_a_node_is_found_on_the_first_line_that_begins_a_statement_of_it(little: Tree) -> None:
    for file in little.data_files():
        file.unlink()
    file = little.data / "things.ttl"
    lines = ["@prefix x: <https://example.org/> .", "x:a x:b x:c . x:d x:e x:f .", "x:d x:b x:a .", "<urn:g> x:b x:d ."]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    base = "https://example.org/"
    assert subject_lines(little, {base + "a", base + "d", base + "c", "urn:g"}) == {
        base + "a": f"{file}:2",
        base + "d": f"{file}:2",
        "urn:g": f"{file}:4",
    }


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_every_shape_says_what_to_do_in_both_languages(lang: str) -> None:
    graph = load_graph(SHAPES)
    properties = set(graph.objects(None, SH.property)) | set(graph.objects(None, SH.sparql))
    assert len(properties) >= 30
    for shape in properties:
        messages = [m for m in graph.objects(shape, SH.message) if isinstance(m, rdflib.Literal)]
        assert [m for m in messages if m.language == lang], shape


def test_a_built_graph_conforms_like_its_files(little: Tree, tmp_path: Path) -> None:
    build(little.data, tmp_path / "out")
    report = validate(tmp_path / "out/graph.ttl", data=little.data)
    assert report.conforms, report.findings[:5]


def test_a_time_that_begins_after_it_ends_is_a_fault(little: Tree) -> None:
    def verdict(value: str) -> list[tuple[str, str, str]]:
        (little.data / "little/times.ttl").write_text(
            f"""@prefix pg: <https://w3id.org/plangraph/ns#> .
            @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
            <https://w3id.org/plangraph/claim/1-time> a pg:Claim ; rdf:subject <https://w3id.org/plangraph/actor/kd> ;
                rdf:predicate pg:established ; rdf:object "{value}"^^<http://id.loc.gov/datatypes/edtf/EDTF> .""",
            encoding="utf-8",
        )
        found = [f for f in validate(data=little.data).findings if f.constraint == "turned-round"]
        return [(f.focus.rsplit("/", 1)[1], f.path.rsplit("#", 1)[1], f.value) for f in found]

    assert verdict("2021/2020") == [("1-time", "object", "2021/2020")]
    assert verdict("2020-05/2020-04-30") == [("1-time", "object", "2020-05/2020-04-30")]
    for sound in ("2020/2021", "2020/2020", "2020-04-30/2020-04", "2021/..", "../2020", "2020"):
        assert verdict(sound) == [], sound


def test_a_measure_without_a_status_is_a_warning(little: Tree) -> None:
    for file in (little.data / "little").glob("*.ttl"):
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"(?m)^c:2-status .*\n(?:    .*\n)*", "", text), encoding="utf-8")
    report = validate(data=little.data)
    assert report.conforms
    told = [(f.severity, f.focus.rsplit("/", 1)[1]) for f in report.findings if "status" in f.message]
    assert told == [("Warning", "2")]


def test_what_is_missing_is_told_once_and_places_stay_whole(
    little: Tree, run: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = little.data / "little/plan.ttl"
    file.write_text(file.read_text(encoding="utf-8").replace("source:note a", "source:other a"), encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "60")
    status, out, _ = run("validate", "--data", little.data)
    assert status == 1
    told = out.split("one source that exists; the source of a plan is described in its plan.ttl.")[1].split("\n\n")[0]
    spans = sum(f.constraint == "ClassConstraintComponent" for f in validate(data=little.data).findings)
    assert spans > 3
    assert f"(+ {spans - 1})" in " ".join(told.split())
    assert told.count("evidence.ttl:") == 1
    assert re.search(r"little/evidence\.ttl:\d+ ", told)


def test_a_role_that_is_none_is_named_with_near_ones(little: Tree) -> None:
    file = little.data / "little/area-1.ttl"
    file.write_text(file.read_text(encoding="utf-8").replace("role:developer", "role:develper"), encoding="utf-8")
    for lang, asked in (("en", "did you mean developer"), ("nb", "mente du developer")):
        (found,) = [f for f in validate(data=little.data, lang=lang).findings if f.constraint.startswith("HasValue")]
        assert (last_part(found.focus), last_part(found.path), last_part(found.value)) == ("1-a", "role", "develper")
        assert asked in found.message
