"""Has a language model sum the finished draft up for whoever reviews it.

The figures are ours and stand beside what it says. It is asked once while nothing changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from threatwright import prompts
from threatwright.engine.contributions.summary_reply import SummaryReply, last_summary, summary_type
from threatwright.engine.interview.planner import open_questions
from threatwright.model.contributions import Ran, Summarised
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.prompt import Prompt
from threatwright.model.redaction import Personal
from threatwright.model.system import SystemModel
from threatwright.model.terms import Status
from threatwright.model.threats import Threat
from threatwright.model.usage import Usage
from threatwright.ports import Llm
from threatwright.prompts import load
from threatwright.workflow.asks import Named, ground_of
from threatwright.workflow.replies_at_hand import next_number

SUMMARISE = "summarise_for_reviewer"
MOST_THREATS = 25
MOST_ASSUMED = 8
MOST_QUESTIONS = 6


class Draft(NamedTuple):
    """What there is to be summed up, and what is asked about it."""

    ids: tuple[str, ...]
    """Threats that may be named."""
    prompt: Prompt
    model: str
    ground: str


def asked_of(
    model: ThreatModel, named: Named, knowledge: Knowledge, personal: Collection[Personal] = ()
) -> Draft | None:
    """What is asked about a derived model; None if it has no threats, or was summed up as it is."""
    kept = [t for t in model.threats if t.status is not Status.REJECTED and not t.inherited]
    if not kept:
        return None
    prompt = _prompt(model, kept, knowledge, personal)
    name = named(prompt.tier)
    draft = Draft(tuple(t.id for t in kept[:MOST_THREATS]), prompt, name, ground_of(prompt, name))
    before = last_summary(model.journal)
    return None if before is not None and before.ground == draft.ground else draft


async def summed_up(
    model: ThreatModel, draft: Draft, llm: Llm, clock: Callable[[], str] | None = None
) -> tuple[Summarised, Ran]:
    """The entries that a summary puts at the end of the journal. Raises LanguageModelError."""
    before = llm.usage
    reply = await llm.ask(draft.prompt, summary_type(draft.ids))
    return _entries(reply, model, draft, clock() if clock else "", llm.usage - before)


def _entries(
    reply: SummaryReply, model: ThreatModel, draft: Draft, at: str, usage: Usage
) -> tuple[Summarised, Ran]:
    n = next_number(model)
    summary = Summarised(n=n, at=at, model=draft.model, ground=draft.ground, text=reply.text)
    ran = Ran(
        n=n + 1,
        at=at,
        models={draft.prompt.tier.value: draft.model},
        prompts={SUMMARISE: load(SUMMARISE).digest},
        usage=usage,
        kept=0 if usage.calls else 1,
    )
    return summary, ran


def _prompt(
    model: ThreatModel,
    threats: list[Threat],
    knowledge: Knowledge,
    personal: Collection[Personal],
) -> Prompt:
    questions = open_questions(model, knowledge)
    return prompts.render(
        SUMMARISE,
        personal,
        system={"name": model.system.name, "purpose": model.system.purpose},
        counts=_counts(threats, len(questions)),
        threats=[_row(threat, model.system) for threat in threats[:MOST_THREATS]],
        assumed=_assumed(threats),
        questions=[
            {"asks": question.lead, "who would know": question.role}
            for question in questions[:MOST_QUESTIONS]
        ],
    )


def _counts(threats: list[Threat], questions: int) -> dict[str, int]:
    levels = Counter(threat.level.value for threat in threats)
    return {
        "threats": len(threats),
        **levels,
        "elements": len({threat.element for threat in threats}),
        "resting on assumptions": sum(bool(threat.assumptions) for threat in threats),
        "disputed": sum(bool(threat.dispute) for threat in threats),
        "open questions": questions,
    }


def _row(threat: Threat, system: SystemModel) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": threat.id,
        "title": threat.title,
        "element": system.name_of(threat.element),
        "category": threat.stride[0],
        "risk": f"{threat.risk} ({threat.level}), {threat.residual} after controls in place",
        "assumes": threat.assumptions,
        "decided": "" if threat.status is Status.PROPOSED else threat.status,
        "disputed": threat.dispute,
        "lowered by": [f"{m.title} ({m.coverage})" for m in threat.mitigations[:3]],
    }
    return {name: value for name, value in row.items() if value}


def _assumed(threats: Iterable[Threat]) -> list[str]:
    """Assumptions that most threats rest on, with how many."""
    counted = Counter(assumption for threat in threats for assumption in threat.assumptions)
    ordered = sorted(counted.items(), key=lambda of: (-of[1], of[0]))
    return [f"{assumption} ({number})" for assumption, number in ordered[:MOST_ASSUMED]]
