"""The risk matrix: likelihood × impact, before and after the controls that are in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from threatwright.exchange.plain import one_line
from threatwright.model.document import ThreatModel
from threatwright.model.terms import Level, Status
from threatwright.model.threats import Threat
from threatwright.tui.marks import by_level
from threatwright.tui.screens.model_screen import ModelScreen
from threatwright.tui.threat_filter import cell, matching
from threatwright.tui.widgets.risk_grid import RiskGrid, counted
from threatwright.tui.widgets.threat_detail import LEVEL_STYLES
from threatwright.tui.wording import MUTED

if TYPE_CHECKING:
    from textual.app import ComposeResult


class MatrixScreen(ModelScreen):
    """The grid, and the threats of the cell that the cursor is on."""

    MODE = "matrix"
    AUTO_FOCUS = "RiskGrid"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i,space", "swap", "Inherent ⇄ residual", key_display="i"),
    ]

    grid = query_one(RiskGrid)

    def __init__(self) -> None:
        super().__init__()
        self._residual = False

    def body(self) -> ComposeResult:
        """Grid left, or above in a narrow terminal; its cell's threats beside it."""
        yield Static(id="matrix-title")
        with Container(id="matrix"):
            with Vertical(id="grid-pane"):
                yield Static(Content("↑ likelihood"), id="likelihood")
                yield RiskGrid()
            with VerticalScroll(id="cell-pane"):
                yield Static(id="cell-threats")

    def show_model(self, model: ThreatModel) -> None:
        """Draw the grid. Rejected threats are no risk, so they are not counted."""
        threats = _standing(model)
        self.grid.show(counted(threats, residual=self._residual), self._level_of(threats))
        self.query_one("#matrix-title", Static).update(_title(threats, residual=self._residual))
        self._show_cell()

    def _level_of(self, threats: tuple[Threat, ...]) -> Callable[[int], Level]:
        if (knowledge := self.workbench.core.knowledge) is not None:
            return knowledge.risk.level
        known = sorted((threat.risk, threat.level) for threat in threats)
        return lambda risk: max(
            (level for least, level in known if least <= risk), default=Level.LOW, key=LADDER.index
        )

    @on(RiskGrid.Moved)
    def _show_cell(self) -> None:
        if (model := self.workbench.model) is None:
            return
        likelihood, impact = self.grid.cursor
        found = matching(
            _standing(model), cell(likelihood, impact, residual=self._residual), model.system
        )
        head = Content.styled(f"Likelihood {likelihood} × impact {impact}", "bold $primary")
        lines = [_line(t, model.system.name_of(t.element)) for t in found]
        nothing = Content.styled("No threat stands here.", MUTED)
        self.query_one("#cell-threats", Static).update(
            Content("\n\n").join([head, *(lines or [nothing])])
        )

    @on(RiskGrid.Selected)
    def _list(self, event: RiskGrid.Selected) -> None:
        self.workbench.threat_filter = cell(*event.cell, residual=self._residual)
        self.workbench.action_go("threats")

    def action_swap(self) -> None:
        """From the inherent to the residual risk, and back."""
        self._residual = not self._residual
        self.refresh_model(anew=True)


LADDER = list(Level)


def _standing(model: ThreatModel) -> tuple[Threat, ...]:
    return tuple(t for t in model.threats if t.status is not Status.REJECTED)


def _title(threats: tuple[Threat, ...], *, residual: bool) -> Content:
    which = "Residual risk" if residual else "Inherent risk"
    what = "after the controls stated to be in place" if residual else "before any control"
    counts: dict[str, int] = {}
    for threat in threats:
        counts[threat.level.value] = counts.get(threat.level.value, 0) + 1
    levels = "" if residual else f" · {by_level(counts) or 'no threats yet'}"
    return Content.assemble((which, "bold"), (f", {what}", MUTED), levels)


def _line(threat: Threat, element: str) -> Content:
    return Content.assemble(
        (f"{threat.risk:>2}", LEVEL_STYLES[threat.level]),
        (f" → {threat.residual} " if threat.residual != threat.risk else " "),
        one_line(threat.title),
        (f"\n   {one_line(element)} · {threat.id}", MUTED),
    )
