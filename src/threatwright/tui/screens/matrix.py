"""The risk matrix: likelihood × impact before controls, after them, and as it is planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

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
from threatwright.tui.screens.model_screen import UNDO, ModelScreen
from threatwright.tui.threat_filter import By, cell, matching, placed
from threatwright.tui.widgets.detail import Detail
from threatwright.tui.widgets.risk_grid import Cell, RiskGrid
from threatwright.tui.widgets.threat_detail import LEVEL_STYLES
from threatwright.tui.wording import MUTED

if TYPE_CHECKING:
    from textual.app import ComposeResult


class View(NamedTuple):
    """One of the three risks that the matrix shows."""

    mark: str
    """As the filter marks its cells."""
    name: str
    what: str


INHERENT = View("", "Inherent risk", "before any control")
RESIDUAL = View("r", "Residual risk", "after the controls stated to be in place")
TARGET = View("t", "Target risk", "once all mitigations that are planned are done")
VIEWS = (INHERENT, RESIDUAL, TARGET)


class MatrixScreen(ModelScreen):
    """The grid, and the threats of the cell that the cursor is on."""

    MODE = "matrix"
    AUTO_FOCUS = "RiskGrid"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i,space", "swap", "Inherent ⇄ residual ⇄ target", key_display="i"),
        *UNDO,
    ]

    grid = query_one(RiskGrid)

    def __init__(self) -> None:
        super().__init__()
        self._view = INHERENT

    def body(self) -> ComposeResult:
        """Grid left, or above in a narrow terminal; its cell's threats beside it."""
        yield Static(id="matrix-title")
        with Container(id="matrix"):
            with Vertical(id="grid-pane"):
                yield Static(Content("↑ likelihood"), id="likelihood")
                yield RiskGrid()
            with VerticalScroll(id="cell-pane"):
                yield Detail("cell-threats")

    def show_model(self, model: ThreatModel) -> None:
        """Draw the grid. Rejected threats are no risk, so they are not counted."""
        threats, level = _standing(model), self._level_of(_standing(model))
        cells = [placed(threat, self._view.mark, self._by(model).targets) for threat in threats]
        self.grid.show(Counter(cells), level)
        bands = self._bands()
        self.query_one("#matrix-title", Static).update(_title(self._view, cells, level, bands))
        self._show_cell()

    def _by(self, model: ThreatModel) -> By:
        targets = self.workbench.core.targets
        return By(model.system, targets=targets(model) if targets else {})

    def _bands(self) -> str:
        """Whose levels they are, where they are an organisation's own."""
        knowledge = self.workbench.core.knowledge
        return one_line(knowledge.risk.publisher) if knowledge else ""

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
        line = cell(likelihood, impact, self._view.mark)
        found = matching(_standing(model), line, self._by(model))
        head = Content.styled(f"Likelihood {likelihood} × impact {impact}", "bold $primary")
        targets = self._by(model).targets
        lines = [_line(t, model.system.name_of(t.element), targets.get(t.id)) for t in found]
        nothing = Content.styled("No threat stands here.", MUTED)
        text = Content("\n\n").join([head, *(lines or [nothing])])
        self.query_one(Detail).tell(self.grid.cursor, lambda: text)

    @on(RiskGrid.Selected)
    def _list(self, event: RiskGrid.Selected) -> None:
        self.workbench.threat_filter = cell(*event.cell, self._view.mark)
        self.workbench.action_go("threats")

    def action_swap(self) -> None:
        """From the inherent to the residual risk, to the target, and back."""
        self._view = VIEWS[(VIEWS.index(self._view) + 1) % len(VIEWS)]
        self.refresh_model(anew=True)


LADDER = list(Level)


def _standing(model: ThreatModel) -> tuple[Threat, ...]:
    return tuple(t for t in model.threats if t.status is not Status.REJECTED)


def _title(view: View, cells: list[Cell], level: Callable[[int], Level], bands: str) -> Content:
    """Which risk is shown and what that means, and how many threats stand in each level."""
    counts = Counter(level(likelihood * impact).value for likelihood, impact in cells)
    levels = f" · {by_level(counts) or 'no threats yet'}"
    whose = f" · levels of {bands}" if bands else ""
    return Content.assemble((view.name, "bold"), (f", {view.what}", MUTED), levels, (whose, MUTED))


def _line(threat: Threat, element: str, target: Cell | None) -> Content:
    planned = target[0] * target[1] if target else threat.residual
    way = [f" → {threat.residual}"] if threat.residual != threat.risk else []
    way += [f" ⇢ {planned}"] if planned != threat.residual else []
    return Content.assemble(
        (f"{threat.risk:>2}", LEVEL_STYLES[threat.level]),
        f"{''.join(way)} ",
        one_line(threat.title),
        (f"\n   {one_line(element)} · {threat.id}", MUTED),
    )
