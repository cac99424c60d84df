"""The drawing of the system: what of it is only assumed, and the question whether it is right."""

from __future__ import annotations

from collections.abc import Iterable

from threatwright.engine.interview.questions import spoken_name
from threatwright.engine.text.spoken import some
from threatwright.model.document import ThreatModel
from threatwright.model.facts import YES
from threatwright.model.interview import CONFIRMED, Question
from threatwright.model.journal import Confirmed, Skipped, standing
from threatwright.model.system import SYSTEM, Asset, Boundary, Component, Flow, SystemModel
from threatwright.model.terms import Role
from threatwright.model.vocabulary import Choice

CHANGE = "change"
"""Its answer that something is not."""
NAMED = 5
"""Components that are named in it."""


def unconfirmed(model: ThreatModel) -> tuple[str, ...]:
    """Ids of what was drawn without anybody having said it, and not been confirmed yet."""
    seen = {
        id_
        for entry in standing(model.journal)
        if isinstance(entry, Confirmed)
        for id_ in entry.elements
    }
    system = model.system.own
    drawn: tuple[Boundary | Component | Flow | Asset, ...] = (
        *system.boundaries,
        *system.components,
        *system.flows,
        *system.assets,
    )
    return tuple(e.id for e in drawn if not e.provenance.is_stated and e.id not in seen)


def was_looked_at(model: ThreatModel) -> bool:
    """Whether somebody confirmed the drawing before, or put that off."""
    return any(
        isinstance(e, Confirmed) or (isinstance(e, Skipped) and e.question == CONFIRMED)
        for e in standing(model.journal)
    )


def confirmation(model: ThreatModel) -> Question | None:
    """The question whether the system is drawn right, or None if it need not be asked."""
    put_off = any(
        isinstance(e, Skipped) and e.question == CONFIRMED for e in standing(model.journal)
    )
    assumed = unconfirmed(model)
    if put_off or not assumed:
        return None
    return Question(
        id=CONFIRMED,
        element=SYSTEM,
        element_name=model.system.name_of(SYSTEM),
        fact="confirmed",
        text=_asked(frozenset(assumed), model.system),
        why="Threats are drafted for what is drawn: what does not exist has none, what is missing "
        "has them too.",
        choices=(
            Choice(value=YES, label="Yes, as drawn"),
            Choice(value=CHANGE, label="No, something is different"),
        ),
        proposed=YES,
        role=Role.PRODUCT,
        value=0.0,
    )


def _asked(assumed: frozenset[str], system: SystemModel) -> str:
    """By name what nobody named, and how much is assumed around it."""
    names = [spoken_name(c) for c in system.components if c.id in assumed]
    around = _around(assumed, system)
    if not names:
        return f"Is the system drawn as it is? Assumed, not said: {around}."
    also = f"; assumed, too: {around}" if around else ""
    return f"Is the system drawn as it is? Nobody named {some(names, NAMED)}{also}."


def _around(assumed: frozenset[str], system: SystemModel) -> str:
    """How many flows, zones and assets: "5 flows and 2 zones"."""
    groups: tuple[tuple[str, Iterable[Boundary | Flow | Asset]], ...] = (
        ("flow", system.flows),
        ("zone", system.boundaries),
        ("asset", system.assets),
    )
    counts = [(sum(part.id in assumed for part in parts), name) for name, parts in groups]
    told = [f"{n} {name}{'' if n == 1 else 's'}" for n, name in counts if n]
    return " and ".join(filter(None, (", ".join(told[:-1]), *told[-1:])))
