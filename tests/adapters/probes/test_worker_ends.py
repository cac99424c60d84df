"""A run is cancelled, killed, interrupted and taken up again, and nothing is lost or sent twice."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.probes.listeners import Endpoint, Told, endpoint
from tests.adapters.probes.runs import (
    QUICK,
    all_of,
    caps,
    end,
    of,
    outcomes,
    payload,
    probe,
    run_of,
    target_at,
)
from threatwright.adapters.probes.books import INTERRUPTED
from threatwright.adapters.probes.chain import verify
from threatwright.adapters.probes.guard import GONE
from threatwright.adapters.probes.prober import WorkerProber
from threatwright.adapters.probes.run_folder import EVIDENCE, events
from threatwright.errors import TargetError
from threatwright.model import probe_run
from threatwright.model.probe_request import RawHttp
from threatwright.model.probe_run import Controlled, ProbeRun, Sending

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
ASK = RawHttp(shape="http", path="/ask", body='{"q": "{PROMPT}"}', response="answer")
SLOW = Told(after=0.25)


def of_many(server: Endpoint, folder: Path, many: int = 40, **more: Any) -> ProbeRun:
    """A run of many payloads."""
    payloads = [payload(f"question {n}", id=f"p{n}") for n in range(many)]
    fields: dict[str, Any] = {"concurrency": 4, **more}
    return run_of(target_at(server.origin, ASK), probe(*payloads), folder=folder, **fields)


def questions(server: Endpoint) -> Counter[str]:
    """How often each payload arrived."""
    return Counter(
        q for heard in server.heard if (q := json.loads(heard.body)["q"]).startswith("question")
    )


def worker_of(folder: Path) -> int:
    """The process that holds a run folder."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and b"probes.worker" in _read(entry / "cmdline"):
            opened = (_link(file) for file in _list(entry / "fd"))
            if any(str(folder) in where for where in opened):
                return int(entry.name)
    raise AssertionError("no worker holds the folder")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _list(path: Path) -> list[Path]:
    try:
        return list(path.iterdir())
    except OSError:
        return []


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    return bool(state := _read(Path(f"/proc/{pid}/stat"))) and b") Z " not in state


def wait_for(what: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.02)


async def until_answered(prober: WorkerProber, run: ProbeRun, many: int) -> None:
    """Follow a run until so many trials were answered, then stop asking."""
    answered = 0
    async with aclosing(prober.run(run)) as told:
        async for event in told:
            answered += isinstance(event, probe_run.Tested)
            if answered == many:
                return


async def until_killed(run: ProbeRun, many: int) -> None:
    """Follow a run, and kill its worker once so many trials were answered."""
    answered = 0
    async for event in WorkerProber().run(run):
        answered += isinstance(event, probe_run.Tested)
        if answered == many:
            os.kill(worker_of(Path(run.folder)), signal.SIGKILL)


async def test_who_stops_asking_cancels_the_run_and_what_was_done_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "r1"
    with endpoint(lambda _: SLOW) as server:
        await until_answered(WorkerProber(), of_many(server, folder), 6)
        seen = len(server.heard)
        await asyncio.sleep(0.4)

    assert len(server.heard) == seen
    kept = events(folder)
    assert end(kept).because == "cancelled"
    assert not end(kept).is_complete
    assert len(of(probe_run.Tested, kept)) >= 6
    assert end(kept).target.requests == seen == len(of(Sending, kept))
    assert verify(folder / EVIDENCE, end(kept).chain) == ()


async def test_a_worker_that_is_killed_is_told_and_its_run_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "r1"
    with endpoint(lambda _: SLOW) as server:
        run = of_many(server, folder, 16, budget=caps(requests=30))
        with pytest.raises(TargetError) as broke:
            await until_killed(run, 5)
        sent_before = len(of(Sending, events(folder)))
        later = await all_of(WorkerProber().run(run))

    assert "broke" in broke.value.problem
    assert set(questions(server).values()) == {1}
    assert len(questions(server)) == 16
    lost = [e for e in of(probe_run.Tested, later) if e.because == INTERRUPTED]
    assert 1 <= len(lost) <= 4
    assert end(later).is_complete
    assert end(later).target.requests == sent_before + len(of(Sending, later))
    assert [s.n for s in of(Sending, events(folder))] == list(
        range(1, end(later).target.requests + 1)
    )
    assert verify(folder / EVIDENCE, end(later).chain) == ()


async def test_the_budget_counts_on_after_an_interruption(tmp_path: Path) -> None:
    folder = tmp_path / "r1"
    with endpoint(lambda _: SLOW) as server:
        run = of_many(server, folder, 40, budget=caps(requests=25))
        await until_answered(WorkerProber(), run, 5)
        later = await all_of(WorkerProber().run(run))

    assert len(server.heard) == 25
    assert end(later).because == "budget of requests spent"
    assert not end(later).is_complete
    assert set(questions(server).values()) == {1}


