"""NIST AI RMF: what of it this model covers, function by function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from threatwright.exchange import marks
from threatwright.exchange.report.content import Content
from threatwright.model.nist import Category, Covering, RmfView, Subcategory

COVERINGS = {
    Covering.COVERED: "covered",
    Covering.PARTLY: "in part",
    Covering.OPEN: "open",
    Covering.NOT_COVERED: "not covered",
}
NOTE = (
    "What a threat model can show of it: a mitigation that is in place serves the subcategories "
    "that it is listed with, and is all of none. *Open* is what mitigations would serve that are "
    "not in place."
)
MOST_MITIGATIONS = 3
_BEGUN = (Covering.COVERED, Covering.PARTLY)


def nist(content: Content) -> list[str]:
    """The section of the report, as lines of Markdown."""
    if not (content.standing and content.rmf.functions):
        return []
    return [f"## NIST AI RMF {content.rmf.edition}", "", *written(content.rmf, "###")]


def written(view: RmfView, level: str) -> list[str]:
    """The view, a table for each function. `level` begins headings."""
    lines = [f"{in_a_sentence(view)} {NOTE}", ""]
    for function in view.functions:
        lines += [f"{level} {function.id.capitalize()}", ""]
        for category in function.categories:
            lines += _category(category)
        lines += _not_covered(function.categories)
    return lines


def in_a_sentence(view: RmfView) -> str:
    """How many subcategories are covered, in part, open, and not."""
    counted = Counter(one.covering for one in _all(view))
    told = ", ".join(f"{counted[one]} {word}" for one, word in COVERINGS.items())
    return f"Of {counted.total()} subcategories: {told}."


def by(one: Subcategory) -> list[str]:
    """What covers a subcategory or would, as plain text; what is in place first."""
    begun = [m.title for m in one.mitigations if m.covering in _BEGUN]
    open_ = [m.title for m in one.mitigations if m.covering is Covering.OPEN]
    if one.covering is Covering.OPEN:
        return [_some(open_)]
    return [
        *one.evidence,
        *([f"in place or begun: {_some(begun)}"] if begun else []),
        *([f"open: {_some(open_)}"] if open_ else []),
    ]


def _some(titles: list[str]) -> str:
    more = len(titles) - MOST_MITIGATIONS
    return ", ".join(titles[:MOST_MITIGATIONS]) + (f" and {more} more" if more > 0 else "")


def _category(category: Category) -> list[str]:
    """What is covered of it, as far as anything is; nothing of what is not."""
    items = [
        f"{one.reference.id} {marks.text(one.reference.name)}, **{COVERINGS[one.covering]}**: "
        f"{'; '.join(map(marks.text, by(one)))}."
        for one in category.subcategories
        if one.covering is not Covering.NOT_COVERED
    ]
    name = f"*{category.id} {marks.text(category.name)}*"
    return [name, "", *marks.bullets(items)] if items else []


def _not_covered(categories: Iterable[Category]) -> list[str]:
    """Those that nothing covers, apart from those that are the organisation's."""
    found = [
        one
        for category in categories
        for one in category.subcategories
        if one.covering is Covering.NOT_COVERED
    ]
    kinds = (
        ("Not covered", [one for one in found if not one.elsewhere]),
        (
            "Not a matter of a threat model, but of how you work",
            [one for one in found if one.elsewhere],
        ),
    )
    lines = []
    for title, some in kinds:
        listed = ", ".join(f"{one.reference.id} {marks.text(one.reference.name)}" for one in some)
        lines += [f"{title}: {listed}.", ""] if some else []
    return lines


def _all(view: RmfView) -> Iterator[Subcategory]:
    for function in view.functions:
        for category in function.categories:
            yield from category.subcategories
