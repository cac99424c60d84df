from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import reference_checks
from threatwright.knowledge.load import load_knowledge
from threatwright.knowledge.references.files import decode
from threatwright.knowledge.references.sarif import sarif
from threatwright.knowledge.references.verdicts import Checked, Verdict, corrected
from threatwright.knowledge.references.verify import References

KNOWLEDGE = load_knowledge()
REFERENCES = References(KNOWLEDGE)


def checks(text: str, file: str = "a.md") -> list[Checked]:
    return list(REFERENCES.check(text, file))


def only(text: str, file: str = "a.md") -> Checked:
    (found,) = checks(text, file)
    return found


def verdicts(text: str, file: str = "a.md") -> list[tuple[str, str]]:
    return [(c.id, c.verdict.value) for c in checks(text, file)]


# --- verdicts ---------------------------------------------------------------------------------


def test_an_id_with_its_name_is_current() -> None:
    found = only("See AML.T0051 (LLM Prompt Injection).")
    assert (found.verdict, found.name) == (Verdict.CURRENT, "LLM Prompt Injection")
    assert (found.line, found.column, found.expected) == (1, 5, None)


def test_an_id_without_a_name_is_current() -> None:
    assert only("AML.T0051 is rated high.").name is None


def test_an_earlier_name_is_renamed_and_the_release_is_said() -> None:
    found = only("AML.T0020 Poison Training Data")
    assert (found.verdict, found.expected) == (Verdict.RENAMED, "Training Data Poisoning")
    assert found.note == (
        "renamed in ATLAS 2026.07: Poison Training Data → Training Data Poisoning"
    )


def test_a_retired_id_names_what_took_its_place() -> None:
    found = only("AML.T0058")
    assert found.verdict is Verdict.RETIRED
    assert found.expected == "AML.T0115.001 Publish Poisoned AI Artifacts: Models"


def test_a_text_that_says_an_id_was_replaced_is_right() -> None:
    assert verdicts("AML.T0058 was replaced by AML.T0115.001.") == [
        ("AML.T0058", "current"),
        ("AML.T0115.001", "current"),
    ]


def test_a_wrong_name_is_told_with_the_id_that_it_belongs_to() -> None:
    found = only("AML.T0051 (LLM Jailbreak)")
    assert (found.verdict, found.expected) == (Verdict.WRONG_NAME, "LLM Prompt Injection")
    assert found.note == "that is the name of AML.T0054"


def test_an_old_name_of_another_id_is_told_with_its_new_name() -> None:
    assert only("AML.T0051 (Poison Training Data)").note == (
        "that is the name of AML.T0020 (now Training Data Poisoning)"
    )


def test_a_name_that_nothing_has_is_wrong_where_a_name_is_meant() -> None:
    assert only("- AML.T0051: Prompt Smuggling").verdict is Verdict.WRONG_NAME
    assert only('{"id": "AML.T0051", "name": "My rule"}', "a.json").verdict is Verdict.WRONG_NAME


@pytest.mark.parametrize("id_", ["AML.T0999", "AML.T51", "AML.T0051.1", "AML.M0099", "AML.TA0077"])
def test_an_id_that_no_release_had_does_not_exist(id_: str) -> None:
    assert only(f"See {id_}.").verdict is Verdict.UNKNOWN_ID


def test_an_unknown_id_beside_a_known_name_is_told_the_right_one() -> None:
    assert only("AML.T0999 (LLM Jailbreak)").expected == "AML.T0054 LLM Jailbreak"


def test_of_a_case_study_only_the_shape_is_checked_and_that_is_said() -> None:
    assert "only the shape" in only("AML.CS0016").note
    assert only("AML.CS16").verdict is Verdict.UNKNOWN_ID


# --- editions ---------------------------------------------------------------------------------


def test_an_llm_id_that_was_renumbered_needs_its_edition() -> None:
    found = only("OWASP LLM06")
    assert found.verdict is Verdict.EDITION_UNCLEAR
    assert found.expected == "LLM06:2025 Excessive Agency or LLM06:2026 Unbounded Consumption"


