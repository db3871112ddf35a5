"""Government action plans and their status reports as a knowledge graph.

Every fact of the graph points to the span of the report that states it. The public functions are

- :func:`build` and :func:`build_graph`: make the graph from the data files,
- :func:`load_graph`: read Turtle or the built graph into an ``rdflib.Graph``,
- :func:`validate`: check data against the SHACL shapes,
- :func:`query`: answer a question of the library as a table with names and evidence,
- :func:`questions`: the catalogue of the library,
- :func:`run_query`: run a question or a SPARQL text and get its terms,
- :func:`describe`: everything the graph says about one thing, :func:`things`: all things of a kind with their ids,
- :func:`build_network`: one layer of the plan as a ``networkx`` graph, :func:`analyze`: its figures and rankings.
- :func:`cite`: how to cite a fact or a thing,
- :func:`write_tables`: the graph as CSV, an Excel workbook and a data package.

Importing the package loads no heavy library: each function arrives when it is first used.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plangraph.answers import query, questions, run_query
    from plangraph.building import build, build_graph, load_graph
    from plangraph.citing import cite
    from plangraph.datapackage import write_tables
    from plangraph.entities import describe
    from plangraph.errors import PlangraphError
    from plangraph.listing import things
    from plangraph.networks.layers import build_network
    from plangraph.networks.report import analyze
    from plangraph.validation import validate

__version__ = "0.1.0"

_HOME = {
    "PlangraphError": "errors",
    "analyze": "networks.report",
    "build": "building",
    "build_graph": "building",
    "build_network": "networks.layers",
    "cite": "citing",
    "describe": "entities",
    "load_graph": "building",
    "query": "answers",
    "questions": "answers",
    "run_query": "answers",
    "things": "listing",
    "validate": "validation",
    "write_tables": "datapackage",
}

__all__ = [
    "PlangraphError",
    "__version__",
    "analyze",
    "build",
    "build_graph",
    "build_network",
    "cite",
    "describe",
    "load_graph",
    "query",
    "questions",
    "run_query",
    "things",
    "validate",
    "write_tables",
]


def __getattr__(name: str) -> object:
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(f"plangraph.{_HOME[name]}"), name)
    raise AttributeError(f"module 'plangraph' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
