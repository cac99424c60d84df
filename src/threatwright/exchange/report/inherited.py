"""The threats that inherited files bring: as they were drafted, rated and decided there."""

from __future__ import annotations

from threatwright.exchange import marks
from threatwright.exchange.report.content import Content
from threatwright.model.inheritance import Inherited
from threatwright.model.threats import Threat

HEAD = ("Threat", "Element", "Risk", "Residual", "Status", "Owner", "Reason")


def inherited(content: Content) -> list[str]:
    """The section, as lines of Markdown; nothing if nothing is inherited."""
    lines = [line for one in content.model.inherited for line in _of_file(content, one)]
    note = "Drafted and decided in the files named; they stand here to be known, and change there."
    return ["## Inherited threats", "", note, "", *lines] if lines else []


def _of_file(content: Content, one: Inherited) -> list[str]:
    rows = [_row(content, t) for t in content.inherited if t.inherited == one.prefix]
    table = marks.table(HEAD, rows)
    title = f"### {marks.text(one.name)} ({marks.code(one.file)})"
    return [title, "", *table] if table else []


def _row(content: Content, threat: Threat) -> tuple[str, ...]:
    return (
        f"{marks.text(threat.title)} {marks.code(threat.id)}",
        content.name(threat.element),
        f"{threat.level.value} ({threat.risk})",
        f"{content.level(threat.residual).value} ({threat.residual})",
        threat.status.value,
        marks.text(threat.owner),
        marks.text(threat.reason),
    )
