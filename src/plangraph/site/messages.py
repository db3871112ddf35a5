"""The words of the interface, from one catalogue with both languages side by side."""

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("nb", "en")
Words = dict[str, dict[str, str]]


@cache
def words(lang: str) -> Words:
    """Return section → key → message in one language (``nb`` or ``en``)."""
    return {
        section: {key: message[lang] for key, message in messages.items()} for section, messages in catalogue().items()
    }


@cache
def catalogue() -> dict[str, dict[str, dict[str, str]]]:
    """Return section → key → language → message, as ``messages.toml`` has them."""
    return tomllib.loads((files("plangraph.site") / "messages.toml").read_text(encoding="utf-8"))
