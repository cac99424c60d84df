from __future__ import annotations

from typing import Any

import pytest

from tests.engine.probes.bot import (
    ENTRIES,
    entry,
    kit,
    model,
    scope,
    selection,
    threat,
)
from tests.engine.probes.runs import INJECT, LEAK, plan, probe, target
from threatwright.engine.probes.choice import chosen, thinned
from threatwright.engine.probes.selection import Selection, selected
from threatwright.errors import InputError
from threatwright.model.probe_plan import LeftOut
from threatwright.model.probes import Family
from threatwright.model.terms import Status

RAW = {
    "shape": "http",
    "path": "/ask",
    "headers": {"Content-Type": "application/json"},
    "body": '{"q": "{PROMPT}"}',
    "response": "answer",
}
ATTACKER = {
    "origin": "http://127.0.0.1:8901",
    "request": {"shape": "openai-chat", "model": "attacker"},
}


def left(found: Selection, what: str) -> LeftOut:
    (one,) = [one for one in found.left_out if one.what == what]
    return one


def test_a_probe_tries_the_threats_of_the_patterns_that_it_tests() -> None:
    found = selection()
    assert [(match.entry.id, match.threats) for match in found.matches] == [
        ("override", ("T-inject@llm",)),
        ("ask-for-prompt", ("T-leak@llm",)),
    ]


def test_a_threat_behind_the_target_is_tried_and_the_way_is_told() -> None:
    found = selection(target(element="agent", document_sink=RAW))
    (tried,) = [one for one in found.threats if one.id == "T-rag@store"]
    assert tried.way == "Agent asks Retriever, which asks Store"


def test_a_threat_of_what_calls_the_target_is_not_tried_there() -> None:
    one = left(selection(), "T-rag@store")
    assert one.because == "Store is not behind Llm in the drawing"
    assert one.fix.endswith("under `answers_for` of the target: agent.")


def test_what_the_endpoint_is_said_to_answer_for_is_tried_with_all_that_it_asks() -> None:
    found = selection(target(answers_for=["agent"], document_sink=RAW))
    (tried,) = [one for one in found.threats if one.id == "T-rag@store"]
    assert tried.way == ("the endpoint answers for Agent, which asks Retriever, which asks Store")


def test_a_threat_that_no_probe_covers_is_listed() -> None:
    assert left(selection(), "T-supply@llm").because == "no probe could show it from outside"


def test_every_threat_at_the_target_is_tried_or_named() -> None:
    found = selection()
    named = {t.id for t in found.threats} | {one.what for one in found.left_out}
    assert {t.id for t in model().threats} <= named


def test_a_threat_whose_probes_all_lack_something_says_which() -> None:
    found = selected(model(), target(), scope(), ENTRIES, None)
    assert left(found, "T-leak@llm").because == (
        "the probes of it are left out: ask-for-prompt, lead-there"
    )


@pytest.mark.parametrize(
    ("more", "because"),
    [
        ({"scorer": {"kind": "canary", "place": "record"}}, "no canary is planted in: record"),
        ({"method": "crescendo"}, "no model writes its messages"),
        ({"scorer": {"kind": "judge", "goal": "It does."}}, "no model judges its answers"),
        ({"method": "plant-then-ask"}, "it cannot put a document where the system reads it"),
        ({"needs": ["document-sink"]}, "it cannot put a document where the system reads it"),
        ({"scorer": {"kind": "tool-sink"}}, "no tool is pointed at a listener of ours"),
        ({"scorer": {"kind": "rule"}}, "no rule of the product is written down"),
        ({"needs": ["samples"]}, "it is for endpoints that predict, with rows of your own"),
    ],
)
def test_what_a_probe_lacks_is_said(more: dict[str, Any], because: str) -> None:
    probe = entry("x", ("inject",), **more)
    found = selected(model(), target(), scope(), [probe], kit("system-prompt"))
    assert not found.matches
    one = left(found, "x")
    assert one.because == because
    assert one.fix


