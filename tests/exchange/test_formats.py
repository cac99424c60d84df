from __future__ import annotations

import pytest

from tests.exchange import example
from threatwright.exchange.formats import FORMATS, Format, format_for
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
    written = entry.write(model, example.KNOWLEDGE)
    assert written == entry.write(model, example.KNOWLEDGE)
    if isinstance(written, str):
        assert written.endswith("\n")
        assert "\x1b" not in written


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("report.md", "markdown"),
        ("threats.csv", "csv"),
        ("a.mitigations.csv", "csv-mitigations"),
        ("work.jira.csv", "tickets-jira"),
        ("work.github.CSV", "tickets-github"),
    ],
)
def test_the_longest_extension_of_a_files_name_says_the_format(file: str, name: str) -> None:
    found = format_for(file)
    assert found is not None
    assert found.name == name


def test_a_name_without_a_known_extension_asks_for_no_format() -> None:
    assert format_for("report.doc") is None
