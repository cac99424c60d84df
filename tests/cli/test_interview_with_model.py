"""`threatwright interview` with a language model that answers on this machine, or fails to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import openai_chat as chat
from tests import openai_server as oa
from tests.cli.conftest import CommandLine, Outcome
from tests.openai_api import Request
from tests.openai_chat import Faults
from tests.openai_server import OpenAiServer, openai_server
from tests.specialist import specialist

pytestmark = pytest.mark.long

FILE = "x.threatmodel.yaml"
STOP = '{"stop": true}\n'
HASTY = "[llm_patience]\nattempts = 2\nwait = 0.01\nlongest_wait = 0.02\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One whose settings wait for nothing long."""
    folder = tmp_path_factory.mktemp("hasty")
    (folder / "config.toml").write_text(HASTY)
    return folder


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAiServer]:
    """One that the settings name."""
    with openai_server(chat=specialist) as running:
        monkeypatch.setenv("THREATWRIGHT_LLM_BASE_URL", running.base_url)
        monkeypatch.setenv("THREATWRIGHT_LLM_MODEL", "strong")
        monkeypatch.setenv("THREATWRIGHT_LLM_API_KEY", "key-of-nobody")
        yield running


Interview = Callable[..., Outcome]


@pytest.fixture
def interview(tw: CommandLine, description: str) -> Interview:
    """Runs an interview in JSON lines that drafts at once."""

    def run(*flags: str, source: str = description) -> Outcome:
        out = () if source == FILE else ("-o", FILE)
        return tw("interview", source, "--jsonl", *out, *flags, stdin=STOP)

    return run


def events(shown: Outcome) -> list[dict[str, Any]]:
    return [json.loads(line) for line in shown.out.splitlines()]


def names(shown: Outcome) -> list[str]:
    found = [event["event"] for event in events(shown)]
    return [name for at, name in enumerate(found) if at == 0 or found[at - 1] != name]


def kept(tw: CommandLine) -> dict[str, Any]:
    """What the model file holds."""
    exported = json.loads(tw("export", FILE, "-f", "json").out)
    assert isinstance(exported, dict)
    return exported


def of_model(tw: CommandLine) -> list[dict[str, Any]]:
    return [t for t in kept(tw)["threats"] if t["origin"] == "llm"]


def test_json_lines_tell_what_is_read_drafted_and_summed_up(
    interview: Interview, server: OpenAiServer, tw: CommandLine
) -> None:
    shown = interview()
    assert (shown.code, shown.err) == (0, "")
    told = names(shown)
    assert told.index("listening") < told.index("question")
    assert told[-5:] == ["drafting", "summing", "summed", "drafted", "finished"]
    drafting = [event for event in events(shown) if event["event"] == "drafting"]
    assert drafting[-1]["done"] == drafting[-1]["of"] > 3
    assert int(drafting[-1]["usage"]["prompt_tokens"]) > 1000
    assert of_model(tw)


def test_offline_nothing_is_sent(interview: Interview, server: OpenAiServer) -> None:
    shown = interview("--offline")
    assert shown.code == 0
    assert "drafting" not in names(shown)
    assert server.requests == []


def test_line_by_line_progress_stands_beside_what_is_said(
    tw: CommandLine, description: str, server: OpenAiServer
) -> None:
    shown = tw("interview", description, "--plain", "-o", FILE, stdin="\nstop\n")
    assert shown.code == 0, shown.err
    told = shown.err.splitlines()
    assert told[:2] == ["The language model reads 1 text …", "1 of 1 read: payments.md"]
    assert any(line.startswith("1 of ") and " drafted: " in line for line in told)
    assert told[-1] == "The language model sums up …"
    assert "drafted: " not in shown.out
    assert "The language model strong sums up:\n  Most of the risk gathers" in shown.out


