"""What there is to say about a thing."""

from __future__ import annotations

import pytest

from tests.knowledge.official.releases import six
from threatwright.knowledge.accounts.account import Account
from threatwright.knowledge.accounts.condition_words import when
from threatwright.knowledge.accounts.relations import in_general
from threatwright.knowledge.accounts.tell import accounts
from threatwright.knowledge.load import load_knowledge
from threatwright.knowledge.lookup import find
from threatwright.knowledge.official.kept import Synced
from threatwright.knowledge.official.read import read
from threatwright.model.conditions import Condition
from threatwright.model.patterns import Pattern
from threatwright.model.terms import Effect

pytestmark = pytest.mark.long

KNOWLEDGE = load_knowledge()
SYNCED = Synced(source="x", sha256="x", synced="2026-11-01", release=read(six(), "six"))


def account(text: str, synced: Synced | None = None) -> Account:
    """The only account of it."""
    (found,) = accounts(find(text, KNOWLEDGE, synced), KNOWLEDGE, synced)
    return found


def test_a_technique_tells_what_it_is() -> None:
    told = account("AML.T0051")
    assert (told.type, told.list, told.edition) == ("technique", "atlas", "2026.09")
    assert told.description
    assert told.examples
    assert told.traits["Tactics"] == ("AML.TA0005 Execution",)
    assert "AML.T0051.001 Indirect" in told.traits["Sub-techniques"]
    assert told.traits["Platforms"] == ("Generative AI", "Agentic AI")
    assert account("AML.T0051.001").traits["Parent"] == ("AML.T0051 LLM Prompt Injection",)


def test_its_patterns_are_those_that_cite_it_or_a_part_of_it() -> None:
    cited = {
        pattern.id: {cited.id for cited in (*pattern.references, *pattern.steps)}
        for pattern in KNOWLEDGE.patterns
    }
    told = account("AML.T0051")
    expected = {id_ for id_, ids in cited.items() if any(c.startswith("AML.T0051") for c in ids)}
    assert {use.id for use in told.patterns} == expected
    for use in told.patterns:
        assert ("cites" in use.how) == ("AML.T0051" not in cited[use.id])
        assert use.when
        assert use.not_when


def test_a_part_that_no_pattern_cites_has_those_of_the_whole() -> None:
    others = tuple(
        pattern
        for pattern in KNOWLEDGE.patterns
        if "AML.T0051.002" not in {c.id for c in (*pattern.references, *pattern.steps)}
    )
    fewer = KNOWLEDGE.model_copy(update={"patterns": others})
    (told,) = accounts(find("AML.T0051.002", fewer), fewer)
    assert told.patterns
    assert all("cites AML.T0051" in use.how for use in told.patterns)
    assert told.remedies


def test_what_helps_comes_from_atlas_and_from_the_patterns() -> None:
    told = account("AML.T0051")
    guardrails = next(r for r in told.remedies if r.id == "AML.M0020")
    assert "atlas" in guardrails.by
    assert "direct-prompt-injection" in guardrails.by
    assert Effect.HINDERS in guardrails.effects
    assert guardrails.verify == KNOWLEDGE.mitigation_entries["AML.M0020"].verify
    edges = {
        e.id
        for e in KNOWLEDGE.entries.values()
        if e.type == "mitigation" and "AML.T0051" in e.mitigates
    }
    assert edges <= {remedy.id for remedy in told.remedies}


def test_an_old_edition_has_the_patterns_of_the_same_risk_in_the_new_one() -> None:
    (told,) = accounts(find("LLM06:2025", KNOWLEDGE), KNOWLEDGE)
    assert told.traits["Same risk in"] == ("LLM03:2026 Excessive Agency",)
    assert told.patterns
    assert all(use.how == "cites LLM03:2026" for use in told.patterns)


def test_renames_and_moves_are_told_as_history() -> None:
    told = " ".join(account("AML.T0020").history)
    assert "2026.07: renamed from “Poison Training Data” to “Training Data Poisoning”" in told
    assert "2026.07: moved from Resource Development, Persistence to Persistence" in told
    assert account("AML.T0115.000").history == (
        "2026.07: added in the place of AML.T0019 “Publish Poisoned Datasets”.",
    )
    assert account("AML.T0048.004").history[0].startswith("4.5.0: took the place of AML.T0045")


def test_a_tactic_names_its_techniques() -> None:
    told = account("AML.TA0005")
    assert "AML.T0051 LLM Prompt Injection" in told.traits["Techniques"]
    assert (told.patterns, told.remedies) == ((), ())


def test_a_mitigation_of_atlas_is_told_once_with_its_check() -> None:
    told = account("AML.M0004")
    assert "AML.T0029 Denial of AI Service" in told.traits["Addresses"]
    assert told.traits["NIST AI RMF"] == ("MEASURE 2.7 Secure and resilient",)
    assert told.verify == KNOWLEDGE.mitigation_entries["AML.M0004"].verify
    lowered = {p.id for p in KNOWLEDGE.patterns if any(c.control == told.id for c in p.lowers)}
    assert {use.id for use in told.patterns} == lowered
    assert told.remedies == ()


