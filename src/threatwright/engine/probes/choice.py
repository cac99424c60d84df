"""What of the probes is wanted, where somebody names some: threats, families or probes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fnmatch import fnmatchcase

from threatwright.engine.probes.selection import Match, Selection
from threatwright.errors import InputError
from threatwright.model.probe_plan import LeftOut, ProbePlan


def chosen(selection: Selection, only: Sequence[str], without: Sequence[str]) -> Selection:
    """The selection with those alone that are named, and without others.

    A name is the id of a threat, a family or the id of a probe, and may hold `*`. Raises InputError
    if one fits nothing that could be tried.
    """
    for name in (*only, *without):
        if not any(_fits(name, each) for m in selection.matches for each in _names(m)):
            raise InputError(
                f"No threat, family or probe that can be tried here is called {name}.",
                "threatwright probe FILE --scope SCOPE --plan names them all.",
            )
    matches = tuple(kept for m in selection.matches if (kept := _kept(m, only, without)))
    tried = {threat for match in matches for threat in match.threats}
    gone = [t.id for t in selection.threats if t.id not in tried]
    return Selection(
        matches,
        tuple(threat for threat in selection.threats if threat.id in tried),
        (
            *selection.left_out,
            *(LeftOut(what=id_, because="it was not chosen for this run") for id_ in gone),
        ),
    )


def thinned(plan: ProbePlan, without: Collection[str]) -> ProbePlan:
    """A plan without some threats and families, each by its exact name, to see what is left."""
    kept = (
        probe.model_copy(update={"threats": tuple(t for t in probe.threats if t not in without)})
        for probe in plan.probes
        if probe.family not in without
    )
    probes = tuple(probe for probe in kept if probe.threats)
    tried = {threat for probe in probes for threat in probe.threats}
    threats = tuple(threat for threat in plan.threats if threat.id in tried)
    return plan.model_copy(update={"probes": probes, "threats": threats})


def _names(match: Match) -> Iterator[str]:
    yield from (match.entry.id, match.entry.family.value, *match.threats)


def _fits(name: str, other: str) -> bool:
    return fnmatchcase(other.lower(), name.lower())


def _kept(match: Match, only: Sequence[str], without: Sequence[str]) -> Match | None:
    """What is left of a probe: its threats that are wanted."""
    own = (match.entry.id, match.entry.family.value)

    def is_named(names: Sequence[str], threat: str) -> bool:
        return any(_fits(name, each) for name in names for each in (*own, threat))

    threats = tuple(
        threat
        for threat in match.threats
        if (not only or is_named(only, threat)) and not is_named(without, threat)
    )
    return Match(match.entry, threats) if threats else None
