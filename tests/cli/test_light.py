"""What a command does not need, it does not import; and how it behaves as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

HEAVY = (
    "chromadb", "langgraph", "networkx", "numpy", "openai", "openpyxl", "pydantic_settings",
    "pyrit", "rich", "ruamel", "textual",
)  # fmt: skip
PROBE = """
import os, sys
from threatwright.cli.app import run
said = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
code = run(sys.argv[1:])
os.write(said, (" ".join(sys.modules)).encode())
sys.exit(code)
"""


def imported_by(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["draft", "--help"],
        ["interview", "--help"],
        ["search", "--help"],
        ["knowledge", "--help"],
        ["knowledge", "show", "AML.T0051"],
        ["draft", "sample:fraud-api"],
        ["draft", "sample:fraud-api", "--json"],
        ["questions", "sample:fraud-api"],
        ["questions", "sample:fraud-api", "-f", "markdown"],
        ["answer", "--help"],
        ["minutes", "sample:fraud-api"],
        ["export", "sample:fraud-api", "-f", "markdown"],
        ["export", "sample:fraud-api", "-f", "sarif"],
        ["diff", "sample:fraud-api", "sample:fraud-api"],
        ["check", "sample:fraud-api"],
        ["challenge", "sample:fraud-api", "the API is rate limited"],
        ["sample", "list"],
        ["schema"],
        ["doctor"],
    ],
    ids=" ".join,
)
def test_headless_commands_import_nothing_heavy(arguments: list[str]) -> None:
    assert not imported_by(*arguments) & set(HEAVY)


def test_the_help_imports_neither_pydantic_nor_any_command() -> None:
    imported = imported_by("--help")
    assert "pydantic" not in imported
    assert "threatwright.cli.draft" not in imported


def test_the_help_takes_no_longer_than_three_imports_of_pydantic() -> None:
    def best(*command: str) -> float:
        times = []
        for _ in range(5):
            start = time.perf_counter()
            subprocess.run([sys.executable, *command], capture_output=True, check=True)
            times.append(time.perf_counter() - start)
        return min(times)

    assert best("-m", "threatwright", "--help") <= 3 * best("-c", "import pydantic")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "threatwright", *arguments]


@pytest.mark.parametrize("arguments", [["--help"], ["export", "sample:fraud-api", "-f", "json"]])
def test_a_reader_that_leaves_early_is_no_error(arguments: list[str]) -> None:
    process = subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")


def test_a_full_disk_is_told_in_two_lines() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full here")
    with full.open("wb") as out:
        done = subprocess.run(
            command("schema"), stdout=out, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 2
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_with_130_and_no_traceback() -> None:
    process = subprocess.Popen(
        command("draft", "-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(1.5)  # until it waits for its input
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_of_the_terminal_will_do(encoding: str) -> None:
    done = subprocess.run(
        command("export", "sample:fraud-api", "-f", "markdown"),
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