def test_a_subcategory_of_nist_names_what_serves_it() -> None:
    served = {m.id for m in KNOWLEDGE.mitigations if "MEASURE 2.7" in m.nist}
    assert {remedy.id for remedy in account("MEASURE 2.7").remedies} == served


def test_an_attack_technique_names_those_of_atlas() -> None:
    assert account("T1078").traits["In ATLAS"] == ("AML.T0012 Valid Accounts",)


def test_a_pattern_tells_its_conditions_and_what_lowers_it() -> None:
    told = account("unsafe-deserialisation")
    pattern = next(p for p in KNOWLEDGE.patterns if p.id == "unsafe-deserialisation")
    assert told.when == "always"
    assert told.not_when == pattern.not_when
    assert {remedy.id for remedy in told.remedies} == {c.control for c in pattern.lowers}
    assert "CWE-502 Deserialization of Untrusted Data" in told.traits["References"]


@pytest.mark.parametrize("pattern", KNOWLEDGE.patterns, ids=lambda p: p.id)
def test_no_field_of_a_pattern_is_left_open(pattern: Pattern) -> None:
    told = accounts(find(pattern.id, KNOWLEDGE), KNOWLEDGE)[0].model_dump_json()
    assert not any(field in told for field in ("{element}", "{source}", "{target}"))


def test_a_fact_names_its_question_and_the_patterns_that_go_by_it() -> None:
    told = account("executes_code")
    fact = KNOWLEDGE.fact_entries["executes_code"]
    assert fact.why in told.description
    assert "model-written-code" in {use.id for use in told.patterns}
    assert account("prompt_guard").remedies[0].id == "AML.M0020"


def test_a_kind_names_what_is_worth_knowing_of_it() -> None:
    told = account("vector-store")
    assert told.traits["In STRIDE"] == ("data-store",)
    assert told.traits["Worth knowing"]
    assert told.patterns


def test_an_archetype_names_what_it_proposes() -> None:
    assert "Retriever (retriever)" in account("rag").traits["Proposes"]


def test_the_synced_text_stands_beside_our_own() -> None:
    told = account("AML.T0051.000", SYNCED)
    assert told.description
    assert told.official is not None
    assert told.official.release == "2026.10"
    assert told.official.text == "The words come from whoever talks to the model."
    assert told.official.cases == ("AML.CS0000 The talking till",)
    assert account("AML.T0012", SYNCED).official is None
    assert account("AML.T0051.000").official is None


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"fact": "executes_code"}, "“Running generated code” is “Yes”"),
        ({"fact": "system.llm"}, "“Language model” of the system is “Yes”"),
        ({"not": {"fact": "executes_code"}}, "“Running generated code” is not “Yes”"),
        ({"fact": "writers"}, "always"),
        ({"fact": "writers", "in": ["anyone", "one-team"]}, "“Who can change it” is “Anyone” or"),
        ({"reached_by": "untrusted"}, "untrusted people or content can reach it"),
        ({"reached_by": "semi-trusted"}, "untrusted or semi-trusted people or content can reach"),
        ({"discloses_to": "untrusted"}, "what it holds gets to untrusted people"),
        ({"connected": ["llm"], "direction": "in"}, "it gets content from a language model"),
        ({"connected": ["agent"]}, "it exchanges content with an agent"),
        ({"system_has": ["llm", "agent", "tool"]}, "a language model, an agent or a tool"),
        ({"holds": ["personal"]}, "it holds personal data"),
        ({"trust": ["restricted"]}, "it stands in a restricted zone"),
        ({"crosses_boundary": True}, "its ends stand in different trust zones"),
        ({"not": {"reached_by": "untrusted"}}, "not (untrusted people or content can reach it)"),
        ({"any": [{"fact": "writers"}, {"fact": "executes_code"}]}, "always"),
        ({"all": [{"fact": "writers"}, {"reached_by": "untrusted"}]}, "untrusted people or"),
        (
            {"all": [{"holds": ["personal"]}, {"any": [{"fact": "memory"}, {"fact": "tools"}]}]},
            "it holds personal data, and (“Memory across sessions” is “Yes”, or “Tool use” is",
        ),
    ],
)
def test_conditions_read_as_words(condition: dict[str, object], words: str) -> None:
    from pydantic import TypeAdapter

    parsed: Condition = TypeAdapter(Condition).validate_python(condition)
    assert when(parsed, KNOWLEDGE).startswith(words) or words in when(parsed, KNOWLEDGE)


def test_a_title_speaks_of_it_in_general() -> None:
    assert in_general("{element} fails. {element} is gone with {source}.") == (
        "It fails. It is gone with the source."
    )
