"""Namespaces, prefixes and the code schemes: the only place in the code that spells them out."""

BASE = "https://w3id.org/plangraph/"
PG = BASE + "ns#"
CODE = BASE + "code/"
EVIDENCE = BASE + "evidence/"
GRAPH = BASE + "graph/"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
CV = "http://data.europa.eu/m8g/"
OA = "http://www.w3.org/ns/oa#"
OWL = "http://www.w3.org/2002/07/owl#"
SHACL = "http://www.w3.org/ns/shacl#"
DCAT = "http://www.w3.org/ns/dcat#"
EDTF = "http://id.loc.gov/datatypes/edtf/"
ELI = "http://data.europa.eu/eli/ontology#"
FOAF = "http://xmlns.com/foaf/0.1/"
PROV = "http://www.w3.org/ns/prov#"
SCHEMA = "https://schema.org/"
VOID = "http://rdfs.org/ns/void#"
SD = "http://www.w3.org/ns/sparql-service-description#"

# Lists of others from which a value is taken: W3C's formats, IANA's media types, the EU's file types.
FORMATS = "http://www.w3.org/ns/formats/"
MEDIA_TYPES = "http://www.iana.org/assignments/media-types/"
FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"

RDF_TYPE = RDF + "type"
STANDARD_PREFIXES = {
    "cv": CV,
    "dcat": DCAT,
    "dct": DCT,
    "edtf": EDTF,
    "eli": ELI,
    "eli-dl": "http://data.europa.eu/eli/eli-draft-legislation-ontology#",
    "foaf": FOAF,
    "oa": OA,
    "org": "http://www.w3.org/ns/org#",
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "skos": SKOS,
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": VOID,
    "xsd": XSD,
}
CODE_SCHEMES = (
    "audience",
    "cause",
    "confidence",
    "kind",
    "language",
    "period",
    "role",
    "stage",
    "status",
    "theme",
    "unit",
)
# The stages of a fact, the earliest first: the codes of the scheme ``stage``.
STAGES = ("planned", "announced", "reported")
OWN_PREFIXES = {
    "pg": PG,
    **{scheme: f"{CODE}{scheme}/" for scheme in CODE_SCHEMES},
    "actor": BASE + "actor/",
    "law": BASE + "law/",
    "outside": BASE + "outside/",
    "place": BASE + "place/",
    "plan": BASE + "plan/",
    "source": BASE + "source/",
    "x": BASE + "thing/",
}
PLAN_PARTS = {
    "area": "area",
    "c": "claim",
    "event": "event",
    "figure": "figure",
    "link": "link",
    "m": "measure",
    "mention": "mention",
    "p": "participation",
    "section": "section",
    "transfer": "transfer",
}


def prefixes(plan: str | None = None, source: str | None = None) -> dict[str, str]:
    """Return prefix → namespace, with the short prefixes of one plan and one source when they are named.

    ``m:8`` and ``ev:10-20`` depend on the plan and its report, so a file about one plan can use them and a file
    about several cannot.
    """
    table = {**OWN_PREFIXES, **STANDARD_PREFIXES}
    if plan:
        table |= {prefix: f"{BASE}plan/{plan}/{part}/" for prefix, part in PLAN_PARTS.items()}
    if source:
        table |= {"ev": f"{EVIDENCE}{source}/", "pos": f"{EVIDENCE}{source}/position/"}
    return table
