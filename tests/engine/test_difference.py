from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.engine import family, small
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.difference import Named, difference
from threatwright.model.contributions import Proposed, Suggested
from threatwright.model.difference import (
    Aspect,
    Became,
    Cause,
    CauseKind,
    Difference,
    ThreatChange,
)
from threatwright.model.document import ThreatModel
from threatwright.model.journal import (
    Answered,
    Decided,
    JournalEntry,
    Removed,
    Renamed,
    Retracted,
    Skipped,
    Source,
    SourceKind,
    Told,
)
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SystemModel
from threatwright.model.terms import Coverage, Status

KNOWLEDGE = small.knowledge()
COSTLY = Answered(n=1, by="Kim", question="endpoint.variable_cost", value="yes")
LIMITED = Answered(n=2, by="Ana", question="endpoint.rate_limit", value="all")


def model(*journal: JournalEntry, system: SystemModel | None = None) -> ThreatModel:
    source = Source(kind=SourceKind.SYSTEM, name="scoring.json", system=system or small.scoring())
    return derive(record(begin("Scoring", [source], KNOWLEDGE), *journal), KNOWLEDGE)


def between(old: ThreatModel, new: ThreatModel, knowledge: Knowledge = KNOWLEDGE) -> Difference:
    return difference(Named(old, "old.yaml"), Named(new, "new.yaml"), knowledge)


def change_of(found: Difference, threat: str) -> ThreatChange:
    return next(change for change in found.threats if change.id == threat)


def refs(causes: tuple[Cause, ...]) -> list[str]:
    return [cause.ref for cause in causes]


def accepted(n: int, threat: str, **more: Any) -> Decided:
    return Decided(n=n, by="Pat", threat=threat, status=Status.ACCEPTED, reason="watched", **more)


# --- what did not change ----------------------------------------------------------------------


def test_a_model_does_not_differ_from_itself() -> None:
    found = between(model(COSTLY), model(COSTLY))
    assert found.is_empty
    assert not found.done
    assert not found.notes


def test_what_comes_and_goes_between_two_states_is_no_difference() -> None:
    back = Retracted(n=2, entry=1)
    found = between(model(), model(COSTLY, back))
    assert found.is_empty
    assert refs(found.done) == ["answer:1", "retraction:2"]


# --- answers ----------------------------------------------------------------------------------


def test_a_new_threat_names_the_answer_that_made_it_and_the_fact_it_rests_on() -> None:
    found = between(model(LIMITED), model(LIMITED, COSTLY.model_copy(update={"n": 3})))
    (change,) = found.threats
    assert (change.id, change.became) == ("T-overload@endpoint", Became.NEW)
    (cause,) = change.causes
    assert (cause.kind, cause.ref, cause.by) == (CauseKind.ANSWER, "answer:3", "Kim")
    assert cause.text == "Variable cost of Endpoint: “Yes”"
    assert [ground.id for ground in cause.through] == ["fact:endpoint.variable_cost"]


def test_of_two_answers_each_threat_names_its_own() -> None:
    found = between(model(), model(COSTLY, LIMITED))
    assert refs(change_of(found, "T-evade@endpoint").causes) == ["answer:2"]
    assert Aspect.RESIDUAL in change_of(found, "T-evade@endpoint").changed
    assert refs(change_of(found, "T-overload@endpoint").causes) == ["answer:1"]


def test_a_risk_that_several_answers_moved_names_all_of_them_in_order() -> None:
    part = Answered(n=1, question="endpoint.rate_limit", value="some")
    whole = Answered(n=3, question="endpoint.rate_limit", value="all", instead=(1,))
    found = between(model(), model(part, Skipped(n=2, question="endpoint.query_audit"), whole))
    change = change_of(found, "T-evade@endpoint")
    assert refs(change.causes) == ["answer:1", "answer:3"]
    assert change.before is not None
    assert change.after is not None
    assert change.after.residual < change.before.residual
    assert change.after.risk == change.before.risk


def test_a_threat_that_is_gone_names_what_took_it_away() -> None:
    found = between(model(COSTLY), model(COSTLY, Retracted(n=2, entry=1)))
    (change,) = found.threats
    assert (change.id, change.became, change.after) == ("T-overload@endpoint", Became.GONE, None)
    (cause,) = change.causes
    assert (cause.kind, cause.ref) == (CauseKind.RETRACTION, "retraction:2")
    assert cause.text == "taken back: Variable cost of Endpoint: “Yes”"


