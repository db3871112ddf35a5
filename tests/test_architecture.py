"""Imports point one way, and starting up loads nothing heavy."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

PACKAGE = ROOT / "src/plangraph"
# Each layer may import from the layers before it, and from its own.
LAYERS = [
    {"errors", "vocabulary", "formats", "output", "analysis", "texts", "curves"},
    {"paths", "files", "sparql", "export", "words", "pdf", "dataset", "screening", "subset", "workbook"},
    {"text", "loading", "endpoints"},
    {"stores", "spans", "locators", "evidence", "house"},
    {"rules", "names", "plans", "ingest"},
    {"assembly", "queries", "tables"},
    {"validation"},
    {"building"},
    {
        "entities",
        "answers",
        "suggestions",
        "coding",
        "listing",
        "overview",
        "networks",
    },
    {"summary", "figures", "catalogue", "citing", "datapackage", "serving", "site"},
    {"cli"},
    {"__main__"},
]
HEAVY = {
    "jinja2",
    "rdflib",
    "starlette",
    "uvicorn",
    "networkx",
    "pyshacl",
    "pyoxigraph",
    "numpy",
    "scipy",
    "pandas",
    "yaml",
    "openpyxl",
    "matplotlib",
    "xlsxwriter",
}


def modules() -> dict[str, list[Path]]:
    """Module or subpackage of plangraph → its files."""
    found: dict[str, list[Path]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
        found.setdefault(name, []).append(file)
    return found


def imported(file: Path, *, anywhere: bool = True) -> set[str]:
    """Names of plangraph's modules that a file imports; without ``anywhere`` only while it is being imported."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = set()
    nodes = ast.walk(tree) if anywhere else iter(tree.body)
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("plangraph"):
            parts = node.module.split(".")
            names |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
    return names - {"__version__"}


def within(file: Path) -> set[str]:
    """Dotted names, without plangraph's own, of what a file imports: of modules, and of what it takes from them."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and f"{node.module}.".startswith("plangraph."):
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name.removeprefix("plangraph").lstrip(".") for name in names}


def rank(name: str) -> int:
    ranks = [i for i, layer in enumerate(LAYERS) if name in layer]
    assert ranks, f"module {name} has no place in LAYERS: put it where its imports allow"
    return ranks[0]


def test_imports_point_one_way() -> None:
    found = modules()
    assert len(found) >= 15
    for name, files in found.items():
        if name == "__init__":
            continue
        for file in files:
            for other in imported(file):
                assert rank(other) <= rank(name), f"{file.name} imports {other}, which stands above it"


def test_no_file_leads_back_to_itself() -> None:
    files = {".".join(file.relative_to(PACKAGE).with_suffix("").parts): file for file in PACKAGE.rglob("*.py")}
    files = {name.removesuffix("__init__").rstrip("."): file for name, file in files.items()}
    leads = {name: within(file) & files.keys() - {name} for name, file in files.items() if name}
    assert sum(map(len, leads.values())) > 300
    while ends := {name for name, others in leads.items() if not others & leads.keys()}:
        leads = {name: others for name, others in leads.items() if name not in ends}
    assert not leads, f"these import each other: {sorted(leads)}"


@pytest.mark.parametrize(
    "code",
    [
        "import plangraph",
        "from plangraph.cli import COMMANDS, command_parser; [command_parser(name) for name in COMMANDS]",
        "from plangraph.networks import choices, texts",
    ],
)
def test_starting_up_loads_nothing_heavy(code: str) -> None:
    script = f"import sys; {code}; print(*sorted(m.partition('.')[0] for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & HEAVY


def test_a_named_query_loads_the_store_only() -> None:
    script = (
        "import sys; from plangraph.cli import main; status = main(['query', 'status-by-ministry']); "
        "print(*sorted(m.partition('.')[0] for m in sys.modules), file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert set(done.stderr.splitlines()[-1].split()) & HEAVY == {"pyoxigraph"}


def test_public_names_exist_and_are_documented() -> None:
    import plangraph

    assert sorted(plangraph.__all__) == plangraph.__all__
    for name in plangraph.__all__:
        value = getattr(plangraph, name)
        assert name == "__version__" or (value.__doc__ or "").strip(), name


def test_analysis_knows_networkx_only() -> None:
    files = modules()["analysis"]
    assert len(files) >= 8
    for file in files:
        assert imported(file) <= {"analysis"}, file


def test_no_module_spells_out_a_plan() -> None:
    every = [file for files in modules().values() for file in files]
    assert len(every) > 100
    for file in every:
        text = file.read_text(encoding="utf-8")
        assert "eget-liv" not in text, file
        assert "sluttrapport" not in text, file


def test_iris_are_spelled_out_in_one_module() -> None:
    """Docstrings and what people read may name an address; a text that is one stands in the vocabulary."""
    strings = 0
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if file.name != "vocabulary.py" and isinstance(node, ast.Constant) and isinstance(node.value, str):
                strings += 1
                assert not re.fullmatch(r"https?://[\w.-]+\.\w+/\S*", node.value), f"{file.name}: {node.value}"
    assert strings > 5000
