"""What the cells of a coding sheet stand for: terms as text and back, measures and times as people write them."""

import re
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from plangraph.export import Names
from plangraph.vocabulary import EDTF, XSD

_DAY = r"\d{4}-\d\d-\d\d"
_PART = r"\d{4}(-\d\d){0,2}"
_TIME = rf"{_PART}|({_PART}|\.\.)?/({_PART}|\.\.)?"
_CURIE = re.compile(r"[A-Za-z][\w-]*:[\w.-]*[\w-]")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_MEASURE = re.compile(r"(?:m:|tiltak\b|measure\b)?\s*(\d+)\s*([a-zæøå]?)", re.IGNORECASE)


def parse_value(text: str, names: Mapping[str, str]) -> Any:
    """Return the term that a cell stands for, or None when it is neither a literal, an address nor a prefixed name.

    A text ends with its language (``@nb``). A full day is an xsd:date; what looks like a year, a month, a season or an
    interval is EDTF; other digits are an integer. Anything else may say its type (``^^xsd:decimal``). Raises ValueError
    when an IRI has a character that IRIs do not have.
    """
    if literal := parse_text(text):
        return literal
    value, typed, kind = text.rpartition("^^")
    prefix, _, local = kind.partition(":")
    if typed and prefix in names:
        return ox.Literal(value, datatype=ox.NamedNode(names[prefix] + local))
    if text.startswith("<") and text.endswith(">"):
        return ox.NamedNode(text[1:-1])
    if _ADDRESS.fullmatch(text):
        return ox.NamedNode(text)
    if _CURIE.fullmatch(text) and text.partition(":")[0] in names:
        prefix, _, local = text.partition(":")
        return ox.NamedNode(names[prefix] + local)
    if re.fullmatch(_DAY, text):
        return ox.Literal(text, datatype=ox.NamedNode(XSD + "date"))
    if re.fullmatch(_TIME, text):
        return ox.Literal(text, datatype=ox.NamedNode(EDTF + "EDTF"))
    if re.fullmatch(r"-?\d+", text):
        return ox.Literal(text, datatype=ox.NamedNode(XSD + "integer"))
    return ox.Literal(text == "true") if text in ("true", "false") else None


def parse_text(text: str) -> ox.Literal | None:
    """Return the literal of a text that ends with its language, else None."""
    match = re.fullmatch(r"(.*)@(nb|nn|en|se)", text, re.DOTALL)
    return ox.Literal(match[1], language=match[2]) if match else None


def written(term: Any, names: Names, spaces: Mapping[str, str]) -> str:
    """Return the cell for a term, such that :func:`parse_value` gives the term back."""
    if isinstance(term, ox.NamedNode):
        short = names.iri(term.value).strip("<>")
        return short if _reads_as(short, term, spaces) else f"<{term.value}>"
    plain = f"{term.value}@{term.language}" if term.language else str(term.value)
    if _reads_as(plain, term, spaces):
        return plain
    return f"{term.value}^^{names.iri(term.datatype.value)}"


def _reads_as(text: str, term: Any, spaces: Mapping[str, str]) -> bool:
    try:
        return bool(parse_value(text, spaces) == term)
    except ValueError:
        return False


def measure_id(text: str) -> str:
    """Return the identifier in ``18a``, ``18 A``, ``m:18a`` or ``Tiltak 18a``, or "" when the text names no measure."""
    match = _MEASURE.fullmatch(text.strip())
    return match[1] + match[2].lower() if match else ""


def as_time(text: str) -> str:
    """Return ``31.12.2021`` and ``2018–2020`` as ``2021-12-31`` and ``2018/2020``, any other text as it is."""
    if match := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", text):
        return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    match = re.fullmatch(r"(\d{4})\s?[-–]\s?(\d{4})", text)
    return f"{match[1]}/{match[2]}" if match else text


def values(text: str) -> list[str]:
    """Return the values of a cell that holds several, parted by " ; "; a text with its language is always one value."""
    one = parse_text(text) is not None or "^^" in text
    return [text] if one else [part.strip() for part in re.split(r"\s;\s", text)]
