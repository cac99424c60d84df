"""What an organisation brought is marked as theirs on the screens too."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from threatwright.model.interview import Question
from threatwright.model.terms import Coverage, Effect, Level, MitigationStatus, Role, Stage, Stride
from threatwright.model.threats import AppliedMitigation, Evidence, Threat
from threatwright.model.vocabulary import Choice
from threatwright.tui.widgets.question_card import QuestionCard
from threatwright.tui.widgets.threat_detail import described

pytestmark = pytest.mark.ui

MITIGATION = AppliedMitigation(
    id="acme-board",
    title="Approval by the board",
    status=MitigationStatus.PROPOSED,
    effect=Effect.PREVENTS,
    coverage=Coverage.UNKNOWN,
    publisher="Acme [Security]",
)
THREAT = Threat(
    id="T-x@a",
    pattern="x",
    element="a",
    stride=(Stride.TAMPERING,),
    title="Something befalls it",
    scenario="Somebody does it.",
    stage=Stage.DEPLOYMENT,
    likelihood=3,
    impact=3,
    risk=9,
    level=Level.MEDIUM,
    residual=9,
    residual_likelihood=3,
    residual_impact=3,
    confidence=0.9,
    mitigations=(MITIGATION,),
    evidence=(Evidence(kind="pattern", ref="x", text="rule of Acme [Security]"),),
)
QUESTION = Question(
    id="system.board",
    element="system",
    element_name="the system",
    fact="board",
    text="Does the board approve?",
    why="It finds what others do not.",
    choices=(Choice(value="yes", label="Yes"), Choice(value="no", label="No")),
    role=Role.PRODUCT,
    value=1,
    publisher="Acme [Security]",
)


class Carded(App[None]):
    def compose(self) -> ComposeResult:
        yield QuestionCard()


def test_the_detail_of_a_threat_says_whose_rule_and_mitigation_it_is() -> None:
    shown = described(THREAT, "Scoring API").plain
    assert "Approval by the board (Acme [Security])" in shown
    assert "rule of Acme [Security]" in shown


def test_a_mitigation_of_ours_says_nothing() -> None:
    ours = THREAT.model_copy(
        update={"mitigations": (MITIGATION.model_copy(update={"publisher": ""}),)}
    )
    assert "Approval by the board  prevents" in described(ours, "Scoring API").plain


async def test_the_card_of_a_question_says_whose_it_is() -> None:
    app = Carded()
    async with app.run_test() as pilot:
        await app.query_one(QuestionCard).show_question(QUESTION)
        await pilot.pause()
        texts = [str(static.render()) for static in app.query("QuestionCard .text")]
    assert texts == ["Does the board approve? (Acme [Security])"]
