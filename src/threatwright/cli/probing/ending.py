"""What is printed and written when a run has ended, and the code that the command ends with."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import typer

from threatwright.cli import console, inputs
from threatwright.cli.outputs import check_target, write_text
from threatwright.cli.probing.running import Came
from threatwright.engine.probes.regression import Comparison, Course, compared
from threatwright.errors import InputError, TargetError
from threatwright.exchange.file_lines import ModelFile
from threatwright.exchange.probes import junit, report, sarif, text
from threatwright.model.findings import Probed, Tried

GATES = (Course.NEW_CONFIRMED, Course.WORSE, Course.INCONCLUSIVE)
"""What `--fail-on` can name."""


class Demanded(NamedTuple):
    """What is written, and what the command fails on."""

    as_json: bool = False
    out: Path | None = None
    junit: Path | None = None
    sarif: Path | None = None
    baseline: Probed | None = None
    switched_on: str = ""
    """The mitigation that was off in the baseline."""
    fail_on: frozenset[Course] = frozenset()
    fails_on_confirmed: bool = False


def demanded(
    *,
    as_json: bool,
    out: str | None,
    junit_out: str | None,
    sarif_out: str | None,
    baseline: str | None,
    switched_on: str,
    fail_on: str,
    fails_on_confirmed: bool,
) -> Demanded:
    """What a command line demands. Raises InputError, before anything is sent, if it cannot be."""
    paths = [Path(one) if one else None for one in (out, junit_out, sarif_out)]
    for path in filter(None, paths):
        check_target(path)
    if (fail_on or switched_on) and baseline is None:
        raise InputError(
            "There is no earlier run to compare with.", "Name one: --baseline LAST.json"
        )
    then = None
    if baseline is not None:
        then = report.read(inputs.read_text(baseline, inputs.MAX_MODEL), inputs.named(baseline))
    return Demanded(
        as_json=as_json,
        out=paths[0],
        junit=paths[1],
        sarif=paths[2],
        baseline=then.probed if then else None,
        switched_on=switched_on,
        fail_on=frozenset(map(_course, filter(None, fail_on.replace(" ", "").split(",")))),
        fails_on_confirmed=fails_on_confirmed,
    )


def _course(word: str) -> Course:
    known = {course.value: course for course in GATES}
    if word not in known:
        raise InputError(
            f"A run cannot fail on {word}.", f"It can on {', '.join(known)}, with commas between."
        )
    return known[word]


def end(came: Came, file: str, wants: Demanded) -> None:
    """Print and write what was found. Raises typer.Exit or TargetError where it is no success."""
    beside = compared(came.probed, wants.baseline) if wants.baseline else None
    told = report.report(came.model, came.probed, came.left_out, beside)
    failing = _failing(came.probed, beside, wants)
    if wants.out is not None:
        write_text(wants.out, report.json_of(told))
    if wants.junit is not None:
        write_text(wants.junit, junit.write(told, failing))
    if wants.sarif is not None:
        source = ModelFile(file, inputs.read_text(file, inputs.MAX_MODEL))
        write_text(wants.sarif, sarif.write(told, came.model, came.knowledge, source))
    if wants.as_json and wants.out is None:
        console.say(report.json_of(told), end="")
    else:
        for line in text.found_lines(told):
            console.say(line)
    _leave(came, failing)


def _failing(probed: Probed, beside: Comparison | None, wants: Demanded) -> frozenset[str]:
    """The threats for which the command fails."""
    confirmed = {f.threat for f in probed.findings if f.verdict is Tried.CONFIRMED}
    failing = confirmed if wants.fails_on_confirmed else set()
    if beside is not None:
        failing |= {one.threat for one in beside.of(*wants.fail_on)}
    return frozenset(failing)


def _leave(came: Came, failing: Collection[str]) -> None:
    if came.is_cancelled:
        how = f"go on with --resume {came.probed.run}" if came.goes_on else "to go on, measure anew"
        console.note(f"Stopped. What was found is in the model file; {how}")
        raise typer.Exit(130)
    if came.broken is not None:
        raise came.broken
    dead = [c for c in came.probed.controls if c.name == "liveness" and not c.passed]
    if dead:
        raise TargetError(
            f"The endpoint did not answer harmless questions: {dead[0].because}.",
            "See that it is up and that the scope describes its request; then run it again.",
        )
    if failing:
        console.note(f"Failed on: {', '.join(sorted(failing))}")
        raise typer.Exit(1)
