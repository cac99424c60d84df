"""The formats that a threat model can be exported to. A new one is a file and a line here.

A format's file is imported when something is written in it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge


class Format(NamedTuple):
    """An exchange format that can be written."""

    name: str
    extension: str
    title: str
    loses: str
    """What of the model it does not carry."""
    file: str
    """The module here whose `write` writes it."""

    def write(self, model: ThreatModel, knowledge: Knowledge) -> str:
        """The text of a model in this format."""
        written: str = import_module(f"threatwright.exchange.{self.file}").write(model, knowledge)
        return written

    def bound_to(self, knowledge: Knowledge) -> Callable[[ThreatModel], str]:
        """The function that writes a model, given the knowledge base."""
        return lambda model: self.write(model, knowledge)


FORMATS: tuple[Format, ...] = (
    Format(
        "markdown",
        ".md",
        "the report for reviewers",
        "the full text of the sources, and cannot be read back",
        "markdown",
    ),
    Format(
        "json",
        ".json",
        "the model file as JSON",
        "the comments of the YAML file",
        "json_file",
    ),
    Format(
        "mermaid",
        ".mmd",
        "the data-flow diagram",
        "everything but components, flows and trust boundaries",
        "mermaid",
    ),
    Format(
        "drawing",
        ".txt",
        "the data-flow diagram as text, for terminals and mails",
        "everything but components, flows and trust boundaries, and cannot be read back",
        "drawing",
    ),
)
"""Every format, by name."""
