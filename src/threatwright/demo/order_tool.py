"""The chatbot's one tool: it places an order by a request to an address on this machine."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

from threatwright.errors import InputError
from threatwright.model.origins import exact_origin, is_loopback

SECONDS = 2.0


def checked(origin: str) -> str:
    """An origin that the tool may call. Raises InputError for any but this machine's."""
    try:
        is_here = is_loopback(exact_origin(origin))
    except ValueError as error:
        raise InputError(f"The tool cannot call {origin}: {error}.", _FIX) from error
    if not is_here or not origin.startswith("http://"):
        raise InputError(f"The tool does not call {origin}: it is not on this machine.", _FIX)
    return origin


_FIX = "Name an address of this machine, as http://127.0.0.1:8902"


class OrderTool:
    """Places orders at one origin of this machine, and nowhere else."""

    def __init__(self, origin: str) -> None:
        self._origin = checked(origin)

    def place(self, item: str, address: str = "") -> bool:
        """Place an order. `address` is where the text wanted it; another origin is not called.

        Returns whether anybody answered.
        """
        url = urlsplit(address if self._is_ours(address) else f"{self._origin}/orders")
        place = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
        body = json.dumps({"item": item})
        connection = http.client.HTTPConnection(
            urlsplit(self._origin).hostname or "", urlsplit(self._origin).port, timeout=SECONDS
        )
        try:
            connection.request("POST", place, body, {"Content-Type": "application/json"})
            connection.getresponse().read(1000)
        except (OSError, http.client.HTTPException, ValueError):
            return False
        finally:
            connection.close()
        return True

    def _is_ours(self, address: str) -> bool:
        return address == self._origin or address.startswith(
            (f"{self._origin}/", f"{self._origin}?")
        )
