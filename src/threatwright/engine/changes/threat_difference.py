"""What differs between the threats of two states of a model, with their decisions and controls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from threatwright.engine.record.decisions import decisions
from threatwright.model.difference import (
    Aspect,
    Became,
    Cause,
    CoverageChange,
    DecisionChange,
    DecisionState,
    GapChange,
    ThreatChange,
    ThreatState,
)
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Decided
from threatwright.model.risk_table import RiskTable
from threatwright.model.terms import Coverage, Status
from threatwright.model.threats import AppliedMitigation, Threat

_ASPECTS: dict[Aspect, Callable[[Threat], object]] = {
    Aspect.RISK: lambda t: (t.likelihood, t.impact, t.risk, t.level),
    Aspect.RESIDUAL: lambda t: (t.residual, t.residual_likelihood, t.residual_impact),
    Aspect.TEXT: lambda t: (t.title, t.scenario),
    Aspect.DECISION: lambda t: (t.status, t.reason, t.owner, t.due, t.until),
    Aspect.MITIGATIONS: lambda t: {m.id: (m.coverage, m.status, m.at) for m in t.mitigations},
    Aspect.ASSUMPTIONS: lambda t: t.assumptions,
    Aspect.PATH: lambda t: [(step.element, step.via) for step in t.attack_path],
    Aspect.REFERENCES: lambda t: [
        *t.references,
        *filter(None, (s.technique for s in t.attack_path)),
    ],
    Aspect.DOUBT: lambda t: (t.dispute, t.duplicate_of),
}


def aspects(before: Threat, after: Threat) -> tuple[Aspect, ...]:
    """What of a threat differs. Where in a text its grounds stand is no difference."""
    if before is after:
        return ()
    return tuple(a for a, of in _ASPECTS.items() if of(before) != of(after))


class Pair(NamedTuple):
    """A threat in two states: None where it is not there."""

    before: Threat | None
    after: Threat | None

    @property
    def either(self) -> Threat:
        """As it is now, else as it was."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def became(self) -> Became | None:
        """None where nothing of it differs."""
        if self.before is None:
            return Became.NEW
        if self.after is None:
            return Became.GONE
        return Became.CHANGED if self.aspects else None

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """Of a threat that is in both."""
        return aspects(self.before, self.after) if self.before and self.after else ()


def pairs(before: Mapping[str, Threat], after: Mapping[str, Threat]) -> dict[str, Pair]:
    """The threats that are new, gone or not the same, by id."""
    both = {id_: Pair(before.get(id_), after.get(id_)) for id_ in dict.fromkeys((*after, *before))}
    return {id_: pair for id_, pair in both.items() if pair.became is not None}


def threat_change(pair: Pair, causes: Sequence[Cause], table: RiskTable) -> ThreatChange:
    """The change as it is told."""
    threat, became = pair.either, pair.became
    assert became is not None
    return ThreatChange(
        id=threat.id,
        title=threat.title,
        element=threat.element,
        inherited=threat.inherited,
        became=became,
        before=_state(pair.before, table),
        after=_state(pair.after, table),
        changed=pair.aspects,
        causes=tuple(causes),
    )


def _state(threat: Threat | None, table: RiskTable) -> ThreatState | None:
    if threat is None:
        return None
    return ThreatState(
        title=threat.title,
        scenario=threat.scenario,
        likelihood=threat.likelihood,
        impact=threat.impact,
        risk=threat.risk,
        level=threat.level,
        residual=threat.residual,
        residual_level=table.level(threat.residual),
        status=threat.status,
        reason=threat.reason,
        owner=threat.owner,
        assumptions=threat.assumptions,
    )


# --- mitigations ------------------------------------------------------------------------------


def coverage_changes(
    found: Mapping[str, Pair], causes: Callable[[str], Sequence[Cause]]
) -> tuple[CoverageChange, ...]:
    """Mitigations whose coverage is another, each with all the threats where it is."""
    groups: dict[tuple[str, Coverage | None, Coverage | None], list[_Covered]] = {}
    for id_, pair in found.items():
        for one in _covered(id_, pair):
            key = (one.applied.id, one.before, one.after)
            groups.setdefault(key, []).append(one)
    changes = (
        CoverageChange(
            mitigation=mitigation,
            title=group[0].applied.title,
            before=before,
            after=after,
            at=tuple(dict.fromkeys(place for one in group for place in one.applied.at)),
            threats=tuple(one.threat for one in group),
            causes=tuple(dict.fromkeys(c for one in group for c in causes(one.threat))),
        )
        for (mitigation, before, after), group in groups.items()
    )
    return tuple(sorted(changes, key=lambda c: (-len(c.threats), c.title, c.mitigation)))


