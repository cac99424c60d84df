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
    from threatwright.tui.screens.history import Chosen
    from threatwright.workflow.events import Revise, Undo

UNDO: tuple[BindingType, ...] = (
    Binding("u,ctrl+z", "undo", "Undo", key_display="u"),
    Binding("ctrl+b", "history", "History", show=False),
)
"""Keys of the screens where nothing is typed."""


class ModelScreen(WorkbenchScreen):
    """A screen that shows the model, and draws it again when it changed while it was seen."""

    MODE: ClassVar[str]
    BACK: ClassVar[str] = "interview"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False),
        # Priority: where one types, too.
        Binding("ctrl+l", "retry", "Model", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._drawn: ThreatModel | None = None

    def compose(self) -> ComposeResult:
        """The bars around the body."""
        yield NavigationBar(self.MODE)
        yield from super().compose()

    def on_mount(self) -> None:
        """Follow the model."""
        self.workbench.model_changed.subscribe(self, lambda _: self._follow_session())
        self.workbench.core_loaded.subscribe(self, lambda _: self.refresh_model(anew=True))

    def _follow_session(self) -> None:
        self.refresh_model()
        self.refresh_bindings()

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to ask the language model again where it was and can be."""
        if action != "retry":
            return True
        conversation = self.workbench.conversation
        if conversation is None or conversation.llm is None or conversation.is_busy:
            return False
        return conversation.owes or conversation.question is None

    def action_retry(self) -> None:
        """Ask the language model for what it did not give."""
        conversation = self.workbench.conversation
        if conversation is not None and conversation.llm is not None and not conversation.is_busy:
            # The events are a part of the core, which is there once a model is open.
            from threatwright.workflow.events import Retry

            self.workbench.say(Retry())

    # --- going back -------------------------------------------------------------------------

    def action_undo(self) -> None:
        """Take back the last input, whatever it was."""
        from threatwright.workflow.events import Undo

        if self.workbench.conversation and not self.workbench.conversation.is_busy:
            self.workbench.say(Undo())

    def action_history(self) -> None:
        """Choose an earlier input, to answer it anew or take it back."""
        from threatwright.exchange import history
        from threatwright.tui.screens.history import HistoryDialog

        model = self.workbench.model
        entries = history.inputs(model, self.workbench.names) if model else []
        gone = history.taken_back(model, self.workbench.names) if model else []
        if entries or gone:
            self.app.push_screen(HistoryDialog(entries, gone), self._go_back)
        else:
            self.workbench.note("Nothing was said yet.")

    def _go_back(self, chosen: Chosen | None) -> None:
        from threatwright.tui.screens.revise import ReviseDialog
        from threatwright.workflow.events import Undo

        model, ask = self.workbench.model, self.workbench.core.question
        if isinstance(chosen, Undo):
            self._try(chosen)
        elif chosen and chosen.question and model and ask:
            question = ask(model, chosen.question)
            self.app.push_screen(ReviseDialog(question, chosen), self._try)

    def _try(self, said: Revise | Undo | None) -> None:
        """Ask what something would change; the answer to that opens a dialog."""
        from threatwright.workflow.events import Preview

        if said is not None:
            self.workbench.say(Preview(said=said))

    # --- leaving ----------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Stop the language model if it is waited for, else go back."""
        if not self.stop():
            self.action_back()

    def stop(self) -> bool:
        """Stop the language model. Whether it was at work."""
        return self.workbench.stop_asking()

    def action_back(self) -> None:
        """Go to the screen that this one was reached from."""
        self.workbench.action_go(self.BACK)
