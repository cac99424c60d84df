"""Writes open questions as a form: YAML with the choices in comments, read back by `answers`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence

from threatwright.exchange.marks import count
from threatwright.exchange.plain import one_line
from threatwright.exchange.publisher import marked
from threatwright.model.interview import Question

WIDTH = 98


def write(questions: Sequence[Question], name: str) -> str:
    """The form. Every line that comes from elsewhere is a comment, or is quoted."""
    lines = [*_head(questions, name), "answers:" if questions else "answers: []"]
    for number, question in enumerate(questions, 1):
        lines += ["", *_question(number, question)]
    return "\n".join(lines) + "\n"


def _head(questions: Sequence[Question], name: str) -> Iterator[str]:
    yield from _comment(
        f"{name}: {count(len(questions), 'open question')}, the most valuable first.", "#"
    )
    if questions:
        yield "#"
        yield "# Under each question, one of: the `value` of a choice · `text: in your own words` ·"
        yield "# `dont_know: true`. Leave blank what you cannot say. To take the answers in:"
        yield "#"
        yield "#   threatwright answer MODEL --from THIS-FORM --by NAME"
    yield ""


def _question(number: int, question: Question) -> Iterator[str]:
    yield from _comment(f"{number}. {marked(question.text, question.publisher)}", "  #")
    yield from _comment(f"Why: {question.why}", "  #")
    if question.decides:
        yield from _comment(f"It decides: {'; '.join(question.decides)}", "  #")
    yield from _comment(f"Who would know: {question.role.value}", "  #")
    width = max(len(choice.value) for choice in question.choices)
    for choice in question.choices:
        yield f"  #   {one_line(choice.value):<{width}}  {one_line(choice.label)}"
    yield f"  - question: {json.dumps(question.id)}"
    proposed = f"  # proposed: {one_line(question.proposed)}" if question.proposed else ""
    yield f"    value:{proposed}"


def _comment(text: str, mark: str) -> list[str]:
    return textwrap.wrap(
        one_line(text),
        WIDTH,
        initial_indent=f"{mark} ",
        subsequent_indent=f"{mark}   ",
        break_long_words=False,
    )
