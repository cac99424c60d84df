"""What entries of the journal about probes say, in a sentence."""

from __future__ import annotations

from collections import Counter

from threatwright.model.findings import Consented, Probed, Ruled, Tried

_WORDS = {
    Tried.CONFIRMED: "confirmed",
    Tried.SUSPECTED: "suspected",
    Tried.NOT_OBSERVED: "not observed",
    Tried.BLOCKED: "blocked",
    Tried.INCONCLUSIVE: "inconclusive",
}


def told(entry: Consented | Probed | Ruled) -> str:
    """An entry in words, without the names of threats."""
    match entry:
        case Consented():
            return f"probing {entry.consent.origin} was agreed to"
        case Probed():
            ended = "" if entry.is_complete else f", ended early: {entry.ended}"
            return f"{entry.origin} was probed: {_figures(entry)}{ended}"
        case Ruled():
            what = "confirmed" if entry.is_confirmed else "not confirmed"
            return f"what a probe made suspect is {what}: {entry.reason}"


def _figures(entry: Probed) -> str:
    counted = Counter(finding.verdict for finding in entry.findings)
    figures = [
        f"{counted[verdict]} {words}" for verdict, words in _WORDS.items() if counted[verdict]
    ]
    return ", ".join(figures) or "no threat was tried"
