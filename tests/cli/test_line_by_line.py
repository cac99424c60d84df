from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.workflow.talk import KNOWLEDGE, MemoryStore, new_model
from threatwright.cli import line_commands
from threatwright.cli.line_by_line import converse
from threatwright.cli.line_commands import Change, Command, Deeper, Show, Strike, TakeBack, read
from threatwright.cli.line_words import HELP, listed, shown
from threatwright.exchange.history import Input
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Also, Progress, Question, Rest, besides
from threatwright.model.said import (
    Answer,
    DontKnow,
    Said,
    SetDepth,
    Skip,
    Stop,
    Taken,
    Tell,
    Undo,
)
from threatwright.model.terms import Depth, Role
from threatwright.model.vocabulary import Choice
from threatwright.workflow.events import (
    Asked,
    DepthSet,
    Drafted,
    Event,
    Finished,
    Refused,
    Understood,
)
from threatwright.workflow.session import Session
from threatwright.workflow.state import Deps

LIMIT = Also(
    id="api.rate_limit",
    fact="rate_limit",
    text="Is API limited?",
    choices=(Choice(value="none", label="Not at all"), Choice(value="all", label="Per key")),
)
QUESTION = Question(
    id="api.authentication",
    element="api",
    element_name="API",
    fact="authentication",
    text="Who may call API?",
    why="Strangers can probe it.",
    decides=("Anyone copies the model",),
    told=("Authentication of Portal: A key",),
    choices=(Choice(value="none", label="Anyone"), Choice(value="key", label="Holders of a key")),
    proposed="none",
    role=Role.DEVOPS,
    value=3.0,
)
JOINED = QUESTION.model_copy(
    update={"text": QUESTION.text + besides([LIMIT.text]), "also": (LIMIT,)}
)
ASKED = Asked(question=QUESTION, progress=Progress(answered=1, open=2, coverage=0.25))
CUT = Rest(worth=7, little=3, best="Who may call API?", depth=Depth.QUICK, is_cut=True)


def drafted(rest: Rest = CUT) -> Drafted:
    return Drafted(threats=2, by_level={"critical": 0, "high": 2}, open_questions=1, rest=rest)


class Scripted:
    """A session that asks until it is told to stop, and refuses what it is told to refuse."""

    def __init__(self, *refused: Said, drafts_at_once: bool = False) -> None:
        self.heard: list[Said] = []
        self.refused = refused
        self.drafts_at_once = drafts_at_once
        self.is_drafted = False
        self.model: ThreatModel = new_model()

    async def start(self) -> AsyncIterator[Event]:
        self.is_drafted = self.drafts_at_once
        yield drafted() if self.drafts_at_once else ASKED

    async def send(self, said: Said) -> AsyncIterator[Event]:
        self.heard.append(said)
        if said in self.refused:
            yield Refused(problem="No.", fix="Say something else.")
        elif isinstance(said, SetDepth):
            self.is_drafted = False
            yield DepthSet(depth=said.depth, open=7)
        elif self.is_drafted:
            yield Finished(file="x.threatmodel.yaml")
            return
        elif isinstance(said, Stop):
            self.is_drafted = True
            yield drafted()
            return
        else:
            yield Understood(taken=(Taken(what="Key: yes", source="answer:1"),), note="Noted.")
        yield ASKED


async def conversation(typed: str, *refused: Said, **how: bool) -> tuple[list[Said], list[str]]:
    session, said = Scripted(*refused, **how), list[str]()
    await converse(session, io.StringIO(typed), said.append, KNOWLEDGE)
    return session.heard, said


