"""The texts of reports, figures and pages: from one file, complete in both languages, numbers as each writes them."""

import csv
import io
import json
import re
import string

import pytest

from conftest import ROOT
from plangraph import analyze, networks
from plangraph.loading import read_text
from plangraph.networks import printing, texts
from plangraph.paths import find_tree

# None of these is written the same in Norwegian, and each stands in the English report.
ENGLISH = re.compile(r"\b(the|of|and|with|ties|actors|events|no|yes|left|not|defined|rank|number)\b", re.IGNORECASE)
WORDED = ("choice", "figure", "definition", "grouping", "kind", "unit", "weight", "stages", "groups")
METHODS = {
    "en": (
        "We analysed the layer “Active under the same measure” (co-involvement): two actors are tied when both have an "
        "active role under the same measure. The unit was the 4 entries (measures with a status of their own); stages: "
        "reported; roles: active; areas: all; level: body; groups and generic classes of actors left out; isolates "
        "kept. An event is a unit. Ties were weighted by 1/(k − 1) for each event shared among k actors (Newman 2001). "
        "The network has n = 4 nodes and 3 ties in 2 components; isolates: 1. Figures of the whole network "
        "follow Wasserman and Faust (1994). Actors were ranked by two-mode degree (Faust 1997), with two-mode "
        "betweenness (Borgatti and Everett 1997) beside it. Two-mode clustering follows Robins and Alexander (2004), "
        "locally Latapy et al. (2008). The weights enter strength (Barrat et al. 2004), the eigenvector (Bonacich "
        "1972), communities and weighted betweenness, in which a tie of weight w is 1/w long (Newman 2001). Every tie "
        "counts 1 in degree, betweenness and closeness (Freeman 1977, 1979), the last scaled for disconnected networks "
        "(Wasserman and Faust 1994), the core number (Seidman 1983), effective size and constraint (Burt 1992), and "
        "core and periphery (Lip 2011). Communities were found by the Louvain method (Blondel et al. 2008) with seed "
        "3; modularity follows Newman (2006). Ties inside and between groups were measured by the E-I index "
        "(Krackhardt and Stern 1988) and assortativity (Newman 2003). Shared events were compared with 1,500 random "
        "two-mode tables of the same degrees (curveball, Strona et al. 2014; seed 3, a burn-in of 160 trades, 16 "
        "trades between tables), corrected over 3 pairs by Benjamini and Hochberg (1995): no tie exceeded chance at a "
        "false discovery rate of 0.05. Association with the layer collaboration was tested by permuting the two-mode "
        "table with all degrees fixed (999 samples, seed 3). The ranking by events was compared with that under 13 "
        "sets of choices (Steegen et al. 2016): rank correlation (Spearman 1904) "
    ),
    "nb": (
        "Vi har analysert laget «Virksomme under samme tiltak» (co-involvement): to aktører er knyttet sammen når "
        "begge har en aktiv rolle under samme tiltak. Enheten er 4 tiltak med egen status; stadier: rapportert; "
        "roller: aktive; innsatsområder: alle; nivå: virksomheter; grupper og typer av aktører er utelatt; isolerte "
        "noder er beholdt. En hendelse er en enhet. Båndene er vektet med 1/(k − 1) for hver hendelse som k aktører "
        "deler (Newman 2001). Nettverket har n = 4 noder og 3 bånd i 2 komponenter; isolerte noder: 1. Mål "
        "for hele nettverket følger Wasserman og Faust (1994). Aktørene er rangert etter tomodal grad (two-mode "
        "degree; Faust 1997), med tomodal mellomliggenhet (betweenness; Borgatti og Everett 1997) ved siden av. "
        "Tomodal klynging (clustering) følger Robins og Alexander (2004), lokalt Latapy mfl. (2008). "
    ),
}
ENDS = {
    "en": (
        "Ranges of ranks come from leaving one measure out in turn, an actor lost with it counted last. They describe "
        "sensitivity, not sampling error. Computed with "
    ),
    "nb": (
        "Spenn av ranger kommer av å utelate ett tiltak etter tur, en aktør som da faller ut, regnet som sist. De "
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
        yield from printing._defined(analysis, section).values()
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
        found = analyze(layer, store=toy, samples=19, lang="nb")
        text = networks.render(found, form)
        for reference in found.references:
            text = text.replace(reference, "")
        # English terms in parentheses, options of the command line and names of the data are meant to be there.
        text = re.sub(r"\([^()]*\)|--\w+ \S+", "", text)
        assert not ENGLISH.search(text), ENGLISH.search(text)


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_the_methods_paragraph(toy, lang):
    found = analyze("co-involvement", store=toy, samples=1500, seed=3, lang=lang)
    assert found.methods.startswith(METHODS[lang])
    assert re.search(r"plangraph \S+, networkx \S+, numpy \S+, scipy \S+\.$", found.methods)
    assert ENDS[lang] in found.methods


@pytest.mark.parametrize("lang", texts.LANGUAGES)
@pytest.mark.parametrize("layer", networks.LAYERS)
def test_what_is_cited_stands_in_the_references_and_the_docstrings(toy, layer, lang):
    found = analyze(layer, store=toy, samples=19, lang=lang)
    listed = {(ref.split(", ")[0].split(" ")[1], re.findall(r"\((\d{4})\)", ref)[0]) for ref in found.references}
    # A surname with the years that follow it: Freeman 1977, 1979; Wasserman and Faust (1994); Strona et al. 2014.
    pattern = r"([A-Z]\w+)(?: (?:and|og) [A-Z]\w+| et al\.| mfl\.)? \(?((?:\d{4}(?:, )?)+)"
    cited = {(name, year) for name, years in re.findall(pattern, found.methods) for year in years.split(", ") if year}
    assert listed == cited
    assert listed
    sources = " ".join(
        " ".join(read_text(path).split()) for path in sorted((ROOT / "src/plangraph/analysis").glob("*.py"))
    )
    for reference in found.references:
        assert reference.split(", ", 1)[1].rstrip(".") in sources, reference
        for form in ("table", "md", "json", "csv"):
            assert reference in networks.render(found, form).replace('""', '"')


@pytest.mark.parametrize("lang", texts.LANGUAGES)
@pytest.mark.parametrize("layer", networks.LAYERS)
def test_every_column_and_every_figure_has_its_definition(toy, layer, lang):
    found = analyze(layer, store=toy, samples=19, lang=lang)
    seen = 0
    for section in found.sections:
        assert list(section.definitions) == section.columns
        assert all(text.strip() and "{" not in text for text in section.definitions.values())
        assert all(row["definition"].strip() for row in section.rows if "figure" in row)
        seen += len(section.columns)
    assert seen > 10
    text = networks.render(found, "md")
    defined = [s for s in found.sections if s.columns and not {"definition", "choice"} & set(s.columns)]
    for section in defined:
        for column in section.columns:
            if column not in printing.HIDDEN:
                assert f"**: {section.definitions[column]}" in text


def test_programs_find_what_the_numbers_rest_on(toy):
    """Layer, options, size, seed, samples, versions, methods stand in CSV and JSON; beside each value its meaning."""
    found = analyze("co-involvement", store=toy, samples=19, seed=7)
    lines = list(csv.DictReader(io.StringIO(networks.render(found, "csv"))))
    run = {line["column"]: line["value"] for line in lines if line["section"] == "Run"}
    expected = {
        "unit": "entry",
        "weight": "newman",
        "nodes": "4",
        "ties": "3",
        "seed": "7",
        "samples": "19",
        "data": "",
    }
    assert expected.items() <= run.items()
    assert (run["definition"], run["methods"], run["networkx"]) == (
        found.definition, found.methods, found.versions["networkx"]
    )  # fmt: skip
    told = {(line["section"], line["column"]): line for line in lines}
    assert told["Chance", "note"]["value"].startswith("No tie exceeds chance")
    assert "two-mode network" in told["Importance", "betweenness"]["definition"]
    figures = {
        line["row"] for line in lines if (line["section"], line["value"]) == ("Communities: quality", "modularity")
    }
    assert len(figures) == 1
    assert all(line["definition"] for line in lines if line["row"] and line["section"] not in ("Run", "References"))
    content = json.loads(networks.render(found, "json"))
    assert content["run"] == {"nodes": 4, "ties": 3, "samples": 19, "data": None}
    assert content["references"] == found.references


def test_the_plan_and_the_data_are_named(store):
    for lang, title in (("en", "the plan “Action plan against"), ("nb", "planen «Handlingsplanen mot")):
        found = analyze("responsibility", store=store, lang=lang)
        assert title in found.methods
        assert "(eget-liv-2017-2020)" in found.methods
        assert found.run["data"] in found.methods
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", found.run["data"])
    above = analyze("hierarchy", store=store).methods
    assert "plan" not in above.replace("plangraph", "")
    assert "unit was" not in above
    assert "weighted" not in above


def test_the_methods_say_what_the_report_says(toy):
    """Few samples, spans of evidence, actors alone and the event of a layer are told to the reader of the paper too."""
    few = analyze("co-involvement", store=toy, samples=19)
    assert "So few tables could not have shown" in few.methods
    enough = analyze("co-involvement", store=toy, samples=99)
    assert "So few tables" not in enough.methods
    assert "An event is a context" in analyze("co-participation", store=toy, samples=19).methods
    assert "Ties carry no weight." in analyze("affiliation", store=toy, samples=19).methods
    assert "also holds 1 actor that shares no event" in analyze(
        "co-involvement", store=toy, samples=19, isolates="out"
    ).methods  # fmt: skip
    stated = analyze("responsibility", store=toy, evidence=1).methods
    assert "spans" not in stated


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
