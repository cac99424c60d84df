"""What a run of probes came to, as the journal keeps it."""

from __future__ import annotations

from collections.abc import Sequence

from threatwright.engine.probes.standing import known_of
from threatwright.engine.probes.tallies import Results
from threatwright.engine.probes.verdicts import findings
from threatwright.engine.text.spoken import Head
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Consent, Consented, Control, Probed, Spent
from threatwright.model.knowledge import Knowledge
from threatwright.model.probe_plan import ProbePlan
from threatwright.model.probe_run import Ended, Failed, ProbeEvent, Sending, Started

CANCELLED = "cancelled"


def consented(consent: Consent, head: Head) -> Consented:
    """The entry of a consent."""
    return Consented(**head, consent=consent)


def outcome(
    run: str,
    plan: ProbePlan,
    events: Sequence[ProbeEvent],
    model: ThreatModel,
    knowledge: Knowledge,
    head: Head,
) -> Probed:
    """The entry of a run that ended, whatever ended it: what was found until then is kept."""
    end = _end(events)
    return Probed(
        **head,
        run=run,
        element=plan.target.element,
        origin=plan.target.origin,
        fingerprint=end.fingerprint,
        known=known_of(plan.target.element, model.system),
        plan=plan.hash,
        scope=plan.scope,
        is_complete=end.is_complete,
        ended=end.because,
        controls=_controls(events),
        findings=findings(plan, events),
        target=end.target,
        attacker=end.attacker,
        judge=end.judge,
        versions={**_versions(events), "knowledge": knowledge.digest[:12]},
        chain=end.chain,
    )


def _end(events: Sequence[ProbeEvent]) -> Ended:
    """How the run ended; where nothing said so, it was cut off."""
    last = next((e for e in reversed(events) if isinstance(e, Ended | Failed)), None)
    if isinstance(last, Ended):
        return last
    sent = [e for e in events if isinstance(e, Sending)]
    return Ended(
        is_complete=False,
        because=last.problem if isinstance(last, Failed) else CANCELLED,
        target=_sent(sent, "target"),
        attacker=_sent(sent, "attacker"),
        judge=_sent(sent, "judge"),
    )


def _sent(events: Sequence[Sending], side: str) -> Spent:
    own = [event for event in events if event.side == side]
    return Spent(requests=len(own), retries=sum(event.is_retry for event in own))


def _controls(events: Sequence[ProbeEvent]) -> tuple[Control, ...]:
    """Those of the endpoint, and of probes those that failed; the run's folder has them all."""
    return tuple(c for c in Results(events).controls if not (c.probe and c.passed))


def _versions(events: Sequence[ProbeEvent]) -> dict[str, str]:
    started = (e.versions for e in reversed(events) if isinstance(e, Started))
    return next(started, {})
