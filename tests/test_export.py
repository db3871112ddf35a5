"""Writing RDF: the same statements, the same bytes, and back to the same statements."""

import json
import random
from contextlib import suppress
from xml.parsers import expat

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from plangraph import export
from plangraph.errors import DataError
from plangraph.vocabulary import XSD, prefixes

CONTEXT = json.loads((ROOT / "ontology/context.jsonld").read_text(encoding="utf-8"))["@context"]
NAMES = prefixes("eget-liv-2017-2020", "sluttrapport-2021")
SPACES = [*NAMES.values(), "http://example.org/", "https://example.org/a#"]

local = st.text("abcæøåABC019-._~'()/", min_size=1, max_size=8)
iris = st.builds(lambda space, name: ox.NamedNode(space + name), st.sampled_from(SPACES), local)
text = st.text(st.characters(codec="utf-8"), max_size=20)
literals = st.one_of(
    st.builds(ox.Literal, text),
    st.builds(lambda value, tag: ox.Literal(value, language=tag), text, st.sampled_from(["nb", "nn", "en", "se"])),
    st.builds(lambda n: ox.Literal(str(n), datatype=ox.NamedNode(XSD + "integer")), st.integers()),
    st.builds(
        lambda n, kind: ox.Literal(n, datatype=ox.NamedNode(kind)),
        st.sampled_from(["2.50", "true", "2021-21", "2020-02-29", "010", "x"]),
        st.sampled_from([XSD + "decimal", XSD + "date", XSD + "boolean", NAMES["edtf"] + "EDTF", XSD + "integer"]),
    ),
)
predicates = st.one_of(
    iris, st.sampled_from([ox.NamedNode(NAMES["skos"] + "prefLabel"), ox.NamedNode(NAMES["rdf"] + "type")])
)


def well_formed(triple: ox.Triple) -> bool:
    return triple.predicate.value != NAMES["rdf"] + "type" or isinstance(triple.object, ox.NamedNode)


triples = st.lists(st.builds(ox.Triple, iris, predicates, st.one_of(iris, literals)).filter(well_formed), max_size=12)


def back(text: str, form: ox.RdfFormat) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(text, form)}


@given(triples)
@settings(max_examples=200, deadline=None)
def test_every_format_gives_the_same_statements_back(given_triples: list[ox.Triple]) -> None:
    wanted = set(given_triples)
    assert back(export.to_ntriples(wanted), ox.RdfFormat.N_TRIPLES) == wanted
    assert back(export.to_turtle(wanted, NAMES), ox.RdfFormat.TURTLE) == wanted
    assert back(export.to_jsonld(wanted, CONTEXT), ox.RdfFormat.JSON_LD) == wanted
    trig = export.to_trig({"http://example.org/g": wanted}, NAMES)
    assert {(q.triple, q.graph_name.value) for q in ox.parse(trig, ox.RdfFormat.TRIG)} == {
        (t, "http://example.org/g") for t in wanted
    }


@given(triples, st.randoms())
@settings(max_examples=100, deadline=None)
def test_order_and_repetition_make_no_difference(given_triples: list[ox.Triple], chance: random.Random) -> None:
    mixed = given_triples * 2
    chance.shuffle(mixed)
    assert export.to_turtle(mixed, NAMES) == export.to_turtle(given_triples, NAMES)
    assert export.to_ntriples(mixed) == export.to_ntriples(given_triples)
    assert export.to_jsonld(mixed, CONTEXT) == export.to_jsonld(given_triples, CONTEXT)


xml_text = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\t\r\n"), max_size=20
)
xml_names = st.from_regex(r"[A-Za-z_æøå][A-Za-z0-9_.æøå-]{0,6}", fullmatch=True)
xml_predicates = st.builds(
    lambda space, before, name: ox.NamedNode(space + before + name),
    st.sampled_from([space for space in SPACES if space != NAMES["rdf"]]),
    st.text("a19-.~'()/", max_size=3),
    xml_names,
)
xml_objects = st.one_of(
    iris,
    st.builds(ox.Literal, xml_text),
    st.builds(lambda value: ox.Literal(value, language="nb"), xml_text),
    st.builds(lambda n: ox.Literal(n, datatype=ox.NamedNode(XSD + "decimal")), st.sampled_from(["2.50", "x", "-1"])),
)
types = st.builds(ox.Triple, iris, st.just(ox.NamedNode(NAMES["rdf"] + "type")), xml_predicates)
xml_triples = st.lists(st.builds(ox.Triple, iris, xml_predicates, xml_objects) | types, max_size=12)


