"""How long an endpoint asks to be left alone: what its `Retry-After` header says."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds_asked_for(header: str) -> float | None:
    """Seconds from now, by a number or a date (RFC 9110, 10.2.3); None if it says neither."""
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):  # no date, or one without a time zone
        return None
