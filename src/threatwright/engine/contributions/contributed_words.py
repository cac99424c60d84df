"""Whose words a threat is told in: the rule's, a model's, or those that a reviewer decided on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from threatwright.model.contributions import Proposed
from threatwright.model.journal import Decided
from threatwright.model.terms import Status
from threatwright.model.threats import ByRule, Threat


def reworded(
    threats: Mapping[str, Threat], decided: Mapping[str, Decided], proposals: Sequence[Proposed]
) -> Iterator[tuple[Threat, str]]:
    """Each threat whose words are others than those that a reviewer decided on, and what to say."""
    wordings: dict[str, list[_Worded]] = {}
    for proposed in proposals:
        for id_, title, scenario in _words(proposed):
            wordings.setdefault(id_, []).append(_Worded(proposed.n, title, scenario))
    for id_, decision in decided.items():
        threat, spoken = threats.get(id_), wordings.get(id_, [])
        if threat is None or decision.status is Status.PROPOSED:
            continue
        before = [w for w in spoken if w.n < decision.n]
        read = before[-1] if before else _Worded(0, "", "")
        title, scenario = read.against(threat)
        if spoken and (title, scenario) != (threat.title, threat.scenario):
            yield threat, f"Worded anew since that decision. It read: {title}. {scenario}"


def with_words(threat: Threat, other: Threat) -> Threat:
    """A threat in the words of another that was taken into it; its own stay beside them."""
    evidence = tuple(e for e in other.evidence if e.kind == "llm")
    own = f"Until then it read: {threat.title}. {threat.scenario}"
    is_told = threat.by_rule is not None or threat.pattern is None
    return threat.model_copy(
        update={
            "title": other.title,
            "scenario": other.scenario,
            "by_rule": by_rule(threat) if threat.pattern is not None else None,
            "evidence": (*threat.evidence, *evidence),
            "notes": (*threat.notes, own) if is_told else threat.notes,
        }
    )


def by_rule(threat: Threat) -> ByRule:
    """How the rule words and rates a threat, whatever was put in the place of that."""
    return threat.by_rule or ByRule(
        title=threat.title,
        scenario=threat.scenario,
        likelihood=threat.likelihood,
        impact=threat.impact,
    )


class _Worded(NamedTuple):
    """Words of a threat, and the journal entry that they stand in; empty where a rule's count."""

    n: int
    title: str
    scenario: str

    def against(self, threat: Threat) -> tuple[str, str]:
        """Title and scenario as they read with these words."""
        rule = threat.by_rule
        return (
            self.title or (rule.title if rule else threat.title),
            self.scenario or (rule.scenario if rule else threat.scenario),
        )


def _words(proposed: Proposed) -> Iterator[tuple[str, str, str]]:
    """(id of a threat, title, scenario) of all that an entry words."""
    yield from ((t.threat, t.title, t.scenario) for t in proposed.tailored)
    yield from ((s.id, s.title, s.scenario) for s in proposed.suggested)
