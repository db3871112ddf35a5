"""Namespaces and prefixes: the only place in the code that spells them out."""

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
EDTF = "http://id.loc.gov/datatypes/edtf/"
ELI = "http://data.europa.eu/eli/ontology#"
PROV = "http://www.w3.org/ns/prov#"
SCHEMA = "https://schema.org/"

RDF_TYPE = RDF + "type"
STANDARD_PREFIXES = {
    "cv": CV,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": DCT,
    "edtf": EDTF,
    "eli": ELI,
    "eli-dl": "http://data.europa.eu/eli/eli-draft-legislation-ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": OA,
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "skos": SKOS,
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
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
