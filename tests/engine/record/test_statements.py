from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest

from tests.engine.small import SAID, component, knowledge, said, scoring, system
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.interview.planner import open_questions
from threatwright.engine.record.conflicts import disputes, open_conflicts
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Claim, Fact
from threatwright.model.journal import (
    Answered,
    JournalEntry,
    Removed,
    Retracted,
    Source,
    SourceKind,
)
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SystemModel
from threatwright.model.vocabulary import Cue, FactEntry

COST = "endpoint.variable_cost"
LIMIT = "endpoint.rate_limit"
K = knowledge()


def told(n: int, by: str, value: str | None = None, question: str = COST, **more: Any) -> Answered:
    return Answered(n=n, by=by, question=question, value=value, **more)


def model(
    *journal: JournalEntry, base: SystemModel | None = None, known: Knowledge = K
) -> ThreatModel:
    source = Source(kind=SourceKind.SYSTEM, name="by hand", system=base or scoring())
    return derive(record(begin("Scoring", [source], known), *journal), known)


def cost(
    *journal: JournalEntry,
    base: SystemModel | None = None,
    question: str = COST,
    known: Knowledge = K,
) -> Fact:
    element, _, key = question.rpartition(".")
    found = model(*journal, base=base, known=known).system.fact(element, key)
    assert found is not None
    return found


def values(fact: Fact) -> list[str | None]:
    return [fact.value, *(claim.value for claim in fact.against)]


@pytest.mark.parametrize("question", [COST, "system.outsiders"])
def test_two_people_who_differ_make_a_conflict_that_keeps_both(question: str) -> None:
    found = cost(told(1, "Ana", "yes", question), told(2, "Bo", "no", question), question=question)
    assert values(found) == ["no", "yes"]
    assert [found.provenance.source, found.against[0].provenance.source] == ["answer:2", "answer:1"]


def test_two_people_who_agree_make_none() -> None:
    assert values(cost(told(1, "Ana", "yes"), told(2, "Bo", "yes"))) == ["yes"]


@pytest.mark.parametrize("names", [("Ana", "ana "), ("", "Bo"), ("Ana", ""), ("", "")])
def test_where_nothing_tells_two_people_apart_the_newer_answer_holds(names: Sequence[str]) -> None:
    assert values(cost(told(1, names[0], "yes"), told(2, names[1], "no"))) == ["no"]


def test_one_of_two_who_agreed_may_change_their_mind_and_the_other_still_counts() -> None:
    for who, still in (("Ana", "Bo"), ("Bo", "Ana")):
        journal = [told(1, "Ana", "yes"), told(2, "Bo", "yes"), told(3, who, "no")]
        assert values(cost(*journal)) == ["no", "yes"], still


@pytest.mark.parametrize("by", ["Ana", "Bo", "Cy", ""])
@pytest.mark.parametrize("value", ["yes", "no"])
def test_a_later_answer_decides_a_conflict_whoever_gives_it(by: str, value: str) -> None:
    assert values(cost(told(1, "Ana", "yes"), told(2, "Bo", "no"), told(3, by, value))) == [value]


def test_an_answer_given_before_the_conflict_was_known_does_not_decide_it() -> None:
    journal = [told(1, "Ana", "yes"), told(2, "Bo", "no"), told(3, "Cy", "yes", seen=1)]
    assert values(cost(*journal)) == ["yes", "no"]
    assert values(cost(*journal, told(4, "Di", "no"))) == ["no"]


def test_who_takes_their_answer_back_ends_the_conflict() -> None:
    journal = [told(1, "Ana", "yes"), told(2, "Bo", "no"), told(3, "Bo", "yes", seen=1)]
    assert values(cost(*journal)) == ["yes"]


def test_taking_back_the_decision_brings_the_conflict_back() -> None:
    journal = [told(1, "Ana", "yes"), told(2, "Bo", "no"), told(3, "Cy", "no")]
    assert values(cost(*journal, Retracted(n=4, entry=3))) == ["no", "yes"]


def test_who_differs_with_a_decision_opens_it_again() -> None:
    journal = [told(1, "Ana", "yes"), told(2, "Bo", "no"), told(3, "Cy", "no")]
    assert values(cost(*journal, told(4, "Di", "yes"))) == ["yes", "no"]


def test_a_proposal_that_was_merely_accepted_gives_way_to_what_somebody_says() -> None:
    accepted = told(1, "Ana", "none", LIMIT, default=True)
    stated = told(2, "Bo", "all", LIMIT)
    assert values(cost(accepted, stated, question=LIMIT)) == ["all"]
    later = told(2, "Bo", "none", LIMIT, default=True)
    stated = told(1, "Ana", "all", LIMIT)
    assert values(cost(stated, later, question=LIMIT)) == ["all"]


DOUBT = "Requests are perhaps limited everywhere."


@pytest.mark.parametrize(
    "says",
    [
        [("Ana", "none"), ("Bo", "some"), ("Cy", "some"), ("Di", "all")],
        [("Ana", "some"), ("Bo", "accepted"), ("Cy", "some")],
        [("Ana", "all"), ("Bo", "accepted"), ("Cy", "doubt")],
        [("Ana", "none"), ("Bo", "doubt"), ("Cy", "accepted")],
    ],
)
def test_the_order_in_which_people_hand_in_does_not_matter(says: list[tuple[str, str]]) -> None:
    found = set()
    for order in permutations(says):
        journal = [
            told(n, by, None, LIMIT, text=DOUBT, seen=0)
            if what == "doubt"
            else told(n, by, "none", LIMIT, default=True, seen=0)
            if what == "accepted"
            else told(n, by, what, LIMIT, seen=0)
            for n, (by, what) in enumerate(order, 1)
        ]
        for base in (None, scoring(rate_limit=said("all"))):
            fact = cost(*journal, question=LIMIT, known=cued(), base=base)
            found.add((base is None, frozenset(map(str, values(fact)))))
    assert len(found) == 2


