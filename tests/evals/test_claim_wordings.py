"""How people put a claim finds that claim, and what is no claim finds none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from threatwright.engine.challenge.claim_words import ClaimWords
from threatwright.knowledge.load import load_knowledge

KNOWLEDGE = load_knowledge()
WORDS = ClaimWords(KNOWLEDGE)
LABELLED: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "claim_wordings.yaml").read_text(encoding="utf-8")
)
SETS = ("seen", "unseen", "vendors", "fresh")
LEAST = 0.95


def first(text: str) -> str:
    """The claim that comes first; empty if there is none."""
    return next((claim.claim for claim in WORDS.heard(text).claims), "")


def plain(text: str) -> str:
    """The text without what makes no difference."""
    return text.rstrip(".").casefold()


@pytest.mark.parametrize("name", SETS)
def test_nearly_every_wording_finds_its_claim_first(name: str) -> None:
    wordings = [(id_, text) for id_, texts in LABELLED[name].items() for text in texts]
    missed = [(id_, text) for id_, text in wordings if first(text) != id_]
    assert len(missed) <= (1 - LEAST) * len(wordings), missed


def test_the_wordings_are_many_about_every_claim_and_none_of_the_knowledge_base() -> None:
    texts = [text for name in SETS for some in LABELLED[name].values() for text in some]
    assert len(texts) == len(set(texts)) >= 120
    assert {id_ for name in SETS for id_ in LABELLED[name]} == KNOWLEDGE.claim_entries.keys()
    said = [sentence for claim in KNOWLEDGE.claims for sentence in (claim.name, *claim.said)]
    assert not set(map(plain, said)) & set(map(plain, texts))


@pytest.mark.parametrize("text", LABELLED["none"])
def test_what_is_no_claim_finds_none(text: str) -> None:
    assert first(text) == ""


@pytest.mark.parametrize("several", LABELLED["several"], ids=lambda one: one["text"][:30])
def test_several_claims_in_one_text_are_told_apart(several: dict[str, Any]) -> None:
    heard = WORDS.heard(several["text"])
    assert sorted(claim.claim for claim in heard.claims) == sorted(several["claims"])
    assert heard.others == ()


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("We don't have MFA", "mfa"),
        ("The data is not encrypted at rest", "encrypted-at-rest"),
        ("There are no guardrails", "guardrails"),
        ("Rate limits are planned", "rate-limits"),
        ("The model has never been red-teamed", "red-teamed"),
    ],
)
def test_to_say_that_something_is_not_there_is_no_claim_that_it_is(text: str, claim: str) -> None:
    (other,) = WORDS.heard(text).others
    assert other.is_denied
    assert [near.claim for near in other.nearest] == [claim]


def test_a_claim_that_denies_something_is_made_by_denying_it() -> None:
    assert first("No data is stored") == "no-retention"
    assert first("They never train on customer prompts") == "no-training-on-your-data"


def test_unknown_words_come_with_the_nearest_three_claims() -> None:
    (other,) = WORDS.heard("The encrypted model speaks to employees by carrier pigeon").others
    assert not other.is_denied
    assert 1 <= len(other.nearest) <= 3


def test_nothing_at_all_makes_no_claim() -> None:
    heard = WORDS.heard(" \n ")
    assert heard.claims == ()
    assert heard.others == ()
