"""Search and drafts reach nothing beyond this machine, and send nothing about themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.tiny_minilm import write_model
from tests.openai_chat import said
from tests.openai_server import OpenAiServer, openai_server

pytestmark = pytest.mark.slow

WATCHED = """
import json, os, sys
reached = []
def watch(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        reached.append(str(arguments[1]))
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        reached.append(str(arguments[0]))
sys.addaudithook(watch)

# What libraries that are no Python open is seen here alone.
from pathlib import Path
def peers():
    links = [os.readlink(fd) for fd in Path("/proc/self/fd").glob("*") if fd.is_symlink()]
    own = {link[8:-1] for link in links if link.startswith("socket:[")}
    for net in ("tcp", "tcp6", "udp", "udp6"):
        table = Path("/proc/self/net") / net
        for row in table.read_text().splitlines()[1:] if table.exists() else ():
            cells = row.split()
            if cells[9] in own:
                yield cells[2]

from threatwright.cli.app import run
said = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
codes = [run(words) for words in json.loads(sys.argv[1])]
os.write(said, json.dumps({
    "codes": codes,
    "reached": reached + list(peers()),
    "telemetry": [os.environ.get(n) for n in ("ORT_DISABLE_TELEMETRY", "ANONYMIZED_TELEMETRY")],
    "runtime": "onnxruntime" in sys.modules,
}).encode())
"""


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with openai_server() as running:
        yield running


def watched(home: Path, *commands: list[str], **environment: str) -> dict[str, object]:
    """What the commands, run in one process with an empty home folder, reached."""
    kept = {name: value for name, value in os.environ.items() if "PROXY" not in name.upper()}
    own = {"HOME": str(home), "THREATWRIGHT_HOME": str(home / "own")}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, json.dumps(commands)],
        env={**kept, **own, "ANONYMIZED_TELEMETRY": "True", **environment},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    assert found["codes"] == [0] * len(commands), done.stderr
    return found


def test_search_and_drafts_reach_nothing(tmp_path: Path) -> None:
    found = watched(
        tmp_path,
        ["search", "poisoned feedback"],
        ["search", "poisoned feedback", "--patterns", "--json"],
        ["draft", "sample:fraud-api"],
        ["draft", "sample:fraud-api", "-o", "x.threatmodel.yaml"],
        ["questions", "x.threatmodel.yaml"],
        ["export", "x.threatmodel.yaml", "-f", "markdown"],
    )
    assert found["reached"] == []
    assert found["telemetry"] == ["1", "False"]
    assert found["runtime"] is False


def test_search_by_meaning_on_this_machine_reaches_nothing(tmp_path: Path) -> None:
    write_model(tmp_path / ".cache" / "chroma" / "onnx_models" / "all-MiniLM-L6-v2")
    found = watched(
        tmp_path,
        ["search", "--build-semantic"],
        ["search", "poisoned feedback", "--semantic"],
    )
    assert found["reached"] == []
    assert found["telemetry"] == ["1", "False"]
    assert found["runtime"] is True


def test_search_by_an_endpoint_reaches_that_endpoint_alone(
    tmp_path: Path, server: OpenAiServer
) -> None:
    found = watched(
        tmp_path,
        ["search", "--build-semantic"],
        ["search", "poisoned feedback", "--semantic"],
        ["search", "poisoned feedback"],
        THREATWRIGHT_LLM_BASE_URL=server.base_url,
        THREATWRIGHT_EMBEDDING_MODEL="embedder",
    )
    reached = found["reached"]
    assert isinstance(reached, list)
    assert reached
    assert {"127.0.0.1" in place for place in reached} == {True}


def test_trying_the_language_model_reaches_its_endpoint_alone(
    tmp_path: Path, server: OpenAiServer
) -> None:
    server.key = "hidden-from-files"
    server.answers["/chat/completions"] = lambda _: said({"sum": 5})
    found = watched(
        tmp_path,
        ["doctor"],
        THREATWRIGHT_LLM_BASE_URL=server.base_url,
        THREATWRIGHT_LLM_MODEL="strong",
        THREATWRIGHT_LLM_API_KEY=server.key,
    )
    reached = found["reached"]
    assert isinstance(reached, list)
    assert {"127.0.0.1" in place for place in reached} == {True}
    assert server.chats
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in written if server.key.encode() in path.read_bytes()]
