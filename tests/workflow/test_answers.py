from __future__ import annotations

import pytest

from tests.workflow.talk import KNOWLEDGE, new_model
from threatwright.engine.derive import derive, record
from threatwright.engine.interview.asking import next_question
from threatwright.engine.interview.confirming import confirmation, unconfirmed
from threatwright.engine.record.by_hand import adopt
from threatwright.engine.record.speaker import Speaker
from threatwright.engine.record.taken import taken
from threatwright.engine.said.answers import choice_of, entries_for
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.interview import CONFIRMED, Question
from threatwright.model.journal import (
    Added,
    Answered,
    Confirmed,
    Decided,
    JournalEntry,
    Removed,
    Renamed,
    Retracted,
    Skipped,
    Told,
    Unknown,
)
from threatwright.model.said import (
    Answer,
    Correct,
    Decide,
    DontKnow,
    Resume,
    Said,
    Skip,
    Stop,
    Tell,
    Undo,
)
from threatwright.model.terms import ComponentKind, Status

MODEL = new_model()


def asked(model: ThreatModel = MODEL) -> Question:
    question = next_question(model, KNOWLEDGE)
    assert question is not None
    return question


def entry(said: Said, question: Question | None = None, model: ThreatModel = MODEL) -> JournalEntry:
    (found,) = entries_for(said, question, model, KNOWLEDGE)
    return found


def refused(said: Said, question: Question | None = None) -> InputError:
    with pytest.raises(InputError) as error:
        entries_for(said, question, MODEL, KNOWLEDGE)
    return error.value


def after(model: ThreatModel, *inputs: Said) -> ThreatModel:
    for said in inputs:
        entries = entries_for(said, next_question(model, KNOWLEDGE), model, KNOWLEDGE)
        model = derive(record(model, *entries), KNOWLEDGE)
    return model


# --- answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("all", "all"),
        ("ALL", "all"),
        ("everywhere", "all"),
        ("In part", "some"),
        (" none. ", "none"),
        ("2", "some"),
    ],
)
def test_a_choice_is_named_by_its_value_its_label_or_its_number(words: str, value: str) -> None:
    found = entry(Answer(question="api.rate_limit", text=words))
    assert found == Answered(n=1, question="api.rate_limit", value=value)


@pytest.mark.parametrize(("words", "value"), [("y", "yes"), ("Yep!", "yes"), ("nope", "no")])
def test_yes_and_no_have_synonyms(words: str, value: str) -> None:
    assert entry(Answer(text=words), asked()) == Answered(n=1, question=asked().id, value=value)


@pytest.mark.parametrize("words", ["0", "3", "99", "²", "-1"])
def test_a_number_beyond_the_choices_is_no_choice(words: str) -> None:
    assert choice_of(words, asked().choices) is None


def test_free_text_is_kept_word_for_word_even_if_it_settles_nothing() -> None:
    found = entry(Answer(text="Ask Ana, she built it."), asked())
    besides = tuple(also.id for also in asked().also)
    text = "Ask Ana, she built it."
    assert found == Answered(n=1, question=asked().id, text=text, also=besides)


@pytest.mark.parametrize("words", ["I don't know", "dont know", "No idea.", "?", "not sure"])
def test_text_that_says_one_does_not_know_is_taken_as_that(words: str) -> None:
    besides = tuple(also.id for also in asked().also)
    assert entry(Answer(text=words), asked()) == Unknown(n=1, question=asked().id, also=besides)


@pytest.mark.parametrize(
    "words",
    [
        "We don't know who looks at that.",
        "Not sure what they log",
        "I'd have to ask Maria in the platform team",
        "we cannot tell who calls it",
        "I do not know whether it is signed",
    ],
)
def test_not_to_know_something_is_taken_as_that_and_keeps_the_words(words: str) -> None:
    besides = tuple(also.id for also in asked().also)
    found = entry(Answer(text=words), asked())
    assert found == Unknown(n=1, question=asked().id, also=besides, text=words)


@pytest.mark.parametrize(
    "words",
    [
        "I don't know how, but the portal limits it",
        "We can't say how it is limited because the vendor runs it",
        "Not sure, per key I think",
        "I do not know which version. We pin it.",
        "They cannot tell scores from labels; we return neither",
    ],
)
def test_what_is_known_besides_is_an_answer(words: str) -> None:
    found = entry(Answer(text=words), asked())
    assert isinstance(found, Answered)
    assert found.text == words


