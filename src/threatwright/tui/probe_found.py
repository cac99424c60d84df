"""What probes found, as it counts now: by the run that is shown, else by all that are recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from threatwright.engine.probes.standing import StandingFinding, standing_findings
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Finding, Tried
from threatwright.tui.followed_run import FollowedRun

ORDER = tuple(Tried)
"""What is worst first."""


class Found(NamedTuple):
    """What a run found about a threat."""

    run: str
    """The name of the run folder."""
    finding: Finding
    stands: StandingFinding | None = None
    """As the journal has it; None while it is not there yet."""

    @property
    def verdict(self) -> Tried:
        """That of the run, or what somebody ruled."""
        return self.stands.verdict if self.stands else self.finding.verdict

    @property
    def is_open(self) -> bool:
        """Whether somebody has to look at it and say what it is."""
        return self.verdict is Tried.SUSPECTED


def of_run(run: FollowedRun, model: ThreatModel) -> Mapping[str, Found]:
    """The threats of a run → what it found by now."""
    name = run.run.name
    held = standing_findings(model.journal, model.system)
    recorded = {
        one.finding.threat: one for ones in held.values() for one in ones if one.probed.run == name
    }
    return {
        finding.threat: Found(name, finding, recorded.get(finding.threat))
        for finding in run.findings
    }


def of_journal(model: ThreatModel) -> Mapping[str, Found]:
    """A key for each finding that stands → the finding, what is worst first.

    A threat that was tried at two endpoints has two of them.
    """
    held = standing_findings(model.journal, model.system)
    found = [Found(one.probed.run, one.finding, one) for ones in held.values() for one in ones]
    ordered = sorted(found, key=lambda one: (ORDER.index(one.verdict), one.finding.threat))
    return {f"{one.finding.threat} {one.run}": one for one in ordered}
