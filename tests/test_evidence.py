"""Spans: fingerprints, finding again in other extractions, removed sentences, locators, the evidence file."""

import random
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from plangraph.cli import main
from plangraph.errors import DataError, UsageError
from plangraph.evidence import (
    data_texts,
    evidence_lines,
    evidence_of,
    fact_spans,
    facts_on,
    prints_of,
    published_at,
    recorded_sha256,
    used_names,
)
from plangraph.loading import parse, to_rdflib
from plangraph.locators import Locators, Section, sections_of, uncovered
from plangraph.spans import Found, Print, around, find_again, fingerprint, parts, verify
from plangraph.text import Source, Span, find_words, fold, read_source, sentences, source_of
from plangraph.vocabulary import prefixes
from plangraph.words import load
from sample_report import REPORT

ABBREVIATIONS = load("nb")["sentences"]["abbreviations"]
SLUG = "sluttrapport-2021"
PLAN = ROOT / "data/eget-liv-2017-2020"


def spans_of(source: Source) -> list[Span]:
    """All sentences of a text, each word of them that starts with a capital, and the links."""
    found = sentences(source, 0, len(source.text), ABBREVIATIONS)
    found += [
        s for word in ("Status: Ferdigstilt", "KD", "Udir", "kommunene", "refleks") for s in find_words(source, word)
    ]
    found += [Span(n.start, n.end) for n in source.noise if n.kind == "link"]
    return found


def rewrapped(source: Source) -> str:
    """The running text in lines of 47 characters, without hyphens, links and page numbers, with U+00A0."""
    paragraphs = source.flow.text.split("\n")
    lines = (textwrap.wrap(p, 47, break_on_hyphens=False, break_long_words=False) for p in paragraphs)
    return "\n\n".join("\n".join(each) for each in lines).replace(" i ", "\u00a0i ")


def test_a_span_is_named_by_its_offsets() -> None:
    assert parts("10-20") == [Span(10, 20)]
    assert parts("10-20_30-40") == [Span(10, 20), Span(30, 40)]
    for name in ("", "10", "20-10", "10-10", "a-b", "10-20_", "10-20_5"):
        with pytest.raises(ValueError):
            parts(name)


def test_a_span_outside_the_report_is_named() -> None:
    with pytest.raises(ValueError, match="outside the report of 3 characters"):
        fingerprint(source_of("abc"), Span(1, 4))
    with pytest.raises(DataError, match="outside") as caught:
        evidence_lines(["1-4"], source_of("abc"), "r", [])
    assert caught.value.where == "ev:1-4"


