"""The sheet that an official prints: each numbered measure on one row."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from plangraph.dataset import Dataset
from plangraph.output import natural
from plangraph.tables import JOINT, Table
from plangraph.texts import texts
from plangraph.workbook import LONGEST, Sheet

_WIDTHS = (6, 56, 18, 29, 24, 54)

Row = Mapping[str, str]


def overviews(tables: Sequence[Table], lang: str, version: str, dataset: Dataset) -> list[Sheet]:
    """Return one sheet for each plan: number, title, status, responsible ministry, its later name, what remains.

    A number with lettered parts has one row; its status is the derived one, and the parts that differ are named by
    their letters. Titles stand in the language of the source. Of several plans each sheet is named by its slug.
    """
    words = texts(lang)["overview"]
    measures = next(table for table in tables if table.name == "measures")
    by_plan: dict[str, list[Row]] = defaultdict(list)
    for cells in measures.rows:
        row = dict(zip(measures.header, cells, strict=True))
        by_plan[row["plan"]].append(row)
    sheets = []
    names = _sheet_names(words["sheet"], list(by_plan))
    for slug, rows in by_plan.items():
        sources = [s for s in dataset.sources if slug in s.plans] or dataset.sources
        wholes = [row for row in rows if not row["part_of"]]
        lines = [_line(whole, [r for r in rows if r["part_of"] == whole["measure"]], lang) for whole in wholes]
        states: dict[str, int] = defaultdict(int)
        for whole in wholes:
            states[whole[f"status_{lang}"] or whole[f"derived_status_{lang}"] or "–"] += 1
        counted = ", ".join(f"{n} {state}" for state, n in sorted(states.items(), key=lambda item: -item[1]))
        columns = list(texts(lang)["overview_columns"].values())
        sheets.append(
            Sheet(
                names[slug],
                columns,
                lines,
                dict(zip(columns, _WIDTHS, strict=True)),
                heading=(
                    rows[0][f"plan_{lang}"],
                    f"{words['count'].format(total=len(wholes), states=counted)} {words['note']}",
                ),
                footer=words["footer"].format(
                    version=version,
                    dataset=dataset.iri,
                    source="; ".join(f"{source.title[lang]} ({source.issued})" for source in sources),
                ),
            )
        )
    return sheets


def _sheet_names(word: str, plans: Sequence[str]) -> dict[str, str]:
    if len(plans) <= 1:
        return dict.fromkeys(plans, word)
    found: dict[str, str] = {}
    for number, slug in enumerate(plans, 1):
        name = f"{word} {slug}"
        # A name that is too long ends with the number of its sheet, for the beginnings of two slugs may be alike.
        found[slug] = name if len(name) <= LONGEST else f"{name[: LONGEST - len(f' {number}')]} {number}"
    return found


def _line(whole: Row, parts: Sequence[Row], lang: str) -> tuple[str, ...]:
    told = [whole, *parts]
    status = whole[f"status_{lang}"] or whole[f"derived_status_{lang}"]
    by_state: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        by_state[part[f"status_{lang}"]].append(_letter(part, whole))
    if len(by_state) > 1:
        status += f" ({', '.join(by_state[status])})"
    left = [
        text if row is whole else f"{_letter(row, whole)}: {text}"
        for row in told
        for text in row[f"remaining_work_{lang}"].split(JOINT)
        if text
    ]
    ministries = {name for row in told for name in row[f"ministry_{lang}"].split(JOINT) if name}
    later = {name for row in told for name in row["ministry_later_name"].split(JOINT) if name}
    return (
        whole["number"],
        whole["title"] or whole[f"name_{lang}"],
        status,
        "\n".join(sorted(ministries, key=natural)),
        "\n".join(sorted(later, key=natural)),
        "\n".join(left),
    )


def _letter(part: Row, whole: Row) -> str:
    return part["number"].removeprefix(whole["number"]).strip()
