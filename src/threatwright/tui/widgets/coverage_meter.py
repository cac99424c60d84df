"""How much of risk rests on what was stated, how many questions are left, and how deep to ask."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from threatwright.model.interview import Progress
from threatwright.tui.wording import MUTED, count

WIDTH = 12


class CoverageMeter(Static):
    """A bar and its figures. The figures say all that the bar does."""

    def show(self, progress: Progress | None) -> None:
        """Draw the progress."""
        self.update(meter(progress) if progress else Content.styled("No interview yet", "dim"))


def meter(progress: Progress) -> Content:
    """The bar and what it means."""
    share = min(1.0, max(0.0, progress.coverage))
    full = round(share * WIDTH)
    return Content.assemble(
        ("━" * full, "$success"),
        ("━" * (WIDTH - full), "$foreground 20%"),
        (f" {share:.0%}", "bold"),
        (" of risk rests on statements\n", MUTED),
        (str(progress.answered), "bold"),
        (" answered · ", MUTED),
        (count(progress.open, "question"), "bold"),
        (" worth asking\n", MUTED),
        (f"{progress.depth}", "bold"),
        (" interview · ", MUTED),
        ("Ctrl+G", "bold $primary"),
        (f" {progress.depth.deeper}", MUTED),
    )


def short_meter(progress: Progress) -> Content:
    """The same on one line, for narrow terminals."""
    share = min(1.0, max(0.0, progress.coverage))
    full = round(share * 10)
    return Content.assemble(
        ("━" * full, "$success"),
        ("━" * (10 - full), "$foreground 20%"),
        (f" {share:.0%}", "bold"),
        (" of risk stated · ", MUTED),
        (str(progress.answered), "bold"),
        (" answered · ", MUTED),
        (str(progress.open), "bold"),
        (f" left · {progress.depth}", MUTED),
    )