class _Covered(NamedTuple):
    threat: str
    applied: AppliedMitigation
    before: Coverage | None
    after: Coverage | None


def _covered(id_: str, pair: Pair) -> Iterator[_Covered]:
    if pair.before is None or pair.after is None:
        return
    was = {m.id: m for m in pair.before.mitigations}
    now = {m.id: m for m in pair.after.mitigations}
    for key in dict.fromkeys((*now, *was)):
        before = was[key].coverage if key in was else None
        after = now[key].coverage if key in now else None
        if before is not after:
            yield _Covered(id_, now.get(key) or was[key], before, after)


# --- decisions --------------------------------------------------------------------------------


def decided(model: ThreatModel) -> dict[str, Decided]:
    """The decision that counts about each threat, whether or not the threat is there."""
    return decisions(model.journal)


def decision_state(entry: Decided | None) -> DecisionState | None:
    """What was decided; None where nothing was, or it was put back to proposed."""
    if entry is None or entry.status is Status.PROPOSED:
        return None
    return DecisionState(
        status=entry.status,
        reason=entry.reason,
        owner=entry.owner,
        due=entry.due,
        until=entry.until,
        duplicate_of=entry.duplicate_of,
        by=entry.by,
        at=entry.at,
    )


def decision_changes(
    before: ThreatModel, after: ThreatModel, found: Mapping[str, Pair], why: Why
) -> Iterator[DecisionChange]:
    """Decisions that are new, others or withdrawn; then those whose grounds have changed."""
    old, new = decided(before), decided(after)
    there = {threat.id for threat in after.threats}
    stale = []
    for id_ in dict.fromkeys((*new, *old)):
        was, now = decision_state(old.get(id_)), decision_state(new.get(id_))
        if was != now:
            gone = _GONE.format(now.status) if now and id_ not in there else ""
            yield DecisionChange(
                threat=id_,
                title=why.title(id_),
                before=was,
                after=now,
                stale=gone,
                causes=why.decided(id_),
            )
        elif now is not None and (pair := found.get(id_)) and (text := _stale(pair, now)):
            change = DecisionChange(
                threat=id_, title=why.title(id_), before=was, after=now, stale=text
            )
            stale.append(change.model_copy(update={"causes": why.moved(id_)}))
    yield from stale


class Why(Protocol):
    """Who knows the causes of a decision, and of what it rests on."""

    def title(self, threat: str) -> str:
        """The title of a threat, whether or not it is there; its id where nobody knows it."""
        ...

    def decided(self, threat: str) -> tuple[Cause, ...]:
        """What put one decision about it in the place of another."""
        ...

    def moved(self, threat: str) -> tuple[Cause, ...]:
        """What made a threat go, come back, or its risk move."""
        ...


_GONE = "It is {}, and nothing makes it a threat any more."


def _stale(pair: Pair, state: DecisionState) -> str:
    """Why a decision that stood before should be looked at again; empty if it need not be."""
    if pair.after is None:
        return _GONE.format(state.status)
    if pair.before is None:
        return f"It was {state.status} before; there is such a threat again."
    if (pair.before.risk, pair.before.residual) == (pair.after.risk, pair.after.residual):
        return ""
    return (
        f"It was {state.status} at risk {pair.before.risk} and residual risk "
        f"{pair.before.residual}; these are {pair.after.risk} and {pair.after.residual} now."
    )


# --- gaps -------------------------------------------------------------------------------------


def gap_changes(
    before: ThreatModel, after: ThreatModel, causes: Mapping[str, Sequence[Cause]]
) -> tuple[GapChange, ...]:
    """What the model began to be missing, then what it ceased to."""
    old, new = {gap.id: gap for gap in before.gaps}, {gap.id: gap for gap in after.gaps}
    changed = [
        *((gap, Became.NEW) for id_, gap in new.items() if id_ not in old),
        *((gap, Became.GONE) for id_, gap in old.items() if id_ not in new),
    ]
    return tuple(
        GapChange(id=gap.id, text=gap.text, became=became, causes=tuple(causes.get(gap.id, ())))
        for gap, became in changed
    )
