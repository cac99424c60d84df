"""The first screen: models, samples, ways to begin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.tui.conftest import Running
from tests.tui.fakes import HOSTILE, base_model
from threatwright.tui.contract import FromFile, FromSample, NewModel
from threatwright.tui.folder import ago, summaries

pytestmark = pytest.mark.ui


def write_model(folder: Path, name: str = "Ask Fern") -> Path:
    path = folder / "fern.threatmodel.yaml"
    data = base_model(name).model_dump(mode="json", by_alias=True)
    path.write_text(yaml.safe_dump(data), "utf-8")
    return path


async def test_an_empty_folder_says_how_to_begin(running: Running) -> None:
    async with running((80, 24), opened=False) as bench:
        await bench.until(lambda: "No threat models here yet" in bench.text)
        assert "Threat modelling for AI systems" in bench.text
        assert "support-rag" in bench.text


async def test_models_are_listed_with_threats_and_open_questions(
    running: Running, tmp_path: Path
) -> None:
    write_model(tmp_path)
    async with running((140, 30), opened=False) as bench:
        await bench.until(lambda: "open questions" in bench.text)
        assert "1 critical, 3 high, 2 medium, 2 low · 4 open questions · just now" in bench.text


async def test_enter_opens_the_model_under_the_cursor(running: Running, tmp_path: Path) -> None:
    path = write_model(tmp_path)
    async with running(opened=False) as bench:
        await bench.until(lambda: "Ask Fern" in bench.text)
        await bench.press("enter")
        await bench.until(lambda: bench.opener.openings == [FromFile(path)])
        assert bench.app.current_mode == "interview"


async def test_a_broken_model_file_is_listed_with_its_problem(
    running: Running, tmp_path: Path
) -> None:
    (tmp_path / "bad.threatmodel.yaml").write_text("a: [", "utf-8")
    async with running((100, 30), opened=False) as bench:
        await bench.until(lambda: "bad.threatmodel.yaml, line" in bench.text)


async def test_a_sample_opens(running: Running) -> None:
    async with running(opened=False) as bench:
        await bench.press("s", "down", "enter")
        await bench.until(lambda: bench.opener.openings == [FromSample("mlops-platform")])


async def test_a_description_begins_a_model(running: Running) -> None:
    async with running((80, 24), opened=False) as bench:
        await bench.press("n")
        await bench.type("Fern")
        await bench.press("enter")
        await bench.type("A bot.")
        await bench.press("ctrl+s")
        await bench.until(lambda: bench.opener.openings == [NewModel("Fern", "A bot.")])


async def test_starting_without_a_description_asks_for_one(running: Running) -> None:
    async with running((80, 24), opened=False) as bench:
        await bench.press("n", "ctrl+s")
        assert "A description is needed" in bench.text
        assert bench.opener.openings == []


async def test_a_pasted_description_is_made_plain(running: Running) -> None:
    async with running((80, 24), opened=False) as bench:
        await bench.press("n", "tab")
        await bench.type("A bot.\x1b[31m \x07It\r\nchats.\u202e")
        assert "\x1b" not in bench.text
        await bench.press("ctrl+s")
        await bench.until(
            lambda: bench.opener.openings == [NewModel("New system", "A bot. It\nchats.")]
        )


async def test_a_path_opens_relative_to_the_folder(running: Running, tmp_path: Path) -> None:
    async with running(opened=False) as bench:
        await bench.press("o")
        await bench.type("design.md")
        await bench.press("enter")
        await bench.until(lambda: bench.opener.openings == [FromFile(tmp_path / "design.md")])


async def test_a_file_that_cannot_be_opened_is_a_toast_and_home_stays(running: Running) -> None:
    async with running(opened=False) as bench:
        await bench.press("o")
        await bench.type("missing.md")
        await bench.press("enter")
        await bench.until(
            lambda: "missing.md does not exist. Check the path [/bold]." in bench.toasts
        )
        assert bench.app.current_mode == "home"
        assert bench.app.model is None


async def test_opening_another_model_closes_the_first(running: Running) -> None:
    async with running() as bench:
        first = bench.opener.session
        await bench.press("escape")
        assert bench.app.current_mode == "home"
        bench.app.open_model(FromSample("ops-agent"))
        await bench.until(lambda: len(bench.opener.sessions) == 2)
        await bench.until(lambda: first.closed)
        assert bench.opener.session is not first
        await bench.until(lambda: bench.app.current_mode == "interview")


async def test_escape_at_home_goes_back_to_the_open_model(running: Running) -> None:
    async with running() as bench:
        await bench.press("escape", "escape")
        assert bench.app.current_mode == "interview"


async def test_a_screen_key_without_a_model_says_what_to_do(running: Running) -> None:
    async with running(opened=False) as bench:
        await bench.press("f4")
        assert "Open or begin a threat model first." in bench.toasts
        assert bench.app.current_mode == "home"


async def test_hostile_names_are_shown_as_text(running: Running, tmp_path: Path) -> None:
    name = HOSTILE.replace("\ud800", "").replace("\x07", "").replace("\x1b", "")
    write_model(tmp_path, name)
    async with running((140, 30), opened=False) as bench:
        await bench.until(lambda: "[/admin] [red]x[/]" in bench.text)


def test_a_folder_that_does_not_exist_has_no_models(tmp_path: Path) -> None:
    assert summaries(tmp_path / "nowhere") == []


def test_how_long_ago_reads_as_words() -> None:
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert ago(now, now) == "just now"
    assert ago(now - timedelta(minutes=5), now) == "5 min ago"
    assert ago(now - timedelta(hours=3), now) == "3 h ago"
    assert ago(now - timedelta(days=1), now) == "yesterday"
    assert ago(now - timedelta(days=3), now) == "3 days ago"
