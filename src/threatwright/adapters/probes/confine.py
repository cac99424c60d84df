"""Lets this process connect only where a run may, whichever library tries.

It stands below the guard of the HTTP client: a library that fetches something by itself, or a way
around the guard that nobody thought of, ends here. It cannot be taken back while the process lives.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from typing import Any

Place = tuple[str, int]
"""An address and a port."""


class ConfinedError(PermissionError):
    """Something wanted to connect to where this run may not."""


def confine(places: frozenset[Place], tell: Callable[[str], None]) -> None:
    """From now on, refuse to connect anywhere else, and `tell` where to that was."""

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
            return
        connection, address = arguments
        if not _is_allowed(connection, address, places):
            tell(str(address))
            raise ConfinedError(f"this run may not connect to {address}")

    sys.addaudithook(look)


def _is_allowed(connection: Any, address: Any, places: frozenset[Place]) -> bool:
    """A socket pair of this process has no address; one of a file does not leave the machine."""
    if connection.family not in {socket.AF_INET, socket.AF_INET6} or address is None:
        return True
    return (str(address[0]), address[1]) in places
