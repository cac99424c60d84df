"""Reads all texts of a record: documents, what was told, free answers; each text once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from threatwright.engine.inheritance.merging import shared as shared_of
from threatwright.engine.reading.beside import Named, beside, named_in
from threatwright.engine.reading.passages import (
    Passage,
    heard_in,
    of_entry,
    of_source,
    read_anew,
)
from threatwright.engine.reading.prose import read
from threatwright.engine.reading.shared_names import Shared, shared_components
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered, JournalEntry, Source, Told, standing
from threatwright.model.knowledge import Knowledge
from threatwright.model.places import Places
from threatwright.model.reading import Reading
from threatwright.model.system import SystemModel
from threatwright.model.vocabulary import FactKey


class Readings(NamedTuple):
    """What was read in every text: without a model, and right after it what a model read there."""

    readings: list[Reading]
    """Of the documents, and of what was told outside a question."""
    replies: dict[int, tuple[Reading, ...]]
    """Of what was answered in free text, by the number of its entry."""


def read_texts(
    prose: Sequence[Source],
    entries: Sequence[JournalEntry],
    still: Sequence[JournalEntry],
    knowledge: Knowledge,
    shared: SystemModel | None,
) -> Readings:
    """What the texts say. `still` is the journal that stands, `entries` what of it counts here."""
    passages = _passages(prose, entries)
    read_there = _read_without_model(passages, knowledge, shared)
    heard = heard_in(still)
    named = named_in(read_there) if heard else {}
    both: list[tuple[Reading, ...]] = []
    for passage, one in zip(passages, read_there, strict=True):
        other = heard.get(passage.key) if heard else None
        if other is None:
            both.append((one,))
        else:
            better = {fact.key for fact in other.facts}  # a model reads what we surmise
            said = tuple(f for f in one.facts if not (f.surmised and f.key in better))
            told_as = one.model_copy(
                update={"purpose": other.purpose or one.purpose, "facts": said}
            )
            both.append((told_as, beside(other, one, named, knowledge)))
    found = Readings([], {})
    for passage, pair in zip(passages, both, strict=True):
        if isinstance(passage.entry, Answered):
            found.replies[passage.entry.n] = pair
        else:
            found.readings.extend(pair)
    return found


def _passages(prose: Sequence[Source], entries: Sequence[JournalEntry]) -> list[Passage]:
    return [
        *map(of_source, prose),
        *(of_entry(e) for e in entries if isinstance(e, Told)),
        *(of_entry(e) for e in entries if isinstance(e, Answered) and e.text),
    ]


def _read_without_model(
    passages: Sequence[Passage], knowledge: Knowledge, shared: SystemModel | None
) -> list[Reading]:
    names, held = shared_components(shared), _Held(knowledge)
    digest = knowledge.digest
    return [_read_once(p.text, p.origin, p.places, names, p.asked, digest, held) for p in passages]


def named_without_model(model: ThreatModel, knowledge: Knowledge) -> Named:
    """All that the texts of a model name, as they are read without a language model."""
    source, prose = read_anew(model.sources)
    entries = [e for e in standing(model.journal) if source is None or e.n > source.after]
    passages = _passages(prose, entries)
    return named_in(_read_without_model(passages, knowledge, shared_of(model.inherited)))


class _Held:
    """Carries the knowledge past the cache key, which its digest stands for."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)


@lru_cache(maxsize=512)
def _read_once(
    text: str,
    origin: str,
    places: Places,
    shared: Shared,
    asked: tuple[FactKey, ...],
    _digest: str,
    held: _Held,
) -> Reading:
    return read(text, origin, held.knowledge, places, shared, asked)
