"""The words by which reports are read: labels, statuses, cues, abbreviations. One TOML file per language."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from plangraph.errors import UsageError

LANGUAGES = ("nb", "nn", "en")
# Norwegian reports mix the two written languages, so each is read with the other's words behind its own.
_TOGETHER = {"nb": ("nb", "nn"), "nn": ("nn", "nb"), "en": ("en",)}


@cache
def load(language: str = "nb") -> dict[str, Any]:
    """Return the words of a language: tables of words by topic, lists joined over the languages read together.

    Raises UsageError for a language without a file of words.
    """
    if language not in _TOGETHER:
        raise UsageError(f"no words for the language {language!r}", mend=f"use one of {', '.join(LANGUAGES)}")
    merged: dict[str, Any] = {}
    for name in _TOGETHER[language]:
        _merge(merged, tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8")))
    return merged


@cache
def ministries() -> list[dict[str, str]]:
    """Return the table of ministries: abbreviation, name, and the dates from and to which both were in use."""
    table = tomllib.loads((files(__package__) / "ministries.toml").read_text("utf-8"))
    rows: list[dict[str, str]] = table["ministry"]
    return rows


@cache
def coding() -> dict[str, list[dict[str, Any]]]:
    """Return the columns of the coding sheet, explained in nb and en, and an example row of each kind."""
    tables: dict[str, list[dict[str, Any]]] = tomllib.loads((files(__package__) / "coding.toml").read_text("utf-8"))
    return tables


@cache
def things() -> dict[str, list[dict[str, Any]]]:
    """Return the kinds of things that the sheet of things describes, and its columns, explained in nb and en."""
    tables: dict[str, list[dict[str, Any]]] = tomllib.loads((files(__package__) / "things.toml").read_text("utf-8"))
    return tables


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        elif isinstance(value, list):
            into[key] = [*into.get(key, []), *(item for item in value if item not in into.get(key, []))]
        else:
            into.setdefault(key, value)
