"""A threat explained by a language model, from the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests import openai_chat as chat
from tests import openai_server as oa
from tests.cli.conftest import CommandLine
from tests.openai_server import OpenAiServer, openai_server
from tests.specialist import EXPLANATION, specialist
from threatwright.cli.column import Column

THREAT = "T-poison-training-data@training"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAiServer]:
    """One that the settings name."""
    with openai_server(chat=specialist) as running:
        monkeypatch.setenv("THREATWRIGHT_LLM_BASE_URL", running.base_url)
        monkeypatch.setenv("THREATWRIGHT_LLM_MODEL", "strong")
        yield running


def test_an_explanation_is_printed_and_the_model_file_stays_as_it_is(
    tw: CommandLine, model: str, server: OpenAiServer
) -> None:
    before = tw("export", model, "-f", "json").out
    shown = tw("explain", model, THREAT)
    assert (shown.code, shown.out) == (0, f"{EXPLANATION}\n")
    assert shown.err == "Explained by strong. It is no part of the threat model.\n"
    assert tw("export", model, "-f", "json").out == before
    assert server.chats[0].body["stream"]


def test_what_would_be_sent_is_shown_without_a_model(tw: CommandLine, model: str) -> None:
    shown = tw("explain", model, THREAT, "--show-prompt")
    assert shown.code == 0
    assert shown.out.startswith("=== instruction\nYou explain one threat")
    assert THREAT in shown.out.partition("=== material")[2]


def test_nothing_that_steers_a_terminal_is_printed(
    tw: CommandLine, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with openai_server(chat=lambda _: "Red \x1b[31malert\x07 \x9b2J[/b] end.") as server:
        monkeypatch.setenv("THREATWRIGHT_LLM_BASE_URL", server.base_url)
        monkeypatch.setenv("THREATWRIGHT_LLM_MODEL", "strong")
        shown = tw("explain", model, THREAT)
    assert shown.code == 0
    assert not set(shown.out) & set("\x1b\x07\x9b")
    assert shown.out.endswith("[/b] end.\n")


@pytest.mark.parametrize(
    ("arguments", "variable", "problem"),
    [
        ((), {}, "Explaining takes a language model, and none is named."),
        (
            ("--offline",),
            {"THREATWRIGHT_LLM_MODEL": "strong"},
            "Explaining takes a language model, and offline is on.",
        ),
    ],
)
def test_without_a_model_it_is_said_how_to_get_one(
    tw: CommandLine,
    model: str,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    variable: dict[str, str],
    problem: str,
) -> None:
    for name, value in variable.items():
        monkeypatch.setenv(name, value)
    told = tw("explain", model, THREAT, *arguments)
    assert (told.code, told.problem) == (3, problem)


def test_a_threat_that_is_not_there_is_told_before_anybody_is_asked(
    tw: CommandLine, model: str, server: OpenAiServer
) -> None:
    told = tw("explain", model, "T-poison-training-data@trainin")
    assert told.code == 2
    assert told.problem.startswith("There is no threat T-poison-training-data@trainin in")
    assert THREAT in told.err
    assert not server.requests


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (oa.NO_KEY, "key"),
        (oa.NO_MODEL, "model"),
        (chat.refused, "refus"),
        (chat.empty_content, "empty"),
    ],
)
def test_a_model_that_does_not_explain_is_told_in_two_lines(
    tw: CommandLine, model: str, server: OpenAiServer, fault: oa.Reply | chat.Fault, words: str
) -> None:
    server.next(fault)
    told = tw("explain", model, THREAT)
    assert told.code == 3
    assert words in told.err.lower()
    assert "Traceback" not in told.err


def test_what_came_before_the_endpoint_went_away_stays_on_the_screen(
    tw: CommandLine, model: str, server: OpenAiServer
) -> None:
    server.next(chat.breaking_off)
    told = tw("explain", model, THREAT)
    assert told.code == 3
    assert told.out.endswith("\n")
    assert EXPLANATION.startswith(told.out[:-1])
    assert told.err.count("\n") == 2


@pytest.mark.slow
def test_ctrl_c_ends_an_explanation_with_130(model: str, server: OpenAiServer) -> None:
    server.next(chat.in_pieces(30))
    process = subprocess.Popen(
        [sys.executable, "-m", "threatwright", "explain", model, THREAT],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(os.environ),
    )
    while not server.chats:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in err


# --- lines ------------------------------------------------------------------------------------


def broken(pieces: list[str], width: int | None) -> str:
    column = Column(width)
    return "".join([*(column.put(piece) for piece in pieces), column.end()])


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_lines_are_broken_between_words_however_the_text_comes(size: int) -> None:
    text = "It begins with somebody outside.\n\n  The rating hangs on what is assumed."
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    shown = broken(pieces, 20)
    assert shown == ("It begins with\nsomebody outside.\n\nThe rating hangs on\nwhat is assumed.\n")
    assert broken(pieces, None) == f"{text}\n"


def test_a_word_that_is_longer_than_a_line_stays_whole() -> None:
    assert broken(["See T-model-extraction@inference-endpoint now."], 20) == (
        "See\nT-model-extraction@inference-endpoint\nnow.\n"
    )


def test_where_nothing_comes_nothing_is_printed() -> None:
    assert broken([], 20) == ""