def test_a_name_tells_which_edition_was_meant() -> None:
    assert only("OWASP LLM06 Excessive Agency").expected == "LLM06:2025 Excessive Agency"


@pytest.mark.parametrize("id_", ["LLM01 Prompt Injection", "LLM02"])
def test_an_llm_id_that_means_the_same_in_every_edition_needs_none(id_: str) -> None:
    assert only(f"OWASP {id_}").verdict is Verdict.CURRENT


@pytest.mark.parametrize(
    "text",
    [
        "LLM06:2025 Excessive Agency",
        "LLM06 (2025) Excessive Agency",
        "LLM06 Excessive Agency (2025)",
        "# OWASP Top 10 for LLM Applications 2025\n\n## Agency\n\nLLM06 Excessive Agency",
        "OWASP Top 10 for LLM Applications (2025)\n\ntext\n\nLLM06",
        "| OWASP LLM 2025 | Threat |\n|---|---|\n| LLM06 | too many rights |",
        "[LLM06](https://genai.owasp.org/llmrisk/llm062025-excessive-agency/)",
    ],
)
def test_the_edition_may_stand_in_id_line_heading_column_link_or_file(text: str) -> None:
    assert {v for _, v in verdicts(text)} == {"current"}


def test_each_section_has_its_own_edition() -> None:
    text = (
        "# OWASP LLM 2025\n\nLLM06 Excessive Agency\n\n# OWASP LLM 2026\n\nLLM06 Excessive Agency"
    )
    assert [v for _, v in verdicts(text)] == ["current", "wrong-name"]


def test_the_edition_of_one_object_says_nothing_of_the_next() -> None:
    text = '[{"id": "LLM03", "edition": "2026"}, {"id": "LLM06", "name": "Excessive Agency"}]'
    assert [v for _, v in verdicts(text, "a.json")] == ["current", "edition-unclear"]


def test_a_name_of_the_other_edition_is_wrong_beside_a_stated_one() -> None:
    found = only("LLM06:2026 Excessive Agency")
    assert (found.verdict, found.expected) == (Verdict.WRONG_NAME, "Unbounded Consumption")
    assert found.note == "that is the name of LLM06:2025 and LLM03:2026"


def test_a_risk_that_was_renamed_between_editions_is_renamed() -> None:
    assert only("LLM08:2026 System Prompt Leakage").expected == "Hidden Context Exposure"


def test_the_first_edition_is_known_as_such() -> None:
    found = only("OWASP Top 10 for LLM v1.1: LLM02 Insecure Output Handling")
    assert (found.verdict, found.expected) == (
        Verdict.RETIRED,
        "LLM05:2025 Improper Output Handling",
    )


def test_the_whole_list_may_be_cited_without_an_edition() -> None:
    assert {v for _, v in verdicts("OWASP LLM01 through LLM10")} == {"current"}


@pytest.mark.parametrize("id_", ["LLM06:2021", "LLM11:2025", "ML11:2023", "ASI11:2026"])
def test_editions_and_ranks_that_there_never_were_do_not_exist(id_: str) -> None:
    assert only(f"OWASP {id_}").verdict is Verdict.UNKNOWN_ID


# --- what is no reference ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("We run LLM10b and LLM06 on host ML05, rack ASI01.", "a.txt"),
        ("part,description\nML09,Bracket\nLLM06,Thread\n", "a.csv"),
        ("OWASP was there. Hosts gpu-LLM06 and LLM06-node, model card LLM01-7B.", "a.md"),
        ("AML.T00xx, AML.M00…, AML.T* and XAML.T0051x are placeholders.", "a.md"),
        ("The floor is on MAP 12.4; Map 2.3; MEASURE 10.5 cm; MAP 2.1.4 is out.", "a.md"),
    ],
)
def test_what_only_looks_like_an_id_is_left_alone(text: str, file: str) -> None:
    assert checks(text, file) == []


