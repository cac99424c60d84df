"""Times whole processes in turn, so that a slow moment of the machine falls on both."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """One finished process."""

    seconds: float
    """Wall clock, from start to exit."""
    megabytes: float
    """Peak resident memory."""


class Pair(NamedTuple):
    """Medians of a command and of its reference, run in turn."""

    command: Run
    reference: Run

    @property
    def ratio(self) -> float:
        """How many times the reference's time the command takes."""
        return self.command.seconds / self.reference.seconds


def run(command: Sequence[str], env: Mapping[str, str]) -> Run:
    """Run a command to its end. Raises CalledProcessError if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=dict(env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(seconds, usage.ru_maxrss / 1024)


def in_turn(
    command: Sequence[str], reference: Sequence[str], env: Mapping[str, str], runs: int = 7
) -> Pair:
    """Both commands, one after the other, `runs` times after one warm-up; medians of each."""
    run(command, env)
    run(reference, env)
    pairs = [(run(command, env), run(reference, env)) for _ in range(runs)]
    return Pair(_median([a for a, _ in pairs]), _median([b for _, b in pairs]))


def _median(runs: Sequence[Run]) -> Run:
    return Run(
        statistics.median(r.seconds for r in runs), statistics.median(r.megabytes for r in runs)
    )
