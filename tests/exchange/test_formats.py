from __future__ import annotations

import pytest

from tests.exchange import example
from threatwright.exchange.formats import FORMATS, Format
from threatwright.model.document import ThreatModel
from threatwright.model.system import SystemModel


def test_names_and_extensions_are_used_once() -> None:
    assert len({entry.name for entry in FORMATS}) == len(FORMATS)
    assert len({entry.extension for entry in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize("entry", FORMATS, ids=[entry.name for entry in FORMATS])
@pytest.mark.parametrize(
    "model",
    [
        example.model(),
        example.hostile(),
        ThreatModel(id="empty", name="", system=SystemModel(name="")),
    ],
    ids=["full", "hostile", "empty"],
)
def test_every_format_writes_every_model_twice_the_same(entry: Format, model: ThreatModel) -> None:
    text = entry.write(model, example.KNOWLEDGE)
    assert text.endswith("\n")
    assert text == entry.write(model, example.KNOWLEDGE)
    assert "\x1b" not in text