def test_a_run_ends_when_the_program_that_follows_it_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "r1"
    with endpoint(lambda _: SLOW) as server:
        file = tmp_path / "run.json"
        file.write_text(of_many(server, folder).model_dump_json())
        code = (
            "import asyncio, sys; from pathlib import Path;"
            "from threatwright.adapters.probes.prober import WorkerProber;"
            "from threatwright.model.probe_run import ProbeRun;"
            "run = ProbeRun.model_validate_json(Path(sys.argv[1]).read_bytes());"
            "from tests.adapters.probes.runs import all_of;"
            "asyncio.run(all_of(WorkerProber().run(run)))"
        )
        parent = subprocess.Popen([sys.executable, "-c", code, str(file)], cwd=ROOT)
        wait_for(lambda: len(questions(server)) >= 4)
        worker = worker_of(folder)
        parent.kill()
        parent.wait()
        wait_for(lambda: not is_running(worker), 15)
        seen = len(server.heard)
        time.sleep(0.3)

    assert len(server.heard) == seen < 41
    assert end(events(folder)).because == "cancelled"


async def test_sigterm_ends_a_run_in_order(tmp_path: Path) -> None:
    folder, told = tmp_path / "r1", []
    with endpoint(lambda _: SLOW) as server:
        async for event in WorkerProber().run(of_many(server, folder)):
            told.append(event)
            if len(of(probe_run.Tested, told)) == 4:
                os.kill(worker_of(folder), signal.SIGTERM)

    assert end(told).because == "cancelled"


async def test_an_endpoint_that_goes_away_ends_the_run_with_a_red_control(tmp_path: Path) -> None:
    is_gone: list[bool] = []

    def answer(_: object) -> Told:
        return Told(status=0) if is_gone else Told()

    with endpoint(answer) as server:
        told = []
        run = of_many(server, tmp_path / "r1", patience=QUICK.model_copy(update={"attempts": 1}))
        async for event in WorkerProber().run(run):
            told.append(event)
            if len(of(probe_run.Tested, told)) == 5:
                is_gone.append(True)

    assert end(told).because == GONE
    assert not end(told).is_complete
    red = [e.control for e in of(Controlled, told) if not e.control.passed]
    assert [(control.name, control.because) for control in red] == [("liveness", GONE)]
    assert outcomes(told).count("error") >= 8
    assert len(server.heard) < 41


async def test_an_endpoint_that_fails_now_and_then_does_not_end_the_run(tmp_path: Path) -> None:
    asked: list[int] = []

    def answer(_: object) -> Told:
        asked.append(1)
        return Told(b"{}", 500) if len(asked) % 3 == 2 else Told()

    with endpoint(answer) as server:
        told = await all_of(WorkerProber().run(of_many(server, tmp_path / "r1", 12, concurrency=1)))

    assert end(told).is_complete
    assert Counter(outcomes(told)) == {"miss": 8, "error": 4}
    assert "500" in next(e.because for e in of(probe_run.Tested, told) if e.outcome == "error")


async def test_an_endpoint_that_answers_no_harmless_question_is_not_probed(tmp_path: Path) -> None:
    with endpoint(lambda _: Told(b'{"answer": ""}')) as server:
        told = await all_of(WorkerProber().run(of_many(server, tmp_path / "r1")))

    assert outcomes(told) == []
    assert len(server.heard) == 1
    assert "harmless" in end(told).because
    assert [e.control.name for e in of(Controlled, told) if not e.control.passed] == ["liveness"]


async def test_a_run_that_is_not_allowed_sends_nothing(tmp_path: Path) -> None:
    with endpoint() as server:
        run = of_many(server, tmp_path / "r1")
        consent = run.consent.model_copy(update={"plan": "0" * 64})
        with pytest.raises(TargetError) as refused:
            await all_of(WorkerProber().run(run.model_copy(update={"consent": consent})))

    assert "another plan" in refused.value.problem
    assert server.heard == []


def test_a_request_of_another_version_is_told_as_such() -> None:
    worker = [sys.executable, "-P", "-m", "threatwright.adapters.probes.worker"]
    done = subprocess.run(
        worker, input=b'{"do": "dance"}\n', capture_output=True, timeout=60, check=False
    )

    assert done.returncode == 1
    failed = json.loads(done.stdout)
    assert failed["event"] == "failed"
    assert "request" in failed["problem"]


def test_this_process_may_connect_nowhere_else_whatever_tries() -> None:
    code = (
        "import socket, sys, urllib.request\n"
        "from threatwright.adapters.probes.confine import confine\n"
        "told = []\n"
        "confine(frozenset({('127.0.0.1', int(sys.argv[1]))}), told.append)\n"
        "urllib.request.urlopen(f'http://127.0.0.1:{sys.argv[1]}/ask')\n"
        "try: socket.create_connection(('127.0.0.1', int(sys.argv[2])))\n"
        "except PermissionError: print('refused')\n"
        "try: socket.getaddrinfo('bot.invalid', 80)\n"
        "except PermissionError: print(*told, sep='; ')\n"
    )
    with endpoint() as allowed, endpoint() as other:
        arguments = [sys.executable, "-c", code, str(allowed.port), str(other.port)]
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)

    refused = f"connect ('127.0.0.1', {other.port}); getaddrinfo bot.invalid"
    assert done.stdout == f"refused\n{refused}\n"
    assert len(allowed.heard) == 1
    assert other.heard == []
