"""The key that an endpoint asks for: put into requests, and kept out of everything written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from threatwright.errors import TargetError
from threatwright.model.probe_request import Authentication


class Key(NamedTuple):
    """A key, and how it is shown."""

    authentication: Authentication
    text: str

    @property
    def header(self) -> dict[str, str]:
        """The header that carries it."""
        how = self.authentication
        return {how.header: f"{how.scheme} {self.text}".strip()}

    def taken_out(self, body: bytes) -> bytes:
        """What an endpoint said without the key, should it repeat it."""
        return body.replace(self.text.encode(), f"${self.authentication.variable}".encode())


def key(authentication: Authentication | None, environment: Mapping[str, str]) -> Key | None:
    """The key that the environment holds; None where none is asked for.

    Raises TargetError if the variable is not set, or holds what no header can carry.
    """
    if authentication is None:
        return None
    name = authentication.variable
    text = environment.get(name, "").strip()
    if not text:
        raise TargetError(f"The variable {name} is not set.", f"Set {name} to the endpoint's key.")
    if not (text.isascii() and text.isprintable()):
        raise TargetError(
            f"The variable {name} holds characters that no key has.", f"Set {name} once more."
        )
    return Key(authentication, text)
