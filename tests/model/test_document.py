from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.workflow.talk import KNOWLEDGE, new_model, scoring
from threatwright.engine.derive import derive, record
from threatwright.engine.record.by_hand import BY_HAND, adopt, digest
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered, Decided, SourceKind, Told
from threatwright.model.system import SystemModel
from threatwright.model.terms import Status


def edited(model: ThreatModel, purpose: str) -> ThreatModel:
    """The model as if somebody had written another purpose into its file."""
    system = model.system.model_copy(update={"purpose": purpose})
    return model.model_copy(update={"system": system})


def test_a_field_that_does_not_exist_cannot_pass() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        ThreatModel.model_validate({"id": "1", "name": "x", "system": {"name": "x"}, "thraets": []})


def test_a_model_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        new_model().name = "other"  # type: ignore[misc]


def test_a_model_that_nobody_edited_is_not_adopted() -> None:
    model = new_model()
    assert adopt(model) is model


def test_a_system_edited_by_hand_becomes_the_ground_of_what_is_said_later() -> None:
    answered = derive(
        record(new_model(), Answered(n=1, question="api.rate_limit", value="all")), KNOWLEDGE
    )
    adopted = adopt(edited(answered, "Scores loans."))
    source = adopted.sources[-1]
    assert (source.kind, source.name, source.after) == (SourceKind.SYSTEM, BY_HAND, 1)
    assert derive(adopted, KNOWLEDGE).system.purpose == "Scores loans."


def test_what_was_said_before_an_edit_stays_said_but_does_not_undo_the_edit() -> None:
    answered = derive(
        record(new_model(), Answered(n=1, question="api.rate_limit", value="all")), KNOWLEDGE
    )
    without = answered.model_copy(update={"system": scoring()})
    model = derive(adopt(without), KNOWLEDGE)
    assert model.journal == answered.journal
    assert model.system.fact("api", "rate_limit") is None


def test_an_answer_after_an_edit_counts() -> None:
    adopted = adopt(edited(new_model(), "Scores loans."))
    answer = Answered(n=1, question="api.rate_limit", value="all")
    model = derive(record(adopted, answer), KNOWLEDGE)
    fact = model.system.fact("api", "rate_limit")
    assert fact is not None
    assert fact.value == "all"


def test_a_decision_from_before_an_edit_keeps_counting() -> None:
    model = new_model()
    threat = model.threats[0].id
    decided = record(model, Decided(n=1, threat=threat, status=Status.REJECTED))
    after = derive(adopt(edited(decided, "Scores loans.")), KNOWLEDGE)
    assert next(t for t in after.threats if t.id == threat).status is Status.REJECTED


def test_adopting_is_done_once() -> None:
    once = adopt(edited(new_model(), "Scores loans."))
    assert adopt(once) is once
    assert adopt(derive(once, KNOWLEDGE)).sources == once.sources


def test_an_edit_takes_the_place_of_the_edit_before_it() -> None:
    first = derive(adopt(edited(new_model(), "Scores loans.")), KNOWLEDGE)
    told = derive(record(first, Told(n=1, text="There is a database.")), KNOWLEDGE)
    second = adopt(edited(told, "Scores rent."))
    assert [source.name for source in second.sources] == ["scoring.json", BY_HAND]
    assert second.sources[-1].after == 1


def test_a_system_without_any_source_is_its_own() -> None:
    model = ThreatModel(id="1", name="x", system=scoring())
    assert derive(adopt(model), KNOWLEDGE).system.components == scoring().components


def test_two_systems_have_one_digest_only_if_they_are_equal() -> None:
    assert digest(scoring()) == digest(SystemModel.model_validate(scoring().model_dump()))
    assert digest(scoring()) != digest(scoring().model_copy(update={"purpose": "x"}))
