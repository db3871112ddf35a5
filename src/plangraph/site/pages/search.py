"""The search with its index from A to Z, and what is shown where there is no page."""

import re
from collections import defaultdict
from typing import Any

from plangraph.site.index import scheme, short_id
from plangraph.site.messages import words
from plangraph.site.model import Page, Site
from plangraph.site.pages.parts import kind_label, link, page


def search(site: Site, lang: str) -> Page:
    """Full-text search, and the index from A to Z that stands in for it without JavaScript."""
    index = site.index
    entries: list[dict[str, Any]] = []
    for iri, kind in index.kinds.items():
        if kind == "theme" and scheme(iri) in ("period", "language", "unit"):
            continue
        shown = link(site, iri, lang) | {"kind": kind_label(site, iri, lang)}
        entries.append(shown)
        if shown["tag"]:
            entries.append({**shown, "text": shown["tag"], "see": index.label(iri, lang)})
    order = "abcdefghijklmnopqrstuvwxyzæøå"

    def first(entry: dict[str, Any]) -> str:
        text = re.sub(r"^[\d\s]+[a-z]?\s", "", entry["text"]) if entry["text"][:1].isdigit() else entry["text"]
        letter = next((c for c in text.casefold() if c.isalnum()), "#")
        return {"ä": "æ", "ö": "ø", "é": "e", "ü": "u"}.get(letter, letter)

    letters: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        letters[first(entry)].append(entry)
    for group in letters.values():
        group.sort(key=lambda entry: (str(entry["text"]).casefold(), str(entry["iri"])))
    ordered = sorted(letters, key=lambda letter: (order.find(letter) % 99, letter))
    groups = [{"letter": letter.upper(), "entries": letters[letter]} for letter in ordered]
    return page("search.html", "search.html", words(lang)["search"]["title"], groups=groups, scripts=["search"])


def missing(site: Site, lang: str, name: str = "") -> Page:
    """The page that says that something is not there, with near names."""
    near: list[dict[str, Any]] = []
    if name:
        from difflib import get_close_matches

        from plangraph.names import fold

        wanted = fold(short_id(name))
        table: dict[str, str] = {}
        for iri in sorted(site.index.kinds):
            table.setdefault(fold(short_id(iri)), iri)
            table.setdefault(fold(site.index.label(iri, lang)), iri)
        near = [link(site, table[key], lang) for key in get_close_matches(wanted, list(table), n=5, cutoff=0.6)]
        near = list({entry["iri"]: entry for entry in near}.values())
    return page("missing.html", "404.html", words(lang)["site"]["page_not_found"], near=near, name=name)
