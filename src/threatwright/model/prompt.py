"""A prompt, rendered: what is sent to a language model and nothing besides."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from threatwright.model.base import Value


class Tier(StrEnum):
    """Which of the configured models answers."""

    FAST = "fast"
    """The cheaper one, for understanding and wording."""
    STRONG = "strong"
    """The better one, for drafting and judging."""


class Prompt(Value):
    """One call, ready to be sent."""

    name: str
    """The name of its file in `prompts/`, without the ending."""
    tier: Tier
    instruction: str
    """What we ask. It holds nothing that anybody else wrote."""
    material: str
    """What it is asked about: every text of a user, a document or a target stands in here, between
    delimiters that it cannot close."""

    @property
    def digest(self) -> str:
        """SHA-256 of what is sent."""
        return hashlib.sha256(f"{self.instruction}\0{self.material}".encode()).hexdigest()
