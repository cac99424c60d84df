"""What part a language model had in a threat, as a mark, and as a word to filter by."""

from __future__ import annotations

import pytest

from tests.tui.fakes import SYSTEM, THREATS
from threatwright.model.terms import Origin
from threatwright.model.threats import ByRule, Evidence, Threat
from threatwright.tui.part_of_model import by_whom, has_part, parts_in
from threatwright.tui.threat_filter import By, matching, next_part
from threatwright.tui.widgets.threat_table import OPTIONAL, fitting

pytestmark = pytest.mark.ui

PLAIN = THREATS[0]
RULE = ByRule(title="Another", scenario="Goes otherwise.", likelihood=1, impact=1)
SAID = Evidence(kind="llm", ref="llm:big-model", text="worded")
TAILORED = PLAIN.model_copy(update={"id": "T-t@gpt", "by_rule": RULE, "evidence": (SAID,)})
DISPUTED = TAILORED.model_copy(update={"id": "T-d@gpt", "dispute": "It cannot be."})
TWICE = PLAIN.model_copy(update={"id": "T-2@gpt", "duplicate_of": PLAIN.id})
ADDED = PLAIN.model_copy(update={"id": "T-a@gpt", "origin": Origin.LLM, "pattern": None})
ALL = (PLAIN, TAILORED, DISPUTED, TWICE, ADDED)


def shown(line: str) -> list[str]:
    return [threat.id for threat in matching(ALL, line, By(SYSTEM))]


@pytest.mark.parametrize(
    ("threat", "words"),
    [
        (PLAIN, [""]),
        (TAILORED, ["tailored", ""]),
        (DISPUTED, ["disputed", "tailored", ""]),
        (TWICE, ["duplicate", ""]),
        (ADDED, ["added"]),
    ],
)
def test_what_a_reviewer_should_see_first_stands_first(threat: Threat, words: list[str]) -> None:
    assert [part.word for part in parts_in(threat)] == words
    assert has_part(threat) is (threat is not PLAIN)


def test_threats_are_filtered_by_the_part_a_model_had() -> None:
    assert shown("disputed") == ["T-d@gpt"]
    assert shown("tailored") == ["T-t@gpt", "T-d@gpt"]
    assert shown("duplicate") == ["T-2@gpt"]
    assert shown("by:model") == ["T-a@gpt"]
    assert shown("by:pattern tailored") == ["T-t@gpt", "T-d@gpt"]


def test_a_key_goes_through_the_parts_that_there_are() -> None:
    line, seen = "high", []
    for _ in range(6):
        line = next_part(line, ALL)
        seen.append(line)
    assert seen == [
        "high disputed",
        "high duplicate",
        "high tailored",
        "high by:model",
        "high by:pattern",
        "high",
    ]
    assert next_part("", (PLAIN,)) == "by:pattern"


def test_it_is_said_who_did_what() -> None:
    assert by_whom(PLAIN) == "from a rule"
    assert by_whom(DISPUTED) == "from a rule, disputed and tailored by big-model"
    assert by_whom(ADDED) == "added by a language model"


@pytest.mark.parametrize("width", [60, 72, 80, 110, 140, 200])
def test_the_column_is_there_only_where_it_has_something_to_show(width: int) -> None:
    without, with_ = fitting(width), fitting(width, without=OPTIONAL - {"part"})
    assert not any(key.startswith("part") for key, _, _ in without)
    assert any(key.startswith("part") for key, _, _ in with_)
    assert sum(size for _, _, size in with_) <= width
