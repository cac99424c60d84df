"""What the words of descriptions say is learned from owners, and the file is recognised."""

from __future__ import annotations

import pytest

from evals import descriptions
from evals.systems import OWNERS, load_systems
from threatwright.engine.text.word_groups import Groups
from threatwright.knowledge.load import load_knowledge

KNOWN = load_knowledge()


def test_what_stands_in_the_file_is_as_made() -> None:
    assert descriptions.is_as_made(KNOWN.descriptions)


@pytest.mark.parametrize("part", ["a word", "a gate", "what is before"])
def test_what_differs_from_the_file_is_not(part: str) -> None:
    gates = dict(KNOWN.descriptions)
    key, of = gates.popitem()
    match part:
        case "a word":
            gates[key] = of.model_copy(update={"words": {**of.words, "zebra": 1.0}})
        case "what is before":
            gates[key] = of.model_copy(update={"before": of.before + 0.5})
    assert not descriptions.is_as_made(gates)


@pytest.mark.slow
def test_words_that_owners_of_a_gate_use_speak_for_it() -> None:
    made = descriptions.trained(load_systems(OWNERS)[::4], Groups(KNOWN.words))
    assert made.keys() == descriptions.GATES.keys()
    assert made["llm"].words["@llm-name"] > 0
    assert made["llm"].words.get("camera", 0.0) <= 0