def test_a_journal_that_went_another_way_tells_what_is_in_it_no_more() -> None:
    other = Answered(n=1, question="endpoint.query_audit", value="none")
    found = between(model(COSTLY), model(other))
    assert refs(found.done) == ["answer:1", "answer:1"]
    (cause,) = change_of(found, "T-overload@endpoint").causes
    assert cause.kind is CauseKind.RETRACTION
    assert cause.text == "in the journal no more: Variable cost of Endpoint: “Yes”"


def test_facts_are_told_with_their_values_and_answers() -> None:
    found = between(model(), model(LIMITED))
    (change,) = found.system
    assert (change.what, change.id, change.became) == ("fact", "endpoint.rate_limit", Became.NEW)
    assert (change.before, change.after) == ("", "“Everywhere”")
    assert refs(change.causes) == ["answer:2"]


# --- corrections, sources, edits --------------------------------------------------------------


def test_an_element_that_was_removed_takes_its_threats_along() -> None:
    found = between(model(), model(Removed(n=1, element="customer")))
    gone = {(change.what, change.id) for change in found.system}
    assert ("component", "customer") in gone
    assert all(change.became is Became.GONE for change in found.system)
    change = change_of(found, "T-evade@endpoint")
    assert change.became is Became.GONE
    (cause,) = change.causes
    assert (cause.kind, cause.text) == (CauseKind.CORRECTION, "Customer does not exist")
    assert "element:customer" in {ground.id for ground in cause.through}


def test_a_new_name_is_a_change_of_words_and_not_of_risk() -> None:
    found = between(model(), model(Renamed(n=1, element="endpoint", name="Scorer")))
    assert {change.changed for change in found.threats} == {(Aspect.TEXT,)}
    (part,) = found.system
    assert part.became is Became.CHANGED
    assert "“Scorer”" in part.after


def test_an_edit_by_hand_comes_after_the_answers_that_it_builds_on() -> None:
    old = model()
    answered = derive(record(old, LIMITED.model_copy(update={"n": 1})), KNOWLEDGE)
    parts = answered.system.components
    without = answered.system.model_copy(
        update={
            "components": tuple(c for c in parts if c.id != "customer"),
            "flows": tuple(f for f in answered.system.flows if f.source != "customer"),
        }
    )
    edited = Source(kind=SourceKind.SYSTEM, name="the model file", system=without, after=1)
    new = derive(answered.model_copy(update={"sources": (*answered.sources, edited)}), KNOWLEDGE)
    found = between(old, new)
    assert refs(found.done) == ["answer:1", "edit"]
    assert refs(change_of(found, "T-evade@endpoint").causes) == ["edit"]
    fact = next(change for change in found.system if change.what == "fact")
    assert refs(fact.causes) == ["answer:1"]


def test_a_document_that_changed_names_the_parts_that_it_changed() -> None:
    bigger = small.scoring()
    stranger = small.component("stranger", "person", "internet")
    drawn = bigger.model_copy(
        update={
            "components": (*bigger.components, stranger),
            "flows": (*bigger.flows, small.flow("stranger", "endpoint")),
        }
    )
    found = between(model(), model(system=drawn))
    assert {cause.kind for change in found.threats for cause in change.causes} <= {
        CauseKind.DOCUMENT
    }
    new = [change for change in found.system if change.became is Became.NEW]
    assert {(change.what, change.id) for change in new} == {
        ("component", "stranger"),
        ("flow", "stranger-to-endpoint"),
    }
    assert all(refs(change.causes) == ["document:scoring.json"] for change in new)


# --- decisions --------------------------------------------------------------------------------


def test_a_decision_is_told_with_who_made_it_and_is_its_own_cause() -> None:
    found = between(model(), model(accepted(1, "T-evade@endpoint", owner="Ops")))
    (change,) = found.decisions
    assert change.before is None
    assert change.after is not None
    assert (change.after.status, change.after.by, change.after.owner) == (
        Status.ACCEPTED,
        "Pat",
        "Ops",
    )
    assert refs(change.causes) == ["decision:1"]
    assert refs(change_of(found, "T-evade@endpoint").causes) == ["decision:1"]


def test_decisions_in_a_row_are_told_apart() -> None:
    both = (accepted(1, "T-evade@endpoint"), accepted(2, "T-extract@endpoint"))
    found = between(model(), model(*both))
    assert refs(change_of(found, "T-evade@endpoint").causes) == ["decision:1"]
    assert refs(change_of(found, "T-extract@endpoint").causes) == ["decision:2"]


def test_an_accepted_threat_whose_grounds_are_gone_is_stale_and_says_by_what() -> None:
    taken = accepted(2, "T-overload@endpoint")
    back = Retracted(n=3, entry=1)
    found = between(model(COSTLY, taken), model(COSTLY, taken, back))
    (change,) = found.decisions
    assert change.before == change.after
    assert change.stale == "It is accepted, and nothing makes it a threat any more."
    assert refs(change.causes) == ["retraction:3"]


