"""What sources and people say differently, until somebody decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threatwright.engine.record.conflicts import disputes, open_conflicts
from threatwright.engine.record.statements import Dispute
from threatwright.exchange import marks
from threatwright.exchange.report.content import Content

if TYPE_CHECKING:
    from threatwright.exchange.form_content import Side


def undecided(content: Content) -> list[Dispute]:
    """The conflicts that nobody has decided yet."""
    if not open_conflicts(content.model.system):
        return []
    found = disputes(content.model, content.knowledge)
    return [dispute for dispute in found if dispute.decided is None]


def conflicts(content: Content) -> list[str]:
    """Every open conflict with its sides, as lines of Markdown."""
    model, knowledge = content.model, content.knowledge
    open_ = undecided(content)
    if not open_:
        return []
    from threatwright.exchange.form_content import named, sides_of

    rows = [
        (
            marks.text(named(dispute.question, model, knowledge)),
            "<br>".join(map(_side, sides_of(dispute, model, knowledge))),
        )
        for dispute in open_
    ]
    return [
        "## Conflicts",
        "",
        "Answers differ here. Until somebody decides, the less safe one counts, and no control is "
        "credited.",
        "",
        *marks.table(("About", "Who says what"), rows),
    ]


def _side(side: Side) -> str:
    words = f" ({marks.quote(side.quote)})" if side.quote else ""
    return f"{marks.text(side.who)}: **{marks.text(side.says)}**{words}"
