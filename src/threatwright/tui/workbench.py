"""What the screens may ask of the app: the conversation, the core, to show or open something."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App
from textual.signal import Signal

from threatwright.exchange.names import Names
from threatwright.exchange.plain import plain
from threatwright.tui.contract import Core

if TYPE_CHECKING:
    from threatwright.errors import ThreatwrightError
    from threatwright.model.document import ThreatModel
    from threatwright.tui.contract import Opening, Sample
    from threatwright.tui.conversation import Conversation, Turn
    from threatwright.tui.probe_work import ProbeWork
    from threatwright.workflow.events import Said


class Workbench(App[Path | None]):
    """The state that all screens share."""

    def __init__(self, *, models_in: Path, samples: tuple[Sample, ...]) -> None:
        super().__init__()
        self.models_in = models_in
        self.samples = samples
        self.core = Core()
        self.is_loaded = False
        """Whether the core is there."""
        self.names = Names(None)
        self.conversation: Conversation | None = None
        self.probe_work: ProbeWork | None = None
        """The plan and the run of probes of the model that is open."""
        self.threat_filter = ""
        """The filter that the threats are shown with; the matrix sets it too."""
        self.probes_changed: Signal[None] = Signal(self, "probes-changed")
        self.model_changed: Signal[None] = Signal(self, "model-changed")
        self.heard: Signal[Turn] = Signal(self, "heard")
        self.core_loaded: Signal[None] = Signal(self, "core-loaded")

    @property
    def model(self) -> ThreatModel | None:
        """The model that is worked on; while probes run, with what they have shown by now."""
        if self.probe_work is not None and self.probe_work.foreseen is not None:
            return self.probe_work.foreseen
        return self.conversation.model if self.conversation else None

    def hear(self, turn: Turn) -> None:
        """Pass on what was said by either side; what went wrong is a toast where nobody looks."""
        # The events are a part of the core, which is there once something is heard.
        from threatwright.workflow.events import Refused, Undone, Warned

        self.heard.publish(turn)
        if isinstance(turn, Undone) and self.current_mode != "interview":
            self.note(turn.note)
        if isinstance(turn, Warned) or (
            isinstance(turn, Refused) and self.current_mode != "interview"
        ):
            self.notify(
                plain(turn.fix),
                title=plain(turn.problem),
                severity="warning",
                markup=False,
                timeout=12,
            )

    def say(self, said: Said) -> None:
        """Say something to the session, if one is open."""
        if self.conversation is not None:
            self.conversation.say(said)

    def check(self, said: Said) -> None:
        """Raises InputError if something cannot be taken down as it is."""
        if self.model is not None and self.core.check is not None:
            self.core.check(said, self.model)

    def stop_asking(self) -> bool:
        """Stop the language model, if the session waits for it. Whether it did."""
        if self.conversation is None or not self.conversation.is_asking:
            return False
        self.conversation.halt()
        self.note("The language model was stopped. What it had said by then is kept.")
        return True

    def note(self, message: str, *, warning: bool = False) -> None:
        """A toast. The text is shown as it is."""
        self.notify(plain(message), severity="warning" if warning else "information", markup=False)

    def show_error(self, error: ThreatwrightError) -> None:
        """A toast with the problem and what to do about it."""
        self.notify(
            plain(error.fix), title=plain(error.problem), severity="error", markup=False, timeout=12
        )

    @abstractmethod
    def open_model(self, opening: Opening) -> None:
        """Save and close what is open, and open something else."""

    @abstractmethod
    def action_go(self, mode: str) -> None:
        """Show a screen by the name of its mode."""
