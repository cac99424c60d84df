"""The form to say how far a mitigation has come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.widgets import Select

from threatwright.engine.decisions.deciding import day_of
from threatwright.exchange.names import spaced
from threatwright.model.said import Mitigate, Said
from threatwright.model.terms import MitigationStatus
from threatwright.model.threats import AppliedMitigation
from threatwright.tui.screens.form import Check, Form
from threatwright.tui.widgets.fields import Line
from threatwright.tui.wording import count

if TYPE_CHECKING:
    from textual.widget import Widget

HINT = (
    "In place and partial lower what is left of the risk, so they need evidence; planned lowers "
    "the target alone."
)


class MitigationForm(Form):
    """Gives the status of one mitigation, against one threat or all that are alike."""

    AUTO_FOCUS = "#status"

    def __init__(self, mitigation: AppliedMitigation, alike: Sequence[str], check: Check) -> None:
        super().__init__(mitigation.title, check, hint=HINT)
        self._mitigation, self._alike = mitigation, alike

    def fields(self) -> Iterator[tuple[str, Widget]]:
        """Status, evidence, owner, due date, and against what."""
        one = self._mitigation
        statuses = [(spaced(status).capitalize(), status) for status in MitigationStatus]
        yield (
            "Status",
            Select(statuses, value=one.status, allow_blank=False, id="status", compact=True),
        )
        hint = "what shows that it is in place, or why it is not done"
        yield (
            "Evidence",
            Line(one.reason, id="reason", placeholder=hint, compact=True, select_on_focus=False),
        )
        yield "Owner", Line(one.owner, id="owner", compact=True)
        hint = "2027-06-30, or nothing"
        yield "Due", Line(str(one.due or ""), id="due", placeholder=hint, compact=True)
        if len(self._alike) > 1:
            everywhere = f"all {count(len(self._alike), 'threat')} that it meets at the same place"
            scopes = [("this threat alone", False), (everywhere, True)]
            yield (
                "Against",
                Select(scopes, value=True, allow_blank=False, id="scope", compact=True),
            )

    def said(self) -> Said:
        """The status. Raises InputError if the date is none."""
        status = self.query_one("#status", Select).value
        is_for_all = len(self._alike) > 1 and self.query_one("#scope", Select).value is True
        return Mitigate(
            mitigation=self._mitigation.id,
            threats=tuple(self._alike if is_for_all else self._alike[:1]),
            status=MitigationStatus(str(status)),
            reason=self.text("reason"),
            owner=self.text("owner"),
            due=day_of(self.text("due")),
        )
