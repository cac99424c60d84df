"""`search --stdin`: a line of JSON for each line, whatever it holds."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.cli.conftest import CommandLine

pytestmark = pytest.mark.long

COMMAND = [sys.executable, "-m", "threatwright", "search", "--stdin", "-k", "1"]


def answers(tw: CommandLine, sent: bytes) -> list[Any]:
    shown = tw("search", "--stdin", "-k", "2", stdin=sent)
    assert (shown.code, shown.err) == (0, "")
    return [json.loads(line) for line in shown.out.splitlines()]


def test_each_line_has_an_answer_of_its_own(tw: CommandLine) -> None:
    found = answers(tw, b"prompt injection\n\n \t\npoisoned data\n")
    assert [len(hits) for hits in found] == [2, 0, 0, 2]
    assert set(found[0][0]) == {"list", "edition", "id", "name", "score"}


def test_no_lines_have_no_answers(tw: CommandLine) -> None:
    assert answers(tw, b"") == []


def test_the_last_line_needs_no_end(tw: CommandLine) -> None:
    assert len(answers(tw, b"poison\nprompt injection")) == 2


def test_a_line_may_end_as_on_windows(tw: CommandLine) -> None:
    assert answers(tw, b"poison\r\nprompt\r\n") == answers(tw, b"poison\nprompt\n")


@pytest.mark.parametrize(
    "line",
    [
        b"poison\xff\xfe\x80",
        b"\x00poison\x1b[31m\x07\x7f",
        b"poison\rpoison",
        "poison\u2028".encode(),
    ],
)
def test_a_line_of_any_bytes_is_one_line(tw: CommandLine, line: bytes) -> None:
    found = answers(tw, line + b"\nprompt injection\n")
    assert [len(hits) for hits in found] == [2, 2]
    assert found[1] == answers(tw, b"prompt injection\n")[0]


def test_a_huge_line_is_one_line(tw: CommandLine) -> None:
    found = answers(tw, b"poison " * 200_000 + b"\nprompt injection\n" + b"x" * 1_000_000)
    assert [len(hits) for hits in found] == [2, 2, 0]


def test_a_line_is_answered_as_narrowly_as_the_command_says(tw: CommandLine) -> None:
    shown = tw("search", "--stdin", "-c", "cwe", "-k", "3", stdin="untrusted data\n")
    assert {hit["list"] for hit in json.loads(shown.out)} == {"cwe"}


@pytest.mark.slow
def test_each_answer_comes_before_the_next_line_is_asked_for() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        for line in (b"prompt injection\n", b"\n", b"poisoned data\n"):
            process.stdin.write(line)
            process.stdin.flush()
            assert isinstance(json.loads(process.stdout.readline()), list)
        process.stdin.close()
        assert process.wait(60) == 0


@pytest.mark.slow
@pytest.mark.parametrize("busy", [False, True])
def test_ctrl_c_ends_it_quietly(busy: bool) -> None:
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"prompt injection\n" * (1 + 400 * busy))
        process.stdin.flush()
        process.stdout.readline()
        if not busy:
            time.sleep(0.2)  # until it waits for a line
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (130, b"")
