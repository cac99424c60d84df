"""The whole draft as a language model looks at it once, and what of its criticism counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from pydantic import create_model

from threatwright.engine.contributions.draft_reply import Degree, closed, several
from threatwright.engine.contributions.proposals import (
    LONGEST_REASON,
    TWICE,
    UNREASONED,
    objection_to,
    said,
)
from threatwright.model.base import Value
from threatwright.model.brief import label
from threatwright.model.contributions import Calibrated, Merged, Rating, Refused, Withdrawn
from threatwright.model.system import Component, Element, Flow, SystemModel
from threatwright.model.threats import Threat

MOST_BY_RISK = 60
"""Threats of rules that are shown; all that were suggested are shown besides."""

LONGEST_SHOWN = 160
"""Characters of a reason that is shown."""

ITSELF = "it is said to be the same as itself, by way of others"
UNRELATED = "the two have neither category, entry nor place in common"


class Row(Value):
    """One threat of the draft, in brief."""

    id: str
    element: str
    category: str
    entry: str = ""
    """The catalogue entry that it cites first."""
    title: str
    scenario: str = ""
    """Of those that a model suggested or worded: it is asked whether they say anything."""
    likelihood: int
    impact: int
    by: str
    """`rule` or `model`."""
    disputed: str = ""
    """Why it is held to be no threat here; such a one is left to the reviewer."""
    because: str = ""
    """What its ratings rest on."""


class MergedThreat(Value):
    """A threat that says the same as another, which is kept."""

    threat: str
    into: str
    because: str
    better: Literal["threat", "into"]
    """Whose words are to be kept."""


class WithdrawnThreat(Value):
    """A suggested threat that would be true of any system."""

    threat: str
    because: str


class CalibratedThreat(Value):
    """A threat whose ratings do not fit those of the others."""

    threat: str
    likelihood_because: str
    likelihood: Degree
    impact_because: str
    impact: Degree


class CriticismReply(Value):
    """All that is said about a draft. Each list may be empty."""

    merged: tuple[MergedThreat, ...]
    withdrawn: tuple[WithdrawnThreat, ...]
    calibrated: tuple[CalibratedThreat, ...]


def rows(threats: Sequence[Threat], system: SystemModel) -> tuple[Row, ...]:
    """The draft in brief, in order of risk: the gravest of the rules, and all suggestions."""
    own = [threat for threat in threats if not threat.inherited]
    ruled = [threat for threat in own if threat.pattern is not None][:MOST_BY_RISK]
    shown = {threat.id for threat in ruled}
    return tuple(
        _row(threat, system) for threat in own if threat.id in shown or threat.pattern is None
    )


def _row(threat: Threat, system: SystemModel) -> Row:
    return Row(
        id=threat.id,
        element=system.name_of(threat.element),
        category=threat.stride[0],
        entry=label(threat.references[0]) if threat.references else "",
        title=threat.title,
        scenario="" if threat.pattern and threat.by_rule is None else threat.scenario,
        likelihood=threat.likelihood,
        impact=threat.impact,
        by="rule" if threat.pattern else "model",
        disputed=threat.dispute[:LONGEST_SHOWN],
        because=" | ".join(
            reasons[0][:LONGEST_SHOWN]
            for reasons in (threat.likelihood_reasons, threat.impact_reasons)
            if reasons
        ),
    )


def criticism_type(shown: Sequence[Row]) -> type[CriticismReply]:
    """The type of a criticism of these, with every id in a closed set."""
    ids = [row.id for row in shown if not row.disputed]
    suggested = [row.id for row in shown if row.by == "model"]
    merged = closed(MergedThreat, threat=ids, into=ids)
    withdrawn = closed(WithdrawnThreat, threat=suggested)
    calibrated = closed(CalibratedThreat, threat=ids)
    return create_model(
        "CriticismReply",
        __base__=CriticismReply,
        merged=(several(merged, ids), ...),
        withdrawn=(several(withdrawn, suggested), ...),
        calibrated=(several(calibrated, ids), ...),
    )


class Accepted(NamedTuple):
    """What of a criticism counts, and what does not."""

    merged: tuple[Merged, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    calibrated: tuple[Calibrated, ...] = ()
    refused: tuple[Refused, ...] = ()


def accept(reply: CriticismReply, threats: Sequence[Threat], system: SystemModel) -> Accepted:
    """What of a criticism of these threats counts."""
    taking = _Taking({threat.id: threat for threat in threats}, system)
    for merged in reply.merged:
        taking.merge(merged)
    for withdrawn in reply.withdrawn:
        taking.withdraw(withdrawn)
    for calibrated in reply.calibrated:
        taking.calibrate(calibrated)
    return taking.taken()


class _Taking:
    """Takes the parts of a criticism in, one by one."""

    def __init__(self, threats: Mapping[str, Threat], system: SystemModel) -> None:
        self._threats = threats
        self._system = system
        self._merged: dict[str, Merged] = {}
        self._withdrawn: dict[str, Withdrawn] = {}
        self._calibrated: dict[str, Calibrated] = {}
        self._refused: list[Refused] = []

    def taken(self) -> Accepted:
        return Accepted(
            tuple(self._merged.values()),
            tuple(self._withdrawn.values()),
            tuple(self._calibrated.values()),
            tuple(self._refused),
        )

    def merge(self, told: MergedThreat) -> None:
        """A rule's threat is kept before a suggestion, whichever of the two is named to be."""
        threat, into = self._threats[told.threat], self._threats[told.into]
        better = told.better
        if threat.pattern is not None and into.pattern is None:
            threat, into = into, threat
            better = "threat" if better == "into" else "into"
        because = said(told.because)[:LONGEST_REASON]
        what = f"{threat.title}, as the same as {into.title}"
        if not because:
            return self._refuse(what, UNREASONED)
        if threat.id in self._merged:
            return self._refuse(what, TWICE)
        if self._kept(into.id) == threat.id:
            return self._refuse(what, ITSELF)
        if not self._are_related(threat, into):
            return self._refuse(what, UNRELATED)
        self._merged[threat.id] = Merged(
            threat=threat.id,
            into=into.id,
            because=because,
            is_worded_better=better == "threat" and threat.pattern is None,
        )
        # What was taken into this one before is taken where this one goes.
        for id_, merged in self._merged.items():
            kept = self._kept(merged.into)
            self._merged[id_] = merged.model_copy(update={"into": kept})

    def _kept(self, id_: str) -> str:
        """Where a threat ends that is taken into another, and that perhaps into a third."""
        while id_ in self._merged:
            id_ = self._merged[id_].into
        return id_

    def withdraw(self, told: WithdrawnThreat) -> None:
        because = said(told.because)[:LONGEST_REASON]
        title = self._threats[told.threat].title
        if not because:
            return self._refuse(f"{title}, withdrawn", UNREASONED)
        if told.threat in self._merged or any(m.into == told.threat for m in self._merged.values()):
            return self._refuse(f"{title}, withdrawn", "it is merged as well")
        self._withdrawn[told.threat] = Withdrawn(threat=told.threat, because=because)

    def calibrate(self, told: CalibratedThreat) -> None:
        threat = self._threats[told.threat]
        rule = threat.by_rule
        rules = (rule.likelihood, rule.impact) if rule else (threat.likelihood, threat.impact)
        calibrated = Calibrated(
            threat=threat.id,
            likelihood=self._rated(
                threat, threat.likelihood, rules[0], told.likelihood, told.likelihood_because
            ),
            impact=self._rated(threat, threat.impact, rules[1], told.impact, told.impact_because),
        )
        if calibrated != Calibrated(threat=threat.id):
            self._calibrated[threat.id] = calibrated

    def _rated(
        self, threat: Threat, now: int, rule: int, value: int, because: str
    ) -> Rating | None:
        if value == now:
            return None
        rating = Rating(value=value, because=said(because)[:LONGEST_REASON])
        if wrong := objection_to(rating, rule):
            self._refuse(f"the rating {value} of {threat.title}", wrong)
            return None
        return rating

    def _refuse(self, what: str, because: str) -> None:
        self._refused.append(Refused(what=what, because=because))

    def _are_related(self, threat: Threat, other: Threat) -> bool:
        """Whether two can be one attack: category and entry are free choices of who writes."""
        cited, also = ({(r.list, r.id) for r in t.references} for t in (threat, other))
        one, another = (self._system.elements.get(t.element) for t in (threat, other))
        return bool(
            cited & also
            or set(threat.stride) & set(other.stride)
            or (one and another and are_near(one, another, self._system))
        )


def are_near(one: Element, other: Element, system: SystemModel) -> bool:
    """Whether two elements are one, of one kind, or joined by a flow."""
    if isinstance(one, Component) and isinstance(other, Component) and one.kind is other.kind:
        return True
    ends, others = _ends(one), _ends(other)
    return bool(ends & others) or any(
        {flow.source, flow.target} & ends and {flow.source, flow.target} & others
        for flow in system.flows
    )


def _ends(element: Element) -> set[str]:
    return {element.source, element.target} if isinstance(element, Flow) else {element.id}
