"""`threatwright probe FILE --scope SCOPE --plan`: what would be sent. Nothing is."""

from __future__ import annotations

import asyncio
from pathlib import Path

from threatwright import bootstrap
from threatwright.cli import console
from threatwright.cli.outputs import write_text
from threatwright.engine.probes.consent import refuse_target
from threatwright.exchange.probes import plan_markdown, report, text
from threatwright.model.probe_plan import ProbePlan
from threatwright.workflow.probing import Probing, Wanted, planned


def plan_of(probing: Probing, wanted: Wanted) -> ProbePlan:
    """The plan. Raises TargetError for a target that model or scope do not allow."""
    refuse_target(probing.scope, probing.target, probing.model)
    return asyncio.run(planned(probing, bootstrap.prober(), wanted))


def show(
    plan: ProbePlan, probing: Probing, concurrency: int, out: Path | None, *, as_json: bool
) -> None:
    """Print the plan, or put it in a file: Markdown, or JSON where its name ends so."""
    if out is not None and (as_json or out.suffix.lower() == ".json"):
        write_text(out, report.json_of_plan(plan))
    elif out is not None:
        write_text(out, plan_markdown.write(plan, probing.scope, concurrency))
    elif as_json:
        console.say(report.json_of_plan(plan), end="")
    else:
        for line in text.plan_lines(plan, probing.scope, concurrency):
            console.say(line)
    if out is not None:
        console.say(f"Wrote the plan to {out.name}. Nothing was sent.")
