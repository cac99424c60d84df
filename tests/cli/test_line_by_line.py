from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest

from threatwright.cli.line_by_line import converse, said_of, shown
from threatwright.model.interview import Progress, Question
from threatwright.model.knowledge import Choice
from threatwright.model.said import Answer, DontKnow, Said, Skip, Stop, Taken, Tell, Undo
from threatwright.model.terms import Role
from threatwright.workflow.events import (
    Asked,
    Drafted,
    Event,
    Finished,
    Refused,
    Understood,
)

QUESTION = Question(
    id="api.authentication",
    element="api",
    element_name="API",
    fact="authentication",
    text="Who may call API?",
    why="Strangers can probe it.",
    decides=("Anyone copies the model",),
    choices=(Choice(value="none", label="Anyone"), Choice(value="key", label="Holders of a key")),
    proposed="none",
    role=Role.DEVOPS,
    value=3.0,
)
ASKED = Asked(question=QUESTION, progress=Progress(answered=1, open=2, coverage=0.25))


class Scripted:
    """A session that asks until it is told to stop, and refuses what it is told to refuse."""

    def __init__(self, *refused: Said) -> None:
        self.heard: list[Said] = []
        self.refused = refused
        self.is_drafted = False

    async def start(self) -> AsyncIterator[Event]:
        yield ASKED

    async def send(self, said: Said) -> AsyncIterator[Event]:
        self.heard.append(said)
        if said in self.refused:
            yield Refused(problem="No.", fix="Say something else.")
        elif self.is_drafted:
            yield Finished(file="x.threatmodel.yaml")
        elif isinstance(said, Stop):
            self.is_drafted = True
            yield Drafted(threats=2, by_level={"critical": 0, "high": 2}, open_questions=1)
        else:
            yield Understood(taken=(Taken(what="Key: yes", source="answer:1"),), note="Noted.")
            yield ASKED


async def conversation(typed: str, *refused: Said) -> tuple[list[Said], list[str]]:
    session, said = Scripted(*refused), list[str]()
    await converse(session, io.StringIO(typed), said.append)
    return session.heard, said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2\n", Answer(text="2")),
        ("  only holders of a key \n", Answer(text="only holders of a key")),
        ("\n", Answer(default=True)),
        ("?\n", DontKnow()),
        ("Skip\n", Skip()),
        ("undo\n", Undo()),
        ("tell there is a cache\n", Tell(text="there is a cache")),
        ("stop\n", Stop()),
        ("quit\n", Stop()),
    ],
)
def test_a_line_is_an_answer_or_one_of_the_commands(line: str, said: Said) -> None:
    assert said_of(line) == said


def test_a_question_is_shown_with_its_reason_and_its_choices() -> None:
    assert list(shown(ASKED)) == [
        "",
        "2 questions left; 25% of the risk is settled.",
        "",
        "Who may call API?",
        "  Why: Strangers can probe it.",
        "  It decides: Anyone copies the model",
        "  1  Anyone  (proposed)",
        "  2  Holders of a key",
        "A number or your own words · Enter takes the proposed · ? don't know · skip · undo · "
        "tell … · stop",
    ]


async def test_a_conversation_ends_with_the_file() -> None:
    heard, said = await conversation("2\nstop\n")
    assert heard == [Answer(text="2"), Stop(), Stop()]
    assert said[-2:] == ["2 threats: 2 high", "The model is in x.threatmodel.yaml."]
    assert "  + Key: yes" in said


async def test_the_end_of_the_input_is_a_stop() -> None:
    heard, _ = await conversation("2\n")
    assert heard == [Answer(text="2"), Stop(), Stop()]


async def test_after_a_refusal_the_question_goes_on_waiting() -> None:
    heard, said = await conversation("x\n1\n", Answer(text="x"))
    assert heard == [Answer(text="x"), Answer(text="1"), Stop(), Stop()]
    assert "  Say something else." in said
