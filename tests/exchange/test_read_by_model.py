"""Whoever reads a threat model sees what a language model read, which one, and in which words."""

from __future__ import annotations

from tests.engine import small
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.reading.passages import of_entry, of_source
from threatwright.engine.rules.wording import origin
from threatwright.exchange import markdown
from threatwright.exchange.drawing import drawing, kinds_of
from threatwright.exchange.minutes import minutes
from threatwright.exchange.minutes_markdown import write_markdown
from threatwright.exchange.report.content import Content
from threatwright.knowledge.load import load_knowledge
from threatwright.model.contributions import Heard
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Provenance
from threatwright.model.journal import Answered, JournalEntry, Retracted, Source, SourceKind
from threatwright.model.places import Places, Unit
from threatwright.model.reading import Mention, Reading, SaidFact
from threatwright.model.terms import ComponentKind
from threatwright.tui.wording import source as in_the_tree

KNOWLEDGE = load_knowledge()
TEXT = "Customers call our scoring API, which serves a model.\nA frobnicator prepares the claims."
SOURCE = Source(kind=SourceKind.PROSE, name="design.md", text=TEXT)
ANSWER = Answered(
    n=2,
    by="Ana",
    role="devops",
    question="inference-endpoint.authentication",
    text="They use API keys of their own.",
)


def read_in_the_document() -> Heard:
    quote = Provenance(source="llm:document:design.md:2", quote="A frobnicator prepares the claims")
    mention = Mention(kind=ComponentKind.SERVICE, name="Frobnicator", sentence=1, provenance=quote)
    passage = of_source(SOURCE)
    return Heard(
        n=1,
        model="small-4",
        ground=passage.ground,
        origin=passage.origin,
        reading=Reading(mentions=(mention,)),
        dropped=2,
    )


def read_in_the_answer() -> Heard:
    fact = SaidFact(
        key="authentication",
        value="mutual-tls",
        sentence=0,
        provenance=Provenance(source="llm:answer:2", quote=ANSWER.text),
    )
    passage = of_entry(ANSWER)
    return Heard(
        n=3,
        model="small-4",
        ground=passage.ground,
        origin=passage.origin,
        reading=Reading(facts=(fact,)),
    )


def model(*more: JournalEntry) -> ThreatModel:
    journal = (read_in_the_document(), ANSWER, read_in_the_answer(), *more)
    return derive(record(begin("Claims", [SOURCE], KNOWLEDGE), *journal), KNOWLEDGE)


def test_the_report_says_which_model_read_what_and_quotes_it() -> None:
    report = markdown.write(model(), KNOWLEDGE)
    assert (
        "read by the model small-4 in design.md, line 2: “A frobnicator prepares the claims”"
        in report
    )
    assert "llm:" not in report


def test_a_threat_that_rests_on_it_says_so() -> None:
    evidence = [e for t in model().threats for e in t.evidence if e.ref.startswith("llm:document")]
    assert evidence
    assert {e.kind for e in evidence} == {"llm"}
    words = Content(model(), KNOWLEDGE).origin(evidence[0].ref)
    assert words == "read by the model small-4 in design.md, line 2"


def test_what_was_read_in_an_answer_names_who_answered() -> None:
    words = Content(model(), KNOWLEDGE).origin("llm:answer:2")
    assert words == "read by the model small-4 in answer 2 (Ana, devops)"


def test_what_no_entry_tells_of_is_read_by_some_model() -> None:
    content = Content(model(), KNOWLEDGE)
    assert (
        content.origin("llm:document:other.md:3") == "read by a language model in other.md, line 3"
    )
    assert content.origin("llm:small-4") == "language model (small-4)"
    inherited = "inherited:platform:llm:answer:2"
    assert content.origin(inherited) == (
        "inherited from platform: read by a language model in answer 2"
    )


def test_sentences_and_the_tree_name_the_text() -> None:
    document, answer = (Provenance(source=f"llm:{s}") for s in ("document:a.md:2", "answer:7"))
    assert origin(document) == "read by the language model in a.md:2"
    assert origin(answer) == "read by the language model in answer 7"
    assert in_the_tree(document) == "language model in a.md:2"
    assert in_the_tree(answer) == "language model in answer 7"
    assert in_the_tree(Provenance(source="llm")) == "language model"


def test_a_page_is_told_as_a_page() -> None:
    places = Places(unit=Unit.PAGE, pages=(1, 2))
    assert of_source(SOURCE.model_copy(update={"places": places})).places == places
    words = Content(model(), KNOWLEDGE).origin("llm:document:design.md:p2")
    assert words == "read by the model small-4 in design.md, page 2"


def test_it_is_drawn_as_stated() -> None:
    lines = drawing(model().system, kinds_of(KNOWLEDGE))
    assert any("Frobnicator" in line and "?" not in line for line in lines)


def test_the_minutes_list_what_was_read() -> None:
    found = minutes(model(), KNOWLEDGE).readings
    assert [(r.n, r.model, r.text, r.taken, r.dropped) for r in found] == [
        (1, "small-4", "design.md", 1, 2),
        (3, "small-4", "answer 2", 1, 0),
    ]
    text = write_markdown(model(), KNOWLEDGE)
    assert "| 1 | small-4 | design.md | 1 | 2 |" in text


def test_the_minutes_tell_what_does_not_count_any_more() -> None:
    text = write_markdown(model(Retracted(n=4, entry=2)), KNOWLEDGE)
    assert "| 3 | small-4 | answer 2 (does not count any more) | 1 | 0 |" in text


def test_the_minutes_are_of_people() -> None:
    assert minutes(model(), KNOWLEDGE).people == ("Ana",)
    assert [i.n for s in minutes(model(), KNOWLEDGE).sittings for i in s.items] == [2]


def test_two_readings_of_one_answer_are_told_apart() -> None:
    (conflict,) = minutes(model(), KNOWLEDGE).conflicts
    assert [(party.who, party.says) for party in conflict.parties] == [
        ("Ana (devops)", "A key of their own"),
        ("Ana (devops), as a language model reads it", "Mutual TLS or workload identity"),
    ]


def test_without_a_reading_there_is_no_section_for_it() -> None:
    plain = begin("Scoring", [SOURCE], small.knowledge())
    assert "Read by a language model" not in write_markdown(plain, small.knowledge())
