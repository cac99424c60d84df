"""Shows a run while it goes on, on standard error: a table on a terminal, else a line at times."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from threatwright.cli import console
from threatwright.engine.probes.live import Live
from threatwright.exchange.marks import count
from threatwright.exchange.plain import one_line, shorten
from threatwright.exchange.probes.words import duration
from threatwright.model.probe_run import Controlled, Denied, ProbeEvent, Tested

if TYPE_CHECKING:
    from rich.console import RenderableType

TENTHS = 10


class Shown(Protocol):
    """What shows a run. A context: a table is taken down at its end."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def note(self, event: ProbeEvent) -> None:
        """Something happened; the run has noted it already."""
        ...


def shown(live: Live, budget: int) -> Shown:
    """What fits standard error. `budget` is how many requests the target may be sent."""
    return Table(live, budget) if console.is_terminal(sys.stderr) else Lines(live, budget)


class Lines:
    """A line for what matters, and one for each tenth of the run."""

    def __init__(self, live: Live, budget: int) -> None:
        self._live, self._budget = live, budget
        self._tenth = 0
        self._confirmed: frozenset[str] = live.confirmed
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def note(self, event: ProbeEvent) -> None:
        """Something happened."""
        match event:
            case Controlled(control=control) if not control.passed:
                of = f" of {control.probe}" if control.probe else ""
                console.note(f"the {control.name} control{of} failed: {control.because}")
            case Denied():
                console.note(f"kept from {event.url}: {event.because}")
            case Tested():
                self._tell(event)
            case _:
                pass

    def _tell(self, event: Tested) -> None:
        if event.outcome == "hit" and event.is_replay:
            for threat in sorted(self._live.confirmed - self._confirmed):
                console.note(f"confirmed: {threat}, by {event.probe}")
            self._confirmed = self._live.confirmed
        tenth = int(self._live.done * TENTHS)
        if tenth > self._tenth:
            self._tenth = tenth
            console.note(summary(self._live, self._budget, time.monotonic() - self._began))


class Table:
    """A table that is painted over, with a row for each threat."""

    def __init__(self, live: Live, budget: int) -> None:
        from rich.console import Console
        from rich.live import Live as Painted

        self._live, self._budget = live, budget
        self._began = time.monotonic()
        self._painted = Painted(
            get_renderable=self._rows,
            console=Console(stderr=True, markup=False, highlight=False),
            refresh_per_second=4,
            transient=True,
        )

    def __enter__(self) -> Self:
        self._painted.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._painted.stop()

    def note(self, event: ProbeEvent) -> None:
        """It is painted soon."""

    def _rows(self) -> RenderableType:
        from rich.console import Group
        from rich.table import Table as Rows
        from rich.text import Text

        rows = Rows(box=None, pad_edge=False)
        for name in ("threat", "sent", "hits", ""):
            rows.add_column(name, justify="left" if name in ("threat", "") else "right")
        confirmed = self._live.confirmed
        for row in self._live.rows:
            rows.add_row(
                Text(shorten(row.title, 50)),
                Text(f"{row.tested}/{row.planned}"),
                Text(str(row.hits)),
                Text("CONFIRMED" if row.threat in confirmed else ""),
            )
        last = summary(self._live, self._budget, time.monotonic() - self._began)
        return Group(rows, Text(f"{last}  Ctrl-C stops and keeps what was found."))


def summary(live: Live, budget: int, elapsed: float) -> str:
    """How far the run is, in a line: requests, share, and about how long the rest takes."""
    left = live.seconds_left(elapsed)
    eta = f", about {duration(left)} left" if left is not None and live.done < 1 else ""
    hits = sum(
        1 for e in live.events if isinstance(e, Tested) and e.outcome == "hit" and not e.is_replay
    )
    return one_line(
        f"{live.sent} of at most {budget} requests, {live.done:.0%} of the trials, "
        f"{count(hits, 'hit')}{eta}".replace("%", " %")
    )
