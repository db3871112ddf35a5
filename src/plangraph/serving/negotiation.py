"""Which of the forms on offer a client wants: Accept with q-values (RFC 9110, section 12.5.1)."""

from collections.abc import Mapping

from plangraph import formats

RESULTS = {name: form.media for name, form in formats.RESULTS.items()}
GRAPHS = {name: form.media for name, form in formats.ONE_GRAPH.items()}
HTML = {"html": ("text/html", "application/xhtml+xml")}
ENDINGS = {form.endings[0].removeprefix("."): name for name, form in formats.ONE_GRAPH.items()}


def media_type(form: str, offers: Mapping[str, tuple[str, ...]]) -> str:
    """Return the media type of a form, with its character set where that is not fixed by the type."""
    return with_charset(offers[form][0])


def with_charset(media: str) -> str:
    """Return a media type, with its character set where that is not fixed by the type."""
    return f"{media}; charset=utf-8" if media.startswith("text/") else media


def choose(accept: str | None, offers: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the form of ``offers`` (form → its media types) that a client likes best, or None when it likes none.

    No Accept header, or an empty one, means anything. Among equals the first on offer wins, and a type that is named
    wins over a wildcard. A malformed part of the header is passed over.
    """
    wanted = _ranges(accept or "*/*")
    best: tuple[float, int, bool, int] = (0.0, 0, False, 0)
    chosen = None
    for place, (form, types) in enumerate(offers.items()):
        for media in types:
            quality, named = _quality(media, wanted)
            # An alias counts less than the type by which a form is known.
            rank = (quality, named, media == types[0], -place)
            if quality > 0 and (chosen is None or rank > best):
                best, chosen = rank, form
    return chosen


def _quality(media: str, wanted: list[tuple[str, float]]) -> tuple[float, int]:
    main = media.split("/", 1)[0]
    for named, pattern in ((2, media), (1, f"{main}/*"), (0, "*/*")):
        for found, quality in wanted:
            if found == pattern:
                return quality, named
    return 0.0, 0


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.split(",")[:50]:
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    quality = min(max(float(value), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        if "/" in media:
            found.append((media, quality))
    return found
