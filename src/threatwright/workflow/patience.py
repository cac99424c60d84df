"""Waits for a language model, unless somebody has had enough."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Halted(Exception):
    """Nobody waits any longer."""


async def unless(halt: asyncio.Event, asking: Coroutine[Any, Any, T]) -> T:
    """What comes of asking. Raises Halted, the asking cancelled, once `halt` is set."""
    call, halting = asyncio.ensure_future(asking), asyncio.ensure_future(halt.wait())
    try:
        await asyncio.wait((call, halting), return_when=asyncio.FIRST_COMPLETED)
        if not call.done():
            raise Halted
        return call.result()
    finally:
        for task in (call, halting):
            task.cancel()
