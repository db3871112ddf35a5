"""The ontology, the codes and the JSON-LD context: all is defined, named in two languages, used or given a reason."""

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef

from plangraph.vocabulary import CODE_SCHEMES, STAGES

ROOT = Path(__file__).parent.parent
BASE = "https://w3id.org/plangraph/"
PG = Namespace(BASE + "ns#")
CODE = BASE + "code/"
ONTOLOGY = ROOT / "ontology"
RULES = sorted((ONTOLOGY / "rules").glob("*.rq"))
DATA = sorted((ROOT / "data").rglob("*.ttl"))
# What an IRI of ours may be spelled with; prefixes of the codes are code/<scheme>/.
OWN = re.compile(re.escape(BASE) + r"(?:ns#|code/[a-z-]+/)[A-Za-z0-9-]+")
KINDS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(ONTOLOGY / "plangraph.ttl")


@pytest.fixture(scope="module")
def codes() -> Graph:
    return Graph().parse(ONTOLOGY / "codes.ttl")


def own_terms(ontology: Graph) -> list[URIRef]:
    return sorted({URIRef(s) for s in ontology.subjects(RDF.type) if str(s).startswith(PG)} - {URIRef(PG)})


def used_in(files: list[Path]) -> set[str]:
    """Return our terms and codes that Turtle files use as subject, predicate, object or datatype."""
    found: set[str] = set()
    for file in files:
        for quad in ox.parse(path=str(file)):
            for term in (quad.subject, quad.predicate, quad.object):
                if isinstance(term, ox.NamedNode) and OWN.fullmatch(term.value):
                    found.add(term.value)
    return found


def named_in_queries(files: list[Path]) -> set[str]:
    """Return our terms and codes that SPARQL files name, with their prefixes or in full."""
    found: set[str] = set()
    for file in files:
        text = file.read_text("utf-8")
        for prefix, space in re.findall(r"PREFIX\s+([\w-]*):\s*<([^>]+)>", text):
            found |= {space + name for name in re.findall(rf"(?<![\w:-]){prefix}:([A-Za-z][\w-]*)", text)}
        found |= set(OWN.findall(text))
    return {name for name in found if OWN.fullmatch(name)}


def test_every_term_is_named_defined_and_versioned(ontology: Graph) -> None:
    terms = own_terms(ontology)
    assert len(terms) > 120
    for term in terms:
        assert set(ontology.objects(term, RDF.type)) & KINDS, f"{term} has no kind of term"
        labels = [label.language for label in ontology.objects(term, RDFS.label)]
        assert sorted(labels) == ["en", "nb"], f"{term} needs one label in nb and one in en"
        assert any(d.language == "en" for d in ontology.objects(term, SKOS.definition)), f"{term} has no definition"
        assert ontology.value(term, RDFS.isDefinedBy) == URIRef(PG), f"{term} does not say where it is defined"
        assert re.fullmatch(r"\d+\.\d+\.\d+", str(ontology.value(term, PG.since))), f"{term} does not say since when"


def test_labels_of_terms_are_not_shared_by_two_of_one_kind(ontology: Graph) -> None:
    for lang in ("nb", "en"):
        for kind in KINDS:
            owners: dict[str, list[str]] = {}
            for term in ontology.subjects(RDF.type, kind):
                for label in ontology.objects(term, RDFS.label):
                    if label.language == lang and str(term).startswith(str(PG)):
                        owners.setdefault(str(label), []).append(str(term).removeprefix(str(PG)))
            shared = {label: names for label, names in owners.items() if len(names) > 1}
            assert not shared, f"one label, several terms ({lang}): {shared}"


def test_terms_of_others_have_labels(ontology: Graph) -> None:
    others = {s for s in ontology.subjects(RDFS.label) if not str(s).startswith(BASE)}
    assert len(others) > 40
    for term in others:
        assert sorted(label.language for label in ontology.objects(term, RDFS.label)) == ["en", "nb"], term


def test_what_others_define_is_not_changed(ontology: Graph) -> None:
    allowed = {RDFS.label, SKOS.scopeNote}
    stated = [(s, p) for s, p, _ in ontology if not str(s).startswith(BASE)]
    assert len(stated) > 80
    for s, p in stated:
        assert p in allowed, f"{s} {p}: statements about terms of others stay with labels and scope notes"


def test_every_code_is_named_and_in_a_scheme(codes: Graph) -> None:
    schemes = set(codes.subjects(RDF.type, SKOS.ConceptScheme))
    concepts = set(codes.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) > 250
    for concept in concepts:
        (scheme,) = codes.objects(concept, SKOS.inScheme)
        assert scheme in schemes, concept
        assert str(concept).startswith(f"{scheme}/"), f"{concept} does not stand under its scheme {scheme}"
        assert sorted(label.language for label in codes.objects(concept, SKOS.prefLabel)) == ["en", "nb"], concept
    for scheme in schemes:
        assert (scheme, SKOS.definition, None) in codes, scheme


