"""The fraud model over HTTP: rows in, scores or labels out; and the rows to try it with."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from threatwright.demo.fraud_model import (
    FEATURES,
    HIGH,
    LOW,
    ByHeart,
    Learned,
    Model,
    Rows,
    Transactions,
    transactions,
)
from threatwright.demo.loopback import Reply, Request, Respond, problem

PREDICT = "/predict"
MOST_ROWS = 1_000
"""Rows of one request."""
KNOWN = 300
"""Transactions that the model learned from; as many others stand beside them in the samples."""


def fraud_api(weaknesses: Collection[str] = ()) -> Respond:
    """What answers the requests to one fraud model: `scores`, `overfitted`, `any-range`."""
    make: Callable[[Transactions], Model] = ByHeart if "overfitted" in weaknesses else Learned
    model = make(_known())
    gives_scores, takes_any = "scores" in weaknesses, "any-range" in weaknesses

    def respond(request: Request) -> Reply:
        if (request.method, request.path) == ("GET", "/"):
            return Reply(_ABOUT)
        if (request.method, request.path) != ("POST", PREDICT):
            return problem(404, f"There is {PREDICT}, for POST")
        rows = _rows(request.body.get("rows"))
        if rows is None:
            return problem(400, f"`rows` is a list of at most {MOST_ROWS} rows: {_NAMES}")
        if not takes_any and ((rows < LOW) | (rows > HIGH)).any():
            return problem(422, "A value lies where no transaction has one")
        scores = model.scores(rows)
        if gives_scores:
            return Reply({"scores": scores.round(6).tolist()})
        return Reply({"labels": scores.argmax(axis=1).tolist()})

    return respond


_ABOUT = {
    "demo": "A made-up fraud model to try probes on. Its weaknesses are deliberate.",
    "made_by": "threatwright sample serve fraud-api",
}
_NAMES = ", ".join(feature.name for feature in FEATURES)


def _known() -> Transactions:
    return transactions(KNOWN, seed=1)


def _rows(given: Any) -> Rows | None:
    if not isinstance(given, list) or not 0 < len(given) <= MOST_ROWS:
        return None
    try:
        rows = np.array(given, dtype=float)
    except (TypeError, ValueError, OverflowError):
        return None
    is_well = rows.ndim == 2 and rows.shape[1] == len(FEATURES) and np.isfinite(rows).all()
    return rows if is_well else None


def samples_csv() -> str:
    """Transactions to try probes with: those that the model learned from, and as many others."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*(feature.name for feature in FEATURES), "label", "member"])
    for member, found in ((1, _known()), (0, transactions(KNOWN, seed=2))):
        for row, label in zip(found.rows.tolist(), found.labels.tolist(), strict=True):
            table.writerow([*(f"{value:.10g}" for value in row), label, member])
    return text.getvalue()
