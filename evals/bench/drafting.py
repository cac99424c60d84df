"""How long a draft with a language model takes, beside the model itself."""

from __future__ import annotations

import asyncio
import json
import math
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.openai_chat import Said, smallest
from tests.openai_server import openai_server
from threatwright.adapters.llm_openai import open_llm
from threatwright.config import Settings
from threatwright.engine.contributions.briefing import briefs
from threatwright.engine.derive import begin, derived
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.knowledge import Knowledge
from threatwright.workflow.drafting import drafted_with

SLOW = 2.0
"""Seconds that the model takes for a call."""
AT_ONCE = 6
BOUND = 1.35

SYSTEM = """
A public web application sends loan requests to the inference endpoint, which serves a
gradient-boosted model. The training job reads the training data in S3 and writes the model to the
MLflow registry. GitHub Actions deploys from there. Decisions are kept in a PostgreSQL database.
"""


def model_of(knowledge: Knowledge) -> ThreatModel:
    """A model of some dozen components that are asked about."""
    return begin("bench", [Source(kind=SourceKind.PROSE, name="bench.md", text=SYSTEM)], knowledge)


async def seconds(model: ThreatModel, knowledge: Knowledge, home: Path) -> tuple[float, float, int]:
    """(how long it took, how long the model alone would take, calls)."""
    with openai_server(
        chat=lambda request: Said(json.dumps(smallest(request)), after=SLOW)
    ) as server:
        settings = Settings(
            home=home, llm_base_url=server.base_url, llm_model="strong", llm_concurrency=AT_ONCE
        )
        async with open_llm(settings) as llm:
            begun = time.perf_counter()
            await drafted_with(model, llm, knowledge, None, say=lambda _: None)
            taken = time.perf_counter() - begun
        calls = len(server.chats)
    # One call looks at the whole; the others come in a first round, and in a second for the rest.
    first = _asked_about(model, knowledge)
    rounds = math.ceil(first / AT_ONCE) + math.ceil((calls - 1 - first) / AT_ONCE) + 1
    return taken, rounds * SLOW, calls


def _asked_about(model: ThreatModel, knowledge: Knowledge) -> int:
    found, assessment = derived(model, knowledge)
    return len(briefs(assessment, found.threats, None))


def figures(home: str) -> Iterator[tuple[str, float, float, str, str]]:
    """The figure with its bound, as `Figure` takes it."""
    knowledge = load_knowledge(Path(home) / "cache")
    model = model_of(knowledge)
    taken, ideal, calls = asyncio.run(seconds(model, knowledge, Path(home)))
    detail = f"{taken:.1f} s beside {ideal:.0f} s, {calls} calls, {AT_ONCE} at once"
    yield "draft with a language model", taken / ideal, BOUND, "× the model alone", detail


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(*figures(folder))
