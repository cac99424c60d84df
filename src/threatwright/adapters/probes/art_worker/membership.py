"""Membership: whether the answers tell who was in the training data.

The owner's rows say who was. Half of them teach the attack, the other half is what it is measured
on. Beside it stands what the rows tell without the endpoint: members and others that differ would
make anything look like a leak.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .endpoint import BudgetSpent, Column, Endpoint, Indexes, Mask
from .figures import auc, bootstrap, figure, hits_at, wilson
from .samples import Samples, Space

FEWEST = 50
"""Members, and as many others."""
MOST_EACH = 1_000
FALSE_SHARE = 0.01
Told = Callable[[int, int], None]


def measure(
    endpoint: Endpoint, request: dict[str, Any], samples: Samples, seed: int, tell: Told
) -> dict[str, Any]:
    """The area under the curve, and the share found at 1 % false alarms."""
    random = np.random.default_rng(seed)
    chosen = _matched(endpoint, samples, random)
    if len(chosen) < 2 * FEWEST:
        return {
            "measured": [],
            "is_complete": False,
            "because": f"{len(chosen) // 2} members with as many others can be asked, and "
            f"{FEWEST} are needed",
        }
    is_member = samples.members[chosen] == 1
    is_taught = _halves(is_member, random)
    try:
        answers = endpoint.answers(samples.rows[chosen])
    except BudgetSpent as spent:
        return {"measured": [], "is_complete": False, "because": str(spent)}
    tell(1, 2)
    labels = samples.labels[chosen]
    scores = _attacked(answers, labels, is_member, is_taught, request, seed)
    rows = Space(request["features"]).unit(samples.rows[chosen])
    blind = _blind(rows, labels, is_member, is_taught, seed)
    tell(2, 2)
    return {
        "measured": _figures(scores, blind, is_member[~is_taught], seed),
        "is_complete": True,
        "because": "",
    }


def _matched(endpoint: Endpoint, samples: Samples, random: Any) -> Indexes:
    """As many members as others, within each class, in random order."""
    chosen: list[int] = []
    for label in np.unique(samples.labels):
        kinds = [
            random.permutation(
                np.flatnonzero((samples.labels == label) & (samples.members == kind))
            )
            for kind in (1, 0)
        ]
        count = min(map(len, kinds))
        chosen += [at for pair in zip(*(k[:count] for k in kinds), strict=True) for at in pair]
    pairs = random.permutation(np.array(chosen, dtype=np.int64).reshape(-1, 2))
    most = min(MOST_EACH, endpoint.rows_left // 2)
    return np.asarray(pairs[:most].reshape(-1))


def _halves(is_member: Mask, random: Any) -> Mask:
    """Which rows teach: half of the members, and half of the others."""
    is_taught = np.zeros(len(is_member), dtype=bool)
    for kind in (True, False):
        places = random.permutation(np.flatnonzero(is_member == kind))
        is_taught[places[: len(places) // 2]] = True
    return is_taught


def _attacked(
    answers: Column,
    labels: Indexes,
    is_member: Mask,
    is_taught: Mask,
    request: dict[str, Any],
    seed: int,
) -> Column:
    """How much each measured row looks like a member."""
    from art.attacks.inference.membership_inference import (
        MembershipInferenceBlackBox,
        MembershipInferenceBlackBoxRuleBased,
    )
    from art.estimators.classification import BlackBoxClassifier

    truth = np.eye(len(request["classes"]))[labels]
    # The attack is given what was answered; nothing is asked again.
    places = np.arange(len(answers), dtype=np.float32)[:, None]
    known = BlackBoxClassifier(
        lambda asked: answers[np.asarray(asked).astype(int).reshape(-1)], (1,), truth.shape[1]
    )
    rest = places[~is_taught]
    if request["gives"] == "label":
        simple = MembershipInferenceBlackBoxRuleBased(known)
        return np.asarray(simple.infer(rest, truth[~is_taught]), dtype=float).reshape(-1)
    np.random.seed(seed)  # the attack draws from the global generator
    attack = MembershipInferenceBlackBox(known, attack_model_type="rf")
    inside, outside = is_taught & is_member, is_taught & ~is_member
    attack.fit(places[inside], truth[inside], places[outside], truth[outside])
    found = attack.infer(rest, truth[~is_taught], probabilities=True)
    return np.asarray(found, dtype=float).reshape(len(rest), -1)[:, -1]


def _blind(
    unit: Column,
    labels: Indexes,
    is_member: Mask,
    is_taught: Mask,
    seed: int,
) -> Column:
    """The same without the endpoint: from the rows and labels alone."""
    from sklearn.ensemble import RandomForestClassifier

    rows = np.column_stack([unit, labels])
    model = RandomForestClassifier(200, random_state=seed).fit(
        rows[is_taught], is_member[is_taught]
    )
    return np.asarray(model.predict_proba(rows[~is_taught])[:, 1])


def _figures(scores: Column, blind: Column, is_member: Mask, seed: int) -> list[dict[str, Any]]:
    n = len(is_member)
    reference = max((0.5, "chance"), (auc(blind, is_member), "the rows without the endpoint"))
    interval = bootstrap(n, lambda drawn: auc(scores[drawn], is_member[drawn]), seed)
    hits, members = hits_at(scores, is_member, FALSE_SHARE), int(is_member.sum())
    return [
        figure("AUC", auc(scores, is_member), interval, reference, n),
        figure(
            "members found at 1 % false alarms",
            hits / members,
            wilson(hits, members),
            (FALSE_SHARE, "chance"),
            members,
        ),
    ]
