"""The runs of a home: where each is, what it holds, and how others are told to cancel it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from threatwright.adapters.probes import chain, evidence, run_folder
from threatwright.errors import InputError
from threatwright.model.predict_run import PredictEvent
from threatwright.model.probe_evidence import TrialRecord
from threatwright.model.probe_run import ProbeEvent, ProbeRun

CANCEL = "cancel"
"""A file of this name in a run's folder asks whoever runs it to stop."""


class Runs:
    """All runs that were made under one home."""

    def __init__(self, root: Path) -> None:
        """`root` is made when the first run is."""
        self.root = root

    def new(self, at: str, element: str, plan: str) -> str:
        """The name of a new run of a plan that began at a time (ISO 8601)."""
        when = "".join(c for c in at[:19] if c.isdigit() or c == "T").replace("T", "-")
        name = f"{when}-{element}-{plan[:6]}"
        taken, number = set(self.names()), 2
        while name in taken:
            name = f"{when}-{element}-{plan[:6]}-{number}"
            number += 1
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return name

    def names(self) -> Iterator[str]:
        """The names of all runs, the oldest first."""
        if self.root.is_dir():
            yield from sorted(p.name for p in self.root.iterdir() if (p / run_folder.RUN).is_file())

    def folder(self, name: str) -> Path:
        """The folder of a run, whether it has begun or not."""
        return self.root / name

    def run(self, name: str) -> ProbeRun:
        """What was asked for in a run. Raises InputError if there is none of this name."""
        return run_folder.kept(self._there(name))

    def events(self, name: str) -> tuple[ProbeEvent, ...]:
        """What happened in a run, in order; nothing where it never began."""
        return run_folder.events(self.folder(name))

    def predicted(self, name: str) -> tuple[PredictEvent, ...]:
        """What happened in a run that measured an endpoint that predicts, in order."""
        return run_folder.predicted(self.folder(name))

    def last(self, name: str) -> str:
        """The hash of the last record of a run's evidence; empty where there is none."""
        path = self.folder(name) / run_folder.EVIDENCE
        links = tuple(chain.links(path)) if path.is_file() else ()
        return links[-1].hash if links else ""

    def evidence(self, name: str, ids: Collection[str]) -> tuple[TrialRecord, ...]:
        """The records with these ids, in order; none where the run is not here any more."""
        path = self.folder(name)
        if not (path / run_folder.EVIDENCE).is_file():
            return ()
        return tuple(one for one in evidence.records(path) if one.id in ids)

    def flaws(self, name: str, last: str = "") -> tuple[str, ...]:
        """Where the evidence of a run is not what was written; nothing if it is whole.

        `last` is the hash that a model file holds of its last record.
        """
        path = self._there(name) / run_folder.EVIDENCE
        if not path.is_file():
            return ("there is no evidence",)
        return tuple(f"line {flaw.line}: {flaw.says}" for flaw in chain.verify(path, last))

    def purge(self, name: str) -> None:
        """Delete a run with its evidence. Raises InputError if it is under way."""
        run_folder.purge(self._there(name))

    def cancel(self, name: str) -> None:
        """Ask whoever runs it to stop. Raises InputError if nobody does."""
        folder = self._there(name)
        if not run_folder.is_under_way(folder):
            raise InputError(f"The run {name} is not under way.", "There is nothing to cancel.")
        (folder / CANCEL).touch(mode=0o600)

    def is_cancelled(self, name: str) -> bool:
        """Whether somebody asked for it to stop."""
        return (self.folder(name) / CANCEL).exists()

    def go_on(self, name: str) -> None:
        """Forget that it was asked to stop: it is run again."""
        (self.folder(name) / CANCEL).unlink(missing_ok=True)

    def _there(self, name: str) -> Path:
        known = list(self.names())
        if name not in known:
            raise InputError(
                f"There is no run {name}.",
                f"There are {', '.join(known[-5:])}." if known else "No run was made here yet.",
            )
        return self.folder(name)
