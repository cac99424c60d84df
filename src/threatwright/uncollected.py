"""Holds off the search for garbage while only what lives on is made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let no collection happen meanwhile; also a decorator.

    Each would walk over all that lives, and the more there is, the more often. For code that makes
    many values, keeps them all and is soon done.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
