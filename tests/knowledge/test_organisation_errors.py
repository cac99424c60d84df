"""What is refused in an organisation's folder, and that the error names file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.knowledge.acme import claim, pattern, written
from threatwright.errors import KnowledgeError
from threatwright.knowledge.organisation import load_with_organisation

FACT = """
- key: {key}
  class: {class_}
  on: {on}
  name: A thing
  question: {question}
  why: It decides something.
  role: product
  choices: [{choices}]
"""
YES_NO = "{value: yes, label: Yes}, {value: no, label: No}"
COVERED = (
    "{value: none, label: No, coverage: none}, {value: full, label: Yes, coverage: full}, "
    "{value: some, label: Partly, coverage: partial}"
)
ARCHETYPE = """
id: acme-ledger
title: Ledger
description: The ledger.
boundaries: [{id: core, name: Core, trust: restricted}]
components: [{id: ledger, name: Ledger, kind: database, boundary: core}]
"""


def fact(
    key: str = "acme_fact",
    class_: str = "capability",
    on: str = "system",
    question: str = "Which?",
    choices: str = YES_NO,
) -> str:
    return FACT.format(key=key, class_=class_, on=on, question=question, choices=choices)


def refusal(root: Path, **files: str) -> KnowledgeError:
    with pytest.raises(KnowledgeError) as refused:
        load_with_organisation(written(root, files))
    assert "\n" not in refused.value.problem + refused.value.fix
    return refused.value


# --- the folder -------------------------------------------------------------------------------


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="acme does not exist") as refused:
        load_with_organisation(tmp_path / "acme")
    assert "THREATWRIGHT_KNOWLEDGE" in refused.value.fix


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "acme").write_text("x")
    with pytest.raises(KnowledgeError, match="acme is a file"):
        load_with_organisation(tmp_path / "acme")


def test_an_empty_folder_says_what_belongs_there(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="is empty") as refused:
        load_with_organisation(tmp_path)
    assert "organisation.yaml" in refused.value.fix


def test_a_folder_that_does_not_say_whose_it_is_is_refused(tmp_path: Path) -> None:
    (tmp_path / "patterns").mkdir()
    with pytest.raises(KnowledgeError, match=r"holds no organisation\.yaml"):
        load_with_organisation(tmp_path)


def test_a_folder_without_any_entry_is_refused(tmp_path: Path) -> None:
    assert "holds no entry" in refusal(tmp_path).problem


@pytest.mark.parametrize("name", ["''", "[a]", '"two\\nlines"', "'" + "x" * 81 + "'"])
def test_an_organisation_has_a_name_on_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "organisation.yaml").write_text(f"name: {name}\n")
    with pytest.raises(KnowledgeError, match=r"organisation\.yaml, line 1: name: "):
        load_with_organisation(tmp_path)


@pytest.mark.parametrize(
    "file", ["pattern/a.yaml", "patterns/more/a.yaml", "patterns/a.yml", "risks.yaml"]
)
def test_a_file_that_nothing_reads_is_not_passed_over(tmp_path: Path, file: str) -> None:
    assert f"{file} stands where nothing reads it" in refusal(tmp_path, **{file: "[]"}).problem


@pytest.mark.parametrize("file", ["catalogues/x.yaml", "vocabulary/kinds.yaml", "samples/a/b.yaml"])
def test_what_an_organisation_cannot_bring_is_said(tmp_path: Path, file: str) -> None:
    assert "cannot bring its own" in refusal(tmp_path, **{file: "[]"}).problem


def test_hidden_files_and_other_kinds_of_files_are_left_alone(tmp_path: Path) -> None:
    files = {".github/workflows/ci.yaml": "a: 1", "README.md": "#", "patterns/.a.yaml": "]"}
    found = load_with_organisation(written(tmp_path, {"patterns/a.yaml": pattern(), **files}))
    assert found.organisation is not None
    assert found.organisation.adds == {"pattern": ("acme-x",)}


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    (written(tmp_path, {}) / "patterns" / "a.yaml").mkdir(parents=True)
    with pytest.raises(KnowledgeError, match=r"a\.yaml cannot be read: Is a directory"):
        load_with_organisation(tmp_path)


# --- one file ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (pattern().replace("effort: low", "effort: tiny"), 9, "likelihood.effort: Input should be"),
        (pattern().replace("  stage: operation\n", ""), 2, "stage: Field required"),
        (pattern().replace("when: {", "when: {al: 1, "), 8, "when.reached_by.al: Extra inputs"),
        (pattern(when="{}"), 8, "when: not a condition"),
        (pattern().replace("lowers: [", "lowers: []\n  x: ["), 12, "x: Extra inputs"),
        ("id: acme-x\n", 1, "Input should be a valid list"),
        ("", None, "Input should be a valid list"),
        ("- [\n", 2, "expected"),
        ("- id: x\n  id: y\n", 2, "stands here twice"),
        ("- &a {id: x}\n- *a\n", 2, "a YAML alias"),
        (pattern() + "  publisher: Somebody\n", 14, "does not say whose it is"),
        (pattern() + "  replaces: true\n", 14, "does not say whose it is"),
        (pattern() + pattern(), 15, "the pattern “acme-x” is defined twice"),
        ("- {id: poison-feedback, disabled: no}\n", 1, "disabled: "),
        ("- {id: poison-feedback, disabled: true, why: x}\n", 1, "why: Extra inputs"),
        ("- {id: acme-unheard, disabled: true}\n", 1, "there is none of that id to disable"),
        (pattern("evade") + "- {id: evade, disabled: true}\n", 14, "is defined twice"),
    ],
)
def test_a_broken_pattern_is_named_with_file_and_line(
    tmp_path: Path, text: str, line: int | None, problem: str
) -> None:
    told = refusal(tmp_path, **{"patterns/a.yaml": text}).problem
    where = "patterns/a.yaml" if line is None else f"patterns/a.yaml, line {line}: "
    assert where in told
    assert problem in told


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    written(tmp_path, {"patterns/a.yaml": ""})
    (tmp_path / "patterns" / "a.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KnowledgeError, match=r"a\.yaml cannot be read"):
        load_with_organisation(tmp_path)


# --- between files ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (pattern(reference="AML.T9999"), 12, "the reference “AML.T9999” is in no catalogue here"),
        (pattern(reference="ML02"), 12, "the reference “ML02” is in no catalogue"),
        (pattern(control="acme-y"), 11, "the mitigation “acme-y” does not exist"),
        (pattern(when="{fact: acme_y}"), 8, "the fact “acme_y” is not in the vocabulary"),
        (pattern(when="{fact: rate_limit, is: none}"), 8, "control rate_limit stands in `when`"),
        (pattern(when="{not: {fact: authentication, is: none}}"), 8, "belongs under `lowers`"),
        (pattern(when="{fact: system.llm, is: maybe}"), 8, "“maybe” is no choice of the fact llm"),
        (pattern(when="{fact: llm}"), 8, "llm is a fact of the system: write system.llm"),
        (pattern(when="{fact: system.drift_sensitive}"), 8, "is a fact of components"),
        (pattern().replace("{element}.", "{elemnt}."), 4, "nothing takes the place of {elemnt}"),
        (pattern().replace("befalls {element}", "of {source}"), 3, "the place of {source}"),
    ],
)
def test_a_pattern_that_does_not_fit_is_named_with_file_and_line(
    tmp_path: Path, text: str, line: int, problem: str
) -> None:
    told = refusal(tmp_path, **{"patterns/a.yaml": text}).problem
    assert f"patterns/a.yaml, line {line}: pattern acme-x: " in told
    assert problem in told


def test_several_problems_are_counted(tmp_path: Path) -> None:
    text = pattern(reference="AML.T9999", control="acme-y")
    assert "(and 1 more)" in refusal(tmp_path, **{"patterns/a.yaml": text}).problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (fact(class_="control"), "every choice of a control says its coverage"),
        (fact(class_="control", choices=COVERED) + "  usual: full\n", "is never proposed"),
        (fact() + "  usual: maybe\n", "“maybe” is none of its choices"),
        (fact(on="component"), "no kind of component has it"),
        (fact(question="Is {it}?"), "nothing takes the place of {it}"),
        (fact(choices=f"{YES_NO}, {{value: yes, label: Y}}"), "“yes” stands there twice"),
        (fact() + "  within: rate_limit\n", "“rate_limit” is no gate"),
        (fact() + "  after: rate_limit\n", "waits for “rate_limit”"),
        (
            fact(on="component") + "  applies_to: [sensor]\n  after: rate_limit\n",
            "waits for “rate_limit”",
        ),
        (fact() + "  settles: {yes: {acme_other: yes}}\n", "which the vocabulary lacks"),
        (fact() + "  settles: {maybe: {llm: yes}}\n", "which is none of its choices"),
        (fact("authorisation", "capability"), "`class` stays as it is in the fact"),
        (fact("llm", "capability"), "`gate` stays as it is in the fact that it overrides: true"),
        (fact("llm", "capability", on="flow") + "  gate: true\n", "`on` stays as it is"),
        (
            fact("decision_effect", "stake"),
            "the choice “advisory” of the fact that it overrides is missing",
        ),
    ],
)
def test_a_question_that_does_not_fit_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    told = refusal(tmp_path, **{"vocabulary/facts/a.yaml": text}).problem
    assert "vocabulary/facts/a.yaml, line " in told
    assert problem in told


def test_a_question_that_breaks_what_ships_is_named_as_the_cause(tmp_path: Path) -> None:
    text = fact("drift_sensitive", "capability", "component") + "  applies_to: [tool]\n"
    told = refusal(tmp_path, **{"vocabulary/facts/a.yaml": text}).problem
    assert "facts/a.yaml, line 2: fact drift_sensitive no longer fits: " in told
    assert "the fact drift_sensitive does not apply to" in told


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("fact: acme_y", "“acme_y” is no control of the vocabulary"),
        ("fact: llm", "“llm” is no control"),
        ("nist: [MAP 9.9]", "NIST AI RMF has no “MAP 9.9”"),
    ],
)
def test_a_mitigation_that_does_not_fit_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    entry = (
        "- {id: acme-m, title: M, description: M., stage: data, effort: low, verify: See., "
        f"{text}}}\n"
    )
    told = refusal(tmp_path, **{"mitigations/a.yaml": entry}).problem
    assert f"mitigations/a.yaml, line 1: mitigation acme-m: {problem}" in told


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("flows: [{source: ledger, target: x, carries: y}]", "a flow ends at “x”"),
        ("facts: {acme_y: yes}", "acme_y=yes is no fact of the system"),
        ("presumes: {llm: maybe}", "llm=maybe is no fact of the system"),
        ("not_with: [acme-y]", "“acme-y”, which does not exist"),
        (
            "assets: [{id: a, name: A, sensitivity: public, held_by: [x]}]",
            "a is held by “x”, which it lacks",
        ),
    ],
)
def test_an_archetype_that_does_not_fit_is_refused(tmp_path: Path, more: str, problem: str) -> None:
    told = refusal(tmp_path, **{"archetypes/a.yaml": f"{ARCHETYPE}{more}\n"}).problem
    assert "archetypes/a.yaml, line 7: archetype acme-ledger: " in told
    assert problem in told


def test_a_zone_of_ours_keeps_its_trust(tmp_path: Path) -> None:
    text = ARCHETYPE.replace("core", "internet")
    told = refusal(tmp_path, **{"archetypes/a.yaml": text}).problem
    assert "archetypes/a.yaml, line 5: " in told
    assert "the zone internet is restricted here and untrusted in" in told


def test_an_archetype_proposes_no_control(tmp_path: Path) -> None:
    text = ARCHETYPE.replace("boundary: core}", "boundary: core, facts: {access_log: full}}")
    assert "archetype acme-ledger: " in refusal(tmp_path, **{"archetypes/a.yaml": text}).problem


# --- claims -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("states", "[{fact: nonsense, fully: a}]", "nonsense: it is not in the vocabulary"),
        ("states", "[{fact: hardening, fully: a}]", "hardening: “a” is no choice of it"),
        ("states", "[{fact: hardening, fully: none}]", "“none” says that there is no such control"),
        (
            "states",
            "[{fact: hardening, fully: patched, partly: benchmarked}]",
            "“benchmarked” is no less than “patched”",
        ),
        (
            "states",
            "[{fact: hardening, fully: patched, kinds: [person]}]",
            "it does not apply to person",
        ),
        ("mitigations", "[nothing]", "the mitigation “nothing” does not exist"),
        ("references", "[AML.T9999]", "the reference “AML.T9999” is in no catalogue here"),
        ("untouched", "[{patterns: [nothing], because: So.}]", "there is no pattern “nothing”"),
        (
            "untouched",
            "[{patterns: [web-app-exploit], because: So.}]",
            "said not to touch web-app-exploit, which hardened-configuration stands against",
        ),
        (
            "limits",
            "[{patterns: [jailbreak], because: So.}]",
            "said to bear on jailbreak, which nothing that it states stands against",
        ),
        (
            "against",
            "[{if: {fact: nonsense}, because: So.}]",
            "“nonsense” is not in the vocabulary",
        ),
        ("ask", "[{devops: When?}]", "ask: "),
        ("nothing", "It is a name.", "say what it states or which mitigation it is, or else"),
    ],
)
def test_a_claim_that_does_not_fit_is_refused_with_its_place(
    tmp_path: Path, field: str, value: str, problem: str
) -> None:
    error = refusal(tmp_path, **{"claims/a.yaml": claim(**{field: value})})
    assert "claims/a.yaml, line " in error.problem
    assert problem in error.problem
