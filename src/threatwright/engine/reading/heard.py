"""What a language model says that it read, held against the text: only what stands there is taken.

A part of a reply is taken if its quote occurs in the text, its names do too, and its fact is one
that such a component has. Whatever it takes, it takes in the words of the text, so that nothing
but these and the words of the vocabulary can get into a model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from threatwright.engine.reading.hearing import (
    OF,
    Reply,
    SaidComponent,
    SaidFlow,
    SaidNot,
    SaidOf,
)
from threatwright.engine.reading.links import USUALLY_CARRIED
from threatwright.engine.reading.passages import Passage
from threatwright.engine.text.name_words import words_of
from threatwright.engine.text.quotes import Span, Words
from threatwright.engine.text.sentences import (
    QUOTE_LENGTH,
    Block,
    one_line,
    parse,
    word_set,
)
from threatwright.model.facts import NO, YES, Provenance
from threatwright.model.journal import Answered
from threatwright.model.knowledge import Knowledge
from threatwright.model.reading import Denied, Link, Mention, Reading, SaidFact
from threatwright.model.system import SYSTEM, Component, SystemModel
from threatwright.model.terms import ComponentKind
from threatwright.model.vocabulary import FactEntry

T = TypeVar("T")
S = TypeVar("S")

LEAST_WORDS = 3
"""Fewer words say nothing by themselves, unless they name a choice or are a whole answer."""
MOST_NAME = 60
"""Characters of a name."""
MOST_QUOTE = 1_000
"""Characters of a quote: a longer one shows nothing."""

_NO_NAME = word_set("it they them we us you i he she this that these those system everything")
_ATTACKERS = word_set(
    "attacker adversary hacker thief fraudster criminal spammer scammer intruder burglar impostor"
)
_DENYING = re.compile(
    r"\b(?:no|not|none|never|nothing|nobody|neither|nor|without)\b|n['’]t\b", re.I
)


class Accepted(NamedTuple):
    """What of a reply was taken."""

    reading: Reading
    dropped: int
    """Parts of the reply that the text does not bear out."""


def accepted(reply: Reply, passage: Passage, system: SystemModel, knowledge: Knowledge) -> Accepted:
    """The reading that a reply comes to. `system` is what was known when the text was read."""
    return _Ear(passage, system, knowledge).accepted(reply)


class _Ear:
    """One text, to hold a reply against."""

    def __init__(self, passage: Passage, system: SystemModel, knowledge: Knowledge) -> None:
        self.origin, self.entry = passage.origin, passage.entry
        self.knowledge = knowledge
        self.prose = parse(passage.text, passage.places)
        self.words = Words(self.prose.text)
        self.asked = _asked(passage, system)
        self.mentions: dict[tuple[str, ...], Mention] = {}
        self.known = {words_of(c.name): c for c in system.components if c.provenance.is_stated}
        self.meant: dict[tuple[str, ...], Mention] = {}
        """Components that are known already, and that a fact or a flow is said to be about."""

    def accepted(self, reply: Reply) -> Accepted:
        kept = _Kept()
        named = kept.of(self._mention, reply.components)
        self.mentions = {words_of(mention.name): mention for mention in reversed(named)}
        facts = tuple(dict.fromkeys(kept.of(self._fact, reply.facts)))
        links = _first_of_each(kept.of(self._link, reply.flows), _ends)
        named += self.meant.values()
        reading = Reading(
            name=kept.words(self._written, reply.name),
            purpose=kept.words(self._purpose, reply.purpose),
            mentions=_first_of_each(named, lambda m: (m.kind, words_of(m.name))),
            facts=facts,
            links=links,
            denied=_first_of_each(kept.of(self._denied, reply.denied), lambda d: d.kind),
        )
        return Accepted(reading, kept.dropped)

    # --- words ---

    def _written(self, words: str) -> str | None:
        """The words as the text has them; None if it has not."""
        span = self.words.find(words) if len(words) <= MOST_NAME else None
        return self._at(span) if span else None

    def _purpose(self, words: str) -> str | None:
        span = self.words.find(words)
        return _shortened(self._at(span)) if span else None

    def _at(self, span: Span) -> str:
        return re.sub(r"[*`]", "", one_line(self.prose.text[slice(*span)]))

    def _quoted(self, quote: str) -> Span | None:
        return self.words.find(quote) if len(quote) <= MOST_QUOTE else None

    def _provenance(self, span: Span) -> Provenance:
        place = f":{self.prose.place(span[0])}" if self.entry is None else ""
        return Provenance(source=f"llm:{self.origin}{place}", quote=_shortened(self._at(span)))

    def _sentence(self, span: Span) -> int:
        """The index of the sentence that a span begins in."""
        return next((s.index for s in self.prose.sentences if span[0] < s.end), 0)

    def _around(self, span: Span) -> str:
        """The sentences of a span and the one before: what “it” there means stands in these."""
        last = self._sentence((span[1] - 1, span[1]))
        near = self.prose.sentences[max(0, self._sentence(span) - 1) : last + 1]
        return self.prose.text[near[0].start : near[-1].end] if near else ""

    def _states(self, span: Span) -> bool:
        """Whether it stands in a sentence that states something: in no heading, and no question."""
        found = [s for s in self.prose.sentences if s.start < span[1] and span[0] < s.end]
        return any(s.block is not Block.HEADING and not s.is_question for s in found)

    # --- parts of a reply ---

    def _mention(self, said: SaidComponent) -> Mention | None:
        span, name = self._quoted(said.quote), self._written(said.name)
        if span is None or name is None or not set(words_of(name)) - _NO_NAME:
            return None
        if said.kind == ComponentKind.PERSON and not _ATTACKERS.isdisjoint(words_of(name)):
            return None
        return Mention(
            kind=ComponentKind(said.kind),
            name=name[:1].upper() + name[1:],
            sentence=self._sentence(span),
            provenance=self._provenance(span),
        )

    def _fact(self, said: SaidOf) -> SaidFact | None:
        key, _, value = said.fact.partition(OF)
        fact, span = self.knowledge.fact_entries.get(key), self._quoted(said.quote)
        if fact is None or fact.choice(value) is None or span is None or not self._states(span):
            return None
        near = self._carriers(said.about, fact, span)
        if near is None or not self._bears(self._at(span), fact, value):
            return None
        return SaidFact(
            key=key,
            value=value,
            sentence=self._sentence(span),
            near=near,
            hedged=said.hedged,
            provenance=self._provenance(span),
        )

    def _carriers(self, about: str, fact: FactEntry, span: Span) -> tuple[str, ...] | None:
        """The name of what a fact is about; empty for the system and for what was asked about."""
        if fact.on != "component":
            return () if fact.on == SYSTEM else None
        mention = self._part(about, span)
        if mention is None or (self.asked and self._is_asked(mention, self.asked)):
            is_it = mention is not None or (self.asked and self._may_be_asked(about))
            return () if is_it and self.asked and self.asked.kind in fact.applies_to else None
        return (mention.name,) if mention.kind in fact.applies_to else None

    def _part(self, name: str, span: Span) -> Mention | None:
        """The component of a name: one that the text names, or one that is known already."""
        words = words_of(name)
        known = self.known.get(words)
        if words in self.mentions or known is None or known == self.asked:
            return self.mentions.get(words)
        return self.meant.setdefault(
            words,
            Mention(
                kind=known.kind,
                name=known.name,
                sentence=self._sentence(span),
                provenance=self._provenance(span),
            ),
        )

    def _may_be_asked(self, about: str) -> bool:
        """Whether a name that nothing has is another word for what was asked about."""
        assert self.asked is not None
        kind = self.knowledge.kind_entries[self.asked.kind].name
        words = set(words_of(about)) - _NO_NAME
        return about == self.asked.id or words <= {*words_of(self.asked.name), *words_of(kind)}

    def _is_asked(self, mention: Mention, asked: Component) -> bool:
        """Whether a component that an answer names is the one that was asked about."""
        if mention.kind is not asked.kind:
            return False
        alike = [m for m in self.mentions.values() if m.kind is asked.kind]
        named, known = set(words_of(mention.name)), set(words_of(asked.name))
        return len(alike) == 1 or named <= known or known <= named

    def _bears(self, quote: str, fact: FactEntry, value: str) -> bool:
        """Whether a quote can say a fact at all."""
        words = words_of(quote)
        if len(words) >= LEAST_WORDS:
            return True
        if isinstance(self.entry, Answered) and words == words_of(self.prose.text):
            asked = (self.entry.question, *self.entry.also)
            return fact.key in {id_.rpartition(".")[2] for id_ in asked}
        return value not in (YES, NO) and not set(words).isdisjoint(_words_for(fact, value))

    def _link(self, said: SaidFlow) -> Link | None:
        span = self._quoted(said.quote)
        if span is None:
            return None
        source, target = self._part(said.source, span), self._part(said.target, span)
        if source is None or target is None or source is target:
            return None
        named = {*words_of(source.name), *words_of(target.name)}
        if named.isdisjoint(words_of(self._around(span))):
            return None
        return Link(
            source=source.name,
            target=target.name,
            carries=self._written(said.carries) or USUALLY_CARRIED[said.movement],
            movement=said.movement,
            provenance=self._provenance(span),
        )

    def _denied(self, said: SaidNot) -> Denied | None:
        span = self._quoted(said.quote)
        kind = ComponentKind(said.kind)
        is_named = any(mention.kind is kind for mention in self.mentions.values())
        if span is None or is_named or not _DENYING.search(self._at(span)):
            return None
        return Denied(kind=kind, provenance=self._provenance(span))


class _Kept:
    """Counts what is not taken."""

    def __init__(self) -> None:
        self.dropped = 0

    def of(self, take: Callable[[S], T | None], parts: Iterable[S]) -> list[T]:
        found = [take(part) for part in parts]
        self.dropped += found.count(None)
        return [part for part in found if part is not None]

    def words(self, take: Callable[[str], str | None], words: str) -> str:
        return next(iter(self.of(take, [words] if words.strip() else [])), "")


def _asked(passage: Passage, system: SystemModel) -> Component | None:
    """The component that an answer was asked about."""
    if not isinstance(passage.entry, Answered):
        return None
    found = system.elements.get(passage.entry.question.rpartition(".")[0])
    return found if isinstance(found, Component) else None


def _words_for(fact: FactEntry, value: str) -> set[str]:
    choice = fact.choice(value)
    if choice is None:
        return set()
    phrases = [phrase for cue in choice.cues for phrase in cue.words]
    return {word for text in (value, choice.label, *phrases) for word in words_of(text)}


def _shortened(words: str) -> str:
    if len(words) <= QUOTE_LENGTH:
        return words
    return words[:QUOTE_LENGTH].rsplit(" ", 1)[0] + "…"


def _ends(link: Link) -> tuple[str, str]:
    return link.source, link.target


def _first_of_each(parts: Iterable[T], key: Callable[[T], object]) -> tuple[T, ...]:
    found: dict[object, T] = {}
    for part in parts:
        found.setdefault(key(part), part)
    return tuple(found.values())
