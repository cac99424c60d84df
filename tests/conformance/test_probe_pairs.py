"""Which threats a hit may confirm. One that claims more than it shows costs the trust in all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from threatwright.engine.probes.behind import OUTSIDE
from threatwright.knowledge.load import load_knowledge
from threatwright.model.probes import (
    Canary,
    Family,
    Judge,
    Method,
    Place,
    ProbeEntry,
    Rule,
    ToolSink,
)

KNOWLEDGE = load_knowledge()
FILES = Path(__file__).parents[2] / "knowledge" / "probes"

NEVER_CONFIRMED = {
    "agent-discovery": "a result of a tool is no map of the agent",
    "answer-biasing": "a word of a document in the answer favours nobody",
    "agent-persuades-user": "an address that is passed on persuades nobody",
    "chat-history-forgery": "a talk that is told of in a message is no history of the client's",
    "coding-agent-takeover": "nothing was run",
    "confused-deputy": "with whose rights a tool was called is not seen",
    "cross-tenant-retrieval": "memory, cache and index cannot be told apart from outside",
    "excessive-agency": "one call says nothing of how far rights go",
    "guardrail-bypass": "a filter is passed where it stops the same words in plain letters",
    "llm-costly-prompts": "that others wait is not seen",
    "markdown-exfiltration": "that a page fetches the picture is not seen",
    "memory-disclosure": "memory, cache and index cannot be told apart from outside",
    "model-written-query": "no query is seen",
    "output-script-injection": "that a page runs the script is not seen",
    "output-to-interpreter": "that a program carries it out is not seen",
    "personal-outputs-to-others": "what chats is no endpoint of scores",
    "property-mapping": "one decision that was flipped is no map",
    "retrieval-jamming": "the subject is made up: no answer to it was lost",
    "secrets-in-context": "the canary is no credential",
    "self-replicating-prompt": "no other model reads the copy",
    "sponge-inputs": "the length of an answer is not the cost of an input",
    "spoofed-agent-message": "a user's message came by no way that agents talk by",
    "tool-description-poisoning": "a user's message is no description of a connected tool",
    "tool-result-injection": "no tool returned it",
    "unapproved-action": "whether a step can be taken back is not seen",
}
"""Pattern → why no hit of these probes shows it, whatever else it shows."""


def fetches(probe: ProbeEntry) -> bool:
    return probe.method is Method.PLANT_THEN_ASK


def calls(probe: ProbeEntry) -> bool:
    return isinstance(probe.scorer, ToolSink)


def leaks(place: Place) -> Callable[[ProbeEntry], bool]:
    return lambda probe: isinstance(probe.scorer, Canary) and probe.scorer.place is place


ONLY_BY: dict[str, Callable[[ProbeEntry], bool]] = {
    "agent-exfiltration": lambda probe: fetches(probe) and calls(probe),
    "agent-goal-hijack": lambda probe: fetches(probe) or calls(probe),
    "cross-session-leak": leaks(Place.OTHER_USER),
    "indirect-injection-retrieved": fetches,
    "jailbreak": lambda probe: isinstance(probe.scorer, Rule),
    "memory-poisoning": lambda probe: bool(
        probe.method is Method.LATER and probe.seeds[0].document
    ),
    "rag-poisoning": lambda probe: fetches(probe) and probe.family is Family.RETRIEVAL_POISONING,
    "retrieval-ignores-rights": leaks(Place.DOCUMENT),
    "sensitive-disclosure": leaks(Place.RECORD),
    "system-prompt-leak": leaks(Place.SYSTEM_PROMPT),
    "tool-backend-exploit": lambda probe: (
        isinstance(probe.scorer, ToolSink) and bool(probe.scorer.path)
    ),
    "tool-misuse": lambda probe: calls(probe) and bool(probe.seeds[0].document),
}
"""Pattern → what a probe has to do for a hit to show it."""

NOT_EVEN_SUSPECTED = {
    (Family.CONTEXT_LEAK, "agent-discovery"),
    (Family.CONTEXT_LEAK, "confused-deputy"),
    (Family.CONTEXT_LEAK, "personal-outputs-to-others"),
    (Family.DIRECT_OVERRIDE, "tool-result-injection"),
    (Family.DATA_LEAK, "model-written-query"),
    (Family.INDIRECT_INLINE, "rag-poisoning"),
    (Family.INDIRECT_PLANTED, "rag-poisoning"),
    (Family.INDIRECT_PLANTED, "tool-result-injection"),
    (Family.MANY_SHOT, "chat-history-forgery"),
    (Family.PROMPT_LEAK, "chat-history-forgery"),
    (Family.PROMPT_LEAK, "direct-prompt-injection"),
    (Family.RETRIEVAL_POISONING, "answer-biasing"),
    (Family.SKELETON_KEY, "secrets-in-context"),
    *(
        (family, "jailbreak")
        for family in Family
        if family is not Family.PRODUCT_RULE  # no canary or nonce is a safety jailbreak
    ),
}
"""Pairs that a trial on an endpoint with two weaknesses showed to be unfair."""


def pairs() -> Iterator[tuple[ProbeEntry, str]]:
    return ((probe, pattern) for probe in KNOWLEDGE.probes for pattern in probe.tests)


@pytest.mark.parametrize("pattern", NEVER_CONFIRMED)
def test_a_pattern_that_cannot_be_seen_from_outside_is_confirmed_by_no_probe(pattern: str) -> None:
    assert pattern in {one.id for one in KNOWLEDGE.patterns}
    assert [probe.id for probe, of in pairs() if of == pattern] == []


@pytest.mark.parametrize("pattern", ONLY_BY)
def test_a_pattern_is_confirmed_by_what_shows_its_mechanism(pattern: str) -> None:
    confirming = [probe for probe, of in pairs() if of == pattern]
    assert confirming
    assert [probe.id for probe in confirming if not ONLY_BY[pattern](probe)] == []


@pytest.mark.parametrize(("family", "pattern"), sorted(NOT_EVEN_SUSPECTED))
def test_an_unfair_pair_does_not_come_back(family: Family, pattern: str) -> None:
    of_family = [probe for probe in KNOWLEDGE.probes if probe.family is family]
    assert of_family
    assert [probe.id for probe in of_family if pattern in probe.tried] == []


def test_a_leak_that_is_asked_for_in_disguise_is_still_a_leak_alone() -> None:
    """Whoever tells everybody was not talked out of anything."""
    leaking = [probe for probe in KNOWLEDGE.probes if isinstance(probe.scorer, Canary)]
    assert [probe.id for probe in leaking if "direct-prompt-injection" in probe.tests] == []
    assert {probe.shows for probe in leaking} == {"leakage"}


def test_a_pattern_at_what_renders_or_runs_an_answer_is_confirmed_by_no_answer() -> None:
    kinds = {one.id: one.kinds for one in KNOWLEDGE.patterns}
    elsewhere = OUTSIDE | {"web-app", "mobile-app", "guardrail", "database", "service"}
    assert [(p.id, of) for p, of in pairs() if elsewhere.intersection(kinds[of])] == []


def test_what_a_hit_makes_suspect_alone_is_said_with_what_it_does_not_show() -> None:
    of_hits = [p for p in KNOWLEDGE.probes if not isinstance(p.scorer, Judge)]
    assert [p.id for p in of_hits if p.suggests and not p.not_when] == []


def test_a_probe_that_confirms_several_patterns_has_the_reason_beside_each() -> None:
    reasons = {}
    for file in FILES.glob("*.yaml"):
        for block in re.split(r"(?m)^- id: ", file.read_text(encoding="utf-8")):
            listed = re.search(r"(?m)^  tests:\n((?:    - .*\n)+)", block)
            reasons[block.split("\n", 1)[0]] = listed[1].count(" # ") if listed else 0
    several = [probe for probe in KNOWLEDGE.probes if len(probe.tests) > 1]
    assert several
    assert [probe.id for probe in several if reasons[probe.id] != len(probe.tests)] == []
