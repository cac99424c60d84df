"""What somebody means by an id or a name."""

from __future__ import annotations

import pytest

from tests.knowledge.official.releases import five, six
from threatwright.errors import InputError
from threatwright.knowledge.load import load_knowledge
from threatwright.knowledge.lookup import Thing, Unshipped, find, id_of
from threatwright.knowledge.official.kept import Synced
from threatwright.knowledge.official.read import read

KNOWLEDGE = load_knowledge()


def ids(text: str) -> list[str]:
    return [id_of(found.thing) for found in find(text, KNOWLEDGE)]


def refusal(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        find(text, KNOWLEDGE)
    return caught.value


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("AML.T0051", "AML.T0051"),
        (" aml.t0051.000 ", "AML.T0051.000"),
        ("T0051", "AML.T0051"),
        ("AML.TA0005", "AML.TA0005"),
        ("TA0005", "AML.TA0005"),
        ("AML.M0020", "AML.M0020"),
        ("LLM06:2025", "LLM06:2025"),
        ("LLM06 2025", "LLM06:2025"),
        ("llm06 (2025)", "LLM06:2025"),
        ("ML02", "ML02:2023"),
        ("asi01", "ASI01:2026"),
        ("MEASURE 2.7", "MEASURE 2.7"),
        ("measure-2.7", "MEASURE 2.7"),
        ("CWE-502", "CWE-502"),
        ("cwe502", "CWE-502"),
        ("T1078", "T1078"),
        ("model-extraction", "model-extraction"),
        ("output-encoding", "output-encoding"),
        ("rag", "rag"),
        ("prompt_guard", "prompt_guard"),
        ("vector-store", "vector-store"),
    ],
)
def test_an_id_is_found_however_it_is_written(text: str, id_: str) -> None:
    assert ids(text) == [id_]


@pytest.mark.parametrize("each", [60, pytest.param(1, marks=pytest.mark.slow)])
def test_every_id_of_everything_leads_to_it(each: int) -> None:
    things: tuple[Thing, ...] = (
        *KNOWLEDGE.entries.values(),
        *KNOWLEDGE.mitigations,
        *KNOWLEDGE.patterns,
        *KNOWLEDGE.archetypes,
        *KNOWLEDGE.facts,
        *KNOWLEDGE.kinds,
    )
    for thing in things[::each]:
        assert id_of(thing) in ids(id_of(thing))


def test_an_id_of_several_editions_finds_them_all_and_says_that_they_differ() -> None:
    found = find("LLM06", KNOWLEDGE)
    assert [id_of(f.thing) for f in found] == ["LLM06:2026", "LLM06:2025"]
    assert "not the same thing in each edition" in found[0].note
    assert "Excessive Agency" in found[0].note
    assert find("LLM01", KNOWLEDGE)[0].note == "LLM01 is called the same in each edition."


def test_a_name_of_several_editions_says_that_the_number_differs() -> None:
    found = find("Excessive Agency", KNOWLEDGE)
    assert [id_of(f.thing) for f in found] == ["LLM03:2026", "LLM06:2025"]
    assert "another number in each edition" in found[0].note


def test_the_same_word_may_mean_several_kinds_of_thing() -> None:
    assert len(find("memory", KNOWLEDGE)) == 3


@pytest.mark.parametrize(
    ("text", "id_", "note"),
    [
        ("AML.T0019", "AML.T0115.000", "was retired in ATLAS 2026.07"),
        ("t0019", "AML.T0115.000", "was retired in ATLAS 2026.07"),
        ("Poison Training Data", "AML.T0020", "an earlier name, until 2026.07"),
        ("ML Model Access", "AML.TA0000", "an earlier name, until 4.9.0"),
        ("LLM07:2023", "LLM06:2025", "was “Insecure Plugin Design”"),
        ("LLM07:1.1", "LLM06:2025", "was “Insecure Plugin Design”"),
    ],
)
def test_what_is_old_leads_to_what_took_its_place(text: str, id_: str, note: str) -> None:
    (found,) = find(text, KNOWLEDGE)
    assert id_of(found.thing) == id_
    assert note in found.note


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("LLM Jailbreak", "AML.T0054"),
        ("llm jailbreak", "AML.T0054"),
        ("LLM Prompt Injection: Indirect", "AML.T0051.001"),
        ("Valid Accounts", "AML.T0012"),
        ("Secure and resilient", "MEASURE 2.7"),
        ("Deserialization of Untrusted Data", "CWE-502"),
        ("Rate limit", "rate_limit"),
        ("Retrieval into the prompt", "rag"),
    ],
)
def test_a_name_is_found(text: str, id_: str) -> None:
    assert id_ in ids(text)


def test_a_name_that_many_things_have_asks_for_an_id() -> None:
    told = refusal("AI Agent Tools")
    assert "is the name of" in told.problem
    assert "threatwright knowledge show AML.T" in told.fix


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("AML.T0551", "AML.T0051"),
        ("AML.T0051.9", "AML.T0051"),
        ("model-extractions", "model-extraction"),
        ("LLM Jailbraek", "AML.T0054"),
        ("CWE-503", "CWE-502"),
    ],
)
def test_what_is_not_there_names_the_nearest(text: str, near: str) -> None:
    told = refusal(text)
    assert told.problem == f"The knowledge base has nothing called “{text}”."
    assert near in told.fix


def test_what_is_like_nothing_says_where_to_look() -> None:
    assert refusal("qqqqqqqqqq").fix == "`threatwright knowledge list` names everything."


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_id_is_no_id(text: str) -> None:
    assert refusal(text).problem == "There is no id or name."


def test_a_catalogue_is_no_entry() -> None:
    assert "knowledge list owasp-llm" in refusal("OWASP-LLM").fix


def test_an_edition_that_is_not_here_is_named_with_those_that_are() -> None:
    told = refusal("LLM06:2024")
    assert told.problem == "There is no edition 2024 of owasp-llm here, only 2025 and 2026."


def test_a_first_entry_that_nothing_took_up_says_so() -> None:
    assert "Model Theft" in refusal("LLM10:2023").problem


def test_what_only_the_synced_release_has_is_found_there() -> None:
    release = read(six().replace(b"AML.T0020", b"AML.T0999"), "six")
    synced = Synced(source="x", sha256="x", synced="2026-11-01", release=release)
    (found,) = find("AML.T0999", KNOWLEDGE, synced)
    assert found.thing == Unshipped("technique", "AML.T0999", "Poison Training Data", "2026.10")
    assert "Only the synced release has it; the shipped edition is 2026.09" in found.note


def test_a_retired_id_leads_to_its_successor_even_if_an_old_release_is_synced() -> None:
    release = read(five().replace(b"AML.T0020", b"AML.T0019"), "five")
    synced = Synced(source="x", sha256="x", synced="2026-11-01", release=release)
    (found,) = find("AML.T0019", KNOWLEDGE, synced)
    assert id_of(found.thing) == "AML.T0115.000"
