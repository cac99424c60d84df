"""How much a call of a language model costs besides the model: our own work."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, create_model

from tests.openai_server import openai_server
from threatwright.adapters.llm_cache import KeptReplies
from threatwright.adapters.llm_openai import open_llm
from threatwright.config import Settings
from threatwright.model.base import Value
from threatwright.model.contributions import Rating
from threatwright.model.prompt import Prompt, Tier
from threatwright.model.terms import Stage, Stride

CALLS = 100
WARM_UP = 5
MATERIAL = "A component, what leads to it, and the entries that may fit.\n" * 250
"""About as long as what is told of a component."""
TARGETS = tuple(f"part-{n}" for n in range(60))
THREATS = 8


class Threat(Value):
    """As much as a model says of a threat."""

    target: str
    category: Stride
    stage: Stage
    title: str = Field(min_length=5)
    scenario: str
    likelihood: Rating | None
    impact: Rating | None
    references: tuple[str, ...]


class Threats(Value):
    """A reply."""

    threats: tuple[Threat, ...]


def reply() -> dict[str, object]:
    """A reply about as long as that for a component."""
    rating = {"value": 3, "because": "Anyone on the internet can reach it."}
    threat = {
        "target": TARGETS[7],
        "category": next(iter(Stride)),
        "stage": next(iter(Stage)),
        "title": "Poisoned feedback reaches the training set",
        "scenario": "An outsider sends feedback that is learned from. " * 8,
        "likelihood": rating,
        "impact": rating,
        "references": [TARGETS[1], TARGETS[2]],
    }
    return {"threats": [threat] * THREATS}


def closed() -> type[Threats]:
    """The type of a reply with its ids in closed sets, made for each call as a draft does it."""
    one: Any = Literal[TARGETS]
    threat = create_model(
        "Threat", __base__=Threat, target=(one, ...), references=(tuple[one, ...], ...)
    )
    return create_model("Threats", __base__=Threats, threats=(tuple[threat, ...], ...))


async def per_call(home: Path) -> float:
    """Milliseconds of the processor in the thread that asks, for a call that is not kept."""
    said = reply()
    with openai_server(chat=lambda _: said) as server:
        settings = Settings(home=home, llm_base_url=server.base_url, llm_model="strong")
        async with open_llm(settings) as asked:
            llm = KeptReplies(asked, home / "cache" / "llm", (server.base_url,))
            start = 0.0
            for n in range(WARM_UP + CALLS):
                if n == WARM_UP:
                    start = time.thread_time()
                await llm.ask(_prompt(n), closed())
            return (time.thread_time() - start) / CALLS * 1000


def _prompt(n: int) -> Prompt:
    return Prompt(
        name="bench", tier=Tier.STRONG, instruction="Find things.", material=f"{n} {MATERIAL}"
    )


def figures(home: str) -> Iterator[tuple[str, float, float, str, str]]:
    """The figure with its bound, as `Figure` takes it; whatever is kept goes to `home`."""
    taken = asyncio.run(per_call(Path(home)))
    detail = f"{len(MATERIAL)} characters asked, {THREATS} threats told, {CALLS} calls"
    yield "call of a language model, our own work", taken, 30, "ms of the processor", detail


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(*figures(folder))
