"""Answers, corrections, re-drafts and decisions in any order: what a reviewer said is never lost.

`make test-slow` runs 200 sequences of them, each step of which is checked.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.engine.small import PATTERNS, component, flow, guessed, knowledge, system
from threatwright.adapters.model_text import model_of, text_of
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.record.decisions import decisions
from threatwright.engine.record.speaker import NOBODY, Speaker
from threatwright.engine.said.answers import entries_for
from threatwright.errors import InputError
from threatwright.model.contributions import (
    Criticised,
    Merged,
    Proposed,
    Rating,
    Suggested,
    Tailored,
    Withdrawn,
)
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Decided, Source, SourceKind
from threatwright.model.said import (
    Connect,
    Correct,
    Decide,
    Edit,
    Revise,
    Said,
    Split,
    State,
    Undo,
)
from threatwright.model.system import SystemModel
from threatwright.model.terms import ComponentKind, Stage, Status, Stride
from threatwright.model.threats import Threat

KNOWLEDGE = knowledge()
OLDER = knowledge(PATTERNS[:3]).model_copy(update={"digest": "older"})
PEOPLE = (NOBODY, Speaker("Ana", "product"), Speaker("Bo", "devops"))
SUGGESTED = Suggested(
    id="T-tampering-1@endpoint",
    element="endpoint",
    stride=(Stride.TAMPERING,),
    title="A cache is poisoned",
    scenario="Somebody writes into the cache.",
    stage=Stage.OPERATION,
    likelihood=Rating(value=3, because="anyone writes"),
    impact=Rating(value=3, because="answers are wrong"),
)


class Before(NamedTuple):
    """What undoing is to give back."""

    system: SystemModel
    threats: tuple[Threat, ...]
    decided: dict[str, Decided]
    kept: set[tuple[str, Status, int]]


def kept(model: ThreatModel) -> set[tuple[str, Status, int]]:
    return {(one.threat, one.status, one.entry) for one in model.stale}


class Reviewing(RuleBasedStateMachine):
    """One model, and beside it what people said of its threats."""

    model: ThreatModel
    befores: list[Before]

    @initialize(costly=st.booleans())
    def begin(self, costly: bool) -> None:
        drawn = system(
            (
                component("customer", "person", "internet"),
                component(
                    "endpoint",
                    "inference-endpoint",
                    variable_cost=guessed("yes" if costly else "no"),
                ),
                component("training", "training"),
            ),
            (flow("customer", "endpoint"), flow("endpoint", "training", "send")),
            facts={"learns_from_others": guessed("yes")},
        )
        source = Source(kind=SourceKind.SYSTEM, name="drawn", system=drawn)
        self.model = begin("Scoring", [source], KNOWLEDGE)
        self.befores = []

    def say(self, said: Said, by: Speaker = NOBODY) -> bool:
        """Say it, and remember what was before; whether it could be taken down."""
        try:
            entries = entries_for(said, None, self.model, KNOWLEDGE, by)
        except InputError:
            return False
        now = self.model
        held = Before(now.system, now.threats, decisions(now.journal), kept(now))
        self.befores.append(held)
        self.model = derive(record(now, *entries), KNOWLEDGE)
        return True

    # --- what is said of the system ---------------------------------------------------------------

    @rule(data=st.data(), by=st.sampled_from(PEOPLE))
    def answer(self, data: st.DataObject, by: Speaker) -> None:
        fact = data.draw(st.sampled_from(KNOWLEDGE.facts))
        of = {"system": ["system"], "component": [c.id for c in self.model.system.components]}
        element = data.draw(st.sampled_from(of[fact.on] or ["system"]))
        value = data.draw(st.sampled_from([*(c.value for c in fact.choices), ""]))
        self.say(
            Revise(question=f"{element}.{fact.key}", value=value or None, unknown=not value), by
        )

    @rule(element=st.sampled_from(("customer", "endpoint", "training", "extra")))
    def remove(self, element: str) -> None:
        self.say(Correct(remove=element))

    @rule(kind=st.sampled_from(("inference-endpoint", "training", "llm")))
    def add(self, kind: str) -> None:
        if self.say(Correct(add=ComponentKind(kind), name="Extra")):
            self.say(Connect(source="customer", target="extra", carries="requests"))

    @rule(element=st.sampled_from(("endpoint", "training")))
    def rename(self, element: str) -> None:
        self.say(Correct(rename=element, name=f"{element} {len(self.model.journal)}"))

    # --- what is said of threats ------------------------------------------------------------------

    def a_threat(self, data: st.DataObject) -> Threat:
        return data.draw(st.sampled_from(self.model.threats))

    @precondition(lambda self: self.model.threats)
    @rule(
        data=st.data(),
        status=st.sampled_from(Status),
        reason=st.sampled_from(("we pay", "not so")),
        by=st.sampled_from(PEOPLE),
    )
    def decide(self, data: st.DataObject, status: Status, reason: str, by: Speaker) -> None:
        said = Decide(threat=self.a_threat(data).id, status=status, reason=reason, owner=by.by)
        assert self.say(said, by)

    @precondition(lambda self: self.model.threats)
    @rule(data=st.data(), value=st.integers(1, 5))
    def edit(self, data: st.DataObject, value: int) -> None:
        threat, n = self.a_threat(data), len(self.model.journal)
        rating = Rating(value=value, because="so it is")
        assert self.say(Edit(threat=threat.id, title=f"Edited {n}", likelihood=rating))

    @precondition(lambda self: self.model.threats)
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        n = len(self.model.journal)
        assert self.say(Split(threat=self.a_threat(data).id, titles=(f"One {n}", f"Other {n}")))

    @precondition(lambda self: "endpoint" in self.model.system.elements)
    @rule(title=st.sampled_from(("Labels are sold", "Logs are read")))
    def state(self, title: str) -> None:
        rating = Rating(value=2, because="insiders are few")
        said = State(
            element="endpoint",
            title=title,
            scenario="Somebody does it.",
            stride=(Stride.TAMPERING,),
            likelihood=rating,
            impact=rating,
            references=("AML.T0015",),
        )
        assert self.say(said)

    # --- re-drafts, and undoing -------------------------------------------------------------------

    @rule()
    def draft_anew(self) -> None:
        anew = derive(self.model, KNOWLEDGE)
        assert (anew.system, anew.threats, kept(anew)) == (
            self.model.system,
            self.model.threats,
            kept(self.model),
        )

    @rule()
    def draft_with_other_knowledge_and_back(self) -> None:
        older = derive(self.model, OLDER)
        there = {threat.id for threat in older.threats} | {one.threat for one in older.stale}
        held = {i for i, d in decisions(older.journal).items() if d.status is not Status.PROPOSED}
        assert held <= there
        back = derive(older, KNOWLEDGE)
        assert (back.threats, kept(back)) == (self.model.threats, kept(self.model))

    @rule()
    def write_and_read(self) -> None:
        read = model_of(text_of(self.model), "scoring.threatmodel.yaml")
        assert read.journal == self.model.journal
        assert (read.threats, read.stale) == (self.model.threats, self.model.stale)

    @rule(suggests=st.booleans(), words=st.booleans(), criticises=st.booleans())
    def draft_with_a_language_model(self, suggests: bool, words: bool, criticises: bool) -> None:
        n = len(self.model.journal) + 1
        tailored = Tailored(
            threat="T-evade@endpoint",
            title=f"Worded {n}",
            likelihood=Rating(value=1 + n % 5, because="so it seems"),
        )
        proposed = Proposed(
            n=n,
            model="loopback",
            ground=str(n),
            element="endpoint",
            suggested=(SUGGESTED,) if suggests else (),
            tailored=(tailored,) if words else (),
        )
        criticised = Criticised(
            n=n + 1,
            model="loopback",
            ground=str(n),
            merged=(Merged(threat="T-extract@endpoint", into="T-evade@endpoint", because="alike"),),
            withdrawn=(Withdrawn(threat=SUGGESTED.id, because="of any system"),),
        )
        entries = (proposed, criticised) if criticises else (proposed,)
        self.model = derive(record(self.model, *entries), KNOWLEDGE)
        self.befores = []  # what a model contributes is no input that is taken back

    @precondition(lambda self: self.befores)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        steps = data.draw(st.integers(1, len(self.befores)))
        before = self.befores[-steps]
        del self.befores[-steps:]
        journal, undone = self.model.journal, self.model
        for _ in range(steps):
            undone = record(undone, *entries_for(Undo(), None, undone, KNOWLEDGE))
        self.model = derive(undone, KNOWLEDGE)
        assert self.model.journal[: len(journal)] == journal
        assert self.model.system == before.system
        assert self.model.threats == before.threats
        assert decisions(self.model.journal) == before.decided
        assert kept(self.model) == before.kept

    # --- what always holds ------------------------------------------------------------------------

    @invariant()
    def no_decision_is_lost(self) -> None:
        threats = {threat.id: threat for threat in self.model.threats}
        stale = {one.threat: one for one in self.model.stale}
        for id_, decision in decisions(self.model.journal).items():
            if id_ in threats:
                threat = threats[id_]
                assert (threat.status, threat.reason, threat.owner) == (
                    decision.status,
                    decision.reason,
                    decision.owner,
                )
                assert id_ not in stale
            elif decision.status is not Status.PROPOSED:
                assert (stale[id_].status, stale[id_].entry) == (decision.status, decision.n)
                assert stale[id_].because

    @invariant()
    def ids_are_stable(self) -> None:
        ids = [threat.id for threat in self.model.threats]
        assert len(ids) == len(set(ids))
        for threat in self.model.threats:
            if threat.pattern:
                assert threat.id == f"T-{threat.pattern}@{threat.element}"

    @invariant()
    def what_a_person_wrote_stands_beside_what_is_proposed(self) -> None:
        for threat in self.model.threats:
            if threat.title.startswith("Edited"):
                assert threat.proposed is not None
                assert not threat.proposed.title.startswith("Edited")


Reviewing.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=20,
)
TestReviewing = pytest.mark.slow(Reviewing.TestCase)
