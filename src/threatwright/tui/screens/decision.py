"""The form of a decision about one threat or many: why, who, until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from threatwright.engine.decisions.deciding import day_of, with_reason
from threatwright.model.said import Decide, Said, Together
from threatwright.model.terms import Status
from threatwright.model.threats import Threat
from threatwright.tui.screens.form import Check, Form
from threatwright.tui.widgets.fields import Line
from threatwright.tui.wording import count

if TYPE_CHECKING:
    from textual.widget import Widget

VERBS = {
    Status.ACCEPTED: "Accept",
    Status.REJECTED: "Reject",
    Status.TRANSFERRED: "Transfer",
    Status.PROPOSED: "Reopen",
}
HINTS = {
    Status.ACCEPTED: "The risk is borne as it is, for a reason; perhaps not for ever.",
    Status.REJECTED: "Why does it not apply? The reason stays with it, also in later drafts.",
    Status.TRANSFERRED: "To whom, and on what grounds (a vendor, an insurer, another team)?",
}


class DecisionForm(Form):
    """Gives one decision, or all of them together where there are several threats."""

    AUTO_FOCUS = "#reason"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "recall", "The reason before", show=False)
    ]

    def __init__(
        self,
        threats: Sequence[Threat],
        status: Status,
        check: Check,
        *,
        duplicate_of: str = "",
        before: str = "",
        hint: str = "",
    ) -> None:
        verb = "Duplicate of" if duplicate_of else VERBS[status]
        what = duplicate_of or (threats[0].title if len(threats) == 1 else _many(threats))
        super().__init__(f"{verb}: {what}" if len(threats) == 1 else f"{verb} {what}?", check)
        self._hint = hint or ("" if duplicate_of else HINTS[status])
        self._threats, self._status, self._duplicate_of = threats, status, duplicate_of
        self._before = before
        self._given = threats[0] if len(threats) == 1 else None

    def fields(self) -> Iterator[tuple[str, Widget]]:
        """Reason, owner, due date, and for an acceptance its last day."""
        given = self._given if self._given and self._given.status is self._status else None
        placeholder = "as before with ↑" if self._before else ""
        if self._duplicate_of:
            placeholder = "says the same"
        value = given.reason if given else ""
        yield (
            "Reason",
            Line(value, id="reason", placeholder=placeholder, compact=True, select_on_focus=False),
        )
        yield "Owner", Line(given.owner if given else "", id="owner", compact=True)
        due = str(given.due or "") if given else ""
        yield "Due", Line(due, id="due", placeholder="2027-06-30, or nothing", compact=True)
        if self._status is Status.ACCEPTED:
            until = str(given.until or "") if given else ""
            hint = "the last day that it counts, or nothing"
            yield "Until", Line(until, id="until", placeholder=hint, compact=True)

    def said(self) -> Said:
        """The decisions. Raises InputError if a date is none."""
        template = Decide(
            threat="",
            status=self._status,
            reason=self.text("reason"),
            owner=self.text("owner"),
            due=day_of(self.text("due")),
            until=day_of(self.text("until")) if self._status is Status.ACCEPTED else None,
            duplicate_of=self._duplicate_of,
        )
        ids = [threat.id for threat in self._threats]
        all_ = [with_reason(template.model_copy(update={"threat": id_})) for id_ in ids]
        return all_[0] if len(all_) == 1 else Together(said=tuple(all_))

    def action_recall(self) -> None:
        """Write the reason of the decision before."""
        line = self.query_one("#reason", Line)
        if self.focused is line and self._before and not line.value:
            line.value = self._before
            line.cursor_position = len(line.value)


def _many(threats: Sequence[Threat]) -> str:
    return count(len(threats), "threat")
