"""Checking data against the SHACL shapes and the checks of the query library."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from plangraph import output, screening, stores
from plangraph.assembly import make_parts
from plangraph.errors import check_language
from plangraph.loading import parse, rdf_files, to_rdflib
from plangraph.names import last_part, near, short
from plangraph.paths import Tree, find_tree
from plangraph.queries import Query, ask, plain
from plangraph.rules import derive
from plangraph.vocabulary import RDF, SHACL

if TYPE_CHECKING:
    import rdflib


# What was checked, and the verdict: it conforms, it does not.
_VERDICTS = {
    "nb": (
        "utsagn: {0}, former: {1}, kontroller: {2}",
        "dataene følger formene",
        "dataene følger ikke formene, funn: {3}",
    ),
    "en": ("statements: {0}, shapes: {1}, checks: {2}", "conforms", "does not conform, findings: {3}"),
}


@dataclass(frozen=True, order=True)
class Finding:
    """One fault: the node, the property, the value, the sentence that names the mend, and the constraint."""

    severity: str
    focus: str
    path: str
    value: str
    message: str
    constraint: str
    where: str = ""


@dataclass(frozen=True)
class Report:
    """What a validation found. ``conforms`` is true when there is no finding of severity ``Violation``."""

    findings: list[Finding]
    shapes: int
    checks: int
    triples: int
    lang: str = "en"

    def __repr__(self) -> str:
        return f"<Report: {self.verdict()}>"

    def _repr_html_(self) -> str:
        columns = [entry.name for entry in fields(Finding)]
        rows = [{name: short(getattr(found, name)) for name in columns} for found in self.findings]
        return output.html_lines(self.verdict()) + (output.html_table(columns, rows) if rows else "")

    def verdict(self, lang: str = "") -> str:
        """Return what was checked and whether it conforms as a sentence, in the language of the report or another."""
        lang = lang or self.lang
        checked, *verdicts = _VERDICTS[lang]
        counts = (self.triples, self.shapes, self.checks, len(self.findings))
        return f"{checked}: {verdicts[not self.conforms]}".format(*(output.number(count, lang) for count in counts))

    @property
    def conforms(self) -> bool:
        """Whether the data conforms: warnings and notes do not count against it."""
        return not any(finding.severity == "Violation" for finding in self.findings)


def validate(
    source: "Path | str | Iterable[Path | str] | rdflib.Graph | None" = None,
    data: Path | str | None = None,
    lang: str = "en",
) -> Report:
    """Check data against the shapes and the checks, and report every fault.

    ``source`` is an ``rdflib.Graph``, a file, a folder or several of them, which are checked with the ontology's codes
    beside them; without a source it is the whole data tree (``data`` as in :func:`plangraph.paths.find_tree`). The
    rules run first, so that hand-written participations and a built graph are checked alike. Messages are in
    ``lang`` (``nb`` or ``en``).

    The findings equal those of pySHACL (SHACL Core and SPARQL constraints, W3C Recommendation 2017) plus one finding
    for each row of a check. Raises DataError when a file cannot be parsed.
    """
    import rdflib

    check_language(lang)
    tree = find_tree(data)
    if source is None:
        _, store = make_parts(tree)
        return check(store, tree, lang)
    if isinstance(source, rdflib.Graph):
        text = source.serialize(format="nt", encoding="utf-8")
        asserted = [quad.triple for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES)]
    else:
        given = [source] if isinstance(source, (str, Path)) else list(source)
        files = [file for part in given for file in rdf_files(Path(part))]
        asserted = [quad.triple for file in files for quad in parse(file)]
    vocabulary = [quad.triple for file in tree.vocabulary_files() for quad in parse(file)]
    store = stores.memory_store({"asserted": asserted, "vocabulary": vocabulary})
    derive(store, tree.rule_files())
    return check(store, tree, lang)


def check(store: ox.Store, tree: Tree, lang: str = "en") -> Report:
    """Check a store that holds the parts of a graph as named graphs; see :func:`validate`."""
    shapes = [quad.triple for quad in parse(tree.ontology / "shapes.ttl")]
    findings = {_with_near_codes(finding, store, shapes, lang) for finding in shacl_findings(store, shapes, lang)}
    rules = sorted((tree.queries / "checks").glob("*.rq"))
    for rule in rules:
        findings |= set(_rows(store, rule, lang))
    located = _locate(sorted(findings), tree)
    triples = len({quad.triple for quad in store})
    kinds = {t.subject for t in shapes if t.object == ox.NamedNode(SHACL + "NodeShape")}
    return Report(located, len(kinds), len(rules), triples, lang)


def shacl_findings(store: ox.Store, shapes: list[ox.Triple], lang: str) -> Iterable[Finding]:
    """Yield the faults that the shapes find.

    A screen finds the nodes that may be at fault; pySHACL then judges those nodes alone. A clean graph therefore never
    reaches pySHACL, which needs a second for every few thousand statements.
    """
    screen = screening.Screen(store, shapes)
    suspects = screen.suspects()
    if not suspects:
        return
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    logging.getLogger("pyshacl").setLevel(logging.ERROR)
    import pyshacl
    import rdflib

    # The option focus_nodes of pySHACL also hides the values that sh:or and sh:node look at; narrower targets do not.
    narrowed = [triple for triple in shapes if triple.predicate.value not in screening.TARGETS]
    target = ox.NamedNode(SHACL + "targetNode")
    narrowed += [
        ox.Triple(ox.NamedNode(shape), target, ox.NamedNode(node))
        for shape, nodes in suspects.items()
        for node in nodes
    ]
    graph = to_rdflib(screen.surroundings(suspects), _cached_graph())
    shape_graph = to_rdflib(narrowed)
    _, report, _ = pyshacl.validate(graph, shacl_graph=shape_graph, inplace=True)
    sh = rdflib.Namespace(SHACL)
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        # The report drops the languages of a SPARQL constraint's messages; the shape itself has them.
        source = report.value(result, sh.sourceConstraint) or report.value(result, sh.sourceShape)
        said = [*shape_graph.objects(source, sh.message)] or [*report.objects(result, sh.resultMessage)]
        messages = {getattr(m, "language", None) or "": str(m) for m in said}
        message = messages.get(lang) or messages.get("en") or messages[min(messages)]
        yield Finding(
            str(report.value(result, sh.resultSeverity)).removeprefix(SHACL),
            str(report.value(result, sh.focusNode)),
            _named(report.value(result, sh.resultPath)),
            str(report.value(result, sh.value) or ""),
            message,
            str(report.value(result, sh.sourceConstraintComponent)).removeprefix(SHACL),
        )


def _with_near_codes(finding: Finding, store: ox.Store, shapes: list[ox.Triple], lang: str) -> Finding:
    """Return a finding that a value has no such code with the property, the value and near codes of the scheme.

    SHACL reports neither where the path has two steps: from the node to the code, from the code to its scheme.
    """
    if finding.path or finding.value or finding.constraint != "HasValueConstraintComponent":
        return finding
    said: dict[tuple[object, str], Any] = {(t.subject, t.predicate.value): t.object for t in shapes}
    for (shape, predicate), scheme in said.items():
        path = said.get((shape, SHACL + "path"))
        first, rest = (said.get((path, RDF + step)) for step in ("first", "rest"))
        second = said.get((rest, RDF + "first"))
        if (
            predicate != SHACL + "hasValue"
            or not isinstance(first, ox.NamedNode)
            or not isinstance(second, ox.NamedNode)
        ):
            continue
        known = {_plain(quad.subject) for quad in store.quads_for_pattern(None, second, scheme)}
        values = {_plain(quad.object) for quad in store.quads_for_pattern(ox.NamedNode(finding.focus), first, None)}
        values -= known
        if values:
            value = min(values)
            hint = near(last_part(value), map(last_part, known), otherwise=" ")
            asked = {"nb": "mente du", "en": "did you mean"}[lang]
            message = f"{finding.message} {hint.replace('did you mean', asked)}".strip()
            return replace(finding, path=first.value, value=value, message=message)
    return finding


def _plain(term: object) -> str:
    return str(getattr(term, "value", term))


def _named(path: Any) -> str:
    # A path of several steps is a blank node in the report; its label says nothing and changes from run to run.
    import rdflib

    return str(path) if isinstance(path, rdflib.URIRef) else ""


def _rows(store: ox.Store, rule: Path, lang: str) -> Iterable[Finding]:
    query = Query(rule.stem, rule.read_text(encoding="utf-8"), rule)
    for row in ask(query, store, union=True).solutions:
        focus, *rest = (str(plain(term) or "") for term in row)
        path, value = ([*rest, "", ""])[:2]
        yield Finding("Violation", focus, path, value, query.summary(lang), rule.stem)


def _locate(findings: list[Finding], tree: Tree) -> list[Finding]:
    """Add file and line, found in the text of the files, where the focus node is the subject of a statement."""
    if not findings:
        return []
    places = subject_lines(tree, {finding.focus for finding in findings})
    return [replace(finding, where=places.get(finding.focus, "")) for finding in findings]


def subject_lines(tree: Tree, subjects: set[str]) -> Mapping[str, str]:
    """Return IRI → ``file:line`` of the first line on which each subject begins a statement."""
    import re

    places: dict[str, str] = {}
    for file in tree.data_files():
        text = file.read_text(encoding="utf-8", errors="replace")
        spaces = dict(re.findall(r"(?m)^\s*@?prefix\s+([\w-]*):\s*<([^>]*)>", text, re.IGNORECASE))
        for number, line in enumerate(text.splitlines(), 1):
            for match in re.finditer(r"(?:^|\. )(?:([\w-]*):([\w.-]*[\w-])|<([^>]+)>)(?=\s)", line):
                iri = match[3] or spaces.get(match[1], "\0") + match[2]
                if iri in subjects:
                    places.setdefault(iri, f"{file}:{number}")
    return places


def _cached_graph() -> "rdflib.Graph":
    """Return an empty graph that parses each query text once: pySHACL asks the same one for every focus node."""
    import rdflib
    from rdflib.plugins.sparql import prepareQuery

    class CachedGraph(rdflib.Graph):
        _prepared: dict[Any, Any] = {}  # noqa: RUF012

        def query(  # type: ignore[no-untyped-def]
            self,
            query_object,
            processor="sparql",
            result="sparql",
            initNs=None,  # noqa: N803
            *rest,
            **named,
        ):
            if isinstance(query_object, str):
                key = (query_object, tuple(sorted((initNs or {}).items())))
                if key not in self._prepared:
                    self._prepared[key] = prepareQuery(query_object, initNs=initNs)
                query_object = self._prepared[key]
            return super().query(query_object, processor, result, initNs, *rest, **named)

    return CachedGraph()
