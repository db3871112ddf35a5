"""A report as text: raw code points, what in them is noise, readable text with a way back, letters, sentences.

Offsets are half-open spans of code points of the raw text (``text[start:end]``). Nothing is ever deleted from the raw
text; each reading of it is a ``Mapped`` text whose characters know the raw offset they come from:

``plain``    the raw lines, with visible characters only; noise lines are empty
``flow``     running text: lines joined, line-end hyphens resolved, one ``\\n`` between paragraphs
``letters``  letters and digits only, case folded: what two extractions of one report have in common
"""

import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from plangraph.errors import UsageError, at

MAX_BYTES = 20_000_000

NoiseKind = Literal["link", "page-number", "page-opening"]

# PDFium writes U+FFFE (U+0002 in older versions) for a hyphen at a line end, and leaves the line end out.
_LINE_END = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]|(?<=[\ufffe\x02])(?![\r\n\f])")
_LINK = re.compile(r"(?:https?://|www\.)\S+")
# What follows an address in a sentence and is no part of it; a closing bracket only when the address opens none.
_MARKS = ".,;:!?…\"'”’»>"
_BRACKETS = {")": "(", "]": "["}
# Four digits alone on a line are more often a year that ends a paragraph.
_PAGE_NUMBER = re.compile(r"\d{1,3}")
_PLAIN = re.compile(r"[\x20-\x7eæøåÆØÅéÉ§«»–—“”‘’•…]*")
_SPACES = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_HIDDEN = "\u200b\u200c\u200d\u2060\ufeff"
_BREAKS = "\u00ad\ufffe\x02"
_HYPHENS = "-\u2010" + _BREAKS
_ITEM = re.compile(r"(?:[*]|[-–](?=\s)|\d{1,2}[.)]|[a-zæøå]\))\s*[^\W\d_a-zæøå]")
_BULLETS = "•·▪◦●‣"
_KEEP_HYPHEN_BEFORE = frozenset({"og", "eller", "samt", "and", "or"})
_SENTENCE_END = re.compile(r"[.!?…]+[\"”’»)\]]*(?=\s)")
_STARTS_SENTENCE = re.compile(r"[\"“‘«(\[]*[^\W_a-zæøåäöüé]|[•–]")


