"""Where the data, the ontology and the queries are: the only module that knows."""

from __future__ import annotations

from pathlib import Path

from plangraph.errors import UsageError


class Tree:
    """The three folders that a job reads."""

    def __init__(self, data: Path, ontology: Path, queries: Path) -> None:
        self.data, self.ontology, self.queries = data, ontology, queries

    def plans(self) -> list[Path]:
        """Return the folders of the plans, those with a ``plan.ttl``, in alphabetical order."""
        return sorted(file.parent for file in self.data.glob("*/plan.ttl"))

    def data_files(self) -> list[Path]:
        """Return every Turtle file of the data, registries first, in a stable order."""
        return sorted(self.data.glob("*.ttl")) + sorted(self.data.glob("*/*.ttl"))

    def vocabulary_files(self) -> list[Path]:
        """Return the ontology and the codes, the part of the ontology that belongs in the graph."""
        return [self.ontology / "plangraph.ttl", self.ontology / "codes.ttl"]

    def rule_files(self) -> list[Path]:
        """Return the rules in the order in which they run."""
        return sorted((self.ontology / "rules").glob("*.rq"))

    def queries_for(self, purpose: str) -> Path:
        """Return the folder of the queries behind ``tables``, ``networks`` or ``figures``.

        A tree that has questions of its own need not have these: they are then the package's own.
        """
        own = self.queries / purpose
        return own if own.is_dir() else _shipped_root() / "queries" / purpose

    def inputs(self) -> list[Path]:
        """Return all files on which the built graph depends."""
        return [*self.data_files(), *self.vocabulary_files(), *self.rule_files()]


def find_tree(data: Path | str | None = None) -> Tree:
    """Return the folders to work on.

    ``data`` is a data folder named by the user; without it ``./data`` is used when it holds a plan, else the data
    that came with the package. The ontology and the queries are the siblings of the data folder where there are
    any, else the package's own, so that a folder with nothing but data works.

    Raises UsageError when ``data`` is named and holds no plan.
    """
    shipped = _shipped_root()
    if data is not None:
        if not isinstance(data, (str, Path)):
            raise UsageError(
                f"{data!r} is not the name of a folder", mend="name the folder that holds your plans, as text"
            )
        folder = Path(data)
        if not folder.is_dir():
            raise UsageError(
                f"there is no directory {folder}", mend="name the folder that holds your plans with --data DIR"
            )
        if not _is_data(folder):
            raise UsageError(
                f"{folder} holds no plan (no */plan.ttl)",
                mend="name the folder above the plan's folder with --data DIR",
            )
    elif _is_data(Path("data")):
        folder = Path("data")
    else:
        folder = shipped / "data"
    root = folder.resolve().parent
    ontology, queries = root / "ontology", root / "queries"
    return Tree(
        folder,
        ontology if (ontology / "plangraph.ttl").is_file() else shipped / "ontology",
        queries if queries.is_dir() else shipped / "queries",
    )


def _is_data(folder: Path) -> bool:
    return any(folder.glob("*/plan.ttl"))


def packaged() -> Path | None:
    """Return the folder inside an installed package that holds its data, into which nothing may be written."""
    share = Path(__file__).resolve().parent / "share"
    return share if (share / "data").is_dir() else None


def _shipped_root() -> Path:
    # An editable install has no copy inside the package and falls back on the repository itself.
    return packaged() or Path(__file__).resolve().parent.parent.parent
