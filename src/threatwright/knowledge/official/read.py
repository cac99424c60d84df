"""Reads the official ATLAS file, as MITRE publishes it or as somebody means to harm with it."""

from __future__ import annotations

import re
from typing import Any

import yaml
from pydantic import ValidationError

from threatwright import yamltext
from threatwright.errors import InputError
from threatwright.knowledge.official import form5, form6
from threatwright.knowledge.official.release import Release

MAX_BYTES = 50_000_000
"""The official file takes less than one million."""
MAX_VALUES = 500_000
"""Values and brackets of a file; the official one has some fifty thousand."""
MAX_DEPTH = 40
MAX_NUMBER = 40
"""Characters of a value that YAML would take for a number: reckoning a long one takes hours."""
FORMS = {5: form5.read, 6: form6.read}

_LINK = re.compile(r"\s*([\w./-]{1,200}\.ya?ml)\s*")
_NUMBER = re.compile(r"[-+]?[0-9.][0-9A-Fa-fxo_:.]*")


def link_in(content: bytes) -> str | None:
    """The file name that is all of the content: a symbolic link that was served as a text."""
    found = (
        _LINK.fullmatch(content[:256].decode("utf-8", "replace")) if len(content) < 256 else None
    )
    return found[1] if found else None


def read(content: bytes, name: str) -> Release:
    """The release that a file holds.

    `name` is what errors call the file. Raises InputError for anything but a whole and consistent
    release in the 5.x or 6.x form.
    """
    parsed = parse(content, name)
    if not isinstance(parsed, dict):
        raise _stranger(name)
    form = _form(parsed, name)
    try:
        return FORMS[form](parsed)
    except ValidationError as error:
        raise _invalid(error, content, name) from error


def parse(content: bytes, name: str) -> Any:
    """YAML as plain data, refused before it can do harm."""
    if len(content) > MAX_BYTES:
        raise InputError(
            f"{name} is larger than {MAX_BYTES // 1_000_000} MB.",
            "The official file takes less than one; check where this one came from.",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not in UTF-8: byte {error.start + 1} is wrong.", "Download it again."
        ) from error
    _refuse_harm(text, name)
    return yamltext.parse(text, name)


def _refuse_harm(text: str, name: str) -> None:
    """Look at a text piece by piece, before anything is built from it."""
    depth = count = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            count += 1
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH:
                raise _harmful(name, event, f"values nest deeper than {MAX_DEPTH}")
            if count > MAX_VALUES:
                raise _harmful(name, event, f"it holds more than {MAX_VALUES:,} values")
            if isinstance(event, yaml.AliasEvent):
                raise _harmful(name, event, f"a YAML alias (*{event.anchor}) stands here")
            if isinstance(event, yaml.ScalarEvent) and _is_long_number(event):
                raise _harmful(name, event, "a number of too many digits stands here")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}, line {mark.line + 1}" if mark is not None else name
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        raise InputError(
            f"{where}: {what}", "It is cut off or damaged; download it again."
        ) from error


def _is_long_number(event: yaml.ScalarEvent) -> bool:
    value = event.value
    return len(value) > MAX_NUMBER and event.implicit[0] and bool(_NUMBER.fullmatch(value))


def _harmful(name: str, event: yaml.Event, what: str) -> InputError:
    line = event.start_mark.line + 1 if event.start_mark is not None else 1
    return InputError(
        f"{name}, line {line}: {what}.",
        "MITRE publishes no such file; check where this one came from. Nothing was changed.",
    )


def _form(parsed: dict[Any, Any], name: str) -> int:
    """The major version of the form. Raises InputError if it is none that can be read."""
    version = parsed.get("format-version", parsed.get("version"))
    if version is None or not parsed.keys() & {"matrices", "techniques", "tactics"}:
        raise _stranger(name)
    major = re.match(r"(\d{1,4})(\.|$)", str(version))
    if major is None or int(major[1]) not in FORMS:
        raise InputError(
            f"{name} is in format {str(version)[:20]} of MITRE ATLAS, which cannot be read here.",
            "Formats 5 and 6 can: take the file of a release that has one "
            "(dist/manifest.yaml lists them), or a newer threatwright.",
        )
    return int(major[1])


def _stranger(name: str) -> InputError:
    return InputError(
        f"{name} is not an ATLAS file: it has neither `matrices` nor `techniques` with a version.",
        "Take dist/ATLAS.yaml or a file in dist/v6/ of MITRE's atlas-data.",
    )


def _invalid(error: ValidationError, content: bytes, name: str) -> InputError:
    first = error.errors(include_url=False)[0]
    path = [part for part in first["loc"] if part != "[key]"]
    line = yamltext.line_of(content.decode("utf-8-sig"), path) if path else None
    where = f"{name}, line {line}" if line else name
    field = f"{'.'.join(map(str, path))}: " if path else ""
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "string_pattern_mismatch":
        message = "this is not how such a value is written"
    return InputError(f"{where}: {field}{message}.", "It is damaged or altered; download it again.")
