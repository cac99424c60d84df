"""Who sends what to whom: two components that one sentence joins by a verb of movement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from threatwright.engine.text.sentences import (
    Prose,
    Sentence,
    Token,
    one_line,
    stem,
    word_set,
)
from threatwright.model.reading import Link
from threatwright.model.terms import Movement


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words.split())


_VERBS: dict[Movement, str] = {
    Movement.SEND: (
        "send sent upload write wrote written publish push stream log store save feed fed forward"
        " deliver post emit submit release deploy copy export insert append archive replicate"
        " transmit pass report"
    ),
    Movement.READ: (
        "read pull fetch retrieve download search poll consume collect ingest scrape crawl load"
        " import look"
    ),
    Movement.CALL: "call invoke request ask query access prompt contact",
}
USUALLY_CARRIED = {
    Movement.SEND: "content",
    Movement.READ: "content",
    Movement.CALL: "requests",
}
"""What goes along where no words say it."""
_TO = word_set("to into in onto at through via")
_FROM = word_set("from in at")
_BETWEEN = word_set(
    "then also can may will automatically directly first only always usually often nightly daily"
    " weekly continuously regularly now simply just"
)
_PASSIVE = word_set("is are was were be been being gets")
_NEGATION = word_set("not never no nobody cannot neither nor without")
_BEFORE_SUBJECT = word_set("of from to in on with for by at via into through")
_FARTHEST = 10
"""The most words between a verb and what it acts on."""


class Named(NamedTuple):
    """A mention in the sentence: token indexes and name."""

    first: int
    last: int
    name: str


def links(
    prose: Prose,
    sentence: Sentence,
    mentions: Sequence[Named],
    origin: str,
) -> Iterator[Link]:
    """The links of one sentence; a clause without a subject has the one of the clause before."""
    named = sorted(mentions)
    if len(named) < 2 or any(_denies(t) for t in sentence.tokens):
        return
    subject: Named | None = None
    seen = set()
    for place, movement in _verbs(sentence.tokens):
        acting = _subject(sentence.tokens, named, place)
        if acting is None and _begins_clause(sentence.tokens, place):
            acting = subject
        if acting is None:
            continue
        subject = acting
        target, gap = _target(sentence.tokens, named, place, movement)
        if target is None or target.name == acting.name or (acting.name, target.name) in seen:
            continue
        seen.add((acting.name, target.name))
        tokens = sentence.tokens
        carried = (
            prose.text[tokens[place + 1].start : tokens[gap - 1].end] if gap > place + 1 else ""
        )
        yield Link(
            source=acting.name,
            target=target.name,
            carries=_article_free(one_line(carried)) or USUALLY_CARRIED[movement],
            movement=movement,
            provenance=prose.provenance(
                sentence, origin, tokens[acting.first].start, tokens[target.last].end
            ),
        )


def _denies(token: Token) -> bool:
    return token.word in _NEGATION or token.word.endswith("n't")


def _verbs(tokens: Sequence[Token]) -> Iterator[tuple[int, Movement]]:
    for place, token in enumerate(tokens):
        for movement, stems in _STEMS.items():
            if token.stem in stems and not (place and tokens[place - 1].word in _PASSIVE):
                yield place, movement


def _subject(tokens: Sequence[Token], named: Sequence[Named], verb: int) -> Named | None:
    """The mention right before the verb, unless a preposition makes it something else."""
    for mention in named:
        between = tokens[mention.last + 1 : verb]
        is_close = mention.last < verb and len(between) <= 3
        if not is_close or tokens[mention.last].clause != tokens[verb].clause:
            continue
        before = {t.word for t in tokens[max(0, mention.first - 2) : mention.first]}
        if all(t.word in _BETWEEN for t in between) and not before & _BEFORE_SUBJECT:
            return mention
    return None


def _begins_clause(tokens: Sequence[Token], verb: int) -> bool:
    previous = tokens[verb - 1] if verb else None
    if previous is None:
        return False
    return previous.word in {"and", "then"} or previous.clause != tokens[verb].clause


def _target(
    tokens: Sequence[Token], named: Sequence[Named], verb: int, movement: Movement
) -> tuple[Named | None, int]:
    """What the verb moves content to or from, and the index where the words for the content end."""
    prepositions = _TO if movement is Movement.SEND else _FROM
    reach = [
        t
        for t in range(verb + 1, min(verb + 1 + _FARTHEST, len(tokens)))
        if tokens[t].clause == tokens[verb].clause
    ]
    for place in reach:
        if tokens[place].word in prepositions:
            after = next((m for m in named if place < m.first <= place + 4), None)
            if after:
                return after, place
    if movement is Movement.SEND:
        return None, verb
    direct = next((m for m in named if m.first in reach and m.first <= verb + 4), None)
    return direct, verb + 1


def _article_free(carried: str) -> str:
    first, _, rest = carried.partition(" ")
    return rest if first.lower() in {"a", "an", "the", "its", "their", "this", "these"} else carried


_STEMS = {movement: _stems(words) for movement, words in _VERBS.items()}
