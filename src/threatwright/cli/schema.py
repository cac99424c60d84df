"""`threatwright schema`: the JSON Schema of the model file."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from threatwright.cli import command, console

app = command.new()


@app.command(epilog=command.example("threatwright schema > threatmodel.schema.json"))
def schema() -> None:
    """Print the JSON Schema of the model file, for editors and other tools."""
    from threatwright.exchange.json_file import dumped

    console.say(dumped(schema_of_model()), end="")


def schema_of_model() -> dict[str, Any]:
    """The schema, every field described by its docstring."""
    from threatwright.model.base import Value
    from threatwright.model.document import FORMAT, ThreatModel

    found = ThreatModel.model_json_schema(by_alias=True)
    definitions = {**found["$defs"], ThreatModel.__name__: found}
    for type_ in _subclasses(Value):
        properties = definitions.get(type_.__name__, {}).get("properties", {})
        docstrings = _docstrings(type_)
        for name, field in type_.model_fields.items():
            if name in docstrings and (field.alias or name) in properties:
                properties[field.alias or name].setdefault("description", docstrings[name])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{FORMAT.replace('/', ':')}",
        **found,
    }


def _subclasses(base: type[Any]) -> Iterator[type[Any]]:
    for type_ in base.__subclasses__():
        yield type_
        yield from _subclasses(type_)


def _docstrings(type_: type[Any]) -> dict[str, str]:
    """Docstrings under the attributes of a class and its bases, by attribute.

    Pydantic can read them itself, but then does so whenever a class is made, at every start.
    """
    found: dict[str, str] = {}
    for class_ in reversed(type_.__mro__):
        if class_.__module__.startswith("threatwright.model."):
            found |= _docstrings_in(class_.__module__, class_.__name__)
    return found


def _docstrings_in(module: str, class_: str) -> dict[str, str]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    body = next(n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == class_)
    return {
        node.target.id: inspect.cleandoc(text.value.value)
        for node, text in pairwise(body)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
