"""The reports show risk whole: three states side by side, who attacks, and the appetite."""

from __future__ import annotations

import re
from typing import Any

from tests.exchange import example
from tests.exchange.markup import Page
from threatwright.exchange import markdown, pasta_markdown
from threatwright.exchange.html import page
from threatwright.exchange.html.matrix import matrices
from threatwright.exchange.report import pasta, risk
from threatwright.exchange.report.content import Content
from threatwright.model.actors import ActorProfile
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Finding, Probed, Ruled, Tried
from threatwright.model.journal import Answered
from threatwright.model.knowledge import Knowledge
from threatwright.model.probes import Shows
from threatwright.model.scope import Attacker, Scope, SignOff
from threatwright.model.system import SystemModel
from threatwright.model.terms import (
    Access,
    Coverage,
    Dimension,
    Effect,
    Effort,
    Level,
    MitigationStatus,
    Status,
)
from threatwright.model.threats import AppliedMitigation, Band, Threat

RIVAL = ActorProfile(
    id="rival",
    name="Rival",
    description="Makes the same.",
    motive="the model",
    access=(Access.BLACK_BOX,),
    effort=Effort.HIGH,
)
PLANNED = AppliedMitigation(
    id="watch",
    title="Checksums",
    status=MitigationStatus.PLANNED,
    effect=Effect.PREVENTS,
    coverage=Coverage.NONE,
    at=("scoring-api",),
)
EMPTY = ThreatModel(id="empty", name="", system=SystemModel(name=""))


def knowing(**table: Any) -> Knowledge:
    risk_ = example.KNOWLEDGE.risk.model_copy(update={"actors": (RIVAL,), **table})
    return example.KNOWLEDGE.model_copy(update={"risk": risk_})


def planned(**more: Any) -> Threat:
    held = example.threat()
    return held.model_copy(update={"mitigations": (*held.mitigations, PLANNED), **more})


def both(model: ThreatModel, knowledge: Knowledge = example.KNOWLEDGE) -> tuple[str, str]:
    """The report in Markdown, and the text of the one in HTML."""
    return markdown.write(model, knowledge), Page(page.write(model, knowledge)).text


# --- three states -----------------------------------------------------------------------------


def test_the_three_states_of_a_risk_stand_side_by_side_with_what_took_what_off() -> None:
    content = Content(example.model(threats=(planned(),)), knowing())
    threat = content.standing[0]
    before, residual, target = risk.states(content, threat)
    assert (before.risk, residual.risk) == (threat.risk, threat.residual)
    assert target.risk < residual.risk
    (said,) = risk.planned_off(content, threat)
    off = residual.likelihood - target.likelihood
    assert said == f"Checksums prevents it, once in place: likelihood −{off}"


def test_what_is_planned_is_told_in_both_reports() -> None:
    for text in both(example.model(threats=(planned(),)), knowing()):
        assert "What planned ones would take off" in text
        assert "Checksums prevents it, once in place" in text


def test_a_planned_control_that_adds_nothing_says_so() -> None:
    again = PLANNED.model_copy(update={"effect": Effect.HINDERS})
    held = example.threat()
    model = example.model(
        threats=(held.model_copy(update={"mitigations": (*held.mitigations, again)}),)
    )
    content = Content(model, knowing())
    (said,) = risk.planned_off(content, content.standing[0])
    assert said.endswith("takes nothing further off")


def test_the_matrices_count_every_threat_once_in_each_state() -> None:
    content = Content(example.model(threats=(planned(),)), knowing())
    for matrix in matrices(content):
        counted = [cell for row in matrix.rows for cell in row if cell.threats]
        assert sum(len(cell.threats) for cell in counted) == len(content.standing)
    assert [matrix.id for matrix in matrices(content)] == ["inherent", "residual", "target"]


def test_a_band_stands_beside_the_rating_that_it_is_about() -> None:
    banded = example.threat(impact_band=Band(least=3, most=5), likelihood_band=None)
    text, shown = both(example.model(threats=(banded,)))
    assert "| Before controls | 4 | 4 (3 to 5 by what is open) | **critical** (16) |" in text
    assert "4 4 (3 to 5) critical 16" in shown
    assert "how far what is open could move it" in shown


# --- attackers --------------------------------------------------------------------------------


def test_a_threat_names_whom_it_is_rated_against_and_the_scope_counts_them() -> None:
    model = example.model(threats=(example.threat(actors=("rival",)),))
    text, shown = both(model, knowing())
    assert "| tampering | operation | Rival | 80% | proposed |" in text
    assert "| **Rival**: Makes the same. | the model | black box | 1 | 1 |" in text
    assert "Attacker: Rival" in shown


def test_threats_of_others_than_the_attackers_of_the_scope_are_counted() -> None:
    given = Scope(attackers=(Attacker(id="x", name="X", motive="y", access=Access.INSIDER),))
    model = example.model(scope=given, threats=(example.threat(actors=("rival",)),))
    for text in both(model, knowing()):
        assert "1 threat is open to others than the attackers that the scope names" in text


def test_a_profile_that_the_risk_table_does_not_know_any_more_is_left_out() -> None:
    model = example.model(threats=(example.threat(actors=("gone",)),))
    content = Content(model, knowing())
    assert risk.who(content, content.standing[0]) == ""


