"""The steps of an attack path in full: preparation, way in, what is done, harm, way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from threatwright.model.attack import Control, Move, PathStep, Technique
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Flow, SystemModel
from threatwright.model.terms import Effect, MitigationStatus
from threatwright.model.threats import AppliedMitigation, Step, Threat

_BEFOREHAND = frozenset({"AML.TA0002", "AML.TA0003"})
"""Reconnaissance and resource development: they need no way into the system."""


def cuts(mitigation: AppliedMitigation) -> bool:
    """Whether it cuts a path: it prevents, and somebody said outright that it is in place."""
    return mitigation.effect is Effect.PREVENTS and mitigation.status is MitigationStatus.IN_PLACE


def parts(threat: Threat, system: SystemModel) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The way in and the way out of a threat, as they are kept with it."""
    moved = tuple(step for step in threat.attack_path if step.technique is None)
    ends = (threat.element, at(threat.element, system))
    last = next((n for n, step in enumerate(moved) if step.element in ends), len(moved) - 1)
    return moved[: last + 1], moved[last + 1 :]


def at(element: str, system: SystemModel) -> str:
    """Where a way in to an element ends: of a flow, at its source."""
    found = system.elements.get(element)
    return found.source if isinstance(found, Flow) else element


class Steps:
    """Puts the steps of attack paths together."""

    def __init__(self, system: SystemModel, knowledge: Knowledge) -> None:
        self._system = system
        self._tactics = _tactics(knowledge)

    def of(
        self,
        threat: Threat,
        inward: Sequence[Step],
        outward: Sequence[Step],
        mitigations: Sequence[AppliedMitigation],
    ) -> tuple[PathStep, ...]:
        """The whole path of a threat by a way in and a way out."""
        return _with_controls([*self._bare(threat, inward, outward)], mitigations)

    def _bare(
        self, threat: Threat, inward: Sequence[Step], outward: Sequence[Step]
    ) -> Iterator[PathStep]:
        done = [self._technique(s.technique) for s in threat.attack_path if s.technique]
        here, name = threat.element, self._system.name_of(threat.element)

        def stay(move: Move, text: str, *techniques: Technique) -> PathStep:
            return PathStep(move=move, element=here, name=name, text=text, techniques=techniques)

        for one in filter(_is_beforehand, done):
            yield stay(Move.PREPARE, f"beforehand: {one.reference.name}", one)
        for n, step in enumerate(inward):
            yield _moved(step, Move.MOVE if n else Move.ENTER)
        for one in done:
            if not _is_beforehand(one):
                yield stay(Move.ACT, f"at {name}: {one.reference.name}", one)
        harms = (r for r in threat.references if r.list is ListName.ATLAS)
        yield stay(Move.HARM, threat.title, *map(self._technique, harms))
        for step in outward:
            yield _moved(step, Move.LEAVE)

    def _technique(self, reference: Reference) -> Technique:
        key = (reference.edition, reference.id)
        return Technique(reference=reference, tactics=self._tactics.get(key, ()))


def _tactics(knowledge: Knowledge) -> Mapping[tuple[str, str], tuple[Reference, ...]]:
    """(edition, technique) → its tactics."""
    atlas = [e for c in knowledge.catalogues if c.list is ListName.ATLAS for e in c.entries]
    known = {(e.edition, e.id): e.reference for e in atlas if e.type == "tactic"}
    return {
        (e.edition, e.id): tuple(
            known[e.edition, id_] for id_ in e.tactics if (e.edition, id_) in known
        )
        for e in atlas
        if e.tactics
    }


def _is_beforehand(technique: Technique) -> bool:
    tactics = {tactic.id for tactic in technique.tactics}
    return bool(tactics) and tactics <= _BEFOREHAND


def _moved(step: Step, move: Move) -> PathStep:
    return PathStep(move=move, element=step.element, name=step.name, via=step.via, text=step.text)


def _with_controls(
    steps: Sequence[PathStep], mitigations: Sequence[AppliedMitigation]
) -> tuple[PathStep, ...]:
    """Each control on the step that it meets first; on the harm, if it is met nowhere else."""
    harm = next(n for n, step in enumerate(steps) if step.move is Move.HARM)
    standing: dict[int, list[Control]] = {}
    for one in mitigations:
        met = {_where(steps, place, harm) for place in one.at} or {harm}
        for n in met:
            standing.setdefault(n, []).append(_control(one))
    return tuple(
        step.model_copy(update={"controls": tuple(standing[n])}) if n in standing else step
        for n, step in enumerate(steps)
    )


def _where(steps: Sequence[PathStep], place: str, harm: int) -> int:
    """The step at which an attacker meets what stands at a place, by its number."""
    if place == steps[harm].element:
        return harm
    moved = (Move.ENTER, Move.MOVE, Move.LEAVE)
    found = (n for n, step in enumerate(steps) if step.element == place and step.move in moved)
    return next(found, harm)


def _control(one: AppliedMitigation) -> Control:
    return Control(id=one.id, title=one.title, effect=one.effect, status=one.status, cuts=cuts(one))
