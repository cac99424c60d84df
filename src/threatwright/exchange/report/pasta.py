"""The model as PASTA sees it: seven stages, each with what it has and what it is still missing.

PASTA is the Process for Attack Simulation and Threat Analysis. Nothing is worked out here that does
not stand elsewhere in the report; it is put in another order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from threatwright.exchange import marks
from threatwright.exchange.names import spaced
from threatwright.exchange.report import mitigated, scope, sign_off, summary
from threatwright.exchange.report.content import LEVELS, UNREAL, Content
from threatwright.exchange.report.risk import DIMENSIONS, above_appetite, appetite_in_words
from threatwright.model.findings import Probed, Ruled
from threatwright.model.journal import standing
from threatwright.model.system import SYSTEM, Component, Flow, SystemModel
from threatwright.model.terms import Coverage, Dimension, Outcome, Status, Stride
from threatwright.model.threats import Threat

MOST = 8
"""Items of one kind that a stage names."""
DECIDES = "decision_effect"


class Stage(NamedTuple):
    """One of the seven, in plain text."""

    number: int
    title: str
    has: tuple[str, ...]
    missing: tuple[str, ...]
    """What would have to be known or done for it to be whole."""


def stages(content: Content) -> tuple[Stage, ...]:
    """All seven, in order."""
    return tuple(
        Stage(number, title, tuple(has(content)), tuple(missing(content)))
        for number, (title, has, missing) in enumerate(STAGES, 1)
    )


def written(content: Content) -> list[str]:
    """The stages as lines of Markdown."""
    lines: list[str] = []
    for stage in stages(content):
        lines += [f"## {stage.number}. {stage.title}", ""]
        lines += marks.bullets(map(marks.text, stage.has)) or ["Nothing yet.", ""]
        if stage.missing:
            lines += ["**Still missing**", "", *marks.bullets(map(marks.text, stage.missing))]
    return lines


def _some(items: list[str]) -> str:
    more = f" and {len(items) - MOST} more" if len(items) > MOST else ""
    return ", ".join(items[:MOST]) + more


# --- 1 ----------------------------------------------------------------------------------------


def _objectives(content: Content) -> Iterator[str]:
    if content.purpose:
        yield f"Purpose: {content.purpose}"
    yield from (f"Objective: {text}" for text in content.model.scope.objectives)
    fact = content.model.system.facts.get(DECIDES)
    entry = content.knowledge.fact_entries.get(DECIDES)
    choice = entry.choice(fact.value) if entry and fact else None
    if choice is not None:
        yield f"What the output decides: {choice.label}"
    for asset in content.model.system.own.assets:
        rated = ", ".join(f"{DIMENSIONS[d]} {value}" for d, value in asset.ratings.items())
        yield f"Asset: {asset.name} ({asset.sensitivity}{f'; harm: {rated}' if rated else ''})"
    yield from _worst(content)


def _worst(content: Content) -> Iterator[str]:
    """The gravest impact in each dimension, and whose it is."""
    worst: dict[Dimension, tuple[int, Threat]] = {}
    for threat in content.standing:
        for dimension, value in threat.impacts.items():
            if value > worst.get(dimension, (0, threat))[0]:
                worst[dimension] = value, threat
    for dimension, (value, threat) in sorted(worst.items(), key=lambda one: -one[1][0]):
        yield f"Impact on {DIMENSIONS[dimension]}: {value} of 5 at worst, by “{threat.title}”"


def _no_objectives(content: Content) -> Iterator[str]:
    if not content.model.scope.objectives:
        yield "No objective is set: threatwright scope FILE --objective TEXT"
    if DECIDES in content.knowledge.fact_entries and not _is_stated(content, DECIDES):
        yield "Nobody said what the output decides; impact is a band until then."
    if not content.model.system.own.assets:
        yield "No asset is named."
    guessed = [a.name for a in content.model.system.own.assets if not a.provenance.is_stated]
    if guessed:
        yield f"Assets that are assumed, with their sensitivity: {_some(guessed)}"


def _is_stated(content: Content, key: str) -> bool:
    fact = content.model.system.fact(SYSTEM, key)
    return fact is not None and fact.is_stated


# --- 2 ----------------------------------------------------------------------------------------


def _technical_scope(content: Content) -> Iterator[str]:
    given = content.model.scope
    yield from (f"In scope: {text}" for text in given.in_scope)
    if not given.in_scope:
        for zone, parts in scope.inside(content):
            names = _some([part.name for part in parts])
            yield f"In scope, {zone.name} ({spaced(zone.trust)}): {names}"
    yield from (f"Out of scope: {text}" for text in given.out_of_scope)
    if not given.out_of_scope and (met := scope.outside(content)):
        yield f"Only met: {_some([part.name for part in met])}"
    for owner, owned in scope.responsibilities(content).items():
        yield f"Answered for, {owner}: {_some(owned)}"


def _no_scope(content: Content) -> Iterator[str]:
    if not content.model.scope.in_scope and not content.model.scope.out_of_scope:
        yield "Nobody said what is in and out; the drawing was taken to tell."
    if content.model.system.components and scope.is_taken_from_zones(content):
        yield "Of some components nobody said who answers for them; their zones were taken to tell."
    if unnamed := scope.proposed(content):
        yield f"Components that nobody named: {_some([part.name for part in unnamed])}"


# --- 3 ----------------------------------------------------------------------------------------


def _decomposition(content: Content) -> Iterator[str]:
    system = content.model.system.own
    counted = (
        marks.count(len(system.components), "component"),
        marks.count(len(system.flows), "flow"),
        marks.count(len(system.boundaries), "trust zone"),
        marks.count(len(system.assets), "asset"),
    )
    yield ", ".join(counted)
    entries = dict.fromkeys(t.attack_path[0].name for t in content.standing if t.attack_path)
    if entries:
        yield f"Where attackers begin: {_some(list(entries))}"
    crossing = [
        f"{system.name_of(f.source)} to {system.name_of(f.target)}"
        for f in system.flows
        if _crosses(content.model.system, f)
    ]
    if crossing:
        yield f"Flows over a trust boundary: {_some(crossing)}"


def _crosses(system: SystemModel, flow: Flow) -> bool:
    zones = {
        part.boundary
        for part in (system.elements[flow.source], system.elements[flow.target])
        if isinstance(part, Component)
    }
    return len(zones) > 1


def _not_drawn(content: Content) -> Iterator[str]:
    yield from (gap.text for gap in content.model.gaps)
    guessed = [f for f in content.model.system.own.flows if f.provenance.kind in UNREAL]
    if guessed:
        yield f"{marks.count(len(guessed), 'flow')} of these that nobody has confirmed"


# --- 4 ----------------------------------------------------------------------------------------


def _threats(content: Content) -> Iterator[str]:
    for one in scope.attackers(content):
        yield f"{one.name}, after {one.motive}: {marks.count(one.open, 'threat')} open to them"
    counted = Counter(threat.stride[0] for threat in content.standing)
    by_stride = [f"{spaced(s)} {counted[s]}" for s in Stride if counted[s]]
    if by_stride:
        yield f"By STRIDE: {', '.join(by_stride)}"
    for threat in content.standing[: summary.TOP]:
        yield f"{threat.level} ({threat.risk}): {threat.title}"


def _not_assessed(content: Content) -> Iterator[str]:
    open_ = sum(v.outcome is Outcome.NOT_ASSESSED for v in content.model.considered)
    if open_ and content.has_ai:
        yield f"{marks.count(open_, 'possible threat')} not assessed, as too little is known"
    assumed = sum(bool(threat.assumptions) for threat in content.standing)
    if assumed:
        yield f"{marks.count(assumed, 'threat')} resting on what is only assumed"
    if not content.standing:
        yield "No threat is listed."


# --- 5 ----------------------------------------------------------------------------------------


def _weaknesses(content: Content) -> Iterator[str]:
    for one in mitigated.mitigated(content):
        absent = [
            threat
            for threat in one.against
            if any(m.id == one.id and m.coverage is Coverage.NONE for m in threat.mitigations)
        ]
        if absent:
            number = marks.count(len(absent), "threat")
            yield f"Stated not to be in place: {one.title}, against {number}"
    yield from findings(content)


def findings(content: Content) -> list[str]:
    """What probes found and people ruled of it, in words: all of it enters the view here."""
    titles = {threat.id: threat.title for threat in content.model.threats}
    found: list[str] = []
    for entry in standing(content.model.journal):
        if isinstance(entry, Probed):
            found += [
                f"Probed: {titles.get(one.threat, one.threat)}: {spaced(one.verdict)}. "
                f"{one.because}"
                for one in entry.findings
            ]
        elif isinstance(entry, Ruled):
            said = "confirmed" if entry.is_confirmed else "not confirmed"
            found.append(f"Looked at: {titles.get(entry.threat, entry.threat)}: {said}")
    return found


def _not_probed(content: Content) -> Iterator[str]:
    if not findings(content):
        yield "Nothing was probed: whether these weaknesses can be used is not shown."
    unknown = [
        one.title
        for one in mitigated.mitigated(content)
        if all(coverage is Coverage.UNKNOWN for coverage in one.coverages)
    ]
    if unknown:
        yield f"Controls of which nothing is known: {_some(unknown)}"


# --- 6 ----------------------------------------------------------------------------------------


def _paths(content: Content) -> Iterator[str]:
    chains: dict[str, list[Threat]] = {}
    for threat in content.standing:
        names = [step.name for step in threat.attack_path if step.technique is None]
        if len(names) > 1:
            chains.setdefault(" → ".join(names), []).append(threat)
    for chain, threats in list(chains.items())[:MOST]:
        yield f"{chain}: {marks.count(len(threats), 'threat')}, the highest {threats[0].risk}"
    if len(chains) > MOST:
        yield f"{len(chains) - MOST} more ways; every threat has its own in the report."


def _no_paths(content: Content) -> Iterator[str]:
    without = [t for t in content.standing if not t.attack_path]
    if without:
        yield f"{marks.count(len(without), 'threat')} without a way in that is drawn"
    uncut = sum(not path.cut_by for path in content.attacks.paths)
    if uncut:
        yield f"{marks.count(uncut, 'attack path')} that nothing cuts today"


# --- 7 ----------------------------------------------------------------------------------------


def _risk(content: Content) -> Iterator[str]:
    for name, counted in summary.by_level(content):
        levels = [f"{counted[level]} {level}" for level in LEVELS if counted[level]]
        if levels:
            yield f"{name}: {', '.join(levels)}"
    if content.appetite is not None:
        yield appetite_in_words(content)
    for one in mitigated.first_steps(content)[: summary.TOP]:
        yield (
            f"To do: {one.title}, against {marks.count(len(one.against), 'threat')} "
            f"(takes off {one.gain})"
        )
    if content.standing or content.rejected:
        yield summary.basis(content).review


def _not_settled(content: Content) -> Iterator[str]:
    undecided = sum(t.status is Status.PROPOSED for t in content.standing)
    if undecided:
        yield f"{marks.count(undecided, 'threat')} that nobody decided about"
    unowned = [t for t in content.standing if t.status is Status.ACCEPTED and not t.owner]
    if unowned:
        yield f"{marks.count(len(unowned), 'accepted risk')} without an owner"
    open_ = [t for t, _ in above_appetite(content) if t.status is Status.PROPOSED]
    if open_:
        yield f"{marks.count(len(open_), 'undecided threat')} above the appetite"
    if not any(one.is_current for one in sign_off.signatures(content)):
        yield "Nobody signed off the model as it is."


Says = Callable[[Content], Iterator[str]]
STAGES: tuple[tuple[str, Says, Says], ...] = (
    ("Objectives and business impact", _objectives, _no_objectives),
    ("Technical scope", _technical_scope, _no_scope),
    ("Decomposition", _decomposition, _not_drawn),
    ("Threats", _threats, _not_assessed),
    ("Weaknesses and probe findings", _weaknesses, _not_probed),
    ("Attack paths", _paths, _no_paths),
    ("Risk and countermeasures", _risk, _not_settled),
)
"""Title, what it has, and what it is missing."""
