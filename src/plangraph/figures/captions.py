"""The words of a figure: its caption, and names short enough for a label."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from plangraph.networks.choices import STAGELESS
from plangraph.networks.options import Options
from plangraph.networks.texts import listed, say, texts


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


def cut(text: str, width: int) -> str:
    """Return a text cut between words to a width in characters."""
    return textwrap.shorten(text, width, placeholder="…")
