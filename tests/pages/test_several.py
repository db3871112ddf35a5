"""The site of several plans: a whole site for each, and a list of them above."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from pages.conftest import Seen
from plangraph.building import query_store
from plangraph.paths import find_tree
from plangraph.plans import plan_store
from plangraph.site.assets import extras
from plangraph.site.model import open_site
from plangraph.site.routes import content, routes

Run = Callable[..., tuple[int, str, str]]


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def text(folder: Path, path: str) -> str:
    return (folder / path).read_text(encoding="utf-8")


@pytest.mark.parametrize(("path", "title"), [("index.html", "Alle planer"), ("en/index.html", "All plans")])
def test_the_front_page_lists_the_plans(several: Path, path: str, title: str) -> None:
    page = text(several, path)
    assert f"<h1>{title}</h1>" in page
    links = re.findall(r'href="([^"]*plans/[^"]*)"', page)
    english = "en/" if path.startswith("en") else ""
    up = "../" if english else ""
    assert links == [f"{up}plans/{slug}/{english}index.html" for slug in ("little", "other")]
    statements = len((several / "data/graph.nt").read_text(encoding="utf-8").splitlines())
    assert re.sub(r"[^0-9]", "", re.findall(r"<p>([^<]*)</p>", page)[0]) == str(statements)


def test_each_plan_has_a_whole_site_with_its_own_counts(several: Path, two_plans: Path) -> None:
    tree = find_tree(two_plans)
    store = query_store(two_plans, two_plans.parent / "none")
    for slug, name, counts in (
        ("little", "Liten plan", "1 ferdigstilt, 1 pågående"),
        ("other", "Annen plan", "2 ferdigstilt"),
    ):
        home = text(several, f"plans/{slug}/index.html")
        assert f"<h1>{name}</h1>" in home
        assert counts in re.sub(r"\s+", " ", re.sub("<[^>]+>", "", home))
        assert len(re.findall("<tr", text(several, f"plans/{slug}/measures/area-1.html"))) == 3
        # The pages are those that the server makes, without its links to an endpoint.
        site = open_site(plan_store(store, slug), tree)
        for route in routes(site):
            written = (several / f"plans/{slug}" / route.path).read_bytes()
            assert written == content(site, route, extras() | {"plan"}), route.path
    rows = list(csv.DictReader(io.StringIO(text(several, "plans/other/data/measures.csv"))))
    assert [(row["number"], row["status"]) for row in rows] == [("1", "completed"), ("2", "completed")]
    assert "plan/little" not in text(several, "plans/other/data/graph.nt")


def test_no_link_leads_nowhere(several: Path) -> None:
    files = files_of(several)
    checked = 0
    for path in sorted(files):
        if not path.endswith(".html"):
            continue
        page = Seen(files[path].decode("utf-8"))
        assert page.inline == [], path
        for link in [*page.links, *page.loaded]:
            if not urlsplit(link).scheme:
                target = unquote(urlsplit(urljoin("/" + path, link)).path).lstrip("/")
                assert target in files, (path, link)
                checked += 1
    assert checked > 3000


def test_a_thing_that_plans_share_has_a_page_above_them(several: Path) -> None:
    shared = text(several, "en/id/actor/dep.html")
    assert "Several plans tell of this." in shared
    assert re.findall(r'href="([^"]*plans/[^"]*)"', shared) == [
        f"../../../plans/{slug}/en/id/actor/dep.html" for slug in ("little", "other")
    ]
    data = text(several, "id/actor/dep.ttl")
    assert "plan/little/" in data
    assert "plan/other/" in data
    own = text(several, "id/source/memo.html")
    assert "Én plan forteller om dette." in own
    assert not (several / "id/plan").exists()


def test_one_plan_of_several_alone(two_plans: Path, several: Path, tmp_path: Path, run: Run) -> None:
    words = ("site", "--data", two_plans, "--graph", tmp_path / "none", "--out", tmp_path / "site")
    assert run(*words, "--plan", "other")[0] == 0
    found = files_of(tmp_path / "site")
    inside = {path.removeprefix("plans/other/"): b for path, b in files_of(several).items() if "plans/other/" in path}
    assert found.keys() - {".plangraph-site"} == inside.keys()
    assert {path for path in inside if inside[path] != found[path]} == {
        path for path in inside if path.endswith(".html")
    }
    assert b"Alle planer" not in found["index.html"]
    status, _, said = run(*words, "--plan", "another")
    assert status == 2
    assert "choose of: little, other" in said
    status, _, said = run(*words, "--report", two_plans / "little/plan.ttl")
    assert status == 2
    assert "--plan: little, other" in said


def test_the_only_plan_may_be_named(little: object, tmp_path: Path, run: Run) -> None:
    data = tmp_path / "data"
    words = ("site", "--data", data, "--graph", tmp_path / "out")
    assert run("build", "--data", data, "--out", tmp_path / "out")[0] == 0
    assert run(*words, "--out", tmp_path / "a")[0] == 0
    assert run(*words, "--out", tmp_path / "b", "--plan", "little")[0] == 0
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")
