"""Each pattern fires where its condition is met and is silent where it is denied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from tests.conformance.smallest import SAID, Solver, systems
from threatwright.engine.rules.assessment import Assessment
from threatwright.engine.rules.draft import draft
from threatwright.knowledge.load import load_knowledge
from threatwright.model.catalogue import ListName
from threatwright.model.facts import NO, Fact
from threatwright.model.patterns import Pattern
from threatwright.model.system import SystemModel
from threatwright.model.terms import ComponentKind, Effect, Outcome

KNOWLEDGE = load_knowledge()
SOLVER = Solver(KNOWLEDGE)
EVERY_PATTERN = pytest.mark.parametrize("pattern", KNOWLEDGE.patterns, ids=lambda p: p.id)

ANYTHING = KNOWLEDGE.patterns[0].model_copy(
    update={"kinds": (ComponentKind.MODEL_ARTIFACT,), "element": "component"}
)
"""A pattern that takes any system with a model in it."""
MOST_ATLAS_REFERENCES = 3
NOT_ON_A_SYSTEM = {"AML.TA0001", "AML.TA0002", "AML.TA0003"}
"""Attack adaptation, reconnaissance, resource development: what is done before and elsewhere."""


def _outcomes(system: SystemModel, pattern: Pattern) -> set[Outcome]:
    one = KNOWLEDGE.model_copy(update={"patterns": (pattern,)})
    return {judged.verdict.outcome for judged in Assessment(system, one).judged}


def _first(found: Iterable[SystemModel], pattern: Pattern, outcome: Outcome) -> SystemModel | None:
    return next((s for s in found if outcome in _outcomes(s, pattern)), None)


def _denying(pattern: Pattern) -> Iterator[SystemModel]:
    return systems(pattern, SOLVER.ways(pattern.when, False), KNOWLEDGE)


def _gates(pattern: Pattern) -> list[str]:
    """The gates behind which its kinds stand; one is empty if some kind may always be there."""
    return [KNOWLEDGE.kind_entries[kind].gate or "" for kind in pattern.kinds]


DENIABLE = [p for p in KNOWLEDGE.patterns if next(_denying(p), None) is not None]
"""Those whose condition something that is said makes false. The others rest on parts and flows
alone, which a description may leave out: they are silent where their element is missing."""
GATED = [p for p in KNOWLEDGE.patterns if all(_gates(p)) and p.kinds]


@EVERY_PATTERN
def test_a_pattern_fires_on_the_smallest_system_that_meets_its_condition(pattern: Pattern) -> None:
    ways = SOLVER.ways(pattern.when, True)
    system = _first(systems(pattern, ways, KNOWLEDGE), pattern, Outcome.APPLIES)
    assert system is not None, "no element of its kinds can have what its condition asks for"
    threats = [t for t in draft(system, KNOWLEDGE).threats if t.pattern == pattern.id]
    assert threats
    assert not any(threat.assumptions for threat in threats)
    assert all("{" not in t.title + t.scenario for t in threats)


@pytest.mark.parametrize("pattern", DENIABLE, ids=lambda p: p.id)
def test_a_pattern_is_ruled_out_where_its_condition_is_denied(pattern: Pattern) -> None:
    system = _first(_denying(pattern), pattern, Outcome.NOT_APPLICABLE)
    assert system is not None
    assert pattern.id not in {t.pattern for t in draft(system, KNOWLEDGE).threats}


@EVERY_PATTERN
def test_a_pattern_is_silent_where_there_is_nothing_that_it_is_about(pattern: Pattern) -> None:
    kinds = (ComponentKind.MODEL_ARTIFACT, ComponentKind.INFERENCE_ENDPOINT, ComponentKind.AGENT)
    other = next(kind for kind in kinds if kind not in pattern.kinds)
    elsewhere = ANYTHING.model_copy(update={"kinds": (other,)})
    system = next(systems(elsewhere, ((),), KNOWLEDGE))
    assert _outcomes(system, pattern) <= {Outcome.NOT_ASSESSED, Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize("pattern", GATED, ids=lambda p: p.id)
def test_a_pattern_is_ruled_out_where_all_its_kinds_are_denied(pattern: Pattern) -> None:
    system = next(systems(ANYTHING, ((),), KNOWLEDGE))
    denied = {gate: Fact(value=NO, provenance=SAID) for gate in _gates(pattern)}
    without = system.model_copy(update={"facts": denied})
    assert _outcomes(without, pattern) == {Outcome.NOT_APPLICABLE}


@EVERY_PATTERN
def test_something_stops_a_pattern_and_something_notices_it(pattern: Pattern) -> None:
    effects = {countermeasure.effect for countermeasure in pattern.lowers}
    is_complete = Effect.DETECTS in effects and effects & {Effect.PREVENTS, Effect.HINDERS}
    assert is_complete or pattern.no_countermeasure, effects


@EVERY_PATTERN
def test_a_pattern_cites_at_most_three_techniques_for_its_harm(pattern: Pattern) -> None:
    cited = [KNOWLEDGE.cite(one.id) for one in pattern.references]
    assert sum(r.list is ListName.ATLAS for r in cited) <= MOST_ATLAS_REFERENCES
    assert len({r.id for r in cited}) == len(cited)


@EVERY_PATTERN
def test_each_base_value_has_its_reason(pattern: Pattern) -> None:
    changes = (*pattern.likelihood.raise_, *pattern.likelihood.lower)
    reasons = (
        pattern.likelihood.because,
        *(impact.because for impact in pattern.impact),
        *(change.because for change in changes),
        pattern.not_when,
    )
    assert all(len(reason.split()) >= 2 for reason in reasons), reasons


# --- what the patterns cover ------------------------------------------------------------------

CITED = {c.id for p in KNOWLEDGE.patterns for c in (*p.references, *p.steps)}

NOT_DONE_TO_A_SYSTEM: frozenset[str] = frozenset()
"""Techniques of other tactics that are no act on a victim's AI system. There are none at present:
one that a new release brings may be put here, with the reason why no pattern can cite it."""


@pytest.mark.parametrize(
    ("list_", "edition"),
    [
        (ListName.OWASP_ML, "2023"),
        (ListName.OWASP_LLM, "2026"),
        (ListName.OWASP_AGENTIC, "2026"),
    ],
)
def test_every_entry_of_owasp_is_cited_by_a_pattern(list_: ListName, edition: str) -> None:
    entries = [e for key, e in KNOWLEDGE.entries.items() if key[:2] == (list_, edition)]
    harms = {c.id for p in KNOWLEDGE.patterns for c in p.references}
    assert [e.id for e in entries if f"{e.id}:{edition}" not in harms] == []
    assert len(entries) == 10


def test_every_technique_that_acts_on_a_system_is_cited_by_a_pattern() -> None:
    techniques = [e for e in KNOWLEDGE.entries.values() if e.type == "technique"]
    acting = {e.id for e in techniques if not set(e.tactics) <= NOT_ON_A_SYSTEM}
    # A sub-technique is the more exact citation, and stands for its parent.
    cited = CITED | {e.parent for e in techniques if e.id in CITED and e.parent}
    assert acting - cited - NOT_DONE_TO_A_SYSTEM == set()
    assert acting - cited >= NOT_DONE_TO_A_SYSTEM


def test_every_mitigation_is_described_checked_and_used() -> None:
    used = {c.control for p in KNOWLEDGE.patterns for c in p.lowers}
    subcategories = {e.id for e in KNOWLEDGE.entries.values() if e.list is ListName.NIST_AI_RMF}
    assert len(KNOWLEDGE.mitigations) >= 110
    for mitigation in KNOWLEDGE.mitigations:
        assert mitigation.nist, mitigation.id
        assert set(mitigation.nist) <= subcategories, mitigation.id
        assert mitigation.verify.strip(), mitigation.id
        assert mitigation.id in used or mitigation.id.startswith("AML.M"), mitigation.id


def test_every_mitigation_of_atlas_is_a_control_of_ours() -> None:
    entries = {e.id for e in KNOWLEDGE.entries.values() if e.type == "mitigation"}
    assert entries <= KNOWLEDGE.mitigation_entries.keys()
