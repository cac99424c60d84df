"""Whether a stored reference is one of the catalogues at hand, as they name it today."""

from __future__ import annotations

from threatwright.model.catalogue import Reference
from threatwright.model.knowledge import Knowledge


def outdated(reference: Reference, knowledge: Knowledge) -> str:
    """What is wrong with a reference, with what should stand there; empty if nothing is."""
    cited = f"{reference.id} “{reference.name}” ({reference.list} {reference.edition})"
    held = knowledge.entries.get((reference.list, reference.edition, reference.id))
    if held is not None:
        return "" if held.name == reference.name else f"{cited} is called “{held.name}”"
    newest = knowledge.editions.get(reference.list)
    if newest is None:
        return f"{cited}: there is no such catalogue at hand"
    entry = knowledge.entries.get((reference.list, newest, reference.id))
    if entry is not None and reference.edition != newest:
        name = "" if entry.name == reference.name else f", where it is “{entry.name}”"
        return f"{cited} is of another edition than {newest}{name}"
    row = next((r for r in knowledge.history if r.id == reference.id and r.kind == "retired"), None)
    if row is not None:
        instead = f"; {row.successor} took its place" if row.successor else ""
        return f"{cited} was retired in {row.release}{instead}"
    return f"{cited} is in no edition at hand"
