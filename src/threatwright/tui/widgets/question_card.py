"""The question that stands: why it is asked, what it decides, and the answers to choose from."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from threatwright.exchange.drawing import assumptions, numbered
from threatwright.exchange.plain import one_line, shorten
from threatwright.exchange.publisher import marked
from threatwright.model.interview import Question
from threatwright.model.terms import Role
from threatwright.tui.widgets.drawing import Drawing
from threatwright.tui.wording import MUTED
from threatwright.workflow.typed import LETTERS, parts

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Size

    from threatwright.exchange.drawing_rows import Kinds
    from threatwright.model.system import SystemModel

SHOWN_THREATS = 2

ROLES = {
    Role.PRODUCT: "the product owner",
    Role.ML_ENGINEERING: "an ML engineer",
    Role.DATA: "the data team",
    Role.DEVOPS: "DevOps",
    Role.SECURITY_OPERATIONS: "security operations",
    Role.LEGAL_PRIVACY: "legal and privacy",
}


class Choice(Static):
    """One answer and its number key."""

    class Clicked(Message):
        """The answer was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, number: int, label: str, *, is_proposed: bool) -> None:
        key = str(number) if number <= 9 else " "
        parts: list[tuple[str, str]] = [(f" {key} ", "bold $primary"), (f" {one_line(label)}", "")]
        if is_proposed:
            parts.append(("  ◂ proposed, Enter", "$text-accent"))
        super().__init__(Content.assemble(*parts), classes="-proposed" if is_proposed else "")
        self._number = number

    def on_click(self, event: events.Click) -> None:
        """The same as the number key."""
        event.stop()
        self.post_message(self.Clicked(self._number))


class QuestionCard(VerticalScroll, can_focus=False):
    """The standing question, or what to do where none stands."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Widget, ...] = ()

    async def on_mount(self) -> None:
        """Draw what was to be shown before the card was there."""
        await self._fill(*self._shown)

    async def show_question(self, question: Question) -> None:
        """Draw a question."""
        await self._fill(
            Static(heading(question), classes="heading"),
            Static(Content(one_line(marked(question.lead, question.publisher))), classes="text"),
            Static(reasons(question), classes="reasons"),
            *(
                Choice(n, choice.label, is_proposed=choice.value == question.proposed)
                for n, choice in enumerate(question.choices, 1)
            ),
            *([Besides(question)] if question.also else []),
        )

    async def show_drawing(
        self, question: Question, system: SystemModel, kinds: Kinds, news: Content | None
    ) -> None:
        """Draw the system, what was made of the last correction, and the keys to confirm it."""
        marks = numbered(system)
        picture = Drawing()
        picture.show(system, kinds, marks)
        assumed = "\n".join(assumptions(system, marks))
        await self._fill(
            Static(Content(one_line(question.text)), classes="heading"),
            Static(how_to_correct(len(marks)), classes="reasons"),
            *([Static(news, classes="reasons")] if news else []),
            picture,
            Static(Content.styled(assumed, MUTED), classes="besides"),
        )

    async def show_note(self, title: str, content: Content) -> None:
        """Draw a note in the question's place."""
        await self._fill(
            Static(Content(title), classes="heading"), Static(content, classes="reasons")
        )

    async def _fill(self, *children: Widget) -> None:
        self._shown = children
        if not self.is_attached:
            return
        async with self.batch():
            await self.remove_children()
            await self.mount(*children)
        self.scroll_home(animate=False)


def heading(question: Question) -> Content:
    """What it is about, and who would know."""
    gate = " · opens or closes whole areas" if question.is_gate else ""
    role = ROLES[question.role]
    return Content.assemble(
        (one_line(question.element_name), "bold $text-accent"),
        (f"  {role} would know{gate}", MUTED),
    )


def how_to_correct(marked_parts: int) -> Content:
    """The keys that confirm and correct a drawing."""
    last = min(9, marked_parts)
    parts: list[str | tuple[str, str]] = [("Enter", "bold $primary"), " it is so   "]
    if last:
        strike = f"1–{last}" if last > 1 else "1"
        parts += [(strike, "bold $primary"), " no such part   "]
    parts += [("PgDn", "bold $primary"), " more\n"]
    parts += [("or in words", "bold $primary"), " “there is also a Redis cache”"]
    return Content.assemble(*parts)


class Besides(Widget):
    """What a question asks for besides, broken between choices and never within one."""

    def __init__(self, question: Question) -> None:
        super().__init__(classes="besides")
        self._question = question

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines that it takes: known before it is drawn, as the card is as high as that."""
        return len(besides(self._question, width).plain.splitlines())

    def render(self) -> Content:
        """Its lines at the width that there is."""
        return besides(self._question, self.content_size.width)


def besides(question: Question, width: int) -> Content:
    """Each further part of a question, with what to type for its choices."""
    lines = [
        Content.assemble(
            ("And, if you know, in your words or as ", MUTED),
            (f"a1 {LETTERS[0]}1", "bold $primary"),
            (":", MUTED),
        )
    ]
    for letter, also in parts(question):
        first, *others = wrap(one_line(also.text), max(width - 4, 1))
        lines.append(Content.assemble((f" {letter}  ", "bold"), first))
        lines += [Content(f"    {line}") for line in others]
        row = Content("   ")
        for number, choice in enumerate(also.choices, 1):
            label = f" {one_line(choice.label)}"
            offered = Content.assemble(" ", (f"{letter}{number}", "bold $primary"), label, " ")
            if row.cell_length + offered.cell_length > width and row.plain.strip():
                lines.append(row)
                row = Content("   ")
            row += offered
        lines.append(row)
    return Content("\n").join(lines)


def reasons(question: Question) -> Content:
    """Why it is asked, and the threats that it decides."""
    lines = [Content.styled(one_line(question.why), MUTED)]
    for line in question.told:
        lines.append(Content.assemble((f"{'Known':<7} · ", MUTED), one_line(line)))
    named = [shorten(title, 52) for title in question.decides[:SHOWN_THREATS]]
    more = len(question.decides) - len(named)
    for number, title in enumerate(named, 1):
        rest = f"  +{more}" if more and number == len(named) else ""
        label = "Decides" if number == 1 else ""
        lines.append(Content.assemble((f"{label:<7} · ", MUTED), title, (rest, MUTED)))
    return Content("\n").join(lines)
