"""The words of a figure: its caption, and names short enough for a label."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from plangraph.networks.choices import STAGELESS
from plangraph.networks.options import Options
from plangraph.networks.texts import listed, say, texts

# Characters: some fifteen lines.
LONGEST_KEY = 1800


def caption_of(*sentences: str) -> str:
    """Return the sentences that are not empty, a line each."""
    return "\n".join(sentence for sentence in sentences if sentence)


def plans_of(plans: Sequence[str], lang: str) -> str:
    """Return the sentence that names the plan or plans; empty where the graph names none."""
    return say(lang, "pictures", "plan" if len(plans) == 1 else "plans", plans=", ".join(plans)) if plans else ""


def choices_of(layer: str, options: Options, lang: str) -> str:
    """Return the choices behind a drawn layer as one phrase."""
    words = texts(lang)["pictures"]
    staged = [
        say(lang, "pictures", name, names=listed(chosen, lang))
        for name, chosen in (("stages", options.stages), ("roles", options.roles))
    ]
    return "; ".join(
        [
            words[f"unit_{options.unit}"],
            *([] if layer == "affiliation" else [words[f"weight_{options.weight}"]]),
            *([] if layer in STAGELESS else staged),
            words[f"groups_{options.groups}"],
        ]
    )


def brief(node: Mapping[str, Any], lang: str) -> str:
    """Return the abbreviation of a node, or its name where it has none."""
    return str(node["brief"] or node[lang])


def key_of(names: Iterable[tuple[str, str]], lang: str) -> str:
    """Return the sentence that explains short names by the whole ones; empty where all are whole.

    Where they are too many for a caption the sentence refers to the table of the nodes, which has both.
    """
    known = {short: whole for short, whole in names if short != whole}
    listed = "; ".join(f"{name} = {known[name]}" for name in sorted(known, key=lambda name: (name.casefold(), name)))
    if len(listed) > LONGEST_KEY:
        return texts(lang)["pictures"]["key_elsewhere"]
    return say(lang, "pictures", "key", listed=listed) if known else ""


def named(node: Mapping[str, Any], lang: str, width: int) -> str:
    """Return the name of a node where it is no wider than some characters, else its abbreviation, else the name cut."""
    name = str(node[lang])
    return name if len(name) <= width else cut(brief(node, lang), width)


def areas_of(measures: Iterable[Mapping[str, Any]], lang: str) -> dict[str, str]:
    """Return number → name of the focus areas of some measures; an empty name where the data has none."""
    found = {}
    for row in measures:
        found[str(row["areaId"] or "")] = str(row["areaNb" if lang == "nb" else "areaEn"] or row["areaNb"] or "")
    return found


def cut(text: str, width: int) -> str:
    """Return a text cut between words to a width in characters."""
    return textwrap.shorten(text, width, placeholder="…").replace(",…", "…")
