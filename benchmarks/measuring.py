"""Interleaved timing, and synthetic plans made of the real one."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyoxigraph as ox

from plangraph.building import read_parts
from plangraph.paths import find_tree

Job = Callable[[], object]


def interleaved(jobs: dict[str, Job], runs: int = 5) -> dict[str, list[float]]:
    """Return the seconds of each job, the jobs taken in turn, after one round that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for number in range(runs + 1):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            if number:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def process(*words: str, cwd: Path | None = None) -> Job:
    """Return a job that runs a Python command line as a whole process."""

    def run() -> None:
        subprocess.run([sys.executable, *words], cwd=cwd, check=True, capture_output=True)

    return run


def ratio(seconds: dict[str, list[float]], above: str, below: str) -> float:
    """Return the median of the ratios of two jobs, run by run."""
    return statistics.median(a / b for a, b in zip(seconds[above], seconds[below], strict=True))


def show(title: str, rows: Sequence[tuple[str, str, float, str]]) -> None:
    """Print a table: what was compared, the goal, the ratio, and the median seconds."""
    print(f"\n{title}\n")
    width = max(len(row[0]) for row in rows)
    for what, goal, value, seconds in rows:
        print(f"  {what:<{width}}  {value:7.1f} ×  goal {goal:<8}  {seconds}")


def medians(seconds: dict[str, list[float]]) -> str:
    """Return ``name 1.23 s`` for each job."""
    return ", ".join(f"{name} {statistics.median(times):.3f} s" for name, times in seconds.items())


def synthetic(triples: int, folder: Path) -> Path:
    """Write at least so many statements as one Turtle file and return its path.

    They are copies of the real plan, each with names of its own for everything that stands under a plan or a source.
    """
    tree = find_tree()
    parts = read_parts(tree)
    vocabulary = parts.pop("vocabulary")
    plan = tree.plans()[0].name
    everything = [triple for part in parts.values() for triple in part]
    lines = [f"{t.subject} {t.predicate} {t.object} ." for t in vocabulary]
    number = 0
    while len(lines) < triples:
        number += 1
        lines += [
            f"{_copy(t.subject, plan, number)} {t.predicate} {_copy(t.object, plan, number)} ." for t in everything
        ]
    place = folder / f"synthetic-{triples}.ttl"
    place.write_text("\n".join(lines[:triples]) + "\n", encoding="utf-8")
    return place


def _copy(term: object, plan: str, number: int) -> str:
    if isinstance(term, ox.NamedNode) and number > 1:
        iri = term.value
        for part in (f"/plan/{plan}", "/evidence/", "/source/", "/thing/"):
            iri = iri.replace(part, f"{part.rstrip('/')}-{number}" + ("/" if part.endswith("/") else ""))
        return f"<{iri}>"
    return str(term)
