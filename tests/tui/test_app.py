"""The app as a whole: first frame, ways around, help, leaving, small terminals."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.tui.conftest import Running
from tests.tui.fakes import FakeOpener, fake_app
from threatwright.errors import KnowledgeError, StaleFileError
from threatwright.tui import app as ui
from threatwright.tui.contract import Core, FromSample
from threatwright.tui.screens.help import HelpScreen
from threatwright.workflow.events import Answer

pytestmark = pytest.mark.ui

NOT_YET = (
    "chromadb", "langgraph", "networkx", "openai", "pydantic", "pyrit", "typer", "yaml",
    "textual.widgets._data_table", "textual.widgets._markdown", "textual.widgets._text_area",
    "threatwright.engine", "threatwright.knowledge", "threatwright.model", "threatwright.workflow",
)  # fmt: skip
SCREENS = tuple(
    f"threatwright.tui.screens.{name}"
    for name in ("interview", "system", "threats", "matrix", "report", "dialogs", "new_model")
)

FIRST_FRAME = f"""
import asyncio, collections, os, sys

from textual.css import stylesheet
from threatwright.cli.ui import build_app

parse, parsed = stylesheet.parse, collections.Counter()

def counted(scope, css, read_from, **more):
    parsed[read_from] += 1
    return parse(scope, css, read_from, **more)

stylesheet.parse = counted
app = build_app()

def look():
    print([name for name in {(*NOT_YET, *SCREENS)!r} if name in sys.modules])
    print({{os.path.basename(path): n for (path, _), n in parsed.items() if path.endswith("tcss")}})
    shown = app.export_screenshot().replace("&#160;", " ")
    print(all(text in shown for text in ("Threat models in", "Samples", "fraud-api")))

async def watch(pilot):
    app.call_after_refresh(look)
    while not all(name in sys.modules for name in {SCREENS!r}):
        await asyncio.sleep(0.01)
    print("screens loaded")
    app.exit()

