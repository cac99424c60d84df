from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.engine import family, small
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.review.case import Case
from threatwright.engine.review.checks import RULES, beside, objections
from threatwright.knowledge.current import outdated
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact, Provenance
from threatwright.model.journal import (
    Answered,
    Decided,
    JournalEntry,
    Source,
    SourceKind,
)
from threatwright.model.objections import Baseline, Demands, Objection
from threatwright.model.system import SystemModel
from threatwright.model.terms import Level, Status

KNOWLEDGE = small.knowledge()
NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
EVADE = "T-evade@endpoint"


def model(*journal: JournalEntry, system: SystemModel | None = None) -> ThreatModel:
    source = Source(kind=SourceKind.SYSTEM, name="x.json", system=system or small.scoring())
    return derive(record(begin("Scoring", [source], KNOWLEDGE), *journal), KNOWLEDGE)


def found(of: ThreatModel, **demands: Any) -> tuple[Objection, ...]:
    return objections(Case(of, KNOWLEDGE, Demands(**demands), NOW))


def rules(of: ThreatModel, **demands: Any) -> list[str]:
    return [objection.rule for objection in found(of, **demands)]


def decided(status: Status, reason: str = "watched", threat: str = EVADE) -> Decided:
    return Decided(n=1, threat=threat, status=status, reason=reason)


# --- what is always asked ---------------------------------------------------------------------


def test_a_model_that_follows_from_its_record_passes() -> None:
    assert rules(model()) == []


def test_a_model_that_describes_nothing_does_not_pass() -> None:
    empty = begin("Empty", [], KNOWLEDGE)
    assert rules(empty) == ["nothing-described", "no-threats"]


def test_a_system_without_threats_does_not_pass() -> None:
    web = small.system((small.component("shop", "web-app"),))
    assert rules(model(system=web)) == ["no-threats"]


def test_a_residual_risk_that_was_lowered_in_the_file_is_found() -> None:
    honest = model()
    flattered = honest.model_copy(
        update={"threats": tuple(t.model_copy(update={"residual": 3}) for t in honest.threats)}
    )
    objected = found(flattered, max_residual=Level.MEDIUM)
    drift = [o for o in objected if o.rule == "not-derived"]
    assert {o.subject for o in drift} == {t.id for t in honest.threats}
    assert (
        "residual risk 3 in the file, 12 by its record" in {o.subject: o.text for o in drift}[EVADE]
    )
    assert "max-residual" in {o.rule for o in objected}, "the record counts, not the file"


def test_a_threat_that_was_taken_out_of_the_file_is_found() -> None:
    honest = model()
    (objection,) = found(honest.model_copy(update={"threats": honest.threats[1:]}))
    assert (objection.rule, objection.subject) == ("not-derived", honest.threats[0].id)
    assert "is not in the file" in objection.text


def test_a_decision_that_is_only_in_the_file_is_found_and_does_not_count() -> None:
    honest = model()
    waved = tuple(
        t.model_copy(update={"status": Status.ACCEPTED, "reason": "fine"}) for t in honest.threats
    )
    objected = found(honest.model_copy(update={"threats": waved}), decisions=True)
    assert {o.rule for o in objected} == {"not-derived", "undecided"}
    assert "accepted in the file, proposed by its record" in objected[0].text


def test_an_answer_that_the_threats_do_not_show_yet_is_found() -> None:
    said = Answered(n=1, question="endpoint.variable_cost", value="yes")
    (objection,) = found(record(model(), said))
    assert (objection.rule, objection.subject) == ("not-derived", "T-overload@endpoint")


def test_other_knowledge_is_found_with_what_it_would_change() -> None:
    fewer = small.knowledge(small.PATTERNS[:1]).model_copy(update={"digest": "earlier"})
    (objection,) = found(derive(model(), fewer))
    assert objection.rule == "other-knowledge"
    assert "threats are 1 new" in objection.text


def test_a_platform_that_changed_since_is_found_with_what_changed() -> None:
    platform = family.model_of("Platform", family.serving())
    team = family.team(platform)
    assert rules(team) == []
    answer = Answered(n=1, question="gateway.rate_limit", value="none")
    changed = team.inheriting((family.taken_in(family.after(platform, answer)),))
    (objection,) = found(changed)
    assert (objection.rule, objection.subject) == ("inherited-changed", "platform")
    assert "rate_limit was all, is none" in objection.text