async def real(*lines: str) -> tuple[Session, list[str]]:
    """What a real session on a small system says to these lines, the drawing first."""
    said: list[str] = []
    store = MemoryStore()
    deps = Deps(new_model(), Path("a.yaml"), KNOWLEDGE, store, shows_drawing=True)
    async with Session(deps) as session:
        typed = io.StringIO("".join(f"{line}\n" for line in lines))
        await converse(session, typed, said.append, KNOWLEDGE)
    return session, said


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
        ("depth thorough\n", SetDepth(depth=Depth.THOROUGH)),
        ("depth of field\n", Answer(text="depth of field")),
        ("no 2 keys\n", Answer(text="no 2 keys")),
        ("stop\n", Stop()),
        ("quit\n", Stop()),
    ],
)
def test_a_line_is_an_answer_or_one_of_the_commands(line: str, said: Said) -> None:
    assert read(line, QUESTION) == line_commands.Say((said,))


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("history", Show("history")),
        (":history", Show("history")),
        ("drawing", Show("drawing")),
        ("help", Show("help")),
        ("d", Deeper()),
        ("no 2", Strike(2)),
        ("change 3 Only staff, I think", Change(3, "Only staff, I think")),
        ("change 3", Change(3, "")),
        ("back 3", TakeBack(3)),
    ],
)
def test_a_command_looks_or_goes_back(line: str, command: Command) -> None:
    assert read(line) == command


def test_choices_by_letter_answer_the_parts_of_a_question() -> None:
    lead = Answer(question="api.authentication", value="key")
    part = Answer(question="api.rate_limit", value="all")
    assert read("2 b2", JOINED) == line_commands.Say((lead, part))
    assert read("b2, a2", JOINED) == line_commands.Say((lead, part))
    assert read("b2", JOINED) == line_commands.Say((part,))
    for words in ("b3", "c1", "b2 or so", "2"):
        assert read(words, JOINED) == line_commands.Say((Answer(text=words),))


def test_a_question_is_shown_with_its_reason_and_its_choices() -> None:
    assert list(shown(ASKED)) == [
        "",
        "2 questions left (standard); 25% of the risk is settled.",
        "",
        "Who may call API?",
        "  Why: Strangers can probe it.",
        "  Known already: Authentication of Portal: A key",
        "  It decides: Anyone copies the model",
        "  1  Anyone  (proposed)",
        "  2  Holders of a key",
        "A number or your own words · Enter takes the proposed · ? don't know · skip · undo · "
        "help · stop",
    ]


def test_what_a_question_asks_besides_stands_below_it_with_its_choices() -> None:
    lines = list(shown(ASKED.model_copy(update={"question": JOINED})))
    assert lines[3] == "Who may call API?"
    assert lines[9:11] == [
        "  And, if you know:",
        "  b  Is API limited?  b1 Not at all · b2 Per key",
    ]


def test_what_an_answer_settled_besides_is_told_by_name() -> None:
    names = tuple(f"Limit {n}" for n in range(1, 8))
    event = Understood(retired=tuple(f"a.{n}" for n in range(1, 8)), retired_names=names)
    assert list(shown(event)) == [
        "  Settled too: Limit 1, Limit 2, Limit 3, Limit 4, Limit 5 and 2 more."
    ]


def test_what_is_only_assumed_is_not_told_as_if_it_was_said() -> None:
    event = Understood(taken=(Taken(what="A cache", quote="x", source="assumed:people"),))
    assert list(shown(event)) == ["  ? A cache  “x”"]


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        (CUT, "This was a quick interview; 7 questions are still worth asking: type d to go on."),
        (
            Rest(worth=0, little=12, best="Who may call API?"),
            "12 further questions would change little: the most valuable is “Who may call API?”",
        ),
        (
            Rest(worth=1, little=3, best="Who may call API?"),
            "1 question is still worth asking, first of all “Who may call API?”",
        ),
        (Rest(worth=0, little=0), "Nothing is left to ask."),
    ],
)
def test_an_interview_that_ends_says_what_it_did_not_ask(rest: Rest, told: str) -> None:
    assert list(shown(drafted(rest)))[-1] == told


