"""Every speed that the project promises, with its bound and the reference of the same run."""

from __future__ import annotations

import math
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from evals.bench.processes import Pair, in_turn

PEER = (sys.executable, "-m", "evals.bench.peer", "12", "14")
PYDANTIC = (sys.executable, "-c", "import pydantic")


class Figure(NamedTuple):
    """One promise and what was measured."""

    name: str
    value: float
    bound: float
    unit: str
    detail: str = ""

    def __str__(self) -> str:
        verdict = "ok  " if self.value <= self.bound else "OVER"
        return (
            f"{verdict} {self.name:52} {self.value:8.2f} (at most {self.bound:g}) "
            f"{self.unit:22} {self.detail}"
        )


def whole_commands(home: str) -> Iterator[Figure]:
    """Commands from start to exit, beside pytm or a bare import of pydantic."""
    env = {**os.environ, "THREATWRIGHT_HOME": home, "PYTHONDONTWRITEBYTECODE": ""}
    tw = (str(Path(sys.executable).parent / "threatwright"),)
    shown = in_turn((*tw, "--help"), PYDANTIC, env)
    yield Figure("threatwright --help", shown.ratio, 3, "× import pydantic", _ms(shown))
    sample = "sample:mlops-platform"
    drafted = in_turn((*tw, "draft", sample, "--offline"), PEER, env)
    yield Figure("draft of a sample, end to end", drafted.ratio, 3, "× pytm", _ms(drafted))
    yield Figure("draft of a sample, peak memory", drafted.command.megabytes, 120, "MB")
    file = str(Path(home) / "bench.threatmodel.yaml")
    in_turn((*tw, "draft", sample, "-o", file, "--offline"), PYDANTIC, env, runs=1)
    for name, arguments in (
        ("export", ("export", file, "--format", "markdown")),
        ("schema", ("schema",)),
        ("questions", ("questions", file)),
    ):
        pair = in_turn((*tw, *arguments), PEER, env)
        yield Figure(name, pair.ratio, 2, "× pytm", _ms(pair))


def _ms(pair: Pair) -> str:
    return f"{pair.command.seconds * 1000:.0f} ms beside {pair.reference.seconds * 1000:.0f} ms"


def many_components() -> Iterator[Figure]:
    """The rules alone."""
    from evals.bench import peer, rules
    from threatwright.knowledge.load import load_knowledge

    knowledge = load_knowledge()
    ours, threats = min(rules.seconds(300, 900, knowledge) for _ in range(3))
    theirs, findings = min(peer.resolve(300, 900) for _ in range(3))
    yield Figure(
        "rules on 300 components and 900 flows",
        ours / theirs,
        1,
        "× pytm's resolve",
        f"{ours * 1000:.0f} ms, {threats} threats; {theirs * 1000:.0f} ms, {findings} findings",
    )
    times = rules.growth((10, 100, 1000), knowledge)
    for small, large in ((10, 100), (100, 1000)):
        allowed = (large * math.log(large)) / (small * math.log(small))
        growth = times[large] / times[small]
        yield Figure(f"rules, {small} → {large} components", growth, allowed, "× (n·log n allows)")


def others(home: str) -> Iterator[Figure]:
    """What has a file of its own here."""
    # Imported late: a process is born with the memory of the one that starts it, and the peak of a
    # command would be that of all this.
    from evals.bench import (
        comparing,
        drafting,
        first_frame,
        keys,
        llm,
        planning,
        probing,
        report,
        retrieval,
        turn,
    )

    for figures in (
        first_frame.figures(home),
        turn.figures(home),
        comparing.figures(home),
        report.figures(),
        planning.figures(),
        retrieval.figures(),
        llm.figures(home),
        drafting.figures(home),
        probing.figures(home),
        keys.figures(home),
    ):
        yield from (Figure(*figure) for figure in figures)


def main() -> int:
    """Print every figure; 1 if any is over its bound."""
    with tempfile.TemporaryDirectory() as home:
        figures = [*_shown(whole_commands(home)), *_shown(many_components()), *_shown(others(home))]
    return int(any(figure.value > figure.bound for figure in figures))


def _shown(figures: Iterator[Figure]) -> Iterator[Figure]:
    for figure in figures:
        print(figure, flush=True)
        yield figure


if __name__ == "__main__":
    sys.exit(main())
