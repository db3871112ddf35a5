"""The tables as files: CSV, one Excel workbook, and a Frictionless data package that describes them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from plangraph import __version__, stores
from plangraph.dataset import Dataset, dataset_of, licence_name
from plangraph.errors import check_language
from plangraph.files import write_all
from plangraph.loading import parse
from plangraph.overview import overviews
from plangraph.tables import Column, Table, dictionary_table, make_tables, needed_statements, to_csv
from plangraph.workbook import Sheet, to_xlsx

WORKBOOK = "plangraph.xlsx"
_TYPES = {"integer": "integer", "number": "number", "date": "date", "boolean": "boolean"}


def write_tables(
    data: Path | str | None = None,
    out: Path | str = "out/tables",
    built: Path | str = "out",
    lang: str = "nb",
    say: Callable[[str], None] = lambda text: None,
    source: Path | str | None = None,
    timeout: float = 60,
) -> list[tuple[Path, int]]:
    """Write all tables into a folder; return each file with its number of rows.

    Written are a CSV file for each table, ``dictionary.csv``, the workbook ``plangraph.xlsx`` (its first sheet, in
    ``lang``, is made for printing) and ``datapackage.json``. The same graph gives the same bytes.

    ``source`` is a store to ask instead of the built graph, as :func:`plangraph.stores.open_store` takes it: an RDF
    file, a folder, or the address of a SPARQL endpoint. Numbers are then as that store writes them (``2.50`` may
    have become ``2.5``), but of a file as they stand in it. ``timeout`` (seconds) is for each request to an endpoint.

    Raises UsageError when the folder cannot be written, or a table does not fit in Excel, and StoreError when the
    store cannot be asked.
    """
    check_language(lang)
    from plangraph import building
    from plangraph.paths import find_tree

    tree = find_tree(data)
    if source is None:
        triples = building.built_triples(data, built)
        store: stores.Store = building.query_store(data, built, say)
    else:
        store = stores.open_store(source, timeout=timeout)
        if Path(source).is_file():
            triples = list(dict.fromkeys(quad.triple for quad in parse(Path(source))))
        else:
            triples = needed_statements(store, tree)
    tables = make_tables(store, triples, tree)
    described = dataset_of(triples)
    contents = package_files(tables, described, lang)
    write_all(Path(out), contents)
    rows = {f"{table.name}.csv": len(table.rows) for table in [*tables, dictionary_table(tables)]}
    return [(Path(out) / name, rows.get(name, 0)) for name in contents]


def package_files(tables: Sequence[Table], dataset: Dataset, lang: str = "nb") -> dict[str, bytes]:
    """Return file name → bytes of the CSV files, the workbook and ``datapackage.json``."""
    everything = [*tables, dictionary_table(tables)]
    files = {f"{table.name}.csv": to_csv(table).encode("utf-8") for table in everything}
    package = datapackage(everything, files, dataset)
    return {
        **files,
        WORKBOOK: workbook(tables, dataset, lang),
        "datapackage.json": (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode("utf-8"),
    }


def workbook(tables: Sequence[Table], dataset: Dataset, lang: str = "nb") -> bytes:
    """Return all tables as one workbook: the printable overview first, then the data dictionary, then the tables."""
    first = overviews(tables, lang, __version__, dataset)
    dictionary = dictionary_table(tables)
    return to_xlsx([*first, *map(_sheet, [dictionary, *tables])], dataset.title[lang])


def datapackage(tables: Sequence[Table], files: Mapping[str, bytes], dataset: Dataset) -> dict[str, Any]:
    """Return the descriptor of the package (Data Package and Table Schema, specs.frictionlessdata.io).

    A column that holds the key of another table is a foreign key there.
    """
    keys = {table.name: table.columns[0].name for table in tables}
    return {
        "profile": "tabular-data-package",
        "name": "plangraph",
        "id": dataset.iri,
        "title": dataset.title["en"],
        "description": dataset.description["en"],
        "version": __version__,
        "homepage": dataset.homepage,
        **({"licenses": [_licence(dataset.licence)]} if dataset.licence else {}),
        "sources": [
            {"title": source.title["en"], "issued": source.issued, "hash": f"sha256:{source.sha256}"}
            for source in dataset.sources
        ],
        "resources": [_resource(table, files[f"{table.name}.csv"], keys) for table in tables],
    }


def _licence(iri: str) -> dict[str, str]:
    name = licence_name(iri)
    return {**({"name": name} if name else {}), "path": iri}


def _resource(table: Table, content: bytes, keys: Mapping[str, str]) -> dict[str, Any]:
    key = keys[table.name]
    foreign = [
        {"fields": [c.name], "reference": {"resource": c.refers_to, "fields": [keys[c.refers_to]]}}
        for c in table.columns
        if c.refers_to in keys
    ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": table.summary["en"],
        "title_nb": table.summary["nb"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [_field(column, column.name == key) for column in table.columns],
            "primaryKey": [key],
            "missingValues": [""],
            **({"foreignKeys": foreign} if foreign and table.name != "dictionary" else {}),
        },
    }


def _field(column: Column, key: bool) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": _TYPES.get(column.kind, "string"),
        "title": column.label["en"],
        "title_nb": column.label["nb"],
        "description": column.description["en"],
        "description_nb": column.description["nb"],
        **({"rdfProperty": column.property} if column.property else {}),
        **({"constraints": {"required": True, "unique": True}} if key else {}),
    }


def _sheet(table: Table) -> Sheet:
    return Sheet(
        table.name,
        table.header,
        [[_cell(value, column.kind) for value, column in zip(row, table.columns, strict=True)] for row in table.rows],
    )


def _cell(text: str, kind: str) -> Any:
    if not text:
        return None
    if kind == "integer":
        return int(text)
    if kind == "number":
        return float(text)
    if kind == "date":
        return datetime.date.fromisoformat(text)
    return text == "true" if kind == "boolean" else text