class Span(NamedTuple):
    """A half-open span of code points."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"


class Noise(NamedTuple):
    """A piece of the raw text that belongs to the page and not to the running text."""

    start: int
    end: int
    kind: NoiseKind


class Line(NamedTuple):
    """A line of the plain text: its place there, and how many blank lines stand before it (noise not counted)."""

    start: int
    end: int
    gap: int


@dataclass(frozen=True)
class Mapped:
    """A reading of the raw text: ``raw[i]`` is the raw offset of ``text[i]``."""

    text: str
    raw: list[int]

    def span(self, start: int, end: int) -> Span:
        """Return the raw span of ``text[start:end]``, which must hold at least one character."""
        return Span(self.raw[start], self.raw[end - 1] + 1)

    def index(self, offset: int) -> int:
        """Return the index of the first character that stands at the raw offset or after it."""
        return bisect_left(self.raw, offset)

    def slice(self, span: tuple[int, int]) -> str:
        """Return the text between two raw offsets."""
        return self.text[self.index(span[0]) : self.index(span[1])]


@dataclass(frozen=True)
class Source:
    """A report: its raw text, the SHA-256 of its file, and where its pages start when the file says so."""

    text: str
    sha256: str
    page_starts: tuple[int, ...] = ()

    @cached_property
    def raw_lines(self) -> list[Span]:
        """The lines of the raw text without their line ends."""
        lines, start = [], 0
        for match in _LINE_END.finditer(self.text):
            lines.append(Span(start, match.start()))
            start = match.end()
        lines.append(Span(start, len(self.text)))
        return lines

    @cached_property
    def noise(self) -> list[Noise]:
        """Links on lines of their own, page numbers, and the blanks with which a page opens, in reading order.

        An address that a full stop or another mark follows ends a sentence and is text, though its line holds no more.
        """
        found: list[Noise] = []
        pages = set(self.page_starts)
        before = True  # whether the line before is blank
        for start, end in self.raw_lines:
            line = self.text[start:end]
            bare = line.strip(_SPACES + _HIDDEN)
            kind: NoiseKind | None = None
            if bare:
                if _LINK.fullmatch(bare) and _address(bare) == bare:
                    kind = "link"
                elif _PAGE_NUMBER.fullmatch(bare):
                    kind = "page-number"
                first = start + line.index(bare)
                if kind:
                    found.append(Noise(first, first + len(bare), kind))
                elif first > start and (not before or start in pages):
                    found.append(Noise(start, first, "page-opening"))
            before = not bare
        return found

    @cached_property
    def links(self) -> list[Span]:
        """Every web address, on a line of its own or within a sentence, without the marks that follow it."""
        found = []
        for start, end in self.raw_lines:
            for match in _LINK.finditer(self.text, start, end):
                address = _address(match.group())
                found.append(Span(match.start(), match.start() + len(address)))
        return found

    @cached_property
    def _noise_lines(self) -> set[int]:
        return {self.line_number(noise.start) - 1 for noise in self.noise if noise.kind != "page-opening"}

    @cached_property
    def plain(self) -> Mapped:
        """The raw lines with visible characters only; see the module."""
        noise_lines = self._noise_lines
        characters: list[str] = []
        raw: list[int] = []
        for number, (start, end) in enumerate(self.raw_lines):
            if number:
                characters.append("\n")
                raw.append(start - 1)
            if number in noise_lines:
                continue
            line = self.text[start:end]
            if _PLAIN.fullmatch(line):
                characters.append(line)
                raw.extend(range(start, end))
            else:
                for text, offset in _visible(line, start):
                    characters.append(text)
                    raw.extend([offset] * len(text))
        return Mapped("".join(characters), raw)

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of the plain text that hold something."""
        noisy = self._noise_lines
        lines, gap, start = [], 0, 0
        for number, text in enumerate(self.plain.text.split("\n")):
            bare = text.strip()
            if bare:
                first = start + text.index(bare[0])
                lines.append(Line(first, first + len(bare), gap))
                gap = 0
            elif number not in noisy:
                gap += 1
            start += len(text) + 1
        return lines

    @cached_property
    def flow(self) -> Mapped:
        """The running text; see the module.

        A hyphen at a line end after a letter joins the word when the next line goes on in a small letter and its
        first word is not og, eller or samt; otherwise it stays. The next line is the next that holds something: links,
        page numbers and page openings do not count. A paragraph ends where the gap between two lines is larger than
        the usual one, or where a list item starts after a full stop or a colon, never within a word or before a small
        letter that continues a sentence.
        """
        plain, text = self.plain, self.plain.text
        usual = Counter(line.gap for line in self.lines[1:]).most_common(1)
        usual_gap = usual[0][0] if usual else 0
        characters: list[str] = []
        raw: list[int] = []

        def add(piece: str, offset: int) -> None:
            characters.append(piece)
            raw.append(offset)

        for before, line in zip([None, *self.lines], self.lines, strict=False):
            if before is not None:
                joint = _joint(text[before.start : before.end], text[line.start : line.end], line.gap > usual_gap)
                if joint == "":
                    characters.pop()
                    raw.pop()
                elif joint != "-":
                    add(joint, plain.raw[before.end - 1] + 1)
            blank = False
            for index in range(line.start, line.end):
                character = text[index]
                if character != " ":
                    if blank:
                        add(" ", plain.raw[index - 1])
                    add(character, plain.raw[index])
                blank = character == " "
        return Mapped("".join(characters), raw)

    @cached_property
    def letters(self) -> Mapped:
        """Letters and digits (NFKC, case folded, ``isalnum``) of everything but link lines and page numbers."""
        characters: list[str] = []
        raw: list[int] = []
        plain = self.plain
        for character, offset in zip(plain.text, plain.raw, strict=True):
            for folded in _folded(character):
                characters.append(folded)
                raw.append(offset)
        return Mapped("".join(characters), raw)

    def line_number(self, offset: int) -> int:
        """Return the number, from 1, of the raw line that holds the offset."""
        return bisect_left(self.raw_lines, (offset + 1,))

    def page(self, offset: int) -> int | None:
        """Return the number, from 1, of the page that holds the offset, or None when the pages are not known."""
        return bisect_left(self.page_starts, offset + 1) if self.page_starts else None


