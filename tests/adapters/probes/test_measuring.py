from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.fraud_target import Case, run_on
from threatwright.adapters.probes.measuring import measuring
from threatwright.adapters.probes.runs import Runs
from threatwright.errors import InputError
from threatwright.model.predict_run import Asked, FamilyMeasured, PredictRun
from threatwright.model.probe_run import Started
from threatwright.model.probes import Family

EVENTS = (
    Started(versions={"numpy": "2"}),
    Asked(n=1, rows=20, sha256="a" * 64, status=200, answered="b" * 64, milliseconds=3),
    FamilyMeasured(family=Family.MEMBERSHIP, is_complete=False, because="too few rows"),
)


@pytest.fixture
def run(tmp_path: Path) -> PredictRun:
    """A run that was measured."""
    made = run_on("http://127.0.0.1:1", tmp_path, Case())
    with measuring(made) as kept:
        for event in EVENTS:
            kept.note(event)
    return made


def runs_of(run: PredictRun) -> tuple[Runs, str]:
    return Runs(Path(run.folder).parent), Path(run.folder).name


def test_each_request_and_each_figure_is_a_record_of_the_evidence(run: PredictRun) -> None:
    runs, name = runs_of(run)
    assert runs.predicted(name) == EVENTS
    assert not runs.flaws(name, runs.last(name))
    evidence = Path(run.folder) / "evidence.jsonl"
    assert len(evidence.read_text("utf-8").splitlines()) == len(EVENTS)
    evidence.write_text(evidence.read_text("utf-8").replace('"rows":20', '"rows":2'), "utf-8")
    assert runs.flaws(name) == ("line 2: this record was changed",)


def test_it_is_measured_anew_and_not_gone_on_with(run: PredictRun) -> None:
    runs, name = runs_of(run)
    with pytest.raises(InputError) as refused:
        runs.run(name)
    assert refused.value.fix.startswith("Measure anew")
    with pytest.raises(InputError, match="holds a run already"), measuring(run):
        pass


def test_it_is_deleted_with_its_evidence(run: PredictRun) -> None:
    runs, name = runs_of(run)
    runs.purge(name)
    assert not Path(run.folder).exists()
