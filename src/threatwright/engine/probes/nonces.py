"""Computed nonces: their halves stand in a request; only who does what it asks joins them."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

HALF = 7
"""Characters of one half. Both together are beyond chance in any answer."""

_LETTERS = "bcdfghjkmnpqrtvwxyz"
"""No vowels: no word, and no name of anything, comes out by chance."""
_DIGITS = "2346789"


class Halves(NamedTuple):
    """The halves of a nonce, as they stand in a request."""

    left: str
    right: str

    @property
    def joined(self) -> str:
        """What a hit holds. It stands in no request."""
        return self.left + self.right


def make_nonce(*of: object) -> Halves:
    """The nonce of a thing: the same for the same seed, probe, seed of the probe, and so on."""
    digest = hashlib.sha256("\0".join(map(str, of)).encode()).digest()
    return Halves(token(digest[:HALF]), token(digest[HALF : 2 * HALF]))


def halves(nonce: str) -> Halves:
    """The halves of a joined nonce."""
    return Halves(nonce[:HALF], nonce[HALF:])


def token(digest: bytes) -> str:
    """One character a byte; each third is a digit, so that no spelling is corrected."""
    alphabets = (_LETTERS, _LETTERS, _DIGITS)
    return "".join(alphabets[n % 3][byte % len(alphabets[n % 3])] for n, byte in enumerate(digest))
