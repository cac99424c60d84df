"""A brief as a language model gets to see it: each thing once, on one line, in as few words as do.

Titles of controls and entries stand in their own lists and nowhere else. The candidates of most
risk are told whole, the others by title: they may be disputed, and must not be drafted again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from threatwright.engine.rules.wording import COVERAGE_WORDS
from threatwright.model.brief import Brief, Candidate, Footing, Known, Listed
from threatwright.model.contributions import Disputed, Suggested, Tailored
from threatwright.model.terms import Coverage

MOST_TOLD = 16
"""Candidates that are told whole."""
MOST_CITED = 2
"""References of a candidate."""
MOST_REASONS = 3
"""Of a rating."""
MOST_NEARBY = 80
"""Titles of threats that are drafted around the component."""
LONGEST_QUOTE = 160
NOTHING = "(nothing)"

_UNKNOWN = COVERAGE_WORDS[Coverage.UNKNOWN]


def material(brief: Brief) -> Mapping[str, Any]:
    """The inputs of the prompt, but for what is asked once more."""
    said = " ".join(saying.words for saying in brief.sayings)
    return {
        "system": brief.system,
        "component": brief.component,
        "facts": [_fact(known, said) for known in brief.facts],
        "unknown": "; ".join(brief.unknown) or NOTHING,
        "sayings": [f"{saying.at}: {saying.words}" for saying in brief.sayings],
        "flows": brief.flows,
        "neighbours": [f"{b.id}: {b.name} ({b.kind}), {b.zone}" for b in brief.neighbours],
        "paths": brief.paths,
        "candidates": [
            _candidate(candidate, brief) if place < MOST_TOLD else _title(candidate)
            for place, candidate in enumerate(brief.candidates)
        ],
        "nearby": _nearby(brief),
        "entries": list(map(_entry, brief.entries)),
        "mitigations": [f"{control.id}: {control.title}" for control in brief.mitigations],
        "targets": brief.targets,
        "doubtable": "; ".join(brief.doubtable) or NOTHING,
    }


def _fact(known: Known, said: str) -> dict[str, Any]:
    """A fact, with the words that it was read in where no sentence that is shown has them whole."""
    row: dict[str, Any] = {"id": known.id, "says": known.says}
    if known.footing is not Footing.STATED:
        row["footing"] = known.footing.value
    if known.words:
        is_shown = known.words in said and len(known.words) > LONGEST_QUOTE // 2
        row["words"] = f"{known.words[:50]}…" if is_shown else known.words[:LONGEST_QUOTE]
    if known.against:
        row["against"] = [words[:LONGEST_QUOTE] for words in known.against]
    return row


def _candidate(candidate: Candidate, brief: Brief) -> dict[str, Any]:
    row: dict[str, Any] = _title(candidate) | {
        "scenario": candidate.scenario,
        "likelihood because": " | ".join(candidate.likelihood_reasons[:MOST_REASONS]),
        "impact because": " | ".join(candidate.impact_reasons[:MOST_REASONS]),
        "assumes": "; ".join(candidate.assumptions),
        "controls": _controls(candidate),
        "cites": ", ".join(candidate.references[:MOST_CITED]),
        "not_when": candidate.not_when,
    }
    if candidate.target == brief.component.name:
        del row["target"]
    return {name: value for name, value in row.items() if value}


def _title(candidate: Candidate) -> dict[str, Any]:
    return {
        "id": candidate.id,
        "target": candidate.target,
        "category": candidate.category.value,
        "title": candidate.title,
        "likelihood": candidate.likelihood,
        "impact": candidate.impact,
    }


def _controls(candidate: Candidate) -> str:
    """What is known of its controls: "limit-queries stated to be absent"."""
    known = (c for c in candidate.lowered_by if c.coverage != _UNKNOWN)
    return "; ".join(f"{control.id} {control.coverage}" for control in known)


def _nearby(brief: Brief) -> list[str]:
    left, found = MOST_NEARBY, []
    for nearby in brief.nearby:
        titles = nearby.titles[: max(0, left)]
        left -= len(titles)
        if titles:
            found.append(f"{nearby.target}: {'; '.join(titles)}")
    return found


def _entry(entry: Listed) -> str:
    return ": ".join(filter(None, (entry.label, entry.name, entry.description)))


def first_reply(
    tailored: Iterable[Tailored],
    disputed: Iterable[Disputed],
    suggested: Sequence[Suggested],
    brief: Brief,
) -> list[str]:
    """What a first reply came to, a line each."""
    titles = {candidate.id: candidate.title for candidate in brief.candidates}
    return [
        *(f"worded: {t.title or titles.get(t.threat, t.threat)}" for t in tailored),
        *(f"disputed: {titles.get(d.threat, d.threat)}: {d.because}" for d in disputed),
        *(f"added to {s.element}: {s.title}. {s.scenario}" for s in suggested),
    ]
