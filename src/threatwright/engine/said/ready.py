"""Whether something can be taken down as it is: asked by a form before it says anything."""

from __future__ import annotations

from threatwright.engine.decisions.deciding import need_reason
from threatwright.engine.record.speaker import NOBODY, Speaker
from threatwright.engine.said.answers import entries_for
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Decide, Said, Together


def refuse_unready(
    said: Said, model: ThreatModel, knowledge: Knowledge, speaker: Speaker = NOBODY
) -> None:
    """Raises InputError for what the session would refuse, and for a decision without a reason."""
    for one in said.said if isinstance(said, Together) else (said,):
        if isinstance(one, Decide):
            need_reason(one)
    entries_for(said, None, model, knowledge, speaker)
