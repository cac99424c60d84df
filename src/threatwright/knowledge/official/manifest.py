"""Reads `manifest.yaml`, in which MITRE names the ATLAS file of each release and format."""

from __future__ import annotations

import re
from typing import Annotated, NamedTuple

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from threatwright.errors import InputError
from threatwright.knowledge.official.read import FORMS, parse
from threatwright.knowledge.official.release import Foreign, Number

Path = Annotated[str, StringConstraints(pattern=r"^[\w][\w./-]{0,199}\.ya?ml$")]
"""Relative to the manifest. It begins with no slash and no dot, and names no other host."""


class _Version(Foreign):
    format: Number = Field(alias="format-version")
    path: Path


class _Listed(Foreign):
    release: Number
    versions: list[_Version]


_MANIFEST: TypeAdapter[list[_Listed]] = TypeAdapter(list[_Listed])


class Located(NamedTuple):
    """Where the newest release that can be read is."""

    release: str
    format: str
    path: str
    """Relative to the manifest."""
    newest: str
    """The newest release, which may be in another format only."""


def newest(content: bytes, name: str) -> Located:
    """The newest release in a manifest that has a format which can be read.

    `name` is what errors call it. Raises InputError if it is no manifest or has no such release.
    """
    parsed = parse(content, name)
    try:
        listed = _MANIFEST.validate_python([parsed] if isinstance(parsed, dict) else parsed)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(
            f"{name} is not a manifest of ATLAS releases: "
            f"{'.'.join(map(str, first['loc']))}: {first['msg']}.",
            "Give the address of the ATLAS file itself.",
        ) from error
    for entry in listed:
        readable = [version for version in entry.versions if _major(version.format) in FORMS]
        for version in sorted(readable, key=lambda v: _major(v.format), reverse=True):
            if ".." not in version.path.split("/"):
                return Located(entry.release, version.format, version.path, listed[0].release)
    raise InputError(
        f"{name} names no ATLAS file in a format that can be read here.",
        "Formats 5 and 6 can; give the address of such a file, or take a newer threatwright.",
    )


def _major(format_: str) -> int:
    return int(re.split(r"\.", format_)[0])
