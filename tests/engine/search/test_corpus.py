"""What search runs over."""

from __future__ import annotations

from tests.adapters.shelf import ATLAS, knowledge
from threatwright.engine.search.corpus import documents, key, searched, stages
from threatwright.model.terms import Stage


def document(id_: str) -> str:
    shelf = knowledge()
    return dict(zip(searched(shelf), documents(shelf), strict=True))[f"atlas/2026.09/{id_}"]


def test_an_entry_is_told_from_the_same_id_of_another_edition() -> None:
    assert {"owasp-llm/2025/LLM01", "owasp-llm/2026/LLM01"} <= searched(knowledge()).keys()


def test_a_tactic_is_not_searched_itself() -> None:
    assert not [entry for entry in searched(knowledge()).values() if entry.type == "tactic"]


def test_a_document_holds_the_id_the_description_and_the_examples() -> None:
    text = document("AML.T0020")
    assert text.startswith("AML.T0020\n")
    assert "Wrong records are put into a training set." in text
    assert "our labels were flipped overnight" in text


def test_the_name_stands_in_a_document_three_times() -> None:
    assert document("AML.T0020").count("Training Data Poisoning") == 3


def test_a_technique_can_be_found_by_the_name_of_its_tactic() -> None:
    assert "Persistence" in document("AML.T0020")


def test_a_technique_can_be_found_by_the_name_of_its_sub_technique() -> None:
    assert "\nIndirect\n" in document("AML.T0051")


def test_every_searched_entry_has_a_document() -> None:
    assert len(documents(knowledge())) == len(searched(knowledge()))


def test_an_entry_has_the_stage_of_the_pattern_that_cites_it() -> None:
    assert stages(knowledge())["atlas/2026.09/AML.T0020"] == {Stage.DATA}


def test_a_parent_has_the_stage_of_its_sub_technique() -> None:
    found = stages(knowledge())
    assert found["atlas/2026.09/AML.T0051.001"] == {Stage.OPERATION}
    assert found["atlas/2026.09/AML.T0051"] == {Stage.OPERATION}


def test_a_mitigation_has_its_own_stage() -> None:
    assert stages(knowledge())["atlas/2026.09/AML.M0007"] == {Stage.TRAINING}


def test_a_mitigation_that_no_catalogue_holds_gives_no_entry_a_stage() -> None:
    assert not [id_ for id_ in stages(knowledge()) if "review-feedback" in id_]


def test_an_entry_that_nothing_cites_has_no_stage() -> None:
    uncited = next(entry for entry in ATLAS.entries if entry.id == "AML.T0024")
    assert key(uncited) not in stages(knowledge())
