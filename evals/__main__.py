"""`python -m evals`: every measurement, each with its table, held against `evals/baselines/`.

    python -m evals [NAME ...] [--update]

Ends with 1 if a figure lies beyond the bad end of the interval that its baseline had. `--update`
takes the figures for the ones to be held against from now on.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from evals import (
    contributions,
    controls,
    drafting,
    interview,
    probes,
    ranking,
    reading,
    reference_checks,
    retrieval,
)


class Measurement(NamedTuple):
    """One measurement: what it is called, what it tells, and how it is made."""

    name: str
    title: str
    run: Callable[[bool], Sequence[str]]
    """Given whether to update the baseline: prints, and returns what is not as it should be."""
    is_long: bool = False
    """It takes so long that it is made only where it is named."""


def _retrieval(update: bool) -> Sequence[str]:
    failed = retrieval.main(["--update"] if update else [])
    return ("see the figures above",) if failed else ()


def _references(update: bool) -> Sequence[str]:
    del update  # held against fixed bounds
    return ("see the mentions above",) if reference_checks.main() else ()


MEASUREMENTS: tuple[Measurement, ...] = (
    Measurement(
        "controls",
        "What is no AI system leads to no threats",
        lambda update: controls.run(update=update),
    ),
    Measurement("references", "Right and wrong references told apart", _references),
    Measurement("retrieval", "Search: the ATLAS technique of a described attack", _retrieval),
    Measurement(
        "reading", "Prose read: the facts that it states", lambda update: reading.run(update=update)
    ),
    Measurement(
        "drafting",
        "Drafts held against what reviewers expect",
        lambda update: drafting.run(update=update),
    ),
    Measurement(
        "contributions",
        "What a language model makes of drafts, by replies at hand",
        lambda update: contributions.run(update=update),
    ),
    Measurement(
        "ranking",
        "Drafts: the techniques of a plausible attack, ranked by risk",
        lambda update: ranking.run(update=update),
    ),
    Measurement(
        "interview",
        "The interview of a stakeholder",
        lambda update: interview.run(update=update),
    ),
    Measurement(
        "probes",
        "Probes: planted weaknesses, and endpoints without any",
        lambda update: probes.run(update=update),
        is_long=True,
    ),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if anything is not as it should be."""
    parser = argparse.ArgumentParser(prog="evals", description=__doc__)
    names = [measurement.name for measurement in MEASUREMENTS]
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"only these of {', '.join(names)}"
    )
    parser.add_argument("--update", action="store_true", help="write the figures to the baselines")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(names):
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    wanted = [
        m for m in MEASUREMENTS if (m.name in options.names if options.names else not m.is_long)
    ]
    faults = [fault for m in wanted for fault in _measured(m, update=options.update)]
    print(
        "\n".join(["Worse than before:", *faults]) if faults else "No figure is worse than before."
    )
    return int(bool(faults))


def _measured(measurement: Measurement, *, update: bool) -> list[str]:
    print(f"{measurement.title} ({measurement.name})\n", flush=True)
    begun = time.monotonic()
    faults = [f"{measurement.name}: {fault}" for fault in measurement.run(update)]
    print(f"\n{time.monotonic() - begun:.0f} s\n", flush=True)
    return faults


if __name__ == "__main__":
    sys.exit(main())
