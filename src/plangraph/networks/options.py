"""The choices that decide what a network says, and what is wrong with one that cannot be."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from plangraph.errors import UsageError
from plangraph.names import near
from plangraph.networks.choices import CHOICES, TAKES
from plangraph.vocabulary import STAGES

# The options that may have several values, and how they are given.
EXAMPLES = {"stages": ["reported", "announced"], "roles": ["lead", "developer"], "areas": ["1", "2"]}


@dataclass(frozen=True)
class Options:
    """The choices that decide what a network says. Each has a default, and all are stored with the network.

    A layer takes those of ``plangraph.networks.choices.TAKES``: for the others it says "not applicable", and one that
    is given is refused.

    - ``unit``: ``entry``, a measure with a status of its own, or ``number``, a lettered part counted as its number;
    - ``stages``: which of planned, announced and reported count; a tie between two participations needs both;
    - ``roles``: role codes, or ``active`` (those that do something in the work, as the codes say), or ``all``. The
      default is ``active``, and ``all`` in the collaboration layer, where the text itself states the tie;
    - ``areas``: numbers of focus areas; none means all;
    - ``level``: actors as they are (``body``), lifted to the ``ministry`` above them where there is one, or ``sector``;
    - ``groups``: whether groups and generic classes of actors (county governors, schools) count;
    - ``isolates``: whether actors without a tie stay in the network; the two-mode table keeps them all the same,
      because they have events;
    - ``weight``: ``newman`` (the default), ``count`` or ``jaccard`` (see :mod:`plangraph.analysis.projection`), for the
      layers that are projections; the other layers count the units in which a tie is stated;
    - ``evidence``: the least number of spans of the report that state an actor's part in an event, in the layers made
      of events (affiliation, co-participation, co-involvement, co-mention), so that a projected tie has as many at
      each end; in responsibility and collaboration, the least number behind a tie.
    """

    unit: str = "entry"
    stages: tuple[str, ...] = ("reported",)
    roles: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    level: str = "body"
    groups: str = "out"
    isolates: str = "in"
    weight: str = ""
    evidence: int = 1

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            if getattr(self, name) != getattr(Options, name):
                _one_of(name, getattr(self, name), allowed)
        for name in EXAMPLES:
            value = getattr(self, name)
            object.__setattr__(self, name, _several(name, value))
        if not self.stages:
            raise UsageError("no stage is chosen", mend=f"choose of: {', '.join(STAGES)}")
        for stage in self.stages:
            _one_of("stages", stage, STAGES)
        if not isinstance(self.evidence, int) or isinstance(self.evidence, bool) or self.evidence < 1:
            raise UsageError(f"evidence must be a whole number from 1, not {self.evidence!r}", mend="leave it at 1")

    def of(self, layer: str) -> "Options":
        """Return the options as they hold for a layer, with its own roles and weight where none are given.

        Raises UsageError when one is given that the layer does not take.
        """
        usual: dict[str, Any] = {
            "roles": ("all",) if layer == "collaboration" else ("active",),
            "weight": "newman" if "weight" in TAKES[layer] else "count",
        }
        refused = [
            name
            for name, value in asdict(self).items()
            if name not in TAKES[layer] and value not in (getattr(Options, name), usual.get(name))
        ]
        if refused:
            raise UsageError(
                f"the layer {layer} does not take {' and '.join(refused)}",
                mend=f"leave {' and '.join(f'--{name}' for name in refused)} out; it takes {', '.join(TAKES[layer])}",
            )
        return replace(self, roles=self.roles or usual["roles"], weight=self.weight or usual["weight"])

    def within(self, layer: str) -> "Options":
        """Return the options with those that a layer does not take left at their defaults."""
        return Options(**{name: getattr(self, name) for name in TAKES[layer]})

    def described(self, layer: str = "") -> dict[str, str | int]:
        """Return option → value as plain text and numbers, for attributes and captions.

        With a layer, those that it does not take are "not applicable".
        """
        found = {
            name: (" ".join(value) or "all") if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }
        return found | dict.fromkeys(found.keys() - TAKES[layer], "not applicable") if layer else found


def make_options(**given: Any) -> Options:
    """Return Options; raises UsageError, with near names, on an unknown one."""
    known = [f.name for f in fields(Options)]
    for name in given:
        if name not in known:
            raise UsageError(f"there is no option {name!r}", mend=near(name, known, "plangraph network --help"))
    return Options(**given)


def written(layer: str, options: Options) -> str:
    """Return the options that are not left at their defaults, as the end of a sentence."""
    usual = Options().of(layer).described(layer)
    chosen = [f"{name}: {value}" for name, value in options.described(layer).items() if value != usual[name]]
    return f"these options ({', '.join(chosen)})" if chosen else "the default options"


def wider(layer: str, options: Options) -> str:
    """Return how a layer without a tie may get some: the options that are not as wide as they can be."""
    ways = {
        "evidence": "a lower --evidence" * (options.evidence > 1),
        "areas": "more --areas" * bool(options.areas),
        "level": "--level body" * (options.level != "body"),
        "stages": "more --stages" * (not set(STAGES) <= set(options.stages)),
        "roles": "--roles all" * ("all" not in options.roles),
        "groups": "--groups in" * (options.groups != "in"),
    }
    found = [way for name, way in ways.items() if way and name in TAKES[layer]]
    return f"widen the options: {', '.join(found)}" if found else "add facts to the data (see docs/codebook.md)"


def _one_of(name: str, value: Any, allowed: Iterable[str]) -> None:
    allowed = tuple(allowed)
    if value not in allowed:
        raise UsageError(f"{name} cannot be {value!r}", mend=f"choose of: {', '.join(allowed)}")


def _several(name: str, value: Any) -> tuple[str, ...]:
    """Return one text or number, or several, as a tuple of texts, each once; those of a set sorted."""
    several = [value] if isinstance(value, (str, int)) else value
    known = isinstance(several, (list, tuple, set, frozenset)) and all(
        isinstance(one, (str, int)) and not isinstance(one, bool) for one in several
    )
    if not known:
        raise UsageError(
            f"{name} must be a text or a whole number, or a list of them, not {value!r}",
            mend=f"leave {name} out, or give a list as in {name}={EXAMPLES[name]}",
        )
    ordered = list(map(str, several))
    return tuple(dict.fromkeys(sorted(ordered) if isinstance(several, (set, frozenset)) else ordered))
