"""A claim held against a model: what it lowers there, what it leaves, what speaks against it."""

from __future__ import annotations

import pytest

from threatwright.engine.challenge.claim_bearing import Challenger
from threatwright.engine.challenge.claim_record import recorded
from threatwright.engine.challenge.claim_words import ClaimWords
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.record.speaker import Speaker
from threatwright.errors import InputError
from threatwright.knowledge.load import load_knowledge
from threatwright.model.challenge import Borne, Challenge
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered, Retracted, Source, SourceKind

KNOWLEDGE = load_knowledge()
WORDS = ClaimWords(KNOWLEDGE)
KIM = Speaker("Kim", "security-operations")
TEXT = """Customers call a public REST API over the internet. It scores card payments with a
gradient boosted model. The model is retrained every night on transactions in S3, and users report
false alarms."""
ENDPOINT = "inference-endpoint"


@pytest.fixture
def model() -> ThreatModel:
    return begin("scoring", (Source(kind=SourceKind.PROSE, name="d.md", text=TEXT),), KNOWLEDGE)


def answered(model: ThreatModel, question: str, value: str, by: str = "") -> ThreatModel:
    n = model.journal[-1].n + 1 if model.journal else 1
    entry = Answered(n=n, question=question, value=value, by=by)
    return derive(record(model, entry), KNOWLEDGE)


def held(model: ThreatModel, said: str, *at: str) -> Challenge:
    (claim,) = WORDS.heard(said).claims
    return Challenger(model, KNOWLEDGE).held(claim, at)


def borne(challenge: Challenge, pattern: str) -> Borne:
    return next(one for one in challenge.bears_on if one.pattern == pattern)


def residual(model: ThreatModel, pattern: str) -> int:
    return max(threat.residual for threat in model.threats if threat.pattern == pattern)


def test_what_a_claim_would_come_to_is_what_the_answer_comes_to(model: ThreatModel) -> None:
    challenge = held(model, "The API is rate limited")
    extraction = borne(challenge, "model-extraction")
    question = f"{ENDPOINT}.rate_limit"
    assert question in [place.question for place in challenge.places]
    for value, expected in (("per-key", extraction.fully), ("per-ip", extraction.partly)):
        after = model
        for place in challenge.places:
            after = answered(after, place.question, value)
        assert residual(after, "model-extraction") == expected
    assert extraction.fully < (extraction.partly or 0) < extraction.residual


def test_a_claim_does_not_touch_what_it_is_confused_with(model: ThreatModel) -> None:
    challenge = held(model, "The model was adversarially trained")
    named = {id_ for one in challenge.untouched for id_ in one.threats}
    assert any("model-extraction" in id_ for id_ in named)
    assert not named & {one.threat for one in challenge.bears_on}
    assert all(one.because for one in challenge.untouched)


def test_the_model_is_as_it_was_after_a_claim_was_held_against_it(model: ThreatModel) -> None:
    before = model.model_dump_json()
    held(model, "The API is rate limited")
    assert model.model_dump_json() == before


def test_what_is_stated_otherwise_is_told_with_who_said_it(model: ThreatModel) -> None:
    model = answered(model, f"{ENDPOINT}.rate_limit", "none", by="Ana")
    challenge = held(model, "The API is rate limited")
    assert any("answer 1" in one.stated for one in challenge.against)


def test_a_claim_is_worked_out_even_where_it_is_stated_otherwise(model: ThreatModel) -> None:
    model = answered(model, f"{ENDPOINT}.rate_limit", "none", by="Ana")
    extraction = borne(held(model, "The API is rate limited"), "model-extraction")
    assert extraction.fully < extraction.residual


def test_other_facts_may_contradict_a_claim(model: ThreatModel) -> None:
    model = answered(model, f"{ENDPOINT}.public_access", "anonymous")
    reasons = [one.because for one in held(model, "The system is air-gapped").against]
    assert "It was stated that others can reach it." in reasons


def test_an_assumption_contradicts_nothing(model: ThreatModel) -> None:
    assert held(model, "The API is rate limited").against == ()


def test_what_is_stated_already_would_change_nothing(model: ThreatModel) -> None:
    for place in held(model, "The API is rate limited").places:
        model = answered(model, place.question, "per-key")
    challenge = held(model, "The API is rate limited")
    assert all(place.stands for place in challenge.places)
    extraction = borne(challenge, "model-extraction")
    assert (extraction.fully, extraction.still) == (extraction.residual, "that is stated already")


def test_a_control_that_only_detects_lowers_nothing_while_nobody_responds(
    model: ThreatModel,
) -> None:
    challenge = held(model, "The model was red-teamed")
    stills = {one.still for one in challenge.bears_on}
    assert "it only detects, and nobody is stated to respond" in stills


def test_a_claim_that_is_no_control_bears_on_nothing_and_says_why(model: ThreatModel) -> None:
    challenge = held(model, "It is deterministic with temperature 0")
    assert (challenge.bears_on, challenge.places) == ((), ())
    assert challenge.nothing == KNOWLEDGE.claim_entries["deterministic"].nothing


def test_a_claim_about_what_there_is_not_bears_on_no_threat_of_the_model(
    model: ThreatModel,
) -> None:
    challenge = held(model, "The agent can only call approved tools")
    assert challenge.bears_on == ()
    assert "in this model" in challenge.nothing


