"""Looking into the knowledge base."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.knowledge.acme import pattern, written
from threatwright.cli.knowledge import Kind
from threatwright.cli.knowledge_text import lines_of
from threatwright.knowledge.accounts.account import Account, OfficialText
from threatwright.knowledge.load import load_knowledge
from threatwright.knowledge.official.kept import PLACE
from threatwright.model.catalogue import ListName

KNOWLEDGE = load_knowledge()


def test_every_catalogue_can_be_listed_by_its_name() -> None:
    assert {str(name) for name in ListName} <= {str(kind) for kind in Kind}


@pytest.mark.parametrize("command", ["info", "list", "show", "sync"])
def test_the_help_of_each_command_has_an_example(tw: CommandLine, command: str) -> None:
    shown = tw("knowledge", command, "--help").out
    assert f"threatwright knowledge {command}" in shown.partition("Example:")[2]


def test_the_counts_are_those_of_what_is_listed(tw: CommandLine) -> None:
    shown = json.loads(tw("knowledge", "info", "--json").out)
    counts = {(c["what"], c["edition"]): c["count"] for c in shown["counts"]}
    assert counts["ATLAS techniques", "2026.09"] == 208
    assert counts["… of them sub-techniques", "2026.09"] == 88
    assert counts["… techniques they address", "2026.09"] == 361
    assert counts["OWASP Top 10 for LLM Applications", "2025"] == 10
    assert counts["patterns", ""] == len(KNOWLEDGE.patterns)
    assert counts["probes", ""] == len(KNOWLEDGE.probes)
    assert counts["sample systems", ""] == 5
    assert counts["procedure lines", ""] >= 0
    assert shown["digest"] == KNOWLEDGE.digest
    assert shown["organisation"] is None
    assert ["owasp-llm", "2025", 10] in [
        [c["list"], c["edition"], c["entries"]] for c in shown["catalogues"]
    ]


def test_the_counts_say_what_was_synced(tw: CommandLine) -> None:
    shown = tw("knowledge", "info")
    assert f"Digest  {KNOWLEDGE.digest}" in shown.out
    assert "Synced  nothing;" in shown.out
    assert json.loads(tw("knowledge", "info", "--json").out)["synced"] is None


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_is_listed_with_its_ids(tw: CommandLine, kind: Kind) -> None:
    rows = json.loads(tw("knowledge", "list", kind, "--json").out)
    lines = tw("knowledge", "list", kind).out.splitlines()
    assert len(lines) == len(rows) + 1 > 1
    assert lines[0].split()[-2:] == ["Id", "Name"]
    for row, line in zip(rows, lines[1:], strict=True):
        assert row["id"] in line
        assert line.endswith(row["name"])
        assert row["edition"] in line


def test_without_a_kind_everything_is_listed_once(tw: CommandLine) -> None:
    rows = json.loads(tw("knowledge", "list", "--json").out)
    keys = [(row["list"], row["edition"], row["type"], row["id"]) for row in rows]
    assert len(keys) == len(set(keys))
    parts = (KNOWLEDGE.entries, KNOWLEDGE.patterns, KNOWLEDGE.archetypes, KNOWLEDGE.facts)
    own = sum(not m.id.startswith("AML.") for m in KNOWLEDGE.mitigations)
    own += len(KNOWLEDGE.claims) + len(KNOWLEDGE.probes)
    assert len(rows) == sum(map(len, parts)) + own + len(KNOWLEDGE.kinds)
    lines = [line.split(maxsplit=2) for line in tw("knowledge", "list").out.splitlines()]
    assert ["owasp-llm", "LLM06:2025", "Excessive Agency"] in lines
    assert ["kind", "vector-store", "Vector store"] in lines


def test_a_kind_that_there_is_not_is_told(tw: CommandLine) -> None:
    told = tw("knowledge", "list", "threats")
    assert (told.code, told.problem.startswith("Invalid value for 'KIND'")) == (2, True)


def test_an_entry_says_what_when_what_to_do_and_how_to_check(tw: CommandLine) -> None:
    shown = tw("knowledge", "show", "AML.T0051")
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert lines[:2] == ["# AML.T0051 LLM Prompt Injection", "Technique of MITRE ATLAS 2026.09"]
    headings = [line for line in lines if line.startswith("## ")]
    assert headings == [
        "## Examples",
        "## When it matters: the patterns that use it",
        "## What to do about it, and how to check",
    ]
    assert (
        "- AML.M0020: Generative AI Guardrails (hinders; effort medium; by ATLAS and" in shown.out
    )
    assert "  Check: Run a current injection and jailbreak corpus" in shown.out
    assert "  Not when: " in shown.out


def test_a_probe_says_what_it_sends_what_a_hit_is_and_what_it_does_not_show(
    tw: CommandLine,
) -> None:
    shown = " ".join(tw("knowledge", "show", "tool-called-for-planted-document").out.split())
    assert "Sends a document is planted, then asked for in a new conversation" in shown
    assert "A hit is a call with a worked-out text arrives at our own listener" in shown
    assert "Needs document sink, tool sink" in shown
    assert "AML.T0053 AI Agent Tool Invocation" in shown
    assert "Patterns whose threats it tries - agent-goal-hijack" in shown
    only_judged = tw("knowledge", "show", "false-premises").out
    assert "a person has to look" in " ".join(only_judged.split())


def test_a_pattern_names_the_probes_that_try_it(tw: CommandLine) -> None:
    shown = tw("knowledge", "show", "membership-inference").out
    assert "membership-told Who was in the training data" in shown


def test_words_need_no_quotes(tw: CommandLine) -> None:
    quoted = tw("knowledge", "show", "MEASURE 2.7").out
    assert tw("knowledge", "show", "MEASURE", "2.7").out == quoted != ""


def test_several_ids_are_shown_one_after_the_other(tw: CommandLine) -> None:
    found = json.loads(tw("knowledge", "show", "AML.T0051", "CWE-502", "--json").out)
    assert [told["id"] for told in found] == ["AML.T0051", "CWE-502"]
    told = tw("knowledge", "show", "AML.T0051", "CWE-99999")
    assert told.problem.endswith("nothing called “AML.T0051 CWE-99999”.")


def test_both_editions_are_shown_and_told_apart(tw: CommandLine) -> None:
    shown = tw("knowledge", "show", "LLM06").out
    assert "# LLM06:2026 Unbounded Consumption" in shown
    assert "# LLM06:2025 Excessive Agency" in shown
    assert shown.count("LLM06 is not the same thing in each edition") == 1


def test_a_retired_id_shows_its_successor(tw: CommandLine) -> None:
    shown = tw("knowledge", "show", "AML.T0019").out
    assert shown.startswith("# AML.T0115.000 Publish Poisoned AI Artifacts: Datasets\n")
    assert "was retired in ATLAS 2026.07" in shown


def test_what_is_shown_is_there_as_json(tw: CommandLine) -> None:
    (told,) = json.loads(tw("knowledge", "show", "AML.T0020", "--json").out)
    assert told["id"] == "AML.T0020"
    assert told["remedies"][0]["verify"]
    assert Account.model_validate(told).name == "Training Data Poisoning"


def test_an_unknown_id_is_told_in_two_lines(tw: CommandLine) -> None:
    told = tw("knowledge", "show", "AML.T0551")
    assert (told.code, told.problem) == (2, "The knowledge base has nothing called “AML.T0551”.")
    assert told.err.splitlines()[1].startswith("The nearest: ")


def test_an_id_that_steers_the_terminal_does_not(tw: CommandLine) -> None:
    assert "\x1b" not in tw("knowledge", "show", "\x1b[31mred").err


def test_a_damaged_synced_text_is_told_and_the_rest_is_shown(tw: CommandLine, home: Path) -> None:
    path = home / PLACE
    path.parent.mkdir(exist_ok=True)
    path.write_text("{", encoding="utf-8")
    try:
        shown = tw("knowledge", "show", "AML.T0051")
        assert shown.code == 0
        assert shown.out.startswith("# AML.T0051")
        assert "cannot be read" in shown.err
    finally:
        path.unlink()


def test_no_line_is_wider_than_the_terminal() -> None:
    official = OfficialText(release="5.6.0", synced="2026-11-01", text="word " * 100 + "\n\nx")
    told = Account(
        type="technique",
        list=ListName.ATLAS,
        edition="2026.09",
        id="AML.T0051",
        name="name " * 30,
        description="word " * 100,
        examples=("word " * 50,),
        traits={"Tactics": ("word " * 50, "x"), "Platforms": ("a", "b")},
        verify="word " * 50,
        official=official,
    )
    lines = [*lines_of([told], 60)]
    assert max(map(len, lines)) <= 60
    assert "Platforms  a, b" in lines
    assert "## Text of MITRE ATLAS 5.6.0, synced 2026-11-01" in lines
    assert lines[-2:] == [">", "> x"]


def test_links_of_the_official_text_are_written_out() -> None:
    text = "See [Direct](/techniques/AML.T0051.000) and [a story]( https://example.org/x)."
    official = OfficialText(release="5.6.0", synced="2026-11-01", text=text)
    told = Account(type="technique", id="x", name="x", official=official)
    assert [*lines_of([told], None)][-1] == (
        "> See Direct (AML.T0051.000) and a story (https://example.org/x)."
    )


def test_what_an_organisation_publishes_says_so(
    tw: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"patterns/acme.yaml": pattern("acme-x", control="AML.M0004", reference="CWE-502")}
    monkeypatch.setenv("THREATWRIGHT_KNOWLEDGE", str(written(tmp_path / "acme", files)))
    title = "Something of Acme befalls it (Acme Security)"
    assert f"acme-x  {title}" in re.sub(" {3,}", "  ", tw("knowledge", "list", "patterns").out)
    assert f"- acme-x: {title}" in tw("knowledge", "show", "CWE-502").out
    assert "\nPattern of Acme Security\n" in tw("knowledge", "show", "acme-x").out
    assert "Beside  Acme Security: adds 1 pattern" in tw("knowledge", "info").out
