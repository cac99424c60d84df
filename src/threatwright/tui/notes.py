"""What is told beside a drawing, and in the question's place when nothing is left to ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from threatwright.exchange import telling
from threatwright.exchange.plain import one_line
from threatwright.model.document import ThreatModel
from threatwright.tui.marks import by_level
from threatwright.tui.widgets.transcript import rendered, turn_kind
from threatwright.tui.wording import count
from threatwright.workflow.events import Drafted

if TYPE_CHECKING:
    from threatwright.model.interview import Question
    from threatwright.tui.conversation import Turn

    Turns = Sequence[tuple[Turn, Question | None]]


def news(turns: Turns) -> Content | None:
    """What came of the last input."""
    heard: list[Content] = []
    for turn, question in reversed(turns):
        if turn_kind(turn) == "said":
            return Content("\n").join(reversed(heard)) if heard else None
        if content := rendered(turn, question):
            heard.append(content)
    return None


def review(model: ThreatModel, turns: Turns) -> Content:
    """How many threats there are, what was not asked, and where to go from here."""
    drafted = next((t for t, _ in reversed(turns) if isinstance(t, Drafted)), None)
    rest = telling.rest(drafted.rest, "press Ctrl+G to go on") if drafted else ""
    is_cut = drafted is not None and drafted.rest.is_cut
    keys = (
        ("F4", "reviews the threats"),
        ("Ctrl+G", "goes deeper") if is_cut else ("Ctrl+R", "goes on asking"),
        ("F6", "shows the report"),
    )
    parts = [part for key, what in keys for part in ((key, "bold $primary"), f" {what}   ")]
    return Content.assemble(f"{_threats(model)}\n{rest}\n\n", *parts)


def _threats(model: ThreatModel) -> str:
    counts: dict[str, int] = {}
    for threat in model.threats:
        counts[threat.level.value] = counts.get(threat.level.value, 0) + 1
    detail = f": {by_level(counts)}" if counts else ""
    name = one_line(model.name) or "The system"
    return f"{name}: {count(len(model.threats), 'threat')}{detail}."
