"""Reads phrases as vocabularies write them: alternatives, exact forms, groups and gaps."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from threatwright.engine.text.sentences import Token, stem

_LETTERS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Word(NamedTuple):
    """One word of a phrase: any of these stems, or exactly one of these forms."""

    stems: frozenset[str]
    forms: frozenset[str]
    keys: frozenset[str]
    """Stems, and groups as `@name`, of all tokens that can fit."""

    def fits(self, token: Token) -> bool:
        """Whether the token is this word."""
        return (
            token.stem in self.stems
            or token.word in self.forms
            or token.written in self.forms
            or not self.keys.isdisjoint(token.groups)
        )


Phrase = tuple[tuple[Word, ...], ...]
"""Runs of words; between two runs there may be a gap."""


@lru_cache(maxsize=50_000)
def starts(part: str) -> frozenset[str]:
    """What a sentence must hold one of for a part of a phrase: groups, or stems of first words."""
    return frozenset(
        option if option[:1] == "@" else stem(option.removeprefix("=").partition("-")[0].lower())
        for option in part.split("|")
    )


def parts_of(written: str) -> list[str]:
    """The parts of a phrase, each a word or alternatives; gaps are left out."""
    return written.replace("…", " ").replace("...", " ").split()


def telling(part: str) -> tuple[bool, int]:
    """How much a part of a phrase says, the most first: plain words, and few of them."""
    return "@" in part, part.count("|")


def phrases(written: str) -> list[Phrase]:
    """A phrase as vocabularies write it; see `Cue` for the notation."""
    runs = [[_alternatives(part) for part in run.split()] for run in re.split(r"…|\.\.\.", written)]
    choices = [
        [tuple(itertools.chain(*combination)) for combination in itertools.product(*run)]
        for run in runs
        if run
    ]
    return [tuple(combination) for combination in itertools.product(*choices)]


@lru_cache(maxsize=20_000)
def _alternatives(part: str) -> tuple[tuple[Word, ...], ...]:
    """The ways to say one part: single words are one together, "sign-up" is one of its own.

    A part that begins with `=` means each of its words in this form; `a|=b` only the second.
    """
    mark = "=" if part.startswith("=") else ""
    options = [
        [option] if option.startswith("@") else [mark * (word[0] != "=") + word for word in words]
        for option in part.split("|")
        if (words := _marked_words(option))
    ]
    single = [option[0] for option in options if len(option) == 1]
    longer = (tuple(_word((word,)) for word in option) for option in options if option[1:])
    return (*([(_word(single),)] if single else ()), *longer)


def _marked_words(option: str) -> list[str]:
    mark = "=" if option.startswith("=") else ""
    return [mark + word for word in words_of(option)]


@lru_cache(maxsize=20_000)
def words_of(option: str) -> list[str]:
    """The words of one alternative, without marks: "sign-up" has two."""
    return [found.group().replace("’", "'") for found in _LETTERS.finditer(option)]


def _word(options: Sequence[str]) -> Word:
    """One word of any of these: `=form`, `@group`, or any form of a plain word."""
    groups, forms, stems = set[str](), set[str](), set[str]()
    for option in options:
        if option[0] == "@":
            groups.add(option)
        elif option[0] == "=":
            forms.add(option[1:])
        else:
            stems.add(stem(option.lower()))
    keys = stems.union(groups, (stem(form.lower()) for form in forms))
    return Word(frozenset(stems), frozenset(forms), frozenset(keys))


def keys_of(tokens: Iterable[Token]) -> frozenset[str]:
    """The stems and groups that occur among the tokens."""
    return frozenset(key for token in tokens for key in (token.stem, *token.groups))