@pytest.mark.parametrize(
    ("trouble", "words"),
    [("wrong key", "key"), ("no such model", "does not exist"), ("prose", "did not give")],
)
def test_a_model_that_is_of_no_use_costs_its_part_alone_and_is_asked_again_later(
    interview: Interview,
    server: OpenAiServer,
    tw: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
    words: str,
) -> None:
    if trouble == "wrong key":
        server.key = "another"
    elif trouble == "no such model":
        monkeypatch.setenv("THREATWRIGHT_LLM_MODEL", "nobody")
    else:
        server.answers[oa.CHAT] = lambda _: chat.said("I would rather tell you a story.")
    shown = interview()
    assert shown.code == 3
    assert shown.err.count("\n") == 2
    assert words in shown.err
    assert names(shown)[-2:] == ["drafted", "finished"]
    assert kept(tw)["threats"]
    assert not of_model(tw)
    server.key = None
    monkeypatch.setenv("THREATWRIGHT_LLM_MODEL", "strong")
    server.answers[oa.CHAT] = lambda request: chat.said(specialist(request))
    again = interview(source=FILE)
    assert (again.code, again.err) == (0, "")
    assert of_model(tw)


def test_an_endpoint_that_goes_away_in_the_middle_loses_nothing(
    interview: Interview, server: OpenAiServer, tw: CommandLine
) -> None:
    def going(request: Request) -> chat.Said:
        if len([r for r in server.chats if "# tailored" in r.text]) == 3:
            server.faults = Faults(broken=1.0)
        return chat.said(specialist(request))

    server.answers[oa.CHAT] = going
    shown = interview()
    assert shown.code == 3
    assert "The language model did not draft" in shown.err
    drafted = [e for e in kept(tw)["journal"] if e["type"] == "proposed"]
    assert drafted
    server.faults = Faults()
    server.answers[oa.CHAT] = lambda request: chat.said(specialist(request))
    server.requests.clear()
    again = interview(source=FILE)
    assert again.code == 0
    asked = [r for r in server.chats if "You were asked about this component before" in r.text]
    first = [r for r in server.chats if "# tailored" in r.text and r not in asked]
    everything = {e["element"] for e in kept(tw)["journal"] if e["type"] == "proposed"}
    assert len(first) == len(everything) - len({e["element"] for e in drafted})


def test_settings_that_cannot_be_are_told_before_anything_is_asked(
    interview: Interview, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_LLM_MODEL", "strong")
    monkeypatch.setenv("THREATWRIGHT_LLM_MONEY", "1")
    shown = interview()
    assert shown.code == 2
    assert "the price of the model strong is not known" in shown.problem


def test_what_failed_can_be_asked_for_again_line_by_line(
    tw: CommandLine, description: str, server: OpenAiServer
) -> None:
    server.next(oa.NO_KEY)
    shown = tw("interview", description, "--plain", "-o", FILE, stdin="again\n\nstop\n")
    assert shown.code == 0, shown.err
    assert shown.err.count("The language model reads 1 text …") == 2


@pytest.mark.slow
@pytest.mark.parametrize("way", ["--jsonl", "--plain"])
def test_ctrl_c_ends_the_models_work_and_keeps_what_arrived(
    description: str, server: OpenAiServer, tw: CommandLine, way: str
) -> None:
    hanging = threading.Event()

    def slow(request: Request) -> Any:
        if "# tailored" not in request.text:
            return specialist(request)
        if len([r for r in server.chats if "# tailored" in r.text]) > 2:
            hanging.set()
            return chat.after(600)(chat.said(specialist(request)))
        return specialist(request)

    server.answers[oa.CHAT] = lambda request: chat.said(slow(request))
    command = [sys.executable, "-m", "threatwright", "interview", description, way, "-o", FILE]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(os.environ),
    )
    assert process.stdin is not None
    process.stdin.write(STOP.encode() if way == "--jsonl" else b"\nstop\n")
    process.stdin.flush()
    assert hanging.wait(60)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    last = err.decode().splitlines()[-1]
    assert last == "Stopped. What was said by then is kept; the same command goes on."
    entries = [e["type"] for e in kept(tw)["journal"]]
    assert 1 <= entries.count("proposed") <= 2