def test_a_value_that_is_no_choice_is_refused_with_the_choices() -> None:
    error = refused(Answer(value="maybe"), asked())
    assert "maybe" in error.problem
    assert "yes / no" in error.fix


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\x1b"])
def test_an_empty_answer_is_refused(text: str) -> None:
    assert "empty" in refused(Answer(text=text), asked()).problem


def test_control_characters_and_lone_surrogates_never_reach_the_journal() -> None:
    found = entry(Tell(text="a\x1b[31m\x00b\ud800\tc\nd"))
    assert isinstance(found, Told)
    assert found.text == "a[31mb\tc\nd"


def test_an_answer_that_fills_a_book_is_refused() -> None:
    assert "characters" in refused(Tell(text="x" * 200_000)).problem


def test_an_answer_without_a_standing_question_is_refused() -> None:
    assert "No question stands" in refused(Answer(value="yes")).problem


def test_an_answer_may_name_another_question_than_the_one_that_stands() -> None:
    found = entry(Answer(question="api.query_audit", value="some"), asked())
    assert found == Answered(n=1, question="api.query_audit", value="some")


@pytest.mark.parametrize(
    "id_",
    ["nowhere.rate_limit", "api.writers", "api.nonsense", "api", "", "system.rate_limit", "."],
)
def test_a_question_that_nobody_could_ask_is_refused(id_: str) -> None:
    assert refused(Answer(question=id_, value="yes")).fix


def test_accepting_without_a_proposal_is_refused_with_the_choices() -> None:
    error = refused(Answer(question="api.rate_limit", default=True))
    assert "No answer is proposed" in error.problem
    assert "none / some / all" in error.fix


def test_accepting_a_proposal_is_recorded_as_that() -> None:
    question = asked().model_copy(update={"proposed": "yes"})
    found = entry(Answer(default=True), question)
    assert found == Answered(n=1, question=question.id, value="yes", default=True)


def test_an_entry_says_who_spoke_in_which_role_and_when() -> None:
    speaker = Speaker("Ana", "devops", "2026-01-02T03:04:05+00:00")
    (found,) = entries_for(Skip(), asked(), MODEL, KNOWLEDGE, speaker)
    assert (found.by, found.role, found.at) == ("Ana", "devops", "2026-01-02T03:04:05+00:00")
    assert isinstance(found, Skipped)
    assert found.question == asked().id


def test_entries_are_numbered_on_from_the_last() -> None:
    model = after(MODEL, Answer(value="yes"), Skip())
    assert entry(DontKnow(), asked(model), model).n == 3


@pytest.mark.parametrize("said", [Stop(), Resume()])
def test_going_on_and_stopping_leave_nothing_in_the_journal(said: Said) -> None:
    assert entries_for(said, asked(), MODEL, KNOWLEDGE) == ()


# --- undo -------------------------------------------------------------------------------------


def test_undo_retracts_the_last_inputs_that_still_count() -> None:
    model = after(MODEL, Answer(value="yes"), Skip(), DontKnow())
    first = after(model, Undo())
    assert first.journal[-1] == Retracted(n=4, entry=3)
    both = after(first, Undo(steps=2))
    assert both.journal[-2:] == (Retracted(n=5, entry=2), Retracted(n=6, entry=1))
    assert both.system == MODEL.system


def test_undo_with_nothing_said_is_refused() -> None:
    assert "nothing to take back" in refused(Undo()).problem


def test_undo_does_not_reach_behind_a_system_that_was_edited_by_hand() -> None:
    said = after(MODEL, Answer(value="yes"))
    edited = said.model_copy(update={"system": said.system.model_copy(update={"purpose": "Other"})})
    with pytest.raises(InputError):
        entries_for(Undo(), None, adopt(edited), KNOWLEDGE)


# --- corrections and decisions ----------------------------------------------------------------


def test_an_element_is_removed_renamed_or_added() -> None:
    assert entry(Correct(remove="api")) == Removed(n=1, element="api")
    assert entry(Correct(rename="api", name=" Scoring\n API ")) == Renamed(
        n=1, element="api", name="Scoring API"
    )
    added = entry(Correct(add=ComponentKind.DATABASE, name="Über Cache", boundary="internet"))
    assert added == Added(
        n=1, id="uber-cache", name="Über Cache", kind=ComponentKind.DATABASE, boundary="internet"
    )


