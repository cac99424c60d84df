"""Which choice an answer comes to, where one was asked for and its words are in no phrase we know.

Said to anybody, words mean too much for that; said to a question, they mean one of its choices or
none. What is taken so is taken with doubt: it is shown, and no control is credited by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from threatwright.engine.reading.classifying import NEGATED, Scores, features
from threatwright.engine.text.sentences import Token, parse
from threatwright.model.vocabulary import FactEntry, FactKey

ANSWERS = -2.0
"""Log-odds of a choice that an answer is taken to state."""
NEAR = 6
"""An answer is about one of so many facts at most: those that it sounds most like."""

NAMED = 2
"""A choice is named by the words of its label, if they are so many; negations do not count."""


class Meant(NamedTuple):
    """The choice of a fact that an answer comes to."""

    fact: FactKey
    value: str
    is_named: bool
    """It was said in the words of the choice itself: there is no doubt."""


def meant_by(
    tokens: Sequence[Token], scores: Scores, asked: Sequence[FactEntry]
) -> Iterator[Meant]:
    """What a sentence states of the facts that were asked about, if it is clear.

    A choice that it names, word for word; else the likeliest of each fact that it sounds like.
    """
    words = frozenset(features(tokens))
    for fact in asked:
        named = _named(words, fact)
        if named is not None:
            yield Meant(fact.key, named, is_named=True)
            return
    near = scores.most_like(NEAR)
    for fact in asked:
        score = scores.of(fact.key)
        if fact.key not in near or score is None or score.log_odds < ANSWERS:
            continue
        if fact.choice(score.choice) is not None:
            yield Meant(fact.key, score.choice, is_named=False)


def _named(words: frozenset[str], fact: FactEntry) -> str | None:
    """The choice all of whose label's words stand in a sentence; none where two do."""
    found = []
    for choice in fact.choices:
        label = frozenset(features(t for s in parse(choice.label).sentences for t in s.tokens))
        if (
            len(label - {NEGATED}) >= NAMED
            and label <= words
            and (NEGATED in label) is (NEGATED in words)
        ):
            found.append(choice.value)
    return found[0] if len(found) == 1 else None
