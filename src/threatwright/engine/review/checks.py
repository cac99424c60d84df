"""The gate: every rule held against a model, and what is new beside an earlier state of it."""

from __future__ import annotations

from collections.abc import Sequence

from threatwright.engine.review import (
    checks_of_file,
    checks_of_probes,
    checks_of_review,
    checks_of_threats,
    checks_of_time,
)
from threatwright.engine.review.case import Case, Found, Rule
from threatwright.model.objections import Baseline, Objection

RULES: tuple[Rule, ...] = (
    *checks_of_file.RULES,
    *checks_of_threats.RULES,
    *checks_of_probes.RULES,
    *checks_of_review.RULES,
    *checks_of_time.RULES,
)
"""Every rule. A rule that an option asks for finds nothing without it."""


def objections(case: Case) -> tuple[Objection, ...]:
    """All that is objected to, in the order of the rules."""
    return tuple(_objection(rule, found) for rule in RULES for found in rule.find(case))


def _objection(rule: Rule, found: Found) -> Objection:
    return Objection(
        rule=rule.id,
        subject=found.subject,
        section=found.section,
        id=found.id,
        text=found.text,
        why=f"{rule.why} {found.why}".rstrip(),
        fix=found.fix or rule.fix,
        level=found.level,
        weight=found.weight,
        references=found.references,
        settled=found.settled,
    )


def beside(now: Sequence[Objection], before: Sequence[Objection]) -> tuple[Objection, ...]:
    """What is objected to now, marked by what is new, then what no longer is.

    What a reviewer let pass then, and does not any more, is new.
    """
    known = {(o.rule, o.subject): o for o in before}
    found = {(o.rule, o.subject) for o in now}
    return (
        *(_marked(o, _baseline(o, known.get((o.rule, o.subject)))) for o in now),
        *(_marked(o, Baseline.ABSENT) for key, o in known.items() if key not in found),
    )


def _baseline(now: Objection, before: Objection | None) -> Baseline:
    if before is None or (before.settled and not now.settled):
        return Baseline.NEW
    return Baseline.UPDATED if now.weight > before.weight else Baseline.UNCHANGED


def _marked(objection: Objection, baseline: Baseline) -> Objection:
    return objection.model_copy(update={"baseline": baseline})
