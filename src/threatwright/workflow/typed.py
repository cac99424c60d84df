"""What people type in few characters: `2 b1` to a question of several parts, `no 2` to drawings."""

from __future__ import annotations

import re

from threatwright.model.interview import Also, Question
from threatwright.model.said import Answer

LETTERS = "bcdefgh"
"""What the further parts of a question are called by; its lead is `a`, or nothing."""
_CHOICE = re.compile(r"([a-h]?)([1-9]\d?)")
_WITH_WORDS = re.compile(r"([1-9]\d?)\s*[;:,.–—-]\s+(\D.*)", re.DOTALL)
_STRUCK = re.compile(r"no ([1-9]\d{0,2})", re.IGNORECASE)


def struck_out(text: str) -> int | None:
    """The number of an assumed part of the drawing that does not exist: of "no 2", it is 2."""
    found = _STRUCK.fullmatch(text.strip())
    return int(found[1]) if found else None


def parts(question: Question) -> tuple[tuple[str, Also], ...]:
    """The further parts of a question, each with its letter."""
    return tuple(zip(LETTERS, question.also, strict=False))


def choices_in(text: str, question: Question) -> tuple[Answer, ...]:
    """The answers that choices by letter and number come to; none if the text is something else.

    A number alone is a choice for the lead, and so is one before words ("1; it is a file"). The
    lead's answer comes first.
    """
    if (chosen := _WITH_WORDS.fullmatch(text.strip())) and int(chosen[1]) <= len(question.choices):
        value = question.choices[int(chosen[1]) - 1].value
        return (Answer(question=question.id, value=value, text=chosen[2]),)
    words = text.lower().replace(",", " ").split()
    found = [match for word in words if (match := _CHOICE.fullmatch(word))]
    if len(found) < len(words) or not any(match[1] for match in found):
        return ()
    asked: dict[str, Question | Also] = {"": question, "a": question, **dict(parts(question))}
    answers = [
        Answer(question=about.id, value=about.choices[int(match[2]) - 1].value)
        for match in found
        if (about := asked.get(match[1])) is not None and int(match[2]) <= len(about.choices)
    ]
    if len(answers) < len(found):
        return ()
    return tuple(sorted(answers, key=lambda answer: answer.question != question.id))
