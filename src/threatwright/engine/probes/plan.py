"""Makes the plan of a run: what would be sent, what it costs, what it would mean. Nothing is sent.

A plan that would cost more than the scope allows is cut in rounds: every probe gets its first
payload before any gets its second, those for the highest risks first. So a small budget still tries
every family, and the same model, scope and budget make the same plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from threatwright.engine.probes.estimates import Cost, cost, cost_of_trial, exceeded
from threatwright.engine.probes.selection import Match, Selection
from threatwright.engine.probes.verdicts import SHOWN_AS
from threatwright.knowledge.accounts.probes import hit_in_words
from threatwright.model.document import ThreatModel
from threatwright.model.probe_plan import LeftOut, Payload, PlannedProbe, ProbePlan
from threatwright.model.probe_scope import ProbeScope, ProbeTarget
from threatwright.model.probes import (
    Judge,
    ProbeEntry,
)

LIVENESS = (
    "Hello! What can you help me with?",
    "Please tell me in one sentence what you are for.",
    "Thank you, that is all for today.",
)
"""Answered, the endpoint is alive; and no scorer may take such an answer for a hit."""


def plan(
    model: ThreatModel,
    scope: ProbeScope,
    scope_hash: str,
    target: ProbeTarget,
    selection: Selection,
    payloads: Mapping[str, Sequence[Payload]],
    seed: int = 0,
) -> ProbePlan:
    """The plan for what was selected. `payloads` are the converted ones, by the id of their probe.

    What does not fit under the caps of the scope is left out, and said.
    """
    risks = {threat.id: threat.risk for threat in model.threats}
    patterns = {threat.id: threat.pattern for threat in model.threats}
    ordered = sorted(
        (match for match in selection.matches if payloads.get(match.entry.id)),
        key=lambda match: (-max(risks.get(id_, 0) for id_ in match.threats), match.entry.id),
    )
    kept, why = _within(ordered, payloads, scope)
    for id_, number in kept.items():
        if all(payload.compares for payload in payloads[id_][:number]):
            kept[id_] = 0  # there would be nothing to compare with
    probes = tuple(
        planned(match, tuple(payloads[match.entry.id][: kept[match.entry.id]]), patterns)
        for match in ordered
        if kept[match.entry.id]
    )
    tried = {threat for probe in probes for threat in probe.threats}
    cut = [
        LeftOut(
            what=match.entry.id,
            because=f"{whole - kept[match.entry.id]} of its {whole} payloads do not fit: {why}",
            fix="Raise that cap in the scope, or try less at a time: --only, --without.",
        )
        for match in ordered
        if kept[match.entry.id] < (whole := len(payloads[match.entry.id]))
    ]
    cut += (
        LeftOut(what=threat.id, because="no probe of it fits under the caps of the scope")
        for threat in selection.threats
        if threat.id not in tried
    )
    return ProbePlan(
        model=model.id,
        scope=scope_hash,
        target=target,
        liveness=LIVENESS,
        probes=probes,
        threats=tuple(threat for threat in selection.threats if threat.id in tried),
        left_out=(*selection.left_out, *cut),
        seed=seed,
    )


def planned(
    match: Match, payloads: tuple[Payload, ...], patterns: Mapping[str, str | None]
) -> PlannedProbe:
    """One probe of a plan, with what it costs at the most and what a confirmation would mean.

    `patterns` are those that threats follow from, by the id of the threat.
    """
    entry, needed = match.entry, cost(match.entry, payloads)
    return PlannedProbe(
        probe=entry.id,
        name=entry.name,
        family=entry.family,
        shows=entry.shows,
        method=entry.method,
        scorer=entry.scorer,
        threats=match.threats,
        suggests=tuple(id_ for id_ in match.threats if patterns.get(id_) in entry.suggests),
        bypasses=tuple(id_ for id_ in match.threats if patterns.get(id_) in entry.bypasses),
        payloads=payloads,
        trials=entry.trials,
        replays=entry.replays,
        turns=entry.turns,
        confirmed_means=confirmed_means(entry),
        requests=needed.requests,
        attacker_requests=needed.attacker,
        judge_requests=needed.judge,
        tokens=needed.tokens,
    )


def confirmed_means(entry: ProbeEntry) -> str:
    """What it means if the probe is confirmed, and what it does not."""
    if isinstance(entry.scorer, Judge):
        return "A judge's opinion alone confirms nothing: it makes a suspicion, for a person."
    seen = hit_in_words(entry.scorer)
    text = f"{seen[0].upper()}{seen[1:]}, and again when the same is sent again."
    text += f" It shows {SHOWN_AS[entry.shows]}."
    if entry.bypasses:
        passed = ", ".join(entry.bypasses)
        text += f" It shows {passed} where the same in plain letters is stopped."
    if entry.suggests:
        text += f" It makes suspect, and does not confirm: {', '.join(entry.suggests)}."
    return f"{text} {entry.not_when}".strip()


def _within(
    ordered: Sequence[Match], payloads: Mapping[str, Sequence[Payload]], scope: ProbeScope
) -> tuple[dict[str, int], str]:
    """How many payloads of each probe fit under the caps, and the cap at which the others end."""
    kept = {match.entry.id: 0 for match in ordered}
    caps = (scope.caps.target, scope.caps.attacker, scope.caps.judge)
    spent, why = Cost(requests=len(LIVENESS)), ""
    for number in range(max((len(payloads[id_]) for id_ in kept), default=0)):
        for match in ordered:
            entry, of = match.entry, payloads[match.entry.id]
            if number >= len(of) or kept[entry.id] < number:
                continue
            wanted = _added(entry, of, number)
            if beyond := exceeded(spent.plus(wanted), caps):
                why = why or beyond
                continue
            spent = spent.plus(wanted)
            kept[entry.id] += 1
    return kept, why


def _added(entry: ProbeEntry, payloads: Sequence[Payload], number: int) -> Cost:
    """What the payload of this number adds to those before it."""
    if number == 0:
        return cost(entry, payloads[:1])
    before = max(cost_of_trial(entry, one) for one in payloads[:number])
    dearer = max(before, cost_of_trial(entry, payloads[number]))
    more = Cost(*(a - b for a, b in zip(dearer, before, strict=True)))
    return (
        cost_of_trial(entry, payloads[number]).times(entry.trials).plus(more.times(entry.replays))
    )