async def test_a_conversation_ends_with_the_file() -> None:
    heard, said = await conversation("2\nstop\n")
    assert heard == [Answer(text="2"), Stop(), Stop()]
    assert "2 threats: 2 high" in said
    assert said[-1] == "The model is in x.threatmodel.yaml."
    assert "  + Key: yes" in said


async def test_the_end_of_the_input_is_a_stop() -> None:
    heard, _ = await conversation("2\n")
    assert heard == [Answer(text="2"), Stop(), Stop()]


async def test_after_a_refusal_the_question_goes_on_waiting() -> None:
    heard, said = await conversation("x\n1\n", Answer(text="x"))
    assert heard == [Answer(text="x"), Answer(text="1"), Stop(), Stop()]
    assert "  Say something else." in said


async def test_an_interview_that_ended_by_itself_can_go_deeper() -> None:
    heard, said = await conversation("d\n2\n", drafts_at_once=True)
    assert heard[:2] == [SetDepth(depth=Depth.STANDARD), Answer(text="2")]
    assert "  From now on a standard interview: 7 questions worth asking." in said


async def test_enter_ends_an_interview_that_ended_by_itself() -> None:
    heard, said = await conversation("\n", drafts_at_once=True)
    assert heard == [Stop()]
    assert said[-1] == "The model is in x.threatmodel.yaml."


async def test_the_drawing_comes_first_and_enter_confirms_it() -> None:
    session, said = await real("", "stop")
    drawn = said.index("│ ?1 Training                       │ │")
    asked = next(at for at, line in enumerate(said) if line.startswith("Is the system drawn"))
    assert drawn < asked
    assert [entry.type for entry in session.model.journal] == ["confirmed"]


async def test_the_drawing_is_corrected_by_a_sentence_or_a_number_and_shown_again() -> None:
    session, said = await real("there is also a database", "no 1", "", "stop")
    assert [entry.type for entry in session.model.journal] == ["told", "removed", "confirmed"]
    assert sum(line.startswith("╭─ The internet") for line in said) == 3
    assert not any(c.id == "training" for c in session.model.system.components)


async def test_a_part_that_is_not_in_the_drawing_cannot_be_struck_out() -> None:
    _, said = await real("no 7")
    assert "  There is no part ?7 in the drawing." in said


async def test_an_earlier_answer_is_changed_after_its_effect_was_shown() -> None:
    session, said = await real("", "1", "1", "history", "change 2 2", "", "undo")
    changed = session.model.journal[2:]
    assert [entry.type for entry in changed] == ["answered", "answered", "retracted"]
    assert changed[1].instead == (2,)  # type: ignore[union-attr]
    assert "Enter does it, n leaves everything as it was." in said
    assert any(line.startswith("    2  Api · Variable cost: Yes") for line in said)
    assert any("goes" in line for line in said)


async def test_an_earlier_answer_that_is_looked_at_stays_as_it_was() -> None:
    session, said = await real("", "1", "change 2 ?", "n", "change 2", "change 1 x", "change 9 x")
    assert [entry.type for entry in session.model.journal] == ["confirmed", "answered"]
    assert "  Nothing was changed." in said
    assert "  It was: Yes. Type `change 2 ANSWER`." in said
    assert "  That is no answer to a question." in said
    assert "  There is no input 9." in said


async def test_one_earlier_input_is_taken_back_alone() -> None:
    session, _ = await real("", "1", "skip", "back 2", "")
    last = session.model.journal[-1]
    assert (last.type, last.entry) == ("retracted", 2)  # type: ignore[union-attr]


def test_the_history_is_numbered() -> None:
    entry = Input(topic="API · limit", said="none", steps=1, n=4)
    assert next(iter(listed([entry]))) == "    1  API · limit: none"
    assert list(listed([])) == ["  Nothing was answered yet."]


async def test_help_and_drawing_can_be_looked_at_any_time() -> None:
    heard, said = await conversation("help\ndrawing\n")
    assert heard == [Stop(), Stop()]
    assert HELP in said
    assert any(line.startswith("╭─ The internet") for line in said)
