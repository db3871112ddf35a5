"""Writing the whole site to a folder."""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from plangraph.errors import UsageError
from plangraph.files import fresh_folder, replace_folder
from plangraph.site.assets import extras
from plangraph.site.model import Site
from plangraph.site.routes import Route, content, routes

MARK = ".plangraph-site"


class Part(NamedTuple):
    """What is written at one place: the folder inside the site, a site, its addresses, and what else it has."""

    folder: str
    site: Site
    routes: Sequence[Route]
    extras: frozenset[str]


def write_site(site: Site, out: Path | str, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Write every page and file of a site into a folder; return how many. See :func:`write_parts`."""
    return write_parts([Part("", site, routes(site), extras())], out, progress)


def write_parts(
    parts: Iterable[Part], out: Path | str, progress: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Write every page and file of the parts of a site into a folder; return how many.

    The folder is made beside its place and put there when it is complete, so that a reader sees the old site or the
    new one. ``progress`` is called with how many addresses are done, and how many there are in the parts so far.

    Raises UsageError when the folder holds anything but a site written before.
    """
    folder = Path(out).resolve()
    check_folder(folder)
    written = 0
    with fresh_folder(folder.parent, f".{folder.name}-") as beside:
        place = beside / "site"
        made: set[str] = set()
        for part in parts:
            for done, route in enumerate(part.routes):
                if done % 200 == 0:
                    progress(written + done, written + len(part.routes))
                target = place / part.folder / route.path
                parent = str(target.parent)
                if parent not in made:
                    os.makedirs(parent, exist_ok=True)  # noqa: PTH103 - called for thousands of files
                    made.add(parent)
                with open(target, "wb") as file:
                    file.write(content(part.site, route, part.extras))
            written += len(part.routes)
        (place / MARK).write_text("Written by plangraph; 'plangraph site' may replace this folder.\n", encoding="utf-8")
        place.chmod(0o755)
        replace_folder(place, folder)
    progress(written, written)
    return written


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds files which are not a site's: they would be lost."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", mend="name a folder with --out DIR")
    if folder.is_dir() and not (folder / MARK).is_file() and (foreign := _first(folder)):
        raise UsageError(
            f"the folder holds other files, for example {foreign}",
            where=str(folder),
            mend="choose an empty or new folder with --out DIR; nothing was changed",
        )


def _first(folder: Path) -> str:
    names: Iterable[str] = sorted(entry.name for entry in folder.iterdir())
    return next(iter(names), "")
