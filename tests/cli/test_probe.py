from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import NoReturn

import pytest

from tests.cli.conftest import CommandLine
from threatwright.errors import InputError
from threatwright.exchange.scope_file import read

BOT = """# Support bot

Customers on the internet chat with our support assistant. It sends their questions to GPT-4o, with
passages retrieved from our handbook.
"""
FILLED = {
    'begins: "<date and time>"': "begins: 2026-11-30T09:00:00+01:00",
    'ends: "<date and time>"': "ends: 2026-12-04T18:00:00+01:00",
    "<https://test.example.com:443>": "https://test.example.com:443",
    "<test, staging or production>": "test",
    "<us or vendor>": "vendor",
    "<amount and currency>": "5.00 EUR",
    "<NAME_OF_THE_VARIABLE>": "SUPPORT_KEY",
}


@pytest.fixture
def bot(tw: CommandLine) -> str:
    Path("bot.md").write_text(BOT, encoding="utf-8")
    assert tw("draft", "bot.md", "-o", "bot.threatmodel.yaml").code == 0
    return "bot.threatmodel.yaml"


def filled(text: str) -> str:
    """The form as somebody fills it in."""
    for blank, value in FILLED.items():
        text = text.replace(blank, value)
    return re.sub(r"<[^>\n]*>", "filled in", text)


def test_it_writes_a_scope_file_that_is_refused_until_it_is_filled(
    tw: CommandLine, bot: str
) -> None:
    outcome = tw("probe", bot, "--init-scope", "-o", "bot.scope.yaml")
    assert outcome.code == 0
    assert "Fill in" in outcome.out
    text = Path("bot.scope.yaml").read_text(encoding="utf-8")
    with pytest.raises(InputError, match="still to be filled in"):
        read(text, "bot.scope.yaml")
    scope = read(filled(text), "bot.scope.yaml")
    assert [target.element for target in scope.targets] == ["llm"]
    assert scope.system == "bot"


def test_without_a_file_it_prints_the_form(tw: CommandLine, bot: str) -> None:
    outcome = tw("probe", bot, "--init-scope")
    assert outcome.out.startswith("# What a probe of bot may touch")
    assert read(filled(outcome.out), "form").targets


def answered(tw: CommandLine, bot: str, answers: str) -> None:
    Path("form.yaml").write_text(f"answers:\n{answers}", encoding="utf-8")
    outcome = tw("answer", bot, "--from", "form.yaml", "--by", "Ana")
    assert outcome.code == 0, outcome.err


def test_what_was_answered_is_filled_in(tw: CommandLine, bot: str) -> None:
    answered(
        tw,
        bot,
        "  - {question: llm.may_be_probed, value: own-system-authorised}\n"
        "  - {question: llm.probe_authority, value: owner}\n"
        "  - {question: llm.endpoint_api, value: http, "
        'text: "at https://test.example.com/ask for tests"}\n',
    )
    text = tw("probe", bot, "--init-scope").out
    target = read(filled(text).replace("</path>", "/x"), "form").targets[0]
    assert target.origin == "https://test.example.com:443"
    assert target.request.path == "/ask"
    assert target.request.shape == "http"
    assert target.belongs_to == "us"
    assert target.authorised_by.role == "The owner of the system"


def test_a_key_in_an_answer_does_not_reach_the_scope_file(tw: CommandLine, bot: str) -> None:
    key = "sk-" + "a1B2c3D4" * 4
    answered(
        tw,
        bot,
        f'  - {{question: llm.endpoint_api, value: openai-chat, text: "the key is {key}"}}\n',
    )
    outcome = tw("probe", bot, "--init-scope")
    assert outcome.code == 0
    assert key not in outcome.out


def test_an_endpoint_that_may_not_be_probed_gets_no_scope_file(tw: CommandLine, bot: str) -> None:
    answered(tw, bot, "  - {question: llm.may_be_probed, value: no}\n")
    outcome = tw("probe", bot, "--init-scope", "-o", "bot.scope.yaml")
    assert outcome.code == 2
    assert "may be probed; that was said" in outcome.problem
    assert not Path("bot.scope.yaml").exists()


def test_a_system_without_a_language_model_has_nothing_to_probe(
    tw: CommandLine, model: str
) -> None:
    outcome = tw("probe", model, "--init-scope")
    assert outcome.code == 2
    assert "no endpoint of a language model" in outcome.problem


def test_a_scope_file_that_is_there_is_not_written_over(tw: CommandLine, bot: str) -> None:
    Path("bot.scope.yaml").write_text("filled\n", encoding="utf-8")
    outcome = tw("probe", bot, "--init-scope", "-o", "bot.scope.yaml")
    assert outcome.code == 2
    assert Path("bot.scope.yaml").read_text(encoding="utf-8") == "filled\n"


def test_nothing_is_probed_without_a_scope(tw: CommandLine, bot: str) -> None:
    outcome = tw("probe", bot)
    assert outcome.code == 2
    assert "Nothing is probed without a scope" in outcome.problem


def test_it_opens_no_connection(tw: CommandLine, bot: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert tw("probe", bot, "--init-scope").code == 0
