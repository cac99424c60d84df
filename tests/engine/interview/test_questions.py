"""Questions as they are put: in words that suit any name, and the name as one says it."""

from __future__ import annotations

import re

import pytest

from tests.engine.small import ASSUMED, component, flow, system
from threatwright.engine.derive import begin
from threatwright.engine.interview.confirming import confirmation
from threatwright.engine.interview.questions import spoken_name, written_out
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Provenance
from threatwright.model.journal import Skipped, Source, SourceKind
from threatwright.model.vocabulary import Telling, TellingOf

KNOWLEDGE = load_knowledge()
AGREES = re.compile(r"\b(is|does|was|has) \{element\}|\{element\} (is|does|was|has|gets)\b", re.I)
"""A verb that would have to change with a name such as "Data centres"."""


def read_in(quote: str) -> Provenance:
    return Provenance(source="document:d.md:1", quote=quote)


@pytest.mark.parametrize(
    ("name", "quote", "spoken"),
    [
        ("Neural network", "A deep neural network scores it.", "the neural network"),
        ("Data centres", "It runs in our data centres.", "the data centres"),
        ("Redis", "Sessions are kept in Redis.", "Redis"),
        ("GPU cluster", "It is trained on a GPU cluster.", "the GPU cluster"),
        ("AWS", "It runs on AWS.", "AWS"),
        ("Tree ensembles", "Tree ensembles", "the Tree ensembles"),
        ("Slack bot", "A Slack bot", "the Slack bot"),
        ("Anna's laptop", "Anna's laptop", "Anna's laptop"),
        ("Every customer", "It goes to every customer.", "every customer"),
        ("MLflow", "Models are in MLflow.", "MLflow"),
        (" ", "A part whose name somebody took away.", ""),
    ],
)
def test_an_ordinary_word_has_an_article_and_a_name_has_none(
    name: str, quote: str, spoken: str
) -> None:
    part = component("x", "service", by=read_in(quote)).model_copy(update={"name": name})
    assert spoken_name(part) == spoken


def test_what_was_proposed_is_an_ordinary_word() -> None:
    assert spoken_name(component("training-set", "dataset", by=ASSUMED)) == "the training set"


def test_no_verb_of_a_question_agrees_with_a_name() -> None:
    asked = [q for f in KNOWLEDGE.facts for q in (f.question, *f.asked_of.values())]
    assert len(asked) > len(KNOWLEDGE.facts)
    assert [question for question in asked if AGREES.search(question)] == []


def test_a_kind_of_component_is_asked_in_words_of_its_own() -> None:
    entry = KNOWLEDGE.fact_entries["authorisation"]
    drawn = system((component("records", "dataset"), component("api", "service")))
    texts = [written_out(f"{id_}.x", 1, (), entry, drawn).text for id_ in ("records", "api")]
    assert texts[0] == "Who may read or change Records, and what decides that?"
    assert texts[1] == "What decides who may see or do what in Api?"


def test_the_drawing_is_asked_about_with_the_names_of_what_nobody_named() -> None:
    caller, training = component("caller", "person"), component("training", "training", by=ASSUMED)
    drawn = system((caller, training), (flow("caller", "training", by=ASSUMED),))
    asked = confirmation(ThreatModel(id="x", name="x", system=drawn))
    assert asked is not None
    assert "Nobody named the training; assumed, too: 1 flow" in asked.text
    put_off = Skipped(n=1, question=asked.id)
    assert confirmation(ThreatModel(id="x", name="x", system=drawn, journal=(put_off,))) is None


def test_a_drawing_of_which_all_parts_were_named_tells_how_much_is_assumed_around_them() -> None:
    drawn = system((component("a", "service"), component("b", "database")))
    asked = confirmation(ThreatModel(id="x", name="x", system=drawn))
    assert asked is not None
    assert asked.text == "Is the system drawn as it is? Assumed, not said: 2 zones."


def test_how_often_people_can_tell_more_depends_on_what_the_system_has() -> None:
    limit = TellingOf(share=0.5, gates={"llm": 2.0})
    consent = TellingOf(share=0.01, least=0.1)
    telling = Telling(others=0.3, gates={"llm": 0.5}, facts={"limit": limit, "consent": consent})
    assert telling.of("limit", {}) == 0.5
    assert telling.of("limit", {"llm": True}) == pytest.approx(0.731, abs=0.001)
    assert telling.of("limit", {"llm": False}) == pytest.approx(0.269, abs=0.001)
    assert telling.of("consent", {"llm": True}) == 0.1
    assert telling.of("an-organisation's own", {"llm": True}) == 0.3


@pytest.mark.parametrize(
    ("text", "outsiders"),
    [
        ("Policyholders send photos to our damage model in the app.", "yes"),
        ("Our analysts send photos to our damage model in the console.", None),
    ],
)
def test_customers_are_people_outside(text: str, outsiders: str | None) -> None:
    source = Source(kind=SourceKind.PROSE, name="d.md", text=text)
    fact = begin("x", [source], KNOWLEDGE).system.facts.get("outsiders")
    assert (fact.value if fact else None) == outsiders
