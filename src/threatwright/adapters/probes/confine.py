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


_CONNECTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_LOOKS_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
"""A name that is looked up leaves the machine, too; and a run has looked its own up by then."""


class ConfinedError(PermissionError):
    """Something wanted to connect to where this run may not."""


def confine(places: frozenset[Place], tell: Callable[[str], None]) -> None:
    """From now on, refuse to connect anywhere else, and `tell` where to that was."""
    hosts = {host for host, _ in places}

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CONNECTS:
            connection, address = arguments
            is_allowed = _is_allowed(connection, address, places)
        elif event in _LOOKS_UP:
            is_allowed = arguments[0] in hosts
        else:
            return
        if not is_allowed:
            tell(f"{event.removeprefix('socket.')} {arguments[-1 if event in _CONNECTS else 0]}")
            raise ConfinedError(f"this run may not use {event} for this")

    sys.addaudithook(look)


def _is_allowed(connection: Any, address: Any, places: frozenset[Place]) -> bool:
    """A socket pair of this process has no address; one of a file does not leave the machine."""
    if connection.family not in {socket.AF_INET, socket.AF_INET6} or address is None:
        return True
    return (str(address[0]), address[1]) in places
