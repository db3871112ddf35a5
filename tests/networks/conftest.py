"""A store with the toy plan."""

from pathlib import Path

import pyoxigraph as ox
import pytest

TOY = Path(__file__).parent / "toy.ttl"


@pytest.fixture(scope="session")
def toy() -> ox.Store:
    """The plan of toy.ttl in a store."""
    store = ox.Store()
    store.bulk_load(path=str(TOY), format=ox.RdfFormat.TURTLE)
    return store
