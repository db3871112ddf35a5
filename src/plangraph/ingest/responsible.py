"""Who answers: lists of ministries split and resolved by the date of the report."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from plangraph.words import ministries

_ABBREVIATION = re.compile(r"[A-ZÆØÅ]{2,5}")


def split_names(text: str, words: Mapping[str, Any]) -> list[str]:
    """Return the names in a list such as "KD/BFD", "JD og HOD" or "Arbeids- og sosialdepartementet, JD".

    Names of ministries are protected before the text is split at ``/``, ``,``, ``;`` and "og".
    """
    known = _known_names()
    protected = list(re.finditer("|".join(map(re.escape, known)), text, re.IGNORECASE))
    taken = [(match.start(), match.end()) for match in protected]
    conjunction = "|".join(map(re.escape, words["names"]["and"]))
    names, start = [], 0
    for cut in re.finditer(rf"\s*[/,;&]\s*|\s+(?:{conjunction})\s+", text):
        if any(low < cut.end() and cut.start() < high for low, high in taken):
            continue
        names.append(text[start : cut.start()])
        start = cut.end()
    names.append(text[start:])
    return [name for name in (re.sub(r"\s*\([^)]*\)", "", name).strip(" .") for name in names) if name]


def is_ministry_list(text: str, words: Mapping[str, Any]) -> bool:
    """Tell whether a text is nothing but names or abbreviations of ministries."""
    names = split_names(text, words)
    known = {name.casefold() for name in _known_names()}
    return bool(names) and all(_ABBREVIATION.fullmatch(name) or name.casefold() in known for name in names)


def full_name(name: str, date: str | None) -> str | None:
    """Return the ministry that an abbreviation or name stood for on a date (a year, month or day), or None.

    Without a date, or where a year holds two names, an abbreviation is resolved only when it stood for one ministry.
    """
    rows = [row for row in ministries() if name in (row["abbreviation"], row["name"])]
    if date:
        first, last = date + "-01-01"[len(date) - 4 :], date + "-12-31"[len(date) - 4 :]
        rows = [row for row in rows if row.get("from", "0") <= last and first <= row.get("to", "9")]
    names = {row["name"] for row in rows}
    return names.pop() if len(names) == 1 else None


@cache
def _known_names() -> tuple[str, ...]:
    return tuple(sorted({row["name"] for row in ministries()}, key=lambda name: (-len(name), name)))
