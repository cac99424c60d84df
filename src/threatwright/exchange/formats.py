"""The formats that a threat model can be exported to. A new one is a file and a line here.

A format's file is imported when something is written in it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge

if TYPE_CHECKING:
    from threatwright.exchange.file_lines import ModelFile


class Format(NamedTuple):
    """An exchange format that can be written."""

    name: str
    extension: str
    title: str
    loses: str
    """What of the model it does not carry."""
    file: str
    """The module here whose `write` writes it."""
    tells_lines: bool = False
    """Whether it tells where in the model file something stands."""

    def write(
        self, model: ThreatModel, knowledge: Knowledge, source: ModelFile | None = None
    ) -> str:
        """The text of a model in this format. `source` is its file, where it has one."""
        write: Callable[..., str] = import_module(f"threatwright.exchange.{self.file}").write
        return write(model, knowledge, source) if self.tells_lines else write(model, knowledge)

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
    Format(
        "sarif",
        ".sarif",
        "the threats as results of SARIF 2.1.0, for code scanning",
        "the system, the answers and all but the threats of the model's own",
        "sarif",
        tells_lines=True,
    ),
)
"""Every format, by name."""
