"""Phrases over word stems: compiled once, found in sentences, the longest before its parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from threatwright.engine.text.phrase_notation import (
    Phrase,
    keys_of,
    parts_of,
    phrases,
    starts,
    telling,
)
from threatwright.engine.text.phrase_places import occurs, places_of
from threatwright.engine.text.sentences import Sentence, Token
from threatwright.model.vocabulary import Cue

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a phrase stands in a sentence."""

    places: tuple[int, ...]
    """Indexes of its own words among the sentence's tokens; a gap's are not among them."""

    @property
    def first(self) -> int:
        """Index of its first word."""
        return self.places[0]

    @property
    def last(self) -> int:
        """Index of its last word."""
        return self.places[-1]


@dataclass(frozen=True, slots=True)
class Found(Span, Generic[T]):
    """A phrase that was found, and what it means."""

    meaning: T
    owner: str
    """The vocabulary entry that it stands under."""
    is_proper: bool
    text: str
    """The phrase as the vocabulary has it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Entry(Generic[T]):
    needs: tuple[frozenset[str], ...]
    """For each of its words, the stems of which one must occur; spares most of the looking."""
    phrase: Phrase
    written: _Written[T]


@dataclass(frozen=True, eq=False)
class _Written(Generic[T]):
    """A phrase as the vocabulary has it. Most are never looked for, so it is taken apart late."""

    text: str
    owner: str
    meaning: T
    with_: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    @cached_property
    def beginnings(self) -> tuple[frozenset[str], ...]:
        """For each of its parts, what a sentence must hold one of: spares taking it apart."""
        return tuple(map(starts, parts_of(self.text)))

    @cached_property
    def entries(self) -> tuple[_Entry[T], ...]:
        """The ways to say it."""
        return tuple(
            _Entry(tuple(word.keys for run in phrase for word in run), phrase, self)
            for phrase in phrases(self.text)
        )

    @cached_property
    def is_proper(self) -> bool:
        """Whether it holds a proper name. An acronym in exact form ("=LLM") is none."""
        return any(
            part != part.lower() and not (part.startswith("=") and part.rstrip("s").isupper())
            for part in self.text.split()
        )

    def holds(self, tokens: Sequence[Token], stems: frozenset[str]) -> bool:
        """Whether what must stand beside it does, and what must not does not."""
        with_, unless = self._conditions
        return (not with_ or any(occurs(p, tokens, stems) for p in with_)) and not any(
            occurs(p, tokens, stems) for p in unless
        )

    @cached_property
    def _conditions(self) -> tuple[tuple[Phrase, ...], tuple[Phrase, ...]]:
        return _all_phrases(self.with_), _all_phrases(self.unless)


class Lexicon(Generic[T]):
    """Cues and what they mean, ready to be looked for."""

    def __init__(
        self,
        cues: Iterable[tuple[Cue, str, T]],
        unrelated: Iterable[tuple[str, str]] = (),
        *,
        of_names: bool = False,
    ) -> None:
        """Cues with owner and meaning; phrases that mean nothing, with whom they are kept from.

        Names compete with those of all owners for their words, statements only with their own.
        """
        self._of_names = of_names
        self._by_start: dict[str, list[_Written[T | None]]] = {}
        # By a part of each phrase, so that most phrases are not even looked at.
        for cue, owner, meaning in cues:
            for written in cue.words:
                self._add(_Written(written, owner, meaning, cue.with_, cue.unless))
        for written, owner in unrelated:
            self._add(_Written(written, owner, None))

    def _add(self, written: _Written[T | None]) -> None:
        for start in starts(min(parts_of(written.text), key=telling)):
            self._by_start.setdefault(start, []).append(written)

    def find(self, sentence: Sentence) -> list[Found[T]]:
        """Every phrase of the sentence whose words no better one takes, in order."""
        tokens = sentence.tokens
        stems = keys_of(tokens)
        possible = self._possible(tokens, stems)
        found: list[Found[T | None]] = []
        for index, token in enumerate(tokens):
            here = dict.fromkeys(
                entry
                for key in (token.stem, *sorted(token.groups))
                for entry in possible.get(key, ())
            )
            for entry in here:
                places = places_of(entry.phrase, tokens, index)
                one = entry.written
                if places and one.holds(tokens, stems):
                    found.append(Found(places, one.meaning, one.owner, one.is_proper, one.text))
        return _longest(found, of_names=self._of_names)

    def _possible(
        self, tokens: Sequence[Token], stems: frozenset[str]
    ) -> dict[str, list[_Entry[T | None]]]:
        """The phrases all of whose words occur somewhere, by what their first word can be."""
        written = dict.fromkeys(one for key in sorted(stems) for one in self._by_start.get(key, ()))
        possible: dict[str, list[_Entry[T | None]]] = {}
        for one in written:
            if any(stems.isdisjoint(part) for part in one.beginnings):
                continue
            for entry in one.entries:
                if not any(stems.isdisjoint(need) for need in entry.needs):
                    for key in entry.needs[0] & stems:
                        possible.setdefault(key, []).append(entry)
        return possible


def _all_phrases(written: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(phrase for text in written for phrase in phrases(text))


def _longest(found: Sequence[Found[T | None]], *, of_names: bool) -> list[Found[T]]:
    at: dict[int, list[int]] = {}
    for rank, one in enumerate(found):
        for place in one.places:
            at.setdefault(place, []).append(rank)
    kept: list[Found[T]] = []
    for rank, one in enumerate(found):
        rivals = {other for place in one.places for other in at[place]} - {rank}
        if one.meaning is not None and not any(
            _loses(one, found[other], is_first=rank < other, of_names=of_names) for other in rivals
        ):
            kept.append(Found(one.places, one.meaning, one.owner, one.is_proper, one.text))
    return kept


def _loses(one: Found[T | None], other: Found[T | None], *, is_first: bool, of_names: bool) -> bool:
    """Whether the phrase gives way to one that shares words with it.

    Of two overlapping names the later has the head noun: a "data model registry" is a registry.
    """
    if other.meaning is None:
        is_head = of_names and one.first > other.first and one.last > other.last
        return one.owner == other.owner and not is_head
    if not of_names:
        return one.owner == other.owner and set(one.places) < set(other.places)
    if one.places == other.places:
        return not is_first
    is_modifier = one.first < other.first and one.last < other.last
    return is_modifier or set(one.places) < set(other.places)