def test_an_accepted_threat_whose_risk_moved_since_is_stale() -> None:
    taken = accepted(1, "T-evade@endpoint")
    found = between(model(taken), model(taken, LIMITED))
    (change,) = found.decisions
    assert change.stale.startswith("It was accepted at risk 12 and residual risk 12; these are 12")
    assert refs(change.causes) == ["answer:2"]


def test_a_decision_that_was_taken_back_is_told() -> None:
    taken = accepted(1, "T-evade@endpoint")
    found = between(model(taken), model(taken, Retracted(n=2, entry=1)))
    (change,) = found.decisions
    assert (change.after, refs(change.causes)) == (None, ["retraction:2"])


# --- mitigations, gaps ------------------------------------------------------------------------


def test_a_control_is_told_once_for_all_threats_that_it_stands_against() -> None:
    found = between(model(), model(COSTLY, LIMITED))
    change = next(c for c in found.mitigations if c.mitigation == "limit-queries")
    assert (change.before, change.after) == (Coverage.UNKNOWN, Coverage.FULL)
    assert set(change.threats) == {"T-evade@endpoint", "T-extract@endpoint"}
    assert refs(change.causes) == ["answer:2"]


def test_a_gap_that_opened_names_what_opened_it() -> None:
    found = between(model(), model(Removed(n=1, element="customer")))
    opened = {gap.id: refs(gap.causes) for gap in found.gaps if gap.became is Became.NEW}
    assert opened["nobody-uses-it"] == ["answer:1"]


# --- a language model -------------------------------------------------------------------------


def test_what_a_language_model_suggested_is_its_contribution() -> None:
    rating = {"value": 4, "because": "so it seems"}
    suggested = Suggested.model_validate(
        {
            "id": "T-m-1@endpoint",
            "element": "endpoint",
            "stride": ["tampering"],
            "title": "Something else",
            "scenario": "Somebody does it.",
            "stage": "operation",
            "likelihood": rating,
            "impact": rating,
        }
    )
    spoke = Proposed(
        n=1, model="some-model", ground="0", element="endpoint", suggested=(suggested,)
    )
    found = between(model(), model(spoke))
    (change,) = found.threats
    (cause,) = change.causes
    assert (change.became, cause.kind, cause.ref) == (
        Became.NEW,
        CauseKind.LANGUAGE_MODEL,
        "llm:1",
    )
    assert "some-model" in cause.text


# --- knowledge --------------------------------------------------------------------------------


def later(*patterns: str) -> Knowledge:
    """A knowledge base of another release, with some of the patterns."""
    kept = tuple(p for p in small.PATTERNS if p.id in patterns)
    return small.knowledge(kept).model_copy(update={"digest": "later"})


def test_where_the_record_is_the_same_the_knowledge_base_changed() -> None:
    old = model(COSTLY)
    known = later("evade", "overload")
    found = between(old, derive(old, known), known)
    (cause,) = found.done
    assert (cause.kind, cause.ref) == (CauseKind.KNOWLEDGE, "knowledge")
    (change,) = found.threats
    assert (change.id, change.became) == ("T-extract@endpoint", Became.GONE)
    assert change.causes[0].text.startswith("the knowledge base changed")
    assert change.causes[0].through[0].text == "rule extract: it was taken out"


def test_a_rule_that_is_new_is_told_as_new_and_an_answer_as_an_answer() -> None:
    known = later("evade", "extract", "overload")
    first = later("extract", "overload").model_copy(update={"digest": "first"})
    old = derive(model(), first)
    new = derive(record(old, COSTLY), known)
    found = between(old, new, known)
    evade = change_of(found, "T-evade@endpoint")
    assert [(c.kind, c.through[0].text) for c in evade.causes] == [
        (CauseKind.KNOWLEDGE, "rule evade: it is new")
    ]
    assert refs(change_of(found, "T-overload@endpoint").causes) == ["answer:1"]
    assert refs(found.done) == ["knowledge", "answer:1"]


def test_two_files_of_the_same_older_knowledge_differ_by_their_records_alone() -> None:
    old = derive(model(), later("evade", "extract"))
    new = derive(record(old, LIMITED), later("evade", "extract"))
    found = between(old, new, KNOWLEDGE)
    assert {cause.kind for change in found.threats for cause in change.causes} == {CauseKind.ANSWER}
    assert any("drafted with other knowledge" in note for note in found.notes)


def test_catalogues_of_another_edition_are_named() -> None:
    old = model()
    editions = {"atlas": "2026.03"}
    then = old.model_copy(
        update={"derived": old.derived.model_copy(update={"knowledge": "0", "editions": editions})}
    )
    (cause,) = between(then, old).done
    assert cause.text == "the knowledge base changed: atlas 2026.03 → 2026.09"