app.run(headless=True, auto_pilot=watch)
"""


def test_the_first_frame_loads_nothing_that_it_does_not_show(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_FRAME],
        cwd=tmp_path,
        env=os.environ | {"THREATWRIGHT_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    too_early, times_parsed, is_whole, behind = done.stdout.splitlines()
    assert too_early == "[]"
    assert times_parsed == "{'app.tcss': 1, 'home.tcss': 1}"
    assert is_whole == "True"
    assert behind == "screens loaded"


async def test_no_screen_brings_a_style_sheet_that_is_not_there_yet(running: Running) -> None:
    async with running((80, 24)) as bench:
        sheets = {source for source in bench.app.stylesheet.source if source[0].endswith(".tcss")}
        for key in ("f2", "f3", "f4", "f5", "f6", "f1"):
            await bench.press(key)
        ours = {(str(path), "") for path in Path(ui.__file__).parent.rglob("*.tcss")}
        assert ours == sheets


async def test_the_core_loads_behind_the_first_screen(running: Running) -> None:
    go_on = threading.Event()

    def slow() -> Core:
        assert go_on.wait(10)
        return Core()

    async with running(opened=False, app_options={"load_core": slow}) as bench:
        assert "Threat modelling for AI systems" in bench.text
        bench.app.open_model(FromSample("support-rag"))
        await bench.pilot.pause(0.05)
        assert bench.opener.openings == []
        go_on.set()
        await bench.until(lambda: bench.opener.openings == [FromSample("support-rag")])


async def test_enter_while_a_model_is_loading_opens_nothing_else(running: Running) -> None:
    go_on = threading.Event()

    def slow() -> Core:
        assert go_on.wait(10)
        return Core()

    async with running(opened=False, app_options={"load_core": slow}) as bench:
        await bench.pilot.press("s", "enter")
        await bench.until(lambda: bench.app.screen.loading)
        await bench.pilot.press("down", "enter")
        go_on.set()
        await bench.until(lambda: bench.app.current_mode == "interview")
        await bench.settle()
        assert bench.opener.openings == [FromSample("support-rag")]


async def test_a_broken_installation_is_a_toast(running: Running) -> None:
    def broken() -> Core:
        raise KnowledgeError("A file of the knowledge base is invalid [x].", "Install again.")

    async with running(opened=False, app_options={"load_core": broken}) as bench:
        await bench.until(lambda: "knowledge base is invalid [x]. Install again." in bench.toasts)
        bench.app.open_model(FromSample("support-rag"))
        await bench.pilot.pause(0.1)
        assert bench.opener.openings == []
        assert bench.app.current_mode == "home"


async def test_function_keys_go_to_the_screens_and_escape_back(running: Running) -> None:
    async with running((80, 24)) as bench:
        for key, mode in (
            ("f3", "system"),
            ("f4", "threats"),
            ("f5", "matrix"),
            ("f6", "report"),
            ("f7", "roadmap"),
            ("f8", "probes"),
        ):
            await bench.press(key)
            assert bench.app.current_mode == mode
            await bench.press("escape")
            assert bench.app.current_mode == "interview"


async def test_the_keys_of_every_screen_fit_in_80_columns(running: Running) -> None:
    async with running((80, 24)) as bench:
        for key in ("f2", "f3", "f4", "f5", "f6", "f7", "f8"):
            await bench.press(key)
            await bench.until(lambda: "f1 Help" in bench.text.splitlines()[-1])
            assert "F8 Probes" in bench.text.splitlines()[0]


async def test_help_lists_the_keys(running: Running) -> None:
    async with running((80, 24)) as bench:
        await bench.press("f1")
        assert isinstance(bench.app.screen, HelpScreen)
        assert "take that answer, while nothing is typed" in bench.text
        await bench.press("escape")
        assert bench.app.current_mode == "interview"


async def test_the_command_palette_goes_to_screens(running: Running) -> None:
    async with running() as bench:
        await bench.press("ctrl+p", *"matrix")
        await bench.pilot.pause(0.3)
        await bench.press("enter")
        await bench.until(lambda: bench.app.current_mode == "matrix")


@pytest.mark.parametrize("size", [(40, 10), (59, 24), (80, 15), (10, 3), (1, 1)])
async def test_a_tiny_terminal_gets_a_hint(running: Running, size: tuple[int, int]) -> None:
    async with running(size) as bench:
        if size[0] >= 40:
            assert "too small" in bench.text
            assert "60 × 16" in bench.text
        await bench.pilot.resize_terminal(80, 24)
        await bench.settle()
        assert "F6 Report" in bench.text


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_leaving_closes_the_session_and_says_where_it_saved(
    tmp_path: Path, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    opener = FakeOpener(tmp_path)
    app = fake_app(tmp_path, opener, opening=FromSample("support-rag"))
    async with app.run_test() as pilot:
        await pilot.pause(0.3)
        await pilot.press(key)
        await pilot.pause(0.3)
    assert opener.session.closed
    assert app.return_value == tmp_path / "ask-fern.threatmodel.yaml"
    assert "".join(capsys.readouterr().err.split("\n")) == f"Saved {app.return_value}"


async def test_leaving_runs_out_what_was_said_before(tmp_path: Path) -> None:
    opener = FakeOpener(tmp_path, delay=0.1)
    app = fake_app(tmp_path, opener, opening=FromSample("support-rag"))
    async with app.run_test() as pilot:
        await pilot.pause(0.5)
        await pilot.press("1", "ctrl+q")
        await pilot.pause(0.8)
    assert [type(s) for s in opener.session.said] == [Answer]
    assert opener.session.closed


async def test_a_second_quit_does_not_wait(tmp_path: Path) -> None:
    opener = FakeOpener(tmp_path, delay=60)
    app = fake_app(tmp_path, opener, opening=FromSample("support-rag"))
    async with app.run_test() as pilot:
        await pilot.pause(0.2)
        await pilot.press("ctrl+q", "ctrl+q")
        await pilot.pause(0.1)
    assert app._exit


async def test_what_could_not_be_saved_is_said_on_the_way_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    error = StaleFileError("The file changed on disk.", "Open it again.")
    opener = FakeOpener(tmp_path, close_error=error)
    app = fake_app(tmp_path, opener, opening=FromSample("support-rag"))
    async with app.run_test() as pilot:
        await pilot.pause(0.3)
        await pilot.press("ctrl+q")
        await pilot.pause(0.3)
    assert app.return_code == 2
    assert capsys.readouterr().err.strip() == "The file changed on disk.\nOpen it again."


async def test_leaving_without_a_model_says_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = fake_app(tmp_path)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+q")
        await pilot.pause(0.1)
    assert app.return_value is None
    assert capsys.readouterr().err == ""


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["textual-light", "nord", "ansi-dark"])
async def test_every_screen_draws_in_other_themes(running: Running, theme: str) -> None:
    async with running((100, 30)) as bench:
        bench.app.theme = theme
        for key in ("f2", "f3", "f4", "f5", "f6", "f1"):
            await bench.press(key)
