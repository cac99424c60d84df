"""The dialog to add a component: its name, its kind, its zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Select, Static

from threatwright.exchange.names import Names
from threatwright.exchange.plain import one_line
from threatwright.model.system import Boundary
from threatwright.model.terms import ComponentKind
from threatwright.tui.widgets.fields import Line
from threatwright.workflow.events import Correct

if TYPE_CHECKING:
    from textual.app import ComposeResult


class AddComponent(ModalScreen[Correct | None]):
    """Gives the correction that adds the component; Escape gives none."""

    AUTO_FOCUS = "#name"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("ctrl+s", "add", "Add"),
    ]

    def __init__(self, boundaries: tuple[Boundary, ...], names: Names) -> None:
        super().__init__()
        self._boundaries, self._names = boundaries, names

    def compose(self) -> ComposeResult:
        """Three fields and two buttons."""
        kinds = sorted((self._names.kind(kind), kind) for kind in ComponentKind)
        zones = [(_label(f"{b.name} · {b.trust}"), b.id) for b in self._boundaries]
        with VerticalScroll(classes="dialog"):
            yield Static(Content("Add a component"), classes="dialog-title")
            yield Line(placeholder="Name", id="name")
            yield Select([(_label(name), kind) for name, kind in kinds], prompt="Kind", id="kind")
            yield Select(
                zones, prompt="Zone", id="zone", value=zones[0][1] if zones else Select.NULL
            )
            with Horizontal(classes="buttons"):
                yield Button("Add (Ctrl+S)", id="add", variant="primary")
                yield Button("Cancel (Esc)", id="cancel")

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)

    @on(Button.Pressed, "#add")
    def action_add(self) -> None:
        """Take the component, if its name and kind are given."""
        name = one_line(self.query_one("#name", Input).value)
        kind = self.query_one("#kind", Select).value
        zone = self.query_one("#zone", Select).value
        if name and isinstance(kind, ComponentKind):
            boundary = zone if isinstance(zone, str) else ""
            self.dismiss(Correct(add=kind, name=name, boundary=boundary))
        else:
            self.app.bell()
            self.query_one("#name" if not name else "#kind").focus()


def _label(text: str) -> Text:
    return Text(one_line(text))
