"""What must hold of every system, checked on random ones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.engine.small import (
    ASSUMED,
    SAID,
    component,
    flow,
    guessed,
    knowledge,
    pattern,
    said,
    system,
)
from threatwright.engine.interview.planner import open_questions
from threatwright.engine.rules.assessment import judge
from threatwright.engine.rules.conditions import Evaluator
from threatwright.engine.rules.draft import draft
from threatwright.engine.rules.wording import Wording
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Component, Flow, SystemModel
from threatwright.model.terms import Outcome
from threatwright.model.threats import Verdict

pytestmark = pytest.mark.long

KINDS = ("person", "inference-endpoint", "training", "dataset", "gateway", "llm")
KEYS = {
    "inference-endpoint": ("variable_cost", "untrusted_content", "rate_limit", "query_audit"),
    "training": ("writers",),
    "dataset": ("writers", "untrusted_content"),
    "gateway": ("rate_limit",),
}
VALUES = {
    "variable_cost": ("yes", "no"),
    "untrusted_content": ("yes", "no"),
    "rate_limit": ("none", "some", "all"),
    "query_audit": ("none", "some", "all"),
    "writers": ("few", "anyone"),
    "llm": ("yes", "no"),
    "trains": ("yes", "no"),
    "learns_from_others": ("yes", "no"),
    "outsiders": ("yes", "no"),
    "incident_response": ("none", "some", "all"),
}
SYSTEM_KEYS = ("llm", "trains", "learns_from_others", "outsiders", "incident_response")


def facts_for(keys: tuple[str, ...]) -> st.SearchStrategy[dict[str, Fact]]:
    def fact(key: str) -> st.SearchStrategy[Fact]:
        value = st.sampled_from(VALUES[key])
        return st.one_of(value.map(said), value.map(guessed), st.just(said(None)))

    return st.fixed_dictionaries({}, optional={key: fact(key) for key in keys})


@st.composite
def systems(draw: st.DrawFn) -> SystemModel:
    n = draw(st.integers(1, 6))
    components: list[Component] = []
    for i in range(n):
        kind = draw(st.sampled_from(KINDS))
        zone = draw(st.sampled_from(("internet", "production")))
        by = draw(st.sampled_from((SAID, ASSUMED)))
        facts: dict[str, Any] = draw(facts_for(KEYS.get(kind, ())))
        components.append(component(f"c{i}", kind, zone, by, **facts))
    flows: dict[str, Flow] = {}
    for _ in range(draw(st.integers(0, 8))):
        ends = draw(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)))
        movement = draw(st.sampled_from(("send", "read", "call")))
        by = draw(st.sampled_from((SAID, ASSUMED)))
        made = flow(f"c{ends[0]}", f"c{ends[1]}", movement, by)
        flows[made.id] = made
    return system(tuple(components), tuple(flows.values()), facts=draw(facts_for(SYSTEM_KEYS)))


CONDITIONS: tuple[dict[str, Any], ...] = (
    {"reached_by": "untrusted"},
    {"discloses_to": "untrusted"},
    {"all": [{"fact": "system.outsiders"}, {"reached_by": "untrusted"}]},
    {"any": [{"fact": "system.trains"}, {"not": {"fact": "system.llm"}}]},
    {"not": {"any": [{"fact": "system.trains"}, {"system_has": ["llm"]}]}},
    {"all": [{"connected": ["dataset"]}, {"not": {"fact": "system.learns_from_others"}}]},
)
WIDE: Knowledge = knowledge(
    (
        *(
            pattern(f"p{i}-{kind}", when=condition, kinds=[kind])
            for i, condition in enumerate(CONDITIONS)
            for kind in ("inference-endpoint", "training", "dataset", "llm")
        ),
        pattern("costly", when={"fact": "variable_cost"}),
        pattern("not-costly", when={"not": {"fact": "variable_cost"}}),
        pattern("written", when={"fact": "writers", "is": "anyone"}, kinds=["dataset"]),
    )
)


def verdicts(model: SystemModel) -> dict[tuple[str, str], Verdict]:
    evaluator, wording = Evaluator(model, WIDE), Wording(model, WIDE)
    return {
        (j.verdict.pattern, j.verdict.element): j.verdict
        for j in judge(model, WIDE, evaluator, wording)
    }


def holders(model: SystemModel) -> list[tuple[str, tuple[str, ...]]]:
    return [("system", SYSTEM_KEYS)] + [
        (c.id, KEYS[c.kind]) for c in model.components if c.kind in KEYS
    ]


def with_fact(model: SystemModel, element: str, key: str, fact: Fact) -> SystemModel:
    if element == "system":
        return model.model_copy(update={"facts": {**model.facts, key: fact}})
    return model.model_copy(
        update={
            "components": tuple(
                c.model_copy(update={"facts": {**c.facts, key: fact}}) if c.id == element else c
                for c in model.components
            )
        }
    )


def is_unstated(model: SystemModel, element: str, key: str) -> bool:
    fact = model.fact(element, key)
    return fact is None or not fact.is_stated


def contradicts(model: SystemModel, element: str, key: str, value: str) -> bool:
    """Whether a statement on who influences what goes against another one.

    That is a conflict, not a refinement: the less safe side is drafted, and a gap says so.
    """
    if key not in ("untrusted_content", "outsiders"):
        return False
    other = "no" if value == "yes" else "yes"
    held = [("system", "outsiders"), *((c.id, "untrusted_content") for c in model.components)]
    return any(
        (fact := model.fact(*where)) is not None and fact.is_stated and fact.value == other
        for where in held
        if where != (element, key)
    )


DEFINITE = (Outcome.APPLIES, Outcome.NOT_APPLICABLE)


@settings(max_examples=60)
@given(systems(), st.data())
def test_refining_an_unknown_never_flips_a_definite_verdict(
    model: SystemModel, data: st.DataObject
) -> None:
    open_facts = [
        (element, key)
        for element, keys in holders(model)
        for key in keys
        if is_unstated(model, element, key)
    ]
    if not open_facts:
        return
    element, key = data.draw(st.sampled_from(open_facts))
    value = data.draw(st.sampled_from(VALUES[key]))
    assume(not contradicts(model, element, key, value))
    before = verdicts(model)
    after = verdicts(with_fact(model, element, key, said(value)))
    for where, verdict in before.items():
        if verdict.outcome in DEFINITE and where in after:
            assert after[where].outcome is verdict.outcome


@settings(max_examples=60)
@given(systems(), st.data())
def test_a_verdict_changes_only_if_its_recorded_support_changed(
    model: SystemModel, data: st.DataObject
) -> None:
    element, keys = data.draw(st.sampled_from(holders(model)))
    key = data.draw(st.sampled_from(keys))
    value = data.draw(st.sampled_from(VALUES[key]))
    assume(not contradicts(model, element, key, value))
    before = verdicts(model)
    after = verdicts(with_fact(model, element, key, said(value)))
    changed = f"fact:{element}.{key}"
    for where, verdict in before.items():
        if where not in after or after[where].outcome is verdict.outcome:
            continue
        rests_on_paths = any(k.startswith("reach:") for k in verdict.support)
        assert changed in verdict.support or (
            rests_on_paths and key == "untrusted_content" and verdict.outcome not in DEFINITE
        )


@settings(max_examples=40)
@given(systems())
def test_unknown_never_equals_no(model: SystemModel) -> None:
    found = verdicts(model)
    for c in model.components:
        if is_unstated(model, c.id, "variable_cost") and ("costly", c.id) in found:
            assert found["costly", c.id].outcome is not Outcome.NOT_APPLICABLE
            assert found["not-costly", c.id].outcome is not Outcome.APPLIES


@settings(max_examples=40)
@given(systems(), st.randoms(use_true_random=False))
def test_the_result_does_not_depend_on_the_order_of_declaration(
    model: SystemModel, random: Any
) -> None:
    components, flows = list(model.components), list(model.flows)
    facts = list(model.facts.items())
    random.shuffle(components)
    random.shuffle(flows)
    random.shuffle(facts)
    shuffled = model.model_copy(
        update={"components": tuple(components), "flows": tuple(flows), "facts": dict(facts)}
    )
    assert draft(shuffled, WIDE) == draft(model, WIDE)


@settings(max_examples=40)
@given(systems())
def test_drafting_again_gives_the_same_bytes(model: SystemModel) -> None:
    def once() -> str:
        fresh = SystemModel.model_validate_json(model.model_dump_json())
        drafted = draft(fresh, WIDE)
        whole = ThreatModel(
            id="x", name="x", system=fresh, threats=drafted.threats, considered=drafted.considered
        )
        asked = [q.model_dump_json() for q in open_questions(whole, WIDE)]
        return whole.model_dump_json() + "".join(asked)

    assert once() == once()


@settings(max_examples=40)
@given(systems())
def test_controls_lower_residual_risk_and_never_hide_a_threat(model: SystemModel) -> None:
    def controlled(value: str) -> SystemModel:
        changed = model
        for element, keys in holders(model):
            for key in keys:
                if key in ("rate_limit", "query_audit", "incident_response"):
                    changed = with_fact(changed, element, key, said(value))
        return changed

    bare = {t.id: t for t in draft(controlled("none"), WIDE).threats}
    full = {t.id: t for t in draft(controlled("all"), WIDE).threats}
    assert bare.keys() == full.keys()
    for id_, threat in bare.items():
        assert threat.residual == threat.risk == full[id_].risk
        assert full[id_].residual <= full[id_].risk


@settings(max_examples=30)
@given(systems())
def test_questions_are_never_about_what_was_stated(model: SystemModel) -> None:
    whole = ThreatModel(id="x", name="x", system=model)
    for question in open_questions(whole, WIDE):
        fact = model.fact(question.element, question.fact)
        assert fact is None or not fact.is_stated
