"""What a gate came to, as lines for people and as JSON: `FILE:LINE: RULE: TEXT`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from threatwright.exchange.json_file import dumped
from threatwright.exchange.marks import count
from threatwright.exchange.plain import one_line
from threatwright.model.base import Value
from threatwright.model.objections import Objection


class Placed(Value):
    """An objection, and where it is."""

    file: str
    line: int
    objection: Objection


class CheckedFile(Value):
    """A file that was checked, and what was found in it."""

    file: str
    model: str
    """The id of the model."""
    name: str
    threats: int
    """Of its own, that were looked at."""
    inherited: int
    """Threats that are checked in the files that they come from."""
    appetite: str = ""
    """The organisation's limit of residual risk, in words; empty where it was not held to it."""
    against: str = ""
    """The earlier state that it was held against."""
    found: tuple[Placed, ...] = ()

    @property
    def stopping(self) -> tuple[Placed, ...]:
        """What the gate stops at."""
        return tuple(placed for placed in self.found if placed.objection.stops)


class Report(Value):
    """What `threatwright check --json` prints."""

    format: Literal["threatwright-check/1"] = "threatwright-check/1"
    passed: bool
    files: tuple[CheckedFile, ...]


def lines(files: Sequence[CheckedFile], *, explains: bool) -> Iterator[str]:
    """A line for each thing that the gate stops at, and one for each file."""
    for file in files:
        for placed in file.stopping:
            objection = placed.objection
            yield one_line(f"{placed.file}:{placed.line}: {objection.rule}: {objection.text}")
            if explains:
                yield f"    why: {one_line(objection.why)}"
                yield f"    do:  {one_line(objection.fix)}"
    for file in files:
        yield one_line(_summary(file))


def _summary(file: CheckedFile) -> str:
    """`payments.threatmodel.yaml: passes; 31 threats looked at, 2 settled by a decision`."""
    stopping = len(file.stopping)
    empty = "passes" if file.threats else "no threat was asked about"
    verdict = count(stopping, "objection") if stopping else empty
    return f"{file.file}: {verdict}; {', '.join(_counts(file))}."


def _counts(file: CheckedFile) -> Iterator[str]:
    yield f"{count(file.threats, 'threat')} looked at"
    if file.inherited:
        yield f"{file.inherited} inherited ones are checked in their own files"
    if file.appetite:
        yield f"residual risk held against {file.appetite}"
    settled = sum(bool(placed.objection.settled) for placed in file.found)
    if settled:
        yield f"{count(settled, 'objection')} settled by a decision"
    old = sum(not p.objection.stops and not p.objection.settled for p in file.found)
    if file.against:
        yield f"{old} of before in {file.against} left out"


def json_of(files: Sequence[CheckedFile], *, passed: bool) -> str:
    """The report as JSON."""
    return dumped(Report(passed=passed, files=tuple(files)).model_dump(mode="json"))
