"""What a session says once a language model has read a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threatwright.engine.reading.beside import differing
from threatwright.engine.reading.read_texts import named_without_model
from threatwright.engine.record.taken import taken
from threatwright.model.contributions import Heard
from threatwright.workflow.events import Drawn, Event
from threatwright.workflow.replies import drawn, is_corrected, new_conflicts, understood
from threatwright.workflow.state import Deps, Standing, State


def heard(
    state: State, entries: Sequence[Heard], before: Standing, after: Standing, deps: Deps
) -> Iterator[Event]:
    """What the model took from the texts, where it differs, and what it said without words."""
    found = taken(before.model, after.model, deps.knowledge)
    notes = [
        *([] if found else [state.note]),
        *_contradictions(before, after, deps),
        *_other_kinds(entries, after, deps),
        *_left_out(entries),
    ]
    note = " ".join(filter(None, notes))
    if found or note:
        yield understood(found, note, before, after, deps)
    yield from _drawn_anew(state, entries, before, after, deps)


def _drawn_anew(
    state: State, entries: Sequence[Heard], before: Standing, after: Standing, deps: Deps
) -> Iterator[Drawn]:
    """The drawing, if it was shown right before and has become another."""
    of_documents = any(entry.origin.startswith("document:") for entry in entries)
    is_other = before.model.system != after.model.system
    if (of_documents and is_other) or is_corrected(state, before, after, deps):
        yield drawn(after.model, deps)


def _contradictions(before: Standing, after: Standing, deps: Deps) -> Iterator[str]:
    names = new_conflicts(before, after, deps)
    if names:
        yield f"The language model reads it differently: {'; '.join(names)}."


def _other_kinds(entries: Sequence[Heard], now: Standing, deps: Deps) -> Iterator[str]:
    kinds, named = deps.knowledge.kind_entries, named_without_model(now.model, deps.knowledge)
    for entry in entries:
        for mention, kept in differing(entry.reading, named):
            other, ours = (kinds[kind].name.lower() for kind in (mention.kind, kept))
            yield (
                f"The language model takes “{mention.name}” for something else "
                f"({other}); it stays what it is ({ours})."
            )


def _left_out(entries: Sequence[Heard]) -> Iterator[str]:
    dropped = sum(entry.dropped for entry in entries)
    if dropped:
        parts = "1 part of its reply was" if dropped == 1 else f"{dropped} parts of its reply were"
        yield f"{parts} left out, as the text has no words for it."
