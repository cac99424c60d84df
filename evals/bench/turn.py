"""How long a turn of the interview takes on a large system: answer in, next question out."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from evals.bench.rules import large_system
from threatwright import bootstrap
from threatwright.model.interview import Question
from threatwright.model.journal import Source, SourceKind
from threatwright.model.said import Answer, DontKnow, Preview, Revise, Said
from threatwright.model.terms import Depth
from threatwright.workflow.session import Session

TURNS = 40
WARM_UP = 3


class Turns(NamedTuple):
    """Milliseconds of each turn, by the clock and by the processor."""

    clock: list[float]
    processor: list[float]

    def percentile(self, share: int) -> float:
        """By the clock."""
        return float(np.percentile(self.clock, share))


async def interview(components: int, turns: int = TURNS) -> Turns:
    """A session with everything that a real one has: files, checkpoints, the journal on disk."""
    system = large_system(components, 3 * components)
    source = Source(kind=SourceKind.SYSTEM, name="bench.json", system=system)
    taken = Turns([], [])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.threatmodel.yaml"
        async with bootstrap.open_session(path, [source], depth=Depth.THOROUGH) as session:
            await _turn(session, None)
            for n in range(turns + WARM_UP):
                question = session.question
                if question is None:
                    break
                clock, processor = time.perf_counter(), time.process_time()
                await _turn(session, _said(question, n))
                if n >= WARM_UP:
                    taken.clock.append((time.perf_counter() - clock) * 1000)
                    taken.processor.append((time.process_time() - processor) * 1000)
    return taken


async def _turn(session: Session, said: Said | None) -> None:
    async for _ in session.send(said) if said else session.start():
        pass


def _said(question: Question, n: int) -> Said:
    """Choices, words, not knowing, and looking at another answer first: all that people do."""
    value = question.choices[n % len(question.choices)].value
    match n % 4:
        case 0:
            return Answer(text="We are not there yet; only a few of the teams do it by hand.")
        case 1:
            return DontKnow()
        case 2:
            return Preview(said=Revise(question=question.id, value=value))
        case _:
            return Answer(value=value)


def figures(home: str) -> Iterator[tuple[str, float, float, str, str]]:
    """The figure with its bound, as `Figure` takes it; whatever is kept goes to `home`."""
    os.environ["THREATWRIGHT_HOME"] = home
    taken = asyncio.run(interview(200))
    detail = (
        f"median {taken.percentile(50):.0f} ms, {np.median(taken.processor):.0f} ms of the "
        f"processor, {len(taken.clock)} turns"
    )
    yield "turn on 200 components, 95th percentile", taken.percentile(95), 100, "ms", detail


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(*figures(folder))
