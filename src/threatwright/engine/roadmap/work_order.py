"""The order of what is left to do: what takes most off for its effort, after what it builds on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from threatwright.engine.roadmap.outlook import Outlook
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import Effect, Effort
from threatwright.model.threats import AppliedMitigation, Threat

COST = {Effort.LOW: 1, Effort.MEDIUM: 2, Effort.HIGH: 4}
"""What an effort counts for: each twice the one before."""
Against = Sequence[tuple[Threat, AppliedMitigation]]
"""The threats that a mitigation is open against, each with how it stands there."""


def only_detects(against: Against) -> bool:
    """Whether it lowers nothing unless somebody responds."""
    return all(one.effect is Effect.DETECTS for _, one in against)


class WorkOrder:
    """Chooses greedily; everything is weighed anew after each choice that bears on it.

    What others wait for is ranked by itself or together with the one of them that profits most.
    """

    def __init__(
        self, outlook: Outlook, against: Mapping[str, Against], knowledge: Knowledge
    ) -> None:
        self._outlook = outlook
        self._against = against
        entries = knowledge.mitigation_entries
        self._cost = {id_: COST[entries[id_].effort] for id_ in against if id_ in entries}
        named = {id_: entries[id_].after if id_ in entries else () for id_ in against}
        self.after = {
            id_: tuple(other for other in self._first(id_, named) if other in against)
            for id_ in against
        }
        """Mitigation → those of the roadmap that come before it."""
        self._gain = {id_: outlook.gain(id_) for id_ in against}

    def _first(self, id_: str, named: Mapping[str, Sequence[str]]) -> Sequence[str]:
        """What the knowledge base names, and somebody who responds to what is only detected."""
        if self._outlook.is_answered or not only_detects(self._against[id_]):
            return named[id_]
        free = sorted(r for r in self._outlook.responders if r in named and not named[r])
        return tuple(dict.fromkeys((*named[id_], *(r for r in free[:1] if r != id_))))

    def taken(self) -> Iterator[tuple[str, int]]:
        """(mitigation, what it takes off), each put in place before the next is looked for."""
        while waiting := self._outlook.open:
            ready = [id_ for id_ in waiting if self._outlook.done.issuperset(self.after[id_])]
            chosen = min(ready, key=lambda id_: self._rank(id_, waiting))
            yield chosen, self._gain[chosen]
            self._outlook.put_in_place(chosen)
            for id_ in self._outlook.beside(chosen):
                if id_ in self._gain and id_ not in self._outlook.done:
                    self._gain[id_] = self._outlook.gain(id_)

    def _rank(self, id_: str, waiting: Iterable[str]) -> tuple[float, bool, int, int, str]:
        """By worth; then what prevents, takes less effort, stands against more threats."""
        found = self._against[id_]
        prevents = any(one.effect is Effect.PREVENTS for _, one in found)
        return -self._worth(id_, waiting), not prevents, self._cost_of(id_), -len(found), id_

    def _worth(self, id_: str, waiting: Iterable[str]) -> float:
        """What it takes off for its effort, by itself or with the best that waits for it."""
        gain, cost = self._gain[id_], self._cost_of(id_)
        together = (
            (gain + self._gain[other]) / (cost + self._cost_of(other))
            for other in waiting
            if id_ in self.after[other]
        )
        return max(gain / cost, *together, 0)

    def _cost_of(self, id_: str) -> int:
        return self._cost.get(id_, COST[Effort.MEDIUM])
