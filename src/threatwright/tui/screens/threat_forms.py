"""The forms to word, rate, split and state threats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.widgets import Select, TextArea

from threatwright.errors import InputError
from threatwright.exchange.plain import one_line, plain
from threatwright.model.contributions import Rating
from threatwright.model.said import Edit, Said, Split, State
from threatwright.model.terms import Stride
from threatwright.model.threats import Threat
from threatwright.tui.screens.form import Check, Form, number_of
from threatwright.tui.widgets.fields import Line, Page

if TYPE_CHECKING:
    from textual.widget import Widget

PAGE_KEYS = "Ctrl+S: take it   Tab: next field   Escape: change nothing"


def _rating(text: str, name: str, reason: str) -> Rating | None:
    value = number_of(text, name)
    return None if value is None else Rating(value=value, because=reason)


class EditThreat(Form):
    """A threat, worded or rated otherwise. What is left as it is stays the draft's."""

    AUTO_FOCUS = "#title"

    def __init__(self, threat: Threat, check: Check) -> None:
        hint = "What you write stands in the draft’s place, which stays beside it."
        super().__init__(f"Edit {threat.id}", check, hint=hint)
        self._threat = threat

    def fields(self) -> Iterator[tuple[str, Widget]]:
        """Title, scenario, likelihood, impact, and why they are so."""
        threat = self._threat
        yield "Title", _kept(one_line(threat.title), "title")
        yield "Scenario", _page(threat.scenario)
        yield "Likelihood", Line(str(threat.likelihood), id="likelihood", compact=True)
        yield "Impact", Line(str(threat.impact), id="impact", compact=True)
        hint = "needed where a rating is another"
        yield "Reason", Line(id="reason", placeholder=hint, compact=True)

    def said(self) -> Said:
        """Only what is another."""
        threat = self._threat
        title, scenario = self.text("title"), plain(self.query_one(TextArea).text).strip()
        likelihood = _rating(self.text("likelihood"), "likelihood", self.text("reason"))
        impact = _rating(self.text("impact"), "impact", self.text("reason"))
        return Edit(
            threat=threat.id,
            title="" if title == one_line(threat.title) else title,
            scenario="" if scenario == plain(threat.scenario).strip() else scenario,
            likelihood=likelihood if likelihood and likelihood.value != threat.likelihood else None,
            impact=impact if impact and impact.value != threat.impact else None,
        )


class SplitThreat(Form):
    """A threat that is several."""

    KEYS: ClassVar[str] = PAGE_KEYS
    AUTO_FOCUS = "TextArea"

    def __init__(self, threat: Threat, check: Check) -> None:
        hint = (
            "A title a line. Each part is rated as the whole is, until you rate it; the whole is "
            "rejected for its parts."
        )
        super().__init__(f"Split: {threat.title}", check, hint=hint)
        self._threat = threat

    def fields(self) -> Iterator[tuple[str, Widget]]:
        """One title a line."""
        yield "Parts", _page("")

    def said(self) -> Said:
        """The parts."""
        lines = map(one_line, self.query_one(TextArea).text.splitlines())
        return Split(threat=self._threat.id, titles=tuple(line for line in lines if line))


class StateThreat(Form):
    """A threat that the draft does not have."""

    AUTO_FOCUS = "#title"

    def __init__(self, elements: Sequence[tuple[str, str]], at: str, check: Check) -> None:
        super().__init__("A threat that the draft does not have", check)
        self._elements, self._at = elements, at

    def fields(self) -> Iterator[tuple[str, Widget]]:
        """Everything that a threat needs, and what it may cite."""
        names = [(Text(one_line(name)), id_) for id_, name in self._elements]
        at = self._at if self._at in dict(self._elements) else Select.NULL
        yield "Title", Line(id="title", compact=True)
        yield "Element", Select(names, value=at, id="threatened", compact=True)
        yield "Scenario", _page("")
        hint = "letters of STRIDE, as TI"
        yield "STRIDE", Line(id="stride", placeholder=hint, compact=True)
        yield "Likelihood", Line(id="likelihood", placeholder="1 to 5", compact=True)
        yield "Impact", Line(id="impact", placeholder="1 to 5", compact=True)
        yield "Reason", Line(id="reason", placeholder="why it is rated so", compact=True)
        hint = "ids of catalogues, as AML.T0020, LLM06, or nothing"
        yield "References", Line(id="references", placeholder=hint, compact=True)
        hint = "ids of mitigations, or nothing"
        yield "Mitigations", Line(id="mitigations", placeholder=hint, compact=True)

    def said(self) -> Said:
        """The threat. Raises InputError if something that it needs is missing."""
        element = self.query_one("#threatened", Select).value
        if not isinstance(element, str):
            raise InputError("It is not said what is threatened.", "Choose an element.")
        reason = self.text("reason")
        likelihood = _rating(self.text("likelihood"), "likelihood", reason)
        impact = _rating(self.text("impact"), "impact", reason)
        title, scenario = self.text("title"), plain(self.query_one(TextArea).text).strip()
        if not (title and scenario and likelihood and impact):
            raise InputError(
                "A threat has a title, a scenario, a likelihood and an impact.",
                "Fill in what is empty.",
            )
        return State(
            element=element,
            title=title,
            scenario=scenario,
            stride=_strides(self.text("stride")),
            likelihood=likelihood,
            impact=impact,
            references=_ids(self.text("references")),
            mitigations=_ids(self.text("mitigations")),
        )


def _kept(text: str, name: str) -> Line:
    """A line whose text stays when one begins to type."""
    return Line(text, id=name, compact=True, select_on_focus=False)


def _page(text: str) -> Page:
    return Page(plain(text), tab_behavior="focus", compact=True)


def _ids(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _strides(text: str) -> tuple[Stride, ...]:
    by_letter = {stride.letter: stride for stride in Stride}
    letters = [letter for letter in text.upper() if letter.isalpha()]
    wrong = next((letter for letter in letters if letter not in by_letter), None)
    if wrong is not None:
        raise InputError(f"“{wrong}” is no letter of STRIDE.", "Write some of S, T, R, I, D, E.")
    return tuple(dict.fromkeys(by_letter[letter] for letter in letters))
