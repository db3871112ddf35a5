"""The texts of reports, figures and pages: from one file, complete in both languages, numbers as each writes them."""

import re
import string

import pytest

from plangraph import analyze, networks
from plangraph.loading import read_text
from plangraph.networks import printing, texts
from plangraph.paths import find_tree

# None of these is written the same in Norwegian, and each stands in the English report.
ENGLISH = re.compile(r"\b(the|of|and|with|ties|actors|events|no|yes|left|not|defined|rank|number)\b", re.IGNORECASE)
WORDED = ("choice", "figure", "definition", "grouping", "kind", "unit", "weight", "stages", "groups")
METHODS = {
    "en": (
        "We analysed the layer “co-involvement” of the plan: two actors are tied when both have an active role under "
        "the same measure. The unit was the 4 entries (measures with a status of their own); stages: reported; roles: "
        "active; areas: all; level: body; groups and generic classes of actors left out; isolates kept. Ties were "
        "weighted by Newman's (2001) weights, 1/(k − 1) for each event shared among k actors. The network has n = 4 "
        "nodes and 3 ties. Actors were ranked by two-mode degree (Faust 1997) and two-mode betweenness (Borgatti and "
        "Everett 1997). Betweenness and closeness follow Freeman (1977, 1979), with closeness scaled for disconnected "
        "networks (Wasserman and Faust 1994), effective size and constraint Burt (1992), communities the Louvain "
        "method (Blondel et al. 2008, seed 3), core and periphery Lip (2011). Shared events were compared with a null "
        "model of fixed degrees (curveball, Strona et al. 2014; 1,500 samples, seed 3) with the correction of "
        "Benjamini and Hochberg (1995) over 3 pairs: no tie exceeded chance at a false discovery rate of 0.05. Ranges "
        "of ranks come from leaving one measure out in turn and describe sensitivity, not sampling error. "
        "Computed with "
    ),
    "nb": (
        "Vi har analysert laget «Virksomme under samme tiltak» (co-involvement) i planen: to aktører er knyttet sammen "
        "når begge har en aktiv rolle under samme tiltak. Enheten er 4 tiltak med egen status; stadier: rapportert; "
        "roller: aktive; innsatsområder: alle; nivå: virksomheter; grupper og typer av aktører er utelatt; isolerte "
        "noder er beholdt. Båndene er vektet med Newmans (2001) vekter, 1/(k − 1) for hver hendelse som k aktører "
        "deler. Nettverket har n = 4 noder og 3 bånd. Aktørene er rangert etter tomodal grad (two-mode degree; Faust "
        "1997) og tomodal mellomliggenhet (betweenness; Borgatti og Everett 1997). Mellomliggenhet (betweenness) og "
        "nærhet (closeness) følger Freeman (1977, 1979), med nærhet skalert for nettverk som ikke henger sammen "
        "(Wasserman og Faust 1994), effektiv størrelse og begrensning (constraint) Burt (1992), grupperinger "
        "Louvain-metoden (Blondel mfl. 2008, frø 3), kjerne og periferi Lip (2011). Felles hendelser er sammenlignet "
        "med en nullmodell med faste grader (curveball, Strona mfl. 2014; 1\u00a0500 trekninger, frø 3), korrigert "
        "etter Benjamini og Hochberg (1995) over 3 par: Ingen bånd var sterkere enn tilfeldigheten tilsier ved en "
        "falsk oppdagelsesrate på 0,05. Spenn av ranger kommer av å utelate ett tiltak etter tur og "
        "beskriver følsomhet, ikke utvalgsfeil. Beregnet med "
    ),
}


def fields(text):
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name})


def test_every_text_is_there_in_both_languages_with_the_same_fields():
    seen = 0
    for section, entries in texts.catalogue().items():
        for key, text in entries.items():
            assert set(text) == set(texts.LANGUAGES), (section, key)
            assert all(value.strip() for value in text.values()), (section, key)
            # The Norwegian texts also name a layer by its title.
            assert set(fields(text["en"])) <= set(fields(text["nb"])), (section, key)
            assert set(fields(text["nb"])) - set(fields(text["en"])) <= {"title"}, (section, key)
            seen += 1
    assert seen > 250


@pytest.mark.parametrize(
    ("lang", "written"),
    [
        ("en", ["1 tie", "1,234 ties", "1,234.5", "0.250", "not defined"]),
        ("nb", ["1 bånd", "1\u00a0234 bånd", "1\u00a0234,5", "0,250", "ikke definert"]),
    ],
)
def test_numbers(lang, written):
    ties = {"en": "{n:tie|ties}", "nb": "{n:bånd|bånd}"}[lang]
    assert [ties.format(n=texts._Number(n, lang)) for n in (1, 1234)] == written[:2]
    assert texts.number(1234.5, lang, ",.1f") == written[2]
    assert texts.number(0.25, lang) == written[3]
    assert texts.number(None, lang) == written[4]


