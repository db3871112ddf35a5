"""Dates and numbers as people write them."""

import re
from functools import cache

from plangraph.site.messages import words

# Parts of a year in EDTF, level 1 and 2: which lists of messages name them, and the number of the first of each.
_PARTS = {"months": 1, "seasons": 21, "quarters": 33, "thirds": 37, "halves": 40}


@cache
def _parts(lang: str) -> dict[int, str]:
    listed = {first: words(lang)["time"][key].split(", ") for key, first in _PARTS.items()}
    return {first + place: name for first, names in listed.items() for place, name in enumerate(names)}


def when(text: str, lang: str) -> str:
    """Return a date or EDTF value in words: ``2021-21`` → ``våren 2021``; what is no date is returned as it is."""
    if "/" in text:
        return "–".join(when(part, lang) for part in text.split("/") if part not in ("", ".."))
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", text)
    if not match:
        return text
    year, part, day = match[1], int(match[2] or 0), int(match[3] or 0)
    if not part:
        return year
    name = _parts(lang).get(part)
    if not name or (day and part > 12):
        return text
    return words(lang)["time"]["day"].format(day=day, month=name, year=year) if day else f"{name} {year}"


def number(text: str, lang: str) -> str:
    """Return a number with its thousands apart and the decimal mark of the language; other text as it is."""
    match = re.fullmatch(r"([+-]?)(\d+)(?:\.(\d+))?", text)
    if not match:
        return text
    digits = match[2]
    if len(digits) > 3:
        digits = f"{int(digits):,}".replace(",", " " if lang == "nb" else ",")
    return match[1] + digits + ((("," if lang == "nb" else ".") + match[3]) if match[3] else "")
