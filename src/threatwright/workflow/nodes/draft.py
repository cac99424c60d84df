"""Sums up the threats for the review."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from threatwright.model.terms import Level
from threatwright.workflow.events import Drafted
from threatwright.workflow.state import Deps, Phase, Standing, State, Update

if TYPE_CHECKING:
    from langgraph.runtime import Runtime


async def draft(state: State, runtime: Runtime[Deps]) -> Update:
    """Put the draft before the reviewer."""
    now = await runtime.context.standing(state.journal)
    return {"drafted": drafted(now), "asked": None, "phase": Phase.REVIEWING}


def drafted(now: Standing) -> Drafted:
    """How many threats there are, by level, and what was not asked."""
    rest = now.agenda.rest(now.progress.depth)
    count = Counter(threat.level for threat in now.model.threats)
    return Drafted(
        threats=len(now.model.threats),
        by_level={level.value: count[level] for level in reversed(Level)},
        open_questions=rest.worth,
        rest=rest,
    )
