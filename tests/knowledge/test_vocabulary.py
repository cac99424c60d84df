from __future__ import annotations

from threatwright.knowledge.check_vocabulary import vocabulary_problems
from threatwright.knowledge.load import load_knowledge
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import ComponentKind
from threatwright.model.vocabulary import Cue, Telling, TellingOf, Theme

KNOWLEDGE = load_knowledge()


def said(knowledge: Knowledge) -> list[str]:
    return [str(problem) for problem in vocabulary_problems(knowledge)]


def test_our_vocabulary_fits_together() -> None:
    assert said(KNOWLEDGE) == []


def test_a_theme_that_names_an_unknown_fact_says_which() -> None:
    themes = (*KNOWLEDGE.themes, Theme(id="extra", facts=("no_such_fact",)))
    wrong = KNOWLEDGE.model_copy(update={"themes": themes})
    assert said(wrong) == ["theme: the fact “no_such_fact” is not in the vocabulary"]


def test_a_fact_stands_in_one_theme_only() -> None:
    again = Theme(id="again", facts=(KNOWLEDGE.themes[0].facts[0],))
    wrong = KNOWLEDGE.model_copy(update={"themes": (*KNOWLEDGE.themes, again)})
    assert said(wrong) == [f"theme: the fact “{again.facts[0]}” stands in two themes"]


def test_how_often_a_fact_is_told_that_nobody_knows_is_refused() -> None:
    telling = Telling(facts={"no_such_fact": TellingOf(share=0.1)})
    wrong = KNOWLEDGE.model_copy(update={"telling": telling})
    assert said(wrong) == ["telling: the fact “no_such_fact” is not in the vocabulary"]


def test_a_question_to_a_kind_that_lacks_the_fact_is_refused_and_so_is_a_place_nobody_fills() -> (
    None
):
    first, *others = (f for f in KNOWLEDGE.facts if f.applies_to == (ComponentKind.PERSON,))
    asked = {ComponentKind.DATASET: "Is {name} trained?"}
    facts = (
        first.model_copy(update={"asked_of": asked}),
        *(f for f in KNOWLEDGE.facts if f.key != first.key),
    )
    assert others == []
    assert said(KNOWLEDGE.model_copy(update={"facts": facts})) == [
        f"fact {first.key}: nothing takes the place of {{name}}; only {{element}} is",
        f"fact {first.key}: is asked of “dataset”, which does not have it",
    ]


def test_a_cue_that_names_an_unknown_group_says_which() -> None:
    first, *rest = KNOWLEDGE.facts
    cue = Cue(words=("@nonsense … @check",))
    wrong = KNOWLEDGE.model_copy(
        update={"facts": (first.model_copy(update={"topic": (cue,)}), *rest)}
    )
    assert said(wrong) == [
        f"fact {first.key}: a cue names the group @nonsense, which the words lack"
    ]
