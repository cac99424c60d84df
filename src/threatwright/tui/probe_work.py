"""The work on probes of the model that is open: a plan, and the run of it, on whichever screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from threatwright.engine.probes.choice import thinned
from threatwright.model.said import Agree
from threatwright.tui.followed_run import FollowedRun, Ties

if TYPE_CHECKING:
    from threatwright.model.document import ThreatModel
    from threatwright.model.findings import Consent
    from threatwright.model.probe_plan import ProbePlan
    from threatwright.tui.probe_desk import ProbeDesk
    from threatwright.workflow.probing import Probing


class ProbeWork:
    """What is planned and what runs. The screen reads it, and is told when it differs."""

    def __init__(self, desk: ProbeDesk, ties: Ties) -> None:
        self.desk = desk
        self._ties = ties
        self.scope: Path | None = None
        self.probing: Probing | None = None
        self.plan: ProbePlan | None = None
        """All that could be tried."""
        self.without: frozenset[str] = frozenset()
        """Threats and families that are not wanted."""
        self.run: FollowedRun | None = None
        """The run that goes on, or that ended last."""
        self.is_planning = False

    # --- planning ---------------------------------------------------------------------------

    async def prepare(self, probing: Probing, scope: Path) -> None:
        """Plan everything that can be tried at a target. Raises ThreatwrightError."""
        self.plan = await self._planned(probing)
        self.probing, self.scope, self.without, self.run = probing, scope, frozenset(), None
        self._ties.changed()

    def toggle(self, name: str) -> None:
        """Want a threat or a family, or want it no more."""
        self.without ^= {name}
        self._ties.changed()

    @property
    def outlook(self) -> ProbePlan | None:
        """The plan with what is wanted alone, to look at."""
        return thinned(self.plan, self.without) if self.plan else None

    async def final(self) -> ProbePlan:
        """The plan of what is wanted, to be consented to. Raises ThreatwrightError."""
        assert self.probing is not None
        assert self.plan is not None
        if not self.without:
            return self.plan
        return await self._planned(self.probing, sorted(self.without))

    async def _planned(self, probing: Probing, without: list[str] | None = None) -> ProbePlan:
        self.is_planning = True
        self._ties.changed()
        try:
            return await self.desk.plan(probing, without or ())
        finally:
            self.is_planning = False
            self._ties.changed()

    # --- running ----------------------------------------------------------------------------

    def begin(self, plan: ProbePlan, consent: Consent) -> None:
        """Note the consent, and run the plan until it ends or is cancelled."""
        assert self.probing is not None
        started = self.desk.start(self.probing, plan, consent)
        self._ties.say(Agree(consent=consent))
        self.run = FollowedRun(self.desk, started, self._ties)
        self._ties.changed()

    @property
    def is_running(self) -> bool:
        """Whether probes are sent."""
        return self.run is not None and self.run.is_running

    @property
    def foreseen(self) -> ThreatModel | None:
        """The model with what the run has shown by now; None while nothing runs."""
        return self.run.foreseen if self.run else None

    def cancel(self) -> None:
        """End the run; what it has shown by now is kept."""
        if self.run is not None:
            self.run.cancel()

    async def close(self) -> None:
        """Cancel what runs, and wait until what it has shown is said."""
        if self.run is not None:
            self.run.cancel()
            await self.run.over()
