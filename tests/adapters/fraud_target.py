"""The fraud demo as a scope names it, with a consent: what tests of predictive probes run on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from threatwright.demo.fraud_api import fraud_api, samples_csv
from threatwright.demo.fraud_model import FEATURES
from threatwright.demo.loopback import Reply, Request, served
from threatwright.engine.probes.predict_plan import MEANS, ORDER, SHOWS
from threatwright.model.findings import Consent
from threatwright.model.predict_request import Feature, Predict, Samples
from threatwright.model.predict_run import PlannedFamily, PredictPlan, PredictRun
from threatwright.model.probe_scope import Authorisation, Caps, Environment, PredictTarget
from threatwright.model.probes import Family


class Sent:
    """What arrived at the endpoint."""

    def __init__(self) -> None:
        self.rows = self.requests = 0


@contextmanager
def fraud(*weaknesses: str) -> Iterator[tuple[str, Sent]]:
    """The demo's origin, and what arrives there."""
    sent, inner = Sent(), fraud_api(weaknesses)

    def respond(request: Request) -> Reply:
        sent.requests += 1
        sent.rows += len(request.body.get("rows", ()))
        return inner(request)

    with served(respond) as origin:
        yield origin, sent


class Case(NamedTuple):
    """What of a run a test sets."""

    gives: str = "scores"
    rows: int = 20_000
    families: tuple[Family, ...] = ORDER
    requests: int = 20_000


def predict(folder: Path, case: Case) -> Predict:
    """The request, with the demo's samples in a file of the folder."""
    file = folder / "transactions.csv"
    if not file.exists():
        file.write_text(samples_csv(), encoding="utf-8")
    fixed = {"account_age_days", "tries_last_hour"}
    return Predict.model_validate(
        {
            "shape": "predict",
            "path": "/predict",
            "body": '{"rows": {ROWS}}',
            "response": "scores" if case.gives == "scores" else "labels",
            "gives": case.gives,
            "classes": ("0", "1"),
            "features": tuple(
                Feature(
                    name=f.name,
                    low=f.low,
                    high=f.high,
                    type="whole" if f.is_whole else "number",
                    mutable=f.name not in fixed,
                )
                for f in FEATURES
            ),
            "samples": Samples(file=str(file), member="member"),
            "rows": case.rows,
            "rows_per_request": 500,
        }
    )


def run_on(origin: str, folder: Path, case: Case) -> PredictRun:
    """A run that was consented to."""
    target = PredictTarget(
        element="inference-endpoint",
        origin=origin,
        environment=Environment.TEST,
        owner="Ana",
        authorised_by=Authorisation(who="Ana", role="owner"),
        belongs_to="us",
        request=predict(folder, case),
    )
    plan = PredictPlan(
        model="m",
        scope="s",
        target=target,
        families=tuple(
            PlannedFamily(family=f, shows=SHOWS[f], threats=(f"T-{f}@x",), confirmed_means=MEANS[f])
            for f in case.families
        ),
        rows=case.rows,
        requests=case.requests,
    )
    consent = Consent(
        plan=plan.hash,
        scope="s",
        origin=origin,
        is_typed=False,
        environment=Environment.TEST,
        authorised_by="Ana, owner",
        until=datetime.now(UTC) + timedelta(hours=1),
    )
    caps = Caps(
        requests=case.requests,
        requests_per_minute=1_000_000,
        tokens=1,
        money="0.00 EUR",
        minutes=10,
    )
    runs = folder / "runs"
    run = runs / str(len(list(runs.glob("*"))))
    return PredictRun(plan=plan, consent=consent, caps=caps, folder=str(run))
