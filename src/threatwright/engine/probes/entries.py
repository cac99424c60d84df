"""What people say and runs find, as the journal keeps it: consent, outcome, ruling."""

from __future__ import annotations

from threatwright.engine.probes.standing import standing_findings
from threatwright.engine.text.spoken import Head, spoken
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Consented, Ruled, Tried
from threatwright.model.journal import JournalEntry
from threatwright.model.said import Agree, Find, RuleOn

OPEN_TO_RULING = (Tried.SUSPECTED, Tried.CONFIRMED)


def entry_of(said: Agree | Find | RuleOn, model: ThreatModel, head: Head) -> JournalEntry:
    """The entry of what was said about probes. Raises InputError for what cannot be ruled on."""
    match said:
        case Agree():
            return Consented(**head, consent=said.consent)
        case Find():
            return said.found.model_copy(update=dict(head))
        case RuleOn():
            return ruling(said, model, head)


def ruling(said: RuleOn, model: ThreatModel, head: Head) -> Ruled:
    """The entry of a ruling. Raises InputError if there is nothing to rule on, or no reason."""
    found = standing_findings(model.journal, model.system).get(said.threat, ())
    one = next((each for each in found if each.probed.run == said.run), None)
    if one is None:
        raise InputError(
            f"The run {said.run} found nothing about {said.threat} that stands.",
            "`threatwright explain` names the findings of a threat, with their runs.",
        )
    if one.finding.verdict not in OPEN_TO_RULING:
        raise InputError(
            f"What the run found is {one.finding.verdict.replace('-', ' ')}: nothing to rule on.",
            "A person rules on what is suspected, or says that what was confirmed is none.",
        )
    return Ruled(
        **head,
        run=said.run,
        threat=said.threat,
        is_confirmed=said.is_confirmed,
        reason=spoken(said.reason),
    )
