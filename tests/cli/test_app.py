from __future__ import annotations

import importlib
import re
import shlex

import pytest

from tests.cli.conftest import CommandLine
from threatwright.cli import app
from threatwright.cli.app import COMMANDS

CALLS = [(c.name,) for c in COMMANDS if c.name != "sample"] + [
    ("sample", "list"),
    ("sample", "show"),
]


def test_the_help_names_every_command(tw: CommandLine) -> None:
    shown = tw("--help")
    assert shown.code == 0
    for entry in COMMANDS:
        assert re.search(rf"^  {entry.name} +{re.escape(entry.summary)}$", shown.out, re.M)


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_the_help_of_every_command_has_an_example_that_can_be_called(
    tw: CommandLine, call: tuple[str, ...]
) -> None:
    shown = tw(*call, "--help")
    assert shown.code == 0
    examples = re.findall(r"^ +(threatwright .*)$", shown.out.partition("Example:")[2], re.M)
    assert examples
    for example in examples:
        words = shlex.split(example)
        assert tuple(words[1 : 1 + len(call)]) == call


def test_every_command_is_a_module_with_an_app() -> None:
    for entry in COMMANDS:
        assert importlib.import_module(f"threatwright.cli.{entry.module}").app


def test_the_version_is_printed(tw: CommandLine) -> None:
    assert re.fullmatch(r"threatwright \d+\.\d+\.\d+\n", tw("--version").out)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["nothing"], "No such command 'nothing'."),
        (["drat"], "No such command 'drat'. Did you mean 'draft'?"),
        (["--nothing"], "No such option: --nothing"),
        (["draft"], "Missing argument 'INPUT'."),
        (["questions", "a", "b"], "Got unexpected extra argument"),
        (["draft", "a", "--nothing"], "No such option: --nothing"),
        (["draft", "a", "-o"], "Option '-o' requires an argument."),
        (["search", "x", "-k", "many"], "Invalid value for '-k'"),
        (["search", "x", "-k", "0"], "Invalid value for '-k'"),
        (["search", "x", "-c", "nothing"], "Invalid value for '--catalogue'"),
        (["questions", "a", "--role", "king"], "Invalid value for '--role'"),
        (["sample", "nothing"], "No such command 'nothing'."),
        (["no\x1b[31mthing"], "No such command 'no\\x1b[31mthing'."),
    ],
)
def test_a_wrong_call_is_told_in_two_lines(
    tw: CommandLine, arguments: list[str], problem: str
) -> None:
    told = tw(*arguments)
    assert told.code == 2
    assert told.problem.startswith(problem)
    assert "--help`" in told.err


def test_without_a_terminal_the_user_interface_is_refused(tw: CommandLine) -> None:
    told = tw()
    assert told.code == 2
    assert told.problem == "The user interface needs a terminal."
    assert "--plain" in told.err


def test_a_traceback_is_shown_only_on_request(tw: CommandLine) -> None:
    assert "Traceback" not in tw("draft", "nothing.md").err
    for arguments in (("--debug", "draft", "nothing.md"), ("draft", "nothing.md", "--debug")):
        told = tw(*arguments)
        assert told.code == 2
        assert "Traceback" in told.err
        assert "nothing.md does not exist." in told.err


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (KeyboardInterrupt(), 130, ""),
        (ZeroDivisionError("\x1b[31mred"), 2, "the fault is its own (ZeroDivisionError: red)"),
        (OSError(28, "No space left on device", "x.md"), 2, "x.md: No space left on device."),
    ],
)
def test_whatever_happens_ends_with_a_code_and_two_lines(
    tw: CommandLine, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, told: str
) -> None:
    def fail(words: list[str]) -> None:
        raise error

    monkeypatch.setattr(app, "_invoke", fail)
    outcome = tw("draft", "x.md")
    assert outcome.code == code
    assert told in outcome.err
    assert outcome.err.count("\n") == (2 if told else 0)
