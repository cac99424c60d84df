"""Keeps what a run measures of an endpoint that predicts: its events, and a chain of evidence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from threatwright.adapters.probes.chain import Chain
from threatwright.adapters.probes.run_folder import EVIDENCE, RunFolder
from threatwright.model.predict_run import Asked, FamilyMeasured, PredictEvent, PredictRun
from threatwright.model.probe_evidence import BatchRecord, FiguresRecord, Opened
from threatwright.model.probe_run import Started


class Measuring:
    """One run, in a folder that is held for it."""

    def __init__(self, run: PredictRun, folder: RunFolder, chain: Chain) -> None:
        self._run, self._folder, self._chain = run, folder, chain

    def note(self, event: PredictEvent) -> None:
        """Write an event down; a request and a figure are evidence, too."""
        self._folder.note(event.model_dump_json().encode() + b"\n")
        at = datetime.now(UTC)
        match event:
            case Started(versions=versions):
                self._chain.append(self._opened(at, versions))
            case Asked():
                self._chain.append(BatchRecord(at=at, asked=event))
            case FamilyMeasured():
                self._chain.append(FiguresRecord(at=at, measured=event))
            case _:
                pass

    def _opened(self, at: datetime, versions: dict[str, str]) -> Opened:
        plan = self._run.plan
        return Opened(
            run=self._folder.path.name,
            at=at,
            plan=plan.hash,
            scope=plan.scope,
            origin=plan.target.origin,
            seed=plan.seed,
            versions=versions,
        )


@contextmanager
def measuring(run: PredictRun) -> Iterator[Measuring]:
    """Begin a run in its folder. Raises InputError if that is not new, or held by another."""
    with RunFolder(Path(run.folder)) as folder:
        folder.begin_measuring(run)
        chain = Chain(folder.path / EVIDENCE)
        try:
            yield Measuring(run, folder, chain)
        finally:
            chain.close()
