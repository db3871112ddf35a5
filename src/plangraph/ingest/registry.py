"""The names of known actors, things and laws, from the registries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from plangraph.text import fold
from plangraph.vocabulary import BASE, PG, RDF_TYPE, SKOS

REGISTRIES = ("actors.ttl", "things.ttl", "laws.ttl")
_PREFIX = {"actor": "actor", "thing": "x", "law": "law"}
_LABELS = {SKOS + "prefLabel", SKOS + "altLabel", SKOS + "hiddenLabel"}
_GENERIC = {PG + "ActorGroup", PG + "ActorClass"}


class Name(NamedTuple):
    """A name of a node, as ``actor:kd``.

    ``generic`` names stand for groups and classes of actors; ``preferred`` ones are the node's ``skos:prefLabel``.
    """

    text: str
    node: str
    generic: bool
    preferred: bool


@dataclass(frozen=True)
class Registry:
    """The names of a data folder, and a look-up of actors by any of their names."""

    names: tuple[Name, ...]

    def actor(self, *names: str | None) -> str | None:
        """Return the actor that has one of the names, tried in order, letters only; None when none or several do."""
        for name in names:
            if not name:
                continue
            found = {
                known.node for known in self.names if known.node.startswith("actor:") and fold(known.text) == fold(name)
            }
            if len(found) == 1:
                return found.pop()
        return None


def read_registry(folder: Path, plan: str = "") -> Registry:
    """Return the Norwegian and languageless labels of the nodes in the registries of a data folder, where they exist.

    With the slug of a plan they are also those of the plan's own ``things.ttl``: its sums of money, for example.

    Raises DataError when a registry is no Turtle.
    """
    kinds: dict[str, set[str]] = {}
    labels: list[tuple[str, str, bool]] = []
    for file in (folder / name for name in (*REGISTRIES, *((f"{plan}/things.ttl",) if plan else ()))):
        if not file.is_file():
            continue
        for subject, predicate, value, language in statements(file):
            if predicate == RDF_TYPE:
                kinds.setdefault(subject, set()).add(value)
            elif predicate in _LABELS and (language or "nb") in ("nb", "nn", "no"):
                labels.append((subject, value, predicate == SKOS + "prefLabel"))
    names = {
        Name(text, short, bool(kinds.get(iri, set()) & _GENERIC), preferred)
        for iri, text, preferred in labels
        if (short := _short(iri)) and fold(text)
    }
    return Registry(tuple(sorted(names)))


def statements(file: Path) -> Iterator[tuple[str, str, str, str | None]]:
    """Yield subject, predicate, value and language of each statement of a Turtle file."""
    from plangraph.loading import parse

    for quad in parse(file):
        value: Any = quad.object
        subject: Any = quad.subject
        yield subject.value, quad.predicate.value, value.value, getattr(value, "language", None)


def _short(iri: str) -> str | None:
    match = re.fullmatch(rf"{re.escape(BASE)}(actor|thing|law)/([a-z0-9.-]+)", iri)
    return f"{_PREFIX[match.group(1)]}:{match.group(2)}" if match else None
