"""What the texts of a record say of a component, sentence by sentence, and of the system at all.

A component is told the sentences that name it or what it holds, those that go on about it, and
what was answered about it. What a document says of nothing by name is said of the whole system.
Their lines are left out: a line that is put in above would change what is told of everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from threatwright.engine.reading.passages import Passage
from threatwright.engine.text.name_words import words_of
from threatwright.engine.text.sentences import Block, one_line, parse
from threatwright.model.brief import Saying
from threatwright.model.journal import Answered
from threatwright.model.system import Component, SystemModel

LONGEST_SAYING = 320
MOST_OF_IT = 2_000
"""Characters of the sentences about one component."""
MOST_OF_ALL = 1_000
"""Characters of the sentences about the system as a whole."""


class _Sentence(NamedTuple):
    saying: Saying
    words: frozenset[str]
    asked: str
    """The id of the element that it is an answer about."""
    names: frozenset[str]
    """Ids of components that it names, or that the sentence before it does where it names none."""
    is_of_all: bool


class Sayings:
    """The sentences of all texts, ready to be asked about components."""

    def __init__(self, passages: Iterable[Passage], system: SystemModel) -> None:
        names = [(c.id, frozenset(words_of(c.name))) for c in system.components]
        self._sentences = [s for p in passages for s in _sentences(p, names)]
        self.words = frozenset[str]().union(*(s.words for s in self._sentences))
        self._of_all = tuple(
            _bounded((s.saying for s in self._sentences if s.is_of_all), MOST_OF_ALL)
        )

    def about(self, component: Component, things: Sequence[str]) -> tuple[Saying, ...]:
        """What is said of a component, or of what it holds; then what is said of the system."""
        held = [wanted for name in things if (wanted := frozenset(words_of(name)))]
        found = (
            s.saying
            for s in self._sentences
            if component.id in s.names
            or s.asked == component.id
            or any(wanted <= s.words for wanted in held)
        )
        of_it = tuple(_bounded(found, MOST_OF_IT))
        return (*of_it, *(saying for saying in self._of_all if saying not in of_it))


def _sentences(
    passage: Passage, names: Sequence[tuple[str, frozenset[str]]]
) -> Iterator[_Sentence]:
    entry = passage.entry
    asked = entry.question.rpartition(".")[0] if isinstance(entry, Answered) else ""
    is_document = entry is None
    before = frozenset[str]()
    for text in _split(passage.text):
        words = frozenset(words_of(text))
        named = frozenset(id_ for id_, wanted in names if wanted and wanted <= words)
        at = passage.origin.partition(":")[2]
        yield _Sentence(
            Saying(at=at if is_document else f"answer {at}", words=text),
            words,
            asked,
            named or before,
            is_of_all=is_document and not named and not before,
        )
        before = named


@lru_cache(maxsize=512)
def _split(text: str) -> tuple[str, ...]:
    """The sentences that state something."""
    prose = parse(text)
    return tuple(
        one_line(prose.text[s.start : s.end])[:LONGEST_SAYING]
        for s in prose.sentences
        if s.block is Block.PROSE
    )


def _bounded(sayings: Iterable[Saying], most: int) -> Iterator[Saying]:
    for saying in dict.fromkeys(sayings):
        most -= len(saying.words)
        if most < 0:
            return
        yield saying