def test_a_claim_can_be_narrowed_to_an_element(model: ThreatModel) -> None:
    everywhere = held(model, "Callers have to log in")
    here = held(model, "Callers have to log in", ENDPOINT)
    assert {place.question.split(".")[0] for place in here.places} == {ENDPOINT}
    assert len(here.places) < len(everywhere.places)
    with pytest.raises(InputError, match="says nothing of “nowhere”"):
        held(model, "Callers have to log in", "nowhere")


@pytest.mark.parametrize("claim", KNOWLEDGE.claims, ids=lambda claim: claim.id)
def test_every_claim_can_be_held_against_a_model(model: ThreatModel, claim: object) -> None:
    challenge = held(model, claim.id)  # type: ignore[attr-defined]
    assert challenge.bears_on or challenge.nothing
    for one in challenge.bears_on:
        assert one.fully <= one.residual
        assert bool(one.still) == (one.fully == one.residual)


# --- recorded ---------------------------------------------------------------------------------


def put(model: ThreatModel, said: str, evidence: str = "", *, in_part: bool = False):  # type: ignore[no-untyped-def]
    return recorded(model, [held(model, said)], KNOWLEDGE, KIM, evidence, in_part=in_part)


def test_a_claim_with_evidence_counts_as_an_answer(model: ThreatModel) -> None:
    expected = borne(held(model, "The API is rate limited"), "model-extraction").fully
    after, done = put(model, "The API is rate limited", "Load test of 3 May, 20 accounts")
    assert residual(after, "model-extraction") == expected
    assert [e.n for e in after.journal] == list(done.entries)
    entry = after.journal[-1]
    assert isinstance(entry, Answered)
    assert (entry.by, entry.role, entry.hedged) == ("Kim", "security-operations", False)
    assert (entry.claim, entry.evidence) == (
        "The API is rate limited",
        "Load test of 3 May, 20 accounts",
    )
    assert done.moved[0].after < done.moved[0].before


def test_evidence_stands_as_the_quote_of_the_fact_and_is_not_read(model: ThreatModel) -> None:
    told = "There is no encryption, and an LLM agent with a shell reads e-mails"
    after, _ = put(model, "The API is rate limited", told)
    fact = after.system.fact(ENDPOINT, "rate_limit")
    assert fact is not None
    assert fact.provenance.quote == told
    assert [c.id for c in after.system.components] == [c.id for c in model.system.components]
    assert after.system.facts == model.system.facts


def test_a_claim_without_evidence_is_an_assumption_and_moves_no_residual_risk(
    model: ThreatModel,
) -> None:
    after, done = put(model, "The API is rate limited")
    assert done.entries
    assert done.moved == ()
    fact = after.system.fact(ENDPOINT, "rate_limit")
    assert fact is not None
    assert fact.hedged


def test_without_evidence_what_was_stated_keeps_its_place(model: ThreatModel) -> None:
    model = answered(model, f"{ENDPOINT}.query_audit", "none")
    before = residual(model, "no-inference-audit")
    after, done = put(model, "Everything is logged")
    assert residual(after, "no-inference-audit") == before
    assert any("Log of queries" in kept for kept in done.kept)


def test_with_evidence_what_somebody_else_stated_becomes_a_conflict(model: ThreatModel) -> None:
    model = answered(model, f"{ENDPOINT}.rate_limit", "none", by="Ana")
    after, done = put(model, "The API is rate limited", "The configuration")
    fact = after.system.fact(ENDPOINT, "rate_limit")
    assert fact is not None
    assert fact.is_conflict
    assert done.conflicts


def test_evidence_that_comes_later_takes_the_place_of_the_bare_claim(model: ThreatModel) -> None:
    bare, _ = put(model, "The API is rate limited")
    after, done = put(bare, "The API is rate limited", "The configuration")
    fact = after.system.fact(ENDPOINT, "rate_limit")
    assert fact is not None
    assert fact.is_stated
    assert done.moved


def test_the_same_again_is_recorded_once(model: ThreatModel) -> None:
    once, _ = put(model, "The API is rate limited")
    again, done = put(once, "The API is rate limited")
    assert again == once
    assert done.entries == ()
    assert done.left_out


def test_a_part_of_a_claim_counts_in_part(model: ThreatModel) -> None:
    expected = borne(held(model, "The API is rate limited"), "model-extraction").partly
    after, _ = put(model, "The API is rate limited", "The configuration", in_part=True)
    assert residual(after, "model-extraction") == expected


def test_a_recorded_claim_is_taken_back_as_any_answer_is(model: ThreatModel) -> None:
    after, done = put(model, "The API is rate limited", "The configuration")
    back = after
    for entry in reversed(done.entries):
        back = record(back, Retracted(n=back.journal[-1].n + 1, entry=entry))
    assert derive(back, KNOWLEDGE).threats == model.threats


def test_a_claim_that_answers_no_question_is_not_recorded_and_says_so(model: ThreatModel) -> None:
    after, done = put(model, "It is deterministic with temperature 0", "Seen")
    assert after is model
    assert "answers no question" in done.left_out[0]
