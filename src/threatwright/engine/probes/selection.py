"""Which probes try which threats of a model at a target, and what is not tried and why.

Nothing is passed over in silence: a threat at the target, or behind it, is tried or named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from threatwright.engine.probes.behind import Way, askers, behind, told, twin, way_to
from threatwright.engine.probes.needs import Missing, missing
from threatwright.model.canaries import CanaryKit
from threatwright.model.document import ThreatModel
from threatwright.model.probe_plan import LeftOut, PlannedThreat
from threatwright.model.probe_scope import ProbeScope, ProbeTarget
from threatwright.model.probes import ProbeEntry
from threatwright.model.terms import Status
from threatwright.model.threats import Threat

MOST_NAMED = 3


class Match(NamedTuple):
    """A probe, and the ids of the threats that it tries."""

    entry: ProbeEntry
    threats: tuple[str, ...]


class Selection(NamedTuple):
    """What is tried at a target, and what is not."""

    matches: tuple[Match, ...]
    threats: tuple[PlannedThreat, ...]
    """Those that are tried, in order of risk."""
    left_out: tuple[LeftOut, ...]


def selected(
    model: ThreatModel,
    target: ProbeTarget,
    scope: ProbeScope,
    entries: Sequence[ProbeEntry],
    kit: CanaryKit | None = None,
) -> Selection:
    """The probes for the threats at a target of the scope, and behind it."""
    ways = behind(target.element, model.system, target.answers_for)
    there = [(t, way) for t in model.threats if (way := _way(t, model, ways)) is not None]
    unclear = {t.id: why for t, _ in there if (why := _mistakable(t, model, ways))}
    wanted = {t.id: t for t, _ in there if _refusal(t) is None and t.id not in unclear}
    lacking: dict[str, Missing] = {}
    matches: list[Match] = []
    for entry in entries:
        threats = tuple(id_ for id_, t in wanted.items() if t.pattern in entry.tried)
        if not threats:
            continue
        if lack := missing(entry, target, scope, kit):
            lacking[entry.id] = lack
        else:
            matches.append(Match(entry, threats))
    tried = {id_ for match in matches for id_ in match.threats}
    planned = tuple(
        PlannedThreat(
            id=t.id, title=t.title, element=t.element, way=told(way, target.element, model.system)
        )
        for t, way in there
        if t.id in tried
    )
    left = [LeftOut(what=id_, because=m.because, fix=m.fix) for id_, m in lacking.items()]
    left += (
        _untried(t, entries, lacking, unclear.get(t.id)) for t, _ in there if t.id not in tried
    )
    left += _elsewhere(model, target, entries, {t.id for t, _ in there})
    return Selection(tuple(matches), planned, tuple(left))


def _way(threat: Threat, model: ThreatModel, ways: dict[str, Way]) -> Way | None:
    element = model.system.elements.get(threat.element)
    return way_to(element, ways) if element is not None else None


def _refusal(threat: Threat) -> Missing | None:
    """Why a threat is not tried whatever the probes."""
    if threat.inherited:
        return Missing(
            "it is inherited, and decided in its own file", "Probe it in the file that it is from."
        )
    if threat.status is Status.REJECTED:
        return Missing("it was rejected", "Reopen it: threatwright review FILE --reopen ID")
    return None


def _mistakable(threat: Threat, model: ThreatModel, ways: dict[str, Way]) -> Missing | None:
    """Why a hit would not say that it is this component, of several behind the endpoint."""
    if threat.element not in ways:
        return None  # a flow
    other = twin(threat.element, ways, model.system)
    if other is None:
        return None
    name = model.system.name_of(other)
    return Missing(
        f"a hit may be due to {name}, which is of the same kind and no farther",
        "If it is this one that the endpoint gets at, list it under `answers_for` of the target.",
    )


def _untried(
    threat: Threat,
    entries: Iterable[ProbeEntry],
    lacking: dict[str, Missing],
    unclear: Missing | None,
) -> LeftOut:
    if refusal := _refusal(threat):
        return LeftOut(what=threat.id, because=refusal.because, fix=refusal.fix)
    if threat.pattern is None:
        return LeftOut(
            what=threat.id, because="it follows from no pattern, and probes try what patterns say"
        )
    testing = [entry.id for entry in entries if threat.pattern in entry.tried]
    if not testing:
        return LeftOut(what=threat.id, because="no probe could show it from outside")
    if unclear is not None:
        return LeftOut(what=threat.id, because=unclear.because, fix=unclear.fix)
    more = f" and {len(testing) - MOST_NAMED} more" if len(testing) > MOST_NAMED else ""
    fixes = dict.fromkeys(lacking[id_].fix for id_ in testing)
    return LeftOut(
        what=threat.id,
        because=f"the probes of it are left out: {', '.join(testing[:MOST_NAMED])}{more}",
        fix=next(iter(fixes)) if len(fixes) == 1 else "See what each of them is without.",
    )


def _elsewhere(
    model: ThreatModel, target: ProbeTarget, entries: Iterable[ProbeEntry], there: set[str]
) -> Iterator[LeftOut]:
    """Threats that probes could show, at components which this endpoint does not ask."""
    testable = {pattern for entry in entries for pattern in entry.tried}
    name = model.system.name_of(target.element)
    asking = askers(target.element, model.system)
    of_whole = set(behind(target.element, model.system, asking))
    for threat in model.threats:
        if threat.id in there or threat.pattern not in testable or _refusal(threat):
            continue
        element = model.system.name_of(threat.element)
        yield LeftOut(
            what=threat.id,
            because=f"{element} is not behind {name} in the drawing",
            fix=_fix_of(threat.element, asking, of_whole),
        )


def _fix_of(element: str, asking: tuple[str, ...], of_whole: set[str]) -> str:
    """What would let a threat be tried that is elsewhere."""
    if element in of_whole:
        return (
            "If the endpoint is that of the whole, list what it answers for under `answers_for` of "
            f"the target: {', '.join(asking)}."
        )
    return "Name a component that asks it as the element of a target of its own."
