"""What the screens of a model share: the bars, the hint in a tiny terminal, following the model."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.getters import app
from textual.screen import Screen
from textual.widgets import Footer, Static

from threatwright.model.document import ThreatModel
from threatwright.tui.widgets.navigation import NavigationBar
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
        yield Footer(compact=True, show_command_palette=False)

    @abstractmethod
    def body(self) -> ComposeResult:
        """What stands above the footer."""


class ModelScreen(WorkbenchScreen):
    """A screen that shows the model, and draws it again when it changed while it was seen."""

    MODE: ClassVar[str]
    BACK: ClassVar[str] = "interview"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "Back", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._drawn: ThreatModel | None = None

    def compose(self) -> ComposeResult:
        """The bars around the body."""
        yield NavigationBar(self.MODE)
        yield from super().compose()

    def on_mount(self) -> None:
        """Follow the model."""
        self.workbench.model_changed.subscribe(self, lambda _: self.refresh_model())
        self.workbench.core_loaded.subscribe(self, lambda _: self.refresh_model(anew=True))

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen was shown."""
        self.refresh_model()

    def refresh_model(self, *, anew: bool = False) -> None:
        """Draw the model if it is another one than what is drawn."""
        model = self.workbench.model
        if model is None or not self.is_current:
            return
        if anew or model is not self._drawn:
            self._drawn = model
            self.show_model(model)

    @abstractmethod
    def show_model(self, model: ThreatModel) -> None:
        """Draw a model."""

    def action_back(self) -> None:
        """Go to the screen that this one was reached from."""
        self.workbench.action_go(self.BACK)
