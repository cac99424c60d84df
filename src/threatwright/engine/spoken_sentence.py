"""One sentence of a text: the names and statements found in it, and how it is said."""

from __future__ import annotations

from functools import cached_property

from threatwright.engine.lexicons import Lexicons, Statement
from threatwright.engine.phrases import Found, Span
from threatwright.engine.polarity import Grammar
from threatwright.engine.shared_names import SharedKind, SharedNames
from threatwright.engine.text import Prose, Sentence
from threatwright.model.facts import Provenance
from threatwright.model.vocabulary import FactKey


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
    def said_widely(self) -> list[Found[Statement]]:
        """What the sentence says in wide constructions."""
        return self.lexicons.said_widely(self.sentence, self.asked)

    def is_of_others(self, found: Span) -> bool:
        """Whether the words are a part of the name of something inherited."""
        names = (n for n in self.names if isinstance(n.meaning, SharedKind))
        return any(not set(name.places).isdisjoint(found.places) for name in names)

    def provenance(self, found: Span, origin: str) -> Provenance:
        """Where the words stand, and how they read."""
        tokens = self.sentence.tokens
        start, end = tokens[found.first].start, tokens[found.last].end
        return self.prose.provenance(self.sentence, origin, start, end)
