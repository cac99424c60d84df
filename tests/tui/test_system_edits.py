"""Components, flows and facts changed by key, each checked before it is said."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Select

from tests.tui.conftest import Running
from threatwright.model.said import Change, Connect, Correct, Together
from threatwright.model.terms import ComponentKind, Movement
from threatwright.workflow.events import Preview, Revise, Undo

pytestmark = pytest.mark.ui


async def test_a_component_gets_name_kind_and_zone_in_one_input(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f3", "e")
        await bench.until(lambda: bench.app.screen.query("#kind"))
        form = bench.app.screen
        form.query_one("#name", Input).value = "Shoppers"
        form.query_one("#kind", Select).value = ComponentKind.EXTERNAL_SYSTEM
        form.query_one("#zone", Select).value = "vendor"
        await bench.press("ctrl+s")
        (said,) = bench.opener.session.said
        assert said == Together(
            said=(
                Correct(rename="visitor", name="Shoppers"),
                Change(element="visitor", kind=ComponentKind.EXTERNAL_SYSTEM, boundary="vendor"),
            )
        )
        await bench.press("u")
        assert bench.opener.session.said[-1] == Undo()


async def test_an_edit_that_changes_nothing_is_told_and_escape_says_nothing(
    running: Running,
) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f3", "e")
        await bench.until(lambda: bench.app.screen.query("#kind"))
        await bench.press("ctrl+s")
        await bench.until(lambda: "Nothing would be another." in bench.text)
        await bench.press("escape")
        assert bench.opener.session.said == []


async def test_a_flow_is_changed(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f3", "]", "e")
        await bench.until(lambda: bench.app.screen.query("#movement"))
        form = bench.app.screen
        form.query_one("#carries", Input).value = "questions alone"
        form.query_one("#movement", Select).value = str(Movement.SEND)
        await bench.press("ctrl+s")
        assert bench.opener.session.said == [
            Change(
                element="visitor-chat-service", carries="questions alone", movement=Movement.SEND
            )
        ]


async def test_a_flow_is_added_where_flows_are_shown(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f3", "]", "a")
        await bench.until(lambda: bench.app.screen.query("#target"))
        form = bench.app.screen
        await bench.press("ctrl+s")
        await bench.until(lambda: "A flow has a source, a target" in bench.text)
        form.query_one("#source", Select).value = "visitor"
        form.query_one("#target", Select).value = "visitor"
        form.query_one("#carries", Input).value = "clicks"
        await bench.press("ctrl+s")
        await bench.until(lambda: "from one component to another" in bench.text)
        form.query_one("#target", Select).value = "gpt"
        await bench.press("ctrl+s")
        assert bench.opener.session.said == [
            Connect(source="visitor", target="gpt", carries="clicks")
        ]


async def test_a_fact_is_picked_and_what_it_changes_is_shown_first(running: Running) -> None:
    async with running() as bench:
        await bench.press("f3", "down", "f")
        await bench.until(lambda: "Facts of Chat service" in bench.text)
        await bench.type("rate limit")
        await bench.press("enter")
        await bench.until(lambda: "So far: unknown" in bench.text)
        await bench.press("2")
        said = Revise(question="chat-service.rate_limit", value="per")
        assert bench.opener.session.said == [Preview(said=said)]
        await bench.until(lambda: "What that would change" in bench.text)
        await bench.press("escape")
        assert bench.opener.session.said == [Preview(said=said)]


async def test_facts_of_a_zone_are_none_and_that_is_said(running: Running) -> None:
    async with running() as bench:
        await bench.press("f3", "]", "]", "f")
        await bench.until(lambda: "s states facts of the system" in bench.toasts)
