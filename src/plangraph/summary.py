"""What the terminal shows: the summary of a build, and the fact sheet of a thing."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from plangraph import output
from plangraph.names import short
from plangraph.paths import packaged
from plangraph.queries import Query, ask
from plangraph.texts import texts
from plangraph.vocabulary import prefixes

if TYPE_CHECKING:
    from pathlib import Path

    from plangraph.building import Built
    from plangraph.entities import Description, Fact

_COUNTS = """
SELECT (COUNT(DISTINCT ?node) AS ?n) WHERE { ?node a pg:%s }
"""
_IN_PLAN = """OPTIONAL {
    ?measure dct:isPartOf|dct:isPartOf/dct:isPartOf|dct:isPartOf/dct:isPartOf/dct:isPartOf ?plan . ?plan a pg:ActionPlan
  }"""
_SIZES = """
SELECT ?plan (SAMPLE(?label) AS ?name) (COUNT(DISTINCT ?measure) AS ?n) WHERE {
  ?measure a pg:Measure .
  %(in_plan)s
  OPTIONAL { ?plan skos:prefLabel ?label . FILTER(LANG(?label) = "%(lang)s") }
} GROUP BY ?plan ORDER BY ?plan
"""
_STATUS = """
SELECT ?plan ?ministry ?state ?status (COUNT(DISTINCT ?measure) AS ?n) WHERE {
  ?measure pg:status ?state ; pg:responsible ?body .
  %(in_plan)s
  ?state skos:prefLabel ?status . ?body skos:prefLabel ?ministry .
  FILTER(LANG(?status) = "%(lang)s" && LANG(?ministry) = "%(lang)s")
} GROUP BY ?plan ?ministry ?state ?status ORDER BY ?ministry
"""
_TOTALS = """
SELECT ?plan ?said ?stated (COUNT(DISTINCT ?number) AS ?counted) WHERE {
  VALUES (?said ?state) {
    (pg:measureCount UNDEF) (pg:ongoingCount status:ongoing) (pg:completedCount status:completed)
  }
  ?plan ?said ?stated .
  ?number a pg:Measure ; dct:isPartOf ?area . ?area a pg:FocusArea ; dct:isPartOf ?plan .
  ?number pg:status|pg:derivedStatus ?state .
} GROUP BY ?plan ?said ?stated ORDER BY DESC(?stated)
"""
_EVIDENCE = """
SELECT (COUNT(DISTINCT ?span) AS ?n) WHERE { ?fact rdf:predicate ?said ; pg:evidence ?span }
"""


def summary_text(built: "Built", lang: str = "nb") -> str:
    """Return the summary of a build: counts, status by ministry, the report's totals, shapes, evidence, time.

    Of several plans, status and totals stand under each.
    """
    words = texts(lang)["summary"]

    def rows(text: str) -> list[Mapping[str, Any]]:
        head = "".join(f"PREFIX {p}: <{space}>\n" for p, space in prefixes().items() if f"{p}:" in text)
        return list(ask(Query("summary", head + text), built.store, union=True).rows)

    counts = {name: rows(_COUNTS % kind)[0]["n"] for kind, name in texts(lang)["counted"].items()}
    named = [f"{output.number(n, lang)} {name}" for name, n in counts.items() if n]
    lines = [", ".join(named), ""]
    plans = rows(_SIZES % {"lang": lang, "in_plan": _IN_PLAN})
    states = rows(_STATUS % {"lang": lang, "in_plan": _IN_PLAN})
    totals = rows(_TOTALS)
    # By the code and not by who comes first, so that the columns stand alike under every plan and in every build.
    columns = [words["ministry"], *(said for _, said in sorted({(row["state"], row["status"]) for row in states}))]
    for row in plans:
        plan = row.get("plan")
        if len(plans) > 1:
            slug = str(plan).rpartition("/")[2]
            name = f"{row.get('name') or slug} ({slug})" if plan else words["no_plan"]
            lines.append(f"{output.bold(name)}: {output.number(row['n'], lang)} {texts(lang)['counted']['Measure']}")
        lines += _status(columns, [row for row in states if row.get("plan") == plan], words)
        lines += _totals([row for row in totals if row["plan"] == plan], words)
        if len(plans) > 1 and lines[-1]:
            lines.append("")
    spans = rows(_EVIDENCE)[0]["n"]
    report = built.report
    checked = f"{words['conform']} ({report.shapes} SHACL, {report.checks} SPARQL)"
    if report.findings:
        checked += f", {output.number(len(report.findings), lang)} {words['findings']}"
    lines.append(f"{checked}; {output.number(spans, lang)} {words['spans']}")
    shipped = packaged()
    remark = f" ({words['packaged']})" if shipped and built.tree.data.resolve().is_relative_to(shipped) else ""
    lines.append(f"{words['read']} {built.tree.data}{remark}")
    files = ", ".join(_listed(built.written))
    total = f"{output.number(len(built.triples()), lang)} {words['statements']}"
    lines.append(f"{words['written'].format(output.number(built.seconds, lang, 1))}: {files} ({total})")
    return "\n".join(lines) + "\n"


def _status(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], words: Mapping[str, str]) -> Iterable[str]:
    by_ministry: dict[str, dict[str, Any]] = {}
    for row in rows:
        by_ministry.setdefault(row["ministry"], {columns[0]: row["ministry"]})[row["status"]] = row["n"]
    if by_ministry:
        yield output.bold(words["status"])
        yield output.table(columns, list(by_ministry.values())).rstrip("\n")
        yield ""


def _totals(rows: Iterable[Mapping[str, Any]], words: Mapping[str, str]) -> Iterable[str]:
    told = []
    for row in rows:
        name = words[row["said"].rsplit("#", 1)[1]]
        holds = words["holds"] if row["stated"] == row["counted"] else f"{words['fails']} {row['counted']}"
        told.append(f"{row['stated']} {name} ({holds})")
    if told:
        yield f"{words['totals']}: {', '.join(told)}"


def _listed(paths: "Iterable[Path]") -> Iterable[str]:
    """Yield the files themselves, and one entry with a count for a folder of more than six."""
    for folder, group in groupby(paths, key=lambda path: path.parent):
        files = list(group)
        if len(files) > 6:
            yield f"{folder}/ ({len(files)})"
        else:
            yield from map(str, files)


def fact_sheet(thing: "Description", lang: str = "nb", width: int = 100, *, ids: bool = False) -> str:
    """Return everything about a thing as text: grouped by role or property and stage, each line with its locator.

    ``ids`` shows the id of each fact, by which it can be cited.
    """
    words = texts(lang)["summary"]
    lines = [output.bold(thing.label), output.dim(f"{', '.join(thing.types)} · {thing.iri}".lstrip(" ·"))]
    if thing.names:
        lines += output.wrap(f"{words['names']}: {', '.join(thing.names)}", width)
    if thing.text:
        lines += ["", *output.wrap(thing.text, width)]
    groups = (
        (words["roles"], [f for f in thing.facts if f.role and f.inverse]),
        (words["actors"], [f for f in thing.facts if f.role and not f.inverse]),
        (words["about"], [f for f in thing.facts if not f.role and not f.inverse and f.source != "outside"]),
        (words["incoming"], [f for f in thing.facts if not f.role and f.inverse and f.source != "outside"]),
        (words["outside"], [f for f in thing.facts if f.source == "outside"]),
    )
    for title, facts in groups:
        if facts:
            lines += ["", output.bold(title.upper())]
            lines += _grouped(facts, words, width, ids)
        if title == words["actors"] and thing.under:
            lines += ["", output.bold(words["under"].upper())]
            lines += _told(thing.under, words, width, ids)
    if not thing.facts:
        lines += ["", words["nothing"]]
    return "\n".join(lines) + "\n"


def _grouped(facts: "Iterable[Fact]", words: Mapping[str, str], width: int, ids: bool) -> Iterable[str]:
    for (name, stage, inverse), group in groupby(
        facts, key=lambda f: (f.property_label, f.stage, f.inverse and not f.role)
    ):
        said = words.get(stage, stage)
        yield f"{'← ' if inverse else ''}{name}{f' ({said})' if said else ''}"
        for fact in group:
            where = f"  [{words['measure']} {', '.join(fact.measures)}]" if fact.measures else ""
            first, *rest = output.wrap(f"{fact.value_label}{where}", width - 4)
            yield f"  • {first}"
            yield from (f"    {line}" for line in rest)
            yield from _below(fact, width, ids)


def _told(
    under: "Iterable[tuple[str, tuple[Fact, ...]]]", words: Mapping[str, str], width: int, ids: bool
) -> Iterable[str]:
    for name, facts in under:
        yield from output.wrap(name, width)
        for fact in facts:
            said = words.get(fact.stage, fact.stage)
            role = f"{fact.property_label}{f' ({said})' if said else ''}"
            first, *rest = output.wrap(f"{role}: {fact.value_label}", width - 4)
            yield f"  • {first}"
            yield from (f"    {line}" for line in rest)
            yield from _below(fact, width, ids)


def _below(fact: "Fact", width: int, ids: bool) -> Iterable[str]:
    named = [" · ".join(map(short, fact.nodes))] if ids and fact.nodes else []
    for text in filter(None, (fact.remark, *named, *fact.locators)):
        yield from (output.dim(f"      {line}") for line in output.wrap(text, width - 6))
