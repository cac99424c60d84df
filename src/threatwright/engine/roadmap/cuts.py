"""A small set of mitigations that cuts all paths: a hitting set, chosen greedily.

The smallest set would be exponential work. Greedily, each choice is the one that cuts most of what
is left; the result is at most ln(paths) + 1 times as large as the smallest, and mostly as small.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from threatwright.engine.roadmap.attack_paths import attack_paths
from threatwright.model.attack import AttackPath, Attacks, Choice, Cut, CutSet
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Asset
from threatwright.model.terms import Effort, Sensitivity
from threatwright.uncollected import uncollected

ALL_PATHS = "All attack paths"
_EFFORTS = tuple(Effort)
_Place = tuple[str, str]
"""(mitigation, element)"""


@uncollected()
def attacks(model: ThreatModel, knowledge: Knowledge) -> Attacks:
    """All attack paths of a model, and what would cut those to each asset and all of them."""
    found = attack_paths(model, knowledge)
    efforts = {m.id: m.effort for m in knowledge.mitigations}
    by_asset: dict[str, list[AttackPath]] = {}
    for path in found.paths:
        for asset in path.assets:
            by_asset.setdefault(asset, []).append(path)
    sets = [
        cut_set(by_asset[asset.id], efforts, asset.id, asset.name)
        for asset in sorted(model.system.assets, key=_most_sensitive)
        if asset.id in by_asset
    ]
    if found.paths:
        sets.append(cut_set(found.paths, efforts, "", ALL_PATHS))
    return Attacks(paths=found.paths, further=found.further, cut_sets=tuple(sets))


def _most_sensitive(asset: Asset) -> tuple[int, str]:
    return (-tuple(Sensitivity).index(asset.sensitivity), asset.id)


def cut_set(
    paths: Sequence[AttackPath], efforts: Mapping[str, Effort], asset: str, name: str
) -> CutSet:
    """What would cut these paths. The same paths give the same set, in whatever order."""
    open_ = {path.id: path for path in paths if not path.cut_by}
    hit: dict[_Place, set[str]] = {}
    cut_of: dict[_Place, Cut] = {}
    for path in open_.values():
        for cut in path.could_cut:
            place = (cut.mitigation, cut.element)
            hit.setdefault(place, set()).add(path.id)
            cut_of[place] = cut
    chosen = _without_redundant(_greedy(hit, open_, efforts), hit)
    reached = set().union(*(hit[place] for place in chosen)) if chosen else set()
    return CutSet(
        asset=asset,
        name=name,
        paths=len(paths),
        cut=tuple(path.id for path in paths if path.cut_by),
        chosen=tuple(_explained(chosen, hit, cut_of, open_, efforts)),
        uncut=tuple(id_ for id_ in open_ if id_ not in reached),
    )


def _greedy(
    hit: Mapping[_Place, set[str]],
    paths: Mapping[str, AttackPath],
    efforts: Mapping[str, Effort],
) -> list[_Place]:
    """Places in the order in which they are chosen: most paths, most risk, least effort, id."""

    def rank(place: _Place, ids: Iterable[str]) -> tuple[int, int, int, _Place]:
        left = [paths[id_] for id_ in ids]
        return (-len(left), -sum(p.residual for p in left), _effort(place, efforts), place)

    chosen: list[_Place] = []
    done: set[str] = set()
    waiting = [rank(place, ids) for place, ids in hit.items()]
    heapq.heapify(waiting)
    while waiting:
        *_, place = first = heapq.heappop(waiting)
        now = rank(place, hit[place] - done)
        if now != first:  # others took some of its paths; it can only have fallen back
            if now[0]:
                heapq.heappush(waiting, now)
            continue
        chosen.append(place)
        done |= hit[place]
    return chosen


def _effort(place: _Place, efforts: Mapping[str, Effort]) -> int:
    effort = efforts.get(place[0])
    return _EFFORTS.index(effort) if effort else len(_EFFORTS)


def _without_redundant(chosen: Sequence[_Place], hit: Mapping[_Place, set[str]]) -> list[_Place]:
    """Without what the others came to cut as well, the first chosen looked at first."""
    times = Counter(chain.from_iterable(hit[place] for place in chosen))
    kept: list[_Place] = []
    for place in chosen:
        if all(times[id_] > 1 for id_ in hit[place]):
            times.subtract(hit[place])
        else:
            kept.append(place)
    return kept


def _explained(
    chosen: Sequence[_Place],
    hit: Mapping[_Place, set[str]],
    cut_of: Mapping[_Place, Cut],
    paths: Mapping[str, AttackPath],
    efforts: Mapping[str, Effort],
) -> Iterator[Choice]:
    order = {id_: n for n, id_ in enumerate(paths)}
    left = set(paths)
    for place in chosen:
        cuts = sorted(hit[place] & left, key=order.__getitem__)
        yield Choice(
            cut=cut_of[place],
            effort=efforts.get(place[0]),
            cuts=tuple(cuts),
            because=_because([paths[id_] for id_ in cuts], len(left)),
        )
        left.difference_update(cuts)


def _because(cuts: Sequence[AttackPath], left: int) -> str:
    threats = len({path.threat for path in cuts})
    ends = f"{threats} threats" if threats != 1 else "one threat"
    up_to = "up to " if threats != 1 else ""
    worst = max((path.residual for path in cuts), default=0)
    return f"cuts {len(cuts)} of {left} left: {ends}, residual risk {up_to}{worst}"
