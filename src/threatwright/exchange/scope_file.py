"""Reads scope files: YAML that says what a probe may touch. `scope_form` writes one to fill in.

No error repeats what looks like a key: somebody may have put one where it does not belong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from threatwright import yamltext
from threatwright.errors import InputError
from threatwright.model.credentials import looks_like_key, without_keys
from threatwright.model.probe_request import is_placeholder
from threatwright.model.probe_scope import FORMAT, ProbeScope

Where = tuple[str | int, ...]

FIX = (
    "Correct these fields; `threatwright probe FILE --init-scope` prints a form that explains each."
)


def read(text: str, name: str) -> ProbeScope:
    """The scope that a text holds. `name` is what errors call the file.

    Raises InputError naming line and field of everything that is wrong or not filled in yet.
    """
    try:
        return _read(text, name)
    except InputError as error:
        # Without the cause, whose message may hold the text as it stands.
        raise InputError(without_keys(error.problem), error.fix) from None


def _read(text: str, name: str) -> ProbeScope:
    content = yamltext.parse(text, name)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InputError(
            f"{name} is not a scope file: it does not begin with “format: {FORMAT}”.",
            "Begin one with threatwright probe FILE --init-scope -o SCOPE.yaml",
        )
    blank = [(where, "this is still to be filled in") for where in _placeholders(content)]
    keys = [(where, KEY) for where in _keys(content)]
    if blank or keys:
        raise InputError(yamltext.listed([*keys, *blank], text, name), FIX)
    try:
        return ProbeScope.model_validate(content)
    except ValidationError as error:
        wrong = [
            (yamltext.place_of(e["loc"], content), e["msg"].removeprefix("Value error, "))
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise InputError(yamltext.listed(wrong, text, name), FIX) from None


KEY = (
    "this looks like a key; keep it in an environment variable, and name the variable under "
    "`authentication`"
)


def _strings(content: Any, at: Where = ()) -> Iterator[tuple[Where, str]]:
    """Every text in the data, and where it stands."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _strings(value, (*at, str(key)))
    elif isinstance(content, list):
        for index, value in enumerate(content):
            yield from _strings(value, (*at, index))
    elif isinstance(content, str):
        yield at, content


def _placeholders(content: dict[str, Any]) -> list[Where]:
    return [where for where, text in _strings(content) if is_placeholder(text)]


def _keys(content: dict[str, Any]) -> list[Where]:
    """Where something looks like a key. The id of the model is long, and none."""
    return [
        where for where, text in _strings(content) if where != ("model",) and looks_like_key(text)
    ]
