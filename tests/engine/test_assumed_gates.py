from __future__ import annotations

import pytest

from threatwright.engine.derive import begin
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.terms import Outcome

KNOWN = load_knowledge()


def told(text: str) -> ThreatModel:
    return begin("x", [Source(kind=SourceKind.PROSE, name="d.md", text=text)], KNOWN)


CLASSIFIER = "A random forest scores each order of our web shop, and clerks look at the high ones."


def test_where_a_predictive_model_is_named_a_language_model_is_assumed_absent() -> None:
    facts = told(CLASSIFIER).system.facts
    for gate in ("llm", "tools", "retrieval", "memory"):
        assert (facts[gate].value, facts[gate].is_stated) == ("no", False)


def test_what_an_assumed_absence_keeps_away_is_not_assessed_rather_than_ruled_out() -> None:
    considered = told(CLASSIFIER).considered
    of_llm = [v for v in considered if v.pattern == "direct-prompt-injection"]
    assert {v.outcome for v in of_llm} == {Outcome.NOT_ASSESSED}
    assert all(v.because.startswith("would apply if") for v in of_llm)


@pytest.mark.parametrize("text", ["", " A chatbot on GPT-4 explains the score to customers."])
def test_what_one_archetype_brings_no_other_takes_for_absent(text: str) -> None:
    facts = told(CLASSIFIER + text).system.facts
    assert facts["llm"].value == ("yes" if text else "no")


def test_who_calls_a_vendor_s_model_is_assumed_to_train_none_unless_they_say_so() -> None:
    text = "Guests ask a chatbot on our page. It sends their words to the OpenAI API."
    fact = told(text).system.facts["trains"]
    assert (fact.value, fact.is_stated) == ("no", False)
    also = " We fine-tuned a classifier on our own data every month."
    assert told(text + also).system.facts["trains"].value == "yes"
