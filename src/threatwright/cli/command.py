"""How every command is declared, and how its help gives an example."""

from __future__ import annotations

import typer

HELP = {"help_option_names": ["-h", "--help"]}


def new(summary: str | None = None) -> typer.Typer:
    """An app for one command module."""
    return typer.Typer(
        help=summary, add_completion=False, rich_markup_mode=None, context_settings=HELP
    )


def example(*lines: str) -> str:
    """The end of a command's help: command lines that work as they stand."""
    return "Example:\n\n\b\n" + "\n".join(f"  {line}" for line in lines)
