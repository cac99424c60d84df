"""Reads the owner's rows from a file, and knows what a row may be changed to."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .endpoint import Column, Indexes, Mask, Rows, named

LARGEST = 200_000_000
"""Bytes of the file."""


_NEAR = 1e-6
"""What rounding may take from a whole step."""


class SamplesError(Exception):
    """The file cannot be used; the message says what is wrong."""


class Samples(NamedTuple):
    """Rows with what is known of them."""

    rows: Rows
    labels: Indexes
    """Index of the true class."""
    members: Indexes
    """1 trained on, 0 not, -1 unknown."""


class Space:
    """The rows that can be: in units of each feature's range, from 0 to 1."""

    def __init__(self, features: list[dict[str, Any]]) -> None:
        self._low = np.array([f["low"] for f in features], dtype=float)
        self._span = np.array([f["high"] for f in features], dtype=float) - self._low
        self._is_whole = np.array([f["type"] == "whole" for f in features])
        self.is_mutable = np.array([bool(f["mutable"]) for f in features])
        self.size = len(features)

    def unit(self, rows: Rows) -> Rows:
        """Rows in units of their ranges."""
        return np.asarray((rows - self._low) / self._span)

    def feasible(self, unit: Rows, original: Rows) -> Rows:
        """The rows nearest to these that somebody could send who has the original, in their units.

        What cannot be changed is as it was, what is whole changes by whole steps, towards the
        original, and nothing leaves its range.
        """
        changes = np.clip(unit, 0, 1) * self._span + self._low - original
        changes = np.where(self._is_whole, np.trunc(changes + np.copysign(_NEAR, changes)), changes)
        return np.where(self.is_mutable, original + changes, original)

    def distances(self, rows: Rows, original: Rows) -> Column:
        """The largest change of any feature, as a share of its range."""
        return np.asarray(np.abs((rows - original) / self._span).max(axis=1))

    def is_within(self, rows: Rows) -> Mask:
        """Which rows lie within all ranges."""
        unit = self.unit(rows)
        return np.asarray(((unit >= -1e-9) & (unit <= 1 + 1e-9)).all(axis=1))


def read(request: dict[str, Any]) -> Samples:
    """The samples that a request names. Raises SamplesError."""
    wanted = request["samples"]
    path = Path(wanted["file"])
    try:
        if path.stat().st_size > LARGEST:
            raise SamplesError(f"{path.name} is larger than {LARGEST // 1_000_000} MB")
        table = _table(path)
        return _samples(table, request)
    except OSError as error:
        raise SamplesError(f"{path.name}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, csv.Error) as error:
        raise SamplesError(f"{path.name}: {str(error)[:200]}") from error


def _table(path: Path) -> dict[str, list[Any]]:
    """Column → values."""
    if path.suffix.lower() == ".npz":
        with np.load(path, allow_pickle=False) as arrays:
            return {name: list(arrays[name]) for name in arrays.files}
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() == ".json":
        rows = json.loads(text)
    else:
        rows = list(csv.DictReader(text.splitlines()))
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or not rows:
        raise ValueError("it holds no rows with named columns")
    return {name: [row[name] for row in rows] for name in rows[0]}


def _samples(table: dict[str, list[Any]], request: dict[str, Any]) -> Samples:
    names = [feature["name"] for feature in request["features"]]
    wanted = request["samples"]
    member = wanted["member"]
    for column in (*names, wanted["label"], *([member] if member else [])):
        if column not in table:
            raise ValueError(f"it has no column {column}")
    rows = np.array([table[name] for name in names], dtype=float).T
    labels = [_class(label, request["classes"]) for label in table[wanted["label"]]]
    members = [int(m) for m in table[member]] if member else [-1] * len(rows)
    if not set(members) <= {-1, 0, 1}:
        raise ValueError(f"the column {member} holds 1 for members, and 0 for others")
    is_within = Space(request["features"]).is_within(rows)
    if not is_within.all():
        raise ValueError(f"row {int(np.argmin(is_within)) + 1} lies outside of the ranges")
    return Samples(rows, np.array(labels), np.array(members))


def _class(label: Any, classes: list[str]) -> int:
    name = named(label.item() if isinstance(label, np.generic) else label)
    if name not in classes:
        raise ValueError(f"the label {name} is none of the classes")
    return classes.index(name)
