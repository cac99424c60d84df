from __future__ import annotations

import pytest

from tests.engine.small import fact_entry
from threatwright.engine.reading.choosing import Meant, meant_by
from threatwright.engine.reading.classifying import Score, Scores
from threatwright.engine.reading.prose import read
from threatwright.engine.text.sentences import parse
from threatwright.knowledge.load import load_knowledge
from threatwright.model.reading import SaidFact

KNOWN = load_knowledge()


def answers(text: str, *asked: str) -> dict[str, SaidFact]:
    found = read(text, "answer:1", KNOWN, asked=asked).facts
    return {fact.key: fact for fact in found if fact.key in asked}


def test_an_answer_in_the_words_of_a_choice_is_that_choice_without_doubt() -> None:
    labels = ("Blue lamps in the hall", "Green lamps in the hall", "No lamps at all")
    choices = [{"value": f"c{n}", "label": label} for n, label in enumerate(labels)]
    fact = fact_entry("lamps", "control", choices=choices)

    def meant(text: str) -> Meant | None:
        (sentence,) = parse(text).sentences
        return next(meant_by(sentence.tokens, Scores({}), [fact]), None)

    assert meant("There are green lamps, hung in the hall.") == ("lamps", "c1", True)
    assert meant("There are no green lamps in the hall.") is None
    assert meant("Green and blue lamps, all in the hall.") is None
    assert meant("There are lamps.") is None


def test_a_choice_that_the_fact_does_not_have_is_not_taken() -> None:
    choices = [{"value": value, "label": value} for value in ("none", "all")]
    lamps = fact_entry("lamps", "control", choices=choices)
    (sentence,) = parse("It shines all night.").sentences
    for choice, taken in (("none", True), ("blue", False)):
        scores = Scores({"lamps": Score("lamps", choice, 3.0)})
        assert bool([*meant_by(sentence.tokens, scores, [lamps])]) is taken


def test_what_no_phrase_states_is_taken_with_doubt_when_it_was_asked_for() -> None:
    text = "The file lies on the disk as it is, anybody could copy it."
    assert answers(text) == {}
    found = answers(text, "encryption_at_rest")["encryption_at_rest"]
    assert (found.value, found.hedged) == ("none", True)
    assert found.provenance.quote == text


def test_an_answer_about_something_else_is_not_taken_for_the_question() -> None:
    assert answers("Lunch is at noon, in the big hall.", "backup", "rollback") == {}


def test_of_all_that_was_asked_the_answer_is_about_what_it_sounds_like() -> None:
    text = "Nobody would notice if somebody probed it all night long."
    found = answers(text, "rate_limit", "query_volume", "abuse_monitoring")
    assert set(found) <= {"abuse_monitoring"}


def test_a_question_in_return_answers_nothing() -> None:
    assert answers("Do you mean that all comes in one message?", "content_separation") == {}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Links in the replies are clickable.", "output_filter"),
        ("The score is the mean of an ensemble of trees.", "robust_model"),
        ("The network follows a design from a published paper.", "model_family"),
        ("Nobody ever looked at the access logs.", "audit_log"),
        ("Cloud keys lie in a configuration file.", "encryption_at_rest"),
        ("The pipeline has not been reviewed since it was built.", "staff_training"),
        ("The network was trained on public face datasets.", "learns_from_others"),
        ("The API token for the booking system is pasted into the prompt.", "authentication"),
        ("A watermark of memory was reached at night.", "watermark"),
    ],
)
def test_a_side_remark_is_no_control_and_opens_no_gate(text: str, key: str) -> None:
    assert key not in {fact.key for fact in read(text, "document:design.md", KNOWN).facts}
