"""The report as one HTML file that needs nothing else: no network, no script, no other file.

`docs/export.md` tells what a template is given.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from threatwright.exchange.dataflow import HEIGHT, WIDTH, diagram
from threatwright.exchange.form_content import named, sides_of
from threatwright.exchange.html.atlas import heat_map
from threatwright.exchange.html.covered import covered
from threatwright.exchange.html.environment import filled
from threatwright.exchange.html.matrix import matrices
from threatwright.exchange.html.paths import ways
from threatwright.exchange.html.planned import planned
from threatwright.exchange.minutes import sittings
from threatwright.exchange.publisher import changes
from threatwright.exchange.report import (
    claims,
    closing,
    conflicts,
    language_model,
    mitigated,
    pasta,
    probed,
    risk,
    scope,
    sign_off,
    summary,
    summed_up,
    threats,
)
from threatwright.exchange.report.content import LEVELS, Content
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import Level, Status, Stride
from threatwright.model.threats import Threat
from threatwright.uncollected import uncollected

MOST_QUESTIONS = 50
"""Open questions that are listed."""


@uncollected()
def write(model: ThreatModel, knowledge: Knowledge, template: Path | None = None) -> str:
    """The page, by our template or an organisation's own.

    Raises InputError if that template is at fault.
    """
    return filled(values(Content(model, knowledge)), template).rstrip() + "\n"


def values(content: Content) -> dict[str, Any]:
    """What a template is given, by name."""
    model, knowledge = content.model, content.knowledge
    return {
        "title": model.name or "unnamed system",
        "handling": model.scope.handling,
        "model": model,
        "content": content,
        "levels": LEVELS,
        "strides": tuple(Stride),
        "statuses": tuple(Status),
        **_summary(content),
        **_scope(content),
        "diagram": diagram(model.system, knowledge, content.standing),
        "box": (WIDTH, HEIGHT),
        "kinds": {kind: entry.name for kind, entry in knowledge.kind_entries.items()},
        "at": _at_elements(content),
        "orders": _orders(content),
        **_risk(content),
        "probings": probed.found(content),
        "probings_note": probed.NOTE,
        "probings_head": probed.HEAD,
        "pasta": pasta.stages(content),
        "names_its_kind": threats.names_its_kind,
        "why_rejected": threats.why_rejected,
        "stale_note": threats.STALE,
        "matrices": matrices(content),
        "atlas": heat_map(content),
        "covered": covered(content),
        "ways": ways(content),
        **planned(content),
        "mitigations": _mitigations(content),
        **_closing(content),
    }


def _risk(content: Content) -> dict[str, Any]:
    return {
        "states": partial(risk.states, content),
        "planned_off": partial(risk.planned_off, content),
        "attacker": partial(risk.who, content),
        "appetite": risk.appetite_in_words(content) if content.appetite else "",
        "above_appetite": risk.above_appetite(content) if content.appetite else [],
    }


def _summary(content: Content) -> dict[str, Any]:
    before, after, target = summary.by_level(content)
    return {
        "sentence": summary.in_a_sentence(content),
        "no_threats": summary.no_threats(content),
        "before": before[1],
        "after": after[1],
        "target": target[1],
        "top": content.standing[: summary.TOP],
        "paragraphs": summed_up.paragraphs(content),
        "written_by": summed_up.written_by(content),
        "steps": mitigated.first_steps(content),
        "basis": summary.basis(content),
        "told_of": summary.told_of,
    }


def _scope(content: Content) -> dict[str, Any]:
    return {
        "inside": scope.inside(content),
        "outside": scope.outside(content),
        "attackers": scope.attackers(content),
        "beyond_scope": scope.beyond_scope(content),
        "beyond": scope.BEYOND,
        "triggers": scope.triggers(content),
        "triggers_proposed": "" if content.model.scope.review_triggers else scope.PROPOSED,
        "signatures": sign_off.signatures(content),
        "version": sign_off.now(content),
        "responsibilities": scope.responsibilities(content),
        "by_zone": scope.BY_ZONE if scope.is_taken_from_zones(content) else "",
        "assumptions": scope.assumptions(content),
        "proposed": scope.proposed(content),
    }


def _closing(content: Content) -> dict[str, Any]:
    model, knowledge = content.model, content.knowledge
    organisation = knowledge.organisation
    at_hand = organisation is not None and organisation.name == model.derived.organisation
    return {
        "left_out": [
            (title, note, closing.kept_away(content, outcome))
            for outcome, title, note in closing.LEFT_OUT
        ],
        "questions": content.questions[:MOST_QUESTIONS],
        "conflicts": [
            (named(dispute.question, model, knowledge), sides_of(dispute, model, knowledge))
            for dispute in conflicts.undecided(content)
        ],
        "language_model": language_model.has_part(content),
        "language_model_note": language_model.NOTE,
        "doubted": language_model.doubted(content),
        "claims": claims.made(content),
        "claims_note": claims.NOTE,
        "nothing_shown": claims.NOTHING_SHOWN,
        "runs": language_model.runs(content),
        "tokens": language_model.tokens,
        "cost": language_model.cost,
        "not_taken": language_model.not_taken(content),
        "sittings": list(sittings(model, knowledge)),
        "catalogues": closing.catalogues(content),
        "organisation": organisation if at_hand else None,
        "changes": changes(organisation) if organisation and at_hand else "",
    }


def _mitigations(content: Content) -> list[tuple[str, list[mitigated.Mitigated]]]:
    """By status, what is left to do first."""
    found = mitigated.mitigated(content)
    return [
        (status.value, [one for one in found if one.status is status])
        for status in mitigated.UNDONE_FIRST
        if any(one.status is status for one in found)
    ]


def _at_elements(content: Content) -> dict[str, tuple[int, Level]]:
    """Element → how many standing threats it has, and the highest level of them."""
    counted = Counter(threat.element for threat in content.standing)
    highest: dict[str, Level] = {}
    for threat in content.standing:  # in order of risk
        highest.setdefault(threat.element, threat.level)
    return {element: (number, highest[element]) for element, number in counted.items()}


def _orders(content: Content) -> dict[str, tuple[int, int]]:
    """Threat → its place when they are ordered by residual risk, and by the element's name."""

    def placed(ordered: list[Threat]) -> dict[str, int]:
        return {threat.id: place for place, threat in enumerate(ordered)}

    standing = list(content.standing)
    residual = placed(sorted(standing, key=lambda t: -t.residual))
    element = placed(sorted(standing, key=lambda t: content.named(t.element).casefold()))
    return {threat.id: (residual[threat.id], element[threat.id]) for threat in standing}
