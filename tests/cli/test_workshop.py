"""A whole workshop: three roles, three formats, one conflict, what decides it, the minutes."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import CommandLine
from threatwright import bootstrap

pytestmark = pytest.mark.long

MODEL = "fraud.threatmodel.yaml"
LIMIT = "inference-endpoint.rate_limit"


@pytest.fixture(autouse=True)
def _one_day_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    days = (f"2026-10-{day:02}T09:30:00+00:00" for day in range(2, 30))
    monkeypatch.setattr(bootstrap, "now", lambda: next(days))


def fill_markdown(path: Path, by: str, ticks: dict[str, str], words: dict[str, str]) -> None:
    text = path.read_text(encoding="utf-8").replace("Your name:", f"Your name: {by}")
    for question, value in ticks.items():
        head, mark, rest = text.partition(f"`{question}`")
        assert mark, question
        text = head + mark + rest.replace(f"- [ ] {value}", f"- [x] {value}", 1)
    for question, said in words.items():
        head, mark, rest = text.partition(f"`{question}`")
        text = head + mark + rest.replace("\nAnswer:", f"\nAnswer: {said}", 1)
    path.write_text(text, encoding="utf-8")


def fill_yaml(path: Path, by: str, values: dict[str, str]) -> None:
    text = path.read_text(encoding="utf-8").replace("by:", f"by: {by}", 1)
    for question, value in values.items():
        head, mark, rest = text.partition(f'question: "{question}"')
        assert mark, question
        text = head + mark + rest.replace("value:", f"value: {value}", 1)
    path.write_text(text, encoding="utf-8")


def fill_workbook(path: Path, by: str, labels: dict[str, str]) -> None:
    book = load_workbook(io.BytesIO(path.read_bytes()))
    sheet: Any = book["Questions"]
    sheet["C2"] = by
    for question, label in labels.items():
        (row,) = (cell.row for cell in sheet["H"] if cell.value == question)
        sheet.cell(row, 3).value = label
    book.save(path)


def first_of(tw: CommandLine, role: str, but: str = "") -> dict[str, Any]:
    """The most valuable question of a role."""
    found: list[dict[str, Any]] = json.loads(tw("questions", MODEL, "--role", role, "--json").out)
    return next(q for q in found if q["id"] != but)


def test_a_workshop_of_three_roles(tw: CommandLine, tmp_path: Path) -> None:
    assert tw("draft", "sample:fraud-api", "-o", MODEL).code == 0
    three_people_fill_three_forms(tw, tmp_path)
    somebody_answers_otherwise(tw, tmp_path)
    the_conflict_is_told_everywhere(tw)
    a_fourth_answer_decides_it(tw, tmp_path)
    the_minutes_tell_all_of_it(tw)
    whoever_hands_a_form_in_again_changes_nothing(tw, tmp_path)


def three_people_fill_three_forms(tw: CommandLine, folder: Path) -> None:
    for role, form in (("devops", "ops.md"), ("ml-engineering", "ml.xlsx"), ("data", "data.yaml")):
        assert tw("questions", MODEL, "--role", role, "-o", form).code == 0
    ops = first_of(tw, "devops", but=LIMIT)
    ml, data = first_of(tw, "ml-engineering"), first_of(tw, "data")
    ticks = {LIMIT: "per-key", ops["id"]: "don't know"}
    fill_markdown(folder / "ops.md", "Ana", ticks, {LIMIT: "100/min"})
    fill_workbook(folder / "ml.xlsx", "Bo", {ml["id"]: ml["choices"][0]["label"]})
    fill_yaml(folder / "data.yaml", "Cy", {data["id"]: data["choices"][1]["value"]})
    forms = ["--from", "ops.md", "--from", "ml.xlsx", "--from", "data.yaml"]
    assert tw("answer", MODEL, *forms, "--dry-run").out.startswith("Would take 4 answers; ")
    shown = tw("answer", MODEL, *forms)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(f"Took 4 answers into {MODEL}; ")
    assert "ops.md, Ana (devops): 2 taken, " in shown.out
    assert "ml.xlsx, Bo (ml-engineering): 1 taken, " in shown.out
    assert "data.yaml, Cy (data): 1 taken, " in shown.out
    assert "differ" not in shown.out


def somebody_answers_otherwise(tw: CommandLine, folder: Path) -> None:
    """On a copy of a form that is older than the model by now."""
    form = (folder / "ops.md").read_text(encoding="utf-8")
    before, limit = form.split(f"`{LIMIT}`")
    for old, new in (
        ("[x] per-key", "[ ] per-key"),
        ("[ ] none: Not at all", "[x] none: Not at all"),
        ("100/min", ""),
    ):
        assert old in limit
        limit = limit.replace(old, new, 1)
    form = f"{before}`{LIMIT}`{limit}"
    for old, new in (("[x] don't know", "[ ] don't know"), ("Ana", "Di")):
        assert old in form
        form = form.replace(old, new, 1)
    (folder / "di.md").write_text(form, encoding="utf-8")
    shown = tw("answer", MODEL, "--from", "di.md", "--role", "security-operations")
    assert shown.code == 0
    assert "di.md is older than the model, to which 4 entries came since; answered meanwhile: " in (
        shown.err
    )
    assert re.search(
        r"Answers differ, until somebody decides:\n"
        r"  Scoring API · Rate limit\n"
        r"    Ana \(devops, 2026-10-\d\d\): Per caller \(“100/min”\)\n"
        r"    Di \(security-operations, 2026-10-\d\d\): Not at all\n",
        shown.out,
    )
    assert shown.out.rstrip().endswith(", 1 conflict.")


def the_conflict_is_told_everywhere(tw: CommandLine) -> None:
    """In the report, in drafts, and first in the forms of both sides."""
    assert "## Conflicts\n" in tw("export", MODEL, "-f", "markdown").out
    assert "1 conflict to decide" in tw("draft", MODEL).out
    for role in ("devops", "security-operations"):
        block = tw("questions", MODEL, "--role", role, "-f", "markdown").out.split("\n### ")[1]
        assert block.startswith(
            "1. What limits how much one user or caller can try on the scoring API?"
        )
        assert block.splitlines()[0].endswith(f"`{LIMIT}`")
        assert "> - Di (security-operations, 2026-10-" in block
    assert LIMIT not in tw("questions", MODEL, "--role", "data").out


def a_fourth_answer_decides_it(tw: CommandLine, folder: Path) -> None:
    """Given on a form that was printed in sight of both sides."""
    assert tw("questions", MODEL, "--role", "devops", "-o", "decide.md").code == 0
    words = {LIMIT: "the limit was only planned"}
    fill_markdown(folder / "decide.md", "Eve", {LIMIT: "none"}, words)
    shown = tw("answer", MODEL, "--from", "decide.md")
    assert (shown.code, shown.err) == (0, "")
    assert "Decided by these answers:\n  Scoring API · Rate limit" in shown.out
    assert "until somebody decides" not in shown.out
    assert "## Conflicts\n" not in tw("export", MODEL, "-f", "markdown").out


def the_minutes_tell_all_of_it(tw: CommandLine) -> None:
    text = tw("minutes", MODEL).out
    for who in ("Ana (devops)", "Bo (ml-engineering)", "Cy (data)", "Di (security-operations)"):
        assert f"### {who}, 09:30 UTC\n" in text
    conflict = text.split("### Scoring API · Rate limit\n")[1].split("\n#")[0]
    assert "- Ana (devops, 2026-10-" in conflict
    assert "**Per caller** (“100/min”)" in conflict
    assert "**Not at all**" in conflict
    assert "Decided by Eve (devops, 2026-10-" in conflict
    assert "“the limit was only planned”" in conflict
    assert "(asked: Ana)" in text.split("Asked, and not known:\n")[1]
    told = json.loads(tw("minutes", MODEL, "--format", "json").out)
    assert [c["decided_by"] for c in told["conflicts"] if c["question"] == LIMIT] == ["Eve"]
    people = [sitting["by"] for sitting in told["sittings"] if sitting["by"]]
    assert people == ["Ana", "Bo", "Cy", "Di", "Eve"]


def whoever_hands_a_form_in_again_changes_nothing(tw: CommandLine, folder: Path) -> None:
    before = (folder / MODEL).read_bytes()
    for form in ("ops.md", "ml.xlsx", "data.yaml", "decide.md"):
        shown = tw("answer", MODEL, "--from", form)
        assert shown.out.startswith("Nothing new was said"), (form, shown.out)
    assert (folder / MODEL).read_bytes() == before