def test_a_doubt_is_a_side_of_a_conflict_and_the_outright_answer_stands_first() -> None:
    doubt = told(2, "Bo", None, LIMIT, text=DOUBT)
    fact = cost(told(1, "Ana", "none", LIMIT), doubt, question=LIMIT, known=cued())
    assert (values(fact), fact.hedged) == (["none", "all"], False)


def test_a_document_and_two_people_make_one_conflict_that_one_answer_decides() -> None:
    base = scoring(variable_cost=said("yes"))
    journal = [told(1, "Ana", "no"), told(2, "Bo", "yes", seen=0)]
    assert sorted(map(str, values(cost(*journal, base=base)))) == ["no", "yes"]
    assert values(cost(*journal, told(3, "Cy", "no"), base=base)) == ["no"]


def test_what_one_person_writes_conflicts_with_what_another_chose() -> None:
    chosen = told(1, "Ana", "none", LIMIT)
    in_words = "Requests are limited everywhere."
    for by, expected in (("Bo", ["all", "none"]), ("Ana", ["all"]), ("", ["all"])):
        written = told(2, by, None, LIMIT, text=in_words)
        assert values(cost(chosen, written, question=LIMIT, known=cued())) == expected


def test_an_aside_of_one_person_does_not_take_back_what_they_chose_nor_decides_anything() -> None:
    chosen = told(1, "Ana", "none", LIMIT)
    aside = "Requests are limited everywhere."
    for by, expected in (("Bo", ["all", "none"]), ("Ana", ["none"]), ("", ["none"])):
        written = told(2, by, None, COST, text=aside)
        assert values(cost(chosen, written, question=LIMIT, known=cued())) == expected
    conflict = [chosen, told(2, "Bo", "some", LIMIT), told(3, "Cy", None, COST, text=aside)]
    assert values(cost(*conflict, question=LIMIT, known=cued())) == ["all", "none", "some"]


def test_what_one_person_writes_of_the_system_conflicts_with_what_another_chose() -> None:
    question = "system.outsiders"
    chosen = told(1, "Ana", "no", question)
    written = told(2, "Bo", None, question, text="It is open to outsiders.")
    assert values(cost(chosen, written, question=question, known=cued())) == ["yes", "no"]


def cued() -> Knowledge:
    """The small knowledge, with words by which two of its facts are stated."""
    cues = {"rate_limit": {"all": "limited everywhere"}, "outsiders": {"yes": "open to outsiders"}}

    def with_cues(entry: FactEntry) -> FactEntry:
        said = cues.get(entry.key, {})
        choices = tuple(
            choice.model_copy(update={"cues": (Cue(words=(said[choice.value],)),)})
            if choice.value in said
            else choice
            for choice in entry.choices
        )
        return entry.model_copy(update={"choices": choices})

    return K.model_copy(update={"digest": "cued", "facts": tuple(map(with_cues, K.facts))})


def test_a_conflict_about_a_control_is_asked_and_counts_as_no_control() -> None:
    journal = [told(1, "Ana", "none", LIMIT), told(2, "Bo", "all", LIMIT)]
    found = model(*journal)
    assert LIMIT in {q.id for q in open_questions(found, K)}
    asked = next(q for q in open_questions(found, K) if q.id == LIMIT)
    assert asked.proposed in (None, "none")
    assert LIMIT not in {
        q.id for q in open_questions(model(*journal, told(3, "Cy", "none", LIMIT)), K)
    }


def test_a_conflict_is_told_with_all_who_spoke_and_with_what_decided_it() -> None:
    journal = [told(1, "Ana", "yes"), told(2, "Bo", "no"), told(3, "Cy", "yes", seen=1)]
    open_ = model(*journal)
    assert open_conflicts(open_.system) == (COST,)
    (dispute,) = disputes(open_, K)
    assert [(s.by, s.value) for s in dispute.statements] == [
        ("Ana", "yes"), ("Bo", "no"), ("Cy", "yes"),
    ]  # fmt: skip
    assert dispute.decided is None
    (dispute,) = disputes(model(*journal, told(4, "Di", "no")), K)
    assert dispute.decided == 4
    assert len(dispute.statements) == 3


def test_documents_that_differ_are_told_too() -> None:
    other = Claim(value="no", provenance=SAID)
    base = scoring(variable_cost=Fact(value="yes", provenance=SAID, against=(other,)))
    (dispute,) = disputes(model(base=base), K)
    assert (dispute.question, dispute.decided) == (COST, None)
    assert [s.value for s in dispute.statements] == ["no", "yes"]


def test_a_conflict_about_what_is_inherited_is_not_this_model_s_to_decide() -> None:
    other = Claim(value="no", provenance=SAID)
    fact = Fact(value="yes", provenance=SAID, against=(other,))
    theirs = component("platform/endpoint", "inference-endpoint", variable_cost=fact)
    assert open_conflicts(system((theirs,))) == ()


def test_what_was_said_of_a_part_that_does_not_exist_is_no_conflict() -> None:
    gone = Removed(n=3, element="endpoint")
    assert disputes(model(told(1, "Ana", "yes"), told(2, "Bo", "no"), gone), K) == ()


def test_a_model_in_which_nobody_differs_has_no_disputes() -> None:
    assert disputes(model(), K) == ()
    assert open_conflicts(system(())) == ()
