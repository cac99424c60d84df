"""What the stakeholder of the evals tells, and what leaving phrases out leaves."""

from __future__ import annotations

from evals.leaving_out import used, used_by_one, without
from evals.stakeholder import Stakeholder
from evals.systems import Known, LabelledSystem, load_systems
from threatwright.engine.reading.prose import read
from threatwright.knowledge.load import load_knowledge

KNOWLEDGE = load_knowledge()


def stakeholder() -> Stakeholder:
    return Stakeholder(
        LabelledSystem(
            id="x",
            kind="scorer",
            description="A scorer.",
            facts=(
                Known(
                    text="We train it.", hidden=False, about=("trains",), value={"trains": "yes"}
                ),
                Known(text="Keys expire.", hidden=True, about=("authentication",)),
                Known(text="Keys are per firm.", hidden=True, about=("authentication",)),
            ),
            features={},
            expect=("AML.T0015",),
        )
    )


def test_one_question_reveals_one_fact_at_most_and_none_twice() -> None:
    asked = stakeholder()
    told = [asked.reveals(["authentication"]) for _ in range(3)]
    assert [fact.text if fact else None for fact in told] == [
        "Keys expire.",
        "Keys are per firm.",
        None,
    ]


def test_a_question_about_too_many_things_reveals_nothing() -> None:
    assert stakeholder().reveals(["authentication", "a", "b", "c"]) is None


def test_what_the_description_says_counts_as_told() -> None:
    assert stakeholder().has_told(["trains"])
    assert stakeholder().has_answered("trains")
    assert not stakeholder().has_told(["authentication"])


def test_a_phrase_that_is_left_out_is_not_found_any_more() -> None:
    text = "It is a recommender built on matrix factorisation, and we retrain it every night."
    phrases = used(text, KNOWLEDGE)
    left = without(phrases, KNOWLEDGE)
    assert phrases
    assert not phrases & used(text, left)
    with_it, without_it = (
        {fact.key for fact in read(text, "document:x", known).facts if not fact.surmised}
        for known in (KNOWLEDGE, left)
    )
    assert without_it < with_it


def test_a_phrase_that_two_systems_use_is_nobodys_own() -> None:
    own = used_by_one({"a": "We use a vector store.", "b": "We use a vector store."}, KNOWLEDGE)
    assert own == {"a": frozenset(), "b": frozenset()}


def test_the_labels_of_the_systems_are_of_the_vocabulary() -> None:
    for system in load_systems():
        for fact in system.facts:
            assert set(fact.about) <= KNOWLEDGE.fact_entries.keys(), system.id
            for key, value in fact.value.items():
                assert KNOWLEDGE.fact_entries[key].choice(value), f"{system.id}: {key}={value}"
        assert {"llm", "rag", "tools", "memory"} <= system.features.keys()
        assert all(KNOWLEDGE.cite(technique) for technique in system.expect)
