"""Opens what a gate is to check, and what that is held against."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from threatwright import bootstrap
from threatwright.cli import console, inputs
from threatwright.cli.models import place_of
from threatwright.cli.states import State, state_of
from threatwright.engine.review.case import Case
from threatwright.engine.review.checks import beside, objections
from threatwright.errors import InputError, MissingPathError
from threatwright.exchange.checked import CheckedFile, Placed
from threatwright.exchange.file_lines import Lines
from threatwright.model.objections import Baseline, Demands, Objection


class Checked(NamedTuple):
    """What came of all files: what was found, and which could not be read."""

    files: tuple[CheckedFile, ...]
    broken: tuple[InputError, ...]


class Gate:
    """One check of one or several files."""

    def __init__(self, demands: Demands, against: str | None, now: Callable[[], datetime]) -> None:
        self._demands = demands
        self._against = against
        self._now = now()
        self._knowledge = bootstrap.knowledge()
        self._unmatched = set(demands.only)

    def check(self, arguments: Sequence[str]) -> Checked:
        """Check every file. One that cannot be read keeps no other from being checked."""
        files: list[CheckedFile] = []
        broken: list[InputError] = []
        for argument in dict.fromkeys(arguments):
            try:
                files.append(self._file(argument))
            except InputError as error:
                broken.append(error)
        if self._unmatched and not broken:
            named = ", ".join(sorted(self._unmatched))
            broken.append(
                InputError(
                    f"No threat has an id as {named}.",
                    "A filter that fits nothing would pass whatever there is; correct it.",
                )
            )
        return Checked(tuple(files), tuple(broken))

    def _file(self, argument: str) -> CheckedFile:
        if place_of(argument) is None and not inputs.is_sample(argument):
            raise InputError(
                f"{inputs.named(argument)} is not a model file.",
                "Draft one from it first: threatwright draft FILE -o NAME.threatmodel.yaml",
            )
        state = state_of(argument, self._knowledge)
        case = self._case(state)
        found, base = objections(case), self._base(argument, state)
        if self._against is not None:
            found = beside(found, objections(self._case(base)) if base else ())
        ids = [threat.id for threat in case.own]
        self._unmatched -= {one for one in self._unmatched if any(fnmatchcase(i, one) for i in ids)}
        return CheckedFile(
            file=argument,
            model=state.model.id,
            name=state.model.name,
            threats=len(case.threats),
            inherited=len(case.derived.model.threats) - len(case.own),
            appetite=_appetite(case),
            against=(base.name if base else self._against) or "",
            found=_placed(found, argument, state, base),
        )

    def _case(self, state: State) -> Case:
        return Case(state.model, self._knowledge, self._demands, self._now)

    def _base(self, argument: str, state: State) -> State | None:
        """The earlier state of a file; None where there is none, so that all in it is new."""
        if self._against is None:
            return None
        try:
            base = state_of(_base_of(self._against, argument), self._knowledge)
        except MissingPathError as error:
            console.complain(InputError(error.problem, "All that is found in it counts as new."))
            return None
        if base.model.id != state.model.id:
            raise InputError(
                f"{base.name} holds another model than {state.name}, “{base.model.name}”.",
                "Name an earlier state of the same model, or a git revision for several files.",
            )
        return base


def _appetite(case: Case) -> str:
    limits = case.limits
    if limits is None or case.demands.max_residual is not None:
        return ""
    return f"the appetite of {limits.publisher or 'the risk table'} ({limits})"


def _base_of(against: str, argument: str) -> str:
    """The earlier state of a file: what is named, or the file itself at the revision named."""
    is_named = Path(against).is_file() or inputs.is_sample(against)
    if is_named or bootstrap.revision_of(against) is not None or place_of(against) is not None:
        return against
    return f"{against}:{argument}"


def _placed(
    found: Sequence[Objection], file: str, state: State, base: State | None
) -> tuple[Placed, ...]:
    """Each objection with its line; what is gone with the line where it was."""
    lines = Lines(state.model, state.text)
    before = Lines(base.model, base.text) if base else lines
    return tuple(
        Placed(
            file=file,
            line=(before if one.baseline is Baseline.ABSENT else lines).of(one.section, one.id),
            objection=one.model_copy(update={"fix": one.fix.replace("FILE", shlex.quote(file))}),
        )
        for one in found
    )
