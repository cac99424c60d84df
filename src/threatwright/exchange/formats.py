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
    """Where one ends with another (`.jira.csv`), the longer one is meant by a file's name."""
    title: str
    loses: str
    """What of the model it does not carry."""
    file: str
    """The module here whose `write` writes it."""
    tells_lines: bool = False
    """Whether it tells where in the model file something stands."""

    def write(
        self, model: ThreatModel, knowledge: Knowledge, source: ModelFile | None = None
    ) -> str | bytes:
        """A model in this format, as bytes where that is no text. `source` is its file, if any."""
        write: Callable[..., str | bytes]
        write = import_module(f"threatwright.exchange.{self.file}").write
        return write(model, knowledge, source) if self.tells_lines else write(model, knowledge)

    def bound_to(self, knowledge: Knowledge) -> Callable[[ThreatModel], str | bytes]:
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
        "html",
        ".html",
        "the report as one HTML file that works without a network, also on paper",
        "the full text of the sources, and cannot be read back",
        "html.page",
    ),
    Format(
        "pasta",
        ".pasta.md",
        "the seven stages of PASTA, each with what it is missing, as Markdown",
        "attack paths step by step, evidence, and all but the gravest threats",
        "pasta_markdown",
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
        "attack-tree",
        ".tree.mmd",
        "the attack paths as a tree, from the goals down to the entry points, in Mermaid",
        "everything but attack paths and what cuts them; of a large model, those of lowest risk",
        "attack_tree",
    ),
    Format(
        "roadmap",
        ".roadmap.md",
        "what to do now, next and later, as Markdown",
        "everything but mitigations that are not in place yet",
        "roadmap_markdown",
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
    Format(
        "csv",
        ".csv",
        "the threats as a table",
        "the system, attack paths, evidence, and what was left out",
        "csv_threats",
    ),
    Format(
        "csv-mitigations",
        ".mitigations.csv",
        "the mitigations as a table",
        "everything but mitigations and the ids of the threats that they stand against",
        "csv_mitigations",
    ),
    Format(
        "xlsx",
        ".xlsx",
        "threats and mitigations as an Excel workbook",
        "the system, attack paths, evidence, and what was left out",
        "workbook",
    ),
    Format(
        "tickets-jira",
        ".jira.csv",
        "what is left to do, as a CSV file that Jira imports",
        "everything but mitigations that are not in place yet",
        "tickets_jira",
    ),
    Format(
        "tickets-github",
        ".github.csv",
        "what is left to do, as a CSV file for GitHub issues",
        "everything but mitigations that are not in place yet",
        "tickets_github",
    ),
)
"""Every format, by name."""


def format_for(name: str) -> Format | None:
    """The format that a file's name asks for: of those that it ends with, the longest."""
    fitting = [entry for entry in FORMATS if name.lower().endswith(entry.extension)]
    return max(fitting, key=lambda entry: len(entry.extension), default=None)
