"""How well search finds the ATLAS technique of a described attack.

    python -m evals.retrieval [STEPS] [--semantic] [--update]

STEPS is a list of `{text, technique, tactic}` as YAML, or one such object a line (`.jsonl`).
Without it, `evals/steps.yaml` and `evals/steps-by-others.yaml`, whose writers wrote none of the
lines that search compares with, are measured and compared with `evals/baselines/retrieval.json`;
`--update` writes the figures there. Ends with 1 if a figure is below the baseline's interval.
`--semantic` measures search by meaning beside words, with the source of vectors that the settings
name; it is compared with nothing, for the model may be any.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from threatwright import yamltext
from threatwright.engine.search.corpus import shipped_procedures
from threatwright.errors import ThreatwrightError
from threatwright.knowledge.load import load_knowledge
from threatwright.model.catalogue import ListName
from threatwright.model.knowledge import Knowledge
from threatwright.ports import KnowledgeIndex

HERE = Path(__file__).parent
STEPS = HERE / "steps.yaml"
SETS = (STEPS, HERE / "steps-by-others.yaml")
BASELINE = HERE / "baselines" / "retrieval.json"
RESAMPLES = 2000

Ranks = NDArray[np.float64]
"""Rank of the right technique for each step; infinite where it was not found."""

MEASURES: dict[str, Callable[[Ranks], Any]] = {
    "R@1": lambda ranks: (ranks <= 1).mean(axis=-1),
    "R@5": lambda ranks: (ranks <= 5).mean(axis=-1),
    "R@10": lambda ranks: (ranks <= 10).mean(axis=-1),
    "MRR": lambda ranks: (1 / ranks).mean(axis=-1),
}


@dataclass(frozen=True)
class Step:
    """A step of an attack and what it is an example of."""

    text: str
    technique: str
    tactic: str


def read_steps(path: Path) -> list[Step]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        rows = [json.loads(line) for line in text.splitlines()]
    else:
        rows = yamltext.parse(text, path.name)
    return [Step(row["text"], row["technique"], row["tactic"]) for row in rows]


def ranks(
    steps: Sequence[Step], index: KnowledgeIndex, knowledge: Knowledge, *, tactic_known: bool
) -> Ranks:
    """The rank of each step's technique among the techniques of ATLAS."""
    techniques = {e.id for e in knowledge.entries.values() if e.type == "technique"}

    def rank(step: Step) -> float:
        tactic = step.tactic if tactic_known else None
        hits = index.search(
            step.text, len(knowledge.entries), lists=[ListName.ATLAS], tactic=tactic
        )
        found = [hit.reference.id for hit in hits if hit.reference.id in techniques]
        return found.index(step.technique) + 1 if step.technique in found else np.inf

    return np.array([rank(step) for step in steps])


def figures(ranks_: Ranks) -> dict[str, dict[str, float]]:
    """Every measure with its 95 % bootstrap interval."""
    random = np.random.default_rng(0)
    samples = ranks_[random.integers(len(ranks_), size=(RESAMPLES, len(ranks_)))]

    def figure(measure: Callable[[Ranks], Any]) -> dict[str, float]:
        low, high = np.percentile(measure(samples), [2.5, 97.5])
        return {
            name: round(float(value), 3)
            for name, value in (("value", measure(ranks_)), ("low", low), ("high", high))
        }

    return {name: figure(measure) for name, measure in MEASURES.items()}


def measure(
    sets: Sequence[Path], knowledge: Knowledge, *, semantic: bool = False
) -> dict[str, dict[str, Any]]:
    """The figures of each set of steps, without and with the tactic given as a filter."""
    with tempfile.TemporaryDirectory() as cache:
        index = _index(knowledge, Path(cache), semantic)
        measured = {}
        for path in sets:
            steps = read_steps(path)
            measured[path.stem] = {
                "steps": len(steps),
                "text alone": figures(ranks(steps, index, knowledge, tactic_known=False)),
                "tactic known": figures(ranks(steps, index, knowledge, tactic_known=True)),
            }
        return measured


def _index(knowledge: Knowledge, cache: Path, semantic: bool) -> KnowledgeIndex:
    from threatwright.adapters.retrieval import Retrieval
    from threatwright.config import settings

    held = settings(chroma_url="")  # built here and thrown away
    retrieval = Retrieval(knowledge, cache, held, shipped_procedures(knowledge))
    if semantic:
        retrieval.build_semantic(lambda *_: None)
    return retrieval.entries(semantic, _fail)


def _fail(error: ThreatwrightError) -> NoReturn:
    raise error


def table(name: str, measured: dict[str, Any]) -> str:
    lines = [f"{name} ({measured['steps']})".ljust(24) + "".join(f"{m:>20}" for m in MEASURES)]
    for row in ("text alone", "tactic known"):
        cells = (
            f"{f['value']:.3f} ({f['low']:.3f}–{f['high']:.3f})" for f in measured[row].values()
        )
        lines.append(row.ljust(24) + "".join(f"{cell:>20}" for cell in cells))
    return "\n".join(lines)


def worse(measured: dict[str, Any], baseline: dict[str, Any]) -> list[str]:
    """The figures that fell below what chance explains."""
    pairs = (
        (f"{row}, {name}", measured[row][name], baseline[row][name])
        for row in ("text alone", "tactic known")
        for name in MEASURES
    )
    return [
        f"{what}: {now['value']:.3f}, was {before['value']:.3f}"
        for what, now, before in pairs
        if now["value"] < before["low"]
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="evals.retrieval", description=__doc__)
    parser.add_argument("steps", type=Path, nargs="?")
    parser.add_argument("--update", action="store_true", help="write the figures to the baseline")
    parser.add_argument("--semantic", action="store_true", help="by meaning beside words")
    options = parser.parse_args(arguments)
    sets = (options.steps,) if options.steps else SETS
    measured = measure(sets, load_knowledge(), semantic=options.semantic)
    print(*(table(name, of_one) for name, of_one in measured.items()), sep="\n\n")
    if options.semantic or options.steps:
        return 0
    if options.update:
        BASELINE.parent.mkdir(exist_ok=True)
        BASELINE.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
        return 0
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    fallen = [
        f"{name}, {what}"
        for name, of_one in measured.items()
        for what in worse(of_one, baseline[name])
    ]
    print("\n".join(fallen), end="\n" if fallen else "")
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())
