"""Forms in YAML, with the choices in comments; and answers that were written by hand.

`answers:` is a list of `{question: ELEMENT.KEY, value: CHOICE}`, or with `text:` in place of the
value or beside it, or `dont_know: true`; and of `{tell: "there is also a Redis cache"}`. After it
may stand `confirm: true`: the system is right as it is drawn. `form:` and `by:` may stand before.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any

from pydantic import Field, ValidationError, field_validator, model_validator

from threatwright import yamltext
from threatwright.errors import InputError
from threatwright.exchange import form_stamp
from threatwright.exchange.form_content import (
    ANYTHING_ELSE,
    Asked,
    Filled,
    Printed,
    Remark,
    Reply,
    person,
)
from threatwright.exchange.marks import count
from threatwright.exchange.plain import one_line, plain
from threatwright.exchange.publisher import marked
from threatwright.model.base import Value

WIDTH = 98

# --- out --------------------------------------------------------------------------------------


def write(form: Printed) -> bytes:
    """The form. Every line that comes from elsewhere is a comment, or is quoted."""
    lines = [*_head(form), "answers:" if form.total else "answers: []"]
    for group in form.groups:
        lines += ["", *_comment(group.heading, "  # ----")]
        for asked in group.asked:
            lines += ["", *_question(asked)]
    if form.total:
        lines += ["", *_comment(ANYTHING_ELSE, "  #"), "  - tell:"]
    return ("\n".join(lines) + "\n").encode()


def _head(form: Printed) -> Iterator[str]:
    yield from _comment(
        f"{form.title}: {count(form.total, 'open question')}, the most valuable first.", "#"
    )
    if form.total:
        yield "#"
        yield "# Under each question, one of: the `value` of a choice · `text`, in your own words ·"
        yield "# `dont_know: true`. Leave blank what you cannot say. To take the answers in:"
        yield "#"
        yield "#   threatwright answer MODEL --from THIS-FORM"
    yield ""
    yield "# By this line the form is recognised; leave it as it is."
    yield f"form: {json.dumps(str(form.stamp))}"
    yield "by:  # your name"
    yield ""


def _question(asked: Asked) -> Iterator[str]:
    question = asked.question
    yield from _comment(f"{asked.number}. {marked(question.text, question.publisher)}", "  #")
    for side in asked.sides:
        words = f" (“{side.quote}”)" if side.quote else ""
        yield from _comment(f"  {side.who}: {side.says}{words}", "  #")
    yield from _comment(f"Why: {question.why}", "  #")
    for line in question.told:
        yield from _comment(f"Known already: {line}", "  #")
    if question.decides:
        yield from _comment(f"It decides: {'; '.join(question.decides)}", "  #")
    yield from _comment(f"Who would know: {question.role.value}", "  #")
    width = max(len(choice.value) for choice in question.choices)
    for choice in question.choices:
        yield f"  #   {one_line(choice.value):<{width}}  {one_line(choice.label)}"
    yield f"  - question: {json.dumps(question.id)}"
    proposed = f"  # proposed: {one_line(question.proposed)}" if question.proposed else ""
    yield f"    value:{proposed}"
    yield "    text:"
    yield "    dont_know:"


def _comment(text: str, mark: str) -> list[str]:
    return textwrap.wrap(
        one_line(text),
        WIDTH,
        initial_indent=f"{mark} ",
        subsequent_indent=f"{mark}   " if mark.endswith("#") else "  #   ",
        break_long_words=False,
    )


# --- back -------------------------------------------------------------------------------------


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

    @field_validator("text", "tell", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int | float) else value

    @field_validator("dont_know", mode="before")
    @classmethod
    def _mark(cls, value: Any) -> Any:
        """Left blank it says nothing; people also mark it with an x."""
        return False if value is None else True if value in ("x", "X") else value

    @model_validator(mode="before")
    @classmethod
    def _one_thing(cls, item: Any) -> Any:
        if not isinstance(item, dict):
            return item
        if ("question" in item) == ("tell" in item):
            raise ValueError("each item has either `question` or `tell`")
        if "question" in item and not item["question"]:
            raise ValueError("`question` names none")
        if "tell" in item and (item.get("value") or item.get("text") or item.get("dont_know")):
            raise ValueError("`tell` stands by itself")
        return item


class _File(Value):
    form: str = ""
    by: str | None = None
    answers: tuple[_Item, ...] | None = Field(default=())
    confirm: bool = False


def read(text: str, name: str) -> Filled:
    """The answers that a text holds, in its order.

    Raises InputError naming the line of what is wrong.
    """
    content = yamltext.parse(text, name)
    if not isinstance(content, dict) or not content.keys() & {"answers", "confirm"}:
        raise InputError(
            f"{name} is not a form: it has no `answers:`.",
            "`threatwright questions FILE` prints a form to fill.",
        )
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        raise _invalid(error, text, name) from error
    lines = yamltext.lines_of_items(text, ("answers",))
    items = list(zip(file.answers or (), lines, strict=True))
    said = [(item, _said(item, line)) for item, line in items]
    return Filled(
        name,
        form_stamp.find(file.form, name),
        person(file.by or ""),
        said=tuple(words for _, words in said if words is not None),
        blank=tuple(item.question for item, words in said if words is None and item.question),
        confirm=file.confirm,
    )


def _said(item: _Item, line: int) -> Reply | Remark | None:
    """What an item says; None if it was left blank."""
    where = f"line {line}"
    if item.tell is not None or item.question is None:
        told = plain(item.tell or "").strip()
        return Remark(told, where) if told else None
    picked = (item.value,) if item.value else ()
    text = plain(item.text or "").strip()
    if not (picked or text or item.dont_know):
        return None
    return Reply(item.question, where, picked, text, item.dont_know)


def _invalid(error: ValidationError, text: str, name: str) -> InputError:
    first = error.errors(include_url=False)[0]
    where = tuple(first["loc"])
    field = f"`{where[-1]}`: " if where and isinstance(where[-1], str) else ""
    message = first["msg"].removeprefix("Value error, ")
    return InputError(
        f"{name}, line {yamltext.line_of(text, where)}: {field}{message}.",
        "Give each item a `question` with a `value`, a `text` or `dont_know: true`, or a `tell`.",
    )
