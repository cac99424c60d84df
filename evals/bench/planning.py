"""How long attack paths with their cuts and the roadmap of a large model take, and their growth."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence

from evals.bench.rules import SAID, large_system
from threatwright.engine.derive import begin
from threatwright.engine.roadmap.cuts import attacks
from threatwright.engine.roadmap.phases import roadmap
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Asset

SMALL, LARGE = 100, 1000
SECONDS = 15
_HOLDERS = 10
"""Components that hold one asset."""


def drafted(components: int, knowledge: Knowledge) -> ThreatModel:
    """A model of that many components, three flows each, and an asset for every ten of them."""
    system = large_system(components, 3 * components)
    assets = tuple(
        Asset(
            id=f"asset-{n}",
            name=f"Asset {n}",
            held_by=tuple(f"part-{m}" for m in range(n, n + _HOLDERS)),
            provenance=SAID,
        )
        for n in range(0, components, _HOLDERS)
    )
    system = system.model_copy(update={"assets": assets})
    return begin("bench", [Source(kind=SourceKind.SYSTEM, name="b.json", system=system)], knowledge)


def seconds(
    work: Callable[[ThreatModel, Knowledge], object],
    models: Sequence[ThreatModel],
    knowledge: Knowledge,
    runs: int = 3,
) -> list[float]:
    """Seconds of the processor for each model: the best of some runs, in turn."""
    taken: list[list[float]] = [[] for _ in models]
    for _ in range(runs):
        for model, times in zip(models, taken, strict=True):
            start = time.process_time()
            work(model, knowledge)
            times.append(time.process_time() - start)
    return [min(times) for times in taken]


def figures() -> Iterator[tuple[str, float, float, str, str]]:
    """The figures with their bounds, as `Figure` takes them."""
    knowledge = load_knowledge()
    models = [drafted(n, knowledge) for n in (SMALL, LARGE)]
    allowed = (LARGE * math.log(LARGE)) / (SMALL * math.log(SMALL))
    for name, work in (("attack paths and cuts", attacks), ("roadmap", roadmap)):
        small, large = seconds(work, models, knowledge)
        detail = f"{len(models[1].threats)} threats; {small:.2f} s of {SMALL} components"
        yield f"{name} of {LARGE} components", large, SECONDS, "s", detail
        growth = f"{name}, {SMALL} → {LARGE} components"
        yield growth, large / small, allowed, "× (n·log n allows)", ""


if __name__ == "__main__":
    for figure in figures():
        print(*figure)
