"""Fetches a file over HTTPS: of limited size, in limited time, from the host that was named."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable

import httpx

from threatwright.errors import InputError

PAUSE = 20.0
"""Seconds that a server may stay silent."""
LONGEST = 600.0
"""Seconds that one file may take."""
MAX_REDIRECTS = 5

Progress = Callable[[int, int | None], None]
"""Is told bytes so far, and how many there will be if the server says so."""


class MissingError(InputError):
    """The server has no such file."""


def download(url: str, limit: int, progress: Progress | None = None) -> bytes:
    """The content at an address, of at most `limit` bytes.

    Raises InputError if the address is not https (or http on this machine), names another host in a
    redirect, cannot be reached, or has too much; MissingError if there is nothing at it.
    """
    address = _checked(url)
    started = time.monotonic()
    # A proxy of the environment is for other machines.
    with httpx.Client(timeout=PAUSE, trust_env=not _is_here(address)) as client:
        for _ in range(MAX_REDIRECTS + 1):
            try:
                found = _fetch(client, address, limit, progress, started)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise _unreachable(address, error) from error
            if isinstance(found, bytes):
                return found
            if _origin(found) != _origin(address):
                raise InputError(
                    f"{address} redirects to {found.host or found}, another host.",
                    "If that is where the file should come from, give its address there.",
                )
            address = found
    raise InputError(f"{url} redirects without end.", "Give the address of the file itself.")


def _fetch(
    client: httpx.Client,
    address: httpx.URL,
    limit: int,
    progress: Progress | None,
    started: float,
) -> bytes | httpx.URL:
    """The content, or where it is said to be."""
    # Nothing that unpacks: a small answer would become a large one.
    with client.stream("GET", address, headers={"Accept-Encoding": "identity"}) as answer:
        if answer.has_redirect_location:
            return address.join(answer.headers["Location"])
        if answer.status_code in (404, 410):
            raise MissingError(
                f"There is nothing at {address} ({answer.status_code}).", "Check the address."
            )
        if answer.status_code != httpx.codes.OK:
            raise InputError(
                f"{address} answered {answer.status_code} {answer.reason_phrase}.",
                "Try again later, or download the file and sync that.",
            )
        if (encoding := answer.headers.get("Content-Encoding", "identity")) != "identity":
            raise InputError(
                f"{address} answered packed ({encoding}), though it was asked not to.",
                "Download the file and sync that.",
            )
        length = answer.headers.get("Content-Length", "")
        expected = int(length) if length.isdecimal() and len(length) < 16 else None
        content = bytearray()
        for piece in answer.iter_raw():
            content += piece
            if max(len(content), expected or 0) > limit:
                raise InputError(
                    f"{address} holds more than {limit // 1_000_000} MB.",
                    "That is no file for this; check the address.",
                )
            if time.monotonic() - started > LONGEST:
                raise InputError(
                    f"{address} took longer than {LONGEST / 60:.0f} minutes.",
                    "Try again later, or download the file and sync that.",
                )
            if progress is not None:
                progress(len(content), expected)
        return bytes(content)


def _checked(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise InputError(f"{url} is not an address: {error}.", "Check it.") from error
    if not address.host:
        raise InputError(
            f"{url} names no host.", "Write it as https://HOST/PATH, or name a file by its path."
        )
    if address.userinfo:
        raise InputError(
            f"The address at {address.host} holds a user name or password.",
            "Download the file with a program that may have them, and sync that.",
        )
    if address.scheme != "https" and not (address.scheme == "http" and _is_here(address)):
        raise InputError(
            f"{url} is not fetched: it is not https.",
            "On the way, anybody could change it. Give its https address, or download the file.",
        )
    return address


def _is_here(address: httpx.URL) -> bool:
    """Whether the host is this machine."""
    try:
        return ipaddress.ip_address(address.host).is_loopback
    except ValueError:
        return address.host == "localhost"


def _origin(address: httpx.URL) -> tuple[str, str, int | None]:
    return address.scheme, address.host, address.port


def _unreachable(address: httpx.URL, error: Exception) -> InputError:
    if isinstance(error, httpx.TimeoutException):
        why = f"it was silent for {PAUSE:.0f} seconds"
    else:
        why = str(error) or type(error).__name__
    return InputError(
        f"{address} cannot be fetched: {why}.",
        "Check the address and the connection, or download the file and sync that.",
    )
