"""What `doctor` says of a language model and its endpoint."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import openai_chat as chat
from tests import openai_server as oa
from tests.cli.conftest import CommandLine
from tests.openai_server import OpenAiServer, Request, openai_server


def five(request: Request) -> object:
    """What a model says that minds a schema where there is one."""
    return {"sum": 5} if request.schema else "The answer is five, of course."


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAiServer]:
    """One that the settings name."""
    with openai_server(chat=five) as running:
        monkeypatch.setenv("THREATWRIGHT_LLM_BASE_URL", running.base_url)
        monkeypatch.setenv("THREATWRIGHT_LLM_MODEL", "strong")
        yield running


def findings(tw: CommandLine, code: int = 0, *arguments: str) -> dict[str, str]:
    shown = tw("doctor", "--json", *arguments)
    assert shown.code == code, shown
    return {found["what"]: found["state"] for found in json.loads(shown.out)}


def failures(tw: CommandLine, code: int = 3) -> list[str]:
    """The lines that begin with FAIL."""
    shown = tw("doctor")
    assert shown.code == code, shown
    return [line for line in shown.out.splitlines() if line.startswith("FAIL")]


def test_without_a_model_nothing_is_tried(tw: CommandLine) -> None:
    assert findings(tw)["language model"] == "none: drafts come from patterns and your answers"
    assert "endpoint" not in findings(tw)


def test_what_an_endpoint_can_do_is_told(tw: CommandLine, server: OpenAiServer) -> None:
    found = findings(tw)
    assert found["language model"] == "strong, no budget"
    assert found["endpoint"] == f"{server.base_url}, reached"
    assert found["strong: structure"] == "forced into the schema by the endpoint"
    assert found["strong: streaming"] == "yes"
    assert found["strong: tokens"] == "reported"
    assert found["strong: price"].startswith("unknown")
    assert found["strong: replies"].startswith("in ")
    assert len(server.chats) == 2


def test_both_models_are_tried(
    tw: CommandLine, server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_LLM_FAST_MODEL", "fast")
    assert {"strong: structure", "fast: structure"} <= set(findings(tw))


def test_what_an_endpoint_cannot_do_is_told_and_is_no_failure(
    tw: CommandLine, server: OpenAiServer
) -> None:
    server.refuses = frozenset({"json_schema", "json_object", "temperature", "stream_options"})
    found = findings(tw)
    assert found["strong: structure"].startswith("text, in which the JSON is looked for")
    assert found["strong: tokens"] == "reported, but not when streaming"
    assert "which it does not take" in found["strong: without"]


def test_an_endpoint_that_takes_a_schema_and_minds_it_not_is_told(
    tw: CommandLine, server: OpenAiServer
) -> None:
    server.next(oa.Reply({"data": []}), lambda good: chat.Said("Five."))
    assert findings(tw)["strong: structure"].endswith("and yet it had to be corrected")


def test_an_endpoint_without_a_list_of_models_will_do(
    tw: CommandLine, server: OpenAiServer
) -> None:
    del server.answers["/models"]
    assert findings(tw)["strong: structure"] == "forced into the schema by the endpoint"


def test_what_was_remembered_is_found_out_anew(tw: CommandLine, server: OpenAiServer) -> None:
    server.refuses = frozenset({"json_schema"})
    assert "asked for in words" in findings(tw)["strong: structure"]
    server.refuses = frozenset()
    assert findings(tw)["strong: structure"] == "forced into the schema by the endpoint"


def test_a_wrong_key_is_a_failure_that_says_so(tw: CommandLine, server: OpenAiServer) -> None:
    server.key = "right"
    (line,) = failures(tw)
    assert "refused the key" in line
    assert "THREATWRIGHT_LLM_API_KEY" in line
    assert server.chats == []


def test_a_model_that_does_not_exist_is_a_failure_that_names_others(
    tw: CommandLine, server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_LLM_MODEL", "stronk")
    (line,) = failures(tw)
    assert "The model `stronk` does not exist" in line
    assert "The endpoint has strong, fast." in line


def test_an_endpoint_that_is_not_there_is_a_failure(
    tw: CommandLine, server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    (line,) = failures(tw)
    assert "cannot be reached" in line


def test_an_address_that_is_none_is_a_failure(
    tw: CommandLine, server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_LLM_BASE_URL", "localhost:11434")
    (line,) = failures(tw)
    assert "is not the address of an endpoint" in line


def test_a_model_that_never_gives_what_is_asked_for_is_a_failure(
    tw: CommandLine, server: OpenAiServer
) -> None:
    server.answers["/chat/completions"] = lambda _: chat.Said("I am not sure.")
    (line,) = failures(tw)
    assert "did not give what was asked for" in line


def test_offline_tries_nothing(
    tw: CommandLine, server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "not used (offline): strong" in findings(tw, 0, "--offline")["language model"]
    assert findings(tw, 0, "--offline")["network"] == "off (offline)"
    monkeypatch.setenv("THREATWRIGHT_OFFLINE", "1")
    assert "not used (offline)" in findings(tw)["language model"]
    assert server.requests == []


def test_budget_and_prices_are_told(
    tw: CommandLine, server: OpenAiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_text(
        "llm_money = 2\nllm_tokens = 90000\nllm_currency = 'EUR'\n"
        "[llm_prices.strong]\ninput = 0.5\noutput = 2\n"
    )
    found = findings(tw)
    assert found["language model"] == "strong, at most 90000 tokens and 2 EUR a run"
    assert found["strong: price"] == "0.5 EUR in, 2 EUR out, of a million tokens"


def test_money_that_cannot_be_counted_is_a_failure(
    tw: CommandLine, server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_LLM_MONEY", "5")
    (line,) = failures(tw)
    assert "the price of the model strong is not known" in line


def test_something_else_that_is_wrong_ends_with_2(
    tw: CommandLine, server: OpenAiServer, tmp_path: Path
) -> None:
    server.key = "right"
    assert len(failures(tw)) == 1
    (tmp_path / "threatwright.toml").write_text("nothing = 1\n")
    assert "settings" in failures(tw, 2)[0]


def test_a_key_is_not_shown(
    tw: CommandLine, server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.key = "hidden-from-view"
    monkeypatch.setenv("THREATWRIGHT_LLM_API_KEY", "hidden-from-view")
    shown = tw("doctor")
    assert shown.code == 0
    assert "hidden" not in shown.out + shown.err


@pytest.mark.slow
def test_ctrl_c_ends_a_call_that_hangs_with_130_and_no_traceback(server: OpenAiServer) -> None:
    server.next(oa.Reply({"data": []}), chat.HANG)
    process = subprocess.Popen(
        [sys.executable, "-m", "threatwright", "doctor"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while not server.chats and process.poll() is None:
        time.sleep(0.05)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert time.monotonic() - start < 20
    assert server.left == 1
