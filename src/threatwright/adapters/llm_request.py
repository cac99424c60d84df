"""What is sent to a model: its messages and parameters, as far as the model takes them."""

from __future__ import annotations

import json
from typing import Any

from threatwright.adapters.llm_abilities import Abilities, Rung
from threatwright.adapters.llm_schema import Schema
from threatwright.model.base import Value
from threatwright.model.prompt import Prompt

LONGEST_REPLY = 8192
"""Tokens."""
FORMAT = "Reply with one JSON object that fits this JSON Schema, and nothing before or after it:\n"


class Correction(Value):
    """A reply that could not be used, and why."""

    reply: str
    because: str


class Call(Value):
    """What is asked, whatever the endpoint takes."""

    model: str
    prompt: Prompt
    output: Schema | None = None
    """None where the reply is text."""
    temperature: float = 0.0
    seed: int | None = None
    limit: int = LONGEST_REPLY
    """Tokens of a reply."""
    corrections: tuple[Correction, ...] = ()
    is_schema_refused: bool = False
    """The endpoint takes schemas, but not this one."""
    is_streamed: bool = False

    def rung(self, abilities: Abilities) -> Rung:
        """How the reply is brought into its form."""
        if self.output is None:
            return Rung.TEXT
        is_strict = self.output.strict is not None and not self.is_schema_refused
        return abilities.rung if is_strict else min(abilities.rung, Rung.JSON)

    def corrected(self, correction: Correction) -> Call:
        """The same, asked again with what was wrong."""
        return self.model_copy(update={"corrections": (*self.corrections, correction)})


def body(call: Call, abilities: Abilities) -> dict[str, Any]:
    """The request, as the API takes it."""
    rung = call.rung(abilities)
    optional: dict[str, Any] = {"temperature": call.temperature, "seed": call.seed}
    if abilities.limit:
        optional[abilities.limit] = call.limit
    if call.is_streamed:
        optional["stream_options"] = {"include_usage": True}
    taken = {
        name: value
        for name, value in optional.items()
        if value is not None and name not in abilities.refused
    }
    return {
        "model": call.model,
        "messages": _messages(call, rung, abilities),
        **taken,
        **({"stream": True} if call.is_streamed else {}),
        **_response_format(call, rung),
    }


def parameters(request: dict[str, Any]) -> frozenset[str]:
    """What a refusal could be about: the parameters, and `system` for a system message."""
    names = request.keys() - {"model", "messages", "stream"}
    is_system = request["messages"][0]["role"] == "system"
    return frozenset(names | ({"system"} if is_system else set()))


def _response_format(call: Call, rung: Rung) -> dict[str, Any]:
    match rung, call.output:
        case Rung.SCHEMA, Schema(name=name, strict=strict):
            schema = {"name": name, "strict": True, "schema": strict}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        case Rung.JSON, _:
            return {"response_format": {"type": "json_object"}}
    return {}


def _messages(call: Call, rung: Rung, abilities: Abilities) -> list[dict[str, str]]:
    instruction = call.prompt.instruction
    form = FORMAT + json.dumps(call.output.whole, ensure_ascii=False) if call.output else ""
    if form and rung < Rung.SCHEMA:
        instruction = f"{instruction}\n\n{form}"
    if "system" in abilities.refused:
        said = [("user", f"{instruction}\n\n{call.prompt.material}")]
    else:
        said = [("system", instruction), ("user", call.prompt.material)]
    for correction in call.corrections:
        said += [("assistant", correction.reply), ("user", _corrected(correction, form))]
    return [{"role": role, "content": _sendable(text)} for role, text in said]


def _corrected(correction: Correction, form: str) -> str:
    return (
        f"That reply cannot be used:\n{correction.because}\n\n"
        f"Give the whole reply again, corrected. {form}"
    )


def _sendable(text: str) -> str:
    """Half a surrogate pair is no text."""
    return text.encode("utf-8", "replace").decode()
