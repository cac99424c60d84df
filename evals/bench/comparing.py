"""How long `diff` and `check` take on a large system, from the files to what is printed."""

from __future__ import annotations

import gc
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from evals.bench.rules import large_system
from threatwright import bootstrap
from threatwright.cli.gate import Gate
from threatwright.cli.states import state_of
from threatwright.engine.derive import begin, derive, derived, record
from threatwright.engine.difference import Named, difference
from threatwright.engine.interview.asking import Agenda
from threatwright.exchange import checked, difference_text
from threatwright.exchange.sarif_checks import sarif_of
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered, Source, SourceKind
from threatwright.model.knowledge import Knowledge
from threatwright.model.objections import Demands
from threatwright.model.terms import Level

ANSWERS = 10
"""Between the two states that are compared."""
SIZES = (100, 1000)
RUNS = 3
NOW = datetime(2026, 10, 1, tzinfo=UTC)
DEMANDS = Demands(
    max_residual=Level.LOW, verified=True, decisions=True, fresh=30, open_questions=10
)


def states(components: int, knowledge: Knowledge) -> tuple[ThreatModel, ThreatModel]:
    """A system of that size with three flows each, and the same after some answers."""
    system = large_system(components, 3 * components)
    source = Source(kind=SourceKind.SYSTEM, name="bench.json", system=system)
    old = begin("bench", [source], knowledge)
    open_ = list(Agenda(*derived(old, knowledge)).open)
    asked = open_[:: max(1, len(open_) // ANSWERS)][:ANSWERS]
    answers = [
        Answered(n=n, question=question, value=knowledge.fact_entries[key].choices[0].value)
        for n, question in enumerate(asked, start=1)
        for key in (question.rpartition(".")[2],)
    ]
    return old, derive(record(old, *answers), knowledge)


def told(old: str, new: str, knowledge: Knowledge) -> str:
    """What `diff` prints."""
    one, other = state_of(old, knowledge), state_of(new, knowledge)
    return difference_text.write(
        difference(Named(one.model, one.name), Named(other.model, other.name), knowledge)
    )


def gated(old: str, new: str) -> str:
    """What `check` prints and writes, with all that it can be asked for."""
    found = Gate(DEMANDS, old, lambda: NOW).check([new])
    assert not found.broken
    lines = checked.lines(found.files, explains=True)
    return "\n".join((*lines, sarif_of(found.files)))


def _seconds(work: Callable[[], str]) -> float:
    """Of the processor, without the search for garbage, as every command runs."""
    gc.collect()
    gc.disable()
    start = time.process_time()
    assert work()
    taken = time.process_time() - start
    gc.enable()
    return taken


def measured(folder: Path) -> dict[str, dict[int, float]]:
    """Command → components → seconds: the best of some runs, all sizes in turn."""
    knowledge = bootstrap.knowledge()
    files: dict[int, tuple[str, str]] = {}
    for size in SIZES:
        old, new = folder / f"old-{size}.yaml", folder / f"new-{size}.yaml"
        for path, model in zip((old, new), states(size, knowledge), strict=True):
            bootstrap.store().save(model, path)
        files[size] = (str(old), str(new))
    taken = [
        {
            size: (
                _seconds(partial(told, *pair, knowledge)),
                _seconds(partial(gated, *pair)),
            )
            for size, pair in files.items()
        }
        for _ in range(RUNS)
    ]
    return {
        name: {size: min(run[size][at] for run in taken) for size in SIZES}
        for at, name in enumerate(("diff", "check"))
    }


def figures(home: str) -> Iterator[tuple[str, float, float, str, str]]:
    """The figures with their bounds, as `Figure` takes them; whatever is kept goes to `home`."""
    os.environ["THREATWRIGHT_HOME"] = home
    small, large = SIZES
    allowed = (large * math.log(large)) / (small * math.log(small))
    with tempfile.TemporaryDirectory() as folder:
        for name, seconds in measured(Path(folder)).items():
            detail = f"{seconds[small]:.2f} s and {seconds[large]:.2f} s of the processor"
            what = f"{name}, 1,000 components and 3,000 flows"
            yield what, seconds[large], 30, "s", detail
            growth = seconds[large] / seconds[small]
            yield f"{name}, {small} → {large} components", growth, allowed, "× (n·log n allows)", ""


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for figure in figures(folder):
            print(*figure)
