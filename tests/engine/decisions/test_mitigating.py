"""How far people say that mitigations have come, and what follows from that."""

from __future__ import annotations

from datetime import date

import pytest

from tests.engine.small import SAID, knowledge, said, scoring
from threatwright.adapters.model_text import model_of, text_of
from threatwright.engine.decisions.mitigating import alike
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.record.speaker import Speaker
from threatwright.engine.roadmap.target import targets
from threatwright.engine.said.answers import entries_for
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact
from threatwright.model.journal import Source, SourceKind
from threatwright.model.said import Decide, Edit, Mitigate, Said, Split, Together, Undo
from threatwright.model.terms import Coverage, MitigationStatus, Status
from threatwright.model.threats import AppliedMitigation, Threat

KNOWLEDGE = knowledge()
EVADE, EXTRACT = "T-evade@endpoint", "T-extract@endpoint"
LIMIT = "limit-queries"


def made(**facts: Fact) -> ThreatModel:
    of = scoring(SAID, **facts)
    source = Source(kind=SourceKind.SYSTEM, name="scoring.yaml", system=of)
    return begin("Scoring", [source], KNOWLEDGE)


def after(model: ThreatModel, *all_said: Said) -> ThreatModel:
    for one in all_said:
        entries = entries_for(one, None, model, KNOWLEDGE, Speaker("Ana"))
        model = derive(record(model, *entries), KNOWLEDGE)
    return model


def threat(model: ThreatModel, id_: str = EVADE) -> Threat:
    return next(one for one in model.threats if one.id == id_)


def limit(model: ThreatModel, id_: str = EVADE) -> AppliedMitigation:
    return next(one for one in threat(model, id_).mitigations if one.id == LIMIT)


def stands(status: MitigationStatus, *ids: str, reason: str = "") -> Mitigate:
    return Mitigate(mitigation=LIMIT, threats=ids or (EVADE,), status=status, reason=reason)


def test_a_planned_mitigation_lowers_the_target_and_not_yet_what_is_left() -> None:
    before = made()
    plan = stands(MitigationStatus.PLANNED).model_copy(
        update={"owner": "Bo", "due": date(2999, 1, 31)}
    )
    now = after(before, plan)
    assert (limit(now).status, limit(now).owner, limit(now).due) == (
        MitigationStatus.PLANNED,
        "Bo",
        date(2999, 1, 31),
    )
    assert threat(now).residual == threat(before).residual
    assert targets(before, KNOWLEDGE)[EVADE] == (4, 3)
    assert targets(now, KNOWLEDGE)[EVADE] == (2, 3)
    assert targets(now, KNOWLEDGE)[EXTRACT] == (4, 4)


def test_a_mitigation_in_place_lowers_what_is_left_of_the_threats_that_are_named() -> None:
    now = after(made(), stands(MitigationStatus.IN_PLACE, reason="gateway.yaml, line 12"))
    assert (limit(now).coverage, limit(now).reason) == (Coverage.FULL, "gateway.yaml, line 12")
    assert (threat(now).residual_likelihood, threat(now).residual) == (2, 6)
    assert threat(now).residual_reasons
    assert threat(now, EXTRACT).residual == threat(now, EXTRACT).risk


def test_taking_it_back_or_proposing_it_again_brings_the_draft_back() -> None:
    before = made()
    there = stands(MitigationStatus.IN_PLACE, reason="seen")
    assert after(before, there, Undo()).threats == before.threats
    assert after(before, there, stands(MitigationStatus.PROPOSED)).threats == before.threats


def test_it_stays_through_the_file_and_a_new_draft() -> None:
    now = after(made(), stands(MitigationStatus.PARTIAL, EVADE, EXTRACT, reason="half the users"))
    read = model_of(text_of(now), "scoring.threatmodel.yaml")
    assert derive(read, KNOWLEDGE).threats == now.threats
    assert limit(now, EXTRACT).coverage is Coverage.PARTIAL


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (MitigationStatus.IN_PLACE, "“Limit queries” would be in place on no grounds."),
        (MitigationStatus.NOT_DOING, "“Limit queries” would be not doing on no grounds."),
    ],
)
def test_a_claim_without_evidence_is_refused(status: MitigationStatus, problem: str) -> None:
    with pytest.raises(InputError) as refused:
        after(made(), stands(status, reason=" \n"))
    assert refused.value.problem == problem


def test_what_facts_state_to_be_in_place_is_not_merely_planned() -> None:
    model = made(rate_limit=said("all"))
    with pytest.raises(InputError, match="is in place, by what is stated"):
        after(model, stands(MitigationStatus.PLANNED))


def test_a_mitigation_that_does_not_stand_against_a_threat_is_refused() -> None:
    wrong = Mitigate(mitigation="log-queries", threats=(EVADE,), status=MitigationStatus.PLANNED)
    with pytest.raises(InputError) as refused:
        after(made(), wrong)
    assert refused.value.fix == "Against it stand limit-queries."
    with pytest.raises(InputError, match="no threat “T-none”"):
        after(made(), stands(MitigationStatus.PLANNED, "T-none"))
    with pytest.raises(InputError, match="No threat is named"):
        after(made(), Mitigate(mitigation=LIMIT, threats=(), status=MitigationStatus.PLANNED))


def test_threats_are_alike_where_the_mitigation_would_act_at_the_same_places() -> None:
    model = made()
    assert alike(threat(model), LIMIT, model.threats) == (EVADE, EXTRACT)
    assert alike(threat(model, EXTRACT), "log-queries", model.threats) == (EXTRACT,)


# --- several things at once ---------------------------------------------------------------------


def reject(*ids: str) -> Together:
    decided = (Decide(threat=id_, status=Status.REJECTED, reason="out of scope") for id_ in ids)
    return Together(said=tuple(decided))


def test_what_is_decided_at_once_is_taken_back_at_once() -> None:
    before = made()
    now = after(before, reject(EVADE, EXTRACT))
    assert {one.status for one in now.threats} == {Status.REJECTED}
    assert after(now, Undo()).threats == before.threats


def test_what_stands_so_already_makes_no_entry() -> None:
    now = after(made(), reject(EVADE))
    again = entries_for(reject(EVADE), None, now, KNOWLEDGE)
    assert again == ()


def test_several_inputs_of_any_sort_are_one_to_take_back() -> None:
    before = made()
    both = Together(
        said=(
            Edit(threat=EVADE, title="In our words"),
            Split(threat=EXTRACT, titles=("By users", "By staff")),
        )
    )
    now = after(before, both)
    assert threat(now).title == "In our words"
    assert len(now.threats) == len(before.threats) + 2
    assert after(now, Undo()).threats == before.threats


def test_nothing_is_taken_down_where_one_of_them_cannot_be() -> None:
    with pytest.raises(InputError, match="no threat “T-none”"):
        after(made(), Together(said=(Edit(threat=EVADE, title="x"), Edit(threat="T-none"))))