FORMS: dict[str, Callable[[Source], str]] = {
    "other line breaks, no hyphens, links or page numbers": rewrapped,
    "CRLF": lambda s: s.text.replace("\n", "\r\n"),
    "U+00A0": lambda s: s.text.replace(" ", "\u00a0"),
    "U+00AD": lambda s: s.text.replace("skolevei", "skole\u00advei"),
    "ligatures": lambda s: s.text.replace("fl", "\ufb02"),
    "capitals": lambda s: s.text.upper().replace("HTTPS", "https"),
    "no line ends": lambda s: s.flow.text.replace("\n", " "),
    "a new front page": lambda s: "Forside av en annen utgave\n\n" + s.text,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_span_is_found_in_another_extraction(form: str) -> None:
    source = source_of(REPORT)
    copy = source_of(FORMS[form](source))
    spans = spans_of(source)
    assert len(spans) == 49
    found = find_again(copy, [fingerprint(source, span) for span in spans])
    for span, place in zip(spans, found, strict=True):
        assert place is not None, source.text[span.start : span.end]
        if place.how == "words":
            assert fold(source.flow.slice(span)) == fold(copy.flow.slice(place.span))
        elif place.how == "link":
            assert copy.text[slice(*place.span)] == source.text[slice(*span)]


def lost_and_expected(
    source: Source, spans: list[Span], prints: list[Print], gone: Span
) -> tuple[set[Span], set[Span]]:
    kept = "".join(
        source.text[n.start : n.end] + "\n"
        for n in source.noise
        if n.kind == "link" and gone.start <= n.start < gone.end
    )
    copy = source_of(source.text[: gone.start] + kept + source.text[gone.end :])
    lost = {span for span, place in zip(spans, find_again(copy, prints), strict=True) if place is None}
    stream = source.letters
    low, high = stream.index(gone.start), stream.index(gone.end)
    expected = {s for s in spans if stream.index(s.start) < high and stream.index(s.end) > low and s.start < gone.end}
    return lost, {s for s in expected if stream.index(s.start) < stream.index(s.end)}


def test_of_a_removed_sentence_exactly_its_spans_are_lost() -> None:
    source = source_of(REPORT)
    spans = [s for s in spans_of(source) if not source.text[s.start :].startswith("http")]
    prints = [fingerprint(source, span) for span in spans]
    removed = sentences(source, REPORT.index("Mange barn"), len(REPORT), ABBREVIATIONS)
    assert len(removed) == 23
    for gone in removed:
        lost, expected = lost_and_expected(source, spans, prints, gone)
        assert lost == expected, source.text[gone.start : gone.end]


def test_a_removed_sentence_is_not_found_where_its_words_stand_elsewhere() -> None:
    text = (
        "IMDi leder gruppen i Oslo. IMDi har laget en film. IMDi har hatt tre møter. IMDi har laget en film. Slutt her."
    )
    source = source_of(text)
    films = find_words(source, "IMDi har laget en film.")
    names = find_words(source, "IMDi")
    marks = [fingerprint(source, span) for span in [*films, *names]]
    copy = source_of(text.replace("IMDi har laget en film. ", "", 1))
    places = find_again(copy, marks)
    assert [place is None for place in places] == [True, False, False, True, False, False]


def test_the_place_with_both_neighbours_wins_over_a_nearer_one_with_one() -> None:
    before = "Elevene i byen går til skolen hver eneste morgen hele det lange året. "
    words, after = "Vi har laget en plan for veien. ", "Den er ny."
    source = source_of(before + words + after)
    copy = source_of(before + words + "Mye annet sto her i den forrige utgaven av teksten. " + before + words + after)
    (span,) = find_words(source, words)
    assert len(fold(words)) >= 20, "long enough to be found by one side"
    assert len(fold(before)) >= 40
    (place,) = find_again(copy, [fingerprint(source, span)])
    assert place is not None
    assert place.span.start == find_words(copy, words)[1].start


def test_of_two_equal_links_the_nearest_is_taken() -> None:
    link = "https://a.example/side"
    text = f"Først dette om veien.\n{link}\nSå noe annet om luften og om skolen.\n{link}\nTil slutt.\n"
    source, copy = source_of(text), source_of("En ny forside.\n" + text)
    spans = find_words(source, link)
    assert len(spans) == 2
    assert find_again(copy, [fingerprint(source, span) for span in spans]) == [
        Found(span, "link") for span in find_words(copy, link)
    ]


def test_spans_of_the_report_in_another_extraction_and_after_removals(report_path: Path) -> None:
    source = read_source(report_path)
    prints = prints_of(to_rdflib(parse(PLAN / "evidence.ttl")), SLUG)
    assert len(prints) > 2000
    verdict = verify(prints, source, recorded_sha256(PLAN, SLUG))
    assert verdict.same_file
    assert verdict.lost == []
    copy = source_of(rewrapped(source))
    again = verify(prints, copy, recorded_sha256(PLAN, SLUG))
    assert not again.same_file
    assert again.lost == []
    for name, place in again.found.items():
        if place.how == "words":
            assert fold(copy.text[slice(*place.span)]) == fold(source.flow.slice(prints[name].span))
    sections = [
        s for s in sections_of(to_rdflib(parse(PLAN / "skeleton.ttl"))) if s.kind in ("plan-text", "result-text")
    ]
    every = [sentence for s in sections for sentence in sentences(source, *s.span, ABBREVIATIONS)]
    spans = [mark.span for mark in prints.values() if mark.letter_count]
    marks = [mark for mark in prints.values() if mark.letter_count]
    for gone in random.Random(7).sample(every, 12):
        lost, expected = lost_and_expected(source, spans, marks, gone)
        assert lost == expected


@settings(deadline=None, max_examples=60)
@given(st.text(st.sampled_from("abc .\n"), min_size=1, max_size=120), st.data())
def test_in_the_same_text_a_span_is_found(text: str, data: st.DataObject) -> None:
    source = source_of(text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    mark = fingerprint(source, Span(start, end))
    (place,) = find_again(source, [mark])
    assert place is not None
    if mark.letter_count:
        assert place == Found(source.letters.span(mark.letter_start, mark.letter_start + mark.letter_count), "words")


def test_locators_say_where_a_span_stands() -> None:
    source = source_of(REPORT)
    (section,) = find_words(source, "Alle gangfelt … om luft.")
    locators = Locators(source, [Section(section, "result-text", "18a"), Section(Span(0, 300), "front-matter", "")])
    (span,) = find_words(source, "Udirs veileder … om støy.")
    assert locators.locate(span) == (
        "tiltak 18 a, resultat, avsnitt 1, setning 2: Udirs veileder … om støy.",
        "measure 18 a, result text, paragraph 1, sentence 2: Udirs veileder … om støy.",
    )
    assert locators.locate(section)[1].startswith(
        "measure 18 a, result text, paragraph 1, sentence 1–3: Alle gangfelt …"
    )
    assert locators.locate(Span(0, 2)) == (
        "rapporten, innledende del, avsnitt 1, setning 1: Om",
        "the report, front matter, paragraph 1, sentence 1: Om",
    )


def test_a_span_over_two_paragraphs_has_no_number_of_a_sentence() -> None:
    text = "En setning her.\nEn til der.\n\nEt nytt avsnitt her."
    (section,) = find_words(source_of(text), "En setning … avsnitt her.")
    locators = Locators(source_of(text), [Section(section, "plan-text", "8")])
    assert locators.locate(section)[0] == "tiltak 8, plantekst, avsnitt 1–2: En setning … avsnitt her."


def test_the_words_around_a_span() -> None:
    source = source_of("Først dette. Så be-\nkjempe vold. Til slutt.")
    (span,) = find_words(source, "bekjempe")
    assert around(source, span, 5) == (". Så ", "bekjempe", " vold")
    assert around(source, span, 20) == ("Først dette. Så ", "bekjempe", " vold. Til slutt.")


def test_in_the_same_file_the_words_of_each_span_are_compared() -> None:
    source = source_of("En film om vold.")
    prints = {"0-2": fingerprint(source, Span(0, 2)), "3-7": fingerprint(source, Span(0, 2))._replace(span=Span(3, 7))}
    verdict = verify(prints, source, source.sha256)
    assert (verdict.same_file, verdict.found, verdict.lost) == (True, {"0-2": Found(Span(0, 2), "words")}, ["3-7"])


def test_of_words_that_are_repeated_each_is_found_where_it_stood() -> None:
    source = source_of("Kommunene har i flere år arbeidet med en plan for veien til skolen og for luften der. " * 5)
    spans = find_words(source, "en plan")
    assert len(spans) == 5
    assert [
        place and place.span for place in find_again(source, [fingerprint(source, span) for span in spans])
    ] == spans


def test_what_stands_in_words_stands_in_the_evidence_file() -> None:
    source = source_of('En "fin\\film" om\\t vold.')
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes(None, "r").items())
    graph = rdflib.Graph().parse(data=head + "\n".join(evidence_lines(["0-22"], source, "r", [])), format="turtle")
    (first,) = graph.objects(None, rdflib.URIRef("https://w3id.org/plangraph/ns#firstWords"))
    assert str(first) == 'En "fin\\film"'


def test_the_evidence_graph_of_a_composite_span() -> None:
    source = source_of(REPORT)
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes(None, "r").items())
    lines = evidence_lines(["0-2", "0-2_5-10", "5-10"], source, "r", [])
    graph = rdflib.Graph().parse(data=head + "\n".join(lines), format="turtle")
    base = "https://w3id.org/plangraph/evidence/r/"
    held = {str(o) for o in graph.objects(rdflib.URIRef(base + "0-2_5-10"), rdflib.DCTERMS.hasPart)}
    assert held == {base + "0-2", base + "5-10"}
    assert set(prints_of(graph, "r")) == {"0-2", "5-10"}
    assert prints_of(graph, "r")["0-2"] == fingerprint(source, Span(0, 2))


