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
    return _text("Roadmap", model, written(content, _against, "##"))


def write_nist(model: ThreatModel, knowledge: Knowledge) -> str:
    """What of NIST AI RMF the model covers."""
    view = Content(model, knowledge).rmf
    return _text(f"NIST AI RMF {view.edition}", model, nist.written(view, "##"))


def _text(title: str, model: ThreatModel, lines: list[str]) -> str:
    handling = marks.text(model.scope.handling)
    head = [f"# {title}: {marks.text(model.name) or 'unnamed system'}", ""]
    head += [f"*{handling}*", ""] if handling else []
    return "\n".join(wrapped([*head, *lines])).rstrip("\n") + "\n"


def _against(work: Work) -> str:
    return marks.count(len(work.threats), "threat")
