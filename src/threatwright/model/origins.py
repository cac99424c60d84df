"""Exact origins, scheme://host:port, each spelled in the one way that it can be compared in.

What has no business being probed is refused whoever names it: addresses of the local link, where
clouds keep credentials, and those that stand for many hosts. What a name resolves to is for the
probe to look at when it runs.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator

_ORIGIN = re.compile(r"(https?)://(\[[^\]]*\]|[^:/?#\[\]@]*)(?::([0-9]*))?")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORTS = {"https": 443, "http": 80}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

METADATA_NAMES = frozenset(
    {
        "metadata",
        "metadata.google.internal",
        "metadata.goog",
        "metadata.azure.internal",
        "metadata.tencentyun.com",
        "instance-data",
        "instance-data.ec2.internal",
    }
)
"""Names under which clouds serve the credentials of a machine."""

METADATA_ADDRESSES = frozenset(
    ipaddress.ip_address(address)
    for address in (
        "169.254.169.254",  # most clouds
        "169.254.170.2",  # containers on AWS
        "fd00:ec2::254",  # AWS
        "fd20:ce::254",  # Google
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # Azure's host
        "192.0.0.192",  # Oracle
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def exact_origin(text: str) -> str:
    """The origin, if it is one and is spelled exactly. Raises ValueError saying what is wrong."""
    if "*" in text:
        raise ValueError("name one host; an origin has no wildcard")
    if "@" in text:
        raise ValueError("an origin holds no user name and no password")
    if not text.isascii():
        raise ValueError("write the host in ASCII (xn--…), so that no look-alike letter can pass")
    if text != text.lower():
        raise ValueError("write it in small letters")
    found = _ORIGIN.match(text)
    if found is None:
        raise ValueError("write it as scheme://host:port, the scheme being https or http")
    scheme, host, port = found.groups()
    if found.end() < len(text):
        raise ValueError("it ends after the port; a path stands under `request`")
    if not port:
        raise ValueError(f"name the port too, as in :{_PORTS[scheme]}")
    if port.startswith("0") or int(port) > 65535:
        raise ValueError("the port is a number from 1 to 65535")
    _check_host(host)
    return text


def is_loopback(origin: str) -> bool:
    """Whether an exact origin is an address of this machine. Names are not looked up."""
    host = origin.partition("://")[2].rpartition(":")[0]
    address = _address(host)
    return address is not None and address.is_loopback


def _check_host(host: str) -> None:
    address = _address(host)
    if address is not None:
        check_address(address)
        return
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("the host is not a name that can be looked up")
    if host in METADATA_NAMES:
        raise ValueError("that is where a cloud keeps credentials; it is never probed")


def _address(host: str) -> Address | None:
    """The address that a host is; None if it is a name. Other spellings of numbers are refused."""
    if host.startswith("["):
        try:
            six = ipaddress.IPv6Address(host[1:-1])
        except ValueError as error:
            raise ValueError("what stands in brackets is no IPv6 address") from error
        if six.scope_id is not None or str(six) != host[1:-1]:
            raise ValueError(f"write the address as [{six.compressed.partition('%')[0]}]")
        return six
    if not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return None
    try:
        return ipaddress.IPv4Address(host)
    except ValueError as error:
        raise ValueError("write the address as four decimal numbers: 10.0.0.7") from error


def check_address(address: Address) -> None:
    """Raises ValueError, saying why, if it is not an address that may be probed."""
    for one in (address, *_embedded(address)):
        if one in METADATA_ADDRESSES:
            raise ValueError("that is where a cloud keeps credentials; it is never probed")
        if one.is_link_local:
            raise ValueError("addresses of the local link are never probed")
        if one.is_unspecified or one.is_multicast or one == ipaddress.IPv4Address(2**32 - 1):
            raise ValueError("the address is not one of a single host")


def _embedded(address: Address) -> list[Address]:
    """The IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64 or int(address) < 2**32:
        found.append(ipaddress.IPv4Address(int(address) % 2**32))
    is_loopback = address.is_loopback or address.is_unspecified
    return [] if is_loopback else [one for one in found if one is not None]


Origin = Annotated[str, AfterValidator(exact_origin)]
"""`https://staging.example.com:443`."""