def test_names_of_spans_in_turtle_texts() -> None:
    ours = "@prefix ev: <https://w3id.org/plangraph/evidence/r/> .\nx:a pg:evidence ev:1-2, ev:3-4_5-6 ."
    full = "x:b pg:evidence <https://w3id.org/plangraph/evidence/r/7-8> ."
    other = "@prefix ev: <https://w3id.org/plangraph/evidence/s/> .\nx:a pg:evidence ev:11-12 ."
    both = f"{other}\nx:c pg:evidence <https://w3id.org/plangraph/evidence/r/9-10> ."
    assert used_names([ours, full, other], "r") == {"1-2", "3-4_5-6", "3-4", "5-6", "7-8"}
    assert used_names([both], "r") == {"9-10"}
    assert used_names([both], "s") == {"11-12"}


def test_sentences_without_evidence() -> None:
    source = source_of(REPORT)
    (section,) = find_words(source, "Alle gangfelt … om luft.")
    first, second, third = sentences(source, *section, ABBREVIATIONS)
    found = uncovered(source, [Section(section, "result-text", "1")], [Span(first.start, first.start + 4), third])
    assert found == [(Section(section, "result-text", "1"), [first, second, third], [second])]
    # A long span goes on being evidence after a short one within it has ended.
    found = uncovered(
        source,
        [Section(section, "result-text", "1")],
        [Span(first.start, second.end), Span(first.start + 1, first.end)],
    )
    assert [bare for _, _, bare in found] == [[third]]
    found = uncovered(source, [Section(section, "result-text", "1")], [Span(first.end, second.start)])
    assert [bare for _, _, bare in found] == [[first, second, third]], "a blank belongs to no sentence"


