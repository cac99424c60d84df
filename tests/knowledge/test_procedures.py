"""The lines that tell a step as reports of incidents do, and what is refused in their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from threatwright.errors import KnowledgeError
from threatwright.knowledge.load import digest_of, load_knowledge
from threatwright.knowledge.procedures import FOLDER, digest_of_procedures, load_procedures

KNOWLEDGE = load_knowledge()


def written(root: Path, **files: str) -> Path:
    (root / FOLDER).mkdir(parents=True)
    for name, text in files.items():
        (root / FOLDER / f"{name}.yaml").write_text(text, encoding="utf-8")
    return root


def test_every_file_that_ships_can_be_loaded() -> None:
    techniques = {e.id for e in KNOWLEDGE.entries.values() if e.type == "technique"}
    assert load_procedures(KNOWLEDGE).keys() <= techniques


def test_lines_of_several_files_come_together_in_order(tmp_path: Path) -> None:
    root = written(
        tmp_path,
        b="AML.T0020: [the third]\n",
        a="AML.T0020: [the first, the second]\nAML.T0051: [another]\n",
    )
    assert load_procedures(KNOWLEDGE, root) == {
        "AML.T0020": ("the first", "the second", "the third"),
        "AML.T0051": ("another",),
    }


def test_without_the_folder_there_are_none(tmp_path: Path) -> None:
    assert load_procedures(KNOWLEDGE, tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("AML.T0020: [a]\nAML.T9999: [b]\n", 2, "ATLAS has no technique “AML.T9999”"),
        ("AML.TA0002: [a]\n", 1, "ATLAS has no technique “AML.TA0002”"),
        ("AML.T0020:\n- a\n- ' '\n", 3, "AML.T0020 has an empty line"),
        ("AML.T0020:\n- a\n- b\n- A\n", 4, "stands under AML.T0020 already"),
        ("AML.T0020: []\n", 1, "AML.T0020 has no lines"),
        ("AML.T0020:\n- a\n- b: c\n", 3, "Input should be a valid string"),
        ("AML.T0020: [a]\nAML.T0020: [b]\n", 2, "stands here twice"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(
    tmp_path: Path, text: str, line: int, problem: str
) -> None:
    root = written(tmp_path, a=text)
    with pytest.raises(KnowledgeError, match=problem) as refused:
        load_procedures(KNOWLEDGE, root)
    assert f"a.yaml, line {line}: " in refused.value.problem


def test_a_line_is_told_of_one_technique_only(tmp_path: Path) -> None:
    root = written(tmp_path, a="AML.T0020: [They did it.]\n", b="AML.T0051: ['They  did it.']\n")
    with pytest.raises(KnowledgeError, match=r"b\.yaml, line 1: .* under AML.T0020 already"):
        load_procedures(KNOWLEDGE, root)


def test_a_changed_line_changes_their_digest_and_not_that_of_the_knowledge(tmp_path: Path) -> None:
    root = written(tmp_path, a="AML.T0020: [a]\n")
    before = digest_of_procedures(root), digest_of(root)
    (root / FOLDER / "a.yaml").write_text("AML.T0020: [b]\n", encoding="utf-8")
    assert digest_of_procedures(root) != before[0]
    assert digest_of(root) == before[1]
