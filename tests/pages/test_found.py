"""What a reader must be able to find: the tables, the agreement, and the way to the report."""

import io
from pathlib import Path

from openpyxl import load_workbook

from conftest import ROOT
from pages.conftest import Seen
from plangraph.site.index import natural

PLAN = "https://www.regjeringen.no/no/dokumenter/retten-til-a-bestemme-over-eget-liv/id2542163/"
AGREEMENT = "data/eget-liv-2017-2020/agreement.csv"


def test_all_tables_and_the_agreement_are_downloads(pages: dict[str, Seen], folder: Path) -> None:
    for page in (pages["data.html"], pages["en/data.html"]):
        names = {link.rsplit("/", 1)[-1] for link in page.links}
        assert {"plangraph-nb.xlsx", "plangraph-en.xlsx", "participations.csv", "agreement.csv"} <= names
        assert {"dictionary.csv", "datapackage.json", "outside.csv"} <= names
    assert AGREEMENT in pages["how.html"].links
    assert f"../{AGREEMENT}" in pages["en/how.html"].links
    assert (folder / AGREEMENT).read_bytes() == (ROOT / AGREEMENT).read_bytes()
    for lang, first in {"nb": "Oversikt", "en": "Overview"}.items():
        content = (folder / f"data/tables/plangraph-{lang}.xlsx").read_bytes()
        book = load_workbook(io.BytesIO(content), read_only=True)
        assert book.sheetnames[0] == first
        assert len(book.sheetnames) > 15


def test_the_way_to_the_report_is_told(pages: dict[str, Seen]) -> None:
    for name, said in {
        "index.html": "ingen nettadresse til den er bekreftet",
        "en/index.html": "no web address of it is verified",
        "id/plan/eget-liv-2017-2020/claim/22b-status.html": "ingen nettadresse til den er bekreftet",
    }.items():
        assert PLAN in pages[name].links
        assert said in " ".join(pages[name].text)


def test_links_that_look_alike_lead_to_the_same_place(pages: dict[str, Seen]) -> None:
    text = " ".join("".join(pages["passages.html"].text).split())
    assert "17 · 18 · 18a · 18b · 18c · 19" in text


def test_web_addresses_are_shown_as_people_write_them(pages: dict[str, Seen]) -> None:
    text = " ".join(" ".join(pages["id/actor/imdi.html"].text).split())
    assert "om-imdi" not in text.replace("imdi.no/om-imdi", "")
    assert "github.com/Informasjonsforvaltning/altinn-model-publisher" in text


def test_things_with_one_name_have_one_order() -> None:
    plan = "https://w3id.org/plangraph/plan/p"
    iris = [f"{plan}/participation/18a-nora", f"{plan}/claim/18a-nora", f"{plan}/measure/9", f"{plan}/measure/18a"]
    for given in (iris, iris[::-1]):
        assert sorted(given, key=natural) == [iris[2], iris[3], iris[1], iris[0]]
