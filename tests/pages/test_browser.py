"""The pages in a browser: accessible, self-contained, and of use with and without JavaScript."""

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, missing

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
AXE = ROOT / "npm/node_modules/axe-core/axe.min.js"
PLAN = "id/plan/eget-liv-2017-2020"
KINDS = [
    "index.html",
    "measures.html",
    "measures/status-ongoing.html",
    f"{PLAN}/measure/22b.html",
    f"{PLAN}/measure/24.html",
    f"{PLAN}/claim/22b-status.html",
    f"{PLAN}/area/3.html",
    "id/actor/imdi.html",
    "id/law/straffeloven.html",
    "id/thing/tryggest.html",
    "id/place/oslo.html",
    "id/code/role/lead.html",
    "ministries/jd.html",
    "actors.html",
    "money.html",
    "networks.html",
    "networks/collaboration.html",
    "questions.html",
    "questions/responsible-ministry.html",
    "glossary.html",
    "data.html",
    "how.html",
    "search.html",
    "404.html",
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    if not Path(CHROMIUM).is_file():
        missing("Debian's Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


class Watched:
    """A page that notes what it asks for from elsewhere and what it complains of."""

    def __init__(self, browser: Any, address: str, **settings: Any) -> None:
        self.context = browser.new_context(**settings)
        self.page = self.context.new_page()
        self.address, self.faults = address, list[str]()
        self.page.on("request", self._request)
        self.page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.faults.append(f"asked for {request.url}")

    def open(self, path: str) -> Any:
        self.page.goto(self.address + path)
        return self.page


@pytest.fixture
def watched(browser: Any, address: str) -> Iterator[Watched]:
    found = Watched(browser, address, viewport={"width": 1280, "height": 900})
    yield found
    found.context.close()
    assert found.faults == []


@pytest.mark.parametrize("lang", ["", "en/"])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_violation_of_wcag_21_aa(browser: Any, address: str, width: int, lang: str) -> None:
    if not AXE.is_file():
        missing("axe-core is not there (npm ci --prefix npm --ignore-scripts)")
    # The policy of the pages would keep the checker itself out.
    found = Watched(browser, address, viewport={"width": width, "height": 900}, bypass_csp=True)
    checker = AXE.read_text(encoding="utf-8")
    rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}"
    checked = 0
    for path in KINDS:
        page = found.open(lang + path)
        page.evaluate(checker)
        faults = page.evaluate(
            f"axe.run(document, {rules}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 200)))"
        )
        assert faults == [], f"{lang}{path} at {width}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is wider than {width}"
        assert page.evaluate("document.documentElement.lang") == ("en" if lang else "nb")
        checked += 1
    found.context.close()
    assert checked == len(KINDS) == 24
    assert found.faults == []


@pytest.mark.parametrize("width", [320, 768, 1920])
def test_nothing_is_cut_off(browser: Any, address: str, width: int) -> None:
    found = Watched(browser, address, viewport={"width": width, "height": 900})
    for path in KINDS:
        assert found.open(path).evaluate("document.documentElement.scrollWidth") <= width, path
    found.context.close()
    assert found.faults == []


def test_from_the_front_page_to_the_passage(watched: Watched) -> None:
    page = watched.open("index.html")
    page.fill("#q", "tryggest")
    page.press("#q", "Enter")
    page.click("#found >> text=/^TryggEst$/")
    assert page.inner_text("h1") == "TryggEst"
    page.click("main >> text=22 b Kompetanse om utviklingshemmede")
    assert "Kulturdepartementet" in page.inner_text("dl.brief")
    page.click("dl.brief >> text=Kilde")
    assert "statuslinjer: Status: Ferdigstilt" in page.inner_text("main")
    page.click("text=In English")
    assert page.url.endswith(f"/en/{PLAN}/claim/22b-status.html")
    assert "Cite this" in page.inner_text("main")


def test_table_facets_filter_and_sort(watched: Watched) -> None:
    page = watched.open("measures.html")
    rows = "#measures tbody tr:visible"
    assert page.locator(rows).count() == 42
    page.select_option("#facet-status", "ongoing")
    assert page.locator(rows).count() == 6
    page.select_option("#facet-ministry", "hod")
    assert page.locator(rows).count() == 2
    assert "2 av 42" in page.inner_text(".shown")
    page.select_option("#facet-status", "")
    page.select_option("#facet-ministry", "")
    page.fill("#filter", "mentor")
    assert page.locator(rows).count() == 1
    page.fill("#filter", "")
    page.click("#measures th button >> nth=1")
    names = page.locator("#measures tbody th").all_inner_texts()
    assert page.get_attribute("#measures thead th >> nth=1", "aria-sort") == "ascending"
    # Norwegian order: V stands before Ø, Å last; two neighbours tell it.
    assert names[0] < names[1]


def test_search_finds_by_abbreviation_other_name_and_norwegian_letters(watched: Watched) -> None:
    for words, name in (
        ("imdi", "Integrerings- og mangfoldsdirektoratet"),
        ("RVTS øst", "RVTS Øst"),
        ("røde kors", "Røde Kors"),
    ):
        page = watched.open(f"search.html?q={words}")
        assert page.locator("#found a").first.inner_text() == name, words
    for words, name in {"rode kors": "Røde Kors", "trygest": "TryggEst", "tryggets": "TryggEst"}.items():
        page = watched.open(f"search.html?q={words}")
        assert name in page.locator("#found a").first.inner_text(), words
    page = watched.open("search.html?q=qqqq")
    assert "Ingen treff" in page.inner_text("#hits")


def test_the_interactive_network_shows_what_lies_behind_a_tie(watched: Watched, folder: Path) -> None:
    if not (folder / "static/cytoscape.min.js").is_file():
        missing("the library of the interactive drawing is not bundled (python hatch_build.py)")
    page = watched.open("networks/collaboration.html")
    assert page.locator("#canvas canvas").count() > 0
    assert page.locator("#static").is_hidden()
    page.locator("#edges details summary").first.click()
    page.wait_for_selector("#chosen h3")
    assert page.locator("#chosen li a").count() > 0


def test_a_narrow_screen_has_a_picture_that_scrolls_and_the_table(browser: Any, address: str) -> None:
    found = Watched(browser, address, viewport={"width": 320, "height": 700})
    page = found.open("networks/collaboration.html")
    assert page.locator("#canvas canvas").count() == 0
    assert page.locator("svg.network").is_visible()
    assert page.locator(".narrow").is_visible()
    assert page.locator("svg.network text").first.bounding_box()["height"] > 10
    assert found.faults == []
    found.context.close()


def test_without_javascript_everything_is_there(browser: Any, address: str) -> None:
    found = Watched(browser, address, java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = found.open("measures.html")
    assert page.locator("#measures tbody tr:visible").count() == 42
    assert page.locator(".tools").is_hidden()
    page.click("nav.facets >> text=pågående")
    assert page.locator("#measures tbody tr:visible").count() == 6
    page = found.open("networks/collaboration.html")
    assert page.locator("svg.network").is_visible()
    assert page.locator("#edges tbody tr").count() > 10
    page = found.open("search.html")
    assert page.locator("#index").is_visible()
    page.click("section >> text=/^TryggEst$/")
    assert page.inner_text("h1") == "TryggEst"
    found.context.close()
    assert found.faults == []


def test_pages_work_from_a_folder(browser: Any, folder: Path) -> None:
    found = Watched(browser, "file://", viewport={"width": 1280, "height": 900})
    page = found.open(f"{folder}/search.html?q=imdi")
    assert page.locator("#found a").count() > 0
    page.locator("#found a").first.click()
    assert "mangfoldsdirektoratet" in page.inner_text("h1")
    found.context.close()
    assert found.faults == []


def test_downloads_are_whole(watched: Watched) -> None:
    page = watched.open("measures.html")
    with page.expect_download() as waiting:
        page.evaluate("document.querySelector('a[href$=\"measures.csv\"]').setAttribute('download', '')")
        page.click("a[href$='measures.csv']")
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert len(text.splitlines()) == 43
