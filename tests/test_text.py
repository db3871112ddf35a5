"""Reading a report's text: offsets, noise, hyphens, letters, sentences, finding words, bad files."""

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import ROOT
from plangraph.errors import UsageError
from plangraph.text import Source, Span, find_words, paragraphs, read_source, sentences, source_of
from plangraph.words import load
from sample_report import REPORT

ABBREVIATIONS = load("nb")["sentences"]["abbreviations"]
ODD = "ab Æå é 12 .-–\n\r\t\f\u00a0\u200b\u00ad\ufffe\ufb01\u0301:)«»\u2028"


def flow(text: str) -> str:
    return source_of(text).flow.text


def test_the_noise_of_a_report_is_classified_and_stays_in_the_text() -> None:
    source = source_of(REPORT)
    kinds = [noise.kind for noise in source.noise]
    assert kinds.count("link") == 3
    assert [REPORT[noise.start : noise.end] for noise in source.noise if noise.kind == "page-number"] == ["12"]
    assert "vegvesen.example" not in source.flow.text
    assert source.text == REPORT


def test_a_page_opening_is_the_blank_before_a_line_without_a_gap() -> None:
    source = source_of("En side slutter her\n Neste side åpner her\n\n innrykk etter en tom linje")
    assert [(noise.start, noise.end, noise.kind) for noise in source.noise] == [(20, 21, "page-opening")]


def test_pages_open_where_the_file_says_so_and_are_counted_from_one() -> None:
    text = "Slutt.\n\f Neste\fSiste"
    source = Source(text, "", (0, 8, 15))
    assert [text[start] for start in source.page_starts] == ["S", " ", "S"]
    assert [source.page(offset) for offset in (0, 7, 8, 14, 15, 19)] == [1, 1, 2, 2, 3, 3]
    assert source_of(text).page(8) is None
    # After a blank line only a new page tells an opening from an indent.
    assert [(noise.start, noise.end, noise.kind) for noise in source.noise] == [(8, 9, "page-opening")]
    assert source_of(text).noise == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kjønnslem-\nlestelse", "kjønnslemlestelse"),
        ("kjønnslem- \n\n lestelse", "kjønnslemlestelse"),
        ("helse-\nog sosialfag", "helse- og sosialfag"),
        ("barne-\neller ungdom", "barne- eller ungdom"),
        ("rus-\nsamt vold", "rus- samt vold"),
        ("health-\nand welfare", "health- and welfare"),
        ("paid-\nor unpaid", "paid- or unpaid"),
        ("GI-\n13/2016", "GI-13/2016"),
        ("2017- \n2021", "2017-2021"),
        ("Oslo-\nBergen", "Oslo-Bergen"),
        ("16-\nårsgrense", "16-årsgrense"),
        ("utlandet -\nsærlig", "utlandet - særlig"),
        ("be-\nhttps://a.example/side\n12\n kjempe", "bekjempe"),
        ("be\u00ad\nkjempe", "bekjempe"),
        ("be\ufffe\nkjempe", "bekjempe"),
        ("be\ufffekjempe", "bekjempe"),
        ("helse\ufffeog sosial", "helse- og sosial"),
        ("be\u00adkjempe", "bekjempe"),
        ("om-\nStatus: Ferdig", "om-Status: Ferdig"),
    ],
)
def test_hyphens_at_line_ends(text: str, expected: str) -> None:
    assert flow(text) == expected


def test_the_report_has_296_hyphens_at_line_ends_of_which_289_join(report_path: Path) -> None:
    source = read_source(report_path)
    ends = [line.end for line in source.lines if source.plain.text[line.end - 1] == "-"]
    shown = set(source.flow.raw)
    kept = [source.plain.raw[end - 1] for end in ends if source.plain.raw[end - 1] in shown]
    assert len(ends) == 296
    assert [source.text[offset - 4 : offset] for offset in kept] == [
        "else",
        "s GI",
        "2017",
        "2017",
        "jons",
        "2016",
        "arne",
    ]


def test_the_noise_of_the_report(report_path: Path) -> None:
    source = read_source(report_path)
    kinds = [noise.kind for noise in source.noise]
    assert len(source.text) == 80_867
    assert kinds.count("link") == 49
    assert len({source.text[n.start : n.end] for n in source.noise if n.kind == "link"}) == 32
    assert [source.text[n.start : n.end] for n in source.noise if n.kind == "page-number"] == ["31"]


