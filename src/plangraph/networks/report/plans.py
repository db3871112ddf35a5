"""What the plans of a graph are called, and the version of its data."""

from pathlib import Path
from typing import TYPE_CHECKING

from plangraph.loading import read_text
from plangraph.networks.facts import Row
from plangraph.paths import find_tree
from plangraph.queries import Query, ask

if TYPE_CHECKING:
    from plangraph.stores import Store


def read_plans(data: Path | str | None, store: "Store") -> list[Row]:
    """Return the rows of the query ``plans``; none where the graph names no plan, or the query is not in the tree."""
    path = find_tree(data).queries_for("networks") / "plans.rq"
    return ask(Query("plans", read_text(path), path), store).rows if path.is_file() else []
