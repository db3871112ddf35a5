"""What the graph says about itself: the data set, its sources and how it was coded."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from plangraph.errors import DataError
from plangraph.vocabulary import BASE, DCAT, DCT, PG, RDF_TYPE, SKOS


@dataclass(frozen=True)
class Source:
    """A text from which facts were taken: its names, when it was issued (EDTF), the SHA-256 of its bytes, and the slugs
    of the plans that it is about."""

    iri: str
    title: Mapping[str, str]
    issued: str
    sha256: str
    plans: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """The data set: names and descriptions in both languages, the IRI of its licence ("" where none is stated), and
    its sources in the order of their IRIs."""

    iri: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    licence: str
    homepage: str
    modified: str
    sources: Sequence[Source]


def licence_name(iri: str) -> str:
    """Return the short name (SPDX) of a Creative Commons licence by its IRI, as in ``CC-BY-4.0``; "" of another."""
    found = re.match(r"https?://creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/(\d\.\d)/?$", iri)
    if not found:
        return ""
    return f"CC{0 if found[1] == 'zero' else '-' + found[1].upper()}-{found[2]}"


def dataset_of(triples: Iterable[ox.Triple]) -> Dataset:
    """Return what the graph's ``dcat:Dataset`` says. Raises DataError when there are several.

    Where the data folder states no title or no description, the names of all its plans stand in its place; what else is
    not stated, such as a licence, stays empty.
    """
    facts: dict[str, dict[str, list[ox.Literal | ox.NamedNode]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        facts[triple.subject.value][triple.predicate.value].append(triple.object)  # type: ignore[union-attr, arg-type]

    def of_type(kind: str) -> list[str]:
        return sorted(iri for iri, f in facts.items() if any(o.value == kind for o in f.get(RDF_TYPE, ())))

    def texts(iri: str, *properties: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in properties:
            for o in sorted(facts[iri].get(name, ()), key=str):
                found.setdefault(getattr(o, "language", None) or "nb", o.value)
        return {lang: found.get(lang) or next(iter(found.values()), "") for lang in ("nb", "en")}

    def one(iri: str, name: str) -> str:
        return min((o.value for o in facts[iri].get(name, ())), default="")

    sources = [
        Source(
            iri,
            texts(iri, SKOS + "prefLabel", DCT + "title"),
            one(iri, DCT + "issued"),
            one(iri, PG + "sha256"),
            tuple(sorted(o.value.rpartition("/")[2] for o in facts[iri].get(DCT + "subject", ()))),
        )
        for iri in of_type(PG + "Source")
    ]
    described = of_type(DCAT + "Dataset")
    if len(described) > 1:
        raise DataError(
            f"the graph describes {len(described)} data sets: {', '.join(described)}", mend="keep one dcat:Dataset"
        )
    iri = described[0] if described else BASE + "dataset"
    plans = [texts(plan, SKOS + "prefLabel", DCT + "title") for plan in of_type(PG + "ActionPlan")]
    of_plans = {lang: "; ".join(plan[lang] for plan in plans if plan[lang]) for lang in ("nb", "en")}
    stated = {name: texts(iri, DCT + name) for name in ("title", "description")}
    title, description = (found if any(found.values()) else of_plans for found in stated.values())
    return Dataset(
        iri,
        title,
        description,
        one(iri, DCT + "license"),
        one(iri, DCAT + "landingPage") or BASE,
        one(iri, DCT + "modified"),
        sources,
    )
