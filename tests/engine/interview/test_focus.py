from __future__ import annotations

from tests.engine.small import component, system
from threatwright.engine.interview.focus import ASIDE, components, gates
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Provenance, assumed
from threatwright.model.journal import Source, SourceKind

KNOWLEDGE = load_knowledge()
READ = Provenance(source="document:design.md:1", quote="so it is written")


def told(text: str, *parts: object) -> ThreatModel:
    source = Source(kind=SourceKind.PROSE, name="design.md", text=text)
    return ThreatModel(id="x", name="x", system=system(parts), sources=(source,))  # type: ignore[arg-type]


def named(id_: str, kind: str, name: str) -> object:
    return component(id_, kind, by=READ).model_copy(update={"name": name})


def test_what_a_text_names_in_passing_counts_less_than_what_it_is_about() -> None:
    text = (
        "The assistant answers guests. It is open all day. Staff read along. The assistant writes "
        "mails. The assistant books rooms. Junk is taken out by a filter before."
    )
    found = components(
        told(text, named("agent", "agent", "Assistant"), named("f", "inference-endpoint", "Filter"))
    )
    assert found["agent"] == 1.0
    assert found["f"] == ASIDE


def test_what_is_named_about_as_often_counts_the_same() -> None:
    text = "The scorer calls the ranker. The ranker answers the scorer."
    found = components(
        told(
            text,
            named("s", "inference-endpoint", "Scorer"),
            named("r", "inference-endpoint", "Ranker"),
        )
    )
    assert set(found.values()) == {1.0}


def test_what_no_text_names_is_not_held_against_it() -> None:
    guess = component("guess", "inference-endpoint", by=assumed("predictive-api"))
    assert components(told("The ranker answers.", guess)) == {}


CLINIC = (
    "Three ceiling cameras watch the gait of patients in a corridor of our clinic. A network that "
    "we trained on nine hundred clips scores every walk from one to ten. The score lands in the "
    "chart, where the physician sees it next to a short clip of the footage. Cameras and scoring "
    "box were mounted by a firm from Graz. Staff wear a badge so that the detector leaves them "
    "out. Once a year we record new clips, label them in pairs, and fit the network again."
)


def test_a_gate_that_no_word_of_the_text_suits_is_worth_less_of_a_question() -> None:
    suited = gates(told(CLINIC), KNOWLEDGE)
    assert suited["physical_input"] == suited["trains"] == 1.0
    assert 0.0 < suited["memory"] < 0.3


def test_a_short_text_speaks_against_no_gate() -> None:
    assert gates(told("It scores loans."), KNOWLEDGE) == {}
