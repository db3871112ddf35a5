"""The whole static site of the real data: complete, linked, harmless, and the same in both languages."""

import csv
import json
import re
import string
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pyoxigraph as ox
import pytest

from conftest import ROOT
from pages.conftest import Seen
from plangraph import summary
from plangraph.errors import DataError, UsageError
from plangraph.paths import Tree, find_tree
from plangraph.queries import Query, ask, library
from plangraph.site.downloads import actors_table, thing_csv, thing_jsonld, thing_turtle
from plangraph.site.messages import LANGUAGES, catalogue
from plangraph.site.model import Site, open_site, page_path
from plangraph.site.pages import about, facts, measures, parts, questions, search, things
from plangraph.site.routes import content, routes
from plangraph.site.times import number, when
from plangraph.site.writing import write_site
from plangraph.text import source_of
from plangraph.vocabulary import BASE

PLAN = "id/plan/eget-liv-2017-2020"


def words_of(page: Seen) -> str:
    return re.sub(r"\s+", " ", " ".join(page.text))


def test_a_source_that_is_no_web_address_is_no_link(site: Site) -> None:
    assert things._address(site, "javascript:alert(1)") == {"url": None, "text": "javascript:alert(1)"}
    assert things._address(site, "https://x.org/a")["url"] == "https://x.org/a"


def test_the_licence_is_that_of_the_data(folder: Path) -> None:
    page = (folder / "en/data.html").read_text(encoding="utf-8")
    assert '<a href="https://creativecommons.org/licenses/by/4.0/" rel="license">CC-BY-4.0</a>' in page


def test_every_kind_of_page_is_there_in_both_languages(folder: Path) -> None:
    one_of_each = [
        "index.html measures.html actors.html things.html laws.html places.html themes.html money.html",
        "networks.html questions.html glossary.html data.html how.html passages.html search.html 404.html",
        "measures/status-ongoing.html ministries/kd.html networks/collaboration.html",
        "questions/responsible-ministry.html",
        f"{PLAN}.html {PLAN}/area/1.html {PLAN}/measure/22b.html {PLAN}/claim/22b-status.html",
        "id/actor/imdi.html id/thing/tryggest.html id/law/straffeloven.html id/place/oslo.html id/code/role/lead.html",
    ]
    for path in " ".join(one_of_each).split():
        for lang in ("", "en/"):
            assert (folder / lang / path).is_file(), lang + path
    for end in ("ttl", "jsonld", "csv"):
        assert (folder / f"id/actor/imdi.{end}").is_file()


def test_no_dead_link_no_outside_request_no_inline_script(pages: dict[str, Seen], folder: Path) -> None:
    assert len(pages) > 4000
    ids = {path: set(page.ids) for path, page in pages.items()}
    dead: set[tuple[str, str]] = set()
    checked = 0
    for path, page in pages.items():
        assert page.inline == [], path
        assert len(page.ids) == len(ids[path]), f"{path}: an id stands twice"
        for link in page.loaded:
            assert link == "data:," or "//" not in link, f"{path} loads {link}"
        for link in [*page.links, *(link for link in page.loaded if link != "data:,")]:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("http", "https", "mailto"), link
                continue
            target = unquote(urlsplit(urljoin("/" + path, link)).path).lstrip("/")
            checked += 1
            if not (folder / target).is_file() or (parts.fragment and unquote(parts.fragment) not in ids[target]):
                dead.add((path, link))
    assert not dead, sorted(dead)[:20]
    assert checked > 100_000


