"""The narrow form of a schema, which endpoints can force a reply into."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import jsonschema
import pytest
from pydantic import BaseModel, ConfigDict, Field, create_model

from tests.openai_chat import instance
from threatwright.adapters.llm_schema import KEPT, schema_of
from threatwright.model.base import Slug, Value
from threatwright.model.contributions import Rating, Tailored
from threatwright.model.terms import Stage, Stride

ALLOWED = KEPT | {
    "properties",
    "required",
    "additionalProperties",
    "items",
    "anyOf",
    "$ref",
    "$defs",
}


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Cat(Value):
    type: Literal["cat"] = "cat"
    lives: int = Field(ge=0, le=9)


class Dog(Value):
    type: Literal["dog"] = "dog"
    name: str = Field(pattern="^[A-Z]", min_length=2, description="What it is called")


class Everything(Value):
    colour: Colour = Colour.RED
    slug: Slug
    pet: Annotated[Cat | Dog, Field(discriminator="type")]
    pets: tuple[Cat, ...] = Field(default=(), max_length=3)
    rating: Rating | None = None
    stride: tuple[Stride, ...] = ()
    stage: Stage
    price: Decimal | None = None
    is_new: bool = False
    children: tuple[Everything, ...] = ()


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema within a schema."""
    if isinstance(schema, dict):
        yield schema
        for key, value in schema.items():
            held = value.values() if key in {"properties", "$defs"} else [value]
            for each in held:
                yield from parts(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from parts(each)


@pytest.mark.parametrize("output", [Everything, Cat, Dog, Tailored])
def test_a_strict_schema_is_closed_asks_for_all_and_has_few_keywords(
    output: type[BaseModel],
) -> None:
    strict = schema_of(output).strict
    assert strict is not None
    assert strict["type"] == "object"
    for part in parts(strict):
        assert part.keys() <= ALLOWED
        assert "$ref" not in part or part.keys() == {"$ref"}
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
            assert part["required"] == list(part["properties"])
    jsonschema.Draft202012Validator.check_schema(strict)


def test_what_is_left_out_is_told_in_words() -> None:
    strict = schema_of(Dog).strict
    assert strict is not None
    told = strict["properties"]["name"]["description"]
    assert told == "What it is called; at least 2 characters, matches ^[A-Z]"


def test_what_fits_the_type_fits_its_strict_schema() -> None:
    leaf = Everything(slug="a", pet=Cat(lives=9), stage=next(iter(Stage)))
    value = leaf.model_copy(update={"children": (leaf,), "pets": (Cat(lives=1),)})
    jsonschema.validate(value.model_dump(mode="json"), schema_of(Everything).strict or {})


def test_the_smallest_value_of_a_strict_schema_can_be_made() -> None:
    strict = schema_of(Tailored).strict or {}
    made = Tailored.model_validate(instance(strict, strict.get("$defs", {})))
    assert made.likelihood is None


def test_closed_sets_that_are_made_for_a_call_stay_closed() -> None:
    targets: Any = Literal[("api", "store")]  # made at run time, as those of a call are
    made = create_model("Made", target=(targets, ...))
    strict = schema_of(made).strict
    assert strict is not None
    assert strict["properties"]["target"]["enum"] == ["api", "store"]


class _Map(Value):
    by_name: dict[str, int]


class _Anything(Value):
    what: Any


class _Pair(Value):
    pair: tuple[int, str]


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


@pytest.mark.parametrize("output", [_Map, _Anything, _Pair, _Open])
def test_what_cannot_be_closed_has_no_strict_form(output: type[BaseModel]) -> None:
    assert schema_of(output).strict is None
    assert schema_of(output).whole["type"] == "object"


def test_a_name_has_only_the_letters_that_the_api_allows() -> None:
    odd = create_model("Fünf[int]", n=(int, ...))
    assert schema_of(odd).name == "F_nf_int_"
