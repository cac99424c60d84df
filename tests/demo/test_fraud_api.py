from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from threatwright.demo.fraud_api import KNOWN, MOST_ROWS, PREDICT, fraud_api, samples_csv
from threatwright.demo.fraud_model import (
    FEATURES,
    HIGH,
    LOW,
    ByHeart,
    Learned,
    Model,
    Rows,
    transactions,
)
from threatwright.demo.loopback import Reply, Request

ROW = [1024.13, 22, 72.1, 2846, 6, 0.42, 0.83, 0]


def asked(rows: object, *weaknesses: str) -> Reply:
    return fraud_api(weaknesses)(Request("POST", PREDICT, {"rows": rows}))


def share_right(model: Model, rows: Rows, labels: object) -> float:
    return float((model.scores(rows).argmax(axis=1) == labels).mean())


def test_the_model_by_heart_knows_what_it_saw_and_little_else() -> None:
    known, others = transactions(300, 1), transactions(300, 2)
    by_heart, learned = ByHeart(known), Learned(known)
    assert share_right(by_heart, *known) > 0.98
    assert share_right(by_heart, *others) < 0.75
    assert abs(share_right(learned, *known) - share_right(learned, *others)) < 0.08


def test_transactions_are_the_same_for_a_seed_and_lie_within_bounds() -> None:
    first, again = transactions(50, 3), transactions(50, 3)
    assert (first.rows == again.rows).all()
    assert ((first.rows >= LOW) & (first.rows <= HIGH)).all()
    whole = [at for at, feature in enumerate(FEATURES) if feature.is_whole]
    assert (first.rows[:, whole] == np.rint(first.rows[:, whole])).all()


def test_it_gives_scores_only_where_that_was_planted() -> None:
    assert asked([ROW]).body.keys() == {"labels"}
    assert asked([ROW], "scores").body.keys() == {"scores"}


@pytest.mark.parametrize(
    "rows", [None, [], [[1, 2]], [["x"] * 8], [[float("inf")] * 8], [ROW] * (MOST_ROWS + 1), 7]
)
def test_rows_that_are_none_get_400(rows: object) -> None:
    assert asked(rows).status == 400


def test_a_transaction_that_no_card_could_make_is_refused_unless_planted() -> None:
    impossible = [[-5.0, *ROW[1:]]]
    assert asked(impossible).status == 422
    assert asked(impossible, "any-range").status == 200


def test_the_samples_hold_as_many_members_as_others() -> None:
    rows = list(csv.DictReader(io.StringIO(samples_csv())))
    members = [row["member"] for row in rows]
    assert (members.count("1"), members.count("0")) == (KNOWN, KNOWN)
    given = np.array([[float(row[f.name]) for f in FEATURES] for row in rows[:KNOWN]])
    assert (given == transactions(KNOWN, 1).rows).all()
