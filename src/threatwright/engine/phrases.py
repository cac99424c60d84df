"""Phrases over word stems: compiled once, found in sentences, the longest before its parts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Generic, NamedTuple, TypeVar

from threatwright.engine.text import Sentence, Token, stem, word_set
from threatwright.model.vocabulary import Cue

GAP = 6
"""The most words that an ellipsis in a phrase stands for."""

_RELATIVES = word_set("who which whose when where until so whether")
_COORDINATORS = word_set("and or")
_ARTICLES = word_set("a an the")
_LETTERS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

T = TypeVar("T")


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
        return tuple(map(starts, _parts(self.text)))

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
        return (not with_ or any(_occurs(p, tokens, stems) for p in with_)) and not any(
            _occurs(p, tokens, stems) for p in unless
        )

    @cached_property
    def _conditions(self) -> tuple[tuple[Phrase, ...], tuple[Phrase, ...]]:
        return _all_phrases(self.with_), _all_phrases(self.unless)


@lru_cache(maxsize=50_000)
def starts(part: str) -> frozenset[str]:
    """What a sentence must hold one of for a part of a phrase: groups, or stems of first words."""
    return frozenset(
        option if option[:1] == "@" else stem(option.removeprefix("=").partition("-")[0].lower())
        for option in part.split("|")
    )


def _parts(written: str) -> list[str]:
    return written.replace("…", " ").replace("...", " ").split()


def _telling(part: str) -> tuple[bool, int]:
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
    return [mark + word for word in _words(option)]


@lru_cache(maxsize=20_000)
def _words(option: str) -> list[str]:
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


class Groups:
    """Words that say the same: marks each token with the groups that it belongs to."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """Groups by name, each with its words; some are of several words ("no one").

        `=engine` is the word in this form alone, where another has the same stem ("engineer").
        """
        self._ending: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        for name, members in words.items():
            for member in members:
                written = _words(member)
                stems = tuple(stem(word.lower()) for word in written)
                form = written[-1].lower() if member.startswith("=") else ""
                self._ending.setdefault(stems[-1], []).append((stems, form, f"@{name}"))

    def marked(self, sentence: Sentence) -> Sentence:
        """The sentence with the groups of each token; of several words, on the last."""
        stems = [token.stem for token in sentence.tokens]
        tokens = tuple(
            self._in_groups(token, stems, at) if token.stem in self._ending else token
            for at, token in enumerate(sentence.tokens)
        )
        return replace(sentence, tokens=tokens)

    def _in_groups(self, token: Token, stems: Sequence[str], at: int) -> Token:
        fitting = [
            (len(words), group)
            for words, form, group in self._ending[token.stem]
            if tuple(stems[max(0, at + 1 - len(words)) : at + 1]) == words
            and form in ("", token.word)
        ]
        if not fitting:
            return token
        widths, groups = zip(*fitting, strict=True)
        return token._replace(groups=frozenset(groups), width=max(widths))


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
        for start in starts(min(_parts(written.text), key=_telling)):
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
                places = _places(entry.phrase, tokens, index)
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


def _occurs(phrase: Phrase, tokens: Sequence[Token], stems: frozenset[str]) -> bool:
    if not all(word.keys & stems for run in phrase for word in run):
        return False
    return any(_places(phrase, tokens, index) for index in range(len(tokens)))


def _places(phrase: Phrase, tokens: Sequence[Token], start: int) -> tuple[int, ...] | None:
    """Where the words of the phrase stand if it begins at start.

    A gap stays in its clause and in one that carries it on, and ends before "and a" next thing.
    """
    run, *rest = phrase
    if start + len(run) > len(tokens):
        return None
    here = tuple(range(start, start + len(run)))
    if tokens[here[0]].clause != tokens[here[-1]].clause or not all(
        word.fits(tokens[place]) for word, place in zip(run, here, strict=True)
    ):
        return None
    whole = _whole(run, here, tokens)
    if not rest:
        return whole
    for after in range(here[-1] + 1, min(here[-1] + 2 + GAP, len(tokens))):
        if tokens[after].clause != tokens[after - 1].clause and not _goes_on(tokens[after]):
            return None
        if tokens[after].word in _ARTICLES and tokens[after - 1].word in _COORDINATORS:
            return None
        if there := _places(tuple(rest), tokens, after):
            return tuple(dict.fromkeys(whole + there))
    return None


def _goes_on(token: Token) -> bool:
    """Whether a clause that begins here carries the one before it on: "checks who is calling"."""
    return not token.opener and token.word in _RELATIVES


def _whole(run: Sequence[Word], here: Sequence[int], tokens: Sequence[Token]) -> tuple[int, ...]:
    """The places with those of words that are of a group only together with the words before."""
    found: list[int] = []
    for word, place in zip(run, here, strict=True):
        token = tokens[place]
        by_group = token.width > 1 and not word.keys.isdisjoint(token.groups)
        found += range(place + 1 - token.width, place + 1) if by_group else (place,)
    return tuple(dict.fromkeys(found))


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
