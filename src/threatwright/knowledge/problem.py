"""A thing in the knowledge that does not fit, and how it is told: file, line, field, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from threatwright.errors import KnowledgeError
from threatwright.knowledge.entries import Field, Place


class Problem(NamedTuple):
    """Something that does not fit with the rest."""

    kind: str
    """`pattern`, `mitigation`, `fact`, `archetype`, `claim`, `probe`, `component kind`, `risk`."""
    id: str
    text: str
    field: Field = ()
    other: tuple[str, str] | None = None
    """Kind and id of the entry that it does not fit with, where there is one."""

    def __str__(self) -> str:
        """The problem as a sentence without its end."""
        return f"{self.kind} {self.id}: {self.text}" if self.id else f"{self.kind}: {self.text}"


def refusal(
    wrong: Sequence[Problem], places: Mapping[tuple[str, str], Place], fix: str
) -> KnowledgeError:
    """The error that tells the first of the problems, where it stands, and how many more.

    What stands in none of the places does not fit because of what does: then that is named.
    """
    first = next((p for p in wrong if (p.kind, p.id) in places), wrong[0])
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    place = places.get((first.kind, first.id))
    if place is not None:
        return KnowledgeError(f"{place.of(first.field)}: {first}{more}.", fix)
    if first.other is not None and first.other in places:
        cause = " ".join(first.other)
        where = places[first.other].of()
        return KnowledgeError(f"{where}: {cause} no longer fits: {first}{more}.", fix)
    return KnowledgeError(f"knowledge: {first}{more}.", fix)
