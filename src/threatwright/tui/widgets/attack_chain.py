"""An attack path as a drawn chain: what moves goes down the line, what is done hangs beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from threatwright.exchange.plain import one_line
from threatwright.model.threats import Step
from threatwright.tui.wording import MUTED


def chain(steps: Sequence[Step]) -> Iterator[Content]:
    """The lines of a path, its steps numbered from the entry point."""
    for n, step in enumerate(steps, 1):
        if n > 1 and step.technique is None:
            yield Content.styled("▼", MUTED)
        beside = ("├─◇ ", MUTED) if step.technique is not None else ""
        name, text = one_line(step.name), one_line(step.text)
        head = "" if name in text or step.technique is not None else f"{name}: "
        yield Content.assemble(beside, (f"{n} ", "bold $primary"), (head, "bold"), text)
