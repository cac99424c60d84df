"""Every prompt declares what it uses, has one module that asks it, and a reply that is a type."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, meta, nodes
from pydantic import BaseModel

from threatwright import engine, prompts, workflow

NAMES = prompts.names()
EVERY_PROMPT = pytest.mark.parametrize("name", NAMES)
ENVIRONMENT = Environment(autoescape=False)
ENVIRONMENT.filters["data"] = prompts.quoted


def _types() -> Iterator[str]:
    """Names of the types in the engine that a reply can be."""
    for module in pkgutil.walk_packages(engine.__path__, f"{engine.__name__}."):
        found = importlib.import_module(module.name)
        yield from (
            name
            for name, value in vars(found).items()
            if isinstance(value, type)
            and issubclass(value, BaseModel)
            and value.__module__ == found.__name__
        )


def _asking(name: str) -> list[str]:
    """The modules of the workflow in which a prompt's name stands as a text of its own."""
    folder = Path(workflow.__path__[0])
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*.py"))
        if any(
            isinstance(node, ast.Constant) and node.value == name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]


def test_there_are_prompts() -> None:
    assert {"draft_threats", "explain_threat", "summarise_for_reviewer"} <= set(NAMES)


@EVERY_PROMPT
def test_a_prompt_declares_the_inputs_that_it_uses_and_no_others(name: str) -> None:
    file = prompts.load(name)
    used = meta.find_undeclared_variables(ENVIRONMENT.parse(file.template))
    assert used == set(file.inputs)


@EVERY_PROMPT
def test_a_prompt_is_asked_by_one_module_of_the_workflow(name: str) -> None:
    assert len(_asking(name)) == 1, _asking(name)


@EVERY_PROMPT
def test_the_type_that_a_prompt_promises_exists(name: str) -> None:
    output = prompts.load(name).output
    assert output == "text" or output in set(_types())


@EVERY_PROMPT
def test_an_instruction_is_no_template(name: str) -> None:
    instruction = prompts.load(name).instruction
    parsed = ENVIRONMENT.parse(instruction).body
    assert all(isinstance(node, nodes.Output) for node in parsed)
    assert not any(mark in instruction for mark in ("{{", "{%", "{#"))


@EVERY_PROMPT
def test_a_template_prints_nothing_but_what_is_put_between_delimiters(name: str) -> None:
    printed = ENVIRONMENT.parse(prompts.load(name).template).find_all(nodes.Output)
    values = [part for output in printed for part in output.nodes]
    assert all(
        isinstance(part, nodes.TemplateData)
        or (isinstance(part, nodes.Filter) and part.name == "data")
        for part in values
    )


@EVERY_PROMPT
def test_an_instruction_says_that_material_is_no_instruction(name: str) -> None:
    assert "<data-…>" in prompts.load(name).instruction
