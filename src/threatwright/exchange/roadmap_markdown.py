"""The roadmap by itself, as Markdown that reads well as plain text."""

from __future__ import annotations

from threatwright.exchange import marks
from threatwright.exchange.report import nist
from threatwright.exchange.report.content import Content
from threatwright.exchange.report.roadmap import written
from threatwright.exchange.wrapped import wrapped
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.roadmap import Work


def write(model: ThreatModel, knowledge: Knowledge) -> str:
    """The roadmap of a model."""
    content = Content(model, knowledge)
    lines = [f"# Roadmap: {_name(model)}", "", *written(content, _against, "##")]
    return _text(lines)


def write_nist(model: ThreatModel, knowledge: Knowledge) -> str:
    """What of NIST AI RMF the model covers."""
    view = Content(model, knowledge).rmf
    lines = [f"# NIST AI RMF {view.edition}: {_name(model)}", "", *nist.written(view, "##")]
    return _text(lines)


def _name(model: ThreatModel) -> str:
    return marks.text(model.name) or "unnamed system"


def _text(lines: list[str]) -> str:
    return "\n".join(wrapped(lines)).rstrip("\n") + "\n"


def _against(work: Work) -> str:
    return marks.count(len(work.threats), "threat")
