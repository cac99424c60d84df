"""`threatwright draft` with a language model that answers on this machine."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import openai_chat as chat
from tests.cli.conftest import CommandLine
from tests.openai_api import Request
from tests.openai_server import OpenAiServer, openai_server

pytestmark = pytest.mark.long

_BLOCK = re.compile(r"<data-(\w{16})>\n(.*?)\n</data-\1>", re.DOTALL)
ADDED = "Somebody rebuilds it from the outside"


def model_of(request: Request) -> Any:
    """Adds a threat to whatever it is asked about."""
    fields = (request.schema or {}).get("properties", {})
    material = request.body["messages"][-1]["content"]
    if "text" in fields:
        first = re.findall(r'T-[^\s"]+', material)[0]
        return {"text": f"Look at {first} before all others."}
    if "added" not in fields:
        return chat.smallest(request)
    blocks = [text for _, text in _BLOCK.findall(material)]
    component, targets = json.loads(blocks[1]), json.loads(blocks[12])
    if len(blocks) > 14:  # asked once more
        return {"tailored": [], "disputed": [], "added": []}
    return {
        "tailored": [],
        "disputed": [],
        "added": [
            {
                "target": targets[0],
                "category": "tampering",
                "title": ADDED,
                "source": f"Somebody wants what {component['name']} has.",
                "prerequisites": "They can reach it.",
                "action": "They ask until they have it.",
                "consequence": "It is copied.",
                "likelihood_because": "It can be reached.",
                "likelihood": 3,
                "impact_because": "It is worth much.",
                "impact": 3,
                "references": [],
                "mitigations": [],
                "rests_on": [],
            }
        ],
    }


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAiServer]:
    with openai_server(chat=model_of) as running:
        monkeypatch.setenv("THREATWRIGHT_LLM_BASE_URL", running.base_url)
        monkeypatch.setenv("THREATWRIGHT_LLM_MODEL", "strong")
        monkeypatch.setenv("THREATWRIGHT_LLM_API_KEY", "k")
        yield running


def of_model(out: str) -> list[dict[str, Any]]:
    return [t for t in json.loads(out)["threats"] if t["origin"] == "llm"]


def test_what_the_model_adds_stands_in_the_draft_and_is_marked(
    server: OpenAiServer, tw: CommandLine, description: str
) -> None:
    done = tw("draft", description, "--json")
    assert done.code == 0
    threats = of_model(done.out)
    assert {t["title"] for t in threats} == {ADDED}
    assert all(t["evidence"][0]["ref"] == "llm:strong" for t in threats)
    assert re.search(r"Language model strong: \d+ calls, \d+ tokens, cost unknown\.", done.err)
    assert server.chats


def test_offline_nothing_is_sent(server: OpenAiServer, tw: CommandLine, description: str) -> None:
    done = tw("draft", description, "--offline", "--json")
    assert (done.code, done.err, of_model(done.out)) == (0, "", [])
    assert server.requests == []


def test_prompts_are_shown_and_not_sent(
    server: OpenAiServer, tw: CommandLine, description: str
) -> None:
    shown = tw("draft", description, "--show-prompts")
    assert shown.code == 0
    assert server.requests == []
    assert shown.out.count(": instruction") == shown.out.count("=== JSON Schema of the reply") > 2
    tw("draft", description)
    first = server.chats[0].body["messages"]
    assert all(message["content"] in shown.out for message in first)


def test_prompts_are_shown_without_any_model(tw: CommandLine, description: str) -> None:
    shown = tw("draft", description, "--show-prompts")
    assert shown.code == 0
    assert "to no language model is set: instruction" in shown.out


def test_a_file_is_drafted_on_with_no_call_for_what_stands(
    server: OpenAiServer, tw: CommandLine, description: str
) -> None:
    file = "payments.threatmodel.yaml"
    assert tw("draft", description, "-o", file).code == 0
    before, sent = Path(file).read_text(encoding="utf-8"), len(server.chats)
    done = tw("draft", file, "-o", file)
    assert done.err == "Language model: nothing new to ask.\n"
    assert len(server.chats) == sent
    assert Path(file).read_text(encoding="utf-8") == before
    assert "Somebody" not in tw("minutes", file).out


def test_a_model_that_does_not_exist_costs_nothing_but_its_part(
    server: OpenAiServer, tw: CommandLine, description: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_LLM_MODEL", "no-such-model")
    done = tw("draft", description, "-o", "payments.threatmodel.yaml")
    assert done.code == 3
    assert "does not exist" in done.err
    assert "Traceback" not in done.err
    assert "critical" in done.out
    assert Path("payments.threatmodel.yaml").is_file()
    monkeypatch.setenv("THREATWRIGHT_LLM_MODEL", "strong")
    again = tw("draft", "payments.threatmodel.yaml", "-o", "payments.threatmodel.yaml", "--json")
    assert again.code == 0
    assert of_model(again.out)


@pytest.mark.slow
def test_ctrl_c_keeps_what_has_arrived(
    server: OpenAiServer, home: Path, tmp_path: Path, description: str
) -> None:
    first = len(server.chats)
    server.next(*[chat.after(0)] * 3, *[chat.after(60)] * 50)
    file = tmp_path / "payments.threatmodel.yaml"
    command = [sys.executable, "-m", "threatwright", "draft", description, "-o", str(file)]
    running = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "THREATWRIGHT_LLM_CONCURRENCY": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while len(server.chats) < first + 5:  # one reads, and two of the four after it are answered
        time.sleep(0.05)
    pressed = time.monotonic()
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert time.monotonic() - pressed < 10
    assert "Traceback" not in said
    assert file.read_text(encoding="utf-8").count("type: proposed") == 2