# --- residual risk and decisions --------------------------------------------------------------


def test_a_residual_risk_above_the_limit_says_what_would_lower_it() -> None:
    objected = found(model(), max_residual=Level.MEDIUM)
    assert {o.subject for o in objected} == {EVADE, "T-extract@endpoint"}
    evade = next(o for o in objected if o.subject == EVADE)
    assert (evade.rule, evade.level, evade.weight) == ("max-residual", Level.HIGH, 12)
    assert "residual risk 12 is high; at most medium is allowed" in evade.text
    assert "Limit queries" in evade.fix
    assert "anyone can try" in evade.why


@pytest.mark.parametrize("limit", [Level.HIGH, Level.CRITICAL])
def test_a_residual_risk_at_the_limit_passes(limit: Level) -> None:
    assert "T-evade@endpoint" not in {o.subject for o in found(model(), max_residual=limit)}


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.REJECTED, Status.TRANSFERRED])
def test_a_decision_with_a_reason_settles_it(status: Status) -> None:
    objected = found(model(decided(status)), max_residual=Level.MEDIUM)
    evade = next(o for o in objected if o.subject == EVADE)
    assert not evade.stops
    assert evade.settled == f"{status}: watched"


def test_an_acceptance_without_a_reason_settles_nothing() -> None:
    of = model(decided(Status.ACCEPTED, reason=" "))
    evade = next(o for o in found(of, max_residual=Level.MEDIUM) if o.subject == EVADE)
    assert evade.stops
    assert "it was accepted without a reason" in evade.text
    undecided = {o.subject: o.text for o in found(of, decisions=True)}
    assert undecided[EVADE].endswith("it was accepted without a reason")


def test_every_threat_that_nobody_decided_is_named() -> None:
    objected = found(model(decided(Status.REJECTED)), decisions=True)
    assert {o.subject for o in objected} == {"T-extract@endpoint"}


def test_only_the_threats_that_are_asked_for_are_looked_at() -> None:
    assert rules(model(), decisions=True, only=("T-evade@*",)) == ["undecided"]
    assert rules(model(), decisions=True, only=("T-none@*",)) == []


def test_inherited_threats_are_left_to_their_own_file() -> None:
    team = family.team(family.model_of("Platform", family.serving(is_public=True)))
    assert any(t.inherited for t in team.threats)
    objected = found(team, decisions=True)
    assert not [o for o in objected if o.rule == "undecided" and "platform/" in o.subject]


# --- references and evidence ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edition", "id_", "name", "problem"),
    [
        ("2026.09", "AML.T0015", "Evade AI Model", ""),
        ("2026.09", "AML.T0015", "Evade ML Model", "is called “Evade AI Model”"),
        ("2025.03", "AML.T0015", "Evade ML Model", "is of another edition than 2026.09"),
        ("2026.09", "AML.T9999", "Nothing", "is in no edition at hand"),
    ],
)
def test_a_reference_is_current_only_with_its_edition_and_its_name(
    edition: str, id_: str, name: str, problem: str
) -> None:
    cited = Reference(list=ListName.ATLAS, edition=edition, id=id_, name=name)
    told = outdated(cited, KNOWLEDGE)
    assert problem in told
    assert bool(told) is bool(problem)


def test_a_reference_in_the_file_that_is_not_current_is_found() -> None:
    of = model()
    old = Reference(list=ListName.ATLAS, edition="2025.03", id="AML.T0015", name="Evade ML Model")
    first = of.threats[0].model_copy(update={"references": (old,)})
    changed = of.model_copy(update={"threats": (first, *of.threats[1:])})
    objected = found(changed, verified=True)
    assert "reference-not-current" in {o.rule for o in objected}
    assert "reference-not-current" not in rules(of, verified=True)


def limited(**more: Any) -> ThreatModel:
    return model(Answered(n=1, question="endpoint.rate_limit", value="all", **more))


def test_a_control_that_was_merely_chosen_has_no_evidence_whoever_chose_it() -> None:
    (objection,) = found(limited(by="Kim"), verified=True)
    assert (objection.rule, objection.subject) == (
        "mitigation-without-evidence",
        "endpoint.rate_limit",
    )
    assert objection.text == (
        "Rate limit of Endpoint is claimed, and answer 1 by Kim is a bare choice"
    )
    assert EVADE in objection.why


