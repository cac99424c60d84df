"""Follows a run to its end, or until somebody wants it to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine

from threatwright.cli.probing.progress import Shown
from threatwright.engine.probes.live import Live
from threatwright.model.probe_run import ProbeRun
from threatwright.ports import Prober
from threatwright.workflow.probing import followed

LOOK = 0.2
"""Seconds between looks at whether somebody asked for the run to stop."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def follow(
    run: ProbeRun, prober: Prober, live: Live, shown: Shown, is_cancelled: Callable[[], bool]
) -> bool:
    """Follow a run. Returns whether it was stopped: by Ctrl-C, SIGTERM, or `probe --cancel`.

    Raises TargetError as the prober does; the events until then stand in `live`.
    """
    return await until_stopped(_listen(run, prober, live, shown), is_cancelled)


async def until_stopped(
    listens: Coroutine[None, None, None], is_cancelled: Callable[[], bool]
) -> bool:
    """Let it listen to its end. Returns whether it was stopped before. Raises what it raises."""
    loop = asyncio.get_running_loop()
    listening = asyncio.create_task(listens)
    looking = asyncio.create_task(_look(is_cancelled, listening))
    for number in _SIGNALS:
        loop.add_signal_handler(number, listening.cancel)
    try:
        await listening
    except asyncio.CancelledError:
        return True
    finally:
        looking.cancel()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
    return False


async def _listen(run: ProbeRun, prober: Prober, live: Live, shown: Shown) -> None:
    async for event in followed(run, prober, live):
        shown.note(event)


async def _look(is_cancelled: Callable[[], bool], listening: asyncio.Task[None]) -> None:
    while not is_cancelled():  # noqa: ASYNC110 - another process says so, by a file
        await asyncio.sleep(LOOK)
    listening.cancel()
