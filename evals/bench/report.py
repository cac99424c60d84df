"""How long the HTML report of a large model takes, and how that grows."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence

from evals.bench.rules import large_system
from threatwright.engine.derive import begin
from threatwright.exchange.html.page import write
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.knowledge import Knowledge

SMALL, LARGE = 100, 1000
SECONDS = 30


def drafted(components: int, knowledge: Knowledge) -> ThreatModel:
    """A model of that many components, with three flows each."""
    system = large_system(components, 3 * components)
    return begin("bench", [Source(kind=SourceKind.SYSTEM, name="b.json", system=system)], knowledge)


def seconds(models: Sequence[ThreatModel], knowledge: Knowledge, runs: int = 2) -> list[float]:
    """Seconds of the processor for the report of each model: the best of some runs, in turn."""
    taken: list[list[float]] = [[] for _ in models]
    for _ in range(runs):
        for model, times in zip(models, taken, strict=True):
            start = time.process_time()
            write(model, knowledge)
            times.append(time.process_time() - start)
    return [min(times) for times in taken]


def figures() -> Iterator[tuple[str, float, float, str, str]]:
    """The figures with their bounds, as `Figure` takes them."""
    knowledge = load_knowledge()
    small, large = seconds([drafted(n, knowledge) for n in (SMALL, LARGE)], knowledge)
    detail = f"{small:.2f} s of {SMALL} components"
    yield f"export html of {LARGE} components", large, SECONDS, "s", detail
    allowed = (LARGE * math.log(LARGE)) / (SMALL * math.log(SMALL))
    name = f"export html, {SMALL} → {LARGE} components"
    yield name, large / small, allowed, "× (n·log n allows)", ""


if __name__ == "__main__":
    for figure in figures():
        print(*figure)
