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
            ("of it, putting as many bytes into as many files", "", _bare(folder / "site", folder / "copy"), ""),
        ]
        show("A static site of one plan", rows, "s")


def _bare(source: Path, target: Path) -> float:
    """Return the seconds that the file system takes for the files of a folder, their content being in memory."""
    contents = {file.relative_to(source): file.read_bytes() for file in source.rglob("*") if file.is_file()}
    start = time.perf_counter()
    for place in {target / name.parent for name in contents}:
        place.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (target / name).write_bytes(content)
    return time.perf_counter() - start
