"""Recorded replies, and how they are recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.trial import GOOD, Findings, findings, opened, prompt
from tests.openai_server import OpenAiServer, openai_server
from threatwright import yamltext
from threatwright.adapters.llm_replay import Recorder, Recording, Replay, recordings
from threatwright.errors import InputError, LanguageModelError
from threatwright.model.prompt import Prompt, Tier
from threatwright.ports import Llm

EXPECTED = Findings.model_validate(GOOD)


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with openai_server(chat=lambda r: findings() if r.schema else "One.\nTwo.\n") as running:
        yield running


def recorded(folder: Path, what: Prompt, reply: object, name: str = "a.yaml") -> None:
    entry = {"prompt": what.name, "digest": what.digest, "by": "written for the purpose"}
    (folder / name).write_text(json.dumps([entry | {"reply": reply}]))


async def told(llm: Llm) -> list[str]:
    return [piece async for piece in llm.tell(prompt())]


async def test_a_recorded_reply_is_given_without_any_model(tmp_path: Path) -> None:
    recorded(tmp_path, prompt(), GOOD)
    llm = Replay(tmp_path)
    assert await llm.ask(prompt(), Findings) == EXPECTED
    assert (llm.replayed, llm.usage.calls, llm.model(Tier.FAST)) == (1, 0, "recorded")


async def test_a_recorded_text_is_told_line_by_line(tmp_path: Path) -> None:
    recorded(tmp_path, prompt(), "One.\nTwo.\n", "a.json")
    assert await told(Replay(tmp_path)) == ["One.\n", "Two.\n"]


async def test_a_reply_that_was_not_recorded_is_a_failure_naming_the_prompt(
    tmp_path: Path,
) -> None:
    recorded(tmp_path, prompt("another"), GOOD)
    with pytest.raises(LanguageModelError, match="the prompt find_things") as raised:
        await Replay(tmp_path / "missing").ask(prompt(), Findings)
    assert prompt().digest[:12] in raised.value.problem
    with pytest.raises(LanguageModelError, match="the prompt find_things"):
        await told(Replay(tmp_path))


async def test_a_recorded_reply_that_does_not_fit_is_a_failure_naming_the_field(
    tmp_path: Path,
) -> None:
    recorded(tmp_path, prompt(), {"found": [{"target": "invented"}]})
    with pytest.raises(LanguageModelError, match=r"does not fit: found\.0\.target"):
        await Replay(tmp_path).ask(prompt(), Findings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- prompt: x\n", "recording 1: digest: Field required"),
        (f"prompt: x\ndigest: {'a' * 64}\nreply: {{}}\n", "recording 1: by: Field required"),
        (f"prompt: x\ndigest: {'a' * 64}\nby: ''\nreply: {{}}\n", "recording 1: by: "),
        ("- just words\n", "recording 1"),
    ],
)
def test_a_recording_that_is_wrong_is_named_with_what_is_wrong(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "wrong.yaml").write_text(text)
    with pytest.raises(InputError, match=words) as raised:
        recordings(tmp_path)
    assert "wrong.yaml" in raised.value.problem


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("What was recorded here.")
    assert recordings(tmp_path) == {}


async def test_what_is_recorded_is_replayed_and_says_what_wrote_it(
    server: OpenAiServer, tmp_path: Path
) -> None:
    folder = tmp_path / "recorded"
    async with opened(server, tmp_path) as llm:
        recorder = Recorder(llm, folder, f"at {server.base_url}")
        assert await recorder.ask(prompt(), Findings) == EXPECTED
        assert "".join(await told(recorder)) == "One.\nTwo.\n"
        assert (recorder.usage, recorder.model(Tier.STRONG)) == (llm.usage, "strong")
    (path,) = folder.glob("find_things-*.yaml")
    kept = Recording.model_validate(yamltext.parse(path.read_text(), path.name))
    assert kept.by == f"strong at {server.base_url}"
    assert await told(Replay(folder)) == ["One.\n", "Two.\n"]


async def test_what_was_not_recorded_is_asked_beyond(server: OpenAiServer, tmp_path: Path) -> None:
    recorded(tmp_path, prompt(), {"found": []})
    async with opened(server, tmp_path / "home") as llm:
        replay = Replay(tmp_path, beyond=llm)
        assert (await replay.ask(prompt(), Findings)).found == ()
        assert server.chats == []
        assert await replay.ask(prompt("another"), Findings) == EXPECTED
        assert (replay.usage.calls, replay.model(Tier.STRONG), replay.replayed) == (1, "strong", 1)
