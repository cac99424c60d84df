"""Corrections of the drawing by hand: an element removed, renamed or added. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from threatwright.engine.spoken import Head, some, spoken
from threatwright.errors import InputError
from threatwright.model.journal import Added, JournalEntry, Removed, Renamed
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Correct
from threatwright.model.system import SYSTEM, SystemModel
from threatwright.model.terms import ComponentKind


def correction(
    said: Correct, system: SystemModel, knowledge: Knowledge, head: Head
) -> JournalEntry:
    """The entry of a correction. Raises InputError if it is not exactly one that can be made."""
    wanted = [said.remove is not None, said.rename is not None, said.add is not None]
    if sum(wanted) != 1:
        raise InputError(
            "A correction removes, renames or adds one element.", "Say one of the three at a time."
        )
    if said.remove is not None:
        need(said.remove, [*system.elements, *(a.id for a in system.assets)])
        return Removed(**head, element=said.remove)
    name = " ".join(spoken(said.name).split())
    if said.rename is not None:
        need(said.rename, [c.id for c in system.components])
        return Renamed(**head, element=said.rename, name=name)
    assert said.add is not None
    boundary = said.boundary or _usual_zone(said.add, system.own, knowledge)
    need(boundary, list(system.own.zones), "zone")
    return Added(**head, id=_new_id(name, system), name=name, kind=said.add, boundary=boundary)


def need(id_: str, known: Sequence[str], what: str = "element") -> None:
    """Raises InputError if there is no such element, zone or threat."""
    if id_ not in known:
        raise InputError(
            f"There is no {what} “{id_}” in the model.", f"Name one of {some(known) or 'none'}."
        )


def _usual_zone(kind: ComponentKind, system: SystemModel, knowledge: Knowledge) -> str:
    entry = knowledge.kind_entries.get(kind)
    usual = [zone.id for zone in system.boundaries if entry and zone.trust == entry.zone]
    return next(iter([*usual, *system.zones]), "")


def _new_id(name: str, system: SystemModel) -> str:
    """A readable id that nothing in the system has."""
    latin = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:60] or "element"
    groups = (system.boundaries, system.components, system.flows, system.assets, system.endpoints)
    taken_ids = {SYSTEM, *(member.id for group in groups for member in group)}
    number, found = 2, slug
    while found in taken_ids:
        number, found = number + 1, f"{slug}-{number}"
    return found
