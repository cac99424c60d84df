"""Consent to a run of probes: the only code that makes one. What is not allowed is refused here."""

from __future__ import annotations

from datetime import datetime

from threatwright.errors import InputError, TargetError
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Consent
from threatwright.model.origins import is_loopback
from threatwright.model.predict_run import PredictPlan
from threatwright.model.probe_plan import ProbePlan
from threatwright.model.probe_scope import (
    Endpoint,
    Environment,
    PredictTarget,
    ProbeScope,
    ProbeTarget,
)

AnyTarget = ProbeTarget | PredictTarget


def consent(
    plan: ProbePlan | PredictPlan,
    scope: ProbeScope,
    model: ThreatModel,
    now: datetime,
    typed: str = "",
) -> Consent:
    """Consent to a plan, at a moment with its time zone.

    `typed` is the origin as a person typed it; it has to be the target's, exactly, where that is
    not this machine. Raises TargetError for what the scope does not allow, InputError if the origin
    was not typed.
    """
    refuse(scope, plan.target, model, now, typed)
    planned = plan.probes if isinstance(plan, ProbePlan) else plan.families
    if plan.model != model.id or not planned:
        raise TargetError(
            "There is nothing in the plan that could be run.", "Make a plan of this model first."
        )
    origin = plan.target.origin
    return Consent(
        plan=plan.hash,
        scope=plan.scope,
        origin=origin,
        is_typed=bool(typed),
        environment=plan.target.environment,
        authorised_by=f"{plan.target.authorised_by.who}, {plan.target.authorised_by.role}",
        until=scope.window.ends,
    )


def refuse(
    scope: ProbeScope, target: AnyTarget, model: ThreatModel, now: datetime, typed: str = ""
) -> None:
    """Raise what `consent` would, whatever the plan."""
    refuse_target(scope, target, model)
    _refuse_outside(scope, now)
    origin = target.origin
    if typed and typed != origin:
        raise InputError(
            f"{typed} is not the origin of the target.", f"The scope names {origin}; type that."
        )
    if not typed and not is_loopback(origin):
        raise InputError(
            f"{origin} is not on this machine{_of(target)}: say that you are authorised.",
            f"Add --i-am-authorised {origin}",
        )


def refuse_target(scope: ProbeScope, target: AnyTarget, model: ThreatModel) -> None:
    """Raise TargetError unless model and scope both allow that the target is probed."""
    if scope.model != model.id:
        raise TargetError(
            f"The scope was made for another threat model, “{scope.system}”.",
            "Make one for this model: threatwright probe FILE --init-scope -o SCOPE.yaml",
        )
    if target not in (*scope.targets, *scope.predictive):
        raise TargetError(
            f"{target.origin} is no target of the scope.", "Nothing outside of it is probed."
        )
    components = {component.id: component for component in model.system.components}
    others = target.answers_for if isinstance(target, ProbeTarget) else ()
    for named in (target.element, *others):
        if named not in components:
            raise TargetError(
                f"The scope names {named}, and the model has no such component.",
                f"Name one of these: {', '.join(components)}",
            )
    component = components[target.element]
    fact = component.facts.get("may_be_probed")
    if fact is not None and fact.is_stated and fact.value == "no":
        raise TargetError(
            f"The model says that {component.name} may not be probed.",
            "If somebody who may has authorised it since, answer that question again first.",
        )


def _refuse_outside(scope: ProbeScope, now: datetime) -> None:
    window = scope.window
    if now < window.begins:
        raise TargetError(
            f"The scope allows probes from {window.begins.isoformat()} on.", "Wait until then."
        )
    if now >= window.ends:
        raise TargetError(
            f"The scope allowed probes until {window.ends.isoformat()}.",
            "Have whoever authorised it set a new window.",
        )


def _of(target: Endpoint) -> str:
    return ", and in production" if target.environment is Environment.PRODUCTION else ""
