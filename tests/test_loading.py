"""Reading RDF files."""

from pathlib import Path

import pytest
import rdflib
from rdflib.compare import isomorphic

from conftest import ROOT
from plangraph import load_graph
from plangraph.errors import DataError, UsageError
from plangraph.loading import FORMATS, parse

TURTLE = """@prefix e: <http://e/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:a e:p "Ærlig"@nb, "plain", "typed"^^xsd:string, 010, 1.50, true, "2020-02-29"^^xsd:date ;
    e:q [ e:r e:b ] .
"""


def write(tmp_path: Path, content: str | bytes, name: str = "file.ttl") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def normal(term: rdflib.term.Node) -> rdflib.term.Node:
    """A literal as rdflib writes it: ``Z`` as ``+00:00``, for example."""
    return rdflib.Literal(str(term), term.language, term.datatype) if isinstance(term, rdflib.Literal) else term


def test_equals_rdflib_on_own_files() -> None:
    files = [*ROOT.glob("ontology/*.ttl"), *ROOT.glob("data/**/*.ttl")]
    assert len(files) >= 10
    for file in files:
        ours, theirs = load_graph(file), rdflib.Graph().parse(file)
        assert len(ours) == len(theirs) > 0, file
        if any(isinstance(node, rdflib.BNode) for node in theirs.all_nodes()):
            assert isomorphic(ours, theirs), file
        else:
            assert {(s, p, normal(o)) for s, p, o in ours} == set(theirs), file


def test_literals_are_kept_as_written_and_equal_in_meaning(tmp_path: Path) -> None:
    path = write(tmp_path, TURTLE)
    ours = load_graph(path)
    texts = {str(o) for o in ours.objects(rdflib.URIRef("http://e/a"), rdflib.URIRef("http://e/p"))}
    assert texts == {"Ærlig", "plain", "typed", "010", "1.50", "true", "2020-02-29"}
    # In RDF 1.1 a plain string and an xsd:string are one literal; rdflib tells them apart.
    assert rdflib.Literal("typed") in set(ours.objects())
    theirs = rdflib.Graph().parse(data=TURTLE.replace("^^xsd:string", ""))
    normal = rdflib.Graph().parse(data=ours.serialize(format="turtle"), format="turtle")
    assert isomorphic(normal, theirs)


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    text = "<http://e/a> <http://e/p> _:b . _:b <http://e/q> 1 ."
    one, two = write(tmp_path, text, "one.ttl"), write(tmp_path, text, "two.ttl")
    assert len(load_graph([one, two])) == 4


def test_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert len(load_graph(write(tmp_path, b"\xef\xbb\xbf" + TURTLE.encode()))) == 9


@pytest.mark.parametrize(
    ("content", "where", "what"),
    [
        ("@prefix e: <http://e/> .\ne:a e:b e:c\ne:d e:e e:f .\n", "file.ttl:3", "syntax error"),
        ("<http://e/a> <http://e/p> x:y .\n", "file.ttl:1", "syntax error"),
        ("<http://e/a b> <http://e/p> 1 .\n", "file.ttl:1", "syntax error"),
        ('# ok\n# ok\n<http://e/a> <http://e/p> "Bærum" .\n'.encode("latin-1"), "file.ttl:3", "Latin-1"),
        ("<http://e/a> <http://e/p> 1 .\n".encode("utf-16"), "file.ttl:1", "UTF-16"),
    ],
)
def test_a_fault_names_file_and_line(tmp_path: Path, content: str | bytes, where: str, what: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(DataError) as caught:
        list(parse(path))
    assert str(tmp_path / where) in caught.value.where
    assert what in str(caught.value)
    assert caught.value.mend


def test_entities_in_rdf_xml_are_refused(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><r/>'
    with pytest.raises(DataError, match="DOCTYPE"):
        list(parse(write(tmp_path, bomb, "bomb.rdf")))


def test_missing_file_and_unknown_ending(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        load_graph(tmp_path / "none.ttl")
    with pytest.raises(UsageError, match="unknown kind of file"):
        load_graph(write(tmp_path, "x", "file.docx"))
    assert len(FORMATS) == 6
