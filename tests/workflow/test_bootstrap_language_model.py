"""Which language model is opened, and when there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.trial import GOOD, Findings, findings, prompt
from tests.openai_server import OpenAiServer, openai_server
from threatwright import bootstrap
from threatwright.errors import LanguageModelError
from threatwright.model.prompt import Tier


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAiServer]:
    """One that the environment names."""
    with openai_server(chat=findings) as running:
        running.key = "ours"
        monkeypatch.setenv("THREATWRIGHT_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("THREATWRIGHT_LLM_BASE_URL", running.base_url)
        monkeypatch.setenv("THREATWRIGHT_LLM_API_KEY", "ours")
        monkeypatch.setenv("THREATWRIGHT_LLM_MODEL", "strong")
        yield running


async def test_the_model_of_the_settings_is_asked_and_its_replies_kept(
    server: OpenAiServer, tmp_path: Path
) -> None:
    for _ in range(2):
        async with bootstrap.language_model(tmp_path) as llm:
            assert llm is not None
            assert llm.model(Tier.STRONG) == "strong"
            assert await llm.ask(prompt(), Findings) == Findings.model_validate(GOOD)
    assert len(server.chats) == 1


async def test_fresh_replies_are_asked_for_again(server: OpenAiServer, tmp_path: Path) -> None:
    for _ in range(2):
        async with bootstrap.language_model(tmp_path, is_fresh=True) as llm:
            assert llm is not None
            await llm.ask(prompt(), Findings)
    assert len(server.chats) == 2


async def test_there_is_none_where_none_is_named_or_no_network_may_be_used(
    server: OpenAiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bootstrap.language_model(tmp_path, offline=True) as llm:
        assert llm is None
    (tmp_path / "threatwright.toml").write_text("offline = true")
    async with bootstrap.language_model(tmp_path) as llm:
        assert llm is None
    (tmp_path / "threatwright.toml").unlink()
    monkeypatch.delenv("THREATWRIGHT_LLM_MODEL")
    async with bootstrap.language_model(tmp_path) as llm:
        assert llm is None
    assert server.requests == []


async def test_a_budget_holds_for_one_run(
    server: OpenAiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_LLM_TOKENS", "1")
    async with bootstrap.language_model(tmp_path) as llm:
        assert llm is not None
        with pytest.raises(LanguageModelError, match="budget of 1 tokens"):
            await llm.ask(prompt(), Findings)
    assert server.requests == []
