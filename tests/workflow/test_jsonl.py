from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.talk import MemoryStore, deps_for
from threatwright.errors import InputError
from threatwright.model.said import Answer, DontKnow, Said, Skip, Stop, Tell, Undo
from threatwright.workflow.jsonl import converse, said_of
from threatwright.workflow.session import Session


async def spoken(*lines: str) -> list[dict[str, Any]]:
    """What a session says to these lines of input."""
    out = io.StringIO()
    async with Session(deps_for(Path("a.yaml"), MemoryStore())) as session:
        await converse(session, io.StringIO("".join(f"{line}\n" for line in lines)), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def events(said: list[dict[str, Any]]) -> list[str]:
    return [event["event"] for event in said]


async def test_a_question_is_flat_and_says_all_that_an_answer_needs() -> None:
    question = (await spoken())[1]
    assert set(question) == {
        "event",
        "id",
        "text",
        "why",
        "decides",
        "element",
        "element_name",
        "fact",
        "choices",
        "proposed",
        "role",
        "is_gate",
        "value",
        "publisher",
        "progress",
    }
    assert question["event"] == "question"
    assert question["id"] == f"{question['element']}.{question['fact']}"
    assert question["choices"][0] == {"value": "yes", "label": "Yes"}
    assert set(question["progress"]) == {"answered", "open", "coverage"}


async def test_the_end_of_the_input_drafts_and_finishes() -> None:
    assert events(await spoken()) == ["understood", "question", "drafted", "finished"]


async def test_stop_drafts_and_finishes() -> None:
    assert events(await spoken('{"stop": true}'))[-2:] == ["drafted", "finished"]


async def test_an_answer_that_leaves_nothing_to_ask_finishes_by_itself() -> None:
    said = await spoken(*(['{"skip": true}'] * 40))
    assert events(said)[-2:] == ["drafted", "finished"]


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        '"yes"',
        "{}",
        '{"answer": null}',
        '{"anwser": "yes"}',
        '{"answer": ["yes"]}',
        '{"answer": "yes", "skip": true}',
        '{"undo": 0}',
        '{"undo": "x"}',
        "[" * 100_000,
        '{"answer": "maybe", "id": "no.such"}',
        '{"answer": ""}',
        '{"accept": true}',
    ],
)
async def test_a_line_that_cannot_be_used_is_refused_and_the_session_goes_on(line: str) -> None:
    said = await spoken(line, '{"answer": "yes"}')
    refusals = [event for event in said if event["event"] == "refused"]
    assert len(refusals) == 1
    assert refusals[0]["problem"]
    assert refusals[0]["fix"]
    assert events(said)[-4:] == ["understood", "question", "drafted", "finished"]


async def test_empty_lines_are_passed_over() -> None:
    assert "refused" not in events(await spoken("", "  ", '{"skip": true}'))


async def test_what_is_written_is_plain_ascii_one_line_an_event() -> None:
    out = io.StringIO()
    async with Session(deps_for(Path("a.yaml"), MemoryStore())) as session:
        lines = io.StringIO('{"answer": "ü \\u2028 \\u001b[31m"}\n{"undo": 1}\n')
        await converse(session, lines, out)
    assert out.getvalue().isascii()
    assert all(json.loads(line) for line in out.getvalue().split("\n")[:-1])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"answer": "API key"}', Answer(text="API key")),
        ('{"answer": 2}', Answer(text="2")),
        ('{"answer": true, "id": "system.llm"}', Answer(text="yes", question="system.llm")),
        ('{"accept": true}', Answer(default=True)),
        ('{"dont_know": true}', DontKnow()),
        ('{"skip": true, "id": "system.llm"}', Skip(question="system.llm")),
        ('{"undo": 3}', Undo(steps=3)),
        ('{"tell": "x"}', Tell(text="x")),
        ('{"stop": true}', Stop()),
    ],
)
def test_each_input_is_read(line: str, said: Said) -> None:
    assert said_of(line) == said


def test_a_wrong_line_is_told_what_a_right_one_looks_like() -> None:
    with pytest.raises(InputError) as error:
        said_of('{"answer": "yes", "undo": 1}')
    assert "2 things" in error.value.problem
    assert '{"answer": "yes"}' in error.value.fix
