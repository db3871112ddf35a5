"""The description of the data set, and citations: counted again, compared with the files, complete for the profile."""

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, Namespace

from conftest import ROOT
from plangraph import __version__, assembly, building
from plangraph.catalogue import describe_dataset
from plangraph.citing import cite, cited
from plangraph.datapackage import datapackage
from plangraph.dataset import Dataset, Source, dataset_of, licence_name
from plangraph.errors import UsageError
from plangraph.loading import to_rdflib
from plangraph.paths import Tree, find_tree
from plangraph.vocabulary import BASE, DCT

DCAT, DCTERMS = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://purl.org/dc/terms/")
VOID = Namespace("http://rdfs.org/ns/void#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
# What DCAT-AP-NO 2.2 makes mandatory.
MANDATORY = {
    DCAT.Catalog: (DCTERMS["title"], DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint, DCTERMS.identifier),
    DCAT.Dataset: (
        DCTERMS["title"],
        DCTERMS.description,
        DCTERMS.publisher,
        DCAT.contactPoint,
        DCTERMS.identifier,
        DCAT.theme,
    ),
    DCAT.Distribution: (DCAT.accessURL, DCTERMS["format"], DCTERMS.license),
}


@pytest.fixture(scope="module")
def text() -> str:
    return describe_dataset(ROOT / "data")


@pytest.fixture(scope="module")
def described(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="turtle")


@pytest.fixture(scope="module")
def parts(whole: building.Built) -> assembly.Parts:
    return whole.parts


def test_all_that_the_profile_asks_for_is_there(described: rdflib.Graph) -> None:
    checked = 0
    for kind, properties in MANDATORY.items():
        nodes = list(described.subjects(RDF.type, kind))
        assert nodes, kind
        for node in nodes:
            for name in properties:
                assert (node, name, None) in described, (node, name)
                checked += 1
    assert checked == 5 + 6 + 3 * 4
    dataset = next(described.subjects(RDF.type, DCAT.Dataset))
    for name in (DCTERMS["title"], DCTERMS.description):
        assert {o.language for o in described.objects(dataset, name)} == {"nb", "en"}
    assert not [node for node in described.all_nodes() if isinstance(node, rdflib.BNode)]
    assert (dataset, rdflib.OWL.versionInfo, rdflib.Literal(__version__)) in described


def test_counts_are_those_of_the_graph(described: rdflib.Graph, parts: assembly.Parts) -> None:
    graph = to_rdflib(assembly.union(parts))
    dataset = next(described.subjects(RDF.type, DCAT.Dataset))

    def number(node: rdflib.term.Node, name: rdflib.URIRef) -> int:
        return int(described.value(node, name))  # type: ignore[arg-type]

    assert number(dataset, VOID.triples) == len(graph)
    assert number(dataset, VOID.distinctSubjects) == len(set(graph.subjects()))
    assert number(dataset, VOID.distinctObjects) == len(set(graph.objects()))
    assert number(dataset, VOID.properties) == len(set(graph.predicates()))
    partitions = list(described.objects(dataset, VOID.propertyPartition))
    assert len(partitions) == len(set(graph.predicates()))
    assert sum(number(node, VOID.triples) for node in partitions) == len(graph)
    classes = list(described.objects(dataset, VOID.classPartition))
    assert len(classes) == len(set(graph.objects(None, RDF.type))) == number(dataset, VOID.classes)
    for node in classes:
        kind = described.value(node, VOID["class"])
        assert number(node, VOID.entities) == len(set(graph.subjects(RDF.type, kind)))
    subsets = list(described.objects(dataset, VOID.subset))
    assert {str(s).rsplit("/", 1)[1]: number(s, VOID.triples) for s in subsets} == {k: len(v) for k, v in parts.items()}


def test_checksums_are_those_of_the_files(described: rdflib.Graph, parts: assembly.Parts) -> None:
    files = building.serialise(parts, find_tree(ROOT / "data"))
    found = 0
    for node in described.subjects(RDF.type, DCAT.Distribution):
        content = files[str(node).rsplit("/", 1)[1]]
        digest = described.value(described.value(node, SPDX.checksum), SPDX.checksumValue)
        assert str(digest) == sha256(content).hexdigest()
        assert int(described.value(node, DCAT.byteSize)) == len(content)  # type: ignore[arg-type]
        found += 1
    assert found == len(files) == 4
    dataset = next(described.subjects(RDF.type, DCAT.Dataset))
    for source in described.objects(dataset, DCTERMS.source):
        assert described.value(described.value(source, SPDX.checksum), SPDX.checksumValue)


def test_same_data_same_bytes(text: str) -> None:
    assert describe_dataset(ROOT / "data") == text


def test_a_tree_without_a_description_still_gets_one(little: Tree) -> None:
    (little.data / "dataset.ttl").unlink(missing_ok=True)
    graph = rdflib.Graph().parse(data=describe_dataset(little.data), format="turtle")
    dataset = next(graph.subjects(RDF.type, DCAT.Dataset))
    assert graph.value(dataset, DCTERMS["title"])


def test_what_is_not_stated_of_several_plans_is_taken_from_the_plans(two_plans: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(two_plans, data)
    names = {"nb": "Liten plan; Annen plan", "en": "Little plan; Other plan"}

    def told(text: str, kind: str) -> list[dict[str, str]]:
        graph = rdflib.Graph().parse(data=text, format="turtle")
        node = next(graph.subjects(RDF.type, DCAT[kind]))
        return [{o.language: str(o) for o in graph.objects(node, DCTERMS[p])} for p in ("title", "description")]  # type: ignore[union-attr,misc]

    for kind in ("Dataset", "Catalog"):
        assert told(describe_dataset(data), kind) == [names, names]
    (data / "dataset.ttl").write_text(
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        "<https://w3id.org/plangraph/dataset> a <http://www.w3.org/ns/dcat#Dataset> ;\n"
        '    dct:title "To planer"@nb, "Two plans"@en .\n',
        encoding="utf-8",
    )
    for kind in ("Dataset", "Catalog"):
        assert told(describe_dataset(data), kind) == [{"nb": "To planer", "en": "Two plans"}, names]
    assert cite(f"{BASE}plan/other/claim/1-status", data, "en", tmp_path / "none").dataset == "Two plans"


@pytest.mark.usefixtures("home")
def test_a_fact_is_cited_with_its_place_in_the_report() -> None:
    found = cite("participation/8-imdi", ROOT / "data", "en")
    assert found.text.endswith("consulted: Directorate of Integration and Diversity (reported)")
    assert found.iri.endswith("/participation/8-imdi")
    assert found.locators == ("measure 8, result text, paragraph 1, sentence 3: Teksten er … og POD.",)
    assert (found.source_year, found.version) == ("2021", __version__)
    plain = found.plain()
    assert found.iri in plain
    assert f"version {__version__}" in plain


@pytest.mark.usefixtures("home")
def test_a_status_says_who_says_so() -> None:
    found = cite("claim/8-status", ROOT / "data", "nb")
    assert found.text.endswith("status: ferdigstilt (rapportert)")
    assert len(found.locators) == 2


def test_other_forms_are_readable(little: Tree, run: Callable[..., tuple[int, str, str]]) -> None:
    status, out, _ = run("cite", "1", "--format", "csl", "--data", little.data)
    assert status == 0
    entry = json.loads(out)[0]
    assert entry["type"] == "dataset"
    assert entry["URL"].startswith("https://w3id.org/plangraph/")
    status, out, _ = run("cite", "1", "--format", "bibtex", "--data", little.data)
    assert status == 0
    assert out.count("{") == out.count("}")
    assert f"url = {{{entry['URL']}}}" in out


def test_no_licence_is_asserted_that_the_data_do_not_state(
    little: Tree, run: Callable[..., tuple[int, str, str]]
) -> None:
    assert dataset_of([]).licence == ""
    assert "licenses" not in datapackage([], {}, dataset_of([]))
    file = little.data / "dataset.ttl"
    assert not file.exists(), "the little plan has no description of its own"
    _, out, _ = run("dcat", "--data", little.data)
    assert "dct:license <" not in out
    own = "https://creativecommons.org/publicdomain/zero/1.0/"
    file.write_text(
        f'<{BASE}dataset> a <{DCAT}Dataset> ; <{DCT}title> "Eget"@nb ; <{DCT}license> <{own}> .\n', encoding="utf-8"
    )
    _, out, _ = run("dcat", "--data", little.data)
    assert f"dct:license <{own}>" in out
    described = dataset_of(t for part in assembly.make_parts(little)[0].values() for t in part)
    assert datapackage([], {}, described)["licenses"] == [{"name": "CC0-1.0", "path": own}]
    assert licence_name("https://creativecommons.org/licenses/by/4.0/") == "CC-BY-4.0"
    assert licence_name("https://data.norge.no/nlod/no/2.0") == ""


def test_bibtex_holds_any_text() -> None:
    """Each character that TeX reads as a command is written as one, and the braces are balanced."""
    dataset = Dataset("x:", {"nb": "a & b"}, {}, "", "", "", ())
    hostile = r"50 % of {all} $ #1 a_b ~ ^ \input http://x.org/a_b"
    source = Source("x:s", {"nb": "Rapport"}, "", "")
    found = cited(BASE + "actor/imdi", hostile, ["s. 1_2"], dataset, source, "nb")
    text = found.bibtex()
    lines = dict(line.strip().rstrip(",").split(" = ", 1) for line in text.splitlines()[1:-1])
    assert text.startswith("@misc{actor:imdi,\n")
    assert lines["title"] == (
        r"{{50 \% of \textbraceleft{}all\textbraceright{} \$ \#1 a\_b \textasciitilde{} \textasciicircum{}"
        r" \textbackslash{}input http://x.org/a\_b}}"
    )
    assert lines["url"] == "{" + BASE + "actor/imdi}"
    assert lines["note"] == r"{Rapport, s. 1\_2}", "no year, no empty brackets"
    assert text.count("{") == text.count("}")
    other = cited(BASE + "thing/imdi", "x", (), dataset, None, "nb")
    assert json.loads(other.csl())[0]["id"] == "thing:imdi", "an actor and a thing of one name have two keys"


def test_an_unknown_name_is_helped(little: Tree) -> None:
    with pytest.raises(UsageError, match="ingen-slik"):
        cite("ingen-slik", little.data)


def test_command_writes_the_description(little: Tree, tmp_path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    status, out, _ = run("dcat", "--data", little.data, "--to", tmp_path / "d.ttl")
    assert (status, out) == (0, "")
    status, out, _ = run("dcat", "--data", little.data)
    assert status == 0
    assert (tmp_path / "d.ttl").read_text(encoding="utf-8") == out
