"""What must hold of what mitigations come after: it is there, and nothing waits for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from threatwright.knowledge.problem import Problem
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import MitigationEntry


def order_problems(knowledge: Knowledge) -> Iterator[Problem]:
    """Mitigations that come after what does not exist, or in the end after themselves."""
    entries = knowledge.mitigation_entries
    for mitigation in knowledge.mitigations:
        for n, other in enumerate(mitigation.after):
            if other not in entries:
                text = f"it comes after “{other}”, which does not exist"
                yield Problem("mitigation", mitigation.id, text, ("after", n))
    if cycle := _cycle(entries):
        text = f"it would wait for itself: {' after '.join(cycle)}"
        yield Problem("mitigation", cycle[0], text, ("after",))


def _cycle(entries: Mapping[str, MitigationEntry]) -> tuple[str, ...]:
    """The ids of mitigations that wait for each other, the first again at the end; mostly none."""
    try:
        TopologicalSorter({id_: entry.after for id_, entry in entries.items()}).prepare()
    except CycleError as error:
        # Each is given before the one that waits for it.
        return tuple(reversed(error.args[1]))
    return ()
