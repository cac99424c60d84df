"""Short texts that a regular expression matches: what must be found, made before anything is sent.

Written straight down from the expression, in several shapes, and kept only if it really matches.
"""

from __future__ import annotations

import importlib
import re
import string
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

_PARSER: Any = importlib.import_module("re._parser")
_ANY = string.ascii_lowercase + string.digits + string.punctuation + " \n" + string.ascii_uppercase
_AROUND = ("{}", " {} ", "\n{}\n", "a {} a", "a{}a")
"""What may stand before and after it: boundaries ask for the one or the other."""
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}


class _Shape(NamedTuple):
    """How the open places of an expression are filled."""

    any: str
    """For any character."""
    more: int
    """So many repeats more than the least."""
    branch: int
    """Which of several ways; the last where there are fewer."""
    looks_ahead: bool
    """Whether what has to follow is written down too."""


_SHAPES = tuple(
    _Shape(any=any_, more=more, branch=branch, looks_ahead=ahead)
    for ahead, branch, any_, more in product((False, True), range(3), "- a", range(3))
)


def matching(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> Iterator[str]:
    """Texts that an expression matches, the plainest first; none if none was found."""
    compiled, parsed = re.compile(pattern, flags), _PARSER.parse(pattern, flags)
    made = dict.fromkeys(_text(parsed, {}, shape) for shape in _SHAPES)
    for around in _AROUND:
        yield from (text for one in made if compiled.search(text := around.format(one)))


def _text(parsed: Any, groups: dict[int, str], shape: _Shape) -> str:
    return "".join(_part(str(op), value, groups, shape) for op, value in parsed)


def _part(op: str, value: Any, groups: dict[int, str], shape: _Shape) -> str:
    match op:
        case "LITERAL":
            return chr(value)
        case "NOT_LITERAL":
            return next(c for c in shape.any + _ANY if ord(c) != value)
        case "ANY":
            return shape.any
        case "IN":
            return next((c for c in _ANY if _is_in(c, value)), "")
        case "BRANCH":
            return _text(value[1][min(shape.branch, len(value[1]) - 1)], groups, shape)
        case "SUBPATTERN":
            text = _text(value[3], groups, shape)
            if value[0] is not None:
                groups[value[0]] = text
            return text
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            times = min(value[0] + shape.more, int(value[1]))
            return "".join(_text(value[2], groups, shape) for _ in range(times))
        case "ATOMIC_GROUP":
            return _text(value, groups, shape)
        case "GROUPREF":
            return groups.get(value, "")
        case "ASSERT" if shape.looks_ahead:
            return _text(value[1], groups, shape)
        case _:  # places and assertions have no width
            return ""


def _is_in(character: str, of: Any) -> bool:
    is_negated = bool(of) and str(of[0][0]) == "NEGATE"
    found = any(_is(character, str(op), value) for op, value in of[is_negated:])
    return found is not is_negated


def _is(character: str, op: str, value: Any) -> bool:
    match op:
        case "LITERAL":
            return character == chr(value)
        case "RANGE":
            first, last = value
            return int(first) <= ord(character) <= int(last)
        case "CATEGORY":
            return re.fullmatch(_CATEGORIES[str(value)], character) is not None
        case _:
            return False
