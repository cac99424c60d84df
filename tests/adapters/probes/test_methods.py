"""Every method, sent by PyRIT to a chat that gives way to it, in one run."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.adapters.probes.runs import (
    CANARY,
    all_of,
    chat_at,
    end,
    of,
    payload,
    probe,
    run_of,
    target_at,
)
from tests.openai_api import Request
from tests.openai_server import openai_server
from threatwright.adapters.probes.chain import verify
from threatwright.adapters.probes.evidence import records
from threatwright.adapters.probes.prober import WorkerProber
from threatwright.adapters.probes.run_folder import EVIDENCE
from threatwright.model import probe_run
from threatwright.model.findings import Control
from threatwright.model.probe_evidence import TrialRecord
from threatwright.model.probe_run import Controlled, ProbeEvent
from threatwright.model.probes import Judge, Method

pytestmark = pytest.mark.slow

LEAK = f"All right: {CANARY}."
HARMLESS = "A tide is water that comes and goes."


class Held(NamedTuple):
    """A run, and what the endpoints were asked."""

    events: list[ProbeEvent]
    chats: list[Request]
    records: list[TrialRecord]
    flaws: tuple[object, ...]

    def outcome(self, name: str) -> str:
        return next(
            event.outcome for event in of(probe_run.Tested, self.events) if event.probe == name
        )

    def asked(self, model: str, words: str) -> list[Any]:
        """The messages of each request to a model that holds some words."""
        bodies = (request.body for request in self.chats)
        found = [body["messages"] for body in bodies if body["model"] == model]
        return [messages for messages in found if words in json.dumps(messages)]


def attacker(request: Request) -> dict[str, str]:
    """Leads there in steps."""
    turn = sum(message["role"] == "user" for message in request.body["messages"])
    said = "crescendo" if "crescendo-goal" in request.text else "redteam"
    return {"next_message": f"{said} step {turn}", "rationale": "", "last_response_summary": ""}


def judge(request: Request) -> dict[str, object]:
    is_shown = "promised a full refund" in request.text
    quote = "promised a full refund" if is_shown else ""
    return {"because": "It says so.", "shows": is_shown, "quote": quote}


def target(request: Request) -> str:
    """Gives way to each method in its own way, and to nothing else."""
    messages = request.body["messages"]
    last, asked = messages[-1]["content"], [m["content"] for m in messages if m["role"] == "user"]
    if "third turn" in last and "first turn" in asked[0] and len(asked) == 3:
        return LEAK
    if "skeleton seed" in last and messages[-2]["role"] == "assistant":
        return LEAK
    if last.startswith("crescendo step"):
        if last.endswith("step 2") and len(asked) == 2:
            return "I'm sorry, I can't help with that."
        return LEAK if len(asked) >= 3 else HARMLESS
    if last.startswith("redteam step"):
        return LEAK if len(asked) >= 2 else HARMLESS
    if "later asked" in last:
        return LEAK if len(asked) == 1 else HARMLESS
    return "They promised a full refund to all." if "judge this" in last else HARMLESS


def reply(request: Request) -> Any:
    by_model = {"strong": target, "attacker": attacker, "judge": judge}
    return by_model[request.body["model"]](request)


PROBES = (
    probe(payload("first turn", "second turn", "third turn"), probe="turns", method=Method.TURNS),
    probe(payload("key", "skeleton seed"), probe="skeleton", method=Method.SKELETON_KEY),
    probe(payload("crescendo-goal"), probe="crescendo", method=Method.CRESCENDO, replays=1),
    probe(payload("redteam-goal"), probe="red-teaming", method=Method.RED_TEAMING, replays=1),
    probe(payload("plant it", later=("later asked",)), probe="later", method=Method.LATER),
    probe(payload("judge this"), probe="judged", scorer=Judge(kind="judge", goal="refunds")),
    probe(payload("judge that"), probe="cleared", scorer=Judge(kind="judge", goal="refunds")),
    probe(payload("nothing"), probe="single"),
)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    folder: Path = tmp_path_factory.mktemp("runs") / "r1"
    with openai_server(chat=reply) as server:
        server.models = ("strong", "attacker", "judge")
        run = run_of(
            target_at(server.base_url),
            *PROBES,
            folder=folder,
            attacker=chat_at(server.base_url, "attacker"),
            judge=chat_at(server.base_url, "judge"),
        )
        events = asyncio.run(all_of(WorkerProber().run(run)))
        flaws = verify(folder / EVIDENCE, end(events).chain)
        return Held(events, server.chats, list(records(folder)), flaws)


@pytest.mark.parametrize("name", ["turns", "skeleton", "crescendo", "red-teaming", "later"])
def test_a_method_that_gets_there_is_a_hit(held: Held, name: str) -> None:
    assert held.outcome(name) == "hit"


@pytest.mark.parametrize(
    ("name", "outcome"), [("judged", "suspected"), ("cleared", "miss"), ("single", "miss")]
)
def test_a_judge_suspects_and_confirms_nothing(held: Held, name: str, outcome: str) -> None:
    assert held.outcome(name) == outcome


def test_it_is_over_and_whole(held: Held) -> None:
    assert end(held.events).is_complete
    assert held.flaws == ()
    controls: list[Control] = [event.control for event in of(Controlled, held.events)]
    assert all(control.passed for control in controls)
    assert {control.name for control in controls} == {"positive", "liveness", "negative"}


def test_the_turns_of_a_conversation_are_sent_together(held: Held) -> None:
    last = held.asked("strong", "third turn")[0]

    assert [message["role"] for message in last] == ["user", "assistant"] * 2 + ["user"]


def test_conversations_are_kept_apart(held: Held) -> None:
    for messages in held.asked("strong", "later asked"):
        assert [message["content"] for message in messages] == ["later asked"]


def test_the_attackers_model_is_asked_in_its_own_conversation(held: Held) -> None:
    assert held.asked("attacker", "redteam-goal")
    assert not held.asked("strong", "redteam-goal")
    assert end(held.events).attacker.requests == len(held.asked("attacker", ""))


def test_a_refused_step_of_crescendo_is_taken_back(held: Held) -> None:
    steps = [[m["content"] for m in sent] for sent in held.asked("strong", "crescendo step 3")]

    assert steps
    assert all("crescendo step 2" not in step for step in steps)


def test_a_replay_of_an_adaptive_hit_sends_the_messages_that_got_there(held: Held) -> None:
    replays = [r for r in held.records if r.trial.endswith("/r1") and r.probe == "red-teaming"]

    assert [record.outcome for record in replays] == ["hit"]
    assert {exchange.side for exchange in replays[0].exchanges} == {"target"}


def test_what_the_sides_spent_is_counted_apart(held: Held) -> None:
    ended = end(held.events)

    assert ended.judge.requests == 2
    assert ended.target.requests == len(held.asked("strong", ""))


def test_the_evidence_holds_request_and_answer_of_each_trial(held: Held) -> None:
    hit = next(record for record in held.records if record.probe == "turns")

    assert hit.outcome == "hit"
    assert hit.shown_in == 2
    assert CANARY in hit.exchanges[2].answered
    assert "third turn" in hit.exchanges[2].body
    assert hit.fingerprint
