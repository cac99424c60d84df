"""A prober that sends nothing: its payloads are the seeds, and its run goes by a script."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

from threatwright.model.probe_plan import Payload
from threatwright.model.probe_run import Converted, ConvertRequest, ProbeEvent, ProbeRun

Script = Callable[[ProbeRun], Iterable[ProbeEvent]]


class ScriptedProber:
    """Remembers what it was asked, and whether a run was told to its end."""

    def __init__(self, script: Script = lambda run: ()) -> None:
        self._script = script
        self.asked: list[ConvertRequest] = []
        self.ran: list[ProbeRun] = []
        self.is_over = False

    async def convert(self, request: ConvertRequest) -> Sequence[Converted]:
        self.asked.append(request)
        return tuple(
            Converted(
                probe=entry.id,
                payloads=tuple(
                    Payload(
                        id=f"{entry.id}{n:02}",
                        turns=seed.turns,
                        plain=seed.turns,
                        document=seed.document,
                        later=seed.later,
                        seed=n,
                    )
                    for n, seed in enumerate(entry.seeds)
                ),
            )
            for entry in request.entries
        )

    async def run(self, run: ProbeRun) -> AsyncGenerator[ProbeEvent]:
        self.ran.append(run)
        try:
            for event in self._script(run):
                yield event
        finally:
            self.is_over = True
