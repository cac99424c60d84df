from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from tests.cli.conftest import CommandLine

pytestmark = pytest.mark.long


def test_what_draft_prints_is_valid_by_what_schema_prints(tw: CommandLine) -> None:
    schema = json.loads(tw("schema").out)
    Draft202012Validator.check_schema(schema)
    drafted = json.loads(tw("draft", "sample:fraud-api", "--json").out)
    Draft202012Validator(schema).validate(drafted)


def test_the_schema_describes_fields_in_the_words_of_their_docstrings(tw: CommandLine) -> None:
    schema = json.loads(tw("schema").out)
    assert schema["properties"]["gaps"]["description"] == "What the model itself is missing."
    provenance = schema["$defs"]["Provenance"]["properties"]
    assert provenance["quote"]["description"] == "The exact words, where there are any."
    assert "from" in provenance


def test_the_schema_refuses_a_field_that_does_not_exist(tw: CommandLine) -> None:
    schema = json.loads(tw("schema").out)
    drafted = json.loads(tw("draft", "sample:fraud-api", "--json").out)
    assert not Draft202012Validator(schema).is_valid(drafted | {"thraets": []})
