"""What LangGraph and the terminal do that costs a session dearly if it is forgotten."""

from __future__ import annotations

import ast
import dataclasses
import json
import subprocess
import sys
import typing
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt

from tests.workflow.talk import MemoryStore, deps_for, heard, names, new_model, question_of
from threatwright.adapters.checkpoints import open_checkpoints
from threatwright.adapters.store_file import FileStore
from threatwright.engine.said.answers import entries_for
from threatwright.model.journal import Answered, Told, Unknown
from threatwright.model.said import Answer, DontKnow, Tell
from threatwright.model.terms import Status
from threatwright.workflow import nodes
from threatwright.workflow.events import Asked, Event, Refused, Understood
from threatwright.workflow.graph import build
from threatwright.workflow.jsonl import flat
from threatwright.workflow.session import Session
from threatwright.workflow.state import Phase, State

NODES = sorted(Path(nodes.__path__[0]).glob("*.py"))
WAITING = ("ask", "review")


# 1. An interrupted node runs again from its first line.


class _Count(TypedDict, total=False):
    said: str


async def test_an_interrupted_node_runs_again_from_its_first_line() -> None:
    runs: list[str] = []

    def careless(state: _Count) -> _Count:
        runs.append("before")
        return {"said": interrupt("?")}

    builder = StateGraph(_Count)
    builder.add_node("careless", careless)
    builder.add_edge(START, "careless")
    graph = builder.compile(InMemorySaver())
    thread: Any = {"configurable": {"thread_id": "1"}}
    await graph.ainvoke({}, thread)
    await graph.ainvoke(Command(resume="yes"), thread)
    assert runs == ["before", "before"]


@pytest.mark.parametrize("path", NODES, ids=lambda path: path.stem)
def test_waiting_stands_alone_in_its_node(path: Path) -> None:
    tree = ast.parse(path.read_text())
    functions = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef)]
    waiting = [
        f
        for f in functions
        if "interrupt" in {n.id for n in ast.walk(f) if isinstance(n, ast.Name)}
    ]
    assert [f.name for f in waiting] == ([path.stem] if path.stem in WAITING else [])
    for function in waiting:
        docstring, *body = function.body
        assert isinstance(docstring, ast.Expr)
        assert [type(statement) for statement in body] == [ast.Return]


@pytest.mark.parametrize("path", NODES, ids=lambda path: path.stem)
def test_only_waiting_nodes_import_langgraph(path: Path) -> None:
    imported = {
        node.module
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ImportFrom) and "langgraph" in (node.module or "")
    }
    assert imported == ({"langgraph.types"} if path.stem in WAITING else set())


# 2. Whoever leaves a stream at an interrupt loses it.


async def _first(events: AsyncIterator[Event]) -> Event:
    async for event in events:
        return event
    raise AssertionError("nothing was said")


async def test_a_run_whose_listener_left_still_comes_to_its_wait(tmp_path: Path) -> None:
    path, database = tmp_path / "a.threatmodel.yaml", tmp_path / "checkpoints.sqlite"
    store = FileStore()
    store.save(new_model(), path)
    async with (
        open_checkpoints(database) as (saver, _),
        Session(deps_for(path, store), saver) as session,
    ):
        await heard(session.start())
        assert isinstance(await _first(session.send(Answer(value="yes"))), Understood)
        events = await heard(session.send(DontKnow()))
        assert names(events) == ["understood", "question"]
        await _first(session.send(DontKnow()))
    store = FileStore()
    model = store.load(path)
    assert len(model.journal) == 3
    async with (
        open_checkpoints(database) as (saver, _),
        Session(deps_for(path, store, model), saver) as again,
    ):
        assert names(await heard(again.start())) == ["drawn", "question"]
        assert again.question is not None
        assert again.question.id not in {
            e.question for e in model.journal if isinstance(e, Answered | Unknown)
        }


# 3. A checkpoint turns tuples into lists, and revives only types that were named.


