"""What can be taken back of what people said, and the entries that take it back. Pure."""

from __future__ import annotations

from threatwright.engine.record.speaker import Speaker, head_of
from threatwright.engine.text.spoken import some
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Consented, Probed, Ruled
from threatwright.model.journal import JournalEntry, OfReview, Retracted, by_people, standing
from threatwright.model.said import Undo

OF_REVIEW = (OfReview, Consented, Probed, Ruled)
"""What counts whatever the system is drawn from later."""


def undoing(said: Undo, model: ThreatModel, speaker: Speaker) -> tuple[JournalEntry, ...]:
    """Retractions of inputs that still count and that the system still rests on.

    Raises InputError if there are none, or none of that number.
    """
    held = undoable(model)
    if not held:
        raise InputError("There is nothing to take back.", "Answer the question that stands.")
    gone = [entry for input_ in inputs(model)[-said.steps :] for entry in input_][::-1]
    if said.entry is not None:
        gone = [entry for entry in held if entry.n == said.entry]
        if not gone:
            raise InputError(
                f"There is no input {said.entry} that could be taken back.",
                f"Name one of {some([str(entry.n) for entry in held[::-1]])}.",
            )
    return tuple(
        Retracted(**head_of(model, speaker, index), entry=entry.n)
        for index, entry in enumerate(gone)
    )


def undoable(model: ThreatModel) -> tuple[JournalEntry, ...]:
    """The inputs that can be taken back: what came before a newer source is a part of that."""
    ground = max((source.after for source in model.sources), default=0)
    said = by_people(standing(model.journal))
    return tuple(e for e in said if e.n > ground or isinstance(e, OF_REVIEW))


def inputs(model: ThreatModel) -> tuple[tuple[JournalEntry, ...], ...]:
    """The same, input by input: what was decided at once is taken back at once."""
    found: dict[int, list[JournalEntry]] = {}
    for entry in undoable(model):
        found.setdefault(entry.first or entry.n, []).append(entry)
    return tuple(map(tuple, found.values()))