@given(st.text(st.sampled_from(ODD), max_size=60))
@example("e\u0301\u200b-\r\n\ufb01")
@example("a\ufffe\u0301b")
def test_every_character_knows_where_it_comes_from(text: str) -> None:
    source = source_of(text)
    for reading in (source.plain, source.flow, source.letters):
        assert len(reading.text) == len(reading.raw)
        assert reading.raw == sorted(reading.raw)
        assert all(0 <= offset < len(text) for offset in reading.raw)
    # Each letter comes from the character at its offset, or from it and the accents that follow.
    for character, offset in zip(source.letters.text, source.letters.raw, strict=True):
        cluster = text[offset]
        for mark in text[offset + 1 :]:
            if not unicodedata.combining(mark) and mark not in "\u200b":
                break
            cluster += mark.replace("\u200b", "")
        assert character in unicodedata.normalize("NFKC", cluster).casefold()


@given(st.text(st.sampled_from(ODD), max_size=60))
def test_lines_of_the_raw_text_cover_it(text: str) -> None:
    source = source_of(text)
    assert source.raw_lines[0].start == 0
    assert source.raw_lines[-1].end == len(text)
    for before, after in zip(source.raw_lines, source.raw_lines[1:], strict=False):
        assert before.end <= after.start <= before.end + 2


@given(st.text(st.sampled_from("ab cd.\n-"), max_size=80), st.data())
def test_words_of_a_text_are_found_where_they_stand(text: str, data: st.DataObject) -> None:
    source = source_of(text)
    letters = source.letters
    if not letters.text:
        return
    start = data.draw(st.integers(0, len(letters.text) - 1))
    end = data.draw(st.integers(start + 1, len(letters.text)))
    span = letters.span(start, end)
    assert span in find_words(source, letters.text[start:end])


def test_words_are_found_across_lines_case_and_hyphens() -> None:
    source = source_of("Alle skal be-\nkjempe vold.\nAlle skal ha det.\nhttps://a.example/x\nhttps://a.example/xy\n")
    assert find_words(source, "skal bekjempe VOLD.") == [Span(5, 26)]
    assert find_words(source, "bekjempe vold!") == [Span(10, 25)], "only the punctuation that stands there"
    assert find_words(source, "Alle skal") == [Span(0, 9), Span(27, 36)]
    assert find_words(source, "Alle … vold.") == [Span(0, 26)]
    assert find_words(source, "Alle skal", within=(20, 60)) == [Span(27, 36)]
    assert find_words(source, "https://a.example/x") == [Span(45, 64)]
    twice = source_of("https://a.example/x\nog\nhttps://a.example/x\nog\nhttps://a.example/x\n")
    assert find_words(twice, "https://a.example/x", within=(20, 43)) == [Span(23, 42)]
    assert find_words(source, "finnes ikke") == []
    assert find_words(source, "…") == []


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("Se https://a.example/x. Mer.", ["https://a.example/x"]),
        (
            "På https://a.example/x, www.b.example/y; og https://c.example?",
            ["https://a.example/x", "www.b.example/y", "https://c.example"],
        ),
        ("(se https://a.example/x_(y))", ["https://a.example/x_(y)"]),
        ("«https://a.example/x».", ["https://a.example/x"]),
        ("https://a.example/x/?y=1&z=2#v", ["https://a.example/x/?y=1&z=2#v"]),
        ("Den ligger på\nhttps://a.example/x.", ["https://a.example/x"]),
        ("https://a.example/x\u200b.", ["https://a.example/x"]),
        ("https: er et ord, www er et annet", []),
    ],
)
def test_addresses_are_found_anywhere_without_the_mark_behind_them(text: str, addresses: list[str]) -> None:
    source = source_of(text)
    assert [text[link.start : link.end] for link in source.links] == addresses
    for link in source.links:
        # An address is found as it is written, with or without the mark that follows it.
        assert link in find_words(source, text[link.start : link.end])
        assert link in find_words(source, text[link.start : link.end] + ".")


