"""The SPARQL 1.1 protocol over HTTP: the requests and expected answers of the W3C manifest, read-only part.

The table states the requests of https://w3c.github.io/rdf-tests/sparql/sparql11/protocol/ and .../service-description/.
Tests that need updates to succeed are not applicable to a store that is only read; requests that must be refused are.
"""

import json
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from serving.conftest import W3C, Reply, Server

DIRECT = {"content_type": "application/sparql-query"}
FORM = {"content_type": "application/x-www-form-urlencoded"}
UPDATE = {"content_type": "application/sparql-update"}
D0, D1, D2, D3 = (quote(f"{W3C}data{n}.rdf", safe="") for n in range(4))
ONE, TWO, THREE = (f"<{W3C}data{n}.rdf> a ?type" for n in (1, 2, 3))
BOTH_NAMED = f"GRAPH ?g1 {{ {ONE} }} GRAPH ?g2 {{ {TWO} }}"
CONFLICT = (
    "PREFIX foaf: <http://xmlns.com/foaf/0.1/> WITH <http://example/addresses> "
    "DELETE { ?p foaf:givenName 'Bill' } WHERE { ?p foaf:givenName 'Bill' }"
)

# name: method, target after /sparql/, headers, body, expectation
CASES = {
    "query_post_form": ("POST", f"?default-graph-uri={D0}", FORM, "query=ASK%20%7B%7D", "true"),
    "query_dataset_default_graphs_get": (
        *("GET", f"?query={quote(f'ASK {{ {ONE} . {TWO} . }}')}&default-graph-uri={D1}&default-graph-uri={D2}"),
        *({}, None, "true"),
    ),
    "query_dataset_default_graphs_post": (
        *("POST", f"?default-graph-uri={D1}&default-graph-uri={D2}", DIRECT),
        *(f"ASK {{ {ONE} . {TWO} . }}", "true"),
    ),
    "query_dataset_named_graphs_post": (
        *("POST", f"?named-graph-uri={D1}&named-graph-uri={D2}", DIRECT),
        *(f"ASK {{ {BOTH_NAMED} }}", "true"),
    ),
    "query_dataset_named_graphs_get": (
        *("GET", f"?query={quote(f'ASK {{ {BOTH_NAMED} }}')}&named-graph-uri={D1}&named-graph-uri={D2}"),
        *({}, None, "true"),
    ),
    "query_dataset_full": (
        *("POST", f"?default-graph-uri={D3}&named-graph-uri={D1}&named-graph-uri={D2}", DIRECT),
        *(f"ASK {{ {THREE} {BOTH_NAMED} }}", "true"),
    ),
    "query_multiple_dataset": (
        *("POST", f"?named-graph-uri={D1}&named-graph-uri={D2}", DIRECT),
        *(f"ASK FROM <{W3C}data3.rdf> {{ {BOTH_NAMED} }}", "true"),
    ),
    "query_get": ("GET", f"?query=ASK%20%7B%7D&default-graph-uri={D0}", {}, None, "true"),
    "query_content_type_select": ("POST", f"?default-graph-uri={D0}", DIRECT, "SELECT (1 AS ?value) {}", "tabular"),
    "query_content_type_ask": ("POST", f"?default-graph-uri={D0}", DIRECT, "ASK {}", "boolean"),
    "query_content_type_describe": (
        *("POST", f"?default-graph-uri={D0}", DIRECT, "DESCRIBE <http://example.org/>", "rdf"),
    ),
    "query_content_type_construct": (
        *("POST", f"?default-graph-uri={D0}", DIRECT, "CONSTRUCT { <s> <p> 1 } WHERE {}", "rdf"),
    ),
    "query_post_direct": ("POST", "", DIRECT, "ASK {}", "true"),
    "bad_query_method": ("PUT", f"?query=ASK%20%7B%7D&default-graph-uri={D0}", FORM, None, "refused"),
    "bad_multiple_queries": ("GET", "?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", {}, None, "refused"),
    "bad_query_wrong_media_type": ("POST", "", {"content_type": "text/plain"}, "ASK {}", "refused"),
    "bad_query_missing_form_type": ("POST", "", {}, "query=ASK%20%7B%7D", "refused"),
    "bad_query_missing_direct_type": ("POST", "", {}, "ASK {}", "refused"),
    "bad_query_non_utf8": (
        *(
            "POST",
            "",
            {"content_type": "application/sparql-query; charset=UTF-16"},
            "ASK {}".encode("utf-16"),
            "refused",
        ),
    ),
    "bad_query_syntax": ("GET", "?query=ASK%20%7B", {}, None, "refused"),
    "bad_update_get": ("GET", "?update=CLEAR%20ALL", {}, None, "refused"),
    "bad_multiple_updates": ("POST", "", FORM, "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", "refused"),
    "bad_update_wrong_media_type": ("POST", "", {"content_type": "text/plain"}, "CLEAR NAMED", "refused"),
    "bad_update_missing_form_type": ("POST", "", {}, "update=CLEAR%20NAMED", "refused"),
    "bad_update_non_utf8": (
        *("POST", "", {"content_type": "application/sparql-update; charset=UTF-16"}),
        *("CLEAR NAMED".encode("utf-16"), "refused"),
    ),
    "bad_update_syntax": ("POST", "", FORM, "update=CLEAR%20XYZ", "refused"),
    "bad_update_dataset_conflict": (
        *("POST", "?using-named-graph-uri=http%3A%2F%2Fexample%2Fpeople", UPDATE, CONFLICT, "refused"),
    ),
    "returns_rdf": ("GET", "", {}, None, "rdf"),
    "has_endpoint_triple": ("GET", "", {}, None, "endpoint"),
    "conforms_to_schema": ("GET", "", {}, None, "schema"),
}
SD = "http://www.w3.org/ns/sparql-service-description#"
# The properties of the vocabulary whose values it says are resources, and the class it gives each subject.
SUBJECTS = {
    "endpoint": "Service",
    "supportedLanguage": "Service",
    "resultFormat": "Service",
    "defaultDataset": "Service",
    "defaultGraph": "Dataset",
    "namedGraph": "Dataset",
    "name": "NamedGraph",
}


