"""What was said in the trials that a finding rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from threatwright.exchange.plain import one_line, plain
from threatwright.exchange.probes.transcript import messages
from threatwright.tui.widgets.detail import Detail
from threatwright.tui.wording import MUTED

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from threatwright.model.probe_evidence import TrialRecord


class ProbeTranscript(ModalScreen[None]):
    """The trials left, one of them right. Escape closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close"),
        Binding("pagedown,space", "scroll(1)", show=False),
        Binding("pageup,b", "scroll(-1)", show=False),
    ]

    def __init__(self, title: str, records: Sequence[TrialRecord]) -> None:
        super().__init__()
        self._title, self._records = title, records

    def compose(self) -> ComposeResult:
        """The list of trials, and what was said in the one that is marked."""
        with Vertical(classes="dialog -full"):
            yield Static(Content(one_line(self._title)), classes="dialog-title")
            with Horizontal():
                yield OptionList(
                    *(Content(one_line(f"{r.outcome}  {r.trial}")) for r in self._records),
                    id="trials",
                    markup=False,
                )
                with VerticalScroll(id="trial"):
                    yield Detail("said")
            yield Static(
                Content("↑ ↓: trial   Space b: scroll   Esc: close"), classes="dialog-keys"
            )

    def on_mount(self) -> None:
        """Begin with the first."""
        self.query_one(OptionList).highlighted = 0 if self._records else None

    @on(OptionList.OptionHighlighted)
    def _show(self, event: OptionList.OptionHighlighted) -> None:
        record = self._records[event.option_index]
        self.query_one(Detail).tell(record.id, lambda: _told(record))

    def action_scroll(self, pages: int) -> None:
        """Scroll what was said."""
        pane = self.query_one("#trial", VerticalScroll)
        pane.scroll_relative(y=pages * max(1, pane.size.height - 2), animate=False)


def _told(record: TrialRecord) -> Content:
    lines = [
        Content.assemble((one_line(record.outcome), "bold"), f"  {one_line(record.because)}"),
        Content.styled(
            one_line(
                f"{record.probe}, seed {record.seed}, "
                f"{' → '.join(record.converters) or 'as it is'}; scored by {record.scorer}"
            ),
            MUTED,
        ),
    ]
    for message in messages(record):
        lines += [
            Content(),
            Content.styled(one_line(message.who), "bold $text-accent"),
            Content(plain(message.text)),
        ]
    return Content("\n").join(lines)
