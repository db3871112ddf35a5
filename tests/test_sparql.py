"""What is refused before an engine sees it."""

import pytest

from plangraph import sparql
from plangraph.errors import QueryError


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "PREFIX ex: <http://e/> SELECT * { ?s ex:SERVICE ?o }",
        'SELECT * { ?s ?p "SERVICE <http://e/> { LOAD }" }',
        "SELECT * { ?s <http://e/SERVICE> ?o } # SERVICE",
        "ASK { ?service ?from ?load }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { " + "{" * 60 + "?s ?p ?o" + "}" * 60 + " }",
    ],
)
def test_honest_queries_pass(text: str) -> None:
    assert sparql.check(text) in ("SELECT", "ASK", "CONSTRUCT")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SELECT * { SERVICE <http://e/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * { service <http://e/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * { \\u0053ERVICE <http://e/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "FROM"),
        ("SELECT * FROM NAMED <http://e/> { ?s ?p ?o }", "FROM"),
        ("INSERT DATA { <http://e/a> <http://e/b> 1 }", "only read"),
        ("PREFIX e: <http://e/> DELETE WHERE { ?s ?p ?o }", "only read"),
        ("LOAD <http://e/>", "only read"),
        ("CLEAR ALL", "only read"),
        ("hello", "not a SPARQL query"),
        ("", "not a SPARQL query"),
        ("SELECT * " + "{" * 5000, "nested"),
        ("SELECT * { FILTER(" + "(" * 5000, "nested"),
        ("SELECT * { FILTER(" + "!" * 10000 + "true) }", "nested"),
        ("SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o } " * 2900 + "}", "joins too many"),
        ("SELECT * { ?s ?p ?o FILTER(1" + " && 1" * 9000 + ") }", "joins too many"),
        ("SELECT * { ?s ?p ?o } #" + "x" * 70_000, "longer"),
    ],
)
def test_hostile_queries_are_refused(text: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        sparql.check(text)
