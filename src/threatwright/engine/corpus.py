"""What search runs over: catalogue entries, the text each is found by, and its lifecycle stages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress

from threatwright.model.catalogue import Entry
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import Stage


def key(entry: Entry) -> str:
    """What tells an entry from all others: `atlas/2026.09/AML.T0020`."""
    return f"{entry.list}/{entry.edition}/{entry.id}"


def searched(knowledge: Knowledge) -> dict[str, Entry]:
    """The entries that can be found, by key: all but tactics, to which no threat refers."""
    return {key(entry): entry for entry in knowledge.entries.values() if entry.type != "tactic"}


def documents(knowledge: Knowledge) -> list[str]:
    """The text that each of the searched entries is found by, in their order.

    Measured on steps of attacks: the name three times, the names of its tactics and of its
    sub-techniques help; texts of its parent, of its mitigations and of patterns citing it do not.
    """
    names = {entry.id: entry.name for entry in knowledge.entries.values()}
    narrower: defaultdict[str | None, list[str]] = defaultdict(list)
    for entry in knowledge.entries.values():
        narrower[entry.parent].append(entry.name.partition(": ")[2])

    def document(entry: Entry) -> str:
        related = (*(names[tactic] for tactic in entry.tactics), *narrower[entry.id])
        return "\n".join(
            (entry.id, *[entry.name] * 3, *related, entry.description, *entry.examples)
        )

    return [document(entry) for entry in searched(knowledge).values()]


def stages(knowledge: Knowledge) -> Mapping[str, set[Stage]]:
    """The stages of entries by key, as far as our patterns and mitigations say so by citing them.

    A stage of a sub-technique is one of its parent too; the reverse need not be true.
    """
    found: defaultdict[str, set[Stage]] = defaultdict(set)
    for cited, stage in _citations(knowledge):
        with suppress(KeyError):  # a mitigation of our own stands in no catalogue
            reference = knowledge.cite(cited)
            entry = knowledge.entries[reference.list, reference.edition, reference.id]
            found[key(entry)].add(stage)
            if entry.parent:
                parent = knowledge.entries[entry.list, entry.edition, entry.parent]
                found[key(parent)].add(stage)
    return found


def _citations(knowledge: Knowledge) -> Iterator[tuple[str, Stage]]:
    for pattern in knowledge.patterns:
        yield from ((cited.id, pattern.stage) for cited in (*pattern.references, *pattern.steps))
    for mitigation in knowledge.mitigations:
        yield from ((id_, mitigation.stage) for id_ in (mitigation.id, *mitigation.nist))
