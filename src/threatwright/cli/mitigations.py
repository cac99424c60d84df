"""How far a mitigation has come, as it is typed on the command line."""

from __future__ import annotations

from collections.abc import Sequence

from threatwright.engine.decisions.threat_choice import chosen, where
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Decide, Mitigate
from threatwright.model.terms import Coverage, MitigationStatus


def mitigated(named: tuple[str, str], given: Decide, ids: Sequence[str] | None) -> Mitigate:
    """How far a mitigation has come, against threats as they are typed; all by default."""
    id_, word = named
    try:
        status = MitigationStatus(word.strip().lower().replace(" ", "-"))
    except ValueError as error:
        known = ", ".join(MitigationStatus)
        raise InputError(f"“{word}” is no status of a mitigation.", f"Say {known}.") from error
    threats = tuple(part.strip() for text in ids or ("*",) for part in text.split(","))
    return Mitigate(
        mitigation=id_,
        threats=threats,
        status=status,
        reason=given.reason,
        owner=given.owner,
        due=given.due,
    )


def meant(
    said: Mitigate, conditions: Sequence[str], model: ThreatModel, knowledge: Knowledge
) -> Mitigate:
    """The same against each threat that is meant, of those that it stands against.

    Where it is stated to be in place there is nothing to say, but for a threat named by its id.
    """
    held = {t.id: m for t in model.threats for m in t.mitigations if m.id == said.mitigation}
    if not held:
        raise InputError(
            f"{said.mitigation} stands against no threat of the model.",
            "`threatwright draft FILE` lists the mitigations of each.",
        )
    ids = chosen(said.threats, tuple(map(where, conditions)), model, knowledge.risk)
    open_ = {id_ for id_, one in held.items() if one.coverage is not Coverage.FULL or one.reason}
    kept = tuple(id_ for id_ in ids if id_ in open_ or id_ in said.threats)
    return said.model_copy(update={"threats": kept})
