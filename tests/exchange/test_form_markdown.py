from __future__ import annotations

import pytest

from tests.exchange import example, forms
from tests.exchange.forms import AUDIT, COST, LIMIT, Fill, markdown, printed, read
from threatwright.errors import InputError
from threatwright.exchange import form_markdown
from threatwright.exchange.form_content import Remark, Reply
from threatwright.model.journal import Answered
from threatwright.model.terms import Role

BLANK = markdown({})


def replies(text: str) -> dict[str, Reply]:
    return {r.question: r for r in read(text).said if isinstance(r, Reply)}


def under(question: str, lines: str, text: str = BLANK) -> str:
    """The form with the choices and the answer of one question put as somebody wrote them."""
    head, heading, rest = text.partition(f"`{question}`\n")
    end = rest.index("\nAnswer:") + len("\nAnswer:")
    quoted = "\n".join(line for line in rest[:end].split("\n") if line.startswith(">"))
    return f"{head}{heading}\n{quoted}\n\n{lines}{rest[end:]}"


def test_a_form_that_nobody_filled_is_all_blank() -> None:
    found = read(BLANK)
    assert (found.said, found.by, found.notes) == ((), "", ())
    assert len(found.blank) == printed().total > 3


def test_what_is_proposed_is_said_and_not_filled_in() -> None:
    assert "> Proposed: " not in BLANK or "[x] " not in BLANK.split("## ", 1)[1]
    usual = with_a_proposal()
    assert "> Proposed: Not at all." in usual
    assert read(usual).said == ()


def with_a_proposal() -> str:
    asked = printed().groups[-1].asked[0]
    question = asked.question.model_copy(update={"proposed": asked.question.choices[0].value})
    text = form_markdown.write(forms.of_one(question)).decode()
    return text.replace(question.choices[0].label, "Not at all")


def test_what_is_known_of_other_parts_stands_with_the_question() -> None:
    question = printed().groups[-1].asked[0].question
    known = question.model_copy(update={"told": ("Rate limit of Portal: Per *caller*",)})
    told = form_markdown.write(forms.of_one(known)).decode()
    assert "> Known already: Rate limit of Portal: Per \\*caller\\*\n" in told
    assert "Known already" not in BLANK


def test_each_question_says_why_it_matters_and_has_room_for_words_and_for_not_knowing() -> None:
    for block in BLANK.split("\n### ")[1:]:
        assert "> Why it matters: " in block
        assert "- [ ] don't know\n" in block
        assert "\nAnswer:" in block
        assert block.count("- [ ] ") >= 3


def test_a_filled_form_says_who_filled_it_and_what() -> None:
    text = markdown(
        {
            LIMIT: Fill("some", "Only on the public route."),
            AUDIT: Fill("don't know"),
            COST: Fill(text="A fraction of a cent."),
        },
        by="Ana Lima",
    )
    found = read(text)
    assert found.by == "Ana Lima"
    assert replies(text)[LIMIT].picked == ("some: In part",)
    assert replies(text)[LIMIT].text == "Only on the public route."
    assert replies(text)[AUDIT].is_unknown
    assert (replies(text)[COST].picked, replies(text)[COST].text) == ((), "A fraction of a cent.")
    assert len(found.blank) == printed().total - 3
    line = int(replies(text)[LIMIT].where.removeprefix("line "))
    assert LIMIT in text.split("\n")[line - 1]


