"""A roadmap in the terminal: its phases, a line for each piece of work, and one piece in full."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from threatwright.exchange.names import spaced
from threatwright.exchange.plain import one_line
from threatwright.exchange.publisher import marked
from threatwright.exchange.report import content as report
from threatwright.exchange.report.roadmap import (
    NOBODY_RESPONDS,
    how_to_check,
    matrices,
    names,
    owner,
    takes,
)
from threatwright.model.roadmap import Phase, Roadmap, Work
from threatwright.tui.marks import LEVELS
from threatwright.tui.widgets.threat_detail import MITIGATION_MARKS
from threatwright.tui.wording import MUTED

_FIRST, _COLUMN = 27, 9


def phases(found: Roadmap) -> Content:
    """Threats by residual risk today and after each phase, a line each."""
    head = "".join(f"{level.value:>{_COLUMN}}" for level in LEVELS) + f"{'risk':>{_COLUMN}}"
    lines = [Content.styled(f"{'Threats by residual risk':<{_FIRST}}{head}", MUTED)]
    for name, matrix in matrices(found):
        figures = "".join(f"{matrix.levels[level] or '·':>{_COLUMN}}" for level in LEVELS)
        lines.append(
            Content.assemble((f"{name:<{_FIRST}}", "bold"), figures, f"{matrix.total:>{_COLUMN}}")
        )
    if found.unheard:
        lines.append(Content.styled(NOBODY_RESPONDS, "$text-warning"))
    return Content("\n").join(lines)


def phase(one: Phase) -> Content:
    """The heading of a phase."""
    return Content.assemble((one.name.capitalize(), "bold $primary"), (f"  {takes(one)}", MUTED))


def line(one: Work) -> Content:
    """A piece of work in two lines."""
    gain = f"−{one.takes_off}" if one.takes_off else "·"
    effort = f"{one.effort} effort, " if one.effort else ""
    return Content.assemble(
        (f"{gain:>5} ", "bold"),
        (f"{MITIGATION_MARKS[one.status]} ", "$text-accent"),
        one_line(marked(one.title, one.publisher)),
        (f"\n        {effort}{one_line(owner(one))}", MUTED),
    )


def described(content: report.Content, one: Work) -> Content:
    """All that is known of a piece of work; sections with nothing in them are left out."""
    entry = content.knowledge.mitigation_entries.get(one.mitigation)
    threats = [threat for threat in content.standing if threat.id in one.threats]
    sections = (
        _head(one),
        Content(one_line(entry.description)) if entry else Content(),
        _section("Where", map(content.named, one.at)),
        _section("After", map(one_line, filter(None, [names(content, one.after)]))),
        _section("Builds on what nothing is known of", filter(None, [names(content, one.needs)])),
        _section("How to check", how_to_check(content, one)),
        _section("Against", (f"{t.residual:>2} {t.title}" for t in threats)),
        _section("NIST AI RMF", entry.nist if entry else ()),
    )
    return Content("\n\n").join(section for section in sections if section)


def _head(one: Work) -> Content:
    parts = [
        f"takes {one.takes_off} off" if one.takes_off else "a second line: takes nothing more off",
        f"{one.effort} effort" if one.effort else "",
        f"{spaced(one.stage)} stage" if one.stage else "",
        ", ".join(one.effects),
    ]
    return Content.assemble(
        (one_line(marked(one.title, one.publisher)), "bold"),
        (f"\n{' · '.join(filter(None, parts))}", MUTED),
        (f"\n{MITIGATION_MARKS[one.status]} {spaced(one.status)}", "bold"),
        f" · {one_line(owner(one))}",
        (f" · {one_line(one.mitigation)}", MUTED),
    )


def _section(title: str, lines: Iterable[str]) -> Content:
    found = [Content.assemble(("– ", MUTED), one_line(text)) for text in lines]
    if not found:
        return Content()
    return Content("\n").join([Content.styled(title, "bold $primary"), *found])
