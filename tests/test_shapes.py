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
from rdflib.collection import Collection

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
VALID, INVALID, CONSTRAINTS, MESSAGES = 37, 132, 298, 71
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


# Property shape → values that it lets through, and values just beyond; by hand, as Turtle.
TIMES = "2019 2019-03 2021-21 2020-41 2018/2020 2018/.. ../2020-06 2018/ /2020 2019-07-01/2020-06-30 2020-02-29"
NO_TIMES = (
    "219 20190 2019-13 2021-25 2020-42 2019-00 2019-04-31 .. 2018/2020/2021 2018/219 219/2018 /219 2019? x2019 2019x"
)
SHA, DATE = "0123456789abcdef", '"{}"^^<http://id.loc.gov/datatypes/edtf/EDTF>'
DIGEST = (
    [f'"{SHA}"', f'"{SHA * 4}"', f'"{SHA[:4]}-{SHA}"'],
    [f'"{SHA[1:]}"', f'"{SHA * 4}0"', f'"G{SHA}"', f'"{SHA}G"'],
)
EDGES = {
    "letter": (['"a"', '"å"'], ['"ab"', '"1a"', '"a1"', '"A"']),
    "url": ([f'"{way}://e"^^{{xsd}}anyURI>' for way in ("http", "https")],
            [f'"{way}"^^{{xsd}}anyURI>' for way in ("ftp://e", "httpss://e", "see http://e", "http:/e")]),
    "source-digest": ([f'"{SHA * 4}"'], [f'"{SHA * 4}0"', f'"{(SHA * 4)[1:]}"', f'"{SHA * 4}G"', f'"G{SHA * 4}"']),
    **dict.fromkeys(("digest", "letters-digest", "before-digest", "after-digest"), DIGEST),
    "currency": (['"NOK"'], ['"NO"', '"NOKK"', '"nNOK"', '"NOK "']),
    "organisation-number": (['"123456789"'], ['"12345678"', '"1234567890"', '"a123456789"', '"123456789a"']),
    "iati-code": (['"1"', '"9"'], ['"0"', '"12"', '"a1"', '"1a"']),
    "title": (['"A"@nb'], ['""@nb']),
    "number": (["1"], ["0"]),
    "character-count": (["1"], ["0"]),
    **dict.fromkeys(("letter-count", "letter-start", "start"), (["0"], ["-1"])),
    **dict.fromkeys(("value", "amount"), (["0", "0.5"], ["-1"])),
    **{name: ([f'"{"x" * most}"'], [f'"{"x" * (most + 1)}"'])
       for name, most in {"first-words": 300, "last-words": 300, "named-as": 120, "as-written": 200}.items()},
    "object-form": (["0.5", "true", "1", '"x"', '"x"@nb', "<http://e>", DATE.format("2019"),
                     '"2020-02-29"^^{xsd}date>'],
                    ['"2021-02-29"^^{xsd}date>', DATE.format("2019-13"), '"1"^^{xsd}float>']),
    "date": ([DATE.format(text) for text in TIMES.split()], [DATE.format(text) for text in NO_TIMES.split()]),
    "derived-status": ([f"<https://w3id.org/plangraph/code/status/{code}>" for code in ("completed", "ongoing")],
                       ["<https://w3id.org/plangraph/code/status/cancelled>"]),
}  # fmt: skip


@pytest.mark.parametrize("name", EDGES)
def test_a_constraint_holds_up_to_its_edge(name: str, shapes: Graph, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "rdflib.term")
    right, wrong = EDGES[name]
    path = URIRef("http://e/date") if name == "date" else shapes.value(URIRef(SHAPE + name), SH.path)
    told = shapes + Graph()
    told.remove((None, SH.targetClass, None))
    for targets in (SH.targetSubjectsOf, SH.targetObjectsOf):
        told.remove((None, targets, None))
    data = Graph()
    for number, value in enumerate([*right, *wrong]):
        node = URIRef(f"http://e/{'right' if number < len(right) else 'wrong'}/{number}")
        text = value.replace("{xsd}", "<http://www.w3.org/2001/XMLSchema#")
        data.parse(data=f"<{node}> <{path}> {text} .", format="turtle")
        told.add((URIRef(SHAPE + name), SH.targetNode, node))
    told.set((URIRef(SHAPE + name), SH.path, path))
    # What else the property needs, such as another property or a count, is not what is asked here.
    for other in (SH.minCount, SH.lessThan, SH.uniqueLang, SH["class"]):
        told.remove((URIRef(SHAPE + name), other, None))
    _, report, _ = pyshacl.validate(data, shacl_graph=told)
    found = {str(node) for node in report.objects(None, SH.focusNode)}
    assert found == {f"http://e/wrong/{number + len(right)}" for number in range(len(wrong))}


# Shapes that are held against nodes of several kinds.
TARGETS = {
    "Participation": "a pg:Participation, ^cv:hasParticipation, ^pg:with, cv:hasParticipant",
    "LegalResource": "a eli:LegalResource, a eli:LegalResourceSubdivision, a pg:Bill",
    "Role": "^pg:tieTo, pg:directProperty, pg:active, pg:tieTo",
    "Dated": "dct:created, dct:issued, dct:valid, eli:first_date_entry_in_force, pg:adopted, pg:asOf, pg:completed, "
    "pg:ended, pg:established, pg:hearingDeadline, pg:launched, pg:period, pg:revised, pg:sentOnHearing, pg:started, "
    "pg:submitted, pg:when",
}


@pytest.mark.parametrize("name", TARGETS)
def test_a_shape_is_held_against_nodes_of_each_kind(name: str, shapes: Graph) -> None:
    by = {SH.targetClass: "a ", SH.targetSubjectsOf: "", SH.targetObjectsOf: "^"}
    shape = URIRef(SHAPE + name)
    assert sorted(
        f"{sign}{shapes.namespace_manager.curie(kind)}"
        for target, sign in by.items()
        for kind in shapes.objects(shape, target)
    ) == sorted(TARGETS[name].split(", "))
    if name == "Dated":
        (path,) = shapes.objects(shapes.value(shape, SH.property), SH.path / SH.alternativePath)
        assert set(Collection(shapes, path)) == set(shapes.objects(shape, SH.targetSubjectsOf))


def test_four_shapes_warn_and_all_others_stop_a_build(shapes: Graph) -> None:
    warning = {str(shape).removeprefix(SHAPE) for shape in shapes.subjects(SH.severity, SH.Warning)}
    assert warning == {"any-status", "description", "told", "named-as"}
    assert len(set(shapes.subjects(SH.severity))) == len(warning)
