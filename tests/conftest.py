"""Fixtures that many tests share."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from plangraph import building
from plangraph.building import Built
from plangraph.cli import main
from plangraph.paths import Tree, find_tree

ROOT = Path(__file__).parent.parent

# Examples that failed are printed; a database of them, and what else hypothesis keeps, would stay behind. A busy
# machine is no fault of an example.
_KEPT = TemporaryDirectory(prefix="plangraph-tests-")
set_hypothesis_home_dir(_KEPT.name)
settings.register_profile("plangraph", database=None, deadline=None)
settings.load_profile("plangraph")


def missing(reason: str) -> None:
    """Skip a test with a reason; where everything must run (PLANGRAPH_CI=1) a skip is a failure."""
    if os.environ.get("PLANGRAPH_CI") == "1":
        pytest.fail(f"must run here: {reason}")
    pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything must run (PLANGRAPH_CI=1), a test that skips itself for want of something has failed."""
    report = yield
    if report.skipped and os.environ.get("PLANGRAPH_CI") == "1" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session")
def report_path() -> Path:
    """The text of the real report, which is not part of the repository."""
    named = os.environ.get("PLANGRAPH_REPORT", "")
    if not named or not Path(named).is_file():
        missing("PLANGRAPH_REPORT does not name the text of the report")
    return Path(named)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The real data, built once by the code that is tested, and not taken from where somebody has built before."""
    made = building.build(ROOT / "data", tmp_path_factory.mktemp("built") / "out")
    assert made.report.conforms
    return made


@pytest.fixture(scope="session")
def built(whole: Built) -> Path:
    """The folder into which the real data are built."""
    return whole.written[0].parent


@pytest.fixture(scope="session")
def triples(whole: Built) -> list[ox.Triple]:
    """The public graph of the real data."""
    return whole.triples()


@pytest.fixture(scope="session")
def store(built: Path) -> ox.Store:
    """The public graph of the real data and its parts, in memory."""
    return building.query_store(ROOT / "data", built, memory=True)


@pytest.fixture
def home(built: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, as a reader's: the real data are in ``data``, and built in ``out``."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "data").symlink_to(ROOT / "data")
    (folder / "out").symlink_to(built)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def little(tmp_path: Path) -> Tree:
    """A tree of its own with a plan of two measures, the real ontology and the real checks."""
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    shutil.copytree(ROOT / "queries", tmp_path / "queries")
    shutil.copytree(ROOT / "tests/little/data", tmp_path / "data")
    return find_tree(tmp_path / "data")


@pytest.fixture(scope="session")
def two_plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the little plan and another, which too has an area 1 and measures 1 and 2, both completed."""
    data = tmp_path_factory.mktemp("two") / "data"
    shutil.copytree(ROOT / "tests/little/data", data)
    shutil.copytree(data / "little", data / "other")
    for file in sorted((data / "other").iterdir()):
        text = (
            file.read_text(encoding="utf-8").replace("plan/little/", "plan/other/").replace("plan:little", "plan:other")
        )
        text = text.replace('"little"', '"other"').replace("evidence/note/", "evidence/memo/")
        text = text.replace("source:note", "source:memo").replace('"note"', '"memo"').replace("Notatet", "Minnet")
        text = (
            text.replace("The note", "The memo")
            .replace("Liten plan", "Annen plan")
            .replace("Little plan", "Other plan")
        )
        text = text.replace("Honest help", "More help").replace("status:ongoing", "status:completed")
        file.write_text(text, encoding="utf-8")
    return data


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., tuple[int, str, str]]]:
    """Run the command line in this process; return its exit status, output and messages."""

    def call(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = main([str(word) for word in words])
        except SystemExit as stop:
            status = int(stop.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    return call  # type: ignore[return-value]
