"""The classifier's file is recognised as what was learned, and nothing else is."""

from __future__ import annotations

import pytest

from evals import classifier, telling
from threatwright.knowledge.load import load_knowledge
from threatwright.model.vocabulary import ClassifierWeights

KNOWN = load_knowledge()


def test_what_stands_in_the_file_is_as_made() -> None:
    assert classifier.is_as_made(KNOWN.classifier)


@pytest.mark.parametrize("part", ["a word", "a choice", "a bias of each fact"])
def test_what_differs_from_the_file_is_not(part: str) -> None:
    facts, words = dict(KNOWN.classifier.facts), dict(KNOWN.classifier.words)
    if part == "a word":
        words.popitem()
    elif part == "a choice":
        key, biases = facts.popitem()
        facts[key] = dict([*biases.items()][1:])
    else:
        facts = {k: {c: b + 5 for c, b in biases.items()} for k, biases in facts.items()}
    assert not classifier.is_as_made(ClassifierWeights(facts=facts, words=words))


def test_a_rounding_of_a_tenth_is_the_same() -> None:
    facts = {k: {c: b + 1 for c, b in of.items()} for k, of in KNOWN.classifier.facts.items()}
    assert classifier.is_as_made(KNOWN.classifier.model_copy(update={"facts": facts}))


def test_how_often_people_can_tell_more_is_held_against_the_file_gate_by_gate() -> None:
    there = KNOWN.telling
    assert telling.is_as_made(there)
    key, of = max(there.facts.items(), key=lambda item: item[1].share)
    changed = of.model_copy(update={"gates": {**of.gates, "llm": of.gates.get("llm", 0) + 2}})
    other = there.model_copy(update={"facts": {**there.facts, key: changed}})
    assert not telling.is_as_made(other)
