"""Fixtures that many tests share."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def missing(reason: str) -> None:
    """Skip a test with a reason; where everything must run (PLANGRAPH_CI=1) a skip is a failure."""
    if os.environ.get("PLANGRAPH_CI") == "1":
        pytest.fail(f"must run here: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def report_path() -> Path:
    """The text of the real report, which is not part of the repository."""
    named = os.environ.get("PLANGRAPH_REPORT", "")
    if not named or not Path(named).is_file():
        missing("PLANGRAPH_REPORT does not name the text of the report")
    return Path(named)
