"""The dialogs to answer an earlier question anew, and to see what that would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from threatwright.exchange import telling
from threatwright.exchange.history import Input as Earlier
from threatwright.exchange.plain import one_line
from threatwright.model.interview import Question
from threatwright.model.preview import Change
from threatwright.tui.widgets.answer_input import AnswerInput
from threatwright.tui.widgets.question_card import Choice
from threatwright.tui.wording import MUTED
from threatwright.workflow.events import Revise

if TYPE_CHECKING:
    from textual.app import ComposeResult

STYLES = {"+": "$text-error", "-": "$text-success", "~": "$text-warning", "?": "$text-accent"}
"""By the mark that a line of a preview begins with."""


class ReviseDialog(ModalScreen[Revise | None]):
    """A question that was answered before, to be answered otherwise. Escape leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]
    AUTO_FOCUS = "AnswerInput"

    def __init__(self, question: Question, earlier: Earlier) -> None:
        super().__init__()
        self._question, self._earlier = question, earlier

    def compose(self) -> ComposeResult:
        """The question, its choices, and a line for other words."""
        with Vertical(classes="dialog -large"):
            yield Static(Content(one_line(self._question.text)), classes="dialog-title")
            now = Content.assemble(("So far: ", MUTED), (one_line(self._earlier.said), "bold"))
            yield Static(now, classes="dialog-text")
            for number, choice in enumerate(self._question.choices, 1):
                yield Choice(number, choice.label, is_proposed=False)
            yield AnswerInput(
                placeholder="a number, ? for don’t know, or your own words", compact=True
            )
            yield Static(
                Content("What it would change is shown first.   Escape: leave it as it is"),
                classes="dialog-keys",
            )

    @on(AnswerInput.Chosen)
    @on(Choice.Clicked)
    def _choose(self, event: AnswerInput.Chosen | Choice.Clicked) -> None:
        if event.number > len(self._question.choices):
            self.app.bell()
            return
        value = self._question.choices[event.number - 1].value
        self.dismiss(Revise(question=self._question.id, value=value))

    @on(AnswerInput.Unsure)
    def _not_known(self) -> None:
        self.dismiss(Revise(question=self._question.id, unknown=True))

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        if text := event.value.strip():
            self.dismiss(Revise(question=self._question.id, text=text))
        else:
            self.app.bell()


class PreviewDialog(ModalScreen[bool]):
    """What an input would change: do it, or leave everything as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "dismiss(True)", "Do it"),
        Binding("n,escape", "dismiss(False)", "Leave it"),
    ]
    AUTO_FOCUS = "#yes"

    def __init__(self, change: Change) -> None:
        super().__init__()
        self._change = change

    def compose(self) -> ComposeResult:
        """The changes, and two buttons."""
        with Vertical(classes="dialog -large"):
            yield Static(Content("What that would change"), classes="dialog-title")
            with VerticalScroll(classes="changes"):
                yield Static(changes(self._change), classes="dialog-text")
            with Horizontal(classes="buttons"):
                yield Button(Content("Do it (Enter)"), id="yes", variant="primary")
                yield Button(Content("Leave it (n)"), id="no")

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")


def changes(change: Change) -> Content:
    """Each change in a line, its mark in colour."""
    lines = [
        Content.assemble((line[0], f"bold {STYLES.get(line[0], MUTED)}"), line[1:])
        for line in telling.change(change)
    ]
    return Content("\n").join(lines)
