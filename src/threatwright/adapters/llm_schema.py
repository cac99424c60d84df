"""The JSON Schema of a type, in the narrow form that endpoints can force a reply into.

Strict means: every object closed and every field required; no keyword besides a few. What is left
out is told in the description, and checked by pydantic once the reply is there.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from threatwright.model.base import Value

if TYPE_CHECKING:
    from pydantic import BaseModel

KEPT = frozenset({"type", "enum", "description"})
"""Keywords that stand as they are, beside those that hold schemas."""
TOLD = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matches {}",
    "format": "as {}",
}
"""Keywords that become words."""


class _Unfit(ValueError):
    """There is no strict form."""


class Schema(Value):
    """What a reply has to fit."""

    name: str
    whole: dict[str, Any]
    """As pydantic writes it."""
    strict: dict[str, Any] | None
    """In the narrow form; None if there is none, as of objects whose fields have any name."""


@lru_cache(maxsize=32)
def schema_of(output: type[BaseModel]) -> Schema:
    """The schema of a type, in both forms. It takes pydantic longer than all else in a call."""
    whole = output.model_json_schema()
    name = re.sub(r"\W", "_", output.__name__, flags=re.ASCII)[:64]
    try:
        return Schema(name=name, whole=whole, strict=_root(whole))
    except _Unfit:
        return Schema(name=name, whole=whole, strict=None)


def _root(whole: dict[str, Any]) -> dict[str, Any]:
    definitions = whole.get("$defs", {})
    if whole.get("$ref"):  # a type that holds itself
        whole = {**definitions[whole["$ref"].rpartition("/")[2]], "$defs": definitions}
    root = _strict(whole)
    if root.get("type") != "object":
        raise _Unfit
    if definitions:
        root["$defs"] = {name: _strict(each) for name, each in definitions.items()}
    return root


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    """One schema. Raises _Unfit if there is no strict form of it."""
    match schema:
        case {"$ref": ref}:  # nothing may stand beside it
            return {"$ref": ref}
        case {"allOf": [only]}:
            return _strict({**only, **{k: v for k, v in schema.items() if k != "allOf"}})
        case {"allOf": _} | {"prefixItems": _}:
            raise _Unfit
    made: dict[str, Any] = {key: schema[key] for key in KEPT & schema.keys()}
    if "const" in schema:
        made["enum"] = [schema["const"]]
    if options := schema.get("anyOf") or schema.get("oneOf"):
        made["anyOf"] = [_strict(option) for option in options]
    if schema.get("type") == "array":
        made["items"] = _strict(schema.get("items") or {})
    if schema.get("type") == "object":
        made |= _object(schema)
    if not made.keys() & {"type", "enum", "anyOf"}:
        raise _Unfit  # anything at all
    return _with_words(made, schema)


def _object(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("additionalProperties") or "properties" not in schema:
        raise _Unfit
    properties = {name: _strict(each) for name, each in schema["properties"].items()}
    return {
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _with_words(made: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    words = [form.format(schema[key]) for key, form in TOLD.items() if key in schema]
    told = [text for text in (made.get("description"), ", ".join(words)) if text]
    return made | ({"description": "; ".join(told)} if told else {})
