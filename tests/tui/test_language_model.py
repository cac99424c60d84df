"""How a person meets the language model in the UI: real sessions, and a server on this machine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests import openai_chat as chat
from tests import openai_server as oa
from tests.openai_api import Request
from tests.openai_server import OpenAiServer, openai_server
from tests.specialist import EXPLANATION, specialist
from tests.tui.conftest import Bench, Running, card
from tests.tui.fakes import FakeOpener
from threatwright.cli.ui import build_app
from threatwright.model.contributions import Proposed
from threatwright.model.usage import Usage
from threatwright.tui.contract import Core, Engaged
from threatwright.tui.widgets.model_line import spent

pytestmark = pytest.mark.ui

TEXT = """\
A web app calls a fraud scoring model behind a public API, without an account.
The model is retrained every week on feedback from users, which is kept in S3.
"""
SETTINGS = """\
llm_model = "strong"
llm_tokens = 1000000

[llm_patience]
attempts = 2
wait = 0.01
longest_wait = 0.02

[llm_prices.strong]
input = 1
output = 2
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests: the knowledge base is compiled into it once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path) -> Iterator[OpenAiServer]:
    """One that the settings name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THREATWRIGHT_HOME", str(home))
    (home / "config.toml").write_text(SETTINGS)
    (tmp_path / "d.md").write_text(TEXT)
    with openai_server(chat=specialist) as running:
        monkeypatch.setenv("THREATWRIGHT_LLM_BASE_URL", running.base_url)
        yield running


Opened = Callable[..., AbstractAsyncContextManager[Bench]]


@asynccontextmanager
async def opened(size: tuple[int, int] = (120, 40), **options: Any) -> AsyncIterator[Bench]:
    """The UI as it is installed, with a description open."""
    app = build_app(["d.md"], "d.threatmodel.yaml", **options)
    async with app.run_test(size=size) as pilot:
        bench = Bench(app, pilot, FakeOpener(Path()))
        await bench.until(lambda: app.current_mode == "interview")
        yield bench
        if app.is_running:
            await pilot.press("ctrl+q")
            await bench.until(lambda: not app.conversation or app.conversation.closed.is_set())


async def asked(bench: Bench) -> None:
    """Wait for the first question."""
    await bench.settle()
    await bench.until(lambda: card(bench))


async def drafted(bench: Bench) -> None:
    """Finish the questions, and wait for the draft."""
    await asked(bench)
    await bench.press("ctrl+f")
    await bench.until(lambda: bench.app.current_mode == "threats")
    await bench.settle()


def line(bench: Bench) -> str:
    """How it stands with the language model."""
    return "".join(bench.text.splitlines()[-2:-1]).strip()


async def shows(bench: Bench, *words: str) -> None:
    await bench.until(lambda: all(word in line(bench) for word in words))


def hanging(request: Request) -> chat.Said:
    """A reply that does not come to anything but the wording of questions."""
    good = chat.said(specialist(request))
    return good if "text why" in _fields(request) else chat.after(600)(good)


def _fields(request: Request) -> str:
    return " ".join((request.schema or {}).get("properties", ()))


def drafting(server: OpenAiServer) -> list[Request]:
    return [request for request in server.chats if "# tailored" in request.text]


# --- the line ---------------------------------------------------------------------------------


async def test_without_a_model_every_screen_says_offline(running: Running) -> None:
    async with running((80, 24)) as bench:
        for key in ("f2", "f3", "f4", "f5", "f6"):
            await bench.press(key)
            await shows(bench, "○ offline")


async def test_the_first_screen_says_which_model_there_is(running: Running) -> None:
    engaged = Engaged(model="big-model", fast_model="vendor/a-model-whose-name-is-very-long")
    options = {"load_core": lambda: Core(engaged=engaged)}
    async with running((80, 24), opened=False, app_options=options) as bench:
        await shows(bench, "● big-model + vendor/a-model-whose-na…")


async def test_a_session_without_a_model_is_offline_whatever_the_settings_name(
    running: Running,
) -> None:
    options = {"load_core": lambda: Core(engaged=Engaged(model="big-model"))}
    async with running((80, 24), app_options=options) as bench:
        await shows(bench, "○ offline")


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        (Usage(), "nothing spent"),
        (Usage(calls=2, failed=2), "nothing spent"),
        (
            Usage(calls=1, prompt_tokens=900, completion_tokens=100, cost=Decimal("0.0125")),
            "1000 tokens · 0.01 EUR · 50% of budget",
        ),
        (Usage(calls=1, prompt_tokens=9, cost=Decimal("0.0012")), "9 tokens · 0.0012 EUR"),
        (Usage(calls=1, prompt_tokens=1234, unpriced=1), "1234 tokens · cost unknown · 62%"),
        (
            Usage(calls=2, prompt_tokens=55_500, cost=Decimal(1), unpriced=1),
            "56k tokens · 1.00+ EUR",
        ),
        (Usage(calls=1, uncounted=1, unpriced=1), "tokens unknown · cost unknown · 0%"),
        (Usage(calls=2, prompt_tokens=10, uncounted=1, unpriced=2), "10+ tokens · cost unknown"),
    ],
)
def test_what_it_came_to_is_said_and_what_is_not_known(usage: Usage, words: str) -> None:
    engaged = Engaged(model="m", tokens=2000, money=Decimal(100), currency="EUR")
    assert spent(engaged, usage).startswith(words)


def test_a_budget_of_nothing_is_used_up() -> None:
    engaged = Engaged(model="m", tokens=0)
    assert spent(engaged, Usage(calls=1, prompt_tokens=1, unpriced=1)).endswith("100% of budget")


# --- reading, drafting, summing up ------------------------------------------------------------


async def test_a_draft_tells_its_progress_and_what_it_came_to(
    server: OpenAiServer, tmp_path: Path
) -> None:
    go_on = threading.Event()

    def waiting(request: Request) -> chat.Said:
        if len(drafting(server)) > 2:
            go_on.wait(20)
        return chat.said(specialist(request))

    server.answers[oa.CHAT] = waiting
    async with opened((80, 24)) as bench:
        await asked(bench)
        await bench.press_only("ctrl+f")
        await shows(bench, "strong drafts 2 of", "Esc stops")
        await bench.until(lambda: "a component at a time" in bench.text)
        assert len(line(bench)) <= 80
        go_on.set()
        await bench.until(lambda: bench.app.current_mode == "threats")
        await bench.settle()
        await shows(bench, "● strong", "tokens", "USD", "% of budget")
        await bench.press("f6")
        await bench.until(lambda: "Threat model: d" in bench.text)
        await bench.press("down")
        await bench.until(lambda: "Written by the language model strong" in bench.text)
        await bench.press("f2")
        await bench.until(lambda: "strong sums up" in bench.text)


@pytest.mark.slow
async def test_escape_stops_a_draft_and_keeps_what_has_arrived(server: OpenAiServer) -> None:
    server.answers[oa.CHAT] = lambda request: (
        hanging(request) if len(drafting(server)) > 2 else chat.said(specialist(request))
    )
    async with opened() as bench:
        await asked(bench)
        await bench.press_only("ctrl+f")
        await shows(bench, "drafts 2 of")
        await bench.press_only("escape")
        await bench.until(lambda: bench.app.current_mode == "threats")
        await bench.settle()
        assert "was stopped. What it had said by then is kept." in bench.toasts
        await shows(bench, "⚠ strong · Ctrl+L asks again")
        assert bench.app.model is not None
        kept = [e for e in bench.app.model.journal if isinstance(e, Proposed)]
        assert len(kept) == 2
        server.answers[oa.CHAT] = lambda request: chat.said(specialist(request))
        before = len(drafting(server))
        await bench.press("ctrl+l")
        await bench.until(lambda: "●" in line(bench))
        elements = {e.element for e in bench.app.model.journal if isinstance(e, Proposed)}
        assert len(elements) > 2
        again = [
            r for r in drafting(server)[before:] if "asked about this component b" not in r.text
        ]
        assert len(again) == len(elements) - len(kept)


@pytest.mark.slow
async def test_escape_stops_the_reading_of_a_description(server: OpenAiServer) -> None:
    server.answers[oa.CHAT] = hanging
    async with opened((80, 24)) as bench:
        await shows(bench, "strong reads 0 of 1", "Esc stops")
        await bench.until(lambda: "is read with the language model" in bench.text)
        await bench.press_only("escape")
        await asked(bench)
        assert bench.app.current_mode == "interview"


@pytest.mark.slow
async def test_leaving_waits_for_no_model(server: OpenAiServer, tmp_path: Path) -> None:
    server.answers[oa.CHAT] = hanging
    async with opened() as bench:
        await shows(bench, "reads")
        async with asyncio.timeout(20):
            await bench.pilot.press("ctrl+q")
            await bench.until(lambda: not bench.app.is_running)
    assert (tmp_path / "d.threatmodel.yaml").exists()


@pytest.mark.parametrize(
    ("fault", "words"),
    [(oa.NO_KEY, "key"), (oa.NO_MODEL, "model"), (chat.in_prose, "")],
)
async def test_a_failure_is_a_notice_of_what_is_wrong_and_what_to_do(
    server: OpenAiServer, fault: oa.Reply | chat.Fault, words: str
) -> None:
    server.next(*[fault] * 3)
    async with opened() as bench:
        await asked(bench)
        if fault is chat.in_prose:  # it is read all the same
            assert "⚠" not in line(bench)
            return
        assert words in bench.toasts
        await shows(bench, "⚠ strong · Ctrl+L asks again")
        await bench.until(lambda: "^l Model" in bench.text)


@pytest.mark.slow
async def test_a_model_that_cannot_be_opened_leaves_the_session_without_it(
    server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_LLM_MODEL", "unpriced")
    monkeypatch.setenv("THREATWRIGHT_LLM_MONEY", "1")
    async with opened() as bench:
        await asked(bench)
        await shows(bench, "⚠ offline: What is spent is limited to 1, but the price of the model")
        assert "THREATWRIGHT_LLM_TOKENS" in bench.toasts
        assert server.requests == []


@pytest.mark.slow
async def test_offline_nothing_is_sent(server: OpenAiServer) -> None:
    async with opened(offline=True) as bench:
        await drafted(bench)
        await shows(bench, "○ offline")
        assert server.requests == []
        await bench.press("x")
        assert "Explaining takes a language model, and none is named." in bench.toasts


# --- threats ----------------------------------------------------------------------------------


@pytest.mark.slow
async def test_what_a_model_did_to_a_threat_is_plain_at_a_glance(server: OpenAiServer) -> None:
    async with opened((180, 50)) as bench:
        await drafted(bench)
        for part in ("≠ disputed", "≈ tailored", "+ added"):
            assert part in bench.text
        for part, word in (("disputed", "≠ disputed"), ("tailored", "≈ ")):
            await bench.press("m")
            assert part in bench.text.splitlines()[1]
            table = [row.partition("▏")[0] for row in bench.text.splitlines()[3:-2]]
            rows = [row for row in table if "· proposed" in row]
            assert rows
            assert all(word in row or "≠ disputed" in row for row in rows)
        await bench.press("m")
        assert "by:model" in bench.text.splitlines()[1]


@pytest.mark.slow
async def test_the_detail_sets_the_rules_words_beside_those_of_the_model(
    server: OpenAiServer,
) -> None:
    async with opened((180, 60)) as bench:
        await drafted(bench)
        assert bench.app.model is not None
        threat = next(
            t
            for t in bench.app.model.threats
            if t.by_rule is not None and t.by_rule.likelihood != t.likelihood
        )
        await bench.press("slash")
        await bench.type(threat.id)
        await bench.press("enter")
        assert "A partner bends what" in bench.text
        assert "from a rule, tailored by strong" in bench.text
        assert "The rule itself says (likelihood" in bench.text
        assert f"the language model rates it {threat.likelihood}" in " ".join(bench.text.split())


async def test_an_explanation_streams_into_the_detail_and_is_kept_nowhere(
    server: OpenAiServer,
) -> None:
    async with opened((180, 60)) as bench:
        await drafted(bench)
        before = bench.app.model
        server.next(chat.in_pieces(0.05))
        await bench.press("x")
        await bench.until(lambda: "It begins with" in bench.text)
        await shows(bench, "strong explains", "Esc stops")
        await bench.until(lambda: "…" not in _explanation(bench))
        assert "Explained by strong" in bench.text
        assert "It is no part of the threat model, and nobody checked it." in _explanation(bench)
        assert EXPLANATION.split("\n")[-1].split()[-1] in _explanation(bench)
        assert bench.app.model is before
        await bench.press("escape", "down")
        assert "Explained by" not in bench.text
        await bench.press("up")
        assert "Explained by" in bench.text


def _explanation(bench: Bench) -> str:
    """What is explained, in one line."""
    right = [row.rpartition("▌")[2] for row in bench.text.splitlines() if "▌" in row]
    return " ".join(" ".join(right).split())


@pytest.mark.slow
async def test_escape_stops_an_explanation_and_keeps_what_was_read(server: OpenAiServer) -> None:
    async with opened((180, 60)) as bench:
        await drafted(bench)
        server.next(chat.in_pieces(0.3))
        await bench.press("x")
        await bench.until(lambda: "It begins" in bench.text)
        await bench.press("escape")
        await bench.until(lambda: "(cut off)" in bench.text)
        assert "The explanation was stopped." in bench.toasts
        assert bench.app.current_mode == "threats"
        await bench.until(lambda: server.left == 1)


@pytest.mark.slow
async def test_what_a_model_explains_is_text_and_no_markup(server: OpenAiServer) -> None:
    async with opened((180, 60)) as bench:
        await drafted(bench)
        hostile = "[/admin] [red]x[/] \x1b[31mred\x1b[0m \x07 a\u202eb [link='x'] $x"
        server.answers[oa.CHAT] = lambda _: chat.said(hostile)
        await bench.press("x")
        await bench.until(
            lambda: "nobody checked it." in bench.text and "…" not in _explanation(bench)
        )
        assert "[/admin] [red]x[/] red" in _explanation(bench)


@pytest.mark.slow
async def test_a_model_that_refuses_to_explain_is_a_notice(server: OpenAiServer) -> None:
    async with opened((180, 60)) as bench:
        await drafted(bench)
        server.next(chat.refused)
        await bench.press("x")
        await bench.until(lambda: "refus" in bench.toasts)
        assert "Explained" not in bench.text
