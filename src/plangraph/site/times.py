"""Dates and numbers as people write them."""

import re


def _list(words: str) -> list[str]:
    return words.split()


_ENDINGS = _list("st nd rd th")
MONTHS = {
    "nb": _list("januar februar mars april mai juni juli august september oktober november desember"),
    "en": _list("January February March April May June July August September October November December"),
}
# EDTF level 1 and 2: seasons 21-24, quarters 33-36, thirds 37-39, halves 40-41.
_PARTS = {
    "nb": {21: "våren", 22: "sommeren", 23: "høsten", 24: "vinteren"}
    | {33 + i: f"{i + 1}. kvartal" for i in range(4)}
    | {37 + i: f"{i + 1}. tertial" for i in range(3)}
    | {40 + i: f"{i + 1}. halvår" for i in range(2)},
    "en": {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
    | {33 + i: f"{i + 1}{_ENDINGS[i]} quarter of" for i in range(4)}
    | {37 + i: f"{i + 1}{_ENDINGS[i]} third of" for i in range(3)}
    | {40 + i: f"{i + 1}{_ENDINGS[i]} half of" for i in range(2)},
}


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
    if part > 12:
        return f"{_PARTS[lang].get(part, text)} {year}" if part in _PARTS[lang] else text
    month = MONTHS[lang][part - 1] if part else ""
    if not day:
        return f"{month} {year}"
    return f"{day}. {month} {year}" if lang == "nb" else f"{day} {month} {year}"


def number(text: str, lang: str) -> str:
    """Return a number with its thousands apart and the decimal mark of the language; other text as it is."""
    match = re.fullmatch(r"([+-]?)(\d+)(?:\.(\d+))?", text)
    if not match:
        return text
    digits = match[2]
    if len(digits) > 3:
        digits = f"{int(digits):,}".replace(",", " " if lang == "nb" else ",")
    return match[1] + digits + ((("," if lang == "nb" else ".") + match[3]) if match[3] else "")
