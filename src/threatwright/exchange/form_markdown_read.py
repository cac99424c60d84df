"""Reads forms in Markdown that people filled: whatever became of the lines, nothing is passed over.

A question is a heading that ends in its id. What stands under it is ours where it is quoted, a
choice where it has brackets, and what a person wrote everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from threatwright.errors import InputError
from threatwright.exchange import form_stamp
from threatwright.exchange.form_content import (
    ANYTHING_ELSE,
    Filled,
    Note,
    Remark,
    Reply,
    person,
)
from threatwright.exchange.form_markdown import DONT_KNOW, WHY
from threatwright.exchange.form_stamp import MARK
from threatwright.exchange.plain import plain, shorten

_ID = r"(?:[a-z0-9][a-z0-9-]*/)?[a-z0-9][a-z0-9._-]*\.[a-z0-9_]+"
_QUESTION = re.compile(rf"\s*#{{1,6}}\s.*`({_ID})`[\s#*]*")
_GROUP = re.compile(r"\s*##\s+(?:About .*|Where answers differ\s*)")
_REMARK = re.compile(rf"\s*#+\s*{re.escape(ANYTHING_ELSE)}\s*")
_TITLE = re.compile(r"\s*#\s.*")
_QUOTED = re.compile(r"\s*>.*")
_OURS = re.compile(rf"\s*>\s*\**({WHY}|It decides|Proposed)\**:.*")
_NAME = re.compile(r"\s*[*_]*your name[*_]*\s*:[\s*_]*(.*)", re.I)
_LIKE_A_NAME = re.compile(r"\s*[^\s.!?>#-]\S*(?: +\S+){0,4}(?<![.!?:])\s*")
_ANSWER = re.compile(r"\s*[*_]*answer[*_]*\s*:[*_]*\s?(.*)", re.I)
_CHOICE = re.compile(r"\s*(?:[-*+•]\s*\[([^\]]{0,3})\]\s*|\[\s*([xX])\s*\]\s+)(.*)")
_TICKS = frozenset("xXvVyY✓✔✗✘☑*+")
_ESCAPE = re.compile(r"\\([^\w\s])")


def is_form(text: str) -> bool:
    """Whether a text holds the heading of a question, or begins as a form does."""
    lines = text.split("\n")
    return any(map(_QUESTION.fullmatch, lines)) or any(
        MARK in line for line in lines[:12] if line.startswith(">")
    )


def read(text: str, name: str) -> Filled:
    """What a form says. Raises InputError naming the line of what nobody could make sense of."""
    if not is_form(text):
        raise InputError(
            f"{name} is not a form: no question stands in it.",
            "Every question is a heading with its id at the end; "
            "`threatwright questions FILE --format markdown` prints a form to fill.",
        )
    head, *blocks = _blocks(text)
    by, notes = _in_head(head)
    said: list[Reply | Remark] = []
    blank: list[str] = []
    for block in blocks:
        notes += block.notes
        words = "\n".join(line for _, line in block.text).strip()
        if block.is_remark:
            said += [Remark(words, f"line {block.line}")] if words else []
        elif block.question is None:
            notes += _astray(block, name)
        elif block.picked or words or block.is_unknown:
            where = f"line {block.line}"
            picked = tuple(block.picked)
            listed = tuple(v for v in block.listed if v != DONT_KNOW)
            said.append(Reply(block.question, where, picked, words, block.is_unknown, listed))
        else:
            blank.append(block.question)
    stamp = form_stamp.find(text, name)
    return Filled(name, stamp, by, tuple(said), tuple(blank), is_by_hand=True, notes=tuple(notes))


@dataclass
class _Block:
    """What stands under one heading."""

    line: int
    question: str | None = None
    is_remark: bool = False
    is_orphan: bool = False
    """What is left of a question whose heading is gone."""
    picked: list[str] = field(default_factory=list)
    is_unknown: bool = False
    text: list[tuple[int, str]] = field(default_factory=list)
    """(line, what a person wrote there)."""
    has_why: bool = False
    listed: list[str] = field(default_factory=list)
    """The values of the choices that were passed, marked or not."""
    is_answering: bool = False
    """The line “Answer:” has been passed: whatever follows is the person's."""
    notes: list[Note] = field(default_factory=list)


def _blocks(text: str) -> Iterator[_Block]:
    """What stands before the first heading, then what stands under each."""
    block = _Block(1)
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        line = plain(raw.replace("\xa0", " ")).replace("\n", " ")
        begun = _begun(line, number)
        if begun is not None:
            yield block
            block = begun
            continue
        if _is_of_another(line, block):
            begun = _Block(number, is_orphan=True)
            for number_, leftover in _left_over(block):
                _take_line(leftover, number_, begun)
            yield block
            block = begun
        _take_line(line, number, block)
    yield block


