"""The data of a site as files: of each thing, tables, answers, networks, the whole graph, the search index."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from plangraph import building, datapackage, output, stores
from plangraph.formats import BUILT
from plangraph.loading import read_text
from plangraph.queries import find_query, handed_out
from plangraph.site.index import Fact, Text, reading_order, scheme, short_id
from plangraph.site.messages import LANGUAGES
from plangraph.site.model import Site, kept
from plangraph.site.pages.facts import described
from plangraph.site.pages.measures import measure_rows
from plangraph.site.pages.networks import edge_id, group_of, layer_view
from plangraph.site.pages.parts import kind_label, link
from plangraph.site.pages.questions import answer
from plangraph.vocabulary import DCT, PG, SKOS

# --- One thing


def thing_turtle(site: Site, iri: str) -> bytes:
    """Return a thing with the facts about it, and the place of each, as Turtle."""
    return _serialised(site, iri, ox.RdfFormat.TURTLE)


def thing_jsonld(site: Site, iri: str) -> bytes:
    """Return a thing with the facts about it, and the place of each, as JSON-LD."""
    return _serialised(site, iri, ox.RdfFormat.JSON_LD)


def thing_csv(site: Site, iri: str) -> bytes:
    """Return the facts about a thing, in and out, one a row."""
    index = site.index
    rows = {fact.iri: fact for fact in (*index.facts_of.get(iri, ()), *index.facts_to.get(iri, ()))}
    if index.kinds.get(iri) == "measure":
        rows |= {node: index.facts[node] for node in index.under.get(iri, ()) if node in index.facts}
    return _fact_table(site, rows.values())


OF_THINGS: dict[str, Callable[..., bytes]] = {
    "ttl": thing_turtle,
    "jsonld": thing_jsonld,
    "csv": thing_csv,
}


def triples_about(site: Site, iri: str) -> list[ox.Triple]:
    """Return the statements about a thing: its own, the participations and claims in which it stands, their places.

    A measure also has what is told under it. Mentions and the fingerprints of spans are left to the whole graph.
    """
    index = site.index
    nodes = {iri}
    if iri in index.kinds:
        nodes |= {fact.iri for fact in (*index.facts_of.get(iri, ()), *index.facts_to.get(iri, ()))}
        if index.kinds[iri] == "measure":
            nodes |= set(index.under.get(iri, ()))
    spans = {evidence for node in nodes for evidence in index.links(node, PG + "evidence")}
    return [triple for node in sorted(nodes | spans) for triple in _about(site, node)]


@kept
def _about(site: Site, node: str) -> list[ox.Triple]:
    subject = ox.NamedNode(node)
    hidden = {PG + name for name in ("mentions", "firstWords", "lastWords")}
    return [
        ox.Triple(subject, ox.NamedNode(predicate), _term(v))
        for predicate, values in sorted(site.index.out.get(node, {}).items())
        if predicate not in hidden
        for v in values
    ]


def _term(v: Any) -> ox.NamedNode | ox.Literal:
    if isinstance(v, str):
        return ox.NamedNode(v)
    if v.language:
        return ox.Literal(v.value, language=v.language)
    return ox.Literal(v.value, datatype=ox.NamedNode(v.datatype)) if v.datatype else ox.Literal(v.value)


@kept
def _prefixes(site: Site) -> dict[str, str]:
    return {space: prefix for prefix, space in building.prefixes_of(site.tree).items()}


def _serialised(site: Site, iri: str, form: ox.RdfFormat) -> bytes:
    names = _prefixes(site)
    triples = triples_about(site, iri)
    used = {t.value for triple in triples for t in triple if isinstance(t, ox.NamedNode)}
    used |= {t.object.datatype.value for t in triples if isinstance(t.object, ox.Literal)}
    spaces = {value[: max(value.rfind("/"), value.rfind("#")) + 1] for value in used}
    wanted = {names[space]: space for space in sorted(spaces) if space in names}
    made = ox.serialize(triples, format=form, prefixes=wanted)
    assert made is not None
    return made if made.endswith(b"\n") else made + b"\n"


# --- Tables


def _table(columns: list[str], rows: Iterable[dict[str, Any]]) -> bytes:
    return output.render(columns, rows, "csv").encode("utf-8")


def _fact_table(site: Site, facts: Iterable[Fact]) -> bytes:
    columns = ["id", "subject", "subject_nb", "property", "property_nb", "object", "object_nb"]
    columns += ["stage", "measures", "locator_nb", "evidence"]
    index = site.index
    rows = []
    for fact in sorted(facts, key=reading_order):
        literal = isinstance(fact.object, Text)
        rows.append(
            {
                "id": fact.iri,
                "subject": fact.subject,
                "subject_nb": index.label(fact.subject, "nb"),
                "property": fact.role or fact.predicate,
                "property_nb": index.label(fact.role or fact.predicate, "nb"),
                "object": fact.object.value if isinstance(fact.object, Text) else fact.object,
                "object_nb": "" if literal else index.label(str(fact.object), "nb"),
                "stage": fact.stage,
                "measures": " ".join(short_id(m) for m in fact.measures),
                "locator_nb": " | ".join(index.locator(e, "nb") for e in fact.evidence),
                "evidence": " ".join(fact.evidence),
            }
        )
    return _table(columns, rows)


def facts_table(site: Site) -> bytes:
    """Return all participations and claims, one a row, in the order of the report."""
    return _fact_table(site, site.index.facts.values())


def measures_table(site: Site) -> bytes:
    """Return the measures, one a row, with status, ministry and what remains."""
    columns = ["number", "label_nb", "label_en", "status", "derived", "ministry", "area", "remaining_nb", "iri"]
    english = {row["link"]["iri"]: row["link"]["text"] for row in measure_rows(site, "en")}
    rows = [
        {
            "number": row["number"],
            "label_nb": row["link"]["text"],
            "label_en": english[row["link"]["iri"]],
            "status": row["status"]["code"] if row["status"] else "",
            "derived": bool(row["status"] and row["status"]["derived"]),
            "ministry": " ".join(short_id(m["iri"]) for m in row["ministries"]),
            "area": short_id(row["area"]["iri"]) if row["area"] else "",
            "remaining_nb": "; ".join(r["value"]["text"] for r in row["remaining"]),
            "iri": row["link"]["iri"],
        }
        for row in measure_rows(site, "nb")
    ]
    return _table(columns, rows)


def actors_table(site: Site) -> bytes:
    """Return the actors, one a row, with their names and the number of their reported roles."""
    columns = ["id", "label_nb", "label_en", "other_names", "kind_nb", "roles", "measures", "iri"]
    index = site.index
    rows = []
    for iri in index.of_kind("actor"):
        told = [f for f in index.facts_to.get(iri, ()) if f.role and f.stage == "reported"]
        rows.append(
            {
                "id": short_id(iri),
                "label_nb": index.label(iri, "nb"),
                "label_en": index.label(iri, "en"),
                "other_names": " | ".join(v.value for v in index.values(iri, SKOS + "altLabel") if isinstance(v, Text)),
                "kind_nb": kind_label(site, iri, "nb"),
                "roles": len(told),
                "measures": len({m for f in told for m in f.measures}),
                "iri": iri,
            }
        )
    return _table(columns, rows)


# --- Questions


def question_names(site: Site) -> list[str]:
    """Return the names of the questions of the library."""
    return sorted(path.stem for path in site.tree.queries.glob("*.rq"))


def question_text(site: Site, name: str) -> bytes:
    """Return the query of a question."""
    return handed_out(find_query(name, site.tree)).encode("utf-8")


def question_csv(site: Site, name: str, **given: str) -> bytes:
    """Return the answer to a question as CSV: IRIs as they are. ``given`` are values of its parameters."""
    columns, rows = _answer(site, name, given)
    return _table(columns, rows)


def question_json(site: Site, name: str, **given: str) -> bytes:
    """Return the answer to a question as a JSON list of objects. ``given`` are values of its parameters."""
    columns, rows = _answer(site, name, given)
    return output.render(columns, rows, "json").encode("utf-8")


def _answer(site: Site, name: str, given: Mapping[str, str]) -> tuple[list[str], list[dict[str, Any]]]:
    _, result, _ = answer(site, name, given)
    return ([], []) if result is None else (result.columns, result.rows)


OF_QUESTIONS: dict[str, Callable[..., bytes]] = {
    "rq": question_text,
    "csv": question_csv,
    "json": question_json,
}


# --- Networks


def layer_file(site: Site, layer: str, name: str) -> bytes:
    """Return one download of a network layer."""
    return next(found for found in site.layers if found.name == layer).files[name]


def layer_drawing(site: Site, name: str) -> bytes:
    """Return what the drawing of a layer shows as data for the interactive one, in both languages, as a script."""
    layer = next(found for found in site.layers if found.name == name)
    content: dict[str, Any] = {"directed": layer.directed}
    for lang in LANGUAGES:
        drawn = layer_view(site, layer, lang)["drawing"]
        content[lang] = {
            "nodes": [
                {
                    "id": iri,
                    "group": group_of(site, iri),
                    "lines": drawn["lines"][iri],
                    "place": place,
                }
                for iri, place in drawn["places"].items()
            ],
            "ties": [
                {
                    "id": edge_id(e),
                    "source": e.source,
                    "target": e.target,
                    "weight": float(e.weight),
                    "control": drawn["curves"][e.source, e.target][1],
                }
                for e in layer.edges
                if (e.source, e.target) in drawn["curves"]
            ],
        }
    return _script("plangraphNetwork", content)


# --- The whole


@kept
def _parts(site: Site) -> dict[str, list[ox.Triple]]:
    store = site.store
    named = {
        part: [q.triple for q in store.quads_for_pattern(None, None, None, stores.graph_name(part))]
        for part in stores.GRAPHS
    }
    if not any(named.values()):
        named = {"asserted": [q.triple for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())]}
    return named


@kept
def graph_files(site: Site) -> dict[str, bytes]:
    """Return the whole graph in all its forms, as a build writes it."""
    if site.built:
        return {name: (site.built / name).read_bytes() for name in BUILT}
    return building.serialise(_parts(site), site.tree)


def _graph(name: str) -> Callable[[Site], bytes]:
    def read(site: Site) -> bytes:
        return graph_files(site)[name]

    return read


@kept
def table_files(site: Site) -> dict[str, bytes]:
    """Return file name → bytes of the tables, as ``plangraph tables`` writes them, with a workbook in each language."""
    from plangraph.tables import make_tables

    triples = list(dict.fromkeys(triple for part in _parts(site).values() for triple in part))
    tables, about = make_tables(site.store, triples, site.tree), described(site)
    found = datapackage.package_files(tables, about)
    found[WORKBOOKS["nb"]] = found.pop(datapackage.WORKBOOK)
    return found | {WORKBOOKS["en"]: datapackage.workbook(tables, about, "en")}


def table_file(site: Site, name: str) -> bytes:
    """Return one of the tables, a workbook, or the description of the package."""
    return table_files(site)[name]


def table_names(site: Site) -> list[str]:
    """Return the names of the files of :func:`table_files`, without making them."""
    from plangraph.tables import read_dictionary

    tables = dict.fromkeys(table for table, _ in read_dictionary(site.tree) if table != "*")
    return [*WORKBOOKS.values(), *(f"{name}.csv" for name in [*tables, "dictionary"]), "datapackage.json"]


def agreements(site: Site) -> dict[str, Path]:
    """Return path → file of the agreement between codings, for each plan that has one."""
    plans = {short_id(iri): site.tree.data / short_id(iri) / AGREEMENT for iri in site.index.of_kind("plan")}
    return {f"data/{slug}/{AGREEMENT}": file for slug, file in plans.items() if file.is_file()}


def agreement(site: Site, path: str) -> bytes:
    """Return the agreement between codings as the data hold it."""
    return read_text(agreements(site)[path]).encode("utf-8")


def _vocabulary(name: str) -> Callable[[Site], bytes]:
    def read(site: Site) -> bytes:
        return read_text(site.tree.ontology / name).encode("utf-8")

    return read


WORKBOOKS = {lang: f"plangraph-{lang}.xlsx" for lang in LANGUAGES}
AGREEMENT = "agreement.csv"
# What there is of one plan, and of several together.
SHARED: dict[str, Callable[[Site], bytes]] = {
    **{f"data/{name}": _graph(name) for name in BUILT},
    "data/plangraph.ttl": _vocabulary("plangraph.ttl"),
    "data/codes.ttl": _vocabulary("codes.ttl"),
}
WHOLE: dict[str, Callable[[Site], bytes]] = {
    **SHARED,
    "data/measures.csv": measures_table,
    "data/actors.csv": actors_table,
    "data/facts.csv": facts_table,
}


# --- Search


def search_index(site: Site, lang: str) -> bytes:
    """Return the search index of one language: for each thing its name, kind, page, and the words to be found by.

    It is a script that sets one variable, because a page opened from a folder may load scripts and no data.
    """
    index = site.index
    entries = []
    for iri, kind in sorted(index.kinds.items()):
        if kind == "theme" and scheme(iri) in ("period", "language", "unit"):
            continue
        shown = link(site, iri, lang)
        texts = [v.value for p in (SKOS + "altLabel",) for v in index.values(iri, p) if isinstance(v, Text)]
        texts += [index.label(iri, other) for other in ("nb", "en")]
        texts.append(index.text(iri, DCT + "description", lang))
        texts += [
            f.object.value for f in index.facts_of.get(iri, ()) if isinstance(f.object, Text) and f.object.language
        ]
        told = [f for f in index.facts_of.get(iri, ()) if f.role]
        texts += [index.label(str(f.object), lang) for f in told]
        body = " ".join(dict.fromkeys(text for text in texts if text and text != shown["text"]))
        weight = len(index.facts_to.get(iri, ())) + len(index.facts_of.get(iri, ()))
        entries.append([shown["text"], kind_label(site, iri, lang), shown["url"], body[:600], weight, shown["tag"]])
    return _script("plangraphSearch", entries)


def _script(variable: str, content: Any) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # "<" could end a script element, and U+2028 is a line end in older JavaScript.
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"window.{variable}={text};\n".encode()
