"""The forms to change a component or a flow, and to add a flow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import Select

from threatwright.errors import InputError
from threatwright.exchange.names import Names
from threatwright.exchange.plain import one_line
from threatwright.model.said import Change, Connect, Correct, Said, Together
from threatwright.model.system import Component, Flow, SystemModel
from threatwright.model.terms import ComponentKind, Movement
from threatwright.tui.screens.form import Check, Form
from threatwright.tui.widgets.fields import Line

if TYPE_CHECKING:
    from textual.widget import Widget

WAYS = {
    Movement.SEND: "to the target",
    Movement.READ: "from the target",
    Movement.CALL: "both ways: a request and its answer",
}


class EditComponent(Form):
    """A component that is called otherwise, is of another kind, or stands elsewhere."""

    AUTO_FOCUS = "#name"

    def __init__(
        self, component: Component, system: SystemModel, names: Names, check: Check
    ) -> None:
        hint = f"Its id stays {component.id}, and so do the decisions about its threats."
        super().__init__(f"Edit “{component.name}”", check, hint=hint)
        self._component, self._system, self._names = component, system, names

    def fields(self) -> Iterator[tuple[str, Widget]]:
        """Name, kind, zone."""
        one = self._component
        kinds = sorted((self._names.kind(kind), kind) for kind in ComponentKind)
        zones = [(f"{zone.name} · {zone.trust}", zone.id) for zone in self._system.boundaries]
        yield "Name", Line(one_line(one.name), id="name", compact=True)
        yield "Kind", _select([(name, str(kind)) for name, kind in kinds], one.kind, "kind")
        yield "Zone", _select(zones, one.boundary, "zone")

    def said(self) -> Said:
        """What is another, together. Raises InputError if nothing is."""
        one, name = self._component, self.text("name")
        kind, zone = (str(self.query_one(field, Select).value) for field in ("#kind", "#zone"))
        change = Change(
            element=one.id,
            kind=ComponentKind(kind) if kind != one.kind else None,
            boundary=zone if zone != one.boundary else "",
        )
        renamed = [Correct(rename=one.id, name=name)] if name != one_line(one.name) else []
        changed = [change] if change.kind or change.boundary else []
        return _together([*renamed, *changed])


class EditFlow(Form):
    """A flow that carries something else, or moves it another way."""

    AUTO_FOCUS = "#carries"

    def __init__(self, flow: Flow, system: SystemModel, check: Check) -> None:
        super().__init__(f"Edit the flow {system.name_of(flow.id)}", check)
        self._flow = flow

    def fields(self) -> Iterator[tuple[str, Widget]]:
        """What it carries, and which way."""
        yield "Carries", Line(one_line(self._flow.carries), id="carries", compact=True)
        yield "Moves", _movement(self._flow.movement)

    def said(self) -> Said:
        """What is another. Raises InputError if nothing is."""
        carries, movement = self.text("carries"), _moves(self)
        change = Change(
            element=self._flow.id,
            carries=carries if carries != one_line(self._flow.carries) else "",
            movement=movement if movement is not self._flow.movement else None,
        )
        return _together([change] if change.carries or change.movement else [])


class AddFlow(Form):
    """A flow that is not drawn."""

    AUTO_FOCUS = "#source"

    def __init__(self, system: SystemModel, at: str, check: Check) -> None:
        super().__init__("Add a flow", check, hint="Its source is whoever starts it.")
        self._system, self._at = system, at

    def fields(self) -> Iterator[tuple[str, Widget]]:
        """Source, target, what it carries, which way."""
        ends = [(one.name, one.id) for one in self._system.components]
        yield "Source", _select(ends, self._at, "source")
        yield "Target", _select(ends, "", "target")
        yield "Carries", Line(id="carries", placeholder="in a few words", compact=True)
        yield "Moves", _movement(Movement.CALL)

    def said(self) -> Said:
        """The flow. Raises InputError if an end or what it carries is missing."""
        source, target = (self.query_one(field, Select).value for field in ("#source", "#target"))
        carries = self.text("carries")
        if not (isinstance(source, str) and isinstance(target, str) and carries):
            raise InputError(
                "A flow has a source, a target, and carries something.", "Fill in what is empty."
            )
        return Connect(source=source, target=target, carries=carries, movement=_moves(self))


def _select(options: list[tuple[str, str]], value: str, name: str) -> Select[str]:
    shown = [(Text(one_line(label)), id_) for label, id_ in options]
    known = value in {id_ for _, id_ in options}
    return Select(
        shown, value=value if known else Select.NULL, allow_blank=not known, id=name, compact=True
    )


def _movement(value: Movement) -> Select[str]:
    return _select([(label, str(movement)) for movement, label in WAYS.items()], value, "movement")


def _moves(form: Form) -> Movement:
    return Movement(str(form.query_one("#movement", Select).value))


def _together(said: list[Correct | Change]) -> Said:
    if not said:
        raise InputError("Nothing would be another.", "Change a field, or leave with Escape.")
    return said[0] if len(said) == 1 else Together(said=tuple(said))
