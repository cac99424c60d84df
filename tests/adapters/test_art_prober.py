from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.adapters.fraud_target import Case, fraud, run_on
from threatwright.adapters.probes.art_environment import ArtEnvironment, ArtError
from threatwright.adapters.probes.art_prober import ArtProber
from threatwright.adapters.probes.run_folder import predicted
from threatwright.engine.probes.predictive import findings
from threatwright.errors import TargetError
from threatwright.model.findings import Tried
from threatwright.model.predict_run import FamilyMeasured, PredictEnded, PredictEvent, Progressed
from threatwright.model.probe_run import Started
from threatwright.model.probes import Family


async def events(home: Path, run_: object) -> list[PredictEvent]:
    return [event async for event in ArtProber(home).run(run_)]  # type: ignore[arg-type]


async def test_without_the_environment_it_says_how_to_install_it(tmp_path: Path) -> None:
    with fraud() as (origin, sent):
        with pytest.raises(ArtError) as caught:
            await events(tmp_path, run_on(origin, tmp_path, Case()))
        assert "doctor --install-art" in caught.value.fix
        assert sent.requests == 0


def test_a_half_made_environment_is_none(tmp_path: Path) -> None:
    art = ArtEnvironment(tmp_path)
    art.python.parent.mkdir(parents=True)
    art.python.touch()
    assert art.installed() is None
    (art.folder / "threatwright.json").write_text('{"requirements": []}', encoding="utf-8")
    assert art.installed() is None
    assert art.remove()
    assert not art.remove()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the environment in it. THREATWRIGHT_ART_HOME names one that has it already."""
    if named := os.environ.get("THREATWRIGHT_ART_HOME"):
        return Path(named)
    made = tmp_path_factory.mktemp("art-home")
    try:
        ArtEnvironment(made).install()
    except ArtError as error:
        if any(word in error.problem for word in ("No matching distribution", "onnection")):
            pytest.skip(f"the package registry cannot be reached: {error.problem}")
        raise
    return made


@pytest.mark.slow
def test_what_is_installed_is_what_is_pinned(home: Path) -> None:
    found = ArtEnvironment(home).ready()
    assert found.versions["adversarial-robustness-toolbox"] == "1.20.1"
    assert 100 < found.megabytes < 500


def verdicts(
    run_events: Sequence[PredictEvent], case: Case, origin: str, folder: Path
) -> list[Tried]:
    plan = run_on(origin, folder, case).plan
    return [finding.verdict for finding in findings(plan, run_events)]


@pytest.mark.slow
async def test_an_overfitted_model_with_scores_tells_its_members(
    home: Path, tmp_path: Path
) -> None:
    case = Case()
    with fraud("scores", "overfitted") as (origin, sent):
        found = await events(home, run_on(origin, tmp_path, case))
        membership, _, evasion = verdicts(found, case, origin, tmp_path)
    assert (membership, evasion) == (Tried.CONFIRMED, Tried.CONFIRMED)
    assert isinstance(found[0], Started)
    assert any(isinstance(event, Progressed) for event in found)
    end = found[-1]
    assert isinstance(end, PredictEnded)
    assert end.is_complete
    assert (end.rows, end.requests) == (sent.rows, sent.requests)


@pytest.mark.slow
async def test_a_regularised_model_with_labels_alone_does_not(home: Path, tmp_path: Path) -> None:
    case = Case(gives="label", families=(Family.MEMBERSHIP,))
    with fraud() as (origin, _):
        found = await events(home, run_on(origin, tmp_path, case))
        assert verdicts(found, case, origin, tmp_path) == [Tried.NOT_OBSERVED]


@pytest.mark.slow
async def test_a_budget_is_kept_to_the_row_and_what_was_measured_is_told(
    home: Path, tmp_path: Path
) -> None:
    case = Case(gives="label", rows=1_500)
    with fraud() as (origin, sent):
        found = await events(home, run_on(origin, tmp_path, case))
    end = found[-1]
    assert isinstance(end, PredictEnded)
    assert end.rows == sent.rows <= 1_500
    assert not end.is_complete
    evasion = [e for e in found if isinstance(e, FamilyMeasured)][-1]
    assert "budget of rows" in evasion.because
    assert evasion.measured[0].n > 0


@pytest.mark.slow
async def test_stopping_ends_the_worker_at_once_and_keeps_what_it_told(
    home: Path, tmp_path: Path
) -> None:
    case = Case(gives="label", families=(Family.EVASION,))
    with fraud() as (origin, sent):
        run_ = run_on(origin, tmp_path, case)
        async with aclosing(ArtProber(home).run(run_)) as running:
            async for event in running:
                if isinstance(event, Progressed):
                    break
        after = sent.requests
        await asyncio.sleep(0.5)
        assert sent.requests == after
    *_, measured, end = predicted(Path(run_.folder))
    assert isinstance(measured, FamilyMeasured)
    assert isinstance(end, PredictEnded)
    assert (end.because, end.requests) == ("cancelled", after)


@pytest.mark.slow
async def test_nothing_runs_without_consent_to_this_very_plan(home: Path, tmp_path: Path) -> None:
    with fraud() as (origin, sent):
        run_ = run_on(origin, tmp_path, Case())
        late = run_.consent.model_copy(update={"until": datetime.now(UTC) - timedelta(seconds=1)})
        other = run_.consent.model_copy(update={"plan": "0" * 64})
        for consent, said in ((late, "allowed probes until"), (other, "another plan")):
            with pytest.raises(TargetError, match=said):
                await events(home, run_.model_copy(update={"consent": consent}))
        assert sent.requests == 0


@pytest.mark.slow
async def test_samples_that_are_not_there_are_told(home: Path, tmp_path: Path) -> None:
    with fraud() as (origin, sent):
        run_ = run_on(origin, tmp_path, Case())
        (tmp_path / "transactions.csv").unlink()
        with pytest.raises(TargetError, match="samples cannot be used"):
            await events(home, run_)
        assert sent.requests == 0
