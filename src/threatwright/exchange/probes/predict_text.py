"""A plan of rows for an endpoint that predicts, as text."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.exchange.plain import one_line
from threatwright.exchange.probes.text import left_out_lines
from threatwright.model.predict_run import PredictPlan


def plan_text(plan: PredictPlan) -> str:
    """What would be asked, and what is not tried and why."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: PredictPlan) -> Iterator[str]:
    target = plan.target
    yield (
        f"{target.element} at {target.origin}: at most {plan.rows} rows in {plan.requests} "
        "requests,"
    )
    yield f"from the file {one_line(target.request.samples.file)}"
    for family in plan.families:
        yield ""
        yield f"{family.family}: {', '.join(family.threats)}"
        yield f"  Confirmed means: {family.confirmed_means}."
    if not plan.families:
        yield "Nothing can be tried: no threat at it that rows could show."
    yield from left_out_lines(plan.left_out)