def test_the_vocabulary_of_the_code_has_the_schemes_and_stages(codes: Graph) -> None:
    schemes = {str(scheme).removeprefix(CODE) for scheme in codes.subjects(RDF.type, SKOS.ConceptScheme)}
    assert schemes == set(CODE_SCHEMES)
    stages = {str(code).rsplit("/", 1)[-1] for code in codes.subjects(SKOS.inScheme, URIRef(CODE + "stage"))}
    assert stages == set(STAGES)


def test_no_two_codes_of_a_scheme_have_one_name(codes: Graph) -> None:
    seen: dict[tuple[object, Literal], object] = {}
    for concept, scheme in codes.subject_objects(SKOS.inScheme):
        for label in codes.objects(concept, SKOS.prefLabel):
            other = seen.setdefault((scheme, label), concept)
            assert other == concept, f"{other} and {concept} are both called {label}"
    assert len(seen) > 500


@pytest.mark.parametrize("scheme", ["role", "stage", "status"])
def test_roles_stages_and_statuses_are_defined_in_both_languages(codes: Graph, scheme: str) -> None:
    concepts = list(codes.subjects(SKOS.inScheme, URIRef(CODE + scheme)))
    assert len(concepts) == {"role": 30, "stage": 3, "status": 7}[scheme]
    for concept in concepts:
        assert sorted(d.language for d in codes.objects(concept, SKOS.definition)) == ["en", "nb"], concept


def test_each_role_has_one_direct_property_of_its_own(ontology: Graph, codes: Graph) -> None:
    roles = list(codes.subjects(SKOS.inScheme, URIRef(CODE + "role")))
    direct = [list(codes.objects(role, PG.directProperty)) for role in roles]
    assert all(len(each) == 1 for each in direct)
    assert len({each[0] for each in direct}) == len(roles) == 30
    for role in roles:
        (prop,) = codes.objects(role, PG.directProperty)
        above = set(ontology.transitive_objects(prop, RDFS.subPropertyOf))
        (active,) = codes.objects(role, PG.active)
        assert PG.involves in above, f"{prop} is not under pg:involves"
        assert active.toPython() is (PG.workedOnBy in above), f"{role}: pg:active and pg:workedOnBy disagree"
        for tied in codes.objects(role, PG.tieTo):
            assert tied in roles, f"{role} ties to {tied}, which is no role"


def test_mapping_to_iati(codes: Graph) -> None:
    """IATI OrganisationRole: 1 funding, 2 accountable, 3 extending, 4 implementing.

    IATI ActivityStatus: 1 pipeline, 2 implementation, 4 closed, 5 cancelled.
    """
    mapped = {str(s).removeprefix(CODE): str(o) for s, o in codes.subject_objects(PG.iatiCode)}
    assert mapped == {
        "role/funder": "1",
        "role/responsible": "2",
        "role/grant-manager": "3",
        "role/implementer": "4",
        "role/operator": "4",
        "status/planned": "1",
        "status/ongoing": "2",
        "status/started": "2",
        "status/under-development": "2",
        "status/continued": "2",
        "status/completed": "4",
        "status/cancelled": "5",
    }


def test_periods_fill_the_year(codes: Graph) -> None:
    """Months, quarters, thirds and halves each follow each other without gap from 1 January to 31 December."""
    days = {
        str(p).rsplit("/", 1)[1]: (str(codes.value(p, PG.firstDay)), str(codes.value(p, PG.lastDay)))
        for p in codes.subjects(SKOS.inScheme, URIRef(CODE + "period"))
    }
    assert len(days) == 25
    assert days["02"] == ("02-01", "02-28")
    assert days["21"] == ("03-01", "05-31")
    assert days["38"] == ("05-01", "08-31")
    for first, last, length in ((1, 12, 1), (33, 36, 3), (37, 39, 4), (40, 41, 6)):
        ends = [days[f"{code:02}"] for code in range(first, last + 1)]
        assert ends[0][0] == "01-01"
        assert ends[-1][1] == "12-31"
        for number, (begin, end) in enumerate(ends):
            assert int(begin[:2]) == number * length + 1
            assert int(end[:2]) == (number + 1) * length


