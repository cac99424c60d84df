"""Finds what ships beside the code: `prompts/` and `knowledge/`, in a checkout and in a wheel."""

from __future__ import annotations

from pathlib import Path

from threatwright.errors import KnowledgeError

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `prompts` or `knowledge`.

    Raises KnowledgeError if the installation lacks it.
    """
    for candidate in (_PACKAGE / "_data" / name, _PACKAGE.parent.parent / name):
        if candidate.is_dir():
            return candidate
    raise KnowledgeError(
        f"The folder “{name}” that ships with threatwright was not found.",
        "Install threatwright again; an installation without it cannot work.",
    )


def compilations() -> Path:
    """Where a compilation of `knowledge/` ships, or is built in a checkout; it may be absent."""
    shipped = _PACKAGE / "_data" / "compiled"
    return shipped if shipped.is_dir() else _PACKAGE.parent.parent / "build" / "compiled"
