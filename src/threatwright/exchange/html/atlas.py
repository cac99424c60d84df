"""The techniques of ATLAS that threats cite, in the columns of its tactics."""

from __future__ import annotations

from typing import NamedTuple

from threatwright.exchange.report.content import Content
from threatwright.model.catalogue import Catalogue, Entry, ListName
from threatwright.model.threats import Threat


class Cited(NamedTuple):
    """A technique and the threats that name it, as their harm or as a step on their path."""

    id: str
    name: str
    threats: tuple[Threat, ...]


class Tactic(NamedTuple):
    """A column."""

    id: str
    name: str
    techniques: tuple[Cited, ...]
    """Those that most threats name first."""


class HeatMap(NamedTuple):
    """All columns, in the order of the catalogue."""

    edition: str
    tactics: tuple[Tactic, ...]
    most: int
    """The most threats that name one technique."""


def heat_map(content: Content) -> HeatMap | None:
    """The map; None if no threat names a technique, or that edition is not at hand."""
    catalogue = _catalogue(content)
    cited = _cited(content)
    if catalogue is None or not cited:
        return None
    entries = {entry.id: entry for entry in catalogue.entries}
    columns: dict[str, list[Cited]] = {e.id: [] for e in catalogue.entries if e.type == "tactic"}
    for id_, threats in cited.items():
        entry = entries.get(id_)
        for tactic in _tactics(entry, entries):
            name = entry.name if entry else id_
            columns[tactic].append(Cited(id_, name, tuple(threats)))
    return HeatMap(
        edition=catalogue.edition,
        tactics=tuple(
            Tactic(id_, entries[id_].name, tuple(sorted(found, key=_most_first)))
            for id_, found in columns.items()
        ),
        most=max(map(len, cited.values())),
    )


def _catalogue(content: Content) -> Catalogue | None:
    used = content.model.derived.editions.get(ListName.ATLAS)
    found = [c for c in content.knowledge.catalogues if c.list is ListName.ATLAS]
    return next((c for c in found if c.edition == used), found[-1] if found else None)


def _cited(content: Content) -> dict[str, list[Threat]]:
    found: dict[str, list[Threat]] = {}
    for threat in content.standing:
        steps = (step.technique for step in threat.attack_path if step.technique)
        ids = {r.id: None for r in (*threat.references, *steps) if r.list is ListName.ATLAS}
        for id_ in ids:
            found.setdefault(id_, []).append(threat)
    return found


def _tactics(entry: Entry | None, entries: dict[str, Entry]) -> tuple[str, ...]:
    """The tactics of a technique; of a part of one that names none, those of the whole."""
    if entry is None:
        return ()
    whole = entries.get(entry.parent or "")
    return entry.tactics or (whole.tactics if whole else ())


def _most_first(cited: Cited) -> tuple[int, str]:
    return -len(cited.threats), cited.id