@pytest.mark.parametrize(
    "text",
    [
        "AML.T0051 (high), AML.T0051 (see below), AML.T0051: Customer Chatbot",
        "AML.T0020 (Training Pipeline). Model Theft is another matter.",
        "AML.T0051. LLM Jailbreak is something else.",
        "AML.T0051 (Execution) leads to AML.T0086 (Exfiltration).",
        "AML.M0020 (LLM Jailbreak) helps.",
        "Prompt Injection (LLM01, AML.T0051) and Jailbreaks (AML.T0054)",
        "AML.T0051 / AML.T0054 LLM Jailbreak",
        "phishing mails (AML.T0052.000), using valid accounts (AML.T0091)",
        "## Poisoned Feedback Attack (AML.T0020)",
        "| Threat | ATLAS | Control |\n|---|---|---|\n| Leakage | AML.T0057 | Access Control |",
        "| ID | Tactic | Name |\n|---|---|---|\n| AML.T0054 | Execution | LLM Jailbreak |",
    ],
)
def test_words_beside_an_id_that_are_not_meant_as_its_name_are_no_error(text: str) -> None:
    assert {v for _, v in verdicts(text)} == {"current"}


def test_what_another_object_is_called_is_not_the_name_of_what_it_cites() -> None:
    text = '{"id": "T-1", "name": "LLM Jailbreak", "technique": "AML.T0051", "refs": ["AML.T0054"]}'
    assert {v for _, v in verdicts(text, "a.json")} == {"current"}


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "AML.T0051.000 Direct",
        "AML.T0051.000: LLM Prompt Injection: Direct",
        "AML.T0051.000 LLM Prompt Injection (Direct)",
        "Direct Prompt Injection (AML.T0051.000)",
        "AML.T0051 LLM PROMPT INJECTION",
        "AML.T0043.001 'Black\u2011Box Optimization'",
        "AML.T0091 Use Alternate Auth…",
        "AML.M0007 Sanitise Training Data",
        "ASI06: Memory &amp; Context Poisoning",
        "AML.T0067 (LLM Trusted\nOutput Components Manipulation)",
        "AML_T0051_LLM_PROMPT_INJECTION",
    ],
)
def test_a_name_may_be_short_cut_wrapped_or_spelled_otherwise(text: str) -> None:
    found = only(text)
    assert (found.verdict, found.name is None) == (Verdict.CURRENT, False)


def test_the_name_of_the_parent_is_not_that_of_a_sub_technique() -> None:
    assert only("AML.T0051.000: LLM Prompt Injection").note == "that is the name of AML.T0051"


def test_a_longer_name_is_not_taken_for_a_shorter_one() -> None:
    assert only("AML.T0108 AI Agent Clickbait").verdict is Verdict.WRONG_NAME


def test_names_in_both_orders_are_given_to_the_right_ids() -> None:
    text = "LLM Jailbreak (AML.T0051) and LLM Prompt Injection (AML.T0054)"
    assert [v for _, v in verdicts(text)] == ["wrong-name", "wrong-name"]


def test_the_name_of_the_id_before_is_not_read_as_that_of_the_next() -> None:
    text = "AML.T0104 (Publish Poisoned AI Agent Tool). Publish Poisoned Datasets (AML.T0019)"
    assert checks(text)[1].name == "Publish Poisoned Datasets"


def test_names_that_we_gave_nist_subcategories_are_not_checked() -> None:
    assert only("NIST AI RMF: GOVERN 1.1 (Whatever It Says)").verdict is Verdict.CURRENT


# --- formats: every template with a sample of the entries, and the judged documents -------------


def test_every_way_to_write_a_reference_is_read() -> None:
    score = reference_checks.templates(KNOWLEDGE, step=23)
    assert score.alarms == []
    assert score.found >= reference_checks.LEAST_FOUND


def test_the_judged_documents_are_judged_as_a_person_did() -> None:
    score = reference_checks.documents(KNOWLEDGE)
    assert (score.alarms, score.missed, score.misjudged, score.unseen) == ([], [], [], [])
    assert score.right + score.wrong >= 200


