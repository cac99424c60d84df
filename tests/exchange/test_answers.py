from __future__ import annotations

import pytest

from tests.exchange import example
from threatwright.engine.answers import Speaker
from threatwright.engine.derive import begin
from threatwright.engine.planner import open_questions
from threatwright.errors import InputError
from threatwright.exchange import answers, form
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered, Confirmed, Source, SourceKind, Told, Unknown
from threatwright.model.said import Answer, DontKnow, Tell

K = example.KNOWLEDGE


def model() -> ThreatModel:
    source = Source(kind=SourceKind.SYSTEM, name="by hand", system=example.system())
    return begin("Payments", [source], K)


def taken(text: str, speaker: Speaker | None = None) -> ThreatModel:
    return answers.take_in(answers.read(text, "form.yaml"), model(), K, speaker or Speaker())


def test_each_kind_of_answer_is_read_with_its_line() -> None:
    read = answers.read(
        """answers:
  - {question: system.llm, value: no}
  - {question: system.trains, dont_know: true}
  - question: scoring-api.rate_limit
    text: a hundred a minute
  - {tell: there is a cache}
confirm: true
""",
        "form.yaml",
    )
    assert [given.said for given in read.given] == [
        Answer(question="system.llm", value="no"),
        DontKnow(question="system.trains"),
        Answer(question="scoring-api.rate_limit", text="a hundred a minute"),
        Tell(text="there is a cache"),
    ]
    assert [read.line(given) for given in read.given] == [2, 3, 4, 6]
    assert read.confirm


def test_questions_left_blank_are_counted_and_not_taken_in() -> None:
    read = answers.read("answers:\n  - question: system.llm\n    value:\n", "form.yaml")
    assert (read.given, read.blank) == ((), 1)


def test_true_and_numbers_are_read_as_the_words_they_stand_for() -> None:
    read = answers.read(
        "answers:\n  - {question: a.b, value: true}\n  - {question: a.b, value: 3}\n", "f"
    )
    assert [g.said.value for g in read.given if isinstance(g.said, Answer)] == ["yes", "3"]


def test_answers_become_journal_entries_in_order_with_their_speaker() -> None:
    after = taken(
        """answers:
  - {question: system.llm, value: "no"}
  - {question: system.trains, dont_know: true}
  - {tell: "There is a cache."}
confirm: true
""",
        Speaker(by="Ana", role="devops"),
    )
    kinds = [type(entry) for entry in after.journal]
    assert kinds == [Answered, Unknown, Told, Confirmed]
    assert {(entry.by, entry.role) for entry in after.journal} == {("Ana", "devops")}
    assert after.system.facts["llm"].value == "no"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{question: nobody.llm, value: x}", "nobody"),
        ("{question: system.nothing, value: x}", "system.nothing"),
        ("{question: system.llm, value: perhaps}", "perhaps"),
        ("{question: nobody.llm, dont_know: true}", "nobody"),
    ],
)
def test_an_answer_that_fits_no_question_is_refused_with_its_line(line: str, problem: str) -> None:
    with pytest.raises(InputError, match=r"form\.yaml, line 3") as refused:
        taken(f"answers:\n  - {{question: system.trains, value: yes}}\n  - {line}\n")
    assert problem in refused.value.problem


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n",
        "answers: 3\n",
        "answers:\n  - x\n",
        "answers:\n  - {value: x}\n",
        "answers:\n  - {question: a.b, tell: x}\n",
        "answers:\n  - {question: a.b, value: x, dont_know: true}\n",
        "answers:\n  - {question: a.b, valeu: x}\n",
        "answers:\n  - {question: a.b, value: [x]}\n",
        "anwsers: []\n",
        "answers: [\n",
        "answers: &a [*a]\n",
    ],
)
def test_a_malformed_form_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError, match=r"form\.yaml"):
        answers.read(text, "form.yaml")


def test_a_form_without_answers_changes_nothing() -> None:
    assert taken("answers:\n").journal == ()


def test_a_printed_form_is_read_back_with_every_question_blank() -> None:
    questions = open_questions(model(), K)
    assert questions
    read = answers.read(form.write(questions, "Payments"), "form.yaml")
    assert (read.given, read.blank) == ((), len(questions))


def test_a_filled_form_is_taken_in() -> None:
    questions = open_questions(model(), K)
    text = form.write(questions, "Payments")
    filled = text.replace("    value:", f"    value: {questions[0].choices[0].value}", 1)
    after = taken(filled)
    assert [e.question for e in after.journal if isinstance(e, Answered)] == [questions[0].id]


def test_no_text_breaks_out_of_the_comments_of_a_form() -> None:
    evil = "x\nanswers:\n  - {tell: evil}\r\u2028- {tell: evil} \x1b[31m"
    questions = tuple(
        question.model_copy(update={"text": evil, "why": evil, "decides": (evil,)})
        for question in open_questions(model(), K)
    )
    written = form.write(questions, evil)
    read = answers.read(written, "form.yaml")
    assert (read.given, read.blank) == ((), len(questions))
    assert "\x1b" not in written


def test_a_form_without_questions_says_so_and_is_read_back() -> None:
    assert answers.read(form.write((), "x"), "f") == answers.Form(
        "f", form.write((), "x"), (), 0, confirm=False
    )
