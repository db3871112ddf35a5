"""Mentions: every place at which the report names a known actor, thing or law."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from plangraph.ingest.registry import Name
from plangraph.text import Source, Span

# A single word of at least this length with a Norwegian definite ending is a common noun used as a name.
_LONG = 8
_DEFINITE = ("en", "et", "a", "ene")


class Mention(NamedTuple):
    """A place that names a node."""

    span: Span
    node: str


def find_mentions(source: Source, names: Sequence[Name], words: Mapping[str, Any]) -> tuple[list[Mention], list[str]]:
    """Return the mentions in reading order, and the names that stand for several nodes (all of which they mention).

    A name is matched as a whole word in running text, links left out, also where it is broken at a line end or bears
    a genitive or plural ending; of overlapping names the longest wins. Case counts, except for the first letter of
    names of several words, of long definite nouns ("Straffeloven") and of groups and classes of actors.
    """
    flow = source.flow
    # A link within running text names nobody.
    text = re.sub(r"(?:https?://|www\.)\S+", lambda match: "\0" * len(match.group()), flow.text)
    nodes: dict[str, set[str]] = {}
    for name in names:
        bare = re.sub(r"\s+", " ", name.text).strip()
        for form in _forms(bare, name.generic):
            nodes.setdefault(form, set()).add(name.node)
    if not nodes:
        return [], []
    endings = "|".join(re.escape(ending) for ending in sorted(words["names"]["endings"], key=len, reverse=True))
    found = []
    for name_match in _pattern(nodes, endings).finditer(text):
        form = name_match.group("name")
        span = flow.span(name_match.start(), name_match.end())
        found += [Mention(span, node) for node in sorted(nodes[form])]
    ambiguous = sorted(f"{form} ({', '.join(sorted(held))})" for form, held in nodes.items() if len(held) > 1)
    return found, ambiguous


def _pattern(nodes: Mapping[str, set[str]], endings: str) -> re.Pattern[str]:
    forms = "|".join(re.escape(form) for form in sorted(nodes, key=lambda form: (-len(form), form)))
    # Not within a word, a compound ("NAV-ansatte") or a web address ("nav.no").
    return re.compile(rf"(?<![\w@/])(?<!\w[.-])(?P<name>{forms})(?:{endings})?(?![\w@])(?!-\w)(?!\.\w)")


def _forms(name: str, generic: bool) -> set[str]:
    forms = {name}
    first, rest = name[0], name[1:]
    one_word = " " not in name
    free = generic or not one_word or (len(name) >= _LONG and name.endswith(_DEFINITE) and rest.islower())
    if first.islower() and rest.islower():
        forms.add(first.upper() + rest)
    elif first.isupper() and free and (rest[:1].islower() or rest[:1] == " "):
        forms.add(first.lower() + rest)
    return forms
