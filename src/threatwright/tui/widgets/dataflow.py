"""The data-flow picture in text: a panel a trust zone, in it components and what leaves them."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from threatwright.exchange.names import Names
from threatwright.exchange.plain import one_line
from threatwright.model.system import Boundary, Component, Flow, SystemModel
from threatwright.tui.widgets.element_tables import ARROWS
from threatwright.tui.wording import BADGE_ASSUMED, MUTED


class DataFlow(VerticalScroll):
    """Panels for the trust zones, least trusted first."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[SystemModel, Names] | None = None

    async def on_mount(self) -> None:
        """Draw what was to be shown before this was there."""
        if self._drawn is not None:
            await self.show(*self._drawn)

    async def show(self, system: SystemModel, names: Names) -> None:
        """Draw a system."""
        self._drawn = (system, names)
        if not self.is_attached:
            return
        await self.remove_children()
        for boundary in sorted(system.boundaries, key=lambda b: b.trust.rank):
            inside = [c for c in system.components if c.boundary == boundary.id]
            if inside:
                lines = [line for c in inside for line in drawn(c, system, names)]
                panel = Static(Content("\n").join(lines), classes=f"zone -{boundary.trust}")
                panel.border_title = Content(zone_title(boundary, system))
                await self.mount(panel)


def zone_title(boundary: Boundary, system: SystemModel) -> str:
    """Name, trust, and the zone around it."""
    around = f" in {one_line(system.zones[boundary.parent].name)}" if boundary.parent else ""
    return f"{one_line(boundary.name)} · {boundary.trust}{around}"


def drawn(component: Component, system: SystemModel, names: Names) -> list[Content]:
    """A component, and one line for each flow that it starts."""
    assumed = "" if component.provenance.is_stated else f" {BADGE_ASSUMED}"
    head = Content.assemble(
        ("● ", "$text-accent"),
        (one_line(component.name), "bold"),
        (f"  {names.kind(component.kind).lower()}{assumed}", MUTED),
    )
    started = [flow for flow in system.flows if flow.source == component.id]
    return [head, *(_arrow(flow, component, system) for flow in started)]


def _arrow(flow: Flow, component: Component, system: SystemModel) -> Content:
    target = system.elements[flow.target]
    zone = getattr(target, "boundary", component.boundary)
    across = f"  ⇥ {one_line(system.zones[zone].name)}" if zone != component.boundary else ""
    return Content.assemble(
        (f"   {ARROWS[flow.movement]} ", "bold $primary"),
        one_line(system.name_of(flow.target)),
        (f"  {one_line(flow.carries)}", MUTED),
        (across, "bold $text-warning"),
    )
