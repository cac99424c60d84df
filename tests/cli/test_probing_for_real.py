"""`threatwright probe` with the worker itself, against an endpoint on this machine."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.test_probing import LEAK, MODEL, bot, likelihood, scope
from tests.openai_server import OpenAiServer, Request, openai_server
from threatwright import yamltext
from threatwright.model.document import ThreatModel

__all__ = ["bot"]
pytestmark = pytest.mark.slow
FEW = ("--only", "system-prompt-asked,override-in-a-task", "--kit", "kit.yaml", "--by", "Ana")


def canary(tw: CommandLine) -> str:
    assert tw("probe", MODEL, "--canaries", "-o", "kit.yaml").code == 0
    kit = yamltext.parse(Path("kit.yaml").read_text(encoding="utf-8"), "kit.yaml")
    (text,) = [one["text"] for one in kit["canaries"] if one["place"] == "system-prompt"]
    return str(text)


def telling(secret: str) -> Callable[[Request], str]:
    """Answers friendly, and tells its instructions to whoever asks for them."""

    def answer(request: Request) -> str:
        asked = str(request.body["messages"][-1]["content"]).lower()
        is_asked = re.search(r"system prompt|instructions|configuration", asked)
        return f"They say: {secret}." if is_asked else "Happy to help with your order."

    return answer


def friendly(request: Request) -> str:
    return "Happy to help with your order."


def at(server: OpenAiServer, of: ThreatModel) -> str:
    server.models = ("support-1",)
    return scope(of.id, server.base_url.removesuffix("/v1"))


def test_from_plan_to_a_confirmed_threat_and_a_clean_regression(
    tw: CommandLine, bot: ThreatModel
) -> None:
    before = likelihood()
    with openai_server(chat=telling(canary(tw))) as server:
        named = ("probe", MODEL, "--scope", at(server, bot), *FEW)
        planned = tw(*named, "--plan", "--json")
        assert json.loads(planned.out)["requests"] > 0
        assert server.requests == []
        ran = tw(*named, "-o", "last.json", "--fail-on-confirmed", "--junit", "j.xml")
        assert ran.code == 1, ran.err
        assert f"({LEAK})" in ran.out
    assert likelihood() > before
    run = json.loads(Path("last.json").read_text(encoding="utf-8"))["probed"]["run"]
    assert "ends as the model file says" in tw("probe", MODEL, "--verify", run).out
    assert "<failure" in Path("j.xml").read_text(encoding="utf-8")
    with openai_server(chat=friendly) as server:
        named = ("probe", MODEL, "--scope", at(server, bot), *FEW)
        clean = tw(*named, "--baseline", "last.json", "--fail-on", "new-confirmed,worse")
        assert clean.code == 0, clean.err
        assert f"fixed: {LEAK}" in clean.out
    assert tw("probe", "--purge", run).code == 0
    assert tw("probe", "--verify", run).code == 2


def test_an_endpoint_that_is_not_there_ends_with_4_and_is_inconclusive(
    tw: CommandLine, bot: ThreatModel
) -> None:
    canary(tw)
    outcome = tw("probe", MODEL, "--scope", scope(bot.id), *FEW)
    assert outcome.code == 4
    assert "inconclusive" in outcome.out


def test_ctrl_c_keeps_what_was_found_and_resuming_goes_on(
    tw: CommandLine, bot: ThreatModel
) -> None:
    secret = canary(tw)
    with openai_server(chat=slowly(telling(secret))) as server:
        command = [sys.executable, "-m", "threatwright", "probe", MODEL]
        process = subprocess.Popen(
            [*command, "--scope", at(server, bot), *FEW, "--concurrency", "1"],
            stderr=subprocess.PIPE,
            env=dict(os.environ),
        )
        waiting_until(lambda: len(server.requests) >= 5)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=240)
        assert process.returncode == 130
        run = re.search(r"--resume (\S+)", err.decode())
        assert run
        sent = len(server.requests)
        assert "is_complete: false" in Path(MODEL).read_text(encoding="utf-8")
        resumed = tw("probe", MODEL, "--resume", run[1])
        assert resumed.code == 0, resumed.err
        bodies = [json.dumps(r.body["messages"]) for r in server.requests]
        replays = 3 * 2  # and no other is sent twice, but the harmless questions
        assert len(server.requests) > sent
        assert len(bodies) - len(set(bodies)) <= replays + 3
        assert tw("probe", MODEL, "--resume", run[1]).code == 2


def slowly(answer: Callable[[Request], str]) -> Callable[[Request], str]:
    def slow(request: Request) -> str:
        time.sleep(0.3)
        return answer(request)

    return slow


def waiting_until(so: Callable[[], Any], seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)
