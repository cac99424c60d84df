"""A run of probes as JSON: what `probe --json` prints, and what `--baseline` reads back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, ValidationError

from threatwright.engine.probes.estimates import money
from threatwright.engine.probes.regression import Comparison, Course
from threatwright.errors import InputError
from threatwright.exchange.json_file import dumped
from threatwright.model.base import Value
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Probed
from threatwright.model.predict_run import PredictPlan
from threatwright.model.probe_plan import LeftOut, ProbePlan

FORMAT: Literal["threatwright-probe-run/1"] = "threatwright-probe-run/1"


class BesideBaseline(Value):
    """A threat beside an earlier run."""

    threat: str
    course: Course
    text: str


class RunReport(Value):
    """One run: its entry in the journal, and what a reader of it alone has to know."""

    format: Literal["threatwright-probe-run/1"] = FORMAT
    model: str
    """The id of the threat model."""
    name: str
    titles: dict[str, str] = Field(default_factory=dict)
    """Id of a threat → its title."""
    probed: Probed
    left_out: tuple[LeftOut, ...] = ()
    compared: tuple[BesideBaseline, ...] = ()
    """Each threat beside the earlier run, where there was one."""
    remarks: tuple[str, ...] = ()
    """What makes the two runs harder to compare."""


def report(
    model: ThreatModel,
    probed: Probed,
    left_out: tuple[LeftOut, ...] = (),
    beside: Comparison | None = None,
) -> RunReport:
    """The report of a run, beside an earlier one where there is a comparison."""
    titles = {threat.id: threat.title for threat in model.threats}
    return RunReport(
        model=model.id,
        name=model.name,
        titles={f.threat: titles.get(f.threat, f.threat) for f in probed.findings},
        probed=probed,
        left_out=left_out,
        compared=tuple(
            BesideBaseline(threat=one.threat, course=one.course, text=one.text)
            for one in (beside.threats if beside else ())
        ),
        remarks=beside.remarks if beside else (),
    )


def json_of(run: RunReport) -> str:
    """The report as JSON."""
    return dumped(run.model_dump(mode="json"))


def json_of_plan(plan: ProbePlan | PredictPlan) -> str:
    """A plan as JSON, with its hash and what it comes to."""
    sums: Mapping[str, object] = {"hash": plan.hash, "requests": plan.requests}
    if isinstance(plan, ProbePlan):
        sums = {**sums, "tokens": plan.tokens}
        if price := plan.target.price:
            sums = {**sums, "money": str(money(plan.tokens, plan.requests, price))}
    return dumped({**sums, **plan.model_dump(mode="json")})


def read(text: str, name: str) -> RunReport:
    """The report that a JSON text holds. Raises InputError if it holds none."""
    try:
        return RunReport.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(
            f"{name} is not the report of a run of probes: "
            f"{f'{where}: ' if where else ''}{first['msg']}.",
            "Name what `threatwright probe FILE --scope SCOPE --json -o LAST.json` wrote.",
        ) from None
