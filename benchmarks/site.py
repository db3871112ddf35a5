"""Writing the whole static site of the plan."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import show
from plangraph import building
from plangraph.paths import find_tree
from plangraph.site.model import open_site


def run() -> None:
    """Print how long opening the built graph and writing every file take."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        building.build(out=folder / "out")
        start = time.perf_counter()
        open_site(building.query_store(out=folder / "out"), find_tree(), built=folder / "out")
        opened = time.perf_counter()
        words = ("site", "--graph", folder / "out", "--out", folder / "site")
        written = subprocess.run(
            [sys.executable, "-m", "plangraph", *words], check=True, capture_output=True, text=True
        )
        end = time.perf_counter()
        rows = [
            ("opening the graph", "≤ 3 s", opened - start, ""),
            ("the whole site", "≤ 10 s", end - opened, written.stdout.partition(" written")[0]),
        ]
        show("A static site of one plan", rows)
