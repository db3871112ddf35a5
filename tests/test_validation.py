"""Validation finds what pySHACL finds, and the screen never lets a fault through."""

import random
import re
from collections import Counter
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
from plangraph.paths import Tree
from plangraph.validation import SHACL, Finding, Report, shacl_findings, subject_lines

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