def test_every_span_that_the_data_uses_is_in_the_evidence_file() -> None:
    used = used_names(data_texts(ROOT / "data"), SLUG)
    graph = to_rdflib(parse(PLAN / "evidence.ttl"))
    recorded = {
        str(node).rsplit("/", 1)[1] for node in graph.subjects(rdflib.URIRef("http://www.w3.org/ns/oa#hasSource"), None)
    }
    assert len(used) > 2000
    assert recorded == used


def test_facts_and_their_spans() -> None:
    data = ROOT / "data"
    assert "14155-14174" in evidence_of(data, SLUG, "8-status", ())
    assert evidence_of(data, SLUG, "ev:5-9", {"5-9"}) == ["5-9"]
    assert "plan/eget-liv-2017-2020/claim/8-status" in facts_on(data, SLUG, "14155-14174")
    assert Span(14155, 14174) in fact_spans(data, SLUG)
    with pytest.raises(UsageError, match="no fact"):
        evidence_of(data, SLUG, "no-such-fact", ())


@pytest.fixture
def coded(tmp_path: Path) -> Path:
    """A data folder with a plan that holds a section, an area, a claim and a mention, and an outside fact."""
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes("p", "r").items())
    files = {
        "p/skeleton.ttl": "area:1 a pg:FocusArea ; pg:evidence ev:0-5 . section:1 a pg:Section ; pg:evidence ev:0-90 .",
        "p/area-1.ttl": "c:x a pg:Claim ; pg:evidence ev:30-40_50-60, ev:5-9 . c:y a pg:Claim ; pg:evidence ev:50-60 .",
        "p/mentions.ttl": "mention:1 a oa:Annotation ; oa:hasTarget ev:70-80 ; pg:evidence ev:70-80 .",
        "p/evidence.ttl": "ev:80-90 a oa:SpecificResource .",
        "outside/plan.ttl": "outside:a rdf:subject plan:p ; rdf:predicate dct:issued ; dct:source <http://e/issued> . "
        "outside:b rdf:subject plan:p ; rdf:predicate dct:title ; dct:source <http://e/title> . "
        "outside:c rdf:subject plan:q ; rdf:predicate dct:issued ; dct:source <http://e/other> .",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(head + text, encoding="utf-8")
    return tmp_path


def test_which_facts_rest_on_which_spans(coded: Path) -> None:
    assert evidence_of(coded, "r", "x", ()) == ["5-9", "30-40_50-60"]
    assert facts_on(coded, "r", "50-60") == ["plan/p/claim/x", "plan/p/claim/y"]
    assert facts_on(coded, "r", "70-80") == facts_on(coded, "r", "80-90") == []
    assert fact_spans(coded, "r") == [Span(5, 9), Span(30, 40), Span(50, 60)]
    assert published_at(coded, "p") == ["http://e/issued"]
    assert used_names(data_texts(coded), "r") >= {"70-80", "5-9"}
    assert used_names(data_texts(coded, {(coded / "p/mentions.ttl").resolve()}), "r") == {
        *("0-5", "0-90", "5-9", "30-40", "50-60", "30-40_50-60")
    }


def test_without_a_report_the_place_and_the_plan_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "14433-14485", "--data", str(ROOT / "data")]) == 0
    out = capsys.readouterr().out
    assert "tiltak 8, resultat, avsnitt 1, setning 3: Teksten er … og POD." in out
    assert "https://www.regjeringen.no/no/dokumenter/retten-til-a-bestemme-over-eget-liv/id2542163/" in out
