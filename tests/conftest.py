"""Fixtures that many tests share."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plangraph.cli import main
from plangraph.paths import Tree, find_tree

ROOT = Path(__file__).parent.parent

# A plan of two measures in our own words; offsets refer to an imagined source of 1,000 characters.
LITTLE = """\
@prefix pg: <https://w3id.org/plangraph/ns#> .
@prefix role: <https://w3id.org/plangraph/code/role/> .
@prefix stage: <https://w3id.org/plangraph/code/stage/> .
@prefix status: <https://w3id.org/plangraph/code/status/> .
@prefix actor: <https://w3id.org/plangraph/actor/> .
@prefix plan: <https://w3id.org/plangraph/plan/> .
@prefix source: <https://w3id.org/plangraph/source/> .
@prefix m: <https://w3id.org/plangraph/plan/little/measure/> .
@prefix area: <https://w3id.org/plangraph/plan/little/area/> .
@prefix p: <https://w3id.org/plangraph/plan/little/participation/> .
@prefix c: <https://w3id.org/plangraph/plan/little/claim/> .
@prefix ev: <https://w3id.org/plangraph/evidence/note/> .
@prefix pos: <https://w3id.org/plangraph/evidence/note/position/> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
PLAN = """
plan:little a pg:ActionPlan ; dct:identifier "little" ; skos:prefLabel "Liten plan"@nb, "Little plan"@en .
source:note a pg:Source ; dct:identifier "note" ; skos:prefLabel "Notatet"@nb, "The note"@en ;
    dct:subject plan:little ; dct:issued "2021"^^edtf:EDTF ; dct:language "nb" ; pg:characterCount 1000 ;
    pg:sha256 "0000000000000000000000000000000000000000000000000000000000000000" .
"""
AREA = """
area:1 a pg:FocusArea ; dct:identifier "1" ; dct:isPartOf plan:little ; pg:evidence ev:0-10 ;
    skos:prefLabel "Ærlig hjelp"@nb, "Honest help"@en .
m:1 a pg:Measure ; dct:identifier "1" ; pg:number 1 ; dct:isPartOf area:1 ; pg:evidence ev:10-20 ;
    skos:prefLabel "Kurs"@nb, "Courses"@en ; cv:hasParticipation p:1-kd, p:1-a, p:1-b .
m:2 a pg:Measure ; dct:identifier "2" ; pg:number 2 ; dct:isPartOf area:1 ; pg:evidence ev:20-30 ;
    skos:prefLabel "Møter"@nb, "Meetings"@en ; cv:hasParticipation p:2-kd .
p:1-kd cv:hasParticipant actor:dep ; cv:role role:responsible ; pg:stage stage:reported ; pg:evidence ev:30-40 .
p:2-kd cv:hasParticipant actor:dep ; cv:role role:responsible ; pg:stage stage:reported ; pg:evidence ev:40-50 .
p:1-a cv:hasParticipant actor:dir ; cv:role role:developer ; pg:with p:1-b ; pg:stage stage:reported ; pg:evidence ev:50-60 .
p:1-b cv:hasParticipant actor:org ; cv:role role:collaborator ; pg:stage stage:planned ; pg:evidence ev:60-70 .
c:1-status a pg:Claim ; rdf:subject m:1 ; rdf:predicate pg:status ; rdf:object status:completed ; pg:asOf "2021"^^edtf:EDTF ;
    pg:stage stage:reported ; pg:evidence ev:30-40 .
c:2-status a pg:Claim ; rdf:subject m:2 ; rdf:predicate pg:status ; rdf:object status:ongoing ; pg:asOf "2021"^^edtf:EDTF ;
    pg:stage stage:reported ; pg:evidence ev:40-50 .
"""
ACTORS = """
actor:dep a pg:Ministry ; skos:prefLabel "Departementet for prøver"@nb, "Ministry of Trials"@en ; skos:altLabel "DEP"@nb .
actor:dir a pg:Directorate ; skos:prefLabel "Prøvedirektoratet"@nb, "Directorate of Trials"@en .
actor:org a pg:VoluntaryOrganisation ; skos:prefLabel "Frivillige på Ås"@nb, "Volunteers of Ås"@en .
"""


def evidence(*spans: str) -> str:
    """Evidence nodes for spans such as ``10-20``, with digests of the right form."""
    lines = []
    for span in spans:
        start, end = span.split("-")
        digest = '"' + "0" * 64 + '"'
        lines.append(
            f"ev:{span} a oa:SpecificResource ; oa:hasSource source:note ; oa:hasSelector pos:{span} ; "
            f"pg:sha256 {digest} ; pg:lettersSha256 {digest} ; pg:letterCount 8 ; pg:letterStart {start} ; "
            f'pg:beforeSha256 {digest} ; pg:afterSha256 {digest} ; pg:firstWords "en to" ; pg:lastWords "tre fire" ; '
            f'pg:locator "sted {span}"@nb, "place {span}"@en .\n'
            f"pos:{span} a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} ."
        )
    return "\n".join(lines) + "\n"


def missing(reason: str) -> None:
    """Skip a test with a reason; where everything must run (PLANGRAPH_CI=1) a skip is a failure."""
    if os.environ.get("PLANGRAPH_CI") == "1":
        pytest.fail(f"must run here: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def report_path() -> Path:
    """The text of the real report, which is not part of the repository."""
    named = os.environ.get("PLANGRAPH_REPORT", "")
    if not named or not Path(named).is_file():
        missing("PLANGRAPH_REPORT does not name the text of the report")
    return Path(named)


@pytest.fixture
def little(tmp_path: Path) -> Tree:
    """A tree of its own with a plan of two measures, the real ontology and the real checks."""
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    shutil.copytree(ROOT / "queries", tmp_path / "queries")
    folder = tmp_path / "data" / "little"
    folder.mkdir(parents=True)
    (folder / "plan.ttl").write_text(LITTLE + PLAN, encoding="utf-8")
    (folder / "area-1.ttl").write_text(LITTLE + AREA, encoding="utf-8")
    (tmp_path / "data" / "actors.ttl").write_text(LITTLE + ACTORS, encoding="utf-8")
    spans = [f"{n}-{n + 10}" for n in range(0, 70, 10)]
    (folder / "evidence.ttl").write_text(LITTLE + evidence(*spans), encoding="utf-8")
    return find_tree(tmp_path / "data")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., tuple[int, str, str]]]:
    """Run the command line in this process; return its exit status, output and messages."""

    def call(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = main([str(word) for word in words])
        except SystemExit as stop:
            status = int(stop.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    return call  # type: ignore[return-value]
