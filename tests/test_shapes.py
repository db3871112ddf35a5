"""Each file in tests/shapes is an example: what the shapes must let through, or what they must find in it.

An invalid example says in its first lines which constraints it breaks, and which node breaks them:
``# expect: sh:MinCountConstraintComponent shape:stage on 1-veidir-missing``.
All stand in the small invented world of ``tests/shapes/world.ttl``, beside the ontology and the codes.
"""

import logging
import re
from pathlib import Path

import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef

ROOT = Path(__file__).parent.parent
EXAMPLES = Path(__file__).parent / "shapes"
FILES = sorted(EXAMPLES.glob("*/*.ttl"))
SHAPE = "https://w3id.org/plangraph/shape/"
PG = "https://w3id.org/plangraph/ns#"
COMPONENTS = {
    SH.minCount: "MinCount",
    SH.maxCount: "MaxCount",
    SH.uniqueLang: "UniqueLang",
    SH.languageIn: "LanguageIn",
    SH["class"]: "Class",
    SH["in"]: "In",
    SH["or"]: "Or",
    SH.datatype: "Datatype",
    SH.disjoint: "Disjoint",
    SH.hasValue: "HasValue",
    SH.lessThan: "LessThan",
    SH.lessThanOrEquals: "LessThanOrEquals",
    SH.maxLength: "MaxLength",
    SH.minInclusive: "MinInclusive",
    SH.minLength: "MinLength",
    SH.nodeKind: "NodeKind",
    SH.pattern: "Pattern",
}
VALID, INVALID, CONSTRAINTS, MESSAGES = 37, 131, 297, 70
SILENT = {RDF.type, SH.path, SH.message, SH.severity, SH.flags}
Broken = set[tuple[str, str, str]]


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(ROOT / "ontology" / "shapes.ttl")


@pytest.fixture(scope="module")
def world() -> Graph:
    graph = Graph()
    for file in (ROOT / "ontology/plangraph.ttl", ROOT / "ontology/codes.ttl", EXAMPLES / "world.ttl"):
        graph.parse(file)
    return graph


def broken(world: Graph, shapes: Graph, example: Graph) -> Broken:
    """Return the constraints that an example breaks, as pySHACL finds them: component, shape and name of the node."""
    added = [triple for triple in example if triple not in world]
    for triple in added:
        world.add(triple)
    try:
        _, report, _ = pyshacl.validate(world, shacl_graph=shapes, inplace=True)
    finally:
        for triple in added:
            world.remove(triple)
    return {
        (
            str(report.value(result, SH.sourceConstraintComponent)).removeprefix(str(SH)),
            str(report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape)).removeprefix(SHAPE),
            str(report.value(result, SH.focusNode)).rsplit("/", 1)[1],
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def expected(file: Path) -> Broken:
    return set(re.findall(r"^# expect: sh:(\w+) shape:([\w-]+) on (\S+)$", file.read_text("utf-8"), re.MULTILINE))


def constraints(shapes: Graph, shape: URIRef) -> set[tuple[str, str]]:
    """Return the constraints of one node shape: component and name of the property shape or SPARQL constraint."""
    found = {("SPARQLConstraintComponent", str(each).removeprefix(SHAPE)) for each in shapes.objects(shape, SH.sparql)}
    for inner in shapes.objects(shape, SH.property):
        parameters = set(shapes.predicates(inner)) - SILENT
        assert parameters <= COMPONENTS.keys(), f"unknown parameter in {inner}: {parameters - COMPONENTS.keys()}"
        found |= {
            (f"{COMPONENTS[parameter]}ConstraintComponent", str(inner).removeprefix(SHAPE)) for parameter in parameters
        }
    return found


def node_shapes(shapes: Graph) -> list[URIRef]:
    """Return the shapes with a target; the others are parts of these."""
    targets = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
    return sorted({s for target in targets for s in shapes.subjects(target) if isinstance(s, URIRef)})


def test_world_conforms(world: Graph, shapes: Graph) -> None:
    assert broken(world, shapes, Graph()) == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_example(file: Path, world: Graph, shapes: Graph, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "rdflib.term")
    wanted = expected(file)
    assert bool(wanted) == file.name.startswith("invalid-"), "an invalid example, and no other, says what it breaks"
    assert broken(world, shapes, Graph().parse(file)) == wanted


def test_number_of_examples() -> None:
    kinds = [file.name.split("-")[0] for file in FILES]
    assert (kinds.count("valid"), kinds.count("invalid"), len(kinds)) == (VALID, INVALID, VALID + INVALID)


def test_every_constraint_is_broken_by_an_example(shapes: Graph) -> None:
    seen = 0
    for shape in node_shapes(shapes):
        folder = EXAMPLES / str(shape).removeprefix(SHAPE)
        shown = {each[:2] for file in folder.glob("invalid-*.ttl") for each in expected(file)}
        wanted = constraints(shapes, shape)
        assert wanted <= shown, f"no invalid example in {folder} for {sorted(wanted - shown)}"
        seen += len(wanted)
    assert seen == CONSTRAINTS


def test_every_property_is_shown_in_good_form(shapes: Graph) -> None:
    for shape in node_shapes(shapes):
        folder = EXAMPLES / str(shape).removeprefix(SHAPE)
        files = sorted(folder.glob("valid-*.ttl"))
        assert files, f"no valid example in {folder}"
        used = {str(p) for file in files for p in Graph().parse(file).predicates()}
        for inner in shapes.objects(shape, SH.property):
            path = shapes.value(inner, SH.path)
            if isinstance(path, URIRef) and (inner, SH.maxCount, Literal(0)) not in shapes:
                assert str(path) in used, f"no valid example in {folder} has {path}"


def test_every_shape_has_a_message_in_both_languages(shapes: Graph) -> None:
    asked = {o for s, o in shapes.subject_objects(SH.property)} | {o for s, o in shapes.subject_objects(SH.sparql)}
    assert len(asked) == MESSAGES
    for shape in asked:
        messages = list(shapes.objects(shape, SH.message))
        assert sorted(m.language for m in messages) == ["en", "nb"], shape
        assert all(str(m).endswith(".") for m in messages), shape


def test_every_class_has_a_shape(shapes: Graph) -> None:
    ontology = Graph().parse(ROOT / "ontology" / "plangraph.ttl")
    targets = set(shapes.objects(None, SH.targetClass))
    for kind in ontology.subjects(RDF.type, OWL.Class):
        above = set(ontology.transitive_objects(kind, RDFS.subClassOf))
        # A sourced statement is abstract: the shapes of its kinds hold the constraints.
        assert above & targets or kind == URIRef(PG + "SourcedStatement"), kind
