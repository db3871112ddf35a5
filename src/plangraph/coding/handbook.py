"""The workbook of a coding sheet: the rows, and beside them all that a coder looks up."""

from collections import Counter
from collections.abc import Sequence

from plangraph import words
from plangraph.coding import things
from plangraph.coding.sheet import COLUMNS, Plan, Row
from plangraph.export import Names
from plangraph.names import label, last_part
from plangraph.output import natural
from plangraph.texts import texts
from plangraph.vocabulary import BASE, CODE, DCT, RDF, SKOS
from plangraph.workbook import Sheet, to_xlsx

_WIDTHS = {
    "id": 20,
    "context": 30,
    "actor": 24,
    "with": 16,
    "named_as": 14,
    "property": 18,
    "value": 30,
    "comment": 24,
    "qualifier": 12,
    "words": 50,
    "locator": 40,
    "note": 24,
}
# The kinds of things that a cell may name, by how their ids begin.
_NAMED = (
    *("actor:", "x:", "law:", "event:", "place:", "m:", "area:", "plan:", "figure:"),
    *("audience:", "cause:", "language:", "status:", "theme:"),
)


def workbook(plan: Plan, rows: Sequence[Row], lang: str = "nb") -> bytes:
    """Return rows as a workbook with drop-down lists, an explanation of each column in a language, and what to look up.

    The sheet of rows comes first, which is the one that an import reads. The others explain the columns, show a row of
    each kind, define the roles, stages and properties, and list the names of all things, actors, laws and codes.
    """
    short = Names(plan.prefixes)
    properties = _properties(plan, short, lang)
    choices: dict[str, Sequence[str]] = {
        "measure": plan.measures,
        "role": plan.codes("role"),
        "stage": plan.codes("stage"),
        "property": [str(row[0]) for row in properties],
        "remove": ["x"],
    }
    coding = Sheet("coding", COLUMNS, [[row[c] for c in COLUMNS] for row in rows], _WIDTHS, choices=choices)
    names = list(texts(lang)["handbook"].values())
    explained = [[column["name"], column[lang]] for column in words.coding()["column"]]
    examples = [[e[lang], *(e["row"].get(c, "") for c in _SHOWN)] for e in words.coding()["example"]]
    named = ["id", "name", "navn", "kind"]
    return to_xlsx(
        [
            coding,
            Sheet(
                names[0],
                ["column", "what it holds"],
                explained,
                {"what it holds": 120},
                heading=words.coding()["heading"][0][lang],
            ),
            Sheet(names[1], ["example", *_SHOWN], examples, _EXAMPLE_WIDTHS, heading=[names[1].capitalize()]),
            Sheet(names[2], ["role", "name", "navn", "definition"], _codes(plan, "role", lang), {"definition": 120}),
            Sheet(names[3], ["stage", "name", "navn", "definition"], _codes(plan, "stage", lang), {"definition": 120}),
            Sheet(
                names[4], ["property", "name", "navn", "takes", "used", "definition"], properties, {"definition": 110}
            ),
            Sheet(names[5], named, _things(plan, short, lang), {"name": 50, "navn": 50}),
        ],
        f"Coding sheet, {plan.folder.name}",
    )


def things_workbook(plan: Plan, rows: Sequence[Row], lang: str = "nb") -> bytes:
    """Return rows of the sheet of things as a workbook, with its columns, classes and codes explained in a language."""
    described = things.Things(plan)
    known = words.things()
    heads = list(texts(lang)["handbook"].values())
    classes = []
    for kind, told in zip(described.kinds, known["kind"], strict=True):
        for iri in kind.classes:
            held = ", ".join(c for c in described.columns_of([kind]) if c != "class")
            names = [label(plan.store, iri, "en"), label(plan.store, iri, "nb")]
            classes.append([last_part(iri), *names, told[lang], held, _defined(plan, iri, lang)])
    codes = [[scheme, *row] for scheme in ("kind", "unit", "stage") for row in _codes(plan, scheme, lang)]
    choices = {
        "class": [str(row[0]) for row in classes],
        "measure": plan.measures,
        "stage": plan.codes("stage"),
        "per_year": ["x"],
        "approximate": ["x"],
    }
    widths = dict.fromkeys(("id", "class", "name_nb", "name_en"), 26) | {"words": 50, "locator": 40}
    return to_xlsx(
        [
            Sheet(
                "things",
                things.COLUMNS,
                [[r[c] for c in things.COLUMNS] for r in rows],
                widths,
                choices=choices,
            ),
            Sheet(
                heads[0],
                ["column", "what it holds"],
                [[column["name"], column[lang]] for column in known["column"]],
                {"what it holds": 120},
                heading=known["heading"][0][lang],
            ),
            Sheet("classes", ["class", "name", "navn", "kind", "columns", "definition"], classes, {"definition": 90}),
            Sheet("codes", ["column", "code", "name", "navn", "definition"], codes, {"definition": 90}),
            Sheet(
                heads[5], ["id", "name", "navn", "kind"], _things(plan, described.short, lang), {"name": 50, "navn": 50}
            ),
        ],
        f"Things, {plan.folder.name}",
    )


_EXAMPLE_WIDTHS = {"example": 24, "measure": 9, "context": 28, "actor": 14, "value": 22, "comment": 22, "words": 24}
_SHOWN = [c for c in COLUMNS if any(c in example["row"] for example in words.coding()["example"])]


def _codes(plan: Plan, scheme: str, lang: str) -> list[list[str]]:
    iris = [f"{CODE}{scheme}/{slug}" for slug in plan.codes(scheme)]
    return [
        [last_part(i), label(plan.store, i, "en"), label(plan.store, i, "nb"), _defined(plan, i, lang)] for i in iris
    ]


def _properties(plan: Plan, short: Names, lang: str) -> list[list[str | int]]:
    """Return the properties that claims may state, those first that claims of the data state most often."""
    used = Counter(str(o.value) for s in plan.claims for o in plan.objects(s, RDF + "predicate"))
    found: list[list[str | int]] = []
    for iri in sorted(plan.properties, key=lambda iri: (-used[iri], short.iri(iri))):
        kind = plan.properties[iri]
        takes = texts(lang)["takes"].get("time" if iri in plan.times else kind, "")
        names = [label(plan.store, iri, "en"), label(plan.store, iri, "nb")]
        found.append([short.iri(iri), *names, takes, used[iri], _defined(plan, iri, lang)])
    return found


def _defined(plan: Plan, iri: str, lang: str) -> str:
    texts = [o for p in (SKOS + "definition", SKOS + "scopeNote") for o in plan.objects(iri, p)]
    found = {o.language: o.value for o in reversed(texts)}
    return str(found.get(lang) or found.get("en") or "")


def _things(plan: Plan, short: Names, lang: str) -> list[list[str]]:
    iris = {iri for named in plan.spelt.values() for iri in named if iri.startswith(BASE)}
    found = []
    for iri in iris:
        name = short.iri(iri)
        if name.startswith(_NAMED):
            kinds = [label(plan.store, o.value, lang) for o in plan.objects(iri, DCT + "type")]
            names = [label(plan.store, iri, "en"), label(plan.store, iri, "nb")]
            found.append([name, *names, ", ".join(sorted(kinds))])
    return sorted(found, key=lambda row: (row[0].partition(":")[0], natural(row[0])))
