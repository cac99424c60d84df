"""Elements, facts and threats put in or changed from the command line, without an interview."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.test_review import file, threats

pytestmark = pytest.mark.long

THREAT = (
    *("threat", "training", "Labels are sold", "--scenario", "A labeller sells them."),
    *("--stride", "information-disclosure", "--likelihood", "2", "--impact", "3"),
    *("--reason", "paid by the piece"),
)


def component(model: str, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = next(c for c in file(model)["system"]["components"] if c["id"] == id_)
    return found


def test_a_component_and_a_flow_are_added_and_bring_their_threats(
    tw: CommandLine, model: str
) -> None:
    before = set(threats(model))
    done = tw("add", model, "component", "Redis", "--kind", "vector-store", "--by", "Kim")
    assert (done.code, done.err) == (0, "")
    assert "“Redis” was added" in done.out
    added = component(model, "redis")
    assert (added["kind"], added["provenance"]) == ("vector-store", {"from": "answer:1"})
    start = file(model)["system"]["components"][0]
    done = tw("add", model, "flow", start["name"], "Redis", "--carries", "scores")
    assert (done.code, done.err) == (0, "")
    flow = file(model)["system"]["flows"][-1]
    assert (flow["source"], flow["target"], flow["carries"]) == (start["id"], "redis", "scores")
    assert set(threats(model)) > before
    assert tw("check", model).code == 0
    assert tw("review", model, "--undo", "2").code == 0
    assert set(threats(model)) == before
    assert "Redis" not in json.dumps(file(model)["system"])


def test_a_threat_is_added_with_references_that_were_looked_up(tw: CommandLine, model: str) -> None:
    done = tw("add", model, *THREAT, "--reference", "CWE-200", "--reference", "LLM02")
    assert (done.code, done.err) == (0, "")
    (id_,) = (i for i in threats(model) if i.startswith("T-p-"))
    assert re.fullmatch(r"T-p-[0-9a-f]{8}", id_)
    threat = threats(model)[id_]
    assert (threat["origin"], threat["risk"]) == ("person", 6)
    assert [(r["list"], r["id"]) for r in threat["references"]] == [
        ("cwe", "CWE-200"),
        ("owasp-llm", "LLM02"),
    ]
    assert "Labels are sold" in tw("export", model, "--format", "markdown").out
    assert tw("check", model, "--require-verified").code in (0, 1)
    assert tw("draft", model, "-o", model).code == 0
    assert threats(model)[id_] == threat


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        ((*THREAT, "--reference", "AML.T9999"), "No catalogue holds an entry “AML.T9999”."),
        ((*THREAT, "--mitigation", "hope"), "There is no mitigation “hope” in the model."),
        (("threat", "moon", *THREAT[2:]), "There is no element “moon” in the model."),
        (("flow", "training", "training", "--carries", "x"), "A flow leads from one component"),
        (("component", "X", "--kind", "llm", "--zone", "moon"), "There is no zone “moon”"),
    ],
)
def test_what_is_not_there_is_not_added(
    tw: CommandLine, model: str, call: tuple[str, ...], problem: str
) -> None:
    before = Path(model).read_bytes()
    assert tw("add", model, *call).problem.startswith(problem)
    assert Path(model).read_bytes() == before


def test_a_component_is_renamed_and_made_another_in_one_input(tw: CommandLine, model: str) -> None:
    before = file(model)["system"]
    done = tw("edit", model, "training", "--name", "Nightly job", "--kind", "job", "--by", "Kim")
    assert done.code == 0
    found = component(model, "training")
    assert (found["name"], found["kind"]) == ("Nightly job", "job")
    assert tw("edit", model, "nightly job", "--fact", "system=x").code == 2
    assert tw("review", model, "--undo", "1").code == 0
    assert file(model)["system"] == before


def test_a_fact_is_stated_and_stated_anew(tw: CommandLine, model: str) -> None:
    questions = json.loads(tw("questions", model, "--json").out)
    question = next(q for q in questions if q["id"].startswith("system."))
    key = question["id"].partition(".")[2]
    one, other, *_ = (choice["value"] for choice in question["choices"])
    assert tw("edit", model, "system", "--fact", f"{key}={one}", "--by", "Kim").code == 0
    assert tw("edit", model, "system", "--fact", f"{key}={other}", "--by", "Kim").code == 0
    fact = file(model)["system"]["facts"][key]
    assert (fact["value"], fact.get("against")) == (other, None)
    assert tw("edit", model, "system", "--fact", f"{key}=unknown", "--by", "Kim").code == 0
    assert file(model)["journal"][-1]["type"] == "unknown"


def test_an_edited_threat_keeps_what_is_proposed_beside_it(tw: CommandLine, model: str) -> None:
    id_, proposed = next(iter(threats(model).items()))
    done = tw(
        *("edit", model, id_, "--title", "In our words", "--likelihood", "1", "--impact", "2"),
        *("--reason", "ten known users", "--by", "Kim"),
    )
    assert (done.code, done.err) == (0, "")
    threat = threats(model)[id_]
    assert (threat["title"], threat["risk"], threat["level"]) == ("In our words", 2, "low")
    assert threat["likelihood_reasons"][0] == "a reviewer rates it 1: ten known users"
    assert threat["proposed"]["title"] == proposed["title"]
    assert threat["scenario"] == proposed["scenario"]
    report = tw("export", model, "--format", "markdown").out
    assert "**Edited by a person; the draft proposes** (likelihood" in report
    assert tw("edit", model, threat["element"], "--name", "Another name").code == 0
    threat = threats(model)[id_]
    assert threat["title"] == "In our words"
    assert "Another name" in threat["proposed"]["title"]
    assert any("the draft says otherwise" in note for note in threat["notes"])


def test_a_threat_is_split_and_rejected_for_its_parts(tw: CommandLine, model: str) -> None:
    id_, whole = next(iter(threats(model).items()))
    assert tw("edit", model, id_, "--split", "By users", "--split", "By staff").code == 0
    parts = [t for i, t in threats(model).items() if i.startswith("T-p-")]
    assert {part["title"] for part in parts} == {"By users", "By staff"}
    assert {(p["element"], p["likelihood"]) for p in parts} == {
        (whole["element"], whole["likelihood"])
    }
    assert threats(model)[id_]["status"] == "rejected"
    assert all(part["id"] in threats(model)[id_]["reason"] for part in parts)
    assert tw("review", model, "--undo", "1").code == 0
    assert threats(model)[id_] == whole
    assert not [i for i in threats(model) if i.startswith("T-p-")]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("training",), "That says nothing of"),
        (("training", "--carries", "x"), "That says nothing of"),
        (("training", "--title", "x"), "Something was said of training that only a threat has."),
        (("training", "--remove", "--name", "x"), "What does not exist is not otherwise."),
        (("training", "--fact", "writers"), "“writers” states no fact."),
        (("moon", "--name", "x"), "There is no element “moon” in the model."),
    ],
)
def test_an_edit_that_says_nothing_is_refused(
    tw: CommandLine, model: str, options: tuple[str, ...], problem: str
) -> None:
    before = Path(model).read_bytes()
    assert tw("edit", model, *options).problem.startswith(problem)
    assert Path(model).read_bytes() == before


def test_a_rating_needs_a_reason(tw: CommandLine, model: str) -> None:
    id_ = next(iter(threats(model)))
    assert tw("edit", model, id_, "--impact", "1").problem == (
        "A likelihood or an impact needs a reason."
    )
    assert tw("edit", model, id_, "--name", "x").problem.endswith("that only an element has.")


def test_a_stale_decision_stands_in_file_list_and_report_and_stops_the_gate(
    tw: CommandLine, model: str
) -> None:
    assert tw("review", model, "--accept", "*", "--reason", "we pay", "--by", "Ana").code == 0
    element = file(model)["threats"][0]["element"]
    before = set(threats(model))
    assert tw("edit", model, element, "--remove", "--by", "Kim").code == 0
    stale = file(model)["stale"]
    assert {one["threat"] for one in stale} == before - set(threats(model)) != set()
    assert {(one["status"], one["reason"]) for one in stale} == {("accepted", "we pay")}
    assert all(one["because"].endswith("does not exist (Kim)") for one in stale)
    assert "Stale: no threat any more, and kept" in tw("review", model).out
    assert "## Stale decisions" in tw("export", model, "--format", "markdown").out
    redacted = tw("export", model, "--format", "json", "--redact").out
    assert "we pay" not in redacted
    checked = tw("check", model)
    assert checked.code == 1
    assert checked.out.count("acceptance-stale") == len(stale)
