"""Corrections of the drawing by hand: an element removed, renamed or added. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from threatwright.engine.text.spoken import Head, some, spoken, unsteered
from threatwright.errors import InputError
from threatwright.model.journal import Added, Changed, Connected, JournalEntry, Removed, Renamed
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Change, Connect, Correct
from threatwright.model.system import SYSTEM, Component, SystemModel
from threatwright.model.terms import ComponentKind


def corrected(
    said: Correct | Connect | Change, system: SystemModel, knowledge: Knowledge, head: Head
) -> JournalEntry:
    """The entry of what is drawn otherwise than it is. Raises InputError if it cannot be made."""
    match said:
        case Correct():
            return correction(said, system, knowledge, head)
        case Connect():
            return connection(said, system, head)
        case Change():
            return alteration(said, system, head)


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


def connection(said: Connect, system: SystemModel, head: Head) -> Connected:
    """The entry of a flow that is added. Raises InputError if it leads from or to nothing."""
    components = [component.id for component in system.components]
    need(said.source, components, "component")
    need(said.target, components, "component")
    if said.source == said.target:
        raise InputError("A flow leads from one component to another.", "Name two of them.")
    name = f"{said.source.rpartition('/')[2]}-to-{said.target.rpartition('/')[2]}"
    return Connected(
        **head,
        id=_new_id(name, system),
        source=said.source,
        target=said.target,
        carries=" ".join(spoken(said.carries).split()),
        movement=said.movement,
    )


def alteration(said: Change, system: SystemModel, head: Head) -> Changed:
    """The entry of an element that is another. Raises InputError if that cannot be so."""
    element = system.elements.get(said.element)
    need(said.element, list(system.elements))
    of_component, of_flow = (said.kind, said.boundary), (said.carries, said.movement)
    wrong, right = (
        (of_flow, of_component) if isinstance(element, Component) else (of_component, of_flow)
    )
    if any(wrong) or not any(right):
        raise InputError(
            f"That says nothing of {system.name_of(said.element)}.",
            "A component has a kind and a zone; a flow carries something, and moves one way.",
        )
    if said.boundary:
        need(said.boundary, list(system.own.zones), "zone")
    return Changed(
        **head,
        element=said.element,
        kind=said.kind,
        boundary=said.boundary,
        carries=" ".join(unsteered(said.carries).split()),
        movement=said.movement,
    )


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
