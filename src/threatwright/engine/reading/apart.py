"""Components of one kind that a language model tells apart, where nothing else can.

Without a model, all that a text calls a model is taken for one. Who lists two by name means two.
"""

from __future__ import annotations

from collections.abc import Sequence

from threatwright.engine.reading.claims import BASE
from threatwright.engine.text.name_words import words_of
from threatwright.model.reading import Mention

Mentioned = tuple[int, Mention]
"""(index of the reading, mention)."""


def is_heard(mention: Mention) -> bool:
    """Whether a language model read it."""
    return mention.provenance.kind == "llm"


def are_apart(one: Mentioned, other: Mentioned) -> bool:
    """Whether a model named both in one text, by names of which neither shortens the other."""
    if one[0] != other[0] or not (is_heard(one[1]) and is_heard(other[1])):
        return False
    left, right = set(words_of(one[1].name)), set(words_of(other[1].name))
    return not (left <= right or right <= left)


def told_apart(
    mention: Mentioned, alike: Sequence[list[Mentioned]], groups: list[list[Mentioned]]
) -> list[Mentioned] | None:
    """The group that a mention belongs to by its very name, where a model has spoken of it.

    `alike` are the groups of its kind. One that holds two components that the model tells apart is
    divided: who has a name that was read without the model too, stays. None if nothing of this is
    so.
    """
    words = words_of(mention[1].name)
    home = next((g for g in alike if any(words_of(m.name) == words for _, m in g)), None)
    if home is None or not any(is_heard(m) for m in (mention[1], *(m for _, m in home))):
        return None
    others = [m for m in home if are_apart(mention, m)]
    if not others:
        return home
    read = {words_of(m.name) for _, m in home if not is_heard(m)}
    if all(words_of(m.name) not in read for _, m in others):
        _move(others, home, groups)
        return home
    named = [m for m in home if words_of(m[1].name) == words and m[0] != BASE]
    return _move(named, home, groups)


def _move(
    some: list[Mentioned], home: list[Mentioned], groups: list[list[Mentioned]]
) -> list[Mentioned]:
    """Put some of a group in one of their own."""
    home[:] = [m for m in home if m not in some]
    groups.append(some)
    return some