def test_lines_and_columns_count_from_one_whatever_ends_the_lines() -> None:
    found = checks("a\r\n  AML.T0051\rüü AML.T0054\n")
    assert [(c.line, c.column) for c in found] == [(2, 3), (3, 4)]


def test_every_reference_of_the_knowledge_base_is_right() -> None:
    for catalogue in KNOWLEDGE.catalogues:
        for entry in catalogue.entries:
            text = f'{{"edition": "{entry.edition}", "id": "{entry.id}", "name": "{entry.name}"}}'
            assert {v for _, v in verdicts(text, "a.json")} <= {"current"}, entry.id


# --- corrections ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("AML.T0020 Poison Training Data.", "AML.T0020 Training Data Poisoning."),
        ("GPU Hardware (AML.T0010.000)", "Hardware (AML.T0010.000)"),
        (
            "AML.T0058 (Publish Poisoned Models)",
            "AML.T0115.001 (Publish Poisoned AI Artifacts: Models)",
        ),
        ("OWASP LLM06 Excessive Agency", "OWASP LLM06:2025 Excessive Agency"),
    ],
)
def test_what_has_one_answer_is_put_right(before: str, after: str) -> None:
    assert corrected(before, checks(before)) == after
    assert {v for _, v in verdicts(after)} == {"current"}


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("AML.T0051 (LLM Jailbreak)", "a.md"),
        ("OWASP LLM06", "a.md"),
        ("AML.T0045", "a.md"),
        ("AML_T0058 = 1", "a.py"),
        ('{"owasp": 1, "id": "LLM06", "name": "Excessive Agency"}', "a.json"),
        ("| a | b |\n|---|---|\n| AML.T0020 | Poison Training D… |", "a.md"),
    ],
)
def test_what_could_be_put_right_in_two_ways_is_left(text: str, file: str) -> None:
    found = checks(text, file)
    assert any(c.is_wrong for c in found)
    assert corrected(text, found) == text


# --- robustness -------------------------------------------------------------------------------


@given(st.text(st.sampled_from("AMLT.0051 LM6:2(OWASP)[]{}\"'|,\n<>td/-–=`*#&;_ a"), max_size=200))
def test_any_text_can_be_checked(text: str) -> None:
    for file in ("a.md", "a.json", "a.csv", "a.html"):
        for found in REFERENCES.check(text, file):
            assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "owasp " * 50_000 + "LLM06",
        "<h1>" * 50_000 + "LLM06 OWASP",
        "AML.T0051" + " " * 500_000,
        '"' * 200_000 + '"id":"AML.T0051"',
        "|" * 200_000 + "AML.T0051|",
        "#" * 200_000 + "LLM06 OWASP",
    ],
)
def test_no_text_takes_long(text: str) -> None:
    before = time.perf_counter()
    assert len(checks(text)) == 1
    assert time.perf_counter() - before < 5


def test_bytes_are_decoded_and_written_back_as_they_were() -> None:
    for content in (
        b"\xef\xbb\xbfAML.T0051\r\n",
        "AML.T0051 ü".encode("latin-1"),
        b"\xff\xfe" + "AML.T0051 ü".encode("utf-16-le"),
        b"",
    ):
        document = decode(content)
        assert document is not None
        assert document.bytes(document.text) == content


def test_binary_content_is_no_text() -> None:
    assert decode(b"AML.T0051\0\x01") is None


# --- SARIF ------------------------------------------------------------------------------------


def test_sarif_holds_what_is_wrong_and_nothing_else() -> None:
    log = sarif({"a b.md": REFERENCES.check("AML.T0051\nAML.T0999", "a b.md")}, "1.0")
    (result,) = log["runs"][0]["results"]
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert result["ruleId"] == rules[result["ruleIndex"]]["id"] == "reference/unknown-id"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b.md"},
        "region": {"startLine": 2, "startColumn": 1, "endColumn": 10},
    }
