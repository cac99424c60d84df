"""What people say of probes, on its way into the journal and back out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.engine.probes.runs import ORIGIN
from tests.engine.probes.test_weighing import EVADE, KNOWLEDGE, finding, model, probed
from threatwright.engine.derive import derive, record
from threatwright.engine.record.speaker import Speaker
from threatwright.engine.said.answers import entries_for
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Consent, Consented, Probed, Ruled, Tried
from threatwright.model.probe_scope import Environment
from threatwright.model.said import Agree, Find, RuleOn, Said, Undo

KIM = Speaker(by="Kim", role="security", at="2026-11-30T10:00:00Z")
CONSENT = Consent(
    plan="p",
    scope="s",
    origin=ORIGIN,
    is_typed=False,
    environment=Environment.TEST,
    authorised_by="Ada, owner",
    until=datetime(2026, 12, 1, tzinfo=UTC),
)


def said(of: ThreatModel, *inputs: Said) -> ThreatModel:
    for one in inputs:
        of = derive(record(of, *entries_for(one, None, of, KNOWLEDGE, KIM)), KNOWLEDGE)
    return of


def likelihood(of: ThreatModel) -> int:
    return next(t for t in of.threats if t.id == EVADE).likelihood


def ruled(is_confirmed: bool, reason: str = "read it", run: str = "r1") -> RuleOn:
    return RuleOn(run=run, threat=EVADE, is_confirmed=is_confirmed, reason=reason)


def test_consent_and_outcome_stand_in_the_journal_under_whoever_said_so() -> None:
    found = Find(found=probed(finding(Tried.CONFIRMED), n=99))
    consented, outcome = said(model(), Agree(consent=CONSENT), found).journal
    assert isinstance(consented, Consented)
    assert isinstance(outcome, Probed)
    assert [(e.n, e.by, e.at) for e in (consented, outcome)] == [
        (1, "Kim", KIM.at),
        (2, "Kim", KIM.at),
    ]
    assert consented.consent == CONSENT


def test_undoing_a_run_gives_the_old_likelihood_back() -> None:
    before = model()
    after = said(before, Find(found=probed(finding(Tried.CONFIRMED))))
    assert likelihood(after) > likelihood(before)
    assert likelihood(said(after, Undo())) == likelihood(before)


def test_a_suspicion_counts_once_a_person_has_looked() -> None:
    suspected = said(model(), Find(found=probed(finding(Tried.SUSPECTED))))
    confirmed = said(suspected, ruled(True))
    assert isinstance(confirmed.journal[-1], Ruled)
    assert likelihood(suspected) == likelihood(model()) <= likelihood(confirmed)
    threat = next(t for t in confirmed.threats if t.id == EVADE)
    assert any("confirmed by a person" in one.text for one in threat.evidence)


@pytest.mark.parametrize("run", ["r2", ""])
def test_what_no_run_found_cannot_be_ruled_on(run: str) -> None:
    suspected = said(model(), Find(found=probed(finding(Tried.SUSPECTED))))
    with pytest.raises(InputError, match="found nothing"):
        said(suspected, ruled(True, run=run))


def test_what_was_not_observed_cannot_be_ruled_on() -> None:
    clear = said(model(), Find(found=probed(finding(Tried.NOT_OBSERVED))))
    with pytest.raises(InputError, match="not observed"):
        said(clear, ruled(True))


def test_a_ruling_has_a_reason() -> None:
    suspected = said(model(), Find(found=probed(finding(Tried.SUSPECTED))))
    with pytest.raises(InputError):
        said(suspected, ruled(False, reason=" "))