def shown(analysis):
    """Yield every text that a person reads, without names and values of the data."""
    for section in analysis.sections:
        yield section.title
        yield section.note
        columns, rows = printing._shown(analysis, section)
        yield from columns
        names = [name for name in section.columns if name not in printing.HIDDEN]
        words = [title for title, name in zip(columns, names, strict=True) if name in WORDED]
        yield from (str(row[title]) for row in rows for title in words)
    yield analysis.methods


@pytest.fixture
def marked(monkeypatch):
    """Every text of the file in brackets, so that one from elsewhere shows."""
    bracketed = {
        section: {key: {lang: f"⟦{text}⟧" for lang, text in entry.items()} for key, entry in entries.items()}
        for section, entries in texts.catalogue().items()
    }
    monkeypatch.setattr(texts, "catalogue", lambda: bracketed)
    texts.texts.cache_clear()
    yield
    texts.texts.cache_clear()


@pytest.mark.parametrize("layer", networks.LAYERS)
def test_every_text_of_the_report_comes_from_the_file(toy, marked, layer):
    staged = {} if layer in networks.STAGELESS else {"stages": ["reported", "planned"]}
    analysis = analyze(layer, store=toy, samples=19, lang="nb", **staged)
    count = 0
    for text in shown(analysis):
        rest = text.replace(analysis.definition, "")
        while rest != (rest := re.sub("⟦[^⟦⟧]*⟧", "", rest)):
            pass
        assert not re.search("[a-zæøå]", rest, re.IGNORECASE), (rest, text)
        count += 1
    assert count > 30


@pytest.mark.parametrize("layer", networks.LAYERS)
def test_no_english_is_left_in_the_norwegian_report(toy, layer):
    for form in ("table", "md"):
        text = networks.render(analyze(layer, store=toy, samples=19, lang="nb"), form)
        # English terms in parentheses, options of the command line and names of the data are meant to be there.
        text = re.sub(r"\([^()]*\)|--\w+ \S+", "", text)
        assert not ENGLISH.search(text), ENGLISH.search(text)


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_the_methods_paragraph(toy, lang):
    found = analyze("co-involvement", store=toy, samples=1500, seed=3, lang=lang)
    assert found.methods.startswith(METHODS[lang])
    assert re.fullmatch(r"plangraph \S+, networkx \S+, numpy \S+, scipy \S+\.", found.methods[len(METHODS[lang]) :])


def test_programs_find_the_same_names_in_both_languages(toy):
    en, nb = (analyze("co-involvement", store=toy, samples=19, lang=lang) for lang in ("en", "nb"))
    assert [(s.name, s.columns) for s in en.sections] == [(s.name, s.columns) for s in nb.sections]
    assert [s.title for s in en.sections] == [s.name for s in en.sections]
    assert en.options == nb.options


def test_kinds_are_called_what_the_ontology_calls_them():
    import rdflib

    ontology = rdflib.Graph().parse(find_tree().ontology / "plangraph.ttl")
    query = read_text(find_tree().queries_for("networks") / "actors.rq")
    classes = sorted({*re.findall(r"\(pg:(\w+) ", query), "Measure"})
    assert len(classes) > 10
    for name in classes:
        labels = {label.language: str(label) for label in ontology.objects(
            rdflib.URIRef(f"https://w3id.org/plangraph/ns#{name}"), rdflib.RDFS.label)}  # fmt: skip
        assert texts.catalogue()["kinds"][name] == labels


def test_codes_of_roles_are_called_what_the_ontology_calls_them(toy):
    import rdflib

    codes = rdflib.Graph().parse(find_tree().ontology / "codes.ttl")
    role = "https://w3id.org/plangraph/code/role"
    found = {
        str(code).removeprefix(f"{role}/"): {
            label.language: str(label) for label in codes.objects(code, rdflib.SKOS.prefLabel)
        }
        for code in codes.subjects(rdflib.SKOS.inScheme, rdflib.URIRef(role))
    }
    assert len(found) == 30
    assert texts.catalogue()["roles"] == found
    told = analyze("affiliation", store=toy, samples=19, lang="nb", roles=["developer", "consulted"])
    assert "roller: utvikler, rådspurt;" in told.methods
    assert {"value": "utvikler, rådspurt", "option": "--roles developer consulted"}.items() <= next(
        row for row in told.sections[0].rows if row["choice"] == "roller"
    ).items()


def test_a_language_without_texts(toy):
    from plangraph.errors import UsageError

    with pytest.raises(UsageError, match="no report in the language 'nn'"):
        analyze("co-involvement", store=toy, lang="nn")
