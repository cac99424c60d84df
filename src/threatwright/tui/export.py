"""Writes an export to a file, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.tui.contract import Format


@dataclass(frozen=True)
class Export:
    """What to write, and where."""

    format: Format
    path: Path


def write(model: ThreatModel, export: Export) -> Path:
    """Write the model in the format. Raises InputError if the file cannot be written."""
    content = export.format.write(model)
    raw = content.encode("utf-8") if isinstance(content, str) else content
    target = export.path
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError as error:
        raise InputError(
            f"{target} cannot be written: {error.strerror or error}.",
            "Choose a folder that exists and that you may write to.",
        ) from error
    return target
