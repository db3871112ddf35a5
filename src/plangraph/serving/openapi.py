"""The OpenAPI description of the named questions and of the SPARQL operation."""

from collections.abc import Iterable, Mapping
from typing import Any

from plangraph import __version__

_SUFFIXES = ("csv", "json")


def openapi(questions: Iterable[Mapping[str, Any]], base: str) -> dict[str, Any]:
    """Return the description (OpenAPI 3.1) as plain values; ``base`` is the address of the server."""
    paths: dict[str, Any] = {"/sparql": _sparql()}
    for question in questions:
        for suffix in _SUFFIXES:
            paths[f"/queries/{question['name']}.{suffix}"] = {"get": _operation(question, suffix)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "plangraph",
            "version": __version__,
            "summary": "A government action plan and its report as a knowledge graph, read only.",
        },
        "servers": [{"url": base.rstrip("/")}],
        "paths": paths,
    }


def _operation(question: Mapping[str, Any], suffix: str) -> dict[str, Any]:
    media = {"csv": "text/csv", "json": "application/json"}[suffix]
    parameters = [
        {
            "name": name,
            "in": "query",
            "required": default is None,
            "schema": {"type": "string"} | ({} if default is None else {"default": default}),
        }
        for name, default in question["parameters"].items()
    ]
    language = {"name": "lang", "in": "query", "schema": {"type": "string", "enum": ["nb", "en"], "default": "nb"}}
    return {
        "operationId": f"{question['name']}-{suffix}",
        "summary": question["summary"]["en"],
        "tags": list(question["tags"]) or ["question"],
        "parameters": [*parameters, language],
        "responses": {
            "200": {"description": "The answer, whole", "content": {media: {}}},
            "400": {"description": "A parameter is missing or wrong; the text says which"},
            "503": {"description": "Busy: try again after the seconds of Retry-After"},
            "504": {"description": "Stopped, because it took too long"},
        },
    }


def _sparql() -> dict[str, Any]:
    types = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/turtle")
    return {
        "get": {
            "operationId": "sparql",
            "summary": "SPARQL 1.1 query operation",
            "tags": ["sparql"],
            "parameters": [
                {"name": "query", "in": "query", "required": True, "schema": {"type": "string"}},
                {"name": "timeout", "in": "query", "schema": {"type": "number"}, "description": "seconds, at most"},
            ],
            "responses": {
                "200": {"description": "The answer, whole", "content": {media: {} for media in types}},
                "400": {"description": "The query is malformed or refused; the text says where"},
                "504": {"description": "Stopped, because it took too long"},
                "507": {"description": "Larger than an answer may be, or than the memory"},
            },
        }
    }
