"""Which part of a system is meant: by its id, or by its name where only one is called so."""

from __future__ import annotations

from collections.abc import Iterable

from threatwright.engine.text.spoken import some
from threatwright.errors import InputError
from threatwright.model.system import SystemModel


def component_id(text: str, system: SystemModel) -> str:
    """The id of a component."""
    return _one(text, ((c.id, c.name) for c in system.components), "component")


def zone_id(text: str, system: SystemModel) -> str:
    """The id of a trust zone."""
    return _one(text, ((b.id, b.name) for b in system.boundaries), "zone")


def part_id(text: str, system: SystemModel) -> str:
    """The id of a component, a flow or an asset; a flow is called "A to B"."""
    elements = ((id_, system.name_of(id_)) for id_ in system.elements)
    return _one(text, (*elements, *((a.id, a.name) for a in system.assets)), "element")


def _one(text: str, parts: Iterable[tuple[str, str]], what: str) -> str:
    """Raises InputError if nothing is called so, or more than one is."""
    known = dict(parts)
    wanted = " ".join(text.split())
    if wanted in known:
        return wanted
    found = [id_ for id_, name in known.items() if name.casefold() == wanted.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"More than one {what} is called “{wanted}”.", f"Say {some(found)}.")
    raise InputError(
        f"There is no {what} “{wanted}” in the model.",
        f"Name one of {some(list(known)) or 'none'}.",
    )
