"""The assets that the archetypes bring to a composed system, and what holds each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from threatwright.engine.composing.archetypes import Call, Join
from threatwright.engine.reading.parts import Ids, PartId
from threatwright.model.archetypes import FragmentAsset
from threatwright.model.facts import Provenance
from threatwright.model.reading import Reading
from threatwright.model.system import Asset
from threatwright.model.terms import Sensitivity


def assets(
    joins: Sequence[Join], readings: Sequence[Reading], kept: set[PartId], ids: Ids
) -> tuple[Asset, ...]:
    """The assets of all fragments, one of each id; those with words only where they were read."""
    read: dict[str, Provenance] = {}
    for reading in readings:
        for id_, provenance in reading.assets.items():
            read.setdefault(id_, provenance)
    found: dict[str, list[tuple[Call, FragmentAsset, tuple[PartId, ...]]]] = defaultdict(list)
    for call in {j.call.archetype.id: j.call for j in joins}.values():
        for asset in call.archetype.assets:
            holders = tuple(
                dict.fromkeys(
                    part
                    for j in joins
                    if j.call is call and j.component.id in asset.held_by
                    for part in j.parts
                    if part in kept
                )
            )
            if asset.id in read or (holders and not asset.cues):
                found[asset.id].append((call, asset, holders))
    return tuple(_asset(id_, alike, read.get(id_), ids) for id_, alike in found.items())


def _asset(
    id_: str,
    alike: Sequence[tuple[Call, FragmentAsset, tuple[PartId, ...]]],
    read: Provenance | None,
    ids: Ids,
) -> Asset:
    call, first, _ = alike[0]
    order = list(Sensitivity)
    return Asset(
        id=ids.new(id_, "asset"),
        name=first.name,
        sensitivity=max((asset.sensitivity for _, asset, _ in alike), key=order.index),
        held_by=tuple(dict.fromkeys(part for _, _, holders in alike for part in holders)),
        provenance=read or call.provenance,
    )
