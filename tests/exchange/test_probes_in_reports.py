"""Reports of a model show what probes found: verdict, interval, run and consent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tests.exchange import example
from threatwright.exchange import markdown, sarif
from threatwright.exchange.html import page
from threatwright.exchange.report import probed, summary
from threatwright.exchange.report.content import Content
from threatwright.model.document import ThreatModel
from threatwright.model.findings import (
    Consent,
    Consented,
    FamilyResult,
    Finding,
    Measured,
    Probed,
    Ruled,
    Tried,
)
from threatwright.model.probe_scope import Environment
from threatwright.model.probes import Family, Shows

ORIGIN = "http://127.0.0.1:80"
THREAT = "T-evade@scoring-api"
HIT = FamilyResult(
    family=Family.ENCODING, probes=("p",), payloads=12, trials=36, hits=9, low=0.09, high=0.53
)
MISSED = FamilyResult(
    family=Family.MANY_SHOT, probes=("q",), payloads=8, trials=8, hits=0, low=0, high=0.32
)
AUC = Measured(
    name="AUC",
    value=0.8,
    low=0.75,
    high=0.85,
    reference=0.5,
    reference_name="chance",
    n=200,
    family=Family.MEMBERSHIP,
)
AGREED = Consented(
    n=3,
    by="Ana",
    role="owner",
    consent=Consent(
        plan="p1",
        scope="s",
        origin=ORIGIN,
        is_typed=False,
        environment=Environment.TEST,
        authorised_by="Bo, head of payments",
        until=datetime(2026, 12, 1, tzinfo=UTC),
    ),
)


def run(verdict: Tried = Tried.CONFIRMED, **more: Any) -> Probed:
    finding = Finding(
        threat=THREAT,
        verdict=verdict,
        shows=Shows.EVASION,
        because="9 of 36 answers hit",
        **{"families": (HIT, MISSED), **more},
    )
    return Probed(
        n=4,
        at="2026-11-27T21:15:00+00:00",
        run="r1",
        element="scoring-api",
        origin=ORIGIN,
        fingerprint="abcdef0123456789",
        plan="p1",
        scope="s",
        is_complete=True,
        findings=(finding,),
    )


def model(*journal: Any) -> ThreatModel:
    return example.model(journal=journal)


def content(*journal: Any) -> Content:
    return Content(model(*journal), example.KNOWLEDGE)


def test_a_finding_is_told_with_its_intervals_its_run_and_who_agreed_to_it() -> None:
    (one,) = probed.found(content(AGREED, run()))
    assert one.said == "confirmed"
    assert one.seen == (
        "encoding: 9 of 36 answers to 12 payloads hit, 9 % to 53 %",
        "many shot: no hit with 8 payloads, at most 32 %",
    )
    assert (one.run, one.at) == ("r1", "2026-11-27 21:15")
    assert one.endpoint == f"{ORIGIN} (abcdef012345)"
    assert one.consent == "Ana, owner; authorised by Bo, head of payments"


def test_a_figure_is_told_beside_its_reference() -> None:
    (one,) = probed.found(content(run(families=(), measured=(AUC,))))
    assert one.seen == ("membership: AUC 0.80, 0.75 to 0.85, beside 0.50 for chance (n = 200)",)
    assert one.consent == "not in this file"


def test_a_ruling_says_who_ruled_and_why() -> None:
    ruled = Ruled(n=5, by="Cy", run="r1", threat=THREAT, is_confirmed=True, reason="I saw it")
    (one,) = probed.found(content(run(Tried.SUSPECTED), ruled))
    assert one.said == "confirmed, as Cy ruled: I saw it"


def test_the_summary_counts_what_was_confirmed() -> None:
    assert "Probes confirmed 1 threat of 1 tried." in summary.in_a_sentence(content(run()))
    blocked = summary.in_a_sentence(content(run(Tried.NOT_OBSERVED)))
    assert "Probes confirmed 0 threats of 1 tried; 1 not observed." in blocked
    assert "Probes" not in summary.in_a_sentence(content())


def test_markdown_and_html_have_the_section_where_something_was_probed() -> None:
    for write in (markdown.write, page.write):
        with_it = write(model(AGREED, run()), example.KNOWLEDGE)
        assert "What probes found" in with_it
        assert "9 of 36 answers to 12 payloads hit" in with_it
        assert "authorised by Bo, head of payments" in with_it
        assert "What probes found" not in write(model(), example.KNOWLEDGE)


def test_a_mitigation_that_did_not_hold_says_so_beside_itself() -> None:
    threat = example.threat()
    held = threat.mitigations[0].model_copy(update={"probed": "did not hold"})
    told = example.model(threats=(threat.model_copy(update={"mitigations": (held,)}),))
    assert ", **did not hold** |" in markdown.write(told, example.KNOWLEDGE)
    assert "<b>did not hold</b>" in page.write(told, example.KNOWLEDGE)


def test_sarif_of_the_model_shows_what_is_confirmed() -> None:
    log = json.loads(sarif.write(model(run()), example.KNOWLEDGE))
    result = next(one for one in log["runs"][0]["results"] if one["properties"]["threat"] == THREAT)
    assert result["message"]["text"].startswith("Confirmed by a probe (r1). ")
    assert result["properties"]["tags"] == ["probe-confirmed"]
    assert result["properties"]["probed"][0]["verdict"] == "confirmed"
