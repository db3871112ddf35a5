"""Every question of the library on rdflib's own evaluator and on pyoxigraph, in memory, with the agreed parameters."""

import shlex
from pathlib import Path

import pyoxigraph as ox

from benchmarks.measuring import interleaved, medians, ratio, show
from plangraph import assembly, queries, stores
from plangraph.loading import to_rdflib
from plangraph.paths import find_tree

ANSWERS = Path(__file__).parent.parent / "tests/questions"


def run() -> None:
    """Print the ten questions that rdflib finds hardest, and all of them together."""
    tree = find_tree()
    parts, _ = assembly.make_parts(tree)
    everything = assembly.union(parts)
    memory, graph = (
        stores.union_store(ox.Quad(t.subject, t.predicate, t.object) for t in everything),
        to_rdflib(everything),
    )
    library = queries.library(tree)
    texts = {name: queries.filled(query, memory, _agreed(name)) for name, query in library.items()}
    seconds: dict[str, dict[str, list[float]]] = {}
    for name, text in texts.items():
        jobs = {"rdflib": lambda t=text: list(graph.query(t)), "pyoxigraph": lambda t=text: list(memory.query(t))}
        seconds[name] = interleaved(jobs, 3)
    slowest = sorted(seconds, key=lambda name: -min(seconds[name]["rdflib"]))[:10]
    rows = [(name, "", ratio(seconds[name], "rdflib", "pyoxigraph"), medians(seconds[name])) for name in slowest]
    together = {e: [sum(run) for run in zip(*(s[e] for s in seconds.values()), strict=True)] for e in jobs}
    rows.append((f"all {len(texts)}", "", ratio(together, "rdflib", "pyoxigraph"), medians(together)))
    show("rdflib / pyoxigraph, questions over one plan", rows)


def _agreed(name: str) -> dict[str, str]:
    first = (ANSWERS / f"{name}.csv").read_text(encoding="utf-8").partition("\n")[0]
    words = shlex.split(first[1:]) if first.startswith("# --") else []
    return {option[2:]: value for option, value in zip(words[::2], words[1::2], strict=True)}
