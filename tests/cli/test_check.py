from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.adapters.repository import begun, committed, git
from tests.cli.conftest import CommandLine, Outcome
from tests.exchange import sarif_schema
from threatwright.exchange.checked import Report

pytestmark = pytest.mark.long

LINE = re.compile(r"^(?P<file>[^:]+):(?P<line>\d+): (?P<rule>[a-z-]+): (?P<text>.+)$")


def lines(told: Outcome) -> list[dict[str, str]]:
    """What was objected to, without the last line, which sums up."""
    found = [LINE.match(line) for line in told.out.splitlines()]
    return [match.groupdict() for match in found if match]


# --- what passes and what does not ------------------------------------------------------------


def test_a_fresh_draft_passes_and_says_what_was_looked_at(tw: CommandLine, model: str) -> None:
    told = tw("check", model)
    assert (told.code, told.err) == (0, "")
    assert re.fullmatch(rf"{model}: passes; \d+ threats looked at\.\n", told.out)


def test_an_example_stands_for_a_file(tw: CommandLine) -> None:
    told = tw("check", "sample:fraud-api", "--max-residual", "high")
    assert told.code == 1
    assert "sample:fraud-api:1: max-residual: " in told.out


def test_each_objection_is_a_line_with_the_place_of_its_threat(tw: CommandLine, model: str) -> None:
    told = tw("check", model, "--max-residual", "medium")
    assert told.code == 1
    text = Path(model).read_text(encoding="utf-8").splitlines()
    found = lines(told)
    assert found
    for one in found:
        assert one["rule"] == "max-residual"
        assert one["file"] == model
        assert text[int(one["line"]) - 1].startswith("- id: T-")


def test_with_explain_each_says_why_and_what_to_do(tw: CommandLine, model: str) -> None:
    told = tw("check", model, "--no-open-questions-above", "0", "--explain").out.splitlines()
    assert told[0].startswith(f"{model}:")
    assert told[1].startswith("    why: Each open question is something that is not known")
    assert told[2] == (
        f"    do:  Answer them, the most valuable first: threatwright questions {model}"
    )


def test_a_threat_that_was_edited_by_hand_is_found_where_it_stands(
    tw: CommandLine, model: str
) -> None:
    text = Path(model).read_text(encoding="utf-8")
    edited = re.sub(r"^  residual: \d+$", "  residual: 1", text, count=1, flags=re.M)
    assert edited != text
    Path(model).write_text(edited, encoding="utf-8")
    told = tw("check", model)
    (one,) = lines(told)
    assert (told.code, one["rule"]) == (1, "not-derived")


def test_a_component_that_was_added_by_hand_and_not_drafted_is_found(
    tw: CommandLine, model: str
) -> None:
    text = Path(model).read_text(encoding="utf-8")
    new = (
        "  components:\n  - id: helper\n    name: Helper\n    kind: agent\n"
        "    boundary: production\n    provenance:\n      from: person:kim\n"
    )
    Path(model).write_text(text.replace("  components:\n", new, 1), encoding="utf-8")
    told = tw("check", model)
    assert told.code == 1
    assert {one["rule"] for one in lines(told)} == {"not-derived"}
    assert tw("draft", model, "-o", model).code == 0
    assert tw("check", model).code == 0


def test_what_is_accepted_with_a_reason_passes_and_is_counted(tw: CommandLine, model: str) -> None:
    risky = lines(tw("check", model, "--max-residual", "high"))
    ids = re.findall(r"^- id: (T-.+)$", Path(model).read_text(encoding="utf-8"), re.M)
    stopped = [i for i in ids if _line_of(i, model) in {int(one["line"]) for one in risky}]
    assert stopped
    decided = "".join(
        f"- n: {n}\n  type: decided\n  threat: {id_}\n  status: accepted\n  reason: known\n"
        for n, id_ in enumerate(stopped, start=1)
    )
    text = Path(model).read_text(encoding="utf-8")
    Path(model).write_text(
        text.replace("\nsystem:\n", f"\njournal:\n{decided}system:\n", 1), encoding="utf-8"
    )
    assert tw("draft", model, "-o", model).code == 0
    told = tw("check", model, "--max-residual", "high")
    assert told.code == 0
    assert f"{len(stopped)} objection" in told.out
    assert "settled by a decision" in told.out


def _line_of(id_: str, file: str) -> int:
    return Path(file).read_text(encoding="utf-8").splitlines().index(f"- id: {id_}") + 1


# --- nothing passes for want of anything to check ---------------------------------------------


def test_an_empty_model_does_not_pass(tw: CommandLine) -> None:
    Path("empty.threatmodel.yaml").write_text(
        "format: threatwright/1\nid: x\nname: x\nsystem:\n  name: x\n", encoding="utf-8"
    )
    told = tw("check", "empty.threatmodel.yaml")
    assert told.code == 1
    assert {"nothing-described", "no-threats"} <= {one["rule"] for one in lines(told)}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "holds nothing"),
        ("a: b\n", "is not a threat model"),
        ("format: threatwright/9\n", "is in the format threatwright/9"),
        ("format: threatwright/1\nid: x\n", "line 1: name: Field required"),
    ],
)
def test_a_file_that_is_no_model_does_not_pass(tw: CommandLine, content: str, problem: str) -> None:
    Path("x.yaml").write_text(content, encoding="utf-8")
    told = tw("check", "x.yaml")
    assert told.code == 2
    assert problem in told.err.splitlines()[0]


