"""The folder of a run."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.adapters.probes.runs import payload, probe, run_of, target_at
from threatwright.adapters.probes.run_folder import EVENTS, RunFolder, events, kept, purge
from threatwright.errors import InputError
from threatwright.model.probe_run import Denied, ProbeRun

EVENT = Denied(url="http://127.0.0.1:1/", because="x")


@pytest.fixture
def run(tmp_path: Path) -> ProbeRun:
    target = target_at("http://127.0.0.1:9")
    return run_of(target, probe(payload("a")), folder=tmp_path / "runs" / "r1")


@pytest.fixture
def path(run: ProbeRun) -> Path:
    """A folder in which a run was begun."""
    path = Path(run.folder)
    with RunFolder(path) as folder:
        folder.begin(run)
        folder.note(EVENT.model_dump_json().encode() + b"\n")
    return path


def test_nobody_else_can_read_it(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.iterdir()}
    assert set(modes.values()) == {0o600}, modes


def test_a_folder_that_others_could_read_is_closed_to_them(run: ProbeRun) -> None:
    path = Path(run.folder)
    path.mkdir(parents=True, mode=0o755)
    with RunFolder(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_what_happened_is_read_back(path: Path, run: ProbeRun) -> None:
    assert kept(path) == run
    assert events(path) == (EVENT,)


def test_a_run_that_goes_on_is_told_what_happened(path: Path, run: ProbeRun) -> None:
    with RunFolder(path) as folder:
        assert folder.begin(run) == (EVENT,)


def test_an_event_that_was_cut_off_counts_for_nothing(path: Path, run: ProbeRun) -> None:
    with (path / EVENTS).open("ab") as file:
        file.write(b'{"event":"den')
    with RunFolder(path) as folder:
        assert folder.begin(run) == (EVENT,)
        folder.note(EVENT.model_dump_json().encode() + b"\n")

    assert events(path) == (EVENT, EVENT)


def test_another_plan_needs_another_folder(path: Path, run: ProbeRun) -> None:
    other = run.model_copy(update={"plan": run.plan.model_copy(update={"seed": 7})})
    with RunFolder(path) as folder, pytest.raises(InputError) as refused:
        folder.begin(other)

    assert "another plan" in refused.value.problem


def test_one_worker_at_a_time(path: Path) -> None:
    with RunFolder(path), pytest.raises(InputError) as refused:
        RunFolder(path)

    assert "under way" in refused.value.problem


def test_purge_deletes_it(path: Path) -> None:
    purge(path)

    assert not path.exists()


def test_purge_leaves_a_run_that_is_under_way(path: Path) -> None:
    with RunFolder(path), pytest.raises(InputError):
        purge(path)

    assert path.exists()


def test_purge_deletes_nothing_that_is_no_run(tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")
    with pytest.raises(InputError):
        purge(tmp_path)

    assert precious.read_text() == "mine"


def test_no_events_stand_where_there_was_no_run(tmp_path: Path) -> None:
    assert events(tmp_path) == ()
