"""What an endpoint is, as far as it shows: if that changes, what was found of it lapses."""

from __future__ import annotations

import hashlib
import json

from threatwright.adapters.probes.replies import identity
from threatwright.model.probe_evidence import Exchange
from threatwright.model.probe_request import OpenAiChat
from threatwright.model.probe_scope import ProbeTarget


class Fingerprint:
    """Of one target, by all models that answered in a run: several may serve one endpoint."""

    def __init__(self, target: ProbeTarget) -> None:
        request = target.request
        named = request.model if isinstance(request, OpenAiChat) else ""
        self._fixed = (target.origin, request.path, named)
        self._answered: set[tuple[str, ...]] = set()

    def add(self, exchange: Exchange) -> None:
        """Something came back."""
        if exchange.side == "target" and exchange.status == 200:
            self._answered.add(identity(exchange.answered))

    @property
    def value(self) -> str:
        """SHA-256 in hex; empty as long as nothing answered."""
        if not self._answered:
            return ""
        text = json.dumps([self._fixed, sorted(self._answered)])
        return hashlib.sha256(text.encode()).hexdigest()
