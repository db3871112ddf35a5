"""One site of the real data, written once for all tests of this folder."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from conftest import ROOT
from plangraph.building import query_store
from plangraph.cli import main
from plangraph.paths import find_tree
from plangraph.site.model import Site, open_site
from plangraph.site.writing import write_site


@pytest.fixture(scope="session")
def site(built: Path) -> Site:
    tree = find_tree(ROOT / "data")
    return open_site(query_store(tree.data, built), tree, faults_to="faults@example.org")


@pytest.fixture(scope="session")
def folder(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("site") / "site"
    assert write_site(site, place) > 5000
    return place


class Seen(HTMLParser):
    """What a page holds that matters here: links, anchors, scripts, styles, handlers, text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.text: list[str] = []
        self._script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            value = value or ""
            if name == "id":
                self.ids.append(value)
            elif name == "style" or name.startswith("on"):
                self.inline.append(f"{tag} {name}={value}")
            elif name in ("href", "action") and tag in ("a", "form"):
                self.links.append(value)
            elif name == "src" or (name == "href" and tag == "link"):
                self.loaded.append(value)
        if tag == "style" or (tag == "script" and not dict(attrs).get("src")):
            self.inline.append(tag)
        self._script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.inline.append(data)
        self.text.append(data)


@pytest.fixture(scope="session")
def pages(folder: Path) -> dict[str, Seen]:
    return {
        file.relative_to(folder).as_posix(): Seen(file.read_text(encoding="utf-8"))
        for file in sorted(folder.rglob("*.html"))
    }


@pytest.fixture(scope="session")
def several(two_plans: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of two small plans."""
    place = tmp_path_factory.mktemp("several") / "site"
    assert main(["site", "--data", str(two_plans), "--graph", str(place.parent / "none"), "--out", str(place)]) == 0
    return place