@pytest.mark.parametrize(
    "line",
    [
        "- [x] some: In part",
        "- [X] some: In part",
        "- [ x ] some: In part",
        "-[x]some: In part",
        "  * [x] some:In part  ",
        "+ [✓] some: In part",
        "- [v] some",
        "[x] some: In part",
        "- [x] In part",
        "- [x] some\xa0: in PART",
        "- [x] some: In part\r",
        "- some: In part",
        "some",
    ],
)
def test_a_tick_is_understood_however_it_is_put(line: str) -> None:
    outcome = forms.taken(under(LIMIT, f"- [ ] none: Not at all\n{line}\n\nAnswer:"), forms.model())
    (entry,) = outcome.entries
    assert isinstance(entry, Answered)
    assert (entry.value, entry.text) == ("some", "")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("Answer: twice a day", "twice a day"),
        ("Answer:\n\ntwice a day\n", "twice a day"),
        ("**Answer:** twice a day", "twice a day"),
        ("answer : twice a day", "twice a day"),
        ("twice a day", "twice a day"),
        ("- [ ] none: Not at all\ntwice a day\n\nAnswer:", "twice a day"),
        ("Answer: twice\n\n- [x] a list of mine\n> a quotation", None),
        ("Answer: # twice\n## a day", "# twice\n## a day"),
        ("Answer: ```\ntwice\n```", "```\ntwice\n```"),
    ],
)
def test_words_are_taken_wherever_somebody_wrote_them(lines: str, words: str | None) -> None:
    found = replies(under(LIMIT, lines))[LIMIT]
    assert found.picked == ()
    assert found.text == (words or "twice\n\n- [x] a list of mine\n> a quotation")


def test_a_choice_whose_label_was_changed_keeps_what_was_written_into_it() -> None:
    line = "- [x] some: In part, but not for partners\n\nAnswer: since May"
    (entry,) = forms.taken(under(LIMIT, line), forms.model()).entries
    assert isinstance(entry, Answered)
    assert (entry.value, entry.text) == ("some", "but not for partners\nsince May")


def test_a_ticked_line_that_is_no_choice_counts_as_words_and_is_told() -> None:
    outcome = forms.taken(under(LIMIT, "- [x] by the firewall"), forms.model())
    (entry,) = outcome.entries
    assert isinstance(entry, Answered)
    assert (entry.value, entry.text) == (None, "by the firewall")
    (note,) = outcome.receipts[0].notes
    assert "“by the firewall” is none of the choices" in note.problem


def test_a_mark_that_is_neither_a_tick_nor_a_blank_is_told_with_its_line() -> None:
    text = under(LIMIT, "- [?] some: In part\n\nAnswer:")
    (note,) = read(text).notes
    number = text.split("\n").index("- [?] some: In part") + 1
    assert note.problem == (
        f"line {number}: “[?]” is neither ticked nor empty; it counts as not ticked."
    )
    assert LIMIT in read(text).blank


def test_words_beside_not_knowing_are_kept() -> None:
    outcome = forms.taken(markdown({LIMIT: Fill("don't know", "ask Carla")}), forms.model())
    assert [entry.type for entry in outcome.entries] == ["unknown", "told"]


@pytest.mark.parametrize("line", ["- [x] don’t know", "- [x] Don't know, ask Carla"])
def test_not_knowing_is_understood_however_it_is_put(line: str) -> None:
    assert replies(under(LIMIT, line))[LIMIT].is_unknown


def test_what_is_written_at_the_end_is_a_remark() -> None:
    (remark,) = read(f"{BLANK} There is a cache.\n\nIt is Redis.\n").said
    assert isinstance(remark, Remark)
    assert remark.text == "There is a cache.\n\nIt is Redis."


def test_what_is_written_over_the_questions_is_told_and_not_taken() -> None:
    found = read(BLANK.replace("## About", "Filled in a hurry.\n\n## About", 1))
    (note,) = found.notes
    assert "“Filled in a hurry.” stands under no question" in note.problem


@pytest.mark.parametrize("line", ["Your name: **Ana**", "your name : Ana", "Your name:\n\nAna"])
def test_a_name_is_found_however_it_is_put(line: str) -> None:
    assert read(BLANK.replace("Your name:", line)).by.strip("*") == "Ana"


def test_questions_that_were_cut_out_are_not_missed() -> None:
    parts = BLANK.split("\n### ")
    short = "\n### ".join([parts[0], parts[2], parts[3]])
    assert len(read(short).blank) == 2


def test_a_question_without_its_heading_is_passed_over_while_it_is_blank() -> None:
    text = BLANK.replace(next(x for x in BLANK.split("\n") if LIMIT in x), "")
    assert len(read(text).blank) == printed().total - 1
    assert read(text).said == ()


