"""What is said about networks in reports, figures and pages: one file with both languages side by side."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from plangraph.texts import LANGUAGES as LANGUAGES
from plangraph.texts import Catalogue, in_language, read

# A no-break space and a decimal comma, as Norwegian writes numbers.
_NORWEGIAN = str.maketrans(",.", "\u00a0,")


def catalogue() -> Catalogue:
    """Return section → key → language → text, as ``texts.toml`` beside this module has them."""
    return read("networks/texts.toml")


@cache
def texts(lang: str) -> dict[str, dict[str, str]]:
    """Return section → key → text in one language (``nb`` or ``en``)."""
    return in_language(catalogue(), lang)


def say(lang: str, section: str, key: str, /, **fields: Any) -> str:
    """Return a text with its fields filled in, numbers written as the language writes them.

    ``{n:tie|ties}`` in a text gives the number with the word that fits it, ``{p:.2g}`` a number in that format; without
    a format a float has three digits. None is "not defined".
    """
    written = {name: _Number(value, lang) if _is_number(value) else value for name, value in fields.items()}
    return texts(lang)[section][key].format(**written)


def number(value: float | None, lang: str, form: str = "") -> str:
    """Return a number as the language writes it: ``1,234.5`` or ``1 234,5``; None is "not defined"."""
    if value is None:
        return texts(lang)["words"]["undefined"]
    text = format(value, form or ("," if isinstance(value, int) else ".3f"))
    return text.translate(_NORWEGIAN) if lang == "nb" else text


def listed(names: Iterable[str], lang: str) -> str:
    """Return the short forms of choices, as sentences and captions have them, one after the other."""
    short = texts(lang)["roles"] | texts(lang)["short"]
    return ", ".join(short.get(name, name) for name in names)


def described(value: str, lang: str) -> str:
    """Return the value of an option in words; of one with several values, parted by spaces, each in words."""
    values = texts(lang)["roles"] | texts(lang)["values"]
    return values.get(value) or ", ".join(values.get(word, word) for word in value.split())


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


class _Number:
    def __init__(self, value: float | None, lang: str) -> None:
        self.value, self.lang = value, lang

    def __format__(self, form: str) -> str:
        if "|" not in form:
            return number(self.value, self.lang, form)
        one, many = form.split("|")
        return f"{number(self.value, self.lang)} {one if self.value == 1 else many}"