def read_source(path: Path | str) -> Source:
    """Return the report in a file of UTF-8 text or, with the extra ``pdf``, in a PDF.

    The text is kept as it stands, line ends and invisible characters included. Raises UsageError when the file
    cannot be read, is empty, larger than 20 MB, binary or not UTF-8, or a PDF from which no text can be had.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UsageError(
                f"the report is too large ({size / 1e6:.0f} MB; at most {MAX_BYTES // 1_000_000} MB are read)",
                where=str(path),
                mend="hand in the report itself, or the part of it that describes the measures",
            )
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read the report: {error.strerror}", where=str(path), mend="check the name and the rights"
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(b"%PDF-"):
        from plangraph.pdf import pdf_pages

        pages = pdf_pages(path)
        starts, offset = [], 0
        for page in pages:
            starts.append(offset)
            offset += len(page) + 1
        return Source("\f".join(pages), digest, tuple(starts))
    if b"\0" in data and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise UsageError("the report is a binary file", where=str(path), mend="hand in UTF-8 text or a PDF")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        guess = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "Latin-1 or Windows-1252"
        raise UsageError(
            f"the report is not UTF-8 (byte {data[error.start]:#04x}; it looks like {guess})",
            where=at(path, data.count(b"\n", 0, error.start) + 1),
            mend=f"convert it, for example: iconv -f {'UTF-16' if guess == 'UTF-16' else 'CP1252'} -t UTF-8",
        ) from error
    if not text.strip():
        raise UsageError("the report is empty", where=str(path), mend="hand in a file that holds the report's text")
    return Source(text, digest)


def visible(text: str) -> str:
    """Return what is seen of a line: blanks as blanks, no invisible characters, ligatures and accents composed."""
    return "".join(piece for piece, _ in _visible(text, 0))


def source_of(text: str) -> Source:
    """Return a text in memory as a source."""
    return Source(text, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


def fold(text: str) -> str:
    """Return the letters and digits of a text, folded as in ``Source.letters``."""
    return "".join(folded for character, _ in _visible(text, 0) for c in character for folded in _folded(c))


def find_words(source: Source, words: str, within: tuple[int, int] | None = None) -> list[Span]:
    """Return every place at which the words stand, in reading order.

    Only letters and digits are compared, so case, line breaks, hyphens and punctuation do not matter; closing
    punctuation in ``words`` extends the span over the same characters of the report. ``first words … last words``
    stands for everything between them: each start is paired with the nearest end after it. A web address is looked for
    as it is written, whatever mark follows it. ``within`` restricts the search to a raw span.
    """
    low, high = within or (0, len(source.text))
    words = words.strip()
    if _LINK.fullmatch(words):
        address = _address(words)
        ends = [link.end for link in source.links if source.text.endswith(address, link.start, link.end)]
        return [Span(end - len(address), end) for end in ends if low <= end - len(address) and end <= high]
    first, *rest = (fold(part) for part in re.split(r"…|\.\.\.", words, maxsplit=1))
    if not first or (rest and not rest[0]):
        return []
    stream = source.letters
    start, end = stream.index(low), stream.index(high)
    found = []
    at_index = stream.text.find(first, start, end)
    while at_index >= 0:
        stop = at_index + len(first)
        if rest:
            place = stream.text.find(rest[0], stop, end)
            if place < 0:
                break
            stop = place + len(rest[0])
        span = stream.span(at_index, stop)
        found.append(Span(span.start, _with_punctuation(source.text, span.end, words)))
        at_index = stream.text.find(first, at_index + 1, end)
    return found


def paragraphs(source: Source, start: int, end: int) -> list[Span]:
    """Return the raw spans of the paragraphs between two raw offsets."""
    flow = source.flow
    found = []
    low, high = flow.index(start), flow.index(end)
    for match in re.finditer(r"[^\n]*[^\n ][^\n]*", flow.text[low:high]):
        inner = match.group().strip()
        first = low + match.start() + match.group().index(inner[0])
        found.append(flow.span(first, first + len(inner)))
    return found


def sentences(source: Source, start: int, end: int, abbreviations: Iterable[str]) -> list[Span]:
    """Return the raw spans of the sentences between two raw offsets.

    A sentence ends with its paragraph, or at a full stop, exclamation or question mark (with what closes a quotation
    or bracket) before a capital, a digit or an opening quotation mark. An abbreviation of the list, an initial, a
    number at the start of a list item and a number before a digit do not end one, nor does anything inside «…».
    """
    known = frozenset(abbreviations)
    flow = source.flow
    found = []
    for paragraph in paragraphs(source, start, end):
        low, high = flow.index(paragraph.start), flow.index(paragraph.end)
        text = flow.text[low:high]
        for first, stop in _sentence_bounds(text, known):
            found.append(flow.span(low + first, low + stop))
    return found


def _sentence_bounds(text: str, abbreviations: frozenset[str]) -> Iterator[tuple[int, int]]:
    first = 0
    for match in _SENTENCE_END.finditer(text):
        after = text[match.end() :].lstrip()
        if not _STARTS_SENTENCE.match(after):
            continue
        if match.group()[0] == "." and _abbreviated(text, first, match.start(), after, abbreviations):
            continue
        if text.count("«", first, match.end()) > text.count("»", first, match.end()):
            continue
        yield first, match.end()
        first = len(text) - len(after)
    if first < len(text):
        yield first, len(text)


def _abbreviated(text: str, first: int, stop: int, after: str, abbreviations: frozenset[str]) -> bool:
    word = text[first:stop].rsplit(None, 1)[-1].lstrip('(«"“[') if stop > first else ""
    if word.casefold() + "." in abbreviations:
        return True
    if re.fullmatch(r"[\d.]+", word):
        return text[first:stop].strip() == word or after[0].isdigit()
    return len(word) == 1 and word.isupper()


def _joint(before: str, after: str, wide: bool) -> str:
    """Return what stands between two lines: nothing, a kept hyphen, a blank or the end of a paragraph."""
    goes_on = after[0].islower()
    if before[-1] == "-" and len(before) > 1 and before[-2] not in " -":
        word = re.match(r"\w*", after)
        assert word is not None
        if word.group().casefold() in _KEEP_HYPHEN_BEFORE:
            return " "
        if before[-2].isalpha() and goes_on:
            return ""
        if after[0].isalnum():
            return "-"
    if after[0] in _BULLETS or (before[0] in _BULLETS and not goes_on and before[-1] not in ",;-"):
        return "\n"
    if wide:
        return " " if goes_on and before[-1] not in ".!?:" else "\n"
    return "\n" if before[-1] in ".!?:;" and _ITEM.match(after) else " "


def _visible(line: str, start: int) -> Iterator[tuple[str, int]]:
    """Yield what is seen of a line, piece by piece, with the offset of each piece."""
    last = len(line.rstrip(_SPACES + _HIDDEN)) - 1
    pending: tuple[str, int] | None = None
    for place, character in enumerate(line):
        if unicodedata.combining(character) and pending is not None:
            pending = (unicodedata.normalize("NFC", pending[0] + character), pending[1])
            continue
        if character in _HIDDEN:
            continue
        if pending is not None:
            yield pending
            pending = None
        if character in _SPACES:
            yield " ", start + place
        elif character in _HYPHENS:
            if character not in _BREAKS or place == last:
                yield "-", start + place
        elif "\ufb00" <= character <= "\ufb06":
            pending = (unicodedata.normalize("NFKC", character), start + place)
        else:
            pending = (character, start + place)
    if pending is not None:
        yield pending


_FOLDED: dict[str, str] = {}


def _folded(character: str) -> str:
    folded = _FOLDED.get(character)
    if folded is None:
        whole = unicodedata.normalize("NFKC", character).casefold()
        folded = _FOLDED[character] = "".join(c for c in whole if c.isalnum())
    return folded


def _address(text: str) -> str:
    """Return an address without the marks that follow it in a sentence."""
    while text and (
        text[-1] in _MARKS + _HIDDEN
        or (text[-1] in _BRACKETS and text.count(text[-1]) > text.count(_BRACKETS[text[-1]]))
    ):
        text = text[:-1]
    return text


def _with_punctuation(text: str, end: int, words: str) -> int:
    tail = re.search(r"[^\w\s]*$", words)
    assert tail is not None
    for character in tail.group():
        if text[end : end + 1] != character:
            break
        end += 1
    return end
