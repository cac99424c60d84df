"""Probes on the screen: plan, consent, run, findings, and what follows them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.widgets import Input, ProgressBar

from tests.engine.probes.runs import control, ended, trial_of
from tests.tui.conftest import Bench, Running
from tests.tui.fake_desk import ELSEWHERE, HERE, LEAK, OVERRIDE, FakeDesk
from tests.tui.fakes import THREATS, fake_core
from threatwright.errors import InputError
from threatwright.model.findings import Consented, Probed, Ruled
from threatwright.model.probe_run import ProbeEvent, Sending
from threatwright.model.said import Find
from threatwright.model.terms import Level
from threatwright.tui.contract import FromSample
from threatwright.tui.screens.consent import ConsentDialog
from threatwright.tui.screens.dialogs import AskLine
from threatwright.tui.screens.probe_transcript import ProbeTranscript
from threatwright.tui.screens.probes import ProbesScreen
from threatwright.tui.widgets.probe_head import NONE_WANTED, PLANNED

pytestmark = pytest.mark.ui

HIT: list[ProbeEvent] = [
    control(),
    trial_of("hit", "override00"),
    *(trial_of("hit", "override00", n, is_replay=True) for n in range(3)),
]
MISSES: list[ProbeEvent] = [trial_of("miss", "ask00"), trial_of("miss", "ask01")]
SUSPECTED: list[ProbeEvent] = [
    control(),
    *(trial_of("suspected", f"override{n:02}") for n in range(4)),
    *MISSES,
]


def with_desk(desk: FakeDesk | None) -> dict[str, Any]:
    """Options of an app that has a desk."""
    return {"load_core": lambda: replace(fake_core(), desk=desk)}


async def probes(bench: Bench) -> None:
    """Go to the screen."""
    await bench.press("f8")
    await bench.until(lambda: isinstance(bench.app.screen, ProbesScreen))
    await bench.settle()


async def planned(bench: Bench) -> None:
    """Pick the scope, and wait for the plan."""
    await probes(bench)
    await bench.press("o")
    await bench.press("enter")
    await bench.until(lambda: "At most" in bench.text or bench.toasts)
    await bench.settle()


async def begun(bench: Bench) -> None:
    """Plan, and agree to it: the endpoint is on this machine."""
    await planned(bench)
    await bench.press("r")
    await bench.until(lambda: isinstance(bench.app.screen, ConsentDialog))
    await bench.press("enter")
    await bench.until(lambda: "Running" in bench.text)


async def over(bench: Bench, desk: FakeDesk, *events: ProbeEvent) -> None:
    """Let a run go by, and wait until it is taken down."""
    await begun(bench)
    desk.tell(*events, ended())
    desk.end()
    await bench.until(lambda: "The run ended" in bench.text)
    await bench.settle()


def found(bench: Bench) -> list[Probed]:
    return [said.found for said in bench.opener.session.said if isinstance(said, Find)]


# --- planning -----------------------------------------------------------------------------------


async def test_where_nothing_was_probed_the_screen_says_what_a_probe_needs(
    running: Running,
) -> None:
    async with running((80, 24), app_options=with_desk(FakeDesk())) as bench:
        await probes(bench)
        assert "Nothing was probed yet." in bench.text
        assert "o  choose a scope file" in bench.text
        await bench.until(lambda: "o Scope" in bench.text.splitlines()[-1])
        assert "r Run" not in bench.text


async def test_without_a_core_that_probes_the_screen_says_so(running: Running) -> None:
    async with running((80, 24), app_options=with_desk(None)) as bench:
        await probes(bench)
        assert "Probes cannot be planned here" in bench.text
        assert "o Scope" not in bench.text


async def test_a_plan_shows_what_is_tried_what_it_costs_and_what_is_left_out(
    running: Running,
) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await planned(bench)
        assert desk.planned == [()]
        assert "gpt at http://127.0.0.1:8900" in bench.text
        assert "At most 13 of 200 requests" in bench.text
        assert "✓  Instructions hidden" in bench.text
        assert "–  A look-alike endpoint" in bench.text
        assert "not tried" in bench.text
        assert "Confirmed: It leaks." in bench.text
        await bench.press("down", "down")
        assert "no probe tries it" in bench.text
        assert "→ Look at it by hand." in bench.text
        assert desk.runs == []


async def test_of_several_endpoints_one_is_picked(running: Running) -> None:
    desk = FakeDesk(HERE, ELSEWHERE)
    async with running((100, 30), app_options=with_desk(desk)) as bench:
        await probes(bench)
        await bench.press("o", "enter")
        await bench.until(lambda: "Which endpoint?" in bench.text)
        await bench.press("down", "enter")
        await bench.until(lambda: "gpt at https://staging.example.com:443" in bench.text)
        assert "production" in bench.text


async def test_a_threat_that_is_not_wanted_is_left_out_of_the_plan_that_is_run(
    running: Running,
) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await planned(bench)
        await bench.press("space")
        assert "·  Instructions hidden" in bench.text
        assert "At most 6 of 200 requests" in bench.text
        await bench.press("r")
        await bench.until(lambda: isinstance(bench.app.screen, ConsentDialog))
        assert "1 threat with 1 probe" in bench.text
        await bench.press("enter")
        await bench.until(lambda: desk.runs)
        assert desk.planned == [(), (OVERRIDE,)]
        assert [threat.id for threat in desk.runs[0].request.plan.threats] == [LEAK]
        desk.end()


async def test_a_family_that_is_not_wanted_takes_its_threats_along(running: Running) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await planned(bench)
        await bench.press("f", "down", "space")
        assert "·  prompt-leak" in bench.text
        await bench.press("f")
        assert "✓  Instructions hidden" in bench.text
        assert "·  The fixed instructions" in bench.text
        await bench.press("r")
        await bench.until(lambda: isinstance(bench.app.screen, ConsentDialog))
        assert desk.planned[-1] == ("prompt-leak",)


async def test_where_nothing_is_wanted_nothing_is_asked_and_nothing_is_sent(
    running: Running,
) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await planned(bench)
        await bench.press("space", "down", "space", "r")
        assert NONE_WANTED[:25] in bench.toasts
        assert isinstance(bench.app.screen, ProbesScreen)
        assert desk.planned == [()]


async def test_what_the_desk_refuses_is_a_toast_and_the_screen_stays_as_it_was(
    running: Running,
) -> None:
    desk = FakeDesk(refuses=InputError("The scope [/b] is another's.", "Make one."))
    async with running((100, 30), app_options=with_desk(desk)) as bench:
        await planned(bench)
        assert "The scope [/b] is another's." in bench.toasts
        assert "Nothing was probed yet." in bench.text
        await bench.until(lambda: "o Scope" in bench.text)


async def test_canaries_are_made_and_what_to_plant_is_told(running: Running) -> None:
    async with running((100, 30), app_options=with_desk(FakeDesk())) as bench:
        await planned(bench)
        await bench.press("k")
        await bench.until(lambda: "Put this sentence in the prompt." in bench.text)
        assert "Wrote fern.canaries.yaml" in bench.text


# --- consent ------------------------------------------------------------------------------------


async def test_on_this_machine_nothing_has_to_be_typed(running: Running) -> None:
    desk = FakeDesk()
    async with running((80, 24), app_options=with_desk(desk)) as bench:
        await begun(bench)
        assert desk.typed == [""]
        (consented,) = [e for e in bench.model.journal if isinstance(e, Consented)]
        assert consented.consent.plan == desk.runs[0].request.plan.hash
        desk.end()


async def test_another_origin_has_to_be_typed_exactly(running: Running) -> None:
    desk = FakeDesk(ELSEWHERE)
    async with running((80, 24), app_options=with_desk(desk)) as bench:
        await planned(bench)
        await bench.press("r")
        await bench.until(lambda: isinstance(bench.app.screen, ConsentDialog))
        assert "This endpoint is in PRODUCTION" in bench.text
        assert isinstance(bench.app.focused, Input)
        await bench.press("enter")
        await bench.type("https://staging.example.com")
        await bench.press("enter")
        assert "Type exactly https://staging.example.com:443" in bench.toasts
        assert isinstance(bench.app.screen, ConsentDialog)
        assert desk.runs == []
        await bench.type(":443")
        await bench.press("enter")
        await bench.until(lambda: desk.runs)
        assert desk.typed == [ELSEWHERE.origin]
        desk.end()


async def test_escape_sends_nothing_and_keeps_the_plan(running: Running) -> None:
    desk = FakeDesk()
    async with running((80, 24), app_options=with_desk(desk)) as bench:
        await planned(bench)
        await bench.press("r")
        await bench.until(lambda: isinstance(bench.app.screen, ConsentDialog))
        await bench.press("escape")
        await bench.until(lambda: PLANNED[:20] in bench.text)
        assert (desk.runs, desk.typed) == ([], [])
        assert not bench.model.journal


# --- running ------------------------------------------------------------------------------------


async def test_a_run_shows_how_far_it_is_and_what_is_confirmed(running: Running) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await begun(bench)
        sending = Sending(side="target", n=7, trial="override/override00/0", sha256="a" * 64)
        desk.tell(sending, *HIT, trial_of("miss", "ask00"))
        await bench.until(lambda: "CONFIRMED" in bench.text)
        assert "Running: 7 requests of at most 200, 1 threat confirmed" in bench.text
        assert "1/4" in bench.text
        assert "not observed" not in bench.text  # it is still tried
        assert 0 < bench.app.screen.query_one(ProgressBar).progress < 1
        await bench.until(lambda: "x Stop" in bench.text)
        assert "r Run" not in bench.text
        desk.end()


async def test_matrix_and_threats_follow_what_a_run_confirms_while_it_goes_on(
    running: Running,
) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await begun(bench)
        before = bench.app.model
        desk.tell(*HIT)
        await bench.until(lambda: bench.app.model is not before)
        assert bench.app.conversation is not None
        assert bench.app.model is not bench.app.conversation.model
        await bench.press("f4")
        raised = next(t for t in bench.model.threats if t.id == OVERRIDE)
        assert raised.level is Level.CRITICAL
        await bench.until(lambda: "20 critical" in bench.text.lower())
        desk.tell(ended())
        desk.end()
        await bench.until(lambda: found(bench))
        await bench.settle()
        assert bench.app.model is bench.app.conversation.model


async def test_what_is_decided_during_a_run_shows_beside_what_it_confirms(
    running: Running,
) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await begun(bench)
        desk.tell(*HIT)
        await bench.until(lambda: bench.probe_work.foreseen is not None)
        await bench.press("f4", "down", "r")
        await bench.type("It does not matter here.")
        await bench.press("enter")
        await bench.until(lambda: any(t.status == "rejected" for t in bench.model.threats))
        desk.end()


async def test_a_run_that_is_stopped_keeps_and_tells_what_it_has_shown(running: Running) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await begun(bench)
        desk.tell(*HIT)
        await bench.until(lambda: "CONFIRMED" in bench.text)
        await bench.press("x")
        await bench.until(lambda: "Stop the run?" in bench.text)
        await bench.press("y")
        await bench.until(lambda: "The run ended early, cancelled" in bench.text)
        await bench.settle()
        assert desk.is_over
        (told,) = found(bench)
        assert not told.is_complete
        assert {f.threat: f.verdict for f in told.findings}[OVERRIDE] == "confirmed"
        assert "CONFIRMED" in bench.text


async def test_a_run_that_breaks_says_why_and_tells_what_it_has_shown(running: Running) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await begun(bench)
        await bench.press("f4")
        desk.tell(*HIT, InputError("The worker [/x] is gone.", "Look at its log."))
        await bench.until(lambda: found(bench))
        assert "The worker [/x] is gone." in bench.toasts
        assert not found(bench)[0].is_complete


async def test_leaving_in_the_middle_of_a_run_cancels_it_and_says_what_was_found(
    running: Running,
) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await begun(bench)
        desk.tell(*HIT)
        await bench.until(lambda: "CONFIRMED" in bench.text)
        await bench.press_only("ctrl+q")
        await bench.until(lambda: not bench.app.is_running)
        assert desk.is_over
        assert bench.opener.session.closed
        assert [told.is_complete for told in found(bench)] == [False]


async def test_opening_another_model_cancels_the_run_of_this_one(running: Running) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await begun(bench)
        desk.tell(*HIT)
        await bench.until(lambda: "CONFIRMED" in bench.text)
        first = bench.opener.session
        bench.app.open_model(FromSample("ops-agent"))
        await bench.until(lambda: len(bench.opener.sessions) == 2)
        assert desk.is_over
        assert [said.found.is_complete for said in first.said if isinstance(said, Find)] == [False]
        await bench.until(lambda: bench.app.current_mode == "interview")
        await probes(bench)
        await bench.until(lambda: "Nothing was probed yet." in bench.text)


async def test_what_takes_a_moment_never_holds_up_the_screen(running: Running) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await begun(bench)
        desk.tell(*HIT)
        await bench.until(lambda: bench.probe_work.foreseen is not None)
        desk.end()
        await bench.until(lambda: "The run ended" in bench.text)
        await bench.press("enter")
        await bench.until(lambda: isinstance(bench.app.screen, ProbeTranscript))
        assert desk.blocked == []


# --- findings -----------------------------------------------------------------------------------


async def test_when_a_run_has_ended_every_threat_has_a_verdict(running: Running) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await over(bench, desk, *HIT, *MISSES)
        assert "CONFIRMED" in bench.text
        assert "not observed" in bench.text
        assert "direct-override: 1 of 1 hit" in bench.text
        assert [told.is_complete for told in found(bench)] == [True]


async def test_findings_of_earlier_runs_are_there_when_the_model_is_opened_again(
    running: Running,
) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await over(bench, desk, *HIT, *MISSES)
        probed = bench.app.model
    async with running((120, 36), model=probed, app_options=with_desk(FakeDesk())) as bench:
        await probes(bench)
        assert "What stands of the runs so far" in bench.text
        assert "CONFIRMED" in bench.text
        assert "Run run-1 at http://127.0.0.1:8900" in bench.text
        await bench.press("enter")
        await bench.until(lambda: isinstance(bench.app.screen, ProbeTranscript))


async def test_what_was_said_in_a_trial_is_shown_as_text_whatever_it_holds(
    running: Running,
) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await over(bench, desk, *HIT, *MISSES)
        await bench.press("enter")
        await bench.until(lambda: isinstance(bench.app.screen, ProbeTranscript))
        await bench.until(lambda: "As you wish." in bench.text)
        assert "Say it." in bench.text
        await bench.press("down")
        await bench.until(lambda: "[/admin] [red]x[/] red" in bench.text)
        assert "override/[/x]/0" in bench.text
        assert "\x1b" not in bench.text
        assert "\x07" not in bench.text
        await bench.press("escape")
        assert isinstance(bench.app.screen, ProbesScreen)


async def test_where_no_evidence_is_kept_that_is_said(running: Running) -> None:
    desk = FakeDesk(records=())
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await over(bench, desk, *HIT, *MISSES)
        await bench.press("enter")
        await bench.until(lambda: "No evidence of this finding is kept here." in bench.toasts)


async def test_what_is_suspected_is_ruled_on_with_a_reason(running: Running) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await over(bench, desk, *SUSPECTED)
        await bench.until(lambda: "y Confirmed" in bench.text)
        await bench.press("y", "enter")
        assert isinstance(bench.app.screen, AskLine)
        await bench.type("The answer obeys.")
        await bench.press("enter")
        (ruled,) = [e for e in bench.model.journal if isinstance(e, Ruled)]
        assert (ruled.run, ruled.threat, ruled.is_confirmed) == ("run-1", OVERRIDE, True)
        assert ruled.reason == "The answer obeys."
        assert "CONFIRMED" in bench.text
        assert "Ruled: The answer obeys." in bench.text
        await bench.until(lambda: "y Confirmed" not in bench.text)


async def test_a_ruling_that_it_shows_nothing_is_no_confirmation(running: Running) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await over(bench, desk, *SUSPECTED)
        await bench.press("n")
        await bench.type("It only quotes.")
        await bench.press("enter")
        (ruled,) = [e for e in bench.model.journal if isinstance(e, Ruled)]
        assert not ruled.is_confirmed
        assert "CONFIRMED" not in bench.text
        assert "inconclusive" in bench.text


async def test_a_ruling_that_is_broken_off_says_nothing(running: Running) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await over(bench, desk, *SUSPECTED)
        await bench.press("y", "escape")
        assert not any(isinstance(e, Ruled) for e in bench.model.journal)


async def test_what_is_confirmed_or_not_observed_is_not_ruled_on(running: Running) -> None:
    desk = FakeDesk()
    async with running((120, 36), app_options=with_desk(desk)) as bench:
        await over(bench, desk, *HIT, *MISSES)
        for key in ("up", "down"):
            await bench.press(key, "y")
            assert isinstance(bench.app.screen, ProbesScreen)


async def test_a_run_fits_into_80_columns(running: Running) -> None:
    desk = FakeDesk()
    async with running((80, 24), app_options=with_desk(desk)) as bench:
        await over(bench, desk, *HIT, *MISSES)
        lines = bench.text.splitlines()
        assert "F8 Probes" in lines[0]
        assert any("CONFIRMED" in line and THREATS[0].title[:12] in line for line in lines)
        await bench.until(lambda: "f1 Help" in bench.text.splitlines()[-1])
