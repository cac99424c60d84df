"""The interview: answering, taking back, looking."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.tui.conftest import Bench, Running
from tests.tui.fakes import HOSTILE, QUESTIONS, base_model, question
from threatwright.model.document import ThreatModel
from threatwright.model.facts import assumed
from threatwright.model.interview import CONFIRMED, Also, besides
from threatwright.model.journal import Answered
from threatwright.model.terms import Depth
from threatwright.model.vocabulary import Choice
from threatwright.tui.screens.history import HistoryDialog
from threatwright.tui.screens.interview import InterviewScreen
from threatwright.tui.screens.revise import PreviewDialog, ReviseDialog
from threatwright.tui.widgets.answer_input import AnswerInput
from threatwright.tui.widgets.known_tree import KnownTree
from threatwright.tui.widgets.question_card import QuestionCard
from threatwright.tui.widgets.transcript import understood
from threatwright.workflow.events import (
    Answer,
    Correct,
    DontKnow,
    Preview,
    Resume,
    Revise,
    Said,
    SetDepth,
    Skip,
    Stop,
    Taken,
    Tell,
    Understood,
    Undo,
)

pytestmark = pytest.mark.ui

FIRST = QUESTIONS[0]


def last(bench: Bench) -> Said:
    """What was said last."""
    return bench.opener.session.said[-1]


async def test_the_question_shows_its_reasons_and_choices(running: Running) -> None:
    async with running((80, 24)) as bench:
        assert FIRST.text in bench.text
        assert "It decides who can send it crafted input" in bench.text
        assert "Decides · Instructions hidden in a ticket steer the GPT model" in bench.text
        assert "2  Signed-in customers only" in bench.text
        assert "an ML engineer would know" in bench.text
        assert "31% of risk stated" in bench.text


async def test_the_question_shows_what_is_known_of_other_parts(running: Running) -> None:
    known = FIRST.model_copy(update={"told": ("Rate limit of [/Portal]: Per caller",)})
    async with running((100, 30), questions=(known, *QUESTIONS[1:])) as bench:
        assert "Known   · Rate limit of [/Portal]: Per caller" in bench.text


async def test_what_was_understood_shows_its_words_and_source(running: Running) -> None:
    async with running() as bench:
        assert "Tools of GPT model: none" in bench.text
        assert "“the model itself cannot call anything”" in bench.text
        assert "description.md:6" in bench.text


async def test_a_number_key_takes_that_choice(running: Running) -> None:
    async with running() as bench:
        await bench.press("2")
        assert bench.opener.session.said == [Answer(question=FIRST.id, value="signed-in")]
        assert "Signed-in customers only" in bench.text
        assert QUESTIONS[1].text in bench.text


async def test_a_number_without_a_choice_answers_nothing(running: Running) -> None:
    async with running() as bench:
        await bench.press("7")
        assert bench.opener.session.said == []


async def test_enter_takes_the_proposed_answer_as_a_default(running: Running) -> None:
    async with running() as bench:
        assert "◂ proposed, Enter" in bench.text
        await bench.press("enter")
        assert bench.opener.session.said == [
            Answer(question=FIRST.id, value="anyone", default=True)
        ]
        assert "(as proposed)" in bench.text


async def test_enter_answers_nothing_where_nothing_is_proposed(running: Running) -> None:
    unproposed = question("gpt", "tools", "May it call tools?", "Tools act.", "Yes", "No")
    async with running(questions=(unproposed,)) as bench:
        assert "proposed" not in bench.text
        await bench.press("enter")
        assert bench.opener.session.said == []


async def test_typed_words_are_an_answer_in_free_text(running: Running) -> None:
    async with running() as bench:
        await bench.type("all 3?")
        await bench.press("enter")
        assert bench.opener.session.said == [Answer(question=FIRST.id, text="all 3?")]
        assert bench.app.screen.query_one(AnswerInput).value == ""


async def test_a_space_first_makes_a_number_text(running: Running) -> None:
    async with running() as bench:
        await bench.press("space", "3", "enter")
        assert bench.opener.session.said == [Answer(question=FIRST.id, text="3")]


async def test_a_pasted_answer_keeps_all_its_lines(running: Running) -> None:
    async with running() as bench:
        await bench.type("one\ntwo\n\x1b[31mx")
        await bench.press("enter")
        assert bench.opener.session.said == [Answer(question=FIRST.id, text="one two x")]


async def test_question_mark_and_ctrl_d_say_dont_know(running: Running) -> None:
    async with running() as bench:
        await bench.press("?")
        await bench.press("ctrl+d")
        assert bench.opener.session.said == [
            DontKnow(question=FIRST.id),
            DontKnow(question=QUESTIONS[1].id),
        ]
        assert "it stays an open assumption" in bench.text


async def test_ctrl_n_puts_a_question_off(running: Running) -> None:
    async with running() as bench:
        await bench.press("ctrl+n")
        assert bench.opener.session.said == [Skip(question=FIRST.id)]


async def test_ctrl_z_takes_the_last_answer_back(running: Running) -> None:
    async with running() as bench:
        await bench.press("1")
        await bench.press("ctrl+z")
        assert last(bench) == Undo(steps=1)
        assert "↶ Taken back." in bench.text
        assert FIRST.text in bench.text


async def test_undo_with_nothing_said_shows_the_refusal(running: Running) -> None:
    async with running() as bench:
        await bench.press("ctrl+z")
        assert "There is nothing to take back." in bench.text


async def test_an_earlier_answer_is_given_anew_once_its_effect_was_seen(running: Running) -> None:
    async with running() as bench:
        await bench.press("1")
        await bench.press("2")
        await bench.press("ctrl+b")
        assert isinstance(bench.app.screen, HistoryDialog)
        assert "Chat service · authentication" in bench.text
        await bench.press("down", "enter")
        assert isinstance(bench.app.screen, ReviseDialog)
        assert "So far: anyone" in bench.text
        await bench.press("3")
        await bench.until(lambda: isinstance(bench.app.screen, PreviewDialog))
        assert (
            "+ Instructions hidden in a ticket steer the GPT model (critical 20) appears"
            in bench.text
        )
        assert "risk 16 → 12" in bench.text
        assert "1 question would be settled: Tools of GPT model" in bench.text
        revision = Revise(question=FIRST.id, value=FIRST.choices[2].value)
        assert last(bench) == Preview(said=revision)
        await bench.press("enter")
        assert last(bench) == revision
        assert "another answer to an earlier question" in bench.text


async def test_own_words_and_not_knowing_are_answers_anew_too(running: Running) -> None:
    async with running() as bench:
        await bench.press("1")
        await bench.press("ctrl+b", "enter")
        await bench.press("9")
        assert isinstance(bench.app.screen, ReviseDialog), "there is no such choice"
        await bench.press("enter")
        assert isinstance(bench.app.screen, ReviseDialog), "an empty line is no answer"
        await bench.type("only staff")
        await bench.press("enter")
        await bench.until(lambda: isinstance(bench.app.screen, PreviewDialog))
        await bench.press("n")
        words = Revise(question=FIRST.id, text="only staff")
        assert last(bench) == Preview(said=words)
        await bench.press("ctrl+b", "enter", "?")
        await bench.until(lambda: isinstance(bench.app.screen, PreviewDialog))
        unknown = Revise(question=FIRST.id, unknown=True)
        assert last(bench) == Preview(said=unknown)


async def test_one_input_or_all_since_are_taken_back(running: Running) -> None:
    async with running() as bench:
        await bench.press("1")
        await bench.press("2")
        await bench.press("ctrl+b", "down", "x")
        await bench.until(lambda: isinstance(bench.app.screen, PreviewDialog))
        await bench.press("y")
        assert last(bench) == Undo(entry=1)
        await bench.press("2")
        await bench.press("ctrl+b", "down", "b")
        await bench.until(lambda: isinstance(bench.app.screen, PreviewDialog))
        await bench.press("enter")
        assert last(bench) == Undo(steps=2)
        assert bench.app.conversation is not None
        assert bench.app.conversation.question == FIRST


async def test_going_back_can_be_called_off(running: Running) -> None:
    async with running() as bench:
        await bench.press("1")
        await bench.press("ctrl+b", "escape")
        await bench.press("ctrl+b", "enter", "escape")
        assert not any(isinstance(s, Preview) for s in bench.opener.session.said)


async def test_a_letter_alone_in_the_line_is_a_key(running: Running) -> None:
    async with running() as bench:
        await bench.press("1")
        await bench.press("h", "enter")
        assert isinstance(bench.app.screen, HistoryDialog)
        await bench.press("escape")
        await bench.press("d", "enter")
        assert last(bench) == SetDepth(depth=Depth.THOROUGH)
        await bench.press("h", "i", "enter")
        assert last(bench) == Answer(question=QUESTIONS[1].id, text="hi")


async def test_the_depth_stands_beside_the_meter_and_changes_at_once(running: Running) -> None:
    async with running() as bench:
        assert "standard interview · Ctrl+G thorough" in bench.text
        await bench.press("ctrl+g")
        assert "thorough interview · Ctrl+G quick" in bench.text
        assert "From now on a thorough interview: 5 questions worth asking" in bench.text
    async with running((80, 24)) as bench:
        assert "left · standard" in bench.text


async def test_an_interview_that_its_depth_ended_says_so_and_goes_on(running: Running) -> None:
    async with running(questions=QUESTIONS[:2], is_cut=True) as bench:
        await bench.press("1")
        await bench.press("ctrl+f")
        await bench.press("f2")
        assert "This was a standard interview; 7 questions are still worth asking" in bench.text
        await bench.press("ctrl+g")
        assert QUESTIONS[1].text in bench.text


# --- the drawing ------------------------------------------------------------------------------

CONFIRMATION = question("system", "confirmed", "Is the system drawn as it is?", "So.", "Yes", "No")
CONFIRMATION = CONFIRMATION.model_copy(update={"id": CONFIRMED, "proposed": "yes"})


def guessed() -> ThreatModel:
    """The support assistant, of which two parts are only assumed."""
    model = base_model()
    components = tuple(
        c.model_copy(update={"provenance": assumed("rag-assistant", "answers questions")})
        if c.id in ("gpt", "passages")
        else c
        for c in model.system.components
    )
    system = model.system.model_copy(update={"components": components})
    return model.model_copy(update={"system": system})


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_drawing_comes_first_and_enter_confirms_it(
    running: Running, size: tuple[int, int]
) -> None:
    async with running(size, questions=(CONFIRMATION, *QUESTIONS), model=guessed()) as bench:
        assert "╭─ Internet · untrusted" in bench.text
        assert "Enter it is so   1–3 no such part" in bench.text
        await bench.press("enter")
        assert bench.opener.session.said == [Answer(question=CONFIRMED, default=True)]
        assert FIRST.text in bench.text


async def test_the_drawing_is_corrected_by_key_or_by_sentence(running: Running) -> None:
    async with running(questions=(CONFIRMATION, *QUESTIONS), model=guessed()) as bench:
        await bench.press("2")
        assert bench.opener.session.said == [Correct(remove="passages")]
        await bench.press("7")
        assert len(bench.opener.session.said) == 1, "there is no such part"
        await bench.type("no 1")
        await bench.press("enter")
        assert last(bench) == Correct(remove="gpt")
        await bench.type("there is also a Redis cache")
        await bench.press("enter")
        words = Answer(question=CONFIRMED, text="there is also a Redis cache")
        assert last(bench) == words


async def test_in_a_small_terminal_the_drawing_scrolls_and_tells_what_came_of_a_correction(
    running: Running,
) -> None:
    questions = (CONFIRMATION, *QUESTIONS)
    async with running((70, 18), questions=questions, model=guessed()) as bench:
        assert "pgvector" not in bench.text
        await bench.press("pagedown", "pagedown")
        assert "pgvector" in bench.text
        await bench.type("there is no cache")
        bench.app.say(Tell(text="x"))
        await bench.settle()
        assert "Nothing new was understood in that." in bench.text


# --- several things in one breath -------------------------------------------------------------

LIMIT = Also(
    id="chat-service.rate_limit",
    fact="rate_limit",
    text="Is it limited?",
    choices=(Choice(value="none", label="Not at all"), Choice(value="all", label="Per caller")),
)
JOINED = FIRST.model_copy(update={"text": FIRST.text + besides([LIMIT.text]), "also": (LIMIT,)})


async def test_what_a_question_asks_besides_is_a_list_with_choices(running: Running) -> None:
    async with running((80, 24), questions=(JOINED, *QUESTIONS[1:])) as bench:
        assert "If you know, say too" not in bench.text
        assert "b  Is it limited?" in bench.text
        assert "b1 Not at all  b2 Per caller" in bench.text
        await bench.type("a2 b2")
        await bench.press("enter")
        await bench.until(lambda: len(bench.opener.session.said) == 2)
        assert bench.opener.session.said == [
            Answer(question=FIRST.id, value="signed-in"),
            Answer(question=LIMIT.id, value="all"),
        ]


async def test_after_the_drawing_all_that_is_asked_besides_is_in_sight(running: Running) -> None:
    long = LIMIT.model_copy(update={"text": "Is it limited, and by what? " * 5})
    asked = JOINED.model_copy(update={"also": (long, long.model_copy(update={"id": "gpt.x"}))})
    async with running((150, 45), questions=(CONFIRMATION, asked), model=guessed()) as bench:
        await bench.press("enter")
        await bench.until(lambda: "c1 Not at all  c2 Per caller" in bench.text)
        assert bench.app.screen.query_one(QuestionCard).max_scroll_y == 0


def test_what_an_answer_settled_besides_is_told_by_name() -> None:
    event = Understood(retired=("a.b", "a.c"), retired_names=("Rate limit of API", "Audit"))
    told = understood(event)
    assert told is not None
    assert told.plain == "  Settled too: Rate limit of API and Audit."


def test_what_is_only_assumed_is_marked_as_such() -> None:
    by_us = Taken(what="A cache", source="assumed:people")
    in_doubt = Taken(what="A limit", source="answer:1", in_doubt=True)
    outright = Taken(what="A key", source="answer:1")
    told = understood(Understood(taken=(by_us, in_doubt, outright)))
    assert told is not None
    assert [line[:4] for line in told.plain.split("\n")] == ["~ A ", "~ A ", "✓ A "]


async def test_history_without_answers_says_so(running: Running) -> None:
    async with running() as bench:
        await bench.press("ctrl+b")
        assert "Nothing was said yet." in bench.toasts


async def test_finish_drafts_and_shows_the_threats(running: Running) -> None:
    async with running() as bench:
        await bench.press("ctrl+f")
        await bench.until(lambda: bench.opener.session.said == [Stop()])
        assert bench.app.current_mode == "threats"
        await bench.press("f2")
        assert "8 threats drafted" in bench.text
        assert "Ctrl+R goes on asking" in bench.text
        assert "7 questions are still worth asking, first of all “Who else?”" in bench.text


async def test_after_the_draft_free_text_is_told_and_questions_go_on(running: Running) -> None:
    async with running() as bench:
        await bench.press("ctrl+f")
        await bench.pilot.pause(0.1)
        await bench.press("f2")
        await bench.type("there is a cache")
        await bench.press("enter")
        assert "Nothing new was understood" in bench.text
        await bench.press("ctrl+r")
        assert bench.opener.session.said[1:] == [Tell(text="there is a cache"), Resume()]
        assert FIRST.text in bench.text


async def test_the_last_answer_ends_in_the_draft(running: Running) -> None:
    async with running(questions=QUESTIONS[:1]) as bench:
        await bench.press("1")
        assert "The draft" in bench.text
        assert bench.app.current_mode == "interview"


async def test_keys_pressed_while_the_session_works_answer_nothing_else(running: Running) -> None:
    async with running(delay=0.2) as bench:
        line = bench.app.screen.query_one(AnswerInput)
        for _ in range(3):
            line.post_message(events.Key("1", "1"))
        await bench.pilot.pause(0.05)
        await bench.settle()
        assert bench.opener.session.said == [Answer(question=FIRST.id, value="anyone")]


async def test_a_session_error_is_a_toast_and_the_question_stands(running: Running) -> None:
    async with running(fail_on=Answer) as bench:
        await bench.press("1")
        assert "The language model gave no reply [/x]. Try again later." in bench.toasts
        assert FIRST.text in bench.text


async def test_what_is_known_marks_unknown_assumed_and_conflict(running: Running) -> None:
    async with running() as bench:
        assert "? rate limit: unknown" in bench.text
        assert "~ output handling: html  assumed, rag-assistant" in bench.text
        assert "pgvector passages  vector store !1" in bench.text
        assert "? unknown   ~ assumed   ! conflict" in bench.text


async def test_what_was_opened_in_the_tree_stays_open(running: Running) -> None:
    async with running() as bench:
        tree = bench.app.screen.query_one(KnownTree)
        node = next(n for n in tree._tree_nodes.values() if n.data == "passages")
        node.expand()
        await bench.settle()
        await bench.press("1")
        assert "! authors: staff" in bench.text


async def test_at_80_columns_the_known_pane_takes_turns_with_the_talk(running: Running) -> None:
    async with running((80, 24)) as bench:
        assert not bench.app.screen.query_one("#known").display
        await bench.press("ctrl+t")
        assert "Our Azure  trusted" in bench.text
        assert not bench.app.screen.query_one("#talk").display
        await bench.press("ctrl+t")
        assert FIRST.text in bench.text
        assert isinstance(bench.app.focused, AnswerInput)


async def test_earlier_answers_of_a_reopened_model_are_shown(running: Running) -> None:
    model = base_model()
    entry = Answered(n=1, question=FIRST.id, value="staff", text="only us")
    async with running(model=model.model_copy(update={"journal": (entry,)})) as bench:
        assert "staff · only us" in bench.text
        assert QUESTIONS[1].text in bench.text


async def test_hostile_questions_and_answers_are_shown_as_text(running: Running) -> None:
    asked = question("gpt", "tools", HOSTILE, HOSTILE, HOSTILE, "No").model_copy(
        update={"element_name": HOSTILE, "decides": (HOSTILE,), "proposed": "no"}
    )
    async with running(questions=(asked, *QUESTIONS)) as bench:
        await bench.type("[/b] [red]")
        await bench.press("enter")
        text = bench.text
        assert "[/admin] [red]x[/]" in text
        assert "[/b] [red]" in text
        assert not any(mark in text for mark in "\x1b\x07\u202e\ud800")


async def test_the_interview_survives_a_theme_and_a_resize(
    running: Running, tmp_path: Path
) -> None:
    async with running() as bench:
        bench.app.theme = "textual-light"
        await bench.pilot.resize_terminal(70, 20)
        await bench.settle()
        assert FIRST.text in bench.text


async def test_what_a_screen_put_off_is_no_error_when_it_is_taken_down(running: Running) -> None:
    async with running() as bench:
        interview = bench.app.screen
        assert isinstance(interview, InterviewScreen)
        turns = bench.app.conversation.turns if bench.app.conversation else []
        bench.app.switch_mode("home")
        await bench.app.remove_mode("interview")
        turns.append((Undo(), None))
        await interview._begin()
        await interview._show_question(FIRST, base_model())
        assert not interview.query("*")
