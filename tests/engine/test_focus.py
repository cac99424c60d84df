from __future__ import annotations

from tests.engine.small import component, system
from threatwright.engine.focus import ASIDE, focus
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Provenance, assumed
from threatwright.model.journal import Source, SourceKind

READ = Provenance(source="document:design.md:1", quote="so it is written")


def told(text: str, *components: object) -> ThreatModel:
    source = Source(kind=SourceKind.PROSE, name="design.md", text=text)
    return ThreatModel(id="x", name="x", system=system(components), sources=(source,))  # type: ignore[arg-type]


def named(id_: str, kind: str, name: str) -> object:
    return component(id_, kind, by=READ).model_copy(update={"name": name})


def test_what_a_text_names_in_passing_counts_less_than_what_it_is_about() -> None:
    text = (
        "The assistant answers guests. It is open all day. Staff read along. The assistant writes "
        "mails. The assistant books rooms. Junk is taken out by a filter before."
    )
    found = focus(
        told(text, named("agent", "agent", "Assistant"), named("f", "inference-endpoint", "Filter"))
    )
    assert found["agent"] == 1.0
    assert found["f"] == ASIDE


def test_what_is_named_about_as_often_counts_the_same() -> None:
    text = "The scorer calls the ranker. The ranker answers the scorer."
    found = focus(
        told(
            text,
            named("s", "inference-endpoint", "Scorer"),
            named("r", "inference-endpoint", "Ranker"),
        )
    )
    assert set(found.values()) == {1.0}


def test_what_no_text_names_is_not_held_against_it() -> None:
    guess = component("guess", "inference-endpoint", by=assumed("predictive-api"))
    assert focus(told("The ranker answers.", guess)) == {}
