from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.talk import KNOWLEDGE, MemoryStore, deps_for
from threatwright.errors import InputError
from threatwright.model.said import (
    Answer,
    DontKnow,
    Preview,
    Said,
    SetDepth,
    Skip,
    Stop,
    Tell,
    Undo,
)
from threatwright.model.terms import Depth
from threatwright.model.vocabulary import Theme
from threatwright.workflow.jsonl import converse, said_of
from threatwright.workflow.session import Session


async def spoken(*lines: str, **how: Any) -> list[dict[str, Any]]:
    """What a session says to these lines of input."""
    out = io.StringIO()
    deps = dataclasses.replace(deps_for(Path("a.yaml"), MemoryStore()), **how)
    async with Session(deps) as session:
        await converse(session, io.StringIO("".join(f"{line}\n" for line in lines)), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def events(said: list[dict[str, Any]]) -> list[str]:
    return [event["event"] for event in said]


async def test_a_question_is_flat_and_says_all_that_an_answer_needs() -> None:
    question = next(event for event in await spoken() if event["event"] == "question")
    assert set(question) == {
        "event",
        "id",
        "text",
        "why",
        "decides",
        "told",
        "element",
        "element_name",
        "fact",
        "facts",
        "also",
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
    assert question["facts"] == [question["fact"], *(also["fact"] for also in question["also"])]
    assert set(question["progress"]) == {"answered", "open", "coverage", "depth"}


async def test_what_a_question_asks_besides_stands_in_it_with_its_choices() -> None:
    theme = Theme(id="limits", facts=("rate_limit", "query_audit"))
    others = (t for t in KNOWLEDGE.themes if t.facts[0] not in theme.facts)
    known = KNOWLEDGE.model_copy(update={"themes": (theme, *others)})
    said = await spoken('{"skip": true}', '{"skip": true}', knowledge=known)
    question = next(event for event in said if event.get("also"))
    also = question["also"][-1]
    assert question["facts"] == ["variable_cost", "rate_limit", "query_audit"]
    asked = "What about Api?"
    assert question["text"] == f"{asked} If you know, say too: {asked} {asked}"
    assert set(also) == {"id", "fact", "text", "choices", "proposed"}
    assert also["id"] == "api.query_audit"
    assert also["choices"][0] == {"value": "none", "label": "Not at all"}


async def test_the_drawing_is_said_before_the_first_question_and_confirmed_after_the_last() -> None:
    said = await spoken(*(['{"dont_know": true}'] * 6))
    assert events(said)[:3] == ["understood", "drawn", "question"]
    drawn = said[1]
    assert set(drawn) == {"event", "boundaries", "components", "flows", "assumed", "diagram"}
    assert drawn["components"][0] == {
        "id": "caller",
        "name": "Caller",
        "kind": "person",
        "boundary": "internet",
        "description": "",
        "provenance": {"from": "document:design.md:1", "quote": "so it is written"},
    }
    assert drawn["flows"][1]["provenance"]["from"] == "assumed:predictive-api"
    asked = [event["id"] for event in said if event["event"] == "question"]
    assert asked.index("system.confirmed") > 1


async def test_an_answer_can_be_looked_at_before_it_is_given() -> None:
    said = await spoken(
        '{"answer": "yes", "preview": true}',
        '{"answer": "yes"}',
        '{"answer": "no", "id": "api.variable_cost", "preview": true}',
        '{"answer": "no", "id": "api.variable_cost"}',
    )
    first, second = (event for event in said if event["event"] == "previewed")
    assert first["said"] == {"type": "answer", "text": "yes"}
    assert [threat["id"] for threat in first["appearing"]] == ["T-overload@api"]
    assert [threat["id"] for threat in second["going"]] == ["T-overload@api"]
    assert set(second) >= {"appearing", "going", "moving", "settling", "opening", "retiring"}
    questions = [event["id"] for event in said if event["event"] == "question"]
    assert questions[0] == questions[1] == "api.variable_cost"
    assert questions[2] == questions[3]
    understood = [event for event in said if event["event"] == "understood"]
    assert understood[-1]["note"] == "In the place of Variable cost of Api: Yes."


async def test_the_depth_can_be_changed_on_the_way() -> None:
    said = await spoken('{"depth": "thorough"}')
    change = next(event for event in said if event["event"] == "depth-set")
    assert change == {"event": "depth-set", "depth": "thorough", "open": 3}
    assert [e["progress"]["depth"] for e in said if e["event"] == "question"] == [
        "standard",
        "thorough",
    ]


async def test_the_draft_says_what_was_not_asked() -> None:
    drafted = next(event for event in await spoken() if event["event"] == "drafted")
    assert drafted["rest"] == {
        "worth": 3,
        "little": 0,
        "best": "What about Api?",
        "depth": "standard",
        "is_cut": False,
    }


async def test_the_end_of_the_input_drafts_and_finishes() -> None:
    said = events(await spoken())
    assert said == ["understood", "drawn", "question", "drafted", "finished"]


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
        '{"depth": "shallow"}',
        '{"skip": true, "preview": true}',
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
        ('{"depth": "quick"}', SetDepth(depth=Depth.QUICK)),
        ('{"undo": 1, "preview": true}', Preview(said=Undo())),
        ('{"tell": "x", "preview": true}', Preview(said=Tell(text="x"))),
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
