"""Forms of the examples, with the knowledge that ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exchange import forms
from threatwright import resources
from threatwright.engine.derive import begin
from threatwright.engine.interview.planner import open_questions
from threatwright.exchange import form
from threatwright.exchange.form_content import Asked, Printed, Reply, to_print
from threatwright.exchange.form_reply import said_in
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Answer
from threatwright.model.terms import Coverage, FactClass, Role

SAMPLES = sorted(
    path.parent for path in (resources.folder("knowledge") / "samples").glob("*/description.md")
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(params=SAMPLES, ids=lambda folder: str(folder.name), scope="module")
def model(request: pytest.FixtureRequest, knowledge: Knowledge) -> ThreatModel:
    folder: Path = request.param
    text = (folder / "description.md").read_text(encoding="utf-8")
    source = Source(kind=SourceKind.PROSE, name="description.md", text=text)
    return begin(folder.name, [source], knowledge)


def all_asked(printed: Printed) -> list[Asked]:
    return [asked for group in printed.groups for asked in group.asked]


def test_a_favourable_answer_about_a_control_is_never_proposed(
    model: ThreatModel, knowledge: Knowledge
) -> None:
    for asked in all_asked(to_print(model, knowledge)):
        if knowledge.fact_entries[asked.question.fact].fact_class is FactClass.CONTROL:
            assert asked.proposed is None or asked.proposed.coverage is Coverage.NONE


def test_every_open_question_is_in_the_form_of_one_role(
    model: ThreatModel, knowledge: Knowledge
) -> None:
    by_role = [
        asked.question.id for role in Role for asked in all_asked(to_print(model, knowledge, role))
    ]
    assert sorted(by_role) == sorted(q.id for q in open_questions(model, knowledge))


def test_questions_stand_by_element_and_the_most_valuable_of_each_first(
    model: ThreatModel, knowledge: Knowledge
) -> None:
    printed = to_print(model, knowledge)
    firsts = []
    for group in printed.groups:
        values = [asked.question.value for asked in group.asked]
        assert values == sorted(values, reverse=True)
        assert len({asked.question.element for asked in group.asked}) == 1
        firsts.append(values[0])
    assert firsts == sorted(firsts, reverse=True)
    assert [asked.number for asked in all_asked(printed)] == list(range(1, printed.total + 1))


@pytest.mark.parametrize("format_", form.FORMS, ids=lambda entry: entry.name)
def test_a_form_comes_back_as_it_went_out_in_every_format(
    model: ThreatModel, knowledge: Knowledge, format_: form.FormFormat
) -> None:
    printed = to_print(model, knowledge)
    content = format_.write(printed)
    found = forms.read(
        content.decode() if format_.is_text else content, f"f{format_.extensions[0]}"
    )
    assert found.blank == tuple(asked.question.id for asked in all_asked(printed))
    assert (found.said, found.notes, found.by, found.stamp) == ((), (), "", printed.stamp)


def test_every_choice_of_every_question_is_understood_as_each_format_writes_it(
    knowledge: Knowledge,
) -> None:
    for fact in knowledge.facts:
        for choice in fact.choices:
            for words in (choice.value, choice.label, f"{choice.value}: {choice.label}"):
                reply = Reply(f"x.{fact.key}", "line 1", (words,))
                said = [Answer(question=reply.question, value=choice.value)]
                assert said_in(reply, fact, is_by_hand=True) == (said, [])
