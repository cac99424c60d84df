"""What the screens of a model share: the bar at the top, and following the model."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from threatwright.tui.screens.workbench_screen import WorkbenchScreen
from threatwright.tui.widgets.navigation import NavigationBar

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from threatwright.model.document import ThreatModel


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

    @property
    def is_leaving(self) -> bool:
        """Whether it is taken down: what it put off still runs, after its widgets are gone."""
        return not (self.app.is_running and self.is_attached and self.display)

    def refresh_model(self, *, anew: bool = False) -> None:
        """Draw the model if it is another one than what is drawn."""
        model = self.workbench.model
        if model is None or self.is_leaving or not self.is_current:
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
