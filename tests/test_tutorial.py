"""The tutorial runs on the real data as it stands, and its stored answers are what it gives."""

import os
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from conftest import ROOT

TUTORIAL = ROOT / "docs/tutorial.ipynb"


def shown(notebook: Any) -> list[list[str]]:
    """What each code cell shows: printed text, or the table or value as HTML or text."""
    return [
        [
            output.get("text") or output["data"].get("text/html") or output["data"]["text/plain"]
            for output in cell.outputs
        ]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def test_the_tutorial_runs_and_shows_what_it_stores(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]))
    stored = nbformat.read(TUTORIAL, as_version=4)
    nbformat.validate(stored)
    run = nbformat.read(TUTORIAL, as_version=4)
    NotebookClient(run, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert len(shown(run)) >= 10
    assert shown(run) == shown(stored), "run: jupyter execute --inplace docs/tutorial.ipynb"
