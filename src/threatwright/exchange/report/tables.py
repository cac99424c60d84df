"""The overviews: risk matrix, element × STRIDE, mitigations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from threatwright.exchange import marks
from threatwright.exchange.report.content import Content, words
from threatwright.exchange.report.mitigated import mitigated
from threatwright.model.terms import Outcome, Stride
from threatwright.model.threats import CoverageCell

SCALE = (1, 2, 3, 4, 5)


def matrix(content: Content) -> list[str]:
    """The 5 × 5 matrix before and after controls, as lines of Markdown."""
    if not content.standing:
        return []
    return [
        "## Risk matrix",
        "",
        "Number of threats by likelihood (rows) and impact (columns)." + _whose(content),
        "",
        "**Before controls**",
        "",
        *_grid((t.likelihood, t.impact) for t in content.standing),
        "**Residual**, after the controls stated to be in place",
        "",
        *_grid((t.residual_likelihood, t.residual_impact) for t in content.standing),
        "**Target**, once what is planned is in place, too",
        "",
        *_grid(content.targets[t.id] for t in content.standing),
    ]


def _whose(content: Content) -> str:
    publisher = content.knowledge.risk.publisher
    return f" Ratings follow the risk table of {marks.text(publisher)}." if publisher else ""


def _grid(ratings: Iterable[tuple[int, int]]) -> list[str]:
    counted = Counter(ratings)
    return marks.table(
        ("Likelihood \\ Impact", *map(str, SCALE)),
        [
            (f"**{likelihood}**", *(str(counted[likelihood, i] or "") for i in SCALE))
            for likelihood in reversed(SCALE)
        ],
    )


def coverage_table(content: Content) -> list[str]:
    """Which threats each element has in each STRIDE category, as lines of Markdown."""
    cells = {(cell.element, cell.stride): cell for cell in content.coverage}
    held = considered(content)
    elements = dict.fromkeys(cell.element for cell in content.coverage)
    if not elements:
        return []
    return [
        "## Coverage by element and STRIDE",
        "",
        "A number is how many threats were drafted · **?** could apply, but too little is known · "
        "**–** ruled out by what was stated · **·** the knowledge base has no such threat · "
        "empty: the category means nothing for such an element.",
        "",
        *marks.table(
            ("Element", *(words(stride).capitalize() for stride in Stride)),
            [
                (
                    content.name(element),
                    *(cell_mark(content, cells[element, stride], held) for stride in Stride),
                )
                for element in elements
            ],
        ),
    ]


def considered(content: Content) -> frozenset[tuple[str, Stride]]:
    """Elements and categories against which some pattern was held without making a threat."""
    return frozenset(
        (verdict.element, stride)
        for verdict in content.model.considered
        if verdict.pattern in content.patterns
        for stride in content.patterns[verdict.pattern].stride
    )


def cell_mark(
    content: Content, cell: CoverageCell, considered: frozenset[tuple[str, Stride]]
) -> str:
    """What a cell shows: a number of threats, ?, –, · or nothing."""
    if cell.threats:
        drafted = sum(threat in content.kept for threat in cell.threats)
        return str(drafted) if drafted else "–"
    held = (cell.element, cell.stride) in considered
    if cell.outcome is Outcome.NOT_ASSESSED:
        return "?" if held else "·"
    return "–" if held else ""


def mitigations(content: Content) -> list[str]:
    """Every mitigation once, with the threats it stands against, as lines of Markdown."""
    rows = [
        (
            marks.code(one.id),
            marks.text(one.title),
            ", ".join(map(words, one.statuses)),
            content.numbers_of(threat.id for threat in one.against),
        )
        for one in mitigated(content)
    ]
    lines = marks.table(("Id", "Mitigation", "Status", "Threats"), rows)
    return ["## Mitigations", "", *lines] if lines else []
