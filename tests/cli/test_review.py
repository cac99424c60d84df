"""Decisions from the command line: one or many, from lists, taken back, and listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import CommandLine, Outcome
from threatwright import yamltext

pytestmark = pytest.mark.long


def file(model: str) -> dict[str, Any]:
    found: dict[str, Any] = yamltext.parse(Path(model).read_text(encoding="utf-8"), model)
    return found


def threats(model: str) -> dict[str, dict[str, Any]]:
    return {threat["id"]: threat for threat in file(model)["threats"]}


def state(done: Outcome) -> dict[str, Any]:
    assert (done.code, done.err) == (0, "")
    found: dict[str, Any] = json.loads(done.out)
    return found


def ids_of(model: str) -> list[str]:
    return list(threats(model))


def test_threats_are_accepted_with_owner_and_dates_and_that_is_listed(
    tw: CommandLine, model: str
) -> None:
    one = ids_of(model)[0]
    done = tw(
        *("review", model, "--accept", one, "--reason", "a pilot", "--owner", "Bo"),
        *("--until", "2999-06-30", "--due", "2999-01-31", "--by", "Ana", "--role", "product"),
    )
    assert (done.code, done.err) == (0, "")
    assert f"Wrote 1 entry to {model}." in done.out
    (entry,) = file(model)["journal"]
    assert (entry["by"], entry["role"], entry["until"]) == ("Ana", "product", "2999-06-30")
    assert threats(model)[one]["status"] == "accepted"
    listed = tw("review", model, "--list").out
    assert "accepted until 2999-06-30, owner Bo, due 2999-01-31: a pilot [Ana]" in listed
    (decided,) = state(tw("review", model, "--json"))["decided"]
    assert (decided["threat"], decided["owner"], decided["expired"]) == (one, "Bo", False)


def test_many_are_rejected_at_once_by_what_they_are_and_taken_back_at_once(
    tw: CommandLine, model: str
) -> None:
    low = {id_ for id_, threat in threats(model).items() if threat["level"] in ("low", "medium")}
    assert len(low) > 1
    where = ("--where", "level=low,medium", "--where", "status=proposed")
    done = tw("review", model, "--reject", "*", *where, "--reason", "below our appetite")
    assert done.code == 0
    assert {i for i, t in threats(model).items() if t.get("status") == "rejected"} == low
    before = Path(model).read_text(encoding="utf-8")
    assert tw("review", model, "--undo", "1", "--dry-run").code == 0
    assert Path(model).read_text(encoding="utf-8") == before
    undone = tw("review", model, "--undo", "1")
    assert undone.out.count("taken back:") == len(low)
    assert state(tw("review", model, "--json"))["open"] == len(threats(model))


def test_the_same_decision_twice_is_written_once(tw: CommandLine, model: str) -> None:
    call = ("review", model, "--reject", "*", "--reason", "r", "--by", "Ana")
    assert tw(*call).code == 0
    written = Path(model).read_text(encoding="utf-8")
    assert "Nothing new was said" in tw(*call).out
    assert Path(model).read_text(encoding="utf-8") == written


def test_a_duplicate_names_the_other_and_has_its_reason_by_itself(
    tw: CommandLine, model: str
) -> None:
    one, other, *_ = ids_of(model)
    assert tw("review", model, "--duplicate", one, other).code == 0
    threat = threats(model)[one]
    assert (threat["status"], threat["duplicate_of"]) == ("rejected", other)
    assert threat["reason"] == f"says the same as {other}"
    assert tw("review", model, "--duplicate", other, one).problem == (
        f"{one} is a duplicate of {other} itself."
    )


@pytest.mark.parametrize("name", ["list.yaml", "list.csv", "semicolons.csv"])
def test_decisions_are_taken_from_a_list(tw: CommandLine, model: str, name: str) -> None:
    one, other, third, *_ = ids_of(model)
    rows = [
        ("threat", "decision", "reason", "owner", "until", "duplicate_of"),
        (one, "accept", "we pay", "Bo", "2999-01-01", ""),
        (other, "duplicate", "", "", "", third),
        (third, "transferred", "the insurer", "Carla", "", ""),
    ]
    if name == "list.yaml":
        text = "decisions:\n" + "".join(
            "  - {"
            + ", ".join(f"{k}: {v!r}" for k, v in zip(rows[0], row, strict=True) if v)
            + "}\n"
            for row in rows[1:]
        )
    else:
        text = "".join((";" if name[0] == "s" else ",").join(row) + "\n" for row in rows)
    Path(name).write_text(text, encoding="utf-8")
    assert tw("review", model, "--from", name, "--by", "Ana").code == 0
    held = threats(model)
    assert [held[id_]["status"] for id_ in (one, other, third)] == [
        "accepted",
        "rejected",
        "transferred",
    ]
    assert tw("review", model, "--undo", "1").code == 0
    assert state(tw("review", model, "--json"))["decided"] == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("T-none*,accept,r", "list.csv, line 2: No threat has an id as T-none*."),
        ("*,accept,", "* would be accepted without a reason."),
        ("*,perhaps,r", "list.csv, line 2: a decision names a threat and what was decided."),
        ("*,accept,r,more", "list.csv, line 2: there are more cells than the first line names."),
    ],
)
def test_a_list_that_is_wrong_is_refused_as_a_whole(
    tw: CommandLine, model: str, line: str, problem: str
) -> None:
    before = Path(model).read_bytes()
    Path("list.csv").write_text(f"threat,decision,reason\n{line}\n", encoding="utf-8")
    assert tw("review", model, "--from", "list.csv").problem == problem
    assert Path(model).read_bytes() == before


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--accept", "*"), "* would be accepted without a reason."),
        (("--reject", "*", "--reason", "r", "--until", "2999-01-01"), "Only an acceptance"),
        (("--reject", "*", "--reason", "r", "--due", "soon"), "“soon” is no date."),
        (("--reject", "*", "--reason", "r", "--undo", "1"), "Nothing can be decided and undone"),
        (("--undo", "1"), "There is nothing to take back."),
        (("--reject", "*", "--reason", "r", "--where", "x=1"), "“x=1” is no condition"),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    tw: CommandLine, model: str, options: tuple[str, ...], problem: str
) -> None:
    before = Path(model).read_bytes()
    done = tw("review", model, *options)
    assert done.code == 2
    assert done.problem.startswith(problem)
    assert Path(model).read_bytes() == before


def test_an_acceptance_that_expired_is_stopped_by_the_gate_and_listed_first(
    tw: CommandLine, model: str
) -> None:
    assert tw("review", model, "--accept", "*", "--reason", "r", "--until", "2999-12-31").code == 0
    gate = ("check", model, "--require-decisions", "--max-residual", "low")
    assert tw(*gate).code == 0
    text = Path(model).read_text(encoding="utf-8")
    Path(model).write_text(text.replace("2999-12-31", "2020-12-31"), encoding="utf-8")
    stopped = tw(*gate)
    assert stopped.code == 1
    assert "its acceptance ended on 2020-12-31" in stopped.out
    assert "To be decided anew" in tw("review", model).out


def test_decisions_show_in_report_minutes_and_sarif(tw: CommandLine, model: str) -> None:
    one = ids_of(model)[0]
    said = ("--reason", "a pilot", "--owner", "Bo", "--until", "2999-06-30", "--due", "2999-01-31")
    assert tw("review", model, "--accept", one, *said, "--by", "Ana").code == 0
    report = tw("export", model, "--format", "markdown").out
    assert "**Accepted until 2999-06-30**: a pilot Owner: Bo. Due: 2999-01-31." in report
    assert "accepted until 2999-06-30, owned by Bo, due 2999-01-31: a pilot" in (
        tw("minutes", model).out
    )
    results = json.loads(tw("export", model, "--format", "sarif").out)["runs"][0]["results"]
    (suppression,) = next(r for r in results if r["properties"]["threat"] == one)["suppressions"]
    assert suppression["properties"] == {
        "decision": "accepted",
        "owner": "Bo",
        "until": "2999-06-30",
        "due": "2999-01-31",
    }


def test_only_model_files_are_reviewed(tw: CommandLine, description: str) -> None:
    assert tw("review", description).problem == "payments.md is not a model file."


def test_how_far_a_mitigation_has_come_is_said_and_taken_back(tw: CommandLine, model: str) -> None:
    before = threats(model)
    one, mitigation = next(
        (id_, m["id"])
        for id_, threat in before.items()
        for m in threat["mitigations"]
        if m["status"] == "proposed"
    )
    plan = ("review", model, "--mitigation", mitigation, "planned", "--owner", "Bo", "--by", "Ana")
    done = tw(*plan, "--against", one)
    assert (done.code, done.err) == (0, "")
    assert f"planned, owner Bo, against {one}" in done.out
    now = {m["id"]: m["status"] for m in threats(model)[one]["mitigations"]}
    assert now[mitigation] == "planned"
    assert tw(*plan, "--dry-run").code == 0
    assert tw("review", model, "--undo", "1").code == 0
    assert threats(model) == before


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--mitigation", "AML.M0004", "soon"), "“soon” is no status of a mitigation."),
        (("--mitigation", "AML.M9999", "planned"), "AML.M9999 stands against no threat"),
        (("--against", "*"), "Nothing is said of a mitigation."),
        (
            ("--mitigation", "AML.M0004", "planned", "--undo", "1"),
            "A mitigation and something else were said in one call.",
        ),
    ],
)
def test_a_mitigation_that_cannot_be_taken_down_is_refused(
    tw: CommandLine, model: str, options: tuple[str, ...], problem: str
) -> None:
    before = Path(model).read_bytes()
    done = tw("review", model, *options)
    assert done.code == 2
    assert done.problem.startswith(problem)
    assert Path(model).read_bytes() == before
