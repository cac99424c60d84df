"""One sentence of a text: the names and statements found in it, and how it is said."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from threatwright.engine.reading.classifying import Scores
from threatwright.engine.reading.lexicons import Lexicons, Statement
from threatwright.engine.reading.shared_names import SharedKind, SharedNames
from threatwright.engine.text.phrases import Found, Span
from threatwright.engine.text.polarity import Grammar
from threatwright.engine.text.sentences import Prose, Sentence, stem
from threatwright.model.facts import Provenance
from threatwright.model.vocabulary import FactKey

LIKELY = 4
"""A sentence is taken to speak of so many facts at most: those that it sounds most like."""
HEARD = -2.5
"""And at these log-odds at least…"""
GATE_HEARD = 0.0
"""…of a gate, at more: other trades train, remember and fetch things, too."""

_IT = frozenset(map(stem, ("it", "this", "that", "he", "she")))
_ARTICLES = frozenset(("a", "an"))
_MORE = frozenset(
    stem(word)
    for word in (
        *("also", "another", "additional", "add", "besides"),
        *("built", "have", "has", "include", "run", "there", "use"),
    )
)


class SpokenSentence:
    """One sentence, with what was found in it and how it is said."""

    def __init__(
        self,
        prose: Prose,
        sentence: Sentence,
        lexicons: Lexicons,
        shared: SharedNames | None,
        asked: tuple[FactKey, ...] = (),
    ) -> None:
        self.prose = prose
        self.lexicons = lexicons
        self.asked = asked
        self.sentence = lexicons.groups.marked(sentence)
        names = lexicons.names.find(self.sentence)
        self.names = shared.among(names, self.sentence) if shared else names
        self.said = lexicons.statements.find(self.sentence)

    @cached_property
    def grammar(self) -> Grammar:
        """How the sentence is said; most have nothing in them that asks for it."""
        return Grammar(self.sentence)

    @cached_property
    def scores(self) -> Scores:
        """What its words say, whatever stands between them."""
        return self.lexicons.classifier.scores(self.sentence.tokens)

    @cached_property
    def said_widely(self) -> list[Found[Statement]]:
        """What the sentence says in wide constructions, about what it sounds like or was asked."""
        return self.lexicons.said_widely(self.sentence, {*self._sounds_like(), *self.asked})

    def _sounds_like(self) -> Iterator[FactKey]:
        for score in self.scores.ranked[:LIKELY]:
            fact = self.lexicons.facts.get(score.fact)
            if fact is not None and score.log_odds >= (GATE_HEARD if fact.is_gate else HEARD):
                yield fact.key

    @property
    def tells_of_more(self) -> bool:
        """Whether it says that there is something, that it is used, or what a thing is."""
        words = [t.stem for t in self.sentence.tokens if t.stem != "is"]
        return not _MORE.isdisjoint(words) or any(
            one in _IT and article in _ARTICLES for one, article in pairwise(words)
        )

    def is_of_others(self, found: Span) -> bool:
        """Whether the words are a part of the name of something inherited."""
        names = (n for n in self.names if isinstance(n.meaning, SharedKind))
        return any(not set(name.places).isdisjoint(found.places) for name in names)

    def provenance(self, found: Span, origin: str) -> Provenance:
        """Where the words stand, and how they read."""
        tokens = self.sentence.tokens
        start, end = tokens[found.first].start, tokens[found.last].end
        return self.prose.provenance(self.sentence, origin, start, end)
