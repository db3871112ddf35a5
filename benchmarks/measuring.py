"""Interleaved timing, and synthetic plans made of the real one."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyoxigraph as ox

from plangraph.assembly import Parts, make_parts
from plangraph.paths import find_tree
from plangraph.vocabulary import PG

Job = Callable[[], object]


def interleaved(jobs: dict[str, Job], runs: int = 5) -> dict[str, list[float]]:
    """Return the seconds until each job has its result, the jobs taken in turn, after one round that does not count.

    What a job returns is freed outside the time, for every job alike: the question is how soon one has it.
    """
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for number in range(runs + 1):
        for name, job in jobs.items():
            start = time.perf_counter()
            result = job()
            taken = time.perf_counter() - start
            del result
            if number:
                seconds[name].append(taken)
    return seconds


def process(*words: str, cwd: Path | None = None) -> Job:
    """Return a job that runs a Python command line as a whole process."""

    def run() -> None:
        subprocess.run([sys.executable, *words], cwd=cwd, check=True, capture_output=True)

    return run


def ratio(seconds: dict[str, list[float]], above: str, below: str) -> float:
    """Return the median of the ratios of two jobs, run by run."""
    return statistics.median(a / b for a, b in zip(seconds[above], seconds[below], strict=True))


def show(title: str, rows: Sequence[tuple[str, str, float, str]], unit: str = "×") -> None:
    """Print a table: what was compared, the goal, the ratio (or what ``unit`` says), and the median seconds."""
    print(f"\n{title}\n")
    width = max(len(row[0]) for row in rows)
    for what, goal, value, seconds in rows:
        print(f"  {what:<{width}}  {value:7.1f} {unit}  goal {goal:<8}  {seconds}")


def medians(seconds: dict[str, list[float]]) -> str:
    """Return ``name 1.23 s`` for each job."""
    return ", ".join(f"{name} {statistics.median(times):.3f} s" for name, times in seconds.items())


def synthetic(triples: int, folder: Path, faults: int = 0) -> Path:
    """Write about so many statements as one Turtle file and return its path.

    They are copies of the real plan, each with names of its own for all that stands under a plan or a source; of the
    last copy only so many subjects are taken as are needed, with the evidence that they use, so that the whole conforms
    to the shapes. ``faults`` takes the stage away from as many participations and claims.
    """
    tree = find_tree()
    parts, _ = make_parts(tree)
    # The status of a measure, which a shape asks for, is derived; nothing else of what the rules make is taken.
    status = {PG + "status", PG + "derivedStatus"}
    parts["asserted"] += [triple for triple in parts["derived"] if triple.predicate.value in status]
    plan = tree.plans()[0].name
    lines = [f"{t.subject} {t.predicate} {t.object} ." for t in parts["vocabulary"]]
    facts = [*parts["asserted"], *parts["outside"], *parts["evidence"]]
    number = 0
    while len(lines) < triples:
        number += 1
        room = triples - len(lines)
        chosen = facts if room >= len(facts) else _part(parts, room)
        lines += [f"{_copy(t.subject, plan, number)} {t.predicate} {_copy(t.object, plan, number)} ." for t in chosen]
        if room < len(facts):
            break
    stages = [line for line in lines if "/ns#stage>" in line and ("/claim/" in line or "/participation/" in line)]
    spoilt = set(stages[:: max(1, len(stages) // faults)][:faults]) if faults else set()
    place = folder / f"synthetic-{triples}-{faults}.ttl"
    place.write_text("\n".join(line for line in lines if line not in spoilt) + "\n", encoding="utf-8")
    return place


def _part(parts: Parts, room: int) -> list[ox.Triple]:
    """Return statements about as many subjects as fit, with the evidence they use and nothing that dangles."""
    about: dict[str, list[ox.Triple]] = {}
    for triple in [*parts["asserted"], *parts["evidence"]]:
        about.setdefault(triple.subject.value, []).append(triple)  # type: ignore[union-attr]
    last = ("/mention/", "/claim/", "/participation/")
    subjects = {t.subject.value for t in parts["asserted"]}  # type: ignore[union-attr]
    order = sorted(subjects, key=lambda s: ([part in s for part in last], s))
    taken: set[str] = set()
    size = 0
    for subject in order:
        need = _needed(about, subject) - taken
        if size + sum(len(about[s]) for s in need) <= room:
            taken |= need
            size += sum(len(about[s]) for s in need)
    return [t for s in taken for t in about[s] if str(getattr(t.object, "value", "")) not in about.keys() - taken]


def _needed(about: dict[str, list[ox.Triple]], subject: str) -> set[str]:
    """Return a subject with the evidence it uses, and the positions of that evidence."""
    found, waiting = {subject}, [subject]
    while waiting:
        for triple in about[waiting.pop()]:
            value = str(getattr(triple.object, "value", ""))
            if "/evidence/" in value and value in about and value not in found:
                found.add(value)
                waiting.append(value)
    return found


def _copy(term: object, plan: str, number: int) -> str:
    if isinstance(term, ox.NamedNode) and number > 1:
        iri = term.value
        for part in (f"/plan/{plan}", "/evidence/", "/source/", "/thing/"):
            iri = iri.replace(part, f"{part.rstrip('/')}-{number}" + ("/" if part.endswith("/") else ""))
        return f"<{iri}>"
    return str(term)
