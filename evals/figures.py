"""Figures with their bootstrap intervals, tables of them, and how they stand against a baseline."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path

import numpy as np

from threatwright.model.base import Value

BASELINES = Path(__file__).parent / "baselines"
RESAMPLES = 2000

Part = tuple[float, float]
"""What one case adds to a share: how much of it, and out of how much."""


class Better(StrEnum):
    """Which way a figure should move."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"
    """It is shown for comparison, and held against nothing."""


class Figure(Value):
    """A mean or share with its 95 % bootstrap interval over the cases."""

    value: float
    low: float
    high: float
    n: int
    """Cases."""
    better: Better = Better.MORE

    def __str__(self) -> str:
        """The figure as tables show it."""
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"

    def is_worse_than(self, before: Figure) -> bool:
        """Whether it lies beyond the bad end of the interval that it had before."""
        if self.better is Better.MORE:
            return self.value < before.low
        return self.better is Better.LESS and self.value > before.high


Table = dict[str, dict[str, Figure]]
"""Row → column → figure."""


def share(parts: Iterable[Part], better: Better = Better.MORE) -> Figure:
    """What all cases have together of what they could have; cases are resampled as wholes."""
    had, could = np.array(list(parts), dtype=float).reshape(-1, 2).T
    if not could.sum():
        return Figure(value=0, low=0, high=0, n=0, better=better)
    drawn = np.random.default_rng(0).integers(len(had), size=(RESAMPLES, len(had)))
    out_of = could[drawn].sum(axis=1)
    shares = had[drawn].sum(axis=1)[out_of > 0] / out_of[out_of > 0]
    low, high = np.percentile(shares, [2.5, 97.5])
    return Figure(
        value=round(float(had.sum() / could.sum()), 4),
        low=round(float(low), 4),
        high=round(float(high), 4),
        n=int((could > 0).sum()),
        better=better,
    )


def mean(values: Iterable[float], better: Better = Better.MORE) -> Figure:
    """The mean over the cases, each counting the same."""
    return share(((value, 1.0) for value in values), better)


def text_of(table: Table) -> str:
    """Rows and columns for people, with the number of cases behind each row."""
    columns = list(dict.fromkeys(name for row in table.values() for name in row))
    wide = max(map(len, table))
    widths = [max(len(column), 21) for column in columns]
    lines = [" " * (wide + 6) + "  ".join(c.rjust(w) for c, w in zip(columns, widths, strict=True))]
    for name, row in table.items():
        cells = [
            (str(row[c]) if c in row else "").rjust(w) for c, w in zip(columns, widths, strict=True)
        ]
        cases = max(figure.n for figure in row.values())
        lines.append(f"{name:{wide}} {cases:4} " + "  ".join(cells))
    return "\n".join(line.rstrip() for line in lines)


def fallen(table: Table, baseline: Table) -> list[str]:
    """The figures that are worse than chance explains, and those that are no longer measured."""
    found = []
    for row, columns in baseline.items():
        for column, before in columns.items():
            now = table.get(row, {}).get(column)
            if now is None:
                found.append(f"{row}, {column}: is no longer measured")
            elif now.is_worse_than(before):
                found.append(f"{row}, {column}: {now.value:.3f}, was {before}")
    return found


def read_baseline(name: str, folder: Path = BASELINES) -> Table:
    """The figures that were kept last. Raises FileNotFoundError if none were."""
    rows = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return {
        row: {column: Figure.model_validate(figure) for column, figure in columns.items()}
        for row, columns in rows.items()
    }


def keep_baseline(name: str, table: Table, folder: Path = BASELINES) -> None:
    """Take figures for the ones to be held against from now on."""
    rows = {
        row: {column: figure.model_dump(mode="json") for column, figure in columns.items()}
        for row, columns in table.items()
    }
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def judged(name: str, table: Table, *, update: bool) -> Sequence[str]:
    """What fell below its baseline; nothing where the figures become the baseline."""
    if update:
        keep_baseline(name, table)
        return ()
    return fallen(table, read_baseline(name))
