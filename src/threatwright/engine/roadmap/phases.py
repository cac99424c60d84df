"""What is left to do, in order of what it takes off for its effort, cut into three phases.

*Now* ends where half of all that can be taken off is, *next* at nine tenths, and *later* has the
rest, also what takes nothing more off after all that comes before it: a second line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from threatwright.engine.roadmap.gains import DONE
from threatwright.engine.roadmap.outlook import Outlook, threats_of
from threatwright.engine.roadmap.work import Works
from threatwright.engine.roadmap.work_order import WorkOrder, only_detects
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.roadmap import Phase, PhaseName, Roadmap, Work
from threatwright.model.terms import MitigationStatus
from threatwright.model.threats import AppliedMitigation, Threat, by_risk
from threatwright.uncollected import uncollected

UNTIL = {PhaseName.NOW: 0.5, PhaseName.NEXT: 0.9}
"""The share of all that can be taken off with which a phase ends."""


@uncollected()
def roadmap(model: ThreatModel, knowledge: Knowledge) -> Roadmap:
    """The roadmap of a model's own threats. Each mitigation that is open stands in it once."""
    threats = sorted(threats_of(model), key=by_risk)
    against = _against(threats)
    outlook = Outlook(model, knowledge)
    today, is_heard = outlook.matrix(), _is_heard(outlook)
    order = WorkOrder(outlook, against, knowledge)
    works = Works(model, knowledge, against)
    return Roadmap(
        today=today,
        phases=_phases(
            [works.work(id_, takes_off, order.after[id_]) for id_, takes_off in order.taken()],
            Outlook(model, knowledge),
        ),
        not_doing=tuple(_not_doing(threats)),
        unheard=not is_heard and any(map(only_detects, against.values())),
    )


def _is_heard(outlook: Outlook) -> bool:
    """Whether somebody responds to what is detected, today or at the end of the roadmap."""
    return outlook.is_answered or not outlook.responders.isdisjoint(outlook.open)


def _against(threats: Iterable[Threat]) -> dict[str, list[tuple[Threat, AppliedMitigation]]]:
    """Mitigation → the threats that it is open against, with how it stands there."""
    found: dict[str, list[tuple[Threat, AppliedMitigation]]] = {}
    for threat in threats:
        for one in threat.mitigations:
            if one.status not in DONE:
                found.setdefault(one.id, []).append((threat, one))
    return found


def _not_doing(threats: Iterable[Threat]) -> list[str]:
    against = (one for threat in threats for one in threat.mitigations)
    return sorted({one.title for one in against if one.status is MitigationStatus.NOT_DOING})


def _phases(works: Sequence[Work], outlook: Outlook) -> tuple[Phase, ...]:
    """The work in its order, cut where the shares are reached."""
    all_ = sum(work.takes_off for work in works)
    phases: list[Phase] = []
    begin = done = 0
    for name in PhaseName:
        end = begin
        while end < len(works) and (name not in UNTIL or done < UNTIL[name] * all_):
            done += works[end].takes_off
            outlook.put_in_place(works[end].mitigation)
            end += 1
        mine = tuple(works[begin:end])
        takes_off = sum(work.takes_off for work in mine)
        phases.append(Phase(name=name, work=mine, takes_off=takes_off, after=outlook.matrix()))
        begin = end
    return tuple(phases)