def test_a_description_is_no_model(tw: CommandLine, description: str) -> None:
    told = tw("check", description)
    assert (told.code, told.problem) == (2, f"{description} is not a model file.")


def test_a_filter_that_fits_nothing_does_not_pass(tw: CommandLine, model: str) -> None:
    told = tw("check", model, "--require-decisions", "--only", "T-nothing@*")
    assert told.code == 2
    assert told.err.splitlines()[0] == "No threat has an id as T-nothing@*."
    assert "passes" not in told.out


def test_a_broken_file_keeps_no_other_from_being_checked(tw: CommandLine, model: str) -> None:
    told = tw("check", "none.yaml", model, "--max-residual", "medium", "--sarif", "out.sarif")
    assert told.code == 2
    assert lines(told)
    assert told.err.splitlines()[0] == "none.yaml does not exist."
    run = sarif_schema.read(Path("out.sarif").read_text(encoding="utf-8"))
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "none.yaml" in invocation["toolExecutionNotifications"][0]["message"]["text"]


# --- beside an earlier state ------------------------------------------------------------------


@pytest.fixture
def repository(tw: CommandLine, model: str, tmp_path: Path) -> str:
    """The model, committed; in the working tree somebody has told more since, for the worse."""
    begun(tmp_path)
    committed(tmp_path)
    text = Path(model).read_text(encoding="utf-8")
    told = "- n: 1\n  type: told\n  text: A public chatbot with a large language model answers.\n"
    Path(model).write_text(
        text.replace("\nsystem:\n", f"\njournal:\n{told}system:\n", 1), encoding="utf-8"
    )
    assert tw("draft", model, "-o", model).code == 0
    return model


def test_only_what_is_new_since_a_revision_stops(tw: CommandLine, repository: str) -> None:
    whole = lines(tw("check", repository, "--max-residual", "medium"))
    told = tw("check", repository, "--max-residual", "medium", "--against", "main")
    new = lines(told)
    assert told.code == 1
    assert 0 < len(new) < len(whole)
    assert f"of before in main:{repository} left out" in told.out
    git(Path(), "commit", "--quiet", "--all", "--message", "more")
    told = tw("check", repository, "--max-residual", "medium", "--against", "HEAD")
    assert (told.code, lines(told)) == (0, [])


def test_a_file_that_is_new_is_new_as_a_whole(tw: CommandLine, repository: str) -> None:
    Path("new.threatmodel.yaml").write_bytes(Path(repository).read_bytes())
    arguments = ("check", "new.threatmodel.yaml", "--max-residual", "medium")
    told = tw(*arguments, "--against", "main")
    assert told.code == 1
    assert len(lines(told)) == len(lines(tw(*arguments)))
    assert "All that is found in it counts as new." in told.err


def test_what_is_new_and_what_is_gone_are_states_in_sarif(tw: CommandLine, repository: str) -> None:
    demands = ("--max-residual", "medium", "--require-decisions")
    tw("check", repository, *demands, "--against", "main", "--sarif", "out.sarif")
    run = sarif_schema.read(Path("out.sarif").read_text(encoding="utf-8"))
    states = {result["baselineState"] for result in run["results"]}
    assert {"new", "unchanged"} <= states
    assert {t["name"] for t in run["taxonomies"]} >= {"MITRE ATLAS"}


@pytest.mark.parametrize(
    ("base", "problem"),
    [
        ("nowhere", "there is no revision “nowhere”"),
        ("sample:fraud-api", "sample:fraud-api holds another model"),
        ("none.yaml", "none.yaml does not exist."),
    ],
)
def test_an_earlier_state_that_cannot_be_read_does_not_pass(
    tw: CommandLine, repository: str, base: str, problem: str
) -> None:
    told = tw("check", repository, "--against", base)
    assert told.code == 2
    assert problem in told.err


# --- for tools --------------------------------------------------------------------------------


def test_json_is_the_contract_that_the_types_state(tw: CommandLine, model: str) -> None:
    told = tw("check", model, "--max-residual", "medium", "--json")
    report = Report.model_validate_json(told.out)
    assert (told.code, report.passed) == (1, False)
    (file,) = report.files
    assert (file.file, file.inherited) == (model, 0)
    assert {placed.objection.rule for placed in file.found} == {"max-residual"}
    assert json.loads(tw("check", model, "--json").out)["passed"] is True


def test_sarif_is_written_where_everything_passes_too(tw: CommandLine, model: str) -> None:
    assert tw("check", model, "--sarif", "out.sarif").code == 0
    run = sarif_schema.read(Path("out.sarif").read_text(encoding="utf-8"))
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is True


def test_a_level_that_there_is_not_is_refused(tw: CommandLine, model: str) -> None:
    told = tw("check", model, "--max-residual", "severe")
    assert told.code == 2
    assert "'severe' is not one of" in told.problem


def test_an_exported_result_stands_at_the_line_of_its_threat(tw: CommandLine, model: str) -> None:
    run = sarif_schema.read(tw("export", model, "-f", "sarif").out)
    text = Path(model).read_text(encoding="utf-8").splitlines()
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == model
        assert text[place["region"]["startLine"] - 1] == f"- id: {result['properties']['threat']}"
