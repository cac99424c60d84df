"""The interview: the drawing, the question that stands, what was said, and what is known so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, Static

from threatwright.exchange import history
from threatwright.exchange.drawing import numbered
from threatwright.model.document import ThreatModel
from threatwright.model.interview import CONFIRMED, Question
from threatwright.tui.notes import news, review
from threatwright.tui.screens.model_screen import ModelScreen
from threatwright.tui.screens.revise import PreviewDialog
from threatwright.tui.widgets.answer_input import AnswerInput
from threatwright.tui.widgets.coverage_meter import CoverageMeter, short_meter
from threatwright.tui.widgets.known_tree import KnownTree
from threatwright.tui.widgets.question_card import Choice, QuestionCard
from threatwright.tui.widgets.transcript import Transcript, earlier
from threatwright.tui.wording import LEGEND
from threatwright.workflow.events import (
    Answer,
    Correct,
    DontKnow,
    Drafted,
    Previewed,
    Resume,
    Said,
    SetDepth,
    Skip,
    Stop,
    Tell,
)
from threatwright.workflow.typed import choices_in, struck_out

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from threatwright.tui.notes import Turns

ASKING = frozenset({"dont_know", "skip", "finish"})
WAITING = {
    "listening": "What you wrote is read with the language model, beside what stands above. "
    "Esc goes on without it; it can be asked again later.",
    "drafting": "The language model goes through the threats, a component at a time. "
    "Esc stops it; what has arrived by then is kept.",
}
"""By what the language model does."""
TYPED = {"h": "history", "d": "deeper"}
"""Keys that are letters, where they stand alone in the line."""


class InterviewScreen(ModelScreen):
    """Transcript, question and answer left; what is known, by boundary, right."""

    MODE = "interview"
    BACK = "home"
    AUTO_FOCUS = "AnswerInput"
    # Priority: the input would take some of these keys for editing.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "dont_know", "Unsure", priority=True),
        Binding("ctrl+n", "skip", "Later", priority=True),
        Binding("ctrl+z", "undo", "Undo", priority=True),
        Binding("ctrl+b", "history", "Back", priority=True),
        Binding("h", "history", show=False),
        Binding("ctrl+g", "deeper", "Depth", priority=True),
        Binding("d", "deeper", show=False),
        Binding("ctrl+t", "toggle_known", "Known", priority=True),
        Binding("ctrl+f", "finish", "Finish", priority=True),
        Binding("ctrl+r", "resume", "Go on", priority=True),
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

    @property
    def _turns(self) -> Turns:
        return self.workbench.conversation.turns if self.workbench.conversation else []

    async def _follow(self) -> None:
        turns = self._turns
        while not self.is_leaving and self._turns_shown < len(turns):
            turn, question = turns[self._turns_shown]
            self._turns_shown += 1
            await self.transcript.add_turn(turn, question)
            if isinstance(turn, Previewed):
                self._confirm(turn)
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
        elif conversation.doing is not None:
            self.call_next(self._show_waiting)

    async def _show_waiting(self) -> None:
        """Say what the language model is waited for, in the question's place."""
        conversation = self.workbench.conversation
        doing = conversation.doing if conversation else None
        if self.is_leaving or doing is None:
            return
        words = WAITING.get(doing.event)
        if words is not None and (doing.event != "listening" or not self.card.children):
            await self.card.show_note("One moment", Content(words))

    async def _show_question(self, question: Question | None, model: ThreatModel) -> None:
        if self.is_leaving:
            return
        is_drawing = question is not None and question.id == CONFIRMED
        self.set_class(is_drawing, "-drawing")
        if question is None:
            self.answer.placeholder = "Anything to add, in your own words"
            await self.card.show_note("The draft", review(model, self._turns))
        elif is_drawing:
            self.answer.placeholder = "Enter: it is so. Or say what is different"
            kinds = self.workbench.names.kinds
            # There may be no room for the transcript beside the drawing.
            told = None if self.transcript.display else news(self._turns)
            await self.card.show_drawing(question, model.system, kinds, told)
        else:
            self.answer.placeholder = _placeholder(question)
            await self.card.show_question(question)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only the keys that mean something now."""
        conversation = self.workbench.conversation
        asks = conversation is not None and conversation.question is not None
        if action in ASKING:
            return asks
        if action == "resume":
            return not asks and conversation is not None and not conversation.is_busy
        return super().check_action(action, parameters)

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
        if question is not None and question.id == CONFIRMED:
            self._strike_out(event.number)
        elif question is None or event.number > len(question.choices):
            self.app.bell()
        else:
            choice = question.choices[event.number - 1]
            self.workbench.say(Answer(question=question.id, value=choice.value))

    def _strike_out(self, number: int) -> None:
        """Say that an assumed part of the drawing does not exist."""
        model = self.workbench.model
        marks = numbered(model.system) if model else {}
        gone = next((id_ for id_, mark in marks.items() if mark == f"?{number}"), None)
        if gone is None:
            self.app.bell()
        else:
            self.workbench.say(Correct(remove=gone))

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        conversation = self.workbench.conversation
        if conversation is None or conversation.is_busy:
            self.app.bell()
            return
        text, question = event.value.strip(), conversation.question
        if text:
            self.answer.clear()
            self._take(text, question)
        elif question and question.proposed is not None:
            value = None if question.id == CONFIRMED else question.proposed
            self.workbench.say(Answer(question=question.id, value=value, default=True))
        else:
            self.app.bell()

    def _take(self, text: str, question: Question | None) -> None:
        """Say what was typed, or do it."""
        if text in TYPED:
            self.call_next(self.run_action, TYPED[text])
        elif question is None:
            self.workbench.say(Tell(text=text))
        elif question.id == CONFIRMED and (number := struck_out(text)) is not None:
            self._strike_out(number)
        else:
            several: tuple[Said, ...] = choices_in(text, question)
            for said in several or (Answer(question=question.id, text=text),):
                self.workbench.say(said)

    @on(AnswerInput.Unsure)
    def action_dont_know(self) -> None:
        """Say that one does not know."""
        if question := self._standing:
            self.workbench.say(DontKnow(question=question.id))

    def action_skip(self) -> None:
        """Put the question off."""
        if question := self._standing:
            self.workbench.say(Skip(question=question.id))

    def action_finish(self) -> None:
        """Draft with what is known."""
        if self._standing:
            self._is_finishing = True
            self.workbench.say(Stop())

    def action_resume(self) -> None:
        """Go on with the questions."""
        self.workbench.say(Resume())

    def action_deeper(self) -> None:
        """Let the interview go to the next depth."""
        conversation = self.workbench.conversation
        if conversation and conversation.progress and not conversation.is_busy:
            self.workbench.say(SetDepth(depth=conversation.progress.depth.deeper))

    # --- going back -------------------------------------------------------------------------

    def _confirm(self, previewed: Previewed) -> None:
        """Show what something would change, and do it if that is wanted."""

        def do_it(agreed: bool | None) -> None:
            if agreed:
                self.workbench.say(previewed.said)

        self.app.push_screen(PreviewDialog(previewed.change), do_it)

    # --- looking ----------------------------------------------------------------------------

    def action_toggle_known(self) -> None:
        """Show or hide what is known."""
        self.toggle_class("-toggled")
        self.set_focus(self.answer if self.query_one("#talk").display else self.known)

    def action_look_back(self) -> None:
        """Move into the transcript."""
        self.set_focus(self.transcript)

    def action_page(self, direction: int) -> None:
        """Scroll from the input: the drawing, where it is asked about, else the transcript."""
        looked_at = self.card if self.has_class("-drawing") else self.transcript
        if direction < 0:
            looked_at.scroll_page_up()
        else:
            looked_at.scroll_page_down()


def _placeholder(question: Question) -> str:
    keys = f"1–{min(9, len(question.choices))}, "
    enter = "Enter for the proposed answer, " if question.proposed is not None else ""
    return f"{keys}{enter}? for don’t know, or your own words"
