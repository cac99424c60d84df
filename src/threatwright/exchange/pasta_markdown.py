"""The seven stages of PASTA by themselves, as Markdown."""

from __future__ import annotations

from threatwright.exchange import marks
from threatwright.exchange.report.content import Content
from threatwright.exchange.report.pasta import written
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge


def write(model: ThreatModel, knowledge: Knowledge) -> str:
    """The stages of a model. What people wrote stays text, whatever it looks like."""
    content = Content(model, knowledge)
    label = [f"*{marks.text(model.scope.handling)}*", ""] if model.scope.handling else []
    title = f"# PASTA: {marks.text(model.name) or 'unnamed system'}"
    return "\n".join([title, "", *label, *written(content)]).rstrip("\n") + "\n"