def _begun(line: str, number: int) -> _Block | None:
    """The block that a heading begins."""
    question = _QUESTION.fullmatch(line)
    if question:
        return _Block(number, question[1])
    if _REMARK.fullmatch(line):
        return _Block(number, is_remark=True)
    return _Block(number) if _GROUP.fullmatch(line) else None


def _is_of_another(line: str, block: _Block) -> bool:
    """Whether a line belongs to a further question, whose heading somebody deleted.

    Each question says once why it matters, then lists each choice once and “don't know” last, then
    leaves room for words.
    """
    choice, ours = _CHOICE.fullmatch(line), _OURS.fullmatch(line)
    if block.is_answering:
        is_last = choice is not None and _is_dont_know(choice[3])
        return bool(ours) or is_last or _ANSWER.fullmatch(line) is not None
    if ours:
        is_headed = block.question is not None or block.is_orphan
        return not is_headed or bool(block.listed) or (ours[1] == WHY and block.has_why)
    if choice:
        return DONT_KNOW in block.listed or _value(choice[3]) in block.listed
    return False


def _left_over(block: _Block) -> list[tuple[int, str]]:
    """The choices at the end of what was taken for words: they are of the same further question."""
    start = len(block.text)
    while start and (
        not block.text[start - 1][1].strip() or _CHOICE.match(block.text[start - 1][1])
    ):
        start -= 1
    kept = block.text[start:] if block.is_answering else []
    del block.text[len(block.text) - len(kept) :]
    return kept


def _take_line(line: str, number: int, block: _Block) -> None:
    ours = _OURS.fullmatch(line)
    choice = None if block.is_answering else _CHOICE.fullmatch(line)
    answer = None if block.is_answering else _ANSWER.fullmatch(line)
    block.has_why |= ours is not None and ours[1] == WHY
    if choice:
        block.listed.append(_value(choice[3]))
        _take_choice(choice[1] or choice[2] or "", _unescaped(choice[3]), number, block)
    elif answer and (block.question or block.is_remark or block.is_orphan):
        block.is_answering = True
        block.text.append((number, answer[1]))
    elif block.is_answering or not _QUOTED.fullmatch(line):
        block.text.append((number, line))


def _take_choice(mark: str, choice: str, number: int, block: _Block) -> None:
    mark = mark.strip()
    if not mark:
        return
    if mark not in _TICKS:
        problem = f"line {number}: “[{mark}]” is neither ticked nor empty; it counts as not ticked."
        block.notes.append(Note(problem, "Put an x into the brackets of what is so."))
    elif _is_dont_know(choice):
        block.is_unknown = True
        rest = choice[len(DONT_KNOW) :].strip(" ,;:.-")
        block.text += [(number, rest)] if rest else []
    else:
        block.picked.append(choice)


def _unescaped(words: str) -> str:
    return _ESCAPE.sub(r"\1", words).replace("&lt;", "<").replace("&amp;", "&").strip()


def _value(words: str) -> str:
    """What a line of a choice is told apart by."""
    return DONT_KNOW if _is_dont_know(words) else _unescaped(words).partition(":")[0].casefold()


def _is_dont_know(choice: str) -> bool:
    return choice.strip().replace("’", "'").casefold().startswith(DONT_KNOW)


def _in_head(block: _Block) -> tuple[str, list[Note]]:
    """Who filled the form, and what else was written over the first question."""
    by, notes = "", list(block.notes)
    below = 0
    for number, line in block.text:
        name = _NAME.fullmatch(line)
        if name:
            by, below = by or person(name[1].strip("_ ")), number + 2
        elif not by and number <= below and _LIKE_A_NAME.fullmatch(line):
            by = person(line)
        elif line.strip() and not _TITLE.fullmatch(line) and MARK not in line:
            notes.append(_outside(number, line))
    return by, notes


def _outside(number: int, line: str) -> Note:
    return Note(
        f"line {number}: “{shorten(line, 60)}” stands under no question and was not taken.",
        f"Write it after an “Answer:”, or under “{ANYTHING_ELSE}” at the end.",
    )


def _astray(block: _Block, name: str) -> list[Note]:
    """What stands under a heading of ours, or is left of a question without its heading."""
    words = [(number, line) for number, line in block.text if line.strip()]
    if block.picked or block.is_unknown or (block.is_orphan and words):
        raise InputError(
            f"{name}, line {block.line}: an answer stands here whose question is gone.",
            "Put the heading of its question back, with the id at its end, or delete the answer. "
            "Choices stand above “Answer:”, words below.",
        )
    return [_outside(number, line) for number, line in words]
