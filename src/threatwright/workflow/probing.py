"""From a threat model and a scope to a plan, a run and its entry: what CLI and UI share.

Nothing here sends anything but `followed`, and that needs a run, which needs a consent.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from typing import NamedTuple

from threatwright.engine.probes.choice import chosen
from threatwright.engine.probes.live import Live
from threatwright.engine.probes.payloads import with_rules
from threatwright.engine.probes.plan import plan
from threatwright.engine.probes.product_rules import tellable, untellable
from threatwright.engine.probes.selection import Match, selected
from threatwright.errors import InputError
from threatwright.model.canaries import CanaryKit
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Consent
from threatwright.model.knowledge import Knowledge
from threatwright.model.probe_plan import LeftOut, ProbePlan
from threatwright.model.probe_run import ConvertRequest, ProbeEvent, ProbeRun
from threatwright.model.probe_scope import ProbeScope, ProbeTarget
from threatwright.model.probes import Rule
from threatwright.ports import Prober


class Probing(NamedTuple):
    """What is to be probed, and under which scope."""

    model: ThreatModel
    knowledge: Knowledge
    scope: ProbeScope
    scope_hash: str
    """SHA-256 of the scope file."""
    target: ProbeTarget
    kit: CanaryKit | None = None


class Wanted(NamedTuple):
    """What of it is wanted."""

    only: tuple[str, ...] = ()
    """Names of threats, families or probes; empty for all."""
    without: tuple[str, ...] = ()
    seed: int = 0


class Pace(NamedTuple):
    """How a run goes."""

    concurrency: int = 4
    enough: int = 1
    """After so many confirmed payloads of a probe its other payloads are not sent."""


ALL = Wanted()
USUAL = Pace()


def target_of(scope: ProbeScope, element: str = "", origin: str = "") -> ProbeTarget:
    """The target that is meant. Raises InputError if it is not exactly one of the scope's."""
    found = [
        one
        for one in scope.targets
        if (not element or one.element == element) and (not origin or one.origin == origin)
    ]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"{one.element} at {one.origin}" for one in scope.targets)
    if not found:
        raise InputError(f"The scope has no such target: {element or origin}.", f"It has {listed}.")
    raise InputError(
        f"The scope has several targets: {listed}.",
        "Name one: --target ELEMENT, or --target ORIGIN.",
    )


def fitting(kit: CanaryKit, probing: Probing) -> CanaryKit:
    """The kit, if it is one of this model and target. Raises InputError if it is not."""
    if (kit.model, kit.element) != (probing.model.id, probing.target.element):
        raise InputError(
            f"The canaries were made for {kit.element} of another model or target.",
            "Make a kit for this one: threatwright probe FILE --scope SCOPE --canaries -o KIT",
        )
    return kit


async def planned(probing: Probing, prober: Prober, wanted: Wanted = ALL) -> ProbePlan:
    """The plan of everything that is wanted and can be tried. Nothing is sent.

    Raises InputError for a name that fits nothing, and as `Prober.convert` does.
    """
    target = probing.target
    found = selected(probing.model, target, probing.scope, probing.knowledge.probes, probing.kit)
    found = chosen(found, wanted.only, wanted.without)
    matches = tuple(_with_rules(match, target) for match in found.matches)
    request = ConvertRequest(
        entries=tuple(match.entry for match in matches),
        seed=wanted.seed,
        kit=probing.kit,
        sink=target.tool_sink or "",
    )
    converted = await prober.convert(request) if matches else ()
    payloads = {one.probe: one.payloads for one in converted}
    empty = tuple(
        LeftOut(what=match.entry.id, because="it has nothing to send here")
        for match in matches
        if not payloads.get(match.entry.id)
    )
    rules = tuple(_unknown_rules(matches, target))
    found = found._replace(matches=matches, left_out=(*found.left_out, *empty, *rules))
    return plan(
        probing.model, probing.scope, probing.scope_hash, target, found, payloads, wanted.seed
    )


def run_of(
    probing: Probing, plan: ProbePlan, consent: Consent, folder: str, pace: Pace = USUAL
) -> ProbeRun:
    """The run of a plan that was consented to. `folder` is where it keeps what happens."""
    return ProbeRun(
        plan=plan,
        consent=consent,
        scope=probing.scope,
        kit=probing.kit,
        folder=folder,
        concurrency=pace.concurrency,
        enough=pace.enough,
    )


async def followed(run: ProbeRun, prober: Prober, live: Live) -> AsyncGenerator[ProbeEvent]:
    """What happens in a run, noted before it is told. To close this is to cancel the run."""
    async with aclosing(prober.run(run)) as events:
        async for event in events:
            live.note(event)
            yield event


def _with_rules(match: Match, target: ProbeTarget) -> Match:
    if isinstance(match.entry.scorer, Rule):
        return match._replace(entry=with_rules(match.entry, tellable(target.product_rules)))
    return match


def _unknown_rules(matches: Sequence[Match], target: ProbeTarget) -> Iterator[LeftOut]:
    """Rules of the product that probes of them cannot try, if there are such probes."""
    if any(isinstance(match.entry.scorer, Rule) for match in matches):
        yield from untellable(target.product_rules)
