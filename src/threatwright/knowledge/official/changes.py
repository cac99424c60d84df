"""Holds a release of ATLAS against the edition that ships: what changed from older to newer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from threatwright.knowledge.official.release import Release, Technique, order_of
from threatwright.model.base import Value
from threatwright.model.catalogue import Catalogue, ListName
from threatwright.model.knowledge import Knowledge


class Change(StrEnum):
    """What became of an entry from the older to the newer."""

    ADDED = "added"
    RENAMED = "renamed"
    MOVED = "moved"
    RETIRED = "retired"


class Changed(Value):
    """One entry that differs."""

    change: Change
    type: str
    """`tactic`, `technique` or `mitigation`."""
    id: str
    name: str
    """In the newer; of a retired entry, in the older."""
    before: str = ""
    """What it was called, or where it stood: under which parent, in which tactics."""
    after: str = ""
    """The same in the newer; of a retired entry the id that took its place, where it is known."""


class Comparison(Value):
    """All that differs."""

    shipped: str
    """The edition that threatwright ships."""
    synced: str
    earlier: str
    """The older of the two; the synced one if they are the same."""
    later: str
    changes: tuple[Changed, ...]
    edges_added: int
    """Techniques that a mitigation addresses only in the newer."""
    edges_removed: int


class _Told(NamedTuple):
    """What an edition tells of an entry."""

    type: str
    name: str
    full: str
    """With the name of the parent."""
    parent: str | None
    tactics: frozenset[str]


class _Edition(NamedTuple):
    told: Mapping[str, _Told]
    edges: frozenset[tuple[str, str]]


def compare(release: Release, knowledge: Knowledge) -> Comparison:
    """What was added, renamed, moved and retired between the two, in the order of ids."""
    catalogue = next(c for c in knowledge.catalogues if c.list is ListName.ATLAS)
    shipped, synced = _shipped(catalogue), _synced(release)
    is_newer = order_of(release.release) > order_of(catalogue.edition)
    earlier, later = (shipped, synced) if is_newer else (synced, shipped)
    names = (catalogue.edition, release.release)
    successors = {row.id: row.successor for row in knowledge.history if row.successor}
    return Comparison(
        shipped=catalogue.edition,
        synced=release.release,
        earlier=names[not is_newer],
        later=names[is_newer],
        changes=tuple(
            change
            for id_ in sorted(earlier.told.keys() | later.told.keys())
            for change in _changes(id_, earlier.told, later.told, successors)
        ),
        edges_added=len(later.edges - earlier.edges),
        edges_removed=len(earlier.edges - later.edges),
    )


def _shipped(catalogue: Catalogue) -> _Edition:
    entries = {entry.id: entry for entry in catalogue.entries}
    names = {id_: entry.name for id_, entry in entries.items()}
    told = {
        id_: _Told(
            type=entry.type,
            name=entry.name.removeprefix(f"{names[entry.parent]}: ")
            if entry.parent
            else entry.name,
            full=entry.name,
            parent=entry.parent,
            tactics=frozenset(entry.tactics),
        )
        for id_, entry in entries.items()
    }
    return _Edition(told, frozenset((e.id, t) for e in entries.values() for t in e.mitigates))


def _synced(release: Release) -> _Edition:
    told = {
        id_: _Told(
            type=type(found).__name__.lower(),
            name=found.name,
            full=release.full_name(id_),
            parent=found.parent if isinstance(found, Technique) else None,
            tactics=frozenset(found.tactics) if isinstance(found, Technique) else frozenset(),
        )
        for id_, found in release.objects.items()
    }
    edges = ((m.id, edge.technique) for m in release.mitigations for edge in m.techniques)
    return _Edition(told, frozenset(edges))


def _changes(
    id_: str,
    earlier: Mapping[str, _Told],
    later: Mapping[str, _Told],
    successors: Mapping[str, str],
) -> Iterator[Changed]:
    old, new = earlier.get(id_), later.get(id_)
    if old is None or new is None:
        told = new or old
        assert told is not None  # it is in one of them
        change = Change.ADDED if old is None else Change.RETIRED
        after = successors.get(id_, "") if new is None else ""
        yield Changed(change=change, type=told.type, id=id_, name=told.full, after=after)
        return

    def changed(change: Change, before: str, after: str) -> Changed:
        return Changed(
            change=change, type=new.type, id=id_, name=new.full, before=before, after=after
        )

    if old.name != new.name:
        yield changed(Change.RENAMED, old.name, new.name)
    before, after = _place(old, earlier), _place(new, later)
    if before != after:
        yield changed(Change.MOVED, before, after)


def _place(told: _Told, edition: Mapping[str, _Told]) -> str:
    """Where it stands. A sub-technique that only follows its parent stands under it."""
    parent = edition[told.parent] if told.parent else None
    tactics = () if parent and parent.tactics == told.tactics else sorted(told.tactics)
    return ", ".join((*((f"under {told.parent}",) if parent else ()), *tactics))
