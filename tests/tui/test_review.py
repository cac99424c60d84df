"""Reviewing threats with the keyboard: decisions, bulk, undo, edits, mitigations, filters."""

from __future__ import annotations

from datetime import date

import pytest
from textual.widgets import Select, TextArea

from tests.tui.conftest import Bench, Running
from tests.tui.fakes import SYSTEM, THREATS, base_model
from threatwright.engine.decisions.rewording import as_it_reads
from threatwright.exchange.history import taken_back
from threatwright.exchange.names import Names
from threatwright.model.contributions import Rating
from threatwright.model.journal import Decided, Retracted
from threatwright.model.said import Edit, Mitigate, Split, State, Together
from threatwright.model.terms import MitigationStatus, Status, Stride
from threatwright.model.threats import StaleDecision, Threat
from threatwright.tui.filter_choices import filter_choices
from threatwright.tui.screens.decision import DecisionForm
from threatwright.tui.threat_filter import By, matching, matching_stale, placed, toggled
from threatwright.tui.widgets.threat_detail import described, gone
from threatwright.tui.widgets.threat_table import ThreatTable
from threatwright.workflow.events import Decide, Undo

pytestmark = pytest.mark.ui

FIRST, SECOND = THREATS[0].id, THREATS[1].id
TODAY = date(2026, 11, 27)
STALE = StaleDecision(
    threat="T-tool-misuse@gpt",
    title="The model calls tools on its own",
    status=Status.ACCEPTED,
    reason="a pilot",
    owner="Bo",
    entry=3,
    cause="answer:7",
    because="Tools of GPT model: “none”",
)


def decided(status: Status, **more: object) -> Threat:
    return THREATS[0].model_copy(update={"status": status, "reason": "so it is", **more})


def table(bench: Bench) -> ThreatTable:
    return bench.app.screen.query_one(ThreatTable)


async def reject(bench: Bench, reason: str = "n/a") -> None:
    await bench.press("r")
    await bench.type(reason)
    await bench.press("enter")


# --- one decision -------------------------------------------------------------------------------