def test_an_added_element_gets_an_id_that_nothing_has() -> None:
    found = entry(Correct(add=ComponentKind.SERVICE, name="API"))
    assert isinstance(found, Added)
    assert found.id == "api-2"


def test_an_added_element_stands_in_the_usual_zone_of_its_kind() -> None:
    found = entry(Correct(add=ComponentKind.SERVICE, name="Cache"))
    assert isinstance(found, Added)
    assert found.boundary == "production"


@pytest.mark.parametrize(
    "said",
    [
        Correct(),
        Correct(remove="api", add=ComponentKind.JOB, name="x"),
        Correct(remove="nowhere"),
        Correct(rename="api"),
        Correct(rename="nowhere", name="x"),
        Correct(add=ComponentKind.JOB),
        Correct(add=ComponentKind.JOB, name="x", boundary="nowhere"),
    ],
)
def test_a_correction_of_nothing_that_there_is_is_refused(said: Correct) -> None:
    assert refused(said).fix


def test_a_decision_names_a_threat_of_the_model() -> None:
    threat = MODEL.threats[0].id
    said = Decide(threat=threat, status=Status.REJECTED, reason="not ours")
    title = MODEL.threats[0].title
    assert entry(said) == Decided(
        n=1, threat=threat, status=Status.REJECTED, reason="not ours", title=title
    )
    assert "no threat" in refused(Decide(threat="T-x", status=Status.ACCEPTED)).problem


# --- the drawing ------------------------------------------------------------------------------


def test_the_drawing_is_asked_about_while_a_part_of_it_is_only_assumed() -> None:
    question = confirmation(MODEL)
    assert question is not None
    assert question.id == CONFIRMED
    assert unconfirmed(MODEL) == ("internet", "production", "training", "training-to-api")


@pytest.mark.parametrize("said", [Answer(value="yes"), Answer(text="y"), Answer(text="1")])
def test_confirming_the_drawing_names_what_was_assumed(said: Answer) -> None:
    found = entry(said, confirmation(MODEL))
    assert found == Confirmed(n=1, elements=unconfirmed(MODEL))
    assert confirmation(derive(record(MODEL, found), KNOWLEDGE)) is None


def test_the_drawing_is_not_asked_about_again_when_it_was_put_off() -> None:
    for said in (Skip(), DontKnow()):
        found = entry(said, confirmation(MODEL))
        assert found == Skipped(n=1, question=CONFIRMED)
        assert confirmation(derive(record(MODEL, found), KNOWLEDGE)) is None


@pytest.mark.parametrize("said", [Answer(value="change"), Answer(text="no"), Answer(text="2")])
def test_wanting_the_drawing_changed_changes_nothing_yet(said: Answer) -> None:
    assert entries_for(said, confirmation(MODEL), MODEL, KNOWLEDGE) == ()


def test_words_about_the_drawing_are_told() -> None:
    found = entry(Answer(text="There is a cache in between."), confirmation(MODEL))
    assert found == Told(n=1, text="There is a cache in between.")


# --- what was taken ---------------------------------------------------------------------------


def test_what_an_answer_settled_is_said_in_words() -> None:
    model = derive(record(MODEL, entry(Answer(question="api.rate_limit", value="all"))), KNOWLEDGE)
    (found,) = taken(MODEL, model, KNOWLEDGE)
    assert found.what == "Rate limit of Api: Everywhere"
    assert found.source == "answer:1"


def test_what_was_removed_added_and_renamed_is_said_in_words() -> None:
    model = after(
        MODEL,
        Correct(remove="training"),
        Correct(add=ComponentKind.DATABASE, name="Cache"),
        Correct(rename="api", name="Score"),
    )
    assert [found.what for found in taken(MODEL, model, KNOWLEDGE)] == [
        "Inference endpoint “Score”, until now “Api”",
        "Database “Cache”",
        "Left out: “Training”",
    ]


def test_nothing_new_is_nothing_taken() -> None:
    assert taken(MODEL, MODEL, KNOWLEDGE) == ()
