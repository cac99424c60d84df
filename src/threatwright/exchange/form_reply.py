"""What a reply in a form says, given the choices that its question has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from threatwright.engine.said.answers import choice_of
from threatwright.errors import InputError
from threatwright.exchange.form_content import Filled, Note, Reply
from threatwright.exchange.plain import shorten
from threatwright.model.said import Answer, DontKnow, Tell
from threatwright.model.vocabulary import Choice, FactEntry

_VALUE = re.compile(r"[a-z0-9][a-z0-9-]*")
_BULLET = re.compile(r"^\s*[-*+•]\s+")


def said_in(
    reply: Reply, fact: FactEntry, *, is_by_hand: bool
) -> tuple[list[Answer | DontKnow | Tell], list[Note]]:
    """What was said, and what was odd about how.

    Raises InputError if it contradicts itself.
    """
    _refuse_mixture(reply, fact)
    picked, words = _picked(reply.picked, fact.choices)
    text = "\n".join(part for part in (*words, reply.text) if part)
    if len(picked) > 1 or (picked and reply.is_unknown):
        said = [*(f"“{c.value}”" for c in picked), *(["“don't know”"] * reply.is_unknown)]
        raise InputError(
            f"{' and '.join(said)} are both given as the answer.",
            "Leave one; what holds in part can be said in your own words.",
        )
    if reply.is_unknown:
        # What was written beside it ("ask the vendor") is kept as it is.
        return [DontKnow(question=reply.question), *([Tell(text=text)] if text else [])], []
    if words and not is_by_hand:
        return [Answer(question=reply.question, value=words[0], text=reply.text)], []
    notes = [_taken_as_words(reply, word) for word in words if not picked]
    if picked:
        return [Answer(question=reply.question, value=picked[0].value, text=text)], notes
    listed = _BULLET.sub("", text)
    choice, rest = _choice_in(listed, fact.choices) if "\n" not in listed else (None, "")
    if choice is not None and not rest:
        return [Answer(question=reply.question, value=choice.value)], notes
    return [Answer(question=reply.question, text=text)], notes


def _refuse_mixture(reply: Reply, fact: FactEntry) -> None:
    """Refuse what is left of two questions, whose lines ran into one."""
    own = {choice.value.casefold() for choice in fact.choices}
    marked = {item.partition(":")[0].strip().casefold() for item in reply.picked}
    strange = [v for v in reply.listed if v not in own | marked and _VALUE.fullmatch(v)]
    if strange and own.intersection(reply.listed):
        raise InputError(
            f"“{shorten(strange[0], 40)}” stands among the choices and is a choice of another "
            "question.",
            "Put the heading of that question back, or delete what is left of it.",
        )


def _picked(marked: Sequence[str], choices: Sequence[Choice]) -> tuple[list[Choice], list[str]]:
    """The choices that were marked, and what was written in or beside the marked lines."""
    found: dict[str, Choice] = {}
    words = []
    for item in marked:
        choice, rest = _choice_in(item, choices)
        if choice is not None:
            found[choice.value] = choice
        if rest:
            words.append(rest)
    return list(found.values()), words


def _choice_in(item: str, choices: Sequence[Choice]) -> tuple[Choice | None, str]:
    """The choice that a line names, as `VALUE: LABEL`, and what else it says.

    Raises InputError for a bare number: forms do not count their choices.
    """
    if item.strip().isdecimal() and not _names_one(item, choices):
        raise InputError(
            f"“{item.strip()}” alone could be a number of anything; the choices have none.",
            f"Give one of {' / '.join(choice.value for choice in choices)}, or say it in words.",
        )
    whole = choice_of(item, choices)
    if whole is not None:
        return whole, ""
    value, colon, rest = item.partition(":")
    choice = choice_of(value, choices) if colon else None
    if choice is None:
        return None, item
    rest = rest.strip()
    if _same(rest, choice.label):
        return choice, ""
    if rest.casefold().startswith(choice.label.casefold()):
        rest = rest[len(choice.label) :].lstrip(" ,;:.–-")
    return choice, rest


def _names_one(item: str, choices: Sequence[Choice]) -> bool:
    return any(_same(item, word) for choice in choices for word in (choice.value, choice.label))


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _taken_as_words(reply: Reply, word: str) -> Note:
    return Note(
        f"{reply.where}: “{shorten(word, 60)}” is none of the choices; it was taken as an answer "
        "in own words.",
        "Pick one of the choices if one of them is meant.",
    )


def twice(form: Filled) -> Iterator[InputError]:
    """Questions that a form answers twice, and not the same."""
    first: dict[str, Reply] = {}
    for reply in form.said:
        if not isinstance(reply, Reply):
            continue
        other = first.setdefault(reply.question, reply)
        if (reply.picked, reply.text, reply.is_unknown) != (
            other.picked,
            other.text,
            other.is_unknown,
        ):
            yield InputError(
                f"{form.name}, {reply.where}: {reply.question} is answered another time, and "
                f"otherwise than in {other.where}.",
                "Leave the answer that counts, and delete the other.",
            )
