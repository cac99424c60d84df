"""What a language model holds to be misread stays as it is, and earns no credit."""

from __future__ import annotations

from tests.drafts import KNOWLEDGE, model_of, scoring
from tests.engine import small
from tests.engine.contributions.test_contributed import proposed
from threatwright.engine.derive import derive, record
from threatwright.engine.interview.planner import open_questions
from threatwright.engine.reading.doubts import read_in
from threatwright.model.contributions import Doubted
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact, Provenance
from threatwright.model.journal import Answered, JournalEntry, Retracted

LIMIT = "scoring-api.rate_limit"
DOUBT = Doubted(
    about=LIMIT,
    because="The sentence is about another service.",
    value="all",
    source="document:design.md",
)


def model() -> ThreatModel:
    system = scoring()
    limited = tuple(
        c.model_copy(update={"facts": {"rate_limit": small.said("all")}})
        if c.id == "scoring-api"
        else c
        for c in system.components
    )
    return model_of(system.model_copy(update={"components": limited}))


def after(*entries: JournalEntry) -> ThreatModel:
    return derive(record(model(), *entries), KNOWLEDGE)


def limit(of: ThreatModel) -> Fact:
    fact = of.system.fact("scoring-api", "rate_limit")
    assert fact is not None
    return fact


def test_a_fact_in_doubt_keeps_its_value_and_is_not_stated_any_more() -> None:
    found = limit(after(proposed(doubted=(DOUBT,))))
    assert (found.value, found.hedged, found.is_stated) == ("all", True, False)


def test_a_control_in_doubt_earns_no_credit() -> None:
    one, other = model(), after(proposed(doubted=(DOUBT,)))
    before = {t.id: t.residual for t in one.threats}
    assert any(t.residual > before[t.id] for t in other.threats)
    assert all(t.residual >= before[t.id] for t in other.threats)


def test_it_can_be_asked_about_and_is_told_to_the_reviewer() -> None:
    found = after(proposed(doubted=(DOUBT,)))
    assert LIMIT in {question.id for question in open_questions(found, KNOWLEDGE)}
    assert LIMIT not in {question.id for question in open_questions(model(), KNOWLEDGE)}
    assert any("misread" in note for threat in found.threats for note in threat.notes)


def test_it_is_over_once_somebody_answers_or_it_is_taken_back() -> None:
    answered = Answered(n=2, question=LIMIT, value="all")
    assert limit(after(proposed(doubted=(DOUBT,)), answered)).is_stated
    assert limit(after(proposed(doubted=(DOUBT,)), Retracted(n=2, entry=1))).is_stated


def test_of_another_value_or_text_there_is_no_doubt() -> None:
    for changed in ({"value": "none"}, {"source": "document:other.md"}):
        assert limit(after(proposed(doubted=(DOUBT.model_copy(update=changed),)))).is_stated


def test_a_part_in_doubt_stays_and_its_threats_say_so() -> None:
    part = Doubted(about="scoring-api", because="No such thing.", source="document:design.md")
    found = after(proposed(doubted=(part,)))
    assert "scoring-api" in found.system.elements
    noted = {t.element for t in found.threats if any("misread" in note for note in t.notes)}
    assert noted == {"scoring-api"}


def test_where_something_was_read_is_told_without_its_line() -> None:
    assert read_in(Provenance(source="document:a.md:12")) == "document:a.md"
    assert read_in(Provenance(source="llm:document:a.md:12")) == "llm:document:a.md"
    assert read_in(Provenance(source="answer:7")) == "answer:7"