@pytest.mark.parametrize("fill", [Fill("some"), Fill(text="by the firewall"), Fill("don't know")])
def test_an_answer_without_the_heading_of_its_question_is_refused_with_its_line(fill: Fill) -> None:
    filled = markdown({LIMIT: fill})
    text = filled.replace(next(x for x in filled.split("\n") if LIMIT in x), "")
    with pytest.raises(
        InputError, match=r"form\.md, line \d+: an answer .* whose question is gone"
    ):
        read(text)


def between(lines: list[str]) -> tuple[int, int, int]:
    """Where one question begins, its “Answer:” stands, and the next one begins."""
    before, after = sorted(
        next(n for n, line in enumerate(lines) if f"`{id_}`" in line) for id_ in (LIMIT, AUDIT)
    )
    return before, next(n for n in range(before, after) if lines[n].startswith("Answer:")), after


@pytest.mark.parametrize("fill", [Fill("all"), Fill(text="by the firewall"), Fill("don't know")])
@pytest.mark.parametrize(
    "gone", ["heading", "answer to heading", "heading to choices", "to choice"]
)
def test_an_answer_never_slips_to_the_question_before(fill: Fill, gone: str) -> None:
    lines = markdown({AUDIT: fill}).split("\n")
    _, answer, heading = between(lines)
    choices = next(n for n in range(heading, len(lines)) if lines[n].startswith("- ["))
    cut = {
        "heading": range(heading, heading + 1),
        "answer to heading": range(answer, heading + 1),
        "heading to choices": range(heading, choices),
        "to choice": range(answer + 1, choices + 1),
    }[gone]
    with pytest.raises(InputError, match="whose question is gone"):
        read("\n".join(line for n, line in enumerate(lines) if n not in cut))


@pytest.mark.parametrize("fill", [Fill(), Fill("some"), Fill(text="by the firewall")])
def test_the_blank_rest_of_a_question_takes_nothing_from_the_one_before(fill: Fill) -> None:
    lines = markdown({LIMIT: fill}).split("\n")
    _, answer, heading = between(lines)
    choices = next(n for n in range(heading, len(lines)) if lines[n].startswith("- ["))
    found = read("\n".join([*lines[: answer + 1], *lines[choices:]]))
    assert found.said == read("\n".join(lines)).said
    assert found.questions.count(AUDIT) == 0


def test_choices_of_another_question_among_those_of_one_are_refused() -> None:
    text = under(LIMIT, "- [ ] none: Not at all\n- [ ] yes: Yes\n- [x] some: In part\n\nAnswer:")
    (problem,) = forms.taken(text, forms.model()).problems
    assert "“yes” stands among the choices and is a choice of another question" in problem.problem


def test_lines_that_an_editor_wrapped_are_read_the_same() -> None:
    wrapped = BLANK.replace(" matters: ", " matters:\n> ").replace("\n- [ ]", "\n* [ ]")
    found = read(wrapped)
    assert (found.said, found.notes) == ((), ())


@pytest.mark.parametrize("text", ["", "# Notes\n\nNothing.\n", "- [x] yes: Yes\n"])
def test_a_text_that_is_no_form_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"notes\.md is not a form: no question stands in it"):
        read(text, "notes.md")


def test_no_name_in_the_system_breaks_out_of_its_place() -> None:
    evil = f"x` `{LIMIT}`\n### y `{AUDIT}`\n- [x] all: Everywhere\nAnswer: yes {example.HOSTILE}"
    of = printed(forms.model(system=example.system(evil)))
    text = form_markdown.write(of).decode()
    found = read(text)
    assert (found.said, found.by, found.notes) == ((), "", ())
    assert len(found.blank) == of.total
    assert "\x1b" not in text


def test_escape_sequences_and_hidden_characters_are_taken_out_of_what_is_written() -> None:
    found = replies(markdown({LIMIT: Fill(text="\x1b[31mred\x1b[0m \u202egnp\u202c \x07ok")}))
    assert found[LIMIT].text == "red gnp ok"


def test_a_form_for_a_role_asks_what_that_role_would_know() -> None:
    of = printed(role=Role.DEVOPS)
    assert of.total == 0
    text = form_markdown.write(of).decode()
    assert "> Nothing is open." in text
    assert read(text).blank == ()
    assert printed(role=Role.ML_ENGINEERING).total == printed().total
