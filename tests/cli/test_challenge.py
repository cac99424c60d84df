"""`threatwright challenge`: claims from the command line, printed, in JSON, and recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from threatwright.knowledge.load import load_knowledge

pytestmark = pytest.mark.long

ROBUST = "the vendor says the model is robust: it was adversarially trained"
LIMITED = "the API is rate limited"


def test_a_claim_is_held_against_an_example(tw: CommandLine) -> None:
    told = tw("challenge", "sample:fraud-api", ROBUST)
    assert (told.code, told.err) == (0, "")
    headings = [line for line in told.out.splitlines() if line.startswith("#")]
    assert headings == [
        "# The model is robust, it was adversarially trained.",
        "## Bears on",
        "## Does not touch, though it sounds as if it did",
        "## Already said otherwise in this model",
        "## Evidence to ask for",
        "## What to ask",
        "## It would be false if",
        "## References",
        "## To record it",
    ]
    assert "Adversarial inputs make Scoring API decide wrongly" in told.out


@pytest.mark.parametrize("sample", ["fraud-api", "image-classifier", "mlops-platform"])
def test_no_line_is_wider_than_80_columns(tw: CommandLine, sample: str) -> None:
    claims = [claim.id for claim in load_knowledge().claims]
    for claim in claims[::6]:
        out = tw("challenge", f"sample:{sample}", claim).out
        long = [line for line in out.splitlines() if len(line) > 80]
        assert all(" " not in line.strip().removeprefix("- ") for line in long), long


def test_the_words_of_a_claim_need_no_quotes(tw: CommandLine) -> None:
    quoted = tw("challenge", "sample:fraud-api", LIMITED).out
    assert tw("challenge", "sample:fraud-api", *LIMITED.split()).out == quoted


def test_several_claims_in_a_sentence_are_told_one_after_the_other(tw: CommandLine) -> None:
    found = json.loads(
        tw("challenge", "sample:fraud-api", "SOC 2, guardrails and rate limits", "--json").out
    )
    assert [c["claim"] for c in found["claims"]] == ["certified", "guardrails", "rate-limits"]
    assert found["recorded"] is None
    assert set(found["claims"][2]["bears_on"][0]) >= {"threat", "residual", "fully", "partly"}


def test_a_description_will_do(tw: CommandLine, description: str) -> None:
    told = tw("challenge", description, LIMITED)
    assert told.code == 0
    assert "**" in told.out


def test_an_unknown_claim_comes_with_the_nearest(tw: CommandLine) -> None:
    told = tw("challenge", "sample:fraud-api", "employees feed the carrier pigeons by hand")
    assert told.code == 2
    assert told.problem.endswith("is no claim that is known.")
    assert told.err.count("(") <= 3


def test_a_denial_is_no_claim(tw: CommandLine) -> None:
    told = tw("challenge", "sample:fraud-api", "we don't have MFA")
    assert told.code == 2
    assert "says that something is not so" in told.problem


def test_what_is_not_recognised_beside_a_claim_is_told(tw: CommandLine) -> None:
    out = tw("challenge", "sample:fraud-api", f"{LIMITED}. Seven purple elephants dance.").out
    assert "# Not recognised" in out
    assert "Seven purple elephants dance" in out


@pytest.mark.parametrize("words", ["", "  ", "\x1b[31m"])
def test_no_claim_at_all_is_refused(tw: CommandLine, words: str) -> None:
    told = tw("challenge", "sample:fraud-api", words)
    assert told.code == 2
    assert told.problem == "There is no claim."


def test_hostile_text_in_a_claim_or_a_name_reaches_no_terminal(
    tw: CommandLine, tmp_path: Path
) -> None:
    name = "\x1b]0;owned\x07# **Evil** API \u202e"
    (tmp_path / "d.md").write_text(
        f"Customers call {name} over the internet. It scores payments with a model.",
        encoding="utf-8",
    )
    out = tw("challenge", "d.md", f"\x1b[31m{LIMITED}\x1b[0m <script>alert(1)</script>").out
    assert not set(out) & {"\x1b", "\x07", "\u202e"}
    assert "<script>" not in out


# --- recorded ---------------------------------------------------------------------------------


def test_a_claim_with_evidence_is_recorded_and_moves_risk(tw: CommandLine, model: str) -> None:
    Path("report.md").write_text("Load test with 20 accounts.\n", encoding="utf-8")
    told = tw("challenge", model, LIMITED, "--record", "--by", "Kim", "--evidence", "report.md")
    assert told.code == 0
    assert "# Recorded" in told.out
    assert "→" in told.out.partition("# Recorded")[2]
    assert "report.md (SHA-256" in Path(model).read_text(encoding="utf-8")
    minutes = " ".join(tw("minutes", model).out.split())
    assert "as it is claimed: “the API is rate limited”, shown: report.md" in minutes


def test_undo_takes_a_recorded_claim_back(tw: CommandLine, model: str) -> None:
    before = json.loads(tw("export", model, "-f", "json").out)["threats"]
    done = json.loads(
        tw("challenge", model, LIMITED, "--record", "--by", "K", "--evidence", "x", "--json").out
    )["recorded"]
    assert json.loads(tw("export", model, "-f", "json").out)["threats"] != before
    undo = "undo\n" * len(done["entries"])
    tw("interview", model, "--plain", stdin=f"{undo}stop\n")
    assert json.loads(tw("export", model, "-f", "json").out)["threats"] == before


def test_without_evidence_nothing_moves(tw: CommandLine, model: str) -> None:
    told = tw("challenge", model, LIMITED, "--record", "--by", "Kim")
    assert "stands as an assumption, and earns no credit" in " ".join(told.out.split())
    assert "No residual risk moved." in told.out


def test_keys_in_evidence_are_not_kept(tw: CommandLine, model: str) -> None:
    key = "sk-abcdefghijklmnopqrstuv"
    tw("challenge", model, LIMITED, "--record", "--by", "Kim", "--evidence", f"seen with {key}")
    text = Path(model).read_text(encoding="utf-8")
    assert "seen with" in text
    assert key not in text


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--record"], "--record does not say who records it."),
        (["--by", "Kim"], "--by, --role, --evidence and --partly say how a claim is recorded."),
        (["--record", "--by", "Kim", "--evidence", "no.pdf"], "no.pdf does not exist."),
        (["--at", "nowhere"], "The claim “There are rate limits.” says nothing of “nowhere”."),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    tw: CommandLine, model: str, arguments: list[str], problem: str
) -> None:
    before = Path(model).read_bytes()
    told = tw("challenge", model, LIMITED, *arguments)
    assert told.code == 2
    assert told.problem == problem
    assert Path(model).read_bytes() == before


def test_an_example_cannot_be_written_to(tw: CommandLine) -> None:
    told = tw("challenge", "sample:fraud-api", LIMITED, "--record", "--by", "Kim")
    assert told.code == 2
    assert "is not a model file" in told.problem


def test_nothing_is_written_where_nothing_is_recorded(tw: CommandLine, model: str) -> None:
    before = Path(model).read_bytes()
    told = tw("challenge", model, "the model is explainable", "--record", "--by", "Kim")
    assert "Nothing; " in told.out
    assert Path(model).read_bytes() == before
