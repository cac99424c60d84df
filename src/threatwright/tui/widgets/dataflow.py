"""The data-flow diagram in a pane of its own, to scroll."""

from __future__ import annotations

from textual.containers import VerticalScroll

from threatwright.exchange.names import Names
from threatwright.model.system import SystemModel
from threatwright.tui.widgets.drawing import Drawing


class DataFlow(VerticalScroll):
    """The drawing of a system, as wide as the pane."""

    def __init__(self) -> None:
        super().__init__()
        self._drawing = Drawing()

    def on_mount(self) -> None:
        """Put the drawing in."""
        self.mount(self._drawing)

    def show(self, system: SystemModel, names: Names) -> None:
        """Draw a system."""
        self._drawing.show(system, names.kinds, {})
