"""A command line in this process, away from the real home and working folder."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from threatwright.cli.app import run


class Outcome(NamedTuple):
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def problem(self) -> str:
        """The first of the two lines of an error, which is all there is."""
        assert self.out == ""
        assert self.err.count("\n") == 2, self.err
        return self.err.split("\n")[0]


CommandLine = Callable[..., Outcome]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests: the knowledge base is compiled into it once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def _away(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREATWRIGHT_HOME", str(home))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def tw(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Runs a command line; `stdin` is what is piped into it."""

    def call(*arguments: str, stdin: str | bytes = b"") -> Outcome:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        capsys.readouterr()
        code = run(arguments)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


DESCRIPTION = """# Payment scoring

Customers call a public REST API over the internet. It scores card payments with a gradient boosted
model. The model is retrained every night on transactions in S3, and users report false alarms.
"""


@pytest.fixture
def description(tmp_path: Path) -> str:
    """A description of a system, in a file."""
    (tmp_path / "payments.md").write_text(DESCRIPTION, encoding="utf-8")
    return "payments.md"


@pytest.fixture
def model(tw: CommandLine, description: str) -> str:
    """A model file of that system."""
    assert tw("draft", description, "-o", "payments.threatmodel.yaml").code == 0
    return "payments.threatmodel.yaml"
