"""Reads a file of answers: the ones that examples bring along, and forms that people filled.

The file is YAML. `answers:` is a list of `{question: ELEMENT.KEY, value: CHOICE}`, or with `text:`
in place of the value, or `dont_know: true`; and of `{tell: "there is also a Redis cache"}`. After
it may stand `confirm: true`: the system is right as it is drawn.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import Field, ValidationError, field_validator, model_validator

from threatwright import yamltext
from threatwright.engine.answers import NOBODY, Speaker, confirmation, entries_for
from threatwright.engine.derive import derive, record
from threatwright.errors import InputError
from threatwright.model.base import Value
from threatwright.model.document import ThreatModel
from threatwright.model.facts import YES
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Answer, DontKnow, Tell


class Given(NamedTuple):
    """One answer of the file, and its place among the items."""

    said: Answer | DontKnow | Tell
    place: int


class Form(NamedTuple):
    """What a file of answers says."""

    name: str
    text: str
    given: tuple[Given, ...]
    blank: int
    """How many questions were left without an answer."""
    confirm: bool

    def line(self, given: Given) -> int:
        """The line that an answer stands on."""
        return yamltext.line_of(self.text, ("answers", given.place)) or 0


class _Item(Value):
    question: str | None = None
    value: str | None = None
    text: str | None = None
    dont_know: bool = False
    tell: str | None = None

    @field_validator("value", mode="before")
    @classmethod
    def _word(cls, value: Any) -> Any:
        """Choices are words; YAML may have read one as a number or as true."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value) if isinstance(value, int | float) else value

    @model_validator(mode="after")
    def _one_thing(self) -> _Item:
        if (self.question is None) == (self.tell is None):
            raise ValueError("each item has either `question` or `tell`")
        if self.dont_know and (self.value or self.text):
            raise ValueError("it is either answered or not known")
        if self.tell is not None and (self.value or self.text or self.dont_know):
            raise ValueError("`tell` stands by itself")
        return self

    @property
    def said(self) -> Answer | DontKnow | Tell | None:
        """What the item says; None if it was left blank."""
        if self.tell is not None:
            return Tell(text=self.tell) if self.tell.strip() else None
        if self.dont_know:
            return DontKnow(question=self.question)
        if self.value or self.text:
            return Answer(question=self.question, value=self.value or None, text=self.text or "")
        return None


class _File(Value):
    answers: tuple[_Item, ...] | None = Field(default=())
    confirm: bool = False


def read(text: str, name: str) -> Form:
    """The answers that a text holds, in its order.

    Raises InputError naming the line of what is wrong.
    """
    content = yamltext.parse(text, name)
    if not isinstance(content, dict):
        raise InputError(
            f"{name} is not a form: it has no `answers:`.",
            "`threatwright questions FILE` prints a form to fill.",
        )
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        raise _invalid(error, text, name) from error
    items = file.answers or ()
    given = [
        Given(said, place) for place, item in enumerate(items) if (said := item.said) is not None
    ]
    return Form(name, text, tuple(given), len(items) - len(given), file.confirm)


def take_in(
    form: Form, model: ThreatModel, knowledge: Knowledge, speaker: Speaker = NOBODY
) -> ThreatModel:
    """The model after the answers of a form, in its order, and all that follows from them.

    Raises InputError naming the line of an answer that the model has no question for.
    """
    for given in form.given:
        try:
            model = _taken(given.said, model, knowledge, speaker)
        except InputError as error:
            where = f"{form.name}, line {form.line(given)}"
            raise InputError(f"{where}: {error.problem}", error.fix) from error
    model = derive(model, knowledge)
    drawing = confirmation(model) if form.confirm else None
    if drawing is None:
        return model
    yes = entries_for(Answer(value=YES), drawing, model, knowledge, speaker)
    return derive(record(model, *yes), knowledge)


def _taken(
    said: Answer | DontKnow | Tell, model: ThreatModel, knowledge: Knowledge, speaker: Speaker
) -> ThreatModel:
    try:
        return record(model, *entries_for(said, None, model, knowledge, speaker))
    except InputError:
        # It may be about something that only an answer before it brought in.
        model = derive(model, knowledge)
        return record(model, *entries_for(said, None, model, knowledge, speaker))


def _invalid(error: ValidationError, text: str, name: str) -> InputError:
    first = error.errors(include_url=False)[0]
    where = tuple(first["loc"])
    field = f"`{where[-1]}`: " if where and isinstance(where[-1], str) else ""
    message = first["msg"].removeprefix("Value error, ")
    return InputError(
        f"{name}, line {yamltext.line_of(text, where)}: {field}{message}.",
        "Give each item a `question` with a `value`, a `text` or `dont_know: true`, or a `tell`.",
    )
