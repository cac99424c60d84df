"""The roadmap on the screen, and the attack path as it is drawn with a threat."""

from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import OptionList

from tests.tui.conftest import Bench, Running
from tests.tui.fakes import HOSTILE, KNOWLEDGE, SYSTEM, THREATS, base_model
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.document import ThreatModel
from threatwright.model.system import SystemModel
from threatwright.model.terms import MitigationStatus
from threatwright.model.threats import Step, Threat
from threatwright.tui.contract import Core
from threatwright.tui.screens.roadmap import NO_KNOWLEDGE, NO_WORK
from threatwright.tui.widgets.attack_chain import chain

pytestmark = pytest.mark.ui

EMPTY = ThreatModel(id="x", name="Empty", system=SystemModel(name="Empty"))


def with_threats(*threats: Threat) -> ThreatModel:
    return base_model().model_copy(update={"threats": threats})


def with_mitigations(**change: Any) -> Threat:
    some = [one.model_copy(update=change) for one in THREATS[0].mitigations]
    return THREATS[0].model_copy(update={"mitigations": tuple(some)})


KNOWING: dict[str, Any] = {"load_core": lambda: Core(knowledge=KNOWLEDGE)}
"""Options of an app that has the knowledge base, and nothing to export with."""


async def shown(bench: Bench) -> None:
    """Go to the roadmap, and wait until it is drawn."""
    await bench.press("f7")
    await bench.until(lambda: "Threats by residual risk" in bench.text)


async def test_the_phases_and_what_each_does_to_the_matrix_fit_into_80_columns(
    running: Running,
) -> None:
    async with running((80, 24), app_options=KNOWING) as bench:
        await shown(bench)
        for part in ("Today", "After now", "After next", "After later (all in place)"):
            assert part in bench.text
        assert "F7 Roadmap" in bench.text.splitlines()[0]
        await bench.until(lambda: "f1 Help" in bench.text.splitlines()[-1])


async def test_the_piece_of_work_under_the_cursor_is_told_in_full(running: Running) -> None:
    open_ = with_mitigations(status=MitigationStatus.PLANNED, owner="Kim")
    async with running((120, 36), model=with_threats(open_), app_options=KNOWING) as bench:
        await shown(bench)
        titles = [one.title for one in open_.mitigations]
        await bench.until(lambda: "Against" in bench.text)
        assert any(title in bench.text for title in titles)
        assert "planned · owner Kim" in bench.text
        assert "Instructions hidden in a" in bench.text


async def test_headings_of_phases_are_passed_over_by_the_cursor(running: Running) -> None:
    model = with_threats(with_mitigations(status=MitigationStatus.PROPOSED))
    async with running((120, 36), model=model, app_options=KNOWING) as bench:
        await shown(bench)
        listed = bench.app.screen.query_one("#work", OptionList)
        seen = set()
        for _ in range(listed.option_count):
            assert listed.highlighted is not None
            assert not listed.get_option_at_index(listed.highlighted).disabled
            seen.add(listed.highlighted)
            await bench.press("down")
        assert len(seen) == len({one.id for one in THREATS[0].mitigations})


async def test_where_nothing_is_left_to_do_the_screen_says_so(running: Running) -> None:
    async with running((80, 24), model=EMPTY, questions=(), app_options=KNOWING) as bench:
        await shown(bench)
        await bench.until(lambda: NO_WORK[:21] in bench.text)


async def test_without_the_knowledge_base_the_screen_says_so(running: Running) -> None:
    async with running((80, 24), app_options={"load_core": Core}) as bench:
        await bench.press("f7")
        await bench.until(lambda: NO_KNOWLEDGE[:40] in bench.text)


async def test_names_that_try_to_steer_the_terminal_are_only_text(running: Running) -> None:
    hostile = with_mitigations(title=HOSTILE, owner=HOSTILE, status=MitigationStatus.PROPOSED)
    named = tuple(c.model_copy(update={"name": HOSTILE}) for c in SYSTEM.components)
    model = with_threats(hostile.model_copy(update={"title": HOSTILE}))
    system = model.system.model_copy(update={"components": named})
    model = model.model_copy(update={"system": system})
    async with running((120, 36), model=model, app_options=KNOWING) as bench:
        await shown(bench)
        await bench.until(lambda: "[/admin] [red]x[/] red" in bench.text)
        assert "\x1b" not in bench.text


def test_a_path_is_drawn_as_a_chain_with_what_is_done_beside_it() -> None:
    technique = Reference(list=ListName.ATLAS, edition="2026.09", id="AML.T0015", name="Evade")
    steps = (
        Step(element="a", name="Customer", text="starts from outside"),
        Step(element="b", name="API", via="a-b", text="on to API, by way of calls"),
        Step(element="b", name="API", text="Evade (AML.T0015)", technique=technique),
        Step(element="a", name="Customer", via="a-b", text="on to Customer, by way of calls"),
    )
    assert [line.plain for line in chain(steps)] == [
        "1 Customer: starts from outside",
        "▼",
        "2 on to API, by way of calls",
        "├─◇ 3 Evade (AML.T0015)",
        "▼",
        "4 on to Customer, by way of calls",
    ]
    assert [*chain(())] == []
