"""What all screens share: the two lines at the bottom, and the hint in a tiny terminal."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from textual.content import Content
from textual.getters import app
from textual.screen import Screen
from textual.widgets import Footer, Static

from threatwright.tui.widgets.model_line import ModelLine
from threatwright.tui.workbench import Workbench

if TYPE_CHECKING:
    from textual.app import ComposeResult

TOO_SMALL = (
    "This terminal is too small for threatwright.\nMake it at least 60 × 16; 80 × 24 is fine."
)


class WorkbenchScreen(Screen[None]):
    """A screen with a footer, and a hint instead of everything in a terminal that is too small."""

    workbench = app(Workbench)

    def compose(self) -> ComposeResult:
        """The body between the bars."""
        yield Static(Content(TOO_SMALL), id="too-small")
        yield from self.body()
        yield ModelLine()
        yield Footer(compact=True, show_command_palette=False)

    @abstractmethod
    def body(self) -> ComposeResult:
        """What stands above the footer."""