def test_every_term_and_code_in_use_is_defined(ontology: Graph, codes: Graph) -> None:
    defined = {str(s) for s in [*ontology.subjects(RDF.type), *codes.subjects(RDF.type)]}
    used = used_in([*DATA, *ONTOLOGY.glob("*.ttl")]) | named_in_queries([*RULES, *(ROOT / "queries").rglob("*.rq")])
    assert len(used) > 300
    assert used <= defined, f"used and not defined: {sorted(used - defined)}"


def test_every_definition_is_used_or_has_a_reason(ontology: Graph, codes: Graph) -> None:
    """Used means: in the data, or by the rules and codes with which the build works. A reason is an editorial note."""
    used = used_in(DATA) | named_in_queries(RULES)
    used |= {str(o) for o in codes.objects(None, PG.directProperty)}
    used |= {str(p) for p in [*codes.predicates(), *ontology.predicates()] if str(p).startswith(str(PG))}
    # A class or property above one that is used is used.
    for term in own_terms(ontology):
        if str(term) in used:
            for prop in (RDFS.subClassOf, RDFS.subPropertyOf):
                used |= {str(above) for above in ontology.transitive_objects(term, prop)}
    for term in own_terms(ontology):
        reasons = [str(note) for note in ontology.objects(term, SKOS.editorialNote)]
        assert str(term) in used or any(note.startswith("Reason: ") for note in reasons), f"{term} is not used"
    # Closed lists are kept whole.
    whole = {URIRef(CODE + scheme) for scheme in ("confidence", "period", "role", "stage")}
    for code, scheme in codes.subject_objects(SKOS.inScheme):
        reasons = [str(note) for note in codes.objects(code, SKOS.editorialNote)]
        fine = scheme in whole or str(code) in used or any(note.startswith("Reason: ") for note in reasons)
        assert fine, f"{code} is not used"


def test_versions_agree(ontology: Graph, codes: Graph) -> None:
    version = str(ontology.value(URIRef(PG), OWL.versionInfo))
    assert str(codes.value(URIRef(CODE), OWL.versionInfo)) == version
    assert str(ontology.value(URIRef(PG), OWL.versionIRI)) == f"{BASE}ns/{version}"
    newest = max(tuple(map(int, str(since).split("."))) for since in ontology.objects(None, PG.since))
    assert newest <= tuple(map(int, version.split(".")))


# --- the JSON-LD context


def test_context_names_every_term_once(ontology: Graph) -> None:
    context = json.loads((ONTOLOGY / "context.jsonld").read_text("utf-8"))["@context"]
    assert isinstance(context, dict), "one context, inside the file"
    entries = [entry for name, entry in context.items() if name != "@version"]
    iris = [entry if isinstance(entry, str) else entry["@id"] for entry in entries]
    for term in own_terms(ontology):
        name = "pg:" + str(term).removeprefix(str(PG))
        assert iris.count(name) == 1, f"{name} stands {iris.count(name)} times in context.jsonld"
    ours = {iri for iri in iris if iri.startswith("pg:")}
    assert ours == {"pg:" + str(term).removeprefix(str(PG)) for term in own_terms(ontology)}
    assert "@import" not in context
    assert "@context" not in json.dumps(context)


def test_context_reads_compact_json() -> None:
    context = json.loads((ONTOLOGY / "context.jsonld").read_text("utf-8"))["@context"]
    node = {
        "@context": context,
        "id": "actor:udi",
        "type": "Directorate",
        "prefLabel": {"nb": "Utlendingsdirektoratet", "en": "Directorate of Immigration"},
        "organisationNumber": "974760746",
        "hasParticipation": {"id": "plangraph:p", "role": "code:role/lead", "earliest": "2019-03-01"},
    }
    triples = {str(quad.triple) for quad in ox.parse(json.dumps(node), ox.RdfFormat.JSON_LD)}
    udi = "<https://w3id.org/plangraph/actor/udi>"
    assert triples == {
        f"{udi} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/plangraph/ns#Directorate>",
        f'{udi} <http://www.w3.org/2004/02/skos/core#prefLabel> "Utlendingsdirektoratet"@nb',
        f'{udi} <http://www.w3.org/2004/02/skos/core#prefLabel> "Directorate of Immigration"@en',
        f'{udi} <https://w3id.org/plangraph/ns#organisationNumber> "974760746"',
        f"{udi} <http://data.europa.eu/m8g/hasParticipation> <https://w3id.org/plangraph/p>",
        "<https://w3id.org/plangraph/p> <http://data.europa.eu/m8g/role> <https://w3id.org/plangraph/code/role/lead>",
        "<https://w3id.org/plangraph/p> <https://w3id.org/plangraph/ns#earliest> "
        '"2019-03-01"^^<http://www.w3.org/2001/XMLSchema#date>',
    }
