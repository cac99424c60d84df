"""The bar at the top: the model's name, whether the session works, and the screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.getters import app
from textual.widgets import Static

from threatwright.exchange.plain import one_line
from threatwright.tui.workbench import Workbench

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

TABS = (
    ("F2", "Interview"),
    ("F3", "System"),
    ("F4", "Threats"),
    ("F5", "Matrix"),
    ("F6", "Report"),
    ("F7", "Roadmap"),
    ("F8", "Probes"),
)
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
PATIENCE = 3
"""Ticks of a tenth of a second before work is worth a spinner."""


class Tab(Static):
    """The name of a screen and its key."""

    def __init__(self, key: str, label: str, *, is_current: bool) -> None:
        key_style = "bold $primary" if not is_current else "bold"
        super().__init__(
            Content.assemble((key, key_style), " ", label),
            classes="-current" if is_current else "",
        )
        self._mode = label.lower()

    async def on_click(self, event: events.Click) -> None:
        """Go there."""
        event.stop()
        await self.run_action(f"app.go('{self._mode}')")


class NavigationBar(Horizontal):
    """One line at the top of every screen of a model."""

    workbench = app(Workbench)

    def __init__(self, current: str) -> None:
        super().__init__()
        self._current = current
        self._ticks = 0

    def compose(self) -> ComposeResult:
        """Name and state left, screens right."""
        yield Static(id="model-name")
        for key, label in TABS:
            yield Tab(key, label, is_current=label.lower() == self._current)

    def on_mount(self) -> None:
        """Watch the session."""
        self.set_interval(0.1, self._tick)
        self.show()

    def _tick(self) -> None:
        conversation = self.workbench.conversation
        # Where it waits for the language model, the line at the bottom says so.
        busy = conversation is not None and conversation.is_busy and not conversation.is_asking
        if busy or self._ticks:
            self._ticks = self._ticks + 1 if busy else 0
            self.show()

    def show(self) -> None:
        """Draw the name anew."""
        model = self.workbench.model
        name = one_line(model.name) if model else "threatwright"
        if self._ticks > PATIENCE:
            mark = SPINNER[self._ticks % len(SPINNER)]
            content = Content.assemble(
                (f"{mark} ", "$text-accent"), (name, "bold"), (" working…", "dim")
            )
        else:
            content = Content.assemble(("◆ ", "$text-accent"), (name, "bold"))
        self.query_one("#model-name", Static).update(content)
