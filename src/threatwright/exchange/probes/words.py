"""How a plan and what a run found are told, in every format alike."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.engine.probes.estimates import money, seconds
from threatwright.model.findings import Probed, Spent, Tried
from threatwright.model.probe_plan import LeftOut, PlannedProbe, ProbePlan
from threatwright.model.probe_scope import Caps, Environment, ProbeScope

VERDICTS = {
    Tried.CONFIRMED: "CONFIRMED",
    Tried.SUSPECTED: "suspected",
    Tried.NOT_OBSERVED: "not observed",
    Tried.BLOCKED: "blocked",
    Tried.INCONCLUSIVE: "inconclusive",
}
ORDER = tuple(VERDICTS)
"""What a reader should see first."""


def duration(of: float) -> str:
    """Seconds as people say them: "40 s", "3 min", "1 h 20 min"."""
    if of < 90:
        return f"{round(of)} s"
    minutes = round(of / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def what_a_hit_does(probe: PlannedProbe, threat: str) -> str:
    """What a hit of a probe says of a threat; nothing where it simply shows it."""
    if threat in probe.suggests:
        return "a hit makes it suspected at most"
    if threat in probe.bypasses:
        return "a hit shows it where the same in plain letters is stopped"
    return ""


def costs(plan: ProbePlan, scope: ProbeScope, concurrency: int) -> Iterator[str]:
    """What a plan comes to beside the caps of its scope, a line for each side."""
    caps = scope.caps.target
    time = duration(seconds(plan.requests, caps, concurrency))
    yield (
        f"At most {plan.requests} of {caps.requests} requests to the target, retries apart; about "
        f"{plan.tokens} of {caps.tokens} tokens, and {time} of {caps.minutes} min."
    )
    yield _money(plan, caps)
    attacker = sum(probe.attacker_requests for probe in plan.probes)
    judge = sum(probe.judge_requests for probe in plan.probes)
    for name, n, side in (
        ("attacker", attacker, scope.caps.attacker),
        ("judge", judge, scope.caps.judge),
    ):
        if n:
            yield f"At most {n} of {_requests(side)} requests to the model of the {name}."
            model = scope.attacker if name == "attacker" else scope.judge
            if model is not None and model.price is None:
                yield f"The cap of money of the {name} is not held: no price is given."


def _money(plan: ProbePlan, caps: Caps) -> str:
    price = plan.target.price
    if price is None:
        return f"The cap of {caps.money} is not held: the target has no `price`."
    amount = money(plan.tokens, plan.requests, price)
    return f"About {amount} of {caps.money}; a run ends where the cap is reached."


def warnings(plan: ProbePlan) -> Iterator[str]:
    """What a person should know of the target before they agree."""
    target = plan.target
    if target.environment is Environment.PRODUCTION:
        yield "This endpoint is in PRODUCTION: real users and real data may be behind it."
    if target.belongs_to == "vendor":
        yield f"This endpoint is a vendor's. Permitted by: {target.vendor_permission}."
    can = [one for one in target.tools_can if one.lower() != "nothing"]
    if can:
        yield f"A probe can make its tools do this for real: {'; '.join(can)}."


def grouped(left_out: tuple[LeftOut, ...]) -> dict[tuple[str, str], list[str]]:
    """Why, and what would change it → all that is left out so, in order."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in left_out:
        found.setdefault((one.because, one.fix), []).append(one.what)
    return found


def spent(probed: Probed) -> Iterator[str]:
    """What a run took, a line for each side that was asked."""
    for name, side in (
        ("target", probed.target),
        ("attacker", probed.attacker),
        ("judge", probed.judge),
    ):
        if side.requests or name == "target":
            yield f"{name}: {', '.join(_spent(side))}"


def _spent(side: Spent) -> Iterator[str]:
    retries = f" ({side.retries} of them sent again)" if side.retries else ""
    yield f"{side.requests} requests{retries}"
    if side.prompt_tokens is not None or side.completion_tokens is not None:
        yield f"{(side.prompt_tokens or 0) + (side.completion_tokens or 0)} tokens"
    if side.seconds is not None:
        yield duration(side.seconds)


def _requests(caps: Caps | None) -> int:
    return caps.requests if caps else 0
