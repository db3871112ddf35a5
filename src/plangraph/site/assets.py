"""What is the same for all sites: style sheet, scripts, Apache's rules, and the media types of files."""

from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from plangraph.formats import BUILT

if TYPE_CHECKING:
    from plangraph.site.model import Site

_MEDIA = {
    **{form.endings[0]: form.media[0] for form in BUILT.values()},
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".cyjs": "application/json",
    ".graphml": "application/graphml+xml",
    ".gexf": "application/gexf+xml",
    ".rq": "application/sparql-query",
    ".js": "text/javascript",
    ".css": "text/css",
    ".ico": "image/vnd.microsoft.icon",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".R": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
}


def media_type(name: str) -> str:
    """Return the media type of a file by its ending."""
    return _MEDIA.get(PurePosixPath(name).suffix, "application/octet-stream")


@cache
def static_names() -> list[str]:
    """Return the names of the style sheet, the scripts, and the bundled library where there is one."""
    return sorted(
        entry.name for entry in (files("plangraph.site") / "static").iterdir() if not entry.name.startswith(".")
    )


def read_static(name: str) -> bytes:
    """Return one static file, which is the same for all sites."""
    return (files("plangraph.site") / "static" / name).read_bytes()


def static_file(site: "Site", name: str) -> bytes:
    """Return one static file."""
    return read_static(name)


def extras() -> frozenset[str]:
    """Return which optional parts are bundled: ``cytoscape`` when the interactive drawing is there."""
    return frozenset({"cytoscape"} if "cytoscape.min.js" in static_names() else ())


def htaccess(site: "Site", plans: str = "", glossary: str = "glossary.html") -> bytes:
    """Return Apache's rules: entity addresses without ending lead to HTML, Turtle, JSON-LD or CSV by ``Accept``.

    ``https://w3id.org/plangraph/X`` is to be redirected to ``id/X`` of the site. ``plans`` are rules that come first,
    for what stands in the site of a plan, and ``glossary`` is where terms are explained.
    """
    text = (files("plangraph.site") / "htaccess.txt").read_text("utf-8")
    return text.replace("@PLANS@", plans).replace("@GLOSSARY@", glossary).encode("utf-8")
