"""Running the rules of the ontology: CONSTRUCT files that add derived statements."""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from plangraph.errors import DataError, at
from plangraph.loading import read_text
from plangraph.stores import graph_name


def derive(store: ox.Store, rules: Iterable[Path]) -> list[ox.Triple]:
    """Run each rule once, in the given order, and return the statements that are new.

    A rule sees the union of all graphs, including what earlier rules derived. New statements are added to the graph
    ``derived`` of the store; a statement that some graph already holds is not derived again.

    Raises DataError with the file when a rule is not a CONSTRUCT query or has a syntax error.
    """
    name = graph_name("derived")
    new: dict[ox.Triple, None] = {}
    for rule in rules:
        try:
            answer = store.query(read_text(rule), use_default_graph_as_union=True)
        except SyntaxError as error:
            raise DataError(
                f"syntax error in the rule: {error.msg}", where=at(rule), mend="mend the query and build again"
            ) from error
        if not isinstance(answer, ox.QueryTriples):
            raise DataError(
                "a rule must be a CONSTRUCT query", where=at(rule), mend="write CONSTRUCT { … } WHERE { … }"
            )
        found = {
            triple: None
            for triple in answer
            if triple not in new
            and next(store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None), None) is None
        }
        store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in found)
        new |= found
    return list(new)
