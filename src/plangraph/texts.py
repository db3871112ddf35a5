"""What plangraph says: catalogues of texts with both languages side by side, one TOML file each."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("nb", "en")
Catalogue = Mapping[str, Mapping[str, Mapping[str, str]]]


@cache
def read(file: str) -> Catalogue:
    """Return section → key → language → text, as a file of the package has them."""
    return tomllib.loads((files("plangraph") / file).read_text(encoding="utf-8"))


def in_language(catalogue: Catalogue, lang: str) -> dict[str, dict[str, str]]:
    """Return section → key → text in one language (``nb`` or ``en``)."""
    return {section: {key: text[lang] for key, text in entries.items()} for section, entries in catalogue.items()}


@cache
def texts(lang: str) -> dict[str, dict[str, str]]:
    """Return section → key → text of ``texts.toml`` in one language."""
    return in_language(read("texts.toml"), lang)
