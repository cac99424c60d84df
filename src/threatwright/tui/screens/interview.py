"""The interview: what was said, the question that stands, and what is known so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, Static

from threatwright.exchange import history
from threatwright.exchange.plain import one_line
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Question
from threatwright.tui.marks import by_level
from threatwright.tui.screens.dialogs import Confirm
from threatwright.tui.screens.history import HistoryDialog
from threatwright.tui.screens.model_screen import ModelScreen
from threatwright.tui.widgets.answer_input import AnswerInput
from threatwright.tui.widgets.coverage_meter import CoverageMeter, short_meter
from threatwright.tui.widgets.known_tree import KnownTree
from threatwright.tui.widgets.question_card import Choice, QuestionCard
from threatwright.tui.widgets.transcript import Transcript, earlier
from threatwright.tui.wording import LEGEND, count
from threatwright.workflow.events import Answer, DontKnow, Drafted, Resume, Skip, Stop, Tell, Undo

if TYPE_CHECKING:
    from textual.app import ComposeResult

ASKING = frozenset({"dont_know", "skip", "finish"})


class InterviewScreen(ModelScreen):
    """Transcript, question and answer left; what is known, by boundary, right."""

    MODE = "interview"
    BACK = "home"
    AUTO_FOCUS = "AnswerInput"
    # Priority: the input would take some of these keys for editing.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "dont_know", "Don’t know", priority=True),
        Binding("ctrl+n", "skip", "Later", priority=True),
        Binding("ctrl+z", "undo", "Undo", priority=True),
        Binding("ctrl+b", "history", "Back to", priority=True),
        Binding("h", "history", show=False),
        Binding("ctrl+t", "toggle_known", "Known", priority=True),
        Binding("ctrl+f", "finish", "Finish", priority=True),
        Binding("ctrl+r", "resume", "Go on asking", priority=True),
    ]

    transcript = query_one(Transcript)
    card = query_one(QuestionCard)
    answer = query_one(AnswerInput)
    known = query_one(KnownTree)

    def __init__(self) -> None:
        super().__init__()
        self._turns_shown = 0
        self._is_finishing = False

    def body(self) -> ComposeResult:
        """Two columns; in a narrow terminal one at a time."""
        with Horizontal(id="interview"):
            with Vertical(id="talk"):
                yield Transcript()
                yield Static(id="short-meter")
                yield QuestionCard()
                yield AnswerInput(placeholder="Your answer", compact=True)
            with Vertical(id="known"):
                yield CoverageMeter()
                yield KnownTree()
                yield Static(Content(LEGEND), id="legend")

    def on_mount(self) -> None:
        """Show what was said before this screen was there, and follow what comes."""
        self.call_next(self._begin)

    async def _begin(self) -> None:
        conversation = self.workbench.conversation
        if conversation and conversation.before:
            for entry in history.inputs(conversation.before, self.workbench.names):
                if not self.is_leaving:
                    await self.transcript.add(earlier(entry), "turn -earlier")
        await self._follow()
        if not self.is_leaving:
            self.workbench.heard.subscribe(self, lambda _: self.call_next(self._follow))

    async def _follow(self) -> None:
        conversation = self.workbench.conversation
        turns = conversation.turns if conversation else []
        while not self.is_leaving and self._turns_shown < len(turns):
            turn, question = turns[self._turns_shown]
            self._turns_shown += 1
            await self.transcript.add_turn(turn, question)
            if isinstance(turn, Drafted) and self._is_finishing:
                self._is_finishing = False
                self.workbench.action_go("threats")

    # --- drawing ----------------------------------------------------------------------------

    def refresh_model(self, *, anew: bool = False) -> None:
        """The question changes without the model, too."""
        super().refresh_model(anew=True)

    def show_model(self, model: ThreatModel) -> None:
        """Draw the question, the meters and the tree."""
        conversation = self.workbench.conversation
        if conversation is None:
            return
        question, progress = conversation.question, conversation.progress
        self.query_one(CoverageMeter).show(progress)
        self.query_one("#short-meter", Static).update(short_meter(progress) if progress else "")
        self.known.show(model.system, self.workbench.names, question.element if question else None)
        self.refresh_bindings()
        if not conversation.is_busy:
            self.call_next(self._show_question, question, model)

    async def _show_question(self, question: Question | None, model: ThreatModel) -> None:
        if self.is_leaving:
            return
        if question is not None:
            self.answer.placeholder = _placeholder(question)
            await self.card.show_question(question)
        else:
            self.answer.placeholder = "Anything to add, in your own words"
            await self.card.show_note("The draft", _review(model))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only the keys that mean something now."""
        conversation = self.workbench.conversation
        asks = conversation is not None and conversation.question is not None
        if action in ASKING:
            return asks
        return not asks if action == "resume" else True

    # --- answering --------------------------------------------------------------------------

    @property
    def _standing(self) -> Question | None:
        """The question that an answer given now is about; None while the session works."""
        conversation = self.workbench.conversation
        return conversation.question if conversation and not conversation.is_busy else None

    @on(AnswerInput.Chosen)
    @on(Choice.Clicked)
    def _choose(self, event: AnswerInput.Chosen | Choice.Clicked) -> None:
        question = self._standing
        if question is None or event.number > len(question.choices):
            self.app.bell()
            return
        choice = question.choices[event.number - 1]
        self.workbench.say(Answer(question=question.id, value=choice.value))

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        conversation = self.workbench.conversation
        if conversation is None or conversation.is_busy:
            self.app.bell()
            return
        text = event.value.strip()
        question = conversation.question
        if text:
            self.answer.clear()
            self.workbench.say(
                Answer(question=question.id, text=text) if question else Tell(text=text)
            )
        elif question and question.proposed is not None:
            self.workbench.say(Answer(question=question.id, value=question.proposed, default=True))
        else:
            self.app.bell()

    @on(AnswerInput.Unsure)
    def action_dont_know(self) -> None:
        """Say that one does not know."""
        if question := self._standing:
            self.workbench.say(DontKnow(question=question.id))

    def action_skip(self) -> None:
        """Put the question off."""
        if question := self._standing:
            self.workbench.say(Skip(question=question.id))

    def action_undo(self) -> None:
        """Take back the last input."""
        if self.workbench.conversation and not self.workbench.conversation.is_busy:
            self.workbench.say(Undo())

    def action_finish(self) -> None:
        """Draft with what is known."""
        if self._standing:
            self._is_finishing = True
            self.workbench.say(Stop())

    def action_resume(self) -> None:
        """Go on with the questions."""
        self.workbench.say(Resume())

    def action_history(self) -> None:
        """Choose an earlier input to go back to."""
        model = self.workbench.model
        entries = history.inputs(model, self.workbench.names) if model else []
        if entries:
            self.app.push_screen(HistoryDialog(entries), self._confirm_going_back)
        else:
            self.workbench.note("Nothing was answered yet.")

    def _confirm_going_back(self, entry: history.Input | None) -> None:
        if entry is None:
            return

        def go_back(agreed: bool | None) -> None:
            if agreed:
                self.workbench.say(Undo(steps=entry.steps))

        text = f"Take back {count(entry.steps, 'input')}, to before:\n\n{entry.topic}\n{entry.said}"
        self.app.push_screen(Confirm(text, "Take back"), go_back)

    # --- looking ----------------------------------------------------------------------------

    def action_toggle_known(self) -> None:
        """Show or hide what is known."""
        self.toggle_class("-toggled")
        self.set_focus(self.answer if self.query_one("#talk").display else self.known)

    def action_look_back(self) -> None:
        """Move into the transcript."""
        self.set_focus(self.transcript)

    def action_page(self, direction: int) -> None:
        """Scroll the transcript from the input."""
        if direction < 0:
            self.transcript.scroll_page_up()
        else:
            self.transcript.scroll_page_down()


def _placeholder(question: Question) -> str:
    keys = f"1–{min(9, len(question.choices))}, "
    enter = "Enter for the proposed answer, " if question.proposed is not None else ""
    return f"{keys}{enter}? for don’t know, or your own words"


def _review(model: ThreatModel) -> Content:
    counts: dict[str, int] = {}
    for threat in model.threats:
        counts[threat.level.value] = counts.get(threat.level.value, 0) + 1
    detail = f": {by_level(counts)}" if counts else ""
    name = one_line(model.name) or "The system"
    return Content.assemble(
        f"{name}: {count(len(model.threats), 'threat')}{detail}.\n\n",
        ("F4", "bold $primary"),
        " reviews them   ",
        ("Ctrl+R", "bold $primary"),
        " goes on asking   ",
        ("F6", "bold $primary"),
        " shows the report",
    )
