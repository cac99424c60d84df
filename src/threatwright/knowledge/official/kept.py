"""Keeps a synced release in the user's folder, as validated JSON, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from threatwright.errors import InputError, KnowledgeError
from threatwright.knowledge.official.release import Release
from threatwright.model.base import Value

PLACE = Path("knowledge", "atlas.json")


class Synced(Value):
    """A release, and where and when it was got."""

    format: Literal["threatwright-atlas/1"] = "threatwright-atlas/1"
    source: str
    """The path or address that it was read from."""
    sha256: str
    """Of the file as it was read."""
    synced: str
    """When, in ISO 8601, UTC."""
    release: Release


def keep(synced: Synced, home: Path) -> Path:
    """Put it in place of the one before it. Raises InputError if the folder cannot be written."""
    path = home / PLACE
    content = synced.model_dump_json().encode("utf-8")
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, temporary = tempfile.mkstemp(dir=path.parent, prefix=".atlas.")
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(number)
        Path(temporary).replace(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror or error}.",
            "Check the folder and the space on the disk, or set THREATWRIGHT_HOME to another.",
        ) from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
    return path


def kept(home: Path) -> Synced | None:
    """The release that was synced last; None if none was.

    Raises KnowledgeError if it is damaged.
    """
    path = home / PLACE
    try:
        return Synced.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise KnowledgeError(
            f"The synced text of MITRE ATLAS in {path} cannot be read.",
            "Run `threatwright knowledge sync` again, or delete that file.",
        ) from error


def extra_texts(home: Path) -> Mapping[str, str]:
    """MITRE's own description of each technique and mitigation of the synced release, by id.

    Empty if nothing was synced, or if what was synced is damaged: search goes on without it.
    """
    try:
        found = kept(home)
    except KnowledgeError:
        return {}
    if found is None:
        return {}
    groups = (found.release.techniques, found.release.mitigations)
    return {told.id: told.description for group in groups for told in group if told.description}