def test_every_field_of_the_state_comes_back_as_it_was() -> None:
    assert not [
        name
        for name, type_ in typing.get_type_hints(State).items()
        if typing.get_origin(type_) is tuple
    ]


async def test_the_state_comes_back_from_the_database_as_it_was(tmp_path: Path) -> None:
    path, database = tmp_path / "a.threatmodel.yaml", tmp_path / "checkpoints.sqlite"
    model = new_model()
    async with open_checkpoints(database) as (saver, _):
        session = Session(deps_for(path, MemoryStore(), model), saver)
        first = question_of(await heard(session.start()))
        await heard(session.send(Answer(text="[/admin] “ü” \\ text")))
        await session.close()
        thread: Any = session._config
    async with open_checkpoints(database) as (saver, _):
        snapshot = await build(saver).aget_state(thread)
    state = State(**snapshot.values)
    (said,) = state.journal
    assert isinstance(said, Answered)
    assert (said.question, said.text) == (first, "[/admin] “ü” \\ text")
    assert isinstance(said.also, tuple)
    assert said.also
    assert state.phase is Phase.ASKING
    assert isinstance(state.asked, Asked)
    assert isinstance(state.asked.question.choices, tuple)
    assert snapshot.interrupts[0].value == state.asked
    assert {field.name for field in dataclasses.fields(State)} >= set(snapshot.values)


def test_a_type_that_was_not_named_is_not_revived() -> None:
    written = JsonPlusSerializer().dumps_typed({"status": Status.ACCEPTED})
    assert JsonPlusSerializer().loads_typed(written) == {"status": "accepted"}
    assert not isinstance(JsonPlusSerializer().loads_typed(written)["status"], Status)


# 4. Text of a user or a document can steer a terminal.


@pytest.mark.parametrize("text", ["\x1b]0;owned\x07x", "a\x9b2Jb", "x\r\x08y", "a\u2028b"])
def test_text_that_steers_a_terminal_leaves_it_alone(text: str) -> None:
    (entry,) = entries_for(
        Tell(text=text), None, new_model(), deps_for(Path("x"), MemoryStore()).knowledge
    )
    assert isinstance(entry, Told)
    assert not set("\x1b\x07\x9b\r\x08") & set(entry.text)
    line = json.dumps(flat(Refused(problem=text, fix="[/admin]")), ensure_ascii=True)
    assert line.isprintable()


# 5. LangGraph, Chroma, OpenAI and Textual take seconds to import.

HEAVY = ("langgraph", "langchain_core", "chromadb", "openai", "textual", "pydantic_settings")


@pytest.mark.slow
@pytest.mark.parametrize(
    "statement",
    [
        "from threatwright import bootstrap, config; config.home(); bootstrap.store()",
        "from threatwright import config; config.settings()",
        "import threatwright.engine.said.answers, threatwright.workflow.events",
        "import threatwright.workflow.jsonl",
        "import threatwright.adapters.store_file",
    ],
)
def test_what_needs_no_workflow_does_not_import_it(statement: str, tmp_path: Path) -> None:
    script = f"import sys; {statement}; print([m for m in {HEAVY} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"THREATWRIGHT_HOME": str(tmp_path), "PATH": ""},
    )
    assert run.stdout.strip() == "[]"


@pytest.mark.slow
@pytest.mark.parametrize(
    "module", ["threatwright.workflow.session", "threatwright.adapters.checkpoints"]
)
def test_whatever_imports_langgraph_first_makes_it_strict_and_silent(module: str) -> None:
    script = (
        f"import {module}, langsmith.utils;"
        "from langgraph.checkpoint.serde._msgpack import STRICT_MSGPACK_ENABLED as strict;"
        "print(strict, langsmith.utils.tracing_is_enabled())"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"LANGSMITH_TRACING": "true", "LANGGRAPH_STRICT_MSGPACK": "false", "PATH": ""},
    )
    assert run.stdout.strip() == "True False"
