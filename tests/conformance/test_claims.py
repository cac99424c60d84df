"""What must hold of every claim in `knowledge/claims/`, beyond what the loader checks."""

from __future__ import annotations

import pytest

from threatwright.engine.text.phrase_notation import phrases
from threatwright.knowledge.check_claims import bears_on
from threatwright.knowledge.load import load_knowledge
from threatwright.model.claims import ClaimEntry
from threatwright.model.knowledge import Knowledge

KNOWLEDGE = load_knowledge()

ASKED_FOR = {
    "adversarial-training", "encrypted-at-rest", "encrypted-in-transit", "guardrails",
    "red-teamed", "differential-privacy", "no-training-on-your-data", "rate-limits",
    "human-in-the-loop", "signed-models", "private-network", "certified", "api-only",
    "well-known-provider", "content-filter", "injection-detection", "prompt-forbids",
    "sandboxed-tools", "allow-listed-tools", "trusted-documents", "anonymised", "federated",
    "watermarked", "explainable", "bias-tested", "air-gapped", "internal-only", "mfa",
    "zero-trust", "backup", "monitoring", "deterministic", "closed-weights", "small-model",
}  # fmt: skip

each_claim = pytest.mark.parametrize("claim", KNOWLEDGE.claims, ids=lambda claim: claim.id)


def test_the_common_claims_are_there() -> None:
    assert KNOWLEDGE.claim_entries.keys() >= ASKED_FOR


@each_claim
def test_a_claim_bears_on_patterns_that_there_are_or_says_why_on_none(claim: ClaimEntry) -> None:
    borne = [p.id for p in KNOWLEDGE.patterns if bears_on(claim, p, KNOWLEDGE)]
    moved = [one for one in claim.states if _is_no_control(one.fact, KNOWLEDGE)]
    assert bool(borne or moved) != bool(claim.nothing)


def _is_no_control(fact: str, knowledge: Knowledge) -> bool:
    return knowledge.fact_entries[fact].choices[0].coverage is None


@each_claim
def test_a_claim_says_what_it_is_commonly_confused_with(claim: ClaimEntry) -> None:
    assert claim.untouched
    named = [id_ for one in claim.untouched for id_ in one.patterns]
    assert len(named) == len(set(named))
    reasons = [one.because for one in (*claim.limits, *claim.untouched)]
    assert all(reason.strip() for reason in (*reasons, *(one.because for one in claim.against)))


@each_claim
def test_a_claim_asks_several_people_or_several_things(claim: ClaimEntry) -> None:
    questions = [one.question for one in claim.ask]
    assert 3 <= len(questions) <= 6
    assert all(question.endswith("?") for question in questions)
    assert len(set(questions)) == len(questions)


@each_claim
def test_the_phrases_of_a_claim_are_well_formed(claim: ClaimEntry) -> None:
    groups = {f"@{name}" for name in KNOWLEDGE.words}
    for cue in (*claim.cues, *claim.unless):
        assert phrases(cue), cue
        used = {word for word in cue.replace("|", " ").split() if word.startswith("@")}
        assert used <= groups


def test_no_two_claims_are_made_by_the_same_sentence() -> None:
    said = [sentence for claim in KNOWLEDGE.claims for sentence in (claim.name, *claim.said)]
    assert len(said) == len(set(said))