def test_a_forbidden_family_is_left_out() -> None:
    found = selection(forbidden_families=("direct-override",))
    assert left(found, "override").because == "the scope forbids direct-override"


@pytest.mark.parametrize(
    "more",
    [
        {"method": "skeleton-key"},
        {"seeds": [{"turns": ["a", "b"]}]},
        {"method": "later", "seeds": [{"turns": ["a"], "later": ["b", "c"]}]},
    ],
)
def test_a_conversation_needs_an_endpoint_that_has_one(more: dict[str, Any]) -> None:
    probe = entry("x", ("inject",), **more)
    raw, with_session = (
        target(request={**RAW, "body": body})
        for body in ('{"q": "{PROMPT}"}', '{"q": "{PROMPT}", "id": "{SESSION}"}')
    )
    assert not selected(model(), raw, scope(raw), [probe]).matches
    assert selected(model(), with_session, scope(with_session), [probe]).matches
    assert selected(model(), target(), scope(), [probe]).matches


def test_crescendo_takes_messages_back_which_only_a_chat_allows() -> None:
    caps = {side: scope().caps.target for side in ("target", "attacker")}
    raw = target(request={**RAW, "body": '{"q": "{PROMPT}", "id": "{SESSION}"}'})
    probes = [entry(m, ("inject",), method=m) for m in ("crescendo", "red-teaming")]
    found = selected(model(), raw, scope(raw, attacker=ATTACKER, caps=caps), probes)
    assert [match.entry.id for match in found.matches] == ["red-teaming"]
    assert "openai-chat" in left(found, "crescendo").fix


def test_an_attacker_of_the_scope_lets_adaptive_probes_run() -> None:
    caps = {side: scope().caps.target for side in ("target", "attacker")}
    found = selection(attacker=ATTACKER, caps=caps)
    assert "lead-there" in [match.entry.id for match in found.matches]


def test_a_rejected_threat_is_not_tried() -> None:
    found = selected(
        model(threat("inject", "llm", status=Status.REJECTED)), target(), scope(), ENTRIES
    )
    assert not found.matches
    assert left(found, "T-inject@llm").because == "it was rejected"


def test_a_threat_without_a_pattern_is_not_tried() -> None:
    found = selected(model(threat(None, "llm")), target(), scope(), ENTRIES)
    assert "follows from no pattern" in left(found, "T-p-0@llm").because


# --- choosing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["T-inject@llm", "direct-override", "override", "T-INJ*"])
def test_only_what_is_named_is_tried(name: str) -> None:
    found = chosen(selection(), [name], [])
    assert [match.entry.id for match in found.matches] == ["override"]
    assert left(found, "T-leak@llm").because == "it was not chosen for this run"


def test_what_is_named_under_without_is_not_tried() -> None:
    found = chosen(selection(), [], ["T-inject@llm"])
    assert [match.entry.id for match in found.matches] == ["ask-for-prompt"]


def test_a_name_that_fits_nothing_is_an_error() -> None:
    with pytest.raises(InputError, match="is called T-injct@llm"):
        chosen(selection(), ["T-injct@llm"], [])


def test_a_plan_is_thinned_by_a_threat_and_by_a_family() -> None:
    both = probe("both", threats=(LEAK, INJECT))
    alone = probe("alone", threats=(INJECT,), family=Family.CRESCENDO)
    found = plan(both, alone)
    without_threat = thinned(found, {INJECT})
    assert [(one.probe, one.threats) for one in without_threat.probes] == [("both", (LEAK,))]
    assert [one.id for one in without_threat.threats] == [LEAK]
    without_family = thinned(found, {Family.PROMPT_LEAK})
    assert [one.probe for one in without_family.probes] == ["alone"]
    assert without_family.requests < found.requests
    assert thinned(found, ()) == found
