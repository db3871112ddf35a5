"""Networks of the plan, one definition of a tie at a time, and what is said about them.

- ``choices``, ``options``: the layers, and the choices that decide what a network says,
- ``texts``: every word about networks, in both languages,
- ``facts``: what the queries of a layer find, ``selection``: which of it counts under the options,
- ``nodes``: what a node is called, ``layers``: one function for each layer,
- ``report``: the analysis of a layer, one function for each section, ``printing``: an analysis as text,
- ``files``: a network as files for other programs.

The names below arrive when they are first used: the command line takes the choices, and a page its words, without
loading networkx.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plangraph.networks.choices import JOINT, LAYERS, STAGELESS
    from plangraph.networks.facts import EmptyLayer, Facts, of_plan, read_facts, several
    from plangraph.networks.layers import build_network, network_of
    from plangraph.networks.options import Options, make_options
    from plangraph.networks.printing import render
    from plangraph.networks.report import analyze
    from plangraph.networks.selection import pairs_of

_HOME = {
    "EmptyLayer": "facts",
    "Facts": "facts",
    "JOINT": "choices",
    "LAYERS": "choices",
    "Options": "options",
    "STAGELESS": "choices",
    "analyze": "report",
    "build_network": "layers",
    "make_options": "options",
    "network_of": "layers",
    "of_plan": "facts",
    "pairs_of": "selection",
    "read_facts": "facts",
    "render": "printing",
    "several": "facts",
}

__all__ = [
    "JOINT",
    "LAYERS",
    "STAGELESS",
    "EmptyLayer",
    "Facts",
    "Options",
    "analyze",
    "build_network",
    "make_options",
    "network_of",
    "of_plan",
    "pairs_of",
    "read_facts",
    "render",
    "several",
]


def __getattr__(name: str) -> object:
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(f"plangraph.networks.{_HOME[name]}"), name)
    raise AttributeError(f"module 'plangraph.networks' has no attribute {name!r}")
