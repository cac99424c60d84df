"""System, threats, matrix, report."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Select

from tests.tui.conftest import Running
from tests.tui.fakes import HOSTILE, SYSTEM, THREATS, base_model
from threatwright.model.document import ThreatModel
from threatwright.model.system import SystemModel
from threatwright.model.terms import ComponentKind
from threatwright.tui.contract import Core
from threatwright.tui.screens.add_component import AddComponent
from threatwright.tui.threat_filter import By, matching
from threatwright.tui.widgets import element_tables
from threatwright.tui.widgets.risk_grid import RiskGrid
from threatwright.tui.widgets.threat_detail import described
from threatwright.tui.widgets.threat_table import ThreatTable, fitting
from threatwright.workflow.events import Correct

pytestmark = pytest.mark.ui

EMPTY = ThreatModel(id="x", name="Empty", system=SystemModel(name="Empty"))
FIRST = THREATS[0].id


def hostile_model() -> ThreatModel:
    components = tuple(c.model_copy(update={"name": HOSTILE}) for c in SYSTEM.components)
    flows = tuple(f.model_copy(update={"carries": HOSTILE}) for f in SYSTEM.flows)
    zones = tuple(b.model_copy(update={"name": HOSTILE}) for b in SYSTEM.boundaries)
    fields = dict(SYSTEM) | {"components": components, "flows": flows, "boundaries": zones}
    threats = tuple(
        t.model_copy(
            update={"title": HOSTILE, "scenario": HOSTILE, "not_when": HOSTILE, "reason": HOSTILE}
        )
        for t in THREATS
    )
    system = SystemModel(**{name: fields[name] for name in SystemModel.model_fields})
    return base_model(HOSTILE).model_copy(update={"system": system, "threats": threats})


# --- system -------------------------------------------------------------------------------------


async def test_the_system_is_shown_as_tables_with_provenance(running: Running) -> None:
    async with running((110, 30)) as bench:
        await bench.press("f3")
        assert "pgvector passages" in bench.text
        assert "assumed, rag-assistant" in bench.text
        await bench.press("]")
        assert "the eight closest passages" in bench.text
        await bench.press("]")
        assert "semi-trusted" in bench.text
        await bench.press("]")
        assert "Closed tickets" in bench.text


async def test_the_drawing_shows_zones_and_the_flows_between_them(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f3", "]", "]", "]", "]")
        await bench.until(lambda: "Internet · untrusted" in bench.text)
        assert "prompt with passages and tickets ◀───────┼─┼─╯" in bench.text
        assert "│    GPT model · llm                            │◀┼─╮" in bench.text


async def test_the_stride_tab_counts_threats_by_element(running: Running) -> None:
    async with running((100, 30)) as bench:
        await bench.press("f3", "[")
        assert "Tamper" in bench.text
        assert "not assessed" in bench.text


async def test_facts_of_the_chosen_component_are_shown(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f3", "down")
        assert "? rate limit: unknown" in bench.text
        assert "“on the help page there is a chat box”" in bench.text


async def test_a_component_is_removed_after_confirming(running: Running) -> None:
    async with running() as bench:
        await bench.press("f3", "down", "down", "d")
        assert "“pgvector passages” does not exist?" in bench.text
        await bench.press("y")
        assert bench.opener.session.said == [Correct(remove="passages")]
        assert "Postgres database" not in bench.text


async def test_a_component_is_renamed(running: Running) -> None:
    async with running() as bench:
        await bench.press("f3", "e")
        await bench.press("ctrl+u")
        await bench.type("Shoppers")
        await bench.press("enter")
        assert bench.opener.session.said == [Correct(rename="visitor", name="Shoppers")]
        assert "Shoppers" in bench.text


async def test_a_component_is_added(running: Running) -> None:
    async with running() as bench:
        await bench.press("f3", "a")
        await bench.type("Cache")
        dialog = bench.app.screen
        assert isinstance(dialog, AddComponent)
        await bench.press("ctrl+s")
        assert bench.opener.session.said == []  # its kind is not chosen yet
        dialog.query_one("#kind", Select).value = ComponentKind.DATABASE
        await bench.press("ctrl+s")
        assert bench.opener.session.said == [
            Correct(add=ComponentKind.DATABASE, name="Cache", boundary="internet")
        ]


# --- threats ------------------------------------------------------------------------------------


async def test_the_threat_under_the_cursor_is_shown_beside_the_table(running: Running) -> None:
    async with running() as bench:
        await bench.press("f4")
        assert "Attack path" in bench.text
        assert "T-indirect-injection@gpt" in bench.text


def test_a_threat_is_described_in_full() -> None:
    text = described(THREATS[0], "GPT model").plain
    for part in (
        "20 critical  tampering, elevation of privilege · GPT model · operation",
        "1 Customers: writes a ticket",
        "Likelihood 5 of 5",
        "Residual 16 (likelihood 4, impact 4)",
        "~ Text that outsiders wrote ends up",
        "● Review what is indexed",
        "✓ AML.T0051.001 LLM Prompt Injection: Indirect  MITRE ATLAS 2026.09",
        "✓ LLM01 Prompt Injection  OWASP LLM Top 10 2025",
        "Does not apply when",
    ):
        assert part in text


async def test_a_threat_without_references_says_that_no_entry_fits(running: Running) -> None:
    async with running((140, 80)) as bench:
        await bench.press("f4", "down", "down")
        assert "No catalogue entry fits." in bench.text


async def test_rejecting_can_be_called_off(running: Running) -> None:
    async with running() as bench:
        await bench.press("f4", "r", "escape")
        assert bench.opener.session.said == []
        assert bench.app.current_mode == "threats"


async def test_the_filter_narrows_the_table(running: Running) -> None:
    async with running() as bench:
        await bench.press("f4", "slash")
        await bench.type("high")
        await bench.press("enter")
        assert "3 of 8" in bench.text
        await bench.press("escape")
        assert "8 threats" in bench.text


async def test_sorting_goes_through_the_columns(running: Running) -> None:
    async with running() as bench:
        await bench.press("f4", "s", "s", "s")
        assert bench.app.screen.query_one(ThreatTable).sorted_by == "title"


async def test_what_was_left_out_is_shown_with_its_reason(running: Running) -> None:
    async with running() as bench:
        await bench.press("f4", "c")
        assert "2 left out" in bench.text
        assert "Nobody said whether conversations are remembered." in bench.text
        assert bench.text.index("memory poisoning") < bench.text.index("tool misuse")
        await bench.press("a")
        assert bench.opener.session.said == []


async def test_at_80_columns_enter_gives_the_detail_the_screen(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f4", "enter")
        assert not bench.app.screen.query_one("#list").display
        await bench.press("escape")
        assert bench.app.screen.query_one("#list").display
        await bench.press("escape")
        assert bench.app.current_mode == "interview"


def test_the_filter_knows_levels_letters_statuses_cells_and_words() -> None:
    def ids(line: str) -> list[str]:
        return [t.pattern or "" for t in matching(THREATS, line, By(SYSTEM))]

    assert ids("critical") == ["indirect-injection"]
    assert ids("S") == ["forged-service"]
    assert ids("accepted") == []
    assert ids("l4 i4") == ["retrieval-leak"]
    assert ids("rl4 ri4") == ["indirect-injection", "retrieval-leak"]
    assert ids("fixed repeated") == ["prompt-leak"]
    assert ids("[") == []
    assert len(ids("")) == len(THREATS)


def test_tables_of_elements_are_cut_to_fit_the_widest_first() -> None:
    rows = [["Name", "Kind"], ["a very long name indeed, 日本", "llm"]]
    assert element_tables.fitting(rows, 20) == [11, 4]
    assert element_tables.fitting(rows, 200) == [29, 4]
    assert min(element_tables.fitting(rows, 1)) == 4


def test_the_columns_never_scroll_sideways() -> None:
    for width in (60, 78, 84, 120, 200):
        assert sum(size for _, _, size in fitting(width)) <= width


# --- matrix -------------------------------------------------------------------------------------


async def test_the_matrix_counts_and_swaps_to_residual(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f5")
        assert "Inherent risk" in bench.text
        assert bench.app.screen.query_one(RiskGrid).cursor == (5, 4)
        assert "Instructions" in bench.text
        await bench.press("i")
        assert "Residual risk, after the controls" in bench.text
        assert "No threat stands here." in bench.text
        await bench.press("i")
        assert "Target risk, once all mitigations that are planned are done" in bench.text
        await bench.press("i")
        assert "Inherent risk, before any control" in bench.text


async def test_a_cell_of_the_matrix_filters_the_threats(running: Running) -> None:
    async with running() as bench:
        await bench.press("f5", "down", "enter")
        assert bench.app.current_mode == "threats"
        assert bench.app.threat_filter == "l4 i4 standing"
        assert "1 of 8" in bench.text


async def test_the_cursor_stays_in_the_matrix(running: Running) -> None:
    async with running() as bench:
        await bench.press("f5", *["up"] * 7, *["right"] * 7)
        assert bench.app.screen.query_one(RiskGrid).cursor == (5, 5)


# --- report -------------------------------------------------------------------------------------


async def test_the_report_is_rendered(running: Running) -> None:
    async with running() as bench:
        await bench.press("f6")
        await bench.until(lambda: "Threat model: Ask Fern" in bench.text)


async def test_an_export_is_written_and_never_over_a_file_unasked(
    running: Running, tmp_path: Path
) -> None:
    target = tmp_path / "ask-fern.md"
    async with running() as bench:
        await bench.press("f6", "x", "ctrl+s")
        await bench.until(lambda: target.read_text("utf-8").startswith("# Threat model: Ask Fern"))
        target.write_text("mine", "utf-8")
        await bench.press("x", "ctrl+s")
        assert "exists. Write over it?" in bench.text
        await bench.press("n")
        assert target.read_text("utf-8") == "mine"


async def test_an_export_to_nowhere_is_a_toast(running: Running, tmp_path: Path) -> None:
    async with running() as bench:
        await bench.press("f6", "x")
        bench.app.screen.query_one("#path", Input).value = str(tmp_path / "none" / "a.md")
        await bench.press("ctrl+s")
        await bench.until(lambda: "cannot be written" in bench.toasts)
        assert "Choose a folder that exists" in bench.toasts


async def test_without_exporters_the_report_says_so(running: Running) -> None:
    async with running(app_options={"load_core": Core}) as bench:
        await bench.press("f6")
        assert "No report can be written here" in bench.text


# --- all of them --------------------------------------------------------------------------------


async def test_a_model_with_nothing_in_it_is_shown_everywhere(running: Running) -> None:
    for size in ((80, 24), (140, 40)):
        async with running(size, model=EMPTY, questions=()) as bench:
            assert "The draft" in bench.text
            await bench.press("f3")
            await bench.press("f4")
            assert "No threats yet." in bench.text
            await bench.press("r")
            await bench.press("f5")
            assert "no threats yet" in bench.text
            await bench.press("f6")


async def test_hostile_text_is_shown_as_text_everywhere(running: Running) -> None:
    async with running(model=hostile_model()) as bench:
        for keys in (["f2"], ["f3"], ["]"], ["]"], ["]"], ["]"], ["]"], ["f4"], ["r"], ["escape"]):
            await bench.press(*keys)
            await bench.pilot.pause(0.05)
            assert not any(mark in bench.text for mark in "\x1b\x07\u202e\ud800"), keys
            assert "[/admin]" in bench.text, keys
        await bench.press("f5")
        assert "[/admin]" in bench.text
