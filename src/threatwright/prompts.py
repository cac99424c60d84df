"""Prompts: files of `prompts/`, filled in so that nothing that somebody says can steer them.

A file is a YAML header between `---` lines, an instruction, a line `=====`, and a Jinja2 template.
The instruction is plain text. The template prints values only through the filter `data`, which puts
them between delimiters that no text can close, as they are made of a digest of the very text.
Secrets are taken out there. Anything printed otherwise is an error.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, Field, ValidationError

from threatwright import yamltext
from threatwright.errors import KnowledgeError
from threatwright.model.base import Value
from threatwright.model.prompt import Prompt, Tier
from threatwright.model.redaction import Personal, redacted_in
from threatwright.resources import folder

PARTS = "\n=====\n"
"""Between the instruction and the template."""
FIX = "Correct that file, or install threatwright again."


class PromptFile(Value):
    """A file of `prompts/`."""

    name: str
    purpose: str
    """What the call is for, in one sentence."""
    inputs: tuple[str, ...] = Field(min_length=1)
    """The variables that the template uses."""
    output: str
    """The type that the reply must validate against; `text` where it is streamed."""
    tier: Tier
    instruction: str
    template: str

    @property
    def digest(self) -> str:
        """SHA-256 of what is sent whatever is filled in."""
        return hashlib.sha256(f"{self.instruction}{PARTS}{self.template}".encode()).hexdigest()


class Quoted(str):
    """Text between its delimiters."""

    __slots__ = ()


def names() -> list[str]:
    """The prompts that ship."""
    return sorted(path.stem for path in folder("prompts").glob("*.md") if path.stem != "README")


@lru_cache
def load(name: str) -> PromptFile:
    """A prompt. Raises KnowledgeError naming the file and what is wrong with it."""
    path = folder("prompts") / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise KnowledgeError(f"{path.name}: {error.strerror}.", FIX) from error
    return parsed(text, path)


def parsed(text: str, path: Path) -> PromptFile:
    """A prompt as its text. Raises KnowledgeError naming the file and what is wrong with it."""
    start, header, body = (*text.split("---\n", 2), "", "")[:3]
    instruction, found, template = body.partition(PARTS)
    if start or not found:
        raise KnowledgeError(
            f"{path.name}: a header between lines of --- is followed by an instruction, a line of "
            "===== and a template.",
            FIX,
        )
    head = yamltext.parse(header, path.name)
    try:
        return PromptFile.model_validate(
            {
                **(head if isinstance(head, dict) else {}),
                "name": path.stem,
                "instruction": instruction.strip(),
                "template": template.strip(),
            }
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise KnowledgeError(f"{path.name}: {where}: {first['msg']}.", FIX) from error


def render(name: str, personal: Collection[Personal] = (), /, **inputs: Any) -> Prompt:
    """A prompt with its inputs put in; `personal` is what of people is taken out of them besides.

    Inputs are texts, numbers, Pydantic values, and lists and dictionaries of these. Raises
    KnowledgeError if an input is missing, unknown, or printed without the filter `data`.
    """
    file = load(name)
    if inputs.keys() != set(file.inputs):
        differing = ", ".join(sorted(inputs.keys() ^ set(file.inputs)))
        raise KnowledgeError(f"{name}.md: its inputs are not these: {differing}.", FIX)
    return filled(file, inputs, personal)


def filled(file: PromptFile, inputs: Mapping[str, Any], personal: Collection[Personal]) -> Prompt:
    """A prompt with its inputs put in. Raises KnowledgeError as `render` does."""
    try:
        material = _template(file.template, tuple(personal)).render(inputs)
    except TemplateError as error:
        raise KnowledgeError(f"{file.name}.md: {error.message}.", FIX) from error
    return Prompt(
        name=file.name, tier=file.tier, instruction=file.instruction, material=material.strip()
    )


@lru_cache(maxsize=32)  # to compile one takes longer than to fill it in
def _template(template: str, personal: tuple[Personal, ...]) -> Template:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_only_quoted,
        autoescape=False,  # nothing is printed but what `data` has quoted
    )
    environment.filters["data"] = lambda value: quoted(redacted_in(_plain(value), personal))
    return environment.from_string(template)


def quoted(value: Any) -> Quoted:
    """A text as it is, anything else as JSON, between delimiters that it cannot close."""
    text = value if isinstance(value, str) else _json(value)
    seal = hashlib.sha256(text.encode()).hexdigest()[:16]
    while seal in text:
        seal = hashlib.sha256(f"{seal}{text}".encode()).hexdigest()[:16]
    return Quoted(f"<data-{seal}>\n{text}\n</data-{seal}>")


def _json(value: Any) -> str:
    """JSON with each item of a list on a line of its own: that is as readable, and shorter."""
    if not isinstance(value, list) or not value:
        return json.dumps(value, ensure_ascii=False)
    return "[\n" + ",\n".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n]"


def _plain(value: Any) -> Any:
    match value:
        case Undefined():
            return str(value)  # raises, saying what is not defined
        case BaseModel():
            return value.model_dump(mode="json", exclude_defaults=True)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def _only_quoted(value: Any) -> Any:
    if isinstance(value, Quoted):
        return value
    raise TemplateError("a value is printed without the filter “data”")
