"""The pages that a server makes from a store on disk: of one plan as the static site has them, of many one by one."""

import asyncio
import csv
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import pyoxigraph as ox
import pytest

from conftest import ROOT
from plangraph import building, stores
from plangraph.building import query_store
from plangraph.errors import UsageError
from plangraph.paths import find_tree
from plangraph.plans import Plan, plan_store, plans_of, told_in
from plangraph.serving.limits import Limits
from plangraph.serving.pool import Alone, Pool
from plangraph.serving.protocol import Refusal
from plangraph.serving.shelf import Shelf
from plangraph.site import downloads
from plangraph.site.assets import extras
from plangraph.site.model import open_site
from plangraph.site.routes import content, routes
from plangraph.vocabulary import BASE, PG
from serving.conftest import Server, start
from serving.test_hostile import LARGE, LIMIT, SLOW
from serving.test_http import BROWSER, refused_start

SHARED = ("/actor/", "/law/", "/place/", "/code/", "/ns#", "/outside/")


def doubled(quads: list[ox.Quad], slug: str) -> list[ox.Quad]:
    """The quads with those of a second plan, which has measures, facts, evidence and things of its own."""
    text = (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode("utf-8")
    own = [line for line in text.splitlines() if re.search(rf"/plan/{slug}[/>]|/evidence/|/thing/|/source/", line)]
    assert own
    copy = re.sub(r"/(evidence|thing|source)/", r"/\1/other-", "\n".join(own))
    copy = re.sub(rf"/plan/{slug}(?=[/>])", "/plan/other", copy)
    return [*quads, *ox.parse(copy, ox.RdfFormat.N_QUADS)]


def fetched(server: Server, path: str) -> Any:
    return server.send("GET", path, accept=BROWSER)


def crawl(server: Server, begin: list[str], most: int) -> dict[str, int]:
    """Path → status of every page and file that can be reached from some pages, breadth first."""
    seen: dict[str, int] = {}
    waiting = list(begin)
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen:
            continue
        reply = fetched(server, path)
        seen[path] = reply.status
        if reply.status == 303:
            waiting.append(reply.headers["location"].removeprefix(server.url))
        if reply.media == "text/html":
            for link in re.findall(r'(?:href|src|action)="([^"]+)"', reply.text):
                target = urldefrag(urljoin(server.url + path, link.replace("&amp;", "&")))[0]
                if target.startswith(server.url + "/"):
                    waiting.append(target.removeprefix(server.url))
    return seen


@pytest.fixture(scope="module")
def one(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a store on disk that holds the real plan."""
    place = tmp_path_factory.mktemp("one") / "plan.store"
    building.fill_store(str(place), None, ROOT / "data", built)
    running = start("--store", place)
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def two(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a store on disk that holds two small plans."""
    folder = tmp_path_factory.mktemp("two") / "tree"
    shutil.copytree(tree, folder)
    (folder / "queries/never-ends.rq").unlink()
    quads = [quad for quad in ox.parse(path=str(tree / "all.trig")) if "kasei" not in str(quad)]
    ox.serialize(doubled(quads, "little"), str(folder / "two.nq"), ox.RdfFormat.N_QUADS)
    building.fill_store(str(folder / "two.store"), [folder / "two.nq"])
    limits = ("--seconds", 1, "--memory", 300, "--answer", 5)
    running = start("--data", folder / "data", "--store", folder / "two.store", *limits)
    yield running
    family = running.family()
    assert running.stop() == 0
    assert not [pid for pid in family if Path(f"/proc/{pid}").exists()]


def test_the_pages_of_one_plan_are_those_of_the_static_site(one: Server, built: Path) -> None:
    tree = find_tree(ROOT / "data")
    site = open_site(query_store(tree.data, built), tree)
    of_kind: dict[tuple[str, str, str], list[Any]] = {}
    for route in routes(site):
        of_kind.setdefault((route.function.__module__, route.function.__qualname__, route.lang), []).append(route)
    pages = [key for key in of_kind if key[2]]
    assert len({name for _, name, _ in pages}) >= 15
    assert {lang for *_, lang in pages} == {"nb", "en"}
    compared = 0
    for found in of_kind.values():
        if found[0].function in (downloads.thing_turtle, downloads.thing_jsonld):
            # A server negotiates the data of a thing, and gives all that the store says.
            continue
        for route in {found[0], found[len(found) // 2], found[-1]}:
            reply = fetched(one, "/" + route.path.replace("%", "%25"))
            assert reply.status == 200, route.path
            assert reply.body == content(site, route, extras() | {"sparql"}), route.path
            compared += 1
    assert compared >= 80


def test_every_link_of_the_menu_leads_somewhere(one: Server) -> None:
    begin = ["/", "/en/", "/sparql", "/en/sparql", "/sparql?query=SELECT&format=html", "/en/questions/figures.html"]
    for path in [*begin, "/nothing", "/en/nothing", "/sparql/"]:
        reply = fetched(one, path)
        links = re.findall(r'href="([^"]+)"', reply.text.partition("<nav")[2].partition("</nav>")[0])
        assert len(links) == 12, path
        links += re.findall(r'<link rel="stylesheet" href="([^"]+)"', reply.text)
        assert len(links) == 13, path
        for link in links:
            target = urljoin(one.url + path, link).removeprefix(one.url)
            assert fetched(one, target).status == 200, (path, link)


def test_nothing_that_two_plans_link_to_is_missing(two: Server) -> None:
    seen = crawl(two, ["/", "/en/", "/sparql", "/en/sparql", "/id/actor/dep"], 2000)
    assert len(seen) > 300
    assert {path: status for path, status in seen.items() if status not in (200, 303)} == {}
    assert "/plans/little/en/measures.html" in seen
    assert "/plans/other/id/plan/other/measure/1.html" in seen


def test_the_pages_above_many_plans(two: Server) -> None:
    for path, title in (("/", "Alle planer"), ("/en/", "All plans")):
        assert f"<h1>{title}</h1>" in fetched(two, path).text
    # The store holds each statement in its named graph and in the default graph; it is one.
    [[_, counted]] = csv.reader(two.ask("SELECT ('n' AS ?n) (COUNT(*) AS ?all) { ?s ?p ?o }").text.splitlines()[1:])
    assert f"There are {int(counted):,} statements in all." in fetched(two, "/en/").text
    shared = fetched(two, "/en/id/actor/dep.html")
    assert shared.status == 200
    assert re.findall(r'href="([^"]*plans/[^"]*)"', shared.text) == [
        f"../../../plans/{slug}/en/id/actor/dep.html" for slug in ("little", "other")
    ]
    owned = fetched(two, "/id/plan/other/measure/1")
    assert owned.headers["location"] == f"{two.url}/id/plan/other/measure/1.html"
    owned = fetched(two, "/id/plan/other/measure/1.html")
    assert owned.headers["location"] == f"{two.url}/plans/other/id/plan/other/measure/1.html"
    assert two.send("GET", "/id/actor/dep", accept="text/turtle").headers["location"].endswith("dep.ttl")
    assert fetched(two, "/id/actor/depp.html").status == 404
    assert "did you mean" in fetched(two, "/id/actor/depp.html").text
    for path in ("/measures.html", "/en/search.html", "/plans/nothing/", "/plans/little/nothing.html"):
        reply = fetched(two, path)
        assert reply.status == 404
        for link in re.findall(r'href="([^"#]+)"', reply.text.partition("<nav")[2]):
            assert fetched(two, urljoin(two.url + path, link).removeprefix(two.url)).status == 200, (path, link)
    assert fetched(two, "/en/plans/little/data.html").headers["location"] == f"{two.url}/plans/little/en/data.html"


def test_a_question_of_one_plan_is_answered_from_that_plan(two: Server) -> None:
    page = fetched(two, "/plans/other/questions/measures-of.html?actor=dep")
    assert page.status == 200
    table = page.text.partition("<table")[2].partition("</table>")[0]
    assert "id/plan/other/measure/1.html" in table
    assert "little" not in table
    [link] = re.findall(r'href="([^"]*measures-of.csv[^"]*)"', page.text)
    rows = fetched(two, urljoin("/plans/other/questions/measures-of.html", link.replace("&amp;", "&"))).text.split()
    assert len(rows) == 3
    assert all("/plan/other/" in row for row in rows[1:])
    both = two.send("GET", "/queries/measures-of.csv?actor=dep").text
    assert "/plan/other/" in both
    assert "/plan/little/" in both


@pytest.mark.parametrize("name", ["cross join, counted", "five hundred equal patterns", *LARGE])
def test_hostile_queries_end_in_workers_that_are_not_forked(two: Server, name: str) -> None:
    query, right = {**SLOW, **LARGE}[name]
    before = len(two.family())
    reply = two.ask(query)
    # From disk the limit of time may come before that of size.
    assert reply.status in right | {504}, reply.text[:300]
    assert reply.seconds <= LIMIT + 1
    assert two.ask("ASK {}").status == 200
    end = time.monotonic() + 10
    while len(two.family()) != before and time.monotonic() < end:
        time.sleep(0.1)
    assert len(two.family()) == before, "a worker has taken the place of the one that was ended"


def test_pages_from_workers_that_are_not_forked(tree: Path) -> None:
    """Where no process can be forked, each worker opens the store and makes the pages by itself."""
    limits = Limits(long=1, seconds=20)
    settings = {"data": str(tree / "data"), "store": str(tree / "all.trig"), "pages": True, "limits": limits.plain()}
    order = {"kind": "page", "path": "en/measures.html", "lang": "en", "values": {}}

    async def asked() -> Any:
        pool = Pool(Alone(settings), limits)
        await pool.open()
        try:
            assert len(pool.running()) == limits.workers + 1
            return await pool.ask(order, named=True)
        finally:
            await pool.close()

    head, body = asyncio.run(asked())
    assert head["status"] == 200
    site = open_site(stores.open_store(tree / "all.trig"), find_tree(tree / "data"))
    [route] = [route for route in routes(site) if route.path == "en/measures.html"]
    assert body == content(site, route, extras() | {"sparql"})


def test_a_report_is_of_one_plan(tree: Path, tmp_path: Path) -> None:
    quads = list(ox.parse(path=str(tree / "all.trig")))
    ox.serialize(doubled(quads, "little"), str(tmp_path / "two.nq"), ox.RdfFormat.N_QUADS)
    building.fill_store(str(tmp_path / "two.store"), [tmp_path / "two.nq"])
    words = ("--data", tree / "data", "--store", tmp_path / "two.store", "--port", 0, "--report", tmp_path / "two.nq")
    assert "the store holds 2 plans" in refused_start(*words)


def test_what_belongs_to_a_plan(built: Path) -> None:
    tree = find_tree(ROOT / "data")
    slug = tree.plans()[0].name
    alone = query_store(tree.data, built)
    store = ox.Store()
    store.bulk_extend(doubled([q for q in alone if not isinstance(q.graph_name, ox.DefaultGraph)], slug))
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    assert [plan.slug for plan in plans_of(store)] == [slug, "other"]
    assert isinstance(plans_of(store)[0], Plan)
    part = set(plan_store(store, slug))
    whole = set(alone)
    assert len(whole) > 190_000
    # Terms of others that no statement uses are the only ones left out.
    assert {quad.predicate.value.rpartition("#")[2] for quad in whole - part} <= {"label"}
    assert len(whole - part) < 50
    # A body that works on a thing of the other plan says so itself; nothing else of the other plan is there.
    added = {q.subject.value for q in part - whole if not q.subject.value.startswith(BASE + "thing/other-")}
    assert all(any(kind in iri for kind in SHARED) for iri in added)
    assert not [q for q in part if "/plan/other/" in str(q)]
    assert not [q for q in part if "/evidence/other-" in str(q)]
    assert told_in(store, BASE + "actor/kd") == [slug, "other"]
    assert told_in(store, f"{BASE}plan/{slug}/measure/1") == [slug]
    assert told_in(store, BASE + "actor/nobody") == []
    with pytest.raises(UsageError, match="no plan 'nothing'"):
        plan_store(store, "nothing")


def test_a_plan_of_a_store_without_named_graphs() -> None:
    tree = find_tree(ROOT / "tests/little/data")
    store = stores.open_store(tree.data)
    part = plan_store(store, "little")
    assert {q for q in part if PG + "Measure" in str(q)} == {q for q in store if PG + "Measure" in str(q)}


class Fake:
    """A pool that can be asked whether it is open and idle."""

    def __init__(self, broken: bool = False) -> None:
        self.idle, self.opened, self.closed, self.broken = True, 0, 0, broken

    async def open(self) -> None:
        await asyncio.sleep(0)
        self.opened += 1
        if self.broken:
            raise UsageError("broken")

    async def close(self) -> None:
        self.closed += 1


def test_a_shelf_keeps_the_pools_that_were_used_last() -> None:
    made: dict[str, list[Fake]] = {}

    def make(slug: str) -> Any:
        made.setdefault(slug, []).append(Fake(slug == "broken"))
        return made[slug][-1]

    async def use() -> None:
        shelf = Shelf(make, most=2)
        both = await asyncio.gather(shelf.pool("a"), shelf.pool("a"))
        assert both[0] is both[1]
        await shelf.pool("b")
        await shelf.pool("a")
        await shelf.pool("c")
        assert [(slug, len(pools), pools[-1].closed) for slug, pools in made.items()] == [
            ("a", 1, 0),
            ("b", 1, 1),
            ("c", 1, 0),
        ]
        made["a"][0].idle = made["c"][0].idle = False
        with pytest.raises(Refusal, match="other plans"):
            await shelf.pool("b")
        made["a"][0].idle = True
        with pytest.raises(UsageError):
            await shelf.pool("broken")
        assert made["broken"][0].closed == 1
        await shelf.pool("b")
        await shelf.close()
        assert all(pool.closed == 1 for pools in made.values() for pool in pools)
        assert sum(pool.opened for pools in made.values() for pool in pools) == 5

    asyncio.run(use())
