"""Which threats are meant: ids that may hold `*`, narrowed by what the threats are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from threatwright.engine.text.spoken import some
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.risk_table import RiskTable
from threatwright.model.threats import Threat

_FIELDS: dict[str, Callable[[Threat, RiskTable], Sequence[str]]] = {
    "level": lambda t, risk: (t.level,),
    "residual": lambda t, risk: (risk.level(t.residual),),
    "element": lambda t, risk: (t.element,),
    "stride": lambda t, risk: t.stride,
    "stage": lambda t, risk: (t.stage,),
    "status": lambda t, risk: (t.status,),
    "origin": lambda t, risk: (t.origin,),
    "pattern": lambda t, risk: (t.pattern or "",),
}


class Where(NamedTuple):
    """A condition on a threat."""

    field: str
    values: tuple[str, ...]
    """Any of them, each may hold `*`."""

    def holds(self, threat: Threat, risk: RiskTable) -> bool:
        """Whether it is so for a threat."""
        found = _FIELDS[self.field](threat, risk)
        return any(fnmatchcase(value, one) for value in found for one in self.values)


def where(text: str) -> Where:
    """A condition as it is typed: `level=low,medium`. Raises InputError if it is none."""
    field, sign, values = text.partition("=")
    field = field.strip().lower()
    wanted = tuple(v for value in values.split(",") if (v := value.strip()))
    if field not in _FIELDS or not sign or not wanted:
        raise InputError(
            f"“{text}” is no condition on threats.",
            f"Write FIELD=VALUE or FIELD=VALUE,VALUE; the fields are {', '.join(_FIELDS)}.",
        )
    return Where(field, wanted)


def chosen(
    ids: Sequence[str], conditions: Sequence[Where], model: ThreatModel, risk: RiskTable
) -> tuple[str, ...]:
    """The ids of the threats that are meant, in the order of the model.

    What is inherited is meant only by its full id. Raises InputError for a pattern that fits
    nothing: it is misspelt, or the threat is gone.
    """
    found: dict[str, None] = {}
    for pattern in ids:
        fitting = [t for t in _fitting(pattern, model) if all(c.holds(t, risk) for c in conditions)]
        if not fitting and not (pattern in _stale(model) and not conditions):
            more = " of those that the conditions leave" if conditions else ""
            known = some([threat.id for threat in model.threats if not threat.inherited], 3)
            raise InputError(
                f"No threat{more} has an id as {pattern}.",
                f"Threats are {known or 'none'}; `threatwright draft FILE` lists them all.",
            )
        found.update(dict.fromkeys(threat.id for threat in fitting) or {pattern: None})
    return tuple(found)


def _fitting(pattern: str, model: ThreatModel) -> Iterator[Threat]:
    for threat in model.threats:
        if threat.id == pattern or (not threat.inherited and fnmatchcase(threat.id, pattern)):
            yield threat


def _stale(model: ThreatModel) -> frozenset[str]:
    return frozenset(one.threat for one in model.stale)
