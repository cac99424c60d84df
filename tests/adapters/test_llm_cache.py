"""Replies that were given before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import pytest
from pydantic import BaseModel

from threatwright.adapters.llm_cache import KeptReplies
from threatwright.errors import LanguageModelError
from threatwright.model.base import Value
from threatwright.model.prompt import Prompt, Tier
from threatwright.model.usage import Usage

T = TypeVar("T", bound=BaseModel)


class Note(Value):
    text: str


class OtherNote(Value):
    text: str
    by: str = ""


class Counting:
    """A model that replies with the number of the call."""

    def __init__(self, name: str = "strong") -> None:
        self.name = name
        self.calls = 0

    @property
    def usage(self) -> Usage:
        return Usage(calls=self.calls)

    def model(self, tier: Tier) -> str:
        return self.name

    async def ask(self, prompt: Prompt, output: type[T]) -> T:
        self.calls += 1
        if prompt.material == "fail":
            raise LanguageModelError("No.", "Wait.")
        return output.model_validate({"text": f"reply {self.calls}"})

    async def tell(self, prompt: Prompt) -> AsyncIterator[str]:
        self.calls += 1
        for word in ("reply", " ", str(self.calls)):
            yield word
            if prompt.material == "fail":
                raise LanguageModelError("No.", "Wait.")


def prompt(material: str = "a system") -> Prompt:
    return Prompt(name="try", tier=Tier.STRONG, instruction="Do it.", material=material)


@pytest.fixture
def model() -> Counting:
    return Counting()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "llm"


def kept(llm: Counting, folder: Path, *ground: object, **how: int) -> KeptReplies:
    return KeptReplies(llm, folder, ground or ("http://here", 0.0, None), **how)  # type: ignore[arg-type]


def entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("*"))


async def told(llm: KeptReplies, what: Prompt) -> list[str]:
    return [piece async for piece in llm.tell(what)]


async def test_a_reply_that_is_at_hand_is_not_asked_for(model: Counting, folder: Path) -> None:
    first, second = kept(model, folder), kept(model, folder)
    assert (await first.ask(prompt(), Note)).text == "reply 1"
    assert (await second.ask(prompt(), Note)).text == "reply 1"
    assert (first.kept, second.kept, second.usage.calls) == (0, 1, 1)


async def test_told_text_is_kept_whole_and_told_at_once(model: Counting, folder: Path) -> None:
    assert await told(kept(model, folder), prompt()) == ["reply", " ", "1"]
    assert await told(kept(model, folder), prompt()) == ["reply 1"]


async def test_text_and_values_of_the_same_prompt_are_kept_apart(
    model: Counting, folder: Path
) -> None:
    llm = kept(model, folder)
    await told(llm, prompt())
    assert (await llm.ask(prompt(), Note)).text == "reply 2"


async def test_whatever_a_reply_depended_on_asks_again(model: Counting, folder: Path) -> None:
    llm = kept(model, folder)
    await llm.ask(prompt(), Note)
    await llm.ask(prompt("another system"), Note)
    await llm.ask(prompt(), OtherNote)
    await kept(model, folder, "http://there", 0.0, None).ask(prompt(), Note)
    await kept(model, folder, "http://here", 1.0, None).ask(prompt(), Note)
    await kept(model, folder, "http://here", 0.0, 7).ask(prompt(), Note)
    assert model.calls == 6
    other = Counting("weak")
    await kept(other, folder).ask(prompt(), Note)
    assert other.calls == 1


async def test_a_failure_is_not_kept_nor_is_half_a_text(model: Counting, folder: Path) -> None:
    llm = kept(model, folder)
    with pytest.raises(LanguageModelError):
        await llm.ask(prompt("fail"), Note)
    with pytest.raises(LanguageModelError):
        await told(llm, prompt("fail"))
    assert entries(folder) == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"what\n{}", b'{"text": "planted"}'])
async def test_an_entry_that_did_not_stay_whole_is_ignored(
    model: Counting, folder: Path, content: bytes
) -> None:
    llm = kept(model, folder)
    await llm.ask(prompt(), Note)
    for path in entries(folder):
        path.write_bytes(content)
    assert (await llm.ask(prompt(), Note)).text == "reply 2"
    assert (await llm.ask(prompt(), Note)).text == "reply 2"


async def test_nobody_else_may_read_what_is_kept(model: Counting, folder: Path) -> None:
    await kept(model, folder).ask(prompt(), Note)
    assert [path.stat().st_mode & 0o077 for path in [*entries(folder), folder]] == [0, 0]


async def test_a_folder_that_cannot_be_made_costs_calls_only(
    model: Counting, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    llm = kept(model, tmp_path / "file" / "llm")
    assert (await llm.ask(prompt(), Note)).text == "reply 1"
    assert (await llm.ask(prompt(), Note)).text == "reply 2"


async def test_what_was_not_used_for_longest_makes_room(model: Counting, folder: Path) -> None:
    llm = kept(model, folder, largest=2000)
    for number in range(100):
        await llm.ask(prompt(str(number)), Note)
        await llm.ask(prompt("0"), Note)
    assert sum(path.stat().st_size for path in entries(folder)) <= 2000
    assert model.calls == 100  # the first was used all the time, and stayed
    assert llm.kept == 100


async def test_fresh_replies_take_the_place_of_those_kept(model: Counting, folder: Path) -> None:
    await kept(model, folder).ask(prompt(), Note)
    assert (await kept(model, folder, is_fresh=True).ask(prompt(), Note)).text == "reply 2"
    assert (await kept(model, folder).ask(prompt(), Note)).text == "reply 2"
