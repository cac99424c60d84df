"""What a language model says of a threat, as it comes. It is shown, and no part of the model."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from threatwright.exchange.plain import one_line, plain
from threatwright.tui.wording import MUTED

NO_PART = "It is no part of the threat model, and nobody checked it."


@dataclass
class Explained:
    """An explanation, as far as it has come."""

    by: str = ""
    """The name of the model."""
    text: str = ""
    is_over: bool = False
    is_cut: bool = False
    """It ended before its end."""


def explained(told: Explained) -> Content:
    """It as text: whatever it looks like, it is no markup."""
    by = f" by {one_line(told.by)}" if told.by else ""
    title = Content.styled(f"Explained{by}", "bold $accent")
    after = "…" if not told.is_over else " … (cut off)" if told.is_cut else ""
    note = Content.styled(f"{NO_PART} {'' if told.is_over else 'Esc stops it.'}".strip(), MUTED)
    return Content("\n").join([title, Content(plain(told.text) + after), note])
