"""Has a language model explain the threat that the cursor is on, beside its detail."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING

from textual import work
from textual.widgets import Static

from threatwright.errors import ThreatwrightError
from threatwright.tui.screens.threat_review import ThreatReview
from threatwright.tui.widgets.explanation import Explained, explained

if TYPE_CHECKING:
    from threatwright.tui.watched import WatchedLlm


class ThreatExplaining(ThreatReview):
    """The part of the screen of threats that shows explanations, each as it arrives."""

    def __init__(self) -> None:
        super().__init__()
        self._explained: dict[str, Explained] = {}

    @abstractmethod
    def action_detail(self) -> None:
        """Read the detail."""

    def show_explanation(self) -> None:
        """Draw what the language model says of the threat that the cursor is on."""
        found = self._explained.get(self.chosen)
        shown = self.query_one("#explanation", Static)
        shown.display = found is not None
        if found is not None:
            shown.update(explained(found))

    def action_explain(self) -> None:
        """Have the language model explain the threat, beside the detail."""
        conversation = self.workbench.conversation
        if not self.chosen or conversation is None:
            self.app.bell()
        elif conversation.llm is None:
            self.workbench.show_error(conversation.trouble or self._nobody())
        else:
            self.action_detail()
            self._explain(self.chosen, conversation.llm)

    def _nobody(self) -> ThreatwrightError:
        from threatwright.workflow.explaining import nobody_to_ask

        return nobody_to_ask(offline=self.workbench.core.engaged is not None)

    @work(group="explain", exclusive=True)
    async def _explain(self, threat: str, llm: WatchedLlm) -> None:
        model, ask = self.workbench.model, self.workbench.core.asked_to_explain
        if model is None or ask is None:
            return
        told = self._explained[threat] = Explained()
        self.show_explanation()
        self.query_one("#detail").scroll_home(animate=False)
        try:
            prompt = await asyncio.to_thread(ask, model, threat)
            told.by = llm.model(prompt.tier)
            async for piece in llm.tell(prompt):
                told.text += piece
                self.show_explanation()
        except ThreatwrightError as error:
            self.workbench.show_error(error)
            told.is_cut = True
        except asyncio.CancelledError:
            told.is_cut = True
            raise
        finally:
            told.is_over = True
            if not told.text:
                del self._explained[threat]
            if self.is_attached:
                self.show_explanation()

    def stop(self) -> bool:
        """Stop an explanation, or whatever else the language model is doing."""
        if any(not told.is_over for told in self._explained.values()):
            self.workers.cancel_group(self, "explain")
            self.workbench.note("The explanation was stopped.")
            return True
        return super().stop()
