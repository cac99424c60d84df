"""Lets one trial at a time use the processor, while the others wait for their answers.

The tasks of an event loop share it evenly: trials that begin together would all send late, be
answered together, and stay in step from then on, with nothing under way while they are all worked
on. One after another, each is sent while the next is prepared.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Share:
    """A trial's share of the processor."""

    def __init__(self, processor: asyncio.Lock) -> None:
        """The lock is the one that all trials of the run share."""
        self._processor = processor
        self._is_working = False

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """As long as this lasts, no other trial works, except while this one waits."""
        await self._take()
        try:
            yield
        finally:
            self._leave()

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """For this long, let others work.

        A trial whose wait fails or is cancelled does not queue for its share again, and of two
        requests that a trial has under way at once, only the first gave it up.
        """
        was_working = self._is_working
        self._leave()
        yield
        if was_working:
            await self._take()

    async def _take(self) -> None:
        await self._processor.acquire()
        self._is_working = True

    def _leave(self) -> None:
        if self._is_working:
            self._is_working = False
            self._processor.release()
