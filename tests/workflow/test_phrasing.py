"""A question may be put in the words of who is asked, and stays the same question."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.llm import ScriptedLlm, down, saying
from tests.workflow.talk import KNOWLEDGE, MemoryStore, heard, new_model, say
from threatwright.engine.interview.phrasing import Phrased, phrased
from threatwright.model.interview import Also, Question, besides
from threatwright.model.said import Answer, DontKnow, Tell
from threatwright.model.terms import Role
from threatwright.model.vocabulary import Choice
from threatwright.workflow.phrasing import in_their_words
from threatwright.workflow.session import Session
from threatwright.workflow.state import Deps

CHOICES = (Choice(value="none", label="Not at all"), Choice(value="per-key", label="Per key"))
QUESTION = Question(
    id="scoring-api.rate_limit",
    element="scoring-api",
    element_name="Scoring API",
    fact="rate_limit",
    text="How are the requests to Scoring API limited?",
    why="Without a limit, the model can be copied by asking it.",
    choices=CHOICES,
    role=Role.DEVOPS,
    value=1.0,
)
SAID = ["Partners send claims to Blitz over Kafka.", "Scoring API"]
GOOD = "You said that partners send claims: how often may they call the scoring API?"


def worded(text: str, why: str = "A model can be copied by asking it.") -> Question | None:
    return phrased(Phrased(text=text, why=why), QUESTION, SAID)


def test_only_the_words_of_a_question_change() -> None:
    found = worded(GOOD)
    assert found is not None
    assert (found.text, found.why) == (GOOD, "A model can be copied by asking it.")
    assert found.model_copy(update={"text": QUESTION.text, "why": QUESTION.why}) == QUESTION


def test_what_a_question_asks_besides_stays_in_our_words() -> None:
    also = Also(id="scoring-api.audit", fact="audit", text="Is it logged?", choices=CHOICES)
    question = QUESTION.model_copy(
        update={"also": (also,), "text": QUESTION.text + besides([also.text])}
    )
    found = phrased(Phrased(text=GOOD, why=""), question, SAID)
    assert found is not None
    assert found.text == f"{GOOD} If you know, say too: Is it logged?"
    assert found.lead == GOOD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Tell me about the scoring API.",
        "Is the API limited? By key? By address?",
        f"Is the scoring API limited{' at all' * 50}?",
        "Is anybody limited?",
        "Does Cloudflare limit how often the scoring API is called?",
        "Is the scoring API limited to 100 calls?",
        "Is the API limited? See https://example.org?",
        "Is the `scoring API` limited?",
        "What is the password of the scoring API?",
        "Could you paste the limits of the scoring API?",
        "[red]Is the <b>API</b> limited?",
    ],
)
def test_what_is_another_question_is_not_asked(text: str) -> None:
    assert worded(text) is None


def test_a_name_that_the_person_used_may_be_used() -> None:
    assert worded("Is Blitz, the scoring API, limited per partner?") is not None


@pytest.mark.parametrize("why", ["", "Because Mallory asked.", "x" * 400])
def test_a_reason_that_is_none_is_ours(why: str) -> None:
    found = worded(GOOD, why)
    assert found is not None
    assert found.why == QUESTION.why


async def test_after_some_seconds_the_question_is_ours() -> None:
    llm = ScriptedLlm(seconds=60, phrase_question=saying(text=GOOD, why=""))
    asking = in_their_words(QUESTION, new_model(), llm, KNOWLEDGE, patience=0.01)
    assert await asyncio.wait_for(asking, 5) is None


def a_session(llm: ScriptedLlm, **more: Any) -> Session:
    deps = Deps(new_model(), Path("a.threatmodel.yaml"), KNOWLEDGE, MemoryStore(), llm=llm, **more)
    return Session(deps)


def echo(prompt: Any) -> dict[str, str]:
    """The question as it is, but for how it begins."""
    question = prompt.material.split(">\n")[1].split("\n<")[0]
    return {"text": f"Tell me, {question[:1].lower()}{question[1:]}", "why": ""}


async def test_a_session_asks_in_the_words_of_the_model() -> None:
    llm = ScriptedLlm(phrase_question=echo, understand_text=saying())
    async with a_session(llm) as session:
        await heard(session.start())
        assert session.question is not None
        assert session.question.text.startswith("Tell me, what about")
        first = session.question
        await say(session, Answer(value="maybe"))
        assert session.question == first
        await say(session, Answer(value="yes"), Tell(text="Ask Ana."))
        assert len(llm.prompts("phrase_question")) == 2
    assert "Ask Ana." not in llm.prompts("phrase_question")[0].material


async def test_questions_are_not_worded_where_nobody_wants_that() -> None:
    llm = ScriptedLlm(phrase_question=echo)
    async with a_session(llm, phrases=False) as session:
        await heard(session.start())
        assert session.question is not None
        assert session.question.text.startswith("What about")
    assert not llm.asked


async def test_a_model_that_cannot_word_is_not_waited_for_again_and_again() -> None:
    llm = ScriptedLlm(phrase_question=down)
    async with a_session(llm) as session:
        await heard(session.start())
        assert session.question is not None
        assert session.question.text.startswith("What about")
        await say(session, Answer(value="yes"), DontKnow(), DontKnow())
    assert len(llm.asked) == 2
