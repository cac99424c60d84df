"""Five by five: how many threats stand at each likelihood and impact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from threatwright.model.terms import Level
from threatwright.tui.wording import MUTED

if TYPE_CHECKING:
    from textual import events

SIZE = 5
LABEL_WIDTH = 4
AXIS_HEIGHT = 2

Cell = tuple[int, int]
"""(likelihood, impact), 1 to 5 each."""

STYLES = {
    Level.CRITICAL: "$text-error on $error 45%",
    Level.HIGH: "$text-error on $error-muted",
    Level.MEDIUM: "$text-warning on $warning-muted",
    Level.LOW: "$text-success on $success-muted",
}


class RiskGrid(Widget, can_focus=True):
    """Counts by cell, each with its level in words. Arrow keys move, Enter selects."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(1, 0)", show=False),
        Binding("down", "move(-1, 0)", show=False),
        Binding("left", "move(0, -1)", show=False),
        Binding("right", "move(0, 1)", show=False),
        Binding("enter", "select", "List these"),
    ]

    cursor: reactive[Cell] = reactive((5, 5))

    class Moved(Message):
        """The cursor is on another cell."""

    class Selected(Message):
        """A cell was chosen."""

        def __init__(self, cell: Cell) -> None:
            super().__init__()
            self.cell = cell

    def __init__(self) -> None:
        super().__init__()
        self._counts: Counter[Cell] = Counter()
        self._level: Callable[[int], Level] = lambda _: Level.LOW

    def show(self, counts: Counter[Cell], level: Callable[[int], Level]) -> None:
        """Draw the counts; `level` says what a risk of 1 to 25 is called."""
        if not self._counts and counts:
            self.cursor = max(counts, key=lambda cell: (cell[0] * cell[1], cell[1]))
        self._counts, self._level = counts, level
        self.refresh()

    def watch_cursor(self) -> None:
        """Tell where the cursor is."""
        self.post_message(self.Moved())

    def action_move(self, likelihood: int, impact: int) -> None:
        """Move the cursor within the grid."""
        at = self.cursor
        self.cursor = (_clamped(at[0] + likelihood), _clamped(at[1] + impact))

    def action_select(self) -> None:
        """Choose the cell that the cursor is on, if there is anything in it."""
        if self._counts[self.cursor]:
            self.post_message(self.Selected(self.cursor))
        else:
            self.app.bell()

    def on_click(self, event: events.Click) -> None:
        """Move to a cell; on the cell that the cursor is on, choose it."""
        row, column = event.y // self._cell_height, (event.x - LABEL_WIDTH) // self._cell_width
        if not (0 <= row < SIZE and 0 <= column < SIZE and event.x >= LABEL_WIDTH):
            return
        cell = (SIZE - row, column + 1)
        if cell == self.cursor:
            self.action_select()
        self.cursor = cell

    @property
    def _cell_height(self) -> int:
        return 5 if self.size.height >= 5 * SIZE + AXIS_HEIGHT else 3

    @property
    def _cell_width(self) -> int:
        return max(8, min(16, (self.size.width - LABEL_WIDTH) // SIZE))

    def render(self) -> Content:
        """Likelihood upwards, impact to the right."""
        lines: list[Content] = []
        for likelihood in range(SIZE, 0, -1):
            lines += self._row(likelihood)
        width = self._cell_width
        axis = "".join(str(impact).center(width) for impact in range(1, SIZE + 1))
        lines.append(Content.styled(" " * LABEL_WIDTH + axis, MUTED))
        title = "impact →".center(SIZE * width)
        lines.append(Content.styled(" " * LABEL_WIDTH + title, MUTED))
        return Content("\n").join(lines)

    def _row(self, likelihood: int) -> list[Content]:
        cells = [self._cell((likelihood, impact)) for impact in range(1, SIZE + 1)]
        height = self._cell_height
        middle = height // 2
        return [
            Content.assemble(
                (
                    (f" {likelihood}" if line == middle else "").ljust(LABEL_WIDTH),
                    MUTED,
                ),
                *(cell[line] for cell in cells),
            )
            for line in range(height)
        ]

    def _cell(self, cell: Cell) -> list[tuple[str, str]]:
        width = self._cell_width - 1
        level = self._level(cell[0] * cell[1])
        number = self._counts[cell]
        style = STYLES[level] if number else f"{MUTED} on $surface"
        figure = str(number) if number else "·"
        texts = _filled(figure, str(level) if number else "", self._cell_height)
        if cell == self.cursor:
            style = f"bold {style}"
            bar, inner = "━" * (width - 2), texts[1:-1]
            sides = [f"┃{text.center(width - 2)}┃" for text in inner]
            texts = [f"┏{bar}┓", *sides, f"┗{bar}┛"]
        return [(text.center(width) + " ", style) for text in texts]


def _filled(figure: str, level: str, height: int) -> list[str]:
    """The lines of a cell: the figure in the middle, its level below."""
    above = [""] * (height // 2)
    return [*above, figure, level, *above[1:]]


def _clamped(rating: int) -> int:
    return max(1, min(SIZE, rating))
