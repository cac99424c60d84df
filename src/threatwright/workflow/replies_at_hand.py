"""Replies of a language model that are in a record, and the entries that new ones become."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from threatwright.engine.contributions import criticism
from threatwright.engine.contributions.proposals import Accepted
from threatwright.errors import LanguageModelError
from threatwright.model.contributions import Criticised, Proposed
from threatwright.model.document import ThreatModel
from threatwright.model.journal import standing
from threatwright.workflow.asks import Ask, AskOfAll


class Heard(NamedTuple):
    """What came of a question about a component."""

    ask: Ask
    accepted: Accepted | None = None
    gaps: tuple[str, ...] = ()
    """What was asked once more about."""
    failure: LanguageModelError | None = None

    @property
    def is_new(self) -> bool:
        """Whether there is more than was at hand."""
        return self.accepted is not None and (self.ask.before is None or bool(self.gaps))

    def silent_about(self) -> tuple[str, ...]:
        """What is not covered after the first reply."""
        return self.ask.silence.after(self.accepted.suggested) if self.accepted else ()


class AtHand:
    """What a record holds of earlier replies."""

    def __init__(self, model: ThreatModel) -> None:
        entries = standing(model.journal)
        proposals = [e for e in entries if isinstance(e, Proposed)]
        self._on_ground = {(e.element, e.ground): e for e in proposals}
        self._last = {e.element: e for e in proposals}
        self.criticised = next((e for e in reversed(entries) if isinstance(e, Criticised)), None)

    def reply(self, ask: Ask) -> Proposed | None:
        """What was replied to just this question, however long ago."""
        return self._on_ground.get((ask.brief.element, ask.ground))

    def is_due(self, ask: Ask) -> bool:
        """Whether it is to be asked: there is no reply, or one whose silence nobody asked about."""
        reply = self.reply(ask)
        return reply is None or (not reply.gaps and bool(ask.silence.after(reply.suggested)))

    def gone_on_with(self, ask: Ask) -> Ask:
        """The question with what was replied to it already."""
        reply = self.reply(ask)
        return ask if reply is None else replace(ask, before=accepted(reply))

    def counts(self, proposed: Proposed) -> bool:
        """Whether it is the one that counts: the last about its component."""
        return self._last[proposed.element] is proposed

    def is_empty(self) -> bool:
        """Whether nothing was ever replied."""
        return not self._last


def proposed(
    asks: Sequence[Ask], heard: Sequence[Heard], model: ThreatModel, at: str
) -> tuple[Proposed, ...]:
    """The entries to put at the end of the journal, in the order of the questions.

    Replies become entries; and one that was given on the same ground before another one counts
    again, as after something was taken back.
    """
    return tuple(
        entry.model_copy(update={"n": n})
        for n, entry in enumerate(_entries(asks, heard, AtHand(model), at), next_number(model))
    )


def _entries(
    asks: Sequence[Ask], heard: Sequence[Heard], at_hand: AtHand, at: str
) -> Iterator[Proposed]:
    replied = {h.ask.brief.element: h for h in heard if h.is_new}
    for ask in asks:
        before = at_hand.reply(ask)
        if (reply := replied.get(ask.brief.element)) is not None:
            yield _entry(reply, at)
        elif before is not None and not at_hand.counts(before):
            yield before


def _entry(heard: Heard, at: str) -> Proposed:
    ask, accepted = heard.ask, heard.accepted
    assert accepted is not None
    return Proposed(
        n=1,
        at=at,
        model=ask.model,
        ground=ask.ground,
        element=ask.brief.element,
        known=ask.brief.known,
        gaps=heard.gaps,
        tailored=accepted.tailored,
        disputed=accepted.disputed,
        suggested=accepted.suggested,
        doubted=accepted.doubted,
        refused=accepted.refused,
    )


def criticised(taken: criticism.Accepted, asked: AskOfAll, n: int, at: str) -> Criticised:
    """The entry of a criticism."""
    return Criticised(
        n=n,
        at=at,
        model=asked.model,
        ground=asked.ground,
        merged=taken.merged,
        withdrawn=taken.withdrawn,
        calibrated=taken.calibrated,
        refused=taken.refused,
    )


def accepted(proposed: Proposed) -> Accepted:
    """What an entry holds of a reply."""
    return Accepted(
        proposed.tailored,
        proposed.disputed,
        proposed.suggested,
        proposed.refused,
        proposed.doubted,
    )


def next_number(model: ThreatModel) -> int:
    """The number of the next entry of a journal."""
    return model.journal[-1].n + 1 if model.journal else 1
