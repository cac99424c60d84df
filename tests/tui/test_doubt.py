"""A real session on the screen: what is said with doubt is shown at once, and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.tui.conftest import Bench, card
from tests.tui.fakes import FakeOpener, fake_app
from tests.workflow.test_doubt import DOUBTFUL, a_session, known, rate_limit
from threatwright.tui.contract import Core, FromSample, Opened, Opening

pytestmark = pytest.mark.ui


async def test_the_screen_shows_at_once_what_was_taken_and_takes_it_back(tmp_path: Path) -> None:
    session = a_session()

    @asynccontextmanager
    async def open_session(_: Opening) -> AsyncIterator[Opened]:
        async with session:
            yield Opened(session)

    app = fake_app(tmp_path, load_core=lambda: Core(knowledge=known()), open_session=open_session)
    async with app.run_test(size=(140, 40)) as pilot:
        bench = Bench(app, pilot, FakeOpener(tmp_path))
        app.open_model(FromSample("fraud"))
        await bench.until(lambda: app.current_mode == "interview")
        await bench.settle()
        await bench.until(lambda: card(bench))
        await bench.type(DOUBTFUL)
        await bench.press("enter")
        assert "Rate limit of Scoring API: Per caller, said with doubt" in bench.text
        assert rate_limit(session) is not None
        await bench.press("ctrl+z")
        assert "↶ Taken back: " in bench.text
        assert rate_limit(session) is None
        await pilot.press("ctrl+q")
