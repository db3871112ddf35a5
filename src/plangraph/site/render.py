"""Page models to HTML: one environment, one function."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from plangraph import __version__
from plangraph.site.messages import Words, words
from plangraph.site.model import Page

# No script or style stands in a page; what a page loads comes from the site itself.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
NAVIGATION = (
    "home",
    "measures",
    "actors",
    "things",
    "laws",
    "networks",
    "questions",
    "glossary",
    "data",
    "how",
    "search",
)
_PAGE_OF = {"home": "index.html"}
_MENU = {"sparql", *(_PAGE_OF.get(name, f"{name}.html") for name in NAVIGATION)}
_EMPTY = Markup()


class _Environment(Environment):
    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return ``obj.attribute``; Jinja looks for keys last, and page models are dictionaries."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def environment() -> Environment:
    """Return the template environment: every value is escaped, and a name that is not there is an error."""
    env = _Environment(
        loader=PackageLoader("plangraph.site", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals.update(policy=POLICY, version=__version__, navigation=NAVIGATION, page_of=_PAGE_OF)
    env.filters["svg"] = _svg
    env.tests["web"] = lambda url: isinstance(url, str) and url.startswith(("https://", "http://", "mailto:"))
    return env


def render(page: Page, lang: str, extras: frozenset[str] = frozenset()) -> str:
    """Return a page as HTML.

    ``extras`` names what else the site has: ``cytoscape`` when the interactive drawing is bundled, ``sparql`` when the
    pages are served with an endpoint; ``plan`` when it is the site of one of several plans, at ``plans/SLUG/`` of the
    server, and ``plans`` for the pages above these.
    """
    own: str = page["path"]
    path = own if lang == "nb" else f"{lang}/{own}"
    root = "../" * path.count("/")
    home = root if lang == "nb" else f"{root}{lang}/"
    other = "en" if lang == "nb" else "nb"
    twin = root + ("" if other == "nb" else f"{other}/") + _quoted(own)

    ui = _Parts(home, words(lang))

    def asset(target: str) -> str:
        """Return a link to a file that both languages share."""
        return root + _quoted(target)

    context: dict[str, Any] = {
        "page": page,
        "t": words(lang),
        "lang": lang,
        "other": other,
        "twin": twin,
        "url": ui.url,
        "asset": asset,
        "extras": extras,
        "ui": ui,
        "menu": _frame("menu", root, home, lang, own if own in _MENU else "", extras),
        "foot": _frame("foot", root, home, lang, "", extras),
        **page,
    }
    text: str = environment().get_template(page["template"]).render(context)
    return text


class _Parts:
    """The smallest parts of a page, called some hundred thousand times for a site and so written in Python."""

    def __init__(self, home: str, t: Words) -> None:
        self.home = home
        self.t = t

    def url(self, target: str | None) -> str:
        """Return a link from this page: outside addresses as they are, pages of the site relative, same language."""
        return _url(self.home, target or "")

    def a(self, link: Mapping[str, Any]) -> Markup:
        """Return a link, or its text where it has no page, marked where it is in another language."""
        return _anchor(self.home, link["url"] or "", link["lang"], link["text"])

    def tag(self, link: Mapping[str, Any]) -> Markup:
        """Return the abbreviation of a thing, where it has one that is not its name."""
        if not link["tag"] or link["tag"] == link["text"]:
            return _EMPTY
        return Markup(f' <span class="tag">{escape(link["tag"])}</span>')

    def stage(self, name: str, always: bool = False) -> Markup:
        """Return the stage of a fact; what is reported needs no mark unless ``always``."""
        if not name or (name == "reported" and not always):
            return _EMPTY
        return Markup(f'<span class="stage stage-{escape(name)}">{escape(self.t["stage"][name])}</span>')

    def status(self, status: Mapping[str, Any] | None) -> Markup:
        """Return the status of a measure."""
        if not status:
            return _EMPTY
        return Markup(f'<span class="status status-{escape(status["code"])}">{escape(status["text"])}</span>')

    def numbers(self, measures: Iterable[Mapping[str, Any]]) -> Markup:
        """Return the numbers of measures as links."""
        return Markup(
            " ".join(f'<a href="{escape(self.url(m["url"]))}" class="num">{escape(m["number"])}</a>' for m in measures)
        )


@lru_cache(maxsize=100_000)
def _url(home: str, target: str) -> str:
    if not target or target.startswith(("https://", "http://", "mailto:")):
        return target
    place, mark, anchor = target.partition("#")
    return f"{home}{_quoted(place)}{mark}{anchor}"


@lru_cache(maxsize=100_000)
def _anchor(home: str, target: str, lang: str, text: str) -> Markup:
    language = f' lang="{escape(lang)}"' if lang else ""
    if target:
        return Markup(f'<a href="{escape(_url(home, target))}"{language}>{escape(text)}</a>')
    return Markup(f"<span{language}>{escape(text)}</span>")


@lru_cache(maxsize=1_000)
def _frame(part: str, root: str, home: str, lang: str, path: str, extras: frozenset[str]) -> Markup:
    # The menu and the foot are the same on thousands of pages, so they are made once for each depth and language.
    top = f"{root}../../" if "plan" in extras else root
    context: dict[str, Any] = {"t": words(lang), "lang": lang, "home": home, "path": path, "extras": extras}
    context |= {"ui": _Parts(home, words(lang)), "top": top if lang == "nb" else f"{top}en/"}
    return Markup(environment().get_template(f"{part}.html").render(context))


def _quoted(path: str) -> str:
    # Paths are percent-encoded file names already, so their own percent signs must be encoded in a link.
    return path.replace("%", "%25")


def _svg(markup: str) -> Markup:
    # Made by drawing.py, which escapes the names.
    return Markup(markup)
