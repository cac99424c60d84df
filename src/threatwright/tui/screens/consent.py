"""The dialog in which somebody agrees that a plan of probes is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from threatwright.exchange.plain import one_line, plain
from threatwright.exchange.probes.words import costs, warnings
from threatwright.model.origins import is_loopback
from threatwright.tui.widgets.fields import Line
from threatwright.tui.wording import MUTED, count

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from threatwright.model.probe_plan import ProbePlan
    from threatwright.model.probe_scope import ProbeScope


class ConsentDialog(ModalScreen[str | None]):
    """Gives the origin as it was typed, empty where it need not be; Escape gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, plan: ProbePlan, scope: ProbeScope, concurrency: int) -> None:
        super().__init__()
        self._plan, self._scope, self._concurrency = plan, scope, concurrency
        self._is_here = is_loopback(plan.target.origin)

    def compose(self) -> ComposeResult:
        """What would be done, by whose leave, and the field that agrees to it."""
        with Vertical(classes="dialog -large"):
            yield Static(Content("Send probes to this endpoint?"), classes="dialog-title")
            with VerticalScroll(classes="changes"):
                yield Static(self._told(), classes="dialog-text")
            if not self._is_here:
                yield Static(Content("Type the origin to agree:"), classes="dialog-text")
                yield Line(id="origin", placeholder="scheme://host:port", compact=True)
            with Horizontal(classes="buttons"):
                yield Button(Content("Run the plan"), id="run", variant="warning")
                yield Button(Content("Cancel (Esc)"), id="cancel")

    def on_mount(self) -> None:
        """Begin where one agrees: an address of this machine need not be typed."""
        self.query_one("#run" if self._is_here else "#origin").focus()

    def _told(self) -> Content:
        target, scope = self._plan.target, self._scope
        rows = (
            ("Endpoint", f"{target.origin}{target.request.path}"),
            ("It is", f"{target.element}, {target.environment}, owned by {target.owner}"),
            ("Authorised", f"by {target.authorised_by.who}, {target.authorised_by.role}"),
            ("Until", scope.window.ends.isoformat(sep=" ", timespec="minutes")),
            (
                "Tries",
                f"{count(len(self._plan.threats), 'threat')} "
                f"with {count(len(self._plan.probes), 'probe')}",
            ),
        )
        lines = [Content.styled(plain(line), "bold $text-warning") for line in warnings(self._plan)]
        lines += [Content.assemble((f"{name:<12}", MUTED), one_line(text)) for name, text in rows]
        lines += [Content(line) for line in costs(self._plan, scope, self._concurrency)]
        return Content("\n").join(lines)

    @on(Input.Submitted)
    @on(Button.Pressed, "#run")
    def _agree(self) -> None:
        typed = "" if self._is_here else self.query_one("#origin", Input).value.strip()
        if self._is_here or typed == self._plan.target.origin:
            self.dismiss(typed)
        else:
            self.app.bell()
            self.notify(
                f"Type exactly {self._plan.target.origin}", severity="warning", markup=False
            )

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