def test_words_about_a_control_are_evidence() -> None:
    assert rules(limited(by="Kim", text="20 a minute, set in the gateway."), verified=True) == []


def test_a_line_of_a_document_is_evidence_and_one_without_its_words_is_not() -> None:
    bare = Fact(value="all", provenance=Provenance(source="document:design.md:3"))
    for fact, objected in ((small.said("all"), []), (bare, ["mitigation-without-evidence"])):
        scoring = small.scoring()
        parts = tuple(
            c.model_copy(update={"facts": {**c.facts, "rate_limit": fact}})
            if c.id == "endpoint"
            else c
            for c in scoring.components
        )
        of = model(system=scoring.model_copy(update={"components": parts}))
        assert rules(of, verified=True) == objected


# --- time and questions -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "days", "expected"),
    [
        ("2026-09-30T12:00:00+00:00", 30, []),
        ("2026-08-01T12:00:00+00:00", 30, ["not-fresh"]),
        ("2026-08-01T12:00:00", 90, []),
        ("2026-10-01T11:00:00+00:00", 0, []),
        ("2027-01-01T12:00:00+00:00", 30, []),
        ("", 30, ["not-fresh"]),
        ("some day", 30, ["not-fresh"]),
    ],
)
def test_a_model_is_fresh_as_long_as_somebody_spoke_lately(
    at: str, days: int, expected: list[str]
) -> None:
    said = Answered(n=1, at=at, question="endpoint.variable_cost", value="no")
    assert rules(model(said), fresh=days) == expected


def test_catalogues_of_another_edition_are_not_fresh() -> None:
    said = Answered(n=1, at=NOW.isoformat(), question="endpoint.variable_cost", value="no")
    of = model(said)
    older = of.derived.model_copy(update={"editions": {"atlas": "2025.03"}})
    (objection,) = found(of.model_copy(update={"derived": older}), fresh=30)
    assert (objection.rule, objection.subject) == ("catalogue-outdated", "derived.atlas")


def test_more_open_questions_than_are_allowed_are_counted_and_the_best_is_named() -> None:
    (objection,) = found(model(), open_questions=0)
    assert objection.rule == "open-questions"
    assert f"{objection.weight} questions are open, and at most 0 may be" in objection.text
    assert rules(model(), open_questions=objection.weight) == []


# --- beside an earlier state ------------------------------------------------------------------


def marked(old: ThreatModel, new: ThreatModel, **demands: Any) -> dict[str, Baseline | None]:
    both = beside(found(new, **demands), found(old, **demands))
    return {o.subject: o.baseline for o in both}


def test_only_what_is_new_stops() -> None:
    costly = Answered(n=1, question="endpoint.variable_cost", value="yes")
    told = marked(model(), model(costly), max_residual=Level.MEDIUM)
    assert told == {
        EVADE: Baseline.UNCHANGED,
        "T-extract@endpoint": Baseline.UNCHANGED,
        "T-overload@endpoint": Baseline.NEW,
    }


def test_what_got_graver_stops_too_and_what_went_is_told() -> None:
    some = Answered(n=1, question="endpoint.rate_limit", value="some")
    none = Answered(n=2, question="endpoint.rate_limit", value="none", instead=(1,))
    worse = marked(model(some), model(some, none), max_residual=Level.LOW)
    assert worse[EVADE] is Baseline.UPDATED
    better = marked(model(some, none), model(some), max_residual=Level.LOW)
    assert better[EVADE] is Baseline.UNCHANGED
    full = Answered(n=1, question="endpoint.rate_limit", value="all")
    assert marked(model(), model(full), max_residual=Level.MEDIUM)[EVADE] is Baseline.ABSENT


def test_a_decision_that_was_taken_back_makes_it_new_again() -> None:
    told = marked(model(decided(Status.ACCEPTED)), model(), max_residual=Level.MEDIUM)
    assert told[EVADE] is Baseline.NEW


# --- the rules --------------------------------------------------------------------------------


def test_every_rule_has_an_id_of_its_own_and_says_what_to_do() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert all(rule.title and rule.why and rule.fix for rule in RULES)
    assert not set(ids) & {pattern.id for pattern in KNOWLEDGE.patterns}
