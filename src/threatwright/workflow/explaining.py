"""What a language model is asked to explain of a threat. The reply is told, and never recorded."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Any

from threatwright import prompts
from threatwright.engine.contributions.briefing import briefs
from threatwright.engine.probes.standing import standing_findings
from threatwright.engine.rules.assessment import Assessment
from threatwright.errors import InputError, LanguageModelError
from threatwright.model.brief import Brief, label
from threatwright.model.catalogue import Reference
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.prompt import Prompt
from threatwright.model.redaction import Personal
from threatwright.model.threats import AppliedMitigation, Step, Threat

EXPLAIN = "explain_threat"
LEFT_OUT = {
    *("references", "mitigations", "attack_path"),
    *("evidence", "notes", "pattern", "by_rule", "origin", "inherited"),
    *("status", "reason", "owner"),
}
"""Of a threat: what is told apart, where it comes from, and what was decided about it."""


def prompt_for(
    model: ThreatModel, threat: str, knowledge: Knowledge, personal: Collection[Personal] = ()
) -> Prompt:
    """What is asked about a threat of a derived model. Raises InputError if there is none such.

    `personal` is what of people is taken out of it.
    """
    found = threat_of(model, threat)
    brief = _brief(model, found, knowledge)
    return prompts.render(
        EXPLAIN,
        personal,
        system={"name": model.system.name, "purpose": model.system.purpose},
        element=brief.component if brief else {"name": model.system.name_of(found.element)},
        threat=found.model_dump(mode="json", exclude=LEFT_OUT, exclude_defaults=True),
        path=[_step(step) for step in found.attack_path],
        facts=brief.facts if brief else (),
        unknown=brief.unknown if brief else (),
        references=[_reference(reference, knowledge) for reference in found.references],
        mitigations=[_mitigation(m, model, knowledge) for m in found.mitigations],
        probes=_probed(model, found),
    )


def threat_of(model: ThreatModel, id_: str) -> Threat:
    """The threat of that id. Raises InputError, naming those of a similar one."""
    threats = {threat.id: threat for threat in model.threats}
    if id_ in threats:
        return threats[id_]
    near = get_close_matches(id_, threats, n=3, cutoff=0.5)
    raise InputError(
        f"There is no threat {id_} in {model.name or 'this model'}.",
        f"Did you mean {' or '.join(near)}?" if near else "The report names the id of each threat.",
    )


def _brief(model: ThreatModel, threat: Threat, knowledge: Knowledge) -> Brief | None:
    """What is known around the threat; None where it is to a person or a system of others."""
    made = briefs(Assessment(model.system, knowledge), (), None)
    return next((brief for brief in made if threat.element in brief.targets), None)


def _step(step: Step) -> str:
    technique = f" ({label(step.technique)} {step.technique.name})" if step.technique else ""
    return f"{step.name}: {step.text}{technique}"


def _reference(reference: Reference, knowledge: Knowledge) -> dict[str, str]:
    entry = knowledge.entries.get((reference.list, reference.edition, reference.id))
    description = entry.description if entry else ""
    return {"entry": label(reference), "name": reference.name, "description": description}


def _mitigation(
    applied: AppliedMitigation, model: ThreatModel, knowledge: Knowledge
) -> dict[str, Any]:
    entry = knowledge.mitigation_entries.get(applied.id)
    return {
        "title": applied.title,
        "description": entry.description if entry else "",
        "verify": entry.verify if entry else "",
        "effect": applied.effect,
        "where": [model.system.name_of(element) for element in applied.at],
        "in place": applied.coverage,
        **({"by probes": applied.probed} if applied.probed else {}),
    }


def _probed(model: ThreatModel, threat: Threat) -> list[str]:
    """What probes found of it, in words without the address where."""
    found = standing_findings(model.journal, model.system).get(threat.id, ())
    return [
        f"{one.verdict.replace('-', ' ')}: {one.finding.because}" for one in found if not one.lapsed
    ]


def nobody_to_ask(*, offline: bool) -> LanguageModelError:
    """Why nothing is explained, where there is no language model to do it."""
    if offline:
        return LanguageModelError(
            "Explaining takes a language model, and offline is on.",
            "Leave --offline, THREATWRIGHT_OFFLINE and `offline` in the settings out.",
        )
    return LanguageModelError(
        "Explaining takes a language model, and none is named.",
        "Name one with THREATWRIGHT_LLM_MODEL; `threatwright doctor` tries it.",
    )
