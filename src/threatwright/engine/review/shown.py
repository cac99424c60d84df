"""Whether anything shows that a control is in place, beyond somebody having chosen it on a form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from threatwright.engine.record.taken import question_name
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact
from threatwright.model.journal import Answered, JournalEntry
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import is_inherited
from threatwright.model.terms import Coverage
from threatwright.model.threats import Threat

_CLAIMED = (Coverage.PARTIAL, Coverage.FULL)


class Unshown(NamedTuple):
    """A control that is claimed, and that nothing shows."""

    id: str
    """`ELEMENT.KEY` of the fact that claims it."""
    element: str
    text: str
    threats: tuple[str, ...]
    """Ids of the threats that it lowers."""


def unshown(
    model: ThreatModel, threats: Iterable[Threat], knowledge: Knowledge
) -> Iterator[Unshown]:
    """The controls that lower any of the threats without evidence, each once."""
    lowered: dict[tuple[str, str], list[str]] = {}
    for threat in threats:
        for place in _places(model, threat, knowledge):
            lowered.setdefault(place, []).append(threat.id)
    journal = {entry.n: entry for entry in model.journal}
    for (element, key), ids in lowered.items():
        fact = model.system.fact(element, key)
        if fact is not None and (why := _missing(fact, journal)):
            id_ = f"{element}.{key}"
            text = f"{question_name(id_, model.system, knowledge)} is claimed, and {why}"
            yield Unshown(id_, element, text, tuple(dict.fromkeys(ids)))


def _places(model: ThreatModel, threat: Threat, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """(element, key) of every fact that states a control to be there against the threat."""
    for applied in threat.mitigations:
        entry = knowledge.mitigation_entries.get(applied.id)
        if applied.coverage not in _CLAIMED or entry is None or entry.fact is None:
            continue
        states = knowledge.fact_entries[entry.fact]
        for element in applied.at:
            fact = model.system.fact(element, entry.fact)
            choice = states.choice(fact.value) if fact is not None else None
            if choice is not None and choice.coverage in _CLAIMED and not is_inherited(element):
                yield element, entry.fact


def _missing(fact: Fact, journal: dict[int, JournalEntry]) -> str:
    """What of evidence is missing; empty if nothing is."""
    provenance = fact.provenance
    if provenance.quote or provenance.kind in ("import", "inherited"):
        return ""
    number = provenance.source.rpartition(":")[2]
    entry = journal.get(int(number)) if number.isdigit() else None
    if isinstance(entry, Answered) and provenance.kind in ("answer", "person"):
        by = f" by {entry.by}" if entry.by else ""
        return "" if entry.text.strip() else f"answer {entry.n}{by} is a bare choice"
    return "nobody's words say so"
