"""Who says something, and what the entries of a journal begin with that come of it."""

from __future__ import annotations

from dataclasses import dataclass

from threatwright.engine.text.spoken import Head
from threatwright.model.document import ThreatModel


@dataclass(frozen=True)
class Speaker:
    """Who says something, and when."""

    by: str = ""
    role: str = ""
    at: str = ""
    """ISO 8601, UTC; empty where no time is kept."""


NOBODY = Speaker()


def head_of(model: ThreatModel, speaker: Speaker, further: int = 0) -> Head:
    """What the next entry of a journal begins with."""
    last = model.journal[-1].n if model.journal else 0
    return {"n": last + 1 + further, "by": speaker.by, "role": speaker.role, "at": speaker.at}