async def test_accepting_takes_reason_owner_due_and_last_day_and_goes_on(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f4", "a")
        for text in ("a pilot", "Bo", "2999-01-31", "2999-06-30"):
            await bench.type(text)
            await bench.press("tab")
        await bench.press("ctrl+s")
        assert bench.opener.session.said == [
            Decide(
                threat=FIRST,
                status=Status.ACCEPTED,
                reason="a pilot",
                owner="Bo",
                due=date(2999, 1, 31),
                until=date(2999, 6, 30),
            )
        ]
        assert table(bench).threat_id == SECOND
        await bench.press("up")
        await bench.until(
            lambda: "✓ accepted until 2999-06-30, owner Bo, due 2999-01-31: a pilot" in bench.text
        )


async def test_a_decision_without_a_reason_is_told_and_stays_open(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f4", "r", "enter")
        await bench.until(lambda: "would be rejected without a reason." in bench.text)
        assert bench.opener.session.said == []
        await bench.type("n/a")
        await bench.press("enter")
        assert bench.opener.session.said == [
            Decide(threat=FIRST, status=Status.REJECTED, reason="n/a")
        ]


@pytest.mark.parametrize(
    ("day", "problem"),
    [("soon", "“soon” is no date."), ("2020-01-01", "would have expired already.")],
)
async def test_a_last_day_that_cannot_be_is_told(running: Running, day: str, problem: str) -> None:
    async with running() as bench:
        await bench.press("f4", "a")
        await bench.type("a pilot")
        await bench.press("tab", "tab", "tab")
        await bench.type(day)
        await bench.press("enter")
        assert problem in bench.text
        await bench.press("escape")
        assert bench.opener.session.said == []


async def test_the_reason_before_comes_back_with_up(running: Running) -> None:
    async with running() as bench:
        await bench.press("f4")
        await reject(bench, "behind the gateway")
        await bench.press("r", "up", "enter")
        said = bench.opener.session.said
        assert [(one.threat, one.reason) for one in said if isinstance(one, Decide)] == [
            (FIRST, "behind the gateway"),
            (SECOND, "behind the gateway"),
        ]


async def test_a_duplicate_names_which_threat_says_the_same(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f4", "d")
        await bench.type("closed tickets")
        await bench.press("enter", "enter")
        (said,) = bench.opener.session.said
        assert isinstance(said, Decide)
        assert (said.status, said.duplicate_of) == (Status.REJECTED, SECOND)
        assert said.reason == f"says the same as {SECOND}"
        await bench.press("up")
        assert "The same as" in described(bench.app.model.threats[0], "GPT").plain  # type: ignore[union-attr]


async def test_a_decision_is_put_back_by_reopening(running: Running) -> None:
    async with running() as bench:
        await bench.press("f4")
        await reject(bench)
        await bench.press("up", "o")
        assert bench.opener.session.said[-1] == Decide(threat=FIRST, status=Status.PROPOSED)
        await bench.press("o")
        assert len(bench.opener.session.said) == 2  # nothing was decided of the next


# --- many ---------------------------------------------------------------------------------------


async def test_all_that_the_filter_shows_are_rejected_and_taken_back_at_once(
    running: Running,
) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f4", "/")
        await bench.type("high")
        await bench.press("enter", "*")
        await bench.until(lambda: "3 marked" in bench.text)
        await bench.press("r")
        await bench.until(lambda: "Reject 3 threats?" in bench.text)
        await bench.type("below our appetite")
        await bench.press("enter")
        (said,) = bench.opener.session.said
        assert isinstance(said, Together)
        assert {one.reason for one in said.said if isinstance(one, Decide)} == {
            "below our appetite"
        }
        assert bench.app.model is not None
        assert sum(t.status is Status.REJECTED for t in bench.app.model.threats) == 3
        await bench.until(lambda: "Reject: 3 threats. u takes all of it back." in bench.toasts)
        await bench.press("u")
        assert bench.opener.session.said[-1] == Undo()
        assert bench.app.model.threats == THREATS
        await bench.until(lambda: "Taken back." in bench.toasts)


async def test_marked_rows_are_decided_and_escape_unmarks(running: Running) -> None:
    async with running() as bench:
        await bench.press("f4", "space", "space")
        assert table(bench).picked == {FIRST, SECOND}
        await bench.press("escape")
        assert table(bench).picked == set()
        await bench.press("up", "space", "t")
        await bench.until(lambda: "Transfer" in bench.text)
        await bench.type("the vendor")
        await bench.press("enter")
        (said,) = bench.opener.session.said
        assert isinstance(said, Decide)
        assert said.threat == THREATS[1].id
        assert table(bench).picked == set()


async def test_calling_a_bulk_decision_off_changes_nothing(running: Running) -> None:
    async with running() as bench:
        await bench.press("f4", "*", "r", "escape")
        assert bench.opener.session.said == []
        assert len(table(bench).picked) == len(THREATS)
        await bench.press("*")
        assert table(bench).picked == set()


async def test_marked_threats_that_the_filter_hides_are_counted(running: Running) -> None:
    async with running() as bench:
        await bench.press("f4", "*", "/")
        await bench.type("critical")
        await bench.press("enter", "r")
        await bench.until(lambda: "Reject 8 threats?" in bench.text)
        await bench.until(lambda: "7 marked threats of them the filter hides." in bench.text)


async def test_several_are_reopened_after_a_question(running: Running) -> None:
    async with running() as bench:
        await bench.press("f4", "*")
        await reject(bench)
        await bench.press("*", "o")
        await bench.until(lambda: "Reopen 8 threats?" in bench.text)
        await bench.press("y")
        assert bench.app.model is not None
        assert all(t.status is Status.PROPOSED for t in bench.app.model.threats)


# --- other words --------------------------------------------------------------------------------


async def test_a_threat_is_edited_and_what_was_proposed_stays_beside(running: Running) -> None:
    async with running((120, 40)) as bench:
        await bench.press("f4", "e", "ctrl+u")
        await bench.type("In our words")
        await bench.press("ctrl+s")
        assert bench.opener.session.said == [Edit(threat=FIRST, title="In our words")]
        await bench.until(lambda: "Edited; the draft proposes" in bench.text)


async def test_another_rating_needs_a_number_and_a_reason(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f4", "e", "tab", "tab")
        await bench.type("9")
        await bench.press("ctrl+s")
        await bench.until(lambda: "“9” is no likelihood." in bench.text)
        await bench.press("ctrl+u")
        await bench.type("2")
        await bench.press("ctrl+s")
        await bench.until(lambda: "needs a reason" in bench.text)
        await bench.press("tab", "tab")
        await bench.type("few users")
        await bench.press("enter")
        rating = Rating(value=2, because="few users")
        assert bench.opener.session.said == [Edit(threat=FIRST, likelihood=rating)]


async def test_an_edit_of_nothing_is_told(running: Running) -> None:
    async with running() as bench:
        await bench.press("f4", "e", "ctrl+s")
        await bench.until(lambda: "would be another." in bench.text)
        await bench.press("escape")
        assert bench.opener.session.said == []


async def test_a_threat_is_split_into_a_title_a_line(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f4", "p")
        await bench.until(lambda: bench.app.screen.query(TextArea))
        bench.app.screen.query_one(TextArea).text = "By users\n"
        await bench.press("ctrl+s")
        await bench.until(lambda: "A threat is split into two or more." in bench.text)
        bench.app.screen.query_one(TextArea).text = "By users\n\n By staff \n"
        await bench.press("ctrl+s")
        assert bench.opener.session.said == [Split(threat=FIRST, titles=("By users", "By staff"))]


async def test_a_threat_is_stated_by_hand(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f4", "n")
        await bench.type("Labels are sold")
        await bench.press("ctrl+s")
        await bench.until(lambda: "A threat has a title, a scenario" in bench.text)
        bench.app.screen.query_one(TextArea).text = "A labeller sells labels."
        bench.app.screen.query_one("#threatened", Select).value = "passages"
        for name, text in (("stride", "tx"), ("likelihood", "2"), ("impact", "3")):
            bench.app.screen.query_one(f"#{name}").value = text  # type: ignore[attr-defined]
        bench.app.screen.query_one("#reason").value = "few labellers"  # type: ignore[attr-defined]
        await bench.press("ctrl+s")
        await bench.until(lambda: "“X” is no letter of STRIDE." in bench.text)
        bench.app.screen.query_one("#stride").value = "ti"  # type: ignore[attr-defined]
        await bench.press("ctrl+s")
        (said,) = bench.opener.session.said
        assert isinstance(said, State)
        assert (said.element, said.title) == ("passages", "Labels are sold")
        assert said.stride == (Stride.TAMPERING, Stride.INFORMATION_DISCLOSURE)


# --- mitigations --------------------------------------------------------------------------------


async def test_a_mitigation_in_place_needs_evidence(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f4", "i")
        await bench.until(lambda: "Generative AI Guardrails" in bench.text)
        await bench.press("enter")
        form = bench.app.screen
        form.query_one("#status", Select).value = MitigationStatus.IN_PLACE
        await bench.press("ctrl+s")
        await bench.until(lambda: "would be in place on no grounds." in bench.text)
        await bench.press("tab")
        await bench.type("gateway.yaml, line 12")
        await bench.press("enter")
        (said,) = bench.opener.session.said
        assert isinstance(said, Mitigate)
        assert (said.mitigation, said.status) == ("AML.M0020", MitigationStatus.IN_PLACE)
        assert said.reason == "gateway.yaml, line 12"
        assert FIRST in said.threats


async def test_a_mitigation_is_planned_for_one_threat_alone(running: Running) -> None:
    async with running() as bench:
        await bench.press("f4", "i", "enter")
        form = bench.app.screen
        form.query_one("#status", Select).value = MitigationStatus.PLANNED
        form.query_one("#scope", Select).value = False
        await bench.press("tab", "tab")
        await bench.type("Bo")
        await bench.press("enter")
        assert bench.opener.session.said == [
            Mitigate(
                mitigation="AML.M0020",
                threats=(FIRST,),
                status=MitigationStatus.PLANNED,
                owner="Bo",
            )
        ]
        await bench.press("f4")
        assert bench.app.model is not None
        planned = matching(bench.app.model.threats, "planned", By(SYSTEM))
        assert [threat.id for threat in planned] == [FIRST]
        assert "owner Bo" in described(planned[0], "GPT model").plain


# --- stale, expired, duplicates -----------------------------------------------------------------


async def test_a_stale_decision_stands_first_with_what_took_its_grounds(running: Running) -> None:
    model = base_model().model_copy(update={"stale": (STALE,)})
    async with running((120, 40), model=model) as bench:
        await bench.press("f4", "up")
        await bench.until(lambda: "1 stale" in bench.text)
        await bench.until(lambda: "What took its grounds away" in bench.text)
        await bench.until(lambda: "Tools of GPT model: “none” (answer:7)" in bench.text)
        await bench.press("r")
        await bench.until(lambda: "no threat any more" in bench.toasts)
        await bench.press("o")
        assert bench.opener.session.said == [Decide(threat=STALE.threat, status=Status.PROPOSED)]
        assert "1 stale" not in bench.text


def test_an_acceptance_that_ended_and_what_is_overdue_are_told() -> None:
    ended = decided(Status.ACCEPTED, until=date(2026, 1, 1), due=date(2026, 2, 1))
    text = described(ended, "GPT model", today=TODAY).plain
    assert "To be decided anew: its acceptance ended on 2026-01-01." in text
    assert "Overdue: it was due on 2026-02-01." in text
    assert "Overdue" not in described(ended, "GPT model", today=date(2025, 1, 1)).plain


def test_a_duplicate_is_told_by_its_title() -> None:
    same = decided(Status.REJECTED, duplicate_of=SECOND)
    titles = {SECOND: THREATS[1].title}
    assert f"– {THREATS[1].title} ({SECOND})" in described(same, "x", titles=titles).plain
    assert f"{SECOND}, not there" in described(same, "x").plain


def test_what_is_gone_is_told_without_an_owner_too() -> None:
    bare = STALE.model_copy(update={"owner": "", "reason": "", "cause": ""})
    assert "✓ accepted  T-tool-misuse@gpt" in gone(bare).plain


# --- filters ------------------------------------------------------------------------------------


def test_the_filter_knows_what_people_decided_and_where() -> None:
    edited = THREATS[2].model_copy(update={"proposed": as_it_reads(THREATS[2])})
    ended = decided(Status.ACCEPTED, until=date(2026, 1, 1), due=date(2026, 2, 1))
    rejected = THREATS[1].model_copy(update={"status": Status.REJECTED, "duplicate_of": FIRST})
    all_ = (ended, rejected, edited, *THREATS[3:])
    by = By(SYSTEM, TODAY)

    def ids(line: str) -> list[str]:
        return [threat.id for threat in matching(all_, line, by)]

    assert ids("decided") == [FIRST, SECOND]
    assert ids("expired") == ids("overdue") == [FIRST]
    assert ids("duplicate") == [SECOND]
    assert ids("edited") == ids("undecided edited") == [edited.id]
    assert ids("standing") == [t.id for t in all_ if t.id != SECOND]
    assert ids("stale") == []
    assert ids("@passages") == [t.id for t in all_ if t.element == "passages"]
    assert ids("@chat") == [t.id for t in all_ if t.element == "chat-service"]


def test_stale_decisions_are_found_by_word_status_and_text() -> None:
    for line in ("", "stale", "stale accepted", "tools own", "T-tool-misuse"):
        assert matching_stale((STALE,), line) == (STALE,)
    for line in ("high", "rejected", "undecided"):
        assert matching_stale((STALE,), line) == ()


def test_a_cell_of_the_target_is_found_by_what_is_planned() -> None:
    targets = {FIRST: (2, 3)}
    by = By(SYSTEM, targets=targets)
    assert [t.id for t in matching(THREATS, "tl2 ti3", by)] == [FIRST, THREATS[4].id]
    assert placed(THREATS[0], "t", targets) == (2, 3)
    assert placed(THREATS[0], "r", targets) == (4, 4)
    assert placed(THREATS[0], "") == (5, 4)


def test_words_to_filter_by_are_listed_with_how_many_they_show() -> None:
    model = base_model().model_copy(update={"stale": (STALE,)})
    found = {c.word: (c.number, c.is_on) for c in filter_choices(model, "low stale", By(SYSTEM))}
    assert found["undecided"] == (len(THREATS), False)
    assert found["stale"] == (1, True)
    assert found["critical"] == (1, False)
    assert found["@passages"] == (2, False)
    assert "expired" not in found


def test_a_word_is_put_into_the_line_and_taken_out() -> None:
    assert toggled("high", "T") == "high T"
    assert toggled("high T", "high") == "T"


async def test_a_filter_is_picked_from_a_list(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f4", "f")
        await bench.type("critical")
        await bench.press("enter")
        assert bench.app.threat_filter == "critical"
        await bench.until(lambda: "1 of 8" in bench.text)
        await bench.press("f")
        await bench.type("nothing like it")
        await bench.press("enter")
        await bench.until(lambda: "Nothing fits." in bench.text)
        await bench.press("escape", "escape")
        assert bench.app.threat_filter == ""


# --- going back ---------------------------------------------------------------------------------


async def test_undo_says_what_it_took_back_and_the_history_shows_it(running: Running) -> None:
    async with running() as bench:
        await bench.press("f4")
        await reject(bench, "behind the gateway")
        await bench.press("f5", "u")
        await bench.until(lambda: "Taken back." in bench.toasts)
        await bench.press("ctrl+b")
        await bench.until(lambda: "taken back · decision · Instructions hidden" in bench.text)
        await bench.until(lambda: "rejected: behind the gateway" in bench.text)
        await bench.press("x", "enter")
        assert bench.opener.session.said[-1] == Undo()


def test_what_was_taken_back_is_listed_the_last_first() -> None:
    entries = (
        Decided(n=1, threat=FIRST, status=Status.ACCEPTED, reason="a pilot"),
        Decided(n=2, threat=SECOND, status=Status.REJECTED, reason="n/a"),
        Retracted(n=3, entry=2),
        Retracted(n=4, entry=1),
    )
    model = base_model().model_copy(update={"journal": entries})
    assert [one.n for one in taken_back(model, Names(None))] == [1, 2]


def test_a_form_for_many_threats_says_them_together() -> None:
    one = DecisionForm(THREATS[:1], Status.REJECTED, lambda said: None)
    many = DecisionForm(THREATS[:3], Status.REJECTED, lambda said: None)
    assert one._title == f"Reject: {THREATS[0].title}"
    assert many._title == "Reject 3 threats?"
