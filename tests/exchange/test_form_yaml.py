from __future__ import annotations

import pytest

from tests.exchange import example, forms
from tests.exchange.forms import AUDIT, COST, LIMIT, Fill, printed, read, yaml
from threatwright.errors import InputError
from threatwright.exchange import form_yaml
from threatwright.exchange.form_content import Remark, Reply


def said(text: str) -> list[Reply | Remark]:
    return list(read(text, "form.yaml").said)


def test_each_kind_of_answer_is_read_with_its_line() -> None:
    text = """answers:
  - {question: system.llm, value: no}
  - {question: system.trains, dont_know: true}
  - question: scoring-api.rate_limit
    text: a hundred a minute
  - {tell: there is a cache}
confirm: true
"""
    assert said(text) == [
        Reply("system.llm", "line 2", ("no",)),
        Reply("system.trains", "line 3", is_unknown=True),
        Reply("scoring-api.rate_limit", "line 4", text="a hundred a minute"),
        Remark("there is a cache", "line 6"),
    ]
    assert read(text, "form.yaml").confirm


def test_what_is_known_of_other_parts_stands_with_the_question() -> None:
    question = printed().groups[-1].asked[0].question
    known = question.model_copy(update={"told": ("Rate limit of Portal: Per caller",)})
    told = form_yaml.write(forms.of_one(known)).decode()
    assert "# Known already: Rate limit of Portal: Per caller\n" in told
    assert said(told) == []


def test_a_form_that_nobody_filled_is_all_blank() -> None:
    found = read(yaml({}), "form.yaml")
    assert (found.said, found.by, len(found.blank)) == ((), "", printed().total)


def test_a_filled_form_says_who_filled_it_and_what() -> None:
    text = yaml({LIMIT: Fill("some", "at night"), AUDIT: Fill("don't know")}, by="Ana")
    found = {r.question: r for r in said(text) if isinstance(r, Reply)}
    assert read(text, "form.yaml").by == "Ana"
    assert (found[LIMIT].picked, found[LIMIT].text) == (("some",), "at night")
    assert found[AUDIT].is_unknown


def test_true_and_numbers_are_read_as_the_words_they_stand_for() -> None:
    text = "answers:\n  - {question: a.b, value: true}\n  - {question: a.b, value: 3, text: 4}\n"
    assert [(r.picked, r.text) for r in said(text) if isinstance(r, Reply)] == [
        (("yes",), ""),
        (("3",), "4"),
    ]


@pytest.mark.parametrize("mark", ["true", "yes", "x", "X", "on"])
def test_not_knowing_may_be_marked_as_people_mark(mark: str) -> None:
    (reply,) = said(f"answers:\n  - {{question: a.b, dont_know: {mark}}}\n")
    assert isinstance(reply, Reply)
    assert reply.is_unknown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n",
        "answers: 3\n",
        "answers:\n  - x\n",
        "answers:\n  - {value: x}\n",
        "answers:\n  - {question: , value: x}\n",
        "answers:\n  - {question: a.b, tell: x}\n",
        "answers:\n  - {question: a.b, valeu: x}\n",
        "answers:\n  - {question: a.b, value: [x]}\n",
        "answers:\n  - {tell: x, value: y}\n",
        "anwsers: []\n",
        "answers: [\n",
        "answers: &a [*a]\n",
        "answers: !!python/object/apply:os.system ['true']\n",
        "answers:\n  - {question: !!python/name:os.system '', value: x}\n",
        "answers:\n  - {question: a.b, question: c.d}\n",
        "answers: " + "[" * 200 + "]" * 200,
        "\x1b[2J",
    ],
)
def test_a_malformed_form_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError, match=r"form\.yaml") as refused:
        read(text, "form.yaml")
    assert refused.value.fix


def test_yaml_that_would_run_something_is_refused_with_its_line() -> None:
    text = "answers:\n  - question: a.b\n    text: !!python/object/apply:os.system ['true']\n"
    with pytest.raises(InputError, match=r"form\.yaml, line 3: .*python"):
        read(text, "form.yaml")


def test_no_text_breaks_out_of_the_comments_of_a_form() -> None:
    evil = f"x\nanswers:\n  - {{tell: evil}}\r\u2028- {{tell: evil}} {example.HOSTILE}"
    of = printed(forms.model(system=example.system(evil)))
    question = (
        of.groups[0]
        .asked[0]
        .question.model_copy(
            update={"text": evil, "why": evil, "decides": (evil,), "proposed": evil}
        )
    )
    group = of.groups[0]._replace(
        heading=evil, asked=(of.groups[0].asked[0]._replace(question=question),)
    )
    text = form_yaml.write(of._replace(name=evil, groups=(group,))).decode()
    found = read(text, "form.yaml")
    assert (found.said, len(found.blank)) == ((), 1)
    assert "\x1b" not in text


def test_a_form_without_questions_says_so_and_is_read_back() -> None:
    text = form_yaml.write(printed()._replace(groups=())).decode()
    assert "0 open questions" in text
    assert (read(text, "f").said, read(text, "f").blank) == ((), ())


def test_a_thousand_answers_are_placed_in_no_time() -> None:
    text = "answers:\n" + f"  - {{question: {COST}, text: x}}\n" * 5_000
    assert said(text)[-1].where == "line 5001"