# --- appetite ---------------------------------------------------------------------------------


def test_the_summary_tells_what_is_above_the_appetite() -> None:
    knowledge = knowing(appetite={"any": Level.LOW}, publisher="Acme")
    for text in both(example.model(), knowledge):
        assert "Acme accepts residual risk up to low without sign-off. 2 threats are above." in text
    text = markdown.write(example.model(), knowledge)
    assert "medium (8), where low is accepted | proposed |" in text


def test_without_an_appetite_nothing_is_said_of_one() -> None:
    for text in both(example.model()):
        assert "appetite" not in text.lower()


def test_nothing_above_the_appetite_is_said_too() -> None:
    knowledge = knowing(appetite={"any": Level.CRITICAL}, publisher="Acme")
    for text in both(example.model(), knowledge):
        assert "No threat is above." in text


def test_the_impact_in_each_dimension_goes_by_the_names_that_people_use() -> None:
    threat = example.threat(impacts={Dimension.MONEY: 2, Dimension.SAFETY: 4})
    assert risk.in_dimensions(threat) == "safety and rights 4, money and law 2"


# --- sign-off, triggers, claims ---------------------------------------------------------------


def test_a_sign_off_of_another_version_is_shown_as_outdated() -> None:
    signed = SignOff(who="Ana", role="lead", version="f" * 64, at="2026-11-27T10:00:00+00:00")
    for text in both(example.model(scope=Scope(sign_off=(signed,)))):
        assert "outdated: the model has changed since" in text
        assert "2026-11-27" in text


def test_without_a_sign_off_both_reports_say_so() -> None:
    for text in both(example.model()):
        assert "Nobody has signed this off yet." in text


def test_review_triggers_are_proposed_until_somebody_sets_them() -> None:
    for text in both(example.model()):
        assert "Nobody said when. These are proposed" in text
    for text in both(example.model(scope=Scope(review_triggers=("each spring",)))):
        assert "each spring" in text
        assert "Nobody said when" not in text


def test_a_claim_that_was_recorded_stands_with_what_was_shown_for_it() -> None:
    claimed = [
        Answered(n=1, by="Ana", question="system.outsiders", value="yes", claim="we are safe"),
        Answered(
            n=2,
            by="Bo",
            role="vendor",
            question="system.outsiders",
            value="yes",
            claim="it is <b>certified</b>",
            evidence="a report",
        ),
    ]
    text, shown = both(example.model(journal=tuple(claimed)))
    assert "| “we are safe” |" in text
    assert "*nothing was shown: it lowers no risk* | Ana |" in text
    assert "| a report | Bo, vendor |" in text
    assert "it is <b>certified</b>" in shown
    assert "## Claims" not in markdown.write(example.model(), example.KNOWLEDGE)


# --- PASTA ------------------------------------------------------------------------------------


def test_the_seven_stages_are_there_whatever_the_model() -> None:
    for model in (example.model(), EMPTY, example.hostile()):
        found = pasta.stages(Content(model, example.KNOWLEDGE))
        assert [stage.number for stage in found] == [1, 2, 3, 4, 5, 6, 7]
        text = pasta_markdown.write(model, example.KNOWLEDGE)
        assert len(re.findall(r"^## \d\. ", text, re.M)) == 7


def test_an_empty_model_has_every_stage_say_what_is_missing() -> None:
    found = pasta.stages(Content(EMPTY, example.KNOWLEDGE))
    assert all(stage.missing for stage in found if stage.number not in (2, 3, 6))
    assert "No threat is listed." in found[3].missing


def test_until_something_was_probed_the_stage_says_so() -> None:
    weaknesses = pasta.stages(Content(example.model(), example.KNOWLEDGE))[4]
    assert weaknesses.missing[0].startswith("Nothing was probed")


def test_what_probes_found_enters_the_stage_of_weaknesses() -> None:
    probed = Probed(
        n=3,
        run="r1",
        element="scoring-api",
        origin="http://127.0.0.1:80",
        fingerprint="0",
        plan="0",
        scope="0",
        is_complete=True,
        findings=(
            Finding(
                threat="T-evade@scoring-api",
                verdict=Tried.SUSPECTED,
                shows=Shows.EVASION,
                because="3 of 9 answers.",
            ),
        ),
    )
    ruled = Ruled(n=4, run="r1", threat="T-evade@scoring-api", is_confirmed=True, reason="seen")
    content = Content(example.model(journal=(probed, ruled)), example.KNOWLEDGE)
    title = "Crafted payments get past Scoring API"
    assert pasta.findings(content) == [
        f"Probed: {title}: suspected. 3 of 9 answers.",
        f"Looked at: {title}: confirmed",
    ]
    assert not any("Nothing was probed" in one for one in pasta.stages(content)[4].missing)


def test_the_last_stage_asks_for_decisions_and_owners() -> None:
    accepted = example.threat(status=Status.ACCEPTED, reason="we pay")
    last = pasta.stages(Content(example.model(threats=(accepted,)), example.KNOWLEDGE))[6]
    assert "1 accepted risk without an owner" in last.missing
    assert "Nobody signed off the model as it is." in last.missing


def test_the_html_report_has_the_stages_as_a_part() -> None:
    text = page.write(example.hostile(), example.KNOWLEDGE)
    assert 'id="pasta"' in text
    assert "<script>alert" not in text
