"""An assessment that follows another says what one from nothing would."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine import small
from threatwright.engine.derive import Derived, begin, derived, record
from threatwright.engine.interview.asking import Agenda
from threatwright.engine.rules.assessment import Assessment
from threatwright.engine.rules.carried import Kept, bearing, bearings_of, changed_facts, unaffected
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.journal import (
    Answered,
    Confirmed,
    JournalEntry,
    Retracted,
    Source,
    SourceKind,
    Told,
    Unknown,
)
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SYSTEM, Component, SystemModel
from threatwright.model.terms import Depth

pytestmark = pytest.mark.long

DESCRIPTIONS = (
    "A web shop sends each order to our scoring API. Customers place the orders. We train it.",
    "An assistant answers customers from our articles with an LLM of a vendor. It opens tickets.",
    "Data scientists train models on Kubernetes, keep them in MLflow and serve them with KServe.",
)
TOLD = ("there is also a Redis cache", "there is no gateway", "the model is hosted by a vendor")
KNOWN = small.knowledge()


@cache
def known() -> Knowledge:
    return load_knowledge()


@cache
def models() -> tuple[ThreatModel, ...]:
    sources = (Source(kind=SourceKind.PROSE, name="d.md", text=text) for text in DESCRIPTIONS)
    return tuple(begin("x", [source], known()) for source in sources)


@st.composite
def courses(draw: st.DrawFn) -> tuple[ThreatModel, list[JournalEntry]]:
    """A model, and what is said about it: answers to facts of elements, words, retractions."""
    model = draw(st.sampled_from(models()))
    components = [e for e in model.system.elements.values() if isinstance(e, Component)]
    entries: list[JournalEntry] = []
    for n in range(1, draw(st.integers(2, 6)) + 1):
        component = draw(st.sampled_from(components))
        on_system = draw(st.booleans()) or not known().facts_of(component.kind)
        facts = (
            [fact for fact in known().facts if fact.on == "system"]
            if on_system
            else known().facts_of(component.kind)
        )
        fact = draw(st.sampled_from(facts))
        question = f"{SYSTEM if on_system else component.id}.{fact.key}"
        entries.append(
            draw(
                st.one_of(
                    st.builds(
                        Answered,
                        n=st.just(n),
                        question=st.just(question),
                        value=st.sampled_from([choice.value for choice in fact.choices]),
                        default=st.booleans(),
                        hedged=st.booleans(),
                    ),
                    st.just(Unknown(n=n, question=question)),
                    st.builds(Told, n=st.just(n), text=st.sampled_from(TOLD)),
                    st.just(Confirmed(n=n, elements=tuple(model.system.elements))),
                    st.builds(Retracted, n=st.just(n), entry=st.integers(1, max(1, n - 1))),
                )
            )
        )
    return model, entries


@given(courses())
@settings(max_examples=15)
def test_what_is_kept_of_an_assessment_is_what_would_be_worked_out_again(
    course: tuple[ThreatModel, list[JournalEntry]],
) -> None:
    model, entries = course
    now = derived(model, known())
    Agenda(*now)
    for entry in entries:
        then = derived(record(now.model, entry), known(), now.assessment)
        assert_same(then, derived(then.model, known()))
        now = then


@pytest.mark.parametrize("value", ["money", "rights-or-safety"])
def test_of_what_the_output_decides_the_impacts_alone_are_worked_out_anew(value: str) -> None:
    model = models()[0]
    now = derived(model, known())
    Agenda(*now)
    question = f"{SYSTEM}.decision_effect"
    answered = record(now.model, Answered(n=1, question=question, value=value))
    then = derived(answered, known(), now.assessment)
    at = [(j.pattern, j.element) for j in now.assessment.judged if j.element is not None]
    risks = [(now.assessment.at(*place), then.assessment.at(*place)) for place in at]
    assert any(old.impact != new.impact for old, new in risks)
    assert all(old.likelihood is new.likelihood for old, new in risks)
    assert_same(then, derived(then.model, known()))


def assert_same(followed: Derived, anew: Derived) -> None:
    assert followed.model == anew.model
    assert followed.assessment.judged == anew.assessment.judged
    one, other = Agenda(*followed), Agenda(*anew)
    assert one.open == other.open
    assert one.next(Depth.THOROUGH) == other.next(Depth.THOROUGH)
    assert one.progress(Depth.STANDARD) == other.progress(Depth.STANDARD)


def kept(after: SystemModel, before: SystemModel | None = None) -> Kept | None:
    return unaffected(before or small.scoring(), after, KNOWN, bearings_of(KNOWN))


def same(found: Kept | None, *places: str) -> set[str]:
    """Ids of the patterns that are the same where they rest on these places."""
    assert found is not None
    return {p.id for p in KNOWN.patterns if found.where(p).isdisjoint({SYSTEM, *places})}


ALL = {p.id for p in KNOWN.patterns}


def test_an_answer_bears_on_the_patterns_that_speak_of_its_fact_where_it_is_said() -> None:
    before = small.scoring()
    after = small.scoring(variable_cost=small.said("yes"))
    assert changed_facts(before, after) == {"variable_cost": frozenset({"endpoint"})}
    assert same(kept(after), "endpoint") == ALL - {"overload"}
    assert same(kept(after), "customer") == ALL


def test_an_answer_about_the_whole_system_bears_on_every_place() -> None:
    before = small.scoring()
    after = before.model_copy(update={"facts": {"outsiders": small.said("no")}})
    assert same(kept(after), "customer") == same(kept(after)) == {"extract", "overload"}


def test_a_control_bears_on_the_patterns_that_it_lowers() -> None:
    (extract,) = (p for p in KNOWN.patterns if p.id == "extract")
    assert bearing(extract, KNOWN) == {"rate_limit", "query_audit"}


def test_who_responds_bears_on_what_is_left_of_risks_that_are_detected() -> None:
    before = small.scoring()
    after = before.model_copy(update={"facts": {"incident_response": small.said("all")}})
    found = kept(after)
    assert same(found) == ALL
    assert found is not None
    assert {p.id for p in KNOWN.patterns if not found.is_left_the_same(p)} == {"extract"}


def test_new_content_of_outsiders_bears_on_everything() -> None:
    assert kept(small.scoring(untrusted_content=small.said("yes"))) is None


def test_that_outsiders_fill_nothing_bears_on_what_they_would_reach() -> None:
    found = kept(small.scoring(untrusted_content=small.said("no")))
    assert same(found, "endpoint") == {"extract", "overload"}
    assert same(found, "customer") == ALL


def test_that_there_is_a_language_model_bears_on_what_some_threats_cite() -> None:
    before = models()[0].system
    after = before.model_copy(update={"facts": {**before.facts, "llm": small.said("yes")}})
    found = unaffected(before, after, known(), bearings_of(known()))
    assert found is not None
    cites = {pattern.id: found.cites_the_same(pattern) for pattern in known().patterns}
    assert not cites["direct-prompt-injection"]
    assert cites["presentation-attack"]


@pytest.mark.parametrize("value", ["yes", "no"])
@pytest.mark.parametrize("number", range(len(DESCRIPTIONS)))
def test_of_whether_there_is_a_language_model_the_rest_is_kept(number: int, value: str) -> None:
    now = derived(models()[number], known())
    Agenda(*now)
    answered = record(now.model, Answered(n=1, question=f"{SYSTEM}.llm", value=value))
    then = derived(answered, known(), now.assessment)
    assert_same(then, derived(then.model, known()))


def test_whatever_else_changes_in_a_system_bears_on_everything() -> None:
    before = small.scoring()
    renamed = before.components[0].model_copy(update={"name": "Client"})
    for after in (
        before.model_copy(update={"components": (renamed, *before.components[1:])}),
        before.model_copy(update={"components": before.components[1:], "flows": ()}),
        before.model_copy(update={"assets": (small.customer_data("endpoint"),)}),
        small.scoring(by=small.ASSUMED),
    ):
        assert changed_facts(before, after) is None
        assert kept(after) is None


def test_nothing_is_worked_out_twice_where_nothing_changed() -> None:
    before = Assessment(small.scoring(), KNOWN)
    judged = before.judged
    after = before.following(small.scoring())
    assert all(old.verdict is new.verdict for old, new in zip(judged, after.judged, strict=True))
