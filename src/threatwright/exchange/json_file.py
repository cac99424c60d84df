"""The model file as JSON: written for tools, read back as a model."""

from __future__ import annotations

import json

from pydantic import ValidationError

from threatwright.errors import InputError
from threatwright.exchange.plain import escaped_json
from threatwright.model.document import FORMAT, ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import dangling


def write(model: ThreatModel, knowledge: Knowledge) -> str:
    """The export; it needs nothing of the knowledge base."""
    return text_of(model)


def text_of(model: ThreatModel) -> str:
    """The whole model, no default left out."""
    return dumped(model.model_dump(mode="json", by_alias=True))


def dumped(value: object) -> str:
    """JSON as threatwright prints it everywhere: readable, and safe on a terminal."""
    return escaped_json(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


def read(text: str, name: str) -> ThreatModel:
    """The model that a JSON text holds.

    Raises InputError naming the field, if the text is not JSON or not such a model.
    """
    try:
        model = ThreatModel.model_validate_json(text)
    except ValidationError as error:
        raise _not_a_model(error, name) from error
    for where, problem in dangling(model.system):
        raise InputError(
            f"{name}: {_path(('system', *where))}: {problem}.",
            "Correct that field, or export the model again.",
        )
    return model


def _not_a_model(error: ValidationError, name: str) -> InputError:
    first = error.errors(include_url=False)[0]
    if not first["loc"]:
        return InputError(
            f"{name} is not a threat model in JSON: {first['msg']}.",
            f'A threat model starts with {{"format": "{FORMAT}", …}}; '
            "`threatwright schema` prints what belongs in it.",
        )
    return InputError(
        f"{name}: {_path(first['loc'])}: {first['msg']}.",
        "Correct that field; `threatwright schema` prints what belongs in it.",
    )


def _path(where: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in where)
