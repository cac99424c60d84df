"""What was said and understood so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from threatwright.exchange.history import Input
from threatwright.exchange.plain import one_line, plain, shorten
from threatwright.exchange.telling import settled
from threatwright.tui.marks import by_level
from threatwright.tui.wording import MUTED, count, source
from threatwright.workflow.events import (
    Answer,
    Correct,
    Decide,
    DepthSet,
    DontKnow,
    Drafted,
    Drawn,
    Finished,
    Preview,
    Refused,
    Resume,
    Retry,
    Revise,
    SetDepth,
    Skip,
    Stop,
    Summed,
    Taken,
    Tell,
    Understood,
    Undo,
    Undone,
    Warned,
)

if TYPE_CHECKING:
    from threatwright.model.interview import Question
    from threatwright.tui.conversation import Turn


class Transcript(VerticalScroll):
    """The conversation, newest last. Stays at the end unless it was scrolled back."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[Static] = []

    async def on_mount(self) -> None:
        """Follow the end."""
        self.anchor()
        await self._flush()

    async def add(self, content: Content | None, kind: str = "") -> None:
        """Put something at the end."""
        if content:
            self._waiting.append(Static(content, classes=kind))
            await self._flush()

    async def _flush(self) -> None:
        if self.is_attached and self._waiting:
            waiting, self._waiting = self._waiting, []
            await self.mount_all(waiting)

    async def add_turn(self, turn: Turn, question: Question | None) -> None:
        """Put a turn at the end, if it has anything to show."""
        await self.add(rendered(turn, question), f"turn -{turn_kind(turn)}")


def turn_kind(turn: Turn) -> str:
    """`said`, `heard` or `refused`, for the style."""
    if isinstance(turn, Refused | Warned):
        return "refused"
    said = (Answer, DontKnow, Skip, Revise, Undo, Tell, Correct, Decide, SetDepth, Preview)
    return "said" if isinstance(turn, (*said, Resume, Retry, Stop)) else "heard"


def rendered(turn: Turn, question: Question | None) -> Content | None:
    """A turn as text; None where there is nothing to show."""
    return _spoken(turn, question) if turn_kind(turn) == "said" else _told(turn)


def _spoken(turn: Turn, question: Question | None) -> Content | None:
    """What the person said."""
    match turn:
        case Answer(value=value, text=text, default=default):
            label = "as drawn" if default and value is None else _label(question, value)
            said = " · ".join(filter(None, (label, one_line(text))))
            return _said(said, question, " (as proposed)" if default and value else "")
        case DontKnow():
            return _said("I don’t know", question, " · it stays an open assumption")
        case Skip():
            return _said("Later", question)
        case Tell(text=text):
            return _said(one_line(text), None)
        case Correct():
            return _said(correction(turn), None)
        case Retry():
            return _said("Ask the language model again", None)
        case Revise(value=value, text=text, unknown=unknown):
            words = "I don’t know" if unknown else " · ".join(filter(None, (value, one_line(text))))
            return _said(words, None, " · another answer to an earlier question")
        case _:
            return None


def _told(turn: Turn) -> Content | None:
    """What the session said."""
    mark = ("■ ", "$text-accent")
    match turn:
        case Understood():
            return understood(turn)
        case Undone(note=note):
            return Content.assemble(("↶ ", "$text-accent"), (one_line(note), MUTED))
        case Refused(problem=problem, fix=fix):
            return Content.assemble(("✗ ", "bold"), one_line(problem), "\n  ", one_line(fix))
        case Warned(problem=problem, fix=fix):
            return Content.assemble(("⚠ ", "bold"), one_line(problem), "\n  ", one_line(fix))
        case Drafted(threats=threats, by_level=levels):
            detail = f": {by_level(levels)}" if any(levels.values()) else ""
            return Content.assemble(mark, (count(threats, "threat"), "bold"), f" drafted{detail}")
        case Summed(model=model, text=text):
            by = Content.assemble(mark, (one_line(model), "bold"), (" sums up", MUTED))
            return Content("\n").join([by, Content(plain(text))])
        case Drawn(assumed=0, components=components):
            drawn = f"{count(len(components), 'component')}, all stated or confirmed: "
            return Content.assemble(
                mark, f"The drawing has {drawn}", ("F3", "bold $primary"), (" shows it", MUTED)
            )
        case DepthSet(depth=depth, open=left):
            asked = f" interview: {count(left, 'question')} worth asking"
            return Content.assemble(mark, "From now on a ", (depth, "bold"), asked)
        case Finished(file=file):
            return Content.assemble(mark, f"Saved {one_line(file)}")
        case _:
            return None


def correction(turn: Correct) -> str:
    """A correction in words."""
    if turn.remove:
        return one_line(f"{turn.remove} does not exist")
    if turn.rename:
        return one_line(f"{turn.rename} is called {turn.name}")
    return one_line(f"there is also {turn.name}")


def earlier(entry: Input) -> Content:
    """Something that was said before the file was opened this time."""
    return Content.assemble((entry.topic, MUTED), "\n", ("▌ ", "$primary"), entry.said)


def understood(event: Understood) -> Content | None:
    """What was taken from a text or an answer, with the words it rests on."""
    lines = [_taken(taken) for taken in event.taken]
    if event.retired:
        lines.append(Content.styled(f"  {settled(event.retired_names)}", MUTED))
    if event.note:
        lines.append(Content.assemble(("ℹ ", "$text-accent"), (one_line(event.note), MUTED)))
    return Content("\n").join(lines) if lines else None


def _taken(taken: Taken) -> Content:
    quote = f"  “{shorten(taken.quote, 90)}”" if taken.quote else ""
    return Content.assemble(
        ("~ ", "$text-warning") if taken.is_assumed else ("✓ ", "$text-success"),
        one_line(taken.what),
        (quote, f"italic {MUTED}"),
        (f"  {source(taken.source)}", "$foreground 45%"),
    )


def _said(words: str, question: Question | None, after: str = "") -> Content:
    topic = Content.styled(one_line(question.lead) + "\n", MUTED) if question else Content()
    return Content.assemble(topic, ("▌ ", "$primary"), (words, "bold"), (after, MUTED))


def _label(question: Question | None, value: str | None) -> str:
    if value is None:
        return ""
    choices = question.choices if question else ()
    return next((one_line(c.label) for c in choices if c.value == value), one_line(value))
