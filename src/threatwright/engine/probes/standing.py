"""Which findings of a journal still stand: the last that said anything, while nothing has changed.

What says nothing (inconclusive, suspected until somebody rules on it) takes nothing back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from threatwright.engine.probes.probing import API, AUTHORITY, PERMISSION
from threatwright.model.findings import Finding, Probed, Ruled, Tried
from threatwright.model.journal import JournalEntry, standing
from threatwright.model.probes import Family
from threatwright.model.system import SystemModel

ABOUT_PROBING = frozenset({PERMISSION, AUTHORITY, API})
"""Facts that are no part of what an endpoint is."""
CLEARING = (Tried.NOT_OBSERVED, Tried.BLOCKED)


class StandingFinding(NamedTuple):
    """What a run found about a threat, as it counts now."""

    finding: Finding
    probed: Probed
    verdict: Tried
    """That of the run, or what somebody ruled."""
    ruled: Ruled | None = None
    lapsed: str = ""
    """Why it does not count any more; empty while it does."""

    @property
    def n(self) -> int:
        """The number of the entry that made it what it is."""
        return self.ruled.n if self.ruled else self.probed.n

    @property
    def families(self) -> frozenset[Family]:
        """Those that were tried."""
        tried = {one.family for one in self.finding.families if one.payloads}
        return frozenset(tried | {one.family for one in self.finding.measured if one.family})

    @property
    def hitting(self) -> frozenset[Family]:
        """Those that hit, or made it suspect."""
        hit = {one.family for one in self.finding.families if one.hits or one.suspected}
        above = {one.family for one in self.finding.measured if one.family and one.is_above}
        return frozenset(hit | above)


def standing_findings(
    journal: Sequence[JournalEntry], system: SystemModel
) -> dict[str, tuple[StandingFinding, ...]]:
    """Threat → what stands of it, at each endpoint that it was tried at.

    There it is the last that was conclusive, and a suspicion since; else the last of all.
    """
    entries = standing(tuple(journal))
    runs = [entry for entry in entries if isinstance(entry, Probed)]
    rulings = {(e.run, e.threat): e for e in entries if isinstance(e, Ruled)}
    held: dict[tuple[str, str, str], list[StandingFinding]] = {}
    for probed in runs:
        for finding in probed.findings:
            now = _ruled(finding, probed, rulings.get((probed.run, finding.threat)))
            key = (finding.threat, probed.element, probed.origin)
            held[key] = _with(now, held.get(key, []))
    answered = [run for run in runs if run.fingerprint]  # else it is not known what it was
    last = {(run.element, run.origin): run for run in answered}
    found: dict[str, tuple[StandingFinding, ...]] = {}
    for (threat, element, origin), ones in held.items():
        last_there = last.get((element, origin))
        told = (o._replace(lapsed=_lapsed(o, last_there, system)) for o in ones)
        found[threat] = (*found.get(threat, ()), *told)
    return found


def known_of(element: str, system: SystemModel) -> tuple[str, ...]:
    """What is stated of a component, as `ELEMENT.KEY=VALUE`, in order: what a run keeps of it."""
    found = next((c for c in system.components if c.id == element), None)
    if found is None:
        return ()
    return tuple(
        f"{element}.{key}={fact.value}"
        for key, fact in sorted(found.facts.items())
        if fact.is_stated and key not in ABOUT_PROBING
    )


def _ruled(finding: Finding, probed: Probed, ruled: Ruled | None) -> StandingFinding:
    verdict = finding.verdict
    if ruled is None or verdict not in (Tried.SUSPECTED, Tried.CONFIRMED):
        return StandingFinding(finding, probed, verdict)
    now = Tried.CONFIRMED if ruled.is_confirmed else Tried.INCONCLUSIVE
    return StandingFinding(finding, probed, now, ruled)


def _with(now: StandingFinding, held: list[StandingFinding]) -> list[StandingFinding]:
    """What stands at an endpoint, with a later finding."""
    kept = [before for before in held if not _takes_place(now, before)]
    is_known = any(before.verdict is Tried.CONFIRMED for before in kept)
    says_nothing = now.verdict is Tried.INCONCLUSIVE and bool(kept)
    return kept if is_known or says_nothing else [*kept, now]


def _takes_place(now: StandingFinding, before: StandingFinding) -> bool:
    """Whether a later finding counts in place of an earlier one at the same endpoint."""
    match now.verdict:
        case Tried.CONFIRMED:
            return True
        case Tried.NOT_OBSERVED | Tried.BLOCKED:
            # What was seen is cleared only by trying again what showed it.
            was_seen = before.verdict in (Tried.CONFIRMED, Tried.SUSPECTED)
            return not was_seen or before.hitting <= now.families
        case Tried.SUSPECTED:
            return before.verdict in (Tried.SUSPECTED, Tried.INCONCLUSIVE)
        case Tried.INCONCLUSIVE:
            return before.verdict is Tried.INCONCLUSIVE


def _lapsed(one: StandingFinding, last: Probed | None, system: SystemModel) -> str:
    """A confirmation stays until what showed it is tried again; all else is of one endpoint."""
    if one.verdict not in CLEARING:
        return ""
    if last is not None and last.fingerprint != one.probed.fingerprint:
        return f"the endpoint is another since the run {last.run}"
    changed = list(_changed(one.probed, system))
    return f"what is known of it changed: {', '.join(changed)}" if changed else ""


def _changed(probed: Probed, system: SystemModel) -> Iterator[str]:
    now = known_of(probed.element, system)
    yield from (line.partition("=")[0] for line in probed.known if line not in now)