def test_an_address_that_ends_a_sentence_is_text_though_it_has_a_line_of_its_own() -> None:
    alone, ends = source_of("Den ligger på\nhttps://a.example/x\n"), source_of("Den ligger på\nhttps://a.example/x.\n")
    assert ([noise.kind for noise in alone.noise], ends.noise) == (["link"], [])
    assert (alone.flow.text, ends.flow.text) == ("Den ligger på", "Den ligger på https://a.example/x.")
    assert find_words(ends, "Den … example/x.") == [Span(0, 34)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Se Prop. 12 S for mer. Det er nok.", 2),
        ("Ved lov 5. mars 2021 nr. 6 ble den endret. Den gjelder.", 2),
        ("Det gjelder bl.a. Oslo. Der er det slik.", 2),
        ("Se § 2 Felles mål, jf. Meld. St. 4 om dette.", 1),
        ("Kurs, møter m.m. på nett. Fint!", 2),
        ("1. Male veien. 2. Pusse.", 2),
        ("Møtet ledes av K. Hansen. Det varer.", 2),
        ("Møtet var 3.12. 2020 i Oslo.", 1),
        ("De sa «Gå hjem. Nå!» til oss. Vi gikk.", 2),
        ("Diagnosen Z91.7 er ny. Er den kjent? Nei.", 3),
        ("Tiltaket ses i sammenheng med tiltak 14. Det er bra.", 2),
        ("Overskrift\n\n\nTekst under.\n\nMer\n\ntekst.", 3),
        ("Vi har tre deler:\n1. Den første\n2. Den andre", 3),
        ("• Ett punkt\n• To punkt\nSå vanlig tekst.", 3),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    source = source_of(text)
    assert len(sentences(source, 0, len(text), ABBREVIATIONS)) == count


def test_the_sentences_of_the_report(report_path: Path) -> None:
    """Precision and recall of sentence ends against a list made by eye from all running text (offsets only)."""
    source = read_source(report_path)
    gold: dict[str, list[Span]] = {}
    with (ROOT / "tests/reading/sentences.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            gold.setdefault(row["section"], []).append(Span(int(row["start"]), int(row["end"])))
    wanted = {span for spans in gold.values() for span in spans}
    assert len(wanted) == 461
    got: set[Span] = set()
    from plangraph.ingest.reading import read
    from plangraph.ingest.registry import Registry

    reading = read(source, load("nb"), Registry(()), "2021")
    owners = [*reading.areas, *reading.measures]
    for part in (part for owner in owners for part in owner.parts):
        if part.kind in ("plan-text", "result-text", "area-introduction"):
            got |= set(sentences(source, *part.span, ABBREVIATIONS))
    right = len(got & wanted)
    assert right / len(got) >= 0.99
    assert right / len(wanted) >= 0.99


def test_paragraphs_follow_the_gaps_of_a_text_not_its_line_spacing() -> None:
    double = "En linje\n\nog en til.\n\n \n\nNytt avsnitt\n\nher."
    source = source_of(double)
    assert [source.flow.slice(span) for span in paragraphs(source, 0, len(double))] == [
        "En linje og en til.",
        "Nytt avsnitt her.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vi har laget\n\nen film.\nDen er lang\nog god.\nNå.", "Vi har laget en film. Den er lang og god. Nå."),
        ("Vi har laget:\n\nen film.\nDen er lang\nog god.\nNå.", "Vi har laget:\nen film. Den er lang og god. Nå."),
        ("• Oslo,\nBergen", "• Oslo, Bergen"),
        ("• Oslo\nBergen", "• Oslo\nBergen"),
    ],
)
def test_a_sentence_goes_on_over_a_gap_and_an_item_over_its_line(text: str, expected: str) -> None:
    assert flow(text) == expected


@pytest.mark.parametrize("noise", ["https://a.example/side", "12"])
def test_a_link_or_a_page_number_between_two_lines_is_no_gap(noise: str) -> None:
    assert flow(f"Vi møtte\n{noise}\nIMDi i Oslo.\nDet var\nbra.") == "Vi møtte IMDi i Oslo. Det var bra."


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x00\x01\x02\x89PNG", "binary"),
        ("Bærum".encode("latin-1"), "not UTF-8"),
        ("Bærum".encode("utf-16"), "not UTF-8"),
        (b"%PDF-1.4 broken", "damaged"),
    ],
)
def test_files_that_are_no_report(tmp_path: Path, content: bytes, what: str) -> None:
    file = tmp_path / "report.txt"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=what) as caught:
        read_source(file)
    assert caught.value.mend
    assert str(file) in caught.value.where


def test_a_missing_report_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.txt", tmp_path):
        with pytest.raises(UsageError, match="cannot read"):
            read_source(path)


def test_the_fault_of_an_encoding_is_named_with_its_line_and_the_way_out(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    for content, place, mend in (
        ("Oslo\n\nBærum".encode("latin-1"), f"{file}:3", "iconv -f CP1252 -t UTF-8"),
        ("Oslo".encode("utf-16"), f"{file}:1", "iconv -f UTF-16 -t UTF-8"),
    ):
        file.write_bytes(content)
        with pytest.raises(UsageError, match="not UTF-8") as caught:
            read_source(file)
        assert (caught.value.where, caught.value.mend[-len(mend) :]) == (place, mend)


def test_a_report_of_more_than_20_mb_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "large.txt"
    # The limit itself is taken, and then found to be binary.
    for size, what in ((20_000_000, "binary"), (20_000_001, "too large")):
        with file.open("wb") as handle:
            handle.truncate(size)
        with pytest.raises(UsageError, match=what):
            read_source(file)


def test_line_ends_survive(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_bytes("\ufeffEn\r\nto\rtre\u2028fire\n".encode())
    source = read_source(file)
    assert isinstance(source, Source)
    assert source.text == "\ufeffEn\r\nto\rtre\u2028fire\n"
    assert source.flow.text == "En to tre fire"
