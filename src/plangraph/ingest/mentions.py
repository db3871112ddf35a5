"""Mentions: every place at which the report names a known actor, thing or law."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from plangraph.ingest.registry import Name
from plangraph.text import Source, Span

# A single word of at least this length with a Norwegian definite ending is a common noun used as a name.
_LONG = 8
_LINK = re.compile(r"(?:https?://|www\.)\S+|(?<![\w.])[\w-]+(?:\.[\w-]+)+/\S*")


class Mention(NamedTuple):
    """A place that names a node."""

    span: Span
    node: str


def find_mentions(source: Source, names: Sequence[Name], words: Mapping[str, Any]) -> tuple[list[Mention], list[str]]:
    """Return the mentions in reading order, and the names that stand for several nodes of a kind and so for none.

    A name is matched as a whole word in running text, links left out, also where it is broken at a line end or bears
    a genitive or plural ending. Of overlapping names of one kind (actors, things, laws) the longest wins, but a name in
    the genitive within a longer one ("Udirs veileder") is a mention too. Case counts, except for the first letter of
    names of several words, of long definite nouns ("Straffeloven") and of groups and classes of actors. A name that
    several actors (or things, or laws) bear belongs to the one that prefers it, if there is exactly one.
    """
    flow = source.flow
    # A link within running text names nobody.
    text = _LINK.sub(lambda match: "\0" * len(match.group()), flow.text)
    definite = tuple(words["names"].get("definite", ()))
    bearers: dict[str, dict[str, bool]] = {}
    for name in names:
        bare = re.sub(r"\s+", " ", name.text).strip()
        for form in _forms(bare, name.generic, definite):
            held = bearers.setdefault(form, {})
            held[name.node] = held.get(name.node, False) or name.preferred
    nodes = {form: _owners(held) for form, held in bearers.items()}
    ambiguous = sorted(
        f"{form} ({', '.join(sorted(held))})"
        for form, held in bearers.items()
        if form[0].upper() + form[1:] not in set(bearers) - {form}
        and {node.split(":")[0] for node in held} != {node.split(":")[0] for node in nodes[form]}
    )
    nodes = {form: held for form, held in nodes.items() if held}
    if not nodes:
        return [], ambiguous
    endings = "|".join(re.escape(ending) for ending in sorted(words["names"]["endings"], key=len, reverse=True))
    found = set()
    for kind in ("actor:", "law:", "x:"):
        of_kind = {form: next((node for node in held if node.startswith(kind)), "") for form, held in nodes.items()}
        of_kind = {form: node for form, node in of_kind.items() if node}
        if not of_kind:
            continue
        pattern, genitive = _pattern(of_kind, endings), _pattern(of_kind, "s", "")
        for match in pattern.finditer(text):
            found.add(Mention(flow.span(*match.span()), of_kind[match.group("name")]))
            for inner in genitive.finditer(text, *match.span()):
                if inner.group() != match.group():
                    found.add(Mention(flow.span(*inner.span()), of_kind[inner.group("name")]))
    return sorted(found), ambiguous


def _owners(bearers: Mapping[str, bool]) -> set[str]:
    owners = set()
    for kind in {node.split(":")[0] for node in bearers}:
        held = [node for node in bearers if node.startswith(f"{kind}:")]
        preferring = [node for node in held if bearers[node]]
        if len(held) == 1 or len(preferring) == 1:
            owners.add(held[0] if len(held) == 1 else preferring[0])
    return owners


def _pattern(nodes: Iterable[str], endings: str, optional: str = "?") -> re.Pattern[str]:
    forms = "|".join(re.escape(form) for form in sorted(nodes, key=lambda form: (-len(form), form)))
    # Not within a word, a compound ("NAV-ansatte") or a web address ("nav.no").
    return re.compile(rf"(?<![\w@])(?<!\w[.-])(?P<name>{forms})(?:{endings}){optional}(?![\w@])(?!-)(?!\.\w)")


def _forms(name: str, generic: bool, definite: tuple[str, ...]) -> set[str]:
    forms = {name}
    first, rest = name[0], name[1:]
    one_word = " " not in name
    free = generic or not one_word or (len(name) >= _LONG and name.endswith(definite) and rest.islower())
    if first.islower() and rest.islower():
        forms.add(first.upper() + rest)
    elif first.isupper() and free and (rest[:1].islower() or rest[:1] == " "):
        forms.add(first.lower() + rest)
    return forms