@given(xml_triples)
@settings(max_examples=200, deadline=None)
def test_rdfxml_gives_the_same_statements_back(given_triples: list[ox.Triple]) -> None:
    written = export.to_rdfxml(given_triples, NAMES)
    assert back(written, ox.RdfFormat.RDF_XML) == set(given_triples)
    assert expat.ParserCreate(namespace_separator=" ").Parse(written, True) == 1
    assert export.to_rdfxml(given_triples[::-1] * 2, NAMES) == written


@given(triples)
@settings(max_examples=200, deadline=None)
def test_rdfxml_is_well_formed_or_refused(given_triples: list[ox.Triple]) -> None:
    with suppress(DataError):
        written = export.to_rdfxml(given_triples, NAMES)
        expat.ParserCreate(namespace_separator=" ").Parse(written, True)
        assert back(written, ox.RdfFormat.RDF_XML) == set(given_triples)


@pytest.mark.parametrize("predicate", ["http://e/123", "http://e/", "http://e/a(", "urn:1", NAMES["rdf"] + "about"])
def test_rdfxml_refuses_a_predicate_that_is_no_xml_name(predicate: str) -> None:
    with pytest.raises(DataError, match="RDF/XML cannot write this predicate") as caught:
        export.to_rdfxml([ox.Triple(ox.NamedNode("http://e/s"), ox.NamedNode(predicate), ox.Literal("x"))], NAMES)
    assert caught.value.where == predicate
    assert "turtle" in caught.value.mend


def test_rdfxml_refuses_a_class_that_is_no_xml_name() -> None:
    thing, kind = ox.NamedNode("http://e/s"), ox.NamedNode(NAMES["rdf"] + "type")
    with pytest.raises(DataError, match="RDF/XML cannot write this class"):
        export.to_rdfxml([ox.Triple(thing, kind, ox.NamedNode("http://e/8"))], NAMES)


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\ufffe"])
def test_rdfxml_refuses_a_character_that_xml_lacks(character: str) -> None:
    fact = ox.Triple(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("a" + character))
    with pytest.raises(DataError, match=f"U\\+{ord(character):04X}"):
        export.to_rdfxml([fact], NAMES)


def test_rdfxml_keeps_carriage_returns_for_a_strict_reader() -> None:
    fact = ox.Triple(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("a\r\nb\rc"))
    (found,) = rdflib.Graph().parse(data=export.to_rdfxml([fact], NAMES), format="xml").objects()
    assert str(found) == "a\r\nb\rc"


def test_turtle_reads_well() -> None:
    space = NAMES["pg"]
    facts = [
        ox.Triple(ox.NamedNode(NAMES["m"] + "8"), ox.NamedNode(NAMES["rdf"] + "type"), ox.NamedNode(space + "Measure")),
        ox.Triple(
            ox.NamedNode(NAMES["m"] + "8"), ox.NamedNode(NAMES["skos"] + "prefLabel"), ox.Literal("Ære", language="nb")
        ),
        ox.Triple(ox.NamedNode(NAMES["m"] + "8"), ox.NamedNode(space + "number"), ox.Literal(8)),
    ]
    assert export.to_turtle(facts, NAMES) == (
        "@prefix m: <https://w3id.org/plangraph/plan/eget-liv-2017-2020/measure/> .\n"
        "@prefix pg: <https://w3id.org/plangraph/ns#> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        '\nm:8 a pg:Measure ;\n    skos:prefLabel "Ære"@nb ;\n    pg:number 8 .\n'
    )


def test_jsonld_is_compact_and_read_by_rdflib_too() -> None:
    subject = ox.NamedNode(NAMES["actor"] + "imdi")
    facts = [
        ox.Triple(subject, ox.NamedNode(NAMES["rdf"] + "type"), ox.NamedNode(NAMES["pg"] + "Directorate")),
        ox.Triple(subject, ox.NamedNode(NAMES["skos"] + "prefLabel"), ox.Literal("Mangfold", language="nb")),
        ox.Triple(subject, ox.NamedNode(NAMES["skos"] + "prefLabel"), ox.Literal("Diversity", language="en")),
    ]
    text = export.to_jsonld(facts, CONTEXT)
    node = json.loads(text)["@graph"][0]
    assert "Directorate" in json.dumps(node)
    assert {"nb": "Mangfold", "en": "Diversity"} in node.values()
    assert set(rdflib.Graph().parse(data=text, format="json-ld")) == set(
        rdflib.Graph().parse(data=export.to_ntriples(facts), format="nt")
    )


def test_blank_nodes_are_refused() -> None:
    with pytest.raises(DataError, match="blank node"):
        export.to_turtle([ox.Triple(ox.BlankNode(), ox.NamedNode("http://e/p"), ox.Literal(1))], NAMES)
