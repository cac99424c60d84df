"""Where the hosts of a run are: looked up once, when it begins, and held to until it ends."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from threatwright.errors import TargetError
from threatwright.model.origins import check_address


class Resolver(Protocol):
    """Finds the addresses of a host."""

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """IPv4 and IPv6 addresses, the preferred one first. Raises OSError if there are none."""
        ...


class SystemResolver:
    """The resolver of this machine."""

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """As the machine prefers them."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Pin(NamedTuple):
    """One origin, and the addresses that its host has for the whole run."""

    scheme: str
    host: str
    """As a URL has it: an IPv6 address without its brackets."""
    port: int
    addresses: tuple[str, ...]

    @property
    def is_named(self) -> bool:
        """Whether its host is a name, which a certificate is checked against."""
        return self.addresses != (self.host,)

    @property
    def places(self) -> frozenset[tuple[str, int]]:
        """The addresses with the port."""
        return frozenset((address, self.port) for address in self.addresses)


def parts(origin: str) -> tuple[str, str, int]:
    """(scheme, host, port) of an exact origin; the host of an IPv6 address has no brackets."""
    scheme, _, rest = origin.partition("://")
    host, _, port = rest.rpartition(":")
    return scheme, host.strip("[]"), int(port)


async def pinned(origin: str, resolver: Resolver) -> Pin:
    """The origin with its addresses.

    Raises TargetError if its host cannot be found, or one of its addresses may not be probed.
    """
    scheme, host, port = parts(origin)
    try:
        found = await resolver.addresses(host, port)
    except OSError as error:
        raise TargetError(
            f"The host of {origin} cannot be found: {error.strerror or error}.",
            "Check the origin in the scope file, and the network of this machine.",
        ) from error
    _check(origin, found)
    return Pin(scheme, host, port, tuple(found))


def _check(origin: str, addresses: Iterable[str]) -> None:
    """One bad address of several is enough: which one is taken is not for a name to choose."""
    for address in addresses:
        try:
            check_address(ipaddress.ip_address(address))
        except ValueError as error:
            raise TargetError(
                f"The host of {origin} is at {address}: {error}.",
                "Name the endpoint itself in the scope file.",
            ) from error
