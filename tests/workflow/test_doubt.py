"""What is said with doubt, or with a figure, by way of each front end."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path

import pytest

from tests.workflow.talk import MemoryStore, heard, say
from threatwright.cli.line_by_line import converse as line_by_line
from threatwright.engine.derive import begin
from threatwright.engine.text.doubt import without_doubt
from threatwright.knowledge.load import load_knowledge
from threatwright.model.facts import Fact
from threatwright.model.journal import Answered, Source, SourceKind
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Answer, Tell, Undo
from threatwright.workflow.events import Understood
from threatwright.workflow.jsonl import converse as json_lines
from threatwright.workflow.session import Session
from threatwright.workflow.state import Deps

DESCRIPTION = """\
# Fraud scoring

A web shop sends each order to our scoring API, which runs a gradient-boosted model.
Customers on the internet place the orders. We train the model ourselves.
"""
RATE_LIMIT = "inference-endpoint.rate_limit"
DOUBTFUL = "I think the scoring API is limited to about 200 requests a minute per key"
FIGURE = "about 200 requests a minute per key"
IN_DOUBT = "Rate limit of Scoring API: Per caller, said with doubt: taken as an assumption"


@cache
def known() -> Knowledge:
    return load_knowledge()


def a_session() -> Session:
    source = Source(kind=SourceKind.PROSE, name="description.md", text=DESCRIPTION)
    model = begin("Fraud", [source], known())
    return Session(Deps(model, Path("fraud.yaml"), known(), MemoryStore()))


def rate_limit(session: Session) -> Fact | None:
    return session.model.system.fact(*RATE_LIMIT.split("."))


async def test_what_is_told_with_doubt_is_an_assumption_and_stays_a_question() -> None:
    async with a_session() as session:
        await heard(session.start())
        (told, _) = await say(session, Tell(text=DOUBTFUL))
        assert isinstance(told, Understood)
        assert IN_DOUBT in {taken.what for taken in told.taken}
        fact = rate_limit(session)
        assert fact is not None
        assert (fact.value, fact.hedged, fact.is_stated) == ("per-key", True, False)
        assert RATE_LIMIT in session._deps.last.agenda.open  # type: ignore[union-attr]


async def test_what_only_sounds_like_an_answer_is_not_told_as_a_doubt_of_theirs() -> None:
    async with a_session() as session:
        await heard(session.start())
        text = "Rows far off the usual are thrown out before anything learns from them."
        told = await say(session, Answer(question="training.data_validation", text=text))
        assert isinstance(told[0], Understood)
        (about,) = (t for t in told[0].taken if t.what.startswith("Checks on data of Training"))
        assert about.in_doubt
        assert about.what.endswith(", not said outright: taken as an assumption")


async def test_what_is_told_outright_settles_its_question() -> None:
    async with a_session() as session:
        await heard(session.start())
        (told, _) = await say(session, Tell(text=f"The scoring API takes {FIGURE}."))
        assert isinstance(told, Understood)
        assert "Rate limit of Scoring API: Per caller" in {taken.what for taken in told.taken}
        assert RATE_LIMIT not in session._deps.last.agenda.open  # type: ignore[union-attr]
        fact = rate_limit(session)
        assert fact is not None
        assert fact.is_stated


@pytest.mark.parametrize(
    ("text", "value", "is_hedged"),
    [
        (FIGURE, "per-key", False),
        ("roughly 50 rps per customer", "per-key", False),
        ("We allow at most 1000 calls per day and user.", "per-key", False),
        ("I think it is limited per key", "per-key", True),
        ("probably per key", "per-key", True),
        ("per caller, I guess", "per-key", True),
        ("perhaps not at all", "none", True),
        ("not sure, maybe nobody limits it", "none", True),
    ],
)
async def test_an_answer_may_hold_a_figure_or_a_doubt(
    text: str, value: str, is_hedged: bool
) -> None:
    async with a_session() as session:
        await heard(session.start())
        await say(session, Answer(question=RATE_LIMIT, text=text))
        fact = rate_limit(session)
        assert fact is not None
        assert (fact.value, fact.hedged) == (value, is_hedged)


async def test_who_answered_with_doubt_is_not_asked_the_same_again() -> None:
    for text in ("probably per key", "I think it is limited per key"):
        async with a_session() as session:
            await heard(session.start())
            await say(session, Answer(question=RATE_LIMIT, text=text))
            assert RATE_LIMIT not in session._deps.last.agenda.open  # type: ignore[union-attr]


async def test_a_doubtful_choice_keeps_the_words_that_it_was_made_with() -> None:
    async with a_session() as session:
        await heard(session.start())
        await say(session, Answer(question=RATE_LIMIT, text="Probably per key."))
        (entry,) = session.model.journal
        assert isinstance(entry, Answered)
        assert (entry.value, entry.hedged) == ("per-key", True)
        assert entry.text == "Probably per key."


async def test_json_lines_show_at_once_what_was_taken_and_take_it_back() -> None:
    out = io.StringIO()
    lines = io.StringIO(f'{json.dumps({"tell": DOUBTFUL})}\n{{"undo": 1}}\n')
    async with a_session() as session:
        await json_lines(session, lines, out)
        assert rate_limit(session) is None
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    taken = [t["what"] for event in events for t in event.get("taken", ())]
    assert IN_DOUBT in taken
    undone = next(event for event in events if event["event"] == "undone")
    assert undone["note"] == f"Taken back: “{DOUBTFUL}”."


async def test_line_by_line_shows_at_once_what_was_taken_and_takes_it_back() -> None:
    said: list[str] = []
    async with a_session() as session:
        await line_by_line(session, io.StringIO(f"tell {DOUBTFUL}\nundo\n"), said.append, known())
        assert rate_limit(session) is None
    assert any(line.startswith(f"  ? {IN_DOUBT}") for line in said)
    assert f"  Taken back: “{DOUBTFUL}”." in said


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("Probably yes", "yes"),
        ("I think so.", "yes"),
        ("I don't think so", "no"),
        ("yes, I think", "yes"),
        ("2?", "2"),
        ("I believe that it's 2", "2"),
        ("as far as I know, nobody", "nobody"),
        ("yes", None),
        ("probably", None),
        ("?", None),
        ("we think about limits every day", None),
    ],
)
def test_a_doubt_is_told_from_what_it_is_about(text: str, sure: str | None) -> None:
    assert without_doubt(text) == sure


async def test_undo_takes_back_what_was_told() -> None:
    async with a_session() as session:
        await heard(session.start())
        before = session.model.system
        await say(session, Tell(text=DOUBTFUL), Undo())
        assert session.model.system == before