def judged(reply: Reply, expected: str) -> None:
    if expected == "refused":
        assert 400 <= reply.status < 500
        assert reply.text.strip()
        return
    assert 200 <= reply.status < 400, reply.text
    if expected == "true":
        assert json.loads(reply.text)["boolean"] is True
    elif expected == "boolean":
        assert reply.media in ("application/sparql-results+json", "application/sparql-results+xml")
    elif expected == "tabular":
        assert reply.media == "application/sparql-results+json"
        assert json.loads(reply.text)["head"]["vars"] == ["value"]
    else:
        form = ox.RdfFormat.from_media_type(reply.media)
        assert form is not None, reply.media
        triples = [quad.triple for quad in ox.parse(reply.body, form)]
        if expected in ("endpoint", "schema"):
            described(triples, expected)


def described(triples: list[ox.Triple], expected: str) -> None:
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    services = {t.subject for t in triples if t.predicate == kind and t.object == ox.NamedNode(SD + "Service")}
    assert len(services) == 1
    endpoints = [t for t in triples if t.subject in services and t.predicate.value == SD + "endpoint"]
    assert len(endpoints) == 1
    assert endpoints[0].object.value.endswith("/sparql")  # type: ignore[union-attr]
    if expected == "schema":
        checked = 0
        for triple in triples:
            name = triple.predicate.value.removeprefix(SD)
            if triple.predicate.value.startswith(SD):
                assert name in SUBJECTS, f"sd:{name} is not in the vocabulary"
                assert isinstance(triple.object, ox.NamedNode)
                wanted = ox.NamedNode(SD + SUBJECTS[name])
                assert ox.Triple(triple.subject, kind, wanted) in triples
                checked += 1
        assert checked > 10


@pytest.mark.parametrize("name", CASES)
def test_w3c(server: Server, name: str) -> None:
    method, target, headers, body, expected = CASES[name]
    judged(server.send(method, f"/sparql/{target}", body, **headers), expected)


def test_all_cases_of_the_read_only_part_are_here() -> None:
    assert len(CASES) == 30


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv;q=0.4, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/csv;q=0.9, */*;q=0.1", "text/csv"),
        ("application/sparql-results+json;q=0, text/csv;q=0.1", "text/csv"),
        ("application/json", "application/sparql-results+json"),
        ("text/*", "text/csv"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("nonsense, text/csv;q=abc, text/tab-separated-values", "text/tab-separated-values"),
    ],
)
def test_results_come_in_the_form_asked_for(server: Server, accept: str, media: str) -> None:
    reply = server.ask("SELECT ?s { ?s a pg:Measure }", accept)
    assert reply.status == 200
    assert reply.media == media


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "text/turtle"),
        ("application/n-triples", "application/n-triples"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/turtle;q=0.2, application/n-triples;q=0.3", "application/n-triples"),
    ],
)
def test_graphs_come_in_the_form_asked_for(server: Server, accept: str, media: str) -> None:
    reply = server.ask("CONSTRUCT { ?s a pg:Measure } { ?s a pg:Measure }", accept)
    assert reply.status == 200
    assert reply.media == media
    form = ox.RdfFormat.from_media_type(media)
    assert len(list(ox.parse(reply.body, form))) == 2


@pytest.mark.parametrize(
    ("method", "target", "headers", "body", "status"),
    [
        ("POST", "/sparql", {"content_type": "text/plain"}, b"ASK {}", 415),
        ("POST", "/sparql", {"content_type": "application/sparql-update"}, b"CLEAR ALL", 403),
        ("DELETE", "/sparql", {}, None, 405),
        ("PATCH", "/queries/measures-of", {}, None, 405),
        ("GET", "/sparql?query=ASK%7B%7D", {"accept": "image/png"}, None, 406),
        ("GET", "/sparql?query=" + "x" * 17_000, {}, None, 414),
        ("POST", "/sparql", {"content_type": "application/sparql-query"}, b"#" * 1_000_001, 413),
        ("POST", "/sparql", {"content_type": "application/sparql-query"}, b"ASK {}" + b" " * 70_000, 413),
        ("POST", "/sparql", {"content_type": "application/sparql-query"}, b"\xff\xfe", 400),
        ("GET", "/sparql?query=%FF%FE", {}, None, 400),
        ("GET", "/no/such/page", {}, None, 404),
        ("GET", "/queries/measures-off", {}, None, 404),
        ("GET", "/sparql?query=ASK%7B%7D", {"host": "evil.example"}, None, 421),
        ("GET", "/id/actor/nobody", {}, None, 404),
        ("GET", "/data/../../../etc/passwd", {}, None, 404),
        ("GET", "/data/%2e%2e%2fpyproject.toml", {}, None, 404),
    ],
)
def test_what_is_refused_is_told_apart(
    server: Server, method: str, target: str, headers: dict[str, str], body: bytes | None, status: int
) -> None:
    reply = server.send(method, target, body, **headers)
    assert reply.status == status
    assert len(reply.text.strip()) > 20
    assert "Traceback" not in reply.text
