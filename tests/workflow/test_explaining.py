"""What a language model is asked to explain of a threat."""

from __future__ import annotations

import pytest

from threatwright.engine.derive import begin, derive, record
from threatwright.errors import InputError
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Finding, Probed, Tried
from threatwright.model.journal import Decided, Source, SourceKind
from threatwright.model.probes import Shows
from threatwright.model.redaction import Personal
from threatwright.model.terms import Status
from threatwright.workflow.explaining import prompt_for

KNOWLEDGE = load_knowledge()
TEXT = """\
# Fraud scoring

A web app calls a fraud scoring model behind a public API, without an account. Call Kim at
kim@example.org; the password=hunter22! is in the wiki.
The model is retrained every week on feedback from users, which is kept in S3.
"""


def a_model() -> ThreatModel:
    return begin("", [Source(kind=SourceKind.PROSE, name="d.md", text=TEXT)], KNOWLEDGE)


MODEL = a_model()
THREAT = MODEL.threats[0]


def test_a_threat_is_explained_from_what_it_says_and_what_is_known_around_it() -> None:
    prompt = prompt_for(MODEL, THREAT.id, KNOWLEDGE)
    for part in (THREAT.title, THREAT.likelihood_reasons[0], THREAT.attack_path[0].text):
        assert part in prompt.material
    assert all(reference.id in prompt.material for reference in THREAT.references)
    assert all(mitigation.title in prompt.material for mitigation in THREAT.mitigations)
    entry = next(e for e in KNOWLEDGE.entries.values() if e.reference == THREAT.references[0])
    assert entry.description.split(".")[0] in prompt.material
    assert MODEL.system.name_of(THREAT.element) in prompt.material


def test_what_was_decided_about_it_does_not_sway_the_explanation() -> None:
    decision = Decided(n=1, threat=THREAT.id, status=Status.REJECTED, reason="we do not care")
    decided = derive(record(MODEL, decision), KNOWLEDGE)
    assert prompt_for(decided, THREAT.id, KNOWLEDGE) == prompt_for(MODEL, THREAT.id, KNOWLEDGE)


def test_no_secret_goes_along_and_nobody_who_is_to_be_left_out() -> None:
    every = [prompt_for(MODEL, t.id, KNOWLEDGE, [Personal.EMAIL]).material for t in MODEL.threats]
    assert not any("hunter22" in material for material in every)
    assert not any("kim@example.org" in material for material in every)


def test_every_threat_of_a_draft_can_be_explained() -> None:
    kinds = {t.element for t in MODEL.threats}
    assert len(kinds) > 2
    assert all(prompt_for(MODEL, threat.id, KNOWLEDGE).material for threat in MODEL.threats)


def test_a_threat_that_is_not_there_is_told_with_those_of_a_similar_id() -> None:
    with pytest.raises(InputError) as raised:
        prompt_for(MODEL, THREAT.id[:-1], KNOWLEDGE)
    assert raised.value.problem.startswith(f"There is no threat {THREAT.id[:-1]} in")
    assert THREAT.id in raised.value.fix


def test_what_probes_found_of_it_is_told_without_the_address_where() -> None:
    finding = Finding(
        threat=THREAT.id, verdict=Tried.CONFIRMED, shows=Shows.EVASION, because="3 of 9 hit"
    )
    run = Probed(
        n=1,
        run="r1",
        element=THREAT.element,
        origin="https://staging.example.com:443",
        fingerprint="f",
        plan="p",
        scope="s",
        is_complete=True,
        findings=(finding,),
    )
    material = prompt_for(derive(record(MODEL, run), KNOWLEDGE), THREAT.id, KNOWLEDGE).material
    assert "confirmed: 3 of 9 hit" in material
    assert "staging.example.com" not in material
