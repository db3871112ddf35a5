"""Starting, asking, loading and validating, against plain Python, rdflib and pySHACL."""

import sys
import tempfile
from collections import Counter
from pathlib import Path

import pyshacl
import rdflib

from benchmarks.measuring import interleaved, medians, process, ratio, show, synthetic
from plangraph import building, load_graph
from plangraph.loading import parse
from plangraph.paths import find_tree
from plangraph.stores import memory_store
from plangraph.validation import SHACL, shacl_findings


def run() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _starting(folder)
        _loading(folder)
        _validating(folder)


def _starting(folder: Path) -> None:
    command = (str(Path(sys.executable).with_name("plangraph")),)
    # Built where it is asked, so that the store on disk is up to date for the question.
    process(*command, "build", cwd=folder)()
    question = (*command, "query", "responsible-ministry", "--measure", "22b", "--out", "out")
    jobs = {
        "python -c pass": process("-c", "pass"),
        "import plangraph": process("-c", "import plangraph"),
        "plangraph --help": process(*command, "--help"),
        "named query": process(*question, cwd=folder),
        "tab key": process(*command, "completion", "words", "--", "query", "status-of", "--measure", "22", cwd=folder),
    }
    seconds = interleaved(jobs, 15)
    rows = [
        (f"{job} / python -c pass", goal, ratio(seconds, job, "python -c pass"), "")
        for job, goal in (
            ("import plangraph", ""),
            ("plangraph --help", "≤ 3"),
            ("named query", "≤ 4"),
            ("tab key", ""),
        )
    ]
    show(f"Whole processes ({medians(seconds)})", rows)


def _loading(folder: Path) -> None:
    building.build(out=folder / "out")
    files = {"one plan": (folder / "out/graph.ttl", "≥ 2"), "100,000": (synthetic(100_000, folder), "≥ 3")}
    rows = []
    for size, (file, goal) in files.items():
        jobs = {"rdflib": lambda f=file: rdflib.Graph().parse(f), "plangraph": lambda f=file: load_graph(f)}
        seconds = interleaved(jobs, 5)
        rows.append(
            (f"rdflib's parse / load_graph, {size}", goal, ratio(seconds, "rdflib", "plangraph"), medians(seconds))
        )
    show("Loading Turtle into an rdflib.Graph", rows)


def _validating(folder: Path) -> None:
    tree = find_tree()
    shapes = tree.ontology / "shapes.ttl"

    def ours(file: Path) -> Counter[tuple[str, str, str]]:
        store = memory_store({"asserted": (quad.triple for quad in parse(file))})
        found = shacl_findings(store, [quad.triple for quad in parse(shapes)], "en")
        return Counter((f.focus, f.path, f.constraint) for f in found)

    def theirs(file: Path) -> Counter[tuple[str, str, str]]:
        report = pyshacl.validate(rdflib.Graph().parse(file), shacl_graph=rdflib.Graph().parse(shapes))[1]
        sh = rdflib.Namespace(SHACL)
        return Counter(
            (
                str(report.value(r, sh.focusNode)),
                str(report.value(r, sh.resultPath) or ""),
                str(report.value(r, sh.sourceConstraintComponent)).removeprefix(SHACL),
            )
            for r in report.subjects(rdflib.RDF.type, sh.ValidationResult)
        )

    rows = []
    for faults in (0, 20):
        file = synthetic(40_000, folder, faults)
        found, wanted = ours(file), theirs(file)
        assert set(found) == set(wanted), "plangraph and pySHACL differ"
        assert sum(wanted.values()) == faults, f"the synthetic plan should have {faults} faults: {wanted}"
        jobs = {"pySHACL": lambda f=file: theirs(f), "plangraph": lambda f=file: ours(f)}
        seconds = interleaved(jobs, 3)
        what = f"rdflib + pySHACL / plangraph, 40,000 statements, {faults} faults, same results"
        rows.append((what, "≥ 5", ratio(seconds, "pySHACL", "plangraph"), medians(seconds)))
    show("Validating", rows)
