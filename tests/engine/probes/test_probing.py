from __future__ import annotations

from typing import Any

import pytest

from tests.engine import small
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.interview.asking import next_question
from threatwright.engine.interview.planner import open_questions
from threatwright.engine.probes.probing import probe_candidates
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact
from threatwright.model.interview import Question
from threatwright.model.journal import Answered, Source, SourceKind
from threatwright.model.system import Endpoint, SystemModel
from threatwright.model.terms import Depth

KNOWLEDGE = load_knowledge()
GATES = {"llm": "yes", "tools": "no", "retrieval": "no", "memory": "no", "outsiders": "yes"}
ABOUT_PROBING = {"llm.may_be_probed", "llm.probe_authority", "llm.endpoint_api"}


def chat(kind: str = "llm", gates: Any = GATES, **facts: Fact) -> SystemModel:
    """Strangers write to an endpoint that answers in text."""
    return small.system(
        (
            small.component("stranger", "person", "internet"),
            small.component("llm", kind, "production", small.SAID, **facts),
        ),
        (small.flow("stranger", "llm"),),
        facts={gate: small.said(value) for gate, value in gates.items()},
    )


def model_of(system: SystemModel) -> ThreatModel:
    source = Source(kind=SourceKind.SYSTEM, name="chat.json", system=system)
    return begin("Chat", [source], KNOWLEDGE)


def asked(system: SystemModel) -> dict[str, Question]:
    found = open_questions(model_of(system), KNOWLEDGE)
    return {q.id: q for q in found if q.id in ABOUT_PROBING}


def test_a_language_model_is_asked_about_with_the_threats_that_a_probe_could_show() -> None:
    found = asked(chat())
    assert found.keys() == ABOUT_PROBING
    assert found["llm.may_be_probed"].proposed == "not-asked"
    assert found["llm.may_be_probed"].decides


def test_the_three_are_asked_in_one_breath_after_what_makes_or_unmakes_threats() -> None:
    model = model_of(chat())
    said: list[str] = []
    while (question := next_question(model, KNOWLEDGE, Depth.THOROUGH)) is not None:
        said.append(question.id)
        if question.fact == "may_be_probed":
            assert {question.id, *(also.id for also in question.also)} == ABOUT_PROBING
        answer = Answered(n=len(said), question=question.id, value=question.choices[0].value)
        model = derive(record(model, answer), KNOWLEDGE)
    assert said.index("llm.may_be_probed") > len(said) // 3


@pytest.mark.parametrize("gate", ["tools", "retrieval"])
def test_not_before_it_is_known_what_there_is_to_probe(gate: str) -> None:
    assert not asked(chat(gates={k: v for k, v in GATES.items() if k != gate}))


@pytest.mark.parametrize("permission", ["no", "not-asked"])
def test_without_permission_nothing_more_is_asked(permission: str) -> None:
    assert not asked(chat(may_be_probed=small.said(permission)))


def test_with_permission_the_rest_is_asked() -> None:
    found = asked(chat(may_be_probed=small.said("vendor-permits")))
    assert found.keys() == ABOUT_PROBING - {"llm.may_be_probed"}


def test_a_model_that_generates_no_text_is_not_asked_about() -> None:
    scoring = chat("inference-endpoint", {**GATES, "llm": "no"})
    assert not asked(scoring)
    assert probe_candidates(scoring) == ()


def test_an_inference_endpoint_counts_where_it_is_the_language_model() -> None:
    generative = chat("inference-endpoint")
    assert [c.component.id for c in probe_candidates(generative)] == ["llm"]
    beside = generative.model_copy(
        update={"components": (*generative.components, small.component("gpt", "llm"))}
    )
    assert [c.component.id for c in probe_candidates(beside)] == ["gpt"]


def test_what_runs_inside_of_another_program_has_no_address_to_probe() -> None:
    assert probe_candidates(chat(endpoint_api=small.said("in-process"))) == ()


def test_a_knowledge_base_without_these_questions_asks_none() -> None:
    model = ThreatModel(id="1", name="x", system=chat())
    assert open_questions(model, small.knowledge())


@pytest.mark.parametrize(
    ("words", "origin", "path"),
    [
        ("see https://test.example.com/v1/chat.", "https://test.example.com:443", "/v1/chat"),
        ("http://10.0.0.7:8080, staging", "http://10.0.0.7:8080", ""),
        ("at http://[::1]:9000/x", "http://[::1]:9000", "/x"),
        (
            "not http://169.254.169.254/ but https://b.example.com/y",
            "https://b.example.com:443",
            "/y",
        ),
    ],
)
def test_an_address_in_an_answer_is_found(words: str, origin: str, path: str) -> None:
    fact = Fact(
        value="http",
        provenance=small.SAID.model_copy(update={"source": "answer:1", "quote": words}),
    )
    (candidate,) = probe_candidates(chat(endpoint_api=fact))
    assert candidate.address == (origin, path)


def test_an_address_of_the_model_itself_goes_first() -> None:
    end = Endpoint(
        id="chat", component="llm", url="https://chat.example.com/a", provenance=small.SAID
    )
    (candidate,) = probe_candidates(chat().model_copy(update={"endpoints": (end,)}))
    assert candidate.address == ("https://chat.example.com:443", "/a")


def test_no_address_is_made_up() -> None:
    (candidate,) = probe_candidates(chat())
    assert candidate.address is None