def test_each_page_forbids_scripts_of_others(folder: Path) -> None:
    files = sorted(folder.rglob("*.html"))
    for file in files[:: len(files) // 50]:
        text = file.read_text(encoding="utf-8")
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
        assert policy, file
        assert "default-src &#39;none&#39;" in policy[1] or "default-src 'none'" in policy[1]
        assert "unsafe" not in policy[1]


def test_the_front_page_says_what_the_report_says(pages: dict[str, Seen]) -> None:
    # 37 entries, 31 completed and 6 ongoing; by number 28, 24 and 4; from the report, not from the graph.
    norwegian, english = words_of(pages["index.html"]), words_of(pages["en/index.html"])
    assert "37 tiltak med egen status" in norwegian
    assert "31 ferdigstilt" in norwegian
    assert "6 pågående" in norwegian
    assert "28 tiltak etter nummer: 24 ferdigstilt, 4 pågående" in norwegian
    assert "Ikke en offisiell kilde" in norwegian
    assert "Not an official source" in english
    for name, count in (("Kunnskapsdepartementet", 14), ("Barne- og familiedepartementet", 8)):
        assert re.search(rf"{name} \(?\w*\)? ?[\d–]+ [\d–]+ {count}\b", norwegian)


def test_one_minute_from_the_front_page(pages: dict[str, Seen]) -> None:
    assert "id/thing/tryggest.html" in " ".join(pages["search.html"].links)
    thing = pages["id/thing/tryggest.html"]
    assert f"{PLAN}/measure/22b.html" in {urljoin("id/thing/", link) for link in thing.links}
    assert "ansvarlig Kulturdepartementet" in words_of(thing)
    front = words_of(pages["index.html"])
    announced = front[front.index("Ferdigstilt, men med arbeid varslet") :]
    assert "22 b" in announced
    imdi = words_of(pages["id/actor/imdi.html"])
    assert imdi.index("Arbeider sammen med") < imdi.index("Barne-, ungdoms- og familiedirektoratet")
    status = words_of(pages[f"{PLAN}/claim/22b-status.html"])
    for part in ("tiltak 22 b", "Siter dette", "Dette er feil", f"{BASE}plan/eget-liv-2017-2020/claim/22b-status"):
        assert part in status


def test_measures_table_and_facets(pages: dict[str, Seen], folder: Path) -> None:
    table = [i for i in pages["measures.html"].ids if re.fullmatch(r"m\d+[a-d]?", i)]
    assert len(table) == 42
    for name, count in (("status-ongoing", 6), ("status-completed", 31), ("ministry-kd", 14), ("ministry-ud", 1)):
        rows = [i for i in pages[f"measures/{name}.html"].ids if re.fullmatch(r"m\d+[a-d]?", i)]
        assert len(rows) == count, name
    with (folder / "data/measures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 42
    assert sum(row["derived"] == "false" for row in rows) == 37


def test_plan_and_result_stand_side_by_side(site: Site) -> None:
    page = measures.measure(site, "nb", BASE + "plan/eget-liv-2017-2020/measure/9")
    assert {row["stage"] for group in page["result"] for row in group["rows"]} <= {"reported", "announced"}
    assert "planned" in {row["stage"] for group in page["plan"] for row in group["rows"]}
    for column in ("plan", "result"):
        for group in page[column]:
            assert all(row["places"] for row in group["rows"])


def test_languages_have_the_same_pages_and_messages(pages: dict[str, Seen]) -> None:
    norwegian = {path for path in pages if not path.startswith("en/")}
    assert {path.removeprefix("en/") for path in pages if path.startswith("en/")} == norwegian
    fields = string.Formatter().parse
    for section, messages in catalogue().items():
        for key, message in messages.items():
            assert set(message) == set(LANGUAGES), f"{section}.{key}"
            named = [{name for _, name, _, _ in fields(message[lang]) if name} for lang in LANGUAGES]
            assert named[0] == named[1], f"{section}.{key}"


def test_every_message_is_used() -> None:
    source = ROOT / "src/plangraph"
    files = [*(source / "site").rglob("*.html"), *(source / "site").rglob("*.py"), *(source / "serving").rglob("*.py")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    by_name = {"nav", "kind", "stage", "lists", "tags", "refusal", "data"}
    unused = [
        f"{section}.{key}"
        for section, messages in catalogue().items()
        for key in messages
        if section not in by_name and not key.startswith("by_") and not re.search(rf"\.{key}\b|[\"']{key}[\"']", text)
    ]
    assert unused == []


def test_data_of_each_thing_is_a_part_of_the_graph(site: Site) -> None:
    for name in ("actor/imdi", "plan/eget-liv-2017-2020/measure/23", "law/straffeloven"):
        turtle = {str(q.triple) for q in ox.parse(thing_turtle(site, BASE + name), ox.RdfFormat.TURTLE)}
        linked = {str(q.triple) for q in ox.parse(thing_jsonld(site, BASE + name), ox.RdfFormat.JSON_LD)}
        assert turtle == linked
        assert len(turtle) > 50
        for quad in ox.parse(thing_turtle(site, BASE + name), ox.RdfFormat.TURTLE):
            assert next(site.store.quads_for_pattern(*quad.triple, None), None), quad


def test_questions_have_answers_queries_and_files(site: Site, folder: Path) -> None:
    names = sorted(file.stem for file in (ROOT / "queries").glob("*.rq"))
    assert len(names) >= 60
    for name in names:
        _, result, reason = questions.answer(site, name)
        assert result is not None, f"{name}: {reason}"
        rows = json.loads((folder / f"questions/{name}.json").read_text(encoding="utf-8"))
        assert len(rows) == len(result.solutions)
        text, file = ((root / f"{name}.rq").read_text("utf-8") for root in (folder / "questions", ROOT / "queries"))
        variables = set(re.findall(r"\?_\w+", file))
        head = text.removesuffix(file).splitlines()
        assert text.endswith(file)
        assert [line.partition(":")[0] for line in head] == ["#+ parameters", "#+ parameters-nb"][: 2 * bool(variables)]
        assert all(set(re.findall(r"\?_\w+", line)) == variables for line in head)
    for lang, head in (("", "departement"), ("en", "ministry")):
        shown = (folder / lang / "questions/responsible-ministry.html").read_text(encoding="utf-8")
        assert f'<th scope="col">{head}</th>' in shown
    for lang, told in (("", "Taushet er ikke det samme som svikt"), ("en", "Silence is not failure")):
        assert told in (folder / lang / "questions/planned-not-mentioned-again.html").read_text(encoding="utf-8")


def test_a_question_that_needs_values_has_an_example_with_an_answer(site: Site) -> None:
    needy = [query for query in library(site.tree).values() if None in query.parameters.values()]
    assert len(needy) > 40
    for query in needy:
        asked, result, reason = questions.answer(site, query.name)
        assert asked.keys() == query.parameters.keys(), f"{query.name}: {reason}"
        assert len(set(asked.values())) == len(asked), query.name
        assert result is not None, f"{query.name}: {reason}"
        assert result.solutions, query.name
    given = {"first": "bufdir"}
    asked, result, _ = questions.answer(site, "named-together", given)
    assert asked["first"] == "bufdir"
    assert result is not None
    assert result.solutions


def test_the_tables_of_actors_and_of_a_thing_count_as_the_store_does(site: Site) -> None:
    head = "SELECT ?a (COUNT(DISTINCT ?p) AS ?n) (COUNT(DISTINCT ?m) AS ?k) { "
    body = "?p cv:hasParticipant ?a ; cv:role ?r ; pg:stage stage:reported OPTIONAL { ?p pg:underMeasure ?m } }"
    counted = {row["a"]: (row["n"], row["k"]) for row in ask(Query("n", f"{head}{body} GROUP BY ?a"), site.store).rows}
    rows = list(csv.DictReader(actors_table(site).decode("utf-8").splitlines()))
    assert len(rows) > 150
    assert sum(found != (0, 0) for found in counted.values()) > 100
    for row in rows:
        assert (int(row["roles"]), int(row["measures"])) == counted.get(row["iri"], (0, 0)), row["id"]
    measure = f"{BASE}plan/eget-liv-2017-2020/measure/22b"
    facts = list(csv.DictReader(thing_csv(site, measure).decode("utf-8").splitlines()))
    under = f"SELECT DISTINCT ?f {{ ?f pg:underMeasure <{measure}> ; pg:stage ?s . ?f a ?k }}"
    kinds = "VALUES ?k { pg:Participation pg:Claim }"
    told = {row["f"] for row in ask(Query("f", under.replace("{ ?f", f"{{ {kinds} ?f", 1)), site.store).rows}
    assert len(told) > 10
    assert told <= {row["id"] for row in facts}


def test_same_graph_same_bytes(site: Site, folder: Path) -> None:
    tree = find_tree(ROOT / "data")
    again = open_site(site.store, tree, faults_to="faults@example.org")
    compared = [route for route in routes(again) if not route.path.startswith("static/")][::97]
    assert len(compared) > 50
    for route in compared:
        assert content(again, route) == (folder / route.path).read_bytes(), route.path


# --- The folder, the report, bad input


def test_a_folder_with_other_files_is_left_alone(site: Site, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="other files"):
        write_site(site, tmp_path / "out")
    assert [file.name for file in tmp_path.rglob("*")] == ["out", "thesis.txt"]


def test_the_graph_of_a_build_is_taken_where_it_is_whole(little: Tree, tmp_path: Path) -> None:
    from plangraph.building import build, query_store
    from plangraph.formats import BUILT
    from plangraph.site.downloads import graph_files

    out = tmp_path / "out"
    build(little.data, out)
    written = {name: (out / name).read_bytes() for name in BUILT}
    assert len(written) == 4
    store = query_store(little.data, out, memory=True)
    assert open_site(store, little, built=out).built == out
    assert graph_files(open_site(store, little, built=out)) == written
    (out / "graph.ttl").unlink()
    lacking = open_site(store, little, built=out)
    assert lacking.built is None
    assert graph_files(lacking) == written


def test_a_failure_leaves_the_old_site(little: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from plangraph.building import query_store

    small = open_site(query_store(little.data, tmp_path / "none"), little)
    place = tmp_path / "www"
    count = write_site(small, place)
    assert count > 50
    before = {file: file.read_bytes() for file in place.rglob("*") if file.is_file()}

    def broken(*_: object) -> bytes:
        raise OSError("disk full")

    monkeypatch.setattr("plangraph.site.writing.content", broken)
    with pytest.raises(OSError, match="disk full"):
        write_site(small, place)
    assert {file: file.read_bytes() for file in place.rglob("*") if file.is_file()} == before
    assert sorted(f.name for f in tmp_path.iterdir() if f.name.startswith(".www")) == []


def test_the_report_must_be_the_one_that_was_coded(site: Site, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("another text", encoding="utf-8")
    with pytest.raises(DataError, match="not the file"):
        open_site(site.store, site.tree, report=other, networks=False)
    with pytest.raises(UsageError, match="cannot read"):
        open_site(site.store, site.tree, report=tmp_path / "none.txt", networks=False)
    with pytest.raises(UsageError, match="neither an e-mail"):
        open_site(site.store, site.tree, faults_to="javascript:alert(1)", networks=False)


def test_words_are_shown_in_context_with_the_report(site: Site, report_path: Path) -> None:
    with_words = open_site(site.store, site.tree, report=report_path, networks=False)
    page = facts.fact(with_words, "nb", BASE + "plan/eget-liv-2017-2020/claim/22b-status")
    shown = [piece for place in page["row"]["places"] for piece in place["context"]]
    assert "Status: Ferdigstilt" in [piece["words"] for piece in shown]
    route = next(r for r in routes(with_words) if r.path == f"{PLAN}/claim/22b-status.html")
    assert b"<mark>Status: Ferdigstilt</mark>" in content(with_words, route)


def test_a_line_end_hyphen_is_joined_in_context() -> None:
    text = "Han fikk oppføl-\nging i barne-\nog ungdomsvernet."
    assert parts.in_context(source_of(text), "x/0-21")[0]["words"] == "Han fikk oppfølging"


def test_an_unknown_page_has_near_names(site: Site) -> None:
    assert BASE + "actor/imdi" in [entry["iri"] for entry in search.missing(site, "nb", "id/actor/imid")["near"]]


@pytest.mark.parametrize(
    ("text", "nb", "en"),
    [
        ("2019-08-20", "20. august 2019", "20 August 2019"),
        ("2021-21", "våren 2021", "spring 2021"),
        ("2020-37", "1. tertial 2020", "1st third of 2020"),
        ("2018/2020", "2018–2020", "2018–2020"),
        ("2019-03", "mars 2019", "March 2019"),
        ("soon", "soon", "soon"),
    ],
)
def test_dates_in_words(text: str, nb: str, en: str) -> None:
    assert when(text, "nb") == nb
    assert when(text, "en") == en


def test_numbers_keep_their_digits() -> None:
    assert number("5000000", "en") == "5,000,000"
    assert number("5000000", "nb").replace("\u00a0", " ").replace("\u202f", " ") == "5 000 000"
    assert number("2.50", "nb") == "2,50"
    assert number("many", "nb") == "many"


# --- Hostile data

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


@pytest.fixture
def hostile(little: Tree) -> Site:
    """The little plan with scripts in labels, descriptions and IRIs, and IRIs that climb out of the folder."""
    from plangraph.building import query_store

    store = ox.Store()
    base = query_store(little.data, little.data / "none")
    store.bulk_extend(base)
    graph = ox.NamedNode(BASE + "graph/asserted")
    label, kind = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel"), ox.NamedNode(BASE + "ns#Instrument")
    names = ["thing/%3Cscript%3E", "thing/a'b", "thing/..%2F..%2Fetc", "thing/../../../../climb", "thing/.htaccess"]
    names += ["thing/" + "x" * 400, "thing/con&copy;", "thing/é"]
    for name in names:
        node = ox.NamedNode(BASE + name)
        for graph_ in (graph, ox.DefaultGraph()):
            store.add(ox.Quad(node, ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), kind, graph_))
            store.add(ox.Quad(node, label, ox.Literal(f"{SCRIPT} {name}", language="nb"), graph_))
            store.add(ox.Quad(node, ox.NamedNode("http://purl.org/dc/terms/description"), ox.Literal(SCRIPT), graph_))
            link = ox.NamedNode("javascript:alert(1)")
            store.add(ox.Quad(node, ox.NamedNode("http://xmlns.com/foaf/0.1/page"), link, graph_))
    return open_site(store, little, networks=False)


def test_hostile_data_is_harmless(hostile: Site, tmp_path: Path) -> None:
    place = tmp_path / "deep/er/site"
    write_site(hostile, place)
    outside = [f for f in tmp_path.rglob("*") if f.is_file() and place not in f.parents and "climb" in f.name]
    assert outside == []
    seen = 0
    for file in sorted(place.rglob("*.html")):
        page = Seen(file.read_text(encoding="utf-8"))
        assert page.inline == [], file
        assert not [link for link in page.links if link.lower().startswith("javascript")], file
        seen += SCRIPT in " ".join(page.text)
    assert seen >= 16
    for script in place.rglob("static/search-*.js"):
        assert "<" not in script.read_text(encoding="utf-8")


def test_page_paths_stay_inside() -> None:
    for iri in (
        BASE + "thing/../../x",
        BASE + "thing/..",
        BASE + "a//b",
        BASE + ".hidden",
        "https://evil.example/x?y#z",
    ):
        path = page_path(iri)
        assert path.startswith("id/")
        assert not any(part in ("", ".", "..") or part.startswith(".") for part in path.split("/")), path
    assert page_path(BASE + "actor/imdi") == "id/actor/imdi"


def test_a_number_with_parts_shows_their_ministries(site: Site) -> None:
    for row in measures.measure_rows(site, "nb"):
        assert bool(row["parts"]) == bool(row["ministries_of_parts"])
        if row["number"] == "22":
            assert not row["ministries"]
            assert [link["iri"].rsplit("/", 1)[1] for link in row["ministries_of_parts"]] == ["bfd", "kud", "jd"]


def test_build_and_site_count_the_same_passages(site: Site) -> None:
    told = ask(Query("passages", summary._EVIDENCE), site.store).rows
    assert told == [{"n": about.how(site, "nb")["spans"]}]
    assert told[0]["n"] > 1000
