"""The pages above several plans: the front page, which lists them, and a thing's, with the plans that tell of it."""

from collections.abc import Mapping, Sequence

from plangraph.site.messages import words
from plangraph.site.model import Page
from plangraph.site.pages.parts import page
from plangraph.site.times import number

Plans = Sequence[Sequence[str]]
"""Plans by slug and name in both languages, as :class:`plangraph.plans.Plan` has them."""


def front(lang: str, plans: Plans, statements: int, files: Mapping[str, str] | None = None) -> Page:
    """Return the front page above several plans: the plans, and where all are asked together.

    ``files`` are the files about all plans, path → what it is: of a site that is written. A server answers instead.
    """
    t = words(lang)["plans"]
    lead = t["none"] if not plans else t["lead"] if files is None else t["written"]
    return page(
        "plans.html",
        "index.html",
        t["title"],
        lead=lead,
        plans=_linked(lang, plans, "index.html"),
        size=t["size"].format(n=number(str(statements), lang)),
        across=files,
    )


def told(lang: str, path: str, name: str, plans: Plans) -> Page:
    """Return the page of a thing of which several plans tell, or one, or none: where each of them does."""
    t = words(lang)["plans"]
    return page(
        "plans.html",
        f"{path}.html",
        name,
        lead=t["told"] if len(plans) > 1 else t["told_by_one"] if plans else t["untold"],
        plans=_linked(lang, plans, f"{path}.html"),
        files=path,
    )


def _linked(lang: str, plans: Plans, path: str) -> list[dict[str, str]]:
    english = "en/" if lang == "en" else ""
    return [
        {"text": nb if lang == "nb" else en, "url": f"plans/{slug}/{english}{path}", "slug": slug}
        for slug, nb, en in plans
    ]
