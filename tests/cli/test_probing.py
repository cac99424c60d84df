"""`threatwright probe` as far as it goes without a worker: what is refused, made and ruled on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from threatwright import bootstrap, yamltext
from threatwright.engine.derive import derive, record
from threatwright.model.document import ThreatModel
from threatwright.model.findings import FamilyResult, Finding, Probed, Tried
from threatwright.model.probes import Family, Shows

pytestmark = pytest.mark.long

BOT = """# Support bot

Customers on the internet chat with our support assistant. It sends their questions to GPT-4o, with
passages retrieved from our handbook.
"""
MODEL = "bot.threatmodel.yaml"
LEAK = "T-system-prompt-leak@llm"
FAR = "https://staging.example.com:443"


@pytest.fixture
def bot(tw: CommandLine) -> ThreatModel:
    Path("bot.md").write_text(BOT, encoding="utf-8")
    assert tw("draft", "bot.md", "-o", MODEL).code == 0
    return bootstrap.store().load(Path(MODEL))


def scope(model: str, origin: str = "http://127.0.0.1:9", **more: object) -> str:
    content = {
        "format": "threatwright-scope/1",
        "system": "Support bot",
        "model": model,
        "window": {"begins": "2020-01-01T00:00:00Z", "ends": "2099-01-01T00:00:00Z"},
        "targets": [
            {
                "element": "llm",
                "origin": origin,
                "environment": "staging",
                "owner": "Support team",
                "authorised_by": {"who": "Ana Lopes", "role": "Head of support"},
                "belongs_to": "us",
                "request": {"shape": "openai-chat", "model": "support-1"},
                "tools_can": ["nothing"],
            }
        ],
        "caps": {
            "target": {
                "requests": 200,
                "requests_per_minute": 600,
                "tokens": 200_000,
                "money": "0.00 EUR",
                "minutes": 5,
            }
        },
        **more,
    }
    Path("scope.yaml").write_text(yamltext.dump(content), encoding="utf-8")
    return "scope.yaml"


def consents() -> int:
    return Path(MODEL).read_text(encoding="utf-8").count("type: consented")


# --- what is refused before anything is sent ----------------------------------------------------


def test_a_scope_of_another_model_is_refused_with_4(tw: CommandLine, bot: ThreatModel) -> None:
    outcome = tw("probe", MODEL, "--scope", scope("another"))
    assert outcome.code == 4
    assert "made for another threat model" in outcome.problem


def test_outside_of_the_window_nothing_runs(tw: CommandLine, bot: ThreatModel) -> None:
    past = {"begins": "2020-01-01T00:00:00Z", "ends": "2020-02-01T00:00:00Z"}
    outcome = tw("probe", MODEL, "--scope", scope(bot.id, window=past))
    assert outcome.code == 4
    assert "allowed probes until 2020-02-01" in outcome.problem


def test_an_origin_elsewhere_has_to_be_typed_and_is_not_consented_to_otherwise(
    tw: CommandLine, bot: ThreatModel
) -> None:
    outcome = tw("probe", MODEL, "--scope", scope(bot.id, FAR))
    assert outcome.code == 2
    assert f"--i-am-authorised {FAR}" in outcome.err
    wrong = tw("probe", MODEL, "--scope", "scope.yaml", "--i-am-authorised", "https://example.com")
    assert "is not the origin of the target" in wrong.problem
    assert consents() == 0


def test_an_element_that_the_model_does_not_have_is_refused(
    tw: CommandLine, bot: ThreatModel
) -> None:
    text = Path(scope(bot.id)).read_text(encoding="utf-8").replace("element: llm", "element: x")
    Path("scope.yaml").write_text(text, encoding="utf-8")
    outcome = tw("probe", MODEL, "--scope", "scope.yaml", "--plan")
    assert outcome.code == 4
    assert "the model has no such component" in outcome.problem


def test_two_things_in_one_call_are_refused(tw: CommandLine, bot: ThreatModel) -> None:
    outcome = tw("probe", MODEL, "--plan", "--canaries")
    assert "Several things" in outcome.problem


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--fail-on", "worse"), "There is no earlier run"),
        (("--baseline", "last.json"), "last.json is not the report of a run"),
        (("--junit", "no/folder.xml"), "folder no does not exist"),
    ],
)
def test_what_cannot_be_demanded_is_refused_first(
    tw: CommandLine, bot: ThreatModel, options: tuple[str, ...], problem: str
) -> None:
    Path("last.json").write_text("{}", encoding="utf-8")
    outcome = tw("probe", MODEL, "--scope", scope(bot.id), *options)
    assert outcome.code == 2
    assert problem in outcome.problem
    assert consents() == 0


# --- canaries -----------------------------------------------------------------------------------


def test_a_kit_says_what_to_plant_where_and_is_different_each_time(
    tw: CommandLine, bot: ThreatModel
) -> None:
    outcome = tw("probe", MODEL, "--canaries", "-o", "kit.yaml")
    assert outcome.code == 0
    assert "in the system prompt of the endpoint" in outcome.out
    kit = yamltext.parse(Path("kit.yaml").read_text(encoding="utf-8"), "kit.yaml")
    assert (kit["model"], kit["element"]) == (bot.id, "llm")
    assert all(one["text"] in one["sentence"] for one in kit["canaries"])
    assert yamltext.parse(tw("probe", MODEL, "--canaries").out, "kit") != kit


def test_a_kit_is_not_written_over(tw: CommandLine, bot: ThreatModel) -> None:
    Path("kit.yaml").write_text("planted\n", encoding="utf-8")
    assert tw("probe", MODEL, "--canaries", "-o", "kit.yaml").code == 2
    assert Path("kit.yaml").read_text(encoding="utf-8") == "planted\n"


def test_a_kit_of_another_model_is_refused(tw: CommandLine, bot: ThreatModel) -> None:
    tw("probe", MODEL, "--canaries", "-o", "kit.yaml")
    text = Path("kit.yaml").read_text(encoding="utf-8").replace(bot.id, "another")
    Path("kit.yaml").write_text(text, encoding="utf-8")
    outcome = tw("probe", MODEL, "--scope", scope(bot.id), "--kit", "kit.yaml", "--plan")
    assert "of another model or target" in outcome.problem


# --- afterwards ---------------------------------------------------------------------------------


def with_run(bot: ThreatModel, verdict: Tried) -> None:
    """Put a run into the model file."""
    family = FamilyResult(
        family=Family.PROMPT_LEAK, probes=("p",), payloads=9, trials=9, hits=1, low=0, high=1
    )
    finding = Finding(
        threat=LEAK,
        verdict=verdict,
        shows=Shows.LEAKAGE,
        because="as it went",
        families=(family,),
    )
    entry = Probed(
        n=1,
        run="r1",
        element="llm",
        origin="http://127.0.0.1:9",
        fingerprint="f1",
        plan="p",
        scope="s",
        is_complete=True,
        findings=(finding,),
    )
    store = bootstrap.store()
    held = store.load(Path(MODEL))
    store.save(derive(record(held, entry), bootstrap.knowledge()), Path(MODEL))


def likelihood() -> int:
    model = bootstrap.store().load(Path(MODEL))
    return next(threat.likelihood for threat in model.threats if threat.id == LEAK)


def test_a_suspicion_that_is_accepted_raises_the_risk_and_undo_takes_it_back(
    tw: CommandLine, bot: ThreatModel
) -> None:
    before = likelihood()
    with_run(bot, Tried.SUSPECTED)
    assert likelihood() == before
    outcome = tw("probe", MODEL, "--accept", "r1", LEAK, "--reason", "I read it", "--by", "Ana")
    assert outcome.code == 0
    assert "is confirmed: I read it" in outcome.out
    assert likelihood() == min(5, before + 1)
    assert tw("review", MODEL, "--undo", "1").code == 0
    assert likelihood() == before


def test_a_confirmation_that_is_refused_moves_nothing(tw: CommandLine, bot: ThreatModel) -> None:
    before = likelihood()
    with_run(bot, Tried.CONFIRMED)
    assert likelihood() > before
    assert tw("probe", MODEL, "--refuse", "r1", LEAK, "--reason", "a test account").code == 0
    assert likelihood() == before


def test_a_ruling_needs_a_run_a_finding_and_a_reason(tw: CommandLine, bot: ThreatModel) -> None:
    with_run(bot, Tried.NOT_OBSERVED)
    told = tw("probe", MODEL, "--accept", "r2", LEAK, "--reason", "x").problem
    assert "holds no run r2" in told
    told = tw("probe", MODEL, "--accept", "r1", "T-x@llm", "--reason", "x").problem
    assert "did not try T-x@llm" in told
    told = tw("probe", MODEL, "--accept", "r1", LEAK, "--reason", "x").problem
    assert "is not observed: there is nothing to rule on" in told


def test_a_ruling_without_a_reason_is_refused(tw: CommandLine, bot: ThreatModel) -> None:
    with_run(bot, Tried.SUSPECTED)
    assert "needs a reason" in tw("probe", MODEL, "--accept", "r1", LEAK).problem


def test_a_diff_names_the_run_as_the_cause(tw: CommandLine, bot: ThreatModel) -> None:
    Path("old.threatmodel.yaml").write_bytes(Path(MODEL).read_bytes())
    with_run(bot, Tried.CONFIRMED)
    told = tw("diff", "old.threatmodel.yaml", MODEL).out
    (line,) = [line for line in told.splitlines() if LEAK in line]
    assert "risk" in line
    assert "< http://127.0.0.1:9 was probed: 1 confirmed" in told


@pytest.mark.parametrize("option", ["--verify", "--purge", "--cancel", "--resume"])
def test_a_run_that_is_not_there_is_named(tw: CommandLine, bot: ThreatModel, option: str) -> None:
    outcome = tw("probe", MODEL, option, "r9")
    assert outcome.code == 2
    assert "r9" in outcome.problem
