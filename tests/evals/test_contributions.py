"""Replies at hand in place of a language model, found by what is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel

from evals.contributions import Written, question, without_gone
from threatwright import yamltext
from threatwright.adapters.llm_replay import Recording
from threatwright.errors import LanguageModelError
from threatwright.model.prompt import Prompt, Tier
from threatwright.prompts import quoted


class Answer(BaseModel):
    text: str


def prompt(component: str = "Scoring API", *, system: str = "shop", again: bool = False) -> Prompt:
    material = "\n".join((quoted({"name": system}), quoted({"name": component, "kind": "service"})))
    if again:
        material += "\nYou were asked about this component before."
    return Prompt(name="draft_threats", tier=Tier.STRONG, instruction="Draft.", material=material)


def written(folder: Path, asked: Prompt, reply: dict[str, object]) -> Written:
    recording = Recording(prompt=asked.name, digest=asked.digest, by="a test", reply=reply)
    text = yamltext.dump(recording.model_dump(mode="json"))
    (folder / f"{question(asked)}.yaml").write_text(text, encoding="utf-8")
    return Written(folder)


def test_a_question_is_named_by_the_component_and_the_turn() -> None:
    assert question(prompt()) == "draft-scoring-api"
    assert question(prompt(again=True)) == "draft-scoring-api-again"
    assert question(prompt()) == question(prompt(system="another"))


async def test_the_same_prompt_is_answered_as_it_was(tmp_path: Path) -> None:
    model = written(tmp_path, prompt(), {"text": "ours"})
    assert (await model.ask(prompt(), Answer)).text == "ours"
    assert (model.exact, model.other, model.asked) == (1, 0, 1)


async def test_a_prompt_that_was_worded_anew_is_answered_and_counted_apart(tmp_path: Path) -> None:
    model = written(tmp_path, prompt(), {"text": "ours"})
    assert (await model.ask(prompt(system="another"), Answer)).text == "ours"
    assert (model.exact, model.other) == (0, 1)


async def test_a_reply_that_no_longer_fits_is_counted_and_fails(tmp_path: Path) -> None:
    model = written(tmp_path, prompt(), {"words": "ours"})
    with pytest.raises(LanguageModelError, match="draft-scoring-api"):
        await model.ask(prompt(), Answer)
    assert model.unfit == 1


async def test_what_nobody_wrote_a_reply_to_fails(tmp_path: Path) -> None:
    model = written(tmp_path, prompt(), {"text": "ours"})
    with pytest.raises(LanguageModelError, match="No reply to draft-model"):
        await model.ask(prompt("Model"), Answer)


class Doubt(BaseModel):
    about: Literal["llm.watermark", "llm.spend_alarm"]
    rests_on: list[Literal["llm", "agent"]] = []


class Doubts(BaseModel):
    doubted: list[Doubt]


def test_the_parts_of_a_reply_about_what_is_gone_are_left_out() -> None:
    there = {"about": "llm.watermark", "rests_on": ["llm"]}
    gone = {"about": "database.encryption"}
    partly = {"about": "llm.spend_alarm", "rests_on": ["queue", "agent"]}
    reply = {"doubted": [gone, there, gone, partly]}
    left, parts = without_gone(reply, Doubts)
    assert left == {"doubted": [there, {"about": "llm.spend_alarm", "rests_on": ["agent"]}]}
    assert parts == 3
    assert without_gone({"doubted": [there]}, Doubts) == ({"doubted": [there]}, 0)


def test_a_reply_of_another_shape_is_left_as_it_is() -> None:
    assert without_gone({"doubted": "none"}, Doubts) == ({"doubted": "none"}, 0)
