"""The network layers as the pages show them: each built by :mod:`plangraph.networks`, with captions and downloads."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from plangraph.errors import UsageError
from plangraph.networks.choices import TAKES
from plangraph.networks.texts import described, texts
from plangraph.site.index import natural
from plangraph.site.messages import LANGUAGES

if TYPE_CHECKING:
    import pyoxigraph as ox

    from plangraph.networks import Facts
    from plangraph.paths import Tree

# What the caption says of a layer, in this order; the other options stand in the downloads.
_CAPTION = ("unit", "stages", "roles", "groups", "isolates", "weight")


class Edge(NamedTuple):
    """A tie: its ends, its weight as text, and the facts and measures that lie behind it."""

    source: str
    target: str
    weight: str
    facts: tuple[str, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Layer:
    """One definition of a tie, with its nodes and ties. Titles, definition and caption by language.

    ``name`` is that of the layer, after that of its plan when it is one of several (``PLAN/LAYER``); ``plan`` is then
    the slug, and empty for all together. ``files`` holds the downloads: file name → bytes.
    """

    name: str
    plan: str
    title: dict[str, str]
    definition: dict[str, str]
    caption: dict[str, str]
    nodes: tuple[str, ...] = field(repr=False)
    edges: tuple[Edge, ...] = field(repr=False)
    directed: bool = False
    files: dict[str, bytes] = field(repr=False, default_factory=dict)


def read_layers(store: "ox.Store", tree: "Tree") -> tuple[Layer, ...]:
    """Return the layers of a graph, each under the default options; a layer that would be empty is left out.

    Of several plans each layer takes them together, and then comes once more for each plan.
    """
    from plangraph import networks
    from plangraph.networks.files import folder

    found = []
    for name in networks.LAYERS:
        try:
            whole = networks.read_facts(name, tree.data, store)
        except UsageError:
            continue
        for plan in ("", *(whole.plans if len(whole.plans) > 1 else ())):
            facts = networks.of_plan(whole, plan) if plan else whole
            try:
                network = networks.network_of(facts)
            except networks.EmptyLayer:
                continue
            found.append(_layer(facts, plan, network, folder(facts)))
    return tuple(found)


def _layer(facts: "Facts", plan: str, network: Any, files: dict[str, bytes]) -> Layer:
    edges = []
    for source, target, told in network.edges(data=True):
        measures = tuple(sorted((m for m in told.get("measures", ()) if m), key=natural))
        grounds = tuple(sorted((p for p in told.get("participations", ()) if p), key=natural))
        edges.append(Edge(source, target, _weight(told["weight"]), grounds, measures))
    edges.sort(key=lambda e: (e.source, e.target))
    folder = f"{plan}/" if plan else ""
    return Layer(
        name=folder + facts.layer,
        plan=plan,
        title={lang: texts(lang)["layers"][facts.layer] + (f" – {plan}" if plan else "") for lang in LANGUAGES},
        definition=dict(facts.definition),
        caption={lang: _caption(network, lang) for lang in LANGUAGES},
        nodes=tuple(sorted(network.nodes)),
        edges=tuple(edges),
        directed=network.is_directed(),
        files={folder + name: content for name, content in files.items()},
    )


def _weight(weight: Any) -> str:
    return str(weight) if isinstance(weight, int) else f"{weight:.3f}".rstrip("0").rstrip(".")


def _caption(network: Any, lang: str) -> str:
    names = texts(lang)["options"]
    taken = TAKES[network.graph["layer"]]
    text = "; ".join(f"{names[key]}: {described(network.graph[key], lang)}" for key in _CAPTION if key in taken)
    return text[:1].upper() + text[1:]