# --- what does not follow from the record -----------------------------------------------------


def test_a_threat_that_was_edited_in_the_file_is_noted_and_not_believed() -> None:
    honest = model()
    first, *others = honest.threats
    flattered = first.model_copy(update={"residual": 1, "residual_likelihood": 1})
    new = honest.model_copy(update={"threats": (flattered, *others)})
    found = between(honest, new)
    assert found.threats == ()
    (note,) = found.notes
    assert note.startswith(
        f"new.yaml: threats in the file do not follow from its record: {first.id}"
    )


# --- inheritance ------------------------------------------------------------------------------


def test_what_a_platform_changed_is_told_with_the_file_and_the_element() -> None:
    platform = family.model_of("Platform", family.serving())
    limited = family.after(platform, Answered(n=1, question="gateway.rate_limit", value="none"))
    found = between(family.team(platform), family.team(limited))
    moved = [c for c in found.threats if Aspect.RESIDUAL in c.changed]
    assert moved
    for change in moved:
        (cause,) = change.causes
        assert (cause.kind, cause.ref) == (CauseKind.INHERITED, "inherited:platform")
        assert "fact:platform/gateway.rate_limit" in {ground.id for ground in cause.through}


def test_a_platform_that_is_inherited_now_brings_its_parts() -> None:
    platform = family.model_of("Platform", family.serving())
    team = family.team(platform)
    alone = derive(team.model_copy(update={"inherits": ()}).inheriting(()), KNOWLEDGE)
    found = between(alone, team)
    new = {change.id for change in found.system if change.became is Became.NEW}
    assert {"platform/gateway", "platform/endpoint"} <= new
    assert refs(found.done) == ["inherited:platform"]


# --- always ------------------------------------------------------------------------------------


def test_the_same_two_states_give_the_same_bytes() -> None:
    told = Told(n=3, text="The endpoint writes logs.")
    states = model(), model(COSTLY, LIMITED, told)
    assert between(*states).model_dump_json() == between(*states).model_dump_json()


QUESTIONS = (
    "endpoint.variable_cost",
    "endpoint.rate_limit",
    "endpoint.query_audit",
    "endpoint.untrusted_content",
    "system.outsiders",
    "system.incident_response",
)


@st.composite
def journals(draw: st.DrawFn) -> tuple[JournalEntry, ...]:
    """Answers, corrections, decisions, and some of them taken back."""
    entries: list[JournalEntry] = []
    for n in range(1, draw(st.integers(0, 6)) + 1):
        question = draw(st.sampled_from(QUESTIONS))
        choices = KNOWLEDGE.fact_entries[question.rpartition(".")[2]].choices
        made: list[JournalEntry] = [
            Answered(n=n, question=question, value=draw(st.sampled_from(choices)).value),
            Removed(n=n, element="customer"),
            accepted(n, "T-evade@endpoint"),
            *([Retracted(n=n, entry=draw(st.integers(1, n - 1)))] if n > 1 else []),
        ]
        entries.append(draw(st.sampled_from(made)))
    return tuple(entries)


TAKEN_BACK = (accepted(1, "T-evade@endpoint"), Retracted(n=2, entry=1))


@given(journals(), journals())
@example(TAKEN_BACK, (*TAKEN_BACK, Retracted(n=3, entry=2)))
@settings(max_examples=40)
def test_every_change_between_any_two_states_has_a_cause(
    one: tuple[JournalEntry, ...], other: tuple[JournalEntry, ...]
) -> None:
    found = between(model(*one), model(*other))
    causes = [
        *(change.causes for change in found.system),
        *(change.causes for change in found.threats),
        *(change.causes for change in found.decisions),
        *(change.causes for change in found.mitigations),
        *(change.causes for change in found.gaps),
    ]
    assert all(causes)
    assert {ref for each in causes for ref in refs(each)} <= set(refs(found.done))


def test_a_decision_that_is_no_longer_taken_back_is_told_by_the_retraction_that_is_missing() -> (
    None
):
    decision = accepted(1, "T-evade@endpoint")
    found = between(model(decision, Retracted(n=2, entry=1)), model(decision))
    (change,) = found.decisions
    assert refs(change.causes) == ["retraction:2"]


def test_a_decision_that_a_second_retraction_gives_back_is_told_by_that_retraction() -> None:
    found = between(model(*TAKEN_BACK), model(*TAKEN_BACK, Retracted(n=3, entry=2)))
    (change,) = found.decisions
    assert refs(change.causes) == ["retraction:3"]
