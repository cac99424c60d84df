"""Extraction: how well a model that learned from the endpoint's answers agrees with it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .endpoint import BudgetSpent, Column, Endpoint, Indexes, Rows
from .figures import balanced, bootstrap, figure, wilson
from .samples import Samples, Space

MOST_ROWS = 2_000
HELD_OUT = 0.4
"""Share of the rows that agreement is measured on, and no model learns from."""
FEWEST = 60
SHARES = (0.25, 0.5, 1.0)
"""Of the rows to learn from: agreement grows with the queries."""
Told = Callable[[int, int], None]


def measure(
    endpoint: Endpoint, request: dict[str, Any], samples: Samples, seed: int, tell: Told
) -> dict[str, Any]:
    """Balanced agreement beside that of a model that learned true labels of as many rows."""
    random = np.random.default_rng(seed)
    rows, labels = _fitting(endpoint, samples, random)
    if len(rows) < FEWEST:
        return {
            "measured": [],
            "is_complete": False,
            "because": f"{len(rows)} rows can be asked, and {FEWEST} are needed",
        }
    held, space = int(len(rows) * HELD_OUT), Space(request["features"])
    try:
        truth = endpoint.answers(rows[:held]).argmax(axis=1)
        learned = rows[held:], labels[held:]
        found = []
        for step, share in enumerate(SHARES):
            count = int(len(learned[0]) * share)
            stolen = _stolen(endpoint, request, space, learned[0][:count], seed)
            found.append((count, stolen(space.unit(rows[:held]))))
            tell(step + 1, len(SHARES))
    except BudgetSpent as spent:
        return {"measured": [], "is_complete": False, "because": str(spent)}
    own = _model(space.unit(learned[0]), labels[held:], seed)(space.unit(rows[:held]))
    return {"measured": _figures(found, own, truth, seed), "is_complete": True, "because": ""}


def _fitting(endpoint: Endpoint, samples: Samples, random: Any) -> tuple[Rows, Indexes]:
    """So many rows as may be asked, in random order, each once."""
    _, first = np.unique(samples.rows, axis=0, return_index=True)
    order = random.permutation(first)[: min(MOST_ROWS, endpoint.rows_left)]
    return samples.rows[order], samples.labels[order]


def _figures(
    found: list[tuple[int, Indexes]],
    own: Indexes,
    truth: Indexes,
    seed: int,
) -> list[dict[str, Any]]:
    n, stolen = len(truth), found[-1][1]
    largest = np.bincount(truth).max() / n
    by_majority = 1 / len(np.unique(truth))
    own_balance = balanced(own, truth)
    reference = max(
        (own_balance, "a model that learned true labels of as many rows"),
        (by_majority, "the most frequent class"),
    )
    interval = bootstrap(n, lambda drawn: balanced(stolen[drawn], truth[drawn]), seed)
    first = figure("balanced agreement", balanced(stolen, truth), interval, reference, n)
    return [first] + [
        figure(
            f"agreement after {count} rows",
            (predicted == truth).mean(),
            wilson(int((predicted == truth).sum()), n),
            (largest, "the most frequent class"),
            n,
        )
        for count, predicted in found
    ]


Decides = Callable[[Rows], Indexes]


def _stolen(
    endpoint: Endpoint, request: dict[str, Any], space: Space, rows: Rows, seed: int
) -> Decides:
    """A model that learned from the endpoint's answers to rows."""
    from art.attacks.extraction import CopycatCNN, KnockoffNets
    from art.estimators.classification import BlackBoxClassifier

    np.random.seed(seed)  # the attack draws from the global generator
    classes, unit = len(request["classes"]), space.unit(rows)

    def asked(given: Any) -> Column:
        return endpoint.answers(rows[_places(unit, np.asarray(given))])

    victim = BlackBoxClassifier(asked, (space.size,), classes, clip_values=(0.0, 1.0))
    copy = _copy(unit, classes, seed)
    batch = {"batch_size_fit": 64, "batch_size_query": len(rows), "nb_epochs": 1}
    if request["gives"] == "scores":
        attack = KnockoffNets(victim, **batch, nb_stolen=len(rows), verbose=False)
    else:
        attack = CopycatCNN(victim, **batch, nb_stolen=len(rows))
    thief = attack.extract(unit, thieved_classifier=copy)
    return lambda given: np.asarray(thief.predict(given).argmax(axis=1))


def _places(unit: Rows, given: Rows) -> list[int]:
    """Where each given row stands: what is asked is what the owner has, to the last digit."""
    at = {row.astype(np.float32).tobytes(): place for place, row in enumerate(unit)}
    return [at[row.astype(np.float32).tobytes()] for row in given]


def _copy(unit: Rows, classes: int, seed: int) -> Any:
    """What learns: a small network, in the form that the attacks know."""
    from art.estimators.classification.scikitlearn import ScikitlearnClassifier

    class Copy(ScikitlearnClassifier):  # type: ignore[misc] # its package has no types
        def fit(self, x: Any, y: Any, **_: Any) -> None:
            super().fit(x.reshape(len(x), -1), y)

    every = np.arange(max(classes, len(unit))) % classes
    model = _network(seed)
    _fit(model, np.resize(unit, (len(every), unit.shape[1])), every)
    return Copy(model, clip_values=(0.0, 1.0))


def _model(unit: Rows, labels: Indexes, seed: int) -> Decides:
    """The same kind of model, learned from true labels."""
    if len(np.unique(labels)) == 1:
        return lambda given: np.full(len(given), labels[0])
    model = _network(seed)
    _fit(model, unit, labels)
    return lambda given: np.asarray(model.predict(given))


def _network(seed: int) -> Any:
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier((32,), max_iter=400, random_state=seed)


def _fit(model: Any, unit: Rows, labels: Indexes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it could learn longer
        model.fit(unit, labels)
