"""How fast probes are sent, beside a bare loop over the same client, and that it stays so."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import openai

from tests.adapters.probes.runs import payload, probe, run_of, target_at
from tests.openai_chat import Said
from tests.openai_server import openai_server
from threatwright.adapters.probes.prober import WorkerProber
from threatwright.model.probe_run import Tested

LATENCY = 0.5
"""Seconds, about those of a real model."""
CONCURRENCY = 8
PROMPTS = 160
MANY = 3_000
TICK = 0.01
"""Seconds between two looks at how late the program's own loop is."""


class Sent(NamedTuple):
    """How a run went, as the program sees it."""

    seconds: float
    """From the first trial's request to the last trial's end."""
    fifths: tuple[float, ...]
    """Seconds that each fifth of the trials took."""
    lag: float
    """Seconds, 95th percentile, by which the program's own loop was late."""


async def bare(base_url: str, prompts: int) -> float:
    """Seconds of a loop over the client that PyRIT uses, and nothing else."""
    async with openai.AsyncOpenAI(base_url=base_url, api_key="none", max_retries=0) as client:
        turns = asyncio.Semaphore(CONCURRENCY)

        async def ask(n: int) -> None:
            async with turns:
                message = {"role": "user", "content": f"question {n}"}
                await client.chat.completions.create(model="strong", messages=[message])  # type: ignore[list-item]

        await ask(-1)
        began = time.perf_counter()
        await asyncio.gather(*(ask(n) for n in range(prompts)))
        return time.perf_counter() - began


async def probed(base_url: str, prompts: int, folder: Path) -> Sent:
    """The same prompts as probes."""
    planned = probe(*(payload(f"question {n}", id=f"p{n}") for n in range(prompts)))
    run = run_of(target_at(base_url), planned, folder=folder, concurrency=CONCURRENCY)
    late: list[float] = []
    watching = asyncio.create_task(_watch(late))
    began, ended = 0.0, []
    async for event in WorkerProber().run(run):
        if getattr(event, "trial", "").endswith("/p0/1") and not began:
            began = time.perf_counter()
        if isinstance(event, Tested):
            ended.append(time.perf_counter())
    watching.cancel()
    fifth = len(ended) // 5
    marks = [began, *ended[fifth - 1 :: fifth][:5]]
    fifths = tuple(after - before for before, after in pairwise(marks))
    return Sent(ended[-1] - began, fifths, statistics.quantiles(late, n=20)[-1])


async def _watch(late: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(TICK)
        late.append(time.perf_counter() - began - TICK)


def slow(_: object) -> Said:
    """An answer after the time that a real model takes."""
    return Said("A tide is water.", after=LATENCY)


def figures(home: str) -> Iterator[tuple[str, float, float, str, str]]:
    """The figures with their bounds, as `Figure` takes them; run folders go to `home`."""
    folder = Path(home) / "runs"
    with openai_server(chat=slow) as server:
        alone = asyncio.run(bare(server.base_url, PROMPTS))
        sent = asyncio.run(probed(server.base_url, PROMPTS, folder / "slow"))
    rates = f"{PROMPTS / sent.seconds:.1f} beside {PROMPTS / alone:.1f} prompts/s"
    name = f"probes at {LATENCY * 1000:.0f} ms, {CONCURRENCY} at once"
    yield name, sent.seconds / alone, 1 / 0.85, "× a bare loop", rates
    yield "loop of the program while probing, 95 %", 1000 * sent.lag, 50, "ms late", ""
    with openai_server(chat=lambda _: "A tide is water.") as server:
        many = asyncio.run(probed(server.base_url, MANY, folder / "many"))
    each = ", ".join(f"{5000 * seconds / MANY:.1f}" for seconds in many.fifths)
    growth = many.fifths[-1] / many.fifths[0]
    yield f"{MANY:,} probes, last fifth", growth, 1.2, "× the first", f"{each} ms each"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for figure in figures(folder):
            print(*figure, flush=True)
