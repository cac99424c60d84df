"""What an input would change: threats that appear, go or move, questions that open or retire."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from threatwright.engine.derive import derived, record
from threatwright.engine.interview.asking import Agenda
from threatwright.engine.record.taken import question_name
from threatwright.engine.rules.assessment import Assessment
from threatwright.model.document import ThreatModel
from threatwright.model.journal import JournalEntry
from threatwright.model.knowledge import Knowledge
from threatwright.model.preview import Change, Moved, Named, Weighed
from threatwright.model.threats import Threat


def preview(
    model: ThreatModel,
    entries: Sequence[JournalEntry],
    knowledge: Knowledge,
    now: Agenda | None = None,
) -> Change:
    """How the model would differ with these entries at the end of its journal.

    `now` is what is open in the model, where that is known already.
    """
    now = now or Agenda(model, Assessment(model.system, knowledge))
    return difference(
        now, Agenda(*derived(record(model, *entries), knowledge, before=now.assessment))
    )


def difference(before: Agenda, after: Agenda) -> Change:
    """What differs between two states of one model."""
    old = {threat.id: threat for threat in before.model.threats}
    new = {threat.id: threat for threat in after.model.threats}
    both = [(old[id_], threat) for id_, threat in new.items() if id_ in old]
    return Change(
        appearing=tuple(weighed(threat) for id_, threat in new.items() if id_ not in old),
        going=tuple(weighed(threat) for id_, threat in old.items() if id_ not in new),
        moving=tuple(sorted(_moves(both), key=lambda m: (-m.after.risk, m.after.id))),
        settling=sum(len(now.assumptions) < len(then.assumptions) for then, now in both),
        opening=_only(after, before),
        retiring=_only(before, after),
    )


def weighed(threat: Threat) -> Weighed:
    """A threat's risk."""
    return Weighed(
        id=threat.id,
        title=threat.title,
        level=threat.level,
        risk=threat.risk,
        residual=threat.residual,
    )


def _moves(both: Iterable[tuple[Threat, Threat]]) -> list[Moved]:
    return [
        Moved(before=weighed(then), after=weighed(now))
        for then, now in both
        if (then.risk, then.residual) != (now.risk, now.residual)
    ]


def _only(one: Agenda, other: Agenda) -> tuple[Named, ...]:
    """Questions that are open in one and not in the other, the most valuable first."""
    return tuple(
        Named(id=id_, name=question_name(id_, one.model.system, one.knowledge))
        for id_ in one.open
        if id_ not in other.open
    )
