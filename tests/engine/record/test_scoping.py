"""What people set of a scope: each entry counts once, and what is taken back goes out again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine import small
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.record.speaker import Speaker
from threatwright.engine.said.answers import entries_for
from threatwright.errors import InputError
from threatwright.model.actors import ActorProfile
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.said import Rescope, Said, Undo
from threatwright.model.scope import Scope
from threatwright.model.terms import Access, Effort

INSIDER = ActorProfile(
    id="insider",
    name="Insider",
    description="Staff.",
    motive="money",
    access=(Access.INSIDER,),
    effort=Effort.HIGH,
)
SMALL = small.knowledge()
KNOWLEDGE = SMALL.model_copy(update={"risk": SMALL.risk.model_copy(update={"actors": (INSIDER,)})})
KIM = Speaker("Kim", "lead", "2026-11-27T10:00:00+00:00")
START = begin(
    "Scoring",
    [Source(kind=SourceKind.SYSTEM, name="x.json", system=small.scoring())],
    KNOWLEDGE,
)


def after(model: ThreatModel, *said: Said) -> ThreatModel:
    for one in said:
        model = derive(record(model, *entries_for(one, None, model, KNOWLEDGE, KIM)), KNOWLEDGE)
    return model


def test_each_part_of_a_scope_can_be_set() -> None:
    found = after(
        START,
        Rescope(
            purpose="scores",
            objectives=("no false alarm",),
            in_scope=("the API",),
            out_of_scope=("the card network",),
            attackers=("insider", "Rival; our customers; grey-box"),
            responsibility={"endpoint": "vendor"},
            review_triggers=("a new model",),
            handling="internal",
        ),
    ).scope
    assert (found.purpose, found.handling) == ("scores", "internal")
    assert found.objectives == ("no false alarm",)
    assert [(a.id, a.access) for a in found.attackers] == [
        ("insider", Access.INSIDER),
        ("rival", Access.GREY_BOX),
    ]
    assert found.responsibility == {"endpoint": "vendor"}


def test_lists_grow_and_items_are_dropped_in_their_own_words() -> None:
    grown = after(START, Rescope(objectives=("a",)), Rescope(objectives=("b", "b")))
    assert grown.scope.objectives == ("a", "b")
    assert after(grown, Rescope(drop=("a",))).scope.objectives == ("b",)


def test_what_is_taken_back_is_out_of_the_scope_and_what_came_later_stays() -> None:
    both = after(START, Rescope(objectives=("a",), handling="internal"), Rescope(objectives=("b",)))
    assert after(both, Undo(entry=1)).scope == Scope(objectives=("b",))
    assert after(both, Undo(steps=2)).scope == Scope()


def test_what_is_edited_by_hand_in_the_file_stays() -> None:
    said = after(START, Rescope(objectives=("a",), handling="internal"))
    by_hand = said.scope.model_copy(update={"handling": "secret", "in_scope": ("all",)})
    edited = derive(said.model_copy(update={"scope": by_hand}), KNOWLEDGE)
    assert edited.scope == by_hand
    assert after(edited, Rescope(objectives=("b",))).scope.objectives == ("a", "b")
    assert after(edited, Undo()).scope == Scope(handling="secret", in_scope=("all",))


def test_an_old_scope_without_any_entry_is_left_as_it_is() -> None:
    held = Scope(objectives=("a",))
    found = derive(START.model_copy(update={"scope": held}), KNOWLEDGE)
    assert (found.scope, found.derived.scoped) == (held, 0)


def test_an_entry_goes_into_the_scope_once() -> None:
    said = after(START, Rescope(objectives=("a",)))
    emptied = said.model_copy(update={"scope": Scope()})
    assert derive(emptied, KNOWLEDGE).scope == Scope()
    assert derive(said, KNOWLEDGE) == said


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (Rescope(), "Nothing of the scope would be another"),
        (Rescope(drop=("what is not there",)), "no item of the scope"),
        (Rescope(attackers=("a ghost",)), "names no attacker"),
        (Rescope(attackers=("Rival; money; magic",)), "names no attacker"),
        (Rescope(responsibility={"nowhere": "ours"}), "no component “nowhere”"),
        (Rescope(responsibility={"endpoint": "them"}), "“them” does not say who answers"),
    ],
)
def test_what_cannot_be_set_is_refused(said: Rescope, problem: str) -> None:
    with pytest.raises(InputError) as refused:
        after(START, said)
    assert problem in refused.value.problem


WORDS = st.lists(st.sampled_from("abc"), max_size=2).map(tuple)
SAID = st.builds(
    Rescope,
    objectives=WORDS,
    in_scope=WORDS,
    handling=st.none() | st.sampled_from(("internal", "secret", "")),
    responsibility=st.dictionaries(st.just("endpoint"), st.sampled_from(("ours", "vendor"))),
)


@given(st.lists(SAID, min_size=1, max_size=5))
@settings(max_examples=30)
def test_taking_everything_back_brings_the_scope_back(all_said: list[Rescope]) -> None:
    before = START.model_copy(update={"scope": Scope(objectives=("a", "z"), handling="internal")})
    model, done = before, 0
    for said in all_said:
        try:
            model = after(model, said)
        except InputError:
            continue  # it would change nothing
        done += 1
    back = after(model, Undo(steps=done)) if done else model
    assert set(back.scope.objectives) == {"a", "z"}
    assert back.scope.model_copy(update={"objectives": ("a", "z")}) == before.scope


def test_the_scope_moves_no_rating() -> None:
    said = after(START, Rescope(attackers=("insider",), objectives=("a",)))
    assert said.threats == START.threats
