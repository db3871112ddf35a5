"""Building the package: nothing that it imports is undeclared, and npm neither stops nor delays it."""

import ast
import os
import shutil
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT))
import hatch_build

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Imported only where a person or the format asks for it, with an error that names what to install.
OPTIONAL = {"igraph", "IPython", "matplotlib", "pandas", "pypdfium2", "starlette", "uvicorn"}


def test_what_is_imported_is_declared_and_the_reverse() -> None:
    declared = {word.split(">=")[0].replace("-", "_") for word in PROJECT["dependencies"]}
    files = sorted((ROOT / "src/plangraph").rglob("*.py"))
    assert len(files) > 60
    imported: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - {"plangraph"} - OPTIONAL
    assert foreign == declared


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the lock file and the place of the library, and a PATH that holds nothing else."""
    root = tmp_path / "package"
    shutil.copytree(ROOT / "npm", root / "npm", ignore=shutil.ignore_patterns("node_modules"))
    (root / hatch_build.PLACE).parent.mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return root


def _npm(package: Path, script: str) -> None:
    file = package.parent / "bin/npm"
    file.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


@pytest.mark.skipif(os.name != "posix", reason="npm is stood in for by a shell script")
def test_npm_neither_stops_nor_delays_the_build(package: Path) -> None:
    assert "npm is not there" in hatch_build.bundle(package)
    _npm(package, "echo no network >&2; exit 1")
    assert "no network" in hatch_build.bundle(package)
    _npm(package, "exit 0")
    assert "npm failed" in hatch_build.bundle(package), "npm that is content and brings nothing"
    _npm(package, "sleep 8 & sleep 8")
    begun = time.monotonic()
    assert "timed out" in hatch_build.bundle(package, 0.5)
    assert time.monotonic() - begun < 6
    assert not (package / hatch_build.PLACE).exists()
    _npm(package, "mkdir -p node_modules/cytoscape/dist; echo x > node_modules/cytoscape/dist/cytoscape.min.js")
    assert hatch_build.bundle(package).endswith("is in place")
    assert (package / hatch_build.PLACE).read_text(encoding="utf-8") == "x\n"
