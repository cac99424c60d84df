from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.adapters.repository import begun, committed
from tests.cli.conftest import CommandLine
from threatwright.model.difference import Difference

pytestmark = pytest.mark.long


@pytest.fixture
def later(tw: CommandLine, model: str, tmp_path: Path) -> str:
    """The model with an answer more, in a file of its own."""
    question = next(
        q
        for q in json.loads(tw("questions", model, "--json").out)
        if q["id"].endswith(".output_detail") or q["is_gate"]
    )
    Path("form.yaml").write_text(
        f"answers:\n  - {{question: {question['id']}, value: {question['choices'][0]['value']}}}\n",
        encoding="utf-8",
    )
    Path("later.threatmodel.yaml").write_bytes(Path(model).read_bytes())
    assert tw("answer", "later.threatmodel.yaml", "--from", "form.yaml", "--by", "Kim").code == 0
    return "later.threatmodel.yaml"


def test_two_files_are_compared_and_the_answer_between_them_is_named(
    tw: CommandLine, model: str, later: str
) -> None:
    told = tw("diff", model, later)
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines()[0].endswith(f": {model} → {later}")
    assert "1 answer." in told.out
    assert "< answer 1 by Kim" in told.out


def test_a_file_is_compared_with_an_earlier_revision_of_it(
    tw: CommandLine, model: str, later: str, tmp_path: Path
) -> None:
    begun(tmp_path)
    committed(tmp_path)
    files = tw("diff", model, later).out
    Path(later).replace(model)
    revisions = tw("diff", f"main:{model}", model).out
    assert revisions.splitlines()[1:] == files.splitlines()[1:]


def test_a_revision_at_which_the_file_was_broken_is_told_as_that(
    tw: CommandLine, model: str, tmp_path: Path
) -> None:
    good = Path(model).read_bytes()
    Path(model).write_text("format: threatwright/1\nid: x\n", encoding="utf-8")
    begun(tmp_path)
    committed(tmp_path)
    Path(model).write_bytes(good)
    told = tw("diff", f"HEAD:{model}", model)
    assert told.code == 2
    assert told.problem.startswith(f"HEAD:{model}: {model}, line 1: name: Field required")


def test_json_is_the_contract_that_the_types_state(tw: CommandLine, model: str, later: str) -> None:
    told = tw("diff", model, later, "--json")
    found = Difference.model_validate_json(told.out)
    assert found.format == "threatwright-diff/1"
    assert found.old.threats
    assert [cause.ref for cause in found.done] == ["answer:1"]


def test_markdown_can_be_written_to_a_file(
    tw: CommandLine, model: str, later: str, tmp_path: Path
) -> None:
    told = tw("diff", model, later, "-f", "markdown", "-o", "comment.md")
    assert (told.code, told.out) == (0, "")
    assert (tmp_path / "comment.md").read_text(encoding="utf-8").startswith("### Threat model: ")


def test_an_example_stands_for_a_file(tw: CommandLine) -> None:
    assert tw("draft", "sample:fraud-api", "-o", "fraud.threatmodel.yaml").code == 0
    told = tw("diff", "sample:fraud-api", "fraud.threatmodel.yaml")
    assert told.code == 0
    assert "Nothing that follows from them has changed." in told.out


def test_a_system_that_was_edited_by_hand_is_compared_with_what_follows_from_the_edit(
    tw: CommandLine, model: str
) -> None:
    text = Path(model).read_text(encoding="utf-8")
    Path("edited.yaml").write_text(
        text.replace("kind: inference-endpoint", "kind: agent", 1), encoding="utf-8"
    )
    told = tw("diff", model, "edited.yaml")
    assert told.code == 0
    assert "the system was edited by hand in the model file" in told.out
    assert "Note: edited.yaml: threats in the file do not follow from its record" in told.out


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("none.yaml", "{model}", "none.yaml does not exist."),
        ("{model}", "broken.yaml", "broken.yaml: is not a threat model"),
        ("{model}", "sample:fraud-api", "hold different models"),
        ("HEAD:{model}", "{model}", "HEAD:{model}: this is not in a git repository."),
    ],
)
def test_what_cannot_be_compared_is_told_in_two_lines(
    tw: CommandLine,
    model: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    old: str,
    new: str,
    problem: str,
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    Path("broken.yaml").write_text("a: b\n", encoding="utf-8")
    told = tw("diff", old.format(model=model), new.format(model=model))
    assert told.code == 2
    assert problem.format(model=model) in told.problem


def test_different_models_are_compared_where_that_is_wanted(tw: CommandLine, model: str) -> None:
    told = tw("diff", model, "sample:fraud-api", "--anyway")
    assert told.code == 0
    assert "payments.md is no source any more" in told.out


def test_a_format_that_there_is_not_is_refused(tw: CommandLine, model: str) -> None:
    told = tw("diff", model, model, "--format", "html")
    assert (told.code, told.problem) == (2, "There is no format “html” for differences.")
