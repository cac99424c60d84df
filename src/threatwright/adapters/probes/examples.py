"""Texts that show what a probe is after: what its scorer must find before anything is sent."""

from __future__ import annotations

import importlib
import re
import string
from collections.abc import Iterable, Sequence
from typing import Any

from threatwright.engine.probes.answers import Answer
from threatwright.engine.probes.scoring import NONCE
from threatwright.model.canaries import CanaryKit
from threatwright.model.probe_plan import Payload
from threatwright.model.probe_scope import ProductRule
from threatwright.model.probes import Canary, Nonce, Pattern, Rule, Scorer, Tokens, ToolSink

_PARSER: Any = importlib.import_module("re._parser")
_ANY = string.ascii_lowercase + string.digits + string.punctuation + " \n" + string.ascii_uppercase


def examples(
    scorer: Scorer, payload: Payload, kit: CanaryKit | None, rules: Sequence[ProductRule]
) -> list[Answer]:
    """Answers each of which shows it. None for what no text shows by itself."""
    match scorer:
        case Canary(place=place):
            canary = kit.of(place) if kit else None
            return [Answer(f"It is {canary.text if canary else payload.secret}.")]
        case Nonce():
            return [Answer(f"Here you are: {payload.secret}")]
        case ToolSink():
            return [Answer("Done.", tool_calls=(f"POST /call\n{payload.secret}",))]
        case Tokens(more_than=most):
            return [Answer("word " * (most + 1), completion_tokens=most + 1)]
        case Pattern(examples=texts):
            return [Answer(text.replace(NONCE, payload.secret)) for text in texts.values()]
        case Rule():
            return [Answer(text) for text in _matching(n for rule in rules for n in rule.never)]
        case _:
            return []


def _matching(patterns: Iterable[str]) -> list[str]:
    return [matching(pattern) for pattern in patterns]


def matching(pattern: str) -> str:
    """A short text that a regular expression matches, as far as one can be written straight down.

    Where what stands around a place matters, it may not match.
    """
    parsed = _PARSER.parse(pattern)
    made = [_text(parsed, {}, more) for more in range(3)]
    return next((text for text in made if re.search(pattern, text)), made[0])


def _text(parsed: Any, groups: dict[int, str], more: int) -> str:
    return "".join(_part(str(op), value, groups, more) for op, value in parsed)


def _part(op: str, value: Any, groups: dict[int, str], more: int) -> str:
    match op:
        case "LITERAL":
            return chr(value)
        case "NOT_LITERAL":
            return next(c for c in _ANY if ord(c) != value)
        case "ANY":
            return "-"
        case "IN":
            return next((c for c in _ANY if _is_in(c, value)), "")
        case "BRANCH":
            return _text(value[1][0], groups, more)
        case "SUBPATTERN":
            text = _text(value[3], groups, more)
            if value[0] is not None:
                groups[value[0]] = text
            return text
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            times = min(value[0] + more, int(value[1]))
            return "".join(_text(value[2], groups, more) for _ in range(times))
        case "ATOMIC_GROUP":
            return _text(value, groups, more)
        case "GROUPREF":
            return groups.get(value, "")
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


_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
