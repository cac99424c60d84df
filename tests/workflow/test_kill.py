from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.workflow.drive import DESCRIPTION
from threatwright.adapters.store_file import FileStore, journal_path
from threatwright.engine.derive import begin, derive, record
from threatwright.knowledge.load import load_knowledge
from threatwright.model.journal import Source, SourceKind

pytestmark = pytest.mark.slow

Process: TypeAlias = "subprocess.Popen[str]"
ANSWERS: tuple[dict[str, Any], ...] = (
    {"answer": "yes"},
    {"answer": "Customers call it over mutual TLS."},
    {"dont_know": True},
    {"tell": "There is also a Redis cache."},
    {"undo": 1},
    {"skip": True},
)


@contextmanager
def driven(path: Path) -> Iterator[Process]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.workflow.drive", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"THREATWRIGHT_HOME": str(path.parent / "home")},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def until(process: Process, *events: str) -> dict[str, Any]:
    """The next of these events."""
    assert process.stdout is not None
    for line in process.stdout:
        event: dict[str, Any] = json.loads(line)
        if event["event"] in events:
            return event
    raise AssertionError(f"ended without {events}")


def tell(process: Process, given: dict[str, Any]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(given) + "\n")
    process.stdin.flush()


def test_a_session_killed_at_any_question_goes_on_with_the_same_question(tmp_path: Path) -> None:
    path = tmp_path / "fraud.threatmodel.yaml"
    journal: tuple[Any, ...] = ()
    last: dict[str, Any] | None = None
    for given in (*ANSWERS, None):
        with driven(path) as process:
            question = until(process, "question")
            assert last is None or question == last
            assert FileStore().load(path).journal == journal
            if given is not None:
                tell(process, given)
                last = until(process, "question")
        journal = FileStore().load(path).journal
    assert [entry.type for entry in journal] == [
        "answered",
        "answered",
        "unknown",
        "told",
        "retracted",
        "skipped",
    ]


def test_a_killed_session_ends_with_the_file_that_an_unbroken_one_writes(tmp_path: Path) -> None:
    path = tmp_path / "fraud.threatmodel.yaml"
    for given in ANSWERS:
        with driven(path) as process:
            until(process, "question")
            tell(process, given)
            until(process, "question")
    with driven(path) as process:
        until(process, "question")
        tell(process, {"stop": True})
        assert until(process, "finished")["file"] == str(path)
        assert process.wait(30) == 0
    assert not journal_path(path).exists()

    knowledge = load_knowledge(tmp_path / "home" / "cache")
    source = Source(kind=SourceKind.PROSE, name="description.md", text=DESCRIPTION)
    begun = begin("Fraud", [source], knowledge)
    whole = derive(record(begun, *FileStore().load(path).journal), knowledge)
    headless = tmp_path / "headless.threatmodel.yaml"
    FileStore().save(whole, headless)
    assert headless.read_bytes() == path.read_bytes()


def test_a_session_whose_input_ends_stops_and_writes_its_file(tmp_path: Path) -> None:
    path = tmp_path / "fraud.threatmodel.yaml"
    with driven(path) as process:
        out, _ = process.communicate('{"dont_know": true}\nnonsense\n', timeout=60)
        events = [json.loads(line)["event"] for line in out.splitlines()]
        assert process.returncode == 0
    assert events == [
        "understood",
        "drawn",
        "question",
        "understood",
        "question",
        "refused",
        "drafted",
        "finished",
    ]
    assert len(FileStore().load(path).journal) == 1


def test_a_model_open_in_one_session_cannot_be_opened_in_another(tmp_path: Path) -> None:
    path = tmp_path / "fraud.threatmodel.yaml"
    with driven(path) as process:
        until(process, "question")
        second = subprocess.run(
            [sys.executable, "-m", "tests.workflow.drive", str(path)],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"THREATWRIGHT_HOME": str(tmp_path / "home")},
        )
        assert "is open in another threatwright" in second.stderr
        tell(process, {"answer": "yes"})
        assert until(process, "question")
