"""Where the words of a phrase stand in a sentence, with gaps that stay in their clause."""

from __future__ import annotations

from collections.abc import Sequence

from threatwright.engine.text.phrase_notation import Phrase, Word
from threatwright.engine.text.sentences import Token, word_set

GAP = 6
"""The most words that an ellipsis in a phrase stands for."""

_RELATIVES = word_set("who which whose when where until so whether")
_COORDINATORS = word_set("and or")
_ARTICLES = word_set("a an the")


def occurs(phrase: Phrase, tokens: Sequence[Token], stems: frozenset[str]) -> bool:
    """Whether a phrase stands anywhere among the tokens, whose stems and groups are `stems`."""
    if not all(word.keys & stems for run in phrase for word in run):
        return False
    return any(places_of(phrase, tokens, index) for index in range(len(tokens)))


def places_of(phrase: Phrase, tokens: Sequence[Token], start: int) -> tuple[int, ...] | None:
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
        if there := places_of(tuple(rest), tokens, after):
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
